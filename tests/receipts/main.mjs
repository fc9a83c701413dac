// Receipts of what customers say, over a real hub: by Node's own Ed25519 and by maitrectl. Says one case a line to
// tests/receipts/run.
//   main.mjs BUILD FOLDER BASE said|again|later|another
import { execFile, execFileSync } from 'node:child_process';
import { createHash, createPublicKey, randomUUID, verify } from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { Face, joinBy, secretOf } from '../cards/lib.mjs';
import { operator } from '../cards/operator.mjs';
import { packageOf, root } from '../web/lib/packages.mjs';
import { canonical, wrongWith } from './kantara.mjs';

const [build, folder, base, part] = process.argv.slice(2);
const ca = fs.readFileSync(path.join(folder, 'data/tls/ca.pem'));
const op = operator(build, folder);
const kept = path.join(folder, 'kept.json'); // what the next part must find again

function say(what, ok, more = '') {
        console.log(`${ok ? 'ok      ' : 'FAILED  '} ${what}${ok ? '' : `: ${typeof more === 'string' ? more : JSON.stringify(more)}`}`);
}

const { default: Ajv } = await packageOf('ajv/dist/2020.js').then((m) => (m.default ? m : { default: m }));
const ajv = new (Ajv.default ?? Ajv)({ allErrors: true, strict: false });
const schema = (name) => ajv.compile(JSON.parse(fs.readFileSync(path.join(root, 'proto/schema', name), 'utf8')));
const isReceipt = schema('receipt.json');
const isList = schema('receipts.json');

/** The answer's very bytes, as text. */
function raw(face, where, body) {
        const text = JSON.stringify(body);
        const request = face.request('POST', where, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
        return new Promise((resolve, reject) => {
                request.on('response', async (response) => {
                        const parts = [];
                        for await (const one of response) parts.push(one);
                        resolve(Buffer.concat(parts).toString());
                });
                request.on('error', reject);
                request.end(text);
        });
}

/** { code, out, err } of maitrectl, whatever it exits with. */
function ctl(...args) {
        return new Promise((resolve) => {
                execFile(path.join(build, 'server/ctl/maitrectl'), args, { timeout: 60_000 }, (error, out, err) =>
                        resolve({ code: error ? error.code : 0, out, err }));
        });
}

const keyOf = (text) => createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: text }, format: 'jwk' });

function holds(receipt, key) {
        const { signature, ...rest } = receipt;
        return verify(null, Buffer.from(canonical(rest)), keyOf(key), Buffer.from(signature, 'base64url'));
}

const listOf = (face) => face.call('/api/customer/receipts');
const one = (face, id) => face.call('/api/customer/receipt', { id });
const purposes = (receipt) => receipt.services.flatMap((s) => s.purposes.map((p) => p.piiCategory[0])).sort();
const said = (receipt) => receipt.maitred.events.map((e) => `${e.category} ${e.state}`).sort();

function file(name, text) {
        const at = path.join(folder, name);
        fs.writeFileSync(at, text);
        return at;
}

/** One receipt in every respect. */
async function whole(what, face, id, key, expected) {
        const text = await raw(face, '/api/customer/receipt', { id });
        const receipt = JSON.parse(text);
        say(`${what}: Kantara's 1.1 finds nothing wrong with it`, wrongWith(receipt).length === 0, wrongWith(receipt));
        say(`${what}: it is as our schema says`, isReceipt(receipt), isReceipt.errors);
        say(`${what}: it comes in its canonical form`, text === canonical(receipt), text);
        say(`${what}: Node's Ed25519 finds the hub's signature`, holds(receipt, key) && receipt.publicKey === key);
        say(`${what}: it says what was said`, receipt.maitred.what === expected.what && canonical(said(receipt)) === canonical(expected.said), { what: receipt.maitred.what, said: said(receipt) });
        say(`${what}: it says what holds`, canonical(purposes(receipt)) === canonical(expected.holds), purposes(receipt));
        say(`${what}: it has its number`, receipt.consentReceiptID === id);
        return { text, receipt };
}

