// A customer's phone that lives through the hub's deaths: it says again what was not answered, and goes on with the next
// thing only when the answer is in its ledger. One phone has several lives: it joins, comes and goes, withdraws everything
// and joins anew as somebody else.
import { randomUUID } from 'node:crypto';
import https from 'node:https';
import { Face, secretOf } from '../cards/lib.mjs';

const MOST_VISITS = 6; // in a life: the hub allows 20 alerts in a day
const REQUEST_MS = 10_000;

/** A face on one connection that stays: a handshake with each request would be what is measured. */
class KeptFace extends Face {
        constructor(base, ca) {
                super(base, ca);
                this.agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
        }

        request(method, path, headers) {
                const { hostname, port, origin } = this.base;
                const all = { Origin: origin, ...(this.cookie && { Cookie: this.cookie }), ...headers };
                return https.request({ method, path, host: hostname, port, family: 4, servername: hostname, ca: this.ca, headers: all, agent: this.agent, timeout: REQUEST_MS });
        }
}

/** The door's sign: its code is read again when it is no longer taken. */
export class Door {
        constructor(base, ca, hub) {
                this.face = new KeptFace(base, ca);
                this.hub = hub;
        }

        async pair(link) {
                await this.face.call('/api/sign/pair', { secret: secretOf(link) });
                await this.renew();
        }

        renew() {
                this.renewing ??= this.read().finally(() => (this.renewing = null));
                return this.renewing;
        }

        async read() {
                for (;;) {
                        await this.hub.up;
                        const answer = await this.face.ask('/api/sign/code').catch(() => null);
                        if (answer?.status === 200) return void (this.code = secretOf(answer.body.url));
                }
        }
}

export class Phone {
        constructor({ number, hub, door, ledger, draw, base, ca, links, stage }) {
                Object.assign(this, { number, hub, door, ledger, draw, base, ca, links, stage });
                this.lives = [];
                this.odd = [];
                this.words = 0;
        }

        /**
         * Says the same under the same key until it is answered with `ok`, or with one of `others`: however often it was
         * said, it happens once. A refused code has changed nothing: with another code it is another thing.
         */
        async insist(what, path, body, others = []) {
                let said = body();
                let key = randomUUID();
                for (let tries = 1; ; tries++) {
                        await this.hub.up;
                        this.hub.inFlight++;
                        const answer = await this.face.ask(path, said, { 'Idempotency-Key': `"${key}"` }).catch(() => null);
                        this.hub.inFlight--;
                        if (!answer || answer.status === 503) continue;
                        if (answer.status === 409 && answer.body.error === 'code_old') {
                                await this.door.renew();
                                said = body();
                                key = randomUUID();
                                continue;
                        }
                        if (answer.status !== 200 && !(others.includes(answer.body.error) && tries > 1)) this.odd.push(`${what} was answered with ${answer.status} ${answer.body.error} at try ${tries}`);
                        return { status: answer.status, body: answer.body, said, tries };
                }
        }

        /** Does one thing and writes down that it was answered; false: the hub says that it cannot be. */
        async act(what, body, others) {
                const path = { withdraw: 'stop' }[what] ?? what;
                const { status, body: answer, said, tries } = await this.insist(what, `/api/customer/${path}`, body, others);
                this.life.tries[what] = (this.life.tries[what] ?? 0) + tries;
                if (status !== 200 && !others?.includes(answer.error)) return false;
                await this.ledger.keep({ life: this.lives.length, what, tries, state: answer.state ?? answer.error, said });
                this.life.done[what] = (this.life.done[what] ?? 0) + 1;
                return true;
        }

        /** Joins by a link of the store's CRM or at the door. */
        async join() {
                this.face = new KeptFace(this.base, this.ca);
                const link = this.draw(2) === 0 ? this.links.shift() : undefined;
                const life = { crm: Boolean(link), done: {}, tries: {}, here: false, share: null };
                this.life = life;
                const yes = { yes: true, age_ok: true };
                const body = link ? () => ({ ...yes, secret: secretOf(link), instore: true }) : () => ({ ...yes, code: this.door.code });
                const { status, tries } = await this.insist('join', '/api/customer/join', body);
                life.tries.join = tries;
                if (status !== 200) return;
                life.token = this.face.cookie.split('=')[1];
                if (link) life.share = { instore: true, online: false, other_stores: false, sizes: false };
                this.lives.push(life);
                await this.ledger.keep({ life: this.lives.length, what: 'join', tries, token: life.token });
                life.done.join = 1;
        }

        newWords() {
                return { hint: `coat ${this.number}`, wish: `wish ${++this.words} of ${this.number}`, meet: '' };
        }

        async say(what) {
                const words = this.newWords();
                if (await this.act(what, () => (what === 'arrive' ? { code: this.door.code, ...words } : words))) this.life.wish = words.wish;
                this.life.here = true;
        }

        async share() {
                const share = { instore: this.draw(2) === 1, online: this.draw(2) === 1, other_stores: this.draw(2) === 1, sizes: this.draw(2) === 1 };
                if (await this.act('share', () => share)) this.life.share = share;
        }

        async leave() {
                await this.act(this.draw(2) === 0 ? 'stop' : 'not_today', () => ({}));
                this.life.here = false;
        }

        async withdraw() {
                // Said again after it was durable, it comes from a phone that is not a customer's any more.
                await this.act('withdraw', () => ({ everything: true }), ['not_joined']);
                Object.assign(this.life, { here: false, over: true });
        }

        /** Runs until the stage ends; stands still between two things while the stage is set anew. */
        async run() {
                for (;;) {
                        if (!(await this.stage.go())) return;
                        if (!this.life?.token || this.life.over) {
                                await this.join();
                        } else if (!this.life.here) {
                                if ((this.life.done.arrive ?? 0) >= MOST_VISITS) await this.withdraw();
                                else if (this.draw(4) === 0) await this.share();
                                else await this.say('arrive');
                        } else {
                                const next = this.draw(10);
                                if (next < 6) await this.say('tell');
                                else if (next < 8) await this.share();
                                else if (next === 8 && this.draw(3) === 0) await this.withdraw();
                                else await this.leave();
                        }
                }
        }

        close() {
                this.face?.agent.destroy();
        }
}
