// What somebody is changing: the rules, what can be undone, the text while it is being typed, and a copy that outlives
// a reload. It asks the hub nothing; whoever uses it brings the hub's answers.

import { useEffect, useState } from 'preact/hooks';
import type { Rule } from '../../wire';
import { draftOf, headerOf, replaced, textOf, withNew, without, type Draft, type Part } from './draft';

const UNDO_MOST = 100;
const KEPT = 'maitred.rules'; // in the window's own storage: rules, nobody's data

interface State {
    draft: Draft;
    past: readonly Draft[];
    tag: string; // of the last change: further ones of the same tag are undone with it
    typed: string | null; // the text as somebody is writing it, until it is left
    open: number | null;
}

export const keptText = () => sessionStorage.getItem(KEPT);

function keep(text: string | null) {
    if (text === null) sessionStorage.removeItem(KEPT);
    else sessionStorage.setItem(KEPT, text);
}

const TYPED_PARTS = /\.(because|price_from|price_below|age_most|age_more)$/;

/** What was typed, read: `draft` in the place of the rules of before. `left`: nobody is in the text any more. */
function adopted(was: State, draft: Draft, left: boolean): State {
    if (was.typed === null) return was;
    const typed = left ? null : was.typed;
    if (textOf(draft) === textOf(was.draft)) return { ...was, typed };
    const past = was.tag === 'text' ? was.past : [...was.past, was.draft].slice(-UNDO_MOST);
    return { ...was, draft, past, tag: left ? '' : 'text', typed };
}

/** A new rule, open. */
function added(was: State, part: Part): State {
    const made = withNew(was.draft, part);
    const past = [...was.past, was.draft].slice(-UNDO_MOST);
    return { ...was, past, draft: made.draft, tag: '', typed: null, open: made.key };
}

/** A removed rule at its place in `order` again; rules that are not in it stay at the end. */
function withBack(draft: Draft, rule: Rule, order: readonly Rule[]): Draft {
    const all = [...draft.rules.map((d) => d.rule), rule];
    const place = new Map(
        all.map((r, i) => {
            const at = order.findIndex((o) => o.id === r.id);
            return [r, at < 0 ? i + order.length : at];
        }),
    );
    return draftOf(draft.header, all.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0)), draft);
}

export function useDraft(live: { text: string; rules: readonly Rule[] } | null) {
    const [state, setState] = useState<State | null>(null);
    const text = state ? textOf(state.draft) : '';
    useEffect(() => {
        if (state && live) keep(text === live.text ? null : text);
    }, [text, live?.text]);

    const next = (make: (was: State) => Draft, tag: string, more: Partial<State> = {}) =>
        setState((was) => {
            if (!was) return was;
            const draft = make(was);
            const together = tag === was.tag && (tag === 'text' || TYPED_PARTS.test(tag));
            const past = together ? was.past : [...was.past, was.draft].slice(-UNDO_MOST);
            return { ...was, past, draft, tag, typed: null, ...more };
        });

    return {
        draft: state?.draft ?? null,
        /** What the hub is asked about: what is being typed, else what the sentences say. */
        text: state ? (state.typed ?? text) : null,
        written: text,
        typed: state?.typed ?? null,
        open: state?.open ?? null,
        canUndo: (state?.past.length ?? 0) > 0,

        begin(header: string, rules: readonly Rule[]) {
            setState({ draft: draftOf(header, rules), past: [], tag: '', typed: null, open: null });
        },
        setOpen(key: number | null) {
            setState((was) => was && { ...was, open: key, tag: '' });
        },
        change(key: number, rule: Rule, part: string) {
            next((was) => replaced(was.draft, key, rule), `${key}.${part}`);
        },
        remove(key: number) {
            next((was) => without(was.draft, key), '', { open: null });
        },
        add(part: Part) {
            setState((was) => was && added(was, part));
        },
        putBack(rule: Rule, order: readonly Rule[]) {
            next((was) => withBack(was.draft, rule, order), '');
        },
        undo() {
            setState((was) => {
                const draft = was?.past[was.past.length - 1];
                if (!was || !draft) return was;
                const open = draft.rules.some((d) => d.key === was.open) ? was.open : null;
                return { draft, past: was.past.slice(0, -1), tag: '', typed: null, open };
            });
        },
        type(typed: string) {
            setState((was) => was && { ...was, typed });
        },
        /** Another text in the place of all rules, as a step of its own. */
        load(typed: string) {
            setState((was) => was && { ...was, typed, tag: '' });
        },
        /** The hub has read what was typed: these are its rules. `left`: nobody is in the text any more. */
        adopt(canonical: string, rules: readonly Rule[], left: boolean) {
            setState((was) => was && adopted(was, draftOf(headerOf(canonical), rules, was.draft), left));
        },
        left() {
            setState((was) => was && { ...was, tag: '' });
        },
    };
}

export type Drafting = ReturnType<typeof useDraft>;
