// The manager's console in Swedish.

import type { Words } from './words';

const minutes = (n: number) => (n < 1 ? 'nyss' : n < 90 ? `${n} min` : `${Math.round(n / 60)} tim`);

export const sv: Words = {
    title: 'Konsol',
    language: 'Språk',
    link: {
        connecting: 'Ansluter …',
        open: 'Ansluten',
        offline: 'Frånkopplad: korten väntar',
        refused: 'Inte kopplad',
        fenced: 'Öppen på annat håll',
        elsewhere: 'Öppen på annat håll',
        locked: 'Låst',
        outdated: 'Gammal version',
    },
    now: 'I butiken nu',
    nobodyHere: 'Ingen har sagt att de är här. Allt lugnt.',
    floor: 'På golvet',
    reachable: (on, all) => `${on} av ${all} handenheter går att nå`,
    connected: 'går att nå',
    away: 'går inte att nå',
    today: 'I dag',
    sensors: 'Wifi',
    sensor: {
        ok: (heard) => (heard < 60 ? 'hördes nyss' : `hördes för ${Math.round(heard / 60)} min sedan`),
        silent: (heard) =>
            heard < 0 ? 'har inte hörts sedan starten' : `tyst i ${Math.max(1, Math.round(heard / 60))} min`,
        down: () => 'accesspunkten svarar inte',
        new: () => 'väntar på att kopplas',
    },
    sensorOut: 'räknas inte enligt husreglerna',
    arrivals: (n) => (n === 1 ? 'ankomst' : 'ankomster'),
    met: () => 'möttes',
    nobody: 'hittade ingen ledig',
    rules: 'Vad ett kort får visa',
    rulesNote: (book) => `Regler som gäller: ${book}. Inget visas om inte någon av dem säger det.`,
    rulesGo: 'Se dem, och vad en ändring skulle göra',
    pagesLabel: 'Konsolens sidor',
    pages: {
        board: 'Butiken nu',
        roster: 'Vem arbetar när',
        numbers: 'Fem siffror',
        house: 'Husregler',
        rules: 'Vad ett kort får visa',
    },
    boardWith: (n) => `Butiken nu · ${n} kort till dig`,
    yours: 'Till dig',
    yoursNone: 'Inget kort väntar på dig.',
    yoursLead: 'Hit kommer ett kort när ingen annan kan ta det.',
    minutes,
    state: (state, who) => {
        const somebody = who || 'någon';
        switch (state) {
            case 'offered':
                return who ? `${who} är tillfrågad` : 'väntar på besked';
            case 'accepted':
                return `${somebody} är på väg`;
            case 'with_her':
                return `hos ${somebody}`;
            case 'nobody':
                return 'ingen var ledig';
            default:
                return 'har fått hjälp';
        }
    },
    visitHead: { who: 'Gäst', state: 'Vad som händer', since: 'Sedan' },
    roles: { associate: '', trainee: 'praktikant', manager: 'chef' },
    offline: {
        say: 'Ingen anslutning till hubben.',
        do: 'Det du ser kan vara gammalt. Sidan fortsätter att försöka.',
    },
    loading: 'Ett ögonblick',
    pairTitle: 'Är det här din konsol?',
    pairLead:
        'Du får se vilka som går att nå, vilka som väntar och dagens siffror. Inga köp visas här, utom på ett kort som är ditt.',
    pairYes: 'Det här är min konsol',
    pairing: 'Ett ögonblick …',
    usedTitle: 'Kopplingslänken är redan använd.',
    usedNote: 'Skapa en ny och öppna den här.',
};
