// Pairs with real processes: two hubs over twin stores, the same day in both, and the frames of each viewer compared byte
// for byte. Says one case a line to tests/leaks/run, which runs the hubs: "ok WHAT", "FAILED WHAT".
//   pairs.mjs files NOW PAIRS FOLDER FOLDER            writes the two stores' files
//   pairs.mjs day NOW PAIRS BUILD FOLDER BASE FOLDER BASE   lets the day happen and compares
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseBook } from '../cards/book.mjs';
import { operator } from '../cards/operator.mjs';
import { device, Face, joinBy, secretOf, Stream } from '../cards/lib.mjs';
import { draws, makeStores, MARK } from './stores.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const seed = Number(process.env.MAITRED_SEED ?? 20261122);
const book = parseBook(fs.readFileSync(path.join(root, 'config/rulebooks/balanced.rules'), 'utf8'));
const VIEWERS = ['maria', 'erik', 'sofia', 'lina', 'karin'];
const JOINS_AT_ONCE = 4;
const MOST_SHOWN = 5;

function say(what, wrong) {
        console.log(`${wrong.length === 0 ? 'ok      ' : 'FAILED  '} ${what}`);
        wrong.slice(0, MOST_SHOWN).forEach((text) => console.log(`#   ${text}`));
}

/** What differs between two hubs whatever they hold: their epoch, and the time that has passed. A card keeps its size. */
const steady = (text) => text.replace(/"epoch":"[^"]*"/, '"epoch":""').replace(/"(age_s|answer_within_ms)":\d+/g, '"$1":0').replace(/ +$/, '');


/** One hub with its people: handhelds, phones, and what each viewer got. */
class House {
        constructor(build, folder, base) {
                this.folder = folder;
                this.base = base;
                this.ca = fs.readFileSync(path.join(folder, 'data/tls/ca.pem'));
                this.op = operator(build, folder);
                this.logs = new Map();
        }

        async open(customers) {
                this.devices = {};
                for (const name of VIEWERS) {
                        const kind = name === 'karin' ? 'console' : 'handheld';
                        this.devices[name] = await device(this.base, this.ca, await this.op.link(kind, name), kind);
                }
                this.sign = new Face(this.base, this.ca);
                await this.sign.call('/api/sign/pair', { secret: secretOf(await this.op.link('sign')) });
                this.phones = new Map();
                this.till = new Face(this.base, this.ca);
                this.bearer = { Authorization: `Bearer ${await this.op.token('till 1')}` };
                const sales = salesOf(this.folder, customers);
                let next = 0;
                const work = async () => {
                        while (next < customers.length) {
                                const { id, choose } = customers[next++];
                                const { url } = await this.till.call('/api/till/invite', { line: sales.get(id) }, this.bearer);
                                const { phone } = await joinBy(this.base, this.ca, url, { choose, online: true, other_stores: true, sizes: true });
                                this.phones.set(id, phone);
                        }
                };
                await Promise.all(Array.from({ length: JOINS_AT_ONCE }, work));
        }

        /** What this customer's viewer gets from now on. */
        watch(name) {
                this.name = name;
                this.from = this.devices[name].stream.seen.length;
        }

        got() {
                return this.devices[this.name].stream.seen.slice(this.from);
        }

        stream(name = this.name) {
                return this.devices[name].stream;
        }

        async arrive(id) {
                const { url } = await this.sign.call('/api/sign/code');
                return this.phones.get(id).call('/api/customer/arrive', { code: secretOf(url), hint: 'green coat', wish: 'a winter coat', meet: '', if_busy: 'other' });
        }

        /** Her device comes back where it was. */
        async again() {
                const { face, stream, welcome } = this.devices[this.name];
                const last = stream.seen.filter((m) => m.seq !== undefined && m.t !== 'welcome' && m.t !== 'resync').at(-1)?.seq ?? 0;
                stream.close();
                const fresh = await Stream.open(face, this.name === 'karin' ? 'console' : 'handheld');
                fresh.seen = stream.seen;
                fresh.send({ t: 'hello', epoch: welcome.epoch, seq: last });
                await fresh.next('welcome', (m) => m.t === 'welcome');
                this.devices[this.name].stream = fresh;
        }