async function keys() {
        const { status, body } = await new Face(base, ca).ask('/api/customer/receipt_key');
        say('anybody gets the public key', status === 200 && body.alg === 'Ed25519' && Buffer.from(body.key, 'base64url').length === 32, body);
        say('maitrectl says the same', (await op.ctl('receipt', 'key')).trim() === body.key);
        return body.key;
}

async function joinedAndChecked(key) {
        const { phone, now } = await joinBy(base, ca, await op.link('customer', 'demo-anna'), { choose: true, greet: true, sizes: true });
        say('who joins is told the number of her receipt', typeof now?.receipt === 'string', now);
        const { text, receipt } = await whole('joining', phone, now.receipt, key, {
                what: 'joined', said: ['instore given', 'presence given', 'sizes given'],
                holds: ['Being in the store', 'Purchases in this store', 'Sizes'],
        });
        const page = await new Promise((resolve, reject) => {
                https.get(base, { ca }, async (r) => {
                        const hash = createHash('sha256');
                        for await (const bytes of r) hash.update(bytes);
                        resolve(hash.digest('hex'));
                }).on('error', reject);
        });
        say('it names the page that is served, by its digest', receipt.maitred.page_sha256 === page, receipt.maitred.page_sha256);
        say('and the notice, by what it promised', receipt.maitred.notice.version === 1 && /^[0-9a-f]{64}$/.test(receipt.maitred.notice.promised_sha256), receipt.maitred.notice);
        const { signature: _, publicKey: __, ...words } = receipt; // whose letters are chance
        say('it names nobody', !/anna|berg|maria/i.test(canonical(words)), words);
        say('a present has no number', (await phone.call('/api/customer/now')).receipt === undefined);
        return { phone, text, receipt };
}

async function byMaitrectl(text, receipt, key) {
        const good = file('receipt.json', `${text}\n`);
        const fine = await ctl('receipt', 'verify', good, '--key', key);
        say('maitrectl, without a hub: whole and signed', fine.code === 0 && /whole and signed/.test(fine.out) && /holds:/.test(fine.out), fine);
        const alone = await ctl('receipt', 'verify', good);
        say('... without the key it says so', alone.code === 0 && /Nothing says yet/.test(alone.out), alone);
        const pretty = await ctl('receipt', 'verify', file('pretty.json', JSON.stringify(receipt, null, 4)), '--key', key);
        say('... in another layout as well', pretty.code === 0, pretty);
        const wider = structuredClone(receipt);
        wider.services[0].purposes[1].purpose = 'Showing everything to everybody';
        const changed = await ctl('receipt', 'verify', file('changed.json', canonical(wider)), '--key', key);
        say('... a changed purpose is noticed', changed.code === 1 && /not as it was signed/.test(changed.err), changed);
        const other = await ctl('receipt', 'verify', good, '--key', 'A'.repeat(43));
        say('... so is another key', other.code === 1 && /another key/.test(other.err), other);
        const none = await ctl('receipt', 'verify', file('none.json', '{"version":"KI-CR-v1.1.0"}'));
        say('... what is no receipt is none', none.code === 65 && /no receipt/.test(none.err), none);
        const escape = await ctl('receipt', 'verify', file('escape.json', canonical(receipt).replace('EXPLICIT', '\\u001b[2J')));
        say('... nothing of it reaches the terminal', escape.code === 65 && !/\x1b/.test(escape.out + escape.err), escape);
        const missing = await ctl('receipt', 'verify', path.join(folder, 'nowhere'));
        const c1 = await ctl('receipt', 'verify', file('c1.json', canonical(receipt).replace('EXPLICIT', '\u009b2J')));
        const turned = await ctl('receipt', 'verify', file('turned.json', canonical(receipt).replace('EXPLICIT', '\u202e')));
        say('... nor what turns a line around', [c1, turned].every((a) => a.code === 65 && !/[\u009b\u202e]/.test(a.out + a.err)), [c1, turned]);
        const said = JSON.parse((await ctl('receipt', 'verify', good, '--json')).out);
        say('... as JSON for programs', said.good === true && said.id === receipt.consentReceiptID && said.key === key, said);
        say('... a file that is not there is said to be so', missing.code === 66, missing);
        say('... without arguments it says how', (await ctl('receipt')).code === 2);
}

