// Fills the disk under a running hub again and again, and looks at what it answers meanwhile and what it has afterwards. Says
// one case a line to tests/disk/run ("ok WHAT", "FAILED WHAT"), and the table.
//   main.mjs BUILD FOLDER BASE LEDGERS SEED
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { Face, device } from '../cards/lib.mjs';
import { operator } from '../cards/operator.mjs';
import { compare, digests, readStore } from '../crash/compare.mjs';
import { Hub } from '../crash/hub.mjs';
import { Ledger, draws } from '../crash/ledger.mjs';
import { Door, Phone } from '../crash/phone.mjs';
import { Stage } from '../crash/stage.mjs';

const [build, folder, base, ledgers, seedText] = process.argv.slice(2);
const CYCLES = Number(process.env.MAITRED_CYCLES ?? 4);
const PHONES = 8;
const SERVICE_WITHIN_MS = 5_000;
const FULL_WITHIN_MS = 60_000;
const REFUSED_PAUSE_MS = 25;
const MOST_SHOWN = 12;
const OPTIONS = ['data.ballast_mib=4', 'limits.requests_per_address=1000000', 'limits.accepts_per_address=10000', 'limits.connections_per_address=1000', 'visit.alerts_per_day=20'];
const FILLER = path.join(path.dirname(folder), 'filler');

const ca = fs.readFileSync(path.join(folder, 'data/tls/ca.pem'));
const op = operator(build, folder);
const pause = (ms) => new Promise((go) => setTimeout(go, ms));
let refused = 0;
let guestsMade = 0;
let joined = 0;

function say(what, wrong) {
        console.log(`${wrong.length === 0 ? 'ok      ' : 'FAILED  '} ${what}`);
        wrong.slice(0, MOST_SHOWN).forEach((text) => console.log(`  | ${text}`));
        if (wrong.length > MOST_SHOWN) console.log(`  | and ${wrong.length - MOST_SHOWN} more`);
}

async function until(what, within, holds) {
        for (const last = performance.now() + within; ;) {
                if (await holds()) return;
                if (performance.now() > last) throw new Error(`${what}: not within ${within} ms`);
                await pause(10);
        }
}

/** Takes every free block. */
function fill() {
        const file = fs.openSync(FILLER, 'a');
        try {
                for (const block = Buffer.alloc(4096); ;) fs.writeSync(file, block);
        } catch (error) {
                if (error.code !== 'ENOSPC') throw error;
        } finally {
                fs.closeSync(file);
        }
}

/** A phone that waits a little when it is refused: hundreds of refusals a second show nothing more. */
class Patient extends Phone {
        async join() {
                const done = super.join();
                const face = this.face;
                const ask = face.ask.bind(face);
                face.ask = async (...request) => {
                        const answer = await ask(...request);
                        if (answer.status === 503) {
                                refused++;
                                await pause(REFUSED_PAUSE_MS);
                        }
                        return answer;
                };
                return done;
        }
}

/** A customer of one cycle, who joined at the door and is here: what she says on a full disk is looked at. */
class Guest {
        constructor(door) {
                this.door = door;
                this.face = new Face(base, ca);
                this.hint = `coat of guest ${++guestsMade}`;
        }

        async post(what, body) {
                const answer = await this.face.ask(`/api/customer/${what}`, body, { 'Idempotency-Key': `"${crypto.randomUUID()}"` }); // as the pages do
                if (what === 'join' && answer.status === 200) joined++;
                return answer;
        }

        now() {
                return this.face.ask('/api/customer/now').then(({ body }) => body.state);
        }

        /** Until it is answered with yes. */
        async insist(what, body) {
                for (;;) {
                        const { status, body: said } = await this.post(what, body());
                        if (status === 200) return;
                        if (said.error === 'code_old') await this.door.renew();
                        else throw new Error(`${what} was answered with ${status} ${said.error}`);
                }
        }

