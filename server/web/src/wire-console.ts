// What travels between the hub and the manager's console: her account, the lab of the rules, the roster. Part of wire.ts.

import type { Card, Qr, Role, Step } from './wire';

// ---- the manager, and the lab of the rules [P60-P73] ----

export interface Me {
    you: string;
    name: string; // what she signs in with
    enrolled: boolean;
    stepped_up_s: number;
}

/** The key of her second factor, until she has typed its first code [P60]. */
export interface EnrolBegun {
    you: string;
    name: string;
    secret: string;
    url: string;
    qr: Qr;
}

export type Relation = 'seller' | 'preferred' | 'department' | 'store';

export interface RuleWho {
    kind: 'anyone' | 'related' | 'unrelated' | 'role' | 'role_related';
    relations: Relation[];
    role: Role | null;
}

/** One rule as the hub reads it; an empty list and null say nothing. */
export interface Rule {
    id: string;
    line: string;
    verb: 'show' | 'limit' | 'never';
    level: Step;
    firm: boolean;
    who: RuleWho;
    subject: 'purchase' | 'field';
    fields: ('name' | 'greet' | 'hint' | 'wish' | 'sizes' | 'likes' | 'notes' | 'presence')[];
    channels: ('in-store' | 'online')[];
    wheres: ('this-store' | 'other-store')[];
    kinds: string[];
    sensitive: boolean | null;
    gift: boolean | null;
    statuses: ('bought' | 'returned' | 'cancelled')[];
    price_from: string | null;
    price_below: string | null;
    age_more_months: number | null;
    age_most_months: number | null;
    seen: 'checked-in' | 'sensed' | null;
    mention_ok: boolean;
    because: string;
}

export interface Version {
    version: number;
    name: string;
    sha256: string;
    state: 'live' | 'past' | 'proposed' | 'withdrawn';
    by: string;
    at_ms: number;
    approved_by: string;
    published_ms: number;
    why: string;
    wider: boolean;
    mine: boolean;
    text?: string; // not in lists
}

export interface Rules {
    live: Version;
    versions: Version[];
    shipped: { name: string; text: string }[];
    classes: { name: string; department: string; sensitive: boolean }[];
    notices: { version: number; name: string; customers: number }[];
    me: Me;
}

/** The house rules [P121]. */
export interface HouseRule {
    key: string;
    rule: number;
    kind: 'number' | 'yes' | 'time' | 'days' | 'names';
    unit: string;
    value: number;
    list?: string; // of kinds days and names
    usual: number;
    least: number;
    most: number;
    head_office: boolean;
    say: string;
}

export interface HouseVersion {
    version: number;
    at_ms: number;
    by: string;
    text: string;
}

export interface House {
    version: number; // 0: none was saved
    text: string;
    rules: HouseRule[];
    zones: string[]; // where sensors stand
    versions: HouseVersion[];
}

export interface HouseCounted {
    changed: number;
    fewer: boolean; // at least one, and fewer than `changed`
    of: number;
    text: string;
}

export interface RulesError {
    line: number;
    column: number;
    say: string;
}

export interface Finding {
    kind: string;
    warning: boolean;
    rule: string;
    other?: string;
    rules?: string[];
    say: string;
}

/** How much is shown, and whether it may be said, before and after. */
export interface Sights {
    from: Step;
    to: Step;
    may_say_from: boolean;
    may_say_to: boolean;
}

/** A part of all cases that changes alike, in words. */
export interface Area extends Sights {
    what: string;
}

export interface PictureCell {
    least: Step;
    most: Step;
    may_say: boolean;
}

/** Row, column, kind. */
export interface Picture {
    rows: string[];
    columns: string[];
    kinds: string[];
    cells: PictureCell[][][];
}

export interface RulesCheck {
    ok: boolean;
    errors?: RulesError[];
    text?: string;
    sha256?: string;
    name?: string;
    rules?: Rule[];
    cells?: number;
    findings?: Finding[];
    change?: { wider: number; narrower: number; more: Area[]; less: Area[] };
    ceilings?: { of: string; cells: number; areas: Area[]; customers: number; say: string }[];
    picture?: { live: Picture; draft: Picture };
}

export interface RulesCards {
    ok?: boolean;
    cards: {
        viewer: 'seller' | 'preferred' | 'department' | 'manager' | 'trainee' | 'other';
        seen: 'checked-in' | 'sensed';
        live: Card | null;
        draft: Card;
    }[];
}

/** Fewer than five are never counted out. */
export type Count = number | string;

export interface RulesJob {
    job: number;
    what: 'diff' | 'replay';
    state: 'none' | 'running' | 'done' | 'failed';
    done: number;
    of: number;
    result: DiffResult | ReplayResult | null;
}

