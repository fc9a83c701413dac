// One connection to the hub, byte by byte, over TLS or plain, from an address of this machine's own choice.
import net from 'node:net';
import tls from 'node:tls';

// Valgrind makes everything slower; what must happen gets the more time for it.
export const SLOWER = Number(process.env.MAITRED_ABUSE_SLOWER ?? 1);
export const WAIT_MS = 10_000 * SLOWER;

let callers = 0;
/** A loopback address that nobody has called from: each has a budget of its own. */
export function nobody() {
        callers++;
        return `127.${1 + (callers >> 14)}.${(callers >> 7) & 127}.${1 + (callers & 127)}`;
}

const sessions = new Map(); // by target: handshakes are the dearest part of a case

export class Wire {
        /** Connects; `more` goes to tls.connect. A handshake that fails is an error. */
        static async open(target, { from = nobody(), ...more } = {}) {
                const raw = await Wire.dial(target, from);
                if (!target.tls) return new Wire(raw, raw);
                const stream = tls.connect({ socket: raw, servername: 'localhost', ca: target.ca, session: sessions.get(target), ...more });
                stream.on('session', (session) => sessions.set(target, session));
                await new Promise((done, failed) => stream.once('secureConnect', done).once('error', failed).once('close', () => failed(new Error('closed in the handshake'))));
                return new Wire(stream, raw);
        }

        /** The socket alone, for those who do not get as far as TLS. */
        static dial(target, from = nobody()) {
                return new Promise((done, failed) => {
                        const raw = net.connect({ host: '127.0.0.1', port: target.port, localAddress: from, allowHalfOpen: true, noDelay: true });
                        raw.once('connect', () => done(raw)).once('error', failed);
                });
        }

        constructor(stream, raw) {
                this.stream = stream;
                this.raw = raw;
                this.bytes = Buffer.alloc(0);
                this.over = false;
                this.looks = new Set();
                const ended = () => {
                        this.over = true;
                        this.look();
                };
                stream.on('data', (part) => {
                        this.bytes = Buffer.concat([this.bytes, part]);
                        this.look();
                });
                stream.on('end', ended).on('close', ended).on('error', ended);
                if (raw !== stream) raw.on('error', ended).on('close', ended);
        }

        look() {
                for (const one of [...this.looks]) one();
        }

        /** Resolves with the first value of `found` that is not undefined, or with `late` after so long. */
        until(found, ms, late) {
                return new Promise((done) => {
                        const end = (value) => {
                                clearTimeout(timer);
                                this.looks.delete(look);
                                done(value);
                        };
                        const look = () => {
                                const value = found();
                                if (value !== undefined) end(value);
                        };
                        const timer = setTimeout(() => end(late), ms);
                        this.looks.add(look);
                        look();
                });
        }

        /** Resolves when the bytes are with the kernel, or cannot be any more. */
        send(bytes) {
                if (this.over) return Promise.resolve();
                return new Promise((done) => this.stream.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, () => done()));
        }

        /** The same in pieces of so many bytes, each a packet and a TLS record of its own. */
        async drip(bytes, size, pause) {
                const all = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
                for (let at = 0; at < all.length && !this.over; at += size) {
                        await this.send(all.subarray(at, at + size));
                        await (pause ? pause() : new Promise(setImmediate));
                }
        }

        /** True once the hub has closed; what came before it stays in `bytes`. */
        ended(ms = WAIT_MS) {
                return this.until(() => (this.over ? true : undefined), ms, false);
        }

        /** One answer {status, head, headers, body}; status 0: the end came first; null: nothing in time. */
        answer({ head = false, ms = WAIT_MS } = {}) {
                return this.until(() => {
                        const one = parse(this.bytes, head, this.over);
                        if (one) this.bytes = this.bytes.subarray(one.taken);
                        else if (this.over) return { status: 0 };
                        return one;
                }, ms, null);
        }

        /** One frame {opcode, payload}; null: the connection ended or nothing came in time. */
        frame(ms = WAIT_MS) {
                return this.until(() => {
                        const one = unframe(this.bytes);
                        if (one) this.bytes = this.bytes.subarray(one.taken);
                        else if (this.over) return null;
                        return one;
                }, ms, null);
        }

        close() {
                this.stream.destroy();
                this.raw.destroy();
        }
}

function parse(bytes, headOnly, over) {
        const end = bytes.indexOf('\r\n\r\n');
        if (end < 0) return undefined;
        const head = bytes.subarray(0, end).toString('latin1');
        const [line, ...lines] = head.split('\r\n');
        const status = Number(/^HTTP\/1\.[01] (\d{3})( |$)/.exec(line)?.[1] ?? -1);
        const headers = new Map(lines.map((one) => [one.slice(0, one.indexOf(':')).toLowerCase(), one.slice(one.indexOf(':') + 1).trim()]));
        // Without a length a body goes on to the end of the connection.
        const declared = headers.has('content-length') ? Number(headers.get('content-length')) : over ? bytes.length - end - 4 : Infinity;
        const length = headOnly || status === 101 || status === 304 ? 0 : declared;
        if (bytes.length < end + 4 + length) return undefined;
        return { status, head, headers, body: bytes.subarray(end + 4, end + 4 + length).toString(), taken: end + 4 + length };
}

function unframe(bytes) {
        if (bytes.length < 2) return undefined;
        const short = bytes[1] & 127;
        const start = short === 126 ? 4 : short === 127 ? 10 : 2;
        if (bytes.length < start) return undefined;
        const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
        if (bytes.length < start + length) return undefined;
        return { first: bytes[0], opcode: bytes[0] & 15, masked: (bytes[1] & 128) !== 0, payload: Buffer.from(bytes.subarray(start, start + length)), taken: start + length };
}

export const FIN = 128;
export const TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;

/** A frame as a client sends it. `first`: FIN, reserved bits and opcode. */
export function frame(first, payload = '', { masked = true, announce, wide = 0 } = {}) {
        const body = Buffer.from(payload);
        const length = BigInt(announce ?? body.length);
        const bytes = Math.max(wide, length > 65535n ? 8 : length > 125n ? 2 : 0);
        const head = Buffer.alloc(2 + bytes);
        head[0] = first;
        head[1] = (masked ? 128 : 0) | (bytes === 8 ? 127 : bytes === 2 ? 126 : Number(length));
        for (let i = 0; i < bytes; i++) head[2 + i] = Number((length >> BigInt(8 * (bytes - 1 - i))) & 255n);
        if (!masked) return Buffer.concat([head, body]);
        const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
        return Buffer.concat([head, mask, body.map((byte, i) => byte ^ mask[i & 3])]);
}
export const text = (payload) => frame(FIN | TEXT, payload);
export const close = (code, reason = '') => frame(FIN | CLOSE, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]));
