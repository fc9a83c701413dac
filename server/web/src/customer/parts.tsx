// The pieces of which the customer's screens are made.

import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useHeadingFocus } from '../lib/hooks';
import { Check, Chevron } from '../lib/icons';
import type { Trouble } from '../lib/api';
import { language } from '../lib/language';
import { Languages } from '../lib/languages';
import type { Hub } from './hub';
import { words } from './words';

type Said = { readonly say: string; readonly do: string };

export function troubleWords(trouble: Trouble): { say: string; do: string } {
    const own =
        (words.errors as Record<string, Said | undefined>)[trouble.error] ??
        (words.refusals as Record<string, Said | undefined> | null)?.[trouble.error] ??
        (trouble.status === 410 ? words.errors.link_over : undefined) ??
        (trouble.status === 429 ? words.errors.rate : undefined);
    if (own) return own;
    const { unknown } = words.errors;
    // What has no words of ours is said in the hub's, which are English.
    return trouble.say && language() === 'en' ? { say: trouble.say, do: trouble.do } : unknown;
}

interface ScreenProps {
    hub: Hub;
    name: string;
    store?: string | undefined;
    title: ComponentChildren;
    lead?: ComponentChildren;
    eyebrow?: string | undefined;
    centred?: boolean;
    quiet?: boolean; // the trouble is what the screen itself says
    good?: boolean; // something she asked for is done
    children?: ComponentChildren;
    actions?: ComponentChildren;
}

/** One screen: the store's name, one question, what is behind it, and what the thumb needs. */
export function Screen(props: ScreenProps) {
    const heading = useHeadingFocus(props.name);
    const { hub } = props;
    const trouble = hub.trouble ? troubleWords(hub.trouble) : null;
    return (
        <div class="screen" data-screen={props.name}>
            <header class="masthead">{props.store || hub.now?.store || '\u00a0'}</header>
            <main key={props.name} class={props.centred ? 'middle centred' : 'middle'}>
                <div class="question">
                    {props.good && (
                        <p class="sign-of">
                            <Check />
                        </p>
                    )}
                    {props.eyebrow && <p class="eyebrow">{props.eyebrow}</p>}
                    <div aria-live="polite">
                        <h1 ref={heading} tabIndex={-1}>
                            {props.title}
                        </h1>
                    </div>
                    {props.lead && <p class="lead">{props.lead}</p>}
                </div>
                {props.children}
            </main>
            <footer class="actions">
                <div aria-live="polite">
                    {hub.offline && (
                        <p class="notice warn" data-notice="offline">
                            <strong>{words.offline.say}</strong> {words.offline.do}
                        </p>
                    )}
                    {trouble && !hub.offline && !props.quiet && (
                        <p class="notice warn" data-notice={hub.trouble?.error}>
                            <strong>{trouble.say}</strong> {trouble.do}
                        </p>
                    )}
                </div>
                {props.actions}
            </footer>
            <Languages label={words.language} />
        </div>
    );
}

interface ButtonProps {
    hub: Hub;
    action: string; // the hub action that it starts: it says so while that runs
    kind?: 'primary' | 'quiet' | 'stop' | '';
    onPress(): void;
    children: ComponentChildren;
}

export function ActButton(props: ButtonProps) {
    const mine = props.hub.busy === props.action;
    return (
        <button
            type="button"
            class={`button ${props.kind ?? ''}`}
            data-do={props.action}
            aria-busy={mine}
            aria-disabled={props.hub.busy !== null}
            onClick={() => props.hub.busy === null && props.onPress()}
        >
            {mine ? (props.hub.trying ? words.stillTrying : words.sending) : props.children}
        </button>
    );
}

/** A row that opens in place: label, what is chosen now, and behind one tap the choices. */
export function Row(props: {
    label: string;
    value: string;
    unsaid?: string;
    open: boolean;
    toggle(): void;
    children: ComponentChildren;
}) {
    const body = useId();
    const opened = useRef<HTMLDivElement>(null);
    const wasOpen = useRef(props.open);
    useEffect(() => {
        if (props.open && !wasOpen.current) opened.current?.scrollIntoView({ block: 'nearest' });
        wasOpen.current = props.open;
    }, [props.open]);
    return (
        <div class="row">
            <button
                type="button"
                class="row-head"
                aria-expanded={props.open}
                aria-controls={body}
                onClick={props.toggle}
            >
                <span class="row-label">{props.label}</span>
                <span class={props.value ? 'row-value' : 'row-value unsaid'}>
                    {props.value || props.unsaid}
                </span>
                <Chevron />
            </button>
            <div class="row-body" ref={opened} id={body} hidden={!props.open}>
                {props.open && props.children}
            </div>
        </div>
    );
}

/** A row that leads to a sheet. */
export function RowLink(props: { label: string; name: string; onPress(): void }) {
    return (
        <div class="row row-link">
            <button
                type="button"
                class="row-head"
                data-open={props.name}
                aria-haspopup="dialog"
                onClick={props.onPress}
            >
                <span class="row-value">{props.label}</span>
                <Chevron />
            </button>
        </div>
    );
}

export function Tick(props: {
    label: string;
    note?: string;
    name: string;
    on: boolean;
    set(on: boolean): void;
    disabled?: boolean;
}) {
    return (
        <button
            type="button"
            role="checkbox"
            class="tick"
            data-tick={props.name}
            aria-checked={props.on}
            aria-disabled={props.disabled === true}
            onClick={() => !props.disabled && props.set(!props.on)}
        >
            <span class="tick-box">
                <Check />
            </span>
            <span class="tick-words">
                {props.label}
                {props.note && <span class="tick-note">{props.note}</span>}
            </span>
        </button>
    );
}

export interface Choice {
    value: string;
    label: string;
    swatch?: string;
}

/** Chips: at most one is chosen; a second tap on it takes the choice back if that is allowed. */
export function Chips(props: {
    legend: string;
    choices: readonly Choice[];
    chosen: string;
    pick(value: string): void;
    wide?: boolean;
    hideLegend?: boolean;
    colours?: boolean;
}) {
    return (
        <fieldset class={props.wide ? 'chips asked' : 'chips'}>
            <legend class={props.hideLegend ? 'unseen' : ''}>{props.legend}</legend>
            <div class={props.colours ? 'colours' : 'chips'}>
                {props.choices.map((c) => (
                    <button
                        key={c.value}
                        type="button"
                        class={props.wide ? 'chip wide' : 'chip'}
                        data-chip={c.value}
                        aria-pressed={c.value === props.chosen}
                        onClick={() => props.pick(c.value === props.chosen ? '' : c.value)}
                    >
                        {c.swatch && <Swatch colour={c.swatch} />}
                        {c.label}
                    </button>
                ))}
            </div>
        </fieldset>
    );
}

function Swatch({ colour }: { colour: string }) {
    return <span class="swatch" style={{ backgroundColor: colour }} />;
}

export function Waiting() {
    return (
        <div class="waiting" role="status">
            <span class="unseen">{words.loading}</span>
            <i />
            <i />
            <i />
        </div>
    );
}
