// Pairing a device: one tap uses up the link [P7]; what comes back is a cookie that no script can read.

import { useState } from 'preact/hooks';
import type { Paired } from '../wire';
import { call, newKey, type Trouble } from './api';
import { backoffMs } from './backoff';
import { Languages } from './languages';
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
    /** What the hub refuses, in the words of this face; without it, in the hub's own. */
    said?(trouble: Trouble): { say: string; do: string };
    /** The name of the switch between languages, on a face that has one. */
    languages?: string;
    done(paired: Paired): void;
}

export function Pair({ face, secret, words, said, languages, done }: Props) {
    const [busy, setBusy] = useState(false);
    const [refused, setRefused] = useState<Trouble | null>(null);
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
                setRefused(trouble);
                return;
            }
            await new Promise((go) => setTimeout(go, Math.max(trouble.retryAfterMs, backoffMs(attempt))));
        }
    };
    const used = refused !== null && (refused.status === 410 || !refused.say);
    const [title, lead] = !refused
        ? [words.pairTitle, words.pairLead]
        : used
          ? [words.usedTitle, words.usedNote]
          : [(said?.(refused) ?? refused).say, (said?.(refused) ?? refused).do];
    return (
        <div class="screen" data-screen={refused ? 'pair-refused' : 'pair'}>
            <header class="masthead">maitred</header>
            <main class="middle centred">
                <div class="question" aria-live="polite">
                    <h1>{title}</h1>
                    <p class="lead">{lead}</p>
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
            {languages && <Languages label={languages} />}
        </div>
    );
}
