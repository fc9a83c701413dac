// Kills a hub under load and compares what is left with what was answered. Says one case a line to tests/crash/run ("ok
// WHAT", "FAILED WHAT"), and the table.
//   main.mjs BUILD FOLDER BASE LEDGERS SEED
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { operator } from '../cards/operator.mjs';
import { compare, digests, readStore } from './compare.mjs';
import { Handheld } from './handheld.mjs';
import { Hub } from './hub.mjs';
import { Importer } from './importer.mjs';
import { Ledger, draws } from './ledger.mjs';
import { Door, Phone } from './phone.mjs';
import { Stage } from './stage.mjs';

const [build, folder, base, ledgers, seedText] = process.argv.slice(2);
const KILLS = Number(process.env.MAITRED_KILLS ?? 200);
const ANSWERS_A_KILL = 102; // the time between kills follows from it, however fast the machine is
const ANSWERS = 100 * KILLS; // killing goes on until so much is acknowledged, at most for twice as many kills
const CLIENTS = Number(process.env.MAITRED_CLIENTS ?? 50);
const COMPARE_EVERY = 20;
const KILL_AFTER_MS = { least: 20, most: 900, longest: 4000, shortest: 200 };
const KINDS = ['hub', 'front', 'both', 'supervisor'];
const BY_LINK = 150; // customers who join by a link of the store's CRM, and so have an associate of their own
const MOST_SHOWN = 12;
const OPTIONS = ['limits.requests_per_address=1000000', 'limits.accepts_per_address=10000', 'limits.connections_per_address=1000', 'visit.alerts_per_day=20'];

const seed = Number(seedText);
const ca = fs.readFileSync(path.join(folder, 'data/tls/ca.pem'));
const op = operator(build, folder);
const pause = (ms) => new Promise((go) => setTimeout(go, ms));

function say(what, wrong) {
        console.log(`${wrong.length === 0 ? 'ok      ' : 'FAILED  '} ${what}`);
        wrong.slice(0, MOST_SHOWN).forEach((text) => console.log(`  | ${text}`));
        if (wrong.length > MOST_SHOWN) console.log(`  | and ${wrong.length - MOST_SHOWN} more`);
}

const rowsOf = (file) => fs.readFileSync(path.join(folder, 'csv', file), 'utf8').trim().split('\n').slice(1).map((line) => line.split(','));

async function customerLinks() {
        const grown = rowsOf('customers.csv').filter(([id, , birthday]) => id.startsWith('c-') && !(birthday >= '2005'));
        const ids = grown.slice(0, BY_LINK).map(([id]) => id);
        const links = [];
        for (const id of ids) links.push(await op.link('customer', id));
        return links;
}

/** Everybody in the story: the sign, the associates' handhelds, the phones. */
async function cast(hub, stage) {
        const door = new Door(base, ca, hub);
        await door.pair(await op.link('sign'));
        const handhelds = [];
        for (const [who] of rowsOf('associates.csv')) {
                const ledger = await Ledger.open(path.join(ledgers, who));
                const handheld = new Handheld({ who, kind: 'handheld', hub, ledger, draw: draws(seed + 1000 + handhelds.length), base, ca });
                await handheld.pair(await op.link('handheld', who));
                handhelds.push(handheld);
        }
        const links = await customerLinks();
        const phones = [];
        for (let number = 1; number <= CLIENTS; number++) {
                const ledger = await Ledger.open(path.join(ledgers, `phone-${number}`));
                phones.push(new Phone({ number, hub, door, ledger, draw: draws(seed + number), base, ca, links, stage }));
        }
        const importer = new Importer({ build, folder, hub, stage, work: ledgers, ledger: await Ledger.open(path.join(ledgers, 'imports')) });
        return { door, handhelds, phones, importer };
}

/** What each phone's own page says now, against its last answer: words are sealed in the file, and read here. */
async function pagesDiffer(phones) {
        const wrong = [];
        for (const { number, life, face } of phones) {
                if (!life?.token) continue;
                const now = await face.call('/api/customer/now');
                const has = now.visit?.wish ?? '';
                const wants = life.here ? life.wish : '';
                if (has !== wants) wrong.push(`phone ${number}: told "${wants}", and the page says "${has}"`);
                if (life.over !== (now.state === 'stranger' || undefined)) wrong.push(`phone ${number}: the page says ${now.state}`);
        }
        return wrong;
}

