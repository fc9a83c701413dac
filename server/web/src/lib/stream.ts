// The handheld's side of the stream of cards [P20-P26], without a screen: sockets, time and chance are handed in, so
// that a test can play any order of events. It holds the open cards in memory and nowhere else; what goes into
// sessionStorage is (epoch, seq), two marks without a person in them.

import type { Card, CardState, HubFrame, Locked, Prove, Welcome } from '../wire';
import { BACKOFF_LEAST_MS, spreadMs } from './backoff';
import { CLOSED, NO_PROOF, parse, SIGNED_OUT } from './frame';
import { Signing } from './signing';
import type { Marks, SocketLike, StreamEnv } from './stream-env';
import { type Action, type Link, mayInvite, type Shown, type View } from './view';

export type { Action, Link, Remembering, Shown, View } from './view';

export type { Marks, SocketLike, StreamEnv } from './stream-env';

const ANSWER_WITHIN_MS = 3000;
const WELCOME_WITHIN_MS = 10_000;
const REFUSALS_BEFORE_SAYING_SO = 3;
/** Nothing of a customer's. */
const NOTHING = { cards: [], sales: null, mine: null, colleagues: null, invited: null, remember: null };

const OPEN = 1;

export class Stream {
    view: View = {
        link: 'connecting',
        ...NOTHING,
        welcome: null,
        locked: null,
        entering: false,
        chosen: 0,
        walkin: 0,
        trouble: null,
        lostSince: null,
    };
    private socket: SocketLike | null = null;
    private marks: Marks | null = null; // null until this page has carried something out: then hello asks for everything
    private before: Marks | null; // from an earlier load of this page: only tells which cards are not news
    private attempt = 0;
    private neverOpened = 0;
    private timer: number | null = null;
    private watch: number | null = null;
    private rendered = new Map<number, number>(); // card -> seq that was really on the screen
    private asks = 0;
    private asked = new Map<number, number>(); // card -> the number of the last thing asked about it
    private toClear: { card: number; seq: number }[] = [];
    private hasPractised = false; // on this page; said until the hub knows it
    private signing: Signing;

    constructor(
        private env: StreamEnv,
        private changed: (view: View) => void,
    ) {
        this.before = env.load();
        this.signing = new Signing(
            env,
            (frame) => this.write(frame),
            () => this.networkLost(),
        );
    }

    start(): void {
        this.stopTimers();
        const old = this.socket;
        this.socket = null;
        old?.close();
        // Whoever was refused is typing a code: trying again behind it takes nothing from the screen.
        if (this.view.link !== 'refused')
            this.set({ link: this.view.lostSince === null ? 'connecting' : 'offline' });
        const socket = this.env.open();
        let welcomed = false;
        this.socket = socket;
        // Its end is not waited for: a hub that says nothing may leave that unsaid as well, and a welcome that comes
        // while the line is going down would count for as long as it takes to go.
        this.watch = this.env.later(() => {
            this.neverOpened++;
            this.networkLost();
        }, WELCOME_WITHIN_MS);
        socket.onopen = () => socket === this.socket && this.write({ t: 'hello', ...(this.marks ?? {}) });
        socket.onmessage = (event) => {
            if (socket !== this.socket) return;
            const frame = parse(event.data);
            if (!frame) return;
            if (frame.t === 'welcome' || frame.t === 'locked') welcomed = true;
            this.take(frame);
        };
        socket.onclose = (event) => {
            if (socket !== this.socket) return;
            this.neverOpened = welcomed ? 0 : this.neverOpened + 1;
            this.lost(event.code);
        };
    }

    /** The network came back, or somebody asked: do not wait for the timer. */
    retryNow(): void {
        if (this.view.link === 'open' || this.view.link === 'locked') return;
        this.attempt = 0;
        this.start();
    }

    /** The system says that there is no network: say so at once instead of when a write fails. */
    networkLost(): void {
        const socket = this.socket;
        if (!socket) return;
        this.socket = null;
        socket.close();
        this.lost(1006);
    }

    stop(): void {
        this.stopTimers();
        const socket = this.socket;
        this.socket = null;
        socket?.close(1000);
    }

    act(action: Action, card: number): void {
        this.change(card, (shown) => ({ ...shown, pending: action, unanswered: false }));
        this.ask(action, card);
    }

