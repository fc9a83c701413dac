// The five numbers once more, from a backup: all of a cell's people in sets, the calendar from the zone's own tables, and
// what may be told decided by those sets. It knows what numbers.h and cells.h say, and nothing of how the hub does it.
import { query } from './fill.mjs';

const LEAST = 10;
const BEHIND_A_TEAM = 3;
const NAMES = ['match', 'response', 'acceptance', 'trust', 'liked', 'return', 'spend_own', 'spend_other'];
const STEPS = [1, 1.2, 1.5, 1.8, 2.2, 2.7, 3.3, 3.9, 4.7, 5.6, 6.8, 8.2]; // and their tenfolds: what amounts are rounded up to

function days(zone) {
        const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
        const known = new Map();
        return (ms) => {
                const quarter = Math.floor(ms / 900_000);
                if (!known.has(quarter)) known.set(quarter, format.format(new Date(ms)));
                return known.get(quarter);
        };
}

/** What each customer who shares it bought here, by day: "person day" -> minor units; and who shares. */
function purchases(file, day, { store, now, currency }) {
        const shared = new Map();
        for (const e of query(file, 'SELECT person, state, at, valid_until FROM consent_event WHERE purpose = 2 AND category = 2 AND mode = 1 ORDER BY seq')) shared.set(e.person, e.state === 1 && e.at <= now && now < e.valid_until);
        const spent = new Map();
        const lines = query(file, `SELECT person, at, quantity, price FROM purchase WHERE status = 0 AND channel = 0 AND price IS NOT NULL AND store = (SELECT id FROM store WHERE external = '${store}') AND (currency IS NULL OR currency = '${currency}')`);
        for (const l of lines) {
                const key = `${l.person} ${day(l.at)}`;
                spent.set(key, (spent.get(key) ?? 0) + l.quantity * l.price);
        }
        return { shares: (person) => shared.get(person) === true, on: (person, at) => spent.get(`${person} ${day(at)}`) ?? 0 };
}

const roundUp = (minor) => {
        for (let unit = 100; ; unit *= 10) for (const s of STEPS) if (minor <= Math.round(s * unit)) return Math.round(s * unit);
};

function calendar(zone) {
        const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
        const known = new Map();
        return (ms) => {
                const quarter = Math.floor(ms / 900_000); // no zone changes inside of one
                if (!known.has(quarter)) known.set(quarter, Date.parse(`${format.format(new Date(ms))}T00:00:00Z`) / 86_400_000);
                return Math.floor((known.get(quarter) + 3) / 7);
        };
}

const empty = () => ({ of: 0, hit: 0, more: {}, times: [], amounts: [], people: new Set(), who: new Set() });
const union = (cells) => {
        const all = { people: new Set(), who: new Set() };
        for (const c of cells) {
                c.people.forEach((p) => all.people.add(p));
                c.who.forEach((w) => w && all.who.add(w));
        }
        return all;
};

/** Associates in teams: the first of their departments, if three work there; nobody is left over in ones or twos. */
function teamsOf(associates, names) {
        const first = new Map(associates.map((a) => [a.id, a.departments ? Math.log2(a.departments & -a.departments) : -1]));
        const count = (d) => associates.filter((a) => a.active && first.get(a.id) === d).length;
        let teams = names.map((n) => n.id).filter((d) => count(d) >= BEHIND_A_TEAM);
        const over = () => associates.filter((a) => a.active && !teams.includes(first.get(a.id))).length;
        while (teams.length > 0 && over() > 0 && over() < BEHIND_A_TEAM)
                teams = teams.filter((d) => d !== [...teams].sort((a, b) => count(a) - count(b) || a - b)[0]);
        const name = (d) => names.find((n) => n.id === d).name;
        return { teams: teams.map(name), of: (id) => (teams.includes(first.get(id)) ? name(first.get(id)) : 'REST') };
}

/** Whether somebody met her in this visit, and in none before on the same day. */
function firstMet(visits, day) {
        const first = new Map();
        const key = (v) => `${v.person} ${day(v.started)}`;
        for (const v of visits) if (v.seen !== 2 && v.alert_state !== 6 && v.served_by) first.set(key(v), Math.min(v.started, first.get(key(v)) ?? Infinity));
        return (v) => v.served_by && first.get(key(v)) === v.started;
}

/** Who left, in whichever way, and who said "not today". To leave is to take back what she had given just before. */
function words(file) {
        const joined = new Map(); // person -> whether her newest word of it was yes
        const said = [];
        for (const e of query(file, 'SELECT person, at, state, mode FROM consent_event WHERE purpose = 1 AND category = 1 ORDER BY seq')) {
                const leaves = e.mode === 1 && e.state !== 1 && joined.get(e.person);
                if (e.mode === 1) joined.set(e.person, e.state === 1);
                if (leaves || e.mode === 2) said.push({ at: e.at, what: leaves ? 'left' : 'not_today' });
        }
        return said;
}

