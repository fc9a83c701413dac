// The second half of the story: the hub itself stands outside, three customers have joined, their associates' handhelds are
// connected. The same guest, the same agent, paired anew.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { operator } from '../cards/operator.mjs';
import { device, joinBy, Stream } from '../cards/lib.mjs';

const run = promisify(execFile);
const DWELL_MS = 1000;
const SOON_MS = 2000; // from the end of the dwell to the card
const STRANGER = '3c:06:30:de:ad:08';
const people = { anna: { id: 'demo-anna', by: 'maria' }, bo: { id: 'demo-bo', by: 'erik' }, chloe: { id: 'demo-chloe', by: 'sofia' } };

const freePort = () => new Promise((done) => { const s = net.createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); }); });

class Hub {
        constructor(build, folder) {
                Object.assign(this, { build, folder, began: 0 });
        }

        async make() {
                this.port = await freePort();
                await run(path.join(this.build, 'server/ctl/maitrectl'), ['demo', '--port', String(this.port), '--now', '2026-03-05 11:30', this.folder]);
                this.base = `https://localhost:${this.port}`;
                this.op = operator(this.build, this.folder);
        }

        async start() {
                this.began ||= Date.now();
                const minutes = 11 * 3600 + 30 * 60 + Math.floor((Date.now() - this.began) / 1000);
                const now = `2026-03-05 ${[minutes / 3600, (minutes / 60) % 60, minutes % 60].map((n) => String(Math.floor(n)).padStart(2, '0')).join(':')}`;
                const sets = ['presence.dwell_s=1', 'consent.always_from=0', 'presence.sweep_s=2', 'presence.settle_ms=500', 'alert.answer_within_s=300', 'alert.nobody_after_s=900', `web.root=${path.join(this.build, 'server/web/pages')}`].flatMap((s) => ['--set', s]);
                const log = fs.openSync(path.join(this.folder, 'log'), 'a');
                this.child = spawn(path.join(this.build, 'server/maitred'), ['--config', path.join(this.folder, 'maitred.conf'), '--now', now, ...sets], { stdio: ['ignore', log, log] });
                fs.closeSync(log);
                this.ended = new Promise((done) => this.child.on('exit', done));
                for (let i = 0; ; i++) {
                        try {
                                await this.op.ctl('status');
                                return;
                        } catch (error) {
                                if (i > 200) throw error;
                                await new Promise((done) => setTimeout(done, 100));
                        }
                }
        }

        async stop() {
                this.child?.kill('SIGTERM');
                await this.ended;
        }
}

/** Cards on one associate's screen, by number: each number is one alert. */
const alerts = (who) => new Set(who.seen.filter((m) => m.t === 'card').map((m) => m.card)).size;

let guest, hub, startAgent, AGENT; // set by storeSteps

const joined = (name, times = 1) => guest.sh(`n=0; while [ $(grep -c 'AP-STA-CONNECTED .* keyid=${people[name].keyid}' /tmp/hostapd.log) -lt ${times} ]; do usleep 50000; n=$((n+1)); [ $n -lt 900 ] || exit 1; done`, 90_000);
const key = (name) => `${name}-own-key`;
const connections = () => guest.sh("grep -c 'connected to the hub' /tmp/agent.log");

async function connect(name) {
        const p = people[name];
        if (!p.face) {
                const paired = await device(hub.base, hub.ca, await hub.op.link('handheld', p.by));
                p.face = paired.face;
                p.seen = paired.stream.seen;
                p.stream = paired.stream;
                return;
        }
        const before = p.seen;
        p.stream = await Stream.open(p.face, 'handheld');
        p.stream.send({ t: 'hello' });
        p.stream.seen = before; // one list over both connections
}

/** The card of one who just came, and how long it took. */
async function announced(name, ms = 30_000) {
        const p = people[name];
        const last = Date.now() + ms;
        for (;;) {
                const card = p.seen.find((m) => m.t === 'card');
                if (card) {
                        p.stream.send({ t: 'rendered', card: card.card, seq: card.seq });
                        p.stream.send({ t: 'accept', card: card.card });
                        return card;
                }
                assert.ok(Date.now() < last, `no card for ${name}`);
                await new Promise((done) => setTimeout(done, 20));
        }
}

async function once(...names) {
        for (const name of names) assert.equal(alerts(people[name]), 1, `${name} was announced ${alerts(people[name])} times`);
}

