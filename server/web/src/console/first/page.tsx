// A store's first run: eight steps from an empty hub to a customer who walks in [P136-P142]. The hub keeps where it was left.

import { useEffect, useRef, useState } from 'preact/hooks';
import { call, type Trouble } from '../../lib/api';
import { backoffMs } from '../../lib/backoff';
import { useHeadingFocus } from '../../lib/hooks';
import type { First, Imported, Me } from '../../wire';
import { Enrol } from '../enrol';
import { Field, Refused } from '../fields';
import { House } from '../house';
import { useProof } from '../use-proof';
import { WalkIn } from '../walkin';
import { Books } from './cards';
import { Files } from './files';
import { Signs } from './signs';
import { Staff } from './staff';
import { BY_TASTE, numberOf, stepAt, STEPS, THROUGH, type Step } from './steps';
import { words } from './words';
import '../../style/account.css';
import '../../style/first.css';

/** Of the ten opt-in rules the one of the hours. */
const HOURS = [5];

function useFirst(): { first: First | null; offline: boolean; again(): void } {
    const [first, setFirst] = useState<First | null>(null);
    const [offline, setOffline] = useState(false);
    const [turn, setTurn] = useState(0);
    useEffect(() => {
        let stopped = false;
        let timer = 0;
        let attempt = 0;
        const look = async () => {
            const answer = await call<First>('GET', '/api/console/first');
            if (stopped) return;
            setOffline(!answer.ok);
            if (answer.ok) setFirst(answer.value);
            else timer = window.setTimeout(look, Math.max(answer.trouble.retryAfterMs, backoffMs(attempt++)));
        };
        void look();
        return () => {
            stopped = true;
            clearTimeout(timer);
        };
    }, [turn]);
    return { first, offline, again: () => setTurn((n) => n + 1) };
}

function You({ me, done }: { me: Me; done(me: Me): void }) {
    const [open, setOpen] = useState(false);
    return (
        <>
            <p>{words.youLead}</p>
            {me.enrolled ? (
                <p role="status" data-you={me.name}>
                    {words.youDone(me.you)}
                </p>
            ) : (
                <div class="rule-actions">
                    <button type="button" class="small-button" data-do="first-enrol" onClick={() => setOpen(true)}>
                        {words.youGo}
                    </button>
                </div>
            )}
            {open && <Enrol onDone={done} onClose={() => setOpen(false)} />}
        </>
    );
}

function Store({ first, again, prove }: { first: First; again(): void; prove(): Promise<boolean> }) {
    const [name, setName] = useState(first.store);
    const [saved, setSaved] = useState(false);
    const [busy, setBusy] = useState(false);
    const [trouble, setTrouble] = useState<Trouble | null>(null);
    const own = first.stores.find((s) => s.own);
    const save = async () => {
        setBusy(true);
        setTrouble(null);
        const rows = ['1', '0', '0', own?.id ?? '', name.replace(/\s+/g, ' '), '', ''].join('\t');
        for (;;) {
            const answer = await call<Imported>('POST', '/api/console/import', { kind: 'stores', dry: false, rows });
            if (!answer.ok && answer.trouble.error === 'step_up' && (await prove())) continue;
            if (answer.ok) setSaved(true);
            else if (answer.trouble.error !== 'step_up') setTrouble(answer.trouble);
            break;
        }
        setBusy(false);
        again();
    };
    return (
        <>
            <p>{words.storeLead}</p>
            <form
                class="proof"
                method="post"
                data-form="store"
                onSubmit={(e) => {
                    e.preventDefault();
                    if (!busy && name.trim()) void save();
                }}
            >
                <Field
                    id="store-name"
                    label={words.storeName}
                    value={name}
                    autocomplete="organization"
                    change={(text) => {
                        setName(text);
                        setSaved(false);
                    }}
                />
                <Refused trouble={trouble} />
                <div class="rule-actions">
                    <button type="submit" class="small-button" data-do="save-store" aria-busy={busy}>
                        {words.storeSave}
                    </button>
                    {saved && (
                        <p role="status" data-saved>
                            {words.storeSaved}
                        </p>
                    )}
                </div>
            </form>
            <p>{words.clock(first.clock, own?.zone || 'UTC')}</p>
            <p class="sub">{words.clockWrong}</p>
            <House inside only={HOURS} />
        </>
    );
}

