// The five numbers in French.

import { money } from '../../card/line';
import { locale } from '../../lib/language';
import { percent, rate } from './tiles';
import type { Words } from './words';

const seconds = (s: number) =>
    s > 600 ? 'plus de 10 min' : s < 120 ? `${s} s` : `${(Math.round(s / 30) / 2).toLocaleString(locale())} min`;

const spend = (title: string, unit: string): Words['tiles']['spend_own'] => ({
    title,
    unit,
    beside: (w, currency) => [
        w.half === undefined
            ? 'trop peu d’achats pour dire combien'
            : `la moitié des acheteurs ont dépensé ${money(w.half, currency)} au plus`,
    ],
    means: [
        'Seulement les clients qui partagent ce qu’ils achètent ici, et qui ont été accueillis. La caisse ne dit pas à quelle visite tient un achat : c’est donc la journée qui compte, pour qui a accueilli le client en premier.',
        'Les montants vont par paliers d’un cinquième, et c’est une médiane : un gros achat n’y change rien. Qui n’est pas inscrit n’est pas compté : on compare deux façons d’être accueilli, pas des inscrits et des inconnus.',
    ],
});

const tiles: Words['tiles'] = {
    match: {
        title: 'Rencontre',
        unit: 'des arrivées ont été prises par la personne choisie',
        beside: () => [],
        means: [
            'Parmi les clients qui ont choisi quelqu’un et se sont annoncés : combien cette personne en a pris.',
            'Un client qui n’a choisi personne n’est pas compté. De même, qui s’est ravisé avant que quelqu’un vienne.',
        ],
    },
    response: {
        title: 'Réponse',
        unit: 'ont été accueillis en moins de 2 minutes',
        beside: (w) => [
            ...(w.p50_s === undefined || w.p90_s === undefined
                ? ['personne n’a été accueilli']
                : [`la moitié en ${seconds(w.p50_s)}, neuf sur dix en ${seconds(w.p90_s)}`]),
            `${percent(w.nobody ?? 0)} sans personne de libre`,
        ],
        means: [
            'Du oui du client jusqu’à ce que quelqu’un soit avec lui, d’après l’appareil ; si seul « j’arrive » a été dit, jusque-là. Les temps vont par paliers de cinq secondes.',
            'Qui préfère regarder seul, faute de quelqu’un de libre, n’est pas compté. Qui n’a jamais été accueilli compte comme au-delà de deux minutes.',
        ],
    },
    acceptance: {
        title: 'Acceptation',
        unit: 'des demandes ont été prises',
        beside: (w) => [
            `occupé ${percent(w.busy ?? 0)}, confié ${percent(w.handed_over ?? 0)}`,
            `personne sur place ${percent(w.not_here ?? 0)}, appareil muet ${percent(w.silent ?? 0)}`,
        ],
        means: [
            'Parmi les demandes prises ou expirées : combien ont été prises.',
            'Être occupé n’est pas un échec : c’est compté à part, comme un appareil qui ne répond pas, « absent » et confier la carte.',
        ],
    },
    trust: {
        title: 'Confiance',
        unit: 'remarques déplacées pour 100 cartes',
        beside: (w) =>
            w.struck === undefined
                ? []
                : [
                      `pour 100 cartes : ${rate(w.struck)} avec une ligne rayée, ${rate(w.left ?? 0)} ont tout arrêté, ${rate(w.not_today ?? 0)} « pas aujourd’hui »`,
                  ],
        means: [
            'Combien de fois un client a répondu oui à « une remarque déplacée ? », pour cent cartes montrées à l’écran.',
            'Les lignes rayées, les clients qui ont tout arrêté et les « pas aujourd’hui » figurent à côté, pour tout le magasin seulement.',
        ],
    },
    liked: {
        title: 'Comment c’était',
        unit: 'des réponses étaient « bien »',
        beside: (w) => [`moyen ${percent(w.soso ?? 0)}, pas bien ${percent(w.bad ?? 0)}`],
        means: ['Ce que les clients ont répondu à « comment était-ce ? » après une visite. Qui n’a pas répondu n’est pas compté.'],
    },
    return: {
        title: 'Retour',
        unit: 'des arrivées étaient déjà venues dans les 90 jours',
        beside: () => [],
        means: [
            'Parmi les arrivées d’une semaine : combien venaient de clients déjà passés dans les 90 jours précédents.',
            'Ce qui a été dépensé figure à côté, selon qui a accueilli le client.',
        ],
    },
    spend_own: spend('Achats, personne choisie', 'des journées avec la personne choisie ont fini par un achat'),
    spend_other: spend('Achats, quelqu’un d’autre', 'des journées avec quelqu’un d’autre ont fini par un achat'),
};

export const fr: Words = {
    tiles,
    weeks: (n) => `${n} semaines`,
    title: 'Les cinq chiffres',
    lead: (until) => `Semaine par semaine, du lundi au dimanche, jusqu’au ${until}. Comptés une fois par jour, sur des semaines terminées.`,
    privacy: (least) =>
        `Derrière chaque chiffre, il y a au moins ${least} clients ; derrière celui d’une équipe, au moins trois collaborateurs. Sinon il est donné sur 4 ou 12 semaines, ou pas du tout. Aucun chiffre n’est celui d’une seule personne : chacun voit sa propre semaine sur son appareil.`,
    choose: 'Les chiffres de qui',
    store: 'Le magasin',
    tooFew: 'Trop peu pour le dire',
    tooFewWhy: (least) => `Ni 1, ni 4, ni 12 semaines terminées ne comptent ${least} clients.`,
    tooSmall: 'Avec moins de trois collaborateurs, chaque chiffre serait celui d’une personne : aucun n’est montré.',
    of: (n) => `sur environ ${n}`,
    before: (text) => `un an avant : ${text}`,
    noBefore: 'un an avant : trop peu pour le dire',
    goal: (text) => `objectif ${text}`,
    means: 'Ce que cela veut dire',
    trend: (title, from, to, n) =>
        n === 1 ? `${title} : une période, ${to}` : `${title}, ${n} périodes : d’abord ${from}, en dernier ${to}`,
    tableWhen: 'Quand',
    tableValue: 'Part',
    tableOf: 'Sur environ',
    hours: 'Personne de libre, heure par heure',
    hoursLead: 'Parmi les arrivées d’une heure : combien n’ont trouvé personne de libre. Une heure de moins de dix clients est omise.',
    sources: 'Personne sur place, selon la façon de remarquer',
    sourcesLead: 'Parmi les demandes : combien ont reçu la réponse « absent ».',
    sourceNames: { 'checked-in': 's’est annoncé', sensed: 'Wi-Fi, sûr', 'may-be': 'Wi-Fi, possible' },
    rules: 'Confiance, par version des règles',
    rulesLead: 'Pour 100 cartes, sur des semaines entières sous une seule version.',
    rulesHead: ['Version', 'Depuis', 'Remarques', 'Lignes rayées', 'Arrêts', 'Pas aujourd’hui'],
    loading: 'Un instant',
    offline: { say: 'Les chiffres n’ont pas pu être lus.', do: 'Cette page réessaie toute seule.' },
};
