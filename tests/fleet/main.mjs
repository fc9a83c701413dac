// 2,000 handhelds lose their hub and come back while guests arrive. Each handheld is the page's own stream
// (server/web/src/lib/stream.ts) on a WebSocket over TLS, from an address of its own. Says one case a line ("ok WHAT",
// "FAILED WHAT"), and the times.
//   main.mjs BUILD FOLDER BASE
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { Face, secretOf } from '../cards/lib.mjs';
import { operator } from '../cards/operator.mjs';
import { Hub } from '../crash/hub.mjs';
import { Door } from '../crash/phone.mjs';
import { makeKey, pointOf, signatureOf } from '../devices/own_key.mjs';
import { packageOf } from '../web/lib/packages.mjs';
import { pageModule } from '../web/lib/rulegen.mjs';
import { ASSOCIATES, GUESTS, associateOf, guestOf } from './store.mjs';

const [build, folder, base] = process.argv.slice(2);
const EACH = Number(process.env.MAITRED_DEVICES ?? 4);
const BACK_MS = Number(process.env.MAITRED_BACK_MS ?? 60_000);
const ANSWER_MS = Number(process.env.MAITRED_ANSWER_MS ?? 500);
const ARRIVALS_PER_S = 10;
const LEAST_ARRIVALS = 200; // so that two may be above the 99th percentile
const AT_ONCE = 6; // the operator's door takes eight
const SETTLED_MS = 60_000;
const MOST_SHOWN = 12;
// Offers stay with her associate, so that it is known where each card must be; a store of this size has more devices.
const OPTIONS = ['limits.handhelds=10000', 'alert.answer_within_s=300', 'alert.nobody_after_s=900', 'alert.rendered_within_s=60', 'alert.most_per_hour=0', 'alert.least_gap_s=0', 'handhelds.key=required', 'handhelds.at_once=any'];

const ca = fs.readFileSync(path.join(folder, 'data/tls/ca.pem'));
const op = operator(build, folder);
const { WebSocket } = await packageOf('ws');
const { Stream } = await pageModule('lib/stream.ts');
const pause = (ms) => new Promise((go) => setTimeout(go, ms));
const hintOf = (n) => `coat ${n}`; // by which a guest's card is known
const hintIn = (card) => card.fields.hint?.text;
const address = (kind, n) => `127.${kind}.${n >> 8}.${n & 255}`;
const KEY = makeKey(); // one for all: a hub does not compare them
const DEVICES = 1;
const PHONES = 2;

function say(what, wrong) {
        console.log(`${wrong.length === 0 ? 'ok      ' : 'FAILED  '} ${what}`);
        wrong.slice(0, MOST_SHOWN).forEach((text) => console.log(`  | ${text}`));
        if (wrong.length > MOST_SHOWN) console.log(`  | and ${wrong.length - MOST_SHOWN} more`);
}

const percentile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.ceil((p / 100) * sorted.length) - 1)];

async function until(what, within_ms, holds) {
        const last = performance.now() + within_ms;
        while (!holds()) {
                if (performance.now() > last) return false;
                await pause(50);
        }
        return true;
}

/** Does `work` for each of n, a few at a time. */
async function each(n, work) {
        let next = 0;
        const one = async () => {
                while (next < n) await work(next++);
        };
        await Promise.all(Array.from({ length: AT_ONCE }, one));
}

/** A customer's or associate's device at an address of its own. */
class FarFace extends Face {
        constructor(from) {
                super(base, ca);
                this.from = from;
        }

        request(method, where, headers) {
                const { hostname, port, origin } = this.base;
                const all = { Origin: origin, ...(this.cookie && { Cookie: this.cookie }), ...headers };
                return https.request({ method, path: where, host: '127.0.0.1', port, servername: hostname, localAddress: this.from, ca: this.ca, headers: { Host: `${hostname}:${port}`, ...all }, agent: false, timeout: 10_000 });
        }
}

/** One handheld: the page's stream, and what a person with it would have seen. */
class Device {
        constructor(who, n) {
                Object.assign(this, { who, n, numbers: new Map(), twice: [], lines: [] });
                this.face = new FarFace(address(DEVICES, n));
        }

        async pair() {
                const secret = secretOf(await op.link('handheld', this.who));
                await this.face.call('/api/handheld/pair', { secret, key: pointOf(KEY) });
        }

