// The newer house rules in French.

import type { MoreWords } from './house-more-words';

export const fr: MoreWords = {
    rules: {
        invite_not: ['On n’invite personne après une vente de ces rayons, ni par leur personnel :', ''],
        alert_not: ['On n’appelle personne qui travaille seulement dans :', 'Si c’est la personne que le client a choisie, il apprend que personne n’est libre.'],
        closed_days: ['Personne n’est appelé et les portes restent fermées :', ''],
        event_days: ['Seule la personne choisie par le client est appelée, sans remplacement :', 'Si le client n’a choisi personne, ou si cette personne est occupée, on lui dit que personne n’est libre.'],
        zones_not: ['Là où le Wi-Fi n’annonce et ne retient personne :', ''],
        presence: [
            'On garde quel appareil a montré quelle carte pendant',
            'pour qu’un appareil qui était absent se remette à jour.',
        ],
        visits: [
            'On garde qui a eu la visite en dernier, et sur quelle carte, pendant',
            'Ce que le client a dit disparaît à la fin de la visite. Les chiffres gardent qu’il y a eu une visite, et à qui elle a été proposée, environ 99 semaines.',
        ],
        mirror: ['On garde ce qui figurait sur une carte, et quand, pendant', 'La carte reste comptée dans les chiffres.'],
    },
    daysHint: 'none (aucun) ou des jours : 2026-12-24, 2026-12-27 to 2026-12-30, sunday (le dimanche)',
    namesOther: 'Autres, séparés par des virgules',
    namesHint: 'Un capteur est écarté par sa zone ou par son propre nom. Un scan compte partout. Une visite ne dit pas où elle a commencé : le décompte n’en tient pas compte.',
    firm: (names: string) => `Toujours inclus : ${names}.`,
    unknown: (names: string) => `Le magasin n’a pas encore de rayon de ce nom : ${names}.`,
    most: (n: number) => `Le siège en autorise ${n} au plus.`,
};
