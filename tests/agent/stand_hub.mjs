// Stands in for the hub where the hub itself is not the question: TLS with a certificate of its own authority, the pairing call, and
// /ws/agent, with everything that an agent says kept in order. Node's standard library, nothing else.
import crypto from 'node:crypto';
import fs from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import tls from 'node:tls';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** An authority and a leaf that it signed, in `folder`, by the openssl program. */
export function certificates(folder, name) {
        const at = (file) => path.join(folder, `${name}.${file}`);
        const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
        const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
        openssl('req', '-x509', ...key, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-days', '30', '-subj', `/CN=${name} authority`);
        openssl('req', ...key, '-keyout', at('key'), '-out', at('csr'), '-subj', '/CN=hub.example');
        openssl('x509', '-req', '-in', at('csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-out', at('leaf'), '-days', '30');
        const ca = fs.readFileSync(at('ca.pem'));
        const spki = new crypto.X509Certificate(ca).publicKey.export({ type: 'spki', format: 'der' });
        return {
                key: fs.readFileSync(at('key')),
                cert: Buffer.concat([fs.readFileSync(at('leaf')), ca]),
                pin: crypto.createHash('sha256').update(spki).digest(),
        };
}

// BLAKE2b-256 with an optional key: Node has the 512-bit form only, so it is written out (RFC 7693).
const IV = [0x6a09e667f3bcc908n, 0xbb67ae8584caa73bn, 0x3c6ef372fe94f82bn, 0xa54ff53a5f1d36f1n, 0x510e527fade682d1n, 0x9b05688c2b3e6c1fn, 0x1f83d9abfb41bd6bn, 0x5be0cd19137e2179n];
const SIGMA = ['0123456789abcdef', 'ea489fd61c02b753', 'b8c052fdae367194', '7931dcbe265a40f8', '905724afe1bc683d', '2c6a0b834d75fe19', 'c51fed4a0763928b', 'db7ec13950f4862a', '6fe9b308c2d714a5', 'a2847615fb9e3cd0'];
const M64 = (1n << 64n) - 1n;

export function blake2b(message, key = Buffer.alloc(0)) {
        const h = [...IV];
        h[0] ^= 0x01010000n ^ (BigInt(key.length) << 8n) ^ 32n;
        const blocks = [];
        if (key.length) blocks.push(Buffer.concat([key, Buffer.alloc(128 - key.length)]));
        for (let at = 0; at < message.length || (at === 0 && !key.length); at += 128) blocks.push(message.subarray(at, at + 128));
        let count = 0n;
        blocks.forEach((block, i) => {
                count += BigInt(key.length && i === 0 ? 128 : block.length);
                compress(h, Buffer.concat([block, Buffer.alloc(128 - block.length)]), count, i === blocks.length - 1);
        });
        const out = Buffer.alloc(32);
        for (let i = 0; i < 4; i++) out.writeBigUInt64LE(h[i], 8 * i);
        return out;
}

function compress(h, block, count, last) {
        const m = Array.from({ length: 16 }, (_, i) => block.readBigUInt64LE(8 * i));
        const v = [...h, ...IV];
        v[12] ^= count;
        if (last) v[14] ^= M64;
        const turn = (x, n) => ((x >> n) | (x << (64n - n))) & M64;
        const mix = (a, b, c, d, x, y) => {
                v[a] = (v[a] + v[b] + x) & M64;
                v[d] = turn(v[d] ^ v[a], 32n);
                v[c] = (v[c] + v[d]) & M64;
                v[b] = turn(v[b] ^ v[c], 24n);
                v[a] = (v[a] + v[b] + y) & M64;
                v[d] = turn(v[d] ^ v[a], 16n);
                v[c] = (v[c] + v[d]) & M64;
                v[b] = turn(v[b] ^ v[c], 63n);
        };
        for (let round = 0; round < 12; round++) {
                const s = [...SIGMA[round % 10]].map((c) => m[parseInt(c, 16)]);
                [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15], [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]].forEach((q, i) => mix(...q, s[2 * i], s[2 * i + 1]));
        }
        for (let i = 0; i < 8; i++) h[i] ^= v[i] ^ v[i + 8];
}

/** The sixteen characters for this code and pin. */
export function pairText(code, pin) {
        const hash = blake2b(Buffer.concat([Buffer.from('maitred agent 1' + code), pin]));
        let bits = 0n;
        for (let i = 0; i < 5; i++) bits = (bits << 8n) | BigInt(hash[i]);
        let proof = '';
        for (let i = 0n; i < 8n; i++) proof += CROCKFORD[Number((bits >> (35n - 5n * i)) & 31n)];
        return code + proof;
}

/** The tag of "kNAME", "uIDENTITY" or "mADDRESS" under a key. */
export function tag(key, id) {
        const rest = id[0] === 'm' ? Buffer.from(id.slice(1).replaceAll(':', ''), 'hex') : Buffer.from(id.slice(1));
        return blake2b(Buffer.concat([Buffer.from(id[0]), rest]), key).subarray(0, 8).toString('hex');
}

/** One agent's connection. */
class Peer {
        constructor(stream, hub) {
                this.stream = stream;
                this.hub = hub;
                this.bytes = Buffer.alloc(0);
                this.upgraded = false;
                stream.on('data', (part) => {
                        hub.received += part.length;
                        this.bytes = Buffer.concat([this.bytes, part]);
                        if (!this.upgraded) this.head();
                        if (this.upgraded) this.frames();
                });
                stream.on('close', () => hub.left(this)).on('error', () => {});
        }

        head() {
                const end = this.bytes.indexOf('\r\n\r\n');
                if (end < 0) return;
                const [first, ...lines] = this.bytes.subarray(0, end).toString().split('\r\n');
                const heads = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
                const body = this.bytes.subarray(end + 4);
                if (first.startsWith('POST /api/agent/pair ')) {
                        if (body.length < Number(heads['content-length'])) return;
                        this.hub.calls.push(body.toString());
                        const [status, answer] = this.hub.onPair(JSON.parse(body));
                        const text = JSON.stringify(answer);
                        this.stream.end(`HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`);
                        return;
                }
                this.hub.upgrades.push(heads);
                if (heads.authorization !== `Bearer ${this.hub.token}`) {
                        this.stream.end('HTTP/1.1 401 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
                        return;
                }
                const accept = crypto.createHash('sha1').update(heads['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
                this.stream.write(`HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: maitred.agent.1\r\n\r\n`);
                this.bytes = body;
                this.upgraded = true;
        }

        frames() {
                while (this.bytes.length >= 2) {
                        const op = this.bytes[0] & 15;
                        let len = this.bytes[1] & 127;
                        let at = 2;
                        if (len === 126) (len = this.bytes.readUInt16BE(2)), (at = 4);
                        if (this.bytes.length < at + 4 + len) return;
                        const mask = this.bytes.subarray(at, at + 4);
                        const text = Buffer.from(this.bytes.subarray(at + 4, at + 4 + len).map((b, i) => b ^ mask[i & 3]));
                        this.bytes = this.bytes.subarray(at + 4 + len);
                        if (op === 1) this.hub.heard(this, JSON.parse(text));
                        else if (op === 9) this.put(10, text);
                        else if (op === 8) {
                                this.hub.closes.push(text.length >= 2 ? text.readUInt16BE(0) : 0);
                                this.stream.end();
                        }
                }
        }

        put(op, bytes) {
                const head = bytes.length < 126 ? Buffer.from([128 | op, bytes.length]) : Buffer.from([128 | op, 126, bytes.length >> 8, bytes.length & 255]);
                this.stream.write(Buffer.concat([head, bytes]));
        }

        say(message) {
                this.put(1, Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)));
        }

        close(code) {
                this.put(8, Buffer.from([code >> 8, code & 255]));
                this.stream.end();
        }
}

export class StandHub {
        /** `ids`: who is enrolled, slot by slot. */
        constructor(certs, ids) {
                Object.assign(this, { certs, ids, token: 'T'.repeat(43), key: crypto.randomBytes(32), day: 1, version: 1 });
                Object.assign(this, { said: [], calls: [], upgrades: [], closes: [], received: 0, acked: [0, 0], acks: true, greets: true, peers: new Set(), waiting: new Set() });
                this.settings = { t: 'settings', sweep_s: 1, settle_ms: 300, idle_s: 240 };
                this.onPair = () => [410, { error: 'used', say: 'x', do: 'y' }];
        }

        async open(port = 0, host = '127.0.0.1') {
                this.server = tls.createServer({ key: this.certs.key, cert: this.certs.cert }, (stream) => this.peers.add(new Peer(stream, this)));
                this.server.on('tlsClientError', () => {});
                await new Promise((done) => this.server.listen(port, host, done));
                this.port = this.server.address().port;
                return this;
        }

        async close() {
                for (const peer of this.peers) peer.stream.destroy();
                await new Promise((done) => this.server.close(done));
        }

        get peer() {
                return [...this.peers].at(-1);
        }

        left(peer) {
                this.peers.delete(peer);
                this.look();
        }

        heard(peer, message) {
                this.said.push({ ...message, heard_at: Date.now() });
                if (message.t === 'hello' && this.greets) this.greet(peer, message);
                if (message.t === 'claim' && this.acks) {
                        this.acked = [message.boot, message.seq];
                        peer.say({ t: 'ack', boot: message.boot, seq: message.seq });
                }
                this.look();
        }

        greet(peer, hello) {
                peer.say({ t: 'welcome', epoch: 'stand', boot: this.acked[0], seq: this.acked[1] });
                peer.say(this.settings);
                if (hello.day === this.day && hello.version === this.version) return;
                peer.say({ t: 'key', day: this.day, key: this.key.toString('hex'), left_s: 86400 });
                const parts = Math.max(1, Math.ceil(this.ids.length / 224));
                for (let part = 1; part <= parts; part++) {
                        const first = (part - 1) * 224;
                        const tags = this.ids.slice(first, first + 224).map((id) => (id ? tag(this.key, id) : '0'.repeat(16)));
                        peer.say({ t: 'tags', day: this.day, version: this.version, part, of: parts, first, tags: tags.join('') });
                }
        }

        look() {
                for (const one of [...this.waiting]) one();
        }

        /** Waits until `found` gives something for what was said so far. */
        until(found, what, ms = 20000) {
                return new Promise((done, failed) => {
                        const look = () => {
                                const value = found();
                                if (value === undefined || value === false) return;
                                clearTimeout(timer);
                                this.waiting.delete(look);
                                done(value);
                        };
                        const timer = setTimeout(() => {
                                this.waiting.delete(look);
                                failed(new Error(`waited in vain for ${what}; the last words were ${JSON.stringify(this.said.slice(-6))}`));
                        }, ms);
                        this.waiting.add(look);
                        look();
                });
        }

        /** The first thing said of this kind since `from` that fits. */
        said_since(from, t, fits = () => true) {
                return this.said.slice(from).find((m) => m.t === t && fits(m));
        }

        claim(slot, kind, from = 0) {
                return this.until(() => this.said_since(from, 'claim', (m) => m.slot === slot && m.kind === kind), `${kind} of slot ${slot}`);
        }

        sweep(fits, from = 0, what = 'a sweep') {
                return this.until(() => this.said_since(from, 'sweep', (m) => fits(m.here.filter((_, i) => i % 2 === 0))), what);
        }
}
