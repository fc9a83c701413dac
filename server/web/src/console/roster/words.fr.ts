// The page of the roster in French.

import { many } from '../../lib/language';
import type { Words } from './words';

const people = (n: number) => `${n} ${many(n, 'personne', 'personnes')}`;

export const fr: Words = {
    title: 'Qui travaille quand',
    lead: 'Qui n’est pas de service, ou est en pause, n’est pas sollicité pour un client.',
    none: 'Aucun service n’est enregistré : tout le monde compte comme de service. Dès qu’il y en a un, qui n’en a pas n’est pas de service. Ajoutez-en un ici, ou importez un fichier : maitrectl import shifts FICHIER.',
    before: 'Jour précédent',
    today: 'Aujourd’hui',
    after: 'Jour suivant',
    daysLabel: 'Jours',
    nowOn: (on, all) => `${on} sur ${all} de service maintenant`,
    planned: (n) => `${people(n)} ${many(n, 'travaille', 'travaillent')} ce jour-là`,
    noDepartment: 'Sans rayon',
    noShift: (n) => `${people(n)} sans service ce jour-là`,
    leftOff: (n) => `${n} de plus ne ${many(n, 'figure', 'figurent')} pas ici.`,
    nobody: 'Personne ne travaille ce jour-là.',
    add: 'Ajouter un service ou une pause',
    addTitle: (day) => `Ajouter : ${day}`,
    who: 'Qui',
    kind: 'Quoi',
    kinds: { shift: 'Service', break: 'Pause' },
    from: 'De',
    to: 'À',
    nextDay: 'Se termine le lendemain.',
    save: 'Ajouter',
    saving: 'Un instant …',
    close: 'Fermer',
    choose: 'Choisissez quelqu’un',
    needsTimes: { say: 'Il faut les deux heures.', do: 'Tapez-les comme 09:00 et 17:00.' },
    needsWho: { say: 'Personne n’est choisi.', do: 'Choisissez qui travaille.' },
    span: (begins, ends) => `${begins}–${ends}`,
    isBreak: 'pause',
    remove: 'Retirer',
    removeOf: (what, span, who) => `Retirer : ${what} ${span}, ${who}`,
    standIn: (who) => `remplacé par ${who}`,
    speaks: (languages) => `parle ${languages.split(' ').join(', ')}`,
    on: 'de service maintenant',
    offline: { say: 'Le serveur du magasin ne répond pas.', do: 'Ce que vous voyez peut être ancien. Cette page réessaie toute seule.' },
    roles: { associate: '', trainee: 'stagiaire', manager: 'responsable' },
    loading: 'Un instant …',
    table: (department) => `Services de ${department}`,
    head: { who: 'Qui', day: 'La journée', shifts: 'Services et pauses' },
};
