// What a customer asks for at the desk, in French.

import type { HoldWords } from './hold-words';

export const fr: HoldWords = {
    pane: 'Un client demande',
    lead: 'Pour qui veut arrêter quelque chose et n’a pas son téléphone. Rien sur le client n’est montré ici.',
    id: 'Son numéro de client',
    choose: 'Ce que le client demande',
    hows: {
        object: 'Tout arrêter, ne plus demander',
        pause: 'Tout mettre en pause',
        lift: 'Lever la demande',
    },
    send: 'Le faire',
    sending: 'Un instant …',
    done: {
        object: 'C’est fait. Tous les écrans sont effacés, et personne ne redemandera.',
        pause: 'C’est fait. Pour le magasin, c’est comme si ce client n’était pas là.',
        lift: 'C’est fait. La demande est levée.',
    },
};
