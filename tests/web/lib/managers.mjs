// Managers at work on the rules, for scenarios: a store with two of them, their consoles, and what they do again and
// again.
import fs from 'node:fs';
import path from 'node:path';
import { DESK, PHONE } from './browser.mjs';
import { atTheDoor, equal, expect, hub, look, mariasHandheld, openPage, press, screen } from './stage.mjs';
import { totp } from './totp.mjs';

const PASSWORD = 'a long enough password';
const SLOW_MS = 20_000;

/** What the store needs for this story: a second manager, and a customer with a dear piece from online. */
export async function prepare() {
    const dir = path.join(hub.dir, 'rules-csv');
    if (fs.existsSync(dir)) return;
    fs.mkdirSync(dir);
    const write = (name, ...lines) => fs.writeFileSync(path.join(dir, name), `${lines.join('\n')}\n`);
    write('associates.csv', 'id,name,store,department,role,active', 'hanna,Hanna Ek,downtown,,manager,yes');
    write('customers.csv', 'id,name,birthday,contact', 'vera,Vera Holm,1979-02-03,vera.holm@example.com');
    write(
        'purchases.csv',
        'id,customer,associate,store,channel,sku,class,price,currency,quantity,at,status,gift,item',
        'vera-1,vera,maria,downtown,in-store,navy-coat,Coats,489.00,EUR,1,2026-03-05T10:45:00,bought,no,Tweed cape',
        'vera-2,vera,,online,online,velvet-evening,Dresses,1690.00,EUR,1,2026-01-20T21:00:00,bought,no,Velvet gown',
        'vera-3,vera,,online,online,lambswool,Knitwear,119.00,EUR,1,2026-02-10T20:00:00,bought,no,Scarf',
    );
    await hub.ctl('import', dir, '--yes');
    // Others have joined as well: what is counted over fewer than five people is not told.
    const phone = await openPage();
    await phone.goto(hub.url);
    const all = fs.readFileSync(path.join(hub.store, 'csv/customers.csv'), 'utf8').match(/^c-\d+/gm);
    let joined = 0;
    for (const id of all.slice(-7)) {
        const secret = (await hub.link('customer', id)).split('#j.')[1];
        const status = await phone.evaluate(
            async (body) =>
                (
                    await fetch('/api/customer/join', {
                        method: 'POST',
                        headers: { 'Content-Type': 'application/json' },
                        body: JSON.stringify(body),
                    })
                ).status,
            { secret, yes: true, age_ok: true, instore: true, online: true },
        );
        joined += status === 200;
    }
    expect(joined >= 4, `only ${joined} others could join`);
}

export const api = (page, name, body) =>
    page.evaluate(
        async ([path_, sent]) => {
            const answer = await fetch(`/api/console/${path_}`, {
                method: sent ? 'POST' : 'GET',
                ...(sent
                    ? { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(sent) }
                    : {}),
            });
            return { status: answer.status, value: await answer.json() };
        },
        [name, body],
    );

const managers = new Map(); // id -> her console, her secret, the last step of it that was used

/** Whoever is at this console has a password and a second factor from now on. */
export async function enrolls(page) {
    const begun = await api(page, 'enrol_begin', {});
    equal(begun.status, 200, 'enrol_begin');
    const one = { page, secret: begun.value.secret, step: 0 };
    const enrolled = await api(page, 'enrol', { password: PASSWORD, code: await codeOf(one) });
    equal(enrolled.status, 200, 'enrol');
    return one;
}

/** A manager's console, enrolled, on the page of the rules. */
export async function manager(id, options = { viewport: DESK, scale: 1 }) {
    const known = managers.get(id);
    if (known) return known.page;
    await hub.ctl('manager', 'reset', id);
    const page = await openPage(options);
    await page.goto(await hub.link('console', id));
    await press(page, 'pair');
    await screen(page, 'board');
    managers.set(id, await enrolls(page));
    await page.click('[data-page="rules"]');
    await ready(page);
    return page;
}

/** A code that this manager has not used: the oldest that still counts when a slow hub has come to look at it. */
async function codeOf(one) {
    const now = (await api(one.page, 'board')).value.now_ms;
    one.step = Math.max(one.step + 1, Math.floor((now + SLOW_MS) / 30_000) - 1);
    return totp(one.secret, one.step * 30_000);
}

/** The hub has looked at what the page shows. */
export const ready = (page) => page.waitForSelector('[data-check="ready"]');

export async function put(page, part, value) {
    const control = `.rule.open [data-part="${part}"]`;
    if (await page.$eval(control, (e) => e instanceof HTMLSelectElement)) await page.selectOption(control, value);
    else await page.fill(control, value);
}

/** Opens a rule by its id. */
export async function openRule(page, id) {
    await page.click(`[data-rule="${id}"] .rule-head`);
    await page.waitForSelector(`[data-rule="${id}"].open`);
}

/** Waits for what comes of a press; where the hub asks who it is, she shows it. */
export async function provingSo(id, outcome, picture) {
    const { page } = managers.get(id);
    await page.waitForSelector(`${outcome}, [data-form="step-up"]`);
    if (await page.$('[data-form="step-up"]')) {
        if (picture) await look(page, picture);
        await proves(managers.get(id));
    }
    await page.waitForSelector(outcome);
}

/** Shows who she is, where she is asked. */
export async function proves(one) {
    await one.page.fill('[data-form="step-up"] #password', PASSWORD);
    await one.page.fill('[data-form="step-up"] #code', await codeOf(one));
    await press(one.page, 'step-up');
}

export const LOOKING = '[data-rules="looking"][data-check="ready"]';

export async function propose(id, why, picture) {
    const { page } = managers.get(id);
    await press(page, 'propose');
    await page.fill('[data-part="why-propose-go"]', why);
    await press(page, 'propose-go');
    await provingSo(id, LOOKING, picture);
    return Number(await page.getAttribute('[data-deciding]', 'data-deciding'));
}

export async function publish(id) {
    await press(managers.get(id).page, 'publish');
    await provingSo(id, '[data-told="published"]');
}

export const live = async (page) => Number(await page.getAttribute('[data-live]', 'data-live'));
export const untilLive = (page, version) => page.waitForSelector(`[data-live="${version}"]`);
export const show = (page, id) => page.evaluate((at) => document.getElementById(at).scrollIntoView(), id);

/** The same on a phone, at a place of the page. */
export async function lookSmall(page, name, place = '.console') {
    await page.setViewportSize(PHONE);
    await page.evaluate((at) => document.querySelector(at).scrollIntoView(), place);
    await look(page, name);
    await page.setViewportSize(DESK);
}

let vera; // her phone

/** Vera has joined, shares what she bought online, has arrived, and Maria has her card. */
export async function veraIsHere() {
    const maria = await mariasHandheld();
    await press(maria, 'invite');
    await maria.click('[data-sale]:has-text("cape")');
    await maria.waitForSelector('dialog .qr');
    const url = await maria.getAttribute('.invite-code', 'data-url');
    await maria.keyboard.press('Escape');
    vera = await openPage();
    await vera.goto(url);
    await screen(vera, 'join');
    await vera.click('.row-head');
    await vera.click('[data-tick="online"]');
    await vera.waitForFunction(() => document.querySelector('.card')?.textContent.includes('Online'));
    await press(vera, 'yes');
    await press(vera, 'join');
    await screen(vera, 'joined');
    await atTheDoor(vera);
    await press(vera, 'arrive');
    await maria.waitForSelector('[data-state="offered"]');
    await press(maria, 'accept');
    await maria.waitForSelector('[data-state="accepted"]');
    return maria;
}