        start() {
                const env = {
                        open: () => this.open(),
                        now: () => performance.now(),
                        later: (work, ms) => setTimeout(work, ms),
                        cancel: (timer) => clearTimeout(timer),
                        random: Math.random,
                        proof: async (asked) => signatureOf(KEY, asked, this.face.base.origin),
                        load: () => null,
                        save: () => {},
                };
                this.stream = new Stream(env, (view) => this.look(view));
                this.stream.start();
        }

        open() {
                const { origin, host, port } = this.face.base;
                const socket = new WebSocket(`wss://127.0.0.1:${port}/ws/handheld`, 'maitred.handheld.1', {
                        ca, servername: this.face.base.hostname, localAddress: this.face.from, perMessageDeflate: false,
                        headers: { Host: host, Origin: origin, Cookie: this.face.cookie },
                });
                socket.onerror = () => {}; // what comes of it is told by onclose
                const line = { began: Math.round(performance.now()) };
                this.lines.push(line);
                socket.addEventListener('open', () => (line.opened = Math.round(performance.now())));
                socket.addEventListener('message', ({ data }) => (line.last = data.slice(0, 12)));
                socket.addEventListener('close', ({ code }) => Object.assign(line, { closed: Math.round(performance.now()), code }));
                return socket;
        }

        /** What is on the screen is painted at once; a guest has one card with one number, however often it comes. */
        look(view) {
                const guests = new Map();
                for (const { card } of view.cards) {
                        guests.set(hintIn(card), (guests.get(hintIn(card)) ?? 0) + 1);
                        if (guests.get(hintIn(card)) > 1) this.twice.push(`${this.who}: two cards of one guest on one screen`);
                        const before = this.numbers.get(hintIn(card));
                        if (before !== undefined && before !== card.card) this.twice.push(`${this.who}: a guest's card came as number ${before} and again as ${card.card}`);
                        this.numbers.set(hintIn(card), card.card);
                }
                queueMicrotask(() => {
                        for (const { card } of this.stream.view.cards) this.stream.wasPainted(card.card, card.seq);
                        if (this.stream.clearing) this.stream.wasCleared();
                });
        }

        /** What became of its newest lines, for somebody who looks for why it is not back. */
        story() {
                return `device ${this.n} is ${this.stream.view.link}: ${this.lines.slice(-3).map((line) => JSON.stringify(line)).join(' ')}`;
        }

        get back() {
                return this.stream.view.link === 'open';
        }

        holds() {
                return this.stream.view.cards.map(({ card }) => `${hintIn(card)} ${card.state}`).sort();
        }
}


async function arrives(phone, n, door) {
        const body = { code: door.code, hint: hintOf(n), wish: '', meet: '' };
        const answer = await phone.ask('/api/customer/arrive', body).catch(() => null);
        if (answer?.body.error === 'code_old') await door.renew();
        return answer?.status === 200 ? 'yes' : answer ? `${answer.status} ${answer.body.error}` : 'no line';
}

async function comes(phone, n, door) {
        for (;;) {
                const said = await arrives(phone, n, door);
                if (said === 'yes') return;
                if (said !== 'no line' && !said.startsWith('503') && !said.endsWith('code_old')) throw new Error(`guest ${n} was answered with ${said}`);
                await pause(20);
        }
}

/** Guests come at a steady rate whatever the hub does; each tries until she is answered. Gives when each was due, and waited. */
async function arriving(phones, first, door, over) {
        const began = performance.now();
        const found = [];
        const all = [];
        for (let n = first; n < GUESTS && !over(found.length); n++) {
                const due = began + ((n - first) * 1000) / ARRIVALS_PER_S;
                await pause(Math.max(0, due - performance.now()));
                all.push(comes(phones[n], n, door).then(() => found.push({ n, due, ms: performance.now() - due })));
        }
        await Promise.all(all);
        return found;
}

/** What each associate's screens must hold: the guests who came to her, as far as they had got. */
function compare(devices, came, accepted) {
        const wants = new Map();
        for (const n of came) {
                const who = associateOf(n);
                if (!wants.has(who)) wants.set(who, []);
                wants.get(who).push(`${hintOf(n)} ${accepted.has(n) ? 'accepted' : 'offered'}`);
        }
        const wrong = [];
        for (const device of devices) {
                const has = device.holds().join(', ');
                const want = (wants.get(device.who) ?? []).sort().join(', ');
                if (has !== want) wrong.push(`${device.who}, device ${device.n}: "${has}" instead of "${want}"`);
        }
        return wrong;
}

