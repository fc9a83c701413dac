// What travels between the hub and the pages, as TypeScript sees it (proto/PROTOCOL.md; types.mjs holds it to
// proto/schema at every build).

import type { WalkinTest } from './wire-console';
import type { CardNotes, Noting, Remember, Remembered } from './wire-notes';

export type * from './wire-console';
export type * from './wire-notes';
export type * from './wire-receipts';

export type Level = 'tally' | 'kind' | 'brand' | 'item' | 'full';

/** A step of the ladder, with the lowest: shown is nothing. */
export type Step = 'hide' | Level;

/** What a field or a line says for itself: how much is shown, whether it may be said, why, and by which rule. */
export interface Reason {
    level: Level;
    mention: 'ok' | 'wait';
    because: string;
    rule: string;
}

export interface Field extends Reason {
    text: string;
}

export interface Line extends Reason {
    line: number; // ordinal on the card, from 1 over both groups
    department: string;
    // at level tally
    tally?: 'few' | 'several' | 'many';
    // at level kind and above
    status?: 'bought' | 'returned' | 'cancelled';
    channel?: 'in-store' | 'online';
    kind?: string;
    year?: number; // with a season: the year in which the season began
    season?: 'winter' | 'spring' | 'summer' | 'autumn';
    brand?: string;
    // at level item and above
    item?: string;
    size?: string;
    colour?: string;
    month?: number;
    // at level full
    store?: string;
    quantity?: number;
    price?: number | null; // minor units of the card's currency
    at_ms?: number;
    age_days?: number;
}

export interface Group {
    because: string;
    lines: Line[];
}

export type CardState = 'offered' | 'accepted' | 'with_her' | 'done';

export interface Card {
    t: 'card';
    seq: number;
    card: number;
    state: CardState;
    seen: 'checked-in' | 'sensed' | 'may-be';
    age_s: number;
    answer_within_ms: number;
    standing: string;
    meet: string;
    here: boolean;
    currency: string;
    fields: {
        name?: Field;
        greet?: Field;
        hint?: Field;
        wish?: Field;
        sizes?: Field;
        likes?: Field;
        notes?: CardNotes;
    };
    may_say: Group;
    know_only: Group;
}

export interface Qr {
    size: number;
    rows: string[];
}

export interface Problem {
    error: string;
    say: string;
    do: string;
}

export interface Share {
    instore: boolean;
    online: boolean;
    other_stores: boolean;
    sizes: boolean;
}

/** What the store's Wi-Fi may do, and whether it sees her phone now. */
export interface Notice {
    wifi: boolean;
    always: boolean;
    here: boolean;
    version: number; // of the notice that she agreed to
}

export type IfBusy = 'wait' | 'other' | 'look';

export interface Visit {
    meet: string;
    hint: string;
    wish: string;
    if_busy: IfBusy | '';
    who: string;
    about_s: number;
    /** Her associate is not free: what would she like? So long she may say it. */
    ask?: { left_s: number };
}

/** Of the hub's nightly check: so many cards and their twins, and how many were not the same. */
export interface LeakCheck {
    at_ms: number;
    pairs: number;
    found: number;
}

/** One thing that a newer notice would let be seen. */
export interface NoticeMore {
    who: 'seller' | 'preferred' | 'department' | 'store' | 'manager' | 'nobody';
    where: 'in-store, this store' | 'in-store, other store' | 'online' | 'field';
    what: string;
    from: Step;
    to: Step;
    say: boolean;
}

/** A newer notice than the one she agreed to. */
export interface Newer {
    version: number;
    more: NoticeMore[];
    rest: boolean;
}

/** How long looks at her cards are kept: as the store does, or shorter. */
export type KeepLooks = 'store' | 'month' | 'week' | 'day';

export interface Now {
    state: 'stranger' | 'home' | 'told' | 'coming' | 'with_her' | 'nobody' | 'after' | 'not_today';
    store: string;
    associate?: { name: string; in: boolean } | null;
    visit?: Visit | null;
    after?: { who: string; lines: number; thanked: boolean } | null;
    share?: Share;
    notes?: Noting;
    notice?: Notice;
    newer?: Newer | null;
    leak_check?: LeakCheck | null;
    open?: boolean;
    full?: string[]; // [P165]
    looks?: { keep: KeepLooks; months: number }; // [P167]
    visits?: number;
    house?: { age: number; always_from: number; rest_days: number }; // [P123]
    clearing?: { waiting: number; away: number };
    paused?: boolean; // she has paused the use of her data [P133]
    objected?: { at_ms: number }; // at the desk [P134]
    gpc?: boolean; // her browser asks not to sell or share [P135]
    receipt?: string; // of what this very request said
}

export interface Look {
    state: 'invited' | 'refused_minor';
    store: string;
    associate: { name: string } | null;
    item: string;
    card?: Card | null;
    preview?: string;
}

export interface MyCard {
    card: Card | null;
    preview?: string;
}

export type Role = 'associate' | 'trainee' | 'manager';

export interface Paired {
    face: 'handheld' | 'console' | 'sign' | 'customer';
    you: string;
    store: string;
}

export interface SignCode {
    url: string;
    qr: Qr;
    step_s: number;
    left_ms: number;
    store: string;
    full: string[];
}

/** An access point's agent; `heard_s` is -1 if it has not been heard since the hub started. */
export interface Sensor {
    name: string;
    zone: string; // where it stands; '': nobody said
    counts: boolean; // false: the house rules leave its zone out
    state: 'ok' | 'silent' | 'down' | 'new';
    heard_s: number;
}

