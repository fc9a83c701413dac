// Devices over real sockets: what is taken back closes at once and gets no further byte. Says one case a line to
// tests/devices/run.
//   main.mjs BUILD FOLDER BASE revoke|after
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Face, Stream, device, joinBy, secretOf } from '../cards/lib.mjs';
import { operator } from '../cards/operator.mjs';
import { saidNothing, say, shown, theEndOf } from './sockets.mjs';

const [build, folder, base, part] = process.argv.slice(2);
const ca = fs.readFileSync(path.join(folder, 'data/tls/ca.pem'));
const op = operator(build, folder);
const kept = path.join(folder, 'kept.json'); // cookies for the part after the kill
const WITHIN_MS = 1000; // what is promised; measured here beside other work

/** { code, out, err } of maitrectl, whatever it exits with. */
function ctl(...args) {
        return new Promise((resolve) => {
                execFile(path.join(build, 'server/ctl/maitrectl'), ['--socket', path.join(folder, 'control'), ...args], { timeout: 60_000 },
                        (error, out, err) => resolve({ code: error ? error.code : 0, out, err }));
        });
}

const sessions = async (...more) => JSON.parse((await ctl('session', 'list', '--json', ...more)).out).sessions;
const idOf = async (face, who) => (await sessions('--face', face)).find((s) => s.who === who)?.id;

/** What becomes of whoever comes back with the same cookie or token. */
async function comesBack(face, kind = 'handheld') {
        const stream = await Stream.open(face, kind);
        stream.send({ t: 'hello' });
        return theEndOf(stream);
}

async function aConnectedOne() {
        const maria = await device(base, ca, await op.link('handheld', 'maria'));
        const { phone } = await joinBy(base, ca, await op.link('customer', 'demo-anna'), { choose: true, greet: true, sizes: true });
        const sign = new Face(base, ca);
        await sign.call('/api/sign/pair', { secret: secretOf(await op.link('sign')) });
        const { url } = await sign.call('/api/sign/code');
        await phone.call('/api/customer/arrive', { code: secretOf(url) });
        await maria.stream.next('card', (m) => m.t === 'card');
        const all = await sessions();
        const hers = all.find((s) => s.face === 'handheld' && s.who === 'maria');
        say('it is listed as connected, by an id of its own', hers?.seen === 'now' && /^[0-9A-HJKMNP-TV-Z]{8}$/.test(hers.id), JSON.stringify(all));
        const text = (await ctl('session', 'list')).out;
        say('as text as well, without names', /handheld +maria .*connected/.test(text) && !text.includes('Maria'), text);
        const end = theEndOf(maria.stream);
        const [revoked] = await Promise.all([
                ctl('session', 'revoke', hers.id),
                phone.call('/api/customer/tell', { hint: 'green coat' }), // her card would be sent anew
        ]);
        say('the operator takes it back', revoked.code === 0, revoked.err);
        await phone.call('/api/customer/tell', { hint: 'red coat' });
        const got = await end;
        say('its socket closes with 4401', got.closed === 4401, shown(got));
        say(`... within what is promised (${got.ms} ms)`, got.ms < 5 * WITHIN_MS, `${got.ms} ms`); // five times, for a machine that does other work
        // A card that left before the revoking may have been on its way; none with the hint of after it is.
        say('no byte of hers after it', !got.frames.some(([, payload]) => payload.includes('red coat')), shown(got));
        const again = await comesBack(maria.face);
        say('who comes back is refused, and told nothing', again.closed === 4401 && saidNothing(again), shown(again));
        const twice = await ctl('session', 'revoke', hers.id);
        say('a second time there is nothing to take back', twice.code === 1 && twice.err.includes('taken back already'), twice.err);
        const next = await device(base, ca, await op.link('handheld', 'maria'));
        const card = await next.stream.next('card', (m) => m.t === 'card');
        say('her next handheld has the card', JSON.stringify(card).includes('red coat'), JSON.stringify(card).slice(0, 200));
        next.stream.close();
        await phone.call('/api/customer/leaving', {});
        return [maria.face.cookie];
}

