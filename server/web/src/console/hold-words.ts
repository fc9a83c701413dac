// Every sentence about what a customer asks for at the desk.

import { type Language, type Said, speaks } from '../lib/language';
import type { Hold } from './hold';
import { fr } from './hold-words.fr';
import { sv } from './hold-words.sv';

const en = {
    pane: 'A customer asks',
    lead: 'For who wants something stopped and has no phone at hand. Nothing of her is shown here.',
    id: 'Her customer number',
    choose: 'What she asks for',
    hows: {
        object: 'Leave me alone: stop everything, never ask',
        pause: 'Pause everything for now',
        lift: 'Lift it again',
    } satisfies Record<Hold, string>,
    send: 'Do it',
    sending: 'One moment …',
    done: {
        object: 'Done. Every screen is cleared of her, and nobody asks her again.',
        pause: 'Done. To the store it is as if she were not there.',
        lift: 'Done. It is lifted.',
    } satisfies Record<Hold, string>,
};

export type HoldWords = Said<typeof en>;
export let holdWords: HoldWords = en;
const tables: Record<Language, HoldWords> = { en, sv, fr };
speaks((language) => (holdWords = tables[language]));
