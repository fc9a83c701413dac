// A handheld's own key over real sockets: a cookie that was stolen is worth nothing without it. Says one case a line to
// tests/devices/run.
//   keys.mjs BUILD FOLDER BASE proofs|again|required|fence
import fs from 'node:fs';
import path from 'node:path';
import { Face, Stream, device, joinBy, secretOf } from '../cards/lib.mjs';
import { operator } from '../cards/operator.mjs';
import { makeKey, pointOf, signatureOf } from './own_key.mjs';
import { saidNothing, say, shown, theEndOf } from './sockets.mjs';

const [build, folder, base, part] = process.argv.slice(2);
const ca = fs.readFileSync(path.join(folder, 'data/tls/ca.pem'));
const op = operator(build, folder);
const kept = path.join(folder, 'keyed.json'); // a device for the part after the kill

/** What a page with this key answers. */
const proofOf = (key, asked, origin = new URL(base).origin) => ({ t: 'proof', signature: signatureOf(key, asked, origin) });

async function paired(who, key, by) {
        const face = new Face(base, ca);
        const body = by ?? { secret: secretOf(await op.link('handheld', who)) };
        await face.call('/api/handheld/pair', { ...body, key: pointOf(key) });
        return face;
}

/** A socket with this cookie that has said hello and been asked. */
async function asked(face) {
        const stream = await Stream.open(face, 'handheld');
        stream.send({ t: 'hello' });
        const prove = await stream.next('question', () => true); // whatever comes first
        return { stream, prove };
}

async function connected(face, key) {
        const { stream, prove } = await asked(face);
        stream.send(proofOf(key, prove));
        await stream.next('welcome', (m) => m.t === 'welcome');
        return stream;
}

/** Another browser with a copy of the cookie. */
function thiefOf(face) {
        const thief = new Face(base, ca);
        thief.cookie = face.cookie;
        return thief;
}

/** Answers the question in some wrong way; gives what the socket still got. */
async function fails(face, answer) {
        const { stream, prove } = await asked(thiefOf(face));
        const end = theEndOf(stream);
        stream.send(answer(prove));
        return end;
}

const nothingMore = (what, end, code) => say(what, end.closed === code && saidNothing(end), shown(end));

async function aStolenCookie(erik, key, stream, phone) {
        const { stream: stolen, prove } = await asked(thiefOf(erik));
        say('who comes with its cookie is asked first', prove.t === 'prove' && prove.key === pointOf(key), JSON.stringify(prove));
        const idle = theEndOf(stolen);
        await phone.call('/api/customer/tell', { hint: 'red coat' }); // her card goes to every handheld of this associate
        const card = await stream.next('card', (m) => m.t === 'card' && JSON.stringify(m).includes('red coat'));
        say('the device itself goes on, and has the card', card.t === 'card');
        nothingMore('who has no key gets no byte of hers, and is closed', await idle, 4400);
        nothingMore('nor with a key of its own', await fails(erik, (p) => proofOf(makeKey(), p)), 4403);
        nothingMore('nor with what the device signed for another page', await fails(erik, (p) => proofOf(key, p, 'https://localhost:1')), 4403);
        nothingMore('nor with what it signed for another connection', await fails(erik, () => proofOf(key, prove)), 4403);
        nothingMore('nor with the session of another', await fails(erik, (p) => proofOf(key, { ...p, session: '00000000' })), 4403);
        nothingMore('nor with no signature at all', await fails(erik, () => ({ t: 'proof', signature: 'AAAA' })), 4403);
        nothingMore('who acts before the proof is closed', await fails(erik, () => ({ t: 'sales' })), 4400);
        await phone.call('/api/customer/tell', { hint: 'blue coat' });
        await stream.next('card', (m) => m.t === 'card' && JSON.stringify(m).includes('blue coat'));
        say('and the device has not been disturbed by any of it', true);
}

async function proofs() {
        const key = makeKey();
        const erik = await paired('erik', key);
        const stream = await connected(erik, key);
        say('a device with a key is let in when it has shown it', true);
        const { phone } = await joinBy(base, ca, await op.link('customer', 'demo-bo'), { choose: true, greet: true, sizes: true });
        const sign = new Face(base, ca);
        await sign.call('/api/sign/pair', { secret: secretOf(await op.link('sign')) });
        const { url } = await sign.call('/api/sign/code');
        await phone.call('/api/customer/arrive', { code: secretOf(url) });
        await stream.next('card', (m) => m.t === 'card');
        await aStolenCookie(erik, key, stream, phone);
        const elsewhere = theEndOf(stream);
        const again = await connected(erik, key);
        say('the same device anew ends its own older socket', (await elsewhere).closed === 4409);
        again.close();
        await phone.call('/api/customer/leaving', {});
        const code = /\b[0-9A-HJKMNP-TV-Z]{4}-?[0-9A-HJKMNP-TV-Z]{4}\b/.exec(await op.ctl('link', 'handheld', 'ingrid', '--code'))[0];
        const ingrids = makeKey();
        const ingrid = await paired('ingrid', ingrids, { code });
        (await connected(ingrid, ingrids)).close();
        say('a code that was typed pairs with a key as well', true);
        const console_ = await new Face(base, ca).ask('/api/console/pair', { secret: secretOf(await op.link('console', 'karin')), key: pointOf(key) });
        say('only a handheld has such a key', console_.status === 400, JSON.stringify(console_));
        const list = await op.ctl('session', 'list');
        say('the operator sees which have none', !/erik .*without a key/.test(list), list);
        fs.writeFileSync(kept, JSON.stringify({ cookie: erik.cookie, key: key.privateKey.export({ format: 'jwk' }) }));
}

