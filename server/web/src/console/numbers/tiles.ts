// The numbers as pictures: what is told of each, its goal and the top of its scale, in every language alike.

import { locale } from '../../lib/language';
import type { NumbersWindow } from '../../wire';

export const percent = (n: number): string => `${n} %`;
export const rate = (n: number): string => (n / 10).toLocaleString(locale(), { maximumFractionDigits: 1 });

const share = (w: NumbersWindow) => percent(w.value);

interface Tile {
    goal: number | null; // in the number's own unit
    most: number; // top of its picture
    value(w: NumbersWindow): string;
}

const of100 = (goal: number | null): Tile => ({ goal, most: 100, value: share });

const all = {
    match: of100(70),
    response: of100(90),
    acceptance: of100(null),
    trust: { goal: 10, most: 50, value: (w: NumbersWindow) => rate(w.value) },
    liked: of100(null),
    return: of100(null),
    spend_own: of100(null),
    spend_other: of100(null),
};

export type Name = keyof typeof all;
export const tiles: Readonly<Record<Name, Tile>> = all;
export const names = Object.keys(all) as Name[];
