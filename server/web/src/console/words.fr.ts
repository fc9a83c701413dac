// The manager's console in French.

import { many } from '../lib/language';
import type { Words } from './words';

export const fr: Words = {
    title: 'Console',
    language: 'Langue',
    link: {
        connecting: 'Connexion …',
        open: 'Connectée',
        offline: 'Hors ligne : cartes en attente',
        refused: 'Non associée',
        fenced: 'Ouverte ailleurs',
        elsewhere: 'Ouverte ailleurs',
        locked: 'Verrouillée',
        outdated: 'Version ancienne',
    },
    now: 'Dans le magasin',
    nobodyHere: 'Personne ne s’est annoncé. Tout est calme.',
    floor: 'En surface de vente',
    reachable: (on, all) => `${on} ${many(on, 'appareil joignable', 'appareils joignables')} sur ${all}`,
    connected: 'joignable',
    away: 'non joignable',
    today: 'Aujourd’hui',
    sensors: 'Wi-Fi',
    sensor: {
        ok: (heard) => (heard < 60 ? 'entendu à l’instant' : `entendu il y a ${Math.round(heard / 60)} min`),
        silent: (heard) =>
            heard < 0 ? 'pas entendu depuis le démarrage' : `silencieux depuis ${Math.max(1, Math.round(heard / 60))} min`,
        down: () => 'le point d’accès ne répond pas',
        new: () => 'attend d’être associé',
    },
    sensorOut: 'ne compte pas d’après les règles de la maison',
    arrivals: (n) => many(n, 'arrivée', 'arrivées'),
    met: (n) => many(n, 'accueillie', 'accueillies'),
    nobody: 'sans personne de libre',
    rules: 'Ce qu’une carte peut montrer',
    rulesNote: (book) => `Règles en vigueur : ${book}. Rien n’est montré si aucune d’elles ne le dit.`,
    rulesGo: 'Les voir, et l’effet d’un changement',
    pagesLabel: 'Pages de la console',
    pages: {
        board: 'Le magasin',
        roster: 'Qui travaille quand',
        numbers: 'Cinq chiffres',
        house: 'Règles de la maison',
        rules: 'Ce qu’une carte peut montrer',
    },
    boardWith: (n) => `Le magasin · ${n} ${many(n, 'carte', 'cartes')} pour vous`,
    yours: 'Pour vous',
    yoursNone: 'Aucune carte ne vous attend.',
    yoursLead: 'Une carte arrive ici quand personne d’autre ne peut la prendre.',
    minutes: (n) => (n < 1 ? 'à l’instant' : n < 90 ? `${n} min` : `${Math.round(n / 60)} h`),
    state: (state, who) => {
        const somebody = who || 'quelqu’un';
        switch (state) {
            case 'offered':
                return who ? `demandé à ${who}` : 'attend d’être annoncé';
            case 'accepted':
                return `${somebody} arrive`;
            case 'with_her':
                return `avec ${somebody}`;
            case 'nobody':
                return 'personne n’était libre';
            default:
                return 'a été servi';
        }
    },
    visitHead: { who: 'Client', state: 'Ce qui se passe', since: 'Depuis' },
    roles: { associate: '', trainee: 'stagiaire', manager: 'responsable' },
    offline: {
        say: 'Le serveur du magasin ne répond pas.',
        do: 'Ce que vous voyez peut être ancien. Cette page réessaie toute seule.',
    },
    loading: 'Un instant',
    pairTitle: 'Est-ce votre console ?',
    pairLead:
        'Vous verrez qui est joignable, qui attend et les chiffres du jour. Aucun achat n’est montré ici, sauf sur une carte qui est la vôtre.',
    pairYes: 'C’est ma console',
    pairing: 'Un instant …',
    usedTitle: 'Ce lien d’association a déjà servi.',
    usedNote: 'Créez-en un nouveau et ouvrez-le ici.',
};
