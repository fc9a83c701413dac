// Every sentence of the phone in a walk-in test.

import { type Language, type Said, seconds, speaks } from '../lib/language';
import { fr } from './walked-words.fr';
import { sv } from './walked-words.sv';

const en = {
    title: 'Walk-in test',
    walking: 'Walking in …',
    walked: (ms: number) => `Your phone reached the hub in ${seconds(ms)}.`,
    walkedLead: 'The console shows the rest. You can close this page: nothing of it is kept on this phone.',
    over: 'This test is over.',
    overLead: 'Start it again on the console: each code counts once, within five minutes.',
    offline: 'Your phone does not reach the hub.',
    offlineLead: 'Is it on the store’s Wi-Fi, and not on mobile data? Is the hub switched on? Then try again.',
    busy: 'The hub was reached, but did not take the test.',
    busyLead: 'Try again in a moment. If it stays so, begin a new test on the console.',
    again: 'Try again',
};

export type WalkedWords = Said<typeof en>;
export let walkedWords: WalkedWords = en;
export const tables: Record<Language, WalkedWords> = { en, sv, fr };
speaks((language) => (walkedWords = tables[language]));