    /** Whether Done will say that she wants to say thanks [P105]. */
    setThank(card: number, thank: boolean): void {
        this.change(card, (shown) => ({ ...shown, thank }));
    }

    /** Hands the card to a colleague of the newest list. It is not repeated by itself: that list was of then, and without
     * a name it would go to anybody. */
    handTo(card: number, to: number): void {
        this.change(card, (shown) => ({ ...shown, pending: 'hand_to', unanswered: false }));
        this.ask('hand_over', card, to);
        this.set({ colleagues: null });
    }

    private ask(action: Action, card: number, to?: number): void {
        const asked = ++this.asks;
        this.asked.set(card, asked);
        const thank = action === 'done' && this.view.cards.find((s) => s.card.card === card)?.thank;
        this.write({ t: action, card, ...(to === undefined ? {} : { to }), ...(thank ? { thank } : {}) });
        this.env.later(() => this.asked.get(card) === asked && this.unanswered(card), ANSWER_WITHIN_MS);
    }

    /** Nothing came back. Silence means nothing but that: it can be asked once more. */
    private unanswered(card: number): void {
        if (this.view.link !== 'open') return; // it is asked again after the next welcome
        this.change(card, (shown) =>
            shown.pending === null ? shown : { ...shown, pending: null, unanswered: true },
        );
    }

    askSales(): void {
        this.set({ sales: null });
        this.write({ t: 'sales' });
    }

    /** Her own week [P92]. It stays no longer than she looks at it. */
    askMine(): void {
        this.set({ mine: null, trouble: null });
        this.write({ t: 'mine' });
    }

    closeMine(): void {
        this.set({ mine: null });
    }

    /** She need not be asked for the practice arrivals again, on whatever handheld [P104]. */
    practised(): void {
        this.hasPractised = true;
        if (this.view.welcome) this.set({ welcome: this.afterPractice(this.view.welcome) });
    }

    private afterPractice(frame: Welcome): Welcome {
        if (!this.hasPractised || frame.you.practised) return frame;
        this.write({ t: 'practised' });
        return { ...frame, you: { ...frame.you, practised: true } };
    }

    askColleagues(): void {
        this.set({ colleagues: null });
        this.write({ t: 'colleagues' });
    }

    askInvite(sale: number): void {
        this.write({ t: 'invite', sale });
    }

    closeInvite(): void {
        this.set({ invited: null, sales: null });
    }

    /** One thing about the customer of a card that is done [P117]; said again after a lost line. */
    remember(text: string): void {
        const asked = this.view.remember;
        if (!asked) return;
        this.set({ remember: { ...asked, text }, trouble: null });
        this.write({ t: 'remember', card: asked.card, text });
    }

    forgetRemember(): void {
        this.set({ remember: null });
    }

    /** The word of a walk-in test has been painted [P156]. */
    walkinSeen(test: number): void {
        this.write({ t: 'walkin_seen', test });
    }

    /** It has stood long enough. */
    walkinOver(): void {
        this.set({ walkin: 0 });
    }

    forgetTrouble(): void {
        this.set({ trouble: null });
    }

    /** Somebody touches the screen: a sign of life [P99]. */
    touched(): void {
        if (this.view.link === 'open') this.signing.touched(this.view.welcome?.idle_s ?? 0);
    }

    /** A PIN: of whom the hub asks for, or of somebody else by her name. */
    enter(pin: string, who = ''): void {
        this.entering(who ? { t: 'pin', pin, who } : { t: 'pin', pin });
    }

    /** A new PIN; `old` only where she has one. */
    choose(pin: string, old = ''): void {
        this.entering(old ? { t: 'choose', pin, old } : { t: 'choose', pin });
    }

    leave(): void {
        this.write({ t: 'leave' });
    }

    private entering(frame: object): void {
        this.set({ entering: true, trouble: null });
        this.signing.send(frame);
    }

    private answered(): void {
        this.signing.answered();
        if (this.view.entering) this.set({ entering: false });
    }

    private lock(frame: Locked): void {
        this.connected();
        this.rendered.clear();
        this.toClear = [];
        this.forgetWho();
        this.set({ ...NOTHING, link: 'locked', walkin: 0, locked: frame, lostSince: null, trouble: null });
        this.write({ t: 'hello' }); // nothing of anybody is on this screen [P115]
    }

    /** Whoever is here next has cards, a first day and marks of her own. */
    private forgetWho(): void {
        this.marks = this.before = null;
        this.hasPractised = false;
    }

