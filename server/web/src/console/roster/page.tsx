// The roster: who works on a day, as a picture by department and as words; and one shift or break more or less.

import { useRef, useState } from 'preact/hooks';
import type { Roster } from '../../wire';
import { refused } from '../refusals';
import { act, type Refusal } from '../rules/ask';
import { Add } from './add';
import { dayAfter, dayName, groupsOf, onShift, placeOf, type Group, type Person, type Shift } from './day';
import { useRoster } from './use-roster';
import { words } from './words';
import '../../style/roster.css';

function Line({ roster, person }: { roster: Roster; person: Person }) {
    const today = roster.now_ms >= roster.from_ms && roster.now_ms < roster.until_ms;
    return (
        <div class="roster-line" aria-hidden="true">
            {roster.ticks.map((t) => (
                <i key={t.at_ms} class="roster-tick" style={{ left: placeOf(roster, t.at_ms, t.at_ms).left }} />
            ))}
            {person.shifts.map((s) => (
                <i
                    key={`${s.kind}${s.begins_ms}`}
                    class={`roster-bar ${s.kind}`}
                    style={placeOf(roster, s.begins_ms, s.ends_ms)}
                />
            ))}
            {today && <i class="roster-now" style={{ left: placeOf(roster, roster.now_ms, roster.now_ms).left }} />}
        </div>
    );
}

function Scale({ roster }: { roster: Roster }) {
    return (
        <div class="roster-scale" aria-hidden="true">
            {roster.ticks.map((t) => (
                <span key={t.at_ms} style={{ left: placeOf(roster, t.at_ms, t.at_ms).left }}>
                    {t.text}
                </span>
            ))}
        </div>
    );
}

interface RowProps {
    roster: Roster;
    person: Person;
    names: Map<string, string>;
    remove(person: Person, shift: Shift): void;
}

function Row({ roster, person, names, remove }: RowProps) {
    const on = onShift(person.shifts, roster.now_ms);
    const about = [
        words.roles[person.role] ?? '',
        person.languages && words.speaks(person.languages),
        person.stand_in && words.standIn(names.get(person.stand_in) ?? person.stand_in),
    ].filter(Boolean);
    return (
        <tr data-person={person.id}>
            <th scope="row">
                <span class={on ? 'roster-name on' : 'roster-name'}>{person.name}</span>
                {on && <span class="unseen">, {words.on}</span>}
                {about.length > 0 && <span class="roster-about">{about.join(' · ')}</span>}
            </th>
            <td class="roster-day">
                <Line roster={roster} person={person} />
            </td>
            <td class="roster-shifts">
                <ul>
                    {person.shifts.map((s) => {
                        const span = words.span(s.begins, s.ends);
                        const what = words.kinds[s.kind].toLowerCase();
                        return (
                            <li key={`${s.kind}${s.begins_ms}`} data-shift={`${s.kind} ${span}`}>
                                <span>
                                    {s.kind === 'break' && `${words.isBreak} `}
                                    {span}
                                </span>
                                <button
                                    type="button"
                                    class="button quiet"
                                    data-do="remove-shift"
                                    aria-label={words.removeOf(what, span, person.name)}
                                    onClick={() => remove(person, s)}
                                >
                                    {words.remove}
                                </button>
                            </li>
                        );
                    })}
                </ul>
            </td>
        </tr>
    );
}

function Department({ group, ...rest }: Omit<RowProps, 'person'> & { group: Group }) {
    const name = group.name || words.noDepartment;
    return (
        <section class="pane roster-group" aria-label={name}>
            <h3>{name}</h3>
            <table class="roster" aria-label={words.table(name)}>
                <thead>
                    <tr>
                        <th scope="col">
                            <span class="unseen">{words.head.who}</span>
                        </th>
                        <th scope="col">
                            <span class="unseen">{words.head.day}</span>
                            <Scale roster={rest.roster} />
                        </th>
                        <th scope="col">
                            <span class="unseen">{words.head.shifts}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {group.people.map((person) => (
                        <Row key={person.id} person={person} {...rest} />
                    ))}
                </tbody>
            </table>
        </section>
    );
}

function Days({ roster, go }: { roster: Roster; go(day: string): void }) {
    return (
        <nav class="roster-days" aria-label={words.daysLabel}>
            <button type="button" class="button quiet" data-do="day-before" onClick={() => go(dayAfter(roster.day, -1))}>
                {words.before}
            </button>
            <button
                type="button"
                class="button quiet"
                data-do="day-today"
                aria-disabled={roster.day === roster.today}
                onClick={() => go('')}
            >
                {words.today}
            </button>
            <button type="button" class="button quiet" data-do="day-after" onClick={() => go(dayAfter(roster.day, 1))}>
                {words.after}
            </button>
        </nav>
    );
}

export function RosterPage() {
    const [day, setDay] = useState('');
    const [adding, setAdding] = useState(false);
    const [refusal, setRefusal] = useState<Refusal | null>(null);
    const { roster, offline, again } = useRoster(day);
    const heading = useRef<HTMLHeadingElement>(null);
    if (!roster) return <main class="roster-page calm">{words.loading}</main>;
    const { groups, off } = groupsOf(roster);
    const names = new Map(roster.associates.map((a) => [a.id, a.name]));
    const working = roster.associates.length - off.length;
    const onNow = roster.associates.filter((a) => onShift(a.shifts, roster.now_ms)).length;
    const remove = async (person: Person, shift: Shift) => {
        setRefusal(null);
        const { kind, begins_ms } = shift;
        const answer = await act<object>('shift_drop', { associate: person.id, kind, begins_ms });
        if (!answer.ok)
            setRefusal({ error: answer.trouble.error, ...(answer.trouble.say ? refused(answer.trouble) : words.offline) });
        heading.current?.focus(); // its button goes with it
        again();
    };
    return (
        <main class="roster-page" data-day={roster.day}>
            <section class="pane roster-head" aria-labelledby="roster-title">
                <h2 id="roster-title">{words.title}</h2>
                <p class="sub">{words.lead}</p>
                <Days roster={roster} go={setDay} />
                <h3 tabIndex={-1} ref={heading} data-roster-day>
                    {dayName(roster.day)}
                </h3>
                <p class="sub" role="status">
                    {words.planned(working)}
                    {roster.day === roster.today && roster.kept && `. ${words.nowOn(onNow, roster.associates.length)}.`}
                </p>
                {!roster.kept && <p class="notice">{words.none}</p>}
                <div role="alert">
                    {(refusal || offline) && (
                        <p class="notice warn">
                            <strong>{refusal ? refusal.say : words.offline.say}</strong>{' '}
                            {refusal ? refusal.do : words.offline.do}
                        </p>
                    )}
                </div>
                <button type="button" class="button primary" data-do="add-shift" onClick={() => setAdding(true)}>
                    {words.add}
                </button>
            </section>
            {groups.map((group) => (
                <Department key={group.name} group={group} roster={roster} names={names} remove={remove} />
            ))}
            {groups.length === 0 && roster.kept && <p class="calm">{words.nobody}</p>}
            {off.length > 0 && (
                <section class="pane roster-off">
                    <details>
                        <summary>{words.noShift(off.length)}</summary>
                        <p class="sub">{off.map((a) => a.name).join(', ')}</p>
                    </details>
                    {roster.left_off > 0 && <p class="sub">{words.leftOff(roster.left_off)}</p>}
                </section>
            )}
            {adding && (
                <Add
                    roster={roster}
                    onClose={() => setAdding(false)}
                    onDone={() => {
                        setAdding(false);
                        again();
                    }}
                />
            )}
        </main>
    );
}
