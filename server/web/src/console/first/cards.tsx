// The step of the three books: each as three cards of a made-up customer, and one of them put in force [P65-P73].

import { useState } from 'preact/hooks';
import type { Trouble } from '../../lib/api';
import type { Rules, Version } from '../../wire';
import { Refused } from '../fields';
import { act } from '../rules/ask';
import { Cards } from '../rules/cards';
import { useRules } from '../rules/use-rules';
import { words } from './words';
import '../../style/rules.css';
import '../../style/rules-change.css';

const ORDER = ['reserved', 'balanced', 'warm']; // from less to more
type Told = 'taken' | 'waits' | 'same';

export function Books({ prove }: { prove(): Promise<boolean> }) {
    const { rules } = useRules();
    const live = rules?.live.name ?? '';
    const [picked, setPicked] = useState<string | null>(null);
    const [busy, setBusy] = useState(false);
    const [told, setTold] = useState<Told | null>(null);
    const [trouble, setTrouble] = useState<Trouble | null>(null);
    const shipped = ORDER.flatMap((book) => rules?.shipped.filter((s) => s.name === book) ?? []);
    const name = picked ?? (ORDER.includes(live) ? live : 'balanced');
    const text = shipped.find((s) => s.name === name)?.text;
    /** Asked once more when she has shown who she is. */
    const acted = async <T,>(what: string, body: object) => {
        for (;;) {
            const answer = await act<T>(what, body);
            if (answer.ok || answer.trouble.error !== 'step_up' || !(await prove())) return answer;
        }
    };
    const take = async () => {
        setBusy(true);
        setTold(null);
        setTrouble(null);
        const proposed = await acted<Version>('rules_propose', { text, why: words.books[name] ?? name });
        let wrong = proposed.ok ? null : proposed.trouble;
        if (proposed.ok && proposed.value.wider) setTold('waits');
        if (proposed.ok && !proposed.value.wider) {
            const { version, sha256 } = proposed.value;
            const published = await acted<Rules>('rules_publish', { version, sha256 });
            if (published.ok) setTold('taken');
            else wrong = published.trouble;
        }
        setBusy(false);
        if (wrong?.error === 'same') setTold('same');
        else setTrouble(wrong);
    };
    return (
        <>
            <p>{words.cardsLead}</p>
            <fieldset class="first-books">
                <legend class="unseen">{words.bookLabel}</legend>
                {shipped.map(({ name: book }) => (
                    <label key={book} class={book === name ? 'tickable on' : 'tickable'}>
                        <input
                            type="radio"
                            name="book"
                            value={book}
                            checked={book === name}
                            onChange={() => {
                                setPicked(book);
                                setTold(null);
                                setTrouble(null);
                            }}
                        />
                        <span>
                            {words.books[book]}
                            <span class="sub-inline"> {book === live ? words.inForce : words.bookNote[book]}</span>
                        </span>
                    </label>
                ))}
            </fieldset>
            {text && <Cards key={name} text={text} differs={false} />}
            {told && (
                <p class="notice" role="status" data-told={told}>
                    {told === 'taken' ? words.taken(words.books[name] ?? name) : told === 'waits' ? words.waits : words.sameBook}
                </p>
            )}
            <Refused trouble={trouble} />
            <div class="rule-actions">
                <button type="button" class="small-button" data-do="take-book" aria-busy={busy} onClick={() => !busy && text && void take()}>
                    {busy ? words.taking : words.take(words.books[name] ?? name)}
                </button>
            </div>
        </>
    );
}
