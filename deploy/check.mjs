// One customer is invited after a sale, joins, comes back and taps "yes, tell her", without a person and without
// a browser: this script plays the customer's phone, her associate's handheld and the door sign, over TLS, as
// the pages would. Prints the time line and exits 0, or says what went wrong and exits 1. Needs nothing but
// Node (18 or later).
//
//   node deploy/check.mjs --base https://localhost:8443 --ca FILE --handheld-link URL --sign-link URL \
//        --item 'Navy coat'

import https from 'node:https';
import { readFileSync } from 'node:fs';
import { randomBytes, randomUUID, createHash } from 'node:crypto';

const WAIT_MS = 10000;

class Trouble extends Error {}

// ---- a face: a cookie jar and calls, as a page makes them -----------------------------------------------------

class Face {
  constructor(name, base, ca) {
    this.name = name;
    this.base = new URL(base);
    this.ca = ca;
    this.cookies = new Map();
  }

  cookieHeader() {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  keepCookies(list) {
    for (const cookie of list ?? []) {
      const [pair] = cookie.split(';');
      const at = pair.indexOf('=');
      this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }

  options(method, path) {
    const headers = { Origin: this.base.origin };
    if (this.cookies.size > 0) headers.Cookie = this.cookieHeader();
    return {
      method, headers, ca: this.ca, path,
      // "localhost" has two addresses and Node 18 tries only the first; the demo store listens at IPv4's.
      family: 4,
      host: this.base.hostname, port: this.base.port, servername: this.base.hostname,
      agent: false, timeout: WAIT_MS,
    };
  }

  // Calls /api/FACE/NAME: with a body by POST, without by GET. Gives the answer's object, or says what was refused.
  call(path, body) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const options = this.options(text === undefined ? 'GET' : 'POST', path);
    if (text !== undefined) {
      options.headers['Content-Type'] = 'application/json';
      options.headers['Content-Length'] = Buffer.byteLength(text);
      options.headers['Idempotency-Key'] = `"${randomUUID()}"`; // what acts is done once, as often as it is sent
    }
    return new Promise((resolve, reject) => {
      const request = https.request(options, (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (part) => { answer += part; });
        response.on('end', () => {
          this.keepCookies(response.headers['set-cookie']);
          if (response.statusCode === 200) return resolve(answer === '' ? {} : JSON.parse(answer));
          reject(new Trouble(`${path} was answered with ${response.statusCode}: ${answer.slice(0, 300)}`));
        });
      });
      request.on('timeout', () => request.destroy(new Trouble(`${path} was not answered in ${WAIT_MS} ms`)));
      request.on('error', (error) => reject(new Trouble(`${path}: ${error.message}`)));
      request.end(text);
    });
  }
}

// ---- a WebSocket, as much of RFC 6455 as one face needs --------------------------------------------------------

class Socket {
  static open(face, path, protocol) {
    const key = randomBytes(16).toString('base64');
    const options = face.options('GET', path);
    Object.assign(options.headers, {
      Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': key, 'Sec-WebSocket-Protocol': protocol,
    });
    return new Promise((resolve, reject) => {
      const request = https.request(options);
      request.on('upgrade', (response, stream, head) => {
        const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
        if (response.headers['sec-websocket-accept'] !== accept) return reject(new Trouble(`${path}: a wrong accept key`));
        resolve(new Socket(stream, head));
      });
      request.on('response', (response) => reject(new Trouble(`${path}: no upgrade, status ${response.statusCode}`)));
      request.on('timeout', () => request.destroy(new Trouble(`${path}: no upgrade in ${WAIT_MS} ms`)));
      request.on('error', (error) => reject(new Trouble(`${path}: ${error.message}`)));
      request.end();
    });
  }

  constructor(stream, head) {
    this.stream = stream;
    this.bytes = head;
    this.messages = [];
    this.waiting = [];
    this.closed = '';
    stream.setTimeout(0);
    stream.setNoDelay(true);
    stream.on('data', (part) => { this.bytes = Buffer.concat([this.bytes, part]); this.take(); });
    stream.on('close', () => { this.closed ||= 'the hub closed the connection'; this.settle(); });
    stream.on('error', (error) => { this.closed ||= error.message; this.settle(); });
    this.take();
  }

