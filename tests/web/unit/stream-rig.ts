// A stream on a socket, a clock and a store that a test plays.
import { type Marks, type SocketLike, Stream } from '../../../server/web/src/lib/stream';
import type { Card } from '../../../server/web/src/wire';

export const EPOCH = '0193-a';

export class FakeSocket implements SocketLike {
    onopen: (() => void) | null = null;
    onmessage: ((event: { data: unknown }) => void) | null = null;
    onclose: ((event: { code: number }) => void) | null = null;
    said: Record<string, unknown>[] = [];
    closed = false;
    send(text: string) {
        if (this.closed) throw new Error('closed');
        this.said.push(JSON.parse(text));
    }
    close() {
        this.closed = true;
    }
    hear(...frames: object[]) {
        for (const frame of frames) this.onmessage?.({ data: JSON.stringify(frame) });
    }
    end(code: number) {
        this.closed = true;
        this.onclose?.({ code });
    }
}

export function rig(kept: Marks | null = null) {
    const sockets: FakeSocket[] = [];
    const timers = new Map<number, { at: number; work: () => void }>();
    let clock = 0;
    let saved = kept;
    let ids = 0;
    const proofs: ((nonce: string) => string)[] = [];
    const env = {
        open: () => {
            const socket = new FakeSocket();
            sockets.push(socket);
            return socket;
        },
        now: () => clock,
        later: (work: () => void, ms: number) => {
            timers.set(++ids, { at: clock + ms, work });
            return ids;
        },
        cancel: (id: number) => void timers.delete(id),
        random: () => 0.5,
        load: () => saved,
        proof: async (asked: { nonce: string }) => proofs.shift()?.(asked.nonce) ?? null,
        save: (marks: Marks) => {
            saved = { ...marks };
        },
    };
    const stream = new Stream(env, () => undefined);
    stream.start();
    return {
        stream,
        sockets,
        proofs,
        get socket() {
            return sockets[sockets.length - 1]!;
        },
        get saved() {
            return saved;
        },
        pass(ms: number) {
            const end = clock + ms;
            for (;;) {
                const due = [...timers].filter(([, t]) => t.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
                if (!due) break;
                timers.delete(due[0]);
                clock = due[1].at;
                due[1].work();
            }
            clock = end;
        },
        /** Until it tries once more; how long that took. */
        again() {
            const had = sockets.length;
            const from = clock;
            while (sockets.length === had && clock - from < 120_000) this.pass(50);
            return clock - from;
        },
        cards: () => stream.view.cards.map((s) => `${s.card.card}:${s.card.state}`).join(' '),
    };
}

export const welcome = (seq: number, resume: boolean) => ({
    t: 'welcome',
    epoch: EPOCH,
    seq,
    you: { name: 'Maria', role: 'associate', departments: [], practised: true, invites: true },
    store: 'Downtown',
    resume,
    ping_s: 20,
    back_ms: 500,
    idle_s: 0,
});
export const resync = (seq: number, open: number) => ({ t: 'resync', epoch: EPOCH, seq, open });
export const card = (seq: number, number: number, part: Partial<Card> = {}): Card => ({
    t: 'card',
    seq,
    card: number,
    state: 'offered',
    seen: 'checked-in',
    age_s: 0,
    answer_within_ms: 25000,
    standing: 'your client',
    meet: '',
    here: true,
    currency: '',
    fields: {},
    may_say: { because: '', lines: [] },
    know_only: { because: '', lines: [] },
    ...part,
});

export function opened(kept: Marks | null = null) {
    const r = rig(kept);
    r.socket.onopen?.();
    r.socket.hear(welcome(4, false), resync(4, 0));
    return r;
}
