// The house rules: the ten opt-in rules as sentences with choices, counted against last week before they are saved
// [P120, P121]. It stands by itself, so that the page and the first run may both show it.

import { useCallback, useEffect, useState } from 'preact/hooks';
import { call, type Trouble } from '../lib/api';
import type { House as Rules, HouseCounted, HouseRule } from '../wire';
import { Refused } from './fields';
import { moreRule, moreWords } from './house-more-words';
import { hasName, namesOf, namesText, otherNames } from './house-names';
import { houseWords as words } from './house-words';
import { act } from './rules/ask';
import { StepUp } from './step-up';
import '../style/house.css';

/** What is chosen, by key; a list as its text. */
type Chosen = number | string;
type Draft = Record<string, Chosen>;

const MINUTES_A_STEP = 15;
const CHOICES_MOST = 24;
const COUNT_AFTER_MS = 300; // of the newest choice

const clock = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

const told = (rule: HouseRule, value: number): string =>
    rule.kind === 'yes'
        ? value
            ? words.yes
            : words.no
        : rule.kind === 'time'
          ? clock(value)
          : (words.units[rule.unit]?.(value) ?? String(value));

const written = (rule: HouseRule, value: Chosen): string =>
    typeof value === 'string'
        ? value.trim() || 'none'
        : rule.kind === 'yes' ? (value ? 'yes' : 'no') : rule.kind === 'time' ? clock(value) : String(value);

/** What may be chosen: even steps within the bounds, with what is in force and what is usual among them. */
function choicesOf(rule: HouseRule, now: number): number[] {
    const span = rule.most - rule.least;
    const step =
        rule.kind === 'time' ? MINUTES_A_STEP : ([1, 5, 10, 15, 30, 60].find((s) => span / s < CHOICES_MOST) ?? 60);
    const all = new Set([rule.least, rule.most, now, rule.value]);
    if (rule.usual >= rule.least && rule.usual <= rule.most) all.add(rule.usual);
    for (let v = Math.ceil(rule.least / step) * step; v <= rule.most; v += step) all.add(v);
    // Of small numbers each counts: between two and three guests there is more than between fifty and fifty-five.
    if (rule.kind === 'number' && rule.least >= 0) for (let v = rule.least; v < Math.min(10, rule.most); v++) all.add(v);
    return [...all].sort((a, b) => a - b);
}

const inForce = (rule: HouseRule): Chosen => rule.list ?? rule.value;

const textOf = (rules: readonly HouseRule[], draft: Draft): string =>
    rules.map((rule) => `${rule.key} = ${written(rule, draft[rule.key] ?? inForce(rule))}\n`).join('');

/** The values of a canonical text, as the hub writes it. */
function valuesOf(text: string): Draft {
    const found: Draft = {};
    for (const [, key, whole = ''] of text.matchAll(/^(\w+) = (.+)$/gm)) {
        const value = whole.split(' ')[0];
        if (key?.endsWith('_days') || key?.endsWith('_not')) { // a list
            found[key] = whole;
            continue;
        }
        const [hour, minute] = (value ?? '').split(':');
        found[key ?? ''] =
            value === 'yes' ? 1 : value === 'no' ? 0 : minute ? Number(hour) * 60 + Number(minute) : Number(value);
    }
    return found;
}

const draftOf = (rules: Rules): Draft => Object.fromEntries(rules.rules.map((rule) => [rule.key, inForce(rule)]));

/** A list of days is written: there is nothing to choose from. */
function DaysSentence({ rule, value, set }: { rule: HouseRule; value: string; set(value: string): void }) {
    const [before, behind] = moreRule(rule.key) ?? [rule.key, ''];
    const id = `house-${rule.key}`;
    return (
        <li class={value === inForce(rule) ? 'house-rule' : 'house-rule changed'} data-rule={rule.key}>
            <label for={id}>{before}</label>{' '}
            <input
                id={id}
                class="house-days"
                spellcheck={false}
                autocomplete="off"
                maxLength={448}
                value={value}
                aria-describedby={`${id}-hint`}
                onInput={(e) => set(e.currentTarget.value)}
            />{' '}
            {behind && <span>{behind}</span>}
            <span class="sub" id={`${id}-hint`}>
                {rule.head_office ? `${moreWords.most(rule.most)} ` : ''}
                {moreWords.daysHint}
            </span>
        </li>
    );
}

