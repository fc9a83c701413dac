// The whole card that a viewer must get: lines in their groups and order, and the fields, from `judged` lines.
import { judge, levelAt, rank } from './book.mjs';
import { cut, gather, judged, MOST_LINES } from './expect.mjs';

const ROLES = ['associate', 'trainee', 'manager'];
const MOST_SIZES = 4;
const MOST_AGE_S = 600; // a visit of this suite, with the hub's second start in it, is shorter

/** How new a line is, as far as the line itself tells: what it does not show may not order it. */
function recency(shown) {
        if (shown.at_ms !== undefined) return shown.at_ms;
        if (shown.month !== undefined) return shown.year * 12 + shown.month;
        if (shown.season !== undefined) return shown.year * 4 + ['spring', 'summer', 'autumn', 'winter'].indexOf(shown.season);
        return ['few', 'several', 'many'].indexOf(shown.tally);
}

/** What may be said, what tells more, what is newer; equals by what they show: bought, in the store, dear, several, then by the alphabet. */
function ranks(shown) {
        return [
                shown.mention === 'ok' ? 0 : 1, -rank(shown.level), -recency(shown),
                ['bought', 'returned', 'cancelled'].indexOf(shown.status ?? 'bought'), shown.channel === 'online' ? 1 : 0, -(shown.price ?? -Infinity), -(shown.quantity ?? 0),
                ...['department', 'kind', 'brand', 'item', 'size', 'colour', 'store', 'rule'].map((name) => Buffer.from(shown[name] ?? '')),
        ];
}

function order(a, b) {
        const left = ranks(a);
        const right = ranks(b);
        for (let i = 0; i < left.length; i++) {
                const c = Buffer.isBuffer(left[i]) ? Buffer.compare(left[i], right[i]) : left[i] < right[i] ? -1 : left[i] > right[i] ? 1 : 0;
                if (c !== 0) return c;
        }
        return 0;
}

function group(lines) {
        const reasons = new Set(lines.map((l) => l.because));
        return { because: reasons.size === 1 ? [...reasons][0] : '', lines };
}

const bytewise = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Bought lines that the viewer sees at this level, grouped by a text of theirs: [text, how many, newest month]. */
function grouped(all, level, text) {
        const groups = new Map();
        for (const { line, cell, verdict } of all) {
                if (cell.status !== 'bought' || verdict.level < rank(level) || !text(line)) continue;
                const [, n, newest] = groups.get(text(line)) ?? ['', 0, 0];
                groups.set(text(line), [text(line), n + 1, Math.max(newest, cell.bought.year * 12 + cell.bought.month)]);
        }
        return [...groups.values()];
}

/** Sizes of what she bought and the viewer sees as pieces, the latest month first: "38 Coats, 39 Boots". */
function sizesOf(all) {
        const sizes = grouped(all, 'item', (line) => line.size && `${line.size} ${line.kind}`).sort((a, b) => b[2] - a[2] || bytewise(a[0], b[0]));
        return sizes.slice(0, MOST_SIZES).map(([text]) => text).join(', ');
}

/** Two colours and a brand, each bought at least twice, the most frequent first. */
function likesOf(all) {
        const often = (level, word, most) => grouped(all, level, (line) => line[word]).filter(([, n]) => n >= 2)
                .sort((a, b) => b[1] - a[1] || bytewise(a[0], b[0])).slice(0, most).map(([text]) => text);
        return [...often('item', 'colour', 2), ...often('brand', 'brand', 1)].join(', ');
}

/** The first word is the first name. */
function namesOf(person) {
        const [first = '', ...rest] = person.name.split(' ').filter(Boolean);
        const last = rest.join(' ');
        const initial = (text) => [...text][0] ?? '';
        return { first, full: last ? `${first} ${initial(last)}.` : first, initials: [first, last].filter(Boolean).map((p) => `${initial(p)}.`).join('') };
}

