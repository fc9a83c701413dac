// Who is signed in, and what she can do about it: sign out, change her PIN, let somebody else sign in.

import { useEffect, useState } from 'preact/hooks';
import { Dialog } from '../lib/dialog';
import { chime } from '../lib/chime';
import type { Stream, View } from '../lib/stream';
import { ChoosePin, EnterPin } from './pin';
import { pinWords as words } from './pin-words';

type Step = 'menu' | 'change' | 'other';

function Who({ stream, view, close }: { stream: Stream; view: View; close(): void }) {
    const [step, setStep] = useState<Step>('menu');
    const [chosen] = useState(view.chosen); // before
    const changed = view.chosen > chosen;
    const go = (to: Step) => {
        stream.forgetTrouble();
        setStep(to);
    };
    const title = step === 'other' ? words.other.title : step === 'change' ? words.who.changeTitle : undefined;
    return (
        <Dialog
            label={words.who.title(view.welcome?.you.name ?? '')}
            close={words.who.close}
            step={changed ? 'changed' : step}
            onClose={() => {
                stream.forgetTrouble();
                close();
            }}
        >
            <h2>{changed ? words.who.changed : (title ?? words.who.title(view.welcome?.you.name ?? ''))}</h2>
            {step === 'menu' && (
                <div class="pin-menu">
                    <button type="button" class="button" data-do="leave" onClick={() => stream.leave()}>
                        {words.who.leave}
                    </button>
                    <button type="button" class="button" data-do="change-pin" onClick={() => go('change')}>
                        {words.who.change}
                    </button>
                    <button type="button" class="button" data-do="other" onClick={() => go('other')}>
                        {words.enter.else}
                    </button>
                </div>
            )}
            {step === 'change' && !changed && <ChoosePin stream={stream} view={view} changes />}
            {step === 'other' && (
                <>
                    <p>{words.other.lead}</p>
                    <EnterPin stream={stream} view={view} other sheet />
                </>
            )}
        </Dialog>
    );
}

/** The name in the bar: where PINs are asked for it opens what she can do. */
export function WhoButton({ stream, view, text }: { stream: Stream; view: View; text: string }) {
    const [open, setOpen] = useState(false);
    const you = view.welcome?.you.name;
    const here = view.link === 'open' && (view.welcome?.idle_s ?? 0) > 0;
    useEffect(() => setOpen(false), [you, view.link === 'locked']);
    if (!here) return <span class="bar-you">{view.link === 'locked' ? '' : text}</span>;
    return (
        <>
            <button type="button" class="bar-you bar-who" data-do="who" aria-haspopup="dialog" onClick={() => setOpen(true)}>
                <span class="unseen">{words.who.open}</span>
                {text}
            </button>
            {open && <Who stream={stream} view={view} close={() => setOpen(false)} />}
        </>
    );
}

const WARN_BEFORE_MS = 60_000;

/** Says that the page is touched, and asks before nobody was there for too long. */
export function Awake({ stream, view }: { stream: Stream; view: View }) {
    const [asks, setAsks] = useState(false);
    const idle_ms = view.link === 'open' ? (view.welcome?.idle_s ?? 0) * 1000 : 0;
    useEffect(() => {
        setAsks(false);
        if (idle_ms === 0) return;
        let timer = 0;
        const wait = () => {
            clearTimeout(timer);
            timer = window.setTimeout(
                () => {
                    setAsks(true);
                    chime();
                },
                idle_ms - Math.min(WARN_BEFORE_MS, idle_ms / 2),
            );
        };
        // Only a person is a sign of life: not a line that came back, nor a page that moved by itself.
        const touched = () => {
            setAsks(false);
            stream.touched();
            wait();
        };
        wait();
        const signs = ['pointerdown', 'keydown', 'touchmove', 'wheel'];
        for (const sign of signs) document.addEventListener(sign, touched, { passive: true, capture: true });
        return () => {
            clearTimeout(timer);
            for (const sign of signs) document.removeEventListener(sign, touched, { capture: true });
        };
    }, [idle_ms]);
    return (
        <div role="status" class="pin-still">
            {asks && (
                <p class="notice" data-notice="still">
                    <strong>{words.still.title(view.welcome?.you.name.split(' ')[0] ?? '')}</strong> {words.still.lead}
                </p>
            )}
        </div>
    );
}
