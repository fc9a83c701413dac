// A rule as a sentence to read, and as the line of text that says it. The hub alone reads lines; here they are only
// written, from the rule as the hub gave it or as somebody has just chosen it.

import type { Relation, Role, Rule, Step } from '../wire';

export interface Sentence {
    text: string;
    because: string;
}

export const RELATIONS: Record<Relation, string> = {
    seller: 'the seller',
    preferred: 'the chosen associate',
    department: 'the purchase’s department',
    store: 'anyone of the purchase’s store',
};

export const ROLES: Record<Role, string> = {
    associate: 'an associate',
    trainee: 'a trainee',
    manager: 'a manager',
};

/** What each step of the ladder shows, lowest first. */
export const STEPS: Record<Step, string> = {
    hide: 'nothing',
    tally: 'whether it was a few or many',
    kind: 'the kind of thing and the season',
    brand: 'the brand and the kind of thing',
    item: 'the item, its size and colour and the month',
    full: 'everything, with day and price',
};

export const STATUSES: Record<Rule['statuses'][number], string> = {
    bought: 'kept',
    returned: 'returned',
    cancelled: 'cancelled',
};

export const FIELDS: Record<Rule['fields'][number], string> = {
    name: 'the name',
    greet: 'how to greet',
    hint: 'what the guest wears',
    wish: 'the wish',
    sizes: 'the sizes',
    likes: 'what the guest likes',
    notes: 'notes',
    presence: 'that the guest is here',
};

/** The keys of a table, in its order: the order in which the language writes them. */
export const keysOf = <K extends string>(table: Record<K, string>): K[] => Object.keys(table) as K[];

export function list(parts: string[], last = 'and'): string {
    return parts.length < 2
        ? (parts[0] ?? '')
        : `${parts.slice(0, -1).join(', ')} ${last} ${parts[parts.length - 1]}`;
}

const capital = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1);

/** An amount as people read it: 1,000 and 1,000.50. */
export function amount(text: string): string {
    const n = Number(text);
    return n.toLocaleString('en', { minimumFractionDigits: Number.isInteger(n) ? 0 : 2 });
}

function made({ channels, wheres }: Rule): string {
    const channel = channels.length === 1 ? channels[0] : '';
    const where = wheres.length === 1 ? wheres[0] : '';
    if (channel === 'in-store' && where === 'this-store') return 'made in this store';
    if (channel === 'in-store' && where === 'other-store') return 'made in another store';
    const from = where === 'this-store' ? 'in this store' : where ? 'from another store' : '';
    return [channel === 'online' ? 'bought online' : channel ? 'bought in a store' : '', from]
        .filter(Boolean)
        .join(' ');
}

function bounds(r: Rule): string[] {
    const { price_from: from, price_below: below } = r;
    const [more, most] = [r.age_more_months, r.age_most_months];
    const said: string[] = [];
    if (from !== null && below !== null) said.push(`for ${amount(from)} or more but less than ${amount(below)}`);
    else if (from !== null) said.push(`for ${amount(from)} or more`);
    else if (below !== null) said.push(`for less than ${amount(below)}`);
    if (most !== null) said.push(`in the last ${most} months`);
    if (more !== null) said.push(`older than ${more} months`);
    return said;
}

function what(r: Rule): string {
    if (r.subject === 'field') return list(r.fields.map((f) => FIELDS[f]));
    const statuses = r.statuses.map((s) => STATUSES[s]);
    const before = [r.sensitive ? 'protected' : '', list(statuses, 'or')];
    const after = [
        made(r),
        r.gift ? 'marked as a gift' : '',
        r.kinds.length > 0 ? `of ${list(r.kinds, 'or')}` : '',
        ...bounds(r),
    ];
    return [...before, 'purchases', ...after].filter(Boolean).join(' ');
}

function stepOfField(level: Step): string {
    return level === 'full' ? '' : ', as initials';
}

function whom({ kind, relations, role }: Rule['who']): string {
    const related = list(
        relations.map((r) => RELATIONS[r]),
        'or',
    );
    const by = role ? ROLES[role] : '';
    return kind === 'anyone'
        ? 'anyone'
        : kind === 'role'
          ? by
          : kind === 'role_related'
            ? `${by} who is ${related}`
            : related;
}

function statement(r: Rule): string {
    const who = whom(r.who);
    const of = what(r);
    const field = r.subject === 'field';
    const sees = field ? `${of}${stepOfField(r.level)}` : `${STEPS[r.level]}, of ${of}`;
    const others = r.who.kind === 'unrelated';
    const everybody = r.who.kind === 'anyone';
    if (r.verb === 'show') return others ? `Anyone but ${who} sees ${sees}` : `${capital(who)} sees ${sees}`;
    const nobody = others ? `Nobody but ${who}` : 'Nobody';
    if (r.verb === 'limit')
        return others || everybody ? `${nobody} sees more than ${sees}` : `${capital(who)} sees no more than ${sees}`;
    return others || everybody ? `${nobody} sees ${of}` : `${capital(who)} does not see ${of}`;
}

export function ruleSentence(r: Rule): Sentence {
    let text = statement(r);
    if (r.seen === 'sensed') text += ', while only the Wi-Fi has noticed the guest';
    if (r.seen === 'checked-in') text += ', once the guest has checked in';
    if (r.mention_ok) text += r.subject === 'field' ? ', and may use it' : ', and may speak of it';
    if (r.firm) text += '. Nobody in the store can change this';
    return { text: `${text}.`, because: r.because };
}

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
