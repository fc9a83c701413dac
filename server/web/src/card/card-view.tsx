// The card: two groups, May say and Know only, each with its reason once; what stands behind a line is one tap away.
// The customer sees the same component before she says yes, so that it cannot show her something else.

import type { Card, CardNotes, Line } from '../wire';
import { useState } from 'preact/hooks';
import { Cross } from '../lib/icons';
import { heard, heardReason, heardStanding } from './heard';
import { inside, lineText, money, type When } from './line';
import { words } from './words';

interface Props {
    card: Card;
    /** Given for a customer: a tap on a line strikes it instead of explaining it. Ordinals from 1 over both groups. */
    strike?: { struck: ReadonlySet<number>; toggle(ordinal: number): void };
    /** Given for a customer who has joined: what she may decide about one line, shown when she taps it. */
    choose?: { hide: string; talk: string; pick(ordinal: number, how: 'hide' | 'talk'): void };
    /** Every reason open at once. */
    whyAll?: boolean;
    headingLevel?: 1 | 2 | 3;
}

function today(): When {
    const now = new Date();
    return { year: now.getFullYear(), month: now.getMonth() + 1 };
}

function Why({ line, currency, ruleToo }: { line: Line; currency: string; ruleToo: boolean }) {
    const parts = [
        heardReason(line.because),
        line.store ?? '',
        typeof line.price === 'number' ? money(line.price, currency) : '',
        line.age_days === undefined ? '' : words.days(line.age_days),
        ruleToo && line.rule ? words.rule(line.rule) : '',
    ];
    return <span class="line-why">{parts.filter(Boolean).join(' · ')}</span>;
}

function LineRow({ line, mayBeSaid, props }: { line: Line; mayBeSaid: boolean; props: Props }) {
    const ordinal = line.line;
    const [open, setOpen] = useState(false);
    const text = lineText(line, today());
    if (props.strike) {
        const struck = props.strike.struck.has(ordinal);
        return (
            <li>
                <button
                    type="button"
                    class="line strikable"
                    aria-pressed={struck}
                    onClick={() => props.strike?.toggle(ordinal)}
                >
                    <span class={struck ? 'line-text struck' : 'line-text'}>{text}</span>
                    <span class="line-mark">
                        {struck ? words.putBack : <Cross />}
                        {!struck && <span class="unseen">{words.strike}</span>}
                    </span>
                </button>
            </li>
        );
    }
    const shown = open || props.whyAll === true;
    return (
        <li>
            <button type="button" class="line" aria-expanded={shown} onClick={() => setOpen(!open)}>
                <span class="line-text">{text}</span>
                {shown && <Why line={line} currency={props.card.currency} ruleToo={!props.choose} />}
            </button>
            {open && props.choose && (
                <div class="chips line-choices">
                    <button
                        type="button"
                        class="chip"
                        data-how="hide"
                        onClick={() => props.choose?.pick(ordinal, 'hide')}
                    >
                        {props.choose.hide}
                    </button>
                    {!mayBeSaid && (
                        <button
                            type="button"
                            class="chip"
                            data-how="talk"
                            onClick={() => props.choose?.pick(ordinal, 'talk')}
                        >
                            {props.choose.talk}
                        </button>
                    )}
                </div>
            )}
        </li>
    );
}

/** What its viewer wrote down herself: word for word, with its reason behind one tap; on the customer's own page, plain. */
function NoteRow({ text, notes, props }: { text: string; notes: CardNotes; props: Props }) {
    const [open, setOpen] = useState(false);
    const hers = props.strike !== undefined || props.choose !== undefined;
    const said = <span class="line-text">{hers ? words.notedOfHer(text) : words.noted(text)}</span>;
    if (hers)
        return (
            <li>
                <p class="line plain">{said}</p>
            </li>
        );
    const shown = open || props.whyAll === true;
    return (
        <li>
            <button type="button" class="line" data-note aria-expanded={shown} onClick={() => setOpen(!open)}>
                {said}
                {shown && <span class="line-why">{[notes.because, words.rule(notes.rule)].join(' · ')}</span>}
            </button>
        </li>
    );
}

