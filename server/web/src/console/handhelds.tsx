// The store's handhelds on the board: who has one, whether it is connected, and taking one back [P93].

import { useEffect, useState } from 'preact/hooks';
import { call, newKey, passing, type Trouble } from '../lib/api';
import { Dialog } from '../lib/dialog';
import { useVisible } from '../lib/hooks';
import type { Handheld, Handhelds as List, Revoked } from '../wire';
import { Refused } from './fields';
import { handheldWords as words } from './handheld-words';
import { StepUp } from './step-up';

const POLL_MS = 15_000;

function useHandhelds(): [List | null, () => void] {
    const [list, setList] = useState<List | null>(null);
    const [turn, setTurn] = useState(0);
    const visible = useVisible();
    useEffect(() => {
        if (!visible) return;
        let stopped = false;
        let timer = 0;
        const look = async () => {
            const answer = await call<List>('GET', '/api/console/handhelds');
            if (stopped) return;
            if (answer.ok) setList(answer.value);
            timer = window.setTimeout(look, POLL_MS);
        };
        void look();
        return () => {
            stopped = true;
            clearTimeout(timer);
        };
    }, [visible, turn]);
    return [list, () => setTurn((n) => n + 1)];
}

interface RevokeProps {
    one: Handheld;
    close(revoked: boolean): void;
}

/** "Take it back?", and who she is if she has a password. */
function Revoke({ one, close }: RevokeProps) {
    const [busy, setBusy] = useState(false);
    const [proving, setProving] = useState(false);
    const [trouble, setTrouble] = useState<Trouble | null>(null);
    const revoke = async () => {
        setBusy(true);
        setTrouble(null);
        const key = newKey();
        let answer = await call<Revoked>('POST', '/api/console/revoke', { id: one.id }, key);
        if (!answer.ok && passing(answer.trouble))
            answer = await call<Revoked>('POST', '/api/console/revoke', { id: one.id }, key);
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
                    void revoke();
                }}
                onClose={() => setProving(false)}
            />
        );
    return (
        <Dialog label={words.title(one.name)} close={words.keep} onClose={() => close(false)}>
            <h2>{words.title(one.name)}</h2>
            <p class="lead">{words.lead}</p>
            <Refused trouble={trouble} />
            <div class="actions">
                <button
                    type="button"
                    class="button primary"
                    data-do="revoke-yes"
                    aria-busy={busy}
                    onClick={() => !busy && void revoke()}
                >
                    {busy ? words.revoking : words.yes}
                </button>
            </div>
        </Dialog>
    );
}

export function Handhelds() {
    const [list, again] = useHandhelds();
    const [chosen, setChosen] = useState<Handheld | null>(null);
    if (!list || list.handhelds.length === 0) return null;
    return (
        <section class="pane handhelds" aria-labelledby="handhelds">
            <h2 id="handhelds">{words.pane}</h2>
            <ul class="sensor-list">
                {list.handhelds.map((one) => (
                    <li key={one.id} class="sensor" data-handheld={one.seen}>
                        <span>
                            {one.name} <span class="sub">{words.seen[one.seen]}</span>
                        </span>
                        <button
                            type="button"
                            class="small-button quiet"
                            data-do="revoke"
                            aria-label={words.revokeOf(one.name)}
                            aria-haspopup="dialog"
                            onClick={() => setChosen(one)}
                        >
                            {words.revoke}
                        </button>
                    </li>
                ))}
            </ul>
            {list.rest > 0 && <p class="sub">{words.rest(list.rest)}</p>}
            {chosen && (
                <Revoke
                    one={chosen}
                    close={(revoked) => {
                        setChosen(null);
                        if (revoked) again();
                    }}
                />
            )}
        </section>
    );
}
