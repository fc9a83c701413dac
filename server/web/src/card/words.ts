// Words of the card: the same on the handheld and in the customer's preview.

import { type Language, type Said, speaks } from '../lib/language';
import { fr } from './words.fr';
import { sv } from './words.sv';

const en = {
    maySay: 'May say',
    knowOnly: 'Know only',
    knowOnlyWhy: 'unless the guest brings it up',
    wants: 'Wants',
    greet: 'Greet',
    greetByName: 'by name',
    greetAs: (name: string) => `as ${name}`,
    noName: 'Don’t use a name',
    someone: 'A guest',
    meet: 'meet',
    hereSure: 'here, sure',
    hereMaybe: 'may be here',
    noticed: (seconds: number) =>
        seconds < 60 ? 'Wi-Fi, just now' : `Wi-Fi, ${Math.round(seconds / 60)} min ago`,
    metFirst: 'Nothing is shown until you have met.',
    rule: (id: string) => (id === 'her' ? 'the guest’s own choice' : `rule ${id}`),
    noted: (text: string) => `You noted: “${text}”`,
    notedOfHer: (text: string) => `Noted: “${text}”`,
    returned: 'Returned',
    cancelled: 'Not taken',
    online: 'Online',
    by: (kind: string, brand: string) => `${kind} by ${brand}`,
    tally: {
        few: (where: string) => `A few things from ${where}`,
        several: (where: string) => `Several things from ${where}`,
        many: (where: string) => `Many things from ${where}`,
    },
    somewhere: 'this store',
    noHistory: 'No history is shown.',
    size: 'Size',
    likes: 'likes',
    days: (n: number) => (n === 0 ? 'today' : n === 1 ? 'yesterday' : `${n} days ago`),
    strike: 'strike out',
    putBack: 'put back',
    seasons: { winter: 'winter', spring: 'spring', summer: 'summer', autumn: 'autumn' },
    months: [
        'January',
        'February',
        'March',
        'April',
        'May',
        'June',
        'July',
        'August',
        'September',
        'October',
        'November',
        'December',
    ] as const,
};

export type Words = Said<typeof en>;
export let words: Words = en;
const tables: Record<Language, Words> = { en, sv, fr };
speaks((language) => (words = tables[language]));
