// The power fails under a whole hub, at every call that changes a file which SQLite does not look after: key files, the
// master key, the certificates, the ballast, the lock. A hub with tests/power/record.so in front of its C library starts for
// the first time, lets people join, stops and starts again; then, for each point of the record, its folder is made as a cut
// would have left it, and a hub is started on that: it must start, know everybody who was told that she is known, be the
// same authority to whoever has seen it, and go on letting people join.
//   power.mjs BUILD FOLDER WORK SEED [WAYS]     FOLDER: a demo store that has never started; WAYS: of surviving, each point
import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { Face, secretOf } from '../cards/lib.mjs';
import { operator } from '../cards/operator.mjs';
import { draws } from './ledger.mjs';

const [build, folder, work, seedText, waysText] = process.argv.slice(2);
const WAYS = Number(waysText ?? 2);
const LANES = 2;
const UP_WITHIN_MS = 30_000;
const MOST_SHOWN = 12;
const YES = { yes: true, age_ok: true };

const run = promisify(execFile);
const pause = (ms) => new Promise((go) => setTimeout(go, ms));
const tool = path.join(build, 'tests/power/cut');

function say(what, wrong) {
        console.log(`${wrong.length === 0 ? 'ok      ' : 'FAILED  '} ${what}`);
        wrong.slice(0, MOST_SHOWN).forEach((text) => console.log(`  | ${text}`));
        if (wrong.length > MOST_SHOWN) console.log(`  | and ${wrong.length - MOST_SHOWN} more`);
}

const freePort = () => new Promise((go) => {
        const server = createServer().listen(0, '127.0.0.1', () => {
                const { port } = server.address();
                server.close(() => go(port));
        });
});

/** A hub of its own folder; `env` is what is set for it beside what is. */
class Hub {
        constructor(home, port, env = {}) {
                Object.assign(this, { home, port, base: `https://localhost:${port}` });
                const log = fs.openSync(path.join(home, 'log'), 'w');
                this.process = spawn(path.join(build, 'server/maitred'),
                        ['--config', path.join(home, 'maitred.conf'), '--set', `web.root=${path.join(build, 'server/web/pages')}`, '--set', `listen.port=${port}`, '--set', 'data.ballast_mib=1'],
                        { stdio: ['ignore', log, log], env: { ...process.env, ...env } });
                fs.closeSync(log);
                this.gone = new Promise((go) => this.process.once('exit', go));
                this.op = operator(build, home);
        }

        authority() {
                return fs.readFileSync(path.join(this.home, 'data/tls/ca.pem'), 'utf8');
        }

        face() {
                return new Face(this.base, this.authority());
        }

        async up() {
                const last = performance.now() + UP_WITHIN_MS;
                while (performance.now() < last) {
                        const answer = await Promise.resolve().then(() => this.face().ask('/healthz')).catch(() => null);
                        if (answer?.status === 200) return;
                        if (this.process.exitCode !== null) break;
                        await pause(20);
                }
                const words = fs.readFileSync(path.join(this.home, 'log'), 'utf8').split('\n').filter((line) => /error|maitred:/.test(line)).at(-1);
                throw new Error(`it does not start: ${words ?? `nothing after ${UP_WITHIN_MS} ms`}`);
        }

        end(signal) {
                this.process.kill(signal);
                return this.gone;
        }

        /** Somebody joins at the door and comes in; gives what she was told. */
        async guest(wish) {
                const sign = this.face();
                await sign.call('/api/sign/pair', { secret: secretOf(await this.op.link('sign')) });
                const code = secretOf((await sign.call('/api/sign/code')).url);
                const face = this.face();
                await face.call('/api/customer/join', { ...YES, code });
                await face.call('/api/customer/arrive', { code, hint: 'green coat', wish, meet: '' });
                return { cookie: face.cookie, wish };
        }
}

/** The record: what there was to lose, and from which byte of the trace on. */
async function record(trace) {
        const env = {
                LD_PRELOAD: path.join(build, 'tests/power/record.so'),
                MAITRED_POWER_DIR: fs.realpathSync(path.join(folder, 'data')),
                MAITRED_POWER_TRACE: trace,
                // The preloaded library stands before the sanitizer's, and calls the kernel by itself.
                ASAN_OPTIONS: [process.env.ASAN_OPTIONS, 'verify_asan_link_order=0'].filter(Boolean).join(':'),
        };
        const told = [];
        const port = await freePort();
        let authority;
        for (const wishes of [['a scarf', 'a hat'], ['gloves']]) {
                const hub = new Hub(folder, port, env);
                await hub.up();
                authority ??= { since: reached(trace), text: hub.authority() };
                for (const wish of wishes) {
                        const guest = await hub.guest(wish);
                        told.push({ ...guest, since: reached(trace) });
                }
                await hub.end('SIGTERM');
        }
        return { told, authority };
}

