// An agent of our own making, paired like any: it learns the day's key, by which tags are known; claims people whom the hub never
// gave it; and, broken, says addresses.
import { randomBytes } from 'node:crypto';
import { Face, Stream } from '../cards/lib.mjs';

export class Window {
        constructor(store) {
                this.face = new Face(store.base, store.ca);
                this.op = store.op;
                this.seq = 0;
        }

        async pair() {
                const text = (await this.op.ctl('link', 'agent', 'window')).trim().replaceAll('-', '');
                const { token } = await this.face.call('/api/agent/pair', { code: text.slice(0, 8) });
                this.token = token;
                return this;
        }

        /** Connects and says hello; resolves when the day's key is there. */
        async dial() {
                const request = this.face.request('GET', '/ws/agent', {
                        Authorization: `Bearer ${this.token}`, Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13',
                        'Sec-WebSocket-Key': randomBytes(16).toString('base64'), 'Sec-WebSocket-Protocol': 'maitred.agent.1',
                });
                this.stream = await new Promise((resolve, reject) => {
                        request.on('upgrade', (response, socket, head) => resolve(new Stream(socket, head)));
                        request.on('response', (r) => reject(new Error(`no window: status ${r.statusCode}`)));
                        request.on('error', reject);
                        request.end();
                });
                this.stream.send({ t: 'hello', boot: 1, seq: this.seq, ap: 'hostapd', agent: 'window' });
                const { day, key } = await this.stream.next('key', (m) => m.t === 'key');
                Object.assign(this, { day, key: Buffer.from(key, 'hex') });
                return this;
        }

        /** So many claims of slots from `first` on, and a sweep with some of them; resolves when the last is acknowledged. */
        async claims(first, count) {
                for (let i = 0; i < count; i++) {
                        const slot = first + (i % (65536 - first));
                        this.stream.send({ t: 'claim', boot: 1, seq: ++this.seq, day: this.day, slot, kind: ['join', 'roam', 'leave'][i % 3], age_ms: 0, rssi: -50 });
                        if (i % 200 === 199) await this.acknowledged();
                }
                this.stream.send({ t: 'sweep', sweep: 1, day: this.day, part: 1, of: 1, here: Array.from({ length: 200 }, (_, i) => (i % 2 ? -50 : first + i)) });
                await this.acknowledged();
        }

        /** Everything claimed so far is on disk; one more claim asks for it, should all have been acknowledged. */
        acknowledged() {
                this.stream.send({ t: 'claim', boot: 1, seq: ++this.seq, day: this.day, slot: 65535, kind: 'join', age_ms: 0 });
                const last = this.seq;
                return this.stream.next('acknowledgement', (m) => m.t === 'ack' && m.seq >= last);
        }

        /** Says something; resolves when the hub has hung up. */
        refused(message) {
                const over = new Promise((done) => this.stream.socket.once('close', done));
                this.stream.send(message);
                return over;
        }
}