export function fieldCell(field, viewer, seen) {
        return { field, role: ROLES[viewer.role], seen, relations: new Set(viewer.preferred ? ['preferred'] : []) };
}

/** `visit`: { hint, wish } of a live visit, or nothing. */
export function expectCard(book, person, viewer, seen, store, visit = {}) {
        const verdict = (field) => judge(book, fieldCell(field, viewer, seen));
        const here = verdict('presence').level > 0;
        const empty = { here, fields: {}, may_say: group([]), know_only: group([]) };
        const all = judged(book, person, viewer, seen, store);
        if (!here) return { card: empty, all };
        const visible = gather(all.filter((one) => one.verdict.level > 0)).sort(order);
        const lines = visible.slice(0, MOST_LINES).map((shown, i) => ({ line: i + 1, ...shown }));
        const names = namesOf(person);
        const texts = {
                name: (level) => (level === rank('full') ? names.full : level >= rank('kind') ? names.initials : ''),
                greet: () => (person.greet && verdict('name').level === rank('full') ? names.first : ''),
                wish: () => visit.wish ?? '', hint: () => visit.hint ?? '',
                sizes: () => (person.sizes ? sizesOf(all) : ''), likes: () => (person.sizes ? likesOf(all) : ''), // one tick for both
        };
        const fields = {};
        for (const [field, text] of Object.entries(texts)) {
                const v = verdict(field);
                const said = v.level > 0 ? text(v.level) : '';
                if (said) fields[field] = { text: cut(said, 127), level: levelAt(v.level), mention: v.decides.mention, because: v.decides.because, rule: v.decides.id };
        }
        // Who may be greeted by name may be named; what is derived is known, not said: no one piece stands behind it.
        if (fields.name) fields.name.mention = fields.greet?.mention ?? 'wait';
        for (const derived of [fields.sizes, fields.likes]) if (derived) derived.mention = 'wait';
        const card = {
                here, fields,
                may_say: group(lines.filter((l) => l.mention === 'ok')), know_only: group(lines.filter((l) => l.mention !== 'ok')),
        };
        return { card, all };
}

/** The parts of a hub's card that people and rules decide; the rest (ordinals, seconds) is checked where it arrives. */
export const essence = ({ here, fields, may_say, know_only }) => ({ here, fields, may_say, know_only });

/** Differences between two values as "path: here | there". */
export function differences(want, got, path = 'card') {
        if (Object.is(want, got)) return [];
        if (typeof want !== 'object' || typeof got !== 'object' || want === null || got === null || Array.isArray(want) !== Array.isArray(got))
                return [`${path}: expected ${JSON.stringify(want)}, the hub has ${JSON.stringify(got)}`];
        return [...new Set([...Object.keys(want), ...Object.keys(got)])].flatMap((key) => differences(want[key], got[key], `${path}.${key}`));
}

/**
 * A card as it came to a device, with its head; `head` has what is known of standing and meeting place. Two numbers of an
 * offered card depend on the moment: what is left of the turn, of at most `withinMs`, and how old the visit is.
 */
export function frameDifferences(frame, want, withinMs, head) {
        const known = { bytes: 4096, t: 'card', state: 'offered', seen: 'checked-in', currency: 'EUR', ...head };
        const got = Object.fromEntries(Object.keys(known).map((name) => [name, frame[name]]));
        const wrong = [...differences(want, essence(frame)), ...differences(known, got, 'head')];
        const { seq, card, age_s, answer_within_ms } = frame;
        const [aged, left] = [[age_s, 0, MOST_AGE_S - 1], [answer_within_ms, 1, withinMs]].map(([n, least, most]) => Number.isInteger(n) && n >= least && n <= most);
        if (!(seq > 0 && card > 0 && aged && left)) wrong.push(`head: seq ${seq}, card ${card}, age ${age_s} s, answer within ${answer_within_ms} ms`);
        return wrong;
}
