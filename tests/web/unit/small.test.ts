import assert from 'node:assert/strict';
import test from 'node:test';
import { newKey } from '../../../server/web/src/lib/api';
import { BACKOFF_MOST_MS, backoffMs, spreadMs } from '../../../server/web/src/lib/backoff';
import { parseFragment } from '../../../server/web/src/lib/fragment';

test('a fragment is a known letter and a secret, or nothing', () => {
    assert.deepEqual(parseFragment('#j.Abc-_9'), { kind: 'join', secret: 'Abc-_9' });
    assert.deepEqual(parseFragment('#d.0123456789ABCDEF'), { kind: 'door', secret: '0123456789ABCDEF' });
    assert.deepEqual(parseFragment('#p.x'), { kind: 'pair', secret: 'x' });
    assert.deepEqual(parseFragment('#w.Abc-_9'), { kind: 'walk', secret: 'Abc-_9' });
    for (const no of ['', '#', '#x.abc', '#j.', '#j.a b', '#j.<b>', `#j.${'a'.repeat(65)}`, 'j.abc'])
        assert.equal(parseFragment(no), null, no);
});

test('a key is a random UUID of its own', () => {
    const keys = Array.from({ length: 200 }, newKey);
    for (const key of keys) assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(new Set(keys).size, keys.length);
});

test('many who lost the same hub come back over the time that it said', () => {
    assert.equal(
        spreadMs(0, 500, () => 0.5),
        backoffMs(0, () => 0.5),
    );
    const tries = Array.from({ length: 2000 }, (_, i) => spreadMs(0, 20_000, () => i / 2000));
    for (let s = 1; s < 20; s++) {
        const n = tries.filter((ms) => ms >= s * 1000 && ms < (s + 1) * 1000).length;
        assert.ok(n >= 90 && n <= 110, `${n} of 2000 in second ${s}`);
    }
    assert.ok(spreadMs(1, 20_000, () => 0) >= 10_000);
    assert.ok(spreadMs(9, 20_000, () => 1) <= BACKOFF_MOST_MS);
});

test('the wait doubles, is spread, and has an end', () => {
    for (let attempt = 0; attempt < 40; attempt++) {
        const [least, most] = [backoffMs(attempt, () => 0), backoffMs(attempt, () => 0.9999)];
        assert.ok(
            least >= 250 && most <= BACKOFF_MOST_MS && most >= 1.9 * least,
            `${attempt}: ${least}..${most}`,
        );
    }
    assert.equal(
        backoffMs(0, () => 1),
        500,
    );
    assert.equal(
        backoffMs(3, () => 1),
        4000,
    );
});
