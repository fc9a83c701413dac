// What `maitrectl rules diff` and `rules replay` say of drafts, against counts of our own: from a backup's rows and the
// rules' text, by the evaluator of tests/cards. Says one case a line to tests/lab/run.
//   diff.mjs BUILD FOLDER BASE NOW
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { csv, readBackup } from '../cards/backup.mjs';
import { judge, levelAt, parseBook } from '../cards/book.mjs';
import { cellOf } from '../cards/expect.mjs';
import { Face, device, joinBy, secretOf } from '../cards/lib.mjs';
import { operator } from '../cards/operator.mjs';

const [build, folder, base, now] = process.argv.slice(2);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const ca = fs.readFileSync(path.join(folder, 'data/tls/ca.pem'));
const op = operator(build, folder);
const live = fs.readFileSync(path.join(root, 'config/rulebooks/balanced.rules'), 'utf8');
const promised = fs.readFileSync(path.join(root, 'config/notices/visit-alerts-1.rules'), 'utf8');
const NAMED = ['demo-bo', 'demo-chloe', 'demo-tie-id', 'demo-tie-latest', 'demo-long'];
const OTHERS = 12;
const ARRIVALS = 6;

const DRAFTS = {
        'less is shown of online purchases': `${live}
X1: never to everyone except seller of online because "Online purchases are private"
`,
        'more is shown to the department, and a rule that nothing comes under': `${live}
X2: show brand to department of in-store, this-store because "It is their department"
X3: limit tally to anyone of kind "Spaceships" because "There are none"
`,
        'both, and one that names a price': `${live}
X1: never to everyone except seller of online because "Online purchases are private"
X2: show brand to department of in-store, this-store, price < 80 because "It is their department"
X4: never to preferred of in-store, price >= 400 because "Between seller and customer"
`,
        'more than was ever promised: it is held under the notice': `${live}
X6: show full to store of in-store because "Everybody may know"
`,
        'nothing': live,
};

function say(what, wrong) {
        console.log(`${wrong.length === 0 ? 'ok      ' : 'FAILED  '} ${what}`);
        wrong.slice(0, 12).forEach((text) => console.log(`  | ${text}`));
}

const same = (what, got, want) => (JSON.stringify(got) === JSON.stringify(want) ? [] : [`${what}: ${JSON.stringify(got)}, counted ${JSON.stringify(want)}`]);

/** { code, out, err } of maitrectl, whatever it exits with. */
function ctl(...args) {
        return new Promise((resolve) => {
                execFile(path.join(build, 'server/ctl/maitrectl'), ['--socket', path.join(folder, 'control'), ...args], { timeout: 120_000 },
                        (error, out, err) => resolve({ code: error ? error.code : 0, out, err }));
        });
}

/** Who joins and with which choices: the named ones, and those with most purchases. */
async function everybodyJoins() {
        const bought = new Map();
        for (const { customer } of csv(path.join(folder, 'csv/purchases.csv')))
                if (customer.startsWith('c-')) bought.set(customer, (bought.get(customer) ?? 0) + 1);
        const others = [...bought].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, OTHERS).map(([id]) => id);
        const phones = new Map();
        for (const [i, id] of [...NAMED, ...others].entries()) {
                const choices = { greet: i % 2 === 0, instore: i % 5 !== 4, online: i % 3 !== 2, other_stores: i % 4 === 0, sizes: i % 2 === 0 };
                phones.set(id, (await joinBy(base, ca, await op.link('customer', id), choices)).phone);
        }
        return phones;
}

/** Level, and whether it may be said aloud, as one step of a ladder. */
function sight(book, cell) {
        const { level, shows } = judge(book, cell);
        const top = Math.max(0, ...shows.map((r) => r.level));
        const by = cell.relations.has('seller') && shows.some((r) => r.level === top && r.mention === 'ok');
        return level === 0 ? 0 : level * 2 + (by || cell.choice === 'talk' ? 1 : 0);
}

/** The same under what was promised to her: the lower of both, said aloud only where both allow it. */
function under(book, notice, cell) {
        const [a, b] = [sight(book, cell), sight(notice, cell)];
        const level = Math.min(a >> 1, b >> 1);
        return level * 2 + (level > 0 && a & b & 1 ? 1 : 0);
}

const nearest = (relations) => ['seller', 'preferred', 'department'].find((name) => relations.has(name)) ?? null;

