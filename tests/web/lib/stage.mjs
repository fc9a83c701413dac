// The stage on which scenarios play: browser windows as phones, handhelds, sign and console of one real hub. Each state
// that is looked at is judged by axe-core in both schemes and kept as a picture.
import fs from 'node:fs';
import path from 'node:path';
import { axe, openBrowser, openWindow } from './browser.mjs';
import { DAY, startEmptyHub, startHub } from './hub.mjs';
import { schemas } from './wire.mjs';

const WAIT_MS = 30_000; // a machine may be slow; a page that waits for what never comes is as wrong after 30 s

export class Wrong extends Error {}

export function expect(condition, text) {
    if (!condition) throw new Wrong(text);
}

export function equal(got, wanted, what) {
    expect(
        JSON.stringify(got) === JSON.stringify(wanted),
        `${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`,
    );
}

let browser;
let build;
let wire;
let pictures;
let sign;
let maria;
export let hub;
export const windows = [];
export const found = []; // what is wrong with how a state looks
export const logs = []; // what hubs of scenarios that had a store of their own wrote to theirs

export async function raise(built, folder) {
    build = built;
    pictures = folder;
    fs.rmSync(pictures, { recursive: true, force: true });
    fs.mkdirSync(pictures, { recursive: true });
    wire = await schemas();
    hub = await startHub(build);
    browser = await openBrowser();
}

export async function strike() {
    await browser?.close();
    await hub?.remove();
}

/** Pictures of all windows as they stood when something failed; the next scenario starts with a fresh handheld. */
export async function keepEvidence(name) {
    for (const [i, page] of windows.entries()) {
        if (page.isClosed() || page.url() === 'about:blank') continue;
        await page.screenshot({ path: path.join(pictures, `${name}-${i}.png`) }).catch(() => undefined);
    }
    const frames = windows.map((p) => ({
        said: p.said?.slice(-12),
        got: p.got?.slice(-12).map(({ t, seq, card, state, error }) => ({ t, seq, card, state, error })),
    }));
    fs.writeFileSync(path.join(pictures, `${name}.json`), JSON.stringify(frames, null, 1));
    maria = undefined;
}

/** Plays in a store of its own, with these settings: nobody else's handheld is connected there. */
export const inItsOwnStore = async (settings, play) => within(await startHub(build, settings), play);

/** The same in a store where nobody works yet, and nobody shops. */
export const inAnEmptyStore = async (play) => within(await startEmptyHub(build), play);

async function within(own, play) {
    const home = [hub, sign, maria];
    const first = windows.length;
    own.pictures = pictures;
    [hub, sign, maria] = [own];
    try {
        await play();
    } catch (e) {
        await keepEvidence('failed-in-its-own-store');
        throw e;
    } finally {
        for (const page of windows.slice(first)) await page.context().close();
        [hub, sign, maria] = home;
        await own.stop();
        logs.push(own.words());
        await own.remove();
    }
}

export async function openPage(options) {
    const page = await openWindow(browser, options);
    page.setDefaultTimeout(WAIT_MS);
    await page.clock.setFixedTime(new Date(`${DAY}T11:30:00`));
    wire.watch(page);
    windows.push(page);
    return page;
}

export const screen = (page, name) => page.waitForSelector(`[data-screen="${name}"]`);
/** The page says its title once it has been painted, not with it. */
export const titled = (page, title) => page.waitForFunction((wanted) => document.title === wanted, title);
export const press = (page, action) => page.click(`[data-do="${action}"]`);

/** Opens all about her, anew. */
export async function aboutMe(phone) {
    await phone.goto(hub.url);
    await phone.waitForSelector('[data-open="share"]');
    await phone.click('[data-open="share"]');
    await phone.waitForSelector('dialog [data-tick="instore"]');
}

/** A picture checks nothing, so one that the browser never draws is asked for once more, in front of all other windows. */
async function picture(page, file) {
    const draw = () => page.screenshot({ path: file, timeout: 15_000 });
    await draw().catch(async () => {
        await page.bringToFront();
        await draw();
    });
}