        /** Joins and arrives; gives the number of her card, once it is on the stream. */
        async come(stream) {
                await this.insist('join', () => ({ yes: true, age_ok: true, code: this.door.code }));
                await this.insist('arrive', () => ({ code: this.door.code, hint: this.hint, wish: '', meet: '' }));
                const { card } = await stream.next('card', (m) => m.t === 'card' && JSON.stringify(m).includes(`${this.hint}"`));
                return card;
        }
}

/** Status and headers of a POST. */
function heads(face, where, body) {
        const text = JSON.stringify(body);
        return new Promise((resolve, reject) => {
                const request = face.request('POST', where, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
                request.on('response', (response) => resolve({ status: response.statusCode, headers: response.headers, body: response.resume() }));
                request.on('error', reject);
                request.end(text);
        });
}

const BACK = [
        ['stop', {}, 'home'],
        ['stop', { everything: true }, 'stranger'],
        ['not_today', {}, 'not_today'],
        ['leaving', {}, 'home'],
];

/** Everybody who takes something back on a full disk; and on the handheld each card goes. */
async function takeBack(guests, cards, stream, put) {
        for (const [n, [what, body]] of BACK.entries()) {
                const answer = await guests[n].post(what, body);
                if (answer.status !== 200) put(`"${what}" on a full disk was answered with ${answer.status} ${answer.body.error}`);
        }
        for (const [n, card] of cards.entries()) await stream.next(`retract of card ${card} after "${BACK[n][0]}"`, (m) => m.t === 'retract' && m.card === card).catch((error) => put(error.message));
}

async function stillBack(guests, put) {
        for (const [n, [what, , state]] of BACK.entries()) {
                const now = await guests[n].now();
                if (now !== state) put(`after "${what}" her page says "${now}"`);
        }
}

/** Everybody is killed and started again while the disk is full. */
async function restartFull(hub, { guests, late, put }) {
        let ready;
        hub.up = new Promise((go) => (ready = go)); // the phones wait for it
        const children = hub.children();
        hub.process.kill('SIGKILL');
        await hub.gone;
        await hub.childrenGone(children);
        fill();
        await hub.start();
        ready();
        await stillBack(guests, put);
        const back = await late.post('stop', { everything: true });
        if (back.status !== 200) put(`a withdrawal after a start on a full disk was answered with ${back.status}`);
}

/** What is answered while nothing can be added. */
async function whileFull(guest, put) {
        const wants = await heads(guest.face, '/api/customer/tell', { hint: guest.hint, wish: 'a red coat', meet: '' });
        if (wants.status !== 503) put(`a wish was answered with ${wants.status}`);
        else if (!(Number(wants.headers['retry-after']) > 0)) put(`503 came with Retry-After "${wants.headers['retry-after']}"`);
        const now = await guest.now();
        if (now === 'stranger') put('her page cannot be read');
        const status = await op.ctl('status');
        if (!/full.*make \d+ MiB of room/.test(status)) put(`maitrectl status says: ${status.trim().split('\n').slice(0, 4).join(' / ')}`);
}

/** Makes room, and asks until somebody can join. */
async function makeRoom(door) {
        const comes = new Guest(door);
        fs.rmSync(FILLER);
        const began = performance.now();
        await until('service after room was made', FULL_WITHIN_MS, async () => {
                const { status, body } = await comes.post('join', { yes: true, age_ok: true, code: door.code });
                if (body.error === 'code_old') await door.renew();
                return status === 200;
        });
        return performance.now() - began;
}

async function cycle(n, { hub, door, found }) {
        const putter = (kind) => (text) => void found[kind].push(`cycle ${n}: ${text}`);
        const { stream } = await device(base, ca, await op.link('console', found.manager), 'console');
        const guests = BACK.map(() => new Guest(door));
        const cards = [];
        for (const guest of guests) cards.push(await guest.come(stream));
        const late = new Guest(door);
        await late.come(stream);

        const before = refused;
        fill();
        let filled = performance.now();
        await until('a refusal', FULL_WITHIN_MS, () => {
                if (performance.now() - filled > 1_000) {
                        fill(); // what was in the log's own blocks is used up only after a while
                        filled = performance.now();
                }
                return refused > before;
        });
        await whileFull(guests[0], putter('answers'));
        await takeBack(guests, cards, stream, putter('back'));
        await stillBack(guests, putter('back'));
        if (n % 2 === 0) await restartFull(hub, { guests, late, put: putter('restart') });
        found.ms.push(await makeRoom(door));
        await stillBack(guests, putter('after'));
        await until('a whole ballast', FULL_WITHIN_MS, () => fs.statSync(path.join(folder, 'data/ballast')).blocks * 512 >= 4 << 20);
        stream.close();
        found.guests.push(...guests);
}

/** Kills the hub, and compares its files and then its pages with the ledgers. */
async function account(hub, phones, found) {
        const file = await hub.cut(path.join(path.dirname(ledgers), 'copy'));
        const tokens = phones.flatMap((phone) => phone.lives.map((life) => life.token).filter(Boolean));
        const result = compare({ phones, handhelds: [], others: joined }, readStore(file), digests(tokens, path.dirname(ledgers)));
        await hub.start();
        for (let n = 0; n < found.guests.length; n += BACK.length) await stillBack(found.guests.slice(n, n + BACK.length), (text) => found.after.push(`after a kill: ${text}`));
        return result.wrong;
}

const row = (what, text) => console.log(`  ${what.padEnd(30)} ${text}`);

async function main() {
        const draw = draws(Number(seedText));
        const hub = new Hub({ build, folder, base, ca, options: OPTIONS });
        process.on('exit', () => hub.process?.kill('SIGKILL'));
        for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(1));
        await hub.start();
        const door = new Door(base, ca, hub);
        await door.pair(await op.link('sign'));
        const stage = new Stage(PHONES);
        const phones = [];
        for (let number = 1; number <= PHONES; number++) {
                const ledger = await Ledger.open(path.join(ledgers, `phone-${number}`));
                phones.push(new Patient({ number, hub, door, ledger, draw: draws(draw(1 << 30)), base, ca, links: [], stage }));
        }
        const running = phones.map((phone) => phone.run());
        const manager = fs.readFileSync(path.join(folder, 'csv/associates.csv'), 'utf8').split('\n').map((line) => line.split(',')).find((one) => one[4] === 'manager')[0];
        const found = { manager, answers: [], back: [], restart: [], after: [], ms: [], guests: [] };
        for (let n = 1; n <= CYCLES; n++) await cycle(n, { hub, door, found });
        stage.end();
        await Promise.all(running);
        const wrong = await account(hub, phones, found);

        const entries = phones.flatMap((phone) => phone.ledger.entries);
        row('disk full', `${CYCLES} times, ${CYCLES >> 1} with a restart`);
        row('acknowledged, refused', `${entries.length}, ${refused}`);
        row('room to first yes', `${found.ms.map((ms) => Math.round(ms)).join(', ')} ms`);
        say('a full disk: 503 with Retry-After, pages are read, status says what to do', found.answers);
        say('what is taken back on a full disk goes through, and its card goes', found.back);
        say('a hub starts on a full disk, and takes things back', found.restart);
        say('what was taken back stays so', found.after);
        say(`service within ${SERVICE_WITHIN_MS} ms of room, without a restart`, found.ms.filter((ms) => ms > SERVICE_WITHIN_MS).map((ms) => `${ms} ms`));
        say('nothing acknowledged is lost', wrong.filter((one) => one.kind === 'lost').map((one) => one.text));
        say('nothing is done twice', wrong.filter((one) => one.kind === 'doubled').map((one) => one.text));
        say('no answer was unexpected', phones.flatMap((one) => one.odd.map((text) => `phone ${one.number}: ${text}`)));
        say('there was something to refuse', refused > 0 && entries.length > 100 ? [] : [`${refused} refused, ${entries.length} answers`]);
        phones.forEach((one) => one.close());
        door.face.agent.destroy();
        await hub.stop();
}

main().then(() => process.exit(0), (error) => {
        console.log(`FAILED   the driver: ${error.stack}`);
        process.exit(1);
});