export interface Board {
    store: string;
    you: string;
    now_ms: number;
    associates: { name: string; role: Role; departments: string[]; connected: boolean }[];
    visits: { who: string; state: string; minutes: number; with: string }[];
    today: { arrivals: number; met: number; nobody: number };
    sensors: Sensor[];
    rules: { id: string; text: string }[];
    book: string;
}

/** A handheld of the store: whose, and whether it was there today, no time [P93]. */
export interface Handheld {
    id: string;
    name: string;
    seen: 'now' | 'today' | 'before' | 'never';
    state: 'ok' | 'no_key' | 'no_pin' | 'shut'; // whether somebody could sign in there [P113]
    paired_ms: number;
}

export interface Handhelds {
    handhelds: Handheld[];
    rest: number;
    pins: boolean; // whether this store asks for PINs
}

export interface RetractionsWindow {
    cleared: number; // 5 of `fewer`
    fewer: boolean;
    p50_ms?: number; // and the others: of five or more
    p99_ms?: number;
    worst_ms?: number;
    quick?: number; // within 200 ms
    soon?: number; // within 2 s
}

export interface Retractions {
    now_ms: number;
    since_ms: number;
    day: RetractionsWindow;
    week: RetractionsWindow;
    owed: { id: string; name: string; since_ms: number; away: boolean }[];
    rest: number;
}

export interface Revoked {
    revoked: number;
}

export interface Welcome {
    t: 'welcome';
    epoch: string;
    seq: number;
    you: { name: string; role: Role; departments: string[]; practised: boolean; invites: boolean };
    store: string;
    resume: boolean;
    ping_s: number;
    back_ms: number; // over how long all handhelds come back
    idle_s: number; // untouched for so long the PIN is asked for; 0: none is [P99]
}

/** Nobody is signed in: nothing else comes until a PIN was right [P98]. */
export interface Locked {
    t: 'locked';
    why: 'choose' | 'pin' | 'shut';
    you: string; // whose PIN it asks for
    left: number; // tries
}

/** Her new PIN is on disk. */
export interface Chosen {
    t: 'chosen';
}

/** The first frame to a handheld that has a key: nothing else comes before its proof [P95]. */
export interface Prove {
    t: 'prove';
    nonce: string;
    session: string;
    key: string;
}

export interface Sale {
    sale: number;
    item: string;
    at_ms: number;
}

export interface Sales {
    t: 'sales';
    sales: Sale[];
}

/** What customers said of an associate's visits: only with ten of them behind it. */
export interface MineSaid {
    from: string;
    weeks: number;
    value: number;
}

/** An associate's own week [P92]. */
export interface Mine {
    t: 'mine';
    from: string;
    asked: number;
    accepted: number;
    no_answer: number;
    busy: number;
    not_here: number;
    handed_over: number;
    clients: number;
    clients_met: number;
    met: number;
    cards: number;
    p50_s: number | null;
    p90_s: number | null;
    liked: MineSaid | null;
    not_fine: MineSaid | null;
}

/** Somebody whom a card could be handed to; `n` names her until the next list. */
export interface Colleague {
    n: number;
    name: string;
    departments: string[];
}

export interface Colleagues {
    t: 'colleagues';
    colleagues: Colleague[];
}

export interface Resync {
    t: 'resync';
    epoch: string;
    seq: number;
    open: number;
}

export interface Retract {
    t: 'retract';
    seq: number;
    card: number;
}

export interface StateChange {
    t: 'state';
    seq: number;
    card: number;
    /** `waits`: the card stays as it is; its customer heard "busy" and would rather wait. */
    state: CardState | 'waits';
}

export interface Invited {
    t: 'invited';
    url: string;
    qr: Qr;
    valid_s: number;
}

export interface HubError extends Problem {
    t?: 'error';
    card?: number;
}

export type HubFrame =
    | Prove
    | Locked
    | Chosen
    | Welcome
    | Resync
    | Card
    | Retract
    | StateChange
    | Sales
    | Mine
    | Remember
    | Remembered
    | Invited
    | Colleagues
    | WalkinTest
    | { t: 'invites'; on: boolean } // [P161]
    | (HubError & { t: 'error' });

// ---- the five numbers [P90-P91]: of the store and its teams, of nobody ----

export interface NumbersWindow {
    from: string; // its first day
    weeks: number;
    of: number; // rounded to five
    value: number;
    p50_s?: number;
    p90_s?: number;
    half?: number; // minor units of the store's currency
    nobody?: number;
    busy?: number;
    silent?: number;
    not_here?: number;
    handed_over?: number;
    soso?: number;
    bad?: number;
    struck?: number;
    left?: number;
    not_today?: number;
}

export interface NumbersLine {
    now: NumbersWindow | null;
    year_before: NumbersWindow | null;
    windows: NumbersWindow[];
}

export interface NumbersGroup {
    team: string; // "" is the store
    match: NumbersLine;
    response: NumbersLine;
    acceptance: NumbersLine;
    trust: NumbersLine;
    liked: NumbersLine;
    return: NumbersLine;
    spend_own: NumbersLine;
    spend_other: NumbersLine;
}

export interface NumbersPart {
    part: string;
    of: number;
    value: number;
}

export interface NumbersSplit {
    from: string;
    weeks: number;
    parts: NumbersPart[];
}

export interface NumbersVersion {
    version: number;
    from: string;
    weeks: number;
    of: number;
    value: number;
    struck: number;
    left: number;
    not_today: number;
}

export interface Numbers {
    until: string;
    least: number;
    currency: string; // of the amounts
    too_small: boolean;
    groups: NumbersGroup[];
    by_hour: NumbersSplit | null;
    by_source: NumbersSplit | null;
    by_rules: NumbersVersion[];
}