const steps = {
        async 'the hub itself: three customers allow the Wi-Fi and get keys of their own; the agent is paired with it'() {
                await hub.make();
                await hub.start();
                await hub.op.ctl('import', '--yes', path.join(hub.folder, 'csv'));
                hub.ca = fs.readFileSync(path.join(hub.folder, 'data/tls/ca.pem'));
                const psk = [];
                for (const [name, p] of Object.entries(people)) {
                        const { phone } = await joinBy(hub.base, hub.ca, await hub.op.link('customer', p.id), { choose: true });
                        p.phone = phone;
                        await phone.call('/api/customer/notice', { wifi: true, always: true });
                        p.keyid = (await hub.op.ctl('device', p.id, 'keyid')).trim();
                        psk.push(`keyid=${p.keyid} 00:00:00:00:00:00 ${key(name)}`);
                        await connect(name);
                }
                for (const n of [1, 2, 3]) await guest.phoneOff(n);
                await guest.sh('kill -9 $(cat /run/agent.pid); rm -f /tmp/spool');
                for (const line of psk) await guest.sh(`echo '${line}' >>/tmp/psk`);
                await guest.sh('hostapd_cli -p /run/hostapd -i wlan0 reload_wpa_psk');
                const code = (await hub.op.ctl('link', 'agent', 'guest')).trim();
                assert.match(await guest.sh(`${AGENT} pair ${code} --hub 10.0.2.2:${hub.port}`), /Paired/);
                const before = Number(await connections());
                await startAgent();
                await guest.until(`[ $(grep -c 'connected to the hub' /tmp/agent.log) -gt ${before} ]`);
        },
        async 'an enrolled phone joins: the card is there within two seconds after the dwell'() {
                await guest.phone(1, key('anna'), { mac: '3c:06:30:aa:00:01' });
                await joined('anna');
                const at = Date.now();
                const card = await announced('anna');
                const took = Date.now() - at;
                assert.equal(card.seen, 'sensed');
                assert.ok(took <= DWELL_MS + SOON_MS, `${took} ms after the access point let her in`);
                return `${took} ms after the access point let her in, ${DWELL_MS} of them the dwell`;
        },
        async 'a phone with a random address at each join is one customer, announced once'() {
                await guest.phone(2, key('bo'), { random: true });
                await announced('bo');
                const first = await guest.address(2);
                await guest.phone(2, key('bo'), { random: true });
                await joined('bo', 2);
                assert.notEqual(await guest.address(2), first);
        },
        async 'a lost goodbye, hostapd killed, the agent killed: nobody is announced twice'() {
                await guest.reach(1, false);
                await guest.wpa(1, 'disconnect');
                await guest.reach(1, true);
                await guest.wpa(1, 'reconnect');
                await joined('anna', 2);
                await guest.killHostapd();
                await guest.startHostapd();
                await joined('anna', 3);
                const before = Number(await connections());
                await guest.sh('kill -9 $(cat /run/agent.pid)');
                await startAgent();
                await guest.until(`[ $(grep -c 'connected to the hub' /tmp/agent.log) -gt ${before} ]`);
                await guest.phone(4, 'guest-key', { mac: STRANGER });
                await guest.until(`hostapd_cli -p /run/hostapd -i wlan0 sta ${STRANGER} | grep -q AUTHORIZED`);
                await new Promise((done) => setTimeout(done, DWELL_MS + 2 * 2000)); // two sweeps and a dwell: whoever was to be announced would have been
                await once('anna', 'bo');
        },
        async 'the hub away for a minute: who came meanwhile is announced when it is back, the others not again'() {
                await hub.stop();
                await guest.phone(3, key('chloe'), { mac: '3c:06:30:aa:00:03' });
                await joined('chloe');
                await guest.sh(`usleep ${Number(process.env.MAITRED_AWAY_S ?? 60) * 1000000}`, 180_000);
                await hub.start();
                for (const name of Object.keys(people)) await connect(name);
                await announced('chloe', 60_000);
                await once('anna', 'bo', 'chloe');
        },
        async 'a polite goodbye and a return soon after: still the same visit'() {
                await guest.phoneOff(3);
                await guest.phone(3, key('chloe'), { mac: '3c:06:30:aa:00:03' });
                await joined('chloe', 2);
                await new Promise((done) => setTimeout(done, DWELL_MS + 2 * 2000));
                await once('anna', 'bo', 'chloe');
                const now = await people.chloe.phone.call('/api/customer/now');
                assert.ok(now.notice.here, JSON.stringify(now));
        },
        async 'a stranger is in no file of the hub either, nor is anything that a phone is known by'() {
                const raw = (text) => Buffer.from(text.replaceAll(':', ''), 'hex');
                const marks = [STRANGER, '3c:06:30:aa:00:01'].flatMap((mac) => [Buffer.from(mac), Buffer.from(mac.replaceAll(':', '')), raw(mac)]).concat(Object.values(people).map((p) => Buffer.from(p.keyid)));
                const files = ['data/store.db', 'data/store.db-wal', 'log'].map((name) => path.join(hub.folder, name)).filter((name) => fs.existsSync(name));
                assert.ok(files.length >= 2);
                for (const file of files) for (const mark of marks) assert.ok(!fs.readFileSync(file).includes(mark), `${path.basename(file)} holds ${mark}`);
                const counts = await guest.sh(`memgrep $(cat /run/agent.pid) ${STRANGER.replaceAll(':', '')} ${Buffer.from(STRANGER).toString('hex')}`);
                assert.deepEqual(counts.split(/\r?\n/).map((line) => line.split(' ')[1]), ['0', '0']);
        },
};

/** The steps, for this guest; `start` starts the agent in it, `agent` is its command line. */
export function storeSteps(where, build, folder, start, agent) {
        [guest, startAgent, AGENT] = [where, start, agent];
        hub = new Hub(build, path.join(folder, 'store'));
        return { steps, stop: () => hub.stop() };
}
