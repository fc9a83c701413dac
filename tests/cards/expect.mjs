// What a viewer's card must hold, from a backup's rows and a rulebook's text: the same answer as the hub's, found another way.
import { judge, levelAt, rank } from './book.mjs';

const ROLES = ['associate', 'trainee', 'manager'];
const STATUSES = ['bought', 'returned', 'cancelled'];
const CHOICES = ['none', 'hide', 'talk'];
const SEASONS = ['winter', 'spring', 'summer', 'autumn'];
const MOST_LINES = 5;
const DAY_MS = 86_400_000;

const formats = new Map();
const dates = new Map();

/** The calendar date of a moment in a zone. */
function civil(ms, zone) {
        const key = `${zone} ${ms}`;
        if (!dates.has(key)) {
                if (!formats.has(zone)) formats.set(zone, new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }));
                const [year, month, day] = formats.get(zone).format(ms).split('-').map(Number);
                dates.set(key, { year, month, day, number: Date.UTC(year, month - 1, day) / DAY_MS });
        }
        return dates.get(key);
}

/** Whole calendar months between two dates. */
const monthsBetween = (from, to) => (to.year - from.year) * 12 + to.month - from.month - (to.day < from.day ? 1 : 0);

/** A text as a card may carry it: at most so many bytes, whole characters. */
export function cut(text, bytes) {
        let out = '';
        for (const c of text) {
                if (Buffer.byteLength(out + c) > bytes) break;
                out += c;
        }
        return out;
}

function relationsOf(line, viewer, store) {
        const relations = new Set();
        const here = line.store === store.own.id;
        if (line.seller !== 0 && line.seller === viewer.id) relations.add('seller');
        if (viewer.preferred) relations.add('preferred');
        if (here && line.store === viewer.store && line.channel === 0 && (viewer.departments >>> line.department_id) & 1) relations.add('department');
        if (line.store === viewer.store) relations.add('store');
        return relations;
}

export function cellOf(line, viewer, seen, store) {
        const bought = civil(line.at, store.zone);
        const today = civil(store.nowMs, store.zone);
        return {
                relations: relationsOf(line, viewer, store), role: ROLES[viewer.role], seen, channel: line.channel === 1 ? 'online' : 'in-store',
                here: line.store === store.own.id && line.channel === 0, kind: line.kind, sensitive: line.sensitive || line.kind === '', gift: line.gift === 1,
                status: STATUSES[line.status], price: line.price === null || line.currency !== store.currency ? null : line.price / 100,
                ageMonths: monthsBetween(bought, today), ageDays: today.number - bought.number, bought, choice: CHOICES[line.choice],
        };
}

/** What is said at a level, and no more. */
function shownAs(line, cell, verdict) {
        const { level } = verdict;
        const seller = cell.relations.has('seller');
        const mention = cell.choice === 'talk' || (seller && verdict.decides.mention === 'ok') ? 'ok' : 'wait';
        const shown = { level: levelAt(level), mention, because: verdict.decides.because, rule: verdict.decides.id, department: cut(line.department, 63) };
        if (level === rank('tally')) return shown;
        shown.status = cell.status;
        shown.channel = cell.channel;
        shown.kind = cut(line.kind, 63);
        const { year, month } = cell.bought;
        if (level < rank('item')) {
                shown.season = SEASONS[Math.floor((month % 12) / 3)];
                shown.year = month < 3 ? year - 1 : year;
        } else {
                Object.assign(shown, { year, month });
        }
        if (level >= rank('brand')) shown.brand = cut(line.brand, 63);
        if (level >= rank('item')) Object.assign(shown, { item: cut(line.item, 63), size: cut(line.size, 63), colour: cut(line.colour, 63) });
        if (level === rank('full'))
                Object.assign(shown, { store: cut(line.store_name, 63), quantity: line.quantity, price: cell.price === null ? null : line.price, at_ms: line.at, age_days: cell.ageDays });
        return shown;
}

const keyOf = (shown) => JSON.stringify(shown, Object.keys(shown).sort());

/**
 * Lines that look alike are one. Of tallies only a department's bucket is told, from three bought pieces up: no single
 * piece stands behind it, so it is never said aloud, and of several reasons the first by id stands.
 */
function gather(all) {
        const lines = new Map();
        const tallies = new Map();
        for (const { line, cell, verdict } of all) {
                const shown = shownAs(line, cell, verdict);
                if (shown.level !== 'tally') {
                        lines.set(keyOf(shown), shown);
                } else if (cell.status === 'bought') {
                        const { n, first } = tallies.get(shown.department) ?? { n: 0, first: shown };
                        tallies.set(shown.department, { n: n + 1, first: shown.rule < first.rule ? shown : first });
                }
        }
        for (const { n, first } of tallies.values())
                if (n >= 3) lines.set(first.department, { ...first, mention: 'wait', tally: n >= 12 ? 'many' : n >= 6 ? 'several' : 'few' });
        return [...lines.values()];
}

export { gather, keyOf, MOST_LINES };

/** Every line of hers with what the rules say of it for this viewer. */
export function judged(book, person, viewer, seen, store) {
        return person.lines.map((line) => {
                const cell = cellOf(line, viewer, seen, store);
                return { line, cell, verdict: judge(book, cell) };
        }).filter(({ cell }) => cell.ageMonths < store.keepMonths);
}
