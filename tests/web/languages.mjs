// A whole visit in Swedish, another in French: each screen in one language, within its edges, and told to somebody who
// reads another. What she said is kept in the language in which she read it [P130].
import { english } from './lib/english.mjs';
import { atTheDoor, doorUrl, equal, expect, found, hub, inItsOwnStore, invitation, look, mariasHandheld, openPage, press, says, screen, titled } from './lib/stage.mjs';

/** Her phone speaks this. */
const phoneIn = (locale) => openPage({ locale });

/** A screen as it stands: its language is said, it is all in that language, and nothing runs over the edge. */
export async function whole(page, language, name, schemes) {
    await page.waitForFunction((l) => document.documentElement.lang === l, language);
    await look(page, `${language}-${name}`, schemes);
    for (const text of await english(page)) found.push(`${language}-${name}: "${text}" is English`);
    // A word in pieces is cut off as well: it is too wide for its place as soon as it may not be broken.
    const over = await page.evaluate(() => {
        document.body.style.overflowWrap = 'normal';
        const wide = [...document.querySelectorAll('h1, h2, h3, p, button, dt, .line-text, li')]
            .filter((e) => e.offsetParent && !e.closest('.unseen') && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline')
            .map((e) => `${e.textContent.slice(0, 40)} ${e.scrollWidth} > ${e.clientWidth}`);
        document.body.style.overflowWrap = '';
        return wide;
    });
    for (const text of over) found.push(`${language}-${name}: too wide: ${text}`);
}

/** The newest receipt, as the hub signed it. */
const newest = (phone) =>
    phone.evaluate(async () => {
        const { receipts } = await (await fetch('/api/customer/receipts')).json();
        const one = await fetch('/api/customer/receipt', {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `"${crypto.randomUUID()}"` },
            body: JSON.stringify({ id: receipts[0].id }),
        });
        return one.json();
    });

/** What the store promises, from wherever she is: the bytes that the page names are those that the hub serves. */
async function promises(phone, language, begins) {
    await phone.click('[data-open="promises"]');
    await phone.waitForSelector('dialog .promises');
    await phone.waitForSelector('dialog [data-own]');
    await whole(phone, language, `promises`);
    const first = await phone.textContent('dialog .promises li');
    expect(first.startsWith(begins), `the notice begins with "${first}"`);
    const said = await phone.textContent('dialog [data-own]');
    expect(said.includes('The manager of the store'), `who answers for it: "${said}"`);
    await phone.keyboard.press('Escape');
    await phone.waitForFunction(() => !document.querySelector('dialog .promises'));
}

async function inSwedish() {
    const maria = await mariasHandheld();
    const phone = await phoneIn('sv-SE');
    await phone.goto(await invitation(maria));
    await screen(phone, 'join');
    await titled(phone, 'Ditt besök');
    await whole(phone, 'sv', 'join');
    await phone.click('.row-head >> nth=0');
    await whole(phone, 'sv', 'join-more');
    await promises(phone, 'sv', 'Ingen i butiken får veta att du är här');
    await press(phone, 'yes');
    await screen(phone, 'age');
    await whole(phone, 'sv', 'age');
    await press(phone, 'join');
    await screen(phone, 'joined');
    await whole(phone, 'sv', 'joined');
    const { language, collectionMethod, services } = await newest(phone);
    equal(language, 'sv', 'the language of her receipt');
    equal(collectionMethod, 'Ditt eget tryck på butikens sida, genom en inbjudan', 'how it was said');
    expect(services[0].purposes.every((p) => /^Att /.test(p.purpose)), 'a purpose of her receipt is not in Swedish');
    await press(phone, 'ok');
    await screen(phone, 'home');
    await whole(phone, 'sv', 'home');

    await atTheDoor(phone);
    await whole(phone, 'sv', 'door');
    await press(phone, 'arrive');
    await maria.waitForSelector('[data-state="offered"]');
    await screen(phone, 'visit-told');
    await whole(phone, 'sv', 'told');
    await phone.click('.row-head >> nth=1');
    await phone.click('[data-chip="green"]');
    await phone.click('[data-chip="coat"]');
    await whole(phone, 'sv', 'wearing');
    await phone.click('.row-head >> nth=2');
    await phone.click('[data-chip="return"]');
    await phone.click('[data-chip="shoes"]');
    await says(phone, '.row:nth-child(2) .row-value', 'grön kappa', 'what she wears, to her');
    await says(phone, '.row:nth-child(3) .row-value', 'lämna tillbaka skor', 'what she would like, to her');
    await maria.waitForFunction(() => {
        const card = document.querySelector('.card')?.textContent ?? '';
        return card.includes('green coat') && card.includes('to return shoes');
    });
    await phone.click('[data-open="card"]');
    await phone.waitForSelector('dialog .card');
    await whole(phone, 'sv', 'card');
    await phone.keyboard.press('Escape');
    await press(maria, 'accept');
    await screen(phone, 'visit-coming');
    await whole(phone, 'sv', 'coming');
    await press(phone, 'stop');
    await screen(phone, 'cleared');
    await whole(phone, 'sv', 'cleared');
    await press(phone, 'ok');
    await maria.waitForSelector('[data-screen="idle"]');

    // At the foot she finds another language; it is still hers when she comes back, and nothing else is kept.
    await phone.click('.languages [data-language="fr"]');
    await phone.waitForFunction(() => document.documentElement.lang === 'fr');
    await phone.reload();
    await phone.waitForSelector('[data-screen]:not([data-screen="loading"])');
    equal(await phone.evaluate(() => document.documentElement.lang), 'fr', 'the language after a reload');
    await titled(phone, 'Votre visite');
}

