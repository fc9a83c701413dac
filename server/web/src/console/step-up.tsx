// "Is it you?": password and code once more, before something that changes what everybody may see [P62].

import { useState } from 'preact/hooks';
import { call, newKey, passing, type Trouble } from '../lib/api';
import { Dialog } from '../lib/dialog';
import type { Me } from '../wire';
import { accountWords as words } from './account-words';
import { CodeField, digitsOf, Field, Refused } from './fields';
import '../style/account.css';

interface Props {
    /** Her session may publish now, for as many seconds as `me` says: do again what was refused. */
    onDone(me: Me): void;
    /** She thought better of it, or her session is over. */
    onClose(): void;
}

export function StepUp({ onDone, onClose }: Props) {
    const [password, setPassword] = useState('');
    const [code, setCode] = useState('');
    const [busy, setBusy] = useState(false);
    const [trouble, setTrouble] = useState<Trouble | null>(null);
    const send = async () => {
        setBusy(true);
        setTrouble(null);
        const body = { password, code: digitsOf(code) };
        const key = newKey(); // an answer that was lost is asked for again: the code counts once
        let answer = await call<Me>('POST', '/api/console/step_up', body, key);
        if (!answer.ok && passing(answer.trouble)) answer = await call<Me>('POST', '/api/console/step_up', body, key);
        setBusy(false);
        if (answer.ok) return onDone(answer.value);
        setTrouble(answer.trouble);
        setCode('');
        document.getElementById('code')?.focus();
    };
    return (
        <Dialog label={words.stepTitle} close={words.close} class="proof-sheet" onClose={onClose}>
            <h2>{words.stepTitle}</h2>
            <p>{words.stepLead}</p>
            <form
                class="proof"
                method="post"
                data-form="step-up"
                onSubmit={(e) => {
                    e.preventDefault();
                    if (!busy) void send();
                }}
            >
                <Field
                    id="password"
                    label={words.password}
                    type="password"
                    value={password}
                    autocomplete="current-password"
                    focus
                    change={setPassword}
                />
                <CodeField value={code} hint={words.codeOnce} change={setCode} />
                <Refused trouble={trouble} />
                <button type="submit" class="button primary" data-do="step-up" aria-busy={busy}>
                    {busy ? words.signingIn : words.stepUp}
                </button>
            </form>
        </Dialog>
    );
}
