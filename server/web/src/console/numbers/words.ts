// Every sentence of the five numbers.

import { money } from '../../card/line';
import { type Language, type Said, speaks } from '../../lib/language';
import type { NumbersWindow } from '../../wire';
import { type Name, percent, rate } from './tiles';
import { fr } from './words.fr';
import { sv } from './words.sv';

const seconds = (s: number) => (s > 600 ? 'more than 10 min' : s < 120 ? `${s} s` : `${Math.round(s / 30) / 2} min`);

interface Tile {
    title: string;
    unit: string;
    beside(w: NumbersWindow, currency: string): string[];
    means: readonly string[];
}

function spend(title: string, unit: string): Tile {
    return {
        title,
        unit,
        beside: (w, currency) => [
            w.half === undefined
                ? 'too few bought something to tell how much'
                : `half of those who bought spent ${money(w.half, currency)} at most`,
        ],
        means: [
            'Only of customers who share what they buy here, and were met. The till does not say to which visit a purchase belongs, so the day counts, for whoever met the customer first on it.',
            'Amounts are in steps of a fifth, and a median: one large purchase moves nothing. Who has not joined is not counted at all, so this compares two ways of being met, not members with strangers.',
        ],
    };
}

const tiles: Record<Name, Tile> = {
    match: {
        title: 'Match',
        unit: 'of arrivals were answered by their own associate',
        beside: () => [],
        means: [
            'Of the customers who have an associate of their own and checked in, how many that associate took.',
            'A customer without an associate of their own is left out. So is one who took it back before anybody came.',
        ],
    },
    response: {
        title: 'Response',
        unit: 'were met within 2 minutes',
        beside: (w) => [
            ...(w.p50_s === undefined || w.p90_s === undefined
                ? ['nobody was met']
                : [`half within ${seconds(w.p50_s)}, nine of ten within ${seconds(w.p90_s)}`]),
            `${percent(w.nobody ?? 0)} found nobody free`,
        ],
        means: [
            'From a customer’s yes until somebody is with them, as the handheld tells it; where only “I’m coming” was said, until then. Times are in steps of five seconds.',
            'Who would rather look around alone, and found nobody free, is left out. Whoever was never met counts as later than two minutes.',
        ],
    },
    acceptance: {
        title: 'Acceptance',
        unit: 'of offers were taken',
        beside: (w) => [
            `busy ${percent(w.busy ?? 0)}, handed over ${percent(w.handed_over ?? 0)}`,
            `nobody there ${percent(w.not_here ?? 0)}, silent device ${percent(w.silent ?? 0)}`,
        ],
        means: [
            'Of the offers that were taken or ran out, how many were taken.',
            'Busy is no miss: it is counted apart, as are a device that does not answer, “not here” and handing over.',
        ],
    },
    trust: {
        title: 'Trust',
        unit: '“not fine” per 100 cards',
        beside: (w) =>
            w.struck === undefined
                ? []
                : [
                      `per 100 cards: ${rate(w.struck)} struck a line, ${rate(w.left ?? 0)} left, ${rate(w.not_today ?? 0)} said “not today”`,
                  ],
        means: [
            'How often a customer answered “not fine” to “anything odd said?”, for every hundred cards that were on a screen.',
            'Lines that customers struck, customers who left, and “not today” stand beside it, for the whole store only.',
        ],
    },
    liked: {
        title: 'How it was',
        unit: 'of answers were “good”',
        beside: (w) => [`so-so ${percent(w.soso ?? 0)}, bad ${percent(w.bad ?? 0)}`],
        means: ['What customers answered to “how was it?” after a visit. Whoever did not answer is not counted.'],
    },
    return: {
        title: 'Return',
        unit: 'of arrivals had been here in the 90 days before',
        beside: () => [],
        means: [
            'Of the arrivals of a week, how many were by customers who had visited in the 90 days before.',
            'What was spent stands beside it, by who met the customer.',
        ],
    },
    spend_own: spend('Spend, own associate', 'of days with their own associate ended with a purchase'),
    spend_other: spend('Spend, somebody else', 'of days with another associate ended with a purchase'),
};

const en = {
    tiles,
    weeks: (n: number) => `${n} weeks`,
    title: 'The five numbers',
    lead: (until: string) =>
        `Week by week, Monday to Sunday, up to ${until}. Counted once a day, of weeks that are over.`,
    privacy: (least: number) =>
        `Each number has at least ${least} customers behind it, a team’s at least three associates. What has fewer is told over 4 or 12 weeks, or not at all. There is no number of a single person here: associates see their own week on their handheld.`,
    choose: 'Whose numbers',
    store: 'The store',
    tooFew: 'Too few to tell',
    tooFewWhy: (least: number) => `No 1, 4 or 12 weeks that are over have ${least} customers of their own.`,
    tooSmall: 'With fewer than three associates every number would be one person’s, so none is shown.',
    of: (n: number) => `of about ${n}`,
    before: (text: string) => `a year before: ${text}`,
    noBefore: 'a year before: too few to tell',
    goal: (text: string) => `goal ${text}`,
    means: 'What it means',
    trend: (title: string, from: string, to: string, n: number) =>
        n === 1 ? `${title}: one window, ${to}` : `${title}, ${n} windows: first ${from}, newest ${to}`,
    tableWhen: 'When',
    tableValue: 'Share',
    tableOf: 'Of about',
    hours: 'Nobody free, by hour',
    hoursLead: 'Of the arrivals of an hour, how many found nobody free. An hour with fewer than ten customers is left out.',
    sources: 'Nobody there, by how they were noticed',
    sourcesLead: 'Of the offers, how many were answered “not here”.',
    sourceNames: { 'checked-in': 'checked in', sensed: 'Wi-Fi, sure', 'may-be': 'Wi-Fi, may be' } as Record<string, string>,
    rules: 'Trust, by version of the rules',
    rulesLead: 'Per 100 cards, over weeks that lay under one version as a whole.',
    rulesHead: ['Version', 'Since', 'Not fine', 'Lines struck', 'Left', 'Not today'],
    loading: 'One moment',
    offline: { say: 'The numbers could not be read.', do: 'This page keeps trying by itself.' },
};

export type Words = Said<typeof en>;
export let words: Words = en;
const tables: Record<Language, Words> = { en, sv, fr };
speaks((language) => (words = tables[language]));
