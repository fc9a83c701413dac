// Every sentence of an associate's own week.

import { type Language, type Said, speaks } from '../lib/language';
import { fr } from './mine-words.fr';
import { sv } from './mine-words.sv';

const clock = (s: number) => (s > 600 ? 'more than 10 min' : s < 120 ? `${s} s` : `${Math.round(s / 30) / 2} min`);

const en = {
    button: 'My week',
    title: 'My week',
    close: 'Close',
    counting: 'One moment …',
    only: 'Only you see this. It is told to nobody else, and nobody is ranked by it.',
    asked: 'Cards that asked you',
    askedOf: (asked: number, taken: number) => (asked === 0 ? 'none' : `${asked}, of which you took ${taken}`),
    clients: 'Your own customers',
    clientsOf: (all: number, met: number) =>
        all === 0 ? 'none of them came' : `${all} came, ${met} of them to you`,
    time: 'Until you came',
    noTime: 'no visit to measure',
    times: (half: number, most: number) => `half within ${clock(half)}, nine of ten within ${clock(most)}`,
    apart: 'Counted apart, and never against you',
    apartOf: (busy: number, none: number, handed: number, ghost: number) =>
        `busy ${busy}, no answer ${none}, handed over ${handed}, nobody there ${ghost}`,
    liked: 'How customers found it',
    likedOf: (n: number) => `${n} of 100 said “good”`,
    notFine: 'Something odd was said',
    notFineOf: (n: number) => `after ${n} of 1,000 cards`,
    tooFew: 'too few answers to tell',
    weeks: (n: number) => `${n} weeks`, // two or more
};

export type MineWords = Said<typeof en>;
export let mineWords: MineWords = en;
const tables: Record<Language, MineWords> = { en, sv, fr };
speaks((language) => (mineWords = tables[language]));
