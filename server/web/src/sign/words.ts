// Every sentence of the door sign.

import { type Language, type Said, speaks } from '../lib/language';
import { fr } from './words.fr';
import { sv } from './words.sv';

const en = {
    title: 'Door sign',
    code: 'Code for your phone’s camera',
    ask: 'Scan to say you’re here.',
    note: 'Nobody is told unless you tap yes.',
    full: (names: string) => `Many guests this hour: ${names}. It may take longer.`,
    offline: 'One moment, please.',
    offlineNote: 'The sign has lost its connection and keeps trying. Anyone in the store will gladly help.',
    pairTitle: 'This is the door sign?',
    pairLead: 'From now on this screen shows the code that guests scan.',
    pairYes: 'Yes, this is the sign',
    pairing: 'One moment …',
    unpaired: 'This screen is not a sign yet.',
    unpairedNote: 'Open the sign’s pairing link on it once.',
    operator: (todo: string) => `For the operator: ${todo}`,
    usedTitle: 'This pairing link has been used.',
    usedNote: 'Make a new one and open it here.',
    loading: 'One moment',
};

export type Words = Said<typeof en>;
export let words: Words = en;
/** Each language's, for what a sign says in all of its own. */
export const tables: Record<Language, Words> = { en, sv, fr };
speaks((language) => (words = tables[language]));
