// A day of the roster as arithmetic: dates without a zone, and clock readings of the store as moments. What its clocks
// are ahead of UTC comes with the day, so nothing here knows zones.

import { locale } from '../../lib/language';
import type { Roster } from '../../wire';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

type Offset = Roster['offsets'][number];

/** The day so many days after another one: "2026-03-29" and 1 make "2026-03-30". */
export function dayAfter(day: string, days: number): string {
    return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** "Sunday, 29 March 2026". */
export function dayName(day: string): string {
    return new Date(`${day}T00:00:00Z`).toLocaleDateString(locale(), {
        timeZone: 'UTC',
        weekday: 'long',
        day: 'numeric',
        month: 'long',
        year: 'numeric',
    });
}

/** Minutes after midnight of "09:30"; NaN for what is no such time. */
export function minutesOf(clock: string): number {
    const found = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(clock);
    return found ? Number(found[1]) * 60 + Number(found[2]) : NaN;
}

/** The moment at which the store's clocks read this many minutes after the day's midnight. A reading that is skipped in
 *  spring counts as an hour later, one that autumn repeats as its first time: as everywhere in the hub. */
export function momentOf(day: string, minutes: number, offsets: Offset[]): number {
    const local = Date.parse(`${day}T00:00:00Z`) + minutes * MINUTE_MS;
    let at = local;
    for (const [i, offset] of offsets.entries()) {
        const before = at;
        at = local - offset.minutes * MINUTE_MS;
        if (i > 0 && at < offset.from_ms) return before; // skipped
        const next = offsets[i + 1];
        if (!next || at < next.from_ms) return at;
    }
    return at;
}

/** From when to when; an end that is not after the beginning is on the next day. Null: the two are no times. */
export function spanOf(
    day: string,
    from: string,
    to: string,
    offsets: Offset[],
): { begins_ms: number; ends_ms: number } | null {
    const begins = minutesOf(from);
    const ends = minutesOf(to);
    if (Number.isNaN(begins) || Number.isNaN(ends)) return null;
    return {
        begins_ms: momentOf(day, begins, offsets),
        ends_ms: momentOf(day, ends + (ends <= begins ? 24 * 60 : 0), offsets),
    };
}

export type Person = Roster['associates'][number];
export type Shift = Person['shifts'][number];

/** Whether she is on shift at that time: one of her shifts holds it, and none of her breaks does. */
export function onShift(shifts: Shift[], at: number): boolean {
    const holds = shifts.filter((s) => s.begins_ms <= at && at < s.ends_ms);
    return holds.length > 0 && holds.every((s) => s.kind === 'shift');
}

export interface Group {
    name: string; // of the department; '' for people without one
    people: Person[];
}

/** Who is on the roster of the day, by department (her first one), and who is not. */
export function groupsOf(roster: Roster): { groups: Group[]; off: Person[] } {
    const groups = new Map<number, Person[]>();
    const off: Person[] = [];
    for (const person of roster.associates) {
        if (person.shifts.length === 0) {
            off.push(person);
            continue;
        }
        const of = person.departments[0] ?? -1;
        const there = groups.get(of);
        if (there) there.push(person);
        else groups.set(of, [person]);
    }
    return {
        groups: [...groups]
            .map(([of, people]) => ({ name: roster.departments[of] ?? '', people }))
            .sort((a, b) => Number(!a.name) - Number(!b.name) || a.name.localeCompare(b.name)),
        off,
    };
}

/** Where a stretch of time lies on the day's line, in percent. */
export function placeOf(roster: Pick<Roster, 'from_ms' | 'until_ms'>, begins: number, ends: number) {
    const long = roster.until_ms - roster.from_ms;
    const from = Math.max(0, begins - roster.from_ms) / long;
    const to = Math.min(long, ends - roster.from_ms) / long;
    return { left: `${(100 * from).toFixed(3)}%`, width: `${(100 * Math.max(0, to - from)).toFixed(3)}%` };
}
