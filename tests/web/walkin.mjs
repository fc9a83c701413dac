// The walk-in test [P154-P157]: a console, handhelds and phones of one real hub, with lamps that turn green and red; and
// what only a broken hub or another morning would tell, by answers that are played.
import fs from 'node:fs';
import path from 'node:path';
import { DESK } from './lib/browser.mjs';
import { enrolls } from './lib/managers.mjs';
import { atTheDoor, equal, expect, focusOn, hub, inItsOwnStore, invitation, joined, look, mariasHandheld, openPage, press, says, screen, secretGone, tabTo, until } from './lib/stage.mjs';

const NARROW = { width: 390, height: 844 };
const HERS = ['alert.stand_in_s=0', 'alert.department_s=0', 'alert.floor_s=0', 'alert.answer_within_s=300', 'alert.nobody_after_s=900'];

const ended = (page, state) => page.waitForSelector(`[data-walkin="${state}"]`);
const lamp = (page, name, state) => page.waitForSelector(`[data-lamp="${name}"][data-state="${state}"]`);
const why = (page, name, reason) => page.waitForSelector(`[data-lamp="${name}"][data-why="${reason}"]`);

/** A manager's console that may begin a test, on its page. */
async function consoleOf(id) {
    const page = await openPage({ viewport: DESK, scale: 1 });
    await page.goto(await hub.link('console', id));
    await press(page, 'pair');
    await screen(page, 'board');
    await enrolls(page);
    await page.click('[data-page="walkin"]');
    await screen(page, 'walkin');
    await page.waitForSelector('[data-walkin]');
    return page;
}

/** Both widths of a desk and of a phone. */
async function both(page, name) {
    await look(page, name);
    await page.setViewportSize(NARROW);
    await page.evaluate(() => document.querySelector('.walkin-lamps')?.scrollIntoView());
    await look(page, `${name}-narrow`);
    await page.setViewportSize(DESK);
}

async function shown(page, is) {
    await page.evaluate((value) => {
        Object.defineProperty(document, 'visibilityState', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
    }, is ? 'visible' : 'hidden');
}

/** Begins one with a phone, and gives the link that is shown. */
async function link(page) {
    await press(page, 'walk-phone');
    await page.waitForSelector('[data-walk] .qr');
    return page.getAttribute('[data-walk]', 'data-walk');
}

/** All that a phone keeps of the store. */
const keeps = async (phone) => ({
    cookies: (await phone.context().cookies()).map(({ name, value }) => `${name}=${value}`).sort(),
    storage: await phone.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }])),
});

const secondsOf = (page, names) =>
    page.$$eval('[data-lamp]', (all, of) => all.filter((l) => of.includes(l.dataset.lamp)).map((l) => `${l.dataset.lamp} ${l.dataset.ms} ms`).join(', '), names);

async function nobodyIsConnected(boss) {
    await both(boss, 'walkin-none');
    await boss.focus('[data-page="walkin"]');
    await tabTo(boss, 'walk-alone');
    await ended(boss, 'red');
    await lamp(boss, 'phone', 'none');
    await lamp(boss, 'hub', 'green');
    await why(boss, 'handheld', 'no_handheld');
    await boss.waitForSelector('[data-told="no_handheld"]');
    await both(boss, 'walkin-no-handheld');
}

/** Her page is behind another: it paints nothing, so it says nothing. */
async function nobodyLooks(boss, maria) {
    await shown(maria, false);
    await press(boss, 'walk-alone');
    await why(boss, 'handheld', 'silent');
    await ended(boss, 'red');
    await boss.waitForSelector('[data-asked="red"][data-why="silent"]');
    await both(boss, 'walkin-silent');
    equal(maria.said.filter((f) => f.t === 'walkin_seen').length, 0, 'answers of a page that nobody sees');
    await shown(maria, true);
}

async function aCustomersPhone(boss, maria, phone) {
    const before = await keeps(phone);
    const url = await link(boss);
    await both(boss, 'walkin-waiting');
    await phone.goto(url);
    await screen(phone, 'walk-walked');
    secretGone(phone);
    await maria.waitForSelector('.walkin-note > span');
    await look(phone, 'walkin-phone');
    await ended(boss, 'green');
    equal(await boss.$('[data-walk]'), null, 'a code that was used');
    await both(boss, 'walkin-green');
    process.stdout.write(`     ${await secondsOf(boss, ['phone', 'hub', 'handheld'])}\n`);
    equal(await keeps(phone), before, 'what her phone keeps');
    await phone.reload();
    await screen(phone, 'home'); // she is a customer as before
    return url;
}