export interface Counted extends Sights {
    wider: boolean;
}

export interface DiffResult {
    customers: Count;
    associates: number;
    lines: Count;
    pairs: Count;
    customers_changed: Count;
    wider: Count;
    narrower: Count;
    by: (Counted & { relation: string; channel: 'in-store' | 'online'; kind: string; lines: Count })[];
    by_left_out: number;
    fields: (Counted & { field: Rule['fields'][number]; relation: string; customers: Count })[];
    unused: string[];
    singles_out: { rule: string; customers: Count; one_associate: boolean }[];
    took_ms: number;
}

export interface ReplayResult {
    cards: Count;
    changed: Count;
    more: Count;
    less: Count;
    other_rules: Count; // were made by rules that are no more in force
    gone: Count; // of customers who are no more
    by_day: { day: string; cards: Count; changed: Count; more: Count; less: Count }[];
    took_ms: number;
}

// ---- who works when [P88] ----

export interface Roster {
    day: string; // YYYY-MM-DD, of the store
    today: string;
    from_ms: number;
    until_ms: number;
    now_ms: number;
    kept: boolean; // any shift is on record; else everybody is on shift
    offsets: { from_ms: number; minutes: number }[];
    ticks: { at_ms: number; text: string }[];
    departments: string[];
    associates: {
        id: string;
        name: string;
        role: Role;
        departments: number[];
        stand_in: string;
        languages: string;
        skills: string;
        shifts: { kind: 'shift' | 'break'; begins_ms: number; ends_ms: number; begins: string; ends: string }[];
    }[];
    left_off: number;
}

/** What the hub signs receipts with, and who answers for them [P102]. */
export interface ReceiptKey {
    alg: 'Ed25519';
    key: string;
    controller: Controller;
}

export interface Controller {
    name: string;
    street: string;
    country: string;
    contact: string;
    email: string;
    phone: string;
    policy: string;
}

/** What the first run finds [P136]. */
export interface First {
    store: string;
    contact: string;
    url: string;
    qr: Qr;
    clock: string; // "11:30"
    now_ms: number;
    step: number; // 0: not begun
    stores: { id: string; zone: string; own: boolean }[];
    associates: number;
    classes: number;
    products: number;
    customers: number;
    purchases: number;
    handhelds: number;
}

/** What the sign at the door says, in every language [P152]. */
export interface SignText {
    store: string;
    url: string;
    sensors: boolean;
    signs: SignIn[];
}

export interface SignIn {
    language: 'en' | 'sv' | 'fr';
    title: string;
    lines: {
        about: 'controller' | 'purpose' | 'sensors' | 'hours' | 'used' | 'age' | 'rights' | 'no_phone' | 'notice';
        say: string;
    }[];
}

/** What became of rows [P138]. */
export interface Imported {
    good: number;
    new: number;
    updated: number;
    same: number;
    no_customer: number;
    not_kept: number;
    rejected: number;
    unmapped: number;
    rejects: { line: number; reason: string }[];
}

export interface PairLink {
    url: string;
    qr: Qr;
    valid_s: number;
}

// ---- the walk-in test [P154-P156] ----

export type WalkinWhy = '' | 'no_phone' | 'not_read' | 'not_saved' | 'late' | 'no_handheld' | 'silent' | 'gone';

export interface WalkinLamp {
    state: 'none' | 'waiting' | 'green' | 'red';
    ms: number;
    why: WalkinWhy;
}

/** One that is over. */
export interface WalkinPast {
    at_ms: number;
    day: string; // YYYY-MM-DD, of the store
    morning: boolean; // it began by itself
    phone: boolean; // a phone was part of it
    green: boolean;
    why: WalkinWhy;
    phone_ms: number;
    hub_ms: number;
    handhelds: number; // were asked
    answered: number;
    first_ms: number; // of the first that answered
}

export interface Walkin {
    now_ms: number;
    test: number; // 0: there was none since the hub started
    state: 'none' | 'waiting' | 'running' | 'green' | 'red';
    morning: boolean;
    at_ms: number;
    phone: WalkinLamp;
    hub: WalkinLamp;
    handheld: WalkinLamp; // the first that answered
    handhelds: { id: string; name: string; lamp: WalkinLamp }[];
    rest: number; // were connected, and not asked
    phone_at_ms: number; // 0: none walked in
    past: WalkinPast[]; // newest first
}

export interface WalkinStarted {
    test: number;
    url: string; // "": no phone is part of it
    qr?: Qr;
    valid_s: number;
}

export interface WalkinTest {
    t: 'walkin_test';
    test: number;
}

export interface Walked {
    store: string;
}