async function keptDevice() {
        const { createPrivateKey, createPublicKey } = await import('node:crypto');
        const { cookie, key } = JSON.parse(fs.readFileSync(kept, 'utf8'));
        const face = new Face(base, ca);
        face.cookie = cookie;
        const privateKey = createPrivateKey({ key, format: 'jwk' });
        return { face, key: { privateKey, publicKey: createPublicKey(privateKey) } };
}

/** No start forgets the key. */
async function again() {
        const { face, key } = await keptDevice();
        nothingMore('after a kill the key is asked for still', await fails(face, (p) => proofOf(makeKey(), p)), 4403);
        (await connected(face, key)).close();
        say('and the device is let in by it', true);
        const bare = await device(base, ca, await op.link('handheld', 'henri'));
        bare.stream.close();
        fs.writeFileSync(path.join(folder, 'bare.json'), JSON.stringify(bare.face.cookie));
        say('one without a key is let in where the store allows it', bare.welcome.t === 'welcome');
        say('and listed so', /henri .*without a key/.test(await op.ctl('session', 'list')));
}

/** The same store, which now wants keys. */
async function required() {
        const { face, key } = await keptDevice();
        (await connected(face, key)).close();
        say('where keys are required, a device with one is let in', true);
        const bare = new Face(base, ca);
        bare.cookie = JSON.parse(fs.readFileSync(path.join(folder, 'bare.json'), 'utf8'));
        const stream = await Stream.open(bare, 'handheld');
        const end = theEndOf(stream);
        stream.send({ t: 'hello' });
        nothingMore('one without is turned away, and told nothing', await end, 4401);
        const link = await op.link('handheld', 'henri');
        const refused = await new Face(base, ca).ask('/api/handheld/pair', { secret: secretOf(link) });
        say('nor can one be paired without', refused.status === 403 && refused.body.error === 'key', JSON.stringify(refused));
        const henri = makeKey();
        const by = await paired('henri', henri, { secret: secretOf(link) });
        (await connected(by, henri)).close();
        say('and its link was not used up by that', true);
}

/** One handheld at a time: what the one before still gets is nothing. */
async function fence() {
        const keyA = makeKey(), keyB = makeKey();
        const first = await paired('sofia', keyA);
        const a = await connected(first, keyA);
        const { phone } = await joinBy(base, ca, await op.link('customer', 'demo-chloe'), { choose: true, greet: true, sizes: true });
        const sign = new Face(base, ca);
        await sign.call('/api/sign/pair', { secret: secretOf(await op.link('sign')) });
        const { url } = await sign.call('/api/sign/code');
        await phone.call('/api/customer/arrive', { code: secretOf(url) });
        await a.next('card', (m) => m.t === 'card');
        const end = theEndOf(a);
        const second = await paired('sofia', keyB);
        await phone.call('/api/customer/tell', { hint: 'red coat' });
        nothingMore('whoever signs in on another handheld leaves the first: not a byte more of a customer', await end, 4410);
        const b = await connected(second, keyB);
        const card = await b.next('card', (m) => m.t === 'card');
        say('the second goes on where the first was', JSON.stringify(card).includes('red coat'), JSON.stringify(card).slice(0, 200));
        const back = await Stream.open(first, 'handheld');
        const backs = theEndOf(back);
        back.send({ t: 'hello' });
        nothingMore('the first does not come back', await backs, 4401);
        const others = theEndOf(b);
        const keyC = makeKey();
        await second.call('/api/handheld/pair', { secret: secretOf(await op.link('handheld', 'oskar')), key: pointOf(keyC) });
        await phone.call('/api/customer/tell', { hint: 'blue coat' });
        nothingMore('and who pairs the same device for a colleague leaves nothing of the one before', await others, 4410);
        const oskar = await connected(second, keyC);
        say('it is the colleague\'s from then on', oskar.seen.some((m) => m.t === 'welcome' && m.you.name.startsWith('Oskar')));
        say('and has no card of the other\'s', !oskar.seen.some((m) => m.t === 'card'));
        oskar.close();
        await phone.call('/api/customer/leaving', {});
}

await { proofs, again, required, fence }[part]();
