// The step of the files: dropped or chosen, their columns shown, checked without writing, then read in.

import { useRef, useState } from 'preact/hooks';
import type { Trouble } from '../../lib/api';
import type { First } from '../../wire';
import { Refused } from '../fields';
import { recordsOf } from './csv';
import { FIELDS, KINDS, kindOf, mapped, missing, type Kind, type Mapping } from './kinds';
import { reasonOf } from './reasons';
import { send, zonesOf, type Totals } from './send';
import { words } from './words';

export const FILE_MIB_MOST = 512;

interface Dropped {
    key: number;
    file: File;
    header: string[];
    first: string[];
    kind: Kind;
    mapping: Mapping;
    phase: 'mapped' | 'checking' | 'checked' | 'importing' | 'written' | 'stopped';
    totals: Totals | null;
    trouble: Trouble | null;
    fault: string | null;
}

let keys = 0;

/** Its header and the first line, and what they are taken for. */
async function opened(file: File): Promise<Dropped> {
    const some: string[][] = [];
    if (file.size <= FILE_MIB_MOST * 1024 * 1024)
        for await (const record of recordsOf(file.slice(0, 64 * 1024))) if (some.push(record.fields) === 2) break;
    const [header = [], first = []] = some;
    const kind = kindOf(file.name, header);
    const fault =
        file.size > FILE_MIB_MOST * 1024 * 1024
            ? words.tooLarge(FILE_MIB_MOST)
            : header.length < 2
              ? words.notCsv
              : null;
    return { key: ++keys, file, header, first, kind, mapping: mapped(kind, header), phase: 'mapped', totals: null, trouble: null, fault };
}

