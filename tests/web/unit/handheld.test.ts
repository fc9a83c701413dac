import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import { mineWords } from '../../../server/web/src/handheld/mine-words';
import { pinWords } from '../../../server/web/src/handheld/pin-words';
import { MAY, practiceCards } from '../../../server/web/src/handheld/practice-cards';
import { practiceWords } from '../../../server/web/src/handheld/practice-words';
import { refused } from '../../../server/web/src/handheld/refusals';
import { words } from '../../../server/web/src/handheld/words';
import { choose, languages } from '../../../server/web/src/lib/language';
import { spanOf } from '../../../server/web/src/lib/weeks';

const others = languages.filter((l) => l !== 'en');

/** Every sentence of a table by its name; those with numbers in them, with 2. */
function sentences(table: unknown, name: string, into: Map<string, string>): Map<string, string> {
    if (typeof table === 'string') into.set(name, table);
    else if (typeof table === 'function') into.set(name, String((table as (...parts: number[]) => string)(2, 2, 2, 2)));
    else for (const [key, part] of Object.entries(table as object)) sentences(part, `${name}.${key}`, into);
    return into;
}

const all = () =>
    sentences({ handheld: words, pin: pinWords, mine: mineWords, practice: practiceWords }, '', new Map<string, string>());

// What is the same in every language: names, numbers, and a word that two languages share.
const SAME = /\.(name|first|sizes)$|\.seconds$|^\.practice\.things\.blazers$|^\.pin\.enter\.label$/;

test('no sentence of the handheld is left in English', () => {
    choose('en');
    const english = all();
    assert.ok(english.size > 150);
    for (const language of others) {
        choose(language);
        const said = all();
        assert.deepEqual([...said.keys()], [...english.keys()]);
        for (const [name, text] of said) {
            assert.notEqual(text.trim(), '', `${language}${name} is empty`);
            if (!SAME.test(name)) assert.notEqual(text, english.get(name), `${language}${name}: "${text}"`);
        }
    }
    choose('en');
});

test('which answers may be said is known for each, and is no matter of language', () => {
    for (const language of languages) {
        choose(language);
        assert.equal(practiceWords.arrivals.length, MAY.length);
        practiceWords.arrivals.forEach(({ answers }, i) => assert.equal(answers.length, MAY[i]?.length));
        const card = practiceCards(new Date(2026, 2, 5))[0];
        assert.equal(card?.fields.wish?.text, practiceWords.cards.own.wish);
        assert.equal(card?.standing, practiceWords.standing.own);
    }
    choose('en');
});

/** What the hub may refuse whoever asks from a handheld, from the places that refuse it. */
function refusals(): Set<string> {
    const root = new URL(process.env.MAITRED_ROOT ?? '');
    const found = new Set<string>();
    for (const file of ['handheld.c', 'sign_pin.c', 'noted.c', 'pair.c', 'ladder.c', 'reach.c', 'pending.c']) {
        const text = fs.readFileSync(new URL(`server/core/${file}`, root), 'utf8');
        for (const [, word] of text.matchAll(/out_refuse\(\s*hub, p, \d+,\s*"(\w+)"/g)) found.add(word ?? '');
        for (const [, word] of text.matchAll(/peer_error\(hub, \w+, "(\w+)"/g)) found.add(word ?? '');
    }
    return found;
}

test('whatever the hub refuses a handheld has its words', () => {
    const said = (error: string) => refused({ error, say: 'In English.', do: 'In English.' });
    assert.equal(said('gone').say, 'In English.'); // in English the hub's own
    // Of pages that were written by nobody of ours, and of her own page.
    const other = new Set(['malformed', 'face', 'no_notes', 'unknown']);
    const words = [...refusals()].filter((word) => !other.has(word));
    assert.ok(words.length >= 15, words.join(' '));
    for (const language of others) {
        choose(language);
        for (const word of words) assert.notEqual(said(word).say, said('constructor').say, `${language}: "${word}"`);
        assert.doesNotMatch(said('constructor').say, /English/);
    }
    choose('en');
});

test('weeks are written as the language writes them', () => {
    choose('sv');
    assert.match(spanOf('2026-03-02', 1), /^2 mars – 8 mars 2026$/);
    assert.match(spanOf('2026-03-02', 4, mineWords.weeks), /^4 veckor, /);
    choose('fr');
    assert.match(spanOf('2026-03-02', 2, mineWords.weeks), /^2 semaines, 2 mars – 15 mars 2026$/);
    choose('en');
});
