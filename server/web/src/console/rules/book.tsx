// The book as a list of sentences, grouped like the card; one is open at a time. Beside each stands what the hub found.

import { useEffect, useRef } from 'preact/hooks';
import { Chevron } from '../../lib/icons';
import type { Finding, Rule, Rules, RulesError } from '../../wire';
import { HubsOwn } from '../hubs-own';
import { ruleSentence } from '../rule';
import { changeOf, partOf, type Draft, type Drafted, type Part } from './draft';
import { Editor } from './editor';
import { words } from './words';

interface Props {
    draft: Draft;
    /** The rules in force, to tell what is new, changed or gone. */
    live: readonly Rule[];
    classes: Rules['classes'];
    findings: readonly Finding[];
    errors: readonly RulesError[];
    open: number | null;
    /** Absent where somebody only looks. */
    edit?: {
        open(key: number | null): void;
        change(key: number, rule: Rule, part: string): void;
        remove(key: number): void;
        add(part: Part): void;
        putBack(rule: Rule): void;
    };
}

/** The line of the text on which a rule stands: after the head, in order. */
const lineOf = (draft: Draft, drafted: Drafted) => draft.rules.indexOf(drafted) + 2;

function Findings({ findings, errors }: { findings: readonly Finding[]; errors: readonly RulesError[] }) {
    if (findings.length === 0 && errors.length === 0) return null;
    return (
        <ul class="findings">
            {errors.map((e) => (
                <li key={`${e.line}.${e.column}`} class="finding mistake" data-finding="mistake">
                    <span class="finding-kind">{words.mistake}</span>
                    <HubsOwn text={e.say} />
                </li>
            ))}
            {findings.map((f, i) => (
                <li
                    key={i}
                    class={f.kind === 'guard' ? 'finding guard' : f.warning ? 'finding warning' : 'finding'}
                    data-finding={f.kind}
                >
                    <span class="finding-kind">
                        {f.kind === 'guard' ? words.guard : f.warning ? words.warning : words.note}
                    </span>
                    <HubsOwn text={f.say} />
                </li>
            ))}
        </ul>
    );
}

function Said({ rule, is }: { rule: Rule; is: ReturnType<typeof changeOf> }) {
    const { text, because } = ruleSentence(rule);
    return (
        <span class="rule-said">
            {text}
            {is !== 'same' && <span class="rule-mark">{words.marks[is]}</span>}
            {because && <span class="rule-why">{because}</span>}
        </span>
    );
}

/** Neither a warning nor a guard: said where somebody asks for it. */
const aside = (f: Finding) => !f.warning && f.kind !== 'guard';

interface RowProps {
    props: Props;
    drafted: Drafted;
    lines: ReadonlyMap<string, string>;
}

function Row({ props, drafted, lines }: RowProps) {
    const { draft, edit, open, live } = props;
    const { key, rule } = drafted;
    const is = changeOf(rule, lines);
    const mine = open === key && edit !== undefined;
    const head = useRef<HTMLButtonElement>(null);
    const row = useRef<HTMLLIElement>(null);
    const before = useRef(false);
    useEffect(() => {
        // What has just been opened begins at its first choice; what was closed by hand gives the focus back.
        if (mine && !before.current) row.current?.querySelector<HTMLElement>('.sentence select')?.focus();
        if (!mine && before.current && open === null) head.current?.focus();
        before.current = mine;
    }, [mine]);
    const found = props.findings.filter((f) => f.rule === rule.id);
    const was = is === 'changed' ? live.find((r) => r.id === rule.id) : undefined;
    return (
        <li ref={row} class={`rule ${is}${mine ? ' open' : ''}`} data-rule={rule.id} data-is={is}>
            {edit ? (
                <button
                    ref={head}
                    type="button"
                    class="rule-head"
                    aria-expanded={mine}
                    onClick={() => edit.open(mine ? null : key)}
                >
                    <span class="rule-id">
                        <span class="unseen">{words.change('')}</span>
                        {rule.id}
                    </span>
                    <Said rule={rule} is={is} />
                    <Chevron />
                </button>
            ) : (
                <div class="rule-head">
                    <span class="rule-id">{rule.id}</span>
                    <Said rule={rule} is={is} />
                </div>
            )}
            {was && (mine || !edit) && (
                <p class="rule-was">
                    {words.was} {ruleSentence(was).text}
                </p>
            )}
            {mine && edit && (
                <div
                    class="rule-body"
                    onKeyDown={(e) => {
                        if (e.key === 'Escape') edit.open(null);
                    }}
                >
                    <Editor
                        rule={rule}
                        classes={props.classes}
                        change={(changed, part) => edit.change(key, changed, part)}
                    />
                    <div class="rule-actions">
                        <button
                            type="button"
                            class="small-button"
                            data-do="rule-done"
                            onClick={() => edit.open(null)}
                        >
                            {words.done}
                        </button>
                        <button
                            type="button"
                            class="small-button quiet"
                            data-do="rule-remove"
                            onClick={() => {
                                edit.remove(key);
                                document.querySelector<HTMLElement>(`[data-add="${partOf(rule)}"]`)?.focus();
                            }}
                        >
                            {words.remove}
                        </button>
                    </div>
                </div>
            )}
            <Findings
                findings={found.filter((f) => !aside(f))}
                errors={props.errors.filter((e) => e.line === lineOf(draft, drafted))}
            />
            {mine && found.some(aside) && (
                <details class="notes">
                    <summary>{words.notes(found.filter(aside).length)}</summary>
                    <Findings findings={found.filter(aside)} errors={[]} />
                </details>
            )}
        </li>
    );
}

function Gone({ rule, edit }: { rule: Rule; edit: Props['edit'] }) {
    return (
        <li class="rule gone" data-rule={rule.id} data-is="gone">
            <div class="rule-head">
                <span class="rule-id">{rule.id}</span>
                <span class="rule-said">
                    <del>{ruleSentence(rule).text}</del>
                    <span class="rule-mark">{words.marks.gone}</span>
                </span>
            </div>
            {edit && (
                <div class="rule-actions">
                    <button type="button" class="small-button quiet" onClick={() => edit.putBack(rule)}>
                        {words.putBack}
                    </button>
                </div>
            )}
        </li>
    );
}

export function Book(props: Props) {
    const { draft, live, edit } = props;
    const lines = new Map(live.map((r) => [r.id, r.line]));
    const ids = new Set(draft.rules.map((d) => d.rule.id));
    const rest = props.errors.filter((e) => e.line < 2 || e.line > draft.rules.length + 1);
    const general = props.findings.filter((f) => !ids.has(f.rule));
    return (
        <>
            <Findings findings={general} errors={rest} />
            {(['show', 'hold', 'field'] as const).map((part) => (
                <section key={part} class="rule-part" aria-labelledby={`part-${part}`}>
                    <h3 id={`part-${part}`}>{words.parts[part]}</h3>
                    <ul class="rule-list">
                        {draft.rules
                            .filter((d) => partOf(d.rule) === part)
                            .map((d) => (
                                <Row key={d.key} props={props} drafted={d} lines={lines} />
                            ))}
                        {live
                            .filter((r) => !ids.has(r.id) && partOf(r) === part)
                            .map((r) => (
                                <Gone key={r.id} rule={r} edit={edit} />
                            ))}
                    </ul>
                    {edit && (
                        <button
                            type="button"
                            class="small-button add"
                            data-add={part}
                            onClick={() => edit.add(part)}
                        >
                            + {words.add[part]}
                        </button>
                    )}
                </section>
            ))}
        </>
    );
}
