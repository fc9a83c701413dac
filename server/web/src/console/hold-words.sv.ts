// What a customer asks for at the desk, in Swedish.

import type { HoldWords } from './hold-words';

export const sv: HoldWords = {
    pane: 'En kund ber om något',
    lead: 'För den som vill stoppa något och inte har telefonen till hands. Inget om kunden visas här.',
    id: 'Kundnummer',
    choose: 'Vad kunden ber om',
    hows: {
        object: 'Stoppa allt, fråga aldrig igen',
        pause: 'Pausa allt tills vidare',
        lift: 'Häv det igen',
    },
    send: 'Gör det',
    sending: 'Ett ögonblick …',
    done: {
        object: 'Klart. Kunden är borta från alla skärmar, och ingen frågar igen.',
        pause: 'Klart. För butiken är det som om kunden inte fanns.',
        lift: 'Klart. Det är hävt.',
    },
};
