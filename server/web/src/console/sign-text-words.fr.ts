// The words around the text of the sign, in French.

import type { SignTextWords } from './sign-text-words';

export const signTextFr: SignTextWords = {
    about: 'Le texte suit vos réglages et les règles de la maison. Imprimez de nouveau le panneau quand ils changent.',
    offline: 'Le texte du panneau ne peut pas être chargé à l’instant. Cette page réessaie d’elle-même.',
};
