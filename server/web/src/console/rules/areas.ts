// The hub's words for a part of all cases ("preferred, not seller, online; associate; price from 1000.00") as people say
// them. What is not known here stands as it came: the hub's words are readable, only short.

import type { Area, Sights } from '../../wire';
import { list, RELATIONS } from '../rule';

const PLACES: Record<string, string> = {
    online: 'bought online',
    'in-store': 'bought in a store',
    'this-store': 'bought in this store',
    'other-store': 'bought in another store',
};

const WORDS: Record<string, string> = {
    associate: 'associates',
    trainee: 'trainees',
    manager: 'managers',
    sensitive: 'protected',
    bought: 'kept',
    returned: 'returned',
    cancelled: 'cancelled',
    gift: 'gifts',
    'checked-in': 'after a check-in',
    sensed: 'noticed by Wi-Fi only',
    'price unknown': 'with no known price',
};

/** What goes without saying: of these something else is hidden in any case. */
const PLAIN = new Set(['not sensitive', 'no gift']);

const number = (text: string) => Number(text).toLocaleString('en', { maximumFractionDigits: 2 });

function word(text: string): string {
    const price = /^price (from|below) ([\d.]+)(?: to below ([\d.]+))?$/.exec(text);
    if (price) return price[1] === 'below' ? `below ${number(price[2] ?? '')}` : `from ${number(price[2] ?? '')}`;
    const between = /^price ([\d.]+) to below ([\d.]+)$/.exec(text);
    if (between) return `from ${number(between[1] ?? '')} to below ${number(between[2] ?? '')}`;
    const age = /^age (<=|>) (\d+) months$/.exec(text);
    if (age) return age[1] === '<=' ? `of the last ${age[2]} months` : `older than ${age[2]} months`;
    const ages = /^age (\d+) to (\d+) months$/.exec(text);
    if (ages) return `${ages[1]} to ${ages[2]} months old`;
    return WORDS[text] ?? text;
}

const condition = (text: string) => list(text.split('/').map(word), 'or');

/** "preferred, not seller, online": who looks at what was bought where. */
function place(text: string): string | null {
    const who: string[] = [];
    const not: string[] = [];
    const where: string[] = [];
    for (const part of text.replace(/^part of /, '').split(', ')) {
        const no = part.startsWith('not ');
        const relation = RELATIONS[(no ? part.slice(4) : part) as keyof typeof RELATIONS];
        if (relation) (no ? not : who).push(relation);
        else if (PLACES[part]) where.push(PLACES[part] ?? '');
        else return null;
    }
    const people = who.length > 0 ? list(who) : not.length > 0 ? 'Others' : 'Anyone';
    const but = not.length > 0 ? ` (not ${list(not, 'nor')})` : '';
    const said = `${people}${but}${where.length > 0 ? `, ${where.join(', ')}` : ''}`;
    return said.charAt(0).toLocaleUpperCase() + said.slice(1);
}

export interface Place {
    what: string;
    steps: (Sights & { when: string[] })[]; // by the step, with the conditions under which
}

/** The areas by who looks at what was bought where, and within that by how much is seen. */
export function placesOf(areas: readonly Area[], anything: string): Place[] {
    const places = new Map<string, Place>();
    for (const { what, ...sights } of areas) {
        const [first = '', ...rest] = what.split('; ');
        const said = place(first);
        const conditions = (said === null ? [first, ...rest] : rest)
            .filter((t) => t !== '' && t !== 'everything' && !PLAIN.has(t))
            .map(condition)
            .join(', ');
        const title = said ?? anything;
        const of = places.get(title) ?? { what: title, steps: [] };
        places.set(title, of);
        const step = of.steps.find(
            (s) =>
                s.from === sights.from &&
                s.to === sights.to &&
                s.may_say_from === sights.may_say_from &&
                s.may_say_to === sights.may_say_to,
        );
        if (step) step.when.push(conditions);
        else of.steps.push({ ...sights, when: [conditions] });
    }
    return [...places.values()];
}
