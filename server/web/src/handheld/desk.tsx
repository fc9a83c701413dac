// The cards of one associate: one in front with its buttons, the others as slips above it. A screen that nobody
// touches shows initials and a department only, and after a while nothing at all; an offer is shown whole, since
// somebody was called to it.
//
//   OPEN --a minute, or out of sight--> LOCKED --four more--> BLANK     a tap opens it; an offer is shown over both

import { useEffect, useState } from 'preact/hooks';
import { CardView } from '../card/card-view';
import { heard } from '../card/heard';
import { initials } from '../card/line';
import { Dialog } from '../lib/dialog';
import { usePainted, useTick } from '../lib/hooks';
import type { Action, Shown, Stream, View } from '../lib/stream';
import type { Colleague } from '../wire';
import { refused } from './refusals';
import { words } from './words';

const HERS = 'your client'; // as the hub says it of a card whose customer chose her [P105]
const LOCK_AFTER_MS = 60_000;
const BLANK_AFTER_MS = 5 * 60_000;
const HIDE_OFFLINE_AFTER_MS = 45_000; // as long as the hub waits for a silent handheld

function who(shown: Shown): string {
    const { card } = shown;
    const name = initials(card.fields.name?.text ?? '');
    const place = card.may_say.lines[0]?.department ?? card.know_only.lines[0]?.department ?? heard(card.meet);
    return [name || words.guest, place].filter(Boolean).join(' · ');
}

function secondsLeft(shown: Shown, now: number): number | null {
    if (shown.card.state !== 'offered' || shown.until === null) return null;
    return Math.max(0, Math.ceil((shown.until - now) / 1000));
}

type Lock = 'open' | 'locked' | 'blank';

/** How long nobody has touched the screen, or the page was out of sight. */
function useLock(): [Lock, () => void] {
    const [lock, setLock] = useState<Lock>('open');
    useEffect(() => {
        let timer = 0;
        let later = 0;
        const locks = () => setLock((was) => (was === 'open' ? 'locked' : was));
        const touched = () => {
            clearTimeout(timer);
            clearTimeout(later);
            timer = window.setTimeout(locks, LOCK_AFTER_MS);
            later = window.setTimeout(() => setLock('blank'), BLANK_AFTER_MS);
        };
        const hidden = () => document.visibilityState === 'hidden' && locks();
        touched();
        for (const sign of ['pointerdown', 'keydown', 'scroll'])
            document.addEventListener(sign, touched, { passive: true, capture: true });
        document.addEventListener('visibilitychange', hidden);
        return () => {
            clearTimeout(timer);
            clearTimeout(later);
            for (const sign of ['pointerdown', 'keydown', 'scroll'])
                document.removeEventListener(sign, touched, { capture: true });
            document.removeEventListener('visibilitychange', hidden);
        };
    }, []);
    return [lock, () => setLock('open')];
}

/** The newest offer nobody has looked at yet, unless one is waiting in front already; else what was in front. */
function frontCard(cards: Shown[], chosen: number | null): Shown | undefined {
    const held = cards.find((s) => s.card.card === chosen);
    if (held) return held;
    return cards.find((s) => s.card.state === 'offered') ?? cards[cards.length - 1];
}

/** What went wrong with the last action. */
export function Notices({ stream, view }: { stream: Stream; view: View }) {
    const said = view.trouble && refused(view.trouble);
    return (
        <div aria-live="assertive" class="notices">
            {said && (
                <p class="notice warn with-button">
                    <span>
                        <strong>{said.say}</strong> {said.do}
                    </span>
                    <button
                        type="button"
                        class="small"
                        data-do="understood"
                        onClick={() => stream.forgetTrouble()}
                    >
                        {words.understood}
                    </button>
                </p>
            )}
        </div>
    );
}

interface Props {
    stream: Stream;
    view: View;
    headingLevel?: 1 | 2 | 3;
}

