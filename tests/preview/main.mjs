// Random customers come, random rules come into force, and their cards go from one random viewer to the next: each as it
// was on the wire against what her page and the operator were shown. Says one case a line to tests/preview/run.
//   main.mjs BUILD FOLDER BASE CARDS PEOPLE SEED
import fs from 'node:fs';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { csv } from '../cards/backup.mjs';
import { Face, device, joinBy, secretOf } from '../cards/lib.mjs';
import { operator } from '../cards/operator.mjs';
import { totp } from '../web/lib/totp.mjs';
import { Control } from './control.mjs';

const [build, folder, base, cardsText, peopleText, seedText] = process.argv.slice(2);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const ca = fs.readFileSync(path.join(folder, 'data/tls/ca.pem'));
const op = operator(build, folder);
const CARDS = Number(cardsText);
const PEOPLE = Number(peopleText);
const BOOKS = Math.min(40, 4 + Math.floor(CARDS / 50));
const VISITS_A_DAY = 20;
const CARD_BYTES = 4096;
const MOST_SHOWN = 5;
const PASSWORD = 'a password of a test';

/** Draws that a seed repeats (mulberry32). */
function draws(seed) {
        let state = seed >>> 0;
        return (n) => {
                state = (state + 0x6d2b79f5) >>> 0;
                let t = Math.imul(state ^ (state >>> 15), state | 1);
                t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
                return ((t ^ (t >>> 14)) >>> 0) % n;
        };
}
const draw = draws(Number(seedText));
const chance = (percent) => draw(100) < percent;
const pick = (list) => list[draw(list.length)];
const wrong = [];
const counts = { cards: 0, lines: 0, pages: 0, viewers: new Set(), books: 0, full: 0, empty: 0 };

/** What of a card is hers and the viewer's: all but the numbers of its stream and of its clock. */
const hers = (text) => `${/"seen":"[^"]*"/.exec(text)?.[0]} ${text.slice(text.indexOf('"standing":'))}`;
const ofFrame = (frame) => hers(frame.wire.trimEnd());
const ofPreview = (answer) => hers(answer.wire.slice('{"card":'.length, answer.wire.lastIndexOf(',"preview":"')));

function parting(one, two) {
        let at = 0;
        while (at < one.length && one[at] === two[at]) at++;
        return `... ${one.slice(Math.max(0, at - 60), at + 60)} ... / ... ${two.slice(Math.max(0, at - 60), at + 60)} ...`;
}

function compare(what, frame, answer) {
        const [carried, shown] = [ofFrame(frame), ofPreview(answer)];
        if (answer.status !== 200) wrong.push(`${what}: answered with ${answer.status}`);
        else if (carried !== shown) wrong.push(`${what}: ${parting(carried, shown)}`);
}

// ---- rules ----
const shipped = ['reserved', 'balanced', 'warm'].map((name) => fs.readFileSync(path.join(root, `config/rulebooks/${name}.rules`), 'utf8')
        .split('\n').filter((line) => /^[A-Z]+\d*: /.test(line)));

/** Half of the time a shipped book with some rules missing, else rules of all three; presence is always told. */
function randomBook() {
        const rules = chance(50) ? pick(shipped).filter(() => chance(80)) : shipped.flat().filter(() => chance(40));
        const all = [...rules, 'P: show full to anyone of field presence because "Anyone may be asked"'];
        return ['rulebook random version 1 store * notice visit-alerts 1', ...all.map((rule, i) => `X${i}:${rule.slice(rule.indexOf(':') + 1)}`), ''].join('\n');
}

const post = (face, name, body) => face.ask(`/api/console/${name}`, body, { 'Idempotency-Key': `"${randomUUID()}"` });

/** A manager proposes them all while she has shown her password; the operator is the second who publishes. */
async function propose(console) {
        const { secret } = await console.call('/api/console/enrol_begin', {});
        const { now_ms } = await console.call('/api/console/board');
        await console.call('/api/console/enrol', { password: PASSWORD, code: totp(secret, now_ms) });
        await console.call('/api/console/step_up', { password: PASSWORD, code: totp(secret, now_ms, 1) });
        const versions = [];
        for (let i = 0; i < BOOKS; i++) {
                const { status, body } = await post(console, 'rules_propose', { text: randomBook(), why: 'a test' });
                if (status === 200) versions.push(body);
        }
        return versions;
}

async function publish(control, { version, sha256 }) {
        for (let tries = 0; tries < 2; tries++) {
                const { status, body } = await control.call('rules_publish', { version, sha256 });
                if (status === 200) return void counts.books++;
                if (body.error !== 'live_changed') throw new Error(`version ${version}: ${JSON.stringify(body).slice(0, 300)}`);
        }
}

// ---- people ----
async function openHouse() {
        const staff = csv(path.join(folder, 'csv/associates.csv')).filter((a) => a.store === 'downtown' && a.active !== 'no');
        const devices = new Map();
        for (const { id, role } of staff) {
                const kind = role === 'manager' ? 'console' : 'handheld';
                const one = await device(base, ca, await op.link(kind, id), kind);
                devices.set(id, { id, kind, ...one });
        }
        return devices;
}

const TICKS = () => ({ choose: chance(70), greet: chance(50), instore: chance(85), online: chance(60), other_stores: chance(60), sizes: chance(60) });

