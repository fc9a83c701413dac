// A step of the ladder, as five rungs and in words: nobody needs to see the colour.

import type { Step } from '../../wire';
import { words } from './words';

const LADDER: Step[] = ['hide', 'tally', 'kind', 'brand', 'item', 'full'];

export const rank = (step: Step) => LADDER.indexOf(step);

export function Rungs({ least, most }: { least: Step; most: Step }) {
    return (
        <span class="rungs" aria-hidden="true">
            {LADDER.slice(1).map((s) => (
                <i key={s} class={rank(s) <= rank(least) ? 'full' : rank(s) <= rank(most) ? 'part' : ''} />
            ))}
        </span>
    );
}

export function StepMark({ step }: { step: Step }) {
    return (
        <span class="step">
            <Rungs least={step} most={step} />
            <span>{words.step[step]}</span>
        </span>
    );
}