async function oneThatIsAway() {
        const erik = await device(base, ca, await op.link('handheld', 'erik'));
        erik.stream.close();
        const unopened = await op.link('handheld', 'erik');
        const revoked = await ctl('session', 'revoke', '--associate', 'erik');
        say('all of an associate is taken back', revoked.code === 0 && revoked.out.includes('1 device of erik'), revoked.out + revoked.err);
        const back = await comesBack(erik.face);
        say('what was away is refused when it is back', back.closed === 4401 && saidNothing(back), shown(back));
        const pair = await new Face(base, ca).ask('/api/handheld/pair', { secret: secretOf(unopened) });
        say('a link that nobody had opened opens nothing', pair.status === 410, JSON.stringify(pair));
        const none = await ctl('session', 'revoke', '--associate', 'erik');
        say('nothing is left of it', none.code === 0 && none.out.includes('had no device'), none.out + none.err);
        return [erik.face.cookie];
}

async function otherFaces() {
        const till = await op.token('first floor');
        const invite = () => new Face(base, ca).ask('/api/till/invite', { line: 'none' }, { Authorization: `Bearer ${till}` });
        say('a till is let in', (await invite()).status === 404);
        await ctl('session', 'revoke', await idOf('till', 'first floor'));
        say('... until it is taken back', (await invite()).status === 401);
        const console_ = await device(base, ca, await op.link('console', 'karin'), 'console');
        const maria = await device(base, ca, await op.link('handheld', 'maria'));
        const { handhelds } = await console_.face.call('/api/console/handhelds');
        const hers = handhelds.find((h) => h.seen === 'now');
        say('a manager sees which are connected', hers !== undefined && hers.name.startsWith('Maria'), JSON.stringify(handhelds));
        const end = theEndOf(maria.stream);
        const answer = await console_.face.ask('/api/console/revoke', { id: hers.id });
        const got = await end;
        say('she takes one back', answer.status === 200 && got.closed === 4401 && saidNothing(got), JSON.stringify(answer) + shown(got));
        const own = await idOf('console', 'karin');
        const foreign = await console_.face.ask('/api/console/revoke', { id: own });
        say('but handhelds only', foreign.status === 404, JSON.stringify(foreign));
        const cut = theEndOf(console_.stream);
        await ctl('session', 'revoke', own);
        say('a console is cut as well', (await cut).closed === 4401);
        say('and asks in vain', (await console_.face.ask('/api/console/handhelds')).status === 401);
        return [maria.face.cookie];
}

/** An agent's socket: a bearer and its own subprotocol. */
function agentSocket(token) {
        const face = new Face(base, ca);
        const plain = face.request.bind(face);
        face.request = (method, where, headers) => plain(method, where, { ...headers, Authorization: `Bearer ${token}`, ...(headers.Upgrade && { 'Sec-WebSocket-Protocol': 'maitred.agent.1' }) });
        return Stream.open(face, 'agent');
}

async function anAgent() {
        const code = /[0-9A-Z-]{19}/.exec((await ctl('link', 'agent', 'door')).out)[0].replaceAll('-', '').slice(0, 8);
        const { token } = await new Face(base, ca).call('/api/agent/pair', { code });
        const stream = await agentSocket(token);
        stream.send({ t: 'hello', boot: 1, seq: 0, ap: 'fake', agent: 'test' });
        await stream.next('welcome', (m) => m.t === 'welcome');
        const list = await ctl('agent', 'list');
        say('an agent is listed', list.out.startsWith('door ') && list.out.includes('heard'), list.out + list.err);
        const end = theEndOf(stream);
        const revoked = await ctl('agent', 'revoke', 'door');
        const got = await end;
        say('an agent is taken back', revoked.code === 0 && got.closed === 4401, revoked.err + shown(got));
        const back = await theEndOf(await agentSocket(token));
        say('and refused when it is back', back.closed === 4401 && saidNothing(back), shown(back));
        return token;
}

async function revoke() {
        const cookies = [...(await aConnectedOne()), ...(await oneThatIsAway()), ...(await otherFaces())];
        fs.writeFileSync(kept, JSON.stringify({ cookies, token: await anAgent() }));
}

/** No start brings anything back. */
async function after() {
        const { cookies, token } = JSON.parse(fs.readFileSync(kept, 'utf8'));
        for (const [i, cookie] of cookies.entries()) {
                const face = new Face(base, ca);
                face.cookie = cookie;
                const end = await comesBack(face);
                say(`after a kill handheld ${i + 1} is refused still`, end.closed === 4401 && saidNothing(end), shown(end));
        }
        const agent = await theEndOf(await agentSocket(token));
        say('and the agent', agent.closed === 4401 && saidNothing(agent), shown(agent));
}

await { revoke, after }[part]();