/** Whoever has a sale in this store that may be invited for is invited by its seller, some by a link of the CRM. */
async function peopleCome() {
        const till = new Face(base, ca);
        const bearer = { Authorization: `Bearer ${await op.token('till 1')}` };
        const sales = new Map();
        for (const p of csv(path.join(folder, 'csv/purchases.csv')))
                if (p.store === 'downtown' && p.status === 'bought' && p.associate && p.customer) sales.set(p.customer, p);
        const people = [];
        for (const [customer, sale] of sales) {
                if (people.length === PEOPLE) break;
                const { status, body } = await till.ask('/api/till/invite', { line: sale.id }, bearer);
                if (status !== 200) continue; // of a protected kind, or not of these days
                const { phone } = await joinBy(base, ca, body.url, TICKS(), (card) => (chance(15) && card.may_say.lines.length > 0 ? [1] : [])).catch(() => ({}));
                if (phone) people.push({ id: customer, phone, visits: 0 });
        }
        return people;
}

// ---- a visit ----
const isCard = (m) => m.t === 'card';

/** The next card on whatever screen: {at, frame}. */
async function nextCard(devices, from) {
        const all = [...devices.values()].filter((d) => d !== from);
        return new Promise((resolve, reject) => {
                const timer = setTimeout(() => done(reject, new Error('no card on any screen')), 20_000);
                const look = () => {
                        for (const one of all) {
                                const at = one.stream.frames.findIndex(isCard);
                                if (at >= 0) return done(resolve, { at: one, frame: one.stream.frames.splice(at, 1)[0] });
                        }
                };
                const done = (then, value) => {
                        clearTimeout(timer);
                        all.forEach((one) => { one.stream.waiting = one.stream.waiting.filter((f) => f !== look); });
                        then(value);
                };
                all.forEach((one) => one.stream.waiting.push(look));
                look();
        });
}

function note({ at, frame }) {
        counts.cards++;
        counts.viewers.add(at.id);
        const lines = frame.may_say.lines.length + frame.know_only.lines.length;
        counts.lines += lines;
        counts.empty += lines === 0;
        counts.full += lines === 5;
        if (frame.bytes !== CARD_BYTES) wrong.push(`a card of ${frame.bytes} bytes`);
}

/** To somebody else who is free; null if nobody is. */
async function passOn(devices, { at, frame }) {
        at.stream.send({ t: 'accept', card: frame.card });
        await at.stream.next('state', (m) => m.t === 'state' && m.card === frame.card);
        at.stream.send({ t: 'colleagues' });
        const { colleagues } = await at.stream.next('colleagues', (m) => m.t === 'colleagues');
        if (colleagues.length === 0) return null;
        const next = nextCard(devices, at);
        at.stream.send({ t: 'hand_over', card: frame.card, to: pick(colleagues).n });
        await at.stream.next('retract', (m) => m.t === 'retract' && m.card === frame.card);
        return next;
}

async function visit(control, devices, sign, person) {
        const who = `${person.id} by version ${counts.books}`;
        if (chance(25)) await person.phone.call('/api/customer/share', { instore: chance(80), online: chance(50), other_stores: chance(50), sizes: chance(50) });
        const before = await person.phone.ask('/api/customer/card');
        const { url } = await sign.call('/api/sign/code');
        const first = nextCard(devices, null);
        await person.phone.call('/api/customer/arrive', { code: secretOf(url), if_busy: 'other' });
        let place = await first;
        if (before.body.card.standing === place.frame.standing) {
                counts.pages++;
                compare(`${who}, her page before`, place.frame, before);
        }
        for (let turn = 0; place; turn++) {
                note(place);
                place.at.stream.send({ t: 'rendered', card: place.frame.card, seq: place.frame.seq });
                compare(`${who} for ${place.at.id}, her page`, place.frame, await person.phone.ask('/api/customer/card'));
                compare(`${who} for ${place.at.id}, the operator`, place.frame, await control.call('preview', { customer: person.id, associate: place.at.id }));
                const next = turn < 2 && chance(70) ? await passOn(devices, place) : null;
                if (!next) break;
                place = next;
        }
        const gone = place.at.stream.next('retract', (m) => m.t === 'retract' && m.card === place.frame.card);
        await person.phone.call('/api/customer/stop', {});
        await gone;
        person.visits++;
}

function say(what, bad) {
        console.log(`${bad.length === 0 ? 'ok      ' : 'FAILED  '} ${what}`);
        bad.slice(0, MOST_SHOWN).forEach((text) => console.log(`#   ${text}`));
}

const devices = await openHouse();
const sign = new Face(base, ca);
await sign.call('/api/sign/pair', { secret: secretOf(await op.link('sign')) });
const people = await peopleCome();
const control = await Control.open(path.join(folder, 'control'));
const books = await propose(devices.get('karin').face);
const eachBook = Math.ceil(CARDS / Math.max(1, books.length));
while (counts.cards < CARDS) {
        if (counts.cards >= counts.books * eachBook && counts.books < books.length) await publish(control, books[counts.books]);
        const able = people.filter((p) => p.visits < VISITS_A_DAY);
        if (able.length === 0) break;
        await visit(control, devices, sign, pick(able));
}
console.log(`# ${counts.cards} cards for ${counts.viewers.size} viewers of ${people.length} customers under ${counts.books} books: ${counts.lines} lines, ${counts.empty} cards without, ${counts.full} full; ${counts.pages} looked at before arriving`);
say('what is previewed is what the socket carried, byte for byte', wrong);
say('enough was compared, of all kinds', counts.cards >= CARDS && counts.books >= 3 && counts.viewers.size >= 4 && counts.lines > CARDS / 2 && counts.empty > 0 && counts.pages > 0 ? [] : [JSON.stringify({ ...counts, viewers: [...counts.viewers] })]);
control.close();
for (const { stream } of devices.values()) stream.close();
