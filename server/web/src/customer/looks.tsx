// How long it is kept who had her card on a screen, and what stood on it: hers to shorten [P167]. What is older goes for
// good, so she is asked once more before it does.

import type { KeepLooks } from '../wire';
import type { Hub } from './hub';
import { ActButton, Chips } from './parts';
import { words } from './words';

const TERMS: readonly KeepLooks[] = ['store', 'month', 'week', 'day']; // each shorter than the one before

/** `shorten` asks; a longer time deletes nothing, and is taken as it is said. */
export function Looks({ hub, shorten }: { hub: Hub; shorten(keep: KeepLooks): void }) {
    const looks = hub.now?.looks;
    if (!looks) return null;
    const pick = (value: string) => {
        const keep = TERMS.find((t) => t === value);
        if (!keep || hub.busy !== null) return;
        if (TERMS.indexOf(keep) > TERMS.indexOf(looks.keep)) shorten(keep);
        else void hub.act('looks', { keep });
    };
    return (
        <>
            <Chips
                legend={words.looks.legend}
                choices={TERMS.map((value) => ({ value, label: words.looks.keep(value, looks.months) }))}
                chosen={looks.keep}
                pick={pick}
            />
            <p class="hint">{words.looks.lead}</p>
        </>
    );
}

/** The question, for the sheet that it was asked from: reading goes on at its heading, not at what deletes. */
export function Shorten({ hub, keep, close }: { hub: Hub; keep: KeepLooks; close(): void }) {
    return (
        <>
            <h2>{asks(keep)}</h2>
            <p class="lead">{words.looks.askLead}</p>
            <ActButton hub={hub} action="looks" kind="stop" onPress={() => void hub.act('looks', { keep }).then(close)}>
                {words.looks.yes}
            </ActButton>
        </>
    );
}

export const asks = (keep: KeepLooks) => words.looks.ask(words.looks.keep(keep, 0));