    /** The card is on the screen, painted and in front of somebody. Said once for each version of it. */
    wasPainted(card: number, seq: number): void {
        if (this.rendered.get(card) === seq || !this.view.cards.some((s) => s.card.card === card)) return;
        this.rendered.set(card, seq);
        if (this.view.link === 'open') this.write({ t: 'rendered', card, seq }); // else after the next welcome
    }

    /** An offer has come to lie behind this card: that somebody looks at this page must be said once more [P84]. */
    stillPainted(card: number, seq: number): void {
        if (this.view.link === 'open' && this.rendered.get(card) === seq) this.write({ t: 'rendered', card, seq });
    }

    /** What was taken back is no longer on the screen. */
    wasCleared(): void {
        if (this.view.link !== 'open') return; // said after the next welcome
        for (const { card, seq } of this.toClear.splice(0)) this.write({ t: 'cleared', card, seq });
    }

    get clearing(): number {
        return this.toClear.length;
    }

    private async prove(asked: Prove): Promise<void> {
        const socket = this.socket;
        const signature = await this.env.proof(asked).catch(() => undefined);
        if (!socket || socket !== this.socket) return;
        if (signature === undefined) return this.networkLost(); // the browser cannot look just now: soon once more
        if (signature !== null) return this.write({ t: 'proof', signature });
        this.socket = null; // trying again would find no key either
        socket.close();
        this.lost(NO_PROOF);
    }

    private take(frame: HubFrame): void {
        switch (frame.t) {
            case 'prove':
                return void this.prove(frame);
            case 'locked':
                this.answered();
                return this.lock(frame);
            case 'chosen':
                this.answered();
                return this.set({ chosen: this.view.chosen + 1 });
            case 'welcome':
                if (this.view.entering) this.forgetWho();
                this.answered();
                return this.welcome(frame);
            case 'invites':
                return this.set({ welcome: mayInvite(this.view.welcome, frame.on) });
            case 'resync':
                this.marks = { epoch: frame.epoch, seq: frame.seq };
                this.rendered.clear();
                this.env.save(this.marks);
                return this.set({ cards: [] });
            case 'card':
            case 'retract':
            case 'state':
                return this.event(frame);
            case 'sales':
                return this.set({ sales: frame.sales });
            case 'mine':
                return this.set({ mine: frame });
            case 'colleagues':
                return this.set({ colleagues: frame.colleagues });
            case 'remember':
                return this.set({ remember: { card: frame.card, most: frame.most, text: '', kept: false } });
            case 'remembered':
                if (this.view.remember?.card !== frame.card) return;
                return this.set({ remember: { ...this.view.remember, text: '', kept: true } });
            case 'walkin_test':
                return this.set({ walkin: frame.test });
            case 'invited':
                return this.set({ invited: { url: frame.url, qr: frame.qr, until: this.env.now() + frame.valid_s * 1000 } });
            case 'error':
                if (frame.error === 'busy' && this.signing.again()) return;
                this.answered();
                if (frame.error === 'wrong_pin' && this.view.locked)
                    this.set({ locked: { ...this.view.locked, left: this.view.locked.left - 1 } });
                if (frame.error === 'note_over') this.set({ remember: null });
                if (frame.card !== undefined) {
                    this.change(frame.card, (shown) => ({ ...shown, pending: null, unanswered: false }));
                    if (frame.error === 'gone') this.drop(frame.card);
                }
                return this.set({
                    trouble: {
                        error: frame.error,
                        say: frame.say,
                        do: frame.do,
                        ...(frame.card === undefined ? {} : { card: frame.card }),
                    },
                });
        }
    }

    private connected(): void {
        if (this.watch !== null) this.env.cancel(this.watch);
        this.watch = null;
        this.attempt = 0;
    }

    private welcome(frame: Welcome): void {
        this.connected();
        this.set({ link: 'open', locked: null, welcome: this.afterPractice(frame), lostSince: null, trouble: null });
        if (!frame.resume) return; // a resync follows
        for (const shown of this.view.cards) {
            const { card, seq } = shown.card;
            if (this.rendered.get(card) === seq) this.write({ t: 'rendered', card, seq });
            if (shown.pending === 'hand_to')
                this.change(card, (now) => ({ ...now, pending: null, unanswered: true }));
            else if (shown.pending) this.ask(shown.pending, card);
        }
        if (this.view.remember?.text) this.remember(this.view.remember.text);
        this.wasCleared();
    }

