import assert from 'node:assert/strict';
import test from 'node:test';
import { initials, inside, lineText, money, when } from '../../../server/web/src/card/line';
import type { Line } from '../../../server/web/src/wire';

const reason = { mention: 'wait', because: 'You sold it', rule: 'R1', line: 1, department: 'Women' } as const;
const now = { year: 2026, month: 11 };
const item: Line = {
    ...reason,
    level: 'item',
    status: 'bought',
    channel: 'in-store',
    kind: 'coats',
    brand: 'Fjordlund',
    item: 'Coat',
    size: '38',
    colour: 'Navy',
    month: 3,
    year: 2026,
};

test('an item reads as colour, item, size and month', () => {
    assert.equal(lineText(item, now), 'Navy coat 38, March');
});

test('a colour that the item names already is not said twice, nor a missing one', () => {
    assert.equal(lineText({ ...item, item: 'Navy coat' }, now), 'Navy coat 38, March');
    assert.equal(lineText({ ...item, colour: '' }, now), 'Coat 38, March');
    assert.equal(lineText({ ...item, size: '' }, now), 'Navy coat, March');
});

test('the year stands only where the month alone would mislead', () => {
    assert.equal(when({ ...item, month: 12, year: 2025 }, now), 'December');
    assert.equal(when({ ...item, month: 11, year: 2025 }, now), 'November 2025');
    assert.equal(when({ ...item, month: 11, year: 2026 }, now), 'November');
});

test('a season counts from the year in which it began', () => {
    const kind: Line = {
        ...reason,
        level: 'kind',
        status: 'bought',
        channel: 'online',
        kind: 'knitwear',
        season: 'autumn',
        year: 2026,
    };
    assert.equal(lineText(kind, now), 'Online, autumn: knitwear');
    assert.equal(lineText({ ...kind, channel: 'in-store' }, now), 'Autumn: knitwear');
    // winter 2025 lasted until February 2026: nine months ago
    assert.equal(lineText({ ...kind, season: 'winter', year: 2025 }, now), 'Online, winter: knitwear');
    assert.equal(lineText({ ...kind, season: 'winter', year: 2024 }, now), 'Online, winter 2024: knitwear');
});

test('what came back or was never taken never reads as bought', () => {
    assert.equal(lineText({ ...item, status: 'returned' }, now), 'Returned: navy coat 38, March');
    assert.equal(lineText({ ...item, status: 'cancelled' }, now), 'Not taken: navy coat 38, March');
    assert.equal(
        lineText(
            {
                ...reason,
                level: 'kind',
                status: 'returned',
                channel: 'online',
                kind: 'knitwear',
                season: 'autumn',
                year: 2026,
            },
            now,
        ),
        'Returned: knitwear, autumn',
    );
});

test('a tally says how many only roughly, a brand its kind', () => {
    assert.equal(lineText({ ...reason, level: 'tally', tally: 'several' }, now), 'Several things from Women');
    assert.equal(
        lineText(
            {
                ...reason,
                level: 'brand',
                status: 'bought',
                channel: 'in-store',
                kind: 'Knitwear',
                brand: 'Fjordlund',
                season: 'spring',
                year: 2026,
            },
            now,
        ),
        'Spring: knitwear by Fjordlund',
    );
});

test('only plain words lose their capital inside a line', () => {
    assert.deepEqual(['Blouses/Shirts', 'T-shirts', 'SALE', 'knitwear', ''].map(inside), [
        'blouses/shirts',
        'T-shirts',
        'SALE',
        'knitwear',
        '',
    ]);
});

test('initials are letters of the name and nothing more', () => {
    assert.equal(initials('Anna B.'), 'A.B.');
    assert.equal(initials('A.B.'), 'A.B.');
    assert.equal(initials('Zoë'), 'Z.');
    assert.equal(initials(''), '');
    assert.equal(initials('𝒜da Öz'), '𝒜.Ö.');
});

test('money counts in the minor units of its currency', () => {
    assert.match(money(32900, 'EUR'), /329\.00|329,00/);
    assert.match(money(500, 'JPY'), /500/);
    assert.equal(money(1, 'nonsense'), '');
});
