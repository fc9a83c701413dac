// The step of the signs: one to print for each door, in the languages of its guests.

import { useState } from 'preact/hooks';
import { type Language, language, LANGUAGES, languages } from '../../lib/language';
import { QrView } from '../../lib/qr-view';
import type { First } from '../../wire';
import { SignText } from '../sign-text';
import { tables, words } from './words';

const KEY = 'maitred.sign.languages';

/** What this browser printed last, else the language that is read here. */
function kept(): Language[] {
    const chosen = (localStorage.getItem(KEY) ?? '').split(' ');
    const known = languages.filter((l) => chosen.includes(l));
    return known.length > 0 ? known : [language()];
}

function Languages({ chosen, choose }: { chosen: readonly Language[]; choose(next: Language[]): void }) {
    const turn = (one: Language) => {
        const next = languages.filter((l) => chosen.includes(l) !== (l === one));
        if (next.length > 0) choose(next); // a sign without a word is none
    };
    return (
        <fieldset class="first-languages">
            <legend>{words.signLanguages}</legend>
            {languages.map((l) => (
                <label key={l} data-own>
                    <input type="checkbox" checked={chosen.includes(l)} data-language={l} onChange={() => turn(l)} />{' '}
                    <span lang={l}>{LANGUAGES[l]}</span>
                </label>
            ))}
        </fieldset>
    );
}

export function Signs({ first }: { first: First }) {
    const [door, setDoor] = useState('');
    const [chosen, setChosen] = useState(kept);
    const choose = (next: Language[]) => {
        localStorage.setItem(KEY, next.join(' '));
        setChosen(next);
    };
    return (
        <>
            <h3>{words.signTitle}</h3>
            <Languages chosen={chosen} choose={choose} />
            <div class="proof-field first-door">
                <label for="door">{words.door}</label>
                <input
                    id="door"
                    value={door}
                    maxLength={60}
                    aria-describedby="door-hint"
                    onInput={(e) => setDoor(e.currentTarget.value)}
                />
                <p class="hint" id="door-hint">
                    {words.doorHint}
                </p>
            </div>
            <article class="print-sign" data-sign={first.url} data-own>
                <p class="print-store">{first.store}</p>
                {chosen.map((l) => (
                    <h4 key={l} lang={l}>
                        {tables[l].signHead}
                    </h4>
                ))}
                <QrView qr={first.qr} label={words.signQr} />
                {chosen.map((l) => (
                    <div key={l} lang={l} data-sign-in={l}>
                        <p>{tables[l].signText(first.store)}</p>
                        <p class="print-small">{tables[l].signKept}</p>
                        <p class="print-small">{tables[l].signAsk(first.contact)}</p>
                    </div>
                ))}
                {door && <p class="print-small">{door}</p>}
                <SignText chosen={chosen} />
            </article>
            <div class="rule-actions">
                <button type="button" class="small-button" data-do="print" onClick={() => window.print()}>
                    {words.print}
                </button>
            </div>
        </>
    );
}
