// What the customer's page knows and does: the last `now`, the running action, and the trouble if there is any.
// An action is tried again until its answer comes, under one key: so it is done once, also when only the answer was lost
// [P16, P17].

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { call, newKey, passing, type Trouble } from '../lib/api';
import { backoffMs } from '../lib/backoff';
import { useVisible } from '../lib/hooks';
import { language } from '../lib/language';
import type { Now } from '../wire';
import { keepReceipt } from './kept-receipt';

const POLL_VISIT_MS = 2000;
const POLL_HOME_MS = 20_000;

/** What she says here is kept with the language in which she read what it means [P130]. */
const CONSENTS = new Set(['join', 'arrive', 'here', 'share', 'notice', 'accept_notice', 'not_today', 'stop', 'noting', 'pause']);

export interface Hub {
    now: Now | null;
    busy: string | null; // the name of the running action
    trying: boolean; // it is being repeated
    offline: boolean;
    trouble: Trouble | null;
    /** The word of the last refusal, at once (the state above follows with the next drawing). */
    refusal(): string;
    /** The number of the receipt that the last action made; "" if it made none. */
    receipt(): string;
    forget(): void;
    /** Does `name` and takes its answer as the new `now`. True when it was done. */
    act(name: string, body?: object): Promise<boolean>;
    /** An answer of another form; troubles are reported the same way. */
    ask<T>(method: 'GET' | 'POST', name: string, body?: object): Promise<T | null>;
}

function wait(ms: number): Promise<void> {
    return new Promise((done) => {
        const timer = setTimeout(finish, ms);
        function finish() {
            clearTimeout(timer);
            window.removeEventListener('online', finish);
            done();
        }
        window.addEventListener('online', finish);
    });
}

interface Acting {
    running: { current: number }; // actions on their way
    lastAct: { current: number }; // when the last one ended
}

/** Asks for `now` every so often while somebody looks; an action that runs or ran meanwhile knows better. */
function usePoll(
    everyMs: number,
    { running, lastAct }: Acting,
    setNow: (now: Now) => void,
    setOffline: (off: boolean) => void,
): void {
    const visible = useVisible();
    useEffect(() => {
        if (!visible) return;
        let stopped = false;
        let attempt = 0;
        let timer = 0;
        const again = (ms: number) => {
            if (!stopped) timer = window.setTimeout(look, ms);
        };
        const look = async () => {
            if (running.current > 0) return again(POLL_VISIT_MS);
            const asked = performance.now();
            const answer = await call<Now>('GET', '/api/customer/now');
            if (stopped) return;
            if (answer.ok) {
                attempt = 0;
                setOffline(false);
                if (running.current === 0 && asked > lastAct.current) setNow(answer.value);
                return again(everyMs);
            }
            if (answer.trouble.status === 0) setOffline(true);
            again(Math.max(answer.trouble.retryAfterMs, backoffMs(attempt++)));
        };
        const atOnce = () => {
            clearTimeout(timer);
            void look();
        };
        void look();
        window.addEventListener('online', atOnce);
        return () => {
            stopped = true;
            clearTimeout(timer);
            window.removeEventListener('online', atOnce);
        };
    }, [visible, everyMs]);
}

/** Often while something of hers is going on, or a device is about to say that her card is gone. */
function everyMs(now: Now | null): number {
    const live = now !== null && ['told', 'coming', 'with_her', 'nobody'].includes(now.state);
    const clears = (now?.clearing?.waiting ?? 0) > (now?.clearing?.away ?? 0);
    return live || clears ? POLL_VISIT_MS : POLL_HOME_MS;
}

export function useHub(): Hub {
    const [now, setNow] = useState<Now | null>(null);
    const [busy, setBusy] = useState<string | null>(null);
    const [trying, setTrying] = useState(false);
    const [offline, setOffline] = useState(false);
    const [trouble, setTrouble] = useState<Trouble | null>(null);
    const running = useRef(0);
    const refused = useRef('');
    const made = useRef('');
    const lastAct = useRef(0); // when the last action ended

    const ask = useCallback(
        async <T>(method: 'GET' | 'POST', name: string, body?: object): Promise<T | null> => {
            running.current++;
            setBusy(name);
            setTrouble(null);
            refused.current = '';
            const key = method === 'POST' ? newKey() : undefined;
            try {
                for (let attempt = 0; ; attempt++) {
                    const answer = await call<T>(method, `/api/customer/${name}`, body, key);
                    if (answer.ok) {
                        setOffline(false);
                        return answer.value;
                    }
                    if (!passing(answer.trouble)) {
                        setOffline(false);
                        setTrouble(answer.trouble);
                        refused.current = answer.trouble.error;
                        return null;
                    }
                    setOffline(answer.trouble.status === 0);
                    setTrying(true);
                    await wait(Math.max(answer.trouble.retryAfterMs, backoffMs(attempt)));
                }
            } finally {
                running.current--;
                lastAct.current = performance.now();
                setBusy(null);
                setTrying(false);
            }
        },
        [],
    );

    const act = useCallback(
        async (name: string, body?: object) => {
            const next = await ask<Now>('POST', name, CONSENTS.has(name) ? { ...body, language: language() } : body);
            if (next) made.current = next.receipt ?? '';
            if (next?.receipt) keepReceipt(next.receipt);
            if (next) setNow(next);
            return next !== null;
        },
        [ask],
    );

    usePoll(everyMs(now), { running, lastAct }, setNow, setOffline);

    return {
        now,
        busy,
        trying,
        offline,
        trouble,
        refusal: () => refused.current,
        receipt: () => made.current,
        forget: () => setTrouble(null),
        act,
        ask,
    };
}