interface NamesProps {
    rule: HouseRule;
    value: string;
    /** What the store has of the kind: a box stands for each. */
    known: readonly string[];
    hint: string;
    /** Said of names that are listed and not (yet) known. */
    unknown?: ((names: string) => string) | undefined;
    set(value: string): void;
}

/** A list of names: what there is, is ticked; what there may be one day is written beside it. */
function NamesSentence({ rule, value, known, hint, unknown, set }: NamesProps) {
    const [before] = moreRule(rule.key) ?? [rule.key];
    const now = rule.list ?? 'none';
    const id = `house-${rule.key}`;
    // What must stay in is never there to be taken out: its box is locked, or it is only told.
    const firm = rule.firm ?? '';
    const told = namesOf(otherNames(firm, known));
    const boxes = [...known, ...told];
    const [written, write] = useState(otherNames(value, boxes));
    useEffect(() => {
        // As it is being typed it stays; what was chosen elsewhere is shown.
        if (namesText(boxes.filter((name) => hasName(value, name)), written, value) !== value)
            write(otherNames(value, boxes));
    }, [value]);
    const take = (ticked: readonly string[], others: string) => {
        write(others);
        set(namesText([...ticked, ...told], others, now));
    };
    const ticked = known.filter((name) => hasName(value, name));
    const strange = otherNames(value, known);
    return (
        <li class={value === now ? 'house-rule' : 'house-rule changed'} data-rule={rule.key}>
            <fieldset class="house-names" aria-describedby={`${id}-hint`}>
                <legend>{before}</legend>
                {known.map((name) => (
                    <label key={name} class="house-name">
                        <input
                            type="checkbox"
                            data-name={name}
                            checked={ticked.includes(name)}
                            disabled={hasName(firm, name) && ticked.includes(name)}
                            onChange={(e) =>
                                e.currentTarget.checked
                                    ? take([...ticked, name], written)
                                    : take(
                                          ticked.filter((one) => one !== name),
                                          otherNames(written, [name]), // also if it was written, too
                                      )
                            }
                        />{' '}
                        {name}
                    </label>
                ))}
                <label class="house-others" for={id}>
                    {moreWords.namesOther}
                </label>
                <input
                    id={id}
                    class="house-days"
                    spellcheck={false}
                    autocomplete="off"
                    maxLength={448}
                    value={written}
                    onInput={(e) => take(ticked, e.currentTarget.value)}
                />
            </fieldset>
            <span class="sub" id={`${id}-hint`}>
                {[firm && moreWords.firm(firm), strange && unknown?.(strange), hint].filter(Boolean).join(' ')}
            </span>
        </li>
    );
}

function Sentence({ rule, value, set }: { rule: HouseRule; value: number; set(value: number): void }) {
    const [before, behind] = words.rules[rule.key] ?? moreRule(rule.key) ?? [rule.say, ''];
    const id = `house-${rule.key}`;
    const usual = value === rule.usual ? '' : words.usual(told(rule, rule.usual));
    const hint = [rule.head_office ? words.bounds(told(rule, rule.least), told(rule, rule.most)) : '', usual]
        .filter(Boolean)
        .join(' ');
    return (
        <li class={value === rule.value ? 'house-rule' : 'house-rule changed'} data-rule={rule.key}>
            <label for={id}>{before}</label>{' '}
            <select
                id={id}
                value={String(value)}
                {...(hint ? { 'aria-describedby': `${id}-hint` } : {})}
                onChange={(e) => set(Number(e.currentTarget.value))}
            >
                {choicesOf(rule, value).map((choice) => (
                    <option key={choice} value={String(choice)} selected={choice === value}>
                        {told(rule, choice)}
                    </option>
                ))}
            </select>{' '}
            {behind && <span>{behind}</span>}
            {hint && (
                <span class="sub" id={`${id}-hint`}>
                    {hint}
                </span>
            )}
        </li>
    );
}

