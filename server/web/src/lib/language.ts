// Which language this device reads. A face has one table of sentences a language; a table that lacks one, or has one too
// many, does not build. All tables of a face come with its page: on a phone that just lost the Wi-Fi a language that has
// to be fetched is a page without words, and the two others weigh less than one picture.

import { useEffect, useState } from 'preact/hooks';

/** Each by its own name: whoever looks for it may read no other. */
export const LANGUAGES = { en: 'English', sv: 'Svenska', fr: 'Français' } as const;
export type Language = keyof typeof LANGUAGES;
export const languages = Object.keys(LANGUAGES) as Language[];

/** What another language has to say of a table: the same names, lists of the same length, functions of the same parts. */
export type Said<T> = T extends string
    ? string
    : T extends (...parts: infer Parts) => infer Made
      ? (...parts: Parts) => Said<Made>
      : T extends readonly unknown[] | object
        ? { readonly [K in keyof T]: Said<T[K]> }
        : T;

const KEY = 'maitred.language';

const known = (tag: string): Language | undefined => languages.find((l) => tag.toLowerCase().split('-')[0] === l);

/** A face whose sentences have one language says so in its page: the cards on it are not to speak another. */
function ofThisPage(one: Language): boolean {
    const own = typeof document === 'undefined' ? undefined : document.documentElement?.dataset.languages;
    return own === undefined || own.split(' ').includes(one);
}

/** The languages of this device that this page speaks, in the device's order. */
export function deviceLanguages(): Language[] {
    const tags = typeof navigator === 'undefined' ? [] : (navigator.languages ?? [navigator.language]);
    return [...new Set(tags.map(known).filter((l): l is Language => l !== undefined && ofThisPage(l)))];
}

/** What somebody chose on this device, else the first of her own languages that we speak, else English. */
function first(): Language {
    if (typeof navigator === 'undefined') return 'en'; // no page
    try {
        const chosen = known(localStorage.getItem(KEY) ?? '');
        if (chosen && ofThisPage(chosen)) return chosen;
    } catch {
        // a device that keeps nothing is asked for its languages each time
    }
    return deviceLanguages()[0] ?? 'en';
}

let now: Language = first();
const heard = new Set<(language: Language) => void>();

/** The language that is shown. */
export const language = (): Language => now;

/** For dates and numbers: her own variant of the language that is shown ("en-GB"), if she has one. */
export function locale(): string {
    const own = typeof navigator === 'undefined' ? undefined : navigator.languages?.find((tag) => known(tag) === now);
    return own ?? now;
}

/** A table's own turn, now and at each change. */
export function speaks(turn: (language: Language) => void): void {
    heard.add(turn);
    turn(now);
}

function show(next: Language): void {
    now = next;
    for (const turn of heard) turn(next);
}

/** Shows the page in this language and keeps that on this device, where nothing else of it is known. */
export function choose(next: Language): void {
    try {
        localStorage.setItem(KEY, next);
    } catch {
        // for as long as the page is open, then
    }
    show(next);
}

/** The language that is shown, for a whole face: it is drawn anew when that changes, and says so in its head. */
export function useLanguage(title: () => string): Language {
    const [shown, setShown] = useState(now);
    useEffect(() => {
        const turn = (next: Language) => {
            document.documentElement.lang = next;
            document.title = title();
            setShown(next);
        };
        speaks(turn);
        return () => void heard.delete(turn);
    }, []);
    return shown;
}

/** One form for one, another for more; French counts none as one. */
export function many(n: number, one: string, more: string): string {
    return new Intl.PluralRules(now).select(n) === 'one' ? one : more;
}

/** How long something took, in seconds to the hundredth; never less than it was. */
export const seconds = (ms: number): string =>
    `${(Math.ceil(ms / 10) / 100).toLocaleString(locale(), { minimumFractionDigits: 2, maximumFractionDigits: 2 })}\u00a0s`;

export const clock = (at: Date): string => at.toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' });
export const longDay = (at: Date): string =>
    at.toLocaleDateString(now, { day: 'numeric', month: 'long', year: 'numeric' });

/** How many days ago that was, by the calendar. */
export function daysAgo(at: Date): number {
    return Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
}
