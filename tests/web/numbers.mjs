// The five numbers: too few to tell at first; then, over a hub of its own with half a year behind it, for the store and a
// team, by mouse and keyboard, on a desk and a phone; and an associate's own week on her handheld.
import fs from 'node:fs';
import path from 'node:path';
import { fill } from '../numbers/fill.mjs';
import { DESK, PHONE } from './lib/browser.mjs';
import { startHub } from './lib/hub.mjs';
import { equal, expect, focusOn, hub, look, openPage, press, screen } from './lib/stage.mjs';

const LAST_MONDAY = '2026-03-02T00:00:00Z'; // of the week that is not over

const ready = (page) => page.waitForSelector('[data-numbers="ready"]');

async function consoleOf(house) {
    const page = await openPage({ viewport: DESK, scale: 1 });
    await page.goto(await house.link('console', 'karin'));
    await press(page, 'pair');
    await screen(page, 'board');
    await page.click('[data-page="numbers"]');
    await ready(page);
    return page;
}

/** Enough in two departments to be teams, and a past. */
async function withAPast(house) {
    const dir = path.join(house.dir, 'more-csv');
    fs.mkdirSync(dir);
    const people = ['nils,Nils Ek,downtown,Men', 'otto,Otto Ask,downtown,Men', 'pia,Pia Dahl,downtown,Home', 'rut,Rut Holm,downtown,Home'];
    fs.writeFileSync(
        path.join(dir, 'associates.csv'),
        `id,name,store,department,role,active\n${people.map((p) => `${p},associate,yes\n`).join('')}`,
    );
    await house.ctl('import', dir, '--yes');
    await house.stop();
    const usual = (a, week) => (week % 6 === 0 ? 3 : 5);
    fill(house.store, { seed: 7, monday: Date.parse(LAST_MONDAY), weeks: 60, usual });
    await house.start();
}

async function phoneLook(page, name) {
    await page.setViewportSize(PHONE);
    await look(page, name);
    await page.setViewportSize(DESK);
}

export const numbers = {
    async 'the five numbers: too few to tell, then the store’s and a team’s; her own week is hers'() {
        const house = await startHub(hub.build);
        try {
            const empty = await consoleOf(house);
            equal(await empty.$$eval('.tile-none', (all) => all.map((e) => e.textContent)), Array(8).fill('Too few to tell'), 'an empty store');
            await look(empty, 'numbers-none');
            await phoneLook(empty, 'numbers-none-phone');
            await empty.context().close();

            await withAPast(house);
            const karin = await consoleOf(house);
            equal(await karin.$$eval('.tile-none', (all) => all.length), 0, 'tiles with too few');
            equal(await karin.$$eval('.tile .trend', (all) => all.filter((e) => e.getAttribute('aria-label')).length), 8, 'pictures with words');
            expect(/a year before: \d+ %/.test(await karin.textContent('[data-number="match"]')), 'nothing is said of the year before');
            await look(karin, 'numbers');
            await phoneLook(karin, 'numbers-phone');
            await karin.evaluate(() => document.querySelector('[data-split]').scrollIntoView());
            await look(karin, 'numbers-splits');

            const spend = await karin.textContent('[data-number="spend_own"]');
            expect(/half of those who bought spent €[\d,.]+ at most/.test(spend), `what is said of spending: ${spend}`);
            await karin.evaluate(() => document.querySelector('[data-number="spend_own"]').scrollIntoView());
            await look(karin, 'numbers-spend');
            await karin.evaluate(() => scrollTo(0, 0));

            // By keyboard: what a number means, then another team.
            await karin.focus('[data-do="means-match"]');
            await karin.keyboard.press('Enter');
            await karin.waitForSelector('[data-number="match"] details[open] .past');
            await karin.focus('.teams input:checked');
            await karin.keyboard.press('ArrowRight');
            await karin.waitForFunction(() => document.querySelector('[data-team]')?.getAttribute('data-team'));
            const team = await karin.getAttribute('[data-team]', 'data-team');
            expect(!(await karin.$('[data-split]')), 'a team has a split of its own');
            await look(karin, 'numbers-team');
            await karin.evaluate(() => document.querySelector('[data-number="match"]').scrollIntoView());
            await phoneLook(karin, 'numbers-team-phone');
            const all = await karin.textContent('.numbers-page');
            for (const name of ['Maria', 'Nils', 'Pia']) expect(!all.includes(name), `${team}: ${name} is named`);

            const maria = await openPage();
            await maria.goto(await house.link('handheld', 'maria'));
            await press(maria, 'pair');
            await maria.waitForSelector('[data-link="open"]');
            await press(maria, 'mine');
            await maria.waitForSelector('[data-mine]');
            equal(await maria.getAttribute('[data-mine]', 'data-mine'), '2026-02-23', 'her week');
            await look(maria, 'mine');
            await maria.keyboard.press('Escape');
            await maria.waitForFunction(() => !document.querySelector('dialog'));
            await focusOn(maria, '[data-do="mine"]', 'where the focus goes back to');
            await maria.context().close();
            await karin.context().close();
        } finally {
            const said = house.words();
            await house.remove();
            expect(!/ERROR: AddressSanitizer|runtime error:|ERROR: LeakSanitizer/.test(said), `the hub reports: ${said.slice(-1500)}`);
        }
    },
};
