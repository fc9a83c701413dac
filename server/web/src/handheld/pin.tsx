// Signing in with a PIN [P97] [P98]: one large field and one button above the thumb; the hub decides, this page only asks.
// What is typed lives in the field alone: it is gone from here when it was sent.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Stream, View } from '../lib/stream';
import { pinWords as words } from './pin-words';
import { refused } from './refusals';
import '../style/pin.css';

const LEAST = 6;
const MOST = 12;

interface FieldProps {
    id: string;
    label: string;
    value: string;
    focus?: boolean;
    name?: boolean; // words, not digits
    change(value: string): void;
}

/** Read out as a field of which nothing is read out. "one-time-code": no browser offers to keep it. */
export function PinField({ id, label, value, focus, name, change }: FieldProps) {
    const field = useRef<HTMLInputElement>(null);
    useEffect(() => {
        if (focus) field.current?.focus();
    }, []);
    const digits = { type: 'password', inputMode: 'numeric', autocomplete: 'one-time-code', maxLength: MOST } as const;
    const plain = { type: 'text', autocomplete: 'off', maxLength: 64 } as const;
    return (
        <div class="pin-field">
            <label for={id}>{label}</label>
            <input
                ref={field}
                id={id}
                class={name ? 'pin-name' : 'pin-digits'}
                value={value}
                autocapitalize={name ? 'words' : 'none'}
                autocorrect="off"
                spellcheck={false}
                {...(name ? plain : digits)}
                onInput={(e) => {
                    const typed = e.currentTarget.value;
                    const kept = name ? typed : typed.replace(/\D/g, '');
                    e.currentTarget.value = kept;
                    change(kept);
                }}
            />
        </div>
    );
}

/** What was wrong; read out when it comes. */
export function PinTrouble({ view, own }: { view: View; own?: string }) {
    const said = view.trouble && refused(view.trouble);
    // How many tries are left is said of this handheld, in whichever language.
    const left = view.trouble?.error === 'wrong_pin' ? view.locked?.left : undefined;
    return (
        <div role="alert" class="pin-trouble">
            {own ? (
                <p class="notice warn">{own}</p>
            ) : (
                said && (
                    <p class="notice warn" data-error={view.trouble?.error}>
                        <strong>{said.say}</strong> {left === undefined ? said.do : words.enter.tries(left)}
                    </p>
                )
            )}
        </div>
    );
}

interface Props {
    stream: Stream;
    view: View;
    /** With the present PIN first: she has one, and changes it. */
    changes?: boolean;
    /** In a sheet, whose heading has the focus first. */
    sheet?: boolean;
}

/** A new PIN, typed twice. */
export function ChoosePin({ stream, view, changes }: Props) {
    const [old, setOld] = useState('');
    const [first, setFirst] = useState('');
    const [second, setSecond] = useState('');
    const [repeating, setRepeating] = useState(false);
    const [own, setOwn] = useState('');
    const again = (said: string) => {
        setFirst('');
        setSecond('');
        setRepeating(false);
        setOwn(said);
    };
    useEffect(() => {
        if (view.trouble) again('');
        if (view.trouble?.error === 'wrong_pin') setOld('');
    }, [view.trouble]);
    const next = () => {
        stream.forgetTrouble();
        if (first.length < LEAST || (changes && old.length < LEAST)) return setOwn(words.short);
        setOwn('');
        if (!repeating) return setRepeating(true);
        if (first !== second) return again(words.choose.differ);
        stream.choose(first, changes ? old : '');
        setSecond('');
    };
    return (
        <form
            class="pin-form"
            method="post"
            data-form={repeating ? 'repeat' : 'choose'}
            onSubmit={(e) => {
                e.preventDefault();
                if (!view.entering) next();
            }}
        >
            {repeating ? (
                <PinField key="again" id="pin-again" label={words.choose.repeat} value={second} focus change={setSecond} />
            ) : (
                <>
                    {changes && <PinField id="pin-old" label={words.who.present} value={old} change={setOld} />}
                    <PinField key="new" id="pin-new" label={words.choose.label} value={first} focus={!changes} change={setFirst} />
                </>
            )}
            <PinTrouble view={view} own={own} />
            <button type="submit" class="button primary" data-do="choose" aria-busy={view.entering}>
                {view.entering ? words.busy : repeating ? words.choose.save : words.choose.next}
            </button>
        </form>
    );
}

/** The PIN of whom the hub asks for, or of somebody else by her name. */
export function EnterPin({ stream, view, other, sheet }: Props & { other: boolean }) {
    const [name, setName] = useState('');
    const [pin, setPin] = useState('');
    const [own, setOwn] = useState('');
    useEffect(() => {
        if (view.trouble) document.getElementById(other && !name ? 'pin-who' : 'pin')?.focus();
    }, [view.trouble]);
    return (
        <form
            class="pin-form"
            method="post"
            data-form={other ? 'other' : 'pin'}
            onSubmit={(e) => {
                e.preventDefault();
                if (view.entering || (other && !name.trim())) return;
                stream.forgetTrouble();
                setOwn(pin.length < LEAST ? words.short : '');
                if (pin.length < LEAST) return;
                stream.enter(pin, other ? name.trim() : '');
                setPin('');
            }}
        >
            {other && (
                <PinField id="pin-who" label={words.other.name} value={name} name focus={!sheet} change={setName} />
            )}
            <PinField id="pin" label={words.enter.label} value={pin} focus={!other} change={setPin} />
            <PinTrouble view={view} own={own} />
            <button type="submit" class="button primary" data-do="sign-in" aria-busy={view.entering}>
                {view.entering ? words.busy : words.enter.go}
            </button>
        </form>
    );
}

/** All that a handheld shows while nobody is signed in. */
export function Locked({ stream, view }: Props) {
    const [other, setOther] = useState(false);
    const [repeated, setRepeated] = useState(0);
    const why = view.locked?.why ?? 'pin';
    const you = view.locked?.you ?? '';
    const left = view.locked?.left ?? 5;
    useEffect(() => setOther(false), [why]);
    if (why === 'shut')
        return (
            <main class="middle centred" data-locked="shut">
                <div class="question" role="alert">
                    <h1>{words.shut.title}</h1>
                    <p class="lead">{words.shut.lead}</p>
                </div>
            </main>
        );
    const [title, lead] = other
        ? [words.other.title, words.other.lead]
        : why === 'choose'
          ? [words.choose.title(you), words.choose.lead]
          : [words.enter.title(you), view.trouble || left > 4 ? words.enter.lead : words.enter.tries(left)];
    return (
        <>
            <main class="middle centred pin" data-locked={other ? 'other' : why}>
                <div class="question">
                    <h1>{title}</h1>
                    <p class="lead">{lead}</p>
                </div>
                {why === 'choose' && !other ? (
                    <ChoosePin stream={stream} view={view} />
                ) : (
                    <EnterPin key={`${other}${repeated}`} stream={stream} view={view} other={other} />
                )}
            </main>
            <footer class="actions">
                <button
                    type="button"
                    class="button quiet"
                    data-do={other ? 'back' : 'other'}
                    onClick={() => {
                        stream.forgetTrouble();
                        setRepeated(repeated + 1);
                        setOther(!other);
                    }}
                >
                    {other ? words.enter.back : words.enter.else}
                </button>
            </footer>
        </>
    );
}
