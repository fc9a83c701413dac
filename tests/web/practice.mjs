// The practice arrivals of an associate's first day: made-up guests by the same drawing as real ones, skipped, left for a
// real card, done, done again; and a store's database that knows no more of it than that she has done them.
import path from 'node:path';
import { query } from '../numbers/fill.mjs';
import {
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

const COUNTED = ['visit', 'offer', 'disclosure', 'cleared', 'thanks', 'stream_event', 'stream_card', 'consent_event', 'request', 'person', 'purchase'];

let copies = 0;
async function counts() {
    const file = path.join(hub.dir, `copy-${++copies}.db`);
    await hub.ctl('backup', file);
    const all = COUNTED.map((t) => `(SELECT count(*) FROM ${t}) AS ${t}`).join(', ');
    return { ...query(file, `SELECT ${all}`)[0], practised: query(file, 'SELECT a.external FROM practised p JOIN associate a ON a.id = p.associate ORDER BY 1').map((r) => r.external).join(' ') };
}

/** All that this handheld has said so far has been taken up: what it asks now is answered after it. */
async function settled(handheld) {
    const sales = () => handheld.got.filter((f) => f.t === 'sales').length;
    const before = sales();
    await press(handheld, 'invite');
    await until(handheld, 'a handheld hears nothing of its sales', () => sales() > before);
    await handheld.keyboard.press('Escape');
    await handheld.waitForFunction(() => !document.querySelector('dialog'));
}

const told = (handheld) => handheld.said.filter((f) => f.t === 'practised').length;
const gone = (page, place) => page.waitForFunction((at) => !document.querySelector(at), place);

/** The sheet with this arrival is in front, and has the focus. */
async function opened(page, arrival) {
    await page.waitForSelector(`[data-practice="${arrival}"] .card`);
    await focusOn(page, 'dialog *', 'in practice');
}

async function answer(maria, n, verdict) {
    await maria.click(`[data-answer="${n}"]`);
    await maria.waitForSelector(`[data-verdict="${verdict}"]`);
}

async function realCardMeanwhile(maria, phone) {
    await atTheDoor(phone);
    await press(phone, 'arrive');
    await maria.waitForSelector('[data-state="offered"]');
    await gone(maria, 'dialog');
    await maria.waitForSelector('[data-screen="card"] .card-standing');
    expect(!/practice/i.test(await maria.textContent('.cards')), 'a real card says that it is practice');
    await press(maria, 'accept');
    await maria.waitForSelector('[data-state="accepted"]');
    await press(maria, 'with_her');
    await maria.waitForSelector('[data-state="with_her"]');
    await press(maria, 'done');
    await screen(phone, 'after');
    await screen(maria, 'idle');
    await until(maria, 'the handheld does not say that the card is gone', () => maria.said.some((f) => f.t === 'cleared'));
}

const scenes = {
    async 'practice: three made-up arrivals, a real card goes before them, and nothing of them is counted'() {
        const maria = await handheldOf('maria');
        const phone = await joined(await invitation(maria));
        await maria.waitForSelector('.practice-offer');
        await look(maria, 'practice-offer');

        await tabTo(maria, 'practise');
        await opened(maria, 1);
        await says(maria, '[data-practice] h2', 'Practice: arrival 1 of 3', 'what is read aloud first');
        await says(maria, '.practice-mark', 'Practice · a made-up guest', 'what stands over the card');
        await says(maria, '.practice-card .card-standing', 'practice · your client · here, sure', 'what the card says of itself');
        await look(maria, 'practice-first');
        await maria.focus('[data-answer="2"]');
        await maria.keyboard.press('Enter');
        await maria.waitForSelector('[data-verdict="false"]');
        await focusOn(maria, '[data-answer="2"]', 'after an answer');
        equal(await maria.$$eval('.answer-why', (all) => all.length), 3, 'answers with their reason');
        await look(maria, 'practice-first-answered');
        await tabTo(maria, 'practise_next');
        await maria.waitForSelector('[data-practice="2"]');
        await focusOn(maria, 'dialog h2', 'at the next arrival');

        await realCardMeanwhile(maria, phone);
        await says(maria, '.practice-offer p', 'Practice waits: arrival 2 of 3.', 'what became of practice');
        await look(maria, 'practice-waits');
        await settled(maria);
        const before = await counts();
        equal(before.practised, '', 'who has practised before anybody has');
        const looks = maria.said.length;

        await press(maria, 'practise');
        await opened(maria, 2);
        await answer(maria, 1, false);
        await maria.evaluate(() => document.querySelector('.practice-ask').scrollIntoView());
        await look(maria, 'practice-trap');
        await answer(maria, 2, true);
        await press(maria, 'practise_next');
        await maria.waitForSelector('[data-practice="3"]');
        await look(maria, 'practice-stand-in');
        await answer(maria, 1, true);
        await press(maria, 'practise_next');
        await gone(maria, 'dialog');
        await gone(maria, '.practice-offer');
        await until(maria, 'the hub is not told', () => told(maria) === 1);
        equal(maria.said.slice(looks).map((f) => f.t), ['practised'], 'what a handheld says of practice');
        await settled(maria);
        equal(await counts(), { ...before, practised: 'maria' }, 'what the database knows of it');
        await look(maria, 'practice-done');

        const other = await handheldOf('maria'); // another handheld asks no more, and has it in its menu
        await screen(other, 'idle');
        expect(!(await other.$('.practice-offer')), 'a new handheld asks again');
        await press(other, 'practise');
        await opened(other, 1);
        await other.keyboard.press('Escape');
        await gone(other, 'dialog');
        equal(told(other), 0, 'how often a repetition is told');
    },

    async 'practice: not now is remembered'() {
        const ingrid = await handheldOf('ingrid');
        await ingrid.waitForSelector('.practice-offer');
        await tabTo(ingrid, 'practise_later');
        await gone(ingrid, '.practice-offer');
        await until(ingrid, 'the hub is not told', () => told(ingrid) === 1);
        await settled(ingrid);
        await ingrid.reload();
        await ingrid.waitForSelector('[data-link="open"]');
        await ingrid.waitForSelector('footer [data-do="practise"]');
        expect(!(await ingrid.$('.practice-offer')), 'it asks again');
        equal((await counts()).practised.includes('ingrid'), true, 'who need not be asked');
    },
};

export const practice = Object.fromEntries(
    Object.entries(scenes).map(([name, play]) => [name, () => inItsOwnStore(undefined, play)]),
);
