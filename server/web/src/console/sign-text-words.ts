// The words around the text of the sign at the door; the text itself is the hub's [P152].

import { type Language, type Said, speaks } from '../lib/language';
import { signTextFr } from './sign-text-words.fr';
import { signTextSv } from './sign-text-words.sv';

const en = {
    about: 'The text follows your settings and house rules. Print the sign again when they change.',
    offline: 'The sign’s text cannot be fetched just now. This page keeps trying by itself.',
};

export type SignTextWords = Said<typeof en>;
const tables: Record<Language, SignTextWords> = { en, sv: signTextSv, fr: signTextFr };
export let words: SignTextWords = en;
speaks((language) => (words = tables[language]));
