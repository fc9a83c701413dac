// Every sentence about the store's handhelds and taking one back.

import { type Language, type Said, speaks } from '../lib/language';
import { fr } from './handheld-words.fr';
import { sv } from './handheld-words.sv';

const en = {
    pane: 'Handhelds',
    seen: { now: 'connected', today: 'last seen today', before: 'not seen today', never: 'not used yet' },
    revoke: 'Revoke',
    revokeOf: (name: string) => `Revoke ${name}’s handheld`,
    title: (name: string) => `Take back ${name}’s handheld?`,
    lead: 'Its cards go from the screen at once, and it gets no more. To use it again, it must be paired anew.',
    yes: 'Take it back',
    revoking: 'One moment …',
    keep: 'Keep it',
    state: { ok: '', no_key: 'no key yet', no_pin: 'no PIN yet', shut: 'locked: five wrong PINs' },
    unlock: 'Unlock',
    unlockOf: (name: string) => `Unlock ${name}’s handheld`,
    unlockTitle: (name: string) => `Unlock ${name}’s handheld?`,
    unlockLead: 'Five wrong PINs were typed on it. Ask first who has it in hand.',
    unlockYes: 'Unlock it',
    clear: 'Clear PIN',
    clearOf: (name: string) => `Clear PIN of ${name}`,
    clearTitle: (name: string) => `Clear ${name}’s PIN?`,
    clearLead: 'For who has forgotten it: she is signed out, and chooses a new one on this handheld.',
    clearYes: 'Clear it',
    no: 'Leave it',
    rest: (n: number) => `and ${n} older ones`,
};

export type HandheldWords = Said<typeof en>;
export let handheldWords: HandheldWords = en;
const tables: Record<Language, HandheldWords> = { en, sv, fr };
speaks((language) => (handheldWords = tables[language]));