async function changes(phone, key) {
        const shared = await phone.call('/api/customer/share', { instore: true, online: true, other_stores: false, sizes: false });
        await whole('another choice', phone, shared.receipt, key, {
                what: 'changed', said: ['online given', 'sizes withdrawn'],
                holds: ['Being in the store', 'Purchases in this store', 'Purchases online'],
        });
        const same = await phone.call('/api/customer/share', { instore: true, online: true, other_stores: false, sizes: false });
        say('the same choice again makes none', same.receipt === undefined, same);
        const wifi = await phone.call('/api/customer/notice', { wifi: true, always: true });
        await whole('the Wi-Fi', phone, wifi.receipt, key, {
                what: 'changed', said: ['sensed given', 'sensed given'],
                holds: ['Being in the store', 'Being in the store', 'Purchases in this store', 'Purchases online', "Your phone on the store's Wi-Fi"],
        });
        const not = await phone.call('/api/customer/not_today', {});
        await whole('not today', phone, not.receipt, key, {
                what: 'not_today', said: ['presence refused'],
                holds: ['Being in the store', 'Being in the store', 'Purchases in this store', 'Purchases online', "Your phone on the store's Wi-Fi"],
        });
        const list = await listOf(phone);
        say('her list has them, newest first', isList(list) && canonical(list.receipts.map((r) => r.what)) === canonical(['not_today', 'changed', 'changed', 'joined']) && list.rest === 0, list);
        return list;
}

async function others(phone, list) {
        const { phone: bo } = await joinBy(base, ca, await op.link('customer', 'demo-bo'), {});
        const theirs = await bo.ask('/api/customer/receipt', { id: list.receipts[0].id });
        say("another's is not there for him", theirs.status === 404 && theirs.body.error === 'no_receipt', theirs);
        const stranger = new Face(base, ca);
        say('a stranger has no list', (await stranger.ask('/api/customer/receipts')).status === 403);
        say('nor one by its number, while its owner has not left', (await stranger.ask('/api/customer/receipt', { id: list.receipts[3].id })).status === 404);
        const odd = await Promise.all(['', 'x', '0'.repeat(36), '0'.repeat(37), list.receipts[0].id.toUpperCase()].map((id) => phone.ask('/api/customer/receipt', { id })));
        say('what is no number is none, or malformed', odd.every((a) => a.status === 404 || a.status === 400), odd.map((a) => a.status));
        const hers = (await one(phone, list.receipts[0].id)).piiPrincipalId;
        const his = (await one(bo, (await listOf(bo)).receipts[0].id)).piiPrincipalId;
        say('she is the same on all of hers, and another than he', hers !== his && (await one(phone, list.receipts[3].id)).piiPrincipalId === hers);
        const key = randomUUID();
        const first = await bo.ask('/api/customer/stop', { everything: true }, { 'Idempotency-Key': `"${key}"` });
        return { bo, key, first };
}

/** Who has left has no session any more, and must get this receipt all the same. */
async function left(phone, list, key) {
        const cookie = phone.cookie;
        const idempotency = randomUUID();
        const gone = await phone.call('/api/customer/stop', { everything: true }, { 'Idempotency-Key': `"${idempotency}"` });
        say('who leaves is told the number of her receipt', typeof gone.receipt === 'string', gone);
        const stranger = new Face(base, ca);
        await whole('leaving', stranger, gone.receipt, key, {
                what: 'left',
                said: ['instore withdrawn', 'online withdrawn', 'other_stores withdrawn', 'presence withdrawn', 'sensed withdrawn', 'sensed withdrawn', 'sizes withdrawn'],
                holds: [],
        });
        const again = new Face(base, ca);
        again.cookie = cookie;
        const repeat = await again.call('/api/customer/stop', { everything: true }, { 'Idempotency-Key': `"${idempotency}"` });
        say('the repeat of a stop whose answer was lost has its number', repeat.receipt === gone.receipt, repeat);
        say('only that one is had by its number', (await stranger.ask('/api/customer/receipt', { id: list.receipts[3].id })).status === 404);
        return gone.receipt;
}