  // Takes whole frames off the buffer; the hub sends none in parts.
  take() {
    for (;;) {
      if (this.bytes.length < 2) return;
      let length = this.bytes[1] & 127;
      let at = 2;
      if (length === 126) {
        if (this.bytes.length < 4) return;
        length = this.bytes.readUInt16BE(2);
        at = 4;
      } else if (length === 127) {
        this.closed = 'a frame over 64 KiB';
        return this.stream.destroy();
      }
      if (this.bytes.length < at + length) return;
      this.frame(this.bytes[0] & 15, this.bytes.subarray(at, at + length));
      this.bytes = this.bytes.subarray(at + length);
    }
  }

  frame(opcode, payload) {
    if (opcode === 1) this.messages.push({ at: performance.now(), bytes: payload.length, ...JSON.parse(payload.toString()) });
    else if (opcode === 8) this.closed = `the hub closed with ${payload.length >= 2 ? payload.readUInt16BE(0) : 'no code'}`;
    else if (opcode === 9) this.write(10, payload);
    this.settle();
  }

  write(opcode, payload) {
    const mask = randomBytes(4);
    const head = payload.length < 126 ? Buffer.from([128 | opcode, 128 | payload.length])
      : Buffer.from([128 | opcode, 254, payload.length >> 8, payload.length & 255]);
    this.stream.write(Buffer.concat([head, mask, payload.map((byte, i) => byte ^ mask[i % 4])]));
  }

  send(message) {
    this.write(1, Buffer.from(JSON.stringify(message)));
  }

  settle() {
    this.waiting = this.waiting.filter((wait) => !wait());
  }

  // The next message for which `wanted` holds; others before it are dropped.
  next(what, wanted) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Trouble(`no ${what} in ${WAIT_MS} ms`)), WAIT_MS);
      const look = () => {
        while (this.messages.length > 0) {
          const message = this.messages.shift();
          if (wanted(message)) { clearTimeout(timer); resolve(message); return true; }
        }
        if (this.closed) { clearTimeout(timer); reject(new Trouble(`no ${what}: ${this.closed}`)); return true; }
        return false;
      };
      if (!look()) this.waiting.push(look);
    });
  }
}

// ---- the story -------------------------------------------------------------------------------------------------

const secretOf = (link, kind) => {
  const fragment = new URL(link).hash;
  if (!fragment.startsWith(`#${kind}.`)) throw new Trouble(`${link} is not a link that this check can open`);
  return fragment.slice(3);
};

function options(argv) {
  const wanted = ['base', 'ca', 'handheld-link', 'sign-link', 'item'];
  const got = {};
  for (let i = 0; i < argv.length; i += 2) {
    const name = argv[i]?.replace(/^--/, '');
    if (!wanted.includes(name) || argv[i + 1] === undefined) throw new Trouble(`unknown option ${argv[i]}`);
    got[name] = argv[i + 1];
  }
  for (const name of wanted) if (!got[name]) throw new Trouble(`--${name} is missing`);
  return got;
}

async function openHandheld(base, ca, link) {
  const handheld = new Face('handheld', base, ca);
  const paired = await handheld.call('/api/handheld/pair', { secret: secretOf(link, 'p') });
  const socket = await Socket.open(handheld, '/ws/handheld', 'maitred.handheld.1');
  socket.send({ t: 'hello' });
  await socket.next('welcome', (m) => m.t === 'welcome');
  return { socket, you: paired.you };
}

