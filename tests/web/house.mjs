// The house rules on the console: a sentence is given another end, counted against last week, saved by a manager who shows
// who she is, and chosen again from the version before.
import { lookSmall, manager, provingSo, ready } from './lib/managers.mjs';
import { look, press, says } from './lib/stage.mjs';

const chosen = (page, key, value) =>
    page.waitForFunction(([id, wants]) => document.getElementById(`house-${id}`)?.value === wants, [key, value]);

export const house = {
    async 'house rules are sentences with choices, counted before they are saved, and kept as versions'() {
        const karin = await manager('karin');
        await karin.click('[data-page="house"]');
        await karin.waitForSelector('.house[data-version="0"]');
        await look(karin, 'house');
        await lookSmall(karin, 'house-phone', '.house');
        await karin.selectOption('#house-refusal', '120');
        await karin.waitForSelector('[data-rule="refusal"].changed');
        await karin.waitForSelector('.house-count:not([data-counted=""])');
        await says(karin, '[data-rule="refusal"] .sub', 'usually 90 days', 'what is usual');
        await look(karin, 'house-changed');
        await press(karin, 'house-save');
        await provingSo('karin', '[data-saved="1"]');
        await chosen(karin, 'refusal', '120');
        await look(karin, 'house-saved');
        await karin.click('.house-text summary');
        await karin.fill('.house-text textarea', 'refusal = 1000');
        await press(karin, 'house-take');
        await karin.waitForSelector('.house-text [role="alert"]');
        await karin.fill('.house-text textarea', 'refusal = 90 days # as it was');
        await press(karin, 'house-take');
        await chosen(karin, 'refusal', '90');
        await karin.waitForSelector('.house-count:not([data-counted=""])');
        await press(karin, 'house-save');
        await provingSo('karin', '[data-saved="2"]');
        await karin.click('.house-past summary');
        await karin.waitForSelector('.house-past [data-version="1"]');
        await karin.fill('#house-event_days', '2026-02-30');
        await karin.waitForSelector('.house [role="alert"]');
        await karin.fill('#house-event_days', '2026-12-24, sunday');
        await karin.waitForSelector('.house-count:not([data-counted=""])');
        await look(karin, 'house-days');
        await press(karin, 'house-save');
        await provingSo('karin', '[data-saved="3"]');
        await chosen(karin, 'event_days', 'sunday, 2026-12-24'); // as the hub tells it
        await karin.click('[data-page="rules"]');
        await ready(karin);
    },
};
