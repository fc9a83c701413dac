// A pause of everything on her own page, and what she asks for at the desk, where a manager does it for her.
import { atTheDoor, doorUrl, equal, handheldOf, hub, inItsOwnStore, joined, look, openPage, press, says, screen } from './lib/stage.mjs';
import { enrolls, proves } from './lib/managers.mjs';

const RUNGS = ['alert.stand_in_s=0', 'alert.department_s=0', 'alert.floor_s=0'];
const noCard = (handheld) => handheld.waitForFunction(() => !document.querySelector('.card'));

async function toggle(phone, on) {
    await phone.click('[data-open="share"]');
    await phone.click('dialog [data-tick="pause"]');
    await phone.waitForSelector(`dialog [data-tick="pause"][aria-checked="${on}"]`);
}

export const holds = {
    async 'she pauses everything: nothing is used, and all is as it was when she lifts it'() {
        await inItsOwnStore(RUNGS, async () => {
            const maria = await handheldOf('maria');
            const phone = await joined(await hub.link('customer', 'demo-anna'));
            await press(phone, 'ok');
            await screen(phone, 'home');
            await toggle(phone, true);
            await phone.waitForSelector('dialog [data-paused]');
            await look(phone, 'customer-pausing');
            await phone.keyboard.press('Escape');
            await screen(phone, 'paused');
            await look(phone, 'customer-paused');
            await phone.goto(await doorUrl());
            await screen(phone, 'paused');
            equal(await maria.$$eval('.card', (all) => all.length), 0, 'cards while she is paused');
            await toggle(phone, false);
            await phone.waitForSelector('dialog [data-tick="instore"][aria-checked="true"]');
        });
    },

    async 'at the desk a manager stops everything for a customer, and her page tells her'() {
        await inItsOwnStore(RUNGS, async () => {
            const maria = await handheldOf('maria');
            const phone = await joined(await hub.link('customer', 'demo-anna'));
            await atTheDoor(phone);
            await press(phone, 'arrive');
            await maria.waitForSelector('[data-state="offered"]');
            const desk = await openPage();
            await desk.goto(await hub.link('console', 'karin'));
            await press(desk, 'pair');
            await screen(desk, 'board');
            await desk.fill('#hold-customer', 'demo-nobody');
            await press(desk, 'hold');
            await desk.waitForSelector('.hold [role="alert"], .hold .notice');
            await desk.fill('#hold-customer', 'demo-anna');
            await press(desk, 'hold');
            await desk.waitForSelector('[data-held="object"]');
            await look(desk, 'console-held');
            await noCard(maria);
            await screen(phone, 'objected');
            await says(phone, 'h1', 'All is stopped.', 'what her page says');
            await look(phone, 'customer-objected');

            // To lift it is to let the store have her data again: a manager shows who she is.
            const asks = async () => {
                await desk.fill('#hold-customer', 'demo-anna');
                await desk.selectOption('#hold-how', 'lift');
                await press(desk, 'hold');
            };
            await asks();
            await desk.waitForSelector('.hold [role="alert"]:has-text("no password")');
            const karin = await enrolls(desk);
            await asks();
            await desk.waitForSelector('[data-form="step-up"]');
            await look(desk, 'console-lift-step-up');
            await proves(karin);
            await desk.waitForSelector('[data-held="lift"]');
        });
    },
};
