// Signing in at a handheld, in French.

import type { PinWords } from './pin-words';

export const fr: PinWords = {
    choose: {
        title: (name) => `${name ? `${name}, choisissez` : 'Choisissez'} un code PIN.`,
        lead: 'Au moins six chiffres que personne ne devinerait. L’appareil le demande au début de votre service et quand personne ne l’a touché depuis un moment.',
        label: 'Nouveau code PIN',
        next: 'Suivant',
        repeatTitle: 'Le même encore une fois.',
        repeatLead: 'Pour être sûr que vous avez tapé ce que vous vouliez.',
        repeat: 'Le même code PIN',
        save: 'Choisir ce code PIN',
        differ: 'Les deux n’étaient pas identiques. Choisissez encore une fois.',
    },
    enter: {
        title: (name) => (name ? `${name}, votre code PIN ?` : 'Votre code PIN ?'),
        lead: 'Rien ne s’affiche ici avant votre connexion.',
        tries: (left) => (left === 1 ? 'Il reste un essai.' : `Il reste ${left} essais.`),
        label: 'Code PIN',
        go: 'Se connecter',
        else: 'Quelqu’un d’autre se connecte ici',
        back: 'Retour',
    },
    other: {
        title: 'Qui êtes-vous ?',
        lead: 'Votre prénom et votre nom tels que le magasin les connaît, ou votre identifiant. Les cartes arrivent alors ici, et plus sur votre autre appareil.',
        name: 'Nom',
    },
    shut: {
        title: 'Cet appareil est verrouillé.',
        lead: 'Un mauvais code PIN a été tapé cinq fois. Un responsable peut le déverrouiller sur la console, ou l’associer de nouveau.',
    },
    busy: 'Un instant …',
    short: 'Un code PIN a au moins six chiffres.',
    who: {
        open: 'Session de : ',
        title: (name) => (name ? `Session de ${name}` : 'Session ouverte'),
        leave: 'Se déconnecter',
        change: 'Changer mon code PIN',
        close: 'Fermer',
        present: 'Code PIN actuel',
        changeTitle: 'Un nouveau code PIN',
        changed: 'Votre code PIN est changé.',
    },
    still: {
        title: (name) => `Toujours là${name ? `, ${name}` : ''} ?`,
        lead: 'Touchez une fois l’écran, sinon aucune carte ne vous parvient avant votre code PIN.',
    },
};