async function inFrench() {
    const phone = await phoneIn('fr-FR');
    await phone.goto(await hub.link('customer', 'demo-dag'));
    await screen(phone, 'join');
    await whole(phone, 'fr', 'join');
    await press(phone, 'yes');
    await screen(phone, 'age');
    await whole(phone, 'fr', 'age');
    await press(phone, 'join');
    await screen(phone, 'joined');
    await whole(phone, 'fr', 'joined');
    await press(phone, 'ok');
    await screen(phone, 'home');
    await whole(phone, 'fr', 'home');
    await atTheDoor(phone);
    await whole(phone, 'fr', 'door');
    await press(phone, 'not_today');
    await screen(phone, 'not-today');
    await whole(phone, 'fr', 'not-today');
    equal((await newest(phone)).language, 'fr', 'the language of "not today"');
    await phone.click('[data-open="share"]');
    await phone.waitForSelector('dialog [data-tick="sizes"]');
    await whole(phone, 'fr', 'share');
    await promises(phone, 'fr', 'Personne dans le magasin ne sait que vous êtes là');
    await phone.click('[data-open="share"]');
    await phone.click('dialog [data-open="receipts"]');
    await phone.waitForSelector('dialog [data-open="receipt-not_today"]');
    await whole(phone, 'fr', 'receipts');
    await phone.click('dialog [data-open="receipt-joined"]');
    await phone.waitForSelector('dialog [data-receipt]');
    await whole(phone, 'fr', 'receipt');
    await phone.keyboard.press('Escape');
    await phone.waitForSelector('dialog [data-open="receipt-joined"]');
    await phone.keyboard.press('Escape');
    await phone.waitForFunction(() => !document.querySelector('dialog'));
    await phone.click('[data-open="share"]');
    await phone.click('dialog [data-do="stop-everything"]');
    await phone.waitForSelector('dialog [data-do="stop"]');
    await whole(phone, 'fr', 'stop-everything');
    await phone.click('dialog [data-do="stop"]');
    await screen(phone, 'gone');
    await whole(phone, 'fr', 'gone');
    await phone.goto(await doorUrl());
    await screen(phone, 'stranger-door');
    await whole(phone, 'fr', 'stranger-door');
    await press(phone, 'no');
    await screen(phone, 'refused');
    await whole(phone, 'fr', 'refused');
}

/** A sign whose browser knows three languages says them all at once, the first large. */
async function theSignInThree() {
    const sign = await openPage({ locale: 'fr-FR' });
    await sign.addInitScript(() =>
        Object.defineProperty(navigator, 'languages', { get: () => ['fr-FR', 'sv-SE', 'en-GB'] }),
    );
    await sign.goto(await hub.link('sign'));
    await screen(sign, 'pair');
    await whole(sign, 'fr', 'sign-pair');
    await press(sign, 'pair');
    await screen(sign, 'sign');
    await says(sign, 'h1', 'Scannez pour dire que vous êtes là.', 'the sign');
    await titled(sign, 'Panneau d’entrée');
    await look(sign, 'fr-sign');
    const also = await sign.$$eval('.sign-also', (all) => all.map((e) => [e.lang, e.querySelector('strong').textContent]));
    equal(also, [['sv', 'Skanna för att säga att du är här.'], ['en', 'Scan to say you’re here.']], 'what it says besides');
}

// In stores of their own: nobody else has used up what Maria sold, and nobody else is told.
export const languages = {
    'a sign in three languages': theSignInThree,
    'a visit in Swedish': () => inItsOwnStore(undefined, inSwedish),
    'a visit in French, and her leaving': () => inItsOwnStore(undefined, inFrench),
};