/** Stands still, cuts the hub off, and compares the files that it left; and the pages after the start. */
async function account(players, hub, stage, name) {
        await stage.pause();
        await hub.up;
        let ready;
        hub.up = new Promise((go) => (ready = go));
        const file = await hub.cut(path.join(folder, name));
        await hub.start();
        ready();
        const tokens = players.phones.flatMap((phone) => phone.lives.map((life) => life.token).filter(Boolean));
        const digestOf = digests(tokens, folder);
        const result = compare(players, readStore(file), digestOf);
        const pages = await pagesDiffer(players.phones);
        stage.resume();
        return { ...result, pages, file, digestOf };
}

const acknowledged = ({ phones, handhelds }) => [...phones, ...handhelds].reduce((all, one) => all + one.ledger.entries.length, 0);

async function killing(players, hub, stage) {
        const draw = draws(seed);
        const kills = [];
        const wrong = [];
        const pages = [];
        let most = KILL_AFTER_MS.most;
        for (let n = 1; n <= KILLS || (acknowledged(players) < ANSWERS && n <= 2 * KILLS); n++) {
                await pause(KILL_AFTER_MS.least + draw(most - KILL_AFTER_MS.least));
                most = acknowledged(players) < ANSWERS_A_KILL * n ? Math.min(most * 1.1, KILL_AFTER_MS.longest) : Math.max(most / 1.1, KILL_AFTER_MS.shortest);
                most = Math.round(most);
                // Five kills in six are aimed at a moment in which the hub writes or flushes; the others come as they come.
                kills.push(await hub.kill(KINDS[draw(KINDS.length)], draw(6) > 0));
                await hub.up;
                if (n % COMPARE_EVERY !== 0) continue;
                const one = await account(players, hub, stage, `copy-${n}`);
                fs.rmSync(path.dirname(one.file), { recursive: true });
                wrong.push(...one.wrong.map((w) => ({ ...w, text: `after ${n} kills: ${w.text}` })));
                pages.push(...one.pages);
        }
        const last = await account(players, hub, stage, 'copy-last');
        return { kills, wrong: [...wrong, ...last.wrong], pages: [...pages, ...last.pages], last };
}

/** That the comparison can fail: a change of one row in the copy is noticed, each time as what it is. */
function plants(players, { file, digestOf }) {
        const changes = [
                ['a lost visit', 'lost', 'DELETE FROM visit WHERE id = (SELECT id FROM visit ORDER BY id LIMIT 1)'],
                ['a lost joining', 'lost', 'DELETE FROM session WHERE token = (SELECT token FROM session WHERE subject >= 2147483648 LIMIT 1)'],
                ['a lost consent', 'lost', 'DROP TRIGGER consent_event_never_goes; DELETE FROM consent_event WHERE seq = (SELECT max(seq) FROM consent_event WHERE mode = 3)'],
                ['a lost withdrawal', 'lost', 'DROP TRIGGER consent_event_never_goes; DELETE FROM consent_event WHERE seq = (SELECT max(seq) FROM consent_event WHERE purpose = 1 AND mode = 1 AND state = 3)'],
                ['a lost accepting', 'lost', 'UPDATE offer SET reply = 0 WHERE id IN (SELECT id FROM offer WHERE reply = 1)'],
                ['a visit twice', 'doubled', 'CREATE TEMP TABLE again AS SELECT * FROM visit LIMIT 1; UPDATE again SET id = randomblob(16), state = 3; INSERT INTO visit SELECT * FROM again'],
                ['a lost imported line', 'lost', "DELETE FROM line WHERE external GLOB 'imported-*-7-0'"],
                ['an imported line twice', 'doubled', "CREATE TEMP TABLE again AS SELECT * FROM purchase WHERE line IN (SELECT line FROM line WHERE external GLOB 'imported-*' LIMIT 1); UPDATE again SET at = at + 1; INSERT INTO purchase SELECT * FROM again"],
                ['a gap in a sequence', 'gap', 'DELETE FROM stream_event WHERE (associate, seq) = (SELECT associate, max(seq) - 1 FROM stream_event GROUP BY associate ORDER BY count(*) DESC LIMIT 1)'],
        ];
        for (const [what, kind, sql] of changes) {
                const planted = `${file}.planted`;
                execFileSync('sqlite3', [file, `VACUUM INTO '${planted}'`]);
                execFileSync('sqlite3', [planted, sql]);
                const caught = compare(players, readStore(planted), digestOf).wrong.some((one) => one.kind === kind);
                fs.rmSync(planted);
                say(`the comparison can fail: ${what} is noticed`, caught ? [] : ['it was not']);
        }
}

