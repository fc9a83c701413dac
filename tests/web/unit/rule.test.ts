import assert from 'node:assert/strict';
import test from 'node:test';
import { ruleLine, ruleSentence } from '../../../server/web/src/console/rule';
import {
    changeOf,
    draftOf,
    partOf,
    replaced,
    textOf,
    withNew,
    without,
} from '../../../server/web/src/console/rules/draft';
import type { Rule } from '../../../server/web/src/wire';

const plain: Rule = {
    id: 'R1',
    line: '',
    verb: 'show',
    level: 'full',
    firm: false,
    who: { kind: 'related', relations: ['seller'], role: null },
    subject: 'purchase',
    fields: [],
    channels: [],
    wheres: [],
    kinds: [],
    sensitive: null,
    gift: null,
    statuses: [],
    price_from: null,
    price_below: null,
    age_more_months: null,
    age_most_months: null,
    seen: null,
    mention_ok: false,
    because: '',
};
const never: Partial<Rule> = { verb: 'never', level: 'hide' };
const anyone: Rule['who'] = { kind: 'anyone', relations: [], role: null };

/** A rule, its line and its sentence. */
const SAID: [Partial<Rule>, string, string][] = [
    [
        { statuses: ['bought'], mention_ok: true, because: 'You sold it' },
        'R1: show full to seller of bought mention ok because "You sold it"',
        'The seller sees everything, with day and price, of kept purchases, and may speak of it.',
    ],
    [
        { id: 'HQ', verb: 'limit', level: 'kind', firm: true, who: anyone, wheres: ['other-store'] },
        'HQ: limit kind firm to anyone of other-store',
        'Nobody sees more than the kind of thing and the season, of purchases from another store. Nobody in the store can change this.',
    ],
    [
        { ...never, id: 'LAW', firm: true, who: anyone, sensitive: true },
        'LAW: never firm to anyone of sensitive',
        'Nobody sees protected purchases. Nobody in the store can change this.',
    ],
    [
        {
            ...never,
            who: { kind: 'unrelated', relations: ['seller', 'preferred'], role: null },
            statuses: ['returned'],
        },
        'R1: never to everyone except seller or preferred of returned',
        'Nobody but the seller or the chosen associate sees returned purchases.',
    ],
    [
        {
            ...never,
            who: { kind: 'unrelated', relations: ['seller'], role: null },
            channels: ['online'],
            price_from: '1000.00',
        },
        'R1: never to everyone except seller of online, price >= 1000',
        'Nobody but the seller sees purchases bought online for 1,000 or more.',
    ],
    [
        {
            ...never,
            who: { kind: 'role', relations: [], role: 'trainee' },
            subject: 'field',
            fields: ['sizes', 'likes'],
        },
        'R1: never to trainee of field sizes/likes',
        'A trainee does not see the sizes and what the guest likes.',
    ],
    [
        { level: 'kind', who: anyone, subject: 'field', fields: ['name'], because: 'Initials' },
        'R1: show kind to anyone of field name because "Initials"',
        'Anyone sees the name, as initials.',
    ],
    [
        {
            verb: 'limit',
            level: 'tally',
            who: { kind: 'role_related', relations: ['department', 'store'], role: 'manager' },
            channels: ['in-store'],
            wheres: ['this-store'],
            gift: true,
            kinds: ['Coats', 'T-shirts/"tops"'],
            price_from: '99.50',
            price_below: '100',
            age_most_months: 12,
            age_more_months: 3,
            seen: 'sensed',
        },
        'R1: limit tally to manager who is department or store of in-store, this-store, gift, kind "Coats"/"T-shirts/\\"tops\\"", price >= 99.50, price < 100, age <= 12 months, age > 3 months when sensed',
        'A manager who is the purchase’s department or anyone of the purchase’s store sees no more than whether it was a few or many, of purchases made in this store marked as a gift of Coats or T-shirts/"tops" for 99.50 or more but less than 100 in the last 12 months older than 3 months, while only the Wi-Fi has noticed the guest.',
    ],
    [{ ...never, who: anyone }, 'R1: never to anyone of anything', 'Nobody sees purchases.'],
];

test('a rule makes its line and reads as its sentence', () => {
    for (const [part, line, sentence] of SAID) {
        const rule = { ...plain, ...part };
        assert.equal(ruleLine(rule), line);
        assert.equal(ruleSentence(rule).text, sentence);
    }
});

test('a reason may hold quotes and backslashes', () => {
    const rule = { ...plain, because: 'it\'s "hers" \\o/' };
    assert.ok(ruleLine(rule).endsWith(' because "it\'s \\"hers\\" \\\\o/"'));
    assert.equal(ruleSentence(rule).because, rule.because);
});

const book = draftOf('rulebook b version 1 store * notice n 1', [
    { ...plain, because: 'You sold it' },
    { ...plain, ...never, id: 'L1', who: anyone, gift: true },
    { ...plain, id: 'F1', subject: 'field', fields: ['name'], because: 'x' },
]);

test('the text is the head and a line a rule', () => {
    assert.equal(
        textOf(book),
        'rulebook b version 1 store * notice n 1\nR1: show full to seller of anything because "You sold it"\n' +
            'L1: never to anyone of gift\nF1: show full to seller of field name because "x"\n',
    );
});

test('a new rule gets a free id and stands at the end of its part', () => {
    const made = withNew(withNew(book, 'hold').draft, 'hold');
    assert.deepEqual(
        made.draft.rules.map((d) => d.rule.id),
        ['R1', 'L1', 'L2', 'L3', 'F1'],
    );
    assert.equal(made.draft.rules[3]?.key, made.key);
    for (const part of ['show', 'hold', 'field'] as const) {
        const { draft, key } = withNew(book, part);
        const rule = draft.rules.find((d) => d.key === key)?.rule;
        assert.ok(rule && partOf(rule) === part, part);
    }
});

test('a changed rule keeps its place and its key; an import keeps the keys by id', () => {
    const key = book.rules[1]?.key ?? 0;
    const changed = replaced(book, key, { ...plain, ...never, id: 'L1', who: anyone });
    assert.deepEqual(
        changed.rules.map((d) => d.key),
        book.rules.map((d) => d.key),
    );
    const imported = draftOf(book.header, book.rules.map((d) => d.rule).reverse(), book);
    assert.equal(imported.rules[1]?.key, key);
    assert.deepEqual(
        without(book, key).rules.map((d) => d.rule.id),
        ['R1', 'F1'],
    );
});

test('what differs from the rules in force is told', () => {
    const lines = new Map([['L1', 'L1: never to anyone of gift']]);
    const [r1, l1] = book.rules.map((d) => d.rule);
    assert.ok(r1 && l1);
    assert.equal(changeOf(r1, lines), 'new');
    assert.equal(changeOf(l1, lines), 'same');
    assert.equal(changeOf({ ...l1, gift: null }, lines), 'changed');
});
