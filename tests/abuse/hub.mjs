// A hub under attack: started once, watched after every case. It must be the same two processes that answer, with
// nothing from a sanitizer, and nothing of what was said to it in its log.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { SLOWER, WAIT_MS, Wire, nobody } from './wire.mjs';

const REPORTS = /ERROR: (Address|Leak)Sanitizer|runtime error:|UndefinedBehaviorSanitizer/;
const pause = (ms) => new Promise((go) => setTimeout(go, ms));
const CLOCK_HZ = 100; // of /proc/PID/stat, on every Linux that we build for

/** All of what we know of one running hub; tables are written for this. */
export class Hub {
        /** `program`: maitred or stand; `folder`: a demo store's, its own; `options` of the command line. */
        constructor({ name, program, folder, build, port, options, tls, since43 }) {
                Object.assign(this, { name, program, folder, build, port, options, tls, since43 });
                this.origin = `https://localhost:${port}`;
                this.host = `localhost:${port}`;
                this.log = path.join(folder, 'log');
                this.seen = 0;
        }

        async start({ valgrind } = {}) {
                const log = fs.openSync(this.log, 'w');
                const own = ['--config', path.join(this.folder, 'maitred.conf'), '--set', `listen.port=${this.port}`, '--set', `web.root=${path.join(this.build, 'server/web/pages')}`, ...this.options];
                this.reports = valgrind && path.join(this.folder, 'valgrind');
                const under = valgrind ? ['valgrind', '--error-exitcode=99', '--leak-check=full', '--errors-for-leak-kinds=definite', '--num-callers=30', `--log-file=${this.reports}.%p`] : [];
                const [program, ...args] = [...under, this.program, ...own];
                this.process = spawn(program, args, { stdio: ['ignore', log, log] });
                fs.closeSync(log);
                // Whatever ends this program, its hubs go with it.
                process.once('exit', () => this.process.kill('SIGKILL'));
                this.gone = new Promise((go) => this.process.once('exit', (code, signal) => go(signal ?? code)));
                await this.healthy();
                this.pids = this.children();
        }

        async healthy() {
                const last = performance.now() + 6 * WAIT_MS;
                while (performance.now() < last) {
                        if (this.process.exitCode !== null) throw new Error(`${this.name} ended with ${this.process.exitCode}: ${fs.readFileSync(this.log, 'utf8').slice(-2000)}`);
                        if (this.tls && !this.ca) this.ca = readIf(path.join(this.folder, 'data/tls/ca.pem'));
                        if ((!this.tls || this.ca) && (await this.serves(1000 * SLOWER).catch(() => 'no')) === '') return;
                        await pause(20);
                }
                throw new Error(`${this.name} was not well in time`);
        }

        children() {
                const { pid } = this.process;
                return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
        }

        /** '' if somebody who comes now is served; else what is wrong. */
        async serves(ms = WAIT_MS) {
                const wire = await Wire.open(this, { from: nobody() });
                await wire.send(`GET /healthz HTTP/1.1\r\nHost: ${this.host}\r\n\r\n`);
                const answer = await wire.answer({ ms });
                wire.close();
                return answer?.status === 200 ? '' : `who comes next is answered with ${answer?.status}`;
        }

        /** What is wrong with it now; ''. To be asked after every case. */
        async well() {
                const next = await this.serves().catch((error) => `who comes next gets no connection: ${error.message}`);
                if (String(this.children()) !== String(this.pids)) return 'a process ended and was started again';
                return next || this.said();
        }

        /** New lines of its log that a sanitizer wrote. */
        said() {
                const all = fs.readFileSync(this.log, 'utf8');
                const fresh = all.slice(this.seen);
                this.seen = all.length;
                return REPORTS.test(fresh) ? `a sanitizer's report:\n${fresh.slice(0, 6000)}` : '';
        }

        /** Milliseconds of processor time that the front has used. */
        busy() {
                const fields = fs.readFileSync(`/proc/${this.pids[1]}/stat`, 'utf8').split(') ')[1].split(' ');
                return ((Number(fields[11]) + Number(fields[12])) * 1000) / CLOCK_HZ;
        }

        ctl(...args) {
                return execFileSync(path.join(this.build, 'server/ctl/maitrectl'), ['--socket', path.join(this.folder, 'control'), ...args], { encoding: 'utf8' }).split('\n')[0];
        }

        /** A session of a face by a one-time link: the cookie as it is sent. */
        async pair(kind, subject) {
                const link = this.ctl('link', kind, ...(subject ? [subject] : []));
                const answer = await this.post(`/api/${kind}/pair`, { secret: link.split('#p.')[1] });
                if (answer?.status !== 200) throw new Error(`pairing a ${kind} was answered with ${answer?.status} ${answer?.body}`);
                return answer.headers.get('set-cookie').split(';')[0];
        }

        /** An honest call on a connection of its own. */
        async post(where, body, cookie, { raw, from } = {}) {
                const wire = await Wire.open(this, { from: from ?? nobody() });
                const answer = await postOn(wire, this, where, raw ?? Buffer.from(JSON.stringify(body)), cookie);
                wire.close();
                return answer;
        }

        async get(where, cookie) {
                const wire = await Wire.open(this);
                await wire.send(`GET ${where} HTTP/1.1\r\nHost: ${this.host}\r\n${cookie ? `Cookie: ${cookie}\r\n` : ''}\r\n`);
                const answer = await wire.answer();
                wire.close();
                return answer;
        }

        /** Ends it; what is wrong with how it ended. */
        async stop() {
                this.process.kill('SIGTERM');
                const late = new Promise((go) => setTimeout(go, 6 * WAIT_MS, 'late').unref());
                const code = await Promise.race([this.gone, late]);
                if (code === 'late') this.process.kill('SIGKILL');
                return (code === 0 ? '' : `it ended with ${code}: ${fs.readFileSync(this.log, 'utf8').slice(-3000)}`) || this.said() || this.errors();
        }

        /** What valgrind has found; each process has a report of its own. */
        errors() {
                if (!this.reports) return '';
                const folder = path.dirname(this.reports);
                const files = fs.readdirSync(folder).filter((name) => name.startsWith('valgrind.'));
                if (files.length < 3) return `${files.length} reports of valgrind instead of 3`;
                const bad = files.map((name) => fs.readFileSync(path.join(folder, name), 'utf8')).filter((text) => !/ERROR SUMMARY: 0 errors/.test(text));
                return bad.map((text) => text.slice(0, 8000)).join('\n');
        }
}

export async function postOn(wire, hub, where, body, cookie) {
        await wire.send(Buffer.concat([Buffer.from(`POST ${where} HTTP/1.1\r\nHost: ${hub.host}\r\nOrigin: ${hub.origin}\r\nContent-Type: application/json\r\n${cookie ? `Cookie: ${cookie}\r\n` : ''}Content-Length: ${body.length}\r\n\r\n`), body]));
        return wire.answer();
}

function readIf(file) {
        try {
                return fs.readFileSync(file);
        } catch {
                return undefined;
        }
}
