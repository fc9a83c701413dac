// The five numbers in Swedish.

import { money } from '../../card/line';
import { locale } from '../../lib/language';
import { percent, rate } from './tiles';
import type { Words } from './words';

const seconds = (s: number) =>
    s > 600 ? 'mer än 10 min' : s < 120 ? `${s} s` : `${(Math.round(s / 30) / 2).toLocaleString(locale())} min`;

const spend = (title: string, unit: string): Words['tiles']['spend_own'] => ({
    title,
    unit,
    beside: (w, currency) => [
        w.half === undefined
            ? 'för få har köpt något för att säga hur mycket'
            : `hälften av dem som köpte handlade för högst ${money(w.half, currency)}`,
    ],
    means: [
        'Bara kunder som delar vad de köper här, och som blev mötta. Kassan säger inte till vilket besök ett köp hör, så dagen räknas, för den som mötte kunden först den dagen.',
        'Beloppen går i steg om en femtedel och är en median: ett enda stort köp ändrar inget. Den som inte är med räknas inte alls, så det här jämför två sätt att bli mött, inte kunder som är med och främlingar.',
    ],
});

const tiles: Words['tiles'] = {
    match: {
        title: 'Träff',
        unit: 'av ankomsterna möttes av kundens egen säljare',
        beside: () => [],
        means: [
            'Av kunderna som har en egen säljare och sade att de var här: hur många den säljaren tog emot.',
            'En kund utan egen säljare räknas inte. Det gör inte heller den som tog tillbaka det innan någon kom.',
        ],
    },
    response: {
        title: 'Svarstid',
        unit: 'blev mötta inom 2 minuter',
        beside: (w) => [
            ...(w.p50_s === undefined || w.p90_s === undefined
                ? ['ingen blev mött']
                : [`hälften inom ${seconds(w.p50_s)}, nio av tio inom ${seconds(w.p90_s)}`]),
            `${percent(w.nobody ?? 0)} hittade ingen ledig`,
        ],
        means: [
            'Från kundens ja tills någon är hos kunden, så som handenheten säger det. Där bara ”jag kommer” sades, till dess. Tiderna går i steg om fem sekunder.',
            'Den som hellre såg sig omkring själv, och inte hittade någon ledig, räknas inte. Den som aldrig blev mött räknas som senare än två minuter.',
        ],
    },
    acceptance: {
        title: 'Svar',
        unit: 'av förfrågningarna togs',
        beside: (w) => [
            `upptagen ${percent(w.busy ?? 0)}, lämnade över ${percent(w.handed_over ?? 0)}`,
            `ingen där ${percent(w.not_here ?? 0)}, tyst enhet ${percent(w.silent ?? 0)}`,
        ],
        means: [
            'Av förfrågningarna som togs eller gick ut: hur många som togs.',
            'Upptagen är ingen miss: det räknas för sig, liksom en enhet som inte svarar, ”inte här” och att lämna över.',
        ],
    },
    trust: {
        title: 'Förtroende',
        unit: '”inte bra” per 100 kort',
        beside: (w) =>
            w.struck === undefined
                ? []
                : [
                      `per 100 kort: ${rate(w.struck)} strök en rad, ${rate(w.left ?? 0)} gick ur, ${rate(w.not_today ?? 0)} sade ”inte i dag”`,
                  ],
        means: [
            'Hur ofta en kund svarade ”inte bra” på ”sades något konstigt?”, per hundra kort som har varit på en skärm.',
            'Rader som kunder strök, kunder som gick ur och ”inte i dag” står bredvid, bara för hela butiken.',
        ],
    },
    liked: {
        title: 'Hur det var',
        unit: 'av svaren var ”bra”',
        beside: (w) => [`sådär ${percent(w.soso ?? 0)}, inte bra ${percent(w.bad ?? 0)}`],
        means: ['Vad kunder svarade på ”hur var det?” efter ett besök. Den som inte svarade räknas inte.'],
    },
    return: {
        title: 'Återkomst',
        unit: 'av ankomsterna hade varit här de 90 dagarna innan',
        beside: () => [],
        means: [
            'Av en veckas ankomster: hur många som var av kunder som hade varit här de 90 dagarna innan.',
            'Vad de handlade för står bredvid, efter vem som mötte kunden.',
        ],
    },
    spend_own: spend('Köp, egen säljare', 'av dagarna med kundens egen säljare slutade med ett köp'),
    spend_other: spend('Köp, någon annan', 'av dagarna med någon annan slutade med ett köp'),
};

export const sv: Words = {
    tiles,
    weeks: (n) => `${n} veckor`,
    title: 'De fem siffrorna',
    lead: (until) => `Vecka för vecka, måndag till söndag, till och med ${until}. Räknas en gång om dagen, för veckor som är över.`,
    privacy: (least) =>
        `Bakom varje siffra finns minst ${least} kunder, bakom ett lags minst tre medarbetare. Det som har färre räknas över 4 eller 12 veckor, eller inte alls. Här finns ingen siffra om en enskild person: medarbetare ser sin egen vecka på sin handenhet.`,
    choose: 'Vems siffror',
    store: 'Butiken',
    tooFew: 'För få för att säga',
    tooFewWhy: (least) => `Varken 1, 4 eller 12 avslutade veckor har ${least} kunder för sig.`,
    tooSmall: 'Med färre än tre medarbetare skulle varje siffra vara en enda persons, så ingen visas.',
    of: (n) => `av ungefär ${n}`,
    before: (text) => `ett år tidigare: ${text}`,
    noBefore: 'ett år tidigare: för få för att säga',
    goal: (text) => `mål ${text}`,
    means: 'Vad det betyder',
    trend: (title, from, to, n) =>
        n === 1 ? `${title}: en period, ${to}` : `${title}, ${n} perioder: först ${from}, senast ${to}`,
    tableWhen: 'När',
    tableValue: 'Andel',
    tableOf: 'Av ungefär',
    hours: 'Ingen ledig, timme för timme',
    hoursLead: 'Av en timmes ankomster: hur många som inte hittade någon ledig. En timme med färre än tio kunder utelämnas.',
    sources: 'Ingen där, efter hur kunden märktes',
    sourcesLead: 'Av förfrågningarna: hur många som besvarades med ”inte här”.',
    sourceNames: { 'checked-in': 'sade till', sensed: 'wifi, säkert', 'may-be': 'wifi, kanske' },
    rules: 'Förtroende, efter reglernas version',
    rulesLead: 'Per 100 kort, över veckor som helt låg under en version.',
    rulesHead: ['Version', 'Sedan', 'Inte bra', 'Strukna rader', 'Gick ur', 'Inte i dag'],
    loading: 'Ett ögonblick',
    offline: { say: 'Siffrorna kunde inte läsas.', do: 'Sidan fortsätter att försöka.' },
};
