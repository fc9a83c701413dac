// One day of the roster, read again and again while somebody looks.

import { useEffect, useRef, useState } from 'preact/hooks';
import { backoffMs } from '../../lib/backoff';
import { useVisible } from '../../lib/hooks';
import type { Roster } from '../../wire';
import { look } from '../rules/ask';

const POLL_MS = 15_000;

export interface Reading {
    roster: Roster | null;
    offline: boolean;
    again(): void;
}

/** `day` "": today, whichever day that is. */
export function useRoster(day: string): Reading {
    const [roster, setRoster] = useState<Roster | null>(null);
    const [offline, setOffline] = useState(false);
    const [round, setRound] = useState(0);
    const visible = useVisible();
    const asked = useRef(0);
    useEffect(() => {
        if (!visible) return;
        const mine = ++asked.current;
        let timer = 0;
        let attempt = 0;
        const ask = async () => {
            const answer = await look<Roster>('roster', day ? { day } : {});
            if (mine !== asked.current) return;
            setOffline(!answer.ok);
            if (answer.ok) {
                attempt = 0;
                setRoster(answer.value);
                timer = window.setTimeout(ask, POLL_MS);
            } else if (answer.trouble.status !== 401) {
                timer = window.setTimeout(ask, Math.max(answer.trouble.retryAfterMs, backoffMs(attempt++)));
            }
        };
        void ask();
        return () => {
            asked.current++;
            clearTimeout(timer);
        };
    }, [visible, round, day]);
    return { roster, offline, again: () => setRound((n) => n + 1) };
}
