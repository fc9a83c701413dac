// The world of one real agent in a test: a folder, a stand-in hostapd and a stand-in hub as processes and sockets of their own.
import fs from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';

export const programs = {
        agent: process.env.MAITRED_AGENT,
        hostapd: process.env.MAITRED_STAND,
};

/** Lines of a stream, and waiting for one. */
class Lines {
        constructor(stream) {
                this.text = '';
                this.looks = new Set();
                stream.on('data', (part) => {
                        this.text += part;
                        for (const look of [...this.looks]) look();
                });
        }

        until(what, from = 0, ms = 20000) {
                return new Promise((done, failed) => {
                        const timer = setTimeout(() => failed(new Error(`waited in vain for "${what}" in\n${this.text.slice(-2000)}`)), ms);
                        const look = () => {
                                if (!this.text.slice(from).includes(what)) return;
                                clearTimeout(timer);
                                this.looks.delete(look);
                                done(this.text.length);
                        };
                        this.looks.add(look);
                        look();
                });
        }
}

export class Hostapd {
        constructor(world, name = 'wlan0') {
                this.socket = path.join(world.folder, 'hostapd', name);
        }

        async start() {
                this.child = spawn(programs.hostapd, [this.socket], { stdio: ['pipe', 'pipe', 'inherit'] });
                this.ended = new Promise((done) => this.child.on('exit', done));
                this.out = new Lines(this.child.stdout);
                await this.out.until('ready');
                return this;
        }

        /** Lets something happen on the air; it has happened when this resolves. */
        async air(line, ms = 20000) {
                const from = this.out.text.length;
                this.child.stdin.write(line + '\n');
                await this.out.until('done', from, ms);
        }

        async kill() {
                this.child.kill('SIGKILL');
                await this.ended;
        }
}

export class Agent {
        constructor(world, more = []) {
                this.world = world;
                this.sets = { 'hub.file': world.at('hub'), 'ap.socket': world.at('hostapd'), 'ap.own': world.at('own'), 'ap.ping_s': 1, 'spool.file': world.at('spool'), 'log.level': 'detail' };
                this.args = [...Object.entries(this.sets).flatMap(([key, value]) => ['--set', `${key}=${value}`]), ...more];
        }

        start(env = process.env) {
                this.child = spawn(programs.agent, this.args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
                this.ended = new Promise((done) => this.child.on('exit', (code, signal) => done(code ?? signal)));
                this.log = new Lines(this.child.stderr);
                this.world.agents.push(this);
                return this;
        }

        async stop(signal = 'SIGTERM') {
                this.child.kill(signal);
                return this.ended;
        }

        /** Runs it for one question; the code and what it said. */
        once(args) {
                return new Promise((done) => {
                        const child = spawn(programs.agent, [...args, ...this.args], { stdio: ['ignore', 'pipe', 'pipe'] });
                        let text = '';
                        child.stdout.on('data', (part) => (text += part));
                        child.stderr.on('data', (part) => (text += part));
                        child.on('exit', (code) => done({ code, text }));
                });
        }
}

export class World {
        constructor(folder) {
                this.folder = folder;
                this.agents = [];
                fs.mkdirSync(path.join(folder, 'hostapd'), { recursive: true });
        }

        at(name) {
                return path.join(this.folder, name);
        }

        /** What pairing would have left. */
        paired(hub) {
                fs.writeFileSync(this.at('hub'), `maitred-agent 1\nhost 127.0.0.1\nport ${hub.port}\npin ${hub.certs.pin.toString('hex')}\ntoken ${hub.token}\n`, { mode: 0o600 });
        }

        async end() {
                for (const agent of this.agents) await agent.stop('SIGKILL');
        }
}

/** Every private piece of a process's memory that can be read: [start address, bytes]. */
export function* memoryOf(pid) {
        const fd = fs.openSync(`/proc/${pid}/mem`, 'r');
        try {
                for (const line of fs.readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
                        const found = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
                        if (!found) continue;
                        const [from, to] = [parseInt(found[1], 16), parseInt(found[2], 16)];
                        const bytes = Buffer.alloc(to - from);
                        let have = 0;
                        try {
                                while (have < bytes.length) {
                                        const n = fs.readSync(fd, bytes, have, bytes.length - have, from + have);
                                        if (n <= 0) break;
                                        have += n;
                                }
                        } catch {
                                continue; // vvar and the like
                        }
                        yield [from, bytes.subarray(0, have)];
                }
        } finally {
                fs.closeSync(fd);
        }
}

/** Kilobytes that are this process's own. */
export function privateDirty(pid) {
        const text = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
        return Number(/Private_Dirty:\s+(\d+) kB/.exec(text)[1]);
}
