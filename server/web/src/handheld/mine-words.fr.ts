// An associate's own week, in French.

import { many } from '../lib/language';
import type { MineWords } from './mine-words';

const number = (n: number) => n.toLocaleString('fr');
const clock = (s: number) =>
    s > 600 ? 'plus de 10 min' : s < 120 ? `${s} s` : `${number(Math.round(s / 30) / 2)} min`;

export const fr: MineWords = {
    button: 'Ma semaine',
    title: 'Ma semaine',
    close: 'Fermer',
    counting: 'Un instant …',
    only: 'Vous seul voyez ceci. Personne d’autre ne l’apprend, et cela ne sert à classer personne.',
    asked: 'Cartes qui vous ont été proposées',
    askedOf: (asked, taken) => (asked === 0 ? 'aucune' : `${asked}, dont ${taken} ${many(taken, 'prise', 'prises')}`),
    clients: 'Vos propres clients',
    clientsOf: (all, met) =>
        all === 0
            ? 'aucun n’est venu'
            : `${all} ${many(all, 'est venu', 'sont venus')}, dont ${met} auprès de vous`,
    time: 'Avant que vous arriviez',
    noTime: 'aucune visite à mesurer',
    times: (half, most) => `la moitié en ${clock(half)}, neuf sur dix en ${clock(most)}`,
    apart: 'Compté à part, et jamais contre vous',
    apartOf: (busy, none, handed, ghost) =>
        `occupé ${busy}, sans réponse ${none}, confié ${handed}, personne sur place ${ghost}`,
    liked: 'L’avis des clients',
    likedOf: (n) => `${n} sur 100 ont dit « bien »`,
    notFine: 'Une parole déplacée',
    notFineOf: (n) => `après ${n} cartes sur 1\u00a0000`,
    tooFew: 'trop peu de réponses pour le dire',
    weeks: (n) => `${n} semaines`,
};
