// Notes about a customer, who is theirs [P116-P119]. Part of wire.ts.

/** On a card: what its viewer wrote down herself. */
export interface CardNotes {
    texts: string[];
    level: 'tally' | 'kind' | 'brand' | 'item' | 'full';
    mention: 'wait';
    because: string;
    rule: string;
}

/** Whether they are offered to her at all, and whether she allows them. */
export interface Noting {
    may: boolean;
    on: boolean;
}

export interface Note {
    id: string;
    text: string;
    who: string;
    at_ms: number;
    shown_ms: number; // when a card last had it; 0: never
}

export interface Notes {
    notes: Note[];
    keep_days: number;
}

/** After Done: one thing may be written down, in so many bytes. */
export interface Remember {
    t: 'remember';
    card: number;
    most: number;
}

/** It is on disk. */
export interface Remembered {
    t: 'remembered';
    card: number;
}
