// From the lines that tests/bench/run gathered: one table, the two claims, the distance to the targets, and everything as JSON.
//
//   node table.mjs RESULTS OUT.json COMMIT PEOPLE [look]        exits 1 if a claim does not hold, unless it was only a look
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';

const [from, to, commit, people, look] = process.argv.slice(2);
const QUIET_MS = 1; // a run counts as quiet when the generator itself was less than this late, at p99

const names = {
  server_cpu_us_per_msg: 'cpu_us', ack50_ms: 'answer50_ms', ack99_ms: 'answer99_ms', rss_per_conn_kb: 'rss_per_handheld_kb',
  server_cpu_us_per_connect: 'connect_cpu_us', sustained_per_s: 'per_s',
};

const profile = []; // where the time goes

function read(text) {
  const runs = [];
  let part = '';
  for (const line of text.split('\n')) {
    const [system, disk, round, kind, ...rest] = line.split(' ');
    if (system === 'part') part = disk;
    // Every measurement connects its handhelds; only the part that waits long enough tells of memory.
    if (kind === 'idle' && part !== 'idle') continue;
    if (kind === 'load' && part === 'back') continue; // only there to have cards open
    if (!['load', 'idle', 'back', 'most', 'max', 'import', 'lookup', 'sightings', 'profile'].includes(kind)) continue;
    if (kind === 'profile') {
      profile.push({ percent: Number(rest[0].split('=')[1]), what: rest.slice(1).join(' ') });
      continue;
    }
    const run = { system, disk, round: Number(round), kind: kind === 'max' ? 'most' : kind, ok: rest.at(-1) === 'ok' };
    for (const word of rest) {
      const at = word.indexOf('=');
      if (at > 0) run[names[word.slice(0, at)] ?? word.slice(0, at)] = Number(word.slice(at + 1));
    }
    if (run.whole === 1) run.system += ':whole';
    runs.push(run);
  }
  return runs;
}

const median = (values) => {
  const v = values.filter((x) => Number.isFinite(x)).sort((a, b) => a - b);
  return v.length ? (v[v.length >> 1] + v[(v.length - 1) >> 1]) / 2 : NaN;
};

const FIELDS = ['p50_ms', 'p99_ms', 'p999_ms', 'answer99_ms', 'late99_ms', 'cpu_us', 'cpu0_us', 'cpu1_us', 'per_s', 'rss_per_handheld_kb',
  'front_rss_per_handheld_kb', 'connects_per_s', 'connect_cpu_us', 'p50_us', 'p99_us', 'words_per_s',
  'cards', 'missing', 'down_s', 'first_s', 'all_s', 'cards_s', 'back_per_s'];

