// The same rules as text: to keep them in a file, to paste them from one. The hub reads it and says what is wrong where.

import { useRef, useState } from 'preact/hooks';
import type { Rules, RulesError } from '../../wire';
import { HubsOwn } from '../hubs-own';
import { words } from './words';

interface Props {
    text: string;
    errors: readonly RulesError[];
    shipped: Rules['shipped'];
    /** Somebody writes; `done`: and has left the field. */
    type(text: string): void;
    done(): void;
    /** Another text in the place of all rules. */
    load(text: string): void;
}

/** Where a line and a column stand in the text; columns count characters. */
function placeOf(text: string, { line, column }: RulesError): number {
    const lines = text.split('\n');
    const before = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0);
    return before + [...(lines[line - 1] ?? '')].slice(0, column - 1).join('').length;
}

export function AsText({ text, errors, shipped, type, done, load }: Props) {
    const field = useRef<HTMLTextAreaElement>(null);
    const [copied, setCopied] = useState(false);
    const go = (e: RulesError) => {
        const at = placeOf(text, e);
        const word = /^[^\s,/]+/.exec(text.slice(at))?.[0].length ?? 1;
        field.current?.focus();
        field.current?.setSelectionRange(at, at + word);
    };
    return (
        <details class="as-text">
            <summary data-do="as-text">{words.textTitle}</summary>
            <p class="sub">{words.textLead}</p>
            <textarea
                ref={field}
                data-part="text"
                aria-label={words.textLabel}
                aria-invalid={errors.length > 0}
                spellcheck={false}
                autocapitalize="off"
                wrap="off"
                rows={14}
                value={text}
                onInput={(e) => type(e.currentTarget.value)}
                onBlur={done}
            />
            <div role="status">
                {errors.length > 0 && (
                    <ul class="findings">
                        {errors.map((e) => (
                            <li key={`${e.line}.${e.column}`} class="finding mistake">
                                <button
                                    type="button"
                                    class="small-button"
                                    data-error={`${e.line}.${e.column}`}
                                    onMouseDown={(event) => event.preventDefault()}
                                    onClick={() => go(e)}
                                >
                                    {words.goTo(e.line, e.column)}
                                </button>
                                <HubsOwn text={e.say} />
                            </li>
                        ))}
                        <li class="sub">{words.textWrong}</li>
                    </ul>
                )}
            </div>
            <div class="rule-actions">
                <button
                    type="button"
                    class="small-button"
                    data-do="copy"
                    onClick={() => {
                        field.current?.select();
                        void navigator.clipboard?.writeText(text).then(
                            () => setCopied(true),
                            () => undefined,
                        );
                    }}
                    onBlur={() => setCopied(false)}
                >
                    {copied ? words.copied : words.copy}
                </button>
            </div>
            {shipped.length > 0 && (
                <div class="rule-actions">
                    <span class="sub">{words.startFrom}</span>
                    {shipped.map((s) => (
                        <button
                            key={s.name}
                            type="button"
                            class="small-button"
                            data-shipped={s.name}
                            onClick={() => load(s.text)}
                        >
                            {words.shipped(s.name)}
                        </button>
                    ))}
                </div>
            )}
        </details>
    );
}
