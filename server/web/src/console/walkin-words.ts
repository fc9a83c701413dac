// Every sentence of the walk-in test on the console.

import { clock, type Language, locale, longDay, type Said, seconds, speaks } from '../lib/language';
import type { WalkinWhy } from '../wire';
import { fr } from './walkin-words.fr';
import { sv } from './walkin-words.sv';

export type Lamp = 'phone' | 'hub' | 'handheld';

/** A day of the store, as it stands below a small lamp, and as it is read out. */
export const shortDay = (day: string): string =>
    new Date(`${day}T12:00:00`).toLocaleDateString(locale(), { day: 'numeric', month: 'numeric' });
export const wholeDay = (day: string): string =>
    new Date(`${day}T12:00:00`).toLocaleDateString(locale(), { weekday: 'long', day: 'numeric', month: 'long' });

type Say = { say: string; do: string };

const en = {
    page: 'Walk-in test',
    lead: 'A test customer walks in: from a phone at the door to the hub, to its disk, to every handheld. Nobody’s name is in it, no card is shown and nothing is counted.',
    withPhone: 'Try it with a phone',
    withoutPhone: 'Try it without a phone',
    starting: 'One moment …',
    scan: 'Scan this with any phone on the store’s Wi-Fi.',
    once: (minutes: number) => `It counts once, within ${minutes} minutes. Nothing is kept on that phone.`,
    qr: 'Code that a phone opens to walk in',
    link: 'Or open this address on it:',
    lamps: 'Three lamps',
    names: { phone: 'Phone', hub: 'Hub', handheld: 'Handheld' } as Record<Lamp, string>,
    states: { none: 'Not part of it', waiting: 'Waiting …', green: 'Works', red: 'Does not work' },
    later: 'Not yet',
    untried: 'Not tried',
    took: (ms: number) => seconds(ms),
    whole: {
        none: 'No test since the hub was started.',
        waiting: 'Waiting for a phone.',
        running: 'The test runs.',
        green: 'The way from the door to the handhelds works.',
        red: 'The way from the door to the handhelds does not work yet.',
    },
    when: (at: Date, morning: boolean) => `${morning ? 'Began by itself' : 'Began'} on ${longDay(at)}, ${clock(at)}.`,
    newer: 'Somebody has begun a newer test, which took the place of yours. This is the newer one.',
    offline: 'No connection to the hub. This page keeps trying by itself.',
    why: {
        '': { say: 'It did not work.', do: 'Try again.' },
        no_phone: { say: 'No phone came within five minutes.', do: 'Put a phone on the store’s Wi-Fi, begin again, and scan the code. If its browser finds no page, the phone does not reach the hub.' },
        not_read: { say: 'The hub could not read from its disk.', do: 'Arrivals fail just now as well: have whoever looks after the hub look at its disk.' },
        not_saved: { say: 'The hub could not write to its disk.', do: 'It may be full, and arrivals are refused as well: have whoever looks after the hub make room.' },
        late: { say: 'The hub took longer than five seconds.', do: 'Try again. If it stays so, have its disk looked at, and what else that machine does.' },
        no_handheld: { say: 'No handheld is connected.', do: 'Open the handheld’s page on at least one, sign in there, and try again.' },
        silent: { say: 'No answer within five seconds.', do: 'Is its page in front, with the screen on? A phone in a pocket sleeps. Then try again.' },
        gone: { say: 'It went away during the test.', do: 'Look at its Wi-Fi, and whether somebody signed out. Then try again.' },
    } as Record<WalkinWhy, Say>,
    handhelds: 'Each handheld',
    rest: (n: number) => (n === 1 ? 'One more was connected, and was not asked.' : `${n} more were connected, and were not asked.`),
    mornings: 'Every morning',
    morningsLead: 'When the store opens, the hub tries the way by itself, without a phone.',
    morningsNone: 'No morning has been tried yet: they begin once a handheld is paired and connected.',
    morningsLabel: 'The last fourteen mornings, oldest first',
    morning: (day: string, state: string) => `${wholeDay(day)}: ${state}`,
    table: 'As a table',
    head: { day: 'Day', state: 'Outcome', hub: 'Hub', handhelds: 'Handhelds', first: 'First answer' },
    answered: (n: number, of: number) => `${n} of ${of}`,
    phoneLast: (at: Date) => `A phone last walked in on ${longDay(at)}, ${clock(at)}.`,
    phoneNever: 'No phone has walked in yet, among the tests that are kept.',
    boardRed: (day: string) => `The walk-in test of ${wholeDay(day)} did not work:`,
    boardGo: 'To the walk-in test',
};

export type WalkinWords = Said<typeof en>;
export let walkinWords: WalkinWords = en;
export const tables: Record<Language, WalkinWords> = { en, sv, fr };
speaks((language) => (walkinWords = tables[language]));