function gather(runs) {
  const groups = new Map();
  for (const run of runs) {
    const key = [run.kind, run.disk, run.n ?? '', run.rate ?? '', run.system].join('|');
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const rows = [];
  for (const list of groups.values()) {
    const quiet = list.filter((r) => r.late99_ms < QUIET_MS);
    const used = quiet.length ? quiet : list;
    const { kind, disk, n, rate, system } = list[0];
    const row = { kind, disk, n, rate, system, runs: list.length, quiet: quiet.length };
    for (const f of FIELDS) if (used.some((r) => f in r)) row[f] = median(used.map((r) => r[f]));
    rows.push(row);
  }
  return rows;
}

const show = (x, digits = 2) => (Number.isFinite(x) ? x.toFixed(digits) : '-');

function print(title, columns, rows) {
  if (rows.length === 0) return;
  console.log(`\n${title}\n`);
  console.log(`| ${columns.map((c) => c[0]).join(' | ')} |\n|${'---|'.repeat(columns.length)}`);
  for (const row of rows) console.log(`| ${columns.map((c) => c[1](row)).join(' | ')} |`);
}

const order = (a, b) => a.disk.localeCompare(b.disk) || (a.n ?? 0) - (b.n ?? 0) || (a.rate ?? 0) - (b.rate ?? 0) || a.system.localeCompare(b.system);

// What is better when it is less, and when it is more.
const LESS = ['p50_ms', 'p99_ms', 'cpu_us', 'rss_per_handheld_kb'];
const MORE = ['per_s', 'connects_per_s'];

const KINDS = ['load', 'most', 'idle']; // what there is of both
// Ours, and the hub in Node that promises the same for it (alike.mjs); the peer of ../shared/bench, `node`, does a part of that.
const ALIKE = { ours: 'node:alike', 'ours:whole': 'node:alike:whole', 'ours:token': 'node:alike-token' };

// One row of ours beside another's of the same kind: "met", or what of it was missed and by how much.
function against(row, rows, other) {
  const node = rows.find((r) => r.system === other && r.kind === row.kind && r.disk === row.disk && r.n === row.n && r.rate === row.rate);
  if (!(row.system in ALIKE) || !node || (other === 'node' && row.system === 'ours:whole')) return '';
  const missed = (f, times) => (f in row && f in node && !(times < 1) ? [`${f.replace(/_(ms|us)$/, '')} ${show(times)}`] : []);
  const list = [...LESS.flatMap((f) => missed(f, row[f] / node[f])), ...MORE.flatMap((f) => missed(f, node[f] / row[f]))];
  return list.length ? `missed: ${list.join(', ')}` : 'met';
}

const beside = (rows) => [['against Node that promises the same', (r) => against(r, rows, ALIKE[r.system])], ['against Node that does a part', (r) => against(r, rows, 'node')]];

function tables(rows) {
  const of = (kind) => rows.filter((r) => r.kind === kind).sort(order);
  print('From check-in to card, in ms from when the check-in was due; processor for each check-in, all processes', [
    ['disk', (r) => r.disk], ['handhelds', (r) => r.n], ['rate/s', (r) => r.rate], ['who', (r) => r.system], ['p50', (r) => show(r.p50_ms)],
    ['p99', (r) => show(r.p99_ms)], ['p99.9', (r) => show(r.p999_ms)], ['answer p99', (r) => show(r.answer99_ms)], ['cpu us', (r) => show(r.cpu_us, 0)],
    ['front + hub', (r) => ('cpu1_us' in r ? `${show(r.cpu0_us, 0)} + ${show(r.cpu1_us, 0)}` : '')], ['quiet runs', (r) => `${r.quiet} of ${r.runs}`], ...beside(rows),
  ], of('load'));
  print('Highest rate with p99 below 50 ms', [
    ['disk', (r) => r.disk], ['handhelds', (r) => r.n], ['who', (r) => r.system], ['check-ins/s', (r) => show(r.per_s, 0)], ...beside(rows),
  ], of('most'));
  print('Handhelds that only wait', [
    ['handhelds', (r) => r.n], ['who', (r) => r.system], ['KB each', (r) => show(r.rss_per_handheld_kb)], ['of these in front', (r) => show(r.front_rss_per_handheld_kb)],
    ['came in, 1/s', (r) => show(r.connects_per_s, 0)], ['cpu us each', (r) => show(r.connect_cpu_us, 0)], ...beside(rows),
  ], of('idle'));
  print('The hub is killed; everybody comes back at once, each with a proof of its key, and has the open cards again; in s after the kill', [
    ['handhelds', (r) => r.n], ['who', (r) => r.system], ['all lines down', (r) => show(r.down_s)], ['first back', (r) => show(r.first_s)],
    ['all back', (r) => show(r.all_s)], ['1/s', (r) => show(r.back_per_s, 0)], ['open cards', (r) => show(r.cards, 0)],
    ['the last of them there', (r) => show(r.cards_s)], ['missing', (r) => show(r.missing, 0)],
  ], of('back'));
  print(`Look-up of one person's twenty newest lines, store of ${people} people`, [
    ['who', (r) => r.system], ['p50 us', (r) => show(r.p50_us, 1)], ['p99 us', (r) => show(r.p99_us, 1)],
  ], of('lookup'));
  if (of('lookup').length > 0 && people < 1000000) console.log('\n(1,000,000 people and 20,000,000 lines: when asked for, MAITRED_BENCH_PEOPLE=1000000)');
  print('Sightings of people whom nobody knows, dropped by an agent on one core', [
    ['as facts, 1/s', (r) => show(r.per_s, 0)], ["in hostapd's words, 1/s", (r) => show(r.words_per_s, 0)],
  ], of('sightings'));
}

// ---- the claims --------------------------------------------------------------------------------------------------------

// Against Node that promises the same; or against `other`, which promises less, so that only its figures are told.
function claims(rows, find, other) {
  const said = [];
  const claim = (what, ours, other, ok) => {
    said.push({ what, ours, other, ok }); // a figure that is missing is no claim that holds
  };
  const ran = rows.some((x) => x.system.startsWith('node:alike')); // where it could not, that was said as skipped
  for (const r of rows.filter((x) => x.system in ALIKE)) {
    const node = find(r.kind, r.disk, other ?? ALIKE[r.system], r.n, r.rate);
    if (other && (!node || r.system === 'ours:whole')) continue;
    if (!node) {
      if (ran && KINDS.includes(r.kind)) said.push({ what: `${r.kind}, ${r.system}, ${r.disk} disk, ${r.n} handhelds: not judged, there is no row of ${ALIKE[r.system]}`, ours: NaN, other: NaN, ok: false });
      continue;
    }
    const where = `${r.system.replace('ours', '').replace(/^:(.+)/, '$1, ')}${r.disk} disk, ${r.n} handhelds${r.rate ? `, ${r.rate}/s` : ''}`;
    for (const f of LESS) if (f in r) claim(`${f}, ${where}`, r[f], node[f], r[f] < node[f]);
    for (const f of MORE) if (f in r) claim(`${f}, ${where}`, r[f], node[f], r[f] > node[f]);
  }
  if (other) return said;
  const few = find('load', 'fast', 'ours', 100, 1000);
  const many = find('load', 'fast', 'ours', 10000, 1000);
  if (few && many) said.push({ what: 'cpu_us, 10,000 handhelds against 1.3 times 100', ours: many.cpu_us, other: few.cpu_us * 1.3, ok: many.cpu_us <= few.cpu_us * 1.3 });
  return said;
}

// ---- the targets (performance targets T1 to T10; T11 is suite crash) ---------------------------------------------------------

function targets(find) {
  const load = (system, n = 1000, rate = 1000, disk = 'fast') => find('load', disk, system, n, rate) ?? {};
  const most = (system, n = 1000, disk = 'fast') => (find('most', disk, system, n) ?? {}).per_s;
  const idle = (system) => find('idle', 'fast', system, 10000) ?? find('idle', 'fast', system, 1000) ?? {};
  const [ours, node, floor] = [load('ours'), load('node'), load('floor:log')];
  const [slow, slowFloor] = [load('ours', 1000, 1000, 'slow'), load('floor:log', 1000, 1000, 'slow')];
  const [few, many] = [load('ours', 100), load('ours', 10000)];
  const all_s = (system) => (find('back', 'fast', system) ?? {}).all_s;
  const lookup = find('lookup', 'fast', 'ours') ?? {};
  const heap = find('lookup', 'fast', 'heap') ?? {};
  return [
    ['T1', 'p99 at 1,000/s against node', ours.p99_ms / node.p99_ms, '<=', 0.12],
    ['T1', 'p99 at 1,000/s against floor:log', ours.p99_ms / floor.p99_ms, '<=', 1.5],
    ['T2', 'p50 at 1,000/s against node', ours.p50_ms / node.p50_ms, '<=', 0.4],
    ['T2', 'p50 at 1,000/s against floor:log', ours.p50_ms / floor.p50_ms, '<=', 1.5],
    ['T3', 'highest rate, 1,000 handhelds, against node', most('ours') / most('node'), '>=', 5],
    ['T3', 'highest rate, 10,000 handhelds, against node', most('ours', 10000) / most('node', 10000), '>=', 8],
    ['T3', 'highest rate against floor:log', most('ours') / most('floor:log'), '>=', 0.4],
    ['T4', 'processor a check-in against node', ours.cpu_us / node.cpu_us, '<=', 0.35],
    ['T4', 'processor a check-in against floor:log', ours.cpu_us / floor.cpu_us, '<=', 1.9],
    ['T5', 'processor, 10,000 handhelds against 100', many.cpu_us / few.cpu_us, '<=', 1.15],
    ['T5', 'p99, 10,000 handhelds against 100', many.p99_ms / few.p99_ms, '<=', 1.15],
    ['T6', 'KB of an idle handheld, plain', idle('ours').rss_per_handheld_kb, '<=', 3.5],
    ['T6', 'KB of an idle handheld, TLS', idle('ours:tls').rss_per_handheld_kb, '<=', 18],
    ['T6', 'KB of an idle handheld against node', idle('ours').rss_per_handheld_kb / idle('node').rss_per_handheld_kb, '<=', 0.5],
    ['T7', 'slow disk: p99 at 1,000/s against floor:log', slow.p99_ms / slowFloor.p99_ms, '<=', 1.15],
    ['T7', 'slow disk: highest rate against node', most('ours', 1000, 'slow') / most('node', 1000, 'slow'), '>=', 25],
    ['T7', 'slow disk: highest rate against floor:log', most('ours', 1000, 'slow') / most('floor:log', 1000, 'slow'), '>=', 0.65],
    ['T8', 'handhelds back, time against node\'s bare connects, plain', idle('node').connects_per_s / idle('ours').connects_per_s, '<=', 0.65],
    ['T8', 'handhelds back after a kill, s, against node\'s bare connects, plain', all_s('ours') / (idle('node').n / idle('node').connects_per_s), '<=', 0.65],
    ['T9', 'sensor noise dropped, sightings a second on one core', (find('sightings', 'fast', 'ours') ?? {}).per_s, '>=', 2e6],
    ['T10', 'look-up, p50 against table and index', lookup.p50_us / heap.p50_us, '<=', 0.25],
  ];
}

const runs = read(readFileSync(from, 'utf8'));
const rows = gather(runs);
const find = (kind, disk, system, n, rate) => rows.find((r) => r.kind === kind && r.disk === disk && r.system === system &&
  (n === undefined || r.n === n) && (rate === undefined || r.rate === rate));
tables(rows);
console.log('');
for (const run of runs.filter((r) => r.kind === 'import'))
  for (const [what, value] of Object.entries(run)) if (what.endsWith('_per_s')) console.log(`import, ${what.slice(0, -6)}: ${show(value, 0)} rows/s`);
if (profile.length > 0) console.log('\nWhere the time of front and hub goes at 1,000/s with 1,000 handhelds, percent (perf; all of it in profile.txt)\n');
for (const { percent, what } of profile.slice(0, 18)) console.log(`${show(percent).padStart(6)}  ${what}`);
const said = claims(rows, find);
const part = claims(rows, find, 'node');
function tell(title, list) {
  if (list.length > 0) console.log(`\n${title}`);
  for (const c of list) console.log(`${c.ok ? 'met   ' : 'missed'}  ${c.what}: ${show(c.ours)} against ${show(c.other)} (${show(c.ours / c.other)})`);
}
tell('The claims: better than Node that promises the same in every row; 10,000 handhelds at most 1.3 times 100', said);
tell('Beside it: Node that does a part of it (no claim)', part);
const far = targets(find);
console.log('\nThe distance to the targets');
for (const [name, what, ratio, sign, goal] of far) {
  const met = sign === '<=' ? ratio <= goal : ratio >= goal;
  console.log(`${name.padEnd(4)} ${what}: ${Number.isFinite(ratio) ? `${show(ratio)}, target ${sign} ${goal}: ${met ? 'reached' : `${show(sign === '<=' ? ratio / goal : goal / ratio)} times away`}` : 'not measured'}`);
}
const machine = { processors: cpus().length, model: cpus()[0]?.model, kernel: release(), load: loadavg() };
writeFileSync(to, `${JSON.stringify({ commit, at: new Date().toISOString(), machine, people: Number(people), rows, claims: said, part, targets: far, profile, runs }, null, 1)}\n`);
console.log(`\nwritten: ${to}`);
process.exit(look === 'look' || said.every((c) => c.ok) ? 0 : 1);
