// A purchase line in the words of a seller: "Navy coat 38, March" or "Online, autumn: knitwear". Only what the line
// carries is said; a returned or cancelled line never reads as bought.

import { locale } from '../lib/language';
import type { Line } from '../wire';
import { words } from './words';

export interface When {
    year: number;
    month: number; // 1..12
}

// The last month of a season, counted from January of the year in which it began.
const SEASON_LAST_MONTH = { winter: 14, spring: 5, summer: 8, autumn: 11 } as const;

function capital(text: string): string {
    return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** Inside a sentence: "Blouses/Shirts" is "blouses/shirts", "T-shirts" and "SALE" stay. */
export function inside(text: string): string {
    return text.replace(/(^|\/)\p{Lu}(?=\p{Ll})/gu, (start) => start.toLocaleLowerCase());
}

function holds(text: string, part: string): boolean {
    return text.toLocaleLowerCase().includes(part.toLocaleLowerCase());
}

/** The thing itself: colour, item and size, each once. */
export function thing(line: Line): string {
    switch (line.level) {
        case 'full':
        case 'item': {
            let text = line.item || line.kind || line.department || '';
            if (line.colour && !holds(text, line.colour)) text = `${line.colour} ${inside(text)}`;
            return line.size && !holds(text, ` ${line.size}`) ? `${text} ${line.size}` : text;
        }
        case 'brand':
            return line.brand ? words.by(inside(line.kind ?? ''), line.brand) : inside(line.kind ?? '');
        case 'kind':
            return inside(line.kind || line.department);
        case 'tally':
            return words.tally[line.tally ?? 'few'](line.department || words.somewhere);
    }
}

/** The month, with its year once that is more than eleven months ago; "" where the line says no time. */
export function when(line: Line, now: When): string {
    if (!line.year) return '';
    const month = line.month || (line.season ? SEASON_LAST_MONTH[line.season] : 0);
    const name = line.month ? (words.months[line.month - 1] ?? '') : (line.season ? words.seasons[line.season] : '');
    const monthsAgo = month ? (now.year - line.year) * 12 + now.month - month : 12;
    if (!name) return String(line.year);
    return monthsAgo <= 11 ? name : `${name} ${line.year}`;
}

/** The whole line. */
export function lineText(line: Line, now: When): string {
    const online = line.channel === 'online' ? words.online : '';
    if (line.status === 'returned' || line.status === 'cancelled') {
        const lead = line.status === 'returned' ? words.returned : words.cancelled;
        return [`${lead}: ${inside(thing(line))}`, when(line, now)].filter(Boolean).join(', ');
    }
    if (line.level === 'kind' || line.level === 'brand') {
        const lead = [online, when(line, now)].filter(Boolean).join(', ');
        return capital(lead ? `${lead}: ${thing(line)}` : thing(line));
    }
    return capital([thing(line), when(line, now), online.toLocaleLowerCase()].filter(Boolean).join(', '));
}

/** An amount in minor units, such as 12900 in EUR. */
export function money(minor: number, currency: string): string {
    try {
        const format = new Intl.NumberFormat(locale(), { style: 'currency', currency });
        return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
    } catch {
        return '';
    }
}

/** "A.B." from "Anna B.": what a screen that nobody is reading may show. */
export function initials(name: string): string {
    return name
        .split(/[\s.]+/)
        .filter(Boolean)
        .slice(0, 3)
        .map((part) => `${([...part][0] ?? '').toLocaleUpperCase()}.`)
        .join('');
}
