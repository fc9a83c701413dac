// The door sign: one code at a time, drawn here; the next is fetched before this one ends, so that no guest scans an
// old one. When the hub is out of reach the last code goes away: a sign must not promise what nobody hears.

import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { call } from '../lib/api';
import { backoffMs } from '../lib/backoff';
import { takeFragment } from '../lib/fragment';
import { useTick } from '../lib/hooks';
import { deviceLanguages, language, useLanguage } from '../lib/language';
import { Pair } from '../lib/pair';
import { QrView } from '../lib/qr-view';
import { keepAwake } from '../lib/wake';
import type { SignCode } from '../wire';
import { tables, words } from './words';
import '../style/sign.css';

const AHEAD_MS = 400; // asked again so long after the step: the hub's clock decides, not ours

interface Shown {
    code: SignCode;
    until: number; // performance.now()
}

function Ring({ share }: { share: number }) {
    const around = 2 * Math.PI * 15;
    return (
        <svg class="ring" viewBox="0 0 36 36" aria-hidden="true">
            <circle class="ring-track" cx="18" cy="18" r="15" fill="none" stroke-width="1.5" />
            <circle
                class="ring-left"
                cx="18"
                cy="18"
                r="15"
                fill="none"
                stroke-width="1.5"
                stroke-dasharray={around}
                stroke-dashoffset={around * (1 - share)}
                transform="rotate(-90 18 18)"
            />
        </svg>
    );
}

/** A sign speaks all the store's languages at once: those that its browser is set to, the first of them large. */
const also = () => deviceLanguages().filter((l) => l !== language());

function Sign() {
    const [shown, setShown] = useState<Shown | null>(null);
    const [state, setState] = useState<'loading' | 'open' | 'offline' | 'unpaired'>('loading');
    const [todo, setTodo] = useState('');
    const tick = useTick(250, shown !== null);
    useEffect(() => {
        keepAwake();
        let timer = 0;
        let attempt = 0;
        let stopped = false;
        const look = async () => {
            const answer = await call<SignCode>('GET', '/api/sign/code');
            if (stopped) return;
            if (answer.ok) {
                attempt = 0;
                setShown({ code: answer.value, until: performance.now() + answer.value.left_ms });
                setState('open');
                timer = window.setTimeout(look, Math.max(500, answer.value.left_ms + AHEAD_MS));
                return;
            }
            const { status, retryAfterMs } = answer.trouble;
            const refused = status === 401 || status === 403;
            if (refused) setShown(null);
            setTodo(refused ? answer.trouble.do : '');
            setState(refused ? 'unpaired' : 'offline');
            timer = window.setTimeout(look, Math.max(retryAfterMs, backoffMs(attempt++)));
        };
        const atOnce = () => {
            clearTimeout(timer);
            void look();
        };
        const front = () => document.visibilityState === 'visible' && atOnce();
        void look();
        window.addEventListener('online', atOnce);
        document.addEventListener('visibilitychange', front);
        return () => {
            stopped = true;
            clearTimeout(timer);
            window.removeEventListener('online', atOnce);
            document.removeEventListener('visibilitychange', front);
        };
    }, []);

    // The previous step's code still counts, so the old one may stand a moment while the next is on its way.
    const current = shown && tick < shown.until + shown.code.step_s * 500 ? shown : null;
    if (state === 'unpaired' || (!current && state !== 'loading'))
        return (
            <main class="sign away" data-screen={state}>
                {shown && <p class="sign-store">{shown.code.store}</p>}
                <div class="sign-words" role="status">
                    <h1>{state === 'unpaired' ? words.unpaired : words.offline}</h1>
                    <p>{state === 'unpaired' ? words.unpairedNote : words.offlineNote}</p>
                    {todo && <p class="hint">{words.operator(todo)}</p>}
                </div>
            </main>
        );
    if (!current)
        return (
            <main class="sign" data-screen="loading">
                <h1 class="unseen">{words.loading}</h1>
            </main>
        );
    const { code, until } = current;
    const full = code.full.join(', ');
    return (
        <main class="sign" data-screen="sign" data-url={code.url}>
            <p class="sign-store">{code.store}</p>
            <div class="sign-code">
                <QrView qr={code.qr} label={words.code} />
            </div>
            <div class="sign-words">
                <h1>{words.ask}</h1>
                <p>{words.note}</p>
                {full && (
                    <p class="sign-full" data-full={code.full.length} role="status">
                        {words.full(full)}
                    </p>
                )}
                {also().map((l) => (
                    <p key={l} lang={l} class="sign-also">
                        <strong>{tables[l].ask}</strong> {tables[l].note} {full && tables[l].full(full)}
                    </p>
                ))}
            </div>
            <Ring share={Math.max(0, Math.min(1, (until - tick) / (code.step_s * 1000)))} />
        </main>
    );
}

function Page() {
    useLanguage(() => words.title);
    const [secret, setSecret] = useState(() => {
        const taken = takeFragment();
        return taken?.kind === 'pair' ? taken.secret : null;
    });
    if (secret) return <Pair face="sign" secret={secret} words={words} done={() => setSecret(null)} />;
    return <Sign />;
}

const root = document.getElementById('face');
if (root) render(<Page />, root);
