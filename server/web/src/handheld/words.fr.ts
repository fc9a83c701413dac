// Every sentence of the handheld, in French.

import { many } from '../lib/language';
import type { Words } from './words';

const valid = (minutes: number): string => {
    const hours = Math.round(minutes / 60);
    return minutes >= 60
        ? `Valable ${hours} ${many(hours, 'heure', 'heures')}, une fois.`
        : `Valable ${Math.max(1, minutes)} ${many(minutes, 'minute', 'minutes')}, une fois.`;
};

export const fr: Words = {
    title: 'Appareil',
    language: 'Langue',
    close: 'Fermer',

    link: {
        connecting: 'Connexion …',
        open: 'Connecté',
        locked: 'Verrouillé',
        offline: 'Hors ligne : cartes en attente',
        refused: 'Non associé',
        fenced: 'Plus ici',
        elsewhere: 'Ouvert ailleurs',
        outdated: 'Version ancienne',
    },

    idle: {
        title: (name) => (name ? `Tout est calme, ${name}.` : 'Tout est calme.'),
        lead: 'Un son vous prévient quand un de vos clients est là.',
        sound: 'Touchez l’écran une fois pour activer le son.',
        iphone: 'Gardez cette page au premier plan : en poche, un téléphone dort.',
    },
    invite: {
        button: 'Inviter un client',
        title: 'Inviter après une vente',
        lead: 'Vos ventes du jour. Choisissez-en une, puis faites scanner le code au client avec son propre téléphone.',
        none: 'Aucune vente du jour pour une invitation.',
        noneLead:
            'Une vente apparaît ici quand elle a été faite à un client connu qui n’est pas encore inscrit et à qui l’on n’a rien demandé.',
        at: (time) => `à ${time}`,
        scanTitle: 'Voulez-vous que je sache quand vous revenez ?',
        scan: 'Scannez ce code avec votre propre téléphone.',
        valid,
        over: 'Ce code a expiré. Après la prochaine vente, vous pourrez inviter de nouveau.',
        code: 'Code d’invitation pour le téléphone du client',
        done: 'Terminé',
    },

    coming: 'J’arrive',
    withHer: 'J’y suis',
    done: 'Terminé',
    busy: 'Occupé',
    handOver: 'Confier',
    handTo: {
        title: 'Confier à',
        lead: 'Votre collègue voit ce qu’un collègue peut voir.',
        looking: 'Un instant …',
        none: 'Personne n’est libre pour le moment.',
        anyone: 'Qui est libre',
        close: 'Garder la carte',
    },
    thank: 'Remercier la prochaine fois',
    remember: {
        title: 'Une chose à retenir ?',
        lead: 'Pour la prochaine visite. Le client peut la lire et la supprimer.',
        label: 'Une ligne',
        keep: 'Garder',
        notNow: 'Pas maintenant',
        kept: 'Gardé pour la prochaine visite.',
        keptLead: 'Le client peut le lire sur sa page.',
    },
    notHere: 'Absent',
    itsHer: 'Rencontré',
    why: 'Pourquoi ?',
    whyHide: 'Moins',
    unanswered: { say: 'Pas encore de réponse.', do: 'Touchez encore une fois.' },
    waits: { say: 'Le client préfère vous attendre.', do: 'La carte reste ici.' },
    sending: 'Un instant …',
    seconds: (n) => `${n} s`,
    secondsLeft: (n) => `${n} ${many(n, 'seconde', 'secondes')} pour répondre`,
    states: { offered: 'en attente', accepted: 'vous arrivez', with_her: 'avec vous', done: 'terminé' },
    others: 'Autres cartes',
    open: 'Ouvrir : ',
    tapToOpen: 'Touchez pour ouvrir',
    guest: 'Client',
    walkin: 'Essai d’arrivée : cet appareil est atteint.',
    newCard: (who) => `Nouvelle carte : ${who}`,
    hiddenOffline: 'Hors ligne depuis un moment. Cette carte a pu changer : elle attend le retour du réseau.',
    understood: 'D’accord',

    refused: {
        title: 'Cet appareil n’est pas associé.',
        lead: 'Demandez un nouveau lien d’association et ouvrez-le ici. S’il l’était déjà, l’accès a été retiré, ou ce navigateur a oublié sa clé.',
        again: 'Réessayer',
    },
    code: {
        label: 'Ou tapez le code que l’on vous a donné',
        pair: 'Associer cet appareil',
        offline: { say: 'Le système du magasin ne répond pas.', do: 'Réessayez dans un instant.' },
    },
    fenced: {
        title: 'Un autre appareil a pris le relais.',
        lead: 'Il a été associé après celui-ci, et un seul à la fois montre vos cartes. Pour revenir ici, demandez un nouveau lien d’association.',
        again: 'Réessayer',
    },
    elsewhere: {
        title: 'Ouvert dans une autre fenêtre.',
        lead: 'Les cartes de cet appareil s’y affichent. Un seul écran à la fois, pour que rien ne traîne.',
        again: 'Les afficher ici',
    },
    outdated: {
        title: 'Il existe une page plus récente.',
        lead: 'Rechargez-la : vos cartes reviennent d’elles-mêmes.',
        again: 'Recharger',
    },

    pairTitle: 'Est-ce votre appareil ?',
    pairLead: 'Désormais, vos cartes arrivent ici. Gardez-le sur vous, avec cette page au premier plan.',
    pairYes: 'C’est mon appareil',
    pairing: 'Un instant …',
    usedTitle: 'Ce lien d’association a déjà servi.',
    usedNote: 'Demandez-en un nouveau et ouvrez-le ici.',
};
