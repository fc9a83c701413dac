// A day of the roster as arithmetic: the store's clocks, also where they change.
import assert from 'node:assert/strict';
import test from 'node:test';
import { dayAfter, groupsOf, minutesOf, momentOf, onShift, placeOf, spanOf } from '../../../server/web/src/console/roster/day.ts';

const at = (text: string) => Date.parse(text);
// Paris in 2026: forward on 29 March at 01:00 UTC, back on 25 October at 01:00 UTC.
const spring = [
    { from_ms: at('2026-03-28T23:00:00Z'), minutes: 60 },
    { from_ms: at('2026-03-29T01:00:00Z'), minutes: 120 },
];
const autumn = [
    { from_ms: at('2026-10-24T22:00:00Z'), minutes: 120 },
    { from_ms: at('2026-10-25T01:00:00Z'), minutes: 60 },
];

test('a clock reading is a moment', () => {
    const moment = (day: string, clock: string, offsets: typeof spring) =>
        new Date(momentOf(day, minutesOf(clock), offsets)).toISOString();
    assert.equal(moment('2026-03-29', '01:59', spring), '2026-03-29T00:59:00.000Z');
    assert.equal(moment('2026-03-29', '02:30', spring), '2026-03-29T01:30:00.000Z'); // skipped: an hour later
    assert.equal(moment('2026-03-29', '03:00', spring), '2026-03-29T01:00:00.000Z');
    assert.equal(moment('2026-03-29', '09:00', spring), '2026-03-29T07:00:00.000Z');
    assert.equal(moment('2026-10-25', '02:30', autumn), '2026-10-25T00:30:00.000Z'); // repeated: the first
    assert.equal(moment('2026-10-25', '03:00', autumn), '2026-10-25T02:00:00.000Z');
});

test('a span may end on the next day', () => {
    assert.deepEqual(spanOf('2026-03-29', '22:00', '06:00', spring), {
        begins_ms: at('2026-03-29T20:00:00Z'),
        ends_ms: at('2026-03-30T04:00:00Z'),
    });
    assert.equal(spanOf('2026-03-29', '', '06:00', spring), null);
    assert.equal(spanOf('2026-03-29', '24:00', '06:00', spring), null);
});

test('days follow one another', () => {
    assert.equal(dayAfter('2026-02-28', 1), '2026-03-01');
    assert.equal(dayAfter('2026-03-29', 1), '2026-03-30');
    assert.equal(dayAfter('2026-01-01', -1), '2025-12-31');
});

const shift = (kind: 'shift' | 'break', begins_ms: number, ends_ms: number) => ({ kind, begins_ms, ends_ms, begins: '', ends: '' });

test('on shift is within a shift and outside of breaks', () => {
    const hers = [shift('shift', 10, 20), shift('break', 14, 16)];
    assert.deepEqual(
        [9, 10, 13, 14, 15, 16, 19, 20].map((t) => onShift(hers, t)),
        [false, true, true, false, false, true, true, false],
    );
});

test('people stand under their first department', () => {
    const person = (id: string, departments: number[], shifts = [shift('shift', 1, 2)]) => ({
        id, name: id, role: 'associate' as const, departments, stand_in: '', languages: '', skills: '', shifts,
    });
    const made = groupsOf({
        day: '', today: '', from_ms: 0, until_ms: 10, now_ms: 0, kept: true, offsets: [], ticks: [], left_off: 0,
        departments: ['Women', 'Shoes'],
        associates: [person('a', [0, 1]), person('b', [1]), person('c', []), person('d', [0], [])],
    });
    assert.deepEqual(made.groups.map((g) => [g.name, ...g.people.map((p) => p.id)]), [['Shoes', 'b'], ['Women', 'a'], ['', 'c']]);
    assert.deepEqual(made.off.map((p) => p.id), ['d']);
});

test('a bar lies within the day', () => {
    const day = { from_ms: 100, until_ms: 200 };
    assert.deepEqual(placeOf(day, 150, 175), { left: '50.000%', width: '25.000%' });
    assert.deepEqual(placeOf(day, 50, 110), { left: '0.000%', width: '10.000%' });
    assert.deepEqual(placeOf(day, 190, 250), { left: '90.000%', width: '10.000%' });
});
