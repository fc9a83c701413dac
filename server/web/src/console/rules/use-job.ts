// Counting over everybody takes the hub a while: asked for once, then looked at until it is done.

import { useEffect, useRef, useState } from 'preact/hooks';
import { passing } from '../../lib/api';
import { backoffMs } from '../../lib/backoff';
import type { DiffResult, ReplayResult, RulesJob } from '../../wire';
import { act, look, type Refusal } from './ask';

const LOOK_MS = 400;
const REPLAY_DAYS = 7;

export interface Jobs {
    running: { what: RulesJob['what']; done: number; of: number } | null;
    /** Results with the text of which they tell. */
    diff: { text: string; result: DiffResult } | null;
    replay: { text: string; result: ReplayResult } | null;
    refusal: (Refusal & { what: RulesJob['what'] }) | null;
    start(what: RulesJob['what'], text: string): void;
}

export function useJob(): Jobs {
    const [running, setRunning] = useState<Jobs['running']>(null);
    const [diff, setDiff] = useState<Jobs['diff']>(null);
    const [replay, setReplay] = useState<Jobs['replay']>(null);
    const [refusal, setRefusal] = useState<Jobs['refusal']>(null);
    const newest = useRef(0);
    useEffect(() => () => void newest.current++, []);

    const start = async (what: RulesJob['what'], text: string) => {
        const mine = ++newest.current;
        const over = (why: Refusal) => {
            if (mine !== newest.current) return;
            setRunning(null);
            setRefusal({ ...why, what });
        };
        setRefusal(null);
        setRunning({ what, done: 0, of: 0 });
        const asked = await act<{ job: number }>(
            `rules_${what}`,
            what === 'diff' ? { text } : { text, days: REPLAY_DAYS },
        );
        if (!asked.ok) return over(asked.trouble);
        for (let attempt = 0; mine === newest.current; ) {
            const seen = await look<RulesJob>('rules_job');
            if (mine !== newest.current) return;
            if (!seen.ok) {
                if (!passing(seen.trouble)) return over(seen.trouble);
                await new Promise((go) => setTimeout(go, backoffMs(attempt++)));
                continue;
            }
            const { job, state, done, of, result } = seen.value;
            if (job !== asked.value.job || state === 'failed' || state === 'none')
                return over({ error: 'failed', say: '', do: '' });
            if (state === 'done' && result) {
                if (what === 'diff') setDiff({ text, result: result as DiffResult });
                else setReplay({ text, result: result as ReplayResult });
                return setRunning(null);
            }
            setRunning({ what, done, of });
            await new Promise((go) => setTimeout(go, LOOK_MS));
        }
    };
    return { running, diff, replay, refusal, start: (what, text) => void start(what, text) };
}
