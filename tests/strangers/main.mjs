// The story of run. Usage: node main.mjs BUILD FOLDER
import { spawn } from 'node:child_process';
import { json } from 'node:stream/consumers';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { numbers, Search, spellings } from '../agent/strangers.mjs';
import { tag } from '../agent/stand_hub.mjs';
import { memoryOf } from '../agent/world.mjs';
import { joinBy } from '../cards/lib.mjs';
import { callers, token } from './callers.mjs';
import { Window } from './window.mjs';
import { Store } from './world.mjs';

const [build, folder] = process.argv.slice(2);
const WIPED_MS = 10_000;
const HERS = '3c:06:30:aa:00:01';
const HERS_TOO = '3c:06:30:aa:00:77';
const BOS = '3c:06:30:bb:00:01';
const seed = Number(process.env.MAITRED_SEED ?? Math.floor(Math.random() * 1e9));
const all = [...numbers(seed)];
const CALLERS = Math.min(all.length, Number(process.env.MAITRED_CALLERS ?? Math.ceil(all.length / 5)));
const STATIONS = Math.min(CALLERS, Number(process.env.MAITRED_STATIONS ?? Math.ceil(all.length / 50)));
const store = new Store(build, path.join(folder, 'store'));

function is(what, ok, more = '') {
        console.log(`${ok ? 'ok      ' : 'FAILED  '} ${what}${ok || more === '' ? '' : `: ${more}`}`);
        if (!ok) process.exitCode = 1;
}

