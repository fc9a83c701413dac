// What the hub refuses a handheld, in the language of who reads it: the hub says it in English, and another language
// has its own words for the hub's word [P131].

import { type Language, language } from '../lib/language';
import { fr } from './refusals.fr';
import { sv } from './refusals.sv';

export interface Said {
    readonly say: string;
    readonly do: string;
}

/** Every word by which the hub may refuse what this face asks; "unknown" is for one that came with a newer hub. */
type Refusal =
    | 'gone'
    | 'not_free'
    | 'no_sale'
    | 'invited'
    | 'department'
    | 'full'
    | 'not_counted'
    | 'note_over'
    | 'not_saved'
    | 'busy'
    | 'rate'
    | 'tries'
    | 'link_over'
    | 'key'
    | 'shut'
    | 'closed'
    | 'wrong_pin'
    | 'pin'
    | 'easy'
    | 'has_pin'
    | 'off'
    | 'unknown';

export type Refusals = Readonly<Record<Refusal, Said>>;

const table = (): Refusals | null => (({ en: null, sv, fr }) as Record<Language, Refusals | null>)[language()];

/** What went wrong, as `trouble` says it or as this language does. */
export function refused(trouble: Said & { readonly error: string }): Said {
    const own = table();
    if (!own) return trouble;
    return Object.prototype.hasOwnProperty.call(own, trouble.error) ? own[trouble.error as Refusal] : own.unknown;
}