export function Desk({ stream, view, headingLevel = 1 }: Props) {
    const [chosen, setChosen] = useState<number | null>(null);
    const [lock, unlock] = useLock();
    const now = useTick(1000, view.cards.some((s) => s.card.state === 'offered') || view.lostSince !== null);
    const front = frontCard(view.cards, chosen);

    // An offer comes to the front by itself, except over another offer.
    const newest = view.cards
        .filter((s) => s.card.state === 'offered')
        .map((s) => s.card.card)
        .join(' ');
    useEffect(() => {
        const inFront = view.cards.find((s) => s.card.card === chosen);
        if (inFront?.card.state !== 'offered')
            setChosen(view.cards.find((s) => s.card.state === 'offered')?.card.card ?? chosen);
    }, [newest]);

    if (!front) return null;
    const others = view.cards.filter((s) => s !== front);
    const tooLongAway = view.lostSince !== null && now - view.lostSince > HIDE_OFFLINE_AFTER_MS;
    return (
        <div class="desk">
            {others.length > 0 && lock !== 'blank' && (
                <nav class="slips" aria-label={words.others}>
                    <ul>
                        {others.map((s) => (
                            <li key={s.card.card}>
                                <button
                                    type="button"
                                    class={`slip ${s.card.state}`}
                                    onClick={() => setChosen(s.card.card)}
                                >
                                    <span class="unseen">{words.open}</span>
                                    <span>{who(s)}</span>
                                    <span class="slip-state">{words.states[s.card.state]}</span>
                                </button>
                            </li>
                        ))}
                    </ul>
                </nav>
            )}
            {tooLongAway ? (
                <div class="locked">
                    <h1 class="locked-who">{lock === 'blank' ? words.guest : who(front)}</h1>
                    <p>{words.hiddenOffline}</p>
                </div>
            ) : lock !== 'open' && front.card.state !== 'offered' ? (
                <h1 class="locked-frame">
                    <button type="button" class={`locked ${lock}`} data-do="unlock" onClick={unlock}>
                        {lock === 'locked' && <span class="locked-who">{who(front)}</span>}
                        <span class="locked-note">{words.tapToOpen}</span>
                    </button>
                </h1>
            ) : (
                <Front
                    key={front.card.card}
                    shown={front}
                    stream={stream}
                    now={now}
                    canAct={view.link === 'open'}
                    colleagues={view.colleagues}
                    behind={others.filter((s) => s.card.state === 'offered').map((s) => s.card.card).join(' ')}
                    headingLevel={headingLevel}
                />
            )}
        </div>
    );
}

interface FrontProps {
    shown: Shown;
    stream: Stream;
    now: number;
    canAct: boolean;
    colleagues: Colleague[] | null;
    behind: string; // the offers that lie behind this card
    headingLevel: 1 | 2 | 3;
}

/** To whom: somebody by name, or whoever is free [P87]. */
function HandTo({
    colleagues,
    choose,
    close,
}: {
    colleagues: Colleague[] | null;
    choose(n: number | null): void;
    close(): void;
}) {
    return (
        <Dialog label={words.handTo.title} close={words.handTo.close} onClose={close}>
            <h2>{words.handTo.title}</h2>
            <p>{words.handTo.lead}</p>
            <div aria-live="polite">
                {colleagues === null && <p class="hint">{words.handTo.looking}</p>}
                {colleagues?.length === 0 && <p class="hint">{words.handTo.none}</p>}
            </div>
            <ul class="people">
                {(colleagues ?? []).map((c) => (
                    <li key={c.n}>
                        <button type="button" class="button" data-to={c.n} onClick={() => choose(c.n)}>
                            {[c.name, c.departments.join(', ')].filter(Boolean).join(' · ')}
                        </button>
                    </li>
                ))}
                <li>
                    <button type="button" class="button" data-to="any" onClick={() => choose(null)}>
                        {words.handTo.anyone}
                    </button>
                </li>
            </ul>
        </Dialog>
    );
}

