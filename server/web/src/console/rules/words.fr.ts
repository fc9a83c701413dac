// The page of the rules in French.

import { locale, many as form } from '../../lib/language';
import type { Count } from '../../wire';
import { capital } from '../rule-list';
import type { Words } from './words';

const number = (n: number) => n.toLocaleString(locale());
const many = (n: Count, one: string, more: string) =>
    typeof n === 'number' ? `${number(n)} ${form(n, one, more)}` : `moins de 5 ${more}`;
const of = (some: Count, all: Count, one: string, more: string) =>
    typeof some === 'number'
        ? `${number(some)} sur ${many(all, one, more)}`
        : typeof all === 'number'
          ? `Moins de 5 sur ${many(all, one, more)}`
          : `Moins de 5 ${more}`;

const step: Words['step'] = {
    hide: 'rien',
    tally: 'peu ou beaucoup',
    kind: 'type d’article',
    brand: 'marque',
    item: 'article',
    full: 'tout',
};

const rows: Words['rows'] = {
    seller: 'Le vendeur',
    preferred: 'La personne choisie',
    department: 'Le rayon',
    store: 'Le personnel de ce magasin',
    manager: 'Un responsable',
    trainee: 'Un stagiaire',
    nobody: 'Tous les autres',
};
const viewer = (relation: string) => {
    const who = rows[relation];
    return who ? who.charAt(0).toLowerCase() + who.slice(1) : relation;
};
const sees = (relation: string) => (relation === 'nobody' ? 'verraient' : 'verrait');

const notice = (text: string) => text.replace(/^notice /, 'la notice ');

const sayable = (may: boolean) => (may ? 'peut se dire' : 'à savoir seulement');

