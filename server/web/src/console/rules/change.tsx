// What would change: in words at once, over all customers on request.

import { useEffect, useRef } from 'preact/hooks';
import type { Area, DiffResult, ReplayResult, RulesCheck, Sights } from '../../wire';
import { HubsOwn } from '../hubs-own';
import { refused } from '../refusals';
import { ruleWords } from '../rule-words';
import { placesOf } from './areas';
import { StepMark } from './step';
import type { Checking } from './use-rules';
import type { Jobs } from './use-job';
import { words } from './words';

const MOST_AREAS = 5;
const MOST_LINES = 8;

function Steps({ of }: { of: Sights }) {
    return (
        <span class="area-steps">
            <StepMark step={of.to} />
            {of.from !== of.to && (
                <>
                    <span>{words.instead}</span>
                    <StepMark step={of.from} />
                </>
            )}
            {words.sayable(of) && <span class="area-say">{words.sayable(of)}</span>}
        </span>
    );
}

function Areas({ title, areas, which }: { title: string; areas: readonly Area[]; which: 'more' | 'less' }) {
    if (areas.length === 0) return null;
    const places = placesOf(areas, words.anything);
    return (
        <section class={`areas ${which}`} data-areas={which}>
            <h3>{title}</h3>
            <ul>
                {places.slice(0, MOST_AREAS).map((p) => (
                    <li key={p.what}>
                        <span class="area-what">{p.what}</span>
                        {p.steps.map((s, i) => (
                            <span key={i} class="area-case">
                                <Steps of={s} />
                                {s.when[0] && (
                                    <span class="area-when">
                                        {s.when[0]}
                                        {s.when.length > 1 && `; ${words.moreAreas(s.when.length - 1)}`}
                                    </span>
                                )}
                            </span>
                        ))}
                    </li>
                ))}
            </ul>
            {places.length > MOST_AREAS && <p class="sub">{words.moreAreas(places.length - MOST_AREAS)}</p>}
        </section>
    );
}

/** The one sentence on top. */
export function verdictOf({ checked, state }: Checking, live: string): string {
    if (!checked) return words.checking;
    const { ok, errors, change, sha256 } = checked.answer;
    if (state === 'checking') return words.checking;
    if (state !== 'ready') return words.unchecked;
    if (!ok) return words.mistakes(errors?.length ?? 1);
    if (sha256 === live) return words.nothing;
    if (!change || change.wider + change.narrower === 0) return words.onlyWords;
    return change.wider > 0 ? words.wider : words.narrower;
}

function Diff({ result }: { result: DiffResult }) {
    return (
        <div class="counted" data-result="diff">
            <p class="counted-head">{words.customers(result)}</p>
            <ul class="counted-by">
                {result.by.slice(0, MOST_LINES).map((b, i) => (
                    <li key={i}>
                        <span>{words.by(b)}</span>
                        <Steps of={b} />
                    </li>
                ))}
                {result.fields.map((f, i) => (
                    <li key={`f${i}`}>
                        <span>{words.field(f, ruleWords.fields[f.field] ?? f.field)}</span>
                        <Steps of={f} />
                    </li>
                ))}
            </ul>
            {result.by.length + result.by_left_out > MOST_LINES && (
                <p class="sub">{words.moreAreas(result.by.length + result.by_left_out - MOST_LINES)}</p>
            )}
            {result.customers !== 0 && <p class="sub">{words.counted(result.associates, result.lines)}</p>}
        </div>
    );
}

