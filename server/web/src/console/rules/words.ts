// Every sentence of the page of the rules. What the hub finds in a text of rules it says in English, as the words of
// that text are English: such findings are marked as what they are.

import { type Language, locale, type Said, speaks } from '../../lib/language';
import type { Count, DiffResult, Sights, Step } from '../../wire';
import { fr } from './words.fr';
import { sv } from './words.sv';

const many = (n: Count, one: string, more: string) =>
    typeof n === 'number' ? (n === 1 ? `1 ${one}` : `${n.toLocaleString(locale())} ${more}`) : `fewer than 5 ${more}`;

/** Some of all; too few of too few are only told once. */
const of = (some: Count, all: Count, one: string, more: string) =>
    typeof some === 'number'
        ? `${some.toLocaleString(locale())} of ${many(all, one, more)}`
        : typeof all === 'number'
          ? `Fewer than 5 of ${many(all, one, more)}`
          : `Fewer than 5 ${more}`;

const capital = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1);

/** The steps of the ladder in a word or two. */
const step: Record<Step, string> = {
    hide: 'nothing',
    tally: 'a few or many',
    kind: 'kind of thing',
    brand: 'brand',
    item: 'item',
    full: 'everything',
};

const rows: Record<string, string> = {
    seller: 'The seller',
    preferred: 'The chosen associate',
    department: 'The department',
    store: 'Anyone of that store',
    manager: 'A manager',
    trainee: 'A trainee',
    nobody: 'Anyone else',
};

const viewer = (relation: string) =>
    (rows[relation] ?? relation).replace(/^(The|Anyone|A)\b/, (w) => w.toLowerCase());

/** The columns of the picture. */
const columns: Record<string, string> = {
    'in-store, this store': 'in this store',
    'in-store, other store': 'in another store',
    'in-store, another store': 'in another store',
    online: 'online',
};

const sayable = (may: boolean) => (may ? 'may be said' : 'to be known only');

const places: Record<string, string> = {
    'in-store|': 'bought in a store',
    'in-store|this-store': 'bought in this store',
    'in-store|other-store': 'bought in another store',
    'online|': 'bought online',
    '|other-store': 'bought anywhere but in this store',
};

