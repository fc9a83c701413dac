// Every sentence of the house rules. A rule's sentence is what stands before its choice and what stands behind it. The
// rules as text keep the hub's own words ("age = 16", "wifi = yes") in every language: stores pass such files on.

import { type Language, locale, type Said, speaks } from '../lib/language';
import { fr } from './house-words.fr';
import { sv } from './house-words.sv';

type Sentence = readonly [before: string, behind: string];

const count = (one: string, more: string) => (n: number) => (n === 1 ? `1 ${one}` : `${n} ${more}`);
const of = (n: number) => (n === 1 ? 'visit' : 'visits');

const en = {
    title: 'House rules',
    lead: 'How your store asks and calls. Each is a sentence; choose the end of it. Before you save, you see what it would have changed last week.',
    none: 'Nobody has saved house rules yet: these come with the hub.',
    inForce: (version: number, when: string, who: string) => `Version ${version}, since ${when}, by ${who === 'operator' ? 'the operator' : who}.`,
    loading: 'One moment …',
    /** The ten opt-in rules, by number. */
    heads: {
        1: 'What counts as arriving',
        2: 'What she may choose',
        3: 'Departments',
        4: 'Age',
        5: 'Hours',
        6: 'At the doors',
        7: 'Visits and repeats',
        8: 'Asking again',
        9: 'If her associate is busy',
        10: 'What is kept',
    } as Record<number, string>,
    rules: {
        wifi: ['A phone on the store’s Wi-Fi counts as arriving, if she allowed it:', ''],
        wifi_sign: ['The sign that tells of the Wi-Fi hangs at each door; before it does, the Wi-Fi notices nobody:', ''],
        may_be: ['A phone that is known by its address only is shown as “may be here”, without a name:', ''],
        always_from: ['“Tell her by itself” is offered', ''],
        age: ['Whoever is younger than', 'by the store’s records does not join alone.'],
        opens: ['The doors open at', ''],
        closes: ['The doors close at', ''],
        first_call: ['Nobody is called', 'after opening.'],
        last_call: ['Nobody is called', 'before closing. Outside these hours she is told so.'],
        dwell: ['A phone on the Wi-Fi counts after', 'A scan counts at once.'],
        signal: ['A signal weaker than', 'begins nothing: that is somebody outside.'],
        alerts: ['One customer is announced at most', 'a day.'],
        holds: ['A check-in counts as being there for', ''],
        card_leaves: ['Her card leaves the screens', 'after the last sign of her phone.'],
        same_visit: ['Whoever is back within', 'is on the same visit: nobody is called again.'],
        refusal: ['A “no, thanks” rests for', 'Only her own phone remembers it.'],
        not_todays: ['“By itself” turns into “ask me” after', '“not today”.'],
        fades: ['“By itself” turns into “ask me” after', 'without a visit.'],
        ends: ['“By itself” ends after', 'whatever happened.'],
        ask: ['If her associate is not free she has', 'to say what she would like; without an answer nobody else is told.'],
        arrivals: ['A department can serve', 'After them its associates invite nobody, and from five on the sign says that it may take longer.'],
        purchases: ['A card is made of purchases of the last', ''],
        thanks: ['An associate’s wish to say thanks waits for', ''],
    } as Record<string, Sentence>,
    yes: 'yes',
    no: 'no',
    units: {
        visits: (n: number) => (n === 0 ? 'from the start' : `after ${count('visit', 'visits')(n)}`),
        years: (n: number) => `${n}`,
        min: count('minute', 'minutes'),
        s: count('second', 'seconds'),
        dBm: (n: number) => `${n} dBm`,
        'a day': (n: number) => (n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`),
        'an hour': (n: number) => (n === 1 ? 'one arrival an hour' : `${n} arrivals an hour`),
        h: count('hour', 'hours'),
        days: count('day', 'days'),
        times: count('day with', 'days with'),
        months: count('month', 'months'),
    } as Record<string, (n: number) => string>,
    bounds: (least: string, most: string) => `Head office allows ${least} to ${most}.`,
    usual: (value: string) => `usually ${value}`,
    counting: 'Counting last week’s visits …',
    wouldHave: (n: number, fewer: boolean, all: number) =>
        all === 0
            ? 'Nobody came in the last seven days, so there is nothing to count it against.'
            : n === 0
              ? `This would have changed none of last week’s ${all} ${of(all)}.`
              : fewer
                ? `This would have changed fewer than ${n} of last week’s ${all} ${of(all)}.`
                : `This would have changed ${n} of last week’s ${all} ${of(all)}.`,
    uncounted: 'Signal and seconds are not counted: what was too weak or too short was never kept.',
    save: 'Save and put in force',
    saving: 'Saving …',
    saved: 'Saved. These house rules are in force.',
    undo: 'Leave them as they are',
    asText: 'As text',
    textLead: 'One rule a line, to keep or to take to another store.',
    textLabel: 'House rules as text',
    take: 'Choose what this text says',
    history: 'Earlier versions',
    version: (version: number, when: string, who: string) => `Version ${version}, ${when}, ${who === 'operator' ? 'the operator' : who}`,
    back: 'Choose these again',
    backOf: (version: number) => `Choose the rules of version ${version} again`,
    when: (ms: number) => new Date(ms).toLocaleString(locale(), { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }),
};

export type HouseWords = Said<typeof en>;
export let houseWords: HouseWords = en;
const tables: Record<Language, HouseWords> = { en, sv, fr };
speaks((language) => (houseWords = tables[language]));
