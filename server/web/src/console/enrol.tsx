// A manager sets up her password and second factor: a code to scan, or to type, and the first digits of it [P60].

import { useEffect, useState } from 'preact/hooks';
import { call, newKey, passing, type Trouble } from '../lib/api';
import { Dialog } from '../lib/dialog';
import { QrView } from '../lib/qr-view';
import type { EnrolBegun, Me } from '../wire';
import { accountWords as words } from './account-words';
import { CodeField, digitsOf, NewPassword, passwordFits, Refused } from './fields';
import '../style/account.css';

interface Props {
    onDone(me: Me): void;
    onClose(): void;
}

/** Four letters at a time, as people read a key aloud. */
const grouped = (secret: string) => secret.replace(/(.{4})(?=.)/g, '$1 ');

export function Enrol({ onDone, onClose }: Props) {
    const [begun, setBegun] = useState<EnrolBegun | null>(null);
    const [password, setPassword] = useState('');
    const [code, setCode] = useState('');
    const [busy, setBusy] = useState(false);
    const [done, setDone] = useState(false);
    const [trouble, setTrouble] = useState<Trouble | null>(null);
    const begin = async () => {
        const answer = await call<EnrolBegun>('POST', '/api/console/enrol_begin');
        if (answer.ok) setBegun(answer.value);
        else setTrouble(answer.trouble);
    };
    useEffect(() => void begin(), []);
    const send = async () => {
        setBusy(true);
        setTrouble(null);
        const body = { password, code: digitsOf(code) };
        const key = newKey();
        let answer = await call<Me>('POST', '/api/console/enrol', body, key);
        if (!answer.ok && passing(answer.trouble)) answer = await call<Me>('POST', '/api/console/enrol', body, key);
        setBusy(false);
        setCode('');
        if (answer.ok) {
            setDone(true);
            setPassword('');
            return onDone(answer.value);
        }
        setTrouble(answer.trouble);
        if (answer.trouble.error === 'begin') {
            setBegun(null);
            await begin();
        }
        document.getElementById('code')?.focus();
    };
    return (
        <Dialog
            label={words.enrolTitle}
            close={done ? words.done : words.later}
            class="proof-sheet"
            step={done ? 'done' : 'form'}
            onClose={onClose}
        >
            <h2>{words.enrolTitle}</h2>
            {done && <p data-enrolled>{words.enrolled}</p>}
            {!done && !begun && !trouble && <p class="calm">{words.enrolLoading}</p>}
            {!done && begun && (
                <form
                    class="proof"
                    method="post"
                    data-form="enrol"
                    onSubmit={(e) => {
                        e.preventDefault();
                        if (!busy && passwordFits(password)) void send();
                        else document.getElementById('new-password')?.focus();
                    }}
                >
                    <p>{words.enrolLead(begun.name)}</p>
                    <h3>{words.step1}</h3>
                    <QrView qr={begun.qr} label={words.qrLabel} />
                    <p class="hint">{words.step1Text}</p>
                    <p class="proof-key" data-secret={begun.secret}>
                        {grouped(begun.secret)}
                    </p>
                    <h3>{words.step2}</h3>
                    {/* So that a password manager keeps it under the right name. */}
                    <input class="unseen" type="text" name="username" autocomplete="username" value={begun.name} readOnly tabIndex={-1} aria-hidden="true" />
                    <NewPassword value={password} change={setPassword} />
                    <h3>{words.step3}</h3>
                    <CodeField value={code} change={setCode} />
                    <Refused trouble={trouble} />
                    <button type="submit" class="button primary" data-do="enrol" aria-busy={busy}>
                        {busy ? words.signingIn : words.enrol}
                    </button>
                </form>
            )}
            {!done && !begun && <Refused trouble={trouble} />}
        </Dialog>
    );
}
