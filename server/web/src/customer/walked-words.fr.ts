// The phone in a walk-in test, in French.

import { seconds } from '../lib/language';
import type { WalkedWords } from './walked-words';

export const fr: WalkedWords = {
    title: 'Essai d’arrivée',
    walking: 'En route …',
    walked: (ms) => `Votre téléphone a atteint le serveur en ${seconds(ms)}.`,
    walkedLead: 'La console montre le reste. Vous pouvez fermer cette page : rien n’en est gardé sur ce téléphone.',
    over: 'Cet essai est terminé.',
    overLead: 'Recommencez-le sur la console : chaque code compte une fois, dans les cinq minutes.',
    offline: 'Votre téléphone n’atteint pas le serveur.',
    offlineLead: 'Est-il sur le Wi-Fi du magasin, et non sur les données mobiles ? Le serveur est-il allumé ? Puis réessayez.',
    busy: 'Le serveur a été atteint, mais n’a pas pris l’essai.',
    busyLead: 'Réessayez dans un instant. Si cela dure, commencez un nouvel essai sur la console.',
    again: 'Réessayer',
};
