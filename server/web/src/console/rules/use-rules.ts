// What the hub knows of the rules: the versions, read again and again while somebody looks, and what it says of a text.

import { useEffect, useRef, useState } from 'preact/hooks';
import { passing } from '../../lib/api';
import { backoffMs } from '../../lib/backoff';
import { useVisible } from '../../lib/hooks';
import type { Rules, RulesCheck } from '../../wire';
import { look, type Refusal } from './ask';

const POLL_MS = 5000;
const PAUSE_MS = 300; // of typing, before the hub is asked

export interface Reading {
    rules: Rules | null;
    state: 'loading' | 'open' | 'offline' | 'refused';
    /** Takes what another answer has already said. */
    take(rules: Rules): void;
    again(): void;
}

export function useRules(): Reading {
    const [rules, setRules] = useState<Rules | null>(null);
    const [state, setState] = useState<Reading['state']>('loading');
    const [round, setRound] = useState(0);
    const visible = useVisible();
    useEffect(() => {
        if (!visible) return;
        let stopped = false;
        let timer = 0;
        let attempt = 0;
        const ask = async () => {
            const answer = await look<Rules>('rules');
            if (stopped) return;
            if (answer.ok) {
                attempt = 0;
                setRules(answer.value);
                setState('open');
                timer = window.setTimeout(ask, POLL_MS);
                return;
            }
            const { status, retryAfterMs } = answer.trouble;
            const refused = status === 401 || status === 403;
            setState(refused ? 'refused' : 'offline');
            if (!refused) timer = window.setTimeout(ask, Math.max(retryAfterMs, backoffMs(attempt++)));
        };
        void ask();
        return () => {
            stopped = true;
            clearTimeout(timer);
        };
    }, [visible, round]);
    return { rules, state, take: setRules, again: () => setRound((n) => n + 1) };
}

export interface Checked {
    text: string; // of which this is the answer
    live: string; // what it was compared with
    answer: RulesCheck;
}

export interface Checking {
    /** The newest answer; of an older text while the newer one is being checked. */
    checked: Checked | null;
    state: 'checking' | 'ready' | 'waits' | 'refused';
    refusal: Refusal | null; // why it waits, or does not go on
}

/** What the hub says of a text, compared with what is in force: asked after a pause of typing, the newest answer wins. */
export function useCheck(text: string | null, live: string): Checking {
    const [checking, setChecking] = useState<Checking>({ checked: null, state: 'checking', refusal: null });
    const asked = useRef(0);
    useEffect(() => {
        if (text === null) return;
        const mine = ++asked.current;
        let timer = 0;
        let attempt = 0;
        const ask = async () => {
            const answer = await look<RulesCheck>('rules_check', { text });
            if (mine !== asked.current) return;
            if (answer.ok) {
                setChecking({ checked: { text, live, answer: answer.value }, state: 'ready', refusal: null });
                return;
            }
            const again = passing(answer.trouble) || answer.trouble.status === 429;
            setChecking((was) => ({ ...was, state: again ? 'waits' : 'refused', refusal: answer.trouble }));
            if (again)
                timer = window.setTimeout(ask, Math.max(answer.trouble.retryAfterMs, backoffMs(attempt++)));
        };
        setChecking((was) => ({ ...was, state: 'checking', refusal: null }));
        timer = window.setTimeout(ask, mine === 1 ? 0 : PAUSE_MS);
        return () => {
            asked.current++;
            clearTimeout(timer);
        };
    }, [text, live]);
    // Until the effect has begun to ask, an answer of something else would pass for that of what is shown now.
    const { checked, state } = checking;
    const old = state === 'ready' && (checked?.text !== text || checked?.live !== live);
    return old ? { ...checking, state: 'checking' } : checking;
}
