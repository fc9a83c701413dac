// The store's handhelds, in French.

import { many } from '../lib/language';
import type { HandheldWords } from './handheld-words';

export const fr: HandheldWords = {
    pane: 'Appareils',
    seen: { now: 'connecté', today: 'vu aujourd’hui', before: 'pas vu aujourd’hui', never: 'pas encore utilisé' },
    revoke: 'Retirer',
    revokeOf: (name) => `Retirer l’appareil : ${name}`,
    title: (name) => `Retirer l’appareil de ${name} ?`,
    lead: 'Ses cartes quittent l’écran aussitôt, et il n’en reçoit plus. Pour resservir, il doit être associé de nouveau.',
    yes: 'Le retirer',
    revoking: 'Un instant …',
    keep: 'Le garder',
    state: { ok: '', no_key: 'pas encore de clé', no_pin: 'pas encore de code PIN', shut: 'bloqué : cinq codes PIN faux' },
    unlock: 'Débloquer',
    unlockOf: (name) => `Débloquer l’appareil : ${name}`,
    unlockTitle: (name) => `Débloquer l’appareil de ${name} ?`,
    unlockLead: 'Cinq codes PIN faux y ont été tapés. Demandez d’abord qui l’a en main.',
    unlockYes: 'Le débloquer',
    clear: 'Effacer le code PIN',
    clearOf: (name) => `Effacer le code PIN : ${name}`,
    clearTitle: (name) => `Effacer le code PIN de ${name} ?`,
    clearLead: 'Pour qui l’a oublié : sa session se ferme, et un nouveau code se choisit sur cet appareil.',
    clearYes: 'L’effacer',
    no: 'Ne rien changer',
    rest: (n) => many(n, 'et un plus ancien', `et ${n} plus anciens`),
};
