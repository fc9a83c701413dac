// The number of the receipt that her last word made, kept while this tab is open. Who has stopped everything has no list
// any more: the number alone leads to that last receipt [P102], also when the page was loaded anew before it was shown.

import { useEffect, useRef, useState } from 'preact/hooks';
import { call, passing } from '../lib/api';
import type { Now, Receipt } from '../wire';

const KEY = 'maitred.receipt';

export function keepReceipt(id: string): void {
    try {
        sessionStorage.setItem(KEY, id);
    } catch {
        // a phone that keeps nothing has it until the page is closed
    }
}

function kept(): string {
    try {
        return sessionStorage.getItem(KEY) ?? '';
    } catch {
        return '';
    }
}

function forget(): void {
    try {
        sessionStorage.removeItem(KEY);
    } catch {
        // nothing was kept
    }
}

/** Her receipt of leaving, once nobody knows her any more; null: there is none, or not yet. Asked for again with each
 * new `now` until the hub has said whether there is one. `made`: the number, on a phone that keeps nothing. */
export function useLastReceipt(now: Now | null, made: () => string): Receipt | null {
    const [last, setLast] = useState<Receipt | null>(null);
    const asking = useRef(false);
    const refused = useRef(''); // a number that leads to none
    useEffect(() => {
        if (now === null) return;
        if (now.state !== 'stranger') return setLast(null);
        const id = made() || kept();
        if (!id || id === refused.current || asking.current || last?.consentReceiptID === id) return;
        asking.current = true;
        void call<Receipt>('POST', '/api/customer/receipt', { id }).then((answer) => {
            asking.current = false;
            if (answer.ok) setLast(answer.value);
            else if (!passing(answer.trouble)) {
                refused.current = id;
                forget();
            }
        });
    }, [now]);
    return last;
}
