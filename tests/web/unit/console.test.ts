import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import { reasonOf } from '../../../server/web/src/console/first/reasons';
import { hasName, namesOf, namesText, otherNames } from '../../../server/web/src/console/house-names';
import { refused } from '../../../server/web/src/console/refusals';
import { ruleLine, ruleSentence } from '../../../server/web/src/console/rule';
import { placesOf } from '../../../server/web/src/console/rules/areas';
import { choose, languages, type Language } from '../../../server/web/src/lib/language';
import type { Rule } from '../../../server/web/src/wire';
import { inLanguage, onlyEnglish, orders } from '../lib/console-tables';

const others = languages.filter((l) => l !== 'en');
const inEach = (look: (language: Language) => void) => {
    for (const language of others) {
        choose(language);
        look(language);
    }
    choose('en');
};

test('hardly a sentence of the console is the same in another language', () => {
    for (const language of others) {
        const [own, english] = [inLanguage(language), inLanguage('en')];
        const long = [...english].filter(([, text]) => text.split(' ').length > 2);
        assert.ok(long.length > 250, `${long.length} sentences`);
        assert.deepEqual(
            long.filter(([at, text]) => own.get(at) === text),
            [],
        );
        assert.ok(onlyEnglish(language).length > 400);
    }
});

test('choices stand in one order in every language: the text of rules is written in it', () => {
    choose('en');
    const usual = orders();
    inEach((language) => assert.deepEqual(orders(), usual, language));
});

/** The reasons that the hub's own source gives for refusing a row. */
function reasons(): Set<string> {
    const root = new URL(process.env.MAITRED_ROOT ?? '');
    const found = new Set<string>();
    const gives = /(?:\*why = |import_reject\(\s*im, [\w.[\]]+, |reject\(row, [^,]+, |s\.at\[0\] == '-' \? )"([^"]+)"(?: : "([^"]+)")?/g;
    for (const folder of ['proto/', 'server/hub/store/'])
        for (const file of fs.readdirSync(new URL(folder, root)).filter((f) => /^import_.*\.c$/.test(f)))
            for (const [, one, two] of fs.readFileSync(new URL(folder + file, root), 'utf8').matchAll(gives))
                for (const reason of [one, two]) if (reason) found.add(reason);
    return found;
}

test('every reason for which a row is refused has its words', () => {
    // Of a batch as a whole, or of shifts, which the console does not import.
    const elsewhere = /malformed|no memory|on a day|a store can have|is no time$|14 days ago|its beginning/;
    const all = [...reasons()].filter((reason) => !elsewhere.test(reason));
    assert.ok(all.length >= 18, all.join(' | '));
    inEach((language) => {
        for (const reason of [...all, 'is longer than 23 bytes'])
            assert.notEqual(reasonOf(`price ${reason}`), `price ${reason}`, `${language}: ${reason}`);
        assert.notEqual(reasonOf('has 4 columns, the header has 8'), 'has 4 columns, the header has 8');
        assert.equal(reasonOf('price constructor'), 'price constructor');
    });
    assert.equal(reasonOf('price is 0'), 'price is 0');
});

test('a refusal is said by its word; what is wrong in a text of rules stays as the hub says it', () => {
    const trouble = (error: string) => ({ error, say: 'No.', do: 'Leave it.' });
    assert.equal(refused(trouble('wrong')).say, 'No.');
    inEach(() => {
        assert.notEqual(refused(trouble('wrong')).say, 'No.');
        assert.deepEqual(refused(trouble('constructor')), refused(trouble('unknown')));
        assert.equal(refused(trouble('house')).say, 'No.');
        assert.equal(refused({ error: 'offline', say: '', do: '' }).say, '');
    });
});

const rule: Rule = {
    id: 'L1',
    line: '',
    verb: 'never',
    level: 'hide',
    firm: true,
    who: { kind: 'unrelated', relations: ['seller', 'preferred'], role: null },
    subject: 'purchase',
    fields: [],
    channels: ['online'],
    wheres: [],
    kinds: ['Coats'],
    sensitive: true,
    gift: true,
    statuses: ['bought', 'returned'],
    price_from: '1000.00',
    price_below: null,
    age_more_months: 3,
    age_most_months: 12,
    seen: 'sensed',
    mention_ok: false,
    because: 'You sold it',
};

test('a rule is a sentence in each language, and one line in all', () => {
    const line = ruleLine(rule);
    choose('sv');
    assert.match(
        ruleSentence(rule).text,
        /^Ingen utom säljaren eller den valda säljaren ser skyddade behållna eller returnerade köp gjorda på nätet märkta som present av Coats för 1\s000 eller mer de senaste 12 månaderna äldre än 3 månader, så länge bara wifi har märkt gästen\. Ingen i butiken kan ändra det\.$/,
    );
    assert.equal(ruleSentence({ ...rule, verb: 'show', level: 'kind', firm: false }).text.split(' ser ')[0], 'Alla utom säljaren eller den valda säljaren');
    assert.equal(ruleLine(rule), line);
    choose('fr');
    assert.match(
        ruleSentence(rule).text,
        /^Personne sauf le vendeur ou la personne choisie ne voit les achats protégés gardés ou rendus faits en ligne marqués comme cadeaux de type Coats à 1\s000 ou plus des 12 derniers mois datant de plus de 3 mois, tant que seul le Wi-Fi a remarqué le client\. Personne dans le magasin ne peut le changer\.$/,
    );
    assert.match(ruleSentence({ ...rule, verb: 'show', level: 'kind', firm: false, mention_ok: true }).text, /^Tous sauf .* voient le type .*, et peuvent en parler\.$/);
    assert.equal(ruleSentence(rule).because, 'Vous l’avez vendu');
    assert.equal(ruleLine(rule), line);
    choose('en');
});

test('a part of all cases is said in each language', () => {
    const area = { what: 'preferred, not seller, online; associate/trainee; price from 1000.00; age <= 6 months', from: 'hide', to: 'kind', may_say_from: false, may_say_to: false } as const;
    const said = () => placesOf([area], 'x').map((p) => [p.what, ...p.steps.flatMap((s) => s.when)].join('; '));
    choose('sv');
    assert.match(said()[0] ?? '', /^Den valda säljaren \(inte säljaren\), köpt på nätet; medarbetare eller praktikanter, från 1\s000, de senaste 6 månaderna$/);
    choose('fr');
    assert.match(said()[0] ?? '', /^La personne choisie \(sauf le vendeur\), acheté en ligne; collaborateurs ou stagiaires, à partir de 1\s000, des 6 derniers mois$/);
    choose('en');
});

test('a list of names is ticked and written, and is the old one when it says the same', () => {
    const force = 'cafe, Café, car park';
    assert.deepEqual(namesOf(force), ['cafe', 'Café', 'car park']);
    assert.deepEqual(namesOf('none'), []);
    assert.ok(hasName(force, 'CAFÉ'));
    assert.ok(!hasName(force, 'caf'));
    assert.equal(otherNames(force, ['café', 'door']), 'cafe, car park');
    assert.equal(namesText(['Café'], 'car park, cafe', force), force);
    assert.equal(namesText(['Café', 'door'], 'car park, cafe', force), 'Café, door, car park, cafe');
    assert.equal(namesText(['Café'], ' car park ,', force), 'Café, car park');
    assert.equal(namesText([], ' ', force), 'none');
    assert.equal(namesText([], '', 'none'), 'none');
});
