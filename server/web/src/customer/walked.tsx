// The phone in a walk-in test [P155]: it walks in as nobody, whoever's it is. No cookie goes with what it asks, and nothing
// on this phone is changed.

import { useEffect, useState } from 'preact/hooks';
import { call } from '../lib/api';
import { useHeadingFocus } from '../lib/hooks';
import { Check } from '../lib/icons';
import { useLanguage } from '../lib/language';
import type { Now, Walked as Answer } from '../wire';
import { walkedWords as words } from './walked-words';

const MOST_MS = 60_000;

type Came = { to: 'walking' | 'over' | 'offline' | 'busy' } | { to: 'walked'; ms: number; store: string };

/** One request, measured; then the word that a phone was here. */
async function walk(secret: string): Promise<Came> {
    const began = performance.now();
    const reached = await call<Now>('GET', '/api/customer/now', undefined, undefined, 'omit');
    const ms = Math.min(MOST_MS, Math.round(performance.now() - began));
    if (!reached.ok) return { to: reached.trouble.status === 0 ? 'offline' : 'busy' };
    const answer = await call<Answer>('POST', '/api/customer/walked', { secret, ms }, undefined, 'omit');
    if (answer.ok) return { to: 'walked', ms, store: answer.value.store };
    const { error, status } = answer.trouble;
    return { to: error === 'no_test' ? 'over' : status === 0 ? 'offline' : 'busy' };
}

const said = (came: Came): [string, string] => {
    switch (came.to) {
        case 'walking':
            return [words.walking, ''];
        case 'walked':
            return [words.walked(came.ms), words.walkedLead];
        case 'over':
            return [words.over, words.overLead];
        case 'offline':
            return [words.offline, words.offlineLead];
        case 'busy':
            return [words.busy, words.busyLead];
    }
};

export function Walked({ secret }: { secret: string }) {
    useLanguage(() => words.title);
    const [came, setCame] = useState<Came>({ to: 'walking' });
    const [turn, setTurn] = useState(0);
    const heading = useHeadingFocus(came.to);
    useEffect(() => {
        let stopped = false;
        setCame({ to: 'walking' });
        void walk(secret).then((now) => !stopped && setCame(now));
        return () => {
            stopped = true;
        };
    }, [secret, turn]);
    const [title, lead] = said(came);
    const walked = came.to === 'walked';
    return (
        <div class="screen" data-screen={`walk-${came.to}`} {...(walked ? { 'data-ms': came.ms } : {})}>
            <header class="masthead">{walked ? came.store : '\u00a0'}</header>
            <main class="middle centred">
                <div class="question">
                    <p class="eyebrow">{words.title}</p>
                    {walked && (
                        <p class="sign-of walked-sign">
                            <Check />
                        </p>
                    )}
                    <div aria-live="polite">
                        <h1 ref={heading} tabIndex={-1}>
                            {title}
                        </h1>
                    </div>
                    {lead && <p class="lead">{lead}</p>}
                </div>
            </main>
            <footer class="actions">
                {(came.to === 'offline' || came.to === 'busy') && (
                    <button type="button" class="button primary" data-do="walk-again" onClick={() => setTurn((n) => n + 1)}>
                        {words.again}
                    </button>
                )}
            </footer>
        </div>
    );
}
