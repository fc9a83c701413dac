// A store's first run, in French.

import { locale, many } from '../../lib/language';
import type { Kind } from './kinds';
import type { Words } from './words';

const count = (n: number) => n.toLocaleString(locale());

const kinds: Record<Kind, string> = {
    associates: 'collaborateurs',
    classes: 'familles d’articles',
    products: 'articles',
    customers: 'clients',
    purchases: 'lignes d’achat',
};
const one: Record<Kind, string> = {
    associates: 'collaborateur',
    classes: 'famille d’articles',
    products: 'article',
    customers: 'client',
    purchases: 'ligne d’achat',
};
const none: Record<Kind, string> = {
    associates: 'aucun collaborateur',
    classes: 'aucune famille d’articles',
    products: 'aucun article',
    customers: 'aucun client',
    purchases: 'aucune ligne d’achat',
};

const lines = (n: number) => `${count(n)} ${many(n, 'ligne', 'lignes')}`;

export const fr: Words = {
    page: 'Installer',
    title: 'Installer le magasin',
    lead: 'Huit étapes, que vous pouvez toutes sauter et reprendre plus tard. Votre avancée est gardée : vous pouvez continuer dans un autre navigateur.',
    empty: 'Ce magasin est encore vide : personne d’autre n’y travaille, et personne n’y achète.',
    begin: 'L’installer',
    loading: 'Un instant',
    offline: { say: 'Le serveur du magasin ne répond pas.', do: 'Cette page réessaie toute seule.' },
    stepsLabel: 'Étapes',
    stepOf: (n, of) => `Étape ${n} sur ${of}`,
    next: 'Suivant',
    skip: 'Sauter pour l’instant',
    finish: 'Terminé : au magasin',
    done: 'fait',
    steps: {
        you: 'Votre compte',
        store: 'Le magasin',
        files: 'Fichiers',
        cards: 'Ce que dit une carte',
        house: 'Règles de la maison',
        signs: 'Panneaux',
        staff: 'Appareils',
        walkin: 'Essai d’arrivée',
    },

    youLead: 'Tout le magasin travaillera avec ce que vous réglez ici. Il vous faut donc un mot de passe à vous et un second facteur.',
    youGo: 'Choisir un mot de passe',
    youDone: (name) => `Vous êtes connecté en tant que ${name}, avec mot de passe et second facteur.`,

    storeLead: 'Ce nom figure sur les panneaux et sur chaque page.',
    storeName: 'Le nom du magasin',
    storeSave: 'Enregistrer le nom',
    storeSaved: 'Enregistré.',
    clock: (time, zone) => `Il y est ${time}, dans le fuseau ${zone}.`,
    clockWrong: 'Ce n’est pas la bonne heure ? Le fuseau est store.zone dans maitred.conf ; il vaut après un redémarrage du serveur.',

    filesLead: 'Déposez les fichiers exportés par votre caisse ou votre CRM : collaborateurs, familles d’articles, articles, clients, achats, en CSV. Ce navigateur les lit et le serveur les vérifie ; rien n’est écrit avant votre accord.',
    drop: 'Déposez des fichiers CSV ici, ou',
    pick: 'choisissez des fichiers',
    have: (kind, n) => (n === 0 ? none[kind] : `${count(n)} ${many(n, one[kind], kinds[kind])}`),
    inStore: (all) => `Dans le magasin : ${all}.`,
    kinds,
    whatIsIt: 'Ce qu’il contient',
    columnOf: (field) => `Colonne pour ${field}`,
    required: 'obligatoire',
    noColumn: '(aucune)',
    columns: 'À quoi sert chaque colonne',
    columnsIn: (file) => `Colonnes de ${file}`,
    refusedIn: (file) => `Lignes refusées de ${file}`,
    field: 'Champ',
    column: 'Colonne',
    example: 'Première ligne',
    tooLarge: (mib) => `Ce fichier dépasse ${mib} Mio. Divisez-le, ou utilisez maitrectl import sur le serveur.`,
    notCsv: 'Ce fichier n’a pas d’en-tête avec des colonnes : est-ce du CSV ?',
    missing: (fields) => `Choisissez une colonne pour : ${fields}.`,
    check: 'Vérifier sans rien écrire',
    checking: 'Vérification …',
    importing: 'Lecture …',
    write: (n) => `Importer ${lines(n)}`,
    progress: lines,
    good: (n) => `${lines(n)} ${many(n, 'est bonne', 'sont bonnes')}.`,
    bad: (n) => (n === 0 ? 'Aucune n’est refusée.' : `${count(n)} ${many(n, 'est refusée', 'sont refusées')} :`),
    noCustomer: (n) => `${count(n)} sans client : ${many(n, 'elle est comptée, pas gardée', 'elles sont comptées, pas gardées')}.`,
    line: 'Ligne',
    reason: 'Ce qui ne va pas',
    moreRejects: (n) => `et ${count(n)} de plus.`,
    rest: 'Corrigez ces lignes dans votre fichier et déposez-le de nouveau : ce qui est déjà importé ne bouge pas.',
    written: (neu, updated, same) =>
        `${count(neu)} ${many(neu, 'nouvelle', 'nouvelles')}, ${count(updated)} ${many(updated, 'corrigée', 'corrigées')}, ${count(same)} ${many(same, 'inchangée', 'inchangées')}.`,
    unmapped: 'Certaines familles d’articles n’ont pas de rayon : en attendant, rien n’en est montré à personne.',
    stopped: 'Arrêt avant la fin. Ce qui est importé reste ; reprenez depuis le début, rien n’est doublé.',
    again: 'Continuer',
    another: 'Retirer ce fichier',

    cardsLead: 'Jusqu’où peut aller la carte d’un collaborateur ? Trois règlements pour commencer ; vous pourrez changer chaque phrase ensuite. Le client est inventé : les achats de personne ne sont montrés ici.',
    books: { reserved: 'Réservé', balanced: 'Équilibré', warm: 'Chaleureux' },
    bookNote: {
        reserved: 'Seulement ce que le vendeur a vendu lui-même, et peu de chose.',
        balanced: 'Le choix de la plupart des magasins.',
        warm: 'Plus, et l’on peut en dire plus.',
    },
    bookLabel: 'Quel règlement',
    inForce: 'en vigueur',
    take: (name) => `Prendre ${name}`,
    taking: 'Un instant …',
    taken: (name) => `${name} est en vigueur.`,
    waits: 'Il montre davantage que les règles en vigueur : un autre responsable doit d’abord le relire. Il attend sur la page « Ce qu’une carte peut montrer ».',
    sameBook: 'Ces règles sont déjà en vigueur.',

    signTitle: 'Un panneau à imprimer pour chaque entrée',
    signLanguages: 'Langues du panneau',
    door: 'Quelle entrée',
    doorHint: 'Par exemple « Grand-Rue ». Écrit en petit, tout en bas.',
    print: 'Imprimer ce panneau',
    signHead: 'Faut-il prévenir quelqu’un de votre venue ?',
    signText: (store) => `Si vous êtes inscrit chez ${store}, scannez ce code quand votre téléphone est sur notre Wi-Fi. Rien ne se passe sans votre oui.`,
    signKept: 'Ce qui est gardé sur vous, pourquoi, et comment l’arrêter : tout est sur la même page.',
    signAsk: (who) => `Questions : ${who}`,
    signQr: 'Code qui ouvre la page des clients',

    staffLead: 'Chaque collaborateur scanne son propre code avec l’appareil qu’il portera. Un code vaut une fois.',
    staffNone: 'Il n’y a encore personne sur la liste : importez d’abord un fichier de collaborateurs.',
    paired: (n) => (n === 0 ? 'Aucun appareil n’est encore associé.' : many(n, 'Un appareil est associé.', `${n} appareils sont associés.`)),
    codeFor: (name) => `Afficher le code : ${name}`,
    showCode: 'Afficher le code',
    codeTitle: (name) => `Pour ${name}`,
    codeLead: (minutes) => `Scannez ce code avec l’appareil. Il vaut une fois, pendant ${minutes} ${many(minutes, 'minute', 'minutes')}.`,
    codeQr: 'Code qui associe un appareil',
    close: 'Fermer',
    roles: { associate: '', trainee: 'stagiaire', manager: 'responsable' },
};
