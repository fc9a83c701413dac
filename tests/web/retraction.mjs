// What is taken back is gone: from the handheld that is there, and from one that was away before it shows anything.
import { DESK } from './lib/browser.mjs';
import { atTheDoor, equal, expect, handheldOf, hub, inItsOwnStore, joined, look, openPage, press, says, screen, until } from './lib/stage.mjs';

const TWO = ['handhelds.at_once=any', 'alert.stand_in_s=0', 'alert.department_s=0', 'alert.floor_s=0'];
const noCard = (handheld) => handheld.waitForFunction(() => !document.querySelector('.card'));
const hasSaid = (handheld, from, t) => handheld.said.slice(from).some((f) => f.t === t);

/** Everything that a page keeps when it is closed. */
const keeps = (page) => page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));

/** What was heard since `from` shows nothing: before anything else the card is taken back, and none comes. */
function nothingShown(handheld, from, when) {
    const heard = handheld.got.slice(from);
    equal(heard.filter((f) => f.t === 'card').length, 0, `cards ${when}`);
    expect(!/anna|berg/i.test(JSON.stringify(heard)), `${when} something of her came`);
    return heard.map((f) => f.t).filter((t) => ['card', 'retract', 'state', 'resync'].includes(t))[0];
}

/** Karin's console, which the hub sends no card: somebody else's are taken back while she looks. */
async function karinsConsole() {
    const karin = await openPage({ viewport: DESK });
    await karin.goto(await hub.link('console', 'karin'));
    await screen(karin, 'pair');
    await press(karin, 'pair');
    await karin.waitForSelector('.retractions[data-owed="0"]');
    return karin;
}

export const retraction = {
    async 'the manager sees which handheld has not cleared a card yet, and how soon the others did'() {
        await inItsOwnStore(TWO, async () => {
            const maria = await handheldOf('maria');
            const karin = await karinsConsole();
            equal(await karin.getAttribute('[data-window="week"]', 'data-cleared'), '0', 'cards gone before there was one');
            const phone = await joined(await hub.link('customer', 'demo-anna'));
            await atTheDoor(phone);
            await press(phone, 'arrive');
            await maria.waitForSelector('[data-state="offered"]');
            await press(maria, 'accept');
            await maria.waitForSelector('[data-state="accepted"]');
            await maria.context().setOffline(true);
            await maria.waitForSelector('[data-link="offline"]');
            await press(phone, 'stop');
            await screen(phone, 'cleared');

            // She is shown a device and whose it is, and nothing of the customer's.
            await karin.reload();
            await karin.waitForSelector('.retractions[data-owed="1"]');
            const row = await karin.textContent('.retractions [data-owes]');
            expect(/^Maria’s handheld since /.test(row), `what is said of the handheld: "${row}"`);
            equal(/anna|berg/i.test(await karin.textContent('.retractions')), false, 'the customer is named');
            const id = await karin.getAttribute('.retractions [data-owes]', 'data-owes');
            expect(/^[0-9A-HJKMNP-TV-Z]{8}$/.test(id), `the device's id is "${id}"`);
            await karin.evaluate(() => document.querySelector('.retractions').scrollIntoView());
            await look(karin, 'console-retractions-owed');

            await maria.context().setOffline(false);
            await maria.waitForSelector('[data-link="open"]');
            await noCard(maria);
            await until(maria, 'the handheld does not say that the card is gone', () => hasSaid(maria, 0, 'cleared'));
            await karin.reload();
            await karin.waitForSelector('.retractions[data-owed="0"] [data-window="day"][data-fewer="true"]');
            await says(karin, '[data-window="day"] dd', 'fewer than 5', 'what is told of one');
            await karin.evaluate(() => document.querySelector('.retractions').scrollIntoView());
            await look(karin, 'console-retractions');
        });
    },

    async 'she stops mid-visit: the card is gone, and a handheld that was away never shows it again'() {
        await inItsOwnStore(TWO, async () => {
            const near = await handheldOf('maria');
            const away = await handheldOf('maria');
            const phone = await joined(await hub.link('customer', 'demo-anna'));
            await atTheDoor(phone);
            await press(phone, 'arrive');
            for (const handheld of [near, away]) await handheld.waitForSelector('[data-state="offered"]');
            await press(near, 'accept');
            for (const handheld of [near, away]) await handheld.waitForSelector('[data-state="accepted"]');

            await away.context().setOffline(true);
            await away.waitForSelector('[data-link="offline"]');
            const [got, said] = [away.got.length, away.said.length];
            await press(phone, 'stop');
            await screen(phone, 'cleared');
            await noCard(near);
            await until(near, 'the handheld does not say that the card is gone', () => hasSaid(near, 0, 'cleared'));

            const lead = '[data-screen="cleared"] .lead';
            const out = 'One handheld is out of reach: it clears your card before it shows anything. All others have cleared it.';
            await says(phone, lead, out, 'what she is told while one is away');
            await look(phone, 'customer-one-away');

            await away.context().setOffline(false);
            await away.waitForSelector('[data-link="open"]');
            await noCard(away);
            await until(away, 'the one that was away does not say that the card is gone', () => hasSaid(away, said, 'cleared'));
            await phone.waitForFunction(async () => (await (await fetch('/api/customer/now')).json()).clearing?.waiting === 0);
            equal(nothingShown(away, got, 'after the return'), 'retract', 'the first that it hears of the visit');
            await look(away, 'handheld-taken-back');
            equal(/anna|berg/i.test(await keeps(away)), false, 'something of her is kept');

            // Nor when its page begins anew, and has nothing to go by.
            const before = away.got.length;
            await away.reload();
            await away.waitForSelector('[data-link="open"]');
            await screen(away, 'idle');
            nothingShown(away, before, 'after a reload');
        });
    },
};
