// The customer's page in French.

import { clock, daysAgo, locale, longDay, many } from '../lib/language';
import { newerMoreFr } from './newer.fr';
import type { Words } from './words';

const someone = 'quelqu’un';
const who = (name: string | undefined) => (name === 'a colleague' ? 'un collègue' : name || someone);
const capital = (text: string) => text.charAt(0).toLocaleUpperCase('fr') + text.slice(1);
const Who = (name: string | undefined) => capital(who(name));

const day = (at: Date) => {
    const days = daysAgo(at);
    return days === 0 ? 'aujourd’hui' : days === 1 ? 'hier' : at.toLocaleDateString(locale());
};

const abouts = {
    presence: 'que quelqu’un sache que vous êtes là',
    instore: 'vos achats ici',
    online: 'vos achats en ligne',
    other_stores: 'vos achats dans d’autres magasins',
    sizes: 'vos tailles',
    notes: 'des notes sur vous',
    sensed: 'que votre téléphone soit remarqué sur le Wi-Fi',
};

const wouldSee = (name?: string) => (name ? `Ce que ${name} verrait` : 'Ce que l’on verrait');

export const fr: Words = {
    title: 'Votre visite',
    loading: 'Un instant',
    language: 'Langue',
    close: 'Fermer',
    back: 'Retour',
    sending: 'Un instant …',
    offline: { say: 'Pas de connexion pour l’instant.', do: 'Rien n’est perdu. Cette page réessaie toute seule.' },
    stillTrying: 'Nouvel essai …',

    join: {
        eyebrow: (item) => `Votre achat : ${item}`,
        ask: (name) => (name ? `Prévenir ${name} à votre retour ?` : 'Prévenir quelqu’un à votre retour ?'),
        see: (name) =>
            `Vous scannez le panneau à l’entrée, et ${name ? name : 'un collègue'} voit cette carte telle qu’elle est ce jour-là. Rien d’autre.`,
        seeNothing:
            'Vous scannez le panneau à l’entrée, et quelqu’un qui peut vous aider est prévenu. Aucun achat n’est montré.',
        strike: 'Touchez une ligne pour la rayer.',
        struck: (n) =>
            many(
                n,
                'Une ligne est rayée. Elle n’est pas montrée, ni ce qui en découle.',
                `${n} lignes sont rayées. Elles ne sont pas montrées, ni ce qui en découle.`,
            ),
        more: 'Quoi d’autre ?',
        moreValue: (what) => what.join(', ') || 'rien',
        moreWords: { sizes: 'tailles', online: 'en ligne', other_stores: 'autres magasins', greet: 'par mon nom' },
        choose: (name) => `${name} s’occupe de moi`,
        chooseNote: 'Les autres voient au plus vos initiales.',
        greet: (name) => `${name} peut me saluer par mon nom`,
        online: 'Mes achats en ligne',
        otherStores: 'Mes achats dans d’autres magasins',
        sizes: 'Mes tailles',
        never: 'Jamais : photos ni adresse.',
        yes: 'Oui, volontiers',
        no: 'Non, merci',
        ageEyebrow: 'Encore une question',
        age: (years) => `Avez-vous ${years} ans ou plus ?`,
        ageLead: 'Les plus jeunes ont besoin d’un parent à leurs côtés.',
        ageYes: 'Oui',
        ageNo: 'Pas encore',
    },
    refused: {
        title: 'Comme vous voulez.',
        lead: 'Rien n’est enregistré. Votre non reste sur ce téléphone seulement, pour qu’on ne vous le redemande pas bientôt.',
        again: 'Vous avez dit non, merci.',
        againLead: (at) => `C’était le ${at}. Seul ce téléphone le sait. Voulez-vous regarder à nouveau ?`,
        look: 'Regarder',
    },
    minor: {
        title: 'Pas encore.',
        lead: 'Il faut un parent ou un tuteur : l’inscription n’a pas eu lieu. Tout le monde dans le magasin vous aidera volontiers.',
    },
    joined: {
        title: 'C’est fait.',
        lead: 'La prochaine fois, scannez le panneau à l’entrée.',
        note: 'Personne n’est prévenu sans votre geste.',
        ok: 'D’accord',
    },
    strangerDoor: {
        title: 'Bienvenue.',
        ask: 'Faut-il prévenir quelqu’un de votre venue ?',
        lead: 'Quelqu’un qui peut vous aider est prévenu quand vous scannez ce panneau et dites oui. Aucun achat n’est montré : seulement ce que vous dites vous-même.',
        yes: 'Oui, volontiers',
        no: 'Non, merci',
    },
    rescan: {
        title: 'Le code a changé.',
        lead: 'Il change toutes les trente secondes, pour que seul quelqu’un à l’entrée puisse s’en servir. Scannez-le encore une fois.',
    },
    strangerHome: {
        title: 'Quel plaisir de vous voir.',
        lead: 'Scannez le panneau à l’entrée, ou le code que l’on vous montre après un achat. C’est tout.',
    },

    door: {
        hello: 'Bonjour.',
        isIn: (name) => `${name} est là.`,
        isOut: (name) => `${name} n’est pas là aujourd’hui.`,
        nobodyNamed: 'Quel plaisir de vous voir.',
        tell: (name) => (name ? 'Dire que vous êtes là ?' : 'Prévenir quelqu’un ?'),
        tellOther: 'Un collègue doit-il venir ?',
        yesTell: (name) => `Oui, prévenir ${name}`,
        yes: 'Oui, volontiers',
        notToday: 'Pas aujourd’hui',
        full: (names) => `Beaucoup de clients en ce moment : ${names}. L’attente peut être plus longue.`,
        closed: 'Nous n’appelons personne pour l’instant.',
        closedLead:
            'Le magasin ouvre ou ferme bientôt. Personne n’est appelé, mais on vous aidera volontiers.',
        would: wouldSee,
        busy: (name) => `Si ${name} n’est pas libre`,
        busyUnsaid: 'me demander',
        busyChoices: { wait: 'J’attends', other: 'Quelqu’un d’autre', look: 'Je regarde seulement' },
    },
    ask: {
        title: (name) => `${name} n’est pas libre pour l’instant.`,
        lead: 'Que préférez-vous ? Personne d’autre n’est prévenu sans votre accord.',
        wait: (name) => `J’attends ${name}`,
        other: 'Quelqu’un d’autre',
        look: 'Je regarde seulement',
    },
    visit: {
        knows: (w) => `${Who(w)} le sait.`,
        telling: 'Nous cherchons quelqu’un.',
        tellingLead: 'Personne n’est encore prévenu. Dès que quelqu’un l’est, c’est écrit ici.',
        waiting: (name) => `Vous attendez ${name}.`,
        waitingLead: (name) => `Personne d’autre n’est prévenu. Dès que ${name} le sait, c’est écrit ici.`,
        about: (seconds) => {
            if (seconds <= 0) return '';
            if (seconds < 45) return 'D’un instant à l’autre.';
            const minutes = Math.max(1, Math.round(seconds / 60));
            return many(minutes, 'Environ une minute.', `Environ ${minutes} minutes.`);
        },
        coming: (w) => `${Who(w)} arrive.`,
        comingLead: 'Regardez autour de vous en attendant.',
        with: (w) => `Vous êtes avec ${w ? who(w) : 'nous'}.`,
        withLead: 'Bonne visite.',
        nobody: 'Personne n’est libre pour l’instant.',
        nobodyLead: 'Nous sommes désolés. Regardez autour de vous, ou demandez à quelqu’un.',
        looking: 'Regardez à votre aise.',
        lookingLead: 'Personne n’est appelé. Demandez à qui vous voyez, quand vous voulez.',
        meet: 'Où',
        wearing: 'Je porte',
        wish: 'J’aimerais',
        unsaid: 'dire où',
        unsaidWear: 'pour vous trouver',
        unsaidWish: 'ce que vous voulez',
        colour: 'Couleur',
        garment: 'Quoi',
        act: 'J’aimerais',
        things: 'Quoi',
        clearOne: 'Ne pas montrer',
        seeCard: (w) => `Ce que ${w ? who(w) : 'l’on'} voit`,
        wouldSee,
        stop: 'Stop : tout effacer',
        leaving: 'Je m’en vais',
    },
    cleared: {
        title: 'Effacé.',
        lead: (left) => {
            if (!left || left.waiting > left.away)
                return 'Votre carte est effacée de tous les écrans. Un appareil hors de portée l’efface avant toute chose à son retour.';
            if (left.away === 0) return 'Votre carte a disparu de tous les appareils.';
            return many(
                left.away,
                'Un appareil est hors de portée : il efface votre carte avant de montrer quoi que ce soit. Tous les autres l’ont effacée.',
                `${left.away} appareils sont hors de portée : ils effacent votre carte avant de montrer quoi que ce soit. Tous les autres l’ont effacée.`,
            );
        },
    },
    notToday: {
        title: 'Comme vous voulez.',
        lead: 'Personne ne saura que vous êtes là aujourd’hui, sauf si vous changez d’avis.',
        changed: 'J’ai changé d’avis',
    },
    after: {
        saw: (w, n) => {
            if (n === 0) return w ? `${w} n’a vu aucun de vos achats.` : 'Aucun de vos achats n’a été montré.';
            const lines = many(n, 'une ligne', `${n} lignes`);
            return w
                ? `${w} a vu ${lines}.`
                : `${capital(lines)} de vos achats ${many(n, 'a été montrée', 'ont été montrées')}.`;
        },
        lead: 'Merci de votre visite.',
        how: 'Comment était-ce ?',
        hows: { good: 'Bien', soso: 'Moyen', bad: 'Pas bien' },
        odd: 'Une remarque déplacée ?',
        odds: { fine: 'Tout va bien', not_fine: 'Oui' },
        send: 'Envoyer',
        later: 'Plus tard',
        thanks: 'Merci.',
        thanksLead: 'Cela nous aide à rester discrets.',
    },
    objected: {
        title: 'Tout est arrêté.',
        lead: (at) =>
            `Vous l’avez demandé au comptoir (${day(at)} ${clock(at)}). Personne ne vous le redemandera. Si vous changez d’avis, dites-le au comptoir.`,
    },
    home: {
        title: 'La prochaine fois, scannez le panneau.',
        lead: (store) => `Il est à l’entrée de ${store}. Personne n’est prévenu sans votre geste.`,
        isIn: (name) => `${name} est là aujourd’hui.`,
        isOut: (name) => `${name} n’est pas là pour l’instant.`,
        would: wouldSee,
        share: 'Tout ce qui me concerne',
        paused: 'Tout est en pause.',
        pausedLead: 'Personne n’est prévenu quand vous venez, et rien sur vous n’est utilisé, tant que vous ne l’avez pas levé sous « Tout ce qui me concerne ».',
    },
    card: {
        title: (name) => (name ? `${Who(name)} verrait ceci` : 'On verrait ceci'),
        titleNow: (name) => (name ? `${Who(name)} voit ceci` : 'On voit ceci'),
        lead: 'Touchez une ligne pour la changer.',
        none: 'Il n’y a rien à montrer. On saurait seulement que vous êtes là.',
        hide: 'Ne pas montrer',
        talk: 'Vous pouvez en parler',
        changed: 'La carte vient de changer. La voici telle qu’elle est maintenant.',
    },
    share: {
        title: 'Tout ce qui me concerne',
        lead: 'Ce qu’une carte peut contenir. Changez quand vous voulez, cela vaut tout de suite.',
        instore: 'Mes achats ici',
        online: 'Mes achats en ligne',
        otherStores: 'Mes achats dans d’autres magasins',
        sizes: 'Mes tailles',
        pause: 'Tout mettre en pause',
        pausedNote: 'En pause : personne ici n’apprend rien sur vous, et rien sur vous n’est utilisé. Ce que vous avez choisi est conservé.',
        gpc: 'Votre navigateur demande que rien sur vous ne soit vendu ni partagé. Personne ici ne le fait jamais.',
        checked: (at, pairs, found) =>
            `Dernier contrôle de fuite : ${day(at)} ${clock(at)}, ${pairs} ${many(pairs, 'paire', 'paires')}, ${found === 0 ? 'rien trouvé' : `${found} ${many(found, 'trouvée', 'trouvées')}. Le magasin est averti.`}`,
        all: 'Tout arrêter',
        allAsk: 'Tout arrêter ?',
        allLead:
            'Tous vos choix sont retirés. Votre carte est effacée de tous les écrans, et personne n’est prévenu quand vous venez.',
        allYes: 'Oui, tout arrêter',
        allNo: 'Garder',
    },
    notice: {
        lead: 'Quand vous entrez',
        wifi: 'Le Wi-Fi du magasin peut remarquer mon téléphone',
        always: (name) => `Prévenir ${who(name)} sans que je le demande`,
        home: (name) =>
            name
                ? `${name} le sait quand votre téléphone est sur le Wi-Fi du magasin.`
                : 'Quelqu’un le sait quand votre téléphone est sur le Wi-Fi du magasin.',
    },
    newer: {
        say: (newer, name) =>
            `Le magasin a une nouvelle notice. Si vous l’acceptez, ${newerMoreFr(newer, name)}. Sinon, rien ne change.`,
        accept: 'Accepter la nouvelle notice',
    },
    promises: {
        title: 'Ce que le magasin promet',
        digest: (sha256) => `SHA-256 ${sha256}`,
    },
    looks: {
        legend: 'Combien de temps est conservé qui a vu ma carte, et ce qui y figurait',
        lead: 'Ce qui est plus ancien est effacé et ne revient pas.',
        ask: (term) => `Effacer ce qui date de plus de ${term}\u00a0?`,
        askLead: 'Qui a vu votre carte, et ce qui y figurait. Cela ne revient pas, et désormais ce n’est pas conservé plus longtemps.',
        yes: 'Oui, effacer',
        no: 'Ne rien changer',
        keep: (term, months) =>
            ({
                store: `Comme ici\u00a0: ${months} mois`,
                month: '30 jours',
                week: '7 jours',
                day: '24 heures',
            })[term],
    },
    notes: {
        allow: (name) => `${Who(name)} peut noter des choses pour s’en souvenir`,
        allowNote: 'Personne d’autre ne les voit. Décochez, et tout ce qui a été écrit est supprimé.',
        title: 'Ce qui est noté sur moi',
        lead: 'Mot pour mot. Personne ne le voit, sauf qui l’a écrit et vous. Supprimez ce que vous voulez, c’est aussitôt parti.',
        none: 'Rien n’est noté.',
        quoted: (text) => `«\u00a0${text}\u00a0»`,
        by: (name, at) => `${Who(name)}, ${day(at)} ${clock(at)}.`,
        shown: (at) => `Montré la dernière fois ${day(at)} ${clock(at)}.`,
        notShown: 'Pas encore montré sur une carte.',
        strike: 'Supprimer',
        kept: (days) =>
            many(
                days,
                'Chaque note est supprimée d’elle-même après un jour.',
                `Chaque note est supprimée d’elle-même après ${days} jours.`,
            ),
    },
    receipts: {
        title: 'Mes reçus',
        yours: 'Votre reçu',
        lead: 'Chaque fois que vous dites ce que le magasin peut faire, il signe ce que vous avez dit. Rien ici ne peut être changé ensuite.',
        none: 'Il n’y en a pas encore : le premier vient avec votre prochain changement.',
        rest: (n) => many(n, 'Un plus ancien est conservé aussi.', `${n} plus anciens sont conservés aussi.`),
        what: {
            joined: 'Votre inscription',
            changed: 'Vous avez changé ce que vous partagez',
            accepted: 'Vous avez accepté une nouvelle notice',
            not_today: 'Vous avez dit : pas aujourd’hui',
            left: 'Vous avez tout arrêté',
        },
        at: (at) => `${day(at)} ${clock(at)}`,
        saidTitle: 'Ce que vous avez dit',
        said: (event) => (event.mode === 'not_today' ? 'Pas aujourd’hui' : event.state === 'given' ? 'Oui' : 'Plus maintenant'),
        about: (event) => (event.mode === 'standing' ? 'prévenir sans que vous le demandiez' : abouts[event.category]),
        holdsTitle: 'Ce qui vaut depuis',
        until: (termination) => `Jusqu’au ${longDay(new Date(termination.slice(0, 20)))}, ou dès que vous le retirez.`,
        nothing: 'Rien. Le magasin ne peut plus rien en faire.',
        whoTitle: 'Qui en répond',
        fine: (name, version) => (version > 0 ? `Notice ${name}, version ${version}` : ''),
        number: (id) => `Numéro ${id}`,
        key: (key) => `Signé, clé ${key}`,
        check: 'La copie est un fichier. Avec elle, chacun peut vérifier que ce sont les mots du magasin, même sans lui.',
        keep: 'Garder une copie',
    },
    gone: {
        title: 'C’est arrêté.',
        lead: 'Tous vos choix sont retirés. Personne ne sera prévenu quand vous venez. Nous vous accueillerons tout aussi volontiers.',
    },

    errors: {
        closed: {
            say: 'Nous n’appelons personne pour l’instant.',
            do: 'Le magasin ouvre ou ferme bientôt. On vous aidera volontiers.',
        },
        not_joined: { say: 'Ce téléphone n’est pas connu ici.', do: 'Scannez le panneau encore une fois.' },
        joined: { say: 'Votre inscription est déjà faite.', do: 'La prochaine fois, scannez simplement le panneau à l’entrée.' },
        not_here: {
            say: 'Votre téléphone n’est pas sur le Wi-Fi du magasin pour l’instant.',
            do: 'Scannez le panneau à l’entrée.',
        },
        link_over: { say: 'Ce code a servi ou a expiré.', do: 'Demandez-en un nouveau, c’est l’affaire d’un instant.' },
        enough_today: { say: 'Vous nous avez prévenus assez souvent aujourd’hui.', do: 'On vous aidera volontiers.' },
        no_notes: { say: 'Personne n’écrit de notes ici.', do: 'Tout le reste demeure.' },
        rate: { say: 'C’était rapide.', do: 'Attendez un instant, puis réessayez.' },
        card_changed: { say: 'La carte vient de changer.', do: 'La voici telle qu’elle est maintenant.' },
        unknown: { say: 'Cela n’a pas marché.', do: 'Réessayez, ou demandez à quelqu’un.' },
    },

    refusals: {
        busy: { say: 'Nous sommes très occupés pour l’instant.', do: 'Réessayez dans un instant.' },
        not_saved: { say: 'Cela n’a pas pu être enregistré : rien n’a changé.', do: 'Réessayez dans un instant.' },
        notice_changed: { say: 'Le magasin a changé sa notice entre-temps.', do: 'Lisez-la encore une fois.' },
        too_many_alike: { say: 'Trop d’achats sont derrière cette ligne.', do: 'Laissez-la, ou demandez dans le magasin.' },
        no_receipt: { say: 'Ce téléphone n’a pas de tel reçu.', do: 'Regardez la liste de vos reçus.' },
        too_large: { say: 'C’était trop à la fois.', do: 'Réessayez avec moins.' },
    },

    acts: { find: 'trouver', try: 'essayer', return: 'rendre', collect: 'retirer', look: 'juste regarder' },
};
