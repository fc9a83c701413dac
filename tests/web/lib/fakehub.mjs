// A hub for developing pages without a hub: speaks proto/PROTOCOL.md with answers that the caller sets. It decides
// nothing; the real tests run against the real hub. All people in it are made up.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { packageOf } from './packages.mjs';

const { WebSocketServer } = await packageOf('ws');

const CSP = (host) =>
    `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' wss://${host}; ` +
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";
const TYPES = {
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.svg': 'image/svg+xml',
    '.webmanifest': 'application/manifest+json',
};
const PAGES = { '/': 'index.html', '/h': 'handheld.html', '/c': 'console.html', '/s': 'sign.html' };

/** Looks like a QR code, means nothing. */
export function fakeQr(seed = 7, size = 29) {
    let x = seed;
    const next = () => (x = (x * 1103515245 + 12345) & 0x7fffffff) >> 16;
    const rows = Array.from({ length: size }, () =>
        Array.from({ length: size }, () => (next() & 1 ? '1' : '0')),
    );
    for (const [oy, ox] of [
        [0, 0],
        [0, size - 7],
        [size - 7, 0],
    ])
        for (let y = -1; y <= 7; y++)
            for (let c = -1; c <= 7; c++)
                if (rows[oy + y]?.[ox + c] !== undefined) {
                    const ring = Math.max(Math.abs(y - 3), Math.abs(c - 3));
                    rows[oy + y][ox + c] = ring === 3 || ring < 2 ? '1' : '0';
                }
    return { size, rows: rows.map((r) => r.join('')) };
}

const reason = (level, mention, because, rule) => ({ level, mention, because, rule });
const month = new Date().getMonth() + 1;
const year = new Date().getFullYear();
const ago = (n) => ({ month: ((month - 1 - n + 12) % 12) + 1, year: month - n < 1 ? year - 1 : year });

export function annasCard(head = {}) {
    const sold = (line, item, colour, size, n) => ({
        line,
        ...reason('full', 'ok', 'You sold it', 'R1'),
        department: 'Women',
        status: 'bought',
        channel: 'in-store',
        kind: 'coats',
        brand: 'Fjordlund',
        item,
        size,
        colour,
        ...ago(n),
        store: 'Downtown',
        quantity: 1,
        price: 32900,
        at_ms: Date.now() - n * 30 * 864e5,
        age_days: n * 30,
    });
    return {
        t: 'card',
        seq: 0,
        card: 0,
        state: 'offered',
        seen: 'checked-in',
        age_s: 4,
        answer_within_ms: 25000,
        standing: 'your client',
        meet: '',
        here: true,
        currency: 'EUR',
        fields: {
            name: { text: 'Anna B.', ...reason('full', 'ok', 'She chose you as her associate', 'F1') },
            sizes: { text: '38, 39 shoes', ...reason('item', 'wait', 'From the lines you may see', 'F5') },
            likes: { text: 'navy', ...reason('item', 'wait', 'From the lines you may see', 'F6') },
        },
        may_say: {
            because: 'You sold it',
            lines: [sold(1, 'Wool coat', 'Navy', '38', 8), sold(2, 'Ankle boots', 'Black', '39', 10)],
        },
        know_only: {
            because: '',
            lines: [
                {
                    line: 3,
                    ...reason('kind', 'wait', 'She shares online purchases with you', 'R3'),
                    department: 'Women',
                    status: 'bought',
                    channel: 'online',
                    kind: 'knitwear',
                    year: year,
                    season: 'autumn',
                },
                {
                    line: 4,
                    ...reason('item', 'wait', 'She chose you as her associate', 'R2'),
                    department: 'Women',
                    status: 'returned',
                    channel: 'in-store',
                    kind: 'coats',
                    brand: 'Fjordlund',
                    item: 'Wool coat',
                    size: '36',
                    colour: 'Grey',
                    ...ago(9),
                },
            ],
        },
        ...head,
    };
}