/** How many bytes of the trace there are now: the second number of its head. */
function reached(trace) {
        const fd = fs.openSync(trace, 'r');
        const head = Buffer.alloc(16);
        fs.readSync(fd, head, 0, 16, 0);
        fs.closeSync(fd);
        return Number(head.readBigUInt64LE(8));
}

/** Every change of a file that is not SQLite's, and the first point after each thing that was told. */
async function pointsOf(trace, { told, authority }) {
        const { stdout } = await run(tool, ['list', trace], { maxBuffer: 1 << 28 });
        const all = stdout.trim().split('\n').map((line) => {
                const [n, bytes, what, name] = line.split(' ');
                return { n: Number(n), bytes: Number(bytes), what, name };
        });
        const beside = all.filter(({ name }) => !name.startsWith('store.db'));
        const after = [...told, authority].map(({ since }) => all.find(({ bytes }) => bytes >= since)).filter(Boolean);
        return { all, points: [...new Set([...beside, ...after])].sort((a, b) => a.n - b.n) };
}

/** One power cut. Throws what is wrong. */
async function cut(home, port, trace, point, seed, { told, authority }) {
        fs.rmSync(path.join(home, 'data'), { recursive: true, force: true });
        fs.mkdirSync(path.join(home, 'data'), { mode: 0o700 });
        await run(tool, ['make', trace, String(point.n), String(seed), path.join(home, 'data')]);
        const hub = new Hub(home, port);
        try {
                await hub.up();
                if (point.bytes >= authority.since && hub.authority() !== authority.text) throw new Error('it is another authority than the one that was seen');
                for (const { cookie, wish, since } of told.filter((one) => point.bytes >= one.since)) {
                        const face = hub.face();
                        face.cookie = cookie;
                        const now = await face.call('/api/customer/now');
                        if (now.visit?.wish !== wish) throw new Error(`who wants ${wish} was told so, and is ${now.state} with "${now.visit?.wish ?? ''}"`);
                        if (since > point.bytes) throw new Error('cannot be');
                }
                await hub.guest('something else');
        } finally {
                await hub.end('SIGKILL');
        }
}

async function lane(number, queue, trace, known, wrong) {
        const home = path.join(work, `lane-${number}`);
        fs.mkdirSync(home, { recursive: true, mode: 0o700 });
        fs.copyFileSync(path.join(folder, 'maitred.conf'), path.join(home, 'maitred.conf'));
        const port = await freePort();
        for (let one = queue.shift(); one; one = queue.shift()) {
                const { point, seed } = one;
                await cut(home, port, trace, point, seed, known).catch((error) => void wrong.push(`after call ${point.n} (${point.what} ${point.name}), seed ${seed}: ${error.message}`));
        }
}

async function main() {
        const began = performance.now();
        const draw = draws(Number(seedText));
        const trace = path.join(work, 'trace');
        const known = await record(trace);
        const { stdout } = await run(tool, ['check', trace]).catch((error) => error);
        say('the record tells everything that happened to the files', stdout.trim() === '' ? [] : stdout.trim().split('\n'));
        const { all, points } = await pointsOf(trace, known);
        // Nothing of what was not flushed survives, and then any of it.
        const queue = points.flatMap((point) => Array.from({ length: WAYS }, (_, way) => ({ point, seed: way === 0 ? 0 : 2 + draw(1_000_000) })));
        const cuts = queue.length;
        const wrong = [];
        await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number, queue, trace, known, wrong)));
        fs.rmSync(trace);
        const names = [...new Set(points.map(({ name }) => name.replace(/\.(part|new)$/, '')))].filter((name) => name !== '.' && !name.startsWith('store.db'));
        console.log(`  whole hub                      ${cuts} power cuts at ${points.length} of ${all.length} calls: a first start, a stop, a start, ${known.told.length} people`);
        console.log(`  files beside SQLite            ${names.join(', ')}`);
        console.log(`  wrong                          ${wrong.length}`);
        console.log(`  seconds                        ${Math.round((performance.now() - began) / 1000)}`);
        say('after a power cut the hub starts, and everybody whom it told so is known', wrong);
        say('every kind of file was there to be lost', ['keys', 'keys.guests', 'master.key', 'tls/ca.pem', 'tls/server.key'].filter((name) => !names.includes(name)));
}

main().then(() => process.exit(0), (error) => {
        console.log(`FAILED   the driver of the power cuts: ${error.stack}`);
        process.exit(1);
});
