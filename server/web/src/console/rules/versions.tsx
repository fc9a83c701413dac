// The versions: what waits for a second manager, and what was in force before.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Version } from '../../wire';
import { person, when, whyOf, words } from './words';

interface Acts {
    busy: boolean;
    look(version: Version): void;
    rollback(version: Version, why: string): void;
}

/** A reason, asked for where it is needed, and the button that goes on with it. */
export function Because(props: { label: string; go: string; name: string; busy: boolean; done(why: string): void }) {
    const [why, setWhy] = useState('');
    const field = useRef<HTMLInputElement>(null);
    useEffect(() => field.current?.focus(), []);
    const said = why.trim();
    return (
        <form
            class="because-form"
            onSubmit={(e) => {
                e.preventDefault();
                if (said && !props.busy) props.done(said);
            }}
        >
            <label>
                <span>{props.label}</span>
                <input
                    ref={field}
                    class="choice words"
                    type="text"
                    data-part={`why-${props.name}`}
                    maxLength={100}
                    required
                    value={why}
                    onInput={(e) => setWhy(e.currentTarget.value)}
                />
                <span class="sub">{words.whyNote}</span>
            </label>
            <button
                type="submit"
                class="button primary"
                data-do={props.name}
                aria-disabled={!said || props.busy}
                aria-busy={props.busy}
            >
                {props.busy ? words.proposing : props.go}
            </button>
        </form>
    );
}

export function Waiting({ versions, looking, acts }: { versions: readonly Version[]; looking: number; acts: Acts }) {
    const waiting = versions.filter((v) => v.state === 'proposed');
    if (waiting.length === 0) return null;
    return (
        <section class="pane proposals" aria-labelledby="waiting">
            <h2 id="waiting">{words.waiting}</h2>
            <ul>
                {waiting.map((v) => (
                    <li key={v.version} class="proposal" data-proposal={v.version}>
                        <p class="proposal-why">{v.why}</p>
                        <p class="sub">
                            {words.proposal(v.mine ? words.you : person(v.by), when(v.at_ms))} ·{' '}
                            {v.wider ? words.shows.more : words.shows.less}
                        </p>
                        {looking !== v.version && (
                            <button
                                type="button"
                                class="small-button"
                                data-do={`look-${v.version}`}
                                onClick={() => acts.look(v)}
                            >
                                {words.lookAt}
                            </button>
                        )}
                    </li>
                ))}
            </ul>
        </section>
    );
}

function Past({ version, acts }: { version: Version; acts: Acts }) {
    const [asking, setAsking] = useState(false);
    const { state, approved_by: also } = version;
    const by = person(version.by);
    return (
        <li class={`version ${state}`} data-version={version.version}>
            <p class="version-name">
                {words.versionName(version.name, version.version)}
                {words.states[state] && <span class="rule-mark">{words.states[state]}</span>}
            </p>
            <p class="sub">
                {words.byWhom(by, also && also !== version.by ? person(also) : '', when(version.published_ms || version.at_ms))}
            </p>
            {version.why && <p class="version-why">{whyOf(version.why)}</p>}
            {state !== 'live' && (
                <div class="rule-actions">
                    <button type="button" class="small-button" onClick={() => acts.look(version)}>
                        {words.lookAt}
                    </button>
                    {state === 'past' && (
                        <button
                            type="button"
                            class="small-button"
                            data-do={`back-to-${version.version}`}
                            aria-expanded={asking}
                            onClick={() => setAsking(!asking)}
                        >
                            {words.rollback}
                        </button>
                    )}
                </div>
            )}
            {asking && (
                <Because
                    label={words.rollbackWhy(version.version)}
                    go={words.rollbackGo}
                    name="rollback"
                    busy={acts.busy}
                    done={(why) => {
                        setAsking(false);
                        acts.rollback(version, why);
                    }}
                />
            )}
        </li>
    );
}

export function History({ versions, acts }: { versions: readonly Version[]; acts: Acts }) {
    return (
        <ol class="history">
            {versions
                .filter((v) => v.state !== 'proposed')
                .map((v) => (
                    <Past key={v.version} version={v} acts={acts} />
                ))}
        </ol>
    );
}
