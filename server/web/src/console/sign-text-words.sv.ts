// The words around the text of the sign, in Swedish.

import type { SignTextWords } from './sign-text-words';

export const signTextSv: SignTextWords = {
    about: 'Texten följer era inställningar och husregler. Skriv ut skylten igen när de ändras.',
    offline: 'Skyltens text går inte att hämta just nu. Sidan fortsätter att försöka av sig själv.',
};
