// The words of a rule, and how they make a sentence: in each language by itself, since only the parts are the same.

import { type Language, type Said, speaks } from '../lib/language';
import type { Relation, Role, Rule, Step } from '../wire';
import { amount, capital, list } from './rule-list';
import { fr } from './rule-words.fr';
import { sv } from './rule-words.sv';

const relations: Record<Relation, string> = {
    seller: 'the seller',
    preferred: 'the chosen associate',
    department: 'the purchase’s department',
    store: 'anyone of the purchase’s store',
};

const roles: Record<Role, string> = {
    associate: 'an associate',
    trainee: 'a trainee',
    manager: 'a manager',
};

/** What each step of the ladder shows, lowest first. */
const steps: Record<Step, string> = {
    hide: 'nothing',
    tally: 'whether it was a few or many',
    kind: 'the kind of thing and the season',
    brand: 'the brand and the kind of thing',
    item: 'the item, its size and colour and the month',
    full: 'everything, with day and price',
};

const statuses: Record<Rule['statuses'][number], string> = {
    bought: 'kept',
    returned: 'returned',
    cancelled: 'cancelled',
};

const fields: Record<Rule['fields'][number], string> = {
    name: 'the name',
    greet: 'how to greet',
    hint: 'what the guest wears',
    wish: 'the wish',
    sizes: 'the sizes',
    likes: 'what the guest likes',
    notes: 'notes',
    presence: 'that the guest is here',
};

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
    if (r.subject === 'field') return list(r.fields.map((f) => fields[f]), 'and');
    const before = [r.sensitive ? 'protected' : '', list(r.statuses.map((s) => statuses[s]), 'or')];
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

function whom({ kind, relations: some, role }: Rule['who']): string {
    const related = list(
        some.map((r) => relations[r]),
        'or',
    );
    const by = role ? roles[role] : '';
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
    const sees = field ? `${of}${stepOfField(r.level)}` : `${steps[r.level]}, of ${of}`;
    const others = r.who.kind === 'unrelated';
    const everybody = r.who.kind === 'anyone';
    if (r.verb === 'show') return others ? `Anyone but ${who} sees ${sees}` : `${capital(who)} sees ${sees}`;
    const nobody = others ? `Nobody but ${who}` : 'Nobody';
    if (r.verb === 'limit')
        return others || everybody ? `${nobody} sees more than ${sees}` : `${capital(who)} sees no more than ${sees}`;
    return others || everybody ? `${nobody} sees ${of}` : `${capital(who)} does not see ${of}`;
}

function sentence(r: Rule): string {
    let text = statement(r);
    if (r.seen === 'sensed') text += ', while only the Wi-Fi has noticed the guest';
    if (r.seen === 'checked-in') text += ', once the guest has checked in';
    if (r.mention_ok) text += r.subject === 'field' ? ', and may use it' : ', and may speak of it';
    if (r.firm) text += '. Nobody in the store can change this';
    return text;
}

const en = { relations, roles, steps, statuses, fields, and: 'and', or: 'or', nor: 'nor', sentence };

export type RuleWords = Said<typeof en>;
export let ruleWords: RuleWords = en;
const tables: Record<Language, RuleWords> = { en, sv, fr };
speaks((language) => (ruleWords = tables[language]));
