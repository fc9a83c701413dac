// A store's first run: from an empty folder to a handheld that is paired, in the console, with files that are dropped.
import fs from 'node:fs';
import path from 'node:path';
import { DESK, PHONE } from './lib/browser.mjs';
import { equal, expect, focusOn, hub, inAnEmptyStore, look, openPage, press, says, screen, secretGone, tabTo } from './lib/stage.mjs';
import { totp } from './lib/totp.mjs';
import { whole } from './languages.mjs';

const PASSWORD = 'a house begins with a door';
const STEP_MS = 30_000;
const SLOW_MS = 20_000;

/** What differs by who reads it. */
const SAID = {
    en: {
        locale: 'en-GB',
        associates: ['2role would take the console from you; another manager may do that', '5name is empty'],
        customers: ['3birthday is not a date such as 1990-05-31'],
        purchases: ['3price is not an amount such as 1299.00', '6at is no time such as 2026-03-05 14:30', '7has 4 columns, the header has 8'],
    },
    sv: {
        locale: 'sv-SE',
        associates: ['2role skulle ta konsolen från dig; en annan chef får göra det', '5name är tomt'],
        customers: ['3birthday är inget datum som 1990-05-31'],
        purchases: ['3price är inget belopp som 1299.00', '6at är ingen tid som 2026-03-05 14:30', '7har 4 kolumner, rubrikraden har 8'],
    },
};

let reads = 'en';

/** A picture of this step, and that all of it is in the language in which she reads. */
const seen = (page, name, schemes) => (reads === 'en' ? look(page, name, schemes) : whole(page, reads, name, schemes));

const api = (page, name, body) =>
    page.evaluate(
        async ([at, sent]) => {
            const answer = await fetch(`/api/console/${at}`, {
                method: sent ? 'POST' : 'GET',
                ...(sent ? { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(sent) } : {}),
            });
            return { status: answer.status, ...(await answer.json()) };
        },
        [name, body],
    );

let secret;
let used = 0;

/** A code that was not used: the oldest that still counts when a slow hub has come to look at it. */
async function code(page) {
    for (;;) {
        const now = (await api(page, 'first')).now_ms;
        const step = Math.max(used + 1, Math.floor((now + SLOW_MS) / STEP_MS) - 1);
        if (step <= Math.floor(now / STEP_MS) + 1) {
            used = step;
            return totp(secret, step * STEP_MS);
        }
        await page.waitForTimeout(250);
    }
}

/** Where the hub asks who she is, she shows it. */
async function provingSo(page, outcome) {
    await page.waitForSelector(`${outcome}, [data-form="step-up"]`);
    if (await page.$('[data-form="step-up"]')) {
        await page.fill('[data-form="step-up"] #password', PASSWORD);
        await page.fill('[data-form="step-up"] #code', await code(page));
        await press(page, 'step-up');
    }
    await page.waitForSelector(outcome);
}

const at = (page, step) => page.waitForSelector(`[data-first="${step}"]`);

/** The hub keeps that she has come this far. */
const kept = (page, n) => page.waitForSelector(`[data-kept="${n}"]`);

const FILES = {
    'associates.csv': [
        'employee_id;name;dept;role',
        'boss;Karin Ek;;associate', // would put the manager out
        'maria;Maria Lind;Shoes;associate',
        'ingrid;Ingrid Falk;Coats;trainee',
        'nobody;;Coats;associate',
    ],
    'customers.csv': [
        'Customer ID,Full Name,DOB,E-mail',
        'c-1,"Berg, Anna",1979-02-03,anna.berg@example.com',
        'c-2,Vera Holm,1980-13-01,vera.holm@example.com',
        'c-3,Elsa Strand,,',
    ],
    'purchases.csv': [
        'line_id,customer_id,seller,category,name,unit_price,qty,date',
        'p-1,c-1,maria,Shoes,Ankle boots,189.00,1,2026-03-01 14:05',
        'p-2,c-1,maria,Shoes,Scarf,"1,299.00",1,2026-03-01 14:05',
        'p-3,,maria,Shoes,Laces,4.00,1,2026-03-01 14:20',
        'p-4,c-3,maria,Coats,Coat,"489,00",-1,2026-02-28',
        'p-5,c-3,maria,Coats,Coat,489.00,1,yesterday',
        'p-6,c-3,maria,Coats',
    ],
};

