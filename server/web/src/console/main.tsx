// The manager's console: who is reachable, who waits, how today goes, which rules are in force; and her own cards,
// which come by the same stream as on a handheld. Customers appear by initials at most.

import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Desk, Notices } from '../handheld/desk';
import { useStream } from '../handheld/use-stream';
import { call } from '../lib/api';
import { backoffMs } from '../lib/backoff';
import { takeFragment } from '../lib/fragment';
import { useVisible } from '../lib/hooks';
import { useLanguage } from '../lib/language';
import { Languages } from '../lib/languages';
import { Pair } from '../lib/pair';
import type { Board } from '../wire';
import { Account } from './account';
import { FirstPage } from './first/page';
import { words as firstWords } from './first/words';
import { Handhelds } from './handhelds';
import { DeskHold } from './hold';
import { House } from './house';
import { NumbersPage } from './numbers/page';
import { Retractions } from './retractions';
import { refused } from './refusals';
import { RosterPage } from './roster/page';
import { RulesPage } from './rules/page';
import { SignIn } from './sign-in';
import { RedMorning, WalkIn } from './walkin';
import { walkinWords } from './walkin-words';
import { words } from './words';
import '../style/console.css';

const POLL_MS = 4000;

type Read = { board: Board | null; state: 'loading' | 'open' | 'offline' | 'refused' };

function useBoard(): Read {
    const [read, setRead] = useState<Read>({ board: null, state: 'loading' });
    const visible = useVisible();
    useEffect(() => {
        if (!visible) return;
        let stopped = false;
        let timer = 0;
        let attempt = 0;
        const look = async () => {
            const answer = await call<Board>('GET', '/api/console/board');
            if (stopped) return;
            if (answer.ok) {
                attempt = 0;
                setRead({ board: answer.value, state: 'open' });
                timer = window.setTimeout(look, POLL_MS);
                return;
            }
            const { status, retryAfterMs } = answer.trouble;
            const refused = status === 401 || status === 403;
            setRead((was) => ({
                board: refused ? null : was.board,
                state: refused ? 'refused' : 'offline',
            }));
            if (!refused) timer = window.setTimeout(look, Math.max(retryAfterMs, backoffMs(attempt++)));
        };
        void look();
        const online = () => {
            clearTimeout(timer);
            void look();
        };
        window.addEventListener('online', online);
        return () => {
            stopped = true;
            clearTimeout(timer);
            window.removeEventListener('online', online);
        };
    }, [visible]);
    return read;
}

