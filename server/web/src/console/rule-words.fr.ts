// The words of a rule, and how they make a sentence, in French.

import { many } from '../lib/language';
import type { Rule } from '../wire';
import { amount, capital, list } from './rule-list';
import type { RuleWords } from './rule-words';

const relations: RuleWords['relations'] = {
    seller: 'le vendeur',
    preferred: 'la personne choisie',
    department: 'le rayon de l’achat',
    store: 'toute personne du magasin de l’achat',
};

const roles: RuleWords['roles'] = {
    associate: 'un collaborateur',
    trainee: 'un stagiaire',
    manager: 'un responsable',
};

const steps: RuleWords['steps'] = {
    hide: 'rien',
    tally: 'une quantité, petite ou grande',
    kind: 'le type d’article et la saison',
    brand: 'la marque et le type d’article',
    item: 'l’article, sa taille, sa couleur et le mois',
    full: 'tout, avec le jour et le prix',
};

const statuses: RuleWords['statuses'] = {
    bought: 'gardés',
    returned: 'rendus',
    cancelled: 'annulés',
};

const fields: RuleWords['fields'] = {
    name: 'le nom',
    greet: 'la façon de saluer',
    hint: 'ce que porte le client',
    wish: 'le souhait',
    sizes: 'les tailles',
    likes: 'ce que le client aime',
    notes: 'les notes',
    presence: 'la présence du client',
};

function made({ channels, wheres }: Rule): string {
    const channel = channels.length === 1 ? channels[0] : '';
    const where = wheres.length === 1 ? wheres[0] : '';
    if (channel === 'in-store' && where === 'this-store') return 'faits dans ce magasin';
    if (channel === 'in-store' && where === 'other-store') return 'faits dans un autre magasin';
    const from = where === 'this-store' ? 'chez ce magasin' : where ? 'chez un autre magasin' : '';
    const how = channel === 'online' ? 'faits en ligne' : channel ? 'faits en magasin' : from && 'faits';
    return [how, from].filter(Boolean).join(' ');
}

function bounds(r: Rule): string[] {
    const { price_from: from, price_below: below } = r;
    const [more, most] = [r.age_more_months, r.age_most_months];
    const said: string[] = [];
    if (from !== null && below !== null) said.push(`à ${amount(from)} ou plus mais à moins de ${amount(below)}`);
    else if (from !== null) said.push(`à ${amount(from)} ou plus`);
    else if (below !== null) said.push(`à moins de ${amount(below)}`);
    if (most !== null) said.push(many(most, 'du dernier mois', `des ${most} derniers mois`));
    if (more !== null) said.push(`datant de plus de ${more} mois`);
    return said;
}

function what(r: Rule): string {
    if (r.subject === 'field')
        return list(
            r.fields.map((f) => fields[f]),
            'et',
        );
    const kept = list(
        r.statuses.map((s) => statuses[s]),
        'ou',
    );
    const after = [
        made(r),
        r.gift ? 'marqués comme cadeaux' : '',
        r.kinds.length > 0 ? `de type ${list(r.kinds, 'ou')}` : '',
        ...bounds(r),
    ];
    return ['les achats', r.sensitive ? 'protégés' : '', kept, ...after].filter(Boolean).join(' ');
}

function whom({ kind, relations: some, role }: Rule['who']): string {
    const related = list(
        some.map((r) => relations[r]),
        'ou',
    );
    if (kind === 'anyone') return 'tout le monde';
    const by = role ? roles[role] : '';
    return kind === 'role' ? by : kind === 'role_related' ? `${by} qui est ${related}` : related;
}

function statement(r: Rule): string {
    const who = whom(r.who);
    const of = what(r);
    const field = r.subject === 'field';
    const initials = r.level === 'full' ? '' : ', en initiales';
    const sees = field ? `${of}${initials}` : `${steps[r.level]}, pour ${of}`;
    const others = r.who.kind === 'unrelated';
    if (r.verb === 'never') {
        if (others) return `Personne sauf ${who} ne voit ${of}`;
        return r.who.kind === 'anyone' ? `Personne ne voit ${of}` : `${capital(who)} ne voit pas ${of}`;
    }
    const most = r.verb === 'limit' ? 'au plus ' : '';
    return others ? `Tous sauf ${who} voient ${most}${sees}` : `${capital(who)} voit ${most}${sees}`;
}

function sentence(r: Rule): string {
    const may = r.who.kind === 'unrelated' ? 'peuvent' : 'peut';
    let text = statement(r);
    if (r.seen === 'sensed') text += ', tant que seul le Wi-Fi a remarqué le client';
    if (r.seen === 'checked-in') text += ', une fois que le client s’est annoncé';
    if (r.mention_ok) text += r.subject === 'field' ? `, et ${may} s’en servir` : `, et ${may} en parler`;
    if (r.firm) text += '. Personne dans le magasin ne peut le changer';
    return text;
}

export const fr: RuleWords = { relations, roles, steps, statuses, fields, and: 'et', or: 'ou', nor: 'ni', sentence };