/** As when somebody lets files go over the page. */
async function dropped(page, name) {
    const text = `${FILES[name].join('\r\n')}\r\n`;
    await page.evaluate(
        ([file, words]) => {
            const data = new DataTransfer();
            data.items.add(new File([words], file, { type: 'text/csv' }));
            const place = document.querySelector('[data-drop]');
            place.dispatchEvent(new DragEvent('dragover', { dataTransfer: data, bubbles: true, cancelable: true }));
            place.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
        },
        [name, text],
    );
}

const rejects = (page, kind) =>
    page.$$eval(`[data-file="${kind}"] [data-reject]`, (all) => all.map((row) => row.textContent));

const button = (page, kind, action) => page.click(`[data-file="${kind}"] [data-do="${action}"]`);

async function account(page) {
    await at(page, 'you');
    await seen(page, 'first-you');
    await tabTo(page, 'first-enrol');
    await page.waitForSelector('dialog .qr');
    secret = await page.getAttribute('[data-secret]', 'data-secret');
    await page.fill('#new-password', PASSWORD);
    await page.fill('#code', await code(page));
    await press(page, 'enrol');
    await page.waitForSelector('[data-enrolled]');
    await page.keyboard.press('Escape');
    await page.waitForSelector('[data-you="boss"]');
    await tabTo(page, 'next');
    await at(page, 'store');
    await focusOn(page, '#first-step', 'where the focus is after a step');
    await kept(page, 2);
}

async function name(page) {
    await page.fill('#store-name', 'Strand & Co');
    await press(page, 'save-store');
    await provingSo(page, '[data-saved]');
    await page.waitForFunction(() => document.body.textContent.includes('Europe/Stockholm'));
    await seen(page, 'first-store');
    await hours(page);
    await press(page, 'next');
    await at(page, 'files');
}

/** The doors open an hour earlier; nothing else of the house rules is touched. */
async function hours(page) {
    await page.waitForSelector('[data-rule="opens"]');
    equal(await page.$$eval('[data-rule]', (all) => all.map((rule) => rule.dataset.rule)), ['opens', 'closes', 'first_call', 'last_call', 'closed_days', 'event_days'], 'the rules of the hours');
    await page.selectOption('#house-opens', String(9 * 60));
    await page.waitForSelector('[data-counted="0"]');
    await page.evaluate(() => document.querySelector('[data-do="house-save"]').scrollIntoView({ block: 'center' }));
    await seen(page, 'first-hours');
    await press(page, 'house-save');
    await provingSo(page, '[data-place="house"] [data-saved]');
    equal((await api(page, 'house')).rules.find((rule) => rule.key === 'opens').value, 540, 'when the doors open');
}

/** The ten opt-in rules: one is set, and what it would have changed is said before. */
async function house(page) {
    await press(page, 'next');
    await at(page, 'house');
    await page.waitForSelector('#house-alerts');
    await seen(page, 'first-house');
    await page.selectOption('#house-alerts', '3');
    await page.waitForSelector('[data-counted="0"]');
    await press(page, 'house-save');
    await provingSo(page, '[data-place="house"] [data-saved]');
    const { rules } = await api(page, 'house');
    equal(Object.fromEntries(['opens', 'alerts'].map((key) => [key, rules.find((rule) => rule.key === key).value])), { opens: 540, alerts: 3 }, 'the house rules');
}

async function people(page) {
    await seen(page, 'first-files');
    await dropped(page, 'associates.csv');
    await page.waitForSelector('[data-file="associates"][data-phase="mapped"]');
    await seen(page, 'first-mapping');
    await button(page, 'associates', 'check');
    await page.waitForSelector('[data-file="associates"][data-phase="checked"]');
    equal(
        await rejects(page, 'associates'),
        SAID[reads].associates,
        'what is refused of the associates',
    );
    equal((await api(page, 'first')).associates, 1, 'who works here after looking only');
    await seen(page, 'first-checked');
    await button(page, 'associates', 'write');
    await page.waitForSelector('[data-file="associates"][data-phase="written"]');
    equal((await api(page, 'first')).associates, 3, 'who works here');
}

