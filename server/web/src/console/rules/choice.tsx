// The controls that stand inside a sentence: native ones, so that keyboard, touch and screen reader know them.

import { useEffect, useState } from 'preact/hooks';

interface Pick<V extends string> {
    part: string; // which part of the rule this chooses
    label: string;
    value: V;
    options: readonly (readonly [V, string])[];
    onPick(value: V): void;
}

export function Choice<V extends string>({ part, label, value, options, onPick }: Pick<V>) {
    return (
        <select
            class="choice"
            data-part={part}
            aria-label={label}
            value={value}
            onChange={(e) => onPick(e.currentTarget.value as V)}
        >
            {options.map(([v, text]) => (
                <option key={v} value={v} selected={v === value}>
                    {text}
                </option>
            ))}
        </select>
    );
}

interface Several<V extends string> {
    part: string;
    label: string;
    values: readonly V[];
    options: readonly (readonly [V, string])[];
    /** In the order of the options; never empty. */
    onPick(values: V[]): void;
}

/** Some of a few: each a tick of its own, at least one. */
export function Ticks<V extends string>({ part, label, values, options, onPick }: Several<V>) {
    return (
        <fieldset class="ticks" data-part={part}>
            <legend class="unseen">{label}</legend>
            {options.map(([v, text]) => {
                const on = values.includes(v);
                return (
                    <label key={v} class={on ? 'tickable on' : 'tickable'}>
                        <input
                            type="checkbox"
                            value={v}
                            checked={on}
                            disabled={on && values.length === 1}
                            onChange={() =>
                                onPick(options.map(([o]) => o).filter((o) => (o === v ? !on : values.includes(o))))
                            }
                        />
                        {text}
                    </label>
                );
            })}
        </fieldset>
    );
}

interface Amount {
    part: string;
    label: string;
    value: string;
    whole?: boolean;
    onPick(value: string): void;
}

/** A number: what does not make one yet stays in the field and changes nothing. */
export function NumberIn({ part, label, value, whole, onPick }: Amount) {
    const [text, setText] = useState(value);
    const least = whole ? 1 : 0;
    const most = whole ? 1200 : 999_999_999;
    const good = (t: string) =>
        t !== '' && Number(t) >= least && Number(t) <= most && (!whole || Number.isInteger(Number(t)));
    useEffect(() => {
        if (Number(text) !== Number(value)) setText(value);
    }, [value]);
    return (
        <input
            class="choice number"
            data-part={part}
            type="number"
            inputMode={whole ? 'numeric' : 'decimal'}
            aria-label={label}
            aria-invalid={!good(text)}
            min={least}
            max={most}
            step={whole ? 1 : 0.01}
            value={text}
            onInput={(e) => {
                const t = e.currentTarget.value;
                setText(t);
                if (good(t)) onPick(whole ? t : String(Math.round(Number(t) * 100) / 100));
            }}
            onBlur={() => {
                if (!good(text)) setText(value);
            }}
        />
    );
}