        /** A visit of one customer; `plan` is the same in both houses. */
        async visit({ id, watched, hers }, plan) {
                this.watch(watched);
                const first = this.stream(hers).next('card', (m) => m.t === 'card');
                await this.arrive(id);
                let card = await first;
                if (watched !== hers) {
                        const passed = this.stream().next('card', (m) => m.t === 'card');
                        this.stream(hers).send({ t: 'hand_over', card: card.card });
                        await this.stream(hers).next('retract', (m) => m.t === 'retract');
                        card = await passed;
                }
                this.stream().send({ t: 'rendered', card: card.card, seq: card.seq });
                if (plan.accept) {
                        this.stream().send({ t: 'accept', card: card.card });
                        await this.stream().next('state', (m) => m.t === 'state');
                }
                if (plan.wrong) {
                        this.stream().send({ t: 'accept', card: 4_000_000 });
                        await this.stream().next('error', (m) => m.t === 'error');
                }
                if (plan.share) {
                        const again = this.stream().next('card', (m) => m.t === 'card');
                        await this.phones.get(id).call('/api/customer/share', plan.share);
                        await again;
                }
                if (plan.again) await this.again();
                if (plan.tell) {
                        const again = this.stream().next('card', (m) => m.t === 'card');
                        await this.phones.get(id).call('/api/customer/tell', { hint: 'red hat' });
                        await again;
                }
                const gone = this.stream().next('retract', (m) => m.t === 'retract');
                await this.phones.get(id).call('/api/customer/stop', {});
                await gone;
                if (plan.sales) {
                        this.stream().send({ t: 'sales' });
                        await this.stream().next('sales', (m) => m.t === 'sales');
                }
                return this.got();
        }
}

function planOf(draw) {
        const yes = (percent) => draw(100) < percent;
        const share = { instore: yes(80), online: yes(50), other_stores: yes(50), sizes: yes(60) };
        return { accept: yes(50), wrong: yes(20), share: yes(40) ? share : null, again: yes(25), tell: yes(40), sales: yes(15) };
}

/** Where two texts part, with a little before it. */
function parting(one, two) {
        let at = 0;
        while (at < one.length && one[at] === two[at]) at++;
        return `... ${one.slice(Math.max(0, at - 60), at + 60)} ... / ... ${two.slice(Math.max(0, at - 60), at + 60)} ...`;
}

/** What is not the same of one customer's day. */
function partings(customer, frames) {
        const [one, two] = frames.map((list) => list.map((frame) => frame.raw ?? steady(JSON.stringify(frame))));
        const sizes = frames.map((list) => list.map((frame) => (frame.t === 'card' ? frame.bytes : frame.t)).join(' '));
        const wrong = [];
        if (sizes[0] !== sizes[1]) wrong.push(`${customer.id} for ${customer.watched}: ${sizes[0]} / ${sizes[1]}`);
        if (frames.flat().some((frame) => frame.t === 'card' && frame.bytes !== 4096)) wrong.push(`${customer.id}: a card of another size than 4,096 bytes`);
        const at = one.findIndex((text, i) => text !== two[i]);
        if (at >= 0) wrong.push(`${customer.id} for ${customer.watched}, frame ${at}: ${parting(one[at], two[at] ?? '')}`);
        if ([...one, ...two].some((text) => text.includes(MARK))) wrong.push(`${customer.id} for ${customer.watched}: a hidden text was sent`);
        return wrong;
}

/** An operator's words, without times, ports and numbers of processes. */
const logOf = (house) => fs.readFileSync(path.join(house.folder, 'log'), 'utf8').split('\n').map((line) => line.replace(/^\S+ /, '').replace(/\b(port|pid|ms|bytes|rows|count|file|path)=\S+/g, '$1='));

