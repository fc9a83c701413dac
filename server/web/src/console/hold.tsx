// What a customer asks for at the desk, without her phone [P134]: by her number, and nothing of her is shown.

import { useState } from 'preact/hooks';
import { call, newKey, passing, type Trouble } from '../lib/api';
import { Field, Refused } from './fields';
import { holdWords as words } from './hold-words';
import { StepUp } from './step-up';

export type Hold = 'object' | 'pause' | 'lift';
const HOWS: Hold[] = ['object', 'pause', 'lift'];

export function DeskHold() {
    const [customer, setCustomer] = useState('');
    const [how, setHow] = useState<Hold>('object');
    const [busy, setBusy] = useState(false);
    const [done, setDone] = useState<Hold | null>(null);
    const [trouble, setTrouble] = useState<Trouble | null>(null);
    const [proving, setProving] = useState(false); // to lift is to prove once more who she is
    const send = async () => {
        const body = { customer: customer.trim(), how };
        if (busy || !body.customer) return;
        setBusy(true);
        setDone(null);
        setTrouble(null);
        const key = newKey();
        let answer = await call<object>('POST', '/api/console/hold', body, key);
        if (!answer.ok && passing(answer.trouble)) answer = await call<object>('POST', '/api/console/hold', body, key);
        setBusy(false);
        if (!answer.ok && answer.trouble.error === 'step_up') return setProving(true);
        if (!answer.ok) return setTrouble(answer.trouble);
        setDone(how);
        setCustomer('');
    };
    return (
        <section class="pane hold" aria-labelledby="hold">
            <h2 id="hold">{words.pane}</h2>
            <p class="sub">{words.lead}</p>
            <form
                onSubmit={(e) => {
                    e.preventDefault();
                    void send();
                }}
            >
                <Field id="hold-customer" label={words.id} value={customer} autocomplete="off" change={setCustomer} />
                <div class="proof-field">
                    <label for="hold-how">{words.choose}</label>
                    <select id="hold-how" value={how} onChange={(e) => setHow(e.currentTarget.value as Hold)}>
                        {HOWS.map((one) => (
                            <option key={one} value={one}>
                                {words.hows[one]}
                            </option>
                        ))}
                    </select>
                </div>
                <Refused trouble={trouble} />
                <p role="status" class="sub" data-held={done ?? ''}>
                    {done ? words.done[done] : ''}
                </p>
                <button type="submit" class="button" data-do="hold" aria-busy={busy}>
                    {busy ? words.sending : words.send}
                </button>
            </form>
            {proving && (
                <StepUp
                    onDone={() => {
                        setProving(false);
                        void send();
                    }}
                    onClose={() => setProving(false)}
                />
            )}
        </section>
    );
}
