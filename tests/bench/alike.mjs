// The hub as one would write it in Node, promising what ours promises for a check-in, so that the rows of the two can be
// compared: the peer of ../shared/bench (`node`) does a part of it. Our own load drives it, word for word as it drives ours.
//
//   node alike.mjs MODULES STORE.db PEOPLE PORT     MODULES: where better-sqlite3 and ws are; STORE.db: a copy, it is written to;
//                                                   PEOPLE: the tokens, as `fill` lists them
//
// What it does for a check-in: the cookie's token, hashed; the door's code; the request's key, so that a repeat is no second
// visit; her consent, her name opened, her earlier visits, twenty lines with their articles; what of it this associate may
// see and why; request, visit, offer, consent and stream event in one transaction, on disk before the card and the answer;
// the look on her record, sealed, when the card is on the screen. A handheld proves its key. What ours has and this has not:
// rules that can be written, reach and stand-ins, limits, a record in words, a second process without the keys, TLS.
// Where there was a choice it is the quicker one: what comes in one turn shares a transaction, looks wait for company as ours do,
// rules are code, articles are in memory.
import { createServer } from 'node:http';
import { createCipheriv, createDecipheriv, createHash, createHmac, createPublicKey, randomBytes, timingSafeEqual, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [modules, path, people, port] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const Database = require('better-sqlite3');
const { WebSocketServer } = require('ws');

const STEP_MS = 30_000, LOOKS_MS = 20, LOOKS_MOST = 32, LINES = 20, FRAME = 4096, DAY_MS = 86_400_000;
const PURPOSE = { alert: 1, history: 2 }, CATEGORY = { presence: 1, instore: 2 }; // as the store writes them
const blank = Buffer.alloc(FRAME, ' ');
const CIPHER = 'chacha20-poly1305', own = randomBytes(32), rulebook = randomBytes(32);

// ---- what is on disk: the tables of our own store, in a copy of it

const db = new Database(path);
// The log is emptied after as many pages as ours is; nobody else may open the file, so that reading takes no lock of the system.
for (const set of ['locking_mode = EXCLUSIVE', 'journal_mode = WAL', 'synchronous = FULL', 'cache_size = -65536', 'temp_store = MEMORY', 'wal_autocheckpoint = 2000'])
  db.pragma(set);

const sha = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

function seal(id, bytes) {
  const nonce = randomBytes(12);
  const cipher = createCipheriv(CIPHER, own, nonce, { authTagLength: 16 });
  cipher.setAAD(id, { plaintextLength: bytes.length });
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

function open(id, sealed) {
  const cipher = createDecipheriv(CIPHER, own, sealed.subarray(0, 12), { authTagLength: 16 });
  cipher.setAAD(id, { plaintextLength: sealed.length - 28 });
  cipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([cipher.update(sealed.subarray(12, -16)), cipher.final()]);
}

const nameId = (person) => Buffer.from(`name ${person}`);

// Tokens under a hash that Node has, and names under a key that this process has.
function takeOver() {
  db.exec('DELETE FROM session; CREATE TABLE name (person INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT');
  const session = db.prepare("INSERT INTO session (token, kind, subject, expires, cursor, label, key) VALUES (?, ?, ?, ?, 0, '', ?)");
  const name = db.prepare('INSERT INTO name VALUES (?, ?)');
  const kinds = { phone: 1, handheld: 2, keyless: 2, sign: 4 };
  db.transaction(() => {
    for (const line of readFileSync(people, 'latin1').split('\n')) {
      const [kind, number, token, point] = line.split(' ');
      if (!kinds[kind]) continue;
      session.run(sha(token), kinds[kind], Number(number) + 1, Date.now() + 365 * DAY_MS, point ? Buffer.from(point, 'hex') : null);
      if (kind === 'phone') name.run(Number(number) + 1, seal(nameId(Number(number) + 1), Buffer.from(`Carla Number${number}`)));
    }
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
}
takeOver();

const get = {
  session: db.prepare('SELECT kind, subject, expires, key FROM session WHERE token = ?'),
  request: db.prepare('SELECT message FROM request WHERE asker = ? AND key = ? AND at > ?'),
  person: db.prepare('SELECT p.enrolled, p.preferred, n.sealed FROM person p JOIN name n ON n.person = p.id WHERE p.id = ?'),
  consents: db.prepare('SELECT purpose, category, state, valid_until FROM consent_event WHERE person = ? ORDER BY seq'),
  visits: db.prepare('SELECT served_by, started FROM visit WHERE person = ? ORDER BY started DESC LIMIT 8'),
  lines: db.prepare(`SELECT at, line, store, channel, seller, product, class, brand, item, colour, size, gift, quantity, price, status
                     FROM purchase WHERE person = ? AND at >= ? ORDER BY at DESC, line LIMIT ${LINES}`),
};
const put = {
  request: db.prepare('INSERT INTO request (asker, key, at, message, person) VALUES (?, ?, ?, ?, ?)'),
  visit: db.prepare(`INSERT INTO visit (id, person, client_of, served_by, recipient, state, alert_state, if_busy, seen, started, changed,
                     offered, day, lines_seen, card, card_seq, offer, words, evidence, rung, since, met)
                     VALUES (?, ?, ?, 0, ?, 1, 1, 0, 1, ?, ?, ?, ?, 0, ?, ?, ?, ?, 1, 1, ?, 0)`),
  offer: db.prepare('INSERT INTO offer (id, visit, associate, offered, answered, reply, rung) VALUES (?, ?, ?, ?, NULL, 0, 1)'),
  consent: db.prepare(`INSERT INTO consent_event (id, person, purpose, category, state, mode, store, at, valid_until, day, notice, visit, steps,
                       language, method, actor) VALUES (?, ?, 1, 1, 1, 3, 1, ?, ?, ?, 1, ?, 1, 'en', 3, 1)`),
  stream: db.prepare('INSERT INTO stream_event (associate, seq, kind, card, visit, at) VALUES (?, ?, ?, ?, ?, ?)'),
  card: db.prepare('INSERT INTO stream_card VALUES (?, ?) ON CONFLICT (associate) DO UPDATE SET last = excluded.last'),
  look: db.prepare('INSERT INTO disclosure (id, visit, person, associate, relation, seen, lines, rulebook, at, card) VALUES (?, ?, ?, ?, 1, 1, ?, ?, ?, ?)'),
  over: db.prepare('UPDATE visit SET state = 3, alert_state = 4, changed = ? WHERE id = ?'),
  answered: db.prepare('UPDATE offer SET answered = ?, reply = 1 WHERE id = ?'),
};

// ---- what is in memory: articles, streams, open visits, looks that wait for a transaction

const articles = new Map(db.prepare(`SELECT p.id, p.name, p.brand, c.name AS kind, d.name AS department, c.sensitive FROM product p
  JOIN class c ON c.id = p.class JOIN department d ON d.id = c.department`).all().map((a) => [a.id, a]));
const streams = new Map(), visits = new Map();
let looks = [], looksLater = null;

function stream(associate) {
  let s = streams.get(associate);
  if (!s) streams.set(associate, s = { ws: null, seq: 0, card: 0, open: new Map() });
  return s;
}

function uuid(now) {
  const id = randomBytes(16);
  id.writeUIntBE(now, 0, 6);
  id[6] = id[6] & 0x0f | 0x70;
  id[8] = id[8] & 0x3f | 0x80;
  return id;
}

// What comes in one turn of the loop is written in one transaction, with the looks that wait; what follows from it, cards and
// answers, when that is on disk.
let waiting = [], asked = new Map();

const write = db.transaction((list) => {
  for (const look of looks) put.look.run(look.id, look.visit.id, look.visit.person, look.associate, look.visit.lines, rulebook, look.at, seal(look.id, look.visit.text));
  for (const one of list) one.write();
});

function commit() {
  const list = waiting;
  waiting = [];
  write.immediate(list);
  clearTimeout(looksLater);
  looksLater = null;
  looks = [];
  asked.clear();
  for (const one of list) one.then();
}

function soon(write, then) {
  if (waiting.push({ write, then }) === 1) setImmediate(commit);
}

// ---- who asks, what for

function cookie(req, name) {
  for (const one of (req.headers.cookie ?? '').split(';')) {
    const at = one.indexOf('=');
    if (one.slice(0, at).trim() === name) return one.slice(at + 1).trim();
  }
  return '';
}

function session(req, name, kind) {
  const token = sha(cookie(req, name)), s = get.session.get(token);
  return s && s.kind === kind && s.expires > Date.now() ? { ...s, token } : null;
}

const doorKey = randomBytes(32);
function doorCode(step) {
  return createHmac('sha256', doorKey).update(`1 ${step}`).digest('base64url').slice(0, 16);
}

function isDoorCode(code) {
  const given = Buffer.from(String(code)), step = Math.floor(Date.now() / STEP_MS);
  return [step, step - 1].some((s) => given.length === 16 && timingSafeEqual(given, Buffer.from(doorCode(s))));
}

function allows(consents, purpose, category, now) {
  const last = consents.findLast((c) => c.purpose === purpose && c.category === category);
  return last !== undefined && last.state === 1 && last.valid_until > now;
}

// ---- what she may see, and why

function lineFor(line, associate, now) {
  const article = articles.get(line.product);
  if (!article || article.sensitive || line.status !== 0 || line.gift) return null;
  const days = Math.floor((now - line.at) / DAY_MS), when = days < 60 ? `${days} days ago` : `${Math.floor(days / 30)} months ago`;
  if (line.seller === associate)
    return { item: line.item ?? article.name, brand: line.brand ?? article.brand, when, level: 'full', mention: 'may', because: 'You sold it to her', rule: 'L1' };
  return days < 400 ? { kind: article.kind, department: article.department, when, level: 'kind', mention: 'wait', because: 'Your client', rule: 'L2' } : null;
}

function view(name, lines, earlier, associate, now) {
  const shown = lines.map((line) => lineFor(line, associate, now)).filter(Boolean).slice(0, 10);
  const brands = new Map();
  for (const line of shown) if (line.brand) brands.set(line.brand, (brands.get(line.brand) ?? 0) + 1);
  const given = name.split(' ');
  return {
    fields: {
      name: { text: `${given[0]} ${given[1][0]}.`, level: 'full', mention: 'wait', because: 'You are the chosen associate', rule: 'F1' },
      likes: { text: [...brands.keys()].slice(0, 3).join(', '), level: 'full', mention: 'may', because: 'You sold them to her', rule: 'F4' },
      visits: { text: earlier.length ? `${earlier.length} visits` : 'none before', level: 'full', mention: 'wait', because: 'You are the chosen associate', rule: 'F2' },
    },
    lines: shown,
  };
}

// ---- a check-in

const refusal = (status, word) => ({ status, body: { error: word } });

const read = db.transaction((who, now) => {
  const person = get.person.get(who.subject), consents = get.consents.all(who.subject);
  if (!person?.enrolled || !allows(consents, PURPOSE.alert, CATEGORY.presence, now)) return null;
  return {
    associate: person.preferred, name: open(nameId(who.subject), person.sealed).toString(), earlier: get.visits.all(who.subject),
    lines: allows(consents, PURPOSE.history, CATEGORY.instore, now) ? get.lines.all(who.subject, now - 730 * DAY_MS) : [],
  };
});

function arrive(req, res, body, raw) {
  const now = Date.now(), who = session(req, '__Host-phone', 1);
  if (!who) return answer(res, refusal(401, 'join'));
  const key = sha(req.headers['idempotency-key'] ?? ''), message = sha(key, raw), name = key.toString('latin1');
  const before = asked.get(name) ?? get.request.get(who.token, key, now - DAY_MS);
  if (before) return before.message.equals(message) ? soon(() => {}, () => answer(res, { status: 200, body: { state: 'offered' } })) : answer(res, refusal(422, 'key'));
  if (!isDoorCode(body.code)) return answer(res, refusal(403, 'code'));
  const dossier = read(who, now);
  if (!dossier) return answer(res, refusal(403, 'consent'));
  const associate = dossier.associate, s = stream(associate);
  const visit = { id: uuid(now), offer: uuid(now), person: who.subject, associate, card: ++s.card, seq: ++s.seq };
  const shown = view(dossier.name, dossier.lines, dossier.earlier, associate, now);
  const words = seal(visit.id, Buffer.from(JSON.stringify([body.hint, body.wish, body.meet].map((w) => String(w ?? '').slice(0, 80)))));
  visit.text = Buffer.from(JSON.stringify({
    t: 'card', seq: visit.seq, card: visit.card, state: 'offered', seen: 'checked-in', age_s: 0, answer_within_ms: 900_000,
    standing: 'your client', meet: String(body.meet ?? '').slice(0, 80), hint: body.hint, wish: body.wish, here: true, currency: 'EUR', ...shown,
  }));
  visit.lines = shown.lines.length;
  asked.set(name, { message });
  s.open.set(visit.card, visit);
  visits.set(who.subject, visit);
  return soon(() => {
    put.request.run(who.token, key, now, message, who.subject);
    put.visit.run(visit.id, who.subject, associate, associate, now, now, now, Math.floor(now / DAY_MS), visit.card, visit.seq, visit.offer, words, now);
    put.offer.run(visit.offer, visit.id, associate, now);
    put.consent.run(uuid(now), who.subject, now, now + DAY_MS / 2, Math.floor(now / DAY_MS), visit.id);
    put.stream.run(associate, visit.seq, 1, visit.card, visit.id, now);
    put.card.run(associate, visit.card);
  }, () => {
    const frame = Buffer.from(blank);
    visit.text.copy(frame);
    s.ws?.send(frame, { binary: false });
    answer(res, { status: 200, body: { state: 'offered', associate: `Nadia${associate - 1}`, since_ms: now, lines: visit.lines } });
  });
}

function leave(req, res, raw) {
  const now = Date.now(), who = session(req, '__Host-phone', 1), visit = who && visits.get(who.subject);
  if (!visit) return answer(res, refusal(who ? 409 : 401, 'here'));
  const key = sha(req.headers['idempotency-key'] ?? ''), s = stream(visit.associate), seq = ++s.seq;
  visits.delete(who.subject);
  return soon(() => {
    put.request.run(who.token, key, now, sha(key, raw), who.subject);
    put.over.run(now, visit.id);
    put.answered.run(now, visit.offer);
    put.stream.run(visit.associate, seq, 2, visit.card, visit.id, now);
  }, () => {
    s.ws?.send(JSON.stringify({ t: 'retract', seq, card: visit.card }));
    answer(res, { status: 200, body: { state: 'away' } });
  });
}

// ---- the wire

function answer(res, { status, body }) {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', 'Content-Length': Buffer.byteLength(text) });
  res.end(text);
}

function ask(req, res, raw) {
  if (req.url === '/api/sign/code')
    return answer(res, session(req, '__Host-sign', 4)
      ? { status: 200, body: { url: `https://localhost:${port}/#d.${doorCode(Math.floor(Date.now() / STEP_MS))}`, step_s: STEP_MS / 1000 } } : refusal(401, 'pair'));
  if (req.headers.origin !== `https://localhost:${port}`) return answer(res, refusal(403, 'origin'));
  const body = JSON.parse(raw);
  if (req.url === '/api/customer/arrive') return arrive(req, res, body, raw);
  return req.url === '/api/customer/leaving' ? leave(req, res, raw) : answer(res, refusal(404, 'path'));
}

const server = createServer((req, res) => {
  const parts = [];
  req.on('data', (part) => parts.push(part));
  req.on('end', () => ask(req, res, Buffer.concat(parts)));
});
server.keepAliveTimeout = 600_000;

// The public point as SEC 1 writes it, behind what DER says of a key on P-256.
const der = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');

function greet(ws, me) {
  const s = stream(me.subject);
  ws.me = me;
  s.ws = ws;
  ws.send(JSON.stringify({ t: 'welcome', epoch: 'one', seq: s.seq, you: { name: `Nadia${me.subject - 1}`, role: 'associate', departments: [] }, store: 'Bench', resume: false, ping_s: 20, back_ms: 1000 }));
  ws.send(JSON.stringify({ t: 'resync', seq: s.seq }));
}

function hear(ws, me, text) {
  const m = JSON.parse(text);
  if (m.t === 'hello' && !me.key) {
    greet(ws, me);
  } else if (m.t === 'hello') {
    ws.nonce = randomBytes(32).toString('base64url');
    ws.send(JSON.stringify({ t: 'prove', nonce: ws.nonce, session: me.token.subarray(0, 4).toString('hex') }));
  } else if (m.t === 'proof' && ws.nonce) {
    const key = createPublicKey({ key: Buffer.concat([der, me.key]), format: 'der', type: 'spki' });
    const said = `maitred handheld 1\nhttps://localhost:${port}\n${me.token.subarray(0, 4).toString('hex')}\n${ws.nonce}`;
    ws.nonce = null;
    if (verify('sha256', Buffer.from(said), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(String(m.signature), 'base64url'))) greet(ws, me);
    else ws.close(4401, 'pair this handheld again');
  } else if (m.t === 'rendered' && ws.me) {
    const visit = stream(me.subject).open.get(m.card);
    if (!visit) return;
    looks.push({ id: uuid(Date.now()), visit, associate: me.subject, at: Date.now() });
    if (looks.length >= LOOKS_MOST) commit();
    else looksLater ??= setTimeout(commit, LOOKS_MS);
  } else if (m.t === 'cleared') {
    stream(me.subject).open.delete(m.card);
  }
}

const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 4096 });
server.on('upgrade', (req, socket, head) => {
  const me = session(req, '__Host-handheld', 2);
  if (!me || req.headers.origin !== `https://localhost:${port}`) return socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n');
  wss.handleUpgrade(req, socket, head, (ws) => {
    ws.on('message', (data) => hear(ws, me, data));
    ws.on('close', () => { const s = stream(me.subject); if (s.ws === ws) s.ws = null; });
    ws.on('error', () => {});
  });
});
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 1024 }, () => console.log(`ready ${process.pid}`));
process.stdin.resume().on('end', () => process.exit(0));
