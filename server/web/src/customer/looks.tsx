// How long it is kept who had her card on a screen, and what stood on it: hers to shorten [P167].

import type { KeepLooks } from '../wire';
import type { Hub } from './hub';
import { Chips } from './parts';
import { words } from './words';

const TERMS: readonly KeepLooks[] = ['store', 'month', 'week', 'day'];

export function Looks({ hub }: { hub: Hub }) {
    const looks = hub.now?.looks;
    if (!looks) return null;
    return (
        <>
            <Chips
                legend={words.looks.legend}
                choices={TERMS.map((value) => ({ value, label: words.looks.keep(value, looks.months) }))}
                chosen={looks.keep}
                pick={(keep) => keep && hub.busy === null && void hub.act('looks', { keep })}
            />
            <p class="hint">{words.looks.lead}</p>
        </>
    );
}
