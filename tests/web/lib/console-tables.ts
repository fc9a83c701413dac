// Every table of the console's sentences, for a test that looks for English where another language is shown.

import { accountWords } from '../../../server/web/src/console/account-words';
import { words as first } from '../../../server/web/src/console/first/words';
import { handheldWords } from '../../../server/web/src/console/handheld-words';
import { holdWords } from '../../../server/web/src/console/hold-words';
import { houseWords } from '../../../server/web/src/console/house-words';
import { words as numbers } from '../../../server/web/src/console/numbers/words';
import { words as roster } from '../../../server/web/src/console/roster/words';
import { ruleWords } from '../../../server/web/src/console/rule-words';
import { areaWords } from '../../../server/web/src/console/rules/area-words';
import { words as rules } from '../../../server/web/src/console/rules/words';
import { walkinWords } from '../../../server/web/src/console/walkin-words';
import { words as board } from '../../../server/web/src/console/words';
import { choose, type Language } from '../../../server/web/src/lib/language';

const tables = () => ({ board, accountWords, handheldWords, holdWords, houseWords, first, roster, rules, ruleWords, areaWords, numbers, walkinWords });

/** Sentences without parts, by their place in the tables. */
function sentences(of: unknown, at = '', found = new Map<string, string>()): Map<string, string> {
    if (typeof of === 'string') found.set(at, of);
    else if (of && typeof of === 'object')
        for (const [name, part] of Object.entries(of)) sentences(part, `${at}.${name}`, found);
    return found;
}

export function inLanguage(language: Language): Map<string, string> {
    choose(language);
    const said = sentences(tables());
    choose('en');
    return said;
}

/** What is said in English, and otherwise in this language, whose own words it is nowhere. */
export function onlyEnglish(language: Language): string[] {
    const own = inLanguage(language);
    const here = new Set(own.values());
    return [...inLanguage('en')].filter(([at, text]) => text !== own.get(at) && !here.has(text)).map(([, text]) => text);
}

/** The order in which a table names things is that of the text of rules: the same in each language. */
export const orders = (): string[][] =>
    [ruleWords.relations, ruleWords.roles, ruleWords.steps, ruleWords.statuses, ruleWords.fields, rules.whoOptions, rules.verbs, rules.moreOptions, rules.places].map(
        (table) => Object.keys(table),
    );
