// Every sentence about a manager's own account: signing in, setting it up, showing once more who she is.

import { type Language, type Said, speaks } from '../lib/language';
import { fr } from './account-words.fr';
import { sv } from './account-words.sv';

const en = {
    signInTitle: 'Sign in',
    signInLead: 'This console shows the store to its managers.',
    name: 'Name',
    nameHint: 'Your id in the store’s files, or your first and last name.',
    password: 'Password',
    code: 'Six digits from your app',
    codeOnce: 'A code counts once. If you have just used it, wait for the next.',
    signIn: 'Sign in',
    signingIn: 'One moment …',
    noPassword:
        'No password yet, or it is lost? Ask the operator for a link to pair this console: maitrectl link console.',
    signOut: 'Sign out',
    setUp: 'Set up your password',
    enrolTitle: 'Your password and second factor',
    enrolLead: (name: string) => `With both you can sign in as ${name} and change what cards may show.`,
    enrolLoading: 'One moment …',
    step1: '1. Scan this with an authenticator app on your phone.',
    step1Text: 'No camera? Type this key into the app:',
    step2: '2. Choose a password.',
    step3: '3. Type the six digits that the app shows.',
    qrLabel: 'Code for your authenticator app; the key below is the same as text',
    newPassword: 'New password',
    passwordMore: (n: number) => `At least 12 characters: ${n} more. Three or four words are easy to keep.`,
    passwordEnough: 'Long enough.',
    passwordLong: 'Too long: 128 bytes at most.',
    show: 'Show it',
    enrol: 'Set it up',
    enrolled: 'Done. From now on you can sign in here with both.',
    stepTitle: 'Is it you?',
    stepLead: 'To put rules in force, show once more who you are. It holds for five minutes.',
    stepUp: 'It is me',
    close: 'Cancel',
    later: 'Later',
    done: 'Close',
    offline: { say: 'No connection to the hub.', do: 'Try again in a moment.' },
    closed: (seconds: number) =>
        seconds < 90 ? `Try again in ${seconds} seconds.` : `Try again in ${Math.ceil(seconds / 60)} minutes.`,
};

export type AccountWords = Said<typeof en>;
export let accountWords: AccountWords = en;
const tables: Record<Language, AccountWords> = { en, sv, fr };
speaks((language) => (accountWords = tables[language]));
