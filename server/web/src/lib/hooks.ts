// Small hooks that more than one face uses.

import { useEffect, useRef, useState } from 'preact/hooks';

/** Whether the page is in front of somebody. */
export function useVisible(): boolean {
    const [visible, setVisible] = useState(document.visibilityState === 'visible');
    useEffect(() => {
        const look = () => setVisible(document.visibilityState === 'visible');
        document.addEventListener('visibilitychange', look);
        return () => document.removeEventListener('visibilitychange', look);
    }, []);
    return visible;
}

/** A clock that ticks every `everyMs` while `on`; milliseconds of the page's own steady clock. */
export function useTick(everyMs: number, on: boolean): number {
    const [at, setAt] = useState(() => performance.now());
    useEffect(() => {
        if (!on) return;
        setAt(performance.now());
        const timer = setInterval(() => setAt(performance.now()), everyMs);
        return () => clearInterval(timer);
    }, [everyMs, on]);
    return at;
}

/** Calls `work` when the page has really been painted: after two frames, while visible. */
export function usePainted(work: () => void, deps: readonly unknown[]): void {
    const latest = useRef(work);
    latest.current = work;
    const visible = useVisible();
    useEffect(() => {
        if (!visible) return;
        let frame = requestAnimationFrame(() => {
            frame = requestAnimationFrame(() => latest.current());
        });
        return () => cancelAnimationFrame(frame);
    }, [visible, ...deps]);
}

/** Moves the focus to a heading when the screen changes, so that a keyboard or a screen reader starts at its top. */
export function useHeadingFocus(key: string) {
    const heading = useRef<HTMLHeadingElement>(null);
    const first = useRef(true);
    useEffect(() => {
        if (first.current) {
            first.current = false;
            return;
        }
        heading.current?.focus({ preventScroll: true });
        window.scrollTo(0, 0);
    }, [key]);
    return heading;
}