function count(file, { zone, store, now, currency }) {
        const week = calendar(zone);
        const day = days(zone);
        const bought = purchases(file, day, { store, now, currency });
        const associates = query(file, `SELECT id, departments, active FROM associate WHERE store = (SELECT id FROM store WHERE external = '${store}')`);
        const { teams, of: teamOf } = teamsOf(associates, query(file, 'SELECT id, name FROM department ORDER BY id'));
        const cells = new Map();
        const cell = (number, group, w) => {
                const key = `${number}|${group}|${w}`;
                if (!cells.has(key)) cells.set(key, empty());
                return cells.get(key);
        };
        const both = (number, group, w, work) => [cell(number, '', w), cell(number, group, w)].forEach(work);
        const note = (number, group, w, person, who, hit) =>
                both(number, group, w, (c) => {
                        c.of++;
                        c.hit += hit ? 1 : 0;
                        c.people.add(person);
                        c.who.add(who);
                });
        const more = (number, group, w, what) => both(number, group, w, (c) => (c.more[what] = (c.more[what] ?? 0) + 1));
        const visits = query(file, 'SELECT hex(v.id) AS id, v.person, v.client_of, v.served_by, v.alert_state, v.if_busy, v.seen, v.started, v.met, o.reply, o.answered FROM visit v LEFT JOIN offer o ON o.id = v.offer');
        const byId = new Map(visits.map((v) => [v.id, v]));
        const past = new Map();
        for (const v of visits) if (v.seen !== 2) past.set(v.person, [...(past.get(v.person) ?? []), v.started]);
        const first = firstMet(visits, day);
        for (const v of visits) {
                if (v.seen === 2 || v.alert_state === 6) continue;
                const w = week(v.started);
                const group = teamOf(v.client_of || v.served_by);
                const came = v.met || (v.reply === 1 ? v.answered : 0);
                const nobody = v.alert_state === 5 && v.served_by === 0;
                const who = v.served_by || v.client_of;
                if (v.client_of) note('match', group, w, v.person, v.client_of, v.client_of === v.served_by);
                if (!(nobody && v.if_busy === 3)) {
                        note('response', group, w, v.person, who, came && came - v.started <= 120_000);
                        if (nobody) more('response', group, w, 'nobody');
                        if (came) both('response', group, w, (c) => c.times.push({ took: came - v.started, person: v.person, who }));
                }
                if (bought.shares(v.person) && first(v)) {
                        const number = v.served_by === v.client_of ? 'spend_own' : 'spend_other';
                        const amount = bought.on(v.person, v.started);
                        note(number, group, w, v.person, who, amount > 0);
                        if (amount > 0) both(number, group, w, (c) => c.amounts.push({ amount, person: v.person, who }));
                }
                note('return', group, w, v.person, who, past.get(v.person).some((t) => t < v.started && t >= v.started - 90 * 86_400_000));
        }
        for (const o of query(file, 'SELECT hex(visit) AS visit, associate, offered, reply FROM offer WHERE reply NOT IN (0, 6, 7)')) {
                const v = byId.get(o.visit);
                const [w, group] = [week(o.offered), teamOf(o.associate)];
                if (v.seen === 2 || o.reply === 6) continue;
                more('acceptance', group, w, 'asked');
                if (o.reply === 1 || o.reply === 5) note('acceptance', group, w, v.person, o.associate, o.reply === 1);
                else more('acceptance', group, w, { 2: 'busy', 3: 'not_here', 4: 'handed_over' }[o.reply] ?? 'silent');
        }
        for (const d of query(file, 'SELECT person, associate, at FROM disclosure')) note('trust', teamOf(d.associate), week(d.at), d.person, d.associate, false);
        for (const t of query(file, 'SELECT hex(visit) AS visit, how, odd, at FROM thanks')) {
                const v = byId.get(t.visit);
                const [w, group] = [week(t.at), teamOf(v.served_by)];
                if (t.how) note('liked', group, w, v.person, v.served_by, t.how === 1);
                if (t.how > 1) more('liked', group, w, t.how === 2 ? 'soso' : 'bad');
                if (t.odd === 2) both('trust', group, w, (c) => c.hit++);
        }
        for (const { at, what } of words(file)) {
                const c = cell('trust', '', week(at));
                c.more[what] = (c.more[what] ?? 0) + 1;
        }
        return { teams, cells, week };
}

