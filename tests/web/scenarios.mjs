// What people do, from the first sale to the last goodbye, in windows of a real browser on a real hub.
import { DESK } from './lib/browser.mjs';
import { DAY } from './lib/hub.mjs';
import {
    atTheDoor,
    cardLines,
    doorUrl,
    equal,
    expect,
    hub,
    invitation,
    joined,
    look,
    mariasHandheld,
    openPage,
    press,
    says,
    screen,
    secretGone,
    tabTo,
    theSign,
} from './lib/stage.mjs';

export const scenarios = {
    async 'join after a sale, arrive, card, with her, done, afterwards'() {
        const maria = await mariasHandheld();
        await look(maria, 'handheld-idle');
        await press(maria, 'invite');
        await maria.waitForSelector('[data-sale]');
        await look(maria, 'handheld-sales');
        await maria.click('[data-sale]');
        await maria.waitForSelector('dialog .qr');
        await look(maria, 'handheld-invite');
        const url = await maria.getAttribute('.invite-code', 'data-url');
        await maria.keyboard.press('Escape');

        const phone = await openPage();
        await phone.goto(url);
        await screen(phone, 'join');
        secretGone(phone);
        await look(phone, 'customer-join');
        const preview = await cardLines(phone);
        const name = await phone.textContent('.card-name');
        expect(preview.length > 0, 'the preview shows no line');
        await press(phone, 'yes');
        await screen(phone, 'age');
        await look(phone, 'customer-age');
        await press(phone, 'join');
        await screen(phone, 'joined');
        await look(phone, 'customer-joined');
        await press(phone, 'ok');
        await screen(phone, 'home');
        await look(phone, 'customer-home');

        await atTheDoor(phone);
        expect(/Maria is in/.test(await phone.textContent('h1')), 'the door does not say that Maria is in');
        await look(phone, 'customer-door');
        await press(phone, 'arrive');
        await maria.waitForSelector('[data-state="offered"]');
        await screen(phone, 'visit-told');
        await look(maria, 'handheld-offered');
        await look(phone, 'customer-told');
        equal(await cardLines(maria), preview, 'the handheld’s lines are not those of her preview');
        await says(maria, '.card-name', name, 'the name on the handheld');
        await maria.waitForFunction(() => document.querySelector('.front'));
        expect(
            maria.said.some((f) => f.t === 'rendered'),
            'the handheld did not say that it has shown the card',
        );

        await press(maria, 'accept');
        await maria.waitForSelector('[data-state="accepted"]');
        await screen(phone, 'visit-coming');
        await phone.click('.row-head >> nth=1');
        await phone.click('[data-chip="green"]');
        await phone.click('[data-chip="coat"]');
        await look(phone, 'customer-wearing');
        await phone.click('.row-head >> nth=2');
        await phone.click('[data-chip="return"]');
        await phone.click('[data-chip="shoes"]');
        await maria.waitForFunction(
            () =>
                document.querySelector('.card')?.textContent.includes('green coat') &&
                document.querySelector('.card').textContent.includes('to return shoes'),
        );
        await look(maria, 'handheld-accepted');
        await phone.click('[data-open="card"]');
        await phone.waitForSelector('dialog .card');
        await look(phone, 'customer-card');
        await phone.keyboard.press('Escape');

        await press(maria, 'with_her');
        await maria.waitForSelector('[data-state="with_her"]');
        await screen(phone, 'visit-with_her');
        await look(maria, 'handheld-with-her');
        await look(phone, 'customer-with-her');
        await press(maria, 'done');
        await screen(maria, 'idle');
        await screen(phone, 'after');
        const saw = await phone.textContent('h1');
        expect(
            new RegExp(`saw (${preview.length} lines|one line)`).test(saw),
            `afterwards she reads "${saw}" of ${preview.length} lines shown`,
        );
        await look(phone, 'customer-after');
        await phone.click('[data-chip="good"]');
        await phone.click('[data-chip="fine"]');
        await press(phone, 'thanks');
        await screen(phone, 'thanked');
        await look(phone, 'customer-thanked');
        await press(phone, 'ok');
        await screen(phone, 'home');
        const kept = await maria.evaluate(() =>
            JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
        );
        expect(!/Anna|coat|\d{2}, /i.test(kept) && !kept.includes(name), `the handheld keeps ${kept}`);
    },

    async 'a reload and a restart of the hub later the card is there once'() {
        const maria = await mariasHandheld();
        const url = await invitation(maria);
        const phone = await joined(url);
        await atTheDoor(phone);
        await press(phone, 'arrive');
        await maria.waitForSelector('[data-state="offered"]');
        await press(maria, 'accept');
        await maria.waitForSelector('[data-state="accepted"]');
        const lines = await cardLines(maria);
        await maria.reload();
        await maria.waitForSelector('[data-state="accepted"]');
        equal(await maria.$$eval('.card', (all) => all.length), 1, 'cards after a reload');
        equal(await cardLines(maria), lines, 'the card after a reload');

        await hub.stop();
        await maria.waitForSelector('[data-link="offline"]');
        await look(maria, 'handheld-offline');
        await phone.waitForSelector('[data-notice="offline"]');
        await look(phone, 'customer-offline');
        await hub.start(`${DAY} 11:32`);
        await maria.waitForSelector('[data-link="open"]', { timeout: 40_000 });
        await maria.waitForSelector('[data-state="accepted"]');
        equal(await maria.$$eval('.card', (all) => all.length), 1, 'cards after a restart');
        equal(await cardLines(maria), lines, 'the card after a restart');
        await phone.waitForSelector('[data-notice="offline"]', { state: 'detached', timeout: 40_000 });
        await screen(phone, 'visit-coming');

        await press(phone, 'stop');
        await screen(phone, 'cleared');
        await screen(maria, 'idle');
        await maria.waitForFunction(() => !document.querySelector('.card'));
        await look(phone, 'customer-cleared');
        expect(
            maria.said.some((f) => f.t === 'cleared'),
            'the handheld did not say that the card is gone',
        );
    },

    async 'no, thanks: nothing but a date on her own phone'() {
        const phone = await openPage();
        await phone.goto(await hub.link('customer', 'demo-anna'));
        await screen(phone, 'join');
        await press(phone, 'no');
        await screen(phone, 'refused');
        await look(phone, 'customer-refused');
        equal(
            await phone.evaluate(() => Object.keys(localStorage)),
            ['maitred.no-thanks'],
            'what the phone keeps',
        );
        await phone.goto('about:blank');
        await phone.goto(await hub.link('customer', 'demo-anna'));
        await screen(phone, 'asked-before');
        await look(phone, 'customer-asked-before');
        await press(phone, 'look-again');
        await screen(phone, 'join');
    },

    async 'a stranger joins at the door, and not today is taken for an answer'() {
        const phone = await openPage();
        await phone.goto(hub.url);
        await screen(phone, 'stranger');
        await look(phone, 'customer-stranger');
        await phone.goto(await doorUrl());
        await screen(phone, 'stranger-door');
        await look(phone, 'customer-stranger-door');
        await press(phone, 'yes');
        await press(phone, 'join');
        await screen(phone, 'door');
        await look(phone, 'customer-door-nobody');
        await press(phone, 'not_today');
        await screen(phone, 'not-today');
        await look(phone, 'customer-not-today');
        await phone.click('[data-open="share"]');
        await phone.waitForSelector('dialog');
        await look(phone, 'customer-share');
        await press(phone, 'stop-everything');
        await look(phone, 'customer-stop-everything');
        await phone.click('dialog [data-do="stop"]');
        await screen(phone, 'gone');
        await look(phone, 'customer-gone');
    },

    // Before anybody's console is open: there is nobody whom the hub could tell.
    async 'while nobody has been told yet, nobody is said to know'() {
        const phone = await openPage();
        await phone.goto(await doorUrl());
        await screen(phone, 'stranger-door');
        await press(phone, 'yes');
        await press(phone, 'join');
        await screen(phone, 'door');
        await press(phone, 'arrive');
        await screen(phone, 'visit-told');
        const said = await phone.textContent('.question');
        expect(/Nobody has been told yet/.test(said), `nobody has been told, and she reads "${said}"`);
        expect(!/knows|minute|moment/i.test(said), `nobody has been told, and she reads "${said}"`);
        await look(phone, 'customer-telling');
        const modal = await phone.evaluate(async () => {
            document.querySelector('[data-open="card"]').click();
            for (let turn = 0; turn < 1000 && !document.querySelector('dialog'); turn++) await Promise.resolve(); // no frame yet
            return document.querySelector('dialog')?.matches(':modal');
        });
        expect(modal, 'a sheet lies over the page before Escape would close it');
        const title = await phone.textContent('dialog h2');
        expect(/would see this/.test(title), `nobody sees it, and the title is "${title}"`);
        await phone.keyboard.press('Escape');
        await press(phone, 'stop');
        await screen(phone, 'cleared');
    },

    async 'a used link and an old code say what to do'() {
        const maria = await mariasHandheld();
        const url = await hub.link('customer', 'demo-anna');
        const phone = await joined(url);
        const other = await openPage();
        await other.goto(url);
        await screen(other, 'join-link_over');
        await look(other, 'customer-link-over');
        await phone.goto(`${hub.url}/#d.0000000000000000`);
        await screen(phone, 'door');
        await press(phone, 'arrive');
        await screen(phone, 'rescan');
        await look(phone, 'customer-rescan');
        const unpaired = await openPage();
        await unpaired.goto(`${hub.url}/h`);
        await screen(unpaired, 'refused');
        await look(unpaired, 'handheld-unpaired');
        await unpaired.goto(`${hub.url}/s`);
        await screen(unpaired, 'unpaired');
        await look(unpaired, 'sign-unpaired');
        await unpaired.goto(`${hub.url}/c`);
        await screen(unpaired, 'refused');
        await look(unpaired, 'console-unpaired');
    },

    async 'a handheld is paired by typing a code, and taken back'() {
        const page = await openPage();
        await page.goto(`${hub.url}/h`);
        await screen(page, 'refused');
        await page.fill('#code', '0000-0000');
        await press(page, 'code');
        await page.waitForSelector('#code-told strong');
        await look(page, 'handheld-code-wrong');
        const code = (await hub.ctl('link', 'handheld', 'ingrid', '--code')).trim();
        expect(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/.test(code), `the code is "${code}"`);
        await page.fill('#code', code.toLowerCase());
        await press(page, 'code');
        await page.waitForSelector('[data-link="open"]');
        await hub.ctl('session', 'revoke', '--associate', 'ingrid');
        await screen(page, 'refused');
    },

    async 'by keyboard alone: join, arrive, answer'() {
        const maria = await mariasHandheld();
        const url = await invitation(maria);
        // After Escape the focus is back where it came from.
        await maria.waitForFunction(() => document.activeElement?.getAttribute('data-do') === 'invite');
        const phone = await openPage();
        await phone.goto(url);
        await screen(phone, 'join');
        await tabTo(phone, 'choose', 'Space');
        equal(
            await phone.getAttribute('[data-tick="choose"]', 'aria-checked'),
            'false',
            'the tick after a press of Space',
        );
        await phone.keyboard.press('Space');
        await tabTo(phone, 'yes');
        await screen(phone, 'age');
        await tabTo(phone, 'join');
        await screen(phone, 'joined');
        await atTheDoor(phone);
        await tabTo(phone, 'arrive');
        await maria.waitForSelector('[data-state="offered"]');
        await tabTo(maria, 'accept');
        await maria.waitForSelector('[data-state="accepted"]');
        await tabTo(maria, 'with_her');
        await maria.waitForSelector('[data-state="with_her"]');
        await tabTo(maria, 'done');
        await screen(maria, 'idle');
    },

    async 'the console shows the day by initials, and takes a card when nobody else does'() {
        const console_ = await openPage({ viewport: DESK, scale: 1 });
        await console_.goto(await hub.link('console', 'karin'));
        await screen(console_, 'pair');
        await look(console_, 'console-pair');
        await press(console_, 'pair');
        await screen(console_, 'board');
        await console_.waitForSelector('[data-link="open"]');
        await look(console_, 'console');
        const phone = await openPage();
        await phone.goto(await doorUrl());
        await screen(phone, 'stranger-door');
        await press(phone, 'yes');
        await press(phone, 'join');
        await screen(phone, 'door');
        await press(phone, 'arrive');
        await console_.waitForSelector('[data-state="offered"]');
        await look(console_, 'console-card');
        await console_.waitForFunction(() => document.querySelectorAll('.visits tbody tr').length > 0);
        await console_.setViewportSize({ width: 360, height: 640 });
        await look(console_, 'console-phone');
        await console_.setViewportSize(DESK);
        await press(console_, 'accept');
        await console_.waitForSelector('[data-state="accepted"]');
        await screen(phone, 'visit-coming');
    },

    async 'the sign draws a code that can be read, and is honest when the hub is away'() {
        const url = await doorUrl();
        const sign = await theSign();
        await look(sign, 'sign');
        const [side, path_] = await sign.$eval('.qr', (e) => [
            Number(e.getAttribute('viewBox').split(' ')[2]),
            e.querySelector('path').getAttribute('d'),
        ]);
        expect(side >= 29 && path_.length > 500, 'the sign draws no code');
        expect(/^https:\/\/localhost:\d+\/#d\.[0-9A-HJKMNP-TV-Z]{16}$/.test(url), `the code says ${url}`);
        await sign.setViewportSize(DESK);
        await look(sign, 'sign-wide');
        await sign.setViewportSize({ width: 360, height: 640 });
        await sign.route('**/api/sign/code', (route) => route.abort());
        await sign.reload();
        await screen(sign, 'offline');
        await look(sign, 'sign-offline');
        await sign.unroute('**/api/sign/code');
        await screen(sign, 'sign');
    },
};
