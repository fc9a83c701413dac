import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import { heard, heardReason, heardStanding, heardThing } from '../../../server/web/src/card/heard';
import { lineText, money } from '../../../server/web/src/card/line';
import { wire, words } from '../../../server/web/src/customer/words';
import { choose, languages, many } from '../../../server/web/src/lib/language';
import type { Line } from '../../../server/web/src/wire';

const others = languages.filter((l) => l !== 'en');
const inEach = (look: (language: string) => void) => {
    for (const language of others) {
        choose(language);
        look(language);
    }
    choose('en');
};

test('whatever she can tap is told in the language of who reads it', () => {
    const hints = wire.colours.flatMap(([c]) => [c, ...wire.garments.map((g) => `${c} ${g}`)]).concat(wire.garments);
    const wishes = (['find', 'try', 'return', 'collect'] as const).flatMap((act) => [
        wire.anything[act],
        ...wire.things.map((thing) => wire.wishOf[act](thing)),
    ]);
    const all = [...wire.meets, ...hints, ...wishes, wire.justLook];
    for (const text of all) assert.equal(heard(text), text); // in English as it came
    inEach((language) => {
        for (const text of all)
            if (text !== 'beige') assert.notEqual(heard(text), text, `${language}: "${text}"`);
        for (const thing of wire.things) assert.notEqual(heardThing(thing), thing, `${language}: "${thing}"`);
    });
});

test('a colour goes with what it is of', () => {
    choose('fr');
    assert.equal(heard('green dress'), 'robe verte');
    assert.equal(heard('green coat'), 'manteau vert');
    assert.equal(heard('navy shirt'), 'chemise bleu marine');
    choose('sv');
    assert.equal(heard('green coat'), 'grön kappa');
    choose('en');
});

test('what was typed, and a word that an object has by itself, stay as they are', () => {
    inEach(() => {
        for (const text of ['constructor', 'green constructor', 'toString', 'a velvet cape', '', 'to try on '])
            assert.equal(heard(text), text);
        assert.equal(heardReason('The buyer said so'), 'The buyer said so');
        assert.equal(heardStanding('an old friend'), 'an old friend');
    });
});

test('every reason that comes with the hub has its words', () => {
    const root = new URL(process.env.MAITRED_ROOT ?? '');
    const reasons = new Set<string>();
    for (const folder of ['config/rulebooks/', 'config/notices/'])
        for (const file of fs.readdirSync(new URL(folder, root)).filter((f) => f.endsWith('.rules')))
            for (const [, reason] of fs.readFileSync(new URL(folder + file, root), 'utf8').matchAll(/ because "([^"]+)"/g))
                reasons.add(reason ?? '');
    assert.ok(reasons.size > 40);
    inEach((language) => {
        for (const reason of reasons) assert.notEqual(heardReason(reason), reason, `${language}: "${reason}"`);
    });
});

test('who she is to whoever looks', () => {
    choose('sv');
    assert.equal(heardStanding('Maria\'s client · you want to say thanks'), 'kund hos Maria · du vill tacka');
    choose('fr');
    assert.equal(heardStanding('a customer of the store'), 'client du magasin');
    choose('en');
    assert.equal(heardStanding('Maria\'s client'), 'Maria\'s client');
});

test('plurals, months and money are those of the language', () => {
    const line = { level: 'kind', kind: 'coats', status: 'bought', channel: 'online', season: 'autumn', year: 2026 } as Line;
    choose('fr');
    assert.equal(many(0, 'un', 'des'), 'un');
    assert.equal(words.after.saw('Maria', 1), 'Maria a vu une ligne.');
    assert.match(lineText(line, { year: 2026, month: 11 }), /^En ligne, automne: coats$/);
    assert.match(money(12900, 'EUR'), /129/);
    choose('sv');
    assert.equal(many(0, 'en', 'flera'), 'flera');
    assert.equal(words.after.saw('Maria', 2), 'Maria såg 2 rader.');
    choose('en');
    assert.equal(words.after.saw('Maria', 2), 'Maria saw 2 lines.');
});
