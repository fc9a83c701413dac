// What a customer was promised: a newer notice that promises less discretion changes nothing for her until she accepts
// it on her page, and her page says when the hub last checked that nothing hidden gets through.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { equal, expect, hub, look, openPage, press, screen } from './lib/stage.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The next notice: as the first, but that the department may see the item. */
function newerNotice() {
    const first = fs.readFileSync(path.join(root, 'config/notices/visit-alerts-1.rules'), 'utf8');
    const next = first
        .replace('version 1 store * notice visit-alerts 1', 'version 2 store * notice visit-alerts 2')
        .replace('P5: show brand to department', 'P5: show item to department');
    expect(next !== first && next.includes('P5: show item'), 'the first notice is not as this scenario knows it');
    const file = path.join(hub.dir, 'visit-alerts-2.rules');
    fs.writeFileSync(file, next);
    return file;
}

async function customer(id) {
    const phone = await openPage();
    await phone.goto(await hub.link('customer', id));
    await screen(phone, 'join');
    await press(phone, 'yes');
    await press(phone, 'join');
    await screen(phone, 'joined');
    await phone.goto(hub.url);
    await screen(phone, 'home');
    return phone;
}

/** Bo's phone, who has joined and never visits: his page is at home, whatever else was played. */
let phoneOfBo;
const bo = async () => (phoneOfBo ??= await customer('demo-bo'));

const now = (page) => page.evaluate(async () => (await fetch('/api/customer/now')).json());

export const promises = {
    async 'a newer notice changes nothing for her until she accepts it'() {
        const phone = await bo();
        equal((await now(phone)).newer, null, 'a newer notice before there is one');
        await hub.ctl('notice', 'add', newerNotice());
        await phone.reload();
        await phone.waitForSelector('[data-newer="2"]');
        const said = await phone.textContent('[data-newer] p');
        expect(/department.*item/.test(said), `of the newer notice it is said: "${said}"`);
        expect(said.endsWith('If not, all stays as it is.'), `it does not say that she may leave it: "${said}"`);
        await look(phone, 'customer-newer-notice');
        const { share } = await now(phone);
        await press(phone, 'accept_notice');
        await phone.waitForSelector('[data-newer]', { state: 'detached' });
        await screen(phone, 'home');
        const after = await now(phone);
        equal(after.newer, null, 'the newer notice after it was accepted');
        equal(after.share, share, 'what she shares');
        await phone.reload();
        await screen(phone, 'home');
        equal(await phone.$$eval('[data-newer]', (all) => all.length), 0, 'asked again');
    },

    async 'her page says when the hub last checked that nothing gets through'() {
        const phone = await bo();
        await hub.ctl('canary');
        const { leak_check } = await now(phone);
        expect(leak_check.pairs > 0 && leak_check.found === 0, `the hub says ${JSON.stringify(leak_check)}`);
        await phone.reload();
        await screen(phone, 'home');
        await phone.click('[data-open="share"]');
        const line = await phone.textContent('[data-leak-check="nothing"]');
        expect(/^Last leak check: .* pairs, nothing found$/.test(line), `the line says "${line}"`);
        await phone.evaluate(() => document.querySelector('[data-leak-check]').scrollIntoView());
        await look(phone, 'customer-leak-check');
    },
};
