// A real agent between a stand-in hostapd (a process behind a real Unix socket) and a stand-in hub (real TLS, a real WebSocket):
// pairing, what it tells, what it survives, what it leaves behind. Usage: node main.mjs FOLDER [case...]
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { certificates, pairText, StandHub } from './stand_hub.mjs';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Agent, Hostapd, programs, World } from './world.mjs';
import { strangers } from './strangers.mjs';

const ADA = '3c:06:30:aa:00:01';
const BOB = '7e:69:a7:1f:35:d8';
const GRACE = '3c:06:30:aa:00:03';
const EVE = '3c:06:30:ee:00:66';
const ids = ['kcust-ada', 'kcust-bob', 'ugrace@example.com', `m${EVE.replace('ee', 'ef')}`];

const folder = process.argv[2];
const certs = certificates(folder, 'hub');
const others = certificates(folder, 'other');
const open = new Set(); // settings that a failed case left behind
let count = 0;
const run = ([program, ...args]) => promisify(execFile)(program, args);

/** A hub, hostapd and agent that know one another. */
async function setting({ agent = true, hostapd = true } = {}) {
        const world = new World(path.join(folder, `w${count++}`));
        const hub = await new StandHub(certs, ids).open();
        const ap = new Hostapd(world);
        if (hostapd) await ap.start();
        world.paired(hub);
        const it = { world, hub, ap, agent: new Agent(world) };
        open.add(it);
        if (agent) {
                it.agent.start();
                if (hostapd) await hub.sweep((here) => here.length === 0);
        }
        return it;
}

async function end(it) {
        open.delete(it);
        await it.world.end();
        await it.hub.close();
        if (it.ap.child) await it.ap.kill();
}

/** Waits until a claim is on the agent's disk. */
function spooled(it) {
        const file = it.world.at('spool');
        return new Promise((done) => {
                const look = () => (fs.existsSync(file) && fs.statSync(file).size > 16 ? done() : setTimeout(look, 20));
                look();
        });
}