/** The same counts, by asking for every line and associate. */
function count(store, draftText) {
        const [from, to, notice] = [live, draftText, promised].map(parseBook);
        const staff = store.associates.filter((a) => a.store === store.own.id);
        const found = { customers: store.people.size, associates: staff.length, lines: 0, pairs: 0, customers_changed: 0, wider: 0, narrower: 0 };
        const behind = { wider: new Set(), narrower: new Set() };
        const groups = new Map();
        const rules = new Map(to.filter((r) => !r.fields).map((r) => [r.id, { customers: new Set(), associates: new Set(), recent: false }]));
        for (const person of store.people.values()) {
                let changed = false;
                for (const line of person.lines) {
                        const cells = staff.map((a) => cellOf(line, { ...a, preferred: person.preferred !== 0 && person.preferred === a.id }, 'checked-in', store));
                        if (cells[0].ageMonths >= store.keepMonths) continue;
                        found.lines++;
                        found.pairs += staff.length;
                        cells.forEach((cell, i) => {
                                for (const r of to) {
                                        const note = rules.get(r.id);
                                        if (!note || !['checked-in', 'sensed'].some((seen) => r.matches({ ...cell, seen }))) continue;
                                        note.customers.add(person.id);
                                        note.associates.add(staff[i].id);
                                        note.recent ||= cell.ageDays <= 90 || (cell.ageMonths >= 18 && r.id === 'L6' && cell.ageMonths < 22);
                                }
                                const [a, b] = [under(from, notice, cell), under(to, notice, cell)];
                                if (a === b) return;
                                changed = true;
                                const way = b > a ? 'wider' : 'narrower';
                                found[way]++;
                                behind[way].add(person.id);
                                const relation = nearest(cell.relations) ?? (cell.relations.has('store') && cell.channel === 'in-store' ? 'store' : 'nobody');
                                const key = [relation, cell.channel, cell.kind, levelAt(a >> 1), levelAt(b >> 1), (a & 1) === 1, (b & 1) === 1].join('|');
                                const group = groups.get(key) ?? { lines: new Set(), people: new Set() };
                                group.lines.add(line.line);
                                group.people.add(person.id);
                                groups.set(key, group);
                        });
                }
                found.customers_changed += changed;
        }
        return { found, behind, groups, rules };
}

/** [P68]: too few are not told; others are rounded down, to fives and to two digits. */
const rounded = (n) => {
        const step = n < 100 ? 5 : 10 ** (String(n).length - 2);
        return Math.floor(n / step) * step;
};
const told = (n, customers = 5) => (n > 0 && (n < 5 || customers < 5) ? '<5' : rounded(n));

function compareDiff(got, { found, behind, groups, rules }) {
        const wrong = Object.entries(found).flatMap(([key, n]) => same(key, got[key], key === 'associates' ? n : told(n, behind[key]?.size)));
        const rows = new Map(got.by.map((r) => [[r.relation, r.channel, r.kind, r.from, r.to, r.may_say_from, r.may_say_to].join('|'), r.lines]));
        wrong.push(...same('groups', [...rows.keys()].sort(), [...groups.keys()].sort()));
        for (const [key, group] of groups) wrong.push(...same(key, rows.get(key), told(group.lines.size, group.people.size)));
        const unused = [...rules].filter(([, r]) => !r.recent).map(([id]) => id);
        wrong.push(...same('unused', [...got.unused].sort(), unused.sort()));
        const singles = [...rules].filter(([, r]) => r.customers.size > 0 && (r.customers.size < 5 || r.associates.size === 1)).map(([id]) => id);
        wrong.push(...same('singles_out', got.singles_out.map((r) => r.rule).sort(), singles.sort()));
        return wrong;
}

/** Nothing of a real person is in what is told: no name, no id, no purchase. */
function nobodyIn(text) {
        const names = csv(path.join(folder, 'csv/customers.csv')).flatMap((c) => [c.id, ...c.name.split(' ')]).filter((word) => word.length > 3);
        const kinds = new Set(csv(path.join(folder, 'csv/classes.csv')).map((c) => c.class).join(' ').split(/[ /]/));
        const words = new Set(text.split(/[^\p{L}\p{N}-]+/u));
        return names.filter((name) => words.has(name) && !kinds.has(name)).map((name) => `"${name}" is told`);
}