export function freshNow(part = {}) {
    return {
        state: 'home',
        store: 'Downtown',
        associate: { name: 'Maria', in: true },
        visit: null,
        after: null,
        share: { instore: true, online: false, other_stores: false, sizes: true },
        looks: { keep: 'store', months: 12 },
        open: true,
        visits: 1,
        ...part,
    };
}

const json = (response, status, value) => {
    response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
    response.end(JSON.stringify(value));
};

/** What the caller may set, and what it may look at afterwards. */
function freshFake() {
    return {
        now: freshNow(),
        look: {
            state: 'invited',
            store: 'Downtown',
            associate: { name: 'Maria' },
            item: 'Navy coat',
            card: annasCard(),
            preview: 'MARK1',
        },
        board: null,
        sales: [],
        colleagues: [
            { n: 1, name: 'Eva', departments: [] },
            { n: 2, name: 'Jonas', departments: ['Women', 'Shoes'] },
        ],
        waits: false, // who hears "busy" would rather wait
        silent: false, // nothing that a handheld asks is answered
        problems: {}, // path -> {status, error, say, do}: answered once
        paired: true,
        down: false,
        calls: [], // [path, body] of everything that acted
        frames: [], // what handhelds said
        sockets: new Set(),
        seq: 0,
        cards: new Map(),
    };
}

function answerOf(fake, name) {
    const refused = [
        401,
        {
            error: 'token',
            say: 'This screen is not paired.',
            do: 'Open the link that maitrectl link console prints.',
        },
    ];
    if (name.endsWith('/pair'))
        return [200, { face: name.split('/')[0], you: 'Maria L.', store: 'Downtown' }];
    if (name === 'customer/look') return [200, fake.look];
    if (name === 'customer/card') return [200, { card: annasCard({ state: 'accepted' }), preview: 'MARK2' }];
    if (name === 'sign/code')
        return fake.paired
            ? [
                  200,
                  {
                      url: 'https://localhost/#d.X',
                      qr: fakeQr(3),
                      step_s: 30,
                      left_ms: 21000,
                      store: 'Downtown',
                      full: fake.full ?? [],
                  },
              ]
            : refused;
    if (name === 'console/board') return fake.paired ? [200, fake.board] : refused;
    if (name.startsWith('customer/')) return [200, fake.now];
    return [404, { error: 'unknown', say: 'There is nothing here.', do: 'Go back.' }];
}

