// Lets flushes fail (by strace) and file descriptors run out (by prlimit) in a running hub. Says one case a line to
// tests/faults/run ("ok WHAT", "FAILED WHAT", "skipped WHAT"), and the table.
//   main.mjs BUILD FOLDER BASE LEDGERS SEED
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { Face } from '../cards/lib.mjs';
import { operator } from '../cards/operator.mjs';
import { compare, digests, readStore } from '../crash/compare.mjs';
import { Hub } from '../crash/hub.mjs';
import { Ledger, draws } from '../crash/ledger.mjs';
import { Door, Phone } from '../crash/phone.mjs';
import { Stage } from '../crash/stage.mjs';

const [build, folder, base, ledgers, seedText] = process.argv.slice(2);
const FLUSHES = Number(process.env.MAITRED_FLUSHES ?? 4);
const PHONES = 8;
const WITHIN_MS = 30_000;
const BUSY_SHARE = 0.2; // of one processor, while nothing can be accepted
const WATCHED_MS = 1_500;
const CALLERS = 200;
const OPTIONS = ['limits.requests_per_address=1000000', 'limits.accepts_per_address=10000', 'limits.connections_per_address=1000', 'visit.alerts_per_day=20'];

const ca = fs.readFileSync(path.join(folder, 'data/tls/ca.pem'));
const op = operator(build, folder);
const pause = (ms) => new Promise((go) => setTimeout(go, ms));
const logged = (text) => fs.readFileSync(path.join(folder, 'log'), 'utf8').split(text).length - 1;
const alive = (pid) => fs.existsSync(`/proc/${pid}`);

function say(what, wrong) {
        console.log(`${wrong.length === 0 ? 'ok      ' : 'FAILED  '} ${what}`);
        wrong.slice(0, 12).forEach((text) => console.log(`  | ${text}`));
}

async function until(within, holds) {
        for (const last = performance.now() + within; performance.now() < last; await pause(10)) if (await holds()) return true;
        return false;
}

/* ---- flushes that fail ---- */
/** The n-th flush of each thread of the hub answers "input/output error"; gives what went wrong. */
async function failFlush(hub, n) {
        const before = hub.children();
        let ready;
        const strace = spawn('strace', ['-f', '-qq', '-p', String(before[0]), '-e', 'trace=fdatasync', '-e', `inject=fdatasync:error=EIO:when=${n}`, '-o', '/dev/null'], { stdio: 'ignore' });
        const over = new Promise((go) => strace.once('exit', go));
        const stopped = await until(WITHIN_MS, () => !alive(before[0]));
        hub.up = new Promise((go) => (ready = go));
        strace.kill('SIGTERM');
        await over;
        if (!stopped) {
                ready();
                return [`flush ${n} failed, and the hub went on`];
        }
        await hub.healthy(before);
        ready();
        return [];
}

async function flushes(hub, door, draw) {
        if (spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status !== 0) {
                console.log('skipped  flushes that fail: strace may not trace here');
                return;
        }
        const stage = new Stage(PHONES);
        const phones = [];
        for (let number = 1; number <= PHONES; number++) {
                const ledger = await Ledger.open(path.join(ledgers, `phone-${number}`));
                phones.push(new Phone({ number, hub, door, ledger, draw: draws(draw(1 << 30)), base, ca, links: [], stage }));
        }
        const running = phones.map((phone) => phone.run());
        const wrong = [];
        for (let n = 0; n < FLUSHES; n++) wrong.push(...(await failFlush(hub, 1 + draw(30))));
        stage.end();
        await Promise.all(running);
        const file = await hub.cut(path.join(path.dirname(ledgers), 'copy'));
        const tokens = phones.flatMap((phone) => phone.lives.map((life) => life.token).filter(Boolean));
        const result = compare({ phones, handhelds: [] }, readStore(file), digests(tokens, path.dirname(ledgers))).wrong;
        await hub.start();
        console.log(`  ${'acknowledged'.padEnd(30)} ${phones.reduce((all, one) => all + one.ledger.entries.length, 0)}, over ${FLUSHES} flushes that failed`);
        say('after a failed flush the hub stops, and is started again', wrong);
        say('it says why, and the next one looks at the database first', [
                ...(logged('code=33') === FLUSHES ? [] : [`${logged('code=33')} ends for the disk in the log, of ${FLUSHES}`]),
                ...(logged('the database was checked, and is whole') === FLUSHES ? [] : [`${logged('the database was checked, and is whole')} checks in the log`])]);
        say('nothing acknowledged is lost, nothing is done twice', result.filter((one) => one.kind !== 'repeat').map((one) => one.text));
        phones.forEach((one) => one.close());
}

