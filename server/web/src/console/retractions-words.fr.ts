// Cards that were taken back, in French.

import { clock, longDay } from '../lib/language';
import { length, type RetractionWords } from './retractions-words';

const units = { s: 's', min: 'min', h: 'h' };

export const fr: RetractionWords = {
    pane: 'Cartes retirées',
    lead: 'En combien de temps une carte quitte l’écran quand elle est terminée, confiée à un autre ou retirée.',
    day: 'Dernières 24 heures',
    week: 'Sept derniers jours',
    none: 'aucune',
    fewer: 'moins de 5',
    cleared: (n) => `${n} effacées`,
    times: (half, most, worst) =>
        `la moitié en ${length(half, units)}, 99 sur 100 en ${length(most, units)}, la plus longue en ${length(worst, units)}`,
    within: (quick, soon) => `${quick} en 0,2 s, ${soon} en 2 s`,
    owed: 'Pas encore de réponse',
    owes: (name) => `Appareil : ${name}`,
    since: (at, today) => (today ? `depuis ${clock(at)}` : `depuis le ${longDay(at)} à ${clock(at)}`),
    away: 'hors de portée ; il efface la carte avant de montrer quoi que ce soit',
    rest: (n) => `et ${n} de plus`,
    nobody: 'Tous les appareils ont répondu.',
    counted: (at) => `Compté depuis le ${longDay(at)} à ${clock(at)}.`,
};