function Replay({ result }: { result: ReplayResult }) {
    return (
        <div class="counted" data-result="replay">
            <p class="counted-head">{words.replayed(result.cards, result.changed)}</p>
            {result.by_day.length > 0 && (
                <table class="days">
                    <thead>
                        <tr>
                            <th scope="col">{words.replayHead.day}</th>
                            <th scope="col">{words.replayHead.cards}</th>
                            <th scope="col">{words.replayHead.more}</th>
                            <th scope="col">{words.replayHead.less}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {result.by_day.map((d) => (
                            <tr key={d.day}>
                                <th scope="row">{d.day}</th>
                                <td>{words.few(d.cards)}</td>
                                <td>{words.few(d.more)}</td>
                                <td>{words.few(d.less)}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            )}
        </div>
    );
}

function Counting({ jobs, text }: { jobs: Jobs; text: string }) {
    const { running, diff, replay, refusal } = jobs;
    const results = useRef<HTMLDivElement>(null);
    const ran = useRef(false);
    useEffect(() => {
        // What was pressed went away while it ran: whoever goes by keyboard goes on at what was found.
        if (ran.current && !running && document.activeElement === document.body)
            results.current?.focus({ preventScroll: true });
        ran.current = running !== null;
    }, [running === null]);
    return (
        <div class="counting">
            {running ? (
                <div class="progress" data-job="running">
                    <label>
                        <span>{running.what === 'diff' ? words.counting : words.replaying}</span>
                        {running.of > 0 ? (
                            <progress value={running.done} max={running.of} />
                        ) : (
                            <progress />
                        )}
                    </label>
                </div>
            ) : (
                <div class="rule-actions">
                    <button
                        type="button"
                        class="small-button"
                        data-do="diff"
                        onClick={() => jobs.start('diff', text)}
                    >
                        {diff?.text === text ? words.countAgain : words.count}
                    </button>
                    <button
                        type="button"
                        class="small-button"
                        data-do="replay"
                        onClick={() => jobs.start('replay', text)}
                    >
                        {words.replay}
                    </button>
                </div>
            )}
            <div ref={results} class="results" role="status" tabIndex={-1}>
                {refusal && (
                    <p class="notice warn" data-notice={refusal.error}>
                        <strong>{refused(refusal).say || words.countFailed}</strong> {refused(refusal).do}
                    </p>
                )}
                {diff && diff.text === text && <Diff result={diff.result} />}
                {replay && replay.text === text && <Replay result={replay.result} />}
            </div>
        </div>
    );
}

function Ceilings({ ceilings }: { ceilings: NonNullable<RulesCheck['ceilings']> }) {
    return (
        <>
            {ceilings
                .filter((c) => c.cells > 0)
                .map((c) => (
                    <div key={c.of} class="notice" data-ceiling={c.of}>
                        <strong>{words.ceiling(c.of, c.customers)}</strong>
                        {placesOf(c.areas, words.anything)
                            .slice(0, 3)
                            .map((p) => (
                                <p key={p.what}>{p.what}</p>
                            ))}
                    </div>
                ))}
        </>
    );
}

interface Props {
    checking: Checking;
    live: string; // the digest of what is in force
    text: string;
    jobs: Jobs;
}

export function Change({ checking, live, text, jobs }: Props) {
    const { checked, state, refusal } = checking;
    const answer = checked?.answer;
    const told = refusal && refused(refusal);
    const differs = answer?.ok === true && answer.sha256 !== live;
    const verdict = verdictOf(checking, live);
    const wrong = state === 'ready' && answer?.ok === false ? (answer.errors ?? []) : [];
    return (
        <>
            <p class="verdict" role="status" data-verdict={state === 'ready' ? 'ready' : state}>
                {verdict}
            </p>
            {(state === 'waits' || state === 'refused') && (
                <p class="notice warn" role="status" data-notice={refusal?.error || 'offline'}>
                    <strong>{told?.say || (refusal?.error === 'offline' ? words.offline.say : words.waits)}</strong>{' '}
                    {refusal?.error === 'offline' ? words.offline.do : told?.do}
                </p>
            )}
            {wrong.map((e) => (
                <p key={`${e.line}.${e.column}`} class="notice warn">
                    <HubsOwn text={e.say} />
                </p>
            ))}
            {differs && answer.change && (
                <>
                    <Areas title={words.moreShown} areas={answer.change.more} which="more" />
                    <Areas title={words.lessShown} areas={answer.change.less} which="less" />
                    <Ceilings ceilings={answer.ceilings ?? []} />
                    {checked?.text === text && <Counting jobs={jobs} text={text} />}
                </>
            )}
        </>
    );
}
