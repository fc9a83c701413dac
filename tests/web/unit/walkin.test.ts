import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import { lastMorning, mornings, nextLook } from '../../../server/web/src/console/walkin-past';
import { tables as consoleTables } from '../../../server/web/src/console/walkin-words';
import { tables as phoneTables } from '../../../server/web/src/customer/walked-words';
import { choose, languages, seconds } from '../../../server/web/src/lib/language';
import type { Walkin, WalkinPast } from '../../../server/web/src/wire';

const schema = JSON.parse(fs.readFileSync(new URL('proto/schema/walkin.json', process.env.MAITRED_ROOT), 'utf8'));

const ended = (day: string, part: Partial<WalkinPast> = {}): WalkinPast => ({
    at_ms: 0,
    day,
    morning: true,
    phone: false,
    green: true,
    why: '',
    phone_ms: 0,
    hub_ms: 3,
    handhelds: 2,
    answered: 2,
    first_ms: 40,
    ...part,
});

test('of a morning the newest try counts; what a person began is no morning', () => {
    const past = [
        ended('2026-03-09', { green: false, why: 'silent', morning: false }),
        ended('2026-03-09'),
        ended('2026-03-09', { green: false, why: 'no_handheld' }),
        ended('2026-03-07', { green: false, why: 'not_saved' }),
    ];
    assert.deepEqual(mornings(past).map((m) => [m.day, m.green]), [
        ['2026-03-07', false],
        ['2026-03-09', true],
    ]);
    assert.equal(lastMorning(past)?.green, true);
    assert.equal(lastMorning(past.slice(3))?.why, 'not_saved');
    assert.equal(lastMorning([]), undefined);
    const many = Array.from({ length: 30 }, (_, i) => ended(`2026-03-${30 - i}`));
    assert.deepEqual([mornings(many).length, mornings(many)[0]?.day, lastMorning(many)?.day], [14, '2026-03-17', '2026-03-30']);
});

test('a test that is over is asked for no more, one that is not each second, a lost answer again', () => {
    const at = (state: Walkin['state']) => nextLook({ state } as Walkin);
    assert.deepEqual((['none', 'waiting', 'running', 'green', 'red'] as const).map(at), [0, 1000, 1000, 0, 0]);
    assert.ok(nextLook(null) > 0);
});

test('every state and every reason on the wire has its words, in each language its own', () => {
    const { lamp, why } = schema.$defs;
    for (const language of languages) {
        const table = consoleTables[language];
        assert.deepEqual(Object.keys(table.why).sort(), [...why.enum].sort(), language);
        assert.deepEqual(Object.keys(table.states).sort(), [...lamp.properties.state.enum].sort(), language);
        assert.deepEqual(Object.keys(table.whole).sort(), [...schema.properties.state.enum].sort(), language);
        for (const [reason, { say, do: act }] of Object.entries(table.why)) {
            assert.ok(say && act, `${language} ${reason}`);
            const others = languages.filter((l) => l !== language).map((l) => consoleTables[l].why[reason as WalkinPast['why']]);
            for (const other of others) assert.ok(other.say !== say && other.do !== act, `${language} ${reason}`);
        }
    }
});

test('seconds are of who reads them, and never less than it was', () => {
    const said = () => [0, 1, 38, 40, 41, 1234].map(seconds);
    assert.deepEqual(said(), ['0.00', '0.01', '0.04', '0.04', '0.05', '1.24'].map((s) => `${s}\u00a0s`));
    choose('sv');
    assert.equal(phoneTables.sv.walked(38), 'Telefonen nådde hubben på 0,04\u00a0s.');
    choose('en');
    assert.equal(phoneTables.en.walked(38), 'Your phone reached the hub in 0.04\u00a0s.');
});
