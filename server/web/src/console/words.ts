// Every sentence of the manager's console.

import { type Language, type Said, speaks } from '../lib/language';
import { fr } from './words.fr';
import { sv } from './words.sv';

const en = {
    title: 'Console',
    language: 'Language',
    link: {
        connecting: 'Connecting …',
        open: 'Connected',
        offline: 'Offline: cards wait',
        refused: 'Not paired',
        fenced: 'Open elsewhere',
        elsewhere: 'Open elsewhere',
        locked: 'Locked',
        outdated: 'Out of date',
    },
    now: 'In the store now',
    nobodyHere: 'Nobody has checked in. All calm.',
    floor: 'On the floor',
    reachable: (on: number, all: number) => `${on} of ${all} handhelds reachable`,
    connected: 'reachable',
    away: 'not reachable',
    today: 'Today',
    sensors: 'Wi-Fi',
    sensor: {
        ok: (heard: number) => (heard < 60 ? 'heard just now' : `heard ${Math.round(heard / 60)} min ago`),
        silent: (heard: number) =>
            heard < 0 ? 'not heard since the start' : `silent for ${Math.max(1, Math.round(heard / 60))} min`,
        down: () => 'the access point does not answer',
        new: () => 'waits to be paired',
    },
    sensorOut: 'counts for nothing by the house rules',
    arrivals: (n: number) => (n === 1 ? 'arrival' : 'arrivals'),
    met: (n: number) => (n === 1 ? 'was met' : 'were met'),
    nobody: 'found nobody free',
    rules: 'What a card may show',
    rulesNote: (book: string) => `Rules in force: ${book}. Nothing is shown unless one of these says so.`,
    rulesGo: 'See them, and what a change would do',
    pagesLabel: 'Pages of the console',
    pages: { board: 'The store now', roster: 'Who works when', numbers: 'Five numbers', house: 'House rules', rules: 'What a card may show' },
    boardWith: (n: number) => (n === 1 ? 'The store now · 1 card for you' : `The store now · ${n} cards for you`),
    yours: 'For you',
    yoursNone: 'No card waits for you.',
    yoursLead: 'A card comes here when nobody else can take it.',
    minutes: (n: number) => (n < 1 ? 'just now' : n < 90 ? `${n} min` : `${Math.round(n / 60)} h`),
    state: (state: string, who: string) => {
        const somebody = who || 'somebody';
        switch (state) {
            case 'offered':
                return who ? `${who} has been asked` : 'waits to be told';
            case 'accepted':
                return `${somebody} is on the way`;
            case 'with_her':
                return `with ${somebody}`;
            case 'nobody':
                return 'nobody was free';
            default:
                return 'has been seen to';
        }
    },
    visitHead: { who: 'Guest', state: 'What happens', since: 'Since' },
    roles: { associate: '', trainee: 'in training', manager: 'manager' } as Record<string, string>,
    offline: {
        say: 'No connection to the hub.',
        do: 'What you see may be old. This page keeps trying by itself.',
    },
    loading: 'One moment',
    pairTitle: 'Is this your console?',
    pairLead:
        'You will see who is reachable, who waits, and today’s numbers. No purchases are shown here, except on a card that is yours.',
    pairYes: 'This is my console',
    pairing: 'One moment …',
    usedTitle: 'This pairing link has been used.',
    usedNote: 'Make a new one and open it here.',
};

export type Words = Said<typeof en>;
export let words: Words = en;
const tables: Record<Language, Words> = { en, sv, fr };
speaks((language) => (words = tables[language]));
