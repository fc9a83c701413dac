// A department that has as many guests this hour as it can serve: the sign says so, the next guest reads it before she
// taps, nobody is invited there; and all of it is over when the store can serve more.
import fs from 'node:fs';
import path from 'node:path';
import { atTheDoor, equal, expect, handheldOf, hub, inItsOwnStore, joined, look, press, says, screen, theSign } from './lib/stage.mjs';

const SETTINGS = [
    'door.full_step_s=5',
    'rules.house_bounds=', // head office says nothing: a store may serve as many as it likes
    'alert.answer_within_s=300', 'alert.nobody_after_s=900', 'alert.most_per_hour=0', 'alert.least_gap_s=0'];
const GUESTS = 5; // fewer are not told to anybody at a door

async function serves(arrivals) {
    const file = path.join(hub.dir, 'arrivals');
    fs.writeFileSync(file, `arrivals = ${arrivals}\n`);
    await hub.ctl('house', 'set', file);
}

/** Customers whose own associate is one of these. */
async function customersOf(associates, most) {
    const found = [];
    for (const [id] of fs.readFileSync(path.join(hub.store, 'csv/customers.csv'), 'utf8').matchAll(/^c-\d+/gm)) {
        if (found.length === most) break;
        const { preferred } = JSON.parse(await hub.ctl('explain', 'preferred', id, '--json'));
        if (associates.includes(preferred)) found.push(id);
    }
    equal(found.length, most, 'customers of the department');
    return found;
}

async function fullAndOver() {
    await serves(GUESTS);
    const sign = await theSign();
    const guests = [];
    for (const id of await customersOf(['maria', 'ingrid'], GUESTS + 1))
        guests.push(await joined(await hub.link('customer', id)));
    const last = guests.pop();
    for (const [i, guest] of guests.entries()) {
        equal(await sign.locator('.sign-full').count(), 0, `words of the sign after ${i} guests`);
        await atTheDoor(guest);
        await press(guest, 'arrive');
        await screen(guest, 'visit-told');
        await press(guest, 'stop');
        await screen(guest, 'cleared');
    }
    await sign.waitForSelector('.sign-full'); // with its next code
    const said = await sign.textContent('.sign-full');
    expect(said.includes('Women'), `the sign says "${said}"`);
    await look(sign, 'sign-full');
    await atTheDoor(last);
    const lead = await last.textContent('.lead');
    expect(lead.includes('Women') && lead.includes('longer'), `at the door she reads "${lead}"`);
    await look(last, 'customer-door-full');
    await press(last, 'arrive'); // and may have somebody told all the same
    await screen(last, 'visit-told');
    await look(last, 'customer-told-full');
    await press(last, 'stop');
    await screen(last, 'cleared');
    const ingrid = await handheldOf('ingrid');
    await press(ingrid, 'invite');
    await ingrid.click('[data-sale]');
    await says(
        ingrid,
        'dialog .notice',
        'The department has as many guests this hour as it can serve. Invite again later: the sale stays on the list today.',
        'why nobody is invited',
    );
    await look(ingrid, 'handheld-full');
    await serves(60);
    await sign.reload();
    await screen(sign, 'sign');
    equal(await sign.locator('.sign-full').count(), 0, 'words of the sign when more can be served');
    await ingrid.click('[data-sale]');
    await ingrid.waitForSelector('dialog .qr');
}

export const full = {
    'a department that is full: the sign and her page say so, and nobody is invited there': () =>
        inItsOwnStore(SETTINGS, fullAndOver),
};
