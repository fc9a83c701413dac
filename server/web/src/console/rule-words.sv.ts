// The words of a rule, and how they make a sentence, in Swedish.

import type { Rule } from '../wire';
import { amount, capital, list } from './rule-list';
import type { RuleWords } from './rule-words';

const relations: RuleWords['relations'] = {
    seller: 'säljaren',
    preferred: 'den valda säljaren',
    department: 'köpets avdelning',
    store: 'vem som helst i köpets butik',
};

const roles: RuleWords['roles'] = {
    associate: 'en medarbetare',
    trainee: 'en praktikant',
    manager: 'en chef',
};

const steps: RuleWords['steps'] = {
    hide: 'inget',
    tally: 'om det var få eller många',
    kind: 'slaget av vara och årstiden',
    brand: 'märket och slaget av vara',
    item: 'varan, dess storlek och färg och månaden',
    full: 'allt, med dag och pris',
};

const statuses: RuleWords['statuses'] = {
    bought: 'behållna',
    returned: 'returnerade',
    cancelled: 'avbeställda',
};

const fields: RuleWords['fields'] = {
    name: 'namnet',
    greet: 'tilltalet',
    hint: 'vad gästen har på sig',
    wish: 'önskemålet',
    sizes: 'storlekarna',
    likes: 'vad gästen tycker om',
    notes: 'anteckningarna',
    presence: 'att gästen är här',
};

function made({ channels, wheres }: Rule): string {
    const channel = channels.length === 1 ? channels[0] : '';
    const where = wheres.length === 1 ? wheres[0] : '';
    if (channel === 'in-store' && where === 'this-store') return 'gjorda i den här butiken';
    if (channel === 'in-store' && where === 'other-store') return 'gjorda i en annan butik';
    const from = where === 'this-store' ? 'hos den här butiken' : where ? 'hos en annan butik' : '';
    const how = channel === 'online' ? 'gjorda på nätet' : channel ? 'gjorda i en butik' : from && 'gjorda';
    return [how, from].filter(Boolean).join(' ');
}

function bounds(r: Rule): string[] {
    const { price_from: from, price_below: below } = r;
    const [more, most] = [r.age_more_months, r.age_most_months];
    const said: string[] = [];
    if (from !== null && below !== null) said.push(`för ${amount(from)} eller mer men mindre än ${amount(below)}`);
    else if (from !== null) said.push(`för ${amount(from)} eller mer`);
    else if (below !== null) said.push(`för mindre än ${amount(below)}`);
    if (most !== null) said.push(most === 1 ? 'den senaste månaden' : `de senaste ${most} månaderna`);
    if (more !== null) said.push(`äldre än ${more} ${more === 1 ? 'månad' : 'månader'}`);
    return said;
}

function what(r: Rule): string {
    if (r.subject === 'field')
        return list(
            r.fields.map((f) => fields[f]),
            'och',
        );
    const kept = list(
        r.statuses.map((s) => statuses[s]),
        'eller',
    );
    const after = [
        made(r),
        r.gift ? 'märkta som present' : '',
        r.kinds.length > 0 ? `av ${list(r.kinds, 'eller')}` : '',
        ...bounds(r),
    ];
    return [r.sensitive ? 'skyddade' : '', kept, 'köp', ...after].filter(Boolean).join(' ');
}

function whom({ kind, relations: some, role }: Rule['who']): string {
    const related = list(
        some.map((r) => relations[r]),
        'eller',
    );
    if (kind === 'anyone') return 'alla';
    const by = role ? roles[role] : '';
    return kind === 'role' ? by : kind === 'role_related' ? `${by} som är ${related}` : related;
}

function statement(r: Rule): string {
    const who = whom(r.who);
    const of = what(r);
    const field = r.subject === 'field';
    const initials = r.level === 'full' ? '' : ', som initialer';
    const sees = field ? `${of}${initials}` : `${steps[r.level]}, för ${of}`;
    const others = r.who.kind === 'unrelated';
    if (r.verb === 'show') return others ? `Alla utom ${who} ser ${sees}` : `${capital(who)} ser ${sees}`;
    const nobody = others ? `Ingen utom ${who}` : 'Ingen';
    const nobodys = others || r.who.kind === 'anyone';
    if (r.verb === 'limit') return nobodys ? `${nobody} ser mer än ${sees}` : `${capital(who)} ser inte mer än ${sees}`;
    return nobodys ? `${nobody} ser ${of}` : `${capital(who)} ser inte ${of}`;
}

function sentence(r: Rule): string {
    let text = statement(r);
    if (r.seen === 'sensed') text += ', så länge bara wifi har märkt gästen';
    if (r.seen === 'checked-in') text += ', när gästen själv har sagt till';
    if (r.mention_ok) text += r.subject === 'field' ? ', och får använda det' : ', och får tala om det';
    if (r.firm) text += '. Ingen i butiken kan ändra det';
    return text;
}

export const sv: RuleWords = { relations, roles, steps, statuses, fields, and: 'och', or: 'eller', nor: 'eller', sentence };
