// A manager's own account, in French.

import { many } from '../lib/language';
import type { AccountWords } from './account-words';

export const fr: AccountWords = {
    signInTitle: 'Se connecter',
    signInLead: 'Cette console montre le magasin à ses responsables.',
    name: 'Nom',
    nameHint: 'Votre identifiant dans les fichiers du magasin, ou votre prénom et votre nom.',
    password: 'Mot de passe',
    code: 'Six chiffres de votre application',
    codeOnce: 'Un code vaut une fois. Si vous venez de l’utiliser, attendez le suivant.',
    signIn: 'Se connecter',
    signingIn: 'Un instant …',
    noPassword:
        'Pas encore de mot de passe, ou perdu ? Demandez à l’exploitant un lien pour associer cette console : maitrectl link console.',
    signOut: 'Se déconnecter',
    setUp: 'Choisir un mot de passe',
    enrolTitle: 'Votre mot de passe et votre second facteur',
    enrolLead: (name) => `Avec les deux, vous pouvez vous connecter en tant que ${name} et changer ce que les cartes peuvent montrer.`,
    enrolLoading: 'Un instant …',
    step1: '1. Scannez ceci avec une application d’authentification sur votre téléphone.',
    step1Text: 'Pas d’appareil photo ? Tapez cette clé dans l’application :',
    step2: '2. Choisissez un mot de passe.',
    step3: '3. Tapez les six chiffres que montre l’application.',
    qrLabel: 'Code pour votre application d’authentification ; la clé ci-dessous est la même en texte',
    newPassword: 'Nouveau mot de passe',
    passwordMore: (n) =>
        `Au moins 12 caractères : encore ${n}. Trois ou quatre mots se retiennent facilement.`,
    passwordEnough: 'Assez long.',
    passwordLong: 'Trop long : 128 octets au plus.',
    show: 'L’afficher',
    enrol: 'Enregistrer',
    enrolled: 'C’est fait. Désormais, vous pouvez vous connecter ici avec les deux.',
    stepTitle: 'Est-ce bien vous ?',
    stepLead: 'Pour mettre des règles en vigueur, montrez encore une fois qui vous êtes. Cela vaut cinq minutes.',
    stepUp: 'C’est moi',
    close: 'Annuler',
    later: 'Plus tard',
    done: 'Fermer',
    offline: { say: 'Le serveur du magasin ne répond pas.', do: 'Réessayez dans un instant.' },
    closed: (seconds) =>
        seconds < 90
            ? `Réessayez dans ${seconds} ${many(seconds, 'seconde', 'secondes')}.`
            : `Réessayez dans ${Math.ceil(seconds / 60)} minutes.`,
};
