// The console in Swedish and in French: every place of it in one language, with nothing of English left, within the
// edges of a desk and of a phone; and the language that somebody picked at the sign-in stays on that device.
import fs from 'node:fs';
import path from 'node:path';
import { fill } from '../numbers/fill.mjs';
import { DESK } from './lib/browser.mjs';
import { english } from './lib/english.mjs';
import { pageModule } from './lib/rulegen.mjs';
import { equal, found, hub, inItsOwnStore, look, openPage, press, says, screen, titled } from './lib/stage.mjs';
import { totp } from './lib/totp.mjs';

const NARROW = { width: 390, height: 844 };
const PASSWORD = 'a long enough password';
const STEP_MS = 30_000;
const SLOW_MS = 20_000;
const LAST_MONDAY = '2026-03-02T00:00:00Z'; // of the week that is not over

const SAID = {
    sv: {
        title: 'Konsol',
        wrong: 'Namn, lösenord eller kod stämmer inte.',
        who: 'Ingen är vald.',
        rejects: ['2price är inget belopp som 1299.00', '3at är ingen tid som 2026-03-05 14:30', '4har 3 kolumner, rubrikraden har 8'],
        rule: 'Ingen utom säljaren ser köp gjorda på nätet.',
    },
    fr: {
        title: 'Console',
        wrong: 'Nom, mot de passe ou code incorrect.',
        who: 'Personne n’est choisi.',
        rejects: ['2price n’est pas un montant comme 1299.00', '3at n’est pas une date et une heure comme 2026-03-05 14:30', '4a 3 colonnes, l’en-tête en a 8'],
        rule: 'Personne sauf le vendeur ne voit les achats faits en ligne.',
    },
};

const MADE_UP = 'a coat for the winter'; // what the lab's customer would like, in words of her own

const PURCHASES = [
    'line_id,customer_id,seller,category,name,unit_price,qty,date',
    'p-1,c-1,maria,Shoes,Ankle boots,"1,299.00",1,2026-03-01 14:05',
    'p-2,c-1,maria,Shoes,Scarf,49.00,1,yesterday',
    'p-3,c-1,maria',
].join('\n');

let onlyEnglish; // sentences of a language that are English, from the page's own tables
let secret;
let used = 0;
let ahead_ms = 0; // of the hub's clock before this machine's

/** A code that was not used: the oldest that still counts when a slow hub has come to look at it. */
async function code(page) {
    for (;;) {
        const now = Date.now() + ahead_ms;
        const step = Math.max(used + 1, Math.floor((now + SLOW_MS) / STEP_MS) - 1);
        if (step <= Math.floor(now / STEP_MS) + 1) {
            used = step;
            return totp(secret, step * STEP_MS);
        }
        await page.waitForTimeout(250);
    }
}

/** Where the hub asks who it is, she shows it. */
async function provingSo(page, outcome) {
    await page.waitForSelector(`${outcome}, [data-form="step-up"]`);
    if (await page.$('[data-form="step-up"]')) {
        await page.fill('[data-form="step-up"] #password', PASSWORD);
        await page.fill('[data-form="step-up"] #code', await code(page));
        await press(page, 'step-up');
    }
    await page.waitForSelector(outcome);
}

/** What runs over its edge, or is cut off by it. */
const overEdge = (page) =>
    page.evaluate(() => {
        const scrolls = (e) => e.closest('.scroll-x, .past-scroll, .picture-scroll');
        const wide = [...document.querySelectorAll('h1, h2, h3, h4, p, button, a, dt, dd, li, label, legend, summary, th')]
            .filter((e) => e.offsetParent && !e.closest('.unseen') && !scrolls(e) && getComputedStyle(e).display !== 'inline')
            .filter((e) => e.scrollWidth > e.clientWidth + 1)
            .map((e) => `"${e.textContent.slice(0, 40)}" ${e.scrollWidth} > ${e.clientWidth}`);
        const pen = document.createElement('canvas').getContext('2d');
        for (const e of document.querySelectorAll('select')) {
            const { font, paddingLeft, paddingRight } = getComputedStyle(e);
            const text = e.selectedOptions[0]?.textContent ?? '';
            pen.font = font;
            if (e.offsetParent && pen.measureText(text).width > e.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight))
                wide.push(`a choice is cut off: "${text}"`);
        }
        if (document.documentElement.scrollWidth > innerWidth) {
            const out = [...document.body.querySelectorAll('*')].filter((e) => !scrolls(e) && e.getBoundingClientRect().right > innerWidth);
            wide.push(`the page scrolls sideways: ${out.map((e) => `${e.tagName} ${e.id || e.className}`).join(', ')}`);
        }
        return wide;
    });

