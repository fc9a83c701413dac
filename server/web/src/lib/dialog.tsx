// A sheet over the page: the browser's own modal dialog, so focus stays inside, Escape closes and focus returns.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface Props {
        label: string;
        close: string;
        class?: string;
        onClose(): void;
        children: ComponentChildren;
}

export function Dialog(props: Props) {
        const sheet = useRef<HTMLDialogElement>(null);
        const before = useRef<Element | null>(null);
        useEffect(() => {
                before.current = document.activeElement;
                sheet.current?.showModal();
                return () => {
                        if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus();
                };
        }, []);
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
