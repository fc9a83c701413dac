// Every sentence of a store's first run. What stands in a file is left as it stands there: the names of columns are those
// of the manual and of maitrectl, in English.

import { type Language, locale, type Said, speaks } from '../../lib/language';
import type { Kind } from './kinds';
import type { Step } from './steps';
import { fr } from './words.fr';
import { sv } from './words.sv';

const count = (n: number) => n.toLocaleString(locale());

const kinds: Record<Kind, string> = {
    associates: 'associates',
    classes: 'classes of goods',
    products: 'products',
    customers: 'customers',
    purchases: 'purchase lines',
};

const en = {
    page: 'Set up',
    title: 'Set up the store',
    lead: 'Eight steps, each of which can be left out and done again later. Where you leave it is kept: you can go on in another browser.',
    empty: 'This store is empty so far: nobody else works here, and nobody shops.',
    begin: 'Set it up',
    loading: 'One moment',
    offline: { say: 'No connection to the hub.', do: 'This page keeps trying by itself.' },
    stepsLabel: 'Steps',
    stepOf: (n: number, of: number) => `Step ${n} of ${of}`,
    next: 'Next',
    skip: 'Leave it out for now',
    finish: 'Done: to the store',
    done: 'done',
    steps: {
        you: 'Your account',
        store: 'The store',
        files: 'Its files',
        cards: 'What a card says',
        house: 'House rules',
        signs: 'Signs',
        staff: 'Handhelds',
        walkin: 'Walk-in test',
    } as Record<Step, string>,

    youLead: 'What you set up here, everybody in the store will work with. So it needs a password of yours and a second factor.',
    youGo: 'Set up a password',
    youDone: (name: string) => `You are signed in as ${name}, with a password and a second factor.`,

    storeLead: 'This name stands on the signs and on every page.',
    storeName: 'The store’s name',
    storeSave: 'Save the name',
    storeSaved: 'Saved.',
    clock: (time: string, zone: string) => `Its clocks say ${time} now, in the zone ${zone}.`,
    clockWrong: 'Is that wrong? The zone is store.zone in maitred.conf; it counts after the hub was started again.',

    filesLead: 'Drop the files that your till or your CRM exports: associates, classes, products, customers, purchases, in CSV. They are read in this browser and checked by the hub; nothing is written before you say so.',
    drop: 'Drop CSV files here, or',
    pick: 'choose files',
    have: (kind: Kind, n: number) => (n === 0 ? `no ${kinds[kind]} yet` : `${count(n)} ${kinds[kind]}`),
    inStore: (all: string) => `In the store now: ${all}.`,
    kinds,
    whatIsIt: 'What it holds',
    columnOf: (field: string) => `Column for ${field}`,
    required: 'needed',
    noColumn: '(none)',
    columns: 'Which column is what',
    columnsIn: (file: string) => `Columns of ${file}`,
    refusedIn: (file: string) => `Refused lines of ${file}`,
    field: 'Field',
    column: 'Column',
    example: 'First line',
    tooLarge: (mib: number) => `This file is larger than ${mib} MiB. Split it, or use maitrectl import at the hub.`,
    notCsv: 'This file has no header with columns: is it CSV?',
    missing: (fields: string) => `Choose a column for: ${fields}.`,
    check: 'Check it, write nothing',
    checking: 'Checking …',
    importing: 'Reading in …',
    write: (n: number) => `Read ${count(n)} lines in`,
    progress: (done: number) => `${count(done)} lines`,
    good: (n: number) => `${count(n)} lines are good.`,
    bad: (n: number) => (n === 0 ? 'None is refused.' : `${count(n)} are refused:`),
    noCustomer: (n: number) => `${count(n)} have no customer: they are counted, not kept.`,
    line: 'Line',
    reason: 'What is wrong with it',
    moreRejects: (n: number) => `and ${count(n)} more.`,
    rest: 'Mend these lines in your file and drop it once more: what is in already stays as it is.',
    written: (neu: number, updated: number, same: number) =>
        `${count(neu)} new, ${count(updated)} corrected, ${count(same)} as they were.`,
    unmapped: 'Some classes of goods have no department: until they have, what is of them is shown to nobody.',
    stopped: 'It stopped before the end. What is in already stays; go on from the beginning, nothing is doubled.',
    again: 'Go on',
    another: 'Take this file away',

    cardsLead: 'How much may an associate’s card say? Three books to begin with; you can change every sentence later. The customer is made up: nobody’s purchases are shown here.',
    books: {
        reserved: 'Reserved',
        balanced: 'Balanced',
        warm: 'Warm',
    } as Record<string, string>,
    bookNote: {
        reserved: 'Only what the seller sold herself, and little of it.',
        balanced: 'What most stores begin with.',
        warm: 'More, and more of it may be said aloud.',
    } as Record<string, string>,
    bookLabel: 'Which book',
    inForce: 'in force',
    take: (name: string) => `Take ${name}`,
    taking: 'One moment …',
    taken: (name: string) => `${name} is in force.`,
    waits: 'It shows somebody more than the rules in force, so another manager must look at it first. It waits on the page “What a card may show”.',
    sameBook: 'These rules are in force already.',

    signTitle: 'A sign to print for each door',
    signLanguages: 'Languages on the sign',
    door: 'Which door',
    doorHint: 'Such as “Main street”. It stands small at the bottom.',
    print: 'Print this sign',
    signHead: 'Shall somebody know you’re here?',
    signText: (store: string) => `If you have joined at ${store}, scan this while your phone is on our Wi-Fi. Nothing happens unless you say yes.`,
    signKept: 'What is kept of you, what for, and a way to stop it: all on the same page.',
    signAsk: (who: string) => `Questions: ${who}`,
    signQr: 'Code that opens the guests’ page',

    staffLead: 'Each associate scans her own code with the handheld she will carry. A code counts once.',
    staffNone: 'Nobody is on the roster yet: read in a file of associates first.',
    paired: (n: number) => (n === 0 ? 'No handheld is paired yet.' : n === 1 ? 'One handheld is paired.' : `${n} handhelds are paired.`),
    codeFor: (name: string) => `Show her code: ${name}`,
    showCode: 'Show her code',
    codeTitle: (name: string) => `For ${name}`,
    codeLead: (minutes: number) => `Scan this with her handheld. It counts once, within ${minutes} minutes.`,
    codeQr: 'Code that pairs a handheld',
    close: 'Close',
    roles: { associate: '', trainee: 'in training', manager: 'manager' } as Record<string, string>,
};

export type Words = Said<typeof en>;
export let words: Words = en;
/** Each language's, for a sign that speaks several. */
export const tables: Record<Language, Words> = { en, sv, fr };
speaks((language) => (words = tables[language]));