/* ---- no file descriptors ---- */
const limit = (pid, n) => spawnSync('prlimit', ['--pid', String(pid), `--nofile=${n}:`]).status;
const softLimit = (pid) => Number(/Max open files\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/limits`, 'utf8'))[1]);

/** A limit that leaves `more` numbers free below it, and above those that are in use one after the other. */
function leaving(pid, more) {
        const used = new Set(fs.readdirSync(`/proc/${pid}/fd`).map(Number));
        let n = 0;
        for (let free = 0; free < more || used.has(n); n++) if (!used.has(n)) free++;
        return n;
}

/** Seconds of a processor that the process has used. */
function used(pid) {
        const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /s, '').split(' ');
        return (Number(fields[11]) + Number(fields[12])) / 100;
}

function connect(where) {
        return new Promise((resolve) => {
                const socket = net.connect(where);
                socket.on('error', () => resolve(socket));
                socket.on('connect', () => resolve(socket));
                socket.resume();
        });
}

/** Many callers and no room for them: next to no processor time; and afterwards it serves again. */
async function withoutDescriptors(what, pid, where, serves) {
        const before = softLimit(pid);
        const told = logged('out of file descriptors');
        const wrong = [];
        if (limit(pid, leaving(pid, 4)) !== 0) return say(`${what} without descriptors`, ['prlimit failed']);
        const callers = [];
        for (let n = 0; n < CALLERS; n++) callers.push(await connect(where));
        const began = [used(pid), performance.now()];
        await pause(WATCHED_MS);
        const share = (used(pid) - began[0]) / ((performance.now() - began[1]) / 1000);
        if (share > BUSY_SHARE) wrong.push(`it used ${Math.round(share * 100)} % of a processor while it could accept nobody`);
        if (!alive(pid)) wrong.push('it ended');
        callers.forEach((one) => one.destroy());
        limit(pid, before);
        if (!(await until(WITHIN_MS, serves))) wrong.push('it does not serve afterwards');
        if (logged('out of file descriptors') === told) wrong.push('the log does not say what to do');
        console.log(`  ${`${what}, processor`.padEnd(30)} ${Math.round(share * 100)} %`);
        return say(`${what} without descriptors is calm, and serves again when there are some`, wrong);
}

async function main() {
        const draw = draws(Number(seedText));
        const hub = new Hub({ build, folder, base, ca, options: OPTIONS });
        process.on('exit', () => hub.process?.kill('SIGKILL'));
        for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(1));
        await hub.start();
        const door = new Door(base, ca, hub);
        await door.pair(await op.link('sign'));
        await flushes(hub, door, draw);
        const [core, front] = hub.children();
        const healthy = () => new Face(base, ca).ask('/healthz').then(({ status }) => status === 200, () => false);
        const { hostname, port } = new URL(base);
        await withoutDescriptors('the front', front, { host: hostname, port: Number(port), family: 4 }, healthy);
        await withoutDescriptors('the hub', core, { path: path.join(folder, 'control') }, () => op.ctl('status').then(() => true, () => false));
        say('it is the same hub all along', hub.children().join() === `${core},${front}` ? [] : ['it was started again']);
        door.face.agent.destroy();
        await hub.stop();
}

main().then(() => process.exit(0), (error) => {
        console.log(`FAILED   the driver: ${error.stack}`);
        process.exit(1);
});