/** By week: with how many weeks it is told; for the store and for all teams at once. */
function tell(cells, number, teams, last, oldest) {
        const at = (group, w) => cells.get(`${number}|${group}|${w}`) ?? empty();
        const over = (group, set) => union(set.map((w) => at(group, w)));
        const safe = (u, people, who) => u.people.size >= people && u.who.size >= who;
        const store = new Map();
        const together = new Map();
        const stands = new Map();
        for (let block = Math.floor(oldest / 12); block * 12 <= last; block++) {
                const before = [0, 4, 8].map((q) => [0, 1, 2, 3].map((i) => (block - 1) * 12 + q + i));
                const known = before.flat().every((w) => store.has(w));
                const standing = teams.filter((t) => !known || before.every((quarter) => safe(over(t, quarter), LEAST, BEHIND_A_TEAM)));
                stands.set(block, standing);
                for (const n of [1, 4, 12])
                        for (let first = block * 12; first < block * 12 + 12; first += n) {
                                const all = Array.from({ length: n }, (_, i) => first + i);
                                if (all.some((w) => w > last)) continue;
                                const left = all.filter((w) => !store.has(w));
                                if (left.length > 0 && over('', left).people.size >= LEAST) left.forEach((w) => store.set(w, n));
                                const rest = all.filter((w) => !together.has(w));
                                const others = union(['REST', ...teams.filter((t) => !standing.includes(t))].flatMap((t) => rest.map((w) => at(t, w))));
                                const quiet = others.people.size === 0 || (others.people.size >= LEAST && (others.who.size === 0 || others.who.size >= BEHIND_A_TEAM));
                                if (rest.length > 0 && standing.length > 0 && rest.every((w) => store.has(w)) && quiet && standing.every((t) => safe(over(t, rest), LEAST, BEHIND_A_TEAM)))
                                        rest.forEach((w) => together.set(w, n));
                        }
        }
        return { store, together, stands };
}

const round = (hit, of, unit) => (of ? Math.floor((2 * hit * unit + of) / (2 * of)) : 0);
const step = (ms) => Math.min(121, ms <= 0 ? 1 : Math.ceil(ms / 5000));
const within = (times, percent) => step(times.map((t) => t.took).sort((a, b) => a - b)[Math.ceil((times.length * percent) / 100) - 1]) * 5;

const different = (list) => new Set(list.filter(Boolean)).size;
const manyMet = (times, group) => different(times.map((t) => t.person)) >= LEAST && (group === '' || different(times.map((t) => t.who)) >= BEHIND_A_TEAM);

function windowOf(cells, number, group, first, weeks) {
        const sum = empty();
        for (let w = first; w < first + weeks; w++) {
                const c = cells.get(`${number}|${group}|${w}`) ?? empty();
                sum.of += c.of;
                sum.hit += c.hit;
                sum.times.push(...c.times);
                sum.amounts.push(...c.amounts);
                for (const [k, v] of Object.entries(c.more)) sum.more[k] = (sum.more[k] ?? 0) + v;
        }
        const unit = number === 'trust' ? 1000 : 100;
        const share = (what, of = sum.of) => round(sum.more[what] ?? 0, of, unit);
        const half = () => (manyMet(sum.amounts, group) ? { half: roundUp(sum.amounts.map((a) => a.amount).sort((a, b) => a - b)[Math.ceil(sum.amounts.length / 2) - 1]) } : {});
        const beside = {
                spend_own: half,
                spend_other: half,
                response: () => ({ nobody: share('nobody'), ...(manyMet(sum.times, group) ? { p50_s: within(sum.times, 50), p90_s: within(sum.times, 90) } : {}) }),
                acceptance: () => Object.fromEntries(['busy', 'silent', 'not_here', 'handed_over'].map((k) => [k, share(k, sum.more.asked ?? 0)])),
                liked: () => ({ soso: share('soso'), bad: share('bad') }),
                trust: () => (group === '' ? { struck: share('struck'), left: share('left'), not_today: share('not_today') } : {}),
        };
        const from = new Date((first * 7 - 3) * 86_400_000).toISOString().slice(0, 10);
        return { from, weeks, of: Math.floor((sum.of + 2) / 5) * 5, value: round(sum.hit, sum.of, unit), ...(beside[number]?.() ?? {}) };
}

/** { teams, lines: { team: { number: [window, ...] } } }: what the hub should say at `now`, oldest first. */
export function expected(file, house) {
        const { now } = house;
        const { teams, cells, week } = count(file, house);
        const last = week(now - 86_400_000) - 1;
        const oldest = Math.min(...[...cells.keys()].map((k) => Number(k.split('|')[2])));
        const lines = {};
        for (const team of ['', ...teams]) lines[team] = {};
        for (const number of NAMES) {
                const { store: alone, together, stands } = tell(cells, number, teams, last, oldest);
                for (const team of ['', ...teams]) {
                        const windows = new Map();
                        for (let w = last; w >= oldest - 12; w--) {
                                const n = team === '' ? alone.get(w) : stands.get(Math.floor(w / 12))?.includes(team) ? together.get(w) : 0;
                                if (!n) continue;
                                const first = w - (w % n);
                                if (!windows.has(`${first} ${n}`)) windows.set(`${first} ${n}`, windowOf(cells, number, team, first, n));
                        }
                        lines[team][number] = [...windows.values()].reverse();
                }
        }
        return { teams, lines };
}
