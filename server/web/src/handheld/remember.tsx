// "Remember one thing?": one line about the customer who has just left, if they allow it. It can be left alone [P117].

import { useEffect, useId, useState } from 'preact/hooks';
import type { Remembering, Stream } from '../lib/stream';
import { words } from './words';

const ASKED_MS = 10 * 60_000; // as long as the hub takes an answer

const bytes = (text: string) => new TextEncoder().encode(text).length;

/** As much of it as may be kept, in whole characters. */
function cut(text: string, most: number): string {
    let kept = '';
    for (const character of text) {
        if (bytes(kept + character) > most) break;
        kept += character;
    }
    return kept;
}

function Question({ stream, asked, canAct }: { stream: Stream; asked: Remembering; canAct: boolean }) {
    const [text, setText] = useState('');
    const field = useId();
    const sending = asked.text !== '';
    useEffect(() => {
        setText('');
        const timer = setTimeout(() => stream.forgetRemember(), ASKED_MS);
        return () => clearTimeout(timer);
    }, [asked.card]);
    const said = text.trim();
    return (
        <form
            class="question remember"
            data-asks="remember"
            onSubmit={(e) => {
                e.preventDefault();
                if (!canAct || sending) return;
                if (said) stream.remember(said);
                else stream.forgetRemember();
            }}
        >
            <h1>{words.remember.title}</h1>
            <p class="lead" id={`${field}-lead`}>
                {words.remember.lead}
            </p>
            <label for={field}>{words.remember.label}</label>
            <input
                id={field}
                class="remember-line"
                type="text"
                value={text}
                autocomplete="off"
                enterkeyhint="done"
                maxLength={asked.most}
                aria-describedby={`${field}-lead`}
                readOnly={sending}
                onInput={(e) => {
                    const kept = cut(e.currentTarget.value, asked.most);
                    e.currentTarget.value = kept;
                    setText(kept);
                }}
            />
            <div class="remember-buttons">
                <button
                    type="submit"
                    class="button primary"
                    data-do="remember"
                    aria-busy={sending}
                    aria-disabled={!canAct || sending || !said}
                >
                    {sending ? words.sending : words.remember.keep}
                </button>
                <button
                    type="button"
                    class="button quiet"
                    data-do="not-now"
                    aria-disabled={sending}
                    onClick={() => !sending && stream.forgetRemember()}
                >
                    {words.remember.notNow}
                </button>
            </div>
        </form>
    );
}

export function Remember({ stream, asked, canAct }: { stream: Stream; asked: Remembering; canAct: boolean }) {
    if (!asked.kept) return <Question key={asked.card} stream={stream} asked={asked} canAct={canAct} />;
    return (
        <div class="question" data-asks="kept">
            <h1>{words.remember.kept}</h1>
            <p class="lead">{words.remember.keptLead}</p>
            <button type="button" class="button" data-do="kept" onClick={() => stream.forgetRemember()}>
                {words.understood}
            </button>
        </div>
    );
}