/** A place as it stands: on a desk for axe and as a picture, on a phone for its edges; and all of it in one language. */
async function whole(page, language, name) {
    await page.waitForFunction((l) => document.documentElement.lang === l, language);
    const of = `${language}-console-${name}`;
    await look(page, of, ['light']);
    const tables = onlyEnglish(language);
    const left = await page.evaluate((only) => {
        const texts = [document.title];
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = walk.nextNode(); node; node = walk.nextNode())
            if (!node.parentElement.closest('script, style, noscript, .languages, [data-own]')) texts.push(node.data.trim());
        for (const e of document.querySelectorAll('[aria-label]')) texts.push(e.getAttribute('aria-label'));
        return [...new Set(texts.filter((text) => only.includes(text)))];
    }, tables);
    for (const text of [...left, ...(await english(page))].filter((t) => t !== MADE_UP)) found.push(`${of}: "${text}" is English`);
    for (const text of await overEdge(page)) found.push(`${of}: ${text}`);
    await page.setViewportSize(NARROW);
    await page.screenshot({ path: path.join(hub.pictures, `${of}-narrow.png`), fullPage: true });
    for (const text of await overEdge(page)) found.push(`${of}, narrow: ${text}`);
    await page.setViewportSize(DESK);
}

/** Enough people for teams, and a year behind them. */
async function withAPast() {
    const dir = path.join(hub.dir, 'past-csv');
    fs.mkdirSync(dir);
    const people = ['nils,Nils Ek,downtown,Men', 'otto,Otto Ask,downtown,Men', 'pia,Pia Dahl,downtown,Home', 'rut,Rut Holm,downtown,Home'];
    fs.writeFileSync(
        path.join(dir, 'associates.csv'),
        `id,name,store,department,role,active\n${people.map((p) => `${p},associate,yes\n`).join('')}`,
    );
    await hub.ctl('import', dir, '--yes');
    await hub.stop();
    fill(hub.store, { seed: 7, monday: Date.parse(LAST_MONDAY), weeks: 60, usual: (a, week) => (week % 6 === 0 ? 3 : 5) });
    await hub.start();
}

async function setsUp(page, language) {
    await page.goto(await hub.link('console', 'karin'));
    await screen(page, 'pair');
    await titled(page, SAID[language].title);
    await whole(page, language, 'pair');
    await press(page, 'pair');
    await screen(page, 'board');
    ahead_ms = (await page.evaluate(async () => (await (await fetch('/api/console/board')).json()).now_ms)) - Date.now();
    await press(page, 'set-up');
    await page.waitForSelector('dialog .qr');
    await whole(page, language, 'enrol');
    secret = await page.getAttribute('[data-secret]', 'data-secret');
    await page.fill('#new-password', PASSWORD);
    await page.fill('#code', await code(page));
    await press(page, 'enrol');
    await page.waitForSelector('[data-enrolled]');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !document.querySelector('dialog'));
}

async function signsIn(page, language) {
    await screen(page, 'refused');
    await whole(page, language, 'sign-in');
    await page.fill('#name', 'karin');
    await page.fill('#password', 'another password here');
    await page.fill('#code', '000000');
    await press(page, 'sign-in');
    await says(page, '[data-told="not_signed_in"] strong', SAID[language].wrong, 'a wrong password');
    await whole(page, language, 'sign-in-wrong');
}

async function board(page, language) {
    await page.click('[data-page="board"]');
    await screen(page, 'board');
    await page.waitForSelector('.visits, .calm');
    await whole(page, language, 'board');
}

async function roster(page, language) {
    await page.click('[data-page="roster"]');
    await page.waitForSelector('.roster-page[data-day] h3');
    await whole(page, language, 'roster');
    await press(page, 'add-shift');
    await page.waitForSelector('dialog [data-form="shift"]');
    await press(page, 'save-shift');
    await says(page, '[data-told="who"] strong', SAID[language].who, 'nobody chosen');
    await whole(page, language, 'shift');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !document.querySelector('dialog'));
}