/** A picture and axe's opinion, light and dark. */
export async function look(page, name, schemes = ['light', 'dark']) {
    for (const scheme of schemes) {
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
        await picture(page, path.join(pictures, `${name}${scheme === 'dark' ? '-dark' : ''}.png`));
        // What does not hang on colours is the same in both schemes.
        for (const text of await axe(page, scheme === 'dark' ? ['color-contrast'] : null))
            found.push(`${name} ${scheme}: ${text}`);
        const small = await page.evaluate(() =>
            [...document.querySelectorAll('button')]
                .filter((b) => b.offsetParent && (b.offsetHeight < 44 || b.offsetWidth < 44))
                .map((b) => `${b.textContent} ${b.offsetWidth}x${b.offsetHeight}`),
        );
        for (const text of small) found.push(`${name}: a thumb would miss "${text}"`);
        if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth))
            found.push(`${name}: scrolls sideways`);
    }
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
}

/** A place of a page says this, now or soon; a page that never does is wrong with what it says instead. */
export async function says(page, place, wanted, what) {
    const said = ([at, text]) => document.querySelector(at)?.textContent === text;
    await page.waitForFunction(said, [place, wanted]).catch(() => undefined);
    equal(await page.textContent(place), wanted, what);
}

/** What a page heard or said comes to be so. */
export async function until(page, what, holds) {
    for (const last = Date.now() + WAIT_MS; !holds(); await page.waitForTimeout(50))
        expect(Date.now() < last, what);
}

/** Tabs until the wanted button has the focus, with a visible mark, and presses a key. */
export async function tabTo(page, action, key = 'Enter') {
    for (let i = 0; i < 60; i++) {
        if (i > 0) await page.keyboard.press('Tab');
        const on = await page.evaluate(() => {
            const { do: action, tick, ask, to } = document.activeElement?.dataset ?? {};
            return {
                is: action ?? tick ?? ask ?? to,
                seen:
                    document.activeElement?.matches(':focus-visible') &&
                    getComputedStyle(document.activeElement).outlineStyle !== 'none',
            };
        });
        if (on.is !== action) continue;
        expect(on.seen, `nothing shows that "${action}" has the focus`);
        return page.keyboard.press(key);
    }
    throw new Wrong(`Tab never reaches "${action}"`);
}

/** The focus is on this place, now or soon. */
export async function focusOn(page, place, what) {
    const on = (at) => document.activeElement?.matches(at) ?? false;
    await page.waitForFunction(on, place).catch(() => undefined);
    expect(await page.evaluate(on, place), `${what}: not on ${place}`);
}

/** What a card on a page says, in order: its lines without marks. */
export const cardLines = (page, within = '.card') =>
    page.$$eval(`${within} .lines .line:not(.plain) .line-text`, (all) => all.map((e) => e.textContent));
export const secretGone = (page) =>
    equal(new URL(page.url()).hash, '', 'the address bar still has the secret');

export async function handheldOf(associate) {
    const page = await openPage();
    await page.goto(await hub.link('handheld', associate));
    await screen(page, 'pair');
    secretGone(page);
    await press(page, 'pair');
    await page.waitForSelector('[data-link="open"]');
    return page;
}

export async function invitation(handheld) {
    await press(handheld, 'invite');
    await handheld.waitForSelector('[data-sale]');
    await handheld.click('[data-sale]');
    await handheld.waitForSelector('dialog .qr');
    const url = await handheld.getAttribute('.invite-code', 'data-url');
    await handheld.keyboard.press('Escape');
    await handheld.waitForFunction(() => !document.querySelector('dialog'));
    return url;
}

export async function joined(url) {
    const phone = await openPage();
    await phone.goto(url);
    await screen(phone, 'join');
    secretGone(phone);
    await press(phone, 'yes');
    await press(phone, 'join');
    await screen(phone, 'joined');
    return phone;
}

export async function doorUrl() {
    if (!sign) {
        sign = await openPage();
        await sign.goto(await hub.link('sign'));
        await screen(sign, 'pair');
        await look(sign, 'sign-pair');
        await press(sign, 'pair');
        await screen(sign, 'sign');
    }
    await sign.goto(`${hub.url}/s`); // the code of this moment, also after the hub was restarted
    await screen(sign, 'sign');
    return sign.getAttribute('[data-url]', 'data-url');
}

export async function atTheDoor(phone) {
    await phone.goto(await doorUrl());
    await screen(phone, 'door');
    secretGone(phone);
}

/** The handheld of the associate of whom most scenarios tell; the same one through all of them. */
export async function mariasHandheld() {
    maria ??= await handheldOf('maria');
    return maria;
}

/** The sign at the door, paired. */
export async function theSign() {
    await doorUrl();
    return sign;
}
