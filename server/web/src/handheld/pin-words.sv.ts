// Signing in at a handheld, in Swedish.

import type { PinWords } from './pin-words';

export const sv: PinWords = {
    choose: {
        title: (name) => `${name ? `${name}, välj` : 'Välj'} en PIN-kod.`,
        lead: 'Minst sex siffror som ingen skulle gissa. Handenheten frågar efter koden när ditt pass börjar och när ingen har rört den på ett tag.',
        label: 'Ny PIN-kod',
        next: 'Nästa',
        repeatTitle: 'Samma en gång till.',
        repeatLead: 'Så att du säkert har skrivit det du menade.',
        repeat: 'Samma PIN-kod',
        save: 'Välj den här PIN-koden',
        differ: 'De var inte lika. Välj en gång till.',
    },
    enter: {
        title: (name) => (name ? `${name}, din PIN-kod?` : 'Din PIN-kod?'),
        lead: 'Inget visas här förrän du har loggat in.',
        tries: (left) => (left === 1 ? 'Ett försök kvar.' : `${left} försök kvar.`),
        label: 'PIN-kod',
        go: 'Logga in',
        else: 'Någon annan loggar in här',
        back: 'Tillbaka',
    },
    other: {
        title: 'Vem är du?',
        lead: 'Ditt för- och efternamn så som butiken känner dem, eller ditt id. Korten kommer sedan hit och inte längre till din andra handenhet.',
        name: 'Namn',
    },
    shut: {
        title: 'Den här handenheten är låst.',
        lead: 'En felaktig PIN-kod skrevs fem gånger. En chef kan låsa upp handenheten i konsolen, eller koppla den på nytt.',
    },
    busy: 'Ett ögonblick …',
    short: 'En PIN-kod har minst sex siffror.',
    who: {
        open: 'Inloggad: ',
        title: (name) => (name ? `${name} är inloggad.` : 'Inloggad'),
        leave: 'Logga ut',
        change: 'Byt min PIN-kod',
        close: 'Stäng',
        present: 'Nuvarande PIN-kod',
        changeTitle: 'En ny PIN-kod',
        changed: 'Din PIN-kod är bytt.',
    },
    still: {
        title: (name) => `Är du kvar${name ? `, ${name}` : ''}?`,
        lead: 'Tryck en gång, annars når dig inget kort förrän du har skrivit din PIN-kod.',
    },
};