function Front({ shown, stream, now, canAct, colleagues, behind, headingLevel }: FrontProps) {
    const [whyAll, setWhyAll] = useState(false);
    const [handing, setHanding] = useState(false);
    const { card } = shown;
    usePainted(() => stream.wasPainted(card.card, card.seq), [card.card, card.seq]);
    usePainted(() => behind && stream.stillPainted(card.card, card.seq), [behind]);
    const left = secondsLeft(shown, now);
    const act = (action: Action) => canAct && !shown.pending && stream.act(action, card.card);
    const small = (action: Action, label: string) => (
        <button
            type="button"
            class="small"
            data-do={action}
            aria-disabled={!canAct || shown.pending !== null}
            onClick={() => act(action)}
        >
            {label}
        </button>
    );
    const [next, label] = (
        {
            offered: ['accept', words.coming],
            accepted: ['with_her', words.withHer],
            with_her: ['done', words.done],
            done: ['done', words.done],
        } as const
    )[card.state];
    return (
        <section class={canAct ? 'front' : 'front cut'} data-card={card.card} data-state={card.state}>
            <CardView card={card} whyAll={whyAll} headingLevel={headingLevel} />
            <div class="actions">
                <div aria-live="polite">
                    {shown.unanswered ? (
                        <p class="notice warn" data-notice="unanswered">
                            <strong>{words.unanswered.say}</strong> {words.unanswered.do}
                        </p>
                    ) : (
                        shown.waits && (
                            <p class="notice" data-notice="waits">
                                <strong>{words.waits.say}</strong> {words.waits.do}
                            </p>
                        )
                    )}
                </div>
                {card.state === 'with_her' && card.standing.startsWith(HERS) && (
                    <button
                        type="button"
                        class="button quiet thank"
                        data-do="thank"
                        aria-pressed={shown.thank}
                        aria-disabled={!canAct || shown.pending !== null}
                        onClick={() => canAct && !shown.pending && stream.setThank(card.card, !shown.thank)}
                    >
                        <span aria-hidden="true">{shown.thank ? '☑' : '☐'}</span> {words.thank}
                    </button>
                )}
                <button
                    type="button"
                    class="button primary main"
                    data-do={next}
                    aria-busy={shown.pending !== null}
                    aria-disabled={!canAct || shown.pending !== null}
                    onClick={() => act(next)}
                >
                    {left !== null && (
                        <span
                            class="drain"
                            aria-hidden="true"
                            style={{
                                transform: `scaleX(${Math.max(0, Math.min(1, (left * 1000) / shown.turn_ms))})`,
                            }}
                        />
                    )}
                    <span class="main-words">{shown.pending === next ? words.sending : label}</span>
                    {left !== null && (
                        <span class="main-left">
                            <span aria-hidden="true">{words.seconds(left)}</span>
                            <span class="unseen">{words.secondsLeft(left)}</span>
                        </span>
                    )}
                </button>
                <div class="smalls">
                    {card.seen === 'may-be' && small('its_her', words.itsHer)}
                    {card.state === 'offered' && small('busy', words.busy)}
                    <button
                        type="button"
                        class="small"
                        data-do="hand_over"
                        aria-haspopup="dialog"
                        aria-disabled={!canAct || shown.pending !== null}
                        onClick={() => {
                            if (!canAct || shown.pending) return;
                            stream.askColleagues();
                            setHanding(true);
                        }}
                    >
                        {words.handOver}
                    </button>
                    {card.state !== 'with_her' && small('not_here', words.notHere)}
                    {card.seen !== 'may-be' && (
                        <button
                            type="button"
                            class="small why"
                            aria-pressed={whyAll}
                            onClick={() => setWhyAll(!whyAll)}
                        >
                            {whyAll ? words.whyHide : words.why}
                        </button>
                    )}
                </div>
            </div>
            {handing && (
                <HandTo
                    colleagues={colleagues}
                    choose={(n) => {
                        setHanding(false);
                        if (n === null) act('hand_over');
                        else if (canAct && !shown.pending) stream.handTo(card.card, n);
                    }}
                    close={() => setHanding(false)}
                />
            )}
        </section>
    );
}