interface Counting {
    counted: HouseCounted | null;
    trouble: Trouble | null;
}

/** What the draft would have changed; null while it is being counted. */
function useCount(text: string | null): Counting {
    const [counting, setCounting] = useState<Counting>({ counted: null, trouble: null });
    useEffect(() => {
        setCounting({ counted: null, trouble: null });
        if (text === null) return;
        let stopped = false;
        const timer = setTimeout(async () => {
            const answer = await call<HouseCounted>('POST', '/api/console/house_count', { text });
            if (stopped) return;
            if (answer.ok) setCounting({ counted: answer.value, trouble: null });
            else setCounting({ counted: null, trouble: answer.trouble });
        }, COUNT_AFTER_MS);
        return () => {
            stopped = true;
            clearTimeout(timer);
        };
    }, [text]);
    return counting;
}

function AsText({ text, take }: { text: string; take(values: Draft): void }) {
    const [typed, setTyped] = useState(text);
    const [trouble, setTrouble] = useState<Trouble | null>(null);
    useEffect(() => setTyped(text), [text]);
    const read = async () => {
        const answer = await call<HouseCounted>('POST', '/api/console/house_count', { text: typed });
        setTrouble(answer.ok ? null : answer.trouble);
        if (answer.ok) take(valuesOf(answer.value.text));
    };
    return (
        <details class="house-text">
            <summary>{words.asText}</summary>
            <p class="sub">{words.textLead}</p>
            <textarea
                aria-label={words.textLabel}
                rows={12}
                spellcheck={false}
                value={typed}
                onInput={(e) => setTyped(e.currentTarget.value)}
            />
            <Refused trouble={trouble} />
            <button type="button" class="small-button" data-do="house-take" onClick={() => void read()}>
                {words.take}
            </button>
        </details>
    );
}

function Versions({ house, take }: { house: Rules; take(values: Draft): void }) {
    const past = house.versions.filter((v) => v.version !== house.version);
    if (past.length === 0) return null;
    return (
        <details class="house-past">
            <summary>{words.history}</summary>
            <ul>
                {past.map((v) => (
                    <li key={v.version} data-version={v.version}>
                        {words.version(v.version, words.when(v.at_ms), v.by)}{' '}
                        <button
                            type="button"
                            class="small-button quiet"
                            aria-label={`${words.back}: ${v.version}`}
                            onClick={() => take(valuesOf(v.text))}
                        >
                            {words.back}
                        </button>
                    </li>
                ))}
            </ul>
        </details>
    );
}

function Counted({ counting }: { counting: Counting }) {
    const { counted, trouble } = counting;
    if (trouble) return <Refused trouble={trouble} />;
    return (
        <p class="house-count" role="status" data-counted={counted ? counted.changed : ''}>
            {counted ? words.wouldHave(counted.changed, counted.fewer, counted.of) : words.counting}{' '}
            {counted && <span class="sub">{words.uncounted}</span>}
        </p>
    );
}

interface Props {
    /** Within a page that has a heading of its own. */
    inside?: boolean;
    /** Only these of the ten opt-in rules, as sentences and no more; the others stay as they are. */
    only?: readonly number[];
    /** When house rules were saved: the first run goes on. */
    onSaved?(version: number): void;
}

