// What a customer decides about her own card, and what becomes of it when her associate cannot come.
import { DESK } from './lib/browser.mjs';
import {
    atTheDoor,
    cardLines,
    equal,
    expect,
    handheldOf,
    hub,
    invitation,
    look,
    openPage,
    press,
    says,
    screen,
} from './lib/stage.mjs';

/** Accepts an invitation as it stands on the page. */
async function sayYes(phone) {
    await press(phone, 'yes');
    await press(phone, 'join');
    await screen(phone, 'joined');
}

/** Waits until the lines of the card are these. */
async function untilLines(page, lines, within = '.card') {
    const wanted = JSON.stringify(lines);
    await page.waitForFunction(
        ([selector, text]) =>
            JSON.stringify(
                [...document.querySelectorAll(`${selector} .lines .line:not(.plain) .line-text`)].map(
                    (e) => e.textContent,
                ),
            ) === text,
        [within, wanted],
    );
}

/** Waits until a line stands in the group of what may be said. */
const untilSayable = (page, within, line) =>
    page.waitForFunction(
        ([selector, text]) =>
            [...document.querySelectorAll(`${selector} .group`)].some(
                (g) =>
                    g.querySelector('.group-title').textContent === 'May say' &&
                    [...g.querySelectorAll('.line-text')].some((e) => e.textContent === text),
            ),
        [within, line],
    );

/** The lines of a group by its title. */
const group = (page, title) =>
    page.$$eval(
        '.front .group',
        (groups, wanted) =>
            groups
                .filter((g) => g.querySelector('.group-title').textContent === wanted)
                .flatMap((g) =>
                    [...g.querySelectorAll('.line:not(.plain) .line-text')].map((e) => e.textContent),
                ),
        title,
    );

async function invited(url) {
    const phone = await openPage();
    await phone.goto(url);
    await screen(phone, 'join');
    return phone;
}

export const choices = {
    async 'a struck line stays out, a ticked kind comes in, and she may change her mind'() {
        const sofia = await handheldOf('sofia');
        const phone = await invited(await invitation(sofia));
        const before = await cardLines(phone);
        await phone.click('.row-head');
        await phone.click('[data-tick="online"]');
        await phone.waitForFunction(
            (n) => document.querySelectorAll('.card .strikable').length > n,
            before.length,
        );
        const shown = await cardLines(phone);
        expect(
            shown.some((l) => l.startsWith('Online')),
            `no line of hers is from online: ${shown.join(' | ')}`,
        );
        await phone.click('.line.strikable >> nth=0');
        equal(await phone.getAttribute('.line.strikable >> nth=0', 'aria-pressed'), 'true', 'a struck line');
        await look(phone, 'customer-join-struck');
        await sayYes(phone);
        await atTheDoor(phone);
        await press(phone, 'arrive');
        await sofia.waitForSelector('[data-state="offered"]');
        const left = shown.slice(1);
        equal(await cardLines(sofia), left, 'the card after a line was struck');
        await press(sofia, 'accept');

        const [line] = await group(sofia, 'Know only');
        await phone.click('[data-open="card"]');
        await phone.click(`dialog .line:has-text(${JSON.stringify(line)})`);
        await phone.click('dialog [data-how="talk"]');
        await untilSayable(sofia, '.front', line);
        await untilSayable(phone, 'dialog', line);
        await phone.click(`dialog .line:has-text(${JSON.stringify(line)})`);
        await phone.click('dialog [data-how="hide"]');
        await untilLines(
            sofia,
            left.filter((l) => l !== line),
            '.front .card',
        );
        await phone.keyboard.press('Escape');
        await press(phone, 'stop');
        await screen(phone, 'cleared');
        await screen(sofia, 'idle');
    },

    async 'busy passes the card on, and she is told when nobody is free'() {
        const erik = await handheldOf('erik');
        const phone = await invited(await invitation(erik));
        await sayYes(phone);
        await atTheDoor(phone);
        await phone.click('.row-head[aria-expanded]');
        await look(phone, 'customer-if-busy');
        await phone.click('[data-chip="other"]');
        await press(phone, 'arrive');
        await erik.waitForSelector('[data-state="offered"]');
        const manager = await openPage({ viewport: DESK, scale: 1 });
        await manager.goto(await hub.link('console', 'karin'));
        await press(manager, 'pair');
        await manager.waitForSelector('[data-link="open"]');
        await press(erik, 'busy');
        await screen(erik, 'idle');
        await manager.waitForSelector('[data-state="offered"]');
        const name = await manager.textContent('.front .card-name');
        expect(/^\S\.\S\.$/.test(name), `the manager sees "${name}", not initials`);
        await look(manager, 'console-stand-in');
        await phone.waitForSelector('h1:has-text("A colleague knows")');
        await phone.click('[data-open="card"]');
        await phone.waitForSelector('dialog .card');
        await says(phone, 'dialog h2', 'A colleague sees this', 'who sees her card');
        await says(phone, 'dialog .card-name', name, 'the name that a colleague sees');
        equal(
            await cardLines(phone, 'dialog .card'),
            await cardLines(manager, '.front .card'),
            'what she is told that a colleague sees',
        );
        await look(phone, 'customer-card-colleague');
        await phone.keyboard.press('Escape');
        await press(manager, 'busy');
        await screen(phone, 'visit-nobody');
        await look(phone, 'customer-nobody');
        await press(phone, 'leaving');
        await phone.waitForSelector('[data-screen="after"], [data-screen="home"]');
    },

    async 'busy, but she would rather wait: the card stays, and the handheld says why'() {
        const amelie = await handheldOf('amelie');
        const phone = await invited(await invitation(amelie));
        await sayYes(phone);
        await atTheDoor(phone);
        await phone.click('.row-head[aria-expanded]');
        await phone.click('[data-chip="wait"]');
        await press(phone, 'arrive');
        await amelie.waitForSelector('[data-state="offered"]');
        await press(amelie, 'busy');
        await amelie.waitForSelector('[data-notice="waits"]');
        await look(amelie, 'handheld-waits');
        equal(
            await amelie.$$eval('.main-left', (all) => all.length),
            0,
            'clocks on a card whose guest waits',
        );
        await press(amelie, 'accept');
        await amelie.waitForSelector('[data-state="accepted"]');
        await press(phone, 'stop');
        await screen(amelie, 'idle');
    },

    async 'a second window of the same handheld takes over, and says so in the first'() {
        const maria = await handheldOf('ingrid');
        const second = await openPage({ context: maria.context() });
        await second.goto(`${hub.url}/h`);
        await second.waitForSelector('[data-link="open"]');
        await screen(maria, 'elsewhere');
        await look(maria, 'handheld-elsewhere');
        await press(maria, 'again');
        await maria.waitForSelector('[data-link="open"]');
        await screen(second, 'elsewhere');
    },
};
