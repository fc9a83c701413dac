// What the hub says at a place of its own, asked for every so often while somebody looks.

import { useEffect, useState } from 'preact/hooks';
import { call } from '../lib/api';
import { useVisible } from '../lib/hooks';

export interface Polled<T> {
    told: T | null; // the newest answer
    offline: boolean; // the newest question had none
    again(): void; // asks at once; an answer that is on its way no longer counts
}

/** `every` says after how many ms to ask again, by the newest answer; 0: not before `again`, or before the page is in
 * front anew. Of null it says how long to wait after a question that failed. It does not
 * change from one drawing to the next. */
export function usePolled<T>(path: string, every: (told: T | null) => number): Polled<T> {
    const [told, setTold] = useState<T | null>(null);
    const [offline, setOffline] = useState(false);
    const [turn, setTurn] = useState(0);
    const visible = useVisible();
    useEffect(() => {
        if (!visible) return;
        let stopped = false;
        let timer = 0;
        const look = async () => {
            const answer = await call<T>('GET', path);
            if (stopped) return;
            if (answer.ok) setTold(answer.value);
            setOffline(!answer.ok);
            const wait = answer.ok ? every(answer.value) : Math.max(every(null), answer.trouble.retryAfterMs);
            if (wait > 0) timer = window.setTimeout(look, wait);
        };
        void look();
        return () => {
            stopped = true;
            clearTimeout(timer);
        };
    }, [visible, turn, path]);
    return { told, offline, again: () => setTurn((n) => n + 1) };
}
