// A rule as a sentence to read, and as the line of text that says it. The hub alone reads lines; here they are only
// written, from the rule as the hub gave it or as somebody has just chosen it. The sentence is in the language of who
// reads; the line has one language, which stores and head office pass on in files.

import { heardReason } from '../card/heard';
import type { Rule } from '../wire';
import { ruleWords } from './rule-words';

export interface Sentence {
    text: string;
    because: string;
}

/** The keys of a table, in its order: the order in which the language writes them. */
export const keysOf = <K extends string>(table: Record<K, string>): K[] => Object.keys(table) as K[];

export const ruleSentence = (r: Rule): Sentence => ({ text: `${ruleWords.sentence(r)}.`, because: heardReason(r.because) });

const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** An amount as the language writes it: whole, or with two decimals. */
function money(text: string): string {
    const hundredths = Math.round(Number(text) * 100);
    const rest = hundredths % 100;
    return `${Math.floor(hundredths / 100)}${rest === 0 ? '' : `.${String(rest).padStart(2, '0')}`}`;
}

function whoWords({ kind, relations, role }: Rule['who']): string {
    const related = relations.join(' or ');
    switch (kind) {
        case 'anyone':
            return 'anyone';
        case 'related':
            return related;
        case 'unrelated':
            return `everyone except ${related}`;
        case 'role':
            return role ?? '';
        case 'role_related':
            return `${role} who is ${related}`;
    }
}

function whatWords(r: Rule): string {
    if (r.subject === 'field') return `field ${r.fields.join('/')}`;
    const terms = [
        r.channels.length === 1 ? r.channels[0] : '',
        r.wheres.length === 1 ? r.wheres[0] : '',
        r.sensitive ? 'sensitive' : '',
        r.gift ? 'gift' : '',
        r.statuses.join('/'),
        r.kinds.length > 0 ? `kind ${r.kinds.map(quoted).join('/')}` : '',
        r.price_from === null ? '' : `price >= ${money(r.price_from)}`,
        r.price_below === null ? '' : `price < ${money(r.price_below)}`,
        r.age_most_months === null ? '' : `age <= ${r.age_most_months} months`,
        r.age_more_months === null ? '' : `age > ${r.age_more_months} months`,
    ].filter(Boolean);
    return terms.join(', ') || 'anything';
}

/** The line of the language, written as the hub itself would write it. */
export function ruleLine(r: Rule): string {
    return [
        `${r.id}: ${r.verb === 'never' ? 'never' : `${r.verb} ${r.level}`}${r.firm ? ' firm' : ''}`,
        ` to ${whoWords(r.who)} of ${whatWords(r)}`,
        r.seen ? ` when ${r.seen}` : '',
        r.mention_ok ? ' mention ok' : '',
        r.because ? ` because ${quoted(r.because)}` : '',
    ].join('');
}
