// "Is it you?", as something to wait for: where the hub asks who she is, she shows it, and what was refused is done again.

import { useCallback, useState } from 'preact/hooks';
import { StepUp } from './step-up';

/** The question, which answers whether she has shown it; and its sheet, to be drawn while it is asked. */
export function useProof(): [() => Promise<boolean>, preact.JSX.Element | null] {
    const [asked, setAsked] = useState<((yes: boolean) => void) | null>(null);
    const prove = useCallback(() => new Promise<boolean>((go) => setAsked(() => go)), []);
    const answer = (yes: boolean) => {
        setAsked(null);
        asked?.(yes);
    };
    return [prove, asked ? <StepUp onDone={() => answer(true)} onClose={() => answer(false)} /> : null];
}
