// Times as people write them, in the zone of the store where they were written down: as server/ctl/zone.h has it. A
// reading that the spring change skips counts as an hour later, one that the autumn change repeats as its first time.

export interface Moment {
    ms: number;
    precision: 0 | 1 | 2 | 3; // none, day, minute, second
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NONE: Moment = { ms: 0, precision: 0 };
const WRITTEN =
    /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/;

/** A zone of the tz database: how far its clocks are ahead of UTC. */
export class Zone {
    private readonly format: Intl.DateTimeFormat;
    private readonly known = new Map<number, number>();

    /** Throws RangeError for a name that is none. */
    constructor(name: string) {
        this.format = new Intl.DateTimeFormat('en-CA-u-hc-h23', {
            timeZone: name,
            year: 'numeric',
            month: '2-digit',
            day: '2-digit',
            hour: '2-digit',
            minute: '2-digit',
            second: '2-digit',
        });
    }

    aheadAt(utcMs: number): number {
        const quarter = Math.floor(utcMs / (HOUR_MS / 4));
        let ahead = this.known.get(quarter);
        if (ahead === undefined) {
            const at = quarter * (HOUR_MS / 4);
            const part = Object.fromEntries(this.format.formatToParts(at).map((p) => [p.type, Number(p.value)]));
            ahead =
                Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second) - at;
            if (this.known.size > 100_000) this.known.clear();
            this.known.set(quarter, ahead);
        }
        return ahead;
    }

    utcOf(localMs: number): number {
        const before = this.aheadAt(localMs - DAY_MS);
        const after = this.aheadAt(localMs + DAY_MS);
        const first = localMs - before;
        if (before === after || this.aheadAt(first) === before) return first;
        const second = localMs - after;
        return this.aheadAt(second) === after ? second : first;
    }
}

/** precision 0: it is no time that we read. */
export function momentOf(text: string, zone: Zone): Moment {
    const found = WRITTEN.exec(text.trim());
    if (!found) return NONE;
    const [year, month, day, hour, minute, second] = found.slice(1, 7).map((n) => (n === undefined ? 0 : Number(n))) as [
        number,
        number,
        number,
        number,
        number,
        number,
    ];
    const date = new Date(Date.UTC(year, month - 1, day));
    if (year < 1970 || year > 2099 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return NONE;
    if (found[4] === undefined) return { ms: zone.utcOf(date.getTime() + 12 * HOUR_MS), precision: 1 };
    if (hour > 23 || minute > 59 || second > 59) return NONE;
    const local = date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
    const precision = found[6] === undefined ? 2 : 3;
    const offset = found[7];
    if (offset === undefined) return { ms: zone.utcOf(local), precision };
    const [, sign, h, m] = /^([+-])(\d\d):?(\d\d)$/.exec(offset) ?? ['', '+', '0', '0'];
    return { ms: local - (sign === '-' ? -1 : 1) * (Number(h) * 60 + Number(m)) * 60_000, precision };
}
