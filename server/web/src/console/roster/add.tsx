// One shift or break more: whose, and from when to when on the store's clocks.

import { useState } from 'preact/hooks';
import { Dialog } from '../../lib/dialog';
import type { Roster } from '../../wire';
import { refused } from '../refusals';
import { act, type Refusal } from '../rules/ask';
import { dayName, minutesOf, spanOf } from './day';
import { words } from './words';
import '../../style/account.css';

interface Props {
    roster: Roster;
    onDone(): void;
    onClose(): void;
}

export function Add({ roster, onDone, onClose }: Props) {
    const [who, setWho] = useState('');
    const [kind, setKind] = useState<'shift' | 'break'>('shift');
    const [from, setFrom] = useState('09:00');
    const [to, setTo] = useState('17:00');
    const [busy, setBusy] = useState(false);
    const [refusal, setRefusal] = useState<Refusal | null>(null);
    const send = async () => {
        const span = spanOf(roster.day, from, to, roster.offsets);
        if (!who) return setRefusal({ error: 'who', ...words.needsWho });
        if (!span) return setRefusal({ error: 'times', ...words.needsTimes });
        setBusy(true);
        setRefusal(null);
        const answer = await act<object>('shift_put', { associate: who, kind, ...span });
        setBusy(false);
        if (answer.ok) return onDone();
        const { error, say } = answer.trouble;
        setRefusal({ error, ...(say ? refused(answer.trouble) : words.offline) });
    };
    const overnight = minutesOf(to) <= minutesOf(from);
    return (
        <Dialog label={words.addTitle(dayName(roster.day))} close={words.close} class="proof-sheet" onClose={onClose}>
            <h2>{words.addTitle(dayName(roster.day))}</h2>
            <form
                class="proof"
                data-form="shift"
                noValidate
                onSubmit={(e) => {
                    e.preventDefault();
                    if (!busy) void send();
                }}
            >
                <div class="proof-field">
                    <label for="shift-who">{words.who}</label>
                    <select id="shift-who" value={who} onChange={(e) => setWho(e.currentTarget.value)} autofocus>
                        <option value="">{words.choose}</option>
                        {roster.associates.map((a) => (
                            <option key={a.id} value={a.id}>
                                {a.name}
                            </option>
                        ))}
                    </select>
                </div>
                <fieldset class="roster-kind">
                    <legend>{words.kind}</legend>
                    {(['shift', 'break'] as const).map((one) => (
                        <label key={one} class="proof-show">
                            <input type="radio" name="shift-kind" checked={kind === one} onChange={() => setKind(one)} />
                            {words.kinds[one]}
                        </label>
                    ))}
                </fieldset>
                <div class="roster-times">
                    <div class="proof-field">
                        <label for="shift-from">{words.from}</label>
                        <input id="shift-from" type="time" value={from} onInput={(e) => setFrom(e.currentTarget.value)} />
                    </div>
                    <div class="proof-field">
                        <label for="shift-to">{words.to}</label>
                        <input
                            id="shift-to"
                            type="time"
                            value={to}
                            {...(overnight ? { 'aria-describedby': 'shift-night' } : {})}
                            onInput={(e) => setTo(e.currentTarget.value)}
                        />
                    </div>
                </div>
                {overnight && (
                    <p class="sub" id="shift-night">
                        {words.nextDay}
                    </p>
                )}
                <div role="alert">
                    {refusal && (
                        <p class="notice warn" data-told={refusal.error}>
                            <strong>{refusal.say}</strong> {refusal.do}
                        </p>
                    )}
                </div>
                <button type="submit" class="button primary" data-do="save-shift" aria-busy={busy}>
                    {busy ? words.saving : words.save}
                </button>
            </form>
        </Dialog>
    );
}
