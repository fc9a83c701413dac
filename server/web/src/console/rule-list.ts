// What sentences of rules are made with, in every language.

import { locale } from '../lib/language';

/** "a, b and c" */
export function list(parts: readonly string[], last: string): string {
    return parts.length < 2
        ? (parts[0] ?? '')
        : `${parts.slice(0, -1).join(', ')} ${last} ${parts[parts.length - 1]}`;
}

export const capital = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);

/** An amount as people read it: 1,000 and 1,000.50. */
export function amount(text: string): string {
    const n = Number(text);
    return n.toLocaleString(locale(), { minimumFractionDigits: Number.isInteger(n) ? 0 : 2 });
}
