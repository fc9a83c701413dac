// The three cards of the practice arrivals: the same shape as the hub's, drawn by the same component. They come with
// the page and never from the hub, so no record, number or limit of anybody's knows of them [P104].

import type { Card, Field, Line } from '../wire';
import { practiceWords as words } from './practice-words';

const RULE = 'practice';

/** Which answers of each arrival may be said: no matter of language. */
export const MAY: readonly (readonly boolean[])[] = [
    [true, false, true],
    [false, true, false],
    [true, false, false],
];

function field(text: string, mention: 'ok' | 'wait', why: string): Field {
    return { text, level: 'full', mention, because: why, rule: RULE };
}

/** So many months ago, for whoever practises today. */
function ago(months: number, now: Date): { year: number; month: number } {
    const at = new Date(now.getFullYear(), now.getMonth() - months, 1);
    return { year: at.getFullYear(), month: at.getMonth() + 1 };
}

/** The season of a month, and the year in which that season began. */
function season(at: { year: number; month: number }): Pick<Line, 'season' | 'year'> {
    if (at.month <= 2) return { season: 'winter', year: at.year - 1 };
    const name = at.month <= 5 ? 'spring' : at.month <= 8 ? 'summer' : at.month <= 11 ? 'autumn' : 'winter';
    return { season: name, year: at.year };
}

const empty: Omit<Card, 'standing' | 'meet' | 'fields'> = {
    t: 'card',
    seq: 0,
    card: 0,
    state: 'offered',
    seen: 'checked-in',
    age_s: 0,
    answer_within_ms: 0,
    here: true,
    currency: '',
    may_say: { because: '', lines: [] },
    know_only: { because: '', lines: [] },
};

/** Somebody who chose whoever practises, and said what she is after today. */
function ofClient({ name, first, hint, meet, wish }: typeof words.cards.own): Card {
    const { because, standing } = words;
    return {
        ...empty,
        standing: standing.own,
        meet,
        fields: {
            name: field(name, 'ok', because.chosen),
            greet: field(first, 'ok', because.chosen),
            hint: field(hint, 'ok', because.told),
            wish: field(wish, 'ok', because.told),
        },
    };
}

function ownClient(now: Date): Card {
    const { because, cards, things } = words;
    return {
        ...ofClient(cards.own),
        may_say: {
            because: because.sold,
            lines: [
                {
                    line: 1,
                    level: 'item',
                    mention: 'ok',
                    because: because.sold,
                    rule: RULE,
                    department: things.women,
                    status: 'bought',
                    channel: 'in-store',
                    kind: things.blazers,
                    item: things.blazer,
                    size: '38',
                    colour: '', // it is in the words of the thing, where each language wants it
                    brand: '',
                    ...ago(3, now),
                },
            ],
        },
        know_only: {
            because: because.back,
            lines: [
                {
                    line: 2,
                    level: 'item',
                    mention: 'wait',
                    because: because.back,
                    rule: RULE,
                    department: things.women,
                    status: 'returned',
                    channel: 'in-store',
                    kind: things.coats,
                    item: things.coat,
                    size: '',
                    colour: '',
                    brand: '',
                    ...ago(2, now),
                },
            ],
        },
    };
}

function trap(now: Date): Card {
    const { because, cards, things } = words;
    return {
        ...ofClient(cards.trap),
        know_only: {
            because: because.online,
            lines: [
                {
                    line: 1,
                    level: 'kind',
                    mention: 'wait',
                    because: because.online,
                    rule: RULE,
                    department: things.men,
                    status: 'bought',
                    channel: 'online',
                    kind: things.scarves,
                    ...season(ago(1, now)),
                },
            ],
        },
    };
}

function standIn(): Card {
    const { because, standing } = words;
    const { hint, meet, wish, sizes } = words.cards.standIn;
    return {
        ...empty,
        standing: standing.standIn,
        meet,
        fields: {
            hint: field(hint, 'ok', because.told),
            wish: field(wish, 'ok', because.told),
            sizes: field(sizes, 'wait', because.sizes),
        },
    };
}

/** In the language that is shown now. */
export function practiceCards(now: Date): Card[] {
    return [ownClient(now), trap(now), standIn()];
}
