// Every sentence of the handheld (the console shows the same cards with the same words).

import { type Language, type Said, speaks } from '../lib/language';
import { fr } from './words.fr';
import { sv } from './words.sv';

const en = {
    title: 'Handheld',
    language: 'Language',
    close: 'Close',

    link: {
        connecting: 'Connecting …',
        open: 'Connected',
        locked: 'Locked',
        offline: 'Offline: cards wait',
        refused: 'Not paired',
        fenced: 'Not here any more',
        elsewhere: 'Open elsewhere',
        outdated: 'Out of date',
    },

    idle: {
        title: (name: string) => (name ? `All calm, ${name}.` : 'All calm.'),
        lead: 'A chime tells you when a client of yours is here.',
        sound: 'Tap once anywhere to turn the chime on.',
        iphone: 'Keep this page in front: a phone in a pocket sleeps.',
    },
    invite: {
        button: 'Invite a customer',
        title: 'Invite after a sale',
        lead: 'Your sales of today. Choose one, then let your customer scan the code with their own phone.',
        none: 'No sale of today to invite for.',
        noneLead:
            'A sale shows up here when it was made to a known customer who has not joined and was not asked yet.',
        at: (time: string) => `at ${time}`,
        scanTitle: 'Shall I know when you’re back?',
        scan: 'Please scan this with your own phone.',
        valid: (minutes: number) =>
            minutes >= 60
                ? `Good for ${Math.round(minutes / 60)} hours, once.`
                : `Good for ${Math.max(1, minutes)} minutes, once.`,
        over: 'This code has run out. After the next sale you can invite again.',
        code: 'Invitation code for your customer’s phone',
        done: 'Done',
    },

    coming: 'I’m coming',
    withHer: 'I’m there',
    done: 'Done',
    busy: 'Busy',
    handOver: 'Hand over',
    handTo: {
        title: 'Hand over to',
        lead: 'Your colleague sees what a colleague may see.',
        looking: 'One moment …',
        none: 'Nobody is free just now.',
        anyone: 'Whoever is free',
        close: 'Keep the card',
    },
    thank: 'Say thanks next time',
    remember: {
        title: 'Remember one thing?',
        lead: 'For the next visit. Your customer can read it and delete it.',
        label: 'One line',
        keep: 'Keep it',
        notNow: 'Not now',
        kept: 'Kept for the next visit.',
        keptLead: 'Your customer can read it on their page.',
    },
    notHere: 'Not here',
    itsHer: 'It’s them',
    why: 'Why?',
    whyHide: 'Less',
    unanswered: { say: 'No answer yet.', do: 'Please tap once more.' },
    waits: { say: 'Your guest would rather wait for you.', do: 'The card stays here.' },
    sending: 'One moment …',
    seconds: (n: number) => `${n} s`,
    secondsLeft: (n: number) => `${n} seconds left to answer`,
    states: { offered: 'waiting', accepted: 'you’re coming', with_her: 'with you', done: 'done' },
    others: 'Other cards',
    open: 'Open: ',
    tapToOpen: 'Tap to open',
    guest: 'Guest',
    walkin: 'Walk-in test: this handheld was reached.',
    newCard: (who: string) => `New card: ${who}`,
    hiddenOffline: 'Offline for a while. This card may have changed, so it waits until the line is back.',
    understood: 'All right',

    refused: {
        title: 'This handheld is not paired.',
        lead: 'Ask for a new pairing link and open it here. If it was paired before, it has been taken back, or this browser has forgotten its key.',
        again: 'Try again',
    },
    code: {
        label: 'Or type the code that you were given',
        pair: 'Pair this handheld',
        offline: { say: 'No connection to the hub.', do: 'Try again in a moment.' },
    },
    fenced: {
        title: 'Another handheld has taken over.',
        lead: 'One was paired after this one, and only one at a time shows your cards. To come back here, ask for a new pairing link.',
        again: 'Try again',
    },
    elsewhere: {
        title: 'Open in another window.',
        lead: 'This handheld’s cards are shown there. One screen at a time, so that nothing is left lying about.',
        again: 'Show them here',
    },
    outdated: {
        title: 'There is a newer page.',
        lead: 'Load it again; your cards come back by themselves.',
        again: 'Load again',
    },

    pairTitle: 'Is this your handheld?',
    pairLead: 'From now on your cards come here. Keep it with you, and the page in front.',
    pairYes: 'This is my handheld',
    pairing: 'One moment …',
    usedTitle: 'This pairing link has been used.',
    usedNote: 'Ask for a new pairing link and open it here.',
};

export type Words = Said<typeof en>;
export let words: Words = en;
const tables: Record<Language, Words> = { en, sv, fr };
speaks((language) => (words = tables[language]));
