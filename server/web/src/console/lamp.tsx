// A lamp: each state has a shape of its own besides its colour, for whoever does not tell red from green.

import type { WalkinLamp } from '../wire';

type State = WalkinLamp['state'];

const INSIDE: Record<State, string> = {
    none: 'M8 12h8',
    waiting: 'M12 7v5l3 2',
    green: 'M7 12.5l3.5 3.5L17 8.5',
    red: 'M8.5 8.5l7 7M15.5 8.5l-7 7',
};
const OCTAGON = 'M8 2.5h8L21.5 8v8L16 21.5H8L2.5 16V8z';

/** Without words: they stand beside it. */
export function Lamp({ state, small }: { state: State; small?: boolean }) {
    return (
        <svg class={`lamp lamp-${state} ${small ? 'lamp-small' : ''}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            {state === 'red' ? <path class="lamp-body" d={OCTAGON} /> : <circle class="lamp-body" cx="12" cy="12" r="10" />}
            <path class="lamp-mark" d={INSIDE[state]} />
        </svg>
    );
}
