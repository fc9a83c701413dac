// Every sentence of the page of the roster.

import { type Language, type Said, speaks } from '../../lib/language';
import { fr } from './words.fr';
import { sv } from './words.sv';

const en = {
    title: 'Who works when',
    lead: 'Whoever is off shift, or on a break, is not asked for a guest.',
    none: 'No shift is on record, so everybody counts as on shift. As soon as there is one, whoever has none is off shift. Add one here, or import a file: maitrectl import shifts FILE.',
    before: 'Day before',
    today: 'Today',
    after: 'Day after',
    daysLabel: 'Days',
    nowOn: (on: number, all: number) => `${on} of ${all} on shift now`,
    planned: (n: number) => (n === 1 ? '1 person works on this day' : `${n} people work on this day`),
    noDepartment: 'Without a department',
    noShift: (n: number) => (n === 1 ? '1 person is not on the roster of this day' : `${n} people are not on the roster of this day`),
    leftOff: (n: number) => `${n} more are not shown here.`,
    nobody: 'Nobody works on this day.',
    add: 'Add a shift or a break',
    addTitle: (day: string) => `Add to ${day}`,
    who: 'Who',
    kind: 'What',
    kinds: { shift: 'Shift', break: 'Break' },
    from: 'From',
    to: 'To',
    nextDay: 'Ends on the next day.',
    save: 'Add',
    saving: 'One moment …',
    close: 'Close',
    choose: 'Choose somebody',
    needsTimes: { say: 'Both times are needed.', do: 'Type them as 09:00 and 17:00.' },
    needsWho: { say: 'Nobody was chosen.', do: 'Choose who works.' },
    span: (begins: string, ends: string) => `${begins}–${ends}`,
    isBreak: 'break',
    remove: 'Take away',
    removeOf: (what: string, span: string, who: string) => `Take away ${what} ${span} of ${who}`,
    standIn: (who: string) => `stands in: ${who}`,
    speaks: (languages: string) => `speaks ${languages.split(' ').join(', ')}`,
    on: 'on shift now',
    offline: { say: 'The hub cannot be reached.', do: 'What you see may be old. This page keeps trying by itself.' },
    roles: { associate: '', trainee: 'in training', manager: 'manager' } as Record<string, string>,
    loading: 'One moment …',
    table: (department: string) => `Shifts of ${department}`,
    head: { who: 'Who', day: 'The day', shifts: 'Shifts and breaks' },
};

export type Words = Said<typeof en>;
export let words: Words = en;
const tables: Record<Language, Words> = { en, sv, fr };
speaks((language) => (words = tables[language]));