async function usedUp(url) {
    const phone = await openPage();
    await phone.goto(url);
    await screen(phone, 'walk-over');
    await look(phone, 'walkin-over');
    equal(await keeps(phone), { cookies: [], storage: '[{},{}]' }, 'what a phone keeps of a test that is over');
}

/** The Wi-Fi is not there at first. */
async function withoutNetwork(boss) {
    const url = await link(boss);
    const phone = await openPage({ locale: 'sv-SE' });
    await phone.route('**/api/customer/now', (route) => route.abort());
    await phone.goto(url);
    await screen(phone, 'walk-offline');
    await look(phone, 'walkin-offline');
    await lamp(boss, 'phone', 'waiting');
    await phone.unroute('**/api/customer/now');
    await press(phone, 'walk-again');
    await screen(phone, 'walk-walked');
    await focusOn(phone, 'h1', 'where the focus is once it was reached');
    await ended(boss, 'green');
    equal(await keeps(phone), { cookies: [], storage: '[{},{}]' }, 'what a phone keeps of a test');
}

async function twoManagers(boss) {
    const dir = path.join(hub.dir, 'walkin-csv');
    fs.mkdirSync(dir);
    fs.writeFileSync(path.join(dir, 'associates.csv'), 'id,name,store,department,role,active\nhanna,Hanna Ek,downtown,,manager,yes\n');
    await hub.ctl('import', dir, '--yes');
    const hanna = await consoleOf('hanna');
    await hanna.waitForSelector('[data-walkin="green"]'); // that of before, also for her
    const url = await link(boss);
    await press(hanna, 'walk-alone');
    await ended(hanna, 'green');
    equal(await hanna.$('[data-newer]'), null, 'who began the newest is not told of a newer one');
    await boss.waitForSelector('[data-newer]');
    await ended(boss, 'green');
    equal(await boss.$('[data-walk]'), null, 'the code of a test that is over');
    await look(boss, 'walkin-newer');
    const late = await openPage();
    await late.goto(url);
    await screen(late, 'walk-over');
}

/** Beside a card: nothing moves, no button is covered, nothing rings, and the page is as it was after four seconds. */
async function besideACard(boss, maria, phone) {
    await atTheDoor(phone);
    await press(phone, 'arrive');
    await maria.waitForSelector('[data-state="offered"] , [data-do="accept"]');
    const places = () => maria.$$eval('.handheld button', (all) => all.map((b) => Math.round(b.getBoundingClientRect().top)));
    const before = await places();
    const visits = await boss.evaluate(async () => (await (await fetch('/api/console/board')).json()).visits.length);
    await press(boss, 'walk-alone');
    await maria.waitForSelector('.walkin-note > span');
    equal(await places(), before, 'where the buttons are');
    const covered = await maria.evaluate(() => {
        const note = document.querySelector('.walkin-note > span').getBoundingClientRect();
        return [...document.querySelectorAll('main button, footer button')]
            .map((b) => b.getBoundingClientRect())
            .filter((b) => b.top < note.bottom && b.bottom > note.top && b.left < note.right && b.right > note.left).length;
    });
    equal(covered, 0, 'buttons under the word of the test');
    await look(maria, 'walkin-handheld-card', ['light']);
    await ended(boss, 'green');
    await maria.waitForSelector('.walkin-note[data-walkin="0"]', { state: 'attached' });
    equal(await boss.evaluate(async () => (await (await fetch('/api/console/board')).json()).visits.length), visits, 'visits after a test');
}

async function realLamps() {
    const boss = await consoleOf('karin');
    await nobodyIsConnected(boss);
    const maria = await mariasHandheld();
    const phone = await joined(await invitation(maria));
    await nobodyLooks(boss, maria);
    await usedUp(await aCustomersPhone(boss, maria, phone));
    await withoutNetwork(boss);
    await twoManagers(boss);
    await besideACard(boss, maria, phone);
    const seen = maria.said.filter((f) => f.t === 'walkin_seen').map((f) => f.test);
    equal(seen.length, new Set(seen).size, 'answers of a handheld, one a test');
}

