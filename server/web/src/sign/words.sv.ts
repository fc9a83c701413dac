// The door sign in Swedish.

import type { Words } from './words';

export const sv: Words = {
    title: 'Skylt vid dörren',
    code: 'Kod för telefonens kamera',
    ask: 'Skanna för att säga att du är här.',
    note: 'Ingen får veta något om du inte trycker ja.',
    full: (names) => `Många gäster den här timmen: ${names}. Det kan ta längre tid.`,
    offline: 'Ett ögonblick.',
    offlineNote: 'Skylten har tappat anslutningen och försöker igen. Alla i butiken hjälper dig gärna.',
    pairTitle: 'Är det här skylten vid dörren?',
    pairLead: 'Från och med nu visar den här skärmen koden som gästerna skannar.',
    pairYes: 'Ja, det här är skylten',
    pairing: 'Ett ögonblick …',
    unpaired: 'Den här skärmen är ingen skylt än.',
    unpairedNote: 'Öppna skyltens kopplingslänk på den en gång.',
    operator: (todo) => `För den som sköter systemet: ${todo}`,
    usedTitle: 'Kopplingslänken är använd.',
    usedNote: 'Gör en ny och öppna den här.',
    loading: 'Ett ögonblick',
};
