// The house rules in Swedish.

import { locale } from '../lib/language';
import type { HouseWords } from './house-words';

const count = (one: string, more: string) => (n: number) => (n === 1 ? `1 ${one}` : `${n} ${more}`);
const by = (who: string) => (who === 'operator' ? 'driften' : who);

export const sv: HouseWords = {
    title: 'Husregler',
    lead: 'Så frågar och kallar din butik. Varje regel är en mening, och du väljer hur den slutar. Innan du sparar ser du vad det skulle ha ändrat förra veckan.',
    none: 'Ingen har sparat några husregler än: de här följer med hubben.',
    inForce: (version, when, who) => `Version ${version}, sedan ${when}, av ${by(who)}.`,
    loading: 'Ett ögonblick …',
    heads: {
        1: 'Vad som räknas som att komma',
        2: 'Vad kunden får välja',
        3: 'Avdelningar',
        4: 'Ålder',
        5: 'Öppettider',
        6: 'Vid dörrarna',
        7: 'Besök och upprepningar',
        8: 'Att fråga igen',
        9: 'Om kundens säljare är upptagen',
        10: 'Vad som sparas',
    },
    rules: {
        wifi: ['En telefon på butikens wifi räknas som att kunden kommer, om kunden har tillåtit det:', ''],
        wifi_sign: ['Skylten som berättar om wifi hänger vid varje dörr; innan dess märker wifi ingen:', ''],
        may_be: ['En telefon som bara känns igen på sin adress visas som ”är kanske här”, utan namn:', ''],
        always_from: ['”Säg till av sig självt” erbjuds', ''],
        age: ['Den som är yngre än', 'enligt butikens uppgifter går inte med ensam.'],
        opens: ['Dörrarna öppnar kl.', ''],
        closes: ['Dörrarna stänger kl.', ''],
        first_call: ['Ingen kallas de första', 'efter öppning.'],
        last_call: ['Ingen kallas de sista', 'före stängning. Utanför de tiderna får kunden veta det.'],
        dwell: ['En telefon på wifi räknas efter', 'En skanning räknas genast.'],
        signal: ['En signal svagare än', 'startar inget: det är någon utanför.'],
        alerts: ['En kund meddelas högst', 'om dagen.'],
        holds: ['Den som har anmält sig räknas som på plats i', ''],
        card_leaves: ['Kortet lämnar skärmarna', 'efter det sista livstecknet från hennes telefon.'],
        same_visit: ['Den som är tillbaka inom', 'är på samma besök: ingen kallas igen.'],
        refusal: ['Ett ”nej, tack” vilar i', 'Bara kundens egen telefon minns det.'],
        not_todays: ['”Av sig självt” blir ”fråga mig” efter', '”inte i dag”.'],
        fades: ['”Av sig självt” blir ”fråga mig” efter', 'utan besök.'],
        ends: ['”Av sig självt” upphör efter', 'vad som än har hänt.'],
        ask: ['Är kundens säljare upptagen har kunden', 'på sig att välja. Utan svar får ingen annan veta något.'],
        arrivals: ['En avdelning hinner med', 'Därefter bjuder dess säljare inte in någon, och från fem säger skylten att det kan ta längre tid.'],
        purchases: ['Ett kort bygger på köp från de senaste', ''],
        thanks: ['En säljares önskan att tacka väntar i', ''],
    },
    yes: 'ja',
    no: 'nej',
    units: {
        visits: (n) => (n === 0 ? 'från början' : `efter ${count('besök', 'besök')(n)}`),
        years: (n) => `${n} år`,
        min: count('minut', 'minuter'),
        s: count('sekund', 'sekunder'),
        dBm: (n) => `${n} dBm`,
        'a day': count('gång', 'gånger'),
        'an hour': (n) => (n === 1 ? 'en ankomst i timmen' : `${n} ankomster i timmen`),
        h: count('timme', 'timmar'),
        days: count('dag', 'dagar'),
        times: count('dag med', 'dagar med'),
        months: (n) => (n === 1 ? '1 månad' : `${n} månader`),
    },
    bounds: (least, most) => `Huvudkontoret tillåter ${least} till ${most}.`,
    usual: (value) => `vanligen ${value}`,
    counting: 'Räknar på förra veckans besök …',
    wouldHave: (n, fewer, all) =>
        all === 0
            ? 'Ingen kom de senaste sju dagarna, så det finns inget att räkna på.'
            : n === 0
              ? `Det här skulle inte ha ändrat något av förra veckans ${all} besök.`
              : fewer
                ? `Det här skulle ha ändrat färre än ${n} av förra veckans ${all} besök.`
                : `Det här skulle ha ändrat ${n} av förra veckans ${all} besök.`,
    uncounted: 'Signal och sekunder räknas inte: det som var för svagt eller för kort har aldrig sparats.',
    save: 'Spara och låt gälla',
    saving: 'Sparar …',
    saved: 'Sparat. De här husreglerna gäller nu.',
    undo: 'Låt dem vara som de är',
    asText: 'Som text',
    textLead: 'En regel per rad, att spara eller ta med till en annan butik.',
    textLabel: 'Husreglerna som text',
    take: 'Välj det som texten säger',
    history: 'Tidigare versioner',
    version: (version, when, who) => `Version ${version}, ${when}, ${by(who)}`,
    back: 'Välj de här igen',
    backOf: (version) => `Välj reglerna i version ${version} igen`,
    when: (ms) =>
        new Date(ms).toLocaleString(locale(), { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }),
};