export const fr: Words = {
    step,
    rows,
    columns: {
        'in-store, this store': 'dans ce magasin',
        'in-store, other store': 'dans un autre magasin',
        'in-store, another store': 'dans un autre magasin',
        online: 'en ligne',
    },
    back: 'Le magasin',
    title: 'Ce qu’une carte peut montrer',
    live: (name, version) => `En vigueur : ${capital(name)}, version ${version}`,
    since: (when, by, also) => `depuis le ${when}, par ${by}${also && also !== by ? ` avec ${also}` : ''}`,
    intro: 'Rien n’est montré si aucune de ces phrases ne le dit. Ouvrez une phrase pour la changer : aucune carte ne change avant que vous la mettiez en vigueur.',
    loading: 'Un instant',
    offline: {
        say: 'Le serveur du magasin ne répond pas.',
        do: 'Vos changements restent ici. Cette page réessaie toute seule.',
    },
    refused: {
        say: 'Vous n’êtes plus connecté.',
        do: 'Vos changements restent sur cet écran. Connectez-vous, puis continuez.',
        again: 'Je me suis connecté',
    },

    book: 'Les règles',
    parts: {
        show: 'Ce qui est montré des achats',
        hold: 'Ce qui le retient',
        field: 'Le reste de la carte',
    },
    add: {
        show: 'Montrer davantage',
        hold: 'Retenir quelque chose',
        field: 'Une règle pour le reste de la carte',
    },
    change: (id) => `Changer la règle ${id}`,
    done: 'Terminé',
    remove: 'Supprimer cette règle',
    undo: 'Annuler',
    restart: 'Revenir aux règles en vigueur',
    marks: { new: 'nouvelle', changed: 'changée', gone: 'supprimée' },
    was: 'Jusqu’ici :',
    putBack: 'La remettre',
    guard: 'Garde',
    note: 'Remarque',
    warning: 'À regarder',
    mistake: 'Pas encore juste',
    head: 'La première ligne du texte',
    textTitle: 'La même chose en texte',
    textLead: 'Pour le garder dans un fichier, ou coller des règles. Le serveur lit pendant que vous écrivez.',
    textLabel: 'Les règles en texte',
    copy: 'Copier le texte',
    copied: 'Copié',
    goTo: (line, column) => `Ligne ${line}, colonne ${column}`,
    textWrong: 'Les phrases montrent le dernier texte juste.',
    startFrom: 'Partir d’un règlement fourni :',
    shipped: (name) => ({ reserved: 'Réservé', balanced: 'Équilibré', warm: 'Chaleureux' })[name] ?? capital(name),

    who: 'Qui',
    whoOptions: {
        anyone: 'Tout le monde',
        related: 'Ces personnes :',
        unrelated: 'Tous sauf :',
        associate: 'Un collaborateur',
        trainee: 'Un stagiaire',
        manager: 'Un responsable',
    },
    whoIs: 'Le lien de cette personne avec l’achat',
    whoIsOptions: { role: 'quel que soit son rôle dans l’achat', role_related: 'qui est' },
    verb: 'Voit ou ne voit pas',
    verbs: { show: 'voit', limit: 'voit au plus', never: 'ne voit pas' },
    level: 'Combien',
    ofPurchases: 'pour les achats',
    purchases: 'les achats',
    ofFields: 'Quelles parties de la carte',
    asInitials: 'en initiales',
    asItIs: 'tel quel',
    place: 'Où l’achat a été fait',
    places: {
        'in-store|': 'faits en magasin',
        'in-store|this-store': 'faits dans ce magasin',
        'in-store|other-store': 'faits dans un autre magasin',
        'online|': 'faits en ligne',
        '|other-store': 'faits ailleurs que dans ce magasin',
    },
    rarePlaces: {
        '|this-store': 'faits ici',
        'online|other-store': 'faits en ligne, autre magasin',
        'online|this-store': 'faits en ligne, ce magasin',
    },
    kinds: 'Types d’articles',
    addKind: 'ajouter un type …',
    dropKind: (name) => `sans ${name}`,
    statuses: 'Ce que l’achat est devenu',
    priceFrom: 'à partir du prix de',
    priceBelow: 'à moins de',
    ageMost: 'des derniers',
    ageMore: 'datant de plus de',
    months: 'mois',
    sensitive: 'protégés seulement',
    gift: 'cadeaux seulement',
    seen: 'Comment le client a été remarqué',
    seenOptions: {
        any: 'dans tous les cas',
        'checked-in': 'une fois que le client s’est annoncé',
        sensed: 'tant que seul le Wi-Fi a remarqué le client',
    },
    mention: 'En parler',
    mentionOptions: { wait: 'et le garde pour soi', ok: 'et peut en parler' },
    firm: 'Qui peut lever ceci',
    firmOptions: { no: 'sauf si le client permet davantage', yes: 'et personne dans le magasin ne peut le changer' },
    because: 'parce que',
    becauseNote: 'Cette raison figure sur la carte.',
    more: 'Certains achats seulement …',
    moreLabel: 'Restreindre',
    moreOptions: {
        place: 'faits à certains endroits',
        price_from: 'à partir d’un prix',
        price_below: 'en dessous d’un prix',
        age_most: 'des derniers mois',
        age_more: 'de plus de quelques mois',
        kinds: 'de certains types',
        statuses: 'gardés, rendus ou annulés',
        sensitive: 'protégés',
        gift: 'cadeaux',
    },
    drop: (what) => `plus maintenant : ${what}`,

    changeTitle: 'Ce qui changerait',
    checking: 'Vérification …',
    unchecked: 'Pas encore examiné.',
    waits: 'Le serveur est très occupé ; la demande sera répétée.',
    nothing: 'Rien : ce sont les règles en vigueur.',
    onlyWords: 'Personne ne verrait ni plus ni moins. Seuls des mots changent.',
    narrower: 'Chacun verrait la même chose ou moins.',
    wider: 'Quelqu’un verrait davantage. Un second responsable doit donner son accord.',
    mistakes: (n) => form(n, 'Une chose est à corriger d’abord.', `${n} choses sont à corriger d’abord.`),
    moreShown: 'On verrait davantage',
    lessShown: 'On verrait moins',
    anything: 'Dans certains cas',
    sayable: ({ may_say_from, may_say_to }) =>
        may_say_from === may_say_to ? '' : `${sayable(may_say_from)} → ${sayable(may_say_to)}`,
    instead: 'au lieu de',
    moreAreas: (n) => form(n, 'et un cas de plus', `et ${n} cas de plus`),
    ceiling: (what, customers) =>
        what === 'head office'
            ? 'Le siège n’en permet pas tant. On ne peut pas le proposer.'
            : customers === 0
              ? `${capital(notice(what))} promettait moins, mais personne ne l’a acceptée.`
              : `${capital(many(customers, 'client a', 'clients ont'))} accepté ${notice(what)}, qui promettait moins. Pour eux, rien ne change avant qu’ils acceptent une notice plus récente.`,
    count: 'Compter sur nos clients',
    countAgain: 'Recompter',
    counting: 'Comptage',
    countFailed: 'Le comptage n’est pas allé au bout. Réessayez.',
    customers: ({ customers_changed: changed, customers, wider, narrower }) =>
        customers === 0
            ? 'Aucun de nos clients n’est encore inscrit : il n’y a personne à compter.'
            : changed === 0
              ? `Personne ne verrait autre chose de nos ${many(customers, 'client', 'clients')}.`
              : `${of(changed, customers, 'client', 'clients')} : on en verrait ${narrower === 0 ? 'davantage' : wider === 0 ? 'moins' : 'davantage, ou moins selon qui regarde'}.`,
    by: (row) => {
        const kind = row.kind === 'any other' || row.kind === '' ? '' : row.kind === 'sensitive' ? ', protégé' : `, ${row.kind}`;
        return `${capital(many(row.lines, 'achat', 'achats'))} (${row.channel === 'online' ? 'en ligne' : 'en magasin'}${kind}) : ${viewer(row.relation)} ${sees(row.relation)} :`;
    },
    field: ({ customers, relation }, field) =>
        `${capital(many(customers, 'client', 'clients'))} : ${viewer(relation)} ${sees(relation)} ${field} :`,
    unused: (id) => `${id} n’a touché aucun achat des 90 derniers jours.`,
    singles: ({ rule, customers, one_associate }) =>
        typeof customers === 'string'
            ? `${rule} ne concerne que ${many(customers, 'client', 'clients')} : elle désigne quelqu’un.`
            : one_associate
              ? `${rule} ne concerne qu’un collaborateur : elle désigne quelqu’un.`
              : `${rule} désigne quelqu’un.`,
    counted: (associates, lines) =>
        `Compté sur ${many(lines, 'achat', 'achats')}, tels que les ${typeof associates === 'number' && associates === 1 ? 'verrait 1 collaborateur' : `verraient ${many(associates, 'collaborateur', 'collaborateurs')}`}. Les nombres sont arrondis vers le bas.`,
    replay: 'Essayer sur les cartes des 7 derniers jours',
    replaying: 'Parcours des 7 derniers jours',
    replayed: (cards, changed) =>
        cards === 0
            ? 'Il n’y a eu aucune carte ces 7 derniers jours.'
            : changed === 0
              ? `Aucune carte des 7 derniers jours n’aurait montré autre chose (${many(cards, 'carte', 'cartes')}).`
              : `${of(changed, cards, 'carte', 'cartes')} des 7 derniers jours : on y aurait vu autre chose.`,
    replayHead: { day: 'Jour', cards: 'Cartes', more: 'Avec plus', less: 'Avec moins' },
    few: (n) => (typeof n === 'number' ? number(n) : 'moins de 5'),

    why: 'Pourquoi ce changement ?',
    whyNote: 'Une phrase, pour les autres responsables et pour plus tard.',
    propose: 'Proposer ce changement',
    proposing: 'Un instant …',
    proposedNarrow: 'Proposé. Il montre seulement moins : vous pouvez le mettre en vigueur vous-même.',
    proposedWide: 'Proposé. Il montre davantage : un autre responsable doit le mettre en vigueur.',
    publish: 'Mettre en vigueur',
    publishing: 'Un instant …',
    published: 'En vigueur. Chaque carte ouverte a été refaite.',
    takeBack: 'Le retirer',
    turnDown: 'Le refuser',
    takenBack: 'La proposition n’attend plus. Les règles restent ce qu’elles étaient.',
    mustOther: 'Vous l’avez proposé et il montre davantage : un autre responsable doit le mettre en vigueur.',
    meanwhile: {
        say: 'Quelqu’un a mis d’autres règles en vigueur entre-temps.',
        do: 'Ce que vous voyez ici leur est comparé. Regardez à nouveau.',
    },
    same: 'Ce sont les règles en vigueur : il n’y a rien à proposer.',
    busy: { say: 'Le serveur est très occupé pour l’instant.', do: 'Réessayez dans quelques secondes.' },
    unreached: { say: 'Le serveur n’a pas répondu.', do: 'Réessayez : ce ne sera fait qu’une fois.' },
    enrol: {
        say: 'Pour mettre des règles en vigueur, il vous faut un mot de passe et un code.',
        do: 'Choisissez-les une fois, en haut de cette page ; cela prend une minute.',
    },

    picture: 'L’image',
    pictureLead: 'Ce que chacun peut voir au plus de ce qui a été acheté, et où.',
    pictureTabs: { live: 'Actuellement', draft: 'Avec le changement', difference: 'La différence' },
    pictureLegend: 'Quelles règles montre l’image',
    pictureAny: 'Tout le reste',
    pictureSensitive: 'Protégé',
    viewer: 'Qui regarde',
    upTo: (least, most) => (least === most ? most : `${most} au plus`),
    sayMark: 'peut se dire',
    cell: (who, column, kind, least, most, may) =>
        `${who}, pour ce qui a été acheté ${column} (${kind}) : ${least === most ? most : `entre ${least} et ${most}, selon le prix, l’ancienneté et le reste`}${may ? '. Cela peut se dire' : ''}.`,
    cellWas: (was) => ` Jusqu’ici : ${was}.`,
    same_: 'pareil',
    pictureNone: 'Le changement ne se voit pas ici : l’image donne le plus et le moins pour tous les prix, toutes les anciennetés et le reste, et seuls certains changent.',
    notes: (n) => form(n, 'Une autre règle a son mot à dire', `${n} autres règles ont leur mot à dire`),
    hint: 'Les flèches vont de case en case.',

    cards: 'Trois cartes',
    cardsLead: 'Ce que chacun recevrait d’un client inventé qui a acheté un peu de tout.',
    cardsViewer: 'La carte de qui',
    viewers: {
        seller: 'Qui l’a vendu',
        preferred: 'La personne choisie',
        department: 'Le rayon',
        manager: 'Un responsable',
        trainee: 'Un stagiaire',
        other: 'Tous les autres',
    },
    bySensor: 'remarqué par le Wi-Fi',
    cardNow: 'Maintenant',
    cardThen: 'Avec le changement',
    cardSame: 'Cette carte reste telle quelle.',
    cardNone: 'Pas de carte.',
    cardsShow: 'Montrer les cartes',

    versions: 'Versions',
    waiting: 'Propositions en attente',
    proposal: (by, when) => `${by}, ${when}`,
    you: 'vous',
    versionName: (name, version) => `${capital(name)} · version ${version}`,
    byWhom: (by, also, at) => [at, also ? `par ${by}, avec ${also}` : `par ${by}`].filter(Boolean).join(', '),
    lookAt: 'Regarder',
    looking: (by) => `Vous regardez ce que propose ${by}.`,
    lookingYours: 'Vous regardez votre propre proposition.',
    leave: 'Revenir aux règles en vigueur',
    leaveDraft: 'Revenir à mes changements',
    further: 'La modifier',
    agreed: (who) => `${who} l’a mise en vigueur.`,
    over: 'Cette proposition n’attend plus : elle a été retirée ou refusée entre-temps.',
    toChange: 'Voir ce qui changerait',
    shows: { more: 'montre davantage', less: 'montre seulement moins' },
    history: 'Versions précédentes',
    rollback: 'Revenir à celle-ci',
    rollbackWhy: (version) => `Pourquoi revenir à la version ${version} ?`,
    rollbackGo: 'Proposer ce retour',
    states: { live: 'en vigueur', past: '', proposed: 'en attente', withdrawn: 'retirée' },
    operator: { operator: 'l’exploitant', maitred: 'maitred' },
    whys: { 'The rules that a store starts with.': 'Les règles avec lesquelles un magasin commence.' },
    cancel: 'Ne rien changer',
};
