// The picture: who sees how much of what was bought where. One table; the arrow keys go from field to field.

import { useRef, useState } from 'preact/hooks';
import type { Picture, PictureCell, RulesCheck } from '../../wire';
import { rank, Rungs } from './step';
import { words } from './words';

type Tab = keyof typeof words.pictureTabs;

interface Cell {
    now: PictureCell;
    was: PictureCell | null; // where it differs
}

interface Band {
    label: string; // the kinds that look alike
    cells: Cell[][]; // row, column
}

const same = (a: PictureCell, b: PictureCell) =>
    a.least === b.least && a.most === b.most && a.may_say === b.may_say;

const kindName = (kind: string) =>
    kind === 'any other' ? words.pictureAny : kind === 'sensitive' ? words.pictureSensitive : kind;

/** Kinds of which the same is true in every field stand together. */
function bands(live: Picture, draft: Picture, tab: Tab): Band[] {
    const made = new Map<string, { labels: string[]; cells: Cell[][] }>();
    draft.kinds.forEach((kind, k) => {
        const at = Math.max(0, live.kinds.indexOf(kind));
        const cells = draft.rows.map((_, r) =>
            draft.columns.map((__, c): Cell => {
                const then = draft.cells[r]?.[c]?.[k] ?? { least: 'hide', most: 'hide', may_say: false };
                const now = live.cells[r]?.[c]?.[at] ?? then;
                const shown = tab === 'live' ? now : then;
                return { now: shown, was: tab === 'difference' && !same(now, then) ? now : null };
            }),
        );
        const key = JSON.stringify(cells);
        const band = made.get(key);
        if (band) band.labels.push(kindName(kind));
        else made.set(key, { labels: [kindName(kind)], cells });
    });
    return [...made.values()].map(({ labels, cells }) => ({ label: labels.join(', '), cells }));
}

const said = (cell: PictureCell) => words.upTo(words.step[cell.least], words.step[cell.most]);

/** Whether it shows more or less than it did; by the most, then the least, then whether it may be said. */
function direction({ now, was }: Cell): 'more' | 'less' | '' {
    if (!was) return '';
    const by =
        rank(now.most) - rank(was.most) ||
        rank(now.least) - rank(was.least) ||
        Number(now.may_say) - Number(was.may_say);
    return by > 0 ? 'more' : 'less';
}

function Field({ cell, tab }: { cell: Cell; tab: Tab }) {
    if (tab === 'difference' && !cell.was) return <span class="picture-same">{words.same_}</span>;
    return (
        <>
            <Rungs least={cell.now.least} most={cell.now.most} />
            <span class="picture-said">{said(cell.now)}</span>
            {cell.now.may_say && <span class="picture-aloud">{words.sayMark}</span>}
            {cell.was && (
                <span class="picture-was">
                    {words.instead} {said(cell.was)}
                    {cell.was.may_say && !cell.now.may_say ? `, ${words.sayMark}` : ''}
                </span>
            )}
        </>
    );
}

interface Props {
    picture: NonNullable<RulesCheck['picture']>;
    differs: boolean; // the rules are not those in force
}

export function PictureOf({ picture, differs }: Props) {
    const { live, draft } = picture;
    const changed = JSON.stringify(live.cells) !== JSON.stringify(draft.cells);
    const [picked, setTab] = useState<Tab | null>(null);
    const tab = picked ?? (changed ? 'difference' : 'live');
    const [at, setAt] = useState<[number, number, number]>([0, 0, 0]); // band, row, column
    const table = useRef<HTMLTableElement>(null);
    const all = bands(live, draft, tab);
    const [band, row, column] = [Math.min(at[0], all.length - 1), at[1], at[2]];
    const here = all[band]?.cells[row]?.[column];
    const who = words.rows[draft.rows[row] ?? ''] ?? draft.rows[row] ?? '';

    const go = (e: KeyboardEvent) => {
        const rows = draft.rows.length;
        const flat = band * rows + row;
        const to: Record<string, [number, number]> = {
            ArrowDown: [Math.min(flat + 1, all.length * rows - 1), column],
            ArrowUp: [Math.max(flat - 1, 0), column],
            ArrowRight: [flat, Math.min(column + 1, draft.columns.length - 1)],
            ArrowLeft: [flat, Math.max(column - 1, 0)],
            Home: [flat, 0],
            End: [flat, draft.columns.length - 1],
        };
        const next = to[e.key];
        if (!next) return;
        e.preventDefault();
        const place: [number, number, number] = [Math.floor(next[0] / rows), next[0] % rows, next[1]];
        setAt(place);
        table.current?.querySelector<HTMLElement>(`[data-at="${place.join('.')}"]`)?.focus();
    };

    return (
        <>
            <fieldset class="segments">
                <legend class="unseen">{words.pictureLegend}</legend>
                {(Object.keys(words.pictureTabs) as Tab[]).map((t) => (
                    <label key={t} class={t === tab ? 'segment on' : 'segment'}>
                        <input
                            type="radio"
                            name="picture"
                            value={t}
                            checked={t === tab}
                            onChange={() => setTab(t)}
                        />
                        {words.pictureTabs[t]}
                    </label>
                ))}
            </fieldset>
            {differs && !changed && <p class="sub">{words.pictureNone}</p>}
            <div class="picture-scroll">
                <table ref={table} class="picture" data-tab={tab} role="grid" onKeyDown={go}>
                    <caption class="unseen">
                        {words.pictureLead} {words.pictureTabs[tab]}. {words.hint}
                    </caption>
                    <thead>
                        <tr>
                            <th scope="col">{words.viewer}</th>
                            {draft.columns.map((c) => (
                                <th key={c} scope="col">
                                    {words.columns[c] ?? c}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    {all.map((b, n) => (
                        <tbody key={b.label}>
                            <tr class="picture-kind">
                                <th scope="rowgroup" colSpan={draft.columns.length + 1}>
                                    {b.label}
                                </th>
                            </tr>
                            {b.cells.map((cells, r) => (
                                <tr key={draft.rows[r]}>
                                    <th scope="row">{words.rows[draft.rows[r] ?? ''] ?? draft.rows[r]}</th>
                                    {cells.map((cell, c) => (
                                        <td
                                            key={draft.columns[c]}
                                            class={`${direction(cell)} rank-${rank(cell.now.most)}`}
                                            role="gridcell"
                                            data-at={`${n}.${r}.${c}`}
                                            tabIndex={n === band && r === row && c === column ? 0 : -1}
                                            onFocus={() => setAt([n, r, c])}
                                            onClick={(e) => e.currentTarget.focus()}
                                        >
                                            <Field cell={cell} tab={tab} />
                                        </td>
                                    ))}
                                </tr>
                            ))}
                        </tbody>
                    ))}
                </table>
            </div>
            {here && (
                <p class="picture-word" aria-live="polite">
                    {words.cell(
                        who,
                        words.columns[draft.columns[column] ?? ''] ?? draft.columns[column] ?? '',
                        all[band]?.label ?? '',
                        words.step[here.now.least],
                        words.step[here.now.most],
                        here.now.may_say,
                    )}
                    {here.was && words.cellWas(said(here.was))}
                </p>
            )}
        </>
    );
}
