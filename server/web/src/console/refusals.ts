// What the hub refuses a manager, in the language of who reads it: the hub says it in English, and another language has
// its own words for the hub's word [P131]. What is wrong in a text of rules the hub alone can say, in English.

import { type Language, language } from '../lib/language';
import { fr } from './refusals.fr';
import { sv } from './refusals.sv';

export interface Said {
    readonly say: string;
    readonly do: string;
}

/** Every word by which the hub may refuse what this face asks; "unknown" is for one that came with a newer hub. */
type Refusal =
    | 'busy'
    | 'late'
    | 'not_saved'
    | 'not_read'
    | 'rate'
    | 'too_large'
    | 'no_memory'
    | 'not_signed_in'
    | 'wrong'
    | 'closed'
    | 'token'
    | 'no_token'
    | 'enrol'
    | 'step_up'
    | 'enrolled'
    | 'begin'
    | 'password'
    | 'no_associate'
    | 'no_session'
    | 'no_customer'
    | 'no_manager'
    | 'changed'
    | 'same'
    | 'live_changed'
    | 'not_proposed'
    | 'damaged'
    | 'other_text'
    | 'second_manager'
    | 'head_office'
    | 'no_version'
    | 'too_long'
    | 'link_over'
    | 'length'
    | 'too_far'
    | 'full'
    | 'too_many'
    | 'unknown';

export type Refusals = Readonly<Record<Refusal, Said>>;

/** Only the hub knows what is wrong there, and where. */
const ITS_OWN: ReadonlySet<string> = new Set(['house', 'rules']);

const table = (): Refusals | null => (({ en: null, sv, fr }) as Record<Language, Refusals | null>)[language()];

/** What went wrong, as `trouble` says it or as this language does; without words where the hub had none. */
export function refused<T extends Said & { readonly error: string }>(trouble: T): Said {
    const own = table();
    if (!own || !trouble.say || ITS_OWN.has(trouble.error)) return trouble;
    return Object.prototype.hasOwnProperty.call(own, trouble.error) ? own[trouble.error as Refusal] : own.unknown;
}
