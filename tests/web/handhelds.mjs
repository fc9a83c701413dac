// The handheld in Swedish and in French: every place of it in one language, within the edges of a small screen, with
// nothing of English left; and the language that somebody picked stays on that device.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { annasCard, startFake } from './lib/fakehub.mjs';
import { whole as wholePage } from './languages.mjs';
import { atTheDoor, equal, focusOn, hub, inItsOwnStore, joined, openPage, press, says, screen, titled, tabTo, until } from './lib/stage.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const HERS = ['alert.stand_in_s=0', 'alert.department_s=0', 'alert.floor_s=0', 'alert.answer_within_s=300', 'alert.nobody_after_s=900'];
const PINS = [...HERS, 'handhelds.pin=on', 'handhelds.at_once=one', 'limits.password_mib=19', 'limits.password_passes=2'];
const PIN = '314159';

const SAID = {
    sv: { locale: 'sv-SE', title: 'Handenhet', easy: 'Den PIN-koden är bland de första', left: '4 försök kvar.', mine: 'Min vecka', waits: 'Övningen väntar: besök 2 av 3.', thank: 'Tacka nästa gång' },
    fr: { locale: 'fr-FR', title: 'Appareil', easy: 'Ce code PIN est parmi les premiers', left: 'Il reste 4 essais.', mine: 'Ma semaine', waits: 'L’exercice attend\u00a0: visite 2 sur 3.', thank: 'Remercier la prochaine fois' },
};

/** What hangs on colours was looked at in English. */
const whole = (page, language, name) => wholePage(page, language, name, ['light']);

const gone = (page, place) => page.waitForFunction((at) => !document.querySelector(at), place);
const contains = (page, place, text) =>
    page.waitForFunction(([at, t]) => document.querySelector(at)?.textContent.includes(t), [place, text]);
const locked = (page, why) => page.waitForSelector(`[data-locked="${why}"]`);

async function closes(page) {
    await page.keyboard.press('Escape');
    await gone(page, 'dialog');
}

async function pairs(language, options) {
    const page = await openPage({ locale: SAID[language].locale });
    await page.goto(await hub.link('handheld', 'maria'));
    await screen(page, 'pair');
    await titled(page, SAID[language].title);
    if (options?.shown) await whole(page, language, 'handheld-pair');
    await press(page, 'pair');
    return page;
}

/** Each as it is read where nobody is signed in: the first PIN, wrong ones, who else it may be, and the lock. */
async function signsIn(language) {
    const { easy, left } = SAID[language];
    const shot = (name) => whole(maria, language, `handheld-${name}`);
    const types = async (field, text, action) => {
        await maria.fill(field, text);
        await press(maria, action);
    };
    const maria = await pairs(language, { shown: true });
    await locked(maria, 'choose');
    await shot('pin-choose');
    await types('#pin-new', '123456', 'choose');
    await maria.waitForSelector('[data-form="repeat"]');
    await shot('pin-repeat');
    await types('#pin-again', '123456', 'choose');
    await maria.waitForSelector('[data-error="easy"]');
    await contains(maria, '[data-error="easy"]', easy);
    await shot('pin-easy');
    await types('#pin-new', PIN, 'choose');
    await maria.waitForSelector('[data-form="repeat"]');
    await types('#pin-again', PIN, 'choose');
    await maria.waitForSelector('[data-link="open"]');
    await press(maria, 'who');
    await maria.waitForSelector('dialog [data-do="change-pin"]');
    await shot('who');
    await press(maria, 'change-pin');
    await maria.waitForSelector('dialog #pin-old');
    await shot('change-pin');
    await closes(maria);
    await press(maria, 'who');
    await press(maria, 'leave');
    await locked(maria, 'pin');
    await shot('pin-enter');

    // Where nobody is signed in another language is one tap away, or one key; it is still shown after a reload.
    await maria.focus('.languages [data-language="en"]');
    await maria.keyboard.press('Enter');
    await says(maria, 'h1', 'Maria, your PIN?', 'the lock in English');
    equal(await maria.evaluate(() => document.documentElement.lang), 'en', 'the language of the lock');
    await maria.reload();
    await locked(maria, 'pin');
    await says(maria, 'h1', 'Maria, your PIN?', 'the lock after a reload');
    await maria.click(`.languages [data-language="${language}"]`);
    await maria.waitForFunction((l) => document.documentElement.lang === l, language);
    await titled(maria, SAID[language].title);

    await types('#pin', '935827', 'sign-in');
    await contains(maria, '[data-error="wrong_pin"]', left);
    await shot('pin-wrong');
    await press(maria, 'other');
    await locked(maria, 'other');
    await shot('pin-other');
    await press(maria, 'back');
    await locked(maria, 'pin');
    const errors = () => maria.got.filter((f) => f.t === 'error').length;
    for (let i = errors(); i < 6; i = errors()) {
        await maria.waitForSelector('[data-do="sign-in"][aria-busy="false"]');
        await types('#pin', '935827', 'sign-in');
        await until(maria, `no answer to wrong PIN ${i}`, () => errors() > i);
    }
    await locked(maria, 'shut');
    await shot('pin-shut');
}

