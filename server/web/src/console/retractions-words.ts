// Every sentence about cards that were taken back, and how soon the screens were clear of them.

import { clock, type Language, locale, longDay, type Said, speaks } from '../lib/language';
import { fr } from './retractions-words.fr';
import { sv } from './retractions-words.sv';

/** In the unit that a person reads; of seconds the first decimal. */
export function length(ms: number, units: { s: string; min: string; h: string }): string {
    const one = (n: number) => n.toLocaleString(locale(), { maximumFractionDigits: 1 });
    if (ms < 1000) return `${ms} ms`;
    if (ms < 60_000) return `${one(ms / 1000)} ${units.s}`;
    return ms < 3_600_000 ? `${Math.round(ms / 60_000)} ${units.min}` : `${one(ms / 3_600_000)} ${units.h}`;
}

const units = { s: 's', min: 'min', h: 'h' };

const en = {
    pane: 'Cards taken back',
    lead: 'How soon a card is gone from a screen once it has ended, was passed on or was taken back.',
    day: 'Last 24 hours',
    week: 'Last seven days',
    none: 'none',
    fewer: 'fewer than 5',
    cleared: (n: number) => `${n} gone`,
    times: (half: number, most: number, worst: number) =>
        `half within ${length(half, units)}, 99 of 100 within ${length(most, units)}, the longest ${length(worst, units)}`,
    within: (quick: number, soon: number) => `${quick} within 0.2 s, ${soon} within 2 s`,
    owed: 'Not answered yet',
    owes: (name: string) => `${name}’s handheld`,
    since: (at: Date, today: boolean) => (today ? `since ${clock(at)}` : `since ${longDay(at)}, ${clock(at)}`),
    away: 'out of reach; it clears the card before it shows anything',
    rest: (n: number) => `and ${n} more`,
    nobody: 'No handheld owes an answer.',
    counted: (at: Date) => `Counted since ${longDay(at)}, ${clock(at)}.`,
};

export type RetractionWords = Said<typeof en>;
export let retractionWords: RetractionWords = en;
const tables: Record<Language, RetractionWords> = { en, sv, fr };
speaks((language) => (retractionWords = tables[language]));