export function House({ inside = false, only, onSaved }: Props) {
    const [house, setHouse] = useState<Rules | null>(null);
    const [draft, setDraft] = useState<Draft>({});
    const [trouble, setTrouble] = useState<Trouble | null>(null);
    const [busy, setBusy] = useState(false);
    const [saved, setSaved] = useState(false);
    const [proving, setProving] = useState(false);
    const take = useCallback((next: Rules) => {
        setHouse(next);
        setDraft(draftOf(next));
    }, []);
    useEffect(() => {
        void call<Rules>('GET', '/api/console/house').then((answer) =>
            answer.ok ? take(answer.value) : setTrouble(answer.trouble),
        );
    }, []);
    const text = house ? textOf(house.rules, draft) : '';
    const changed = house?.rules.some((rule) => draft[rule.key] !== inForce(rule)) ?? false;
    const counting = useCount(changed ? text : null);
    if (!house) return trouble ? <Refused trouble={trouble} /> : <p class="calm">{words.loading}</p>;
    const save = async () => {
        setBusy(true);
        setTrouble(null);
        const answer = await act<Rules>('house_set', { text, base: house.version });
        setBusy(false);
        if (answer.ok) {
            take(answer.value);
            setSaved(true);
            onSaved?.(answer.value.version);
        } else if (answer.trouble.error === 'step_up') setProving(true);
        else setTrouble(answer.trouble);
    };
    const choose = (values: Draft) => {
        setSaved(false);
        setDraft({ ...draft, ...values });
    };
    const newest = house.versions[0];
    const numbers = [...new Set(house.rules.map((rule) => rule.rule))].filter((n) => !only || only.includes(n));
    return (
        <section
            class={inside ? 'house' : 'pane house'}
            data-place="house"
            data-version={house.version}
            {...(inside ? {} : { 'aria-labelledby': 'house' })}
        >
            {!inside && <h2 id="house">{words.title}</h2>}
            {!only && (
                <>
                    <p class="sub">{words.lead}</p>
                    <p class="sub">
                        {newest ? words.inForce(newest.version, words.when(newest.at_ms), newest.by) : words.none}
                    </p>
                </>
            )}
            {numbers.map((number) => (
                <div key={number} role="group" aria-labelledby={`house-head-${number}`}>
                    <h3 id={`house-head-${number}`}>{words.heads[number]}</h3>
                    <ul class="house-rules">
                        {house.rules
                            .filter((rule) => rule.rule === number)
                            .map((rule) => {
                                const value = draft[rule.key] ?? inForce(rule);
                                if (rule.kind === 'names')
                                    return (
                                        <NamesSentence
                                            key={`${rule.key} ${house.version}`}
                                            rule={rule}
                                            value={String(value)}
                                            known={rule.key === 'zones_not' ? house.zones : house.departments}
                                            hint={rule.key === 'zones_not' ? moreWords.namesHint : (moreRule(rule.key)?.[1] ?? '')}
                                            unknown={rule.key === 'zones_not' ? undefined : moreWords.unknown}
                                            set={(to) => choose({ [rule.key]: to })}
                                        />
                                    );
                                return typeof value === 'string' ? (
                                    <DaysSentence
                                        key={rule.key}
                                        rule={rule}
                                        value={value}
                                        set={(to) => choose({ [rule.key]: to })}
                                    />
                                ) : (
                                    <Sentence
                                        key={rule.key}
                                        rule={rule}
                                        value={value}
                                        set={(to) => choose({ [rule.key]: to })}
                                    />
                                );
                            })}
                    </ul>
                </div>
            ))}
            {changed && <Counted counting={counting} />}
            {saved && !changed && (
                <p class="notice" role="status" data-saved={house.version}>
                    {words.saved}
                </p>
            )}
            <Refused trouble={trouble} />
            {changed && (
                <div class="actions">
                    <button
                        type="button"
                        class="button primary"
                        data-do="house-save"
                        aria-busy={busy}
                        disabled={!counting.counted}
                        onClick={() => !busy && void save()}
                    >
                        {busy ? words.saving : words.save}
                    </button>
                    <button type="button" class="button" data-do="house-undo" onClick={() => setDraft(draftOf(house))}>
                        {words.undo}
                    </button>
                </div>
            )}
            {!only && <AsText text={text} take={choose} />}
            {!only && <Versions house={house} take={choose} />}
            {proving && (
                <StepUp
                    onDone={() => {
                        setProving(false);
                        void save();
                    }}
                    onClose={() => setProving(false)}
                />
            )}
        </section>
    );
}
