// The files that a killed hub left, against what the clients were answered. Reads with sqlite3, on a copy.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export function query(file, sql) {
        const said = execFileSync('sqlite3', ['-json', file, sql], { maxBuffer: 1 << 28, encoding: 'utf8' });
        return said.trim() === '' ? [] : JSON.parse(said);
}

/** The digests that the hub keeps of tokens: BLAKE2b-256 of the 32 bytes. */
export function digests(tokens, folder) {
        const all = path.join(folder, 'tokens');
        fs.mkdirSync(all, { recursive: true });
        tokens.forEach((token, n) => fs.writeFileSync(path.join(all, String(n)), Buffer.from(token, 'base64url')));
        const found = new Map();
        const names = tokens.map((_, n) => String(n));
        while (names.length > 0) {
                const said = execFileSync('b2sum', ['-l', '256', ...names.splice(0, 500)], { cwd: all, encoding: 'utf8' });
                for (const line of said.trim().split('\n')) {
                        const [digest, name] = line.split(/\s+/);
                        found.set(tokens[Number(name)], digest.toUpperCase());
                }
        }
        fs.rmSync(all, { recursive: true });
        return found;
}

const grouped = (rows, key) => rows.reduce((all, row) => all.set(row[key], [...(all.get(row[key]) ?? []), row]), new Map());

/** The tables that the comparison reads. */
export function readStore(file) {
        const consents = query(file, 'SELECT seq, person, purpose, category, state, mode, hex(visit) AS visit FROM consent_event ORDER BY seq');
        return {
                imported: (prefix) => query(file, `WITH l AS MATERIALIZED (SELECT line, person FROM line WHERE external GLOB '${prefix}*') SELECT (SELECT count(*) FROM l) AS lines, count(DISTINCT person) AS people, (SELECT count(*) FROM purchase WHERE person IN (SELECT person FROM l)) AS places FROM l`)[0],
                integrity: query(file, 'PRAGMA integrity_check')[0].integrity_check,
                sessions: new Map(query(file, 'SELECT hex(token) AS token, subject, expires FROM session WHERE kind = 1 OR subject >= 2147483648').map((one) => [one.token, one])),
                people: new Map(query(file, 'SELECT id, enrolled FROM person WHERE enrolled = 1 OR id >= 2147483648').map((one) => [one.id, one])),
                consents: grouped(consents, 'person'),
                visits: grouped(query(file, 'SELECT hex(id) AS id, person, state FROM visit'), 'person'),
                accepted: new Set(query(file, 'SELECT hex(visit) AS visit, associate FROM offer WHERE reply = 1').map((o) => `${o.associate} ${o.visit}`)),
                comings: new Map(query(file, 'SELECT a.external AS who, count(*) AS n FROM offer o JOIN associate a ON a.id = o.associate WHERE o.reply = 1 GROUP BY 1').map((one) => [one.who, one.n])),
                events: grouped(query(file, 'SELECT e.associate, a.external AS who, e.seq, e.kind, e.card, hex(e.visit) AS visit FROM stream_event e JOIN associate a ON a.id = e.associate ORDER BY e.associate, e.seq'), 'who'),
        };
}

const SHARED = [['instore', 2], ['online', 3], ['other_stores', 4], ['sizes', 5]];
const newest = (consents, purpose, category) => consents.findLast((c) => c.purpose === purpose && c.category === category && c.mode === 1)?.state;

/** One customer's life. `put(kind, text)`: kind is lost or doubled. */
function compareLife(life, name, store, digestOf, put) {
        const session = store.sessions.get(digestOf.get(life.token));
        if (!session) return put('lost', `${name}: joined, and has no session`);
        const consents = store.consents.get(session.subject) ?? [];
        const visits = store.visits.get(session.subject) ?? [];
        const done = (what) => life.done[what] ?? 0;
        const count = (what, has, least, most) => {
                if (has < least) put('lost', `${name}: ${least} ${what} were acknowledged, ${has} are kept`);
                if (has > most) put('doubled', `${name}: ${has} ${what} are kept, at most ${most} were asked for`);
        };
        const alert = newest(consents, 1, 1);
        if (!consents.some((c) => c.purpose === 1 && c.category === 1 && c.mode === 1 && c.state === 1)) put('lost', `${name}: joined, and has no consent`);
        if (life.over && alert !== 3) put('lost', `${name}: withdrew everything, and her consent stands as ${alert}`);
        if (!life.over && alert !== 1) put('lost', `${name}: has not withdrawn, and her consent stands as ${alert}`);
        if (Boolean(life.over) === (store.people.get(session.subject)?.enrolled === 1)) put('lost', `${name}: ${life.over ? 'withdrew and is' : 'joined and is not'} a customer`);
        count('arrivals', visits.length, done('arrive'), done('arrive'));
        for (const visit of visits) count('consents of one visit', consents.filter((c) => c.mode === 3 && c.visit === visit.id).length, 1, 1);
        count('live visits', visits.filter((v) => v.state !== 3).length, life.here ? 1 : 0, life.here ? 1 : 0);
        count('times "not today"', consents.filter((c) => c.mode === 2).length, done('not_today'), done('not_today'));
        for (const [word, category] of SHARED) {
                const wants = Boolean(life.share?.[word]) && !life.over;
                if ((newest(consents, 2, category) === 1) !== wants) put('lost', `${name}: ${word} is ${wants ? 'shared' : 'not shared'} by the answer, not by the file`);
        }
        return session.subject;
}

