// The house rules on the console: a sentence is given another end, counted against last week, saved by a manager who shows
// who she is, and chosen again from the version before.
import { lookSmall, manager, provingSo, ready } from './lib/managers.mjs';
import { equal, handheldOf, hub, look, press, says, screen } from './lib/stage.mjs';

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

    async 'departments that invite nobody are ticked, firm ones stay, and their handhelds have no button for it'() {
        const karin = await manager('karin');
        await karin.click('[data-page="house"]');
        const rule = '[data-rule="invite_not"]';
        const box = (name) => `${rule} [data-name="${name}"]`;
        await karin.waitForSelector(box('Women'));
        equal(await karin.isChecked(box('Intimates')), true, 'a firm department is ticked');
        equal(await karin.isDisabled(box('Intimates')), true, 'and stays so');
        equal(await karin.isDisabled(box('Children')), false, 'one that head office lets go of can be chosen');
        const firm = 'Always kept in: intimates, pharmacy.';
        await says(karin, `${rule} .sub`, firm, 'what is firm');
        await karin.fill('#house-invite_not', 'Garden');
        const strange = `${firm} The store has no department of that name yet: Garden.`;
        await says(karin, `${rule} .sub`, strange, 'a department that is not there');
        await karin.fill('#house-invite_not', '');
        const version = Number(await karin.getAttribute('.house', 'data-version'));
        await karin.check(box('Women'));
        await karin.waitForSelector('.house-count:not([data-counted=""])');
        await look(karin, 'house-departments');
        await lookSmall(karin, 'house-departments-phone', rule);
        await press(karin, 'house-save');
        await provingSo('karin', `[data-saved="${version + 1}"]`);
        await karin.waitForSelector(`${rule}:not(.changed)`);
        equal(await karin.isChecked(box('Women')), true, 'the box is ticked still');
        const ingrid = await handheldOf('ingrid'); // of that department alone
        await screen(ingrid, 'idle');
        equal(await ingrid.locator('[data-do="invite"]').count(), 0, 'buttons to invite on a handheld of that department');
        await look(ingrid, 'handheld-invites-nobody');
        const grace = await handheldOf('grace'); // of that one and a firm one
        await screen(grace, 'idle');
        equal(await grace.locator('[data-do="invite"]').count(), 0, 'buttons where all departments are listed');
        await karin.uncheck(box('Women'));
        await karin.waitForSelector('.house-count:not([data-counted=""])');
        await press(karin, 'house-save');
        await provingSo('karin', `[data-saved="${version + 2}"]`);
        await ingrid.waitForSelector('[data-do="invite"]');
        await karin.check(box('Women')); // a handheld that is connected learns of both at once
        await karin.waitForSelector('.house-count:not([data-counted=""])');
        await press(karin, 'house-save');
        await provingSo('karin', `[data-saved="${version + 3}"]`);
        await ingrid.waitForSelector('[data-do="invite"]', { state: 'detached' });
        await karin.click('[data-page="rules"]');
        await ready(karin);
    },

    async 'where sensors stand is ticked, other zones are written, and what counts for nothing is said on the board'() {
        await hub.ctl('link', 'agent', 'ap-terrace');
        await hub.ctl('agent', 'zone', 'ap-terrace', 'Terrace');
        const karin = await manager('karin');
        await karin.click('[data-page="house"]');
        const rule = '[data-rule="zones_not"]';
        const box = `${rule} [data-name="Terrace"]`;
        await karin.waitForSelector(box);
        const version = Number(await karin.getAttribute('.house', 'data-version'));
        await karin.check(box);
        await karin.waitForSelector(`${rule}.changed`);
        await karin.uncheck(box);
        await karin.waitForSelector(`${rule}:not(.changed)`); // as it was: nothing to save
        await karin.check(box);
        await karin.fill('#house-zones_not', 'passage, café,');
        await karin.waitForSelector('.house-count:not([data-counted=""])');
        await look(karin, 'house-zones');
        await lookSmall(karin, 'house-zones-phone', rule);
        await press(karin, 'house-save');
        await provingSo('karin', `[data-saved="${version + 1}"]`);
        await chosen(karin, 'zones_not', 'café, passage'); // as the hub tells it
        equal(await karin.isChecked(box), true, 'the box is ticked still');
        await karin.click('[data-page="board"]');
        const sensor = '[data-sensor="new"]';
        await says(karin, `${sensor} span`, 'ap-terrace · Terrace', 'where it stands');
        await says(karin, `${sensor} .sub`, 'waits to be paired · counts for nothing by the house rules', 'its state');
        await look(karin, 'board-zones');
        await karin.click('[data-page="rules"]');
        await ready(karin);
    },
};
