// Signing in at a handheld with a PIN: choosing one, five wrong ones, a manager's help, an untouched screen, and another
// handheld that takes over.
import { DESK } from './lib/browser.mjs';
import {
    atTheDoor,
    equal,
    expect,
    focusOn,
    hub,
    inItsOwnStore,
    joined,
    look,
    openPage,
    press,
    screen,
    tabTo,
    until,
} from './lib/stage.mjs';

const HERS = ['alert.stand_in_s=0', 'alert.department_s=0', 'alert.floor_s=0', 'alert.answer_within_s=300', 'alert.nobody_after_s=900'];
const PINS = [...HERS, 'handhelds.pin=on', 'handhelds.at_once=one', 'limits.password_mib=19', 'limits.password_passes=2'];
const PIN = '314159';
const OTHER_PIN = '265358';
const names = (page) => page.got.map((f) => f.t);
const errors = (page) => page.got.filter((f) => f.t === 'error').map((f) => f.error);
const locked = (page, why) => page.waitForSelector(`[data-locked="${why}"]`);
const signedIn = (page) => page.waitForSelector('[data-link="open"]');

async function paired(associate) {
    const page = await openPage();
    await page.goto(await hub.link('handheld', associate));
    await screen(page, 'pair');
    await press(page, 'pair');
    await locked(page, 'choose');
    return page;
}

async function types(page, field, text, action) {
    await page.fill(field, text);
    await press(page, action);
}

/** By the keyboard alone: the focus is where the next digits go. */
async function choosesWithKeys(page, pin) {
    await focusOn(page, '#pin-new', 'a new PIN');
    await page.keyboard.type(pin);
    await page.keyboard.press('Enter');
    await focusOn(page, '#pin-again', 'the same PIN');
    await page.keyboard.type(pin);
    await page.keyboard.press('Enter');
    await signedIn(page);
}

async function chooses(maria) {
    await look(maria, 'pin-choose');
    await types(maria, '#pin-new', '123456', 'choose');
    await maria.waitForSelector('[data-form="repeat"]');
    await look(maria, 'pin-repeat');
    await types(maria, '#pin-again', '123456', 'choose');
    await maria.waitForSelector('[data-error="easy"]');
    await look(maria, 'pin-easy');
    await types(maria, '#pin-new', PIN, 'choose');
    await maria.waitForSelector('[data-form="repeat"]');
    await types(maria, '#pin-again', PIN, 'choose');
    await signedIn(maria);
    const said = JSON.stringify(maria.got);
    expect(!said.includes(PIN), 'the hub said her PIN');
    expect(!maria.url().includes(PIN), 'her PIN is in the address');
    await look(maria, 'pin-signed-in');
}

/** Five wrong ones; each was answered before the next is typed. */
async function guesses(page) {
    const before = errors(page).length;
    for (let i = 1; i <= 5; i++) {
        await page.waitForSelector('[data-do="sign-in"][aria-busy="false"]');
        await types(page, '#pin', '935827', 'sign-in');
        await until(page, `no answer to wrong PIN ${i}`, () => errors(page).length >= before + i);
        if (i === 3) await look(page, 'pin-wrong');
    }
    equal(errors(page).slice(before), ['wrong_pin', 'wrong_pin', 'wrong_pin', 'wrong_pin', 'shut'], 'what it was told');
    await locked(page, 'shut');
    await look(page, 'pin-shut');
}

async function managerUnlocks() {
    const karin = await openPage({ viewport: DESK });
    await karin.goto(await hub.link('console', 'karin'));
    await screen(karin, 'pair');
    await press(karin, 'pair');
    await karin.waitForSelector('[data-state="shut"] [data-do="unlock"]');
    await look(karin, 'console-shut');
    await karin.click('[data-state="shut"] [data-do="unlock"]');
    await karin.waitForSelector('dialog [data-do="unlock-yes"]');
    await look(karin, 'console-unlock');
    await press(karin, 'unlock-yes');
    await karin.waitForFunction(() => !document.querySelector('dialog'));
    await karin.context().close();
}

export const pins = {
    async 'a PIN is chosen, another sign-in fences, five wrong ones lock, a manager unlocks'() {
        await inItsOwnStore(PINS, async () => {
            const maria = await paired('maria');
            await chooses(maria);
            const sofia = await paired('sofia');
            await choosesWithKeys(sofia, OTHER_PIN);
            const phone = await joined(await hub.link('customer', 'demo-anna'));
            await atTheDoor(phone);
            await press(phone, 'arrive');
            await maria.waitForSelector('[data-state="offered"]');
            expect(!names(sofia).includes('card'), 'her card came to a colleague');

            // Maria signs in on Sofia's handheld.
            const before = maria.got.length;
            await tabTo(sofia, 'who');
            await tabTo(sofia, 'other');
            await focusOn(sofia, 'dialog h2', 'the question who it is');
            await sofia.keyboard.press('Tab');
            await focusOn(sofia, '#pin-who', 'the name');
            await sofia.keyboard.type('maria');
            await look(sofia, 'pin-other');
            await sofia.keyboard.press('Tab');
            await focusOn(sofia, '#pin', 'her PIN');
            await sofia.keyboard.type(PIN);
            await sofia.keyboard.press('Enter');
            await sofia.waitForSelector('[data-state="offered"]');
            await screen(maria, 'fenced');
            equal(await maria.$$eval('.card', (all) => all.length), 0, 'cards on the handheld that she left');
            await press(sofia, 'accept');
            await sofia.waitForSelector('[data-state="accepted"]');
            equal(maria.got.slice(before), [], 'frames on the fenced socket');

            // The one that she left asks again, and shuts after five wrong ones.
            await press(maria, 'again');
            await locked(maria, 'pin');
            await look(maria, 'pin-enter');
            await guesses(maria);
            await managerUnlocks();
            await locked(maria, 'pin');
            await focusOn(maria, '#pin', 'the PIN, once it is unlocked');
            await maria.keyboard.type(PIN);
            await maria.keyboard.press('Enter');
            await maria.waitForSelector('[data-state="accepted"]'); // and goes on where she was
            await screen(sofia, 'fenced');
            equal(
                maria.got.slice(before).filter((f) => f.t === 'card').length,
                1,
                'cards that came to the handheld between fence and PIN, and after it',
            );
            expect(names(maria).indexOf('card') >= 0, 'no card');
        });
    },

    async 'a handheld that nobody touches asks for the PIN, and is told nothing of a customer until then'() {
        await inItsOwnStore([...PINS, 'handhelds.idle_s=15'], async () => {
            const phone = await joined(await hub.link('customer', 'demo-anna'));
            const maria = await paired('maria');
            await choosesWithKeys(maria, PIN);
            await locked(maria, 'pin');
            await look(maria, 'pin-idle');
            const before = maria.got.length;
            // Her page may have read that Maria is in a moment before the handheld locked, or after: both are fine, and
            // this is about the first.
            await phone.route('**/api/customer/arrive', (route) =>
                route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), if_busy: '' }) }),
            );
            await atTheDoor(phone);
            await press(phone, 'arrive');
            await screen(phone, 'visit-ask');
            equal(maria.got.slice(before), [], 'frames on a locked socket');
            await maria.fill('#pin', PIN);
            await press(maria, 'sign-in');
            await until(maria, 'no card after the PIN', () => names(maria).slice(before).includes('card'));
            equal(names(maria).slice(before, before + 2), ['welcome', 'resync'], 'the first frames after the PIN');
        });
    },
};