// One of her sales of today whose customer has not joined: the handheld asks for its code.
async function invite({ socket }, item) {
  socket.send({ t: 'sales' });
  const { sales } = await socket.next('list of sales', (m) => m.t === 'sales');
  if (!sales?.length) throw new Trouble('the associate has no sale of today to invite from');
  const sale = sales.find((one) => one.item === item) ?? sales[0];
  socket.send({ t: 'invite', sale: sale.sale });
  const invited = await socket.next('invitation', (m) => m.t === 'invited' || m.t === 'error');
  if (invited.t === 'error') throw new Trouble(`no invitation: ${invited.say ?? invited.error}`);
  return { link: invited.url, item: sale.item };
}

async function join(base, ca, link) {
  const phone = new Face('phone', base, ca);
  const secret = secretOf(link, 'j');
  const look = await phone.call('/api/customer/look', { secret });
  if (look.state !== 'invited') throw new Trouble(`the link was not taken as an invitation: ${look.state}`);
  if (!look.card) throw new Trouble('she was not shown her own card before she said yes');
  const answer = await phone.call('/api/customer/join', {
    secret, yes: true, age_ok: true, choose: true, greet: true, instore: true, online: false,
    other_stores: false, sizes: true, preview: look.preview,
  });
  if (answer.state !== 'home') throw new Trouble(`joining ended as "${answer.state}", not as "home"`);
  return { phone, look };
}

async function arrive(phone, handheld, code) {
  const times = { tap: performance.now() };
  const told = phone.call('/api/customer/arrive', { code, wish: 'a winter coat', hint: 'green coat' })
    .then((answer) => { times.commit = performance.now(); return answer; });
  const card = handheld.socket.next('card', (m) => m.t === 'card');
  const [answer, shown] = await Promise.all([told, card]);
  if (answer.state !== 'told' && answer.state !== 'coming') throw new Trouble(`arriving ended as "${answer.state}"`);
  times.card = shown.at;
  if (count(shown.may_say) === 0) throw new Trouble('her card has no line that may be said, although she bought from her');
  handheld.socket.send({ t: 'rendered', card: shown.card, seq: shown.seq });
  handheld.socket.send({ t: 'accept', card: shown.card });
  const state = await handheld.socket.next('answer to "I\'m coming"', (m) => m.t === 'state' && m.state === 'accepted');
  times.rendered = state.at;
  const now = await phone.call('/api/customer/now');
  if (now.state !== 'coming') throw new Trouble(`her phone shows "${now.state}", not that somebody is coming`);
  return { times, shown };
}

const lines = (card) => `${count(card.may_say)} lines to say and ${count(card.know_only)} to know`;
const count = (group) => group?.lines?.length ?? 0;

function report({ times, shown }, invited, joined, you) {
  const ms = (at) => `${(at - times.tap).toFixed(1).padStart(8)} ms`;
  console.log(`  invited after a sale (${invited.item}), saw her own card of ${lines(joined.look.card)}, and chose `
    + `${joined.look.associate?.name ?? 'nobody'}`);
  console.log(`  tap       ${ms(times.tap)}   she says "yes, tell her"`);
  console.log(`  commit    ${ms(times.commit)}   her phone has the answer: it is on disk`);
  console.log(`  card      ${ms(times.card)}   ${you}'s handheld has the card: ${lines(shown)}, ${shown.bytes} bytes`);
  console.log(`  rendered  ${ms(times.rendered)}   shown, "I'm coming", and the hub has both on disk`);
  console.log('  her phone says that somebody is coming');
}

async function main() {
  const o = options(process.argv.slice(2));
  const ca = readFileSync(o.ca);
  const sign = new Face('sign', o.base, ca);
  await sign.call('/api/sign/pair', { secret: secretOf(o['sign-link'], 'p') });
  const handheld = await openHandheld(o.base, ca, o['handheld-link']);
  const invited = await invite(handheld, o.item);
  const joined = await join(o.base, ca, invited.link);
  const code = secretOf((await sign.call('/api/sign/code')).url, 'd');
  const story = await arrive(joined.phone, handheld, code);
  report(story, invited, joined, handheld.you);
  handheld.socket.stream.destroy();
}

main().catch((error) => {
  console.error(`the check failed: ${error instanceof Trouble ? error.message : error.stack}`);
  process.exit(1);
});
