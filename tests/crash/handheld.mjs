// An associate's handheld that comes back after each death with what it carried out last: it accepts some cards, and keeps
// under which number each event came, so that a number that comes twice with two meanings is seen.
import { Face, Stream, secretOf } from '../cards/lib.mjs';

const ANSWER_MS = 5_000;
const pause = (ms) => new Promise((go) => setTimeout(go, ms));

export class Handheld {
        constructor({ who, kind, hub, ledger, draw, base, ca }) {
                Object.assign(this, { who, kind, hub, ledger, draw });
                this.face = new Face(base, ca);
                this.seen = new Map(); // seq -> card
                this.wrong = [];
                this.gaps = [];
                this.resyncs = 0;
                this.asked = new Set(); // every card that it ever said "I'm coming" to
                this.sent = new Map(); // card -> when "I'm coming" was sent
        }

        pair(link) {
                return this.face.call(`/api/${this.kind}/pair`, { secret: secretOf(link) });
        }

        async run() {
                while (!this.over) {
                        await this.hub.up;
                        const stream = await Stream.open(this.face, this.kind).catch(() => null);
                        if (stream) await this.live(stream);
                        else await pause(20);
                }
        }

        live(stream) {
                this.stream = stream;
                this.hub.inFlight -= this.sent.size;
                this.sent.clear();
                stream.keep = (frame) => this.take(stream, frame);
                const gone = new Promise((go) => stream.socket.once('close', go));
                stream.send({ t: 'hello', ...(this.epoch && { epoch: this.epoch, seq: this.at }) });
                return gone;
        }

        take(stream, frame) {
                if (frame.t === 'welcome') return this.welcome(frame);
                if (frame.t === 'resync') return this.resync(frame);
                if (frame.t === 'error') return this.forget(frame.card);
                if (!['card', 'retract', 'state'].includes(frame.t)) return undefined;
                const { seq, card } = frame;
                if (this.seen.has(seq) && this.seen.get(seq) !== card) this.wrong.push(`${this.who}: event ${seq} was of card ${this.seen.get(seq)} and is of card ${card} now`);
                if (seq > this.at + 1 && this.whole) this.gaps.push(`${this.who}: event ${seq} came after ${this.at}`);
                this.seen.set(seq, card);
                // After a resync only open cards come from what is older than the hub keeps; a state is never among these.
                if (frame.t === 'state') this.whole = true;
                this.at = Math.max(this.at, seq);
                if (frame.t === 'card') this.shown(stream, frame);
                if (frame.t === 'retract') this.forget(card);
                if (frame.t === 'state') this.answered(frame);
                return undefined;
        }

        welcome({ epoch, resume }) {
                if (this.epoch && this.epoch !== epoch) this.wrong.push(`${this.who}: another epoch after a restart`);
                this.epoch = epoch;
                this.whole = resume && this.whole;
        }

        /** Takes this number for its own; only the numbers of open cards come before the newest. */
        resync({ seq, epoch }) {
                this.resyncs++;
                this.epoch = epoch;
                this.at = seq;
                this.whole = false;
        }

        shown(stream, { card, seq }) {
                stream.send({ t: 'rendered', card, seq });
                if (this.sent.has(card) || this.draw(2) === 0) return;
                this.sent.set(card, setTimeout(() => this.forget(card), ANSWER_MS));
                this.asked.add(card);
                this.hub.inFlight++;
                stream.send({ t: 'accept', card });
        }

        forget(card) {
                if (!this.sent.has(card)) return;
                clearTimeout(this.sent.get(card));
                this.sent.delete(card);
                this.hub.inFlight--;
        }

        answered({ card, seq, state }) {
                if (state !== 'accepted' || !this.sent.has(card)) return;
                this.forget(card);
                this.ledger.keep({ what: 'accept', who: this.who, card, seq, tries: 1 });
        }

        close() {
                this.over = true;
                for (const timer of this.sent.values()) clearTimeout(timer);
                this.stream?.close();
        }
}