async function main() {
        const hub = new Hub({ build, folder, base, ca, options: OPTIONS });
        process.on('exit', () => hub.process?.kill('SIGKILL'));
        for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(1));
        await hub.start();
        const door = new Door(base, ca, hub);
        await door.pair(await op.link('sign'));

        const devices = Array.from({ length: EACH * ASSOCIATES }, (_, n) => new Device(associateOf(n), n));
        await each(devices.length, (n) => devices[n].pair());
        const phones = Array.from({ length: GUESTS }, (_, n) => new FarFace(address(PHONES, n)));
        await each(GUESTS, async (n) => {
                const secret = secretOf(await op.link('customer', guestOf(n)));
                await phones[n].call('/api/customer/join', { secret, yes: true, age_ok: true, instore: true });
        });
        await each(devices.length, async (n) => {
                devices[n].start();
                await until('a welcome', SETTLED_MS, () => devices[n].back);
        });
        const all = devices.length;
        say(`${all} handhelds are connected over TLS`, devices.filter((d) => !d.back).map((d) => d.story()));

        const came = Array.from({ length: ASSOCIATES }, (_, n) => n);
        await each(ASSOCIATES, (n) => comes(phones[n], n, door));
        await until('cards', SETTLED_MS, () => compare(devices, came, new Set()).length === 0);
        const accepted = new Set(came.filter((n) => n % 2 === 0));
        for (const n of accepted) {
                const device = devices.find((d) => d.who === associateOf(n));
                device.stream.act('accept', device.stream.view.cards[0].card.card);
        }
        await until('accepting', SETTLED_MS, () => compare(devices, came, accepted).length === 0);
        say(`${came.length} guests are on their associates' handhelds, ${accepted.size} of them accepted`, compare(devices, came, accepted));

        const children = hub.children();
        const killed = performance.now();
        children.forEach((pid) => process.kill(pid, 'SIGKILL'));
        await until('lost lines', SETTLED_MS, () => devices.every((d) => !d.back));
        const lost = performance.now() - killed;
        let back = 0;
        const guests = arriving(phones, ASSOCIATES, door, (n) => back !== 0 && n >= LEAST_ARRIVALS);
        await hub.healthy(children);
        const well = performance.now();
        const half = await until('half', BACK_MS * 2, () => devices.filter((d) => d.back).length >= all / 2);
        const halfAt = performance.now();
        await until('all', BACK_MS * 2, () => devices.every((d) => d.back));
        back = performance.now() - killed;
        const found = await guests;
        const late = await until('cards', SETTLED_MS, () => compare(devices, [...came, ...found.map((g) => g.n)], accepted).length === 0);

        const waits = found.filter((g) => g.due >= well).map((g) => g.ms).sort((a, b) => a - b);
        const gone = found.filter((g) => g.due < well).map((g) => Math.round(g.ms));
        const meanwhile = found.filter((g) => g.due >= well && g.due <= killed + back).length;
        const row = (name, text) => console.log(`  ${name.padEnd(46)} ${text}`);
        row('all lines are down after the kill', `${Math.round(lost)} ms`);
        row('the hub answers again', `${Math.round(well - killed)} ms`);
        row('half of the handhelds are back', half ? `${Math.round(halfAt - killed)} ms` : 'never');
        row('all of them', `${Math.round(back)} ms`);
        row('guests who came before it answered, waited', gone.length ? `${Math.max(...gone)} ms at most, ${gone.length} of them` : 'none');
        row(`the ${waits.length} after it (${meanwhile} before all were back)`, `p50 ${percentile(waits, 50).toFixed(0)}, p99 ${percentile(waits, 99).toFixed(0)}, most ${waits.at(-1).toFixed(0)} ms`);
        say(`all are back within ${BACK_MS / 1000} s`, devices.every((d) => d.back) && back <= BACK_MS ? [] : [`${devices.filter((d) => d.back).length} of ${all} after ${Math.round(back)} ms; now it is ${Math.round(performance.now())}`, ...devices.filter((d) => !d.back).map((d) => d.story())]);
        say('no card is lost', late ? [] : compare(devices, [...came, ...found.map((g) => g.n)], accepted));
        say('none is shown twice', devices.flatMap((d) => d.twice));
        say(`meanwhile guests are answered within ${ANSWER_MS} ms (p99)`, percentile(waits, 99) <= ANSWER_MS ? [] : [`${percentile(waits, 99).toFixed(0)} ms`]);
        door.face.agent.destroy();
        await hub.stop();
}

main().then(() => process.exit(0), (error) => {
        console.log(`FAILED   the driver: ${error.stack}`);
        process.exit(1);
});
