// The faces of a store as programs: a customer's phone, handhelds and the console, over TLS, each with its own cookie.
import { createHash, randomBytes } from 'node:crypto';
import https from 'node:https';

const WAIT_MS = 10_000;

export const secretOf = (link) => new URL(link).hash.slice(3);

export class Face {
        constructor(base, ca) {
                this.base = new URL(base);
                this.ca = ca;
                this.cookie = '';
        }

        request(method, path, headers) {
                const { hostname, port, origin } = this.base;
                const all = { Origin: origin, ...(this.cookie && { Cookie: this.cookie }), ...headers };
                return https.request({ method, path, host: hostname, port, servername: hostname, ca: this.ca, headers: all, agent: false, timeout: WAIT_MS });
        }

        /** With a body by POST, without by GET. Gives {status, body}, and the very text of it as `wire`. */
        ask(path, body, more = {}) {
                const text = body === undefined ? undefined : JSON.stringify(body);
                const headers = text === undefined ? more : { ...more, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
                const request = this.request(text === undefined ? 'GET' : 'POST', path, headers);
                return new Promise((resolve, reject) => {
                        request.on('response', async (response) => {
                                const parts = [];
                                for await (const part of response) parts.push(part);
                                for (const cookie of response.headers['set-cookie'] ?? []) this.cookie = cookie.split(';')[0];
                                const said = Buffer.concat(parts).toString();
                                resolve({ status: response.statusCode, body: said === '' ? {} : JSON.parse(said), wire: said });
                        });
                        request.on('timeout', () => request.destroy(new Error(`${path} was not answered in ${WAIT_MS} ms`)));
                        request.on('error', reject);
                        request.end(text);
                });
        }

        /** The same where only a yes will do. */
        async call(path, body, more) {
                const answer = await this.ask(path, body, more);
                if (answer.status !== 200) throw new Error(`${path} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
                return answer.body;
        }
}

/** A frame as it is understood; `wire` is the text that came, beside what is compared of it. */
function frameOf(text, bytes) {
        return Object.defineProperty({ bytes, ...JSON.parse(text) }, 'wire', { value: text });
}

/** A handheld's or the console's stream; frames are kept until somebody waits for them. */
export class Stream {
        static open(face, kind) {
                const key = randomBytes(16).toString('base64');
                const request = face.request('GET', `/ws/${kind}`, {
                        Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': key,
                        'Sec-WebSocket-Protocol': 'maitred.handheld.1',
                });
                return new Promise((resolve, reject) => {
                        request.on('upgrade', (response, socket, head) => {
                                const proof = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
                                if (response.headers['sec-websocket-accept'] !== proof) reject(new Error('a wrong accept key'));
                                else resolve(new Stream(socket, head));
                        });
                        request.on('response', (r) => reject(new Error(`no stream: status ${r.statusCode}`)));
                        request.on('timeout', () => request.destroy(new Error('no stream in time')));
                        request.on('error', reject);
                        request.end();
                });
        }

        constructor(socket, head) {
                this.socket = socket;
                this.rest = Buffer.alloc(0);
                this.frames = [];
                this.seen = [];
                this.waiting = [];
                socket.setTimeout(0);
                socket.on('data', (part) => this.take(part));
                socket.on('error', () => {});
                this.take(head);
        }

        take(part) {
                this.rest = Buffer.concat([this.rest, part]);
                while (this.rest.length >= 2) {
                        const short = this.rest[1] & 127;
                        const start = short === 126 ? 4 : 2;
                        if (this.rest.length < start) break;
                        const length = short === 126 ? this.rest.readUInt16BE(2) : short;
                        if (this.rest.length < start + length) break;
                        const payload = this.rest.subarray(start, start + length);
                        const opcode = this.rest[0] & 15;
                        this.rest = this.rest.subarray(start + length);
                        if (opcode === 9) this.write(10, payload);
                        if (opcode === 1) this.keep(frameOf(payload.toString(), payload.length));
                }
        }

        keep(frame) {
                this.frames.push(frame);
                this.seen.push(frame);
                this.waiting.slice().forEach((look) => look());
        }

        write(opcode, payload) {
                const mask = randomBytes(4);
                const head = payload.length < 126 ? Buffer.from([128 | opcode, 128 | payload.length]) : Buffer.from([128 | opcode, 254, payload.length >> 8, payload.length & 255]);
                this.socket.write(Buffer.concat([head, mask, payload.map((byte, i) => byte ^ mask[i & 3])]));
        }

        send(message) {
                this.write(1, Buffer.from(JSON.stringify(message)));
        }

        /** Takes the first frame for which `wanted` holds; waits for it. */
        next(what, wanted) {
                return new Promise((resolve, reject) => {
                        const done = (then, value) => {
                                clearTimeout(timer);
                                this.waiting = this.waiting.filter((one) => one !== look);
                                then(value);
                        };
                        const look = () => {
                                const at = this.frames.findIndex(wanted);
                                if (at >= 0) done(resolve, this.frames.splice(at, 1)[0]);
                        };
                        const timer = setTimeout(() => done(reject, new Error(`no ${what} in ${WAIT_MS} ms`)), WAIT_MS);
                        this.waiting.push(look);
                        look();
                });
        }

        close() {
                this.socket.destroy();
        }
}

/** A device of an associate, paired by the operator's link and connected. */
export async function device(base, ca, link, kind = 'handheld') {
        const face = new Face(base, ca);
        await face.call(`/api/${kind}/pair`, { secret: secretOf(link) });
        const stream = await Stream.open(face, kind);
        stream.send({ t: 'hello' });
        const welcome = await stream.next('welcome', (m) => m.t === 'welcome');
        return { face, stream, welcome };
}

/** The code after a sale, as the associate's handheld asks for it. */
export async function inviteAfterSale(stream, item) {
        stream.send({ t: 'sales' });
        const { sales } = await stream.next('list of sales', (m) => m.t === 'sales');
        const sale = sales.find((one) => one.item === item);
        if (!sale) throw new Error(`no sale of "${item}" to invite from`);
        stream.send({ t: 'invite', sale: sale.sale });
        const invited = await stream.next('invitation', (m) => m.t === 'invited' || m.t === 'error');
        if (invited.t === 'error') throw new Error(`no invitation: ${invited.say}`);
        return invited.url;
}

/** A phone joins by a link: looks, may strike, says yes. Gives the phone, what she was shown and the answer. */
export async function joinBy(base, ca, link, choices, struck = () => []) {
        const phone = new Face(base, ca);
        const secret = secretOf(link);
        const { online = false, other_stores = false, sizes = false } = choices;
        const look = await phone.call('/api/customer/look', { secret, online, other_stores, sizes });
        const answer = await phone.call('/api/customer/join', {
                secret, yes: true, age_ok: true, choose: false, greet: false, instore: true, online: false, other_stores: false, sizes: false,
                ...choices, preview: look.preview, strike: struck(look.card),
        });
        if (answer.state !== 'home') throw new Error(`joining ended as "${answer.state}"`);
        return { phone, look, now: answer };
}