function Visits({ board }: { board: Board }) {
    if (board.visits.length === 0) return <p class="calm">{words.nobodyHere}</p>;
    return (
        <table class="visits">
            <thead class="unseen">
                <tr>
                    <th scope="col">{words.visitHead.who}</th>
                    <th scope="col">{words.visitHead.state}</th>
                    <th scope="col">{words.visitHead.since}</th>
                </tr>
            </thead>
            <tbody>
                {board.visits.map((v, i) => (
                    <tr key={i} class={v.state}>
                        <th scope="row">{v.who || '–'}</th>
                        <td>{words.state(v.state, v.with)}</td>
                        <td class="since">{words.minutes(v.minutes)}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function Floor({ board }: { board: Board }) {
    const on = board.associates.filter((a) => a.connected).length;
    const sorted = [...board.associates].sort(
        (a, b) => Number(b.connected) - Number(a.connected) || a.name.localeCompare(b.name),
    );
    return (
        <>
            <p class="sub">{words.reachable(on, board.associates.length)}</p>
            <ul class="floor">
                {sorted.map((a, i) => (
                    <li key={i} class={a.connected ? 'on' : 'off'}>
                        <span class="dot" aria-hidden="true" />
                        <span class="floor-name">{a.name}</span>
                        <span class="floor-where">
                            {[
                                words.roles[a.role] ?? a.role,
                                Array.isArray(a.departments) ? a.departments.join(', ') : a.departments,
                            ]
                                .filter(Boolean)
                                .join(' · ')}
                            <span class="unseen">, {a.connected ? words.connected : words.away}</span>
                        </span>
                    </li>
                ))}
            </ul>
        </>
    );
}

function Today({ board }: { board: Board }) {
    const { arrivals, met, nobody } = board.today;
    return (
        <dl class="numbers">
            {(
                [
                    [arrivals, words.arrivals(arrivals)],
                    [met, words.met(met)],
                    [nobody, words.nobody],
                ] as const
            ).map(([n, unit]) => (
                <div key={unit}>
                    <dt>{unit}</dt>
                    <dd>{n}</dd>
                </div>
            ))}
        </dl>
    );
}

function Sensors({ board }: { board: Board }) {
    return (
        <ul class="sensor-list">
            {board.sensors.map((s) => (
                <li key={s.name} class={s.state === 'ok' ? 'sensor' : 'sensor warn'} data-sensor={s.state}>
                    <span>{s.zone ? `${s.name} · ${s.zone}` : s.name}</span>
                    <span class="sub">
                        {words.sensor[s.state](s.heard_s)}
                        {s.counts ? '' : ` · ${words.sensorOut}`}
                    </span>
                </li>
            ))}
        </ul>
    );
}

type View = 'board' | 'roster' | 'numbers' | 'rules' | 'house' | 'walkin' | 'first';

const VIEWS: readonly View[] = ['roster', 'numbers', 'rules', 'house', 'walkin', 'first'];
const viewOf = (hash: string): View => VIEWS.find((view) => hash === `#${view}`) ?? 'board';
const openedAs = viewOf(location.hash); // before a secret is taken out of the address

/** Which of its pages the console shows; the address has it, so that "back" goes back. */
function useView(): View {
    const [view, setView] = useState<View>(openedAs);
    useEffect(() => {
        if (openedAs !== 'board' && !location.hash) history.replaceState(null, '', `#${openedAs}`);
        const look = () => {
            setView(viewOf(location.hash));
            window.scrollTo(0, 0);
        };
        window.addEventListener('hashchange', look);
        return () => window.removeEventListener('hashchange', look);
    }, []);
    return view;
}

function Pages({ view, cards }: { view: View; cards: number }) {
    const pages: [View, string][] = [
        ['board', cards > 0 && view !== 'board' ? words.boardWith(cards) : words.pages.board],
        ['roster', words.pages.roster],
        ['numbers', words.pages.numbers],
        ['house', words.pages.house],
        ['rules', words.pages.rules],
        ['walkin', walkinWords.page],
        ['first', firstWords.page],
    ];
    return (
        <nav class="console-pages" aria-label={words.pagesLabel}>
            {pages.map(([page, text]) => (
                <a
                    key={page}
                    href={page === 'board' ? '#' : `#${page}`}
                    data-page={page}
                    {...(page === view ? { 'aria-current': 'page' as const } : {})}
                >
                    {text}
                </a>
            ))}
        </nav>
    );
}

/** `onSession`: somebody has signed in or out, so everything is read anew. */
function Console({ onSession }: { onSession(): void }) {
    const { board, state } = useBoard();
    const page = useView();
    const [account, setAccount] = useState(0);
    const { stream, view } = useStream('console');
    if (state === 'refused') return <SignIn done={onSession} />;
    return (
        <div class="console" data-screen={page !== 'board' ? page : board ? 'board' : 'loading'} data-link={view.link}>
            <header class="console-head">
                <h1>{board?.store ?? words.loading}</h1>
                <Account key={account} you={board?.you ?? ''} onSignedOut={onSession} />
                <span class={`bar-link ${view.link}`} role="status">
                    {words.link[view.link]}
                </span>
                <Pages view={page} cards={view.cards.length} />
            </header>
            {page === 'numbers' && <NumbersPage />}
            {page === 'rules' && <RulesPage />}
            {page === 'roster' && <RosterPage />}
            {page === 'house' && (
                <main>
                    <House />
                </main>
            )}
            {page === 'walkin' && (
                <main>
                    <WalkIn />
                </main>
            )}
            {page === 'first' && <FirstPage onEnrolled={() => setAccount((n) => n + 1)} />}
            {page === 'board' && state === 'offline' && (
                <p class="notice warn" role="status">
                    <strong>{words.offline.say}</strong> {words.offline.do}
                </p>
            )}
            {page === 'board' && board && (
                <main class="board">
                    <RedMorning />
                    {board.associates.length <= 1 && (
                        <section class="pane" data-empty>
                            <p class="calm">{firstWords.empty}</p>
                            <p>
                                <a class="button primary" href="#first" data-do="begin">
                                    {firstWords.begin}
                                </a>
                            </p>
                        </section>
                    )}
                    <div class="side">
                        <section class="pane yours" aria-labelledby="yours">
                            <h2 id="yours">{words.yours}</h2>
                            <Notices stream={stream} view={view} />
                            {view.cards.length > 0 ? (
                                <Desk stream={stream} view={view} headingLevel={3} />
                            ) : (
                                <div class="none">
                                    <p class="calm">{words.yoursNone}</p>
                                    <p class="sub">{words.yoursLead}</p>
                                </div>
                            )}
                        </section>
                        <section class="pane people" aria-labelledby="people">
                            <h2 id="people">{words.floor}</h2>
                            <Floor board={board} />
                        </section>
                        <Handhelds />
                        <Retractions />
                        <DeskHold />
                    </div>
                    <div class="day">
                        <section class="pane today" aria-labelledby="today">
                            <h2 id="today">{words.today}</h2>
                            <Today board={board} />
                        </section>
                        {board.sensors.length > 0 && (
                            <section class="pane sensors" aria-labelledby="sensors">
                                <h2 id="sensors">{words.sensors}</h2>
                                <Sensors board={board} />
                            </section>
                        )}
                        <section class="pane now" aria-labelledby="now">
                            <h2 id="now">{words.now}</h2>
                            <Visits board={board} />
                        </section>
                    </div>
                    <section class="pane rules" aria-labelledby="rules">
                        <h2 id="rules">{words.rules}</h2>
                        <p class="sub">
                            {words.rulesNote(
                                /^rulebook (\S+) version (\d+)/.exec(board.book)?.slice(1, 3).join(' ') ??
                                    board.book,
                            )}
                        </p>
                        <p>
                            <a class="button" href="#rules" data-do="rules">
                                {words.rulesGo}
                            </a>
                        </p>
                    </section>
                </main>
            )}
            <Languages label={words.language} />
        </div>
    );
}

function Page() {
    const [secret, setSecret] = useState(() => {
        const taken = takeFragment();
        return taken?.kind === 'pair' ? taken.secret : null;
    });
    const [session, setSession] = useState(0);
    useLanguage(() => words.title);
    if (secret) return <Pair face="console" secret={secret} words={words} said={refused} languages={words.language} done={() => setSecret(null)} />;
    return <Console key={session} onSession={() => setSession((n) => n + 1)} />;
}

const root = document.getElementById('face');
if (root) render(<Page />, root);
