// The door sign in French.

import type { Words } from './words';

export const fr: Words = {
    title: 'Panneau d’entrée',
    code: 'Code pour l’appareil photo de votre téléphone',
    ask: 'Scannez pour dire que vous êtes là.',
    note: 'Personne n’est prévenu si vous ne touchez pas oui.',
    full: (names) => `Beaucoup de clients en ce moment : ${names}. L’attente peut être plus longue.`,
    offline: 'Un instant, s’il vous plaît.',
    offlineNote: 'Le panneau a perdu sa connexion et réessaie. Dans le magasin, on vous aidera volontiers.',
    pairTitle: 'Est-ce le panneau d’entrée ?',
    pairLead: 'Dès maintenant, cet écran montre le code que les clients scannent.',
    pairYes: 'Oui, c’est le panneau',
    pairing: 'Un instant …',
    unpaired: 'Cet écran n’est pas encore un panneau.',
    unpairedNote: 'Ouvrez-y une fois le lien d’association du panneau.',
    operator: (todo) => `Pour la personne qui gère le système : ${todo}`,
    usedTitle: 'Ce lien d’association a servi.',
    usedNote: 'Faites-en un nouveau et ouvrez-le ici.',
    loading: 'Un instant',
};
