// What a page knows of its line and its cards at this moment.

import type { Card, Colleague, Locked, Mine, Qr, Sale, Welcome } from '../wire';

/** `refused`: the hub will not have this device (not paired, or taken back); `locked`: it is connected, and asks for a PIN;
 * the others say what closed the line. */
export type Link = 'connecting' | 'open' | 'locked' | 'offline' | 'refused' | 'fenced' | 'elsewhere' | 'outdated';

export type Action = 'accept' | 'with_her' | 'busy' | 'not_here' | 'hand_over' | 'done' | 'its_her';

export interface Shown {
    card: Card;
    until: number | null; // env.now() at which the offer passes on
    turn_ms: number; // how much of its turn was left when it first came
    fresh: boolean; // not seen before on this device: worth a chime
    pending: Action | 'hand_to' | null; // asked for, not answered yet
    unanswered: boolean; // the hub said nothing to what was asked last: it can be asked again
    thank: boolean; // what Done says besides: to say thanks when the customer is here again
    waits: boolean; // she was told "busy" and would rather wait for this associate
}

export interface Invited {
    url: string;
    qr: Qr;
    until: number; // env.now()
}

export interface Remembering {
    card: number;
    most: number; // bytes
    text: string; // on its way; '' = not said yet
    kept: boolean;
}

export interface View {
    link: Link;
    welcome: Welcome | null;
    locked: Locked | null; // while the link is
    entering: boolean; // a PIN is on its way
    chosen: number; // how often a new PIN was taken
    cards: Shown[]; // in the order in which they came
    sales: Sale[] | null;
    mine: Mine | null; // asked for, and still looked at
    colleagues: Colleague[] | null; // whom a card could be handed to; null: asked for, or not
    invited: Invited | null;
    remember: Remembering | null; // one thing that she is asked for, after Done [P117]
    walkin: number; // the walk-in test that is told of just now; 0: none
    trouble: { say: string; do: string; card?: number; error: string } | null;
    lostSince: number | null; // env.now() of the moment the line went down
}

/** What she was welcomed with, after the house rules said anew whether she may invite. */
export function mayInvite(welcome: Welcome | null, on: boolean): Welcome | null {
    return welcome && { ...welcome, you: { ...welcome.you, invites: on } };
}
