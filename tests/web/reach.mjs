// Who is told when her associate is not free: her own word for it, several colleagues of whom one comes, and a card that is
// handed over by name. Each scenario has a store of its own, whose turns last so long that nothing here happens by time:
// only because somebody said something.
import {
    atTheDoor,
    cardLines,
    equal,
    expect,
    handheldOf,
    inItsOwnStore,
    invitation,
    joined,
    look,
    mariasHandheld,
    press,
    says,
    screen,
    tabTo,
    until,
} from './lib/stage.mjs';

const SETTINGS = [
    'alert.answer_within_s=300',
    'alert.ask_s=300',
    'alert.stand_in_s=0', // so that those of the department are next, all at once
    'alert.department_s=300',
    'alert.floor_s=0',
    'alert.manager_s=300',
    'alert.nobody_after_s=900',
    'alert.busy_most_min=45',
];

const offered = (handheld) => handheld.waitForSelector('[data-state="offered"]');
const accepted = (handheld) => handheld.waitForSelector('[data-state="accepted"]');
const heard = (handheld, t) => handheld.got.filter((f) => f.t === t).length;

/** She has joined with Maria, and her yes at the door has brought her card to Maria. */
async function arrived(maria) {
    const phone = await joined(await invitation(maria));
    await atTheDoor(phone);
    await press(phone, 'arrive');
    await offered(maria);
    return phone;
}

/** No card has come to this handheld: all that it was sent before an answer has come before that answer. */
async function noCard(handheld, why) {
    const before = heard(handheld, 'sales');
    await press(handheld, 'invite');
    await until(handheld, 'a handheld hears nothing of its sales', () => heard(handheld, 'sales') > before);
    equal(heard(handheld, 'card'), 0, why);
    await handheld.keyboard.press('Escape');
}

/** The card has left this handheld, and it has said so. */
async function cleared(handheld) {
    await screen(handheld, 'idle');
    await handheld.waitForFunction(() => !document.querySelector('.card'));
    await until(handheld, 'the handheld does not say that the card is gone', () => handheld.said.some((f) => f.t === 'cleared'));
}

