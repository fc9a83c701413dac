import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import { ruleSentence } from '../../../server/web/src/console/rule';
import { newKey } from '../../../server/web/src/lib/api';
import { BACKOFF_MOST_MS, backoffMs } from '../../../server/web/src/lib/backoff';
import { parseFragment } from '../../../server/web/src/lib/fragment';

test('a fragment is a known letter and a secret, or nothing', () => {
    assert.deepEqual(parseFragment('#j.Abc-_9'), { kind: 'join', secret: 'Abc-_9' });
    assert.deepEqual(parseFragment('#d.0123456789ABCDEF'), { kind: 'door', secret: '0123456789ABCDEF' });
    assert.deepEqual(parseFragment('#p.x'), { kind: 'pair', secret: 'x' });
    for (const no of ['', '#', '#x.abc', '#j.', '#j.a b', '#j.<b>', `#j.${'a'.repeat(65)}`, 'j.abc'])
        assert.equal(parseFragment(no), null, no);
});

test('a key is a random UUID of its own', () => {
    const keys = Array.from({ length: 200 }, newKey);
    for (const key of keys) assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(new Set(keys).size, keys.length);
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

test('rules read as sentences', () => {
    const says = (text: string) => ruleSentence(text).text;
    assert.equal(
        says('show full to seller of bought mention ok because "You sold it"'),
        'The seller sees everything, with day and price, of kept purchases, and may speak of it.',
    );
    assert.equal(
        says('limit kind firm to anyone of other-store because "x"'),
        'Nobody sees more than the kind of thing and the season, of purchases from another store. Nobody in the store can change this.',
    );
    assert.equal(
        says('never firm to anyone of sensitive'),
        'Nobody sees protected purchases. Nobody in the store can change this.',
    );
    assert.equal(
        says('never to everyone except seller or preferred of returned'),
        'Nobody but the seller or the chosen associate sees returned purchases.',
    );
    assert.equal(
        says('never to trainee of field sizes/likes'),
        'A trainee does not see the sizes and what the guest likes.',
    );
    assert.equal(ruleSentence('never to anyone of gift because "it\'s \\"hers\\""').because, 'it\'s "hers"');
});

test('a rule that is not understood stands as it is', () => {
    for (const text of [
        'show full to wizard of bought',
        'allow everything',
        'show full to seller of moonlight',
        '',
    ])
        assert.deepEqual(ruleSentence(text), { text, because: '' });
});

test('every rule of the shipped book is understood', () => {
    const book = fs.readFileSync(
        new URL('config/rulebooks/balanced.rules', process.env['MAITRED_ROOT']),
        'utf8',
    );
    const rules = [...book.matchAll(/^\w+: (.*)$/gm)].map((m) => m[1] ?? '');
    assert.ok(rules.length > 15);
    for (const rule of rules) assert.notEqual(ruleSentence(rule).text, rule);
});
