// The phone in a walk-in test, in Swedish.

import { seconds } from '../lib/language';
import type { WalkedWords } from './walked-words';

export const sv: WalkedWords = {
    title: 'Provbesök',
    walking: 'På väg in …',
    walked: (ms) => `Telefonen nådde hubben på ${seconds(ms)}.`,
    walkedLead: 'Konsolen visar resten. Sidan kan stängas: inget av det sparas på telefonen.',
    over: 'Det här provbesöket är över.',
    overLead: 'Börja om på konsolen: varje kod gäller en gång, inom fem minuter.',
    offline: 'Telefonen når inte hubben.',
    offlineLead: 'Är den på butikens wifi, och inte på mobildata? Är hubben på? Försök sedan igen.',
    busy: 'Hubben nåddes, men tog inte emot provbesöket.',
    busyLead: 'Försök igen om ett ögonblick. Hjälper det inte, börja ett nytt på konsolen.',
    again: 'Försök igen',
};
