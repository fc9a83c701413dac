// The handheld's own key in a real browser: made at pairing, kept over a reload, and not in a copy of its cookies.
import { equal, expect, handheldOf, hub, invitation, joined, atTheDoor, openPage, press, screen } from './lib/stage.mjs';

/** What the page's database holds: names, and whether the browser would give a key out. */
const keysIn = (page) =>
    page.evaluate(async () => {
        const answer = (request) =>
            new Promise((resolve, reject) => {
                request.onsuccess = () => resolve(request.result);
                request.onerror = () => reject(request.error);
            });
        const database = await answer(indexedDB.open('maitred'));
        const keys = await answer(database.transaction('own-keys').objectStore('own-keys').getAll());
        database.close();
        const told = [];
        for (const key of keys) {
            const read = await crypto.subtle.exportKey('pkcs8', key).then(
                () => 'read',
                () => 'refused',
            );
            told.push([key.type, key.extractable, key.algorithm.namedCurve, read]);
        }
        return told;
    });

const names = (page) => page.got.map((f) => f.t);

export const keys = {
    async 'a handheld proves its own key, and a copy of its cookies is shown nothing'() {
        const maria = await handheldOf('maria');
        equal(names(maria).slice(0, 2), ['prove', 'welcome'], 'the first frames');
        equal(await keysIn(maria), [['private', false, 'P-256', 'refused']], 'what the browser keeps');
        await maria.reload();
        await maria.waitForSelector('[data-link="open"]');
        equal(names(maria).filter((t) => t === 'prove').length, 2, 'how often it was asked');
        const phone = await joined(await invitation(maria));
        await atTheDoor(phone);
        await press(phone, 'arrive');
        await maria.waitForSelector('[data-state="offered"]');

        const thief = await openPage();
        await thief.context().addCookies(await maria.context().cookies());
        await thief.goto(`${hub.url}/h`);
        await screen(thief, 'refused');
        equal([...new Set(names(thief))], ['prove'], 'what the copy was sent');
        expect(!(await thief.textContent('body')).includes('Maria'), 'the copy shows whose it was');

        await press(maria, 'accept');
        await maria.waitForSelector('[data-state="accepted"]');
        await press(maria, 'with_her');
        await maria.waitForSelector('[data-state="with_her"]');
        await press(maria, 'done');
        await screen(maria, 'idle');

        // Paired anew in the same browser: another key, and only that one is kept.
        await maria.goto('about:blank');
        await maria.goto(await hub.link('handheld', 'maria'));
        await screen(maria, 'pair');
        await press(maria, 'pair');
        await maria.waitForSelector('[data-link="open"]');
        equal((await keysIn(maria)).length, 1, 'keys after a second pairing');
        await maria.context().close();
        await thief.context().close();
        await phone.context().close();
    },
};