async function numbers(page, language) {
    await page.click('[data-page="numbers"]');
    await page.waitForSelector('[data-numbers="ready"] .tile-value');
    await whole(page, language, 'numbers');
    await page.evaluate(() => document.querySelectorAll('.numbers-page details').forEach((e) => (e.open = true)));
    await whole(page, language, 'numbers-open');
}

async function walkin(page, language) {
    await page.click('[data-page="walkin"]');
    await page.waitForSelector('[data-walkin]');
    await press(page, 'walk-alone');
    await provingSo(page, '[data-walkin="red"] [data-told="no_handheld"]');
    await whole(page, language, 'walkin');
    await press(page, 'walk-phone');
    await page.waitForSelector('[data-walk] .qr');
    await whole(page, language, 'walkin-code');
}

async function house(page, language) {
    await page.click('[data-page="house"]');
    await page.waitForSelector('.house[data-version] .house-rule');
    await page.selectOption('#house-refusal', '120');
    await page.waitForSelector('.house-count:not([data-counted=""])');
    await whole(page, language, 'house');
    await press(page, 'house-undo');
}

async function rules(page, language) {
    await page.click('[data-page="rules"]');
    await page.waitForSelector('[data-check="ready"] [data-cards="ready"]');
    await whole(page, language, 'rules');
    await page.click('[data-add="hold"]');
    await page.selectOption('.rule.open [data-part="more"]', 'place');
    await page.waitForSelector('[data-areas="less"]');
    await page.waitForSelector('[data-check="ready"] [data-cards="ready"]');
    await page.waitForFunction((t) => document.querySelector('.rule.open .rule-said')?.textContent.startsWith(t), SAID[language].rule);
    await whole(page, language, 'rules-changed');
    await press(page, 'rule-done');
    await press(page, 'diff');
    await page.waitForSelector('[data-result="diff"]', { timeout: 60_000 });
    await press(page, 'propose');
    await page.waitForSelector('[data-part="why-propose-go"]');
    await whole(page, language, 'rules-counted');
    await press(page, 'restart');
    await page.waitForSelector('[data-check="ready"] .verdict');
}

async function first(page, language) {
    await page.click('[data-page="first"]');
    for (const step of ['you', 'store', 'cards', 'signs', 'staff', 'files']) {
        await page.click(`[data-to="${step}"]`);
        await page.waitForSelector(`[data-first="${step}"]`);
        if (step === 'cards') await page.waitForSelector('[data-cards="ready"]');
        if (step === 'staff') await page.waitForSelector('[data-person="maria"]');
        await whole(page, language, `first-${step}`);
    }
    await page.setInputFiles('[data-drop] input', { name: 'purchases.csv', mimeType: 'text/csv', buffer: Buffer.from(`${PURCHASES}\n`) });
    await page.waitForSelector('[data-file="purchases"][data-phase="mapped"]');
    await page.click('[data-file="purchases"] [data-do="check"]');
    await provingSo(page, '[data-file="purchases"][data-phase="checked"]');
    const rejects = await page.$$eval('[data-reject]', (all) => all.map((row) => row.textContent));
    equal(rejects, SAID[language].rejects, 'why rows are refused');
    await whole(page, language, 'first-checked');
}

async function everyPlace(page, language) {
    for (const place of [board, roster, numbers, house, rules, walkin, first]) await place(page, language);
}

async function inBoth() {
    ({ onlyEnglish } = await pageModule('../../../tests/web/lib/console-tables.ts'));
    await withAPast();
    const page = await openPage({ viewport: DESK, scale: 1, locale: 'sv-SE' });
    await setsUp(page, 'sv');
    await everyPlace(page, 'sv');
    await press(page, 'sign-out');
    await signsIn(page, 'sv');

    // Another language is one key away where nobody is signed in, and is still shown after a reload.
    await page.focus('.languages [data-language="fr"]');
    await page.keyboard.press('Enter');
    await signsIn(page, 'fr');
    await page.reload();
    await page.waitForFunction(() => document.documentElement.lang === 'fr');
    await page.fill('#name', 'karin');
    await page.fill('#password', PASSWORD);
    await page.fill('#code', await code(page));
    await press(page, 'sign-in');
    await everyPlace(page, 'fr');
}

// In a store of its own: it has a past, and nobody else signs in there.
export const consoleLanguages = {
    'the console in Swedish and in French, place by place': () => inItsOwnStore(undefined, inBoth),
};
