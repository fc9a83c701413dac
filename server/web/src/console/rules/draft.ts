// The rules as somebody is changing them: rule objects in their order, what can be undone, and the text they make.

import type { Rule } from '../../wire';
import { ruleLine } from '../rule';

export interface Drafted {
    key: number; // stays while the rule is changed, so that the page keeps its place
    rule: Rule;
}

export interface Draft {
    header: string; // "rulebook NAME version N store S notice N N"
    rules: readonly Drafted[];
}

let keys = 0;

export const headerOf = (text: string) => text.slice(0, text.indexOf('\n'));

export function draftOf(header: string, rules: readonly Rule[], before?: Draft): Draft {
    // A rule keeps its key by its id, so that an import does not move what is open.
    const known = new Map(before?.rules.map((d) => [d.rule.id, d.key]));
    return { header, rules: rules.map((rule) => ({ key: known.get(rule.id) ?? ++keys, rule })) };
}

export const textOf = (draft: Draft) =>
    [draft.header, ...draft.rules.map((d) => ruleLine(d.rule)), ''].join('\n');

export const replaced = (draft: Draft, key: number, rule: Rule): Draft => ({
    ...draft,
    rules: draft.rules.map((d) => (d.key === key ? { key, rule } : d)),
});

export const without = (draft: Draft, key: number): Draft => ({
    ...draft,
    rules: draft.rules.filter((d) => d.key !== key),
});

export type Part = 'show' | 'hold' | 'field';

/** Where a rule stands: what is shown, what holds it back, or the fields of the card. */
export const partOf = (rule: Rule): Part =>
    rule.subject === 'field' ? 'field' : rule.verb === 'show' ? 'show' : 'hold';

const LETTER: Record<Part, string> = { show: 'R', hold: 'L', field: 'F' };

function freeId(draft: Draft, letter: string): string {
    const taken = new Set(draft.rules.map((d) => d.rule.id));
    for (let n = 1; ; n++) if (!taken.has(`${letter}${n}`)) return `${letter}${n}`;
}

const PLAIN: Rule = {
    id: '',
    line: '',
    verb: 'show',
    level: 'kind',
    firm: false,
    who: { kind: 'related', relations: ['preferred'], role: null },
    subject: 'purchase',
    fields: [],
    channels: [],
    wheres: [],
    kinds: [],
    sensitive: null,
    gift: null,
    statuses: [],
    price_from: null,
    price_below: null,
    age_more_months: null,
    age_most_months: null,
    seen: null,
    mention_ok: false,
    because: '',
};

const FRESH: Record<Part, Partial<Rule>> = {
    show: { because: 'You are the chosen associate' },
    hold: {
        verb: 'never',
        level: 'hide',
        who: { kind: 'unrelated', relations: ['seller'], role: null },
    },
    field: { subject: 'field', fields: ['sizes'], level: 'full', because: 'You are the chosen associate' },
};

/** A new rule at the end of its part, with choices to start from. */
export function withNew(draft: Draft, part: Part): { draft: Draft; key: number } {
    const rule: Rule = { ...PLAIN, ...FRESH[part], id: freeId(draft, LETTER[part]) };
    const last = draft.rules.reduce((at, d, i) => (partOf(d.rule) === part ? i : at), -1);
    const at = last < 0 ? draft.rules.length : last + 1;
    const key = ++keys;
    return {
        key,
        draft: { ...draft, rules: [...draft.rules.slice(0, at), { key, rule }, ...draft.rules.slice(at)] },
    };
}

/** How a rule differs from what is in force; `lines`: the lines in force by id. */
export function changeOf(rule: Rule, lines: ReadonlyMap<string, string>): 'same' | 'new' | 'changed' {
    const live = lines.get(rule.id);
    return live === undefined ? 'new' : live === ruleLine(rule) ? 'same' : 'changed';
}