const scenes = {
    async 'her associate is with somebody: she waits, by keyboard alone, and nobody else is told'() {
        const maria = await mariasHandheld();
        const ingrid = await handheldOf('ingrid');
        const phone = await joined(await invitation(maria));
        const first = await arrived(maria);
        await press(maria, 'accept');
        await accepted(maria);
        await press(maria, 'with_her');
        await screen(first, 'visit-with_her');

        await atTheDoor(phone);
        await tabTo(phone, 'arrive');
        await screen(phone, 'visit-ask');
        await says(phone, 'h1', 'Maria is not free just now.', 'what she is asked');
        await look(phone, 'customer-ask');
        await tabTo(phone, 'wait');
        await screen(phone, 'visit-told');
        await says(phone, 'h1', 'You’re waiting for Maria.', 'what she reads while she waits');
        await look(phone, 'customer-waiting');

        await press(maria, 'done');
        await screen(first, 'after');
        await offered(maria);
        await says(phone, 'h1', 'Maria knows.', 'what she reads when it is her turn');
        await press(maria, 'accept');
        await screen(phone, 'visit-coming');
        await says(phone, 'h1', 'Maria is on the way.', 'who comes');
        await noCard(ingrid, 'cards of a colleague of whom she did not want to hear');
    },

    async 'busy, and she would have somebody else: two colleagues are told, one comes, the other’s card is gone'() {
        const maria = await mariasHandheld();
        const ingrid = await handheldOf('ingrid');
        const grace = await handheldOf('grace');
        const phone = await arrived(maria);
        await press(maria, 'busy');
        await cleared(maria);
        await screen(phone, 'visit-ask');
        await noCard(ingrid, 'cards of a colleague before she has said a word');
        await phone.click('[data-ask="other"]');
        await Promise.all([offered(ingrid), offered(grace)]);
        await says(phone, 'h1', 'A colleague knows.', 'who knows');
        await look(phone, 'customer-colleague-knows');
        await look(grace, 'handheld-one-of-two');

        await press(ingrid, 'accept');
        await accepted(ingrid);
        await cleared(grace);
        await screen(phone, 'visit-coming');
        await says(phone, 'h1', 'A colleague is on the way.', 'who comes');
        await look(phone, 'customer-colleague-coming');
        equal(heard(maria, 'card'), 1, 'how often Maria was asked, who had said that she was busy');
        await press(ingrid, 'with_her');
        await screen(phone, 'visit-with_her');
        await press(ingrid, 'done');
        await screen(phone, 'after');
    },

    async 'busy, and she would rather look around: nobody is called; and she may stop while she is asked'() {
        const maria = await mariasHandheld();
        const ingrid = await handheldOf('ingrid');
        const phone = await arrived(maria);
        await press(maria, 'busy');
        await screen(phone, 'visit-ask');
        await phone.click('[data-ask="look"]');
        await screen(phone, 'visit-nobody');
        await says(phone, 'h1', 'Enjoy looking around.', 'what she reads who looks around');
        await look(phone, 'customer-looking');
        await noCard(ingrid, 'cards of a colleague, though she would look around alone');
        await press(phone, 'leaving');
        await screen(phone, 'home');

        await atTheDoor(phone);
        await press(phone, 'arrive');
        await offered(maria);
        await press(maria, 'busy');
        await screen(phone, 'visit-ask');
        await press(phone, 'stop');
        await screen(phone, 'cleared');
        await noCard(ingrid, 'cards of a colleague after she had stopped');
    },

    async 'busy is not a miss: what she said at the door holds, and it goes on at once'() {
        const maria = await mariasHandheld();
        const ingrid = await handheldOf('ingrid');
        const phone = await joined(await invitation(maria));
        await atTheDoor(phone);
        await phone.click('.row-head[aria-expanded]');
        await phone.click('[data-chip="other"]');
        await press(phone, 'arrive');
        await offered(maria);
        await noCard(ingrid, 'cards of a colleague while it is Maria’s turn');
        await press(maria, 'busy');
        await offered(ingrid); // Maria had five minutes: nobody waited for them
        await cleared(maria);
        await says(phone, 'h1', 'A colleague knows.', 'who knows');
        await press(ingrid, 'accept');
        await screen(phone, 'visit-coming');
    },

    async 'a second guest comes while the first waits for an answer: her card lies behind, and the handheld says that it is looked at'() {
        const maria = await mariasHandheld();
        const first = await joined(await invitation(maria));
        const second = await joined(await invitation(maria));
        const rendered = (card) => maria.said.filter((f) => f.t === 'rendered' && f.card === card).length;
        await atTheDoor(first);
        await press(first, 'arrive');
        await maria.waitForSelector('[data-card="1"][data-state="offered"]');
        await until(maria, 'the first card is not said to be looked at', () => rendered(1) >= 1);
        const before = rendered(1);
        await atTheDoor(second);
        await press(second, 'arrive');
        await maria.waitForSelector('.slip.offered');
        await until(maria, 'it is not said again that the first is looked at', () => rendered(1) > before);
        equal(rendered(2), 0, 'how often a card is said to be looked at that lies behind another');
        await maria.waitForSelector('[data-card="1"][data-state="offered"]');
        await look(maria, 'handheld-behind');

        await press(maria, 'accept');
        await maria.waitForSelector('[data-card="2"][data-state="offered"]');
        await until(maria, 'the second card is not said to be looked at', () => rendered(2) > 0);
        await screen(first, 'visit-coming');
        await press(maria, 'accept');
        await screen(second, 'visit-coming');
    },

    async 'handed over by name: the card is made anew for whoever gets it, and gone from who gave it'() {
        const maria = await mariasHandheld();
        const ingrid = await handheldOf('ingrid');
        const grace = await handheldOf('grace');
        const phone = await arrived(maria);
        await press(maria, 'accept');
        await accepted(maria);
        await screen(phone, 'visit-coming');
        const given = await cardLines(maria);
        const name = await maria.textContent('.card-name');

        await press(maria, 'hand_over');
        await maria.waitForSelector('dialog [data-to="2"]');
        const names = await maria.$$eval('dialog [data-to]', (all) => all.map((e) => e.textContent));
        equal(names, ['Grace · Women, Intimates', 'Ingrid · Women', 'Whoever is free'], 'to whom a card can go');
        await look(maria, 'handheld-hand-over');
        await maria.click('dialog [data-to]:has-text("Ingrid")');
        await offered(ingrid);
        await cleared(maria);
        await says(phone, 'h1', 'A colleague knows.', 'who knows');
        await look(ingrid, 'handheld-handed');

        const got = await cardLines(ingrid);
        const initials = await ingrid.textContent('.card-name');
        expect(/^\S\.\S\.$/.test(initials) && initials !== name, `a colleague sees "${initials}" of "${name}"`);
        const only = (those, others) => those.some((line) => !others.includes(line));
        expect(
            only(given, got) && only(got, given),
            `Maria saw "${given.join(' | ')}", Ingrid sees "${got.join(' | ')}"`,
        );
        await press(ingrid, 'accept');
        await screen(phone, 'visit-coming');
        await says(phone, 'h1', 'A colleague is on the way.', 'who comes');
        await phone.click('[data-open="card"]');
        await phone.waitForSelector('dialog .card');
        await says(phone, 'dialog h2', 'A colleague sees this', 'who sees her card');
        equal(await cardLines(phone, 'dialog .card'), got, 'what she is told that a colleague sees');
        await phone.keyboard.press('Escape');
        await noCard(grace, 'cards of whoever was not named');
    },
};

export const reach = Object.fromEntries(
    Object.entries(scenes).map(([name, play]) => [name, () => inItsOwnStore(SETTINGS, play)]),
);
