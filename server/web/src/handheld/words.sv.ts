// Every sentence of the handheld, in Swedish.

import type { Words } from './words';

export const sv: Words = {
    title: 'Handenhet',
    language: 'Språk',
    close: 'Stäng',

    link: {
        connecting: 'Ansluter …',
        open: 'Ansluten',
        locked: 'Låst',
        offline: 'Frånkopplad: korten väntar',
        refused: 'Inte kopplad',
        fenced: 'Inte här längre',
        elsewhere: 'Öppen på annat håll',
        outdated: 'Gammal version',
    },

    idle: {
        title: (name) => (name ? `Allt lugnt, ${name}.` : 'Allt lugnt.'),
        lead: 'En ton säger till när en av dina kunder är här.',
        sound: 'Tryck en gång var som helst så hörs tonen.',
        iphone: 'Låt sidan ligga framme: en telefon i fickan sover.',
    },
    invite: {
        button: 'Bjud in en kund',
        title: 'Bjud in efter ett köp',
        lead: 'Dina försäljningar i dag. Välj en och låt kunden skanna koden med sin egen telefon.',
        none: 'Ingen försäljning i dag att bjuda in till.',
        noneLead: 'En försäljning visas här när den gjordes till en känd kund som inte är med och inte har fått frågan.',
        at: (time) => `kl. ${time}`,
        scanTitle: 'Ska jag få veta när du är tillbaka?',
        scan: 'Skanna den här med din egen telefon.',
        valid: (minutes) =>
            minutes >= 60
                ? `Gäller i ${Math.round(minutes / 60)} ${Math.round(minutes / 60) === 1 ? 'timme' : 'timmar'}, en gång.`
                : `Gäller i ${Math.max(1, minutes)} ${minutes <= 1 ? 'minut' : 'minuter'}, en gång.`,
        over: 'Koden har gått ut. Efter nästa köp kan du bjuda in igen.',
        code: 'Inbjudningskod till kundens telefon',
        done: 'Klar',
    },

    coming: 'Jag kommer',
    withHer: 'Jag är där',
    done: 'Klar',
    busy: 'Upptagen',
    handOver: 'Lämna över',
    handTo: {
        title: 'Lämna över till',
        lead: 'Kollegan ser det som en kollega får se.',
        looking: 'Ett ögonblick …',
        none: 'Ingen är ledig just nu.',
        anyone: 'Den som är ledig',
        close: 'Behåll kortet',
    },
    thank: 'Tacka nästa gång',
    remember: {
        title: 'En sak att minnas?',
        lead: 'Till nästa besök. Kunden kan läsa det och ta bort det.',
        label: 'En rad',
        keep: 'Spara',
        notNow: 'Inte nu',
        kept: 'Sparat till nästa besök.',
        keptLead: 'Kunden kan läsa det på sin sida.',
    },
    notHere: 'Inte här',
    itsHer: 'Rätt gäst',
    why: 'Varför?',
    whyHide: 'Mindre',
    unanswered: { say: 'Inget svar än.', do: 'Tryck en gång till.' },
    waits: { say: 'Gästen väntar hellre på dig.', do: 'Kortet stannar här.' },
    sending: 'Ett ögonblick …',
    seconds: (n) => `${n} s`,
    secondsLeft: (n) => (n === 1 ? '1 sekund kvar att svara' : `${n} sekunder kvar att svara`),
    states: { offered: 'väntar', accepted: 'du är på väg', with_her: 'hos dig', done: 'klart' },
    others: 'Andra kort',
    open: 'Öppna: ',
    tapToOpen: 'Tryck för att öppna',
    guest: 'Gäst',
    walkin: 'Provbesök: den här handenheten nåddes.',
    newCard: (who) => `Nytt kort: ${who}`,
    hiddenOffline: 'Frånkopplad en stund. Kortet kan ha ändrats, så det väntar tills linjen är tillbaka.',
    understood: 'Jag förstår',

    refused: {
        title: 'Den här handenheten är inte kopplad.',
        lead: 'Be om en ny kopplingslänk och öppna den här. Var den kopplad förut har kopplingen tagits tillbaka, eller så har webbläsaren glömt sin nyckel.',
        again: 'Försök igen',
    },
    code: {
        label: 'Eller skriv koden som du har fått',
        pair: 'Koppla handenheten',
        offline: { say: 'Ingen kontakt med butikens system.', do: 'Försök igen om ett ögonblick.' },
    },
    fenced: {
        title: 'En annan handenhet har tagit över.',
        lead: 'Den kopplades efter den här, och bara en i taget visar dina kort. Vill du tillbaka hit, be om en ny kopplingslänk.',
        again: 'Försök igen',
    },
    elsewhere: {
        title: 'Öppen i ett annat fönster.',
        lead: 'Handenhetens kort visas där. En skärm i taget, så att inget ligger framme.',
        again: 'Visa dem här',
    },
    outdated: {
        title: 'Det finns en nyare sida.',
        lead: 'Ladda om den, så kommer korten tillbaka av sig själva.',
        again: 'Ladda om',
    },

    pairTitle: 'Är det här din handenhet?',
    pairLead: 'Från och med nu kommer dina kort hit. Ha den med dig och låt sidan ligga framme.',
    pairYes: 'Det här är min handenhet',
    pairing: 'Ett ögonblick …',
    usedTitle: 'Kopplingslänken är redan använd.',
    usedNote: 'Be om en ny och öppna den här.',
};