function Columns({ one, change }: { one: Dropped; change(mapping: Mapping): void }) {
    return (
        <div class="scroll-x" tabIndex={0} role="region" aria-label={words.columnsIn(one.file.name)}>
            <table class="first-map">
                <caption class="unseen">{words.columns}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words.field}</th>
                        <th scope="col">{words.column}</th>
                        <th scope="col">{words.example}</th>
                    </tr>
                </thead>
                <tbody>
                    {FIELDS[one.kind].map((field, i) => (
                        <tr key={field.name} data-field={field.name}>
                            <th scope="row">
                                <span data-own>{field.name}</span>
                                {field.required && <span class="sub-inline"> {words.required}</span>}
                            </th>
                            <td>
                                <select
                                    class="choice"
                                    aria-label={words.columnOf(field.name)}
                                    value={String(one.mapping[i] ?? -1)}
                                    onChange={(e) => {
                                        const at = Number(e.currentTarget.value);
                                        change(one.mapping.map((was, j) => (j === i ? at : was)));
                                    }}
                                >
                                    <option value="-1">{words.noColumn}</option>
                                    {one.header.map((name, at) => (
                                        <option key={at} value={String(at)} selected={one.mapping[i] === at}>
                                            {name}
                                        </option>
                                    ))}
                                </select>
                            </td>
                            <td class="first-example">{one.first[one.mapping[i] ?? -1] ?? ''}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

function Rejects({ totals, file }: { totals: Totals; file: string }) {
    if (totals.rejected === 0) return null;
    return (
        <>
            <div class="scroll-x" tabIndex={0} role="region" aria-label={words.refusedIn(file)}>
                <table class="first-rejects">
                    <thead>
                        <tr>
                            <th scope="col">{words.line}</th>
                            <th scope="col">{words.reason}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {[...totals.rejects].sort((a, b) => a.line - b.line).map((r, i) => (
                            <tr key={i} data-reject={r.line}>
                                <td>{r.line}</td>
                                <td>{reasonOf(r.reason)}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
            {totals.rejected > totals.rejects.length && (
                <p class="sub">{words.moreRejects(totals.rejected - totals.rejects.length)}</p>
            )}
            <p class="sub">{words.rest}</p>
        </>
    );
}

function Account({ one }: { one: Dropped }) {
    const { totals, phase } = one;
    if (!totals) return null;
    const written = phase === 'written' || phase === 'stopped';
    return (
        <div class="first-account" role="status" data-account={phase}>
            {(phase === 'checking' || phase === 'importing') && (
                <>
                    <progress class="first-progress" max={one.file.size} value={totals.bytes} aria-label={words.importing} />
                    <p class="sub">{words.progress(totals.lines)}</p>
                </>
            )}
            {phase === 'checked' && <p>{words.good(totals.good)}</p>}
            {written && <p>{words.written(totals.new, totals.updated, totals.same)}</p>}
            {totals.no_customer > 0 && <p>{words.noCustomer(totals.no_customer)}</p>}
            {(phase === 'checked' || written) && <p>{words.bad(totals.rejected)}</p>}
            {phase === 'stopped' && <p class="notice warn">{words.stopped}</p>}
            {written && totals.unmapped > 0 && <p>{words.unmapped}</p>}
            {phase !== 'checking' && phase !== 'importing' && <Rejects totals={totals} file={one.file.name} />}
        </div>
    );
}

interface OneProps {
    one: Dropped;
    busy: boolean;
    change(part: Partial<Dropped>): void;
    run(dry: boolean): void;
    drop(): void;
}

function OneFile({ one, busy, change, run, drop }: OneProps) {
    const lacks = missing(one.kind, one.mapping);
    const works = one.phase === 'checking' || one.phase === 'importing';
    const remap = (mapping: Mapping) => change({ mapping, phase: 'mapped', totals: null, trouble: null });
    return (
        <li class="first-file" data-file={one.kind} data-phase={one.fault ? 'fault' : one.phase}>
            <h3>{one.file.name}</h3>
            {one.fault && <p class="notice warn">{one.fault}</p>}
            {!one.fault && (
                <>
                    <label class="first-kind">
                        {words.whatIsIt}{' '}
                        <select
                            class="choice"
                            value={one.kind}
                            onChange={(e) => {
                                const kind = e.currentTarget.value as Kind;
                                change({ kind, mapping: mapped(kind, one.header), phase: 'mapped', totals: null, trouble: null });
                            }}
                        >
                            {KINDS.map((kind) => (
                                <option key={kind} value={kind} selected={kind === one.kind}>
                                    {words.kinds[kind]}
                                </option>
                            ))}
                        </select>
                    </label>
                    {!works && one.phase !== 'written' && <Columns one={one} change={remap} />}
                    {lacks.length > 0 && <p class="notice warn">{words.missing(lacks.join(', '))}</p>}
                    <Account one={one} />
                    <Refused trouble={one.trouble} />
                </>
            )}
            <div class="rule-actions">
                {!one.fault && one.phase === 'mapped' && lacks.length === 0 && (
                    <button type="button" class="small-button" data-do="check" aria-disabled={busy} onClick={() => !busy && run(true)}>
                        {words.check}
                    </button>
                )}
                {(one.phase === 'checked' || one.phase === 'stopped') && (
                    <button type="button" class="small-button" data-do="write" aria-disabled={busy} onClick={() => !busy && run(false)}>
                        {one.phase === 'stopped' ? words.again : words.write(one.totals?.good ?? 0)}
                    </button>
                )}
                {!works && (
                    <button type="button" class="small-button quiet" data-do="drop" onClick={drop}>
                        {words.another}
                    </button>
                )}
            </div>
        </li>
    );
}

function Have({ first }: { first: First }) {
    return (
        <p class="sub" data-have>
            {words.inStore(KINDS.map((kind) => words.have(kind, first[kind])).join(', '))}
        </p>
    );
}

interface Props {
    first: First;
    again(): void;
    prove(): Promise<boolean>;
}

export function Files({ first, again, prove }: Props) {
    const [files, setFiles] = useState<Dropped[]>([]);
    const [over, setOver] = useState(false);
    const input = useRef<HTMLInputElement>(null);
    const busy = files.some((f) => f.phase === 'checking' || f.phase === 'importing');
    const change = (key: number, part: Partial<Dropped>) =>
        setFiles((all) => all.map((f) => (f.key === key ? { ...f, ...part } : f)));
    const take = async (list: FileList | null) => {
        const fresh = await Promise.all([...(list ?? [])].map(opened));
        // What others refer to comes first.
        setFiles((all) => [...all, ...fresh].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind)));
    };
    const run = async (one: Dropped, dry: boolean) => {
        change(one.key, { phase: dry ? 'checking' : 'importing', totals: null, trouble: null });
        const { totals, trouble } = await send({
            ...one,
            zones: zonesOf(first.stores),
            dry,
            prove,
            onProgress: (so_far) => change(one.key, { totals: so_far }),
        });
        change(one.key, { totals, trouble, phase: trouble ? (dry ? 'mapped' : 'stopped') : dry ? 'checked' : 'written' });
        if (!dry) again();
    };
    return (
        <>
            <p>{words.filesLead}</p>
            <Have first={first} />
            <div
                class={over ? 'first-drop over' : 'first-drop'}
                data-drop
                onDragOver={(e) => {
                    e.preventDefault();
                    setOver(true);
                }}
                onDragLeave={() => setOver(false)}
                onDrop={(e) => {
                    e.preventDefault();
                    setOver(false);
                    void take(e.dataTransfer?.files ?? null);
                }}
            >
                <p>{words.drop}</p>
                <button type="button" class="small-button" data-do="pick" onClick={() => input.current?.click()}>
                    {words.pick}
                </button>
                <input
                    ref={input}
                    class="unseen"
                    type="file"
                    multiple
                    accept=".csv,.txt,text/csv"
                    tabIndex={-1}
                    aria-hidden="true"
                    onChange={(e) => {
                        void take(e.currentTarget.files);
                        e.currentTarget.value = '';
                    }}
                />
            </div>
            <ul class="first-files">
                {files.map((one) => (
                    <OneFile
                        key={one.key}
                        one={one}
                        busy={busy}
                        change={(part) => change(one.key, part)}
                        run={(dry) => void run(one, dry)}
                        drop={() => setFiles((all) => all.filter((f) => f.key !== one.key))}
                    />
                ))}
            </ul>
        </>
    );
}
