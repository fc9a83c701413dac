// She stops, and her card is gone from her associate's screen: how long that takes, from her tap to the first picture
// without the card, in two windows of one browser, the hub on loopback.
//   main.mjs BUILD TIMES
import path from 'node:path';
import { atTheDoor, expect, handheldOf, hub, inItsOwnStore, joined, press, raise, screen, strike, until } from '../web/lib/stage.mjs';

const [build, times] = [process.argv[2], Number(process.argv[3])];
const P99_MS = 200;
const A_DAY = 20; // the most alerts a day that a store can allow one customer
const ROUNDS = 3;
const SETTINGS = [
    `visit.alerts_per_day=${A_DAY}`, 'alert.most_per_hour=0', 'alert.least_gap_s=0', 'alert.stand_in_s=0', 'alert.department_s=0', 'alert.floor_s=0',
];

const clock = () => Number(process.hrtime.bigint() / 1000n) / 1000;
const at = { tapped: 0, gone: 0 };

/** Her tap on "stop", as her page gets it. */
const watchTap = async (phone) => {
    await phone.exposeFunction('tapped', () => void (at.tapped = clock()));
    await phone.evaluate(() => addEventListener('click', (e) => e.target.closest('[data-do="stop"]') && window.tapped(), true));
};

/** The card has left the page, and a picture without it has been drawn. */
const watchCard = async (handheld) => {
    await handheld.exposeFunction('cardGone', () => void (at.gone = clock()));
    await handheld.evaluate(() => {
        let there = false;
        new MutationObserver(() => {
            const now = document.querySelector('.card') !== null;
            if (there && !now) requestAnimationFrame(() => requestAnimationFrame(() => window.cardGone()));
            there = now;
        }).observe(document.body, { childList: true, subtree: true });
    });
};

async function once(phone, maria) {
    await atTheDoor(phone);
    await press(phone, 'arrive');
    await maria.waitForSelector('[data-state="offered"]');
    at.gone = at.tapped = 0;
    await press(phone, 'stop');
    await screen(phone, 'cleared');
    await until(maria, 'the card does not go', () => at.gone > 0);
    expect(at.tapped > 0, 'her page did not get her tap');
    return at.gone - at.tapped;
}

/** As often as one customer may come in a day; her first visit warms the pages up. */
async function inOneStore(most) {
    const took = [];
    await inItsOwnStore(SETTINGS, async () => {
        const maria = await handheldOf('maria');
        await watchCard(maria);
        const phone = await joined(await hub.link('customer', 'demo-anna'));
        await watchTap(phone);
        await once(phone, maria);
        while (took.length < most && took.length < A_DAY - 1) took.push(await once(phone, maria));
        const cleared = () => maria.said.filter((f) => f.t === 'cleared').length;
        await until(maria, 'the handheld does not acknowledge each', () => cleared() === took.length + 1);
    });
    return took;
}

/** What else a machine does only adds to it: of three rounds the best is nearest to what it takes. */
async function round() {
    const took = [];
    while (took.length < times) took.push(...(await inOneStore(times - took.length)));
    took.sort((a, b) => a - b);
    const [p50, p99, most] = [0.5, 0.99, 1].map((q) => took[Math.ceil(q * took.length) - 1]);
    console.log(`         ${times} times: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, most ${most.toFixed(1)} ms`);
    return p99;
}

let failed = 1;
try {
    await raise(build, path.join(build, 'retract-pictures'));
    for (let i = 0; i < ROUNDS && failed; i++) failed = (await round()) < P99_MS ? 0 : 1;
    console.log(`${failed ? 'FAILED  ' : 'ok      '} from her tap to a screen without the card: p99 under ${P99_MS} ms`);
} catch (e) {
    console.log(`FAILED   ${e.stack}`);
} finally {
    await strike();
}
console.log(`${1 - failed} passed, ${failed} failed, 0 skipped`);
process.exit(failed);
