// The five numbers on the manager's console [P90]: of the store and its teams, never of a person.

import { useEffect, useState } from 'preact/hooks';
import { call } from '../../lib/api';
import { backoffMs } from '../../lib/backoff';
import { locale } from '../../lib/language';
import { lastOf, spanOf } from '../../lib/weeks';
import type { Numbers, NumbersGroup, NumbersLine, NumbersSplit, NumbersVersion } from '../../wire';
import { Trend } from './trend';
import { type Name, names, rate, tiles } from './tiles';
import { words } from './words';
import '../../style/rules-picture.css';
import '../../style/numbers.css';

/** Once read they stay as they are: they change with the day. */
function useNumbers(): { numbers: Numbers | null; offline: boolean } {
    const [numbers, setNumbers] = useState<Numbers | null>(null);
    const [offline, setOffline] = useState(false);
    useEffect(() => {
        let stopped = false;
        let timer: number | undefined;
        let attempt = 0;
        const look = async () => {
            const answer = await call<Numbers>('GET', '/api/console/numbers');
            if (stopped) return;
            setOffline(!answer.ok);
            if (answer.ok) setNumbers(answer.value);
            else timer = window.setTimeout(look, Math.max(answer.trouble.retryAfterMs, backoffMs(attempt++)));
        };
        void look();
        return () => {
            stopped = true;
            clearTimeout(timer);
        };
    }, []);
    return { numbers, offline };
}

