// The store's handhelds, in Swedish.

import type { HandheldWords } from './handheld-words';

export const sv: HandheldWords = {
    pane: 'Handenheter',
    seen: { now: 'ansluten', today: 'sågs senast i dag', before: 'inte sedd i dag', never: 'inte använd än' },
    revoke: 'Ta tillbaka',
    revokeOf: (name) => `Ta tillbaka handenheten: ${name}`,
    title: (name) => `Ta tillbaka handenheten från ${name}?`,
    lead: 'Korten försvinner genast från skärmen, och den får inga fler. För att användas igen måste den kopplas på nytt.',
    yes: 'Ta tillbaka den',
    revoking: 'Ett ögonblick …',
    keep: 'Behåll den',
    state: { ok: '', no_key: 'ingen nyckel än', no_pin: 'ingen PIN-kod än', shut: 'låst: fel PIN-kod fem gånger' },
    unlock: 'Lås upp',
    unlockOf: (name) => `Lås upp handenheten: ${name}`,
    unlockTitle: (name) => `Lås upp handenheten för ${name}?`,
    unlockLead: 'Fel PIN-kod skrevs fem gånger på den. Fråga först vem som har den i handen.',
    unlockYes: 'Lås upp den',
    clear: 'Ta bort PIN-kod',
    clearOf: (name) => `Ta bort PIN-kod: ${name}`,
    clearTitle: (name) => `Ta bort PIN-koden för ${name}?`,
    clearLead: 'För den som har glömt sin: personen loggas ut och väljer en ny på den här handenheten.',
    clearYes: 'Ta bort den',
    no: 'Låt den vara',
    rest: (n) => (n === 1 ? 'och en äldre' : `och ${n} äldre`),
};
