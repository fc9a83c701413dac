// What a newer notice would let be seen, in French.

import type { Newer, NoticeMore } from '../wire';

const TOLD = 2; // as in newer.ts

const levels = {
    hide: 'rien',
    tally: 'une idée du nombre',
    kind: 'le genre',
    brand: 'la marque',
    item: 'l’article',
    full: 'tout',
};
const places = {
    'in-store, this store': 'vos achats ici',
    'in-store, other store': 'vos achats dans d’autres magasins',
    online: 'vos achats en ligne',
};
const fields: Record<string, string> = {
    name: 'votre nom',
    greet: 'que l’on peut vous saluer par votre nom',
    hint: 'ce que vous portez',
    wish: 'ce que vous aimeriez',
    sizes: 'vos tailles',
    likes: 'ce que vous aimez',
    notes: 'des notes sur vous',
    presence: 'que vous êtes là',
};

function whoLooks(more: NoticeMore, name?: string): string {
    switch (more.who) {
        case 'seller':
            return 'la personne qui vous l’a vendu';
        case 'preferred':
            return name ?? 'la personne que vous avez choisie';
        case 'department':
            return 'le rayon';
        case 'store':
            return 'tout le monde dans le magasin';
        case 'manager':
            return 'le responsable';
        case 'nobody':
            return 'des gens d’autres magasins';
    }
}

function one(more: NoticeMore, name?: string): string {
    const who = whoLooks(more, name);
    if (more.where === 'field') return `${who} peut voir ${fields[more.what] ?? more.what}`;
    const goods = places[more.where];
    const which = more.what === '' ? '' : more.what === 'sensitive' ? ', même ce qui est intime' : ` (${more.what})`;
    if (more.from === more.to) return `${who} peut parler de ${goods}${which}`;
    return `${who} peut voir ${levels[more.to]} de ${goods}${which}${more.say ? ', et en parler' : ''}`;
}

export function newerMoreFr(newer: Newer, name?: string): string {
    const told = newer.more.slice(0, TOLD).map((more) => one(more, name));
    if (told.length === 0)
        return newer.rest ? 'un peu plus de votre carte peut être vu' : 'rien de plus n’est vu que maintenant';
    return told.join(' ; ') + (newer.rest || newer.more.length > TOLD ? ' ; et d’autres choses semblables' : '');
}
