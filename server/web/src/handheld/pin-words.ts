// Every sentence about signing in at a handheld with a PIN.

import { type Language, type Said, speaks } from '../lib/language';
import { fr } from './pin-words.fr';
import { sv } from './pin-words.sv';

const en = {
    choose: {
        title: (name: string) => `${name ? `${name}, choose` : 'Choose'} a PIN.`,
        lead: 'Six digits or more that nobody would guess. This handheld asks for it when your shift begins, and when nobody has touched it for a while.',
        label: 'New PIN',
        next: 'Next',
        repeatTitle: 'The same once more.',
        repeatLead: 'So that you have typed what you meant.',
        repeat: 'The same PIN',
        save: 'Choose this PIN',
        differ: 'These were not the same. Please choose once more.',
    },
    enter: {
        title: (name: string) => (name ? `${name}, your PIN?` : 'Your PIN?'),
        lead: 'Nothing is shown here until you have signed in.',
        tries: (left: number) => (left === 1 ? 'One try is left.' : `${left} tries are left.`),
        label: 'PIN',
        go: 'Sign in',
        else: 'Somebody else signs in here',
        back: 'Back',
    },
    other: {
        title: 'Who are you?',
        lead: 'Your first and last name as the store knows them, or your id. Cards then come here, and no longer to your other handheld.',
        name: 'Name',
    },
    shut: {
        title: 'This handheld is locked.',
        lead: 'A wrong PIN was typed five times. A manager can unlock it on the console, or pair it anew.',
    },
    busy: 'One moment …',
    short: 'A PIN has six digits or more.',
    who: {
        open: 'Signed in: ',
        title: (name: string) => (name ? `${name} is signed in.` : 'Signed in'),
        leave: 'Sign out',
        change: 'Change my PIN',
        close: 'Close',
        present: 'Present PIN',
        changeTitle: 'A new PIN',
        changed: 'Your PIN is changed.',
    },
    still: {
        title: (name: string) => `Still there${name ? `, ${name}` : ''}?`,
        lead: 'Tap once, or no card can reach you until you type your PIN.',
    },
};

export type PinWords = Said<typeof en>;
export let pinWords: PinWords = en;
const tables: Record<Language, PinWords> = { en, sv, fr };
speaks((language) => (pinWords = tables[language]));
