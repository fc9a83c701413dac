// Every sentence of the customer's page. One table per face, so that a second language is a second table.

import type { KeepLooks, Newer, ReceiptEvent, ReceiptWhat } from '../wire';
import { type Language, longDay, type Said, speaks } from '../lib/language';
import { newerMore } from './newer';
import { fr } from './words.fr';
import { sv } from './words.sv';

export const someone = 'someone';

const who = (name: string | undefined) => name || someone;
const capital = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1);
const Who = (name: string | undefined) => capital(name || someone);

const clock = (at: Date) => at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
const day = (at: Date) => {
    const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
    return days === 0 ? 'today' : days === 1 ? 'yesterday' : at.toLocaleDateString();
};

const abouts: Record<ReceiptEvent['category'], string> = {
    presence: 'telling somebody that you are here',
    instore: 'what you bought here',
    online: 'what you bought online',
    other_stores: 'what you bought in other stores',
    sizes: 'your sizes',
    sensed: 'noticing your phone on the Wi-Fi',
    notes: 'notes about you',
};

const en = {
    title: 'Your visit',
    loading: 'One moment',
    language: 'Language',
    close: 'Close',
    back: 'Back',
    sending: 'One moment …',
    offline: { say: 'No connection just now.', do: 'Nothing is lost. This page keeps trying by itself.' },
    stillTrying: 'Still trying …',

    join: {
        eyebrow: (item: string) => `Your ${item.charAt(0).toLocaleLowerCase()}${item.slice(1)}`,
        ask: (name?: string) => `Shall ${who(name)} know when you’re back?`,
        see: (name?: string) =>
            `You scan the sign at the door, and ${name ? name : 'a colleague'} sees this card as it stands that day. Nothing else.`,
        seeNothing:
            'You scan the sign at the door, and someone who can help you is told. No history is shown.',
        strike: 'Tap a line to strike it out.',
        struck: (n: number) =>
            n === 1
                ? 'One line struck out. It stays out, and so does what follows from it.'
                : `${n} lines struck out. They stay out, and so does what follows from them.`,
        more: 'What else?',
        moreValue: (what: string[]) => what.join(', ') || 'nothing',
        moreWords: { sizes: 'sizes', online: 'online', other_stores: 'other stores', greet: 'by name' },
        choose: (name: string) => `${name} is my associate`,
        chooseNote: 'Of your name, others see the initials at most.',
        greet: (name: string) => `${name} may greet me by name`,
        online: 'What I bought online',
        otherStores: 'What I bought in other stores',
        sizes: 'My sizes',
        never: 'Never: photos or your address.',
        yes: 'Yes, please',
        no: 'No, thanks',
        ageEyebrow: 'One more thing',
        age: (years: number) => `Are you ${years} or older?`,
        ageLead: 'Younger guests need a parent with them to join.',
        ageYes: 'Yes, I am',
        ageNo: 'Not yet',
    },
    refused: {
        title: 'As you wish.',
        lead: 'You have not joined. Your no is remembered on this phone only, so that you are not asked again soon.',
        again: 'You said no, thanks.',
        againLead: (day: string) => `That was on ${day}. Only this phone knows. Would you like another look?`,
        look: 'Have a look',
    },
    minor: {
        title: 'Not yet.',
        lead: 'This needs a parent or guardian, so you have not joined. Anyone in the store will gladly help you today.',
    },
    joined: {
        title: 'Done.',
        lead: 'Next time, scan the sign at the door.',
        note: 'Nobody is told without your tap.',
        ok: 'All right',
    },
    strangerDoor: {
        title: 'Welcome.',
        ask: 'Shall someone know you’re here?',
        lead: 'Somebody who can help you is told when you scan this sign and say yes. Nothing you bought is shown: only what you say yourself.',
        yes: 'Yes, please',
        no: 'No, thanks',
    },
    rescan: {
        title: 'The sign has moved on.',
        lead: 'Its code changes every half minute, so that only somebody at the door can use it. Please scan it once more.',
    },
    strangerHome: {
        title: 'Good to see you.',
        lead: 'Scan the sign at the door, or the code your associate shows you after a purchase. That is all it takes.',
    },

    objected: {
        title: 'All is stopped.',
        lead: (at: Date) =>
            `You asked for it at the desk (${day(at)} ${clock(at)}). Nobody asks you again. If you change your mind, say so at the desk.`,
    },

    door: {
        hello: 'Hello.',
        isIn: (name: string) => `${name} is in.`,
        isOut: (name: string) => `${name} isn’t in today.`,
        nobodyNamed: 'Good to see you.',
        // By name, not by "her": nobody is told here what an associate is.
        tell: (name: string | undefined) => (name ? 'Say you’re here?' : 'Tell someone you’re here?'),
        tellOther: 'Shall a colleague come?',
        yesTell: (name: string) => `Yes, tell ${name}`,
        yes: 'Yes, please',
        notToday: 'Not today',
        full: (names: string) => `Many guests this hour: ${names}. It may take longer.`,
        closed: 'We’re not calling anyone just now.',
        closedLead:
            'It is too near to opening or closing. Nobody will be called; anyone you see will gladly help.',
        would: (name?: string) => (name ? `What ${name} would see` : 'What they would see'),
        busy: (name: string) => `If ${name} is busy`,
        busyUnsaid: 'ask me then',
        busyChoices: { wait: 'I’ll wait', other: 'Someone else', look: 'I’ll just look' },
    },
    ask: {
        title: (name: string) => `${name} is not free just now.`,
        lead: 'What would you like? Nobody else is told unless you say so.',
        wait: (name: string) => `I’ll wait for ${name}`,
        other: 'Somebody else',
        look: 'I’ll just look around',
    },
    visit: {
        knows: (w: string) => `${Who(w)} knows.`,
        telling: 'We’re finding somebody.',
        tellingLead: 'Nobody has been told yet. As soon as somebody is, it says so here.',
        waiting: (name: string) => `You’re waiting for ${name}.`,
        waitingLead: (name: string) => `Nobody else is told. As soon as ${name} knows, it says so here.`,
        about: (seconds: number) => {
            if (seconds <= 0) return '';
            if (seconds < 45) return 'Any moment now.';
            const minutes = Math.max(1, Math.round(seconds / 60));
            return minutes === 1 ? 'About a minute.' : `About ${minutes} minutes.`;
        },
        coming: (w: string) => `${Who(w)} is on the way.`,
        comingLead: 'Look around meanwhile.',
        with: (w: string) => `You’re with ${w || 'us'}.`,
        withLead: 'Enjoy your visit.',
        nobody: 'Nobody is free just now.',
        nobodyLead: 'We’re sorry. Please look around, or ask anyone you see.',
        looking: 'Enjoy looking around.',
        lookingLead: 'Nobody is called. Ask anyone you see, whenever you like.',
        meet: 'Meet',
        wearing: 'Wearing',
        wish: 'I’d like',
        unsaid: 'say where',
        unsaidWear: 'so you’re found',
        unsaidWish: 'anything',
        colour: 'Colour',
        garment: 'What',
        act: 'I’d like to',
        things: 'What',
        clearOne: 'Leave it out',
        seeCard: (w: string) => `What ${w} sees`,
        wouldSee: (w?: string) => (w ? `What ${w} would see` : 'What they would see'),
        stop: 'Stop: clear it',
        leaving: 'I’m leaving now',
    },
    cleared: {
        title: 'Cleared.',
        lead: (left?: { waiting: number; away: number }) => {
            if (!left || left.waiting > left.away)
                return 'Your card is being cleared from every screen. A handheld that is out of reach clears it before anything else when it is back.';
            if (left.away === 0) return 'Your card is gone from all handhelds.';
            return left.away === 1
                ? 'One handheld is out of reach: it clears your card before it shows anything. All others have cleared it.'
                : `${left.away} handhelds are out of reach: they clear your card before they show anything. All others have cleared it.`;
        },
    },
    notToday: {
        title: 'As you wish.',
        lead: 'Nobody will be told that you are here today, unless you change your mind.',
        changed: 'I’ve changed my mind',
    },
    after: {
        /** `w`: her own associate, if it was; more than one colleague may have had the card otherwise. */
        saw: (w: string, n: number) => {
            if (n === 0)
                return w ? `${w} saw nothing of your history.` : 'Nothing of your history was shown.';
            const lines = n === 1 ? 'one line' : `${n} lines`;
            return w
                ? `${w} saw ${lines}.`
                : `${capital(lines)} of your history ${n === 1 ? 'was' : 'were'} shown.`;
        },
        lead: 'Thank you for coming.',
        how: 'How was it?',
        hows: { good: 'Good', soso: 'So-so', bad: 'Not good' },
        odd: 'Anything odd said?',
        odds: { fine: 'All fine', not_fine: 'Not fine' },
        send: 'Send',
        later: 'Not now',
        thanks: 'Thank you.',
        thanksLead: 'That helps us to be discreet.',
    },
    home: {
        title: 'Next time, scan the sign.',
        lead: (store: string) => `It stands at the door of ${store}. Nobody is told without your tap.`,
        isIn: (name: string) => `${name} is in today.`,
        isOut: (name: string) => `${name} isn’t in just now.`,
        would: (name?: string) => (name ? `What ${name} would see` : 'What they would see'),
        share: 'All about me',
        paused: 'All is paused.',
        pausedLead: 'Nobody is told when you come, and nothing about you is used, until you lift it under “All about me”.',
    },
    card: {
        title: (name?: string) => (name ? `${capital(name)} would see this` : 'They would see this'),
        titleNow: (name?: string) => (name ? `${capital(name)} sees this` : 'They see this'),
        lead: 'Tap a line to change it.',
        none: 'There is nothing to show. They would only know that you are here.',
        hide: 'Leave it out',
        talk: 'You may mention it',
        changed: 'The card has just changed. Here it is as it is now.',
    },
    share: {
        title: 'All about me',
        lead: 'What a card may be made of. Change it whenever you like; it counts at once.',
        instore: 'What I bought here',
        online: 'What I bought online',
        otherStores: 'What I bought in other stores',
        sizes: 'My sizes',
        checked: (at: Date, pairs: number, found: number) =>
            `Last leak check: ${day(at)} ${clock(at)}, ${pairs} pairs, ${found === 0 ? 'nothing found' : `${found} found. The store has been told.`}`,
        pause: 'Pause all of this',
        pausedNote: 'Paused: nobody here is told of you, and nothing about you is used. What you chose is kept.',
        gpc: 'Your browser asks not to sell or share what is known about you. Nobody here ever does.',
        all: 'Stop everything',
        allAsk: 'Stop everything?',
        allLead:
            'All your choices are withdrawn. Your card is cleared from every screen, and nobody is told when you come.',
        allYes: 'Yes, stop everything',
        allNo: 'Keep it',
    },
    looks: {
        legend: 'How long it is kept who saw my card, and what was on it',
        lead: 'Whatever is older is deleted, and does not come back.',
        ask: (term: string) => `Delete what is older than ${term}?`,
        askLead: 'Who saw your card, and what was on it. It does not come back, and from now on it is kept no longer.',
        yes: 'Yes, delete it',
        no: 'Leave it as it is',
        keep: (term: KeepLooks, months: number) =>
            ({
                store: months === 1 ? 'As here: 1 month' : `As here: ${months} months`,
                month: '30 days',
                week: '7 days',
                day: '24 hours',
            })[term],
    },
    notes: {
        allow: (name?: string) => `${Who(name)} may write things down to remember`,
        allowNote: 'Nobody else sees it. Untick it, and all that was written is deleted.',
        title: 'What is noted about me',
        lead: 'Word for word. Nobody sees it but whoever wrote it, and you. Delete what you like; it is gone at once.',
        none: 'Nothing is noted.',
        quoted: (text: string) => `“${text}”`,
        by: (name: string, at: Date) => `${capital(name)}, ${day(at)} ${clock(at)}.`,
        shown: (at: Date) => `Last shown to them ${day(at)} ${clock(at)}.`,
        notShown: 'Not shown on a card yet.',
        strike: 'Delete it',
        kept: (days: number) =>
            days === 1 ? 'Each is deleted by itself after a day.' : `Each is deleted by itself after ${days} days.`,
    },
    notice: {
        lead: 'When you come in',
        wifi: 'The store’s Wi-Fi may notice my phone',
        always: (name?: string) => `Tell ${who(name)} by itself`,
        home: (name?: string) => `${Who(name)} is told when your phone is on the store’s Wi-Fi.`,
    },
    newer: {
        say: (newer: Newer, name?: string) =>
            `The store has a new notice. If you accept it, ${newerMore(newer, name)}. If not, all stays as it is.`,
        accept: 'Accept the new notice',
    },
    promises: {
        title: 'What the store promises',
        digest: (sha256: string) => `SHA-256 ${sha256}`,
    },
    receipts: {
        title: 'My receipts',
        yours: 'Your receipt',
        lead: 'Each time you say what the store may do, it signs what you said. Nothing here can be changed later.',
        none: 'There are none yet: they begin with your next change.',
        rest: (n: number) => (n === 1 ? 'One older one is kept, too.' : `${n} older ones are kept, too.`),
        what: {
            joined: 'You joined',
            changed: 'You changed what you share',
            accepted: 'You accepted a newer notice',
            not_today: 'You said: not today',
            left: 'You stopped everything',
        } satisfies Record<ReceiptWhat, string>,
        at: (at: Date) => `${day(at)} ${clock(at)}`,
        saidTitle: 'What you said',
        said: (event: ReceiptEvent) =>
            event.mode === 'not_today' ? 'Not today' : event.state === 'given' ? 'Yes' : 'No more',
        about: (event: ReceiptEvent) => (event.mode === 'standing' ? 'telling by itself' : abouts[event.category]),
        holdsTitle: 'What holds since then',
        /** The receipt's own words begin with the moment, in UTC to the second. */
        until: (termination: string) => {
            return `Until ${longDay(new Date(termination.slice(0, 20)))}, or as soon as you take it back.`;
        },
        nothing: 'Nothing. The store may do none of it any more.',
        whoTitle: 'Who answers for it',
        fine: (name: string, version: number) => (version > 0 ? `Notice ${name}, version ${version}` : ''),
        number: (id: string) => `Number ${id}`,
        key: (key: string) => `Signed, key ${key}`,
        check: 'The copy is a file. Anybody can check with it that these are the store’s words, also without the store.',
        keep: 'Keep a copy',
    },
    gone: {
        title: 'It’s stopped.',
        lead: 'All choices are withdrawn. Nobody will be told when you come. You are just as welcome.',
    },

    // What the hub refuses, by its word [P5]. Anything else is said in the hub's own words.
    errors: {
        closed: {
            say: 'We’re not calling anyone just now.',
            do: 'It is too near to opening or closing. Anyone you see will gladly help.',
        },
        not_joined: { say: 'This phone isn’t known here.', do: 'Please scan the sign once more.' },
        joined: { say: 'You have joined already.', do: 'Next time, just scan the sign at the door.' },
        not_here: {
            say: 'Your phone isn’t on the store’s Wi-Fi just now.',
            do: 'Please scan the sign at the door.',
        },
        link_over: {
            say: 'This code has been used or has run out.',
            do: 'Ask your associate for a new one; it takes a moment.',
        },
        enough_today: { say: 'You’ve told us often enough today.', do: 'Anyone you see will gladly help.' },
        rate: { say: 'That was quick.', do: 'Please wait a moment, then try again.' },
        no_notes: { say: 'Nobody writes notes here.', do: 'Everything else stays as it is.' },
        card_changed: { say: 'The card has just changed.', do: 'Here it is as it is now.' },
        unknown: { say: 'That didn’t work.', do: 'Please try once more, or ask anyone you see.' },
    },

    meets: ['By the entrance', 'At the fitting rooms', 'At the till', 'I’ll find you'] as const,
    colours: [
        ['black', '#1a1a1a'],
        ['grey', '#8a8a88'],
        ['white', '#ffffff'],
        ['beige', '#d8c5a3'],
        ['brown', '#6b4a2f'],
        ['navy', '#1d2b50'],
        ['blue', '#3f6fb5'],
        ['green', '#3c6b4a'],
        ['red', '#a8322d'],
        ['pink', '#d98aa0'],
        ['yellow', '#dcb53c'],
    ] as const,
    garments: ['coat', 'jacket', 'jumper', 'shirt', 'dress', 'scarf', 'hat', 'bag'] as const,
    acts: { find: 'find', try: 'try on', return: 'return', collect: 'collect', look: 'just look' },
    wishOf: {
        find: (what: string) => what,
        try: (what: string) => `to try on ${what}`,
        return: (what: string) => `to return ${what}`,
        collect: (what: string) => `to collect ${what}`,
    },
    anything: {
        find: 'to find something',
        try: 'to try something on',
        return: 'to return something',
        collect: 'to collect something',
    },
    justLook: 'just to look',
    things: ['a coat', 'a dress', 'a suit', 'knitwear', 'a shirt', 'trousers', 'shoes', 'a bag', 'a present'] as const,
};

/** What is said on the wire is said in these words, whatever she reads: who helps her may read another language. */
export const wire = en;

/** What is chosen with a tap is told to whoever helps her: card/heard.ts has these in other languages. */
type Told = 'meets' | 'colours' | 'garments' | 'wishOf' | 'anything' | 'justLook' | 'things';

/** What the hub says itself when it refuses, in English; another language has words for its words. */
type Refusal = 'busy' | 'not_saved' | 'notice_changed' | 'too_many_alike' | 'no_receipt' | 'too_large';

export type Words = Said<Omit<typeof en, Told>> & {
    readonly refusals: Readonly<Record<Refusal, { say: string; do: string }>> | null;
};
const english: Words = { ...en, refusals: null };
export let words: Words = english;
const tables: Record<Language, Words> = { en: english, sv, fr };
speaks((language) => (words = tables[language]));

export type Act = keyof typeof en.acts;