const en = {
    step,
    rows,
    columns,
    back: 'The store now',
    title: 'What a card may show',
    live: (name: string, version: number) => `In force: ${name.charAt(0).toUpperCase()}${name.slice(1)}, version ${version}`,
    since: (when: string, by: string, also: string) =>
        `since ${when}, by ${by}${also && also !== by ? ` with ${also}` : ''}`,
    intro: 'Nothing is shown unless one of these sentences says so. Open a sentence to change it: no card changes before you put it in force.',
    loading: 'One moment',
    offline: {
        say: 'No connection to the hub.',
        do: 'What you have changed stays here. This page keeps trying by itself.',
    },
    refused: {
        say: 'You are not signed in any more.',
        do: 'What you have changed stays on this screen. Sign in, and go on.',
        again: 'I have signed in',
    },

    // the book
    book: 'The rules',
    parts: {
        show: 'What is shown of purchases',
        hold: 'What holds it back',
        field: 'The rest of the card',
    },
    add: {
        show: 'Show something more',
        hold: 'Hold something back',
        field: 'A rule for the rest of the card',
    },
    change: (id: string) => `Change rule ${id}`,
    done: 'Done',
    remove: 'Remove this rule',
    undo: 'Undo',
    restart: 'Back to the rules in force',
    marks: { new: 'new', changed: 'changed', gone: 'removed' },
    was: 'Until now:',
    putBack: 'Put it back',
    guard: 'Guard',
    note: 'Note',
    warning: 'Look here',
    mistake: 'Not right yet',
    head: 'The first line of the text',
    textTitle: 'The same as text',
    textLead: 'To keep it in a file, or to paste rules from one. The hub reads it as you write.',
    textLabel: 'The rules as text',
    copy: 'Copy the text',
    copied: 'Copied',
    goTo: (line: number, column: number) => `Line ${line}, column ${column}`,
    textWrong: 'The sentences show the last text that was right.',
    startFrom: 'Start from a book that is supplied:',
    shipped: (name: string) => name.charAt(0).toUpperCase() + name.slice(1),

    // a sentence
    who: 'Who',
    whoOptions: {
        anyone: 'Anyone',
        related: 'These people:',
        unrelated: 'Everyone except:',
        associate: 'An associate',
        trainee: 'A trainee',
        manager: 'A manager',
    },
    whoIs: 'Who is this person to the purchase',
    whoIsOptions: { role: 'whatever this person did', role_related: 'who is' },
    verb: 'Sees or does not see',
    verbs: { show: 'sees', limit: 'sees no more than', never: 'does not see' },
    level: 'How much',
    ofPurchases: 'of purchases',
    purchases: 'purchases',
    ofFields: 'Which parts of the card',
    asInitials: 'as initials',
    asItIs: 'as it is',
    place: 'Bought where',
    places,
    rarePlaces: {
        '|this-store': 'bought here',
        'online|other-store': 'bought online, another store',
        'online|this-store': 'bought online, this store',
    } as Record<string, string>,
    kinds: 'Kinds of things',
    addKind: 'add a kind …',
    dropKind: (name: string) => `without ${name}`,
    statuses: 'What became of it',
    priceFrom: 'from a price of',
    priceBelow: 'below a price of',
    ageMost: 'of the last',
    ageMore: 'older than',
    months: 'months',
    sensitive: 'protected ones only',
    gift: 'gifts only',
    seen: 'How the guest was noticed',
    seenOptions: {
        any: 'however the guest was noticed',
        'checked-in': 'once the guest has checked in',
        sensed: 'while only the Wi-Fi has noticed the guest',
    },
    mention: 'Said aloud',
    mentionOptions: { wait: 'and keeps it to herself', ok: 'and may speak of it' },
    firm: 'Who may lift this',
    firmOptions: { no: 'unless the customer allows more', yes: 'and nobody in the store can change this' },
    because: 'because',
    becauseNote: 'This reason stands on the card.',
    more: 'Only some purchases …',
    moreLabel: 'Narrow it down',
    moreOptions: {
        place: 'bought in certain places',
        price_from: 'from a price',
        price_below: 'below a price',
        age_most: 'of the last months',
        age_more: 'older than some months',
        kinds: 'of certain kinds',
        statuses: 'kept, returned or cancelled',
        sensitive: 'protected ones',
        gift: 'gifts',
    },
    drop: (what: string) => `no longer: ${what}`,

    // what would change
    changeTitle: 'What would change',
    checking: 'Checking …',
    unchecked: 'Not looked at yet.',
    waits: 'The hub has much to do; it will be asked again.',
    nothing: 'Nothing: these are the rules in force.',
    onlyWords: 'Nobody would see more or less. Only words change.',
    narrower: 'Everybody would see the same or less.',
    wider: 'Somebody would see more. A second manager must agree.',
    mistakes: (n: number) => (n === 1 ? 'One thing must be put right first.' : `${n} things must be put right first.`),
    moreShown: 'More would be seen',
    lessShown: 'Less would be seen',
    anything: 'In some cases',
    sayable: ({ may_say_from, may_say_to }: Sights) =>
        may_say_from === may_say_to ? '' : `${sayable(may_say_from)} → ${sayable(may_say_to)}`,
    instead: 'instead of',
    moreAreas: (n: number) => (n === 1 ? 'and one case more' : `and ${n} cases more`),
    ceiling: (of: string, customers: number) =>
        of === 'head office'
            ? 'Head office does not allow this much. It cannot be proposed.'
            : customers === 0
              ? `${of.charAt(0).toUpperCase() + of.slice(1)} promised less, but nobody has agreed to it.`
              : `${many(customers, 'customer has', 'customers have')} agreed to ${of}, which promised less. They stay as they are until they agree to a newer one.`,
    count: 'Count it over our customers',
    countAgain: 'Count it again',
    counting: 'Counting',
    countFailed: 'The count did not come to its end. Try again.',
    customers: ({ customers_changed: changed, customers, wider, narrower }: DiffResult) =>
        customers === 0
            ? 'None of our customers has joined yet: there is nobody to count.'
            : changed === 0
            ? `Nobody would see anything else of our ${many(customers, 'customer', 'customers')}.`
            : `${of(changed, customers, 'customer', 'customers')}: somebody would see ${narrower === 0 ? 'more' : wider === 0 ? 'less' : 'more, somebody less'} of them.`,
    by: (row: { lines: Count; relation: string; channel: string; kind: string }) => {
        const kind = row.kind === 'any other' || row.kind === '' ? '' : row.kind === 'sensitive' ? ', protected' : `, ${row.kind}`;
        return `${capital(many(row.lines, 'purchase', 'purchases'))} (${row.channel === 'online' ? 'online' : 'in a store'}${kind}): ${viewer(row.relation)} would see:`;
    },
    field: ({ customers, relation }: DiffResult['fields'][number], field: string) =>
        `${capital(many(customers, 'customer', 'customers'))}: ${viewer(relation)} would see ${field}:`,
    unused: (id: string) => `${id} met no purchase of the last 90 days.`,
    singles: ({ rule, customers, one_associate }: DiffResult['singles_out'][number]) =>
        typeof customers === 'string'
            ? `${rule} is about ${many(customers, 'customer', 'customers')} only: it points at somebody.`
            : one_associate
              ? `${rule} is about one associate only: it points at somebody.`
              : `${rule} points at somebody.`,
    counted: (associates: number, lines: Count) =>
        `Counted over ${many(lines, 'purchase', 'purchases')}, as each of ${many(associates, 'associate', 'associates')} would see them. Numbers are rounded down.`,
    replay: 'Try it on the cards of the last 7 days',
    replaying: 'Going through the last 7 days',
    replayed: (cards: Count, changed: Count) =>
        cards === 0
            ? 'There was no card in the last 7 days.'
            : changed === 0
              ? `None of the ${many(cards, 'card', 'cards')} of the last 7 days would have shown anything else.`
              : `${of(changed, cards, 'card', 'cards')} of the last 7 days would have shown something else.`,
    replayHead: { day: 'Day', cards: 'Cards', more: 'With more', less: 'With less' },
    few: (n: Count) => (typeof n === 'number' ? n.toLocaleString(locale()) : 'under 5'),

    // propose, publish
    why: 'Why this change?',
    whyNote: 'One sentence, for the other managers and for later.',
    propose: 'Propose this change',
    proposing: 'One moment …',
    proposedNarrow: 'Proposed. It shows only less, so you can put it in force yourself.',
    proposedWide: 'Proposed. It shows more, so another manager must put it in force.',
    publish: 'Put it in force',
    publishing: 'One moment …',
    published: 'In force. Every open card has been made anew.',
    takeBack: 'Take it back',
    turnDown: 'Turn it down',
    takenBack: 'It waits no more. The rules are as they were.',
    mustOther: 'You proposed this and it shows more: another manager must put it in force.',
    meanwhile: {
        say: 'Somebody has put other rules in force meanwhile.',
        do: 'What you see here is compared with those now. Look again.',
    },
    same: 'These are the rules in force: there is nothing to propose.',
    busy: { say: 'The hub has much to do at the moment.', do: 'Try again in a few seconds.' },
    unreached: { say: 'The hub was not reached.', do: 'Try again: it is done only once.' },
    enrol: {
        say: 'To put rules in force you need a password and a code.',
        do: 'Choose them once, at the top of this page; it takes a minute.',
    },

    // the picture
    picture: 'The picture',
    pictureLead: 'How much each person may see at most of what was bought where.',
    pictureTabs: { live: 'As it is', draft: 'With the change', difference: 'The difference' },
    pictureLegend: 'Which rules the picture shows',
    pictureAny: 'Anything else',
    pictureSensitive: 'Protected',
    viewer: 'Who looks',
    upTo: (least: string, most: string) => (least === most ? most : `${most} at most`),
    sayMark: 'may be said',
    cell: (who: string, column: string, kind: string, least: string, most: string, may: boolean) =>
        `${who}, of what was bought ${column} (${kind}): ${least === most ? most : `between ${least} and ${most}, by price, age and the rest`}${may ? '. It may be said' : ''}.`,
    cellWas: (was: string) => ` Until now: ${was}.`,
    same_: 'the same',
    pictureNone: 'The change does not show here: the picture tells the most and the least over all prices, ages and the rest, and only some of them change.',
    notes: (n: number) => (n === 1 ? 'Another rule has a say in this' : `${n} other rules have a say in this`),
    hint: 'Arrow keys go from field to field.',

    // cards
    cards: 'Three cards',
    cardsLead: 'What each would get of a made-up customer who has bought one of everything.',
    cardsViewer: 'Whose card',
    viewers: {
        seller: 'Who sold it',
        preferred: 'The chosen associate',
        department: 'The department',
        manager: 'A manager',
        trainee: 'A trainee',
        other: 'Anyone else',
    } as Record<string, string>,
    bySensor: 'noticed by Wi-Fi',
    cardNow: 'Now',
    cardThen: 'With the change',
    cardSame: 'This card stays as it is.',
    cardNone: 'No card.',
    cardsShow: 'Show the cards',

    // versions
    versions: 'Versions',
    waiting: 'Proposals that wait',
    proposal: (by: string, when: string) => `${by}, ${when}`,
    you: 'you',
    versionName: (name: string, version: number) => `${name.charAt(0).toUpperCase()}${name.slice(1)} · version ${version}`,
    byWhom: (by: string, also: string, at: string) => [at, also ? `by ${by}, with ${also}` : `by ${by}`].filter(Boolean).join(', '),
    lookAt: 'Look at it',
    looking: (by: string) => `You are looking at what ${by} proposes.`,
    lookingYours: 'You are looking at what you have proposed.',
    leave: 'Back to the rules in force',
    leaveDraft: 'Back to what I was changing',
    further: 'Change it further',
    agreed: (who: string) => `${who} has put it in force.`,
    over: 'This proposal waits no more: it was taken back or turned down meanwhile.',
    toChange: 'See what would change',
    shows: { more: 'shows more', less: 'shows only less' },
    history: 'Earlier versions',
    rollback: 'Go back to this',
    rollbackWhy: (version: number) => `Why back to version ${version}?`,
    rollbackGo: 'Propose going back',
    states: { live: 'in force', past: '', proposed: 'waits', withdrawn: 'taken back' },
    operator: { operator: 'the operator', maitred: 'maitred' } as Record<string, string>,
    /** Reasons that the hub gives itself; a manager's stand as she wrote them. */
    whys: { 'The rules that a store starts with.': 'The rules that a store starts with.' } as Record<string, string>,
    cancel: 'Leave it',
};

export type Words = Said<typeof en>;
export let words: Words = en;
const tables: Record<Language, Words> = { en, sv, fr };
speaks((language) => (words = tables[language]));

export const whyOf = (why: string): string =>
    Object.prototype.hasOwnProperty.call(words.whys, why) ? (words.whys[why] ?? why) : why;

export const person = (name: string) => words.operator[name] ?? name;

const DAY = { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' } as const;

export const when = (ms: number) => (ms > 0 ? new Date(ms).toLocaleString(locale(), DAY) : '');