/** What there is already says which steps are done; the others are a matter of taste. */
function isDone(step: Step, first: First, me: Me): boolean {
    if (step === 'you') return me.enrolled;
    if (step === 'files') return first.customers > 0 && first.associates > 1;
    if (step === 'staff') return first.handhelds > 0;
    return first.step > numberOf(step);
}

interface StepsProps {
    first: First;
    me: Me;
    at: Step;
    go(step: Step): void;
}

function Steps({ first, me, at, go }: StepsProps) {
    return (
        <nav aria-label={words.stepsLabel}>
            <ol class="first-steps">
                {STEPS.map((step) => (
                    <li key={step}>
                        <button
                            type="button"
                            class="first-step"
                            data-to={step}
                            {...(step === at ? { 'aria-current': 'step' as const } : {})}
                            onClick={() => go(step)}
                        >
                            {words.steps[step]}
                            {isDone(step, first, me) && <span class="sub-inline"> {words.done}</span>}
                        </button>
                    </li>
                ))}
            </ol>
        </nav>
    );
}

/** `onEnrolled`: she has a password now, which others on the page tell of, too. */
export function FirstPage({ onEnrolled }: { onEnrolled(): void }) {
    const { first, offline, again } = useFirst();
    const [me, setMe] = useState<Me | null>(null);
    const [chosen, setChosen] = useState<Step | null>(null);
    const [prove, proof] = useProof();
    const begun = useRef<Step | null>(null);
    useEffect(() => {
        void call<Me>('GET', '/api/console/me').then((answer) => answer.ok && setMe(answer.value));
    }, []);
    if (first && begun.current === null) begun.current = stepAt(first.step);
    const at = me && !me.enrolled ? 'you' : (chosen ?? begun.current ?? 'you');
    const heading = useHeadingFocus(at);
    if (!first || !me)
        return (
            <main class="first" data-first="loading">
                <p class="calm">{offline ? words.offline.say : words.loading}</p>
            </main>
        );
    const keep = (step: number) => void call('POST', '/api/console/first_at', { step }).then(again);
    const go = (step: Step) => {
        setChosen(step);
        keep(numberOf(step));
    };
    const next = STEPS[numberOf(at)];
    return (
        <main class="first" data-first={at} data-kept={first.step}>
            <p class="sub">{words.lead}</p>
            <Steps first={first} me={me} at={at} go={go} />
            <section class="pane" aria-labelledby="first-step">
                <p class="sub">{words.stepOf(numberOf(at), STEPS.length)}</p>
                <h2 id="first-step" ref={heading} tabIndex={-1}>
                    {words.steps[at]}
                </h2>
                {at === 'you' && <You
                        me={me}
                        done={(now) => {
                            setMe(now);
                            onEnrolled();
                        }}
                    />}
                {at === 'store' && <Store first={first} again={again} prove={prove} />}
                {at === 'files' && <Files first={first} again={again} prove={prove} />}
                {at === 'cards' && <Books prove={prove} />}
                {at === 'house' && <House inside />}
                {at === 'signs' && <Signs first={first} />}
                {at === 'staff' && <Staff first={first} again={again} prove={prove} />}
                {at === 'walkin' && <WalkIn heading={false} onGreen={() => keep(THROUGH)} />}
            </section>
            {me.enrolled && (
                <div class="actions first-next">
                    {next ? (
                        <button type="button" class="button primary" data-do="next" onClick={() => go(next)}>
                            {isDone(at, first, me) || BY_TASTE.has(at) ? words.next : words.skip}
                        </button>
                    ) : (
                        <a class="button primary" href="#" data-do="finish">
                            {words.finish}
                        </a>
                    )}
                </div>
            )}
            {proof}
        </main>
    );
}