function Past({ name, line }: { name: Name; line: NumbersLine }) {
    const tile = tiles[name];
    return (
        <table class="past">
            <thead>
                <tr>
                    <th scope="col">{words.tableWhen}</th>
                    <th scope="col">{words.tableValue}</th>
                    <th scope="col">{words.tableOf}</th>
                </tr>
            </thead>
            <tbody>
                {[...line.windows].reverse().map((w) => (
                    <tr key={`${w.from} ${w.weeks}`}>
                        <th scope="row">{spanOf(w.from, w.weeks, words.weeks)}</th>
                        <td>{tile.value(w)}</td>
                        <td>{w.of}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function Tile({ name, line, least, currency }: { name: Name; line: NumbersLine; least: number; currency: string }) {
    const tile = tiles[name];
    const said = words.tiles[name];
    const { now, year_before: before, windows } = line;
    const first = windows[0];
    const newest = windows[windows.length - 1];
    return (
        <section class="tile" aria-labelledby={`tile-${name}`} data-number={name} data-weeks={now?.weeks ?? 0}>
            <h3 id={`tile-${name}`}>{said.title}</h3>
            {now ? (
                <>
                    <p class="tile-value">
                        <strong>{tile.value(now)}</strong> {said.unit}
                    </p>
                    <p class="tile-when">
                        {spanOf(now.from, now.weeks, words.weeks)}, {words.of(now.of)}
                        {tile.goal !== null &&
                            ` · ${words.goal(tile.value({ ...now, value: tile.goal }))}`}
                    </p>
                    {said.beside(now, currency).map((text) => (
                        <p key={text} class="tile-beside">
                            {text}
                        </p>
                    ))}
                    <p class="tile-beside">{before ? words.before(tile.value(before)) : words.noBefore}</p>
                </>
            ) : (
                <>
                    <p class="tile-none">{words.tooFew}</p>
                    <p class="tile-when">{words.tooFewWhy(least)}</p>
                </>
            )}
            {first && newest && (
                <Trend
                    windows={windows}
                    most={tile.most}
                    goal={tile.goal}
                    label={words.trend(said.title, tile.value(first), tile.value(newest), windows.length)}
                />
            )}
            <details class="tile-means">
                <summary data-do={`means-${name}`}>{words.means}</summary>
                {said.means.map((text) => (
                    <p key={text}>{text}</p>
                ))}
                {windows.length > 0 && <Past name={name} line={line} />}
            </details>
        </section>
    );
}

function Split(props: {
    id: string;
    title: string;
    lead: string;
    split: NumbersSplit | null;
    label(part: string): string;
}) {
    const { split } = props;
    return (
        <section class="pane" aria-labelledby={props.id} data-split={props.id}>
            <h3 id={props.id}>{props.title}</h3>
            <p class="sub">
                {props.lead} {split && spanOf(split.from, split.weeks, words.weeks)}
            </p>
            {split && split.parts.length > 0 ? (
                <ul class="bars">
                    {split.parts.map((p) => (
                        <li key={p.part}>
                            <span class="bar-name">{props.label(p.part)}</span>
                            <span class="bar-track" aria-hidden="true">
                                <i style={{ width: `${p.value}%` }} />
                            </span>
                            <span class="bar-value">
                                {p.value} % <span class="sub-inline">{words.of(p.of)}</span>
                            </span>
                        </li>
                    ))}
                </ul>
            ) : (
                <p class="calm">{words.tooFew}</p>
            )}
        </section>
    );
}

function Versions({ versions }: { versions: NumbersVersion[] }) {
    return (
        <section class="pane" aria-labelledby="by-rules">
            <h3 id="by-rules">{words.rules}</h3>
            <p class="sub">{words.rulesLead}</p>
            {versions.length === 0 ? (
                <p class="calm">{words.tooFew}</p>
            ) : (
                <div class="past-scroll" tabIndex={0} role="region" aria-label={words.rules}>
                    <table class="past">
                        <thead>
                            <tr>
                                {words.rulesHead.map((head) => (
                                    <th key={head} scope="col">
                                        {head}
                                    </th>
                                ))}
                            </tr>
                        </thead>
                        <tbody>
                            {versions.map((v) => (
                                <tr key={v.version}>
                                    <th scope="row">{v.version}</th>
                                    <td>{spanOf(v.from, 1).split(' – ')[0]}</td>
                                    <td>{rate(v.value)}</td>
                                    <td>{rate(v.struck)}</td>
                                    <td>{rate(v.left)}</td>
                                    <td>{rate(v.not_today)}</td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            )}
        </section>
    );
}

function Teams({ groups, chosen, choose }: { groups: NumbersGroup[]; chosen: string; choose(team: string): void }) {
    return (
        <fieldset class="segments teams">
            <legend class="unseen">{words.choose}</legend>
            {groups.map((g) => (
                <label key={g.team} class={g.team === chosen ? 'segment on' : 'segment'}>
                    <input
                        type="radio"
                        name="team"
                        class="unseen"
                        value={g.team}
                        checked={g.team === chosen}
                        onChange={() => choose(g.team)}
                    />
                    {g.team || words.store}
                </label>
            ))}
        </fieldset>
    );
}

export function NumbersPage() {
    const { numbers, offline } = useNumbers();
    const [team, setTeam] = useState('');
    if (!numbers)
        return (
            <main class="numbers-page" data-numbers="loading">
                <p class="calm" role="status">
                    {offline ? `${words.offline.say} ${words.offline.do}` : words.loading}
                </p>
            </main>
        );
    const group = numbers.groups.find((g) => g.team === team) ?? numbers.groups[0];
    const until = lastOf(numbers.until, 1 / 7).toLocaleDateString(locale(), {
        day: 'numeric',
        month: 'long',
        year: 'numeric',
        timeZone: 'UTC',
    });
    return (
        <main class="numbers-page" data-numbers="ready" data-team={team}>
            <h2>{words.title}</h2>
            <p class="sub">{words.lead(until)}</p>
            {numbers.groups.length > 1 && <Teams groups={numbers.groups} chosen={team} choose={setTeam} />}
            {numbers.too_small && <p class="notice">{words.tooSmall}</p>}
            {group && (
                <div class="tiles" aria-live="polite">
                    {names.map((name) => (
                        <Tile
                            key={`${group.team} ${name}`}
                            name={name}
                            line={group[name]}
                            least={numbers.least}
                            currency={numbers.currency}
                        />
                    ))}
                </div>
            )}
            {team === '' && (
                <div class="tiles wide">
                    <Split
                        id="by-hour"
                        title={words.hours}
                        lead={words.hoursLead}
                        split={numbers.by_hour}
                        label={(part) => part}
                    />
                    <Split
                        id="by-source"
                        title={words.sources}
                        lead={words.sourcesLead}
                        split={numbers.by_source}
                        label={(part) => words.sourceNames[part] ?? part}
                    />
                    <Versions versions={numbers.by_rules} />
                </div>
            )}
            <p class="hint numbers-note">{words.privacy(numbers.least)}</p>
        </main>
    );
}
