// The one whose card goes through the most rules comes to the one she chose: as a frame, as a page in a real browser, after
// a reload and after the hub was started again, and then, since her associate is busy, to the manager.
import { createInterface } from 'node:readline';
import { chromiumPath, DESK, openBrowser, openWindow } from '../web/lib/browser.mjs';
import { expectCard, frameDifferences, differences } from './card.mjs';
import { device } from './lib.mjs';
import { pageOf } from './words.mjs';

const WAIT_MS = 15_000;
const VISIT = { wish: 'a winter coat', hint: 'green coat', meet: 'Shoes, floor 2', if_busy: 'other' };

/** Asks tests/cards/run to stop the hub and start it again. */
async function restartHub(lines) {
        console.log('RESTART');
        const { value } = await lines.next();
        if (value !== 'started') throw new Error(`the hub did not come back: ${value}`);
}

/** What the page says of the card in front, as a person reads it. */
const read = (page) => page.evaluate(() => {
        const text = (within, selector) => within.querySelector(selector)?.textContent ?? '';
        return [...document.querySelectorAll('article.card')].map((card) => ({
                name: text(card, '.card-name'), facts: text(card, '.card-facts'), standing: text(card, '.card-standing'),
                wants: [...card.querySelectorAll('.card-wish dd')].map((e) => e.textContent),
                groups: [...card.querySelectorAll('.group')].map((group) => ({
                        title: text(group, '.group-title'), why: text(group, '.group-why'),
                        lines: [...group.querySelectorAll('.line-text')].map((e) => e.textContent),
                })),
        }));
});

/** Waits until the page has the card, and a moment in which it paints what else it may have. */
async function cardsOn(page) {
        await page.waitForSelector('article.card .line-text', { timeout: WAIT_MS });
        await page.evaluate(() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go))));
        return read(page);
}

async function openPage(browser, url, now, options) {
        const page = await openWindow(browser, options);
        page.setDefaultTimeout(WAIT_MS);
        await page.clock.setFixedTime(new Date(now));
        await page.goto(url);
        await page.click('[data-do="pair"]');
        await page.waitForSelector('[data-link="open"]');
        return page;
}

async function openPages(op, now) {
        if (!chromiumPath()) return null;
        const browser = await openBrowser();
        const handheld = await openPage(browser, await op.link('handheld', 'maria'), now);
        const desk = await openPage(browser, await op.link('console', 'karin'), now, { viewport: DESK });
        return { browser, handheld, desk };
}

export async function annaComes({ op, base, ca, live, book, story, say, viewerOf, now, withinMs }) {
        const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
        const person = live.people.get('demo-anna');
        const expected = (name) => expectCard(book, person, viewerOf(live, live.associates.find((a) => a.external === name), person), 'checked-in', live, VISIT).card;
        const connect = async () => ({
                maria: await device(base, ca, await op.link('handheld', 'maria')),
                karin: await device(base, ca, await op.link('console', 'karin'), 'console'),
        });
        const isCard = (m) => m.t === 'card';
        const windows = await openPages(op, now);
        const onPage = async (page, name, standing, what) => {
                if (!windows) return console.log(`skipped  ${what}: there is no Chromium here`);
                say(what, differences([pageOf(expected(name), { ...VISIT, standing }, now)], await cardsOn(page()), 'page'));
        };
        const preferred = (what) => onPage(() => windows.handheld, 'maria', 'your client', what);
        const manager = (what) => onPage(() => windows.desk, 'karin', "Maria's client", what);

        let devices = await connect();
        devices.karin.stream.frames.length = 0;
        await story.phones.get('demo-anna').call('/api/customer/arrive', { code: await story.doorCode(), ...VISIT });
        const frame = await devices.maria.stream.next('card of Anna', isCard);
        devices.maria.stream.send({ t: 'rendered', card: frame.card, seq: frame.seq });
        say('a card through the door: demo-anna to maria, her choice', frameDifferences(frame, expected('maria'), withinMs, { meet: VISIT.meet, standing: 'your client' }));
        await preferred('the page of her choice shows the expected lines');
        await windows?.handheld.reload();
        await preferred('after a reload the card is there, once');

        Object.values(devices).forEach((one) => one.stream.close());
        await restartHub(lines);
        await windows?.handheld.waitForSelector('[data-link="open"]');
        await preferred('after the hub was started again the card is there, once');
        await windows?.handheld.reload();
        await preferred('and once more after a reload');
        devices = await connect();
        const again = await devices.maria.stream.next('card of Anna after the start', isCard);
        say('a handheld that comes after the start has the same card', frameDifferences(again, expected('maria'), withinMs, { meet: VISIT.meet, standing: 'your client', card: frame.card }));

        const already = new Set(devices.karin.stream.seen.filter(isCard).map((m) => m.card));
        if (windows) await windows.handheld.click('[data-do="busy"]');
        else devices.maria.stream.send({ t: 'busy', card: again.card });
        const passed = await devices.karin.stream.next('card for the manager', (m) => isCard(m) && m.standing === "Maria's client" && !already.has(m.card));
        say('after "busy" the manager has hers', frameDifferences(passed, expected('karin'), withinMs, { meet: VISIT.meet, standing: "Maria's client" }));
        const retracted = await devices.maria.stream.next('retraction', (m) => m.t === 'retract');
        say('and it is taken from her associate', differences(again.card, retracted.card, 'retract'));
        if (windows) await windows.desk.waitForFunction((hint) => document.querySelector('.card-facts')?.textContent.includes(hint), VISIT.hint);
        await manager('the page of the manager shows the expected lines');
        await windows?.desk.reload();
        if (windows) await windows.desk.waitForFunction((hint) => document.querySelector('.card-facts')?.textContent.includes(hint), VISIT.hint);
        await manager('after a reload as well, once');
        if (windows) say('nothing went wrong in the pages', [...windows.handheld.wrong, ...windows.desk.wrong]);
        Object.values(devices).forEach((one) => one.stream.close());
        await windows?.browser.close();
}