async function goods(page) {
    const files = Object.keys(FILES).slice(1).map((file) => path.join(hub.dir, file));
    for (const file of files) fs.writeFileSync(file, `${FILES[path.basename(file)].join('\n')}\n`);
    await page.setInputFiles('[data-drop] input', files);
    for (const kind of ['customers', 'purchases']) {
        await page.waitForSelector(`[data-file="${kind}"][data-phase="mapped"]`);
        await button(page, kind, 'check');
        await page.waitForSelector(`[data-file="${kind}"][data-phase="checked"]`);
    }
    equal(await rejects(page, 'customers'), SAID[reads].customers, 'refused customers');
    equal(
        (await rejects(page, 'purchases')).sort(),
        SAID[reads].purchases,
        'refused purchases',
    );
    for (const kind of ['customers', 'purchases']) {
        await button(page, kind, 'write');
        await page.waitForSelector(`[data-file="${kind}"][data-phase="written"]`);
    }
    const { customers, purchases } = await api(page, 'first');
    equal({ customers, purchases }, { customers: 2, purchases: 2 }, 'what is in the store');
    await seen(page, 'first-written');
    const [seller] = JSON.parse(await hub.ctl('explain', 'preferred', 'c-1', '--json')).candidates;
    equal({ who: seller.associate, at: seller.latest_ms }, { who: 'maria', at: Date.UTC(2026, 2, 1, 13, 5) }, 'when, in the zone of the store');
}

/** The same once more, by somebody else's hands: nothing is doubled; and nobody who has not shown who she is. */
async function again(page) {
    const rows = '2\t0\t0\tc-1\tBerg, Anna\t1979-02-03\tanna.berg@example.com';
    const { status, same } = await api(page, 'import', { kind: 'customers', dry: false, rows });
    equal({ status, same }, { status: 200, same: 1 }, 'what is there already');
    const wrong = await api(page, 'import', { kind: 'customers', dry: false, rows: 'c-1\tAnna' });
    equal(wrong.status, 400, 'rows that are none');
    const zone = await api(page, 'import', { kind: 'stores', dry: false, rows: '1\t0\t0\tmain\t\t\tMars/Here' });
    equal(zone.rejected, 1, 'a zone by the console');
    const stranger = await openPage();
    await stranger.goto(`${hub.url}/c`);
    equal((await api(stranger, 'import', { kind: 'customers', dry: false, rows })).status, 401, 'a stranger');
    equal((await api(stranger, 'first')).status, 401, 'a stranger who looks');
    const other = await openPage({ viewport: DESK, scale: 1 });
    await other.goto(await hub.link('console', 'boss'));
    await press(other, 'pair');
    await screen(other, 'board');
    equal((await api(other, 'import', { kind: 'customers', dry: false, rows })).error, 'step_up', 'another console of hers');
    await other.click('[data-page="first"]');
    await at(other, 'files'); // where she left it
    await other.context().close();
}

async function books(page) {
    await press(page, 'next');
    await at(page, 'cards');
    await page.waitForSelector('[data-cards="ready"]');
    await seen(page, 'first-cards');
    await page.check('input[value="reserved"]');
    await page.waitForSelector('[data-cards="ready"]');
    await press(page, 'take-book');
    await provingSo(page, '[data-told="taken"]');
    await seen(page, 'first-cards-taken');
}

async function signs(page) {
    await press(page, 'next');
    await at(page, 'signs');
    await page.fill('#door', 'Main street');
    await page.check('[data-language="en"]');
    await page.check('[data-language="sv"]');
    await page.waitForSelector('[data-sign-in="sv"]');
    await page.waitForSelector('[data-sign-text="en sv"] [lang="sv"] [data-line="rights"]');
    await says(page, '[lang="sv"] > .sign-text-title', 'Här kan du bli mött, om du vill', 'the sign in Swedish');
    await seen(page, 'first-signs');
    equal(await page.getAttribute('[data-sign]', 'data-sign'), hub.url, 'where the sign leads');
    await page.emulateMedia({ media: 'print' });
    const shown = await page.evaluate(() =>
        ['.console-head', '.first-steps', '.first-next', '.print-sign', '.sign-text > .hint', '[data-line="controller"]'].map(
            (place) => document.querySelector(place).getClientRects().length > 0,
        ),
    );
    await page.screenshot({ path: path.join(hub.pictures, 'first-sign-print.png') });
    await page.emulateMedia({ media: 'screen' });
    equal(shown, [false, false, false, true, false, true], 'what is printed');
}

