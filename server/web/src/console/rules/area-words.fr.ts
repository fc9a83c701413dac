// The hub's words for a part of all cases, in French.

import type { AreaWords } from './area-words';

export const fr: AreaWords = {
    places: {
        online: 'acheté en ligne',
        'in-store': 'acheté en magasin',
        'this-store': 'acheté dans ce magasin',
        'other-store': 'acheté dans un autre magasin',
    },
    words: {
        associate: 'collaborateurs',
        trainee: 'stagiaires',
        manager: 'responsables',
        sensitive: 'protégé',
        bought: 'gardé',
        returned: 'rendu',
        cancelled: 'annulé',
        gift: 'cadeaux',
        'checked-in': 'une fois que le client s’est annoncé',
        sensed: 'remarqué par le Wi-Fi seulement',
        'price unknown': 'sans prix connu',
    },
    below: (price) => `à moins de ${price}`,
    from: (price) => `à partir de ${price}`,
    between: (from, below) => `de ${from} à moins de ${below}`,
    ageMost: (months) => (months === '1' ? 'du dernier mois' : `des ${months} derniers mois`),
    ageMore: (months) => `de plus de ${months} mois`,
    ages: (more, most) => `de ${more} à ${most} mois`,
    others: 'Les autres',
    anyone: 'Tout le monde',
    not: (who) => `sauf ${who}`,
};
