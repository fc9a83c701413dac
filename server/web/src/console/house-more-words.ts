// The sentences of the newer house rules, by key: what stands before the choice and what stands behind it.

import { type Said, speaks } from '../lib/language';
import { fr } from './house-more-words.fr';
import { sv } from './house-more-words.sv';

const en = {
    rules: {
        invite_not: ['Nobody is invited after a sale of these, or by their staff:', ''],
        alert_not: ['Staff who work only in these are never called to a customer:', 'If that is her own associate, she is told that nobody is free.'],
        closed_days: ['Nobody is called, and the doors stay shut, on', ''],
        event_days: ['Only her own associate is asked, and nobody stands in, on', 'Whoever has none, or finds her busy, is told that nobody is free.'],
        zones_not: ['Where the Wi-Fi announces nobody and keeps nobody:', ''],
        presence: ['Which handheld showed whose card is kept for', 'so that one that was away can catch up.'],
        visits: [
            'Who had a visit last, and on which card, is kept for',
            'What she said is gone when the visit ends. The numbers keep that there was a visit, and who was asked, for some 99 weeks.',
        ],
        mirror: ['What stood on a card, and when, is kept for', 'That there was one is counted on in the numbers.'],
    },
    daysHint: 'none, or days: 2026-12-24, 2026-12-27 to 2026-12-30, sunday',
    namesOther: 'Others, with commas',
    namesHint: 'A sensor is left out by its zone or by its own name. A scan counts everywhere. A visit does not say where it began, so the count leaves this out.',
    firm: (names: string) => `Always kept in: ${names}.`,
    unknown: (names: string) => `The store has no department of that name yet: ${names}.`,
    most: (n: number) => `Head office allows ${n} at most.`,
};

export type MoreWords = Said<typeof en>;
export let moreWords: MoreWords = en;
export const tables = { en, sv, fr };
speaks((language) => (moreWords = tables[language]));

/** A rule's two halves, if its sentence stands here. */
export const moreRule = (key: string): readonly string[] | undefined =>
    (moreWords.rules as Record<string, readonly string[]>)[key];
