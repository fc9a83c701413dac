// The hub's words for a part of all cases, as people say them.

import { type Language, type Said, speaks } from '../../lib/language';
import { fr } from './area-words.fr';
import { sv } from './area-words.sv';

const en = {
    places: {
        online: 'bought online',
        'in-store': 'bought in a store',
        'this-store': 'bought in this store',
        'other-store': 'bought in another store',
    } as Record<string, string>,
    words: {
        associate: 'associates',
        trainee: 'trainees',
        manager: 'managers',
        sensitive: 'protected',
        bought: 'kept',
        returned: 'returned',
        cancelled: 'cancelled',
        gift: 'gifts',
        'checked-in': 'after a check-in',
        sensed: 'noticed by Wi-Fi only',
        'price unknown': 'with no known price',
    } as Record<string, string>,
    below: (price: string) => `below ${price}`,
    from: (price: string) => `from ${price}`,
    between: (from: string, below: string) => `from ${from} to below ${below}`,
    ageMost: (months: string) => `of the last ${months} months`,
    ageMore: (months: string) => `older than ${months} months`,
    ages: (more: string, most: string) => `${more} to ${most} months old`,
    others: 'Others',
    anyone: 'Anyone',
    not: (who: string) => `not ${who}`,
};

export type AreaWords = Said<typeof en>;
export let areaWords: AreaWords = en;
const tables: Record<Language, AreaWords> = { en, sv, fr };
speaks((language) => (areaWords = tables[language]));
