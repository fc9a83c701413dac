// Cards that were taken back, in Swedish.

import { clock, longDay } from '../lib/language';
import { length, type RetractionWords } from './retractions-words';

const units = { s: 's', min: 'min', h: 'tim' };

export const sv: RetractionWords = {
    pane: 'Kort som tagits tillbaka',
    lead: 'Hur snart ett kort är borta från en skärm när det har avslutats, lämnats vidare eller tagits tillbaka.',
    day: 'Senaste dygnet',
    week: 'Senaste sju dagarna',
    none: 'inga',
    fewer: 'färre än 5',
    cleared: (n) => `${n} borta`,
    times: (half, most, worst) =>
        `hälften inom ${length(half, units)}, 99 av 100 inom ${length(most, units)}, det längsta ${length(worst, units)}`,
    within: (quick, soon) => `${quick} inom 0,2 s, ${soon} inom 2 s`,
    owed: 'Har inte svarat än',
    owes: (name) => `Handenhet: ${name}`,
    since: (at, today) => (today ? `sedan kl. ${clock(at)}` : `sedan ${longDay(at)} kl. ${clock(at)}`),
    away: 'utom räckhåll; den tar bort kortet innan den visar något',
    rest: (n) => `och ${n} till`,
    nobody: 'Alla handenheter har svarat.',
    counted: (at) => `Räknat sedan ${longDay(at)} kl. ${clock(at)}.`,
};
