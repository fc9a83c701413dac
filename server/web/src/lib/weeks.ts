// Weeks as people write them. A day comes as "2026-03-02"; it is nobody's local midnight, so it is read as a date only.

import { locale } from './language';

const DAY_MS = 86_400_000;

function dayOf(text: string): Date {
    return new Date(`${text}T00:00:00Z`);
}

function written(day: Date, year: boolean): string {
    return day.toLocaleDateString(locale(), {
        day: 'numeric',
        month: 'short',
        timeZone: 'UTC',
        ...(year ? { year: 'numeric' } : {}),
    });
}

/** The last day of a window of so many weeks. */
export function lastOf(from: string, weeks: number): Date {
    return new Date(dayOf(from).getTime() + (7 * weeks - 1) * DAY_MS);
}

/** "Mar 2 – Mar 8, 2026", and how many weeks if it is more than one. */
export function spanOf(from: string, weeks: number, many = (n: number) => `${n} weeks`): string {
    const [first, last] = [dayOf(from), lastOf(from, weeks)];
    const years = first.getUTCFullYear() !== last.getUTCFullYear();
    const days = `${written(first, years)} – ${written(last, true)}`;
    return weeks === 1 ? days : `${many(weeks)}, ${days}`;
}

/** Weeks since 1970 of a window's first day: where it stands in a picture. */
export const weekOf = (from: string): number => dayOf(from).getTime() / (7 * DAY_MS);