const tally = (list) => Object.entries(list.reduce((all, one) => ({ ...all, [one]: (all[one] ?? 0) + 1 }), {})).map(([word, n]) => `${word} ${n}`).join(', ');
const row = (what, text) => console.log(`  ${what.padEnd(30)} ${text}`);

/** The kills in whose moment a commit was on its way: by what the hub's threads did, else by what clients waited for. */
const inFlight = (kills) => kills.filter((one) => one.flushing ?? one.inFlight > 0);

function table({ phones, handhelds, importer }, { kills, wrong }, seconds) {
        const entries = [...phones, ...handhelds].flatMap((one) => one.ledger.entries);
        const times = kills.map((one) => one.ms).sort((a, b) => a - b);
        const of = (kind) => wrong.filter((one) => one.kind === kind).length;
        const seen = kills.every((one) => one.flushing !== undefined);
        row('kills', `${kills.length}: ${tally(kills.map((one) => one.kind))}`);
        row('with a commit in flight', `${inFlight(kills).length}: ${tally(inFlight(kills).map((one) => one.kind))}`);
        row('', seen ? 'in that moment a thread of the hub was in a write or a flush' : 'by requests that were unanswered: the kernel does not say what the hub does');
        row('with a request unanswered', `${kills.filter((one) => one.inFlight > 0).length}; ${kills.reduce((all, one) => all + one.inFlight, 0)} requests`);
        row('acknowledged', `${entries.length}: ${tally(entries.map((one) => one.what))}`);
        row('said again until answered', `${entries.filter((one) => one.tries > 1).length}`);
        row('imports', `${importer.imports.length}, ${importer.imports.reduce((all, one) => all + one.customers + one.lines, 0)} rows; cut short and run again ${importer.cut} times`);
        row('lost, doubled, gaps', `${of('lost')}, ${of('doubled')}, ${of('gap')}`);
        row('restart, kill to 200', `p50 ${Math.round(times[times.length >> 1])} ms, max ${Math.round(times.at(-1))} ms`);
        row('handhelds sent to resync', `${handhelds.reduce((all, one) => all + one.resyncs, 0)} of ${handhelds.length} handhelds`);
        row('seconds', `${Math.round(seconds)}`);
        return entries.length;
}

/** Whether there was as much to lose as is wanted. */
function enough(events, kills) {
        const wrong = [];
        if (events < ANSWERS) wrong.push(`${events} answers, fewer than ${ANSWERS}`);
        if (kills.length < KILLS) wrong.push(`${kills.length} kills, fewer than ${KILLS}`);
        if (inFlight(kills).length < KILLS / 2) wrong.push(`${inFlight(kills).length} kills with a commit in flight, fewer than ${KILLS / 2}`);
        return wrong;
}

async function main() {
        const hub = new Hub({ build, folder, base, ca, options: OPTIONS });
        process.on('exit', () => hub.process?.kill('SIGKILL'));
        for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(1));
        await hub.start();
        const stage = new Stage(CLIENTS + 1);
        const players = await cast(hub, stage);
        const began = performance.now();
        const running = [...players.phones, ...players.handhelds, players.importer].map((one) => one.run());
        const result = await killing(players, hub, stage);
        stage.end();
        players.handhelds.forEach((one) => one.close());
        await Promise.all(running);
        const events = table(players, result, (performance.now() - began) / 1000);
        const texts = (kind) => result.wrong.filter((one) => one.kind === kind).map((one) => one.text);
        say('nothing acknowledged is lost', texts('lost'));
        say('nothing is done twice', texts('doubled'));
        say('no sequence has a gap', texts('gap'));
        say('each page says what was last told', result.pages);
        say('no number of an event comes with two meanings', players.handhelds.flatMap((one) => one.wrong));
        say('no event is left out on its way to a handheld', players.handhelds.flatMap((one) => one.gaps));
        say('no answer was unexpected', players.phones.flatMap((one) => one.odd.map((text) => `phone ${one.number}: ${text}`)));
        say('an import that is run again changes nothing twice', players.importer.wrong);
        say('there was enough to lose', enough(events, result.kills));
        plants(players, result.last);
        players.phones.forEach((one) => one.close());
        players.door.face.agent.destroy();
        await hub.stop();
}

main().then(() => process.exit(0), (error) => {
        console.log(`FAILED   the driver: ${error.stack}`);
        process.exit(1);
});
