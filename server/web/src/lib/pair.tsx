// Pairing a device: one tap uses up the link [P7]; what comes back is a cookie that no script can read.

import { useState } from 'preact/hooks';
import type { Paired } from '../wire';
import { call, newKey } from './api';
import { backoffMs } from './backoff';
import { keepOwnKey, newOwnKey } from './own-key';

interface Props {
    face: 'handheld' | 'console' | 'sign';
    secret: string;
    words: {
        pairTitle: string;
        pairLead: string;
        pairYes: string;
        pairing: string;
        usedTitle: string;
        usedNote: string;
    };
    done(paired: Paired): void;
}

export function Pair({ face, secret, words, done }: Props) {
    const [busy, setBusy] = useState(false);
    const [refused, setRefused] = useState<{ say: string; do: string } | null>(null);
    const pair = async () => {
        setBusy(true);
        const key = newKey();
        const own = face === 'handheld' ? await newOwnKey() : undefined;
        for (let attempt = 0; ; attempt++) {
            const body = own ? { secret, key: own } : { secret };
            const answer = await call<Paired>('POST', `/api/${face}/pair`, body, key);
            if (answer.ok) {
                await keepOwnKey(own);
                return done(answer.value);
            }
            const { trouble } = answer;
            if (trouble.status !== 0 && trouble.status !== 429 && trouble.status < 500) {
                setBusy(false);
                setRefused(
                    trouble.status === 410 || !trouble.say
                        ? { say: words.usedTitle, do: words.usedNote }
                        : trouble,
                );
                return;
            }
            await new Promise((go) => setTimeout(go, Math.max(trouble.retryAfterMs, backoffMs(attempt))));
        }
    };
    return (
        <div class="screen" data-screen={refused ? 'pair-refused' : 'pair'}>
            <header class="masthead">maitred</header>
            <main class="middle centred">
                <div class="question" aria-live="polite">
                    <h1>{refused ? refused.say : words.pairTitle}</h1>
                    <p class="lead">{refused ? refused.do : words.pairLead}</p>
                </div>
            </main>
            <footer class="actions">
                {!refused && (
                    <button
                        type="button"
                        class="button primary"
                        data-do="pair"
                        aria-busy={busy}
                        onClick={() => !busy && void pair()}
                    >
                        {busy ? words.pairing : words.pairYes}
                    </button>
                )}
            </footer>
        </div>
    );
}