    private event(frame: Extract<HubFrame, { seq: number; card: number }>): void {
        if (!this.marks) return; // before welcome and resync nothing has a place
        if (frame.seq <= this.marks.seq) return; // carried out already
        this.marks = { epoch: this.marks.epoch, seq: frame.seq };
        this.env.save(this.marks);
        if (frame.t === 'card') this.show(frame);
        else if (frame.t === 'retract') {
            this.drop(frame.card);
            this.toClear.push({ card: frame.card, seq: frame.seq });
            this.set({});
        } else if (frame.state === 'done') this.drop(frame.card);
        else if (frame.state === 'waits') this.waits(frame.card);
        else this.setState(frame.card, frame.state);
    }

    private show(card: Card): void {
        const known = this.view.cards.find((s) => s.card.card === card.card);
        const waits = known?.waits === true && known.card.state === card.state;
        const shown: Shown = {
            card,
            until: waits ? null : this.deadline(card),
            turn_ms: Math.max(known?.turn_ms ?? 0, card.answer_within_ms),
            fresh: !known && this.isNews(card),
            pending: null,
            unanswered: false,
            thank: known?.thank ?? false,
            waits,
        };
        this.set({
            cards: known
                ? this.view.cards.map((s) => (s === known ? shown : s))
                : [...this.view.cards, shown],
        });
    }

    /** The hub says what is left of the offer's turn when the card leaves it, also of a card that comes again. */
    private deadline(card: Card): number | null {
        if (card.state !== 'offered' || card.answer_within_ms <= 0) return null;
        return this.env.now() + card.answer_within_ms;
    }

    private isNews(card: Card): boolean {
        if (card.state !== 'offered') return false;
        return !(
            this.before &&
            this.marks &&
            this.before.epoch === this.marks.epoch &&
            card.seq <= this.before.seq
        );
    }

    private setState(card: number, state: CardState): void {
        this.change(card, (shown) => ({
            ...shown,
            card: { ...shown.card, state },
            pending: null,
            unanswered: false,
            waits: false,
        }));
    }

    /** Who waits for this associate waits without a clock. */
    private waits(card: number): void {
        this.change(card, (shown) => ({
            ...shown,
            until: null,
            pending: null,
            unanswered: false,
            waits: true,
        }));
    }

    private drop(card: number): void {
        this.rendered.delete(card);
        this.asked.delete(card);
        this.set({ cards: this.view.cards.filter((s) => s.card.card !== card) });
    }

    private change(card: number, how: (shown: Shown) => Shown): void {
        this.set({ cards: this.view.cards.map((s) => (s.card.card === card ? how(s) : s)) });
    }

    private lost(code: number): void {
        this.stopTimers();
        this.socket = null;
        const link: Link =
            CLOSED[code] ??
            (this.neverOpened >= REFUSALS_BEFORE_SAYING_SO && !this.view.welcome && !this.view.locked
                ? 'refused'
                : 'offline');
        const gone = link === 'refused' || link === 'fenced' || link === 'elsewhere' || code === SIGNED_OUT;
        // Who was about to sign in may be here when the line is back, and these cards somebody else's.
        if (gone || this.view.entering) {
            this.forgetWho(); // what is no longer here is asked for again
            this.set(NOTHING);
        }
        this.answered();
        this.set({ link, lostSince: this.view.lostSince ?? this.env.now() });
        if (CLOSED[code]) return; // a person decides what next
        const back_ms = this.view.welcome?.back_ms ?? BACKOFF_LEAST_MS;
        this.timer = this.env.later(() => this.start(), spreadMs(this.attempt++, back_ms, this.env.random));
    }

    private stopTimers(): void {
        if (this.timer !== null) this.env.cancel(this.timer);
        if (this.watch !== null) this.env.cancel(this.watch);
        this.timer = this.watch = null;
    }

    private write(frame: object): void {
        // A line that is down, or going down: what matters is said again after the next welcome.
        if ((this.socket?.readyState ?? OPEN) !== OPEN) return;
        try {
            this.socket?.send(JSON.stringify(frame));
        } catch {
            // It went down just now.
        }
    }

    private set(part: Partial<View>): void {
        this.view = { ...this.view, ...part };
        this.changed(this.view);
    }
}
