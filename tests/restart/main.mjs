// Kills a hub and measures how long a customer waits at its door: from the SIGKILL to the first arrival that is answered with
// yes, with a log of 64 MiB to recover. Says one case a line ("ok WHAT", "FAILED WHAT"), and the table.
//   main.mjs BUILD FOLDER BASE TURNS WITHIN_MS
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Face } from '../cards/lib.mjs';
import { operator } from '../cards/operator.mjs';
import { Hub } from '../crash/hub.mjs';
import { Door } from '../crash/phone.mjs';

const [build, folder, base, turnsText, withinText] = process.argv.slice(2);
const TURNS = Number(turnsText);
const WITHIN_MS = Number(withinText);
const KINDS = ['hub', 'front', 'both', 'supervisor'];
const LOG_BYTES = 64 << 20;
const GIVE_UP_MS = 60_000;
const OPTIONS = ['limits.requests_per_address=1000000', 'limits.accepts_per_address=10000', 'limits.connections_per_address=1000'];

const ca = fs.readFileSync(path.join(folder, 'data/tls/ca.pem'));
const op = operator(build, folder);
const pause = (ms) => new Promise((go) => setTimeout(go, ms));
const database = path.join(folder, 'data/store.db');

function say(what, wrong) {
        console.log(`${wrong.length === 0 ? 'ok      ' : 'FAILED  '} ${what}`);
        wrong.forEach((text) => console.log(`  | ${text}`));
}

async function cut(hub) {
        const children = hub.children();
        hub.process.kill('SIGKILL');
        await hub.gone;
        await hub.childrenGone(children);
}

const logBytes = () => (fs.existsSync(`${database}-wal`) ? fs.statSync(`${database}-wal`).size : 0);

/** Makes the log of a hub that is not running as long as it may get, with commits that it must recover. */
function growLog() {
        const people = Number(execFileSync('sqlite3', [database, 'SELECT count(*) FROM person'], { encoding: 'utf8' }));
        const some = Math.max(1, Math.floor(people / 20_000)); // one row a page, of a large table
        // What stays as it is SQLite does not write: there and back.
        const once = `UPDATE person SET greet = 1 - greet WHERE id % ${some} = 0;`.repeat(2);
        for (let rounds = 1; logBytes() < LOG_BYTES; ) {
                // Killed, sqlite3 leaves its log as a killed hub does.
                const before = logBytes();
                const input = `PRAGMA wal_autocheckpoint = 0;\n${once.repeat(rounds)}\n.shell kill -9 $PPID\n`;
                const { signal, stderr } = spawnSync('sqlite3', [database], { input, encoding: 'utf8' });
                if (signal !== 'SIGKILL') throw new Error(`the log could not be made longer: ${stderr}`);
                const one = (logBytes() - before) / rounds;
                rounds = Math.min(Math.ceil((LOG_BYTES - logBytes()) / Math.max(one, 4096)), 10_000);
        }
}

async function customer(door) {
        const face = new Face(base, ca);
        for (;;) {
                const { status, body } = await face.ask('/api/customer/join', { yes: true, age_ok: true, code: door.code });
                if (status === 200) return face;
                if (body.error !== 'code_old') throw new Error(`joining was answered with ${status} ${body.error}`);
                await door.renew();
        }
}

/** Until her arrival is answered with yes; gives how long that took. A new connection for each try, as phones make one. */
async function arrives(face, door, began) {
        for (;;) {
                const answer = await face.ask('/api/customer/arrive', { code: door.code, hint: '', wish: '', meet: '' }).catch(() => null);
                const ms = performance.now() - began;
                if (answer?.status === 200) return ms;
                if (answer?.body.error === 'code_old') await door.renew();
                else if (answer && answer.status !== 503) throw new Error(`arriving was answered with ${answer.status} ${answer.body.error}`);
                if (ms > GIVE_UP_MS) throw new Error(`nobody could arrive for ${GIVE_UP_MS} ms`);
                await pause(2);
        }
}

/** One kill of a running hub with a long log, and the first arrival after it. */
async function measure(hub, kind, face, door) {
        const [first, second] = hub.children();
        const pids = { hub: [first], front: [second], both: [first, second], supervisor: [hub.process.pid] }[kind];
        const log = logBytes();
        const began = performance.now();
        pids.forEach((pid) => process.kill(pid, 'SIGKILL'));
        if (kind === 'supervisor') {
                await hub.gone;
                hub.spawn(); // at once: the children may still be dying
        }
        return { kind, log, ms: await arrives(face, door, began) };
}

async function main() {
        const hub = new Hub({ build, folder, base, ca, options: OPTIONS });
        process.on('exit', () => hub.process?.kill('SIGKILL'));
        for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(1));
        await hub.start();
        const door = new Door(base, ca, hub);
        await door.pair(await op.link('sign'));
        const faces = [];
        for (let n = 0; n < TURNS * KINDS.length; n++) faces.push(await customer(door));
        const found = [];
        for (let turn = 0; turn < TURNS; turn++) {
                for (const kind of KINDS) {
                        await cut(hub);
                        growLog();
                        await hub.start();
                        found.push(await measure(hub, kind, faces.pop(), door));
                        await hub.healthy();
                }
        }
        // One kill right after the other: the supervisor waits longer each time, but never too long.
        const late = [];
        const again = await customer(door);
        let worst = 0;
        for (let n = 0; n < 6; n++) {
                const before = hub.children();
                const began = performance.now();
                process.kill(before[0], 'SIGKILL');
                await hub.healthy(before);
                worst = Math.max(worst, performance.now() - began);
        }
        await arrives(again, door, performance.now());
        // The supervisor killed and started at once, many times: its lock may still be held by a thread that dies.
        let starts = 0;
        for (let n = 0; n < 10; n++) {
                hub.process.kill('SIGKILL');
                await hub.gone;
                const before = hub.children();
                hub.spawn();
                await hub.healthy(before).then(() => starts++, (error) => late.push(error.message));
        }

        for (const kind of KINDS) {
                const times = found.filter((one) => one.kind === kind).map((one) => Math.round(one.ms));
                console.log(`  ${`${kind} killed`.padEnd(30)} ${times.join(', ')} ms`);
        }
        console.log(`  ${'log to recover'.padEnd(30)} ${Math.round(Math.min(...found.map((one) => one.log)) / (1 << 20))} MiB`);
        console.log(`  ${'six kills in a row'.padEnd(30)} at most ${Math.round(worst)} ms`);
        say(`from a kill to the first arrival at most ${WITHIN_MS} ms`, found.filter((one) => one.ms > WITHIN_MS).map((one) => `${one.kind}: ${Math.round(one.ms)} ms`));
        say(`there was a log of ${LOG_BYTES >> 20} MiB to recover each time`, found.filter((one) => one.log < LOG_BYTES).map((one) => `${one.log} bytes`));
        say('the supervisor never waits long', worst <= WITHIN_MS + 1000 ? [] : [`${Math.round(worst)} ms`]);
        say(`started at once after its death, ten times, the hub comes up`, starts === 10 ? [] : late);
        door.face.agent.destroy();
        await hub.stop();
}

main().then(() => process.exit(0), (error) => {
        console.log(`FAILED   the driver: ${error.stack}`);
        process.exit(1);
});
