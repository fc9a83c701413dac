// The handheld's own key in a real browser: made at pairing, kept over a reload, and not in a copy of its cookies.
import { atTheDoor, equal, expect, handheldOf, hub, joined, look, openPage, press, screen } from './lib/stage.mjs';

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
        const thief = await openPage();
        await thief.context().addCookies(await maria.context().cookies());
        await thief.goto(`${hub.url}/h`);
        await screen(thief, 'refused');
        equal([...new Set(names(thief))], ['prove'], 'what the copy was sent');
        expect(!(await thief.textContent('body')).includes('Maria'), 'the copy shows whose it was');

        // Paired anew in the same browser: another key, and only that one is kept.
        await maria.goto('about:blank');
        await maria.goto(await hub.link('handheld', 'maria'));
        await screen(maria, 'pair');
        await press(maria, 'pair');
        await maria.waitForSelector('[data-link="open"]');
        equal((await keysIn(maria)).length, 1, 'keys after a second pairing');
        await maria.context().close();
        await thief.context().close();
    },

    async 'a handheld that nobody touches shows initials, then nothing'() {
        const hers = await handheldOf('sofia');
        const phone = await joined(await hub.link('customer', 'demo-tie-id'));
        await atTheDoor(phone);
        await press(phone, 'arrive');
        await hers.waitForSelector('[data-state="offered"]');
        await press(hers, 'accept');
        await hers.waitForSelector('[data-state="accepted"]');
        await hers.clock.fastForward(61_000);
        const who = await hers.textContent('.locked .locked-who');
        expect(/^([A-Z]\.){1,2}|^Guest/.test(who), `locked it says "${who}"`);
        await look(hers, 'handheld-idle-locked');
        await hers.clock.fastForward(300_000);
        await hers.waitForSelector('.locked.blank');
        equal(await hers.textContent('.desk'), 'Tap to open', 'what a blank screen says');
        await look(hers, 'handheld-idle-blank');
        await press(hers, 'unlock');
        await hers.waitForSelector('.card');
        await press(hers, 'with_her');
        await hers.waitForSelector('[data-state="with_her"]');
        await press(hers, 'done');
        await screen(hers, 'idle');
        await hers.context().close();
        await phone.context().close();
    },

    async 'a handheld that somebody else signs in to shows the one before nothing more'() {
        const amelie = await handheldOf('amelie');
        const phone = await joined(await hub.link('customer', 'demo-long'));
        await atTheDoor(phone);
        await press(phone, 'arrive');
        await amelie.waitForSelector('[data-state="offered"]');
        const before = amelie.got.length;

        const sofia = await openPage({ context: amelie.context() }); // the same device: its cookies, its keys
        await sofia.goto(await hub.link('handheld', 'sofia'));
        await screen(sofia, 'pair');
        await press(sofia, 'pair');
        await sofia.waitForSelector('[data-link="open"]');
        await screen(amelie, 'fenced');
        await look(amelie, 'handheld-fenced');
        const left = await phone.evaluate(async () => {
            const headers = { 'Content-Type': 'application/json' };
            return (await fetch('/api/customer/leaving', { method: 'POST', headers, body: '{}' })).status;
        });
        equal(left, 200, 'leaving'); // which would take the card back from whoever had it
        equal(amelie.got.slice(before), [], 'frames on the fenced socket');
        equal(await amelie.$$eval('.card', (all) => all.length), 0, 'cards on the fenced page');
        expect((await sofia.textContent('.bar-you')).includes('Sofia'), 'the other is not signed in');
        await screen(sofia, 'idle');
        await amelie.context().close();
        await phone.context().close();
    },
};
