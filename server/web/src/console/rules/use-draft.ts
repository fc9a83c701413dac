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
            setState((was) => {
                if (!was) return was;
                const made = withNew(was.draft, part);
                const past = [...was.past, was.draft].slice(-UNDO_MOST);
                return { ...was, past, draft: made.draft, tag: '', typed: null, open: made.key };
            });
        },
        putBack(rule: Rule, order: readonly Rule[]) {
            next((was) => {
                const all = [...was.draft.rules.map((d) => d.rule), rule];
                const place = (r: Rule) => {
                    const at = order.findIndex((o) => o.id === r.id);
                    return at < 0 ? all.indexOf(r) + order.length : at;
                };
                return draftOf(was.draft.header, all.sort((a, b) => place(a) - place(b)), was.draft);
            }, '');
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
            setState((was) => {
                if (!was || was.typed === null) return was;
                const draft = draftOf(headerOf(canonical), rules, was.draft);
                const past = was.tag === 'text' ? was.past : [...was.past, was.draft].slice(-UNDO_MOST);
                return textOf(draft) === textOf(was.draft)
                    ? { ...was, typed: left ? null : was.typed }
                    : { ...was, draft, past, tag: left ? '' : 'text', typed: left ? null : was.typed };
            });
        },
        left() {
            setState((was) => was && { ...was, tag: '' });
        },
    };
}

export type Drafting = ReturnType<typeof useDraft>;
