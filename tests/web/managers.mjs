// A manager's own account: a password and a second factor, signing out and in, wrong tries, and what the operator does.
// Codes are worked out by lib/totp.mjs, from the hub's own time.
import fs from 'node:fs';
import path from 'node:path';
import { DESK, PHONE } from './lib/browser.mjs';
import { equal, expect, focusOn, handheldOf, hub, look, openPage, press, screen, secretGone } from './lib/stage.mjs';
import { totp } from './lib/totp.mjs';

const PASSWORD = 'three words and a horse';
const STEP_MS = 30_000;

/** What the hub answers to a call of this page. */
const ask = (page, name, body) =>
    page.evaluate(
        async ([path, sent]) => {
            const answer = await fetch(`/api/console/${path}`, {
                ...(sent
                    ? {
                          method: 'POST',
                          headers: { 'Content-Type': 'application/json' },
                          body: JSON.stringify(sent),
                      }
                    : {}),
            });
            return { status: answer.status, retry: answer.headers.get('Retry-After'), ...(await answer.json()) };
        },
        [name, body],
    );

/** Codes that were not used yet. `clock`: a page that may read the board. */
class Codes {
    used = 0;

    constructor(secret) {
        this.secret = secret;
    }

    async next(clock) {
        for (;;) {
            const now = (await ask(clock, 'board')).now_ms;
            const step = Math.floor(now / STEP_MS);
            // The first is the one before, if it counts for a while yet: so that three fit into a minute.
            const first = now % STEP_MS < STEP_MS / 2 ? step - 1 : step;
            const mine = Math.max(this.used + 1, first);
            if (mine <= step + 1) {
                this.used = mine;
                return totp(this.secret, mine * STEP_MS);
            }
            await clock.waitForTimeout(250);
        }
    }
}

async function paired() {
    const page = await openPage({ viewport: DESK, scale: 1 });
    await page.goto(await hub.link('console', 'karin'));
    await press(page, 'pair');
    await screen(page, 'board');
    return page;
}

