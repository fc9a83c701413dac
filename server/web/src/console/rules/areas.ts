// The hub's words for a part of all cases ("preferred, not seller, online; associate; price from 1000.00") as people say
// them. What is not known here stands as it came: the hub's words are readable, only short.

import { locale } from '../../lib/language';
import type { Area, Sights } from '../../wire';
import { capital, list } from '../rule-list';
import { ruleWords } from '../rule-words';
import { areaWords } from './area-words';

/** What goes without saying: of these something else is hidden in any case. */
const PLAIN = new Set(['not sensitive', 'no gift']);

/** "1000.00", and "12.5": up to two decimals. */
const number = (text: string) => Number(text).toLocaleString(locale(), { maximumFractionDigits: 2 });

const own = (table: Readonly<Record<string, string>>, text: string): string | undefined =>
    Object.prototype.hasOwnProperty.call(table, text) ? table[text] : undefined;

function word(text: string): string {
    const say = areaWords;
    const price = /^price (from|below) ([\d.]+)(?: to below ([\d.]+))?$/.exec(text);
    if (price) return (price[1] === 'below' ? say.below : say.from)(number(price[2] ?? ''));
    const between = /^price ([\d.]+) to below ([\d.]+)$/.exec(text);
    if (between) return say.between(number(between[1] ?? ''), number(between[2] ?? ''));
    const age = /^age (<=|>) (\d+) months$/.exec(text);
    if (age) return (age[1] === '<=' ? say.ageMost : say.ageMore)(age[2] ?? '');
    const ages = /^age (\d+) to (\d+) months$/.exec(text);
    if (ages) return say.ages(ages[1] ?? '', ages[2] ?? '');
    return own(say.words, text) ?? text;
}

const condition = (text: string) => list(text.split('/').map(word), ruleWords.or);

/** "preferred, not seller, online": who looks at what was bought where. */
function place(text: string): string | null {
    const who: string[] = [];
    const not: string[] = [];
    const where: string[] = [];
    for (const part of text.replace(/^part of /, '').split(', ')) {
        const no = part.startsWith('not ');
        const relation = own(ruleWords.relations, no ? part.slice(4) : part);
        const bought = own(areaWords.places, part);
        if (relation) (no ? not : who).push(relation);
        else if (bought) where.push(bought);
        else return null;
    }
    const people = who.length > 0 ? list(who, ruleWords.and) : not.length > 0 ? areaWords.others : areaWords.anyone;
    const but = not.length > 0 ? ` (${areaWords.not(list(not, ruleWords.nor))})` : '';
    return capital(`${people}${but}${where.length > 0 ? `, ${where.join(', ')}` : ''}`);
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
