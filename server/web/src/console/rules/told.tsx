// What came of what somebody did, in one place of the page.

import { useEffect, useRef } from 'preact/hooks';
import type { Trouble } from '../../lib/api';
import { refused } from '../refusals';
import { words } from './words';

export interface Told {
    name: string;
    say: string;
    do?: string;
    warn?: boolean;
}

/** A refusal in the hub's own words, or in ours where it had none. */
export function toldOf(trouble: Trouble): Told {
    const { error, status } = trouble;
    if (error === 'live_changed') return { name: error, ...words.meanwhile, warn: true };
    if (error === 'enrol') return { name: error, say: words.enrol.say, do: words.enrol.do, warn: true };
    if (error === 'same') return { name: error, say: words.same };
    if (status === 0) return { name: 'offline', ...words.unreached, warn: true };
    if (status === 503) return { name: 'busy', ...words.busy, warn: true };
    const said = refused(trouble);
    return { name: error, say: said.say || words.unreached.say, do: said.do, warn: true };
}

export function Tell({ told }: { told: Told | null }) {
    const place = useRef<HTMLDivElement>(null);
    useEffect(() => {
        if (!told) return;
        place.current?.scrollIntoView({ block: 'nearest' });
        // What was pressed is gone: whoever goes by keyboard goes on from here.
        if (document.activeElement === document.body) document.getElementById('changes-title')?.focus();
    }, [told]);
    return (
        <div ref={place} class="told" role="status">
            {told && (
                <p class={told.warn ? 'notice warn' : 'notice'} data-told={told.name}>
                    <strong>{told.say}</strong> {told.do}
                </p>
            )}
        </div>
    );
}
