// A real hub and a real agent whose access point is a script: Anna joins, allows the Wi-Fi, and walks in. Says one case a
// line: "ok WHAT" or "FAILED WHAT".   door.mjs BUILD FOLDER BASE
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { operator } from '../cards/operator.mjs';
import { device, joinBy } from '../cards/lib.mjs';

const [build, folder, base] = process.argv.slice(2);
const ca = fs.readFileSync(path.join(folder, 'data/tls/ca.pem'));
const op = operator(build, folder);
const agentProgram = path.join(build, 'agent/maitred-agent');
const at = (name) => path.join(folder, name);
const WAIT_MS = 20_000;
let agents = [];

function is(what, ok, more = '') {
        console.log(`${ok ? 'ok      ' : 'FAILED  '} ${what}${ok || more === '' ? '' : `: ${more}`}`);
        if (!ok) process.exitCode = 1;
}

const sets = (script, who = 'agent') => ['hub.file=' + at(`${who}-hub`), 'ap.kind=fake', 'ap.script=' + at(script), 'spool.file=' + at(`${who}-spool`), 'log.level=note'].flatMap((s) => ['--set', s]);

function run(args) {
        return new Promise((done) => {
                const child = spawn(agentProgram, args, { stdio: ['ignore', 'pipe', 'pipe'] });
                let said = '';
                child.stdout.on('data', (part) => (said += part));
                child.stderr.on('data', (part) => (said += part));
                child.on('exit', (code) => done({ code, said }));
        });
}

function startAgent(script, lines, who) {
        fs.writeFileSync(at(script), lines.join('\n') + '\n');
        const log = fs.openSync(at('agent.log'), 'a');
        const agent = spawn(agentProgram, sets(script, who), { stdio: ['ignore', log, log] });
        agent.gone = new Promise((done) => agent.on('exit', done));
        agents.push(agent);
}

async function stopAgents() {
        agents.forEach((agent) => agent.kill('SIGTERM'));
        await Promise.all(agents.map((agent) => agent.gone));
        agents = [];
}

/** Asks again until the answer is as it should be. */
async function until(ask, good) {
        const last = Date.now() + WAIT_MS;
        for (;;) {
                const answer = await ask();
                if (good(answer) || Date.now() > last) return answer;
                await new Promise((done) => setTimeout(done, 100));
        }
}

const card = (stream, wanted) => stream.next('card', (m) => m.t === 'card' && wanted(m)).catch((error) => ({ missing: error.message }));
const fails = async (...args) => {
        try {
                await op.ctl(...args);
                return '';
        } catch (error) {
                return String(error.stderr ?? error);
        }
};

async function story() {
        const maria = await device(base, ca, await op.link('handheld', 'maria'));
        const { phone } = await joinBy(base, ca, await op.link('customer', 'demo-anna'), { choose: true });
        is('no phone is known without her consent', (await fails('device', 'demo-anna', 'keyid')).includes('not allowed'));
        const allowed = await phone.call('/api/customer/notice', { wifi: true, always: true });
        is('she allows it on her own page', allowed.notice.wifi && allowed.notice.always);
        const keyid = (await op.ctl('device', 'demo-anna', 'keyid')).trim();
        is('the operator gets the name of a key of her own', /^[0-9a-f]{20}$/.test(keyid), keyid);

        const code = (await op.ctl('link', 'agent', 'door')).trim();
        is('a pairing code is printed', /^(\w{4}-){3}\w{4}$/.test(code), code);
        const wrong = await run(['pair', code.slice(0, -1) + (code.endsWith('0') ? '1' : '0'), '--hub', new URL(base).host, ...sets('s0')]);
        is('an agent does not trust a hub that cannot prove itself', wrong.code !== 0, wrong.said);
        const paired = await run(['pair', code, '--hub', new URL(base).host, ...sets('s0')]);
        is('an agent is paired by it', paired.code === 0, paired.said);

        const table = await run(['pair', (await op.ctl('link', 'agent', 'café')).trim(), '--hub', new URL(base).host, ...sets('t0', 'table')]);
        is('another one stands in the café', table.code === 0, table.said);
        const listed = async () => JSON.parse(await op.ctl('--json', 'agent', 'list')).agents;
        startAgent('t1', ['0 up', `0 AP-STA-CONNECTED 02:11:22:33:44:55 keyid=${keyid}`], 'table');
        const heard = await until(listed, (all) => all.some((one) => one.name === 'café' && one.heard_s >= 0));
        is('which is heard and counts for nothing', heard.every((one) => (one.name === 'café') === !one.counts), JSON.stringify(heard));

        startAgent('s1', ['0 up', `3000 AP-STA-CONNECTED 02:11:22:33:44:55 keyid=${keyid}`]);
        const began = Date.now();
        const first = await card(maria.stream, () => true);
        is('by her own key she is announced', first.seen === 'sensed' && first.state === 'offered', JSON.stringify(first).slice(0, 300));
        is('by the door, though the café had seen her all the while', Date.now() - began >= 3000, `${Date.now() - began} ms`);
        is('after the dwell and not long after', Date.now() - began < 3000 + 1000 + 2000 + 4000, `${Date.now() - began} ms`);
        is('with kinds at most, and no name to greet by', !JSON.stringify(first).includes('"item"') && first.fields?.greet === undefined);
        maria.stream.send({ t: 'rendered', card: first.card, seq: first.seq });
        const told = await phone.call('/api/customer/now');
        is('her page says so', told.state === 'told' && told.notice.here, JSON.stringify(told));

        await phone.call('/api/customer/stop', {});
        const retract = await maria.stream.next('retract', (m) => m.t === 'retract').catch(() => null);
        is('"stop" takes it from the screen', retract !== null);
        const after = await until(() => phone.call('/api/customer/now'), (now) => !now.notice.here);
        is('and the hub does not know any more that she is here', !after.notice.here);
        await stopAgents();

        is('an address is taken in any spelling', (await fails('device', 'demo-anna', 'mac', '02-aa-bb-cc-dd-ee')) === '');
        is('a broken one is not', (await fails('device', 'demo-anna', 'mac', '02-aa-bb')) !== '');
        const db = ['store.db', 'store.db-wal'].map((name) => fs.readFileSync(path.join(folder, 'data', name)));
        const kept = db.concat(fs.readFileSync(at('log')), fs.readFileSync(at('agent.log')));
        const names = [keyid, '02:11:22:33:44:55', '021122334455', '02aabbccddee', '02-aa-bb-cc-dd-ee'].map((s) => Buffer.from(s)).concat(Buffer.from('02aabbccddee', 'hex'), Buffer.from('021122334455', 'hex'));
        is('nothing that a phone is known by stands in the database or a log', !kept.some((bytes) => names.some((name) => bytes.includes(name))));
}

await story().catch((error) => is('the story came to its end', false, error.stack)).finally(stopAgents);
process.exit();
