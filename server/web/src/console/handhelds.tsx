// The store's handhelds on the board: who has one, whether it is connected,
// taking one back [P93], and what a manager does about PINs [P113].

import { useState } from 'preact/hooks';
import { call, newKey, passing, type Trouble } from '../lib/api';
import { Dialog } from '../lib/dialog';
import type { Handheld, Handhelds as List } from '../wire';
import { Refused } from './fields';
import { handheldWords as words } from './handheld-words';
import { StepUp } from './step-up';
import { usePolled } from './use-polled';

const every = () => 15_000;

type What = 'revoke' | 'unlock' | 'pin_clear';

const asksOf = () => ({
    revoke: { title: words.title, lead: words.lead, yes: words.yes, no: words.keep },
    unlock: { title: words.unlockTitle, lead: words.unlockLead, yes: words.unlockYes, no: words.no },
    pin_clear: { title: words.clearTitle, lead: words.clearLead, yes: words.clearYes, no: words.no },
});

interface AskProps {
    one: Handheld;
    what: What;
    close(done: boolean): void;
}

/** "Take it back?" and the like, and who she is if she has a password. */
function Ask({ one, what, close }: AskProps) {
    const [busy, setBusy] = useState(false);
    const [proving, setProving] = useState(false);
    const [trouble, setTrouble] = useState<Trouble | null>(null);
    const said = asksOf()[what];
    const send = async () => {
        setBusy(true);
        setTrouble(null);
        const key = newKey();
        let answer = await call<object>('POST', `/api/console/${what}`, { id: one.id }, key);
        if (!answer.ok && passing(answer.trouble))
            answer = await call<object>('POST', `/api/console/${what}`, { id: one.id }, key);
        setBusy(false);
        if (answer.ok || answer.trouble.status === 404) close(true);
        else if (answer.trouble.error === 'step_up') setProving(true);
        else setTrouble(answer.trouble);
    };
    if (proving)
        return (
            <StepUp
                onDone={() => {
                    setProving(false);
                    void send();
                }}
                onClose={() => setProving(false)}
            />
        );
    return (
        <Dialog label={said.title(one.name)} close={said.no} onClose={() => close(false)}>
            <h2>{said.title(one.name)}</h2>
            <p class="lead">{said.lead}</p>
            <Refused trouble={trouble} />
            <div class="actions">
                <button
                    type="button"
                    class="button primary"
                    data-do={`${what}-yes`}
                    aria-busy={busy}
                    onClick={() => !busy && void send()}
                >
                    {busy ? words.revoking : said.yes}
                </button>
            </div>
        </Dialog>
    );
}

export function Handhelds() {
    const { told: list, again } = usePolled<List>('/api/console/handhelds', every);
    const [chosen, setChosen] = useState<{ one: Handheld; what: What } | null>(null);
    const ask = (one: Handheld, what: What, label: string, text: string) => (
        <button
            type="button"
            class="small-button quiet"
            data-do={what}
            aria-label={label}
            aria-haspopup="dialog"
            onClick={() => setChosen({ one, what })}
        >
            {text}
        </button>
    );
    if (!list || list.handhelds.length === 0) return null;
    return (
        <section class="pane handhelds" aria-labelledby="handhelds">
            <h2 id="handhelds">{words.pane}</h2>
            <ul class="sensor-list">
                {list.handhelds.map((one) => (
                    <li key={one.id} class="sensor" data-handheld={one.seen} data-state={one.state}>
                        <span>
                            {one.name} <span class="sub">{[words.seen[one.seen], words.state[one.state]].filter(Boolean).join(' · ')}</span>
                        </span>
                        <span class="handheld-does">
                            {one.state === 'shut' && ask(one, 'unlock', words.unlockOf(one.name), words.unlock)}
                            {list.pins &&
                                (one.state === 'ok' || one.state === 'shut') &&
                                ask(one, 'pin_clear', words.clearOf(one.name), words.clear)}
                            {ask(one, 'revoke', words.revokeOf(one.name), words.revoke)}
                        </span>
                    </li>
                ))}
            </ul>
            {list.rest > 0 && <p class="sub">{words.rest(list.rest)}</p>}
            {chosen && (
                <Ask
                    one={chosen.one}
                    what={chosen.what}
                    close={(done) => {
                        setChosen(null);
                        if (done) again();
                    }}
                />
            )}
        </section>
    );
}
