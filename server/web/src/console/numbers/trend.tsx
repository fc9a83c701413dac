// A number's trend as a small picture: one stroke a window, as long as its weeks, so that a wide window looks wide.

import { weekOf } from '../../lib/weeks';
import type { NumbersWindow } from '../../wire';

const WIDE = 240;
const HIGH = 56;
const EDGE = 4;

interface Props {
    windows: NumbersWindow[];
    most: number;
    goal: number | null;
    label: string;
}

export function Trend({ windows, most, goal, label }: Props) {
    const first = Math.min(...windows.map((w) => weekOf(w.from)));
    const last = Math.max(...windows.map((w) => weekOf(w.from) + w.weeks));
    const top = Math.max(most, ...windows.map((w) => w.value));
    const x = (week: number) => EDGE + ((week - first) / Math.max(1, last - first)) * (WIDE - 2 * EDGE);
    const y = (value: number) => HIGH - EDGE - (value / top) * (HIGH - 2 * EDGE);
    return (
        <svg class="trend" viewBox={`0 0 ${WIDE} ${HIGH}`} preserveAspectRatio="none" role="img" aria-label={label}>
            <line class="trend-floor" x1={0} x2={WIDE} y1={HIGH - EDGE} y2={HIGH - EDGE} />
            {goal !== null && <line class="trend-goal" x1={0} x2={WIDE} y1={y(goal)} y2={y(goal)} />}
            {windows.map((w, i) => (
                <line
                    key={`${w.from} ${w.weeks}`}
                    class={i === windows.length - 1 ? 'trend-now' : w.weeks > 1 ? 'trend-wide' : 'trend-week'}
                    x1={x(weekOf(w.from)) + 0.5}
                    x2={x(weekOf(w.from) + w.weeks) - 0.5}
                    y1={y(w.value)}
                    y2={y(w.value)}
                />
            ))}
        </svg>
    );
}