interface GroupProps {
    title: string;
    reason: string;
    lines: Line[];
    mayBeSaid: boolean;
    props: Props;
    extra: string;
    notes?: CardNotes | undefined;
}

function Group({ title, reason, lines, mayBeSaid, props, extra, notes }: GroupProps) {
    if (lines.length === 0 && !extra && !notes) return null;
    const Head = (['h2', 'h3', 'h4'] as const)[(props.headingLevel ?? 2) - 1] ?? 'h3';
    return (
        <section class="group">
            <Head class="group-head">
                <span class="group-title">{title}</span>
                {reason && <span class="group-why">{reason}</span>}
            </Head>
            <ul class="lines">
                {notes?.texts.map((text, i) => (
                    <NoteRow key={`note${i}`} text={text} notes={notes} props={props} />
                ))}
                {extra && (
                    <li>
                        <p class="line plain">
                            <span class="line-text">{extra}</span>
                        </p>
                    </li>
                )}
                {lines.map((line) => (
                    <LineRow key={line.line} line={line} mayBeSaid={mayBeSaid} props={props} />
                ))}
            </ul>
        </section>
    );
}

function derived(card: Card, mention: 'ok' | 'wait'): string {
    const { sizes, likes } = card.fields;
    const parts = [
        sizes?.mention === mention ? `${words.size} ${sizes.text.split(' ').map(inside).join(' ')}` : '',
        likes?.mention === mention ? `${words.likes} ${likes.text}` : '',
    ];
    const both = parts.filter(Boolean).join(', ');
    return both.charAt(0).toLocaleUpperCase() + both.slice(1);
}

function greeting(greet: string, name: string): string {
    return name.split(' ').includes(greet) ? words.greetByName : words.greetAs(greet);
}

export function CardView(props: Props) {
    const { card } = props;
    const { name, greet, hint, wish } = card.fields;
    const Name = (['h1', 'h2', 'h3'] as const)[(props.headingLevel ?? 2) - 1] ?? 'h2';
    const here = card.seen === 'may-be' ? words.hereMaybe : words.hereSure;
    const noticed = card.seen === 'checked-in' ? '' : words.noticed(card.age_s);
    const facts = [hint ? heard(hint.text) : '', card.meet ? `${words.meet}: ${heard(card.meet)}` : ''].filter(Boolean);
    const lines = card.may_say.lines.length + card.know_only.lines.length;
    return (
        <article class="card">
            <header class="card-head">
                <Name class="card-name">{name?.text || words.someone}</Name>
                <p class="card-standing">{[heardStanding(card.standing), here, noticed].filter(Boolean).join(' · ')}</p>
                {facts.length > 0 && <p class="card-facts">{facts.join(' · ')}</p>}
            </header>
            <dl class="card-wish">
                {wish && (
                    <div>
                        <dt>{words.wants}</dt>
                        <dd>{heard(wish.text)}</dd>
                    </div>
                )}
                <div>
                    <dt>{words.greet}</dt>
                    <dd class={greet ? '' : 'mild'}>
                        {greet ? greeting(greet.text, name?.text ?? '') : words.noName}
                    </dd>
                </div>
            </dl>
            <Group
                title={words.maySay}
                reason={heardReason(card.may_say.because)}
                lines={card.may_say.lines}
                mayBeSaid
                props={props}
                extra={derived(card, 'ok')}
            />
            <Group
                title={words.knowOnly}
                reason={words.knowOnlyWhy}
                lines={card.know_only.lines}
                mayBeSaid={false}
                props={props}
                extra={derived(card, 'wait')}
                notes={card.fields.notes}
            />
            {lines === 0 && !card.fields.notes && (
                <p class="card-none">{card.seen === 'may-be' ? words.metFirst : words.noHistory}</p>
            )}
        </article>
    );
}
