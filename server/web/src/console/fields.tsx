// The fields in which a manager proves who she is: password and code, with their labels and what is wrong with them.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Trouble } from '../lib/api';
import { accountWords as words } from './account-words';
import { refused } from './refusals';

/** At least so many characters [P60]; the hub counts bytes, of which there are never fewer. */
export const PASSWORD_LEAST = 12;
export const PASSWORD_MOST_BYTES = 128;

interface FieldProps {
    id: string;
    label: string;
    type?: 'text' | 'password';
    value: string;
    autocomplete: string;
    hint?: string;
    code?: boolean;
    focus?: boolean;
    change(value: string): void;
}

const kind = (readable: boolean) => (readable ? { type: 'text' as const } : { type: 'password' as const });

export function Field({ id, label, type = 'text', value, autocomplete, hint, code, focus, change }: FieldProps) {
    return (
        <div class="proof-field">
            <label for={id}>{label}</label>
            <input
                id={id}
                name={id}
                value={value}
                autocomplete={autocomplete}
                autocapitalize="none"
                spellcheck={false}
                required
                autofocus={focus ?? false}
                {...kind(type === 'text')}
                {...(code ? { inputMode: 'numeric' as const, maxLength: 7, class: 'code' } : {})}
                {...(hint ? { 'aria-describedby': `${id}-hint` } : {})}
                onInput={(e) => change(e.currentTarget.value)}
            />
            {hint && (
                <p class="hint" id={`${id}-hint`}>
                    {hint}
                </p>
            )}
        </div>
    );
}

/** Authenticators show a gap in the middle; people type it. */
export const digitsOf = (code: string) => code.replace(/\D/g, '');

export function CodeField(props: { value: string; hint?: string; change(value: string): void }) {
    return <Field id="code" label={words.code} autocomplete="one-time-code" code {...props} />;
}

/** A password that is being chosen: what is asked of it, and how far it is. */
export function NewPassword({ value, change }: { value: string; change(value: string): void }) {
    const [shown, setShown] = useState(false);
    const length = [...value].length;
    const long = new TextEncoder().encode(value).length > PASSWORD_MOST_BYTES;
    return (
        <div class="proof-field">
            <label for="new-password">{words.newPassword}</label>
            <input
                id="new-password"
                name="new-password"
                value={value}
                autocomplete="new-password"
                autocapitalize="none"
                spellcheck={false}
                required
                aria-describedby="new-password-hint"
                {...kind(shown)}
                onInput={(e) => change(e.currentTarget.value)}
            />
            <span class="password-meter" aria-hidden="true">
                <i
                    class={length >= PASSWORD_LEAST && !long ? 'enough' : ''}
                    style={{ width: `${(100 * Math.min(PASSWORD_LEAST, length)) / PASSWORD_LEAST}%` }}
                />
            </span>
            <p class="hint" id="new-password-hint" aria-live="polite">
                {long
                    ? words.passwordLong
                    : length >= PASSWORD_LEAST
                      ? words.passwordEnough
                      : words.passwordMore(PASSWORD_LEAST - length)}
            </p>
            <label class="proof-show">
                <input type="checkbox" checked={shown} onChange={(e) => setShown(e.currentTarget.checked)} />
                {words.show}
            </label>
        </div>
    );
}

export const passwordFits = (value: string) =>
    [...value].length >= PASSWORD_LEAST && new TextEncoder().encode(value).length <= PASSWORD_MOST_BYTES;

/** Why it did not go: the hub's words, and when to come again. */
export function Refused({ trouble }: { trouble: Trouble | null }) {
    const place = useRef<HTMLDivElement>(null);
    useEffect(() => {
        if (trouble) place.current?.scrollIntoView({ block: 'center' }); // the focus is on the code above it
    }, [trouble]);
    const said = trouble && refused(trouble);
    return (
        <div class="told" role="alert" ref={place}>
            {trouble && said && (
                <p class="notice warn" data-told={trouble.status === 0 ? 'offline' : trouble.error}>
                    <strong>{said.say || words.offline.say}</strong>{' '}
                    {trouble.error === 'closed'
                        ? words.closed(Math.ceil(trouble.retryAfterMs / 1000))
                        : said.do || words.offline.do}
                </p>
            )}
        </div>
    );
}
