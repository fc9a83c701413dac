// "Say thanks": chosen beside Done, by keyboard; a day later it stands on her own preview and on the card; once.
import { DAY } from './lib/hub.mjs';
import {
    atTheDoor,
    equal,
    expect,
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

const NEXT_DAY = '2026-03-06';
const SAID = 'your client · you want to say thanks · here, sure';

async function metAgain(maria, phone) {
    await atTheDoor(phone);
    await press(phone, 'arrive');
    await maria.waitForSelector('[data-state="offered"]');
    await press(maria, 'accept');
    await maria.waitForSelector('[data-state="accepted"]');
    await press(maria, 'with_her');
    await maria.waitForSelector('[data-state="with_her"] [data-do="thank"]');
}

async function doneWith(maria, phone) {
    await press(maria, 'done');
    await screen(phone, 'after');
    await screen(maria, 'idle');
}

const saidDone = (maria) => maria.said.filter((f) => f.t === 'done').map((f) => f.thank ?? false);

const scenes = {
    async 'say thanks next time: chosen with Done, read by both on the next day, and once'() {
        expect(DAY < NEXT_DAY, 'the next day is none');
        const maria = await handheldOf('maria');
        const phone = await joined(await invitation(maria));
        await metAgain(maria, phone);
        await tabTo(maria, 'thank');
        await maria.waitForSelector('[data-do="thank"][aria-pressed="true"]');
        await look(maria, 'handheld-thank');
        await doneWith(maria, phone);
        equal(saidDone(maria), [true], 'what Done says');

        await hub.stop();
        await maria.waitForSelector('[data-link="offline"]');
        await hub.start(`${NEXT_DAY} 11:30`);
        await maria.waitForSelector('[data-link="open"]', { timeout: 40_000 });
        await phone.goto(hub.url);
        await screen(phone, 'home');
        await phone.click('[data-open="card"]');
        await says(phone, 'dialog .card-standing', 'your client · you want to say thanks · here, sure', 'what she reads that Maria would');
        await look(phone, 'customer-thank-preview');
        await phone.keyboard.press('Escape');

        await metAgain(maria, phone);
        await says(maria, '.card-standing', SAID, 'what Maria is reminded of');
        equal(await maria.getAttribute('[data-do="thank"]', 'aria-pressed'), 'false', 'what Done would say without a tap');
        await look(maria, 'handheld-thank-said');
        await until(maria, 'that look is not on her record', () => maria.said.some((f) => f.t === 'rendered' && f.card === 2));
        await doneWith(maria, phone);
        equal(saidDone(maria), [true, false], 'what Done says without a tap');
    },
};

export const thanks = Object.fromEntries(
    Object.entries(scenes).map(([name, play]) => [name, () => inItsOwnStore(undefined, play)]),
);
