// An answer gets lost after the hub has done what was asked: the page asks again, under the same key, and it was done
// once. The request really goes to the hub, over a connection of its own; what the hub says reaches nobody.
import https from 'node:https';
import { atTheDoor, doorUrl, equal, expect, handheldOf, hub, invitation, openPage, press, screen } from './lib/stage.mjs';

/** The hub's answer to what a page wanted to send. */
async function ask(request) {
    const { host, ...headers } = await request.allHeaders();
    const { pathname } = new URL(request.url());
    const plain = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':')));
    const body = request.postDataBuffer();
    return new Promise((resolve, reject) => {
        const sent = https.request({
            host: 'localhost',
            family: 4,
            port: hub.port,
            path: pathname,
            method: 'POST',
            rejectUnauthorized: false,
            agent: false,
            headers: { ...plain, host: `localhost:${hub.port}`, 'content-length': body.length },
        });
        sent.on('response', (answer) => {
            answer.resume();
            answer.on('end', () => resolve(answer));
        });
        sent.on('error', reject);
        sent.end(body);
    });
}

/** Loses the next `times` answers to a call of this page. What was asked is kept: its keys, and what the hub said. */
async function losing(page, call, times = 1) {
    const lost = { keys: [], statuses: [], cookies: [] };
    await page.route(`**/api/${call}`, async (route) => {
        const request = route.request();
        lost.keys.push((await request.allHeaders())['idempotency-key']);
        if (lost.keys.length > times) return route.continue();
        const answer = await ask(request);
        lost.statuses.push(answer.statusCode);
        lost.cookies.push(answer.headers['set-cookie']?.[0]?.split(';')[0]);
        return route.abort('connectionreset');
    });
    return lost;
}

function askedAgain(lost, times = 1) {
    equal(lost.statuses, Array(times).fill(200), 'what the hub said to the lost requests');
    equal(lost.keys.length, times + 1, 'how often the page asked');
    expect(/^"[0-9a-f-]{36}"$/.test(lost.keys[0]), `the key is ${lost.keys[0]}`);
    equal(new Set(lost.keys).size, 1, 'keys of one tap');
}

/** What the hub has in its database, by its own word. */
const numbers = async () => JSON.parse(await hub.ctl('status', '--json'));

/** What a cookie is worth by now. */
async function stateOf(cookie) {
    return new Promise((resolve, reject) => {
        const sent = https.request({
            host: 'localhost',
            family: 4,
            port: hub.port,
            path: '/api/customer/now',
            rejectUnauthorized: false,
            agent: false,
            headers: { cookie },
        });
        sent.on('response', async (answer) => {
            let text = '';
            for await (const part of answer) text += part;
            resolve(JSON.parse(text).state);
        });
        sent.on('error', reject);
        sent.end();
    });
}

export const lost = {
    async 'the answer to her yes is lost twice: she has joined once, and her phone knows it'() {
        const lina = await handheldOf('lina'); // whose sales of the day nobody else here invites for
        const phone = await openPage();
        await phone.goto(await invitation(lina));
        await screen(phone, 'join');
        const before = await numbers();
        const asked = await losing(phone, 'customer/join', 2);
        await press(phone, 'yes');
        await press(phone, 'join');
        await screen(phone, 'joined');
        askedAgain(asked, 2);
        const after = await numbers();
        equal(after.customers, before.customers + 1, 'customers');
        expect(after.consent_events > before.consent_events, 'her consent is not there');
        // The cookies that nobody got open nothing.
        expect(asked.cookies.every((c) => c?.startsWith('__Host-phone=')), 'the lost answers had no cookie');
        equal(await Promise.all(asked.cookies.map(stateOf)), ['stranger', 'stranger'], 'the lost cookies');
        await press(phone, 'ok');
        await screen(phone, 'home');

        // At the door: her tap is one visit and one card, though its answer was lost as well.
        const tapped = await losing(phone, 'customer/arrive');
        await atTheDoor(phone);
        await press(phone, 'arrive');
        await screen(phone, 'visit-told');
        askedAgain(tapped);
        equal((await numbers()).visits, after.visits + 1, 'visits');
        await lina.waitForSelector('[data-state="offered"]');
        const stopped = await losing(phone, 'customer/stop');
        await press(phone, 'stop');
        await screen(phone, 'cleared');
        askedAgain(stopped);
        expect(stopped.keys[0] !== tapped.keys[0], 'two taps had one key');
    },

    async 'joining at the door without a purchase, the answer lost: one guest'() {
        const before = await numbers();
        const phone = await openPage();
        const asked = await losing(phone, 'customer/join');
        await phone.goto(await doorUrl());
        await screen(phone, 'stranger-door');
        await press(phone, 'yes');
        await press(phone, 'join');
        await screen(phone, 'door');
        askedAgain(asked);
        equal((await numbers()).guests, before.guests + 1, 'guests');
    },

    async 'a handheld is paired although the answer was lost'() {
        const page = await openPage();
        const asked = await losing(page, 'handheld/pair');
        await page.goto(await hub.link('handheld', 'maria'));
        await screen(page, 'pair');
        await press(page, 'pair');
        await page.waitForSelector('[data-link="open"]');
        askedAgain(asked);
    },
};
