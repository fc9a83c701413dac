// The newer house rules in Swedish.

import type { MoreWords } from './house-more-words';

export const sv: MoreWords = {
    rules: {
        invite_not: ['Ingen bjuds in efter ett köp på de här avdelningarna, eller av deras personal:', ''],
        alert_not: ['Den som bara arbetar på de här avdelningarna tillfrågas aldrig:', 'Är det hennes egen säljare får kunden veta att ingen är ledig.'],
        closed_days: ['Ingen tillfrågas, och dörrarna är stängda,', ''],
        event_days: ['Bara hennes egen säljare tillfrågas, och ingen rycker in,', 'Den som inte har någon, eller vars säljare är upptagen, får veta att ingen är ledig.'],
        zones_not: ['Här anmäler och behåller wifi ingen:', ''],
        presence: ['Vilken handenhet som visade vems kort sparas i', 'så att en som var borta kan komma ikapp.'],
        visits: [
            'Vem som hade besöket sist, och på vilket kort, sparas i',
            'Det kunden sade är borta när besöket är slut. Siffrorna minns att det fanns ett besök, och vem som tillfrågades, i ungefär 99 veckor.',
        ],
        mirror: ['Vad som stod på ett kort, och när, sparas i', 'Att det fanns ett räknas fortfarande med i siffrorna.'],
    },
    daysHint: 'none (inga) eller dagar: 2026-12-24, 2026-12-27 to 2026-12-30, sunday (söndagar)',
    namesOther: 'Andra, med komma emellan',
    namesHint: 'En sensor utesluts genom sin zon eller sitt eget namn. En skanning räknas överallt. Ett besök säger inte var det började, så detta är inte med i räkningen.',
    firm: (names: string) => `Alltid med: ${names}.`,
    unknown: (names: string) => `Butiken har ännu ingen avdelning som heter så: ${names}.`,
    most: (n: number) => `Huvudkontoret tillåter högst ${n}.`,
};
