// The house rules in French.

import { locale, many } from '../lib/language';
import type { HouseWords } from './house-words';

const count = (one: string, more: string) => (n: number) => `${n} ${many(n, one, more)}`;
const by = (who: string) => (who === 'operator' ? 'l’exploitant' : who);
const visits = (n: number) => many(n, 'visite', 'visites');

export const fr: HouseWords = {
    title: 'Règles de la maison',
    lead: 'Comment votre magasin demande et appelle. Chaque règle est une phrase dont vous choisissez la fin. Avant d’enregistrer, vous voyez ce qu’elle aurait changé la semaine dernière.',
    none: 'Personne n’a encore enregistré de règles de la maison : celles-ci viennent avec le serveur.',
    inForce: (version, when, who) => `Version ${version}, depuis le ${when}, par ${by(who)}.`,
    loading: 'Un instant …',
    heads: {
        1: 'Ce qui compte comme une arrivée',
        2: 'Ce que le client peut choisir',
        3: 'Rayons',
        4: 'Âge',
        5: 'Horaires',
        6: 'Aux entrées',
        7: 'Visites et répétitions',
        8: 'Redemander',
        9: 'Si la personne choisie n’est pas libre',
        10: 'Ce qui est gardé',
    },
    rules: {
        wifi: ['Un téléphone sur le Wi-Fi du magasin compte comme une arrivée, si le client l’a permis :', ''],
        wifi_sign: ['Le panneau qui annonce le Wi-Fi est affiché à chaque porte ; avant cela, le Wi-Fi ne remarque personne :', ''],
        may_be: ['Un téléphone connu par sa seule adresse est montré comme « présence possible », sans nom :', ''],
        always_from: ['« Prévenir sans que je le demande » est proposé', ''],
        age: ['Qui a moins de', 'd’après les fichiers du magasin ne s’inscrit pas seul.'],
        opens: ['Les portes ouvrent à', ''],
        closes: ['Les portes ferment à', ''],
        first_call: ['Personne n’est appelé pendant', 'après l’ouverture.'],
        last_call: ['Personne n’est appelé pendant', 'avant la fermeture. En dehors de ces heures, le client en est averti.'],
        dwell: ['Un téléphone sur le Wi-Fi compte après', 'Un scan compte tout de suite.'],
        signal: ['Un signal plus faible que', 'ne déclenche rien : c’est quelqu’un dehors.'],
        alerts: ['Un client est annoncé au plus', 'par jour.'],
        holds: ['Qui s’est annoncé compte comme présent pendant', ''],
        card_leaves: ['Sa carte quitte les écrans', 'après le dernier signe de son téléphone.'],
        same_visit: ['Qui revient avant', 'est dans la même visite : personne n’est rappelé.'],
        refusal: ['Un « non, merci » vaut', 'Seul le téléphone du client s’en souvient.'],
        not_todays: ['« Sans le demander » devient « me demander » après', '« pas aujourd’hui ».'],
        fades: ['« Sans le demander » devient « me demander » après', 'sans visite.'],
        ends: ['« Sans le demander » prend fin après', 'quoi qu’il se soit passé.'],
        ask: ['Si la personne choisie n’est pas libre, le client a', 'pour dire ce qu’il préfère ; sans réponse, personne d’autre n’est prévenu.'],
        arrivals: ['Un rayon peut servir', 'Ensuite ses vendeurs n’invitent plus personne, et à partir de cinq le panneau dit que cela peut prendre plus de temps.'],
        purchases: ['Une carte est faite des achats des derniers', ''],
        thanks: ['Le merci qu’un collaborateur veut dire attend', ''],
    },
    yes: 'oui',
    no: 'non',
    units: {
        visits: (n) => (n === 0 ? 'dès le début' : `après ${n} ${visits(n)}`),
        years: count('an', 'ans'),
        min: count('minute', 'minutes'),
        s: count('seconde', 'secondes'),
        dBm: (n) => `${n} dBm`,
        'a day': (n) => `${n} fois`,
        'an hour': (n) => (n === 1 ? 'une arrivée par heure' : `${n} arrivées par heure`),
        h: count('heure', 'heures'),
        days: count('jour', 'jours'),
        times: count('jour avec', 'jours avec'),
        months: (n) => `${n} mois`,
    },
    bounds: (least, most) => `Le siège permet de ${least} à ${most}.`,
    usual: (value) => `d’ordinaire ${value}`,
    counting: 'Calcul sur les visites de la semaine dernière …',
    wouldHave: (n, fewer, all) =>
        all === 0
            ? 'Personne n’est venu ces sept derniers jours : il n’y a rien sur quoi calculer.'
            : n === 0
              ? `Cela n’aurait rien changé aux visites de la semaine dernière (${all} ${visits(all)}).`
              : fewer
                ? `Cela aurait changé moins de ${n} visites de la semaine dernière, sur ${all}.`
                : `Cela aurait changé ${n} ${visits(n)} de la semaine dernière, sur ${all}.`,
    uncounted: 'Le signal et les secondes ne comptent pas : ce qui était trop faible ou trop court n’a jamais été gardé.',
    save: 'Enregistrer et mettre en vigueur',
    saving: 'Enregistrement …',
    saved: 'Enregistré. Ces règles de la maison sont en vigueur.',
    undo: 'Les laisser telles quelles',
    asText: 'En texte',
    textLead: 'Une règle par ligne, à garder ou à porter dans un autre magasin.',
    textLabel: 'Règles de la maison en texte',
    take: 'Choisir ce que dit ce texte',
    history: 'Versions précédentes',
    version: (version, when, who) => `Version ${version}, ${when}, ${by(who)}`,
    back: 'Reprendre celles-ci',
    backOf: (version) => `Reprendre les règles de la version ${version}`,
    when: (ms) =>
        new Date(ms).toLocaleString(locale(), { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }),
};
