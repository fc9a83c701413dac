// An associate's own week, in Swedish.

import type { MineWords } from './mine-words';

const number = (n: number) => n.toLocaleString('sv');
const clock = (s: number) =>
    s > 600 ? 'mer än 10 min' : s < 120 ? `${s} s` : `${number(Math.round(s / 30) / 2)} min`;

export const sv: MineWords = {
    button: 'Min vecka',
    title: 'Min vecka',
    close: 'Stäng',
    counting: 'Ett ögonblick …',
    only: 'Bara du ser det här. Det berättas för ingen annan, och ingen rangordnas efter det.',
    asked: 'Kort som frågade dig',
    askedOf: (asked, taken) => (asked === 0 ? 'inga' : `${asked}, varav du tog ${taken}`),
    clients: 'Dina egna kunder',
    clientsOf: (all, met) => (all === 0 ? 'ingen av dem kom' : `${all} kom, ${met} av dem till dig`),
    time: 'Tills du kom',
    noTime: 'inget besök att mäta',
    times: (half, most) => `hälften inom ${clock(half)}, nio av tio inom ${clock(most)}`,
    apart: 'Räknas för sig, och aldrig emot dig',
    apartOf: (busy, none, handed, ghost) =>
        `upptagen ${busy}, inget svar ${none}, överlämnade ${handed}, ingen där ${ghost}`,
    liked: 'Vad kunderna tyckte',
    likedOf: (n) => `${n} av 100 sade ”bra”`,
    notFine: 'Något olämpligt sades',
    notFineOf: (n) => `efter ${n} av 1\u00a0000 kort`,
    tooFew: 'för få svar för att säga något',
    weeks: (n) => `${n} veckor`,
};