const cases = {
        async 'pairing: the right sixteen characters'() {
                const it = await setting({ agent: false, hostapd: false });
                fs.rmSync(it.world.at('hub'));
                it.hub.onPair = ({ code }) => (code === 'ABCDEFGH' ? [200, { token: it.hub.token, sensor: 'north door', store: 'Downtown' }] : [410, {}]);
                const typed = pairText('ABCDEFGH', certs.pin).toLowerCase().replace(/(....)/g, '$1-');
                const { code, text } = await it.agent.once(['pair', typed, '--hub', `127.0.0.1:${it.hub.port}`]);
                assert.equal(code, 0, text);
                assert.match(text, /north door/);
                assert.equal(fs.statSync(it.world.at('hub')).mode & 0o777, 0o600);
                assert.ok(!text.includes(it.hub.token));
                await it.ap.start();
                it.agent.start();
                await it.hub.sweep(() => true);
                await end(it);
        },

        async 'pairing: another hub than the one that made the code gets nothing'() {
                const it = await setting({ agent: false, hostapd: false });
                const { code, text } = await it.agent.once(['pair', pairText('ABCDEFGH', others.pin), '--hub', `127.0.0.1:${it.hub.port}`]);
                assert.equal(code, 11, text);
                assert.match(text, /nothing was sent/);
                assert.equal(it.hub.received, 0);
                await end(it);
        },

        async 'pairing: a used code, a wrong word, nobody there'() {
                const it = await setting({ agent: false, hostapd: false });
                fs.rmSync(it.world.at('hub'));
                const hub = `127.0.0.1:${it.hub.port}`;
                const used = await it.agent.once(['pair', pairText('ABCDEFGH', certs.pin), '--hub', hub]);
                assert.equal(used.code, 11);
                assert.match(used.text, /make a new one/i);
                assert.equal((await it.agent.once(['pair', 'ABCD', '--hub', hub])).code, 64);
                await it.hub.close();
                const gone = await it.agent.once(['pair', pairText('ABCDEFGH', certs.pin), '--hub', hub]);
                assert.equal(gone.code, 11);
                assert.match(gone.text, /nobody answers/);
                assert.equal((await it.agent.once([])).code, 10);
        },

        async 'an impostor with another key never sees the token'() {
                const it = await setting({ agent: false });
                it.world.paired(it.hub);
                await it.hub.close();
                const impostor = await new StandHub(others, ids).open(it.hub.port);
                it.agent.start();
                await it.agent.log.until('dialling again');
                await it.agent.log.until('dialling again', it.agent.log.text.length);
                assert.equal(impostor.received, 0);
                await impostor.close();
                await it.hub.open(it.hub.port);
                await it.hub.sweep(() => true);
                await end(it);
        },

        async 'own key, 802.1X identity, stranger: who is told, and how strong the signal is'() {
                const it = await setting();
                await it.ap.air(`join ${EVE} - - -40`);
                await it.ap.air(`join ${ADA} cust-ada - -61`);
                const ada = await it.hub.claim(0, 'join');
                assert.equal(ada.rssi, -61);
                assert.ok(ada.age_ms < 5000);
                await it.ap.air(`join ${GRACE} - Grace@Example.com -70`);
                assert.equal((await it.hub.claim(2, 'join')).rssi, -70);
                await it.hub.sweep((here) => here.join() === '0,2');
                await it.ap.air(`leave ${ADA}`);
                const left = await it.hub.claim(0, 'leave');
                assert.ok(left.age_ms >= 300);
                const from = it.hub.said.length;
                await it.ap.air(`gone ${GRACE}`); // without a word: the sweep misses her
                await it.hub.claim(2, 'leave', from);
                await end(it);
        },

        async 'a lost goodbye: leave and join at once is neither'() {
                const it = await setting();
                await it.ap.air(`join ${ADA} cust-ada - -61`);
                await it.hub.claim(0, 'join');
                await it.ap.air(`leave ${ADA}`);
                await it.ap.air(`join ${ADA} cust-ada - -61`);
                const from = it.hub.said.length;
                await it.hub.sweep((here) => here.join() === '0', from);
                await it.hub.sweep((here) => here.join() === '0', it.hub.said.length);
                assert.equal(it.hub.said.filter((m) => m.t === 'claim').length, 1);
                await end(it);
        },

        async 'hostapd killed and started again: down, up, and nobody left'() {
                const it = await setting();
                await it.ap.air(`join ${ADA} cust-ada - -61`);
                await it.ap.air(`join ${BOB} cust-bob - -61`);
                await it.hub.claim(1, 'join');
                await it.ap.kill();
                await it.hub.until(() => it.hub.said_since(0, 'ap', (m) => m.state === 'down'), 'ap down');
                const from = it.hub.said.length;
                await it.ap.start();
                await it.ap.air(`join ${ADA} cust-ada - -61`);
                await it.hub.until(() => it.hub.said_since(from, 'ap', (m) => m.state === 'up'), 'ap up');
                await it.hub.claim(1, 'leave', from); // did not come back, as a sweep shows
                await it.hub.sweep((here) => here.join() === '0', from);
                assert.ok(!it.hub.said_since(from, 'claim', (m) => m.slot === 0));
                await end(it);
        },

        async 'hostapd forgets who listens: told again before the next sweep'() {
                const it = await setting();
                await it.ap.air('forget');
                const from = it.hub.said.length;
                await it.ap.air(`join ${ADA} cust-ada - -61`); // nobody hears it
                const found = await it.hub.claim(0, 'join', from); // by a sweep, which had hostapd note again that we listen
                assert.ok(found.age_ms >= 3000, JSON.stringify(found)); // the list says since when she is here
                await it.hub.sweep(() => true, it.hub.said.length);
                const after = it.hub.said.length;
                await it.ap.air(`leave ${ADA}`);
                await it.ap.air(`join ${BOB} cust-bob - -61`);
                const heard = await it.hub.claim(1, 'join', after);
                assert.ok(heard.age_ms < 2500, JSON.stringify(heard)); // an event, not a list
                await end(it);
        },

        async 'the agent removes its sockets, and those of one that was killed'() {
                const it = await setting();
                assert.equal(fs.readdirSync(it.world.at('own')).length, 2);
                await it.agent.stop('SIGKILL');
                assert.equal(fs.readdirSync(it.world.at('own')).length, 2);
                const again = new Agent(it.world).start();
                await it.hub.sweep(() => true, it.hub.said.length);
                assert.equal(fs.readdirSync(it.world.at('own')).length, 2);
                assert.equal(await again.stop(), 0);
                assert.deepEqual(fs.readdirSync(it.world.at('own')), []);
                await end(it);
        },

        async 'somebody removes its sockets while it runs: it makes new ones'() {
                const it = await setting();
                for (const name of fs.readdirSync(it.world.at('own'))) fs.rmSync(path.join(it.world.at('own'), name));
                await it.hub.until(() => it.hub.said_since(0, 'ap', (m) => m.state === 'down'), 'ap down');
                await it.ap.air(`join ${ADA} cust-ada - -61`);
                await it.hub.claim(0, 'join');
                await end(it);
        },

        async 'the hub is away: what happened is told afterwards, in order, and once more until it is acknowledged'() {
                const it = await setting();
                await it.hub.close();
                await it.agent.log.until('no connection');
                await it.ap.air(`join ${ADA} cust-ada - -61`);
                await spooled(it); // who is gone again before the access point was asked about her was never here
                await it.ap.air(`join ${BOB} cust-bob - -61`);
                await it.ap.air(`leave ${ADA}`);
                it.hub.acks = false;
                const from = it.hub.said.length;
                await it.hub.open(it.hub.port);
                await it.hub.claim(0, 'leave', from);
                const told = it.hub.said.slice(from).filter((m) => m.t === 'claim');
                assert.deepEqual(told.map((m) => `${m.slot} ${m.kind}`), ['0 join', '1 join', '0 leave']);
                assert.ok(told.every((m, i) => i === 0 || m.seq > told[i - 1].seq));
                // Not acknowledged: told again at the next connection. What the hub acknowledges is decided there, since a
                // connection that is being closed may still carry a copy.
                const again = it.hub.said.length;
                it.hub.peer.close(1001);
                await it.hub.claim(0, 'leave', again);
                assert.ok(it.hub.said.slice(again).filter((m) => m.t === 'claim').length >= 3);
                const third = it.hub.said.length;
                it.hub.peer.close(1001);
                await it.hub.until(() => it.hub.said_since(third, 'hello'), 'a third hello');
                it.hub.acks = true;
                it.hub.peer.close(1001);
                await it.hub.until(() => it.hub.acked[1] >= told[2].seq, 'what was told to be acknowledged');
                const once = it.hub.said.length;
                await it.hub.sweep((here) => here.join() === '1', once);
                it.hub.peer.close(1001);
                await it.hub.sweep((here) => here.join() === '1', it.hub.said.length);
                assert.ok(!it.hub.said_since(once, 'claim'));
                await end(it);
        },

        async 'killed while the hub is away: the spool tells it, and without a key nothing new'() {
                const it = await setting();
                await it.hub.close();
                await it.agent.log.until('no connection');
                await it.ap.air(`join ${ADA} cust-ada - -61`);
                await spooled(it);
                const spool = fs.readFileSync(it.world.at('spool'));
                assert.ok(!spool.includes('cust-ada') && !spool.includes(Buffer.from(ADA.replaceAll(':', ''), 'hex')));
                await it.agent.stop('SIGKILL');
                const again = new Agent(it.world).start();
                await again.log.until('answers');
                await it.ap.air(`join ${BOB} cust-bob - -61`);
                it.hub.greets = false;
                const from = it.hub.said.length;
                await it.hub.open(it.hub.port);
                const hello = await it.hub.until(() => it.hub.said_since(from, 'hello'), 'hello');
                assert.equal(hello.boot, 2);
                assert.equal(hello.version, undefined);
                it.hub.peer.say({ t: 'welcome', epoch: 'stand', boot: 0, seq: 0 });
                const old = await it.hub.claim(0, 'join', from);
                assert.equal(old.boot, 1);
                assert.ok(!it.hub.said_since(from, 'claim', (m) => m.slot === 1));
                it.hub.greets = true;
                it.hub.peer.close(1001);
                await it.hub.claim(1, 'join', from); // with the key she is found
                await it.hub.claim(0, 'join', from);
                await end(it);
        },

        async 'a withdrawal and an enrolment take effect at once'() {
                const it = await setting();
                await it.ap.air(`join ${ADA} cust-ada - -61`);
                await it.ap.air(`join ${EVE} cust-eve - -61`);
                await it.hub.sweep((here) => here.join() === '0');
                it.hub.peer.say({ t: 'tag_remove', day: 1, version: 2, slot: 0 });
                let from = it.hub.said.length;
                await it.hub.sweep((here) => here.length === 0, from);
                const { tag } = await import('./stand_hub.mjs');
                it.hub.peer.say({ t: 'tag_add', day: 1, version: 3, slot: 7, tag: tag(it.hub.key, 'kcust-eve') });
                await it.hub.claim(7, 'join', from);
                assert.ok(!it.hub.said_since(from, 'claim', (m) => m.slot === 0));
                await end(it);
        },

        async 'a hub that talks nonsense is left with 4400 and asked anew'() {
                const it = await setting();
                for (const bad of ['{"t":"ack"}', 'x', '{"t":"tags","day":9,"version":1,"part":1,"of":1,"first":0,"tags":""}', `{"t":"error","error":"${'x'.repeat(5000)}"}`]) {
                        const from = it.hub.said.length;
                        it.hub.peer.say(bad);
                        await it.hub.until(() => it.hub.said_since(from, 'hello'), 'another hello');
                        await it.hub.sweep(() => true, from);
                }
                assert.ok(it.hub.closes.every((code) => code === 4400) && it.hub.closes.length >= 3, it.hub.closes.join());
                await end(it);
        },

        async 'a token that the hub does not know: said once, tried seldom'() {
                const it = await setting({ agent: false });
                it.hub.token = 'U'.repeat(43);
                it.agent.start();
                await it.agent.log.until('pair it again');
                const line = /dialling again.*ms=(\d+)/.exec(it.agent.log.text) ?? (await it.agent.log.until('dialling again')) ?? '';
                assert.ok(Number(/dialling again.*?ms=(\d+)/.exec(it.agent.log.text)[1]) >= 300000, String(line));
                assert.ok(!it.agent.log.text.includes('TTTT'));
                await end(it);
        },

        async 'a full set in many parts'() {
                const it = await setting({ agent: false });
                it.hub.ids = Array.from({ length: 700 }, (_, i) => (i % 5 === 4 ? '' : `kmany-${i}`));
                it.agent.start();
                await it.hub.sweep(() => true);
                await it.ap.air(`join ${ADA} many-698 - -61`);
                await it.hub.claim(698, 'join');
                await it.ap.air(`join ${BOB} many-699 - -61`); // a free slot's name
                await it.hub.sweep((here) => here.join() === '698', it.hub.said.length);
                await end(it);
        },

        async 'OpenWrt: what ubus prints, by a program of that name'() {
                const it = await setting({ agent: false, hostapd: false });
                const at = (name) => it.world.at(name);
                fs.mkdirSync(at('bin'));
                fs.writeFileSync(at('bin/ubus'), `#!/bin/sh\ncase "$*" in\nlist*) echo hostapd.wlan0 ;;\nsubscribe*) exec tail -n +1 -f ${at('events')} ;;\n*get_clients) cat ${at('clients')} ;;\nesac\n`, { mode: 0o755 });
                const clients = (...macs) => fs.writeFileSync(at('clients'), JSON.stringify({ freq: 5180, clients: Object.fromEntries(macs.map((mac) => [mac, { auth: true, assoc: true, authorized: true, signal: -61 }])) }) + '\n');
                const say = (name, address) => fs.appendFileSync(at('events'), `{ "${name}": {"address":"${address}","auth-alg":"open"} }\n`);
                fs.writeFileSync(at('events'), '');
                clients();
                it.hub.ids = [`m${ADA}`, `m${BOB}`];
                const agent = new Agent(it.world, ['--set', 'ap.kind=ubus']).start({ ...process.env, PATH: `${at('bin')}:${process.env.PATH}` });
                await it.hub.sweep((here) => here.length === 0);
                say('assoc', ADA);
                say('sta-authorized', EVE);
                clients(BOB, EVE); // she was missed: found by the list
                await it.hub.claim(1, 'join');
                clients(BOB, ADA);
                say('sta-authorized', ADA);
                await it.hub.claim(0, 'join');
                await it.hub.sweep((here) => here.join() === '0,1');
                clients(BOB);
                say('deauth', ADA);
                await it.hub.claim(0, 'leave');
                assert.equal(await agent.stop(), 0);
                await end(it);
        },

        async 'the command line'() {
                const it = await setting({ agent: false, hostapd: false });
                const file = it.world.at('recording');
                fs.writeFileSync(file, `10.5 <3>AP-STA-CONNECTED ${ADA} keyid=cust-ada\n11.0 <3>AP-STA-CONNECTED ${EVE}\nEVENT 20.0: <3>AP-STA-DISCONNECTED ${ADA}\n`);
                fs.writeFileSync(it.world.at('tags'), `k cust-ada\nm ${BOB}\n`);
                const replayed = await it.agent.once(['--replay', file, '--tags', it.world.at('tags')]);
                assert.equal(replayed.code, 0, replayed.text);
                assert.match(replayed.text, /^1\.000 .*"slot":0,"kind":"join"/m);
                assert.match(replayed.text, /^11\.500 .*"slot":0,"kind":"leave"/m);
                assert.equal(replayed.text.match(/"claim"/g).length, 2);
                assert.equal((await it.agent.once(['--replay', file])).code, 64);
                assert.equal((await it.agent.once(['--nonsense'])).code, 64);
                assert.equal((await it.agent.once(['--check-config'])).code, 0);
                const wrong = await it.agent.once(['--check-config', '--set', 'ap.knd=ubus']);
                assert.equal(wrong.code, 78);
                assert.match(wrong.text, /ap\.kind/);
                assert.equal((await it.agent.once(['--set', 'ap.kind=fake', '--set', `ap.script=${file}x`])).code, 12);
                const printed = await it.agent.once(['--print-config']);
                assert.equal((await run([programs.agent, '--print-config'])).stdout, fs.readFileSync(new URL('../../config/agent.conf', import.meta.url), 'utf8'), 'config/agent.conf is what maitred-agent --print-config says');
                fs.writeFileSync(it.world.at('agent.conf'), printed.text);
                assert.equal((await it.agent.once(['--config', it.world.at('agent.conf'), '--check-config'])).code, 0);
                await end(it);
        },

        strangers: () => strangers({ folder, certs, ids, setting, end, ADA }),
};

let failed = 0;
const wanted = process.argv.slice(3);
for (const [name, run] of Object.entries(cases)) {
        if (wanted.length && !wanted.some((part) => name.includes(part))) continue;
        try {
                const more = (await run()) ?? '';
                console.log(`ok       ${name}${more && ': ' + more}`);
        } catch (error) {
                failed++;
                console.log(`FAILED   ${name}\n${error.stack}`);
        }
        for (const it of open) await end(it);
}
process.exit(failed ? 1 : 0);
