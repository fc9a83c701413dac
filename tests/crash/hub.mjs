// The hub as its supervisor and two children, killed and waited for; and what clients must know of it: whether it is to be
// waited for, and how many requests that act it owes an answer.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Face } from '../cards/lib.mjs';

const UP_WITHIN_MS = 30_000;
const POLL_MS = 10;
// The supervisor waits longer with each restart of its children: after so many it is killed itself, which begins anew.
const RESTARTS_IN_A_ROW = 3;
// fsync, fdatasync and pwrite64, as /proc/PID/task/TID/syscall numbers them.
const TO_DISK = { x64: ['74', '75', '18'], arm64: ['82', '83', '68'] }[process.arch] ?? [];
const AIM_MS = 1000;
const LOOKS = 20;

const pause = (ms) => new Promise((go) => setTimeout(go, ms));

export class Hub {
        constructor({ build, folder, base, ca, options }) {
                Object.assign(this, { build, folder, base, ca, options });
                this.inFlight = 0;
                this.restarts = 0;
                this.lives = 0;
                this.up = Promise.resolve();
        }

        spawn() {
                const log = fs.openSync(path.join(this.folder, 'log'), 'a');
                this.process = spawn(path.join(this.build, 'server/maitred'),
                        ['--config', path.join(this.folder, 'maitred.conf'), '--set', `web.root=${path.join(this.build, 'server/web/pages')}`, ...this.options.flatMap((one) => ['--set', one])],
                        { stdio: ['ignore', log, log] });
                fs.closeSync(log);
                this.gone = new Promise((go) => this.process.once('exit', go));
                this.restarts = 0;
        }

        /** The pids of hub and front, in this order: the hub is started first. */
        children() {
                try {
                        const { pid } = this.process;
                        return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
                } catch {
                        return [];
                }
        }

        /** Waits until a pair without any of `before` says that it is well. */
        async healthy(before = []) {
                const last = performance.now() + UP_WITHIN_MS;
                while (performance.now() < last) {
                        const now = this.children();
                        if (now.length === 2 && !now.some((pid) => before.includes(pid))) {
                                const answer = await new Face(this.base, this.ca).ask('/healthz').catch(() => null);
                                if (answer?.status === 200) return;
                        }
                        if (this.process.exitCode !== null) throw new Error(`the supervisor ended by itself with ${this.process.exitCode}`);
                        await pause(POLL_MS);
                }
                throw new Error(`the hub was not well again after ${UP_WITHIN_MS} ms`);
        }

        start() {
                this.spawn();
                return this.healthy();
        }

        /**
         * SIGKILL; `aimed`: at a moment in which the hub writes or flushes, if one comes soon. Gives the kind that it was, what
         * the last look before it saw, the requests unanswered in that moment, and resolves `up` after the restart.
         */
        async kill(wanted, aimed) {
                const before = this.children();
                const kind = this.restarts >= RESTARTS_IN_A_ROW ? 'supervisor' : wanted;
                const pids = { hub: [before[0]], front: [before[1]], both: before, supervisor: [this.process.pid] }[kind];
                const last = performance.now() + (aimed ? AIM_MS : 0);
                let flushing = looks(before[0]);
                for (let n = 1; flushing === false && performance.now() < last; n++) {
                        if (n % LOOKS === 0) await new Promise((go) => setImmediate(go)); // clients go on meanwhile
                        flushing = looks(before[0]);
                }
                pids.forEach((pid) => process.kill(pid, 'SIGKILL'));
                const killed = { kind, inFlight: this.inFlight, flushing, at: performance.now() };
                this.restarts++;
                this.up = (async () => {
                        if (kind === 'supervisor') {
                                await this.gone;
                                await this.childrenGone(before);
                                this.spawn();
                        }
                        await this.healthy(before);
                        killed.ms = performance.now() - killed.at;
                        this.lives++;
                })();
                this.up.catch(() => {});
                return killed;
        }

        /** Children die with their supervisor, by the kernel's hand; the database is theirs until then. */
        async childrenGone(pids) {
                while (pids.some(alive)) await pause(1);
        }

        /** Kills everything, and takes the files as they were left before starting anew. */
        async cut(copy) {
                const before = this.children();
                this.process.kill('SIGKILL');
                await this.gone;
                await this.childrenGone(before);
                fs.mkdirSync(copy, { recursive: true });
                for (const name of fs.readdirSync(path.join(this.folder, 'data'))) {
                        if (/\.db(-wal)?$/.test(name)) fs.copyFileSync(path.join(this.folder, 'data', name), path.join(copy, name));
                }
                return path.join(copy, fs.readdirSync(copy).find((name) => name.endsWith('.db')));
        }

        stop() {
                this.process?.kill('SIGTERM');
                return this.gone;
        }
}

/** Whether a thread of the process is writing or flushing in this moment; undefined where the kernel does not say. */
function looks(pid) {
        try {
                const tasks = fs.readdirSync(`/proc/${pid}/task`);
                return tasks.some((task) => TO_DISK.includes(fs.readFileSync(`/proc/${pid}/task/${task}/syscall`, 'utf8').split(' ', 1)[0]));
        } catch {
                return undefined;
        }
}

/** A process whose first thread is dead still has its files while another thread, in a flush, is not. */
function alive(pid) {
        try {
                return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8')) || fs.readdirSync(`/proc/${pid}/task`).length > 1;
        } catch {
                return false;
        }
}