async function diffs(store) {
        for (const [what, text] of Object.entries(DRAFTS)) {
                const file = path.join(folder, 'draft.rules');
                fs.writeFileSync(file, text);
                const { code, out, err } = await ctl('rules', 'diff', file, '--json');
                if (out === '') {
                        say(`diff: ${what}`, [err]);
                        continue;
                }
                const counted = count(store, text);
                say(`diff: ${what}`, [...compareDiff(JSON.parse(out), counted), ...same('exit', code, counted.found.wider > 0 ? 1 : 0)]);
                say('and it names nobody', nobodyIn(out));
        }
        const text = await ctl('rules', 'diff', path.join(folder, 'draft.rules'));
        say('in words as well', text.out.includes('Nobody would see anything different.') && text.code === 0 ? [] : [text.out, text.err]);
        fs.writeFileSync(path.join(folder, 'wrong.rules'), 'rulebook x version 1\nR1: show all to everybody\n');
        const wrong = await ctl('rules', 'diff', path.join(folder, 'wrong.rules'));
        say('what is no rulebook is said to be none', wrong.code === 65 && /wrong\.rules:\d+:\d+: /.test(wrong.err) ? [] : [`${wrong.code} ${wrong.err}`]);
}

/** Six come in and their cards are on the manager's screen, then the draft's turn. Two diffs run meanwhile: the newer one counts. */
async function cards(phones) {
        const sign = new Face(base, ca);
        await sign.call('/api/sign/pair', { secret: secretOf(await op.link('sign')) });
        const { stream } = await device(base, ca, await op.link('console', 'karin'), 'console');
        const file = path.join(folder, 'hide.rules');
        fs.writeFileSync(file, `${live}\nX1: never to anyone of anything because "Nothing for a day"\nX5: never to anyone of field name/presence because "Nobody"\n`);
        const running = [ctl('rules', 'diff', file, '--json'), ctl('rules', 'diff', file, '--json')];
        for (const id of [...phones.keys()].slice(0, ARRIVALS)) {
                const code = secretOf((await sign.call('/api/sign/code')).url);
                const [frame] = await Promise.all([stream.next(`card of ${id}`, (m) => m.t === 'card'), phones.get(id).call('/api/customer/arrive', { code, if_busy: 'other' })]);
                stream.send({ t: 'rendered', card: frame.card, seq: frame.seq });
                for (const t of ['accept', 'with_her', 'done']) stream.send({ t, card: frame.card });
                await stream.next('end of the card', (m) => m.card === frame.card && (m.t === 'retract' || m.state === 'done'));
        }
        say('arrivals are answered while diffs run', []);
        const codes = (await Promise.all(running)).map(({ code }) => code).sort();
        say('of two diffs of one manager at least the newer one ends', codes[0] === 0 && (codes[1] === 0 || codes[1] === 75) ? [] : [`exits ${codes}`]);
        stream.close();
        const hidden = await ctl('rules', 'replay', file, '--days', '7', '--json');
        const got = hidden.out === '' ? {} : JSON.parse(hidden.out);
        say('replay: of the cards of today nothing would be left', [...same('cards', got.cards, told(ARRIVALS)), ...same('changed', got.changed, told(ARRIVALS)),
                ...same('less', got.less, told(ARRIVALS)), ...same('more', got.more, 0), ...same('days', got.by_day?.length, 1), ...same('exit', hidden.code, 0)]);
        fs.writeFileSync(file, live);
        const unchanged = await ctl('rules', 'replay', file, '--json');
        say('and the rules in force change none', unchanged.out === '' ? [unchanged.err] : same('changed', JSON.parse(unchanged.out).changed, 0));
}

async function main() {
        const phones = await everybodyJoins();
        const file = path.join(folder, 'joined.db');
        await op.ctl('backup', file);
        const store = readBackup(file, { folder, root, zone: 'Europe/Stockholm', currency: 'EUR', storeId: 'downtown', nowMs: Date.parse(now), keepMonths: 24 });
        say(`${phones.size} people have joined`, same('in the backup', store.people.size, phones.size));
        await diffs(store);
        await cards(phones);
}

main().then(() => process.exit(0)).catch((error) => {
        console.log(`FAILED   the story came to its end\n  | ${error.stack}`);
        process.exit(1);
});
