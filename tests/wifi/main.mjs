// Real hostapd, real phones (wpa_supplicant) and a real agent in an emulated guest; the hub stands outside. One story, told in steps: each
// is a case. Usage: node main.mjs FOLDER KERNEL INITRD BUILD
import assert from 'node:assert/strict';
import { certificates, pairText, StandHub } from '../agent/stand_hub.mjs';
import { Guest } from './guest.mjs';
import { storeSteps } from './store.mjs';

const [folder, kernel, initrd, build] = process.argv.slice(2);
const ADA = '3c:06:30:aa:00:01';
const CAROL = '3c:06:30:aa:00:03';
const STRANGER = '3c:06:30:de:ad:07';
const ids = ['kcust-ada', 'kcust-bob', `m${CAROL}`, 'kcust-dora'];
const [ada, bob, carol, dora] = [0, 1, 2, 3];
const AGENT = 'maitred-agent --set hub.file=/tmp/hub --set spool.file=/tmp/spool --set ap.own=/run/own --set ap.socket=/run/hostapd --set ap.ping_s=2 --set log.level=detail';

const certs = certificates(folder, 'hub');
const hub = new StandHub(certs, ids);
hub.settings = { t: 'settings', sweep_s: 3, settle_ms: 2000, idle_s: 0 };
hub.onPair = ({ code }) => (code === 'ABCDEFGH' ? [200, { token: hub.token, sensor: 'guest', store: 'Downtown' }] : [410, {}]);
const guest = new Guest(folder, kernel, initrd);
let from = 0; // what was said before does not count

const SLOW = 60_000;
const claim = (slot, kind) => hub.until(() => hub.said_since(from, 'claim', (m) => m.slot === slot && m.kind === kind), `${kind} of slot ${slot}`, SLOW);
const here = (...slots) => hub.until(() => hub.said_since(from, 'sweep', (m) => m.here.filter((_, i) => i % 2 === 0).join() === slots.join()), `a sweep of ${slots}`, SLOW);
const claims = () => hub.said.slice(from).filter((m) => m.t === 'claim');
const mark = () => (from = hub.said.length);
const startAgent = () => guest.sh(`${AGENT} 2>>/tmp/agent.log & echo $! >/run/agent.pid`);