async function staff(page) {
    await press(page, 'next');
    await at(page, 'staff');
    await page.waitForSelector('[data-person="maria"]');
    await seen(page, 'first-staff');
    await page.click('[data-person="maria"] [data-do="code"]');
    await provingSo(page, 'dialog .qr');
    await seen(page, 'first-code');
    const url = await page.getAttribute('[data-pair]', 'data-pair');
    const handheld = await openPage();
    await handheld.goto(url);
    await screen(handheld, 'pair');
    await press(handheld, 'pair');
    await handheld.waitForSelector('[data-link="open"]');
    secretGone(handheld);
    await page.keyboard.press('Escape');
    await page.waitForSelector('[data-paired="1"]');
    const nobody = await api(page, 'pair_link', { associate: 'nobody' });
    equal({ status: nobody.status, error: nobody.error }, { status: 404, error: 'no_associate' }, 'a code for nobody');
    await page.setViewportSize(PHONE);
    await seen(page, 'first-staff-phone');
    await page.setViewportSize(DESK);
}

/** The last step: a phone walks in, and the handheld that was just paired is reached. */
async function walksIn(page) {
    await press(page, 'next');
    await at(page, 'walkin');
    await focusOn(page, '#first-step', 'where the focus is at the last step');
    await page.waitForSelector('[data-lamp="phone"][data-state="none"]'); // the morning's own test has no phone
    await seen(page, 'first-walkin');
    await press(page, 'walk-phone');
    await provingSo(page, '[data-walk] .qr');
    await seen(page, 'first-walkin-code');
    const phone = await openPage({ locale: SAID[reads].locale });
    await phone.goto(await page.getAttribute('[data-walk]', 'data-walk'));
    await screen(phone, 'walk-walked');
    secretGone(phone);
    await seen(phone, 'first-walkin-walked');
    await page.waitForSelector('[data-walkin="green"]');
    await kept(page, 9);
    equal(await page.$$eval('[data-lamp]', (all) => all.map((lamp) => lamp.dataset.state)), ['green', 'green', 'green'], 'the lamps');
    await seen(page, 'first-walkin-green');
    await page.setViewportSize(PHONE);
    await page.evaluate(() => document.querySelector('.walkin-lamps').scrollIntoView());
    await seen(page, 'first-walkin-green-phone');
    await page.setViewportSize(DESK);
    const ms = await page.$$eval('[data-lamp]', (all) => all.map((lamp) => `${lamp.dataset.lamp} ${(lamp.dataset.ms / 1000).toFixed(3)} s`));
    process.stdout.write(`     the walk-in test: ${ms.join(', ')}\n`);
    await press(page, 'finish');
    await screen(page, 'board');
    await says(page, '.console-head h1', 'Strand & Co', 'the name of the store');
}

/** The whole of it, by somebody who reads this language. */
async function becomesAStore(language) {
    reads = language;
    used = 0;
    try {
        await inAnEmptyStore(async () => {
            const began = Date.now();
            expect(hub.words().includes('maitrectl first'), 'the hub says how to begin');
            const said = await hub.ctl('first', 'boss', 'Karin Ek');
            const url = /https:\/\/\S+/.exec(said)?.[0] ?? '';
            const twice = await hub.ctl('first', 'thief', 'Tom Thief').catch((e) => e.message);
            expect(twice.includes('boss manages here already'), `a second first manager: ${twice}`);
            const page = await openPage({ viewport: DESK, scale: 1, locale: SAID[language].locale });
            await page.goto(url);
            await press(page, 'pair');
            secretGone(page);
            await screen(page, 'board');
            await page.waitForSelector('[data-empty]');
            await seen(page, 'first-empty');
            await press(page, 'begin');
            await account(page);
            await name(page);
            await people(page);
            await goods(page);
            await again(page);
            await books(page);
            await house(page);
            await signs(page);
            await staff(page);
            await walksIn(page);
            process.stdout.write(`     from the link to a green walk-in test: ${((Date.now() - began) / 1000).toFixed(0)} s\n`);
        });
    } finally {
        reads = 'en';
    }
}

export const first = {
    'an empty folder becomes a store': () => becomesAStore('en'),
    'an empty folder becomes a store, in Swedish': () => becomesAStore('sv'),
};
