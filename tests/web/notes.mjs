// "Remember one thing?": ticked by the customer, written by her associate after Done, read on her page, on the next card
// under Know only, struck with one tap and gone from the open card; and nobody is asked who may not.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
    aboutMe,
    atTheDoor,
    equal,
    expect,
    focusOn,
    handheldOf,
    hub,
    inItsOwnStore,
    invitation,
    joined,
    look,
    press,
    says,
    screen,
    tabTo,
    until,
} from './lib/stage.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const NOTE = 'likes the quiet fitting room';
const NOTE_LINE = '[data-note] .line-text';

async function met(maria, phone) {
    await atTheDoor(phone);
    await press(phone, 'arrive');
    await maria.waitForSelector('[data-state="offered"]');
    await press(maria, 'accept');
    await maria.waitForSelector('[data-state="accepted"]');
    await press(maria, 'with_her');
    await maria.waitForSelector('[data-state="with_her"]');
}

async function doneWith(maria, phone) {
    await press(maria, 'done');
    await screen(phone, 'after');
    await press(phone, 'thanks');
    await screen(phone, 'thanked');
    await screen(maria, 'idle');
}

async function ticks(phone, name, on) {
    await phone.click(`[data-tick="${name}"]`);
    await phone.waitForSelector(`[data-tick="${name}"][aria-checked="${on}"]`);
}

/** Of a new store's notice: it promises notes. */
const promiseNotes = () => hub.ctl('notice', 'add', path.join(root, 'config/notices/visit-alerts-2.rules'));

const scenes = {
    async 'one thing is remembered: she allows it, reads it, and takes it back from the open card'() {
        await promiseNotes();
        const maria = await handheldOf('maria');
        const phone = await joined(await invitation(maria));
        await aboutMe(phone);
        equal(await phone.getAttribute('[data-tick="notes"]', 'aria-checked'), 'false', 'notes, before she ticked them');
        await look(phone, 'customer-notes-offered');
        await ticks(phone, 'notes', true);
        await phone.click('[data-open="notes"]');
        await says(phone, 'dialog .hint', 'Nothing is noted.', 'her list at first');

        await met(maria, phone);
        await doneWith(maria, phone);
        await maria.waitForSelector('[data-asks="remember"]');
        await look(maria, 'handheld-remember');
        await maria.focus('[data-asks="remember"] input');
        await maria.keyboard.type(NOTE);
        await look(maria, 'handheld-remember-written');
        await maria.keyboard.press('Enter');
        await maria.waitForSelector('[data-asks="kept"]');
        await look(maria, 'handheld-remembered');
        await tabTo(maria, 'kept');
        await maria.waitForSelector('[data-do="invite"]');
        await maria.waitForSelector('[data-asks]', { state: 'detached' });

        await aboutMe(phone);
        await phone.click('[data-open="notes"]');
        await says(phone, 'dialog .note-text', `“${NOTE}”`, 'what she reads');
        expect((await phone.textContent('dialog .note-by')).startsWith('Maria, '), 'it does not say who wrote it');
        expect((await phone.textContent('dialog .note-by')).endsWith('Not shown on a card yet.'), 'it says that it was shown');
        await look(phone, 'customer-notes');

        await met(maria, phone);
        await says(maria, NOTE_LINE, `You noted: “${NOTE}”`, 'what her next card says');
        equal(
            await maria.$eval('[data-note]', (e) => e.closest('.group').querySelector('.group-title').textContent),
            'Know only',
            'where it stands',
        );
        await maria.click('[data-note]');
        await says(maria, '[data-note] .line-why', 'You wrote it down to remember it · rule F11', 'why it stands there');
        await look(maria, 'handheld-card-note');
        await until(maria, 'that look is not on her record', () => maria.said.some((f) => f.t === 'rendered' && f.card === 2));

        await phone.waitForSelector('[data-open="card"]');
        await phone.click('[data-open="card"]');
        await phone.waitForSelector('dialog [data-open="notes"]');
        await phone.click('dialog [data-open="notes"]');
        await phone.waitForSelector('dialog .note-by');
        expect(/Last shown to them/.test(await phone.textContent('dialog .note-by')), 'it does not say that it was shown');
        await tabTo(phone, 'strike-note');
        await says(phone, 'dialog .hint', 'Nothing is noted.', 'her list when it is struck');
        await maria.waitForSelector('[data-note]', { state: 'detached' });
        await maria.waitForSelector('[data-state="with_her"]');
        await press(maria, 'done');
        await maria.waitForSelector('[data-asks="remember"]');
        await tabTo(maria, 'not-now');
        await maria.waitForSelector('[data-asks]', { state: 'detached' });
        equal(maria.said.filter((f) => f.t === 'remember').length, 1, 'how often something was written');
    },

    async 'a note is deleted on her page with one tap, and off deletes all'() {
        await promiseNotes();
        const maria = await handheldOf('maria');
        const phone = await joined(await invitation(maria));
        await aboutMe(phone);
        await ticks(phone, 'notes', true);
        await met(maria, phone);
        await doneWith(maria, phone);
        await maria.waitForSelector('[data-asks="remember"]');
        await maria.fill('[data-asks="remember"] input', NOTE);
        await press(maria, 'remember');
        await maria.waitForSelector('[data-asks="kept"]');
        await aboutMe(phone);
        await phone.click('[data-open="notes"]');
        await phone.waitForSelector('[data-do="strike-note"]');
        await tabTo(phone, 'strike-note');
        await says(phone, 'dialog .hint', 'Nothing is noted.', 'her list when it is struck');
        await phone.keyboard.press('Escape');
        await phone.waitForSelector('dialog [data-tick="notes"]');
        await ticks(phone, 'notes', false);
        await phone.waitForSelector('[data-open="notes"]', { state: 'detached' });
        await met(maria, phone);
        await doneWith(maria, phone);
        await focusOn(maria, 'body', 'the focus of a handheld that is asked nothing');
        equal(maria.got.filter((f) => f.t === 'remember').length, 1, 'how often Maria was asked');
    },

    async 'who agreed to the first notice is offered no notes'() {
        const maria = await handheldOf('maria');
        const phone = await joined(await invitation(maria));
        await aboutMe(phone);
        equal(await phone.$$eval('[data-tick="notes"]', (all) => all.length), 0, 'ticks for notes');
        await promiseNotes();
        await aboutMe(phone);
        equal(await phone.$$eval('[data-tick="notes"]', (all) => all.length), 0, 'ticks for notes under a notice she has not accepted');
        await phone.keyboard.press('Escape');
        await phone.waitForSelector('[data-newer="2"]');
        await says(
            phone,
            '[data-newer] p',
            'The store has a new notice. If you accept it, Maria may see notes about you. If not, all stays as it is.',
            'what the newer notice promises more',
        );
        await look(phone, 'customer-notes-newer');
        await press(phone, 'accept_notice');
        await phone.waitForSelector('[data-newer]', { state: 'detached' });
        await aboutMe(phone);
        await phone.waitForSelector('[data-tick="notes"][aria-checked="false"]');
    },
};

export const notes = Object.fromEntries(
    Object.entries(scenes).map(([name, play]) => [name, () => inItsOwnStore(undefined, play)]),
);