/** Three arrivals, of which the second waits for a real one. */
async function practises(maria, language) {
    await maria.waitForSelector('.practice-offer');
    await whole(maria, language, 'handheld-idle');
    await press(maria, 'practise');
    await maria.waitForSelector('[data-practice="1"] .card');
    await whole(maria, language, 'handheld-practice');
    await maria.click('[data-answer="2"]');
    await maria.waitForSelector('[data-verdict="false"]');
    await maria.evaluate(() => document.querySelector('.practice-ask').scrollIntoView());
    await whole(maria, language, 'handheld-practice-answered');
    await press(maria, 'practise_next');
    await maria.waitForSelector('[data-practice="2"] .card');
    await maria.click('[data-answer="2"]');
    await maria.waitForSelector('[data-verdict="true"]');
    await whole(maria, language, 'handheld-practice-trap');
    await closes(maria);
    await says(maria, '.practice-offer p', SAID[language].waits, 'what became of practice');
    await press(maria, 'practise');
    await maria.waitForSelector('[data-practice="2"] .card');
    await maria.click('[data-answer="1"]');
    await press(maria, 'practise_next');
    await maria.waitForSelector('[data-practice="3"] .card');
    await maria.click('[data-answer="3"]');
    await whole(maria, language, 'handheld-practice-stand-in');
    await press(maria, 'practise_next');
    await gone(maria, 'dialog');
}

async function invites(maria, language) {
    await press(maria, 'invite');
    await maria.waitForSelector('[data-sale]');
    await whole(maria, language, 'handheld-sales');
    await maria.click('[data-sale]');
    await maria.waitForSelector('dialog .qr');
    await whole(maria, language, 'handheld-invite');
    const url = await maria.getAttribute('.invite-code', 'data-url');
    await closes(maria);
    return url;
}

async function aVisit(language) {
    await hub.ctl('notice', 'add', path.join(root, 'config/notices/visit-alerts-2.rules'));
    const maria = await pairs(language);
    await maria.waitForSelector('[data-link="open"]');
    await practises(maria, language);
    const phone = await joined(await invites(maria, language));
    await maria.focus('[data-do="invite"]');
    await tabTo(maria, 'mine');
    await maria.waitForSelector('[data-mine]');
    await says(maria, 'dialog h2', SAID[language].mine, 'her week');
    await whole(maria, language, 'handheld-mine');
    await closes(maria);

    await phone.goto(hub.url);
    await phone.click('[data-open="share"]');
    await phone.click('dialog [data-tick="notes"]');
    await phone.waitForSelector('dialog [data-tick="notes"][aria-checked="true"]');
    await atTheDoor(phone);
    await press(phone, 'arrive');
    await maria.waitForSelector('[data-state="offered"]');
    await maria.click('.front [data-do="hand_over"] ~ .why');
    await whole(maria, language, 'handheld-card');
    equal(await maria.$$eval('.languages', (all) => all.length), 0, 'switches of language beside a card');
    await press(maria, 'hand_over');
    await maria.waitForSelector('dialog [data-to="any"]');
    await whole(maria, language, 'handheld-hand-over');
    await closes(maria);
    await press(maria, 'accept');
    await maria.waitForSelector('[data-state="accepted"]');
    await whole(maria, language, 'handheld-coming');
    await press(maria, 'with_her');
    await maria.waitForSelector('[data-state="with_her"] [data-do="thank"]');
    await contains(maria, '[data-do="thank"]', SAID[language].thank);
    await whole(maria, language, 'handheld-with-her');
    await press(maria, 'done');
    await maria.waitForSelector('[data-asks="remember"]');
    await whole(maria, language, 'handheld-remember');
    await maria.fill('[data-asks="remember"] input', 'quiet');
    await press(maria, 'remember');
    await maria.waitForSelector('[data-asks="kept"]');
    await whole(maria, language, 'handheld-remembered');
    await press(maria, 'kept');
    await maria.waitForSelector('[data-do="invite"]');

    // Two devices of one browser: the window that was there first says so, and the others say why they show nothing.
    const other = await openPage({ context: maria.context() });
    await other.goto(`${hub.url}/h`);
    await other.waitForSelector('[data-link="open"]');
    await screen(maria, 'elsewhere');
    await whole(maria, language, 'handheld-elsewhere');
    await maria.context().clearCookies();
    await maria.reload();
    await screen(maria, 'refused');
    await maria.waitForSelector('[data-form="code"]');
    await maria.fill('#code', 'AAAA-AAAA');
    await press(maria, 'code');
    await maria.waitForSelector('#code-told strong');
    await whole(maria, language, 'handheld-refused');
    await maria.reload();
    await screen(maria, 'refused');
    equal(await maria.evaluate(() => document.documentElement.lang), language, 'the language after a reload');
    await focusOn(maria, 'body', 'the focus of a page that nobody has touched');
}

/** A card of the Wi-Fi alone, from a hub that is played: the real one tells of one only after minutes of an agent's. */
async function mayBe(language) {
    const fake = await startFake({ dist: path.join(hub.build, 'server/web/pages') });
    try {
        const page = await openPage({ locale: SAID[language].locale });
        fake.paired = true;
        await page.goto(`${fake.url}/h`);
        await page.waitForSelector('[data-link="open"]');
        const card = annasCard({ seen: 'may-be', age_s: 130 });
        card.standing = 'a customer of the store';
        card.fields = {};
        card.may_say = { because: '', lines: [] };
        card.know_only = { because: '', lines: [] };
        fake.show(card);
        await page.waitForSelector('[data-do="its_her"]');
        await whole(page, language, 'handheld-may-be');
        await page.context().close();
    } finally {
        fake.stop();
    }
}

export const handhelds = Object.fromEntries(
    Object.entries({ sv: 'Swedish', fr: 'French' }).flatMap(([language, name]) => [
        [`a handheld in ${name}: pairing, PINs and the lock`, () => inItsOwnStore(PINS, () => signsIn(language))],
        [`a handheld in ${name}: practice, an invitation, a visit, a note`, () => inItsOwnStore(HERS, () => aVisit(language))],
        [`a handheld in ${name}: somebody who may be there`, () => mayBe(language)],
    ]),
);