/** What the operator is told and what a collector of numbers is; how many requests were refused is no secret and no trace. */
async function told() {
        const metrics = (await store.op.ctl('metrics')).split('\n').filter((line) => !/^#|^maitred_(refused_total|requests_pending) /.test(line));
        const { sensors, ...status } = JSON.parse(await store.op.ctl('status', '--json'));
        // How long ago an agent was heard of is told too, and goes on.
        const agents = sensors.map(({ heard_s, ...agent }) => (Number.isInteger(heard_s) ? agent : { heard_s }));
        return JSON.stringify({ ...status, agents }) + metrics.join('\n');
}

function differences(before, after) {
        const names = new Set([...before.keys(), ...after.keys()]);
        return [...names].filter((name) => !before.get(name)?.equals(after.get(name) ?? Buffer.alloc(0)));
}

/** Which stranger a finding is about; undefined: nobody, the word stands in a page of ours. */
function whose(how, bytes, at) {
        if (how === 'raw') return bytes.readUInt32BE(at + 2);
        const text = bytes.subarray(at, at + 24).toString('latin1');
        if (how === 'name') return /^stranger-[0-9a-f]{8}/.test(text) ? parseInt(text.slice(9, 17), 16) : undefined;
        if (how === 'text') return parseInt(/^(?:[0-9a-f]{2}[:.-]?){2}((?:[0-9a-f]{2}[:.-]?){4})/i.exec(text)[1].replace(/[:.-]/g, ''), 16);
        return how;
}

/** What of them is in a process's memory, as [how, whom, what stands there]. */
function inMemory(pid, search) {
        const found = [];
        let size = 0;
        for (const [from, bytes] of memoryOf(pid)) {
                size += bytes.length;
                for (const [how, at] of search.in(bytes)) {
                        const who = whose(how, bytes, at);
                        if (who === undefined || (typeof who === 'number' && !search.all.has(who))) continue;
                        found.push({ how, who, where: `${how} at ${(from + at).toString(16)}: ${bytes.subarray(Math.max(0, at - 24), at + 40).toString('latin1').replace(/[^ -~]/g, '.')}` });
                }
        }
        return { found, mib: (size / 1048576).toFixed(1) };
}

const pad = (bytes) => Buffer.concat([bytes, Buffer.alloc(8)]);

/** Where the search finds a stranger in what is kept. */
function traces(search, files) {
        return [...files].flatMap(([name, bytes]) => {
                const padded = pad(bytes);
                // Our own pages are kept there, too.
                return [...search.in(padded)].filter(([how, at]) => how !== 'name' || whose(how, padded, at) !== undefined).map(([how, at]) => `${how} in ${name} at ${at}`);
        });
}

/** Phones that come over the cable, by their own hardware addresses. The handheld here goes on meanwhile: it must answer pings. */
async function phonesCome(phones) {
        const [network, device, hub] = process.env.MAITRED_PHONES.split(' ');
        const script = fileURLToPath(new URL('stations.mjs', import.meta.url));
        const child = spawn('ip', ['netns', 'exec', network, process.execPath, script], { stdio: ['pipe', 'pipe', 'inherit'] });
        child.stdin.end(JSON.stringify({ hub, port: store.port, ca: store.ca.toString(), device, phones }));
        return json(child.stdout);
}

async function nobodyInMemory(search, when) {
        // One of ours comes after them: what every request passes through is overwritten by her words, not by a wait.
        for (let i = 0; i < 3; i++) await store.anna.ask('/api/customer/tell', { hint: 'green coat', mac: ' '.repeat(40_000) });
        for (const [name, pid] of Object.entries({ ...store.pids, agent: store.agent.child.pid })) {
                let { found, mib } = inMemory(pid, search);
                // The front wipes what calls have left on its stack twice a second.
                for (const last = Date.now() + WIPED_MS; found.length > 0 && Date.now() < last;) ({ found, mib } = inMemory(pid, search));
                is(`${when}: the memory of the ${name} holds none of them (${mib} MiB)`, found.length === 0, `${found.length}: ${found.slice(0, 30).map((f) => f.where).join('\n')}`);
        }
        is(`${when}: nor does anything that is kept`, traces(search, store.kept()).length === 0, traces(search, store.kept()).slice(0, 20).join(', '));
}

const SWEEPS_MS = 2500;

/** What is on disk once the hub has nothing of its own left to write: what it knows of its start is kept by its sweep, once a second. */
async function settled() {
        for (let files = store.kept(), tries = 0; ; tries++) {
                await new Promise((go) => setTimeout(go, SWEEPS_MS));
                const now = store.kept();
                if (differences(files, now).length === 0 || tries === 20) return now;
                files = now;
        }
}

/** What is on disk and told, before and after; not a byte of it may change. */
async function unchanged(when, happens) {
        const files = await settled(), status = await told();
        await happens();
        const other = differences(files, store.kept()), now = await told();
        is(`${when}: not a byte of the database, its log, the keys, the log files and the spool is another`, other.length === 0, other.join(', '));
        is(`${when}: what maitrectl tells is the same`, status === now, `${status} ${now}`);
}

async function crowd() {
        const began = Date.now(), seconds = () => `${((Date.now() - began) / 1000).toFixed(0)} s`;
        await store.ap.air(`storm ${all.length} ${seed}`, 3_600_000);
        console.log(`# ${all.length} passed the access point in ${seconds()}`);
        const said = await callers({ port: store.port, tls: true, ca: store.ca, host: `localhost:${store.port}`, origin: store.base }, all.slice(0, CALLERS), spellings);
        console.log(`# ${CALLERS} came to the hub until ${seconds()}: ${JSON.stringify(said)}`);
        is('everybody was turned away', Object.keys(said).every((one) => /: (200|4\d\d|101)$/.test(one)), JSON.stringify(said));
}

/** Phones by their addresses: strangers, and a customer who has not allowed the Wi-Fi; then Anna, who has. */
async function byTheirAddresses(search) {
        const { phone: bo } = await joinBy(store.base, store.ca, await store.op.link('customer', 'demo-bo'), { choose: true });
        const strangers = all.slice(-STATIONS).map((v) => ({ mac: spellings(v).mac, cookie: `__Host-phone=${token(v, spellings(v))}`, ask: 'here', body: { hint: spellings(v).key } }));
        await unchanged('by the cable', async () => {
                const answers = await phonesCome(strangers);
                is(`${strangers.length} unknown phones came by their own addresses`, answers.every((one) => /^4/.test(one)), String([...new Set(answers)]));
        });
        await nobodyInMemory(search, 'by the cable');
        const code = await store.doorCode();
        const answers = await phonesCome([{ mac: BOS, cookie: bo.cookie, ask: 'arrive', body: { code, hint: 'red scarf' } }, { mac: HERS_TOO, cookie: store.anna.cookie, ask: 'arrive', body: { code, hint: 'green coat' } }]);
        is('two customers arrive by the cable', String(answers) === '200,200', String(answers));
        const holds = (mac) => [...memoryOf(store.pids.hub)].some(([, bytes]) => bytes.includes(Buffer.from(mac.replaceAll(':', ''), 'hex')));
        is('a customer who has not allowed the Wi-Fi is not known by her phone either', !holds(BOS));
        is('and one who has is: the search would find an address that was kept', holds(HERS_TOO));
}

/** That it would be found: what is planted, and who is really here. */
async function planted(search) {
        const s = spellings(all[3]);
        const raw = Buffer.from(s.mac.replaceAll(':', ''), 'hex'), hex = raw.toString('hex');
        const plants = {
                'a log line': Buffer.from(`front note: refused who=${s.mac}`), 'the same in capitals': Buffer.from(`who=${s.mac.toUpperCase().replaceAll(':', '-')}`), 'a row': Buffer.concat([Buffer.from('row'), raw, Buffer.from('row')]),
                'a row in hexadecimal': Buffer.from(`x${hex}y`), 'a name': Buffer.from(`hint ${s.key}`), 'a tag in a spool': Buffer.concat([Buffer.alloc(9), tag(search.key, `m${spellings(all[0]).mac}`, 'hex') && Buffer.from(tag(search.key, `m${spellings(all[0]).mac}`), 'hex')]),
        };
        for (const [what, bytes] of Object.entries(plants)) is(`planted, ${what} is found`, [...search.in(pad(bytes))].length >= 1);
        const hers = Buffer.from(HERS.replaceAll(':', ''), 'hex');
        is('the address that the operator gave for Anna is in the memory of the hub', [...memoryOf(store.pids.hub)].some(([, bytes]) => bytes.includes(hers)));
        is('and in nothing that is kept', ![...store.kept().values()].some((bytes) => bytes.includes(hers) || bytes.includes(HERS)));
}

async function foreignClaims(window, search) {
        const status = await told();
        await window.claims(1000, Math.min(all.length, 4000));
        is('claims of people whom no set holds change nothing that is told', status === (await told()), `${status} ${await told()}`);
        const s = spellings(all[5]);
        await window.refused({ t: 'claim', boot: 1, seq: window.seq + 1, day: window.day, slot: 1, kind: 'join', age_ms: 0, mac: s.mac, who: s.key });
        await window.dial();
        await window.refused(`${s.key} ${s.mac}`);
        await nobodyInMemory(search, 'from a broken agent');
}

async function story() {
        console.log(`# MAITRED_SEED=${seed}, ${all.length} strangers`);
        await store.open(process.env.MAITRED_PHONES ? '0.0.0.0' : '127.0.0.1');
        await store.people(HERS);
        await store.agents();
        const window = await (await new Window(store).pair()).dial();
        const search = new Search(all, window.key);
        search.key = window.key;
        await unchanged('by the air and the web', crowd);
        await nobodyInMemory(search, 'by the air and the web');
        await foreignClaims(window, search);
        if (process.env.MAITRED_PHONES) await byTheirAddresses(search);
        else console.log('skipped  phones by their own addresses: this machine lets nobody make networks');
        await planted(search);
}

// Whatever ends this program, what it started goes with it.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => process.exit(1));
process.once('exit', () => [store.child, store.ap?.child, ...store.world.agents.map((agent) => agent.child)].forEach((child) => child?.kill('SIGTERM')));
await story().catch((error) => is('the story came to its end', false, error.stack)).finally(() => store.close());
process.exit();
