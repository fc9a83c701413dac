// "All about me": how long looks at her cards are kept, asked before anything is deleted; and a sheet that the browser closes.
import { aboutMe, equal, focusOn, handheldOf, inItsOwnStore, invitation, joined, look, press, says } from './lib/stage.mjs';

const chosen = async (phone) =>
    (await phone.$$eval('dialog [data-chip][aria-pressed="true"]', (all) => all.map((e) => e.dataset.chip))).join();

const keeps = (phone, term) => phone.waitForSelector(`dialog [data-chip="${term}"][aria-pressed="true"]`);

const scenes = {
    async 'how long it is kept who saw her card is hers to shorten'() {
        const phone = await joined(await invitation(await handheldOf('maria')));
        await aboutMe(phone);
        equal(await chosen(phone), 'store', 'how long it is kept at first');
        equal(await phone.textContent('dialog [data-chip="store"]'), 'As here: 12 months', 'what the store keeps');
        await phone.focus('dialog [data-chip="day"]');
        await phone.keyboard.press('Enter');
        await says(phone, 'dialog h2', 'Delete what is older than 24 hours?', 'what she is asked');
        await focusOn(phone, 'h2', 'the focus when she is asked: not on what deletes');
        await look(phone, 'customer-looks-asked');
        await phone.keyboard.press('Escape'); // changes nothing
        await keeps(phone, 'store');
        await phone.click('dialog [data-chip="day"]');
        await press(phone, 'looks');
        await keeps(phone, 'day');
        await look(phone, 'customer-looks');
        await phone.click('dialog [data-chip="day"]'); // a second tap takes nothing back
        await phone.click('dialog [data-chip="week"]'); // longer: there is nothing to ask
        await keeps(phone, 'week');
        await phone.reload();
        await aboutMe(phone);
        equal(await chosen(phone), 'week', 'how long it is kept when she comes back');
    },

    async 'a sheet that the browser closes by itself is closed for the page, too'() {
        const phone = await joined(await invitation(await handheldOf('maria')));
        for (let i = 0; i < 2; i++) {
            await aboutMe(phone);
            await phone.$eval('dialog', (sheet) => sheet.close());
            await phone.waitForSelector('dialog', { state: 'detached' });
            await phone.click('[data-open="share"]'); // where it stands, without a new page
            await phone.waitForSelector('dialog [data-tick="instore"]');
        }
    },
};

export const aboutHer = Object.fromEntries(
    Object.entries(scenes).map(([name, play]) => [name, () => inItsOwnStore(undefined, play)]),
);