function compareStreams(handhelds, store, put) {
        for (const [who, events] of store.events) {
                events.forEach((event, n) => {
                        if (n > 0 && event.seq !== events[n - 1].seq + 1) put('gap', `${who}: after event ${events[n - 1].seq} comes ${event.seq}`);
                });
                const cards = new Map();
                for (const { card, visit } of events) {
                        if (cards.has(card) && cards.get(card) !== visit) put('doubled', `${who}: card ${card} is of two visits`);
                        cards.set(card, visit);
                }
        }
        for (const handheld of handhelds) {
                // Numbers of events are pruned; that somebody came is not.
                const comings = store.comings.get(handheld.who) ?? 0;
                const answered = new Set(handheld.ledger.entries.map((one) => one.card)).size;
                if (comings < answered) put('lost', `${handheld.who}: ${answered} acceptings were acknowledged, ${comings} are kept`);
                if (comings > handheld.asked.size) put('doubled', `${handheld.who}: ${comings} acceptings are kept, of ${handheld.asked.size} cards`);
                const events = store.events.get(handheld.who) ?? [];
                const bySeq = new Map(events.map((event) => [event.seq, event]));
                const first = events[0]?.seq ?? Infinity;
                for (const [seq, card] of handheld.seen) {
                        if (seq < first && events.length > 0) continue; // pruned
                        if (bySeq.get(seq)?.card !== card) put('lost', `${handheld.who}: event ${seq} of card ${card} was sent, and is not kept`);
                }
                for (const { seq, card } of handheld.ledger.entries) {
                        if (seq < first && events.length > 0) continue;
                        const event = bySeq.get(seq);
                        if (event?.kind !== 3 || event.card !== card) put('lost', `${handheld.who}: accepting card ${card} has no event ${seq}`);
                        else if (!store.accepted.has(`${event.associate} ${event.visit}`)) put('lost', `${handheld.who}: accepting card ${card} has no answered offer`);
                }
        }
}

/** Each line of each import once, where its customer's lines lie. */
function compareImports({ imports, prefix }, store, put) {
        const lines = imports.reduce((all, one) => all + one.lines, 0);
        const customers = imports.reduce((all, one) => all + one.customers, 0);
        const { lines: has, people, places } = store.imported(prefix);
        if (has < lines) put('lost', `${lines} imported lines were acknowledged, ${has} are kept`);
        if (places < lines) put('lost', `${lines} imported lines were acknowledged, ${places} lie with their customers`);
        if (has > lines || places > lines) put('doubled', `${has} imported lines are kept in ${places} places, ${lines} were sent`);
        if (people !== customers) put(people < customers ? 'lost' : 'doubled', `${customers} imported customers, ${people} are kept`);
}

/** What is lost, doubled, or missing in a sequence (gap): {kind, text}. Without an importer nothing was imported meanwhile;
 *  `others` is how many more joined at the door, whom nobody follows. */
export function compare({ phones, handhelds, importer, others = 0 }, store, digestOf) {
        const wrong = [];
        const put = (kind, text) => void wrong.push({ kind, text });
        if (store.integrity !== 'ok') put('lost', `integrity_check: ${store.integrity}`);
        const owners = new Map();
        let acknowledged = others;
        for (const phone of phones) {
                phone.lives.forEach((life, n) => {
                        const name = `phone ${phone.number}, life ${n + 1}`;
                        const person = compareLife(life, name, store, digestOf, put);
                        if (person === undefined) return;
                        if (!life.crm) acknowledged++;
                        if (owners.has(person)) put('doubled', `${name} is the same person as ${owners.get(person)}`);
                        owners.set(person, name);
                });
        }
        const guests = [...store.people.keys()].filter((id) => id >= 0x80000000).length;
        if (guests < acknowledged) put('lost', `${acknowledged} joined at the door, ${guests} are kept`);
        if (guests > acknowledged) put('doubled', `${guests} joined at the door, and ${acknowledged} asked for it`);
        compareStreams(handhelds, store, put);
        if (importer) compareImports(importer, store, put);
        return { wrong };
}
