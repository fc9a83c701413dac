// The handheld: one calm card at a time, one thumb button, and an honest word about the line.

import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { heardStanding } from '../card/heard';
import { takeFragment } from '../lib/fragment';
import { useLanguage } from '../lib/language';
import { Languages } from '../lib/languages';
import { Pair } from '../lib/pair';
import type { View } from '../lib/stream';
import { CodeForm } from './code';
import { Desk, Notices } from './desk';
import { Invite } from './invite';
import { Mine } from './mine';
import { mineWords } from './mine-words';
import { Practice, PracticeOffer } from './practice';
import { practiceWords } from './practice-words';
import { Locked } from './pin';
import { refused } from './refusals';
import { Remember } from './remember';
import { useStream } from './use-stream';
import { WalkinNote } from './walkin-note';
import { Awake, WhoButton } from './who';
import { words } from './words';
import '../style/handheld.css';

function Stopped({ view, again }: { view: View; again(): void }) {
    const said =
        view.link === 'elsewhere'
            ? words.elsewhere
            : view.link === 'outdated'
              ? words.outdated
              : view.link === 'fenced'
                ? words.fenced
                : words.refused;
    return (
        <>
            <main class="middle centred">
                <div class="question" role="status">
                    <h1>{said.title}</h1>
                    <p class="lead">{said.lead}</p>
                </div>
                {(view.link === 'refused' || view.link === 'fenced') && <CodeForm done={again} />}
            </main>
            <footer class="actions">
                <button type="button" class="button" data-do="again" onClick={again}>
                    {said.again}
                </button>
            </footer>
        </>
    );
}

function Handheld() {
    const { stream, view, sound } = useStream('handheld');
    const [inviting, setInviting] = useState(false);
    const [looking, setLooking] = useState(false); // at her own week
    const [practising, setPractising] = useState(false);
    const [arrival, setArrival] = useState(0); // the practice arrival that comes next, also after a real one
    const stopped = ['refused', 'fenced', 'elsewhere', 'outdated'].includes(view.link);
    const you = view.welcome?.you.name ?? '';
    const newest = view.cards[view.cards.length - 1];
    useEffect(() => {
        if (!newest) return; // a card goes before numbers
        stream.closeMine();
        setLooking(false);
        setPractising(false);
    }, [newest?.card.card]);
    const offersPractice = view.welcome !== null && (!view.welcome.you.practised || arrival > 0);
    useEffect(() => {
        if (view.link !== 'locked') return;
        setLooking(false);
        setInviting(false);
    }, [view.link]);
    useEffect(() => {
        setPractising(false); // somebody else's first day
        setArrival(0);
    }, [view.link === 'locked', you]);
    return (
        <div
            class="screen handheld"
            data-screen={stopped || view.link === 'locked' ? view.link : view.cards.length > 0 && !inviting ? 'card' : 'idle'}
            data-link={view.link}
        >
            <header class="bar">
                <WhoButton
                    stream={stream}
                    view={view}
                    text={[you, view.welcome?.store].filter(Boolean).join(' · ')}
                />
                <span class={`bar-link ${view.link === 'locked' ? 'asks' : view.link}`} role="status">
                    {words.link[view.link]}
                </span>
                {view.link === 'open' && <WalkinNote stream={stream} view={view} />}
            </header>
            <p class="unseen" aria-live="polite">
                {newest?.card.state === 'offered' ? words.newCard(heardStanding(newest.card.standing)) : ''}
            </p>
            {stopped ? (
                <Stopped
                    view={view}
                    again={() => (view.link === 'outdated' ? location.reload() : stream.retryNow())}
                />
            ) : view.link === 'locked' ? (
                <Locked stream={stream} view={view} />
            ) : (
                <>
                    <main class="cards">
                        <Awake stream={stream} view={view} />
                        <Notices stream={stream} view={view} />
                        {/* While a customer looks at an invitation, nobody else's card is on this screen. */}
                        {view.cards.length > 0 && !inviting ? (
                            <Desk stream={stream} view={view} />
                        ) : view.remember && !inviting ? (
                            <div class="middle centred idle" role="status">
                                <Remember stream={stream} asked={view.remember} canAct={view.link === 'open'} />
                            </div>
                        ) : (
                            <div class="middle centred idle">
                                <div class="question">
                                    <h1>{words.idle.title(you.split(' ')[0] ?? '')}</h1>
                                    <p class="lead">{words.idle.lead}</p>
                                </div>
                                {offersPractice && (
                                    <PracticeOffer
                                        arrival={arrival}
                                        begin={() => setPractising(true)}
                                        later={() => stream.practised()}
                                    />
                                )}
                                <p class="hint">{sound ? words.idle.iphone : words.idle.sound}</p>
                            </div>
                        )}
                    </main>
                    {(view.cards.length === 0 || inviting) && (
                        <footer class="actions">
                            <button
                                type="button"
                                class="button"
                                data-do="invite"
                                aria-haspopup="dialog"
                                aria-disabled={view.link !== 'open'}
                                onClick={() => {
                                    if (view.link !== 'open') return;
                                    stream.askSales();
                                    setInviting(true);
                                }}
                            >
                                {words.invite.button}
                            </button>
                            <button
                                type="button"
                                class="button quiet"
                                data-do="mine"
                                aria-haspopup="dialog"
                                aria-disabled={view.link !== 'open'}
                                onClick={() => {
                                    if (view.link !== 'open') return;
                                    stream.askMine();
                                    setLooking(true);
                                }}
                            >
                                {mineWords.button}
                            </button>
                            {!offersPractice && (
                                <button
                                    type="button"
                                    class="button quiet"
                                    data-do="practise"
                                    aria-haspopup="dialog"
                                    onClick={() => setPractising(true)}
                                >
                                    {practiceWords.button}
                                </button>
                            )}
                        </footer>
                    )}
                </>
            )}
            {/* Also where nobody is signed in; a card goes before it. */}
            {(view.cards.length === 0 || stopped) && <Languages label={words.language} />}
            {looking && <Mine stream={stream} view={view} close={() => setLooking(false)} />}
            {/* A real card goes before practice at once. */}
            {practising && !stopped && view.cards.length === 0 && (
                <Practice
                    arrival={arrival}
                    next={(n) => {
                        setArrival(n);
                        if (n > 0) return;
                        stream.practised();
                        setPractising(false);
                    }}
                    close={() => setPractising(false)}
                />
            )}
            {inviting && <Invite stream={stream} view={view} close={() => setInviting(false)} />}
        </div>
    );
}

function Page() {
    useLanguage(() => words.title);
    const [secret, setSecret] = useState(() => {
        const taken = takeFragment();
        return taken?.kind === 'pair' ? taken.secret : null;
    });
    if (secret)
        return (
            <Pair
                face="handheld"
                secret={secret}
                words={words}
                said={refused}
                languages={words.language}
                done={() => setSecret(null)}
            />
        );
    return <Handheld />;
}

const root = document.getElementById('face');
if (root) render(<Page />, root);