const NONE = { state: 'none', ms: 0, why: '' };
const GREEN = { state: 'green', ms: 12, why: '' };
const red = (reason) => ({ state: 'red', ms: 0, why: reason });
const morning = (day, reason = '') => ({
    at_ms: Date.UTC(2026, 1, day, 8),
    day: `2026-02-${String(day).padStart(2, '0')}`,
    morning: true,
    phone: false,
    green: reason === '',
    why: reason,
    phone_ms: 0,
    hub_ms: reason === 'not_saved' ? 0 : 7,
    handhelds: 3,
    answered: reason ? 0 : 3,
    first_ms: reason ? 0 : 41,
});
const told = (part) => ({
    now_ms: Date.UTC(2026, 2, 5, 10),
    test: 3,
    state: 'red',
    morning: true,
    at_ms: Date.UTC(2026, 2, 5, 8),
    phone: NONE,
    hub: NONE,
    handheld: NONE,
    handhelds: [],
    rest: 0,
    phone_at_ms: Date.UTC(2026, 1, 20, 9, 30),
    past: [],
    ...part,
});
const MORNINGS = Array.from({ length: 16 }, (_, i) => morning(28 - i, i === 0 ? 'silent' : i === 5 ? 'not_saved' : ''));
const PLAYED = {
    not_read: { hub: red('not_read') },
    not_saved: { hub: red('not_saved') },
    late: { hub: red('late') },
    no_phone: { phone: red('no_phone'), morning: false },
    gone: {
        hub: GREEN,
        handheld: red('gone'),
        handhelds: [
            { id: 'a1', name: 'Maria Lind', lamp: red('gone') },
            { id: 'a2', name: 'Ingrid Falk', lamp: red('silent') },
            { id: 'a3', name: 'Eva Strand', lamp: GREEN },
        ],
        rest: 2,
    },
};

/** Each reason with what to do; the mornings, and the line on the first place. */
async function playedLamps() {
    const page = await openPage({ viewport: DESK, scale: 1 });
    let answer = told({ past: MORNINGS });
    let asked = 0;
    await page.route('**/api/console/walkin', (route) => {
        asked++;
        return route.fulfill({ json: answer });
    });
    await page.goto(await hub.link('console', 'karin'));
    await press(page, 'pair');
    await page.waitForSelector('[data-morning="2026-02-28"]');
    await both(page, 'walkin-red-morning');
    await page.click('[data-morning] a');
    await screen(page, 'walkin');
    await page.waitForSelector('[data-day]'); // the page asks the hub before it has any
    equal(await page.$$eval('[data-day]', (all) => all.map((d) => `${d.dataset.day.slice(8)} ${d.dataset.state}`).join(' ')), Array.from({ length: 14 }, (_, i) => `${15 + i} ${i === 13 || i === 8 ? 'red' : 'green'}`).join(' '), 'the last fourteen mornings');
    await page.click('.walkin summary');
    await both(page, 'walkin-mornings');
    for (const [reason, part] of Object.entries(PLAYED)) {
        answer = told({ ...part, past: MORNINGS });
        await page.reload();
        await page.waitForSelector(`[data-told="${reason}"]`);
        await both(page, `walkin-${reason}`);
    }
    // A test that runs is asked for again, not while the page is behind another, and not once it is over.
    answer = told({ state: 'running', morning: false, hub: { state: 'waiting', ms: 0, why: '' } });
    await page.reload();
    await ended(page, 'running');
    const from = asked;
    await until(page, 'a running test is asked for again', () => asked > from + 1);
    answer = told({ state: 'green', hub: GREEN, handheld: GREEN });
    await ended(page, 'green');
    await says(page, '[data-lamp="hub"] .walkin-said', 'Works · 0.02\u00a0s', 'what a green lamp says');
    const over = asked;
    await page.waitForResponse('**/api/console/board'); // which is asked for each four seconds
    await page.waitForResponse('**/api/console/board');
    equal(asked, over, 'questions about a test that is over');
    expect(!(await page.$('[data-morning]')), 'a line of the board on another place');
}

export const walkin = {
    'the walk-in test: red lamps, then green ones, by a real phone and handheld': () => inItsOwnStore(HERS, realLamps),
    'the walk-in test: every reason, and the mornings': () => playedLamps(),
};
