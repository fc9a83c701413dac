// What a customer has in hand of what she said: to read on her page, and as a file that anybody can check.
import { createPublicKey, verify } from 'node:crypto';
import fs from 'node:fs';
import { canonical, wrongWith } from '../receipts/kantara.mjs';
import { equal, expect, hub, inItsOwnStore, look, openPage, press, says, screen } from './lib/stage.mjs';

/** Counts what she does: each tap on something that can be pressed; not that she opens or closes what is in hand. */
const counting = (phone) =>
    phone.addInitScript(() => {
        addEventListener('click', () => sessionStorage.setItem('test.taps', String(1 + Number(sessionStorage.getItem('test.taps')))), true);
    });

/** How many since this was asked last. */
const taps = (phone) =>
    phone.evaluate(() => {
        const n = Number(sessionStorage.getItem('test.taps'));
        sessionStorage.setItem('test.taps', '0');
        return n;
    });

/** The file that "Keep a copy" gives, checked by Node's own Ed25519. */
async function keep(phone) {
    const [download] = await Promise.all([phone.waitForEvent('download'), phone.click('dialog [data-do="keep"]')]);
    expect(/^receipt-\d{4}-\d\d-\d\d\.json$/.test(download.suggestedFilename()), `its name is ${download.suggestedFilename()}`);
    const text = fs.readFileSync(await download.path(), 'utf8');
    const receipt = JSON.parse(text);
    const { signature, ...rest } = receipt;
    equal(text, `${canonical(receipt)}\n`, 'the file is not what the hub signed');
    equal(wrongWith(receipt), [], 'a reader of Kantara’s 1.1 says');
    const { key } = await phone.evaluate(async () => (await fetch('/api/customer/receipt_key')).json());
    const holds = verify(
        null,
        Buffer.from(canonical(rest)),
        createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' }),
        Buffer.from(signature, 'base64url'),
    );
    expect(holds, 'the signature does not hold');
    return receipt;
}

const entries = (phone) => phone.$$eval('dialog [data-open^="receipt-"]', (all) => all.map((e) => e.dataset.open));

async function herReceipts() {
    const phone = await openPage();
    await counting(phone);
    await phone.goto(await hub.link('customer', 'demo-chloe'));
    await screen(phone, 'join');
    await press(phone, 'yes');
    await press(phone, 'join');
    await screen(phone, 'joined');
    const toJoin = 1 + (await taps(phone)); // the scan
    await phone.click('[data-open="receipts"]');
    await phone.waitForSelector('dialog [data-open="receipt-joined"]');
    await look(phone, 'customer-receipts-first');
    await phone.click('dialog [data-open="receipt-joined"]');
    await phone.waitForSelector('dialog [data-receipt]');
    await says(phone, 'dialog h2', 'You joined', 'the receipt of joining');
    await look(phone, 'customer-receipt-joined');
    const joined = await keep(phone);
    equal(joined.maitred.what, 'joined', 'the file of joining');
    equal(joined.maitred.steps, toJoin, 'the steps that joining took');
    await phone.keyboard.press('Escape');
    await phone.waitForSelector('dialog [data-open="receipt-joined"]');
    await phone.keyboard.press('Escape');
    await press(phone, 'ok');
    await screen(phone, 'home');

    await taps(phone);
    await phone.click('[data-open="share"]');
    await phone.click('dialog [data-tick="online"]');
    await phone.waitForSelector('dialog [data-tick="online"][aria-checked="true"]');
    const toShare = await taps(phone);
    await phone.click('dialog [data-open="receipts"]');
    await phone.waitForSelector('dialog [data-open="receipt-changed"]');
    equal(await entries(phone), ['receipt-changed', 'receipt-joined'], 'her receipts');
    await look(phone, 'customer-receipts');
    await phone.click('dialog [data-open="receipt-changed"]');
    await phone.waitForSelector('dialog [data-receipt]');
    await look(phone, 'customer-receipt-changed');
    const changed = await keep(phone);
    expect(changed.services[0].purposes.some((p) => /online/.test(p.purpose)), 'what holds does not name it');
    equal(changed.maitred.steps, toShare, 'the steps that a change took');
    await phone.keyboard.press('Escape');
    await phone.waitForSelector('dialog [data-open="receipt-changed"]');
    await phone.keyboard.press('Escape');

    await taps(phone);
    await phone.click('[data-open="share"]');
    await press(phone, 'stop-everything');
    await press(phone, 'stop');
    await screen(phone, 'gone');
    const toStop = await taps(phone);
    await phone.waitForSelector('[data-open="left"]');
    await look(phone, 'customer-gone-receipt');
    await phone.click('[data-open="left"]');
    await phone.waitForSelector('dialog [data-receipt]');
    await says(phone, 'dialog h2', 'You stopped everything', 'the receipt of leaving');
    await look(phone, 'customer-receipt-left');
    const left = await keep(phone);
    equal(left.services, [], 'what holds after she has left');
    equal(left.piiPrincipalId, joined.piiPrincipalId, 'whom both mean');
    equal(left.maitred.steps, toStop, 'the steps that stopping everything took');
    expect(toStop <= toJoin, `stopping took ${toStop} steps, joining ${toJoin}`);

    // She closes nothing and loads the page anew: nobody knows her any more, and her last receipt is still there.
    await phone.goto(new URL('/', phone.url()).href);
    await screen(phone, 'stranger');
    await phone.click('[data-open="left"]');
    await phone.waitForSelector('dialog [data-receipt]');
    equal((await keep(phone)).consentReceiptID, left.consentReceiptID, 'the receipt after the page was loaded anew');
}

export const receipts = {
    async 'she reads her receipts, keeps a copy, and gets the last one when she has left'() {
        await inItsOwnStore(undefined, herReceipts); // where nobody has served her yet
    },
};