function api(fake, request, response, body) {
    const name = request.url.replace(/^\/api\//, '');
    if (fake.down) return request.socket.destroy();
    if (request.method === 'POST') fake.calls.push([name, body]);
    const problem = fake.problems[name];
    delete fake.problems[name];
    if (problem)
        return json(response, problem.status, {
            error: problem.error,
            say: problem.say ?? '',
            do: problem.do ?? '',
        });
    json(response, ...answerOf(fake, name));
}

function pages(fake, dist, request, response) {
    const where = new URL(request.url, 'https://localhost').pathname;
    if (where.startsWith('/api/')) {
        let text = '';
        request
            .on('data', (d) => (text += d))
            .on('end', () => api(fake, request, response, text ? JSON.parse(text) : undefined));
        return;
    }
    const file = path.join(dist, PAGES[where] ?? (where.startsWith('/a/') ? where.slice(1) : 'none'));
    if (!fs.existsSync(file)) return json(response, 404, { error: 'unknown', say: '', do: '' });
    response.writeHead(200, {
        'Content-Type': TYPES[path.extname(file)],
        'Content-Security-Policy': CSP(request.headers.host),
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'no-referrer',
    });
    response.end(fs.readFileSync(file));
}

const EPOCH = '018f0000-0000-7000-8000-000000000000';
const CARD_BYTES = 4096; // a card's frame has one size [P23]
const send = (ws, frame) =>
    ws.send(frame.t === 'card' ? JSON.stringify(frame).padEnd(CARD_BYTES) : JSON.stringify(frame));

/** The cards: what the caller shows and takes back, and how they change when a handheld answers. */
function addCards(fake) {
    const all = (frame) => fake.sockets.forEach((ws) => send(ws, frame));
    fake.show = (card) => {
        const frame = { ...card, seq: ++fake.seq };
        fake.cards.set(frame.card, frame);
        all(frame);
    };
    fake.retract = (card) => {
        fake.cards.delete(card);
        all({ t: 'retract', seq: ++fake.seq, card });
    };
    fake.settle = (card, state) => {
        const known = fake.cards.get(card);
        if (!known) return;
        known.state = state;
        if (state === 'done') fake.cards.delete(card);
        all({ t: 'state', seq: ++fake.seq, card, state });
    };
    fake.wait = (card) => all({ t: 'state', seq: ++fake.seq, card, state: 'waits' });
    fake.cut = () => fake.sockets.forEach((ws) => ws.terminate());
}

const hear = {
    hello(fake, ws, { seq }) {
        const resume = seq === fake.seq;
        send(ws, {
            t: 'welcome',
            epoch: EPOCH,
            seq: fake.seq,
            you: { name: 'Maria L.', role: 'associate', departments: ['Women'], practised: true, invites: true },
            store: 'Downtown',
            resume,
            ping_s: 20,
            back_ms: 500,
            idle_s: 0,
        });
        if (resume) return;
        send(ws, { t: 'resync', epoch: EPOCH, seq: Math.max(0, fake.seq - 100), open: fake.cards.size });
        for (const card of fake.cards.values()) send(ws, card);
    },
    accept: (fake, ws, { card }) => fake.settle(card, 'accepted'),
    with_her: (fake, ws, { card }) => fake.settle(card, 'with_her'),
    done: (fake, ws, { card }) => fake.settle(card, 'done'),
    busy: (fake, ws, { card }) => (fake.waits ? fake.wait(card) : fake.retract(card)),
    hand_over: (fake, ws, { card }) => fake.retract(card),
    not_here: (fake, ws, { card }) => fake.retract(card),
    colleagues: (fake, ws) => send(ws, { t: 'colleagues', colleagues: fake.colleagues }),
    sales: (fake, ws) => send(ws, { t: 'sales', sales: fake.sales }),
    invite: (fake, ws) =>
        send(ws, { t: 'invited', url: 'https://localhost/#j.S', qr: fakeQr(11), valid_s: 86400 }),
};

function attend(fake, ws) {
    fake.sockets.add(ws);
    ws.on('close', () => fake.sockets.delete(ws));
    ws.on('message', (data) => {
        const frame = JSON.parse(String(data));
        fake.frames.push(frame);
        if (frame.t === 'hello' || !fake.silent) hear[frame.t]?.(fake, ws, frame);
    });
}

export async function startFake({ dist, port = 0 }) {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fakehub-'));
    execFileSync(
        'openssl',
        [
            'req',
            '-x509',
            '-newkey',
            'ec',
            '-pkeyopt',
            'ec_paramgen_curve:prime256v1',
            '-nodes',
            '-days',
            '2',
            '-subj',
            '/CN=localhost',
            '-keyout',
            `${dir}/key.pem`,
            '-out',
            `${dir}/cert.pem`,
        ],
        { stdio: 'ignore' },
    );
    const fake = freshFake();
    addCards(fake);
    const keys = { key: fs.readFileSync(`${dir}/key.pem`), cert: fs.readFileSync(`${dir}/cert.pem`) };
    const server = https.createServer(keys, (request, response) => pages(fake, dist, request, response));
    const wss = new WebSocketServer({ noServer: true, handleProtocols: () => 'maitred.handheld.1' });
    server.on('upgrade', (request, socket, head) => {
        if (!fake.paired || fake.down) socket.destroy();
        else wss.handleUpgrade(request, socket, head, (ws) => attend(fake, ws));
    });
    await new Promise((go) => server.listen(port, '127.0.0.1', go));
    fake.url = `https://localhost:${server.address().port}`;
    fake.stop = () => {
        fake.cut();
        server.closeAllConnections();
        server.close();
        fs.rmSync(dir, { recursive: true, force: true });
    };
    return fake;
}