/** Types into the sign-in form as a person does: by the keyboard, from field to field. */
async function signIn(page, name, password, code) {
    await page.focus('#name');
    for (const text of [name, password, code]) {
        await page.keyboard.press('Control+A');
        await page.keyboard.type(text);
        if (text !== code) await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
}

const told = (page, what) => page.waitForSelector(`[role="alert"] [data-told="${what}"]`);

let codes;

export const managers = {
    async 'a manager takes a handheld back'() {
        await hub.ctl('manager', 'reset', 'karin');
        const handheld = await handheldOf('ingrid');
        const page = await paired();
        const row = '.handhelds [data-handheld="now"]:has-text("Ingrid")';
        await page.waitForSelector(row);
        await look(page, 'console-handhelds');
        const before = await page.locator(row).count(); // another scenario may have left one of hers
        await page.click(`${row} [data-do="revoke"]`);
        await page.waitForSelector('dialog [data-do="revoke-yes"]');
        await look(page, 'console-revoke');
        await page.keyboard.press('Escape');
        equal(await page.$$eval('dialog', (all) => all.length), 0, 'dialogs after Escape');
        await page.click(`${row} [data-do="revoke"]`);
        await press(page, 'revoke-yes');
        await screen(handheld, 'refused');
        await page.locator(row).nth(before - 1).waitFor({ state: 'detached' });
    },

    async 'a manager sets up a password and a second factor'() {
        await hub.ctl('manager', 'reset', 'karin');
        const page = await paired();
        await page.waitForSelector('[data-do="set-up"]');
        await page.setViewportSize(PHONE);
        await press(page, 'set-up');
        await page.waitForSelector('dialog .qr');
        await look(page, 'console-enrol');
        const secret = await page.getAttribute('[data-secret]', 'data-secret');
        expect(/^[A-Z2-7]{32}$/.test(secret), `the key is "${secret}"`);
        codes = new Codes(secret);
        await page.fill('#new-password', 'too short');
        await page.waitForFunction(() =>
            document.getElementById('new-password-hint').textContent.includes('3 more'),
        );
        await page.fill('#code', '000 000');
        await press(page, 'enrol');
        await focusOn(page, '#new-password', 'where the focus is');
        await page.fill('#new-password', PASSWORD);
        await page.fill('#code', '12345');
        await press(page, 'enrol');
        await told(page, 'wrong');
        await look(page, 'console-enrol-wrong');
        const code = await codes.next(page);
        await page.fill('#code', `${code.slice(0, 3)} ${code.slice(3)}`);
        await page.keyboard.press('Enter');
        await page.waitForSelector('[data-enrolled]');
        await look(page, 'console-enrolled');
        await page.keyboard.press('Escape');
        await page.waitForFunction(() => !document.querySelector('dialog, [data-do="set-up"]'));
        const { enrolled, name, stepped_up_s } = await ask(page, 'me');
        equal({ enrolled, name, stepped_up_s }, { enrolled: true, name: 'karin', stepped_up_s: 0 }, 'me');
        await page.setViewportSize(DESK);
        await look(page, 'console-account');
    },

    async 'she signs out and in, by keyboard, and shows once more who she is'() {
        const clock = await paired();
        const page = await paired();
        await press(page, 'sign-out');
        await screen(page, 'refused');
        await look(page, 'console-sign-in');
        equal((await ask(page, 'me')).status, 401, 'me of a console that was signed out');
        await page.setViewportSize(PHONE);
        await look(page, 'console-sign-in-phone');
        await signIn(page, 'karin', PASSWORD, '123456');
        await told(page, 'not_signed_in');
        await look(page, 'console-sign-in-wrong');
        await signIn(page, 'karin', PASSWORD, await codes.next(clock));
        await screen(page, 'board');
        await page.waitForSelector('[data-link="open"]');
        secretGone(page);
        equal(new URL(page.url()).search, '', 'what is in the address');
        equal((await ask(page, 'me')).stepped_up_s, 0, 'stepped up by signing in');
        const code = await codes.next(clock);
        const body = { password: PASSWORD, code };
        equal((await ask(page, 'step_up', body)).stepped_up_s, 300, 'how long she may publish');
        equal((await ask(page, 'step_up', body)).status, 403, 'the same code again');
        expect((await ask(page, 'me')).stepped_up_s > 200, 'she had shown who she is');
        expect((await ask(clock, 'me')).stepped_up_s === 0, 'only this session may publish');
    },

    async 'wrong tries close an account, and a name that nobody has'() {
        const page = await openPage();
        await page.goto(`${hub.url}/c`);
        const said = [];
        for (const name of ['karin', 'no such manager']) {
            await screen(page, 'refused');
            for (let n = 0; n < 4; n++) {
                const { status, error, say } = await ask(page, 'sign_in', { name, password: 'x', code: '000000' });
                equal({ status, error }, { status: 401, error: 'not_signed_in' }, `try ${n} of ${name}`);
                said.push(say);
            }
            await signIn(page, name, 'wrong', '000000');
            // The earlier one had one wrong try in the scenario before, and a right one after it.
            await told(page, 'not_signed_in');
            await signIn(page, name, 'wrong', '000000');
            await told(page, 'closed');
            const { status, retry } = await ask(page, 'sign_in', { name, password: PASSWORD, code: '000000' });
            equal(status, 429, `${name} is closed`);
            expect(Number(retry) > 30 && Number(retry) <= 60, `closed for ${retry} s`);
        }
        await look(page, 'console-closed');
        equal(new Set(said).size, 1, 'what is said of a name that nobody has');
        expect(/karin .*closed for/.test(await hub.ctl('manager', 'list')), 'the operator sees that it is closed');
    },

    async 'the operator takes her account away, and her consoles are signed out'() {
        const page = await paired();
        equal((await ask(page, 'me')).enrolled, true, 'enrolled');
        await hub.ctl('manager', 'reset', 'karin');
        await screen(page, 'refused');
        expect(/karin .*no password yet/.test(await hub.ctl('manager', 'list')), 'the list');
        const again = await paired();
        await again.waitForSelector('[data-do="set-up"]');
        const kept = fs
            .readdirSync(hub.store, { recursive: true })
            .map((name) => path.join(hub.store, name))
            .filter((file) => fs.statSync(file).isFile() && fs.readFileSync(file).includes(PASSWORD));
        equal([...kept, ...(hub.words().includes(PASSWORD) ? ['log'] : [])], [], 'files with her password');
    },
};
