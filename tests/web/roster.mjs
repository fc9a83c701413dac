// The roster on the manager's console: a day as a picture and as words, a shift more, a shift less, and that it holds at
// once for whoever is asked.
import fs from 'node:fs';
import path from 'node:path';
import { DESK, PHONE } from './lib/browser.mjs';
import { DAY } from './lib/hub.mjs';
import { equal, expect, focusOn, handheldOf, hub, look, openPage, press, screen, until } from './lib/stage.mjs';

const dayAfter = (n) => new Date(Date.parse(`${DAY}T00:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10);

/** Two days of the demo's people, in the store's own time. */
function file() {
    const rows = [
        `maria,${DAY} 08:00,${DAY} 20:00,${DAY} 13:00,${DAY} 13:30`,
        `sofia,${DAY} 10:00,${DAY} 18:00,,`,
        `karin,${DAY} 08:00,${DAY} 20:00,,`,
        `maria,${dayAfter(1)} 22:00,${dayAfter(2)} 06:00,,`,
    ];
    const name = path.join(hub.dir, 'shifts.csv');
    fs.writeFileSync(name, `associate,start,end,break_start,break_end\n${rows.join('\n')}\n`);
    return name;
}

async function console_() {
    const page = await openPage({ viewport: DESK, scale: 1 });
    await page.goto(await hub.link('console', 'karin'));
    await press(page, 'pair');
    await screen(page, 'board');
    await page.click('[data-page="roster"]');
    await screen(page, 'roster');
    await page.waitForSelector('[data-roster-day]');
    return page;
}

const shiftsOf = (page, who) => page.$$eval(`[data-person="${who}"] [data-shift]`, (all) => all.map((e) => e.dataset.shift));
const dayShown = (page, day) => page.waitForSelector(`[data-day="${day}"]`);
const duty = (page) => page.got.filter((f) => f.t === 'duty').at(-1);

/** Takes away whatever one of them has on the day that is shown. */
async function clear(page, who) {
    for (let n = (await shiftsOf(page, who)).length; n > 0; n--) {
        await page.click(`[data-person="${who}"] [data-do="remove-shift"]`);
        await page.waitForFunction(
            ([id, left]) => document.querySelectorAll(`[data-person="${id}"] [data-shift]`).length === left,
            [who, n - 1],
        );
    }
}

export const roster = {
    async 'a roster that is imported is on the console, and whoever is off shift is told so'() {
        const handheld = await handheldOf('maria');
        const page = await console_();
        await page.waitForSelector('.roster-head .notice'); // no roster yet: everybody is on shift
        await look(page, 'console-roster-none');
        equal(duty(handheld), undefined, 'what she is told while there is no roster');
        await hub.ctl('import', '--yes', 'shifts', file());
        await until(handheld, 'she is not told that she is on shift', () => duty(handheld)?.on === true);
        await page.reload();
        await page.waitForSelector('[data-person="maria"]');
        equal(await shiftsOf(page, 'maria'), ['shift 08:00–20:00', 'break 13:00–13:30'], 'her day');
        expect(/3 people work/.test(await page.textContent('.roster-head [role="status"]')), 'how many work is not said');
        await look(page, 'console-roster');
        await page.setViewportSize(PHONE);
        await look(page, 'console-roster-narrow');
        await page.setViewportSize(DESK);
        await press(page, 'day-after');
        await dayShown(page, dayAfter(1));
        equal(await shiftsOf(page, 'maria'), ['shift 22:00–06:00'], 'the night');
        await press(page, 'day-after');
        await dayShown(page, dayAfter(2));
        equal(await shiftsOf(page, 'maria'), ['shift 22:00–06:00'], 'the night, on its second day');
        await press(page, 'day-today');
        await dayShown(page, DAY);
        await page.close();
        await handheld.close();
    },

    async 'a manager adds a break and takes it away, by the keyboard alone'() {
        const handheld = await handheldOf('maria');
        const page = await console_();
        await page.waitForSelector('[data-person="maria"]');
        await page.focus('[data-do="add-shift"]');
        await page.keyboard.press('Enter');
        await page.waitForSelector('dialog[open]');
        await look(page, 'console-roster-add');
        await page.focus('[data-do="save-shift"]');
        await page.keyboard.press('Enter');
        await page.waitForSelector('[role="alert"] [data-told="who"]');
        await page.selectOption('#shift-who', 'maria');
        await page.focus('input[name="shift-kind"]');
        await page.keyboard.press('ArrowDown');
        await page.fill('#shift-from', '11:00');
        await page.fill('#shift-to', '12:00');
        await page.focus('[data-do="save-shift"]');
        await page.keyboard.press('Enter');
        await page.waitForSelector('[data-person="maria"] [data-shift="break 11:00–12:00"]');
        // The hub's clock stands at half past eleven: from now on she is on a break.
        await until(handheld, 'she is not told of her break', () => duty(handheld)?.on === false);
        await page.focus('[data-person="maria"] [data-shift="break 11:00–12:00"] [data-do="remove-shift"]');
        await page.keyboard.press('Enter');
        await page.waitForFunction(() => !document.querySelector('[data-shift="break 11:00–12:00"]'));
        await focusOn(page, '[data-roster-day]', 'where the focus is');
        await until(handheld, 'she is not told that her break is over', () => duty(handheld)?.on === true);
        await page.click('[data-do="add-shift"]');
        await page.selectOption('#shift-who', 'maria');
        await page.fill('#shift-from', '22:00');
        await page.fill('#shift-to', '06:00');
        await page.waitForSelector('#shift-night'); // it ends on the next day
        await page.keyboard.press('Escape');
        await page.waitForFunction(() => !document.querySelector('dialog'));
        // Afterwards nobody has a roster again, so that no other scenario hangs on it.
        for (const who of ['maria', 'sofia', 'karin']) await clear(page, who);
        await press(page, 'day-after');
        await dayShown(page, dayAfter(1));
        await clear(page, 'maria');
        await page.waitForSelector('.roster-head .notice');
        await until(handheld, 'everybody is on shift again', () => duty(handheld)?.on === true && duty(handheld).until_ms === 0);
        await page.close();
        await handheld.close();
    },
};
