// A sheet over the page: the browser's own modal dialog, so focus stays inside, Escape closes and focus returns.

import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

interface Props {
    label: string;
    close: string;
    class?: string;
    /** Which of its contents it shows: when that changes, reading starts at its top again. */
    step?: string;
    onClose(): void;
    children: ComponentChildren;
}

export function Dialog(props: Props) {
    const sheet = useRef<HTMLDialogElement>(null);
    const shut = useRef(props.onClose);
    shut.current = props.onClose;
    const before = useRef<Element | null>(null);
    useLayoutEffect(() => { // with its first frame: an Escape before it would be nobody's
        const dialog = sheet.current;
        before.current = document.activeElement;
        const byItself = () => shut.current(); // the browser may close it without asking: a gesture, a second Escape
        dialog?.showModal();
        dialog?.addEventListener('close', byItself);
        return () => {
            dialog?.removeEventListener('close', byItself);
            dialog?.close(); // while it is modal, nothing behind it can have the focus
            if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus();
        };
    }, []);
    const step = useRef(props.step);
    useEffect(() => {
        if (step.current === props.step) return;
        step.current = props.step;
        const heading = sheet.current?.querySelector('h2');
        heading?.setAttribute('tabindex', '-1');
        heading?.focus();
    }, [props.step]);
    return (
        <dialog
            ref={sheet}
            class={`sheet ${props.class ?? ''}`}
            aria-label={props.label}
            onCancel={(e) => {
                e.preventDefault();
                props.onClose();
            }}
        >
            <div class="sheet-body">{props.children}</div>
            <div class="actions">
                <button type="button" class="button quiet" onClick={props.onClose}>
                    {props.close}
                </button>
            </div>
        </dialog>
    );
}