/** What is on disk: every event of these acts names its receipt, and how it was said. */
function events() {
        const copy = path.join(folder, `copy-${Date.now()}.db`);
        execFileSync(path.join(build, 'server/ctl/maitrectl'), ['--socket', path.join(folder, 'control'), 'backup', copy]);
        const sql = (text) => JSON.parse(execFileSync('sqlite3', ['-json', copy, text], { encoding: 'utf8' }) || '[]');
        const rows = sql('SELECT e.mode AS mode, e.language AS language, length(e.page) AS page, e.method AS method, e.actor AS actor, r.at IS NOT NULL AS has FROM consent_event AS e LEFT JOIN receipt AS r ON r.id = e.receipt');
        say('every event but those of a visit has a receipt', rows.length > 5 && rows.every((r) => (r.has === 1) === (r.mode !== 3)), rows);
        say('and says in which language, on which page, how and by whom', rows.every((r) => r.language === 'en' && r.page === 32 && r.method >= 1 && r.method <= 3 && r.actor === 1), rows);
        const change = (text) => {
                try {
                        execFileSync('sqlite3', [copy, text], { stdio: 'pipe' });
                        return false;
                } catch {
                        return true;
                }
        };
        say('a receipt is neither changed nor taken away', change("UPDATE receipt SET text = ''") && change('DELETE FROM receipt'));
}

/** A word for one visit makes none. */
async function visit() {
        const { phone } = await joinBy(base, ca, await op.link('customer', 'demo-chloe'), { choose: true });
        const sign = new Face(base, ca);
        await sign.call('/api/sign/pair', { secret: secretOf(await op.link('sign')) });
        const { url } = await sign.call('/api/sign/code');
        const told = await phone.call('/api/customer/arrive', { code: secretOf(url) });
        say('arriving makes none', told.state !== 'stranger' && told.receipt === undefined && (await listOf(phone)).receipts.length === 1, told);
        await phone.call('/api/customer/stop', {});
        say('nor does clearing the card', (await listOf(phone)).receipts.length === 1);
        const door = new Face(base, ca);
        const fresh = await door.call('/api/customer/join', { code: secretOf((await sign.call('/api/sign/code')).url), yes: true, age_ok: true });
        const receipt = await one(door, fresh.receipt);
        say('who joins at the door gets hers', receipt.maitred.method === 'door' && canonical(purposes(receipt)) === '["Being in the store"]', receipt.maitred);
        return phone;
}

if (part === 'said') {
        const key = await keys();
        const { phone, text, receipt } = await joinedAndChecked(key);
        await byMaitrectl(text, receipt, key);
        const list = await changes(phone, key);
        await others(phone, list);
        const gone = await left(phone, list, key);
        const stays = await visit();
        events();
        fs.writeFileSync(kept, JSON.stringify({ key, gone, cookie: stays.cookie, id: (await listOf(stays)).receipts[0].id }));
} else if (part === 'another') {
        const { now } = await joinBy(base, ca, await op.link('customer', 'demo-anna'), { choose: true });
        say('somebody joins on it', typeof now?.receipt === 'string', now);
        fs.writeFileSync(path.join(folder, 'third'), now.receipt);
} else {
        const { key, gone, cookie, id } = JSON.parse(fs.readFileSync(kept, 'utf8'));
        const stranger = new Face(base, ca);
        say('the key is the same', (await stranger.call('/api/customer/receipt_key')).key === key);
        const phone = new Face(base, ca);
        phone.cookie = cookie;
        say('hers is there', holds(await one(phone, id), key));
        const status = (await stranger.ask('/api/customer/receipt', { id: gone })).status;
        if (part === 'again') say('so is the one of who has left', status === 200, String(status));
        else say('after two days, that of who has left is no longer told', status === 404, String(status));
}
