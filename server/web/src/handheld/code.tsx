// Pairing without a camera: eight characters that somebody reads out, typed here [P94].

import { useState } from 'preact/hooks';
import { call, newKey, passing, type Trouble } from '../lib/api';
import { keepOwnKey, newOwnKey } from '../lib/own-key';
import type { Paired } from '../wire';
import { refused } from './refusals';
import { words } from './words';

const LENGTH = 8;

/** What was typed as the hub reads it: without spaces and hyphens. */
function plain(typed: string): string {
    return typed.replace(/[\s-]/g, '');
}

export function CodeForm({ done }: { done(): void }) {
    const [typed, setTyped] = useState('');
    const [busy, setBusy] = useState(false);
    const [told, setTold] = useState<Trouble | null>(null);
    const ready = plain(typed).length === LENGTH;
    const said = told && (told.say ? refused(told) : words.code.offline);
    const send = async () => {
        setBusy(true);
        setTold(null);
        const key = newKey(); // an answer that was lost is asked for again: the code counts once
        const own = await newOwnKey();
        const body = { code: plain(typed), ...(own ? { key: own } : {}) };
        let answer = await call<Paired>('POST', '/api/handheld/pair', body, key);
        if (!answer.ok && passing(answer.trouble))
            answer = await call<Paired>('POST', '/api/handheld/pair', body, key);
        if (answer.ok) await keepOwnKey(own);
        setBusy(false);
        if (answer.ok) return done();
        setTold(answer.trouble);
    };
    return (
        <form
            class="code-form"
            data-form="code"
            onSubmit={(e) => {
                e.preventDefault();
                if (ready && !busy) void send();
            }}
        >
            <label for="code">{words.code.label}</label>
            <input
                id="code"
                class="code-field"
                type="text"
                value={typed}
                autocomplete="one-time-code"
                autocapitalize="characters"
                spellcheck={false}
                maxLength={16}
                aria-describedby="code-told"
                onInput={(e) => setTyped(e.currentTarget.value)}
            />
            <p id="code-told" class="hint" role="alert">
                {said && (
                    <>
                        <strong>{said.say}</strong> {said.do}
                    </>
                )}
            </p>
            <button
                type="submit"
                class="button primary"
                data-do="code"
                aria-busy={busy}
                aria-disabled={!ready}
            >
                {busy ? words.pairing : words.code.pair}
            </button>
        </form>
    );
}