const steps = {
        async 'the guest boots; hostapd and the agent start, and the agent pairs by sixteen characters'() {
                await hub.open();
                await guest.boot();
                await guest.hostapd(['keyid=cust-ada 00:00:00:00:00:00 ada-own-key', 'keyid=cust-bob 00:00:00:00:00:00 bob-own-key', 'keyid=everybody 00:00:00:00:00:00 guest-key', ''].join('\n'));
                const said = await guest.sh(`${AGENT} pair ${pairText('ABCDEFGH', certs.pin)} --hub 10.0.2.2:${hub.port}`);
                assert.match(said, /Paired/);
                await startAgent();
                await here();
        },
        async 'a phone with its own key joins'() {
                mark();
                await guest.phone(1, 'ada-own-key', { mac: ADA });
                const one = await claim(ada, 'join');
                assert.ok(one.age_ms < 5000 && one.rssi < 0 && one.rssi >= -100, JSON.stringify(one));
        },
        async 'a phone with a new random address at each join is known by its key'() {
                const addresses = new Set();
                for (const round of [1, 2]) {
                        mark();
                        await guest.phone(2, 'bob-own-key', { random: true });
                        await claim(bob, 'join');
                        addresses.add(await guest.address(2));
                        if (round === 2) break;
                        await guest.phoneOff(2);
                        await claim(bob, 'leave');
                }
                assert.equal(addresses.size, 2);
        },
        async 'a phone under the key that everybody has is known by its registered address'() {
                mark();
                await guest.phone(3, 'guest-key', { mac: CAROL });
                await claim(carol, 'join');
                await here(ada, bob, carol);
        },
        async 'strangers, with the right key and with a wrong one, leave no trace'() {
                mark();
                await guest.phone(4, 'guest-key', { mac: STRANGER });
                await guest.until(`hostapd_cli -p /run/hostapd -i wlan0 sta ${STRANGER} | grep -q AUTHORIZED`);
                await guest.phone(5, 'not-the-key');
                await guest.until('grep -q POSSIBLE-PSK-MISMATCH /tmp/hostapd.log');
                await here(ada, bob, carol);
                mark();
                await here(ada, bob, carol); // a sweep that listed the stranger, too
                const raw = STRANGER.replaceAll(':', '');
                const spelled = Buffer.from(STRANGER).toString('hex');
                const counts = await guest.sh(`memgrep $(cat /run/agent.pid) ${raw} ${spelled} ${ADA.replaceAll(':', '')}`);
                const [inMemory, inText, hers] = counts.split(/\r?\n/).map((line) => Number(line.split(' ')[1]));
                assert.ok(hers > 0, `the search finds nobody: ${counts}`);
                assert.deepEqual([inMemory, inText], [0, 0]);
                assert.equal(await guest.sh(`cat /tmp/agent.log /tmp/spool | grep -ci -e ${STRANGER} -e ${raw} || true`), '0');
                assert.deepEqual(claims(), []);
                await guest.phoneOff(4);
                await guest.phoneOff(5);
        },
        async 'a polite goodbye'() {
                mark();
                await guest.phoneOff(3);
                const one = await claim(carol, 'leave');
                assert.ok(one.age_ms >= 2000);
        },
        async 'walking out without a word'() {
                mark();
                await guest.reach(2, false);
                await claim(bob, 'leave'); // hostapd notices after its own time
                await guest.phoneOff(2);
                await guest.reach(2, true);
        },
        async 'a lost goodbye: back before the access point noticed is neither leave nor join'() {
                mark();
                await guest.reach(1, false);
                await guest.wpa(1, 'disconnect');
                await guest.reach(1, true);
                await guest.wpa(1, 'reconnect');
                await guest.until("[ $(grep -c 'AP-STA-CONNECTED 3c:06:30:aa:00:01' /tmp/hostapd.log) -ge 2 ]");
                mark();
                await here(ada);
                mark();
                await here(ada);
                assert.ok(!hub.said.slice(0).some((m) => m.t === 'claim' && m.slot === ada && m.kind === 'leave'));
        },
        async 'hostapd killed and started again: nobody left'() {
                mark();
                await guest.killHostapd();
                await hub.until(() => hub.said_since(from, 'ap', (m) => m.state === 'down'), 'ap down', SLOW);
                await guest.startHostapd();
                await hub.until(() => hub.said_since(from, 'ap', (m) => m.state === 'up'), 'ap up', SLOW);
                await guest.until("[ $(grep -c 'AP-STA-CONNECTED 3c:06:30:aa:00:01' /tmp/hostapd.log) -ge 3 ]");
                mark();
                await here(ada);
                assert.deepEqual(claims().filter((m) => m.kind === 'leave' && m.slot === ada), []);
        },
        async 'the hub away for a while: who came and went meanwhile is told, in order, with its age'() {
                mark();
                await hub.close();
                await guest.phone(2, 'bob-own-key', { random: true });
                await guest.until('grep -c "AP-STA-CONNECTED .* keyid=cust-bob" /tmp/hostapd.log | grep -q "[3-9]"');
                await guest.phoneOff(1);
                await guest.sh(`usleep 12000000`, 120_000);
                assert.ok(Number(await guest.sh('wc -c </tmp/spool')) > 16);
                await hub.open(hub.port);
                await claim(ada, 'leave');
                const told = claims().map((m) => `${m.slot} ${m.kind}`);
                assert.deepEqual(told.filter((x) => x !== `${ada} join`), [`${bob} join`, `${ada} leave`]);
                assert.ok(claims().every((m) => m.age_ms >= 10_000), JSON.stringify(claims()));
                await here(bob);
        },
        async 'the agent killed and started again: who is here is told under its next number'() {
                mark();
                await guest.sh('kill -9 $(cat /run/agent.pid)');
                await startAgent();
                const one = await claim(bob, 'join');
                assert.equal(one.boot, 2);
                await here(bob);
        },
        async 'somebody enrols while her phone is here'() {
                mark();
                await guest.sh("echo 'keyid=cust-dora 00:00:00:00:00:00 dora-own-key' >>/tmp/psk");
                await guest.sh('hostapd_cli -p /run/hostapd -i wlan0 reload_wpa_psk');
                await guest.phone(3, 'dora-own-key', { mac: '3c:06:30:aa:00:33' });
                await claim(dora, 'join');
                const kb = await guest.sh("awk '/^Anonymous/ { print $2 }' /proc/$(cat /run/agent.pid)/smaps_rollup");
                return `${kb} KB of memory of its own`;
        },
};

const store = storeSteps(guest, build, folder, startAgent, AGENT);
Object.assign(steps, store.steps);
let passed = 0;
const began = Date.now();
try {
        for (const [name, run] of Object.entries(steps)) {
                const at = Date.now();
                const more = await run();
                passed++;
                console.log(`ok       ${name} (${((Date.now() - at) / 1000).toFixed(1)} s${more ? ', ' + more : ''})`);
        }
        console.log(`all in ${((Date.now() - began) / 1000).toFixed(0)} s`);
} catch (error) {
        console.log(`FAILED   ${Object.keys(steps)[passed]}\n${error.stack}`);
        // The story cannot go on from here; what the guest says may tell why.
        for (const file of ['/tmp/agent.log', '/tmp/hostapd.log', '/tmp/phone1.log']) console.log(`--- ${file}\n${await guest.sh(`tail -n 25 ${file}`).catch(() => '')}`);
} finally {
        await guest.off();
        await store.stop().catch(() => {});
        await hub.close().catch(() => {});
}
process.exit(passed === Object.keys(steps).length ? 0 : 1);