async function otherDoors(houses) {
        const metrics = await Promise.all(houses.map((h) => h.op.ctl('metrics')));
        const boards = await Promise.all(houses.map(async (h) => {
                const board = await h.devices.karin.face.call('/api/console/board');
                return JSON.stringify({ ...board, now_ms: 0 });
        }));
        const unknown = await Promise.all(houses.map(async (h) => {
                const ask = (line) => h.till.ask('/api/till/invite', { line }, h.bearer);
                return { none: await ask('L-no-such-line'), hidden: await ask(h.hiddenLine) };
        }));
        const counters = metrics.map((text) => text.split('\n').filter((line) => !line.startsWith('#') && !/timestamp/.test(line)).join('\n'));
        say('the hub\'s numbers are the same', counters[0] === counters[1] ? [] : counters);
        say('the manager\'s board is the same', boards[0] === boards[1] ? [] : boards);
        say('an unknown purchase and one of a protected kind get the same answer', unknown.flatMap(({ none, hidden }) => (JSON.stringify(none) === JSON.stringify(hidden) ? [] : [`${JSON.stringify(none)} / ${JSON.stringify(hidden)}`])));
        const logs = houses.map(logOf);
        say('the operator reads the same in both logs', logs[0].join('\n') === logs[1].join('\n') ? [] : logs[0].flatMap((line, i) => (line === logs[1][i] ? [] : [parting(line, logs[1][i] ?? '')])));
        const marked = houses.flatMap((h, i) => [logs[i].join('\n'), metrics[i], boards[i]].filter((text) => text.includes(MARK)));
        say('no hidden text stands in a log, a number or on the board', marked);
}

const rowsOf = (folder) => fs.readFileSync(path.join(folder, 'csv/purchases.csv'), 'utf8').trim().split('\n').map((line) => line.split(','));

/** Of each customer a purchase that her associate may invite for, by the till's own id. */
function salesOf(folder, customers) {
        const hers = new Map(customers.map((c) => [c.id, c.hers]));
        const open = rowsOf(folder).filter(([, id, seller, store, channel, , kind, , , , , status, gift]) => seller === hers.get(id) && store === 'downtown' && channel === 'in-store' && status === 'bought' && gift === 'no' && kind !== 'Vitamins' && kind !== 'Lingerie');
        return new Map(open.map((row) => [row[1], row[0]]));
}

/** A purchase of a protected kind. */
const hiddenLine = (folder) => rowsOf(folder).find((row) => row[6] === 'Vitamins')?.[0] ?? '';

async function day(now, pairs, build, folders, bases) {
        const { customers, counts } = makeStores(folders, book, now, pairs, seed);
        const houses = folders.map((folder, i) => new House(build, folder, bases[i]));
        await Promise.all(houses.map((h) => h.open(customers)));
        houses.forEach((h) => { h.hiddenLine = hiddenLine(h.folder); });
        const draw = draws(seed + 1);
        const wrong = [];
        let frames = 0;
        let cards = 0;
        for (const customer of customers) {
                const plan = planOf(draw);
                const got = await Promise.all(houses.map((h) => h.visit(customer, plan)));
                frames += got[0].length;
                cards += got[0].filter((m) => m.t === 'card').length;
                wrong.push(...partings(customer, got));
        }
        const percent = (n) => `${Math.round((1000 * n) / counts.pairs) / 10} %`;
        console.log(`# ${counts.pairs} pairs of two real hubs: ${percent(counts.hide)} differ in hidden rows, ${percent(counts.moved)} move a tally inside its bucket; ${counts.dropped} dropped, ${counts.added} added, ${counts.changed} changed, ${counts.above} changed above their level; ${frames} frames, ${cards} cards`);
        say(`${counts.pairs} pairs of days with real processes tell their viewer the same`, wrong);
        say('at least 80 % of them differ in hidden rows, at least 10 % move a tally', counts.hide >= 0.8 * counts.pairs && counts.moved >= 0.1 * counts.pairs ? [] : [JSON.stringify(counts)]);
        await otherDoors(houses);
        for (const h of houses) for (const { stream } of Object.values(h.devices)) stream.close();
}

const [what, now, pairs, ...rest] = process.argv.slice(2);
if (what === 'files') makeStores(rest, book, now, Number(pairs), seed);
else await day(now, Number(pairs), rest[0], [rest[1], rest[3]], [rest[2], rest[4]]);
