// The customer's page in Swedish.

import { clock, daysAgo, locale, longDay } from '../lib/language';
import { newerMoreSv } from './newer.sv';
import type { Words } from './words';

const someone = 'någon';
const who = (name: string | undefined) => (name === 'a colleague' ? 'en kollega' : name || someone);
const capital = (text: string) => text.charAt(0).toLocaleUpperCase('sv') + text.slice(1);
const Who = (name: string | undefined) => capital(who(name));

const day = (at: Date) => {
    const days = daysAgo(at);
    return days === 0 ? 'i dag' : days === 1 ? 'i går' : at.toLocaleDateString(locale());
};

const abouts = {
    presence: 'att någon får veta att du är här',
    instore: 'det du har köpt här',
    online: 'det du har köpt på nätet',
    other_stores: 'det du har köpt i andra butiker',
    sizes: 'dina storlekar',
    sensed: 'att din telefon märks på wifi',
    notes: 'anteckningar om dig',
};

const wouldSee = (name?: string) => (name ? `Det här skulle ${name} se` : 'Det här skulle de se');

export const sv: Words = {
    title: 'Ditt besök',
    loading: 'Ett ögonblick',
    language: 'Språk',
    close: 'Stäng',
    back: 'Tillbaka',
    sending: 'Ett ögonblick …',
    offline: { say: 'Ingen anslutning just nu.', do: 'Inget har gått förlorat. Sidan fortsätter att försöka.' },
    stillTrying: 'Försöker fortfarande …',

    join: {
        eyebrow: (item) => `Ditt köp: ${item}`,
        ask: (name) => `Ska ${who(name)} få veta när du är tillbaka?`,
        see: (name) =>
            `Du skannar skylten vid dörren, och ${name ? name : 'en kollega'} ser det här kortet som det är just den dagen. Inget annat.`,
        seeNothing: 'Du skannar skylten vid dörren, och någon som kan hjälpa dig får veta det. Ingen köphistorik visas.',
        strike: 'Tryck på en rad för att stryka den.',
        struck: (n) =>
            n === 1
                ? 'En rad är struken. Den visas inte, och inte heller det som följer av den.'
                : `${n} rader är strukna. De visas inte, och inte heller det som följer av dem.`,
        more: 'Vad mer?',
        moreValue: (what) => what.join(', ') || 'inget',
        moreWords: { sizes: 'storlekar', online: 'på nätet', other_stores: 'andra butiker', greet: 'vid namn' },
        choose: (name) => `${name} är min säljare`,
        chooseNote: 'Andra ser på sin höjd dina initialer.',
        greet: (name) => `${name} får hälsa på mig vid namn`,
        online: 'Det jag har köpt på nätet',
        otherStores: 'Det jag har köpt i andra butiker',
        sizes: 'Mina storlekar',
        never: 'Aldrig: bilder eller din adress.',
        yes: 'Ja, gärna',
        no: 'Nej, tack',
        ageEyebrow: 'En sak till',
        age: (years) => `Har du fyllt ${years}?`,
        ageLead: 'Yngre gäster behöver ha en förälder med sig för att gå med.',
        ageYes: 'Ja, det har jag',
        ageNo: 'Inte än',
    },
    refused: {
        title: 'Som du vill.',
        lead: 'Du har inte gått med. Ditt nej sparas bara i den här telefonen, så att du inte blir tillfrågad snart igen.',
        again: 'Du sa nej, tack.',
        againLead: (at) => `Det var den ${at}. Bara den här telefonen vet det. Vill du titta en gång till?`,
        look: 'Ta en titt',
    },
    minor: {
        title: 'Inte än.',
        lead: 'Det här kräver en förälder eller vårdnadshavare, så du har inte gått med. Alla i butiken hjälper dig gärna i dag.',
    },
    joined: {
        title: 'Klart.',
        lead: 'Nästa gång skannar du skylten vid dörren.',
        note: 'Ingen får veta något utan att du trycker.',
        ok: 'Okej',
    },
    strangerDoor: {
        title: 'Välkommen.',
        ask: 'Ska någon få veta att du är här?',
        lead: 'Någon som kan hjälpa dig får veta det när du skannar skylten och säger ja. Inget du har köpt visas: bara det du själv säger.',
        yes: 'Ja, gärna',
        no: 'Nej, tack',
    },
    rescan: {
        title: 'Skylten har hunnit byta kod.',
        lead: 'Koden byts var halvminut, så att bara den som står vid dörren kan använda den. Skanna den en gång till.',
    },
    strangerHome: {
        title: 'Kul att se dig.',
        lead: 'Skanna skylten vid dörren, eller koden som din säljare visar dig efter ett köp. Mer behövs inte.',
    },

    door: {
        hello: 'Hej.',
        isIn: (name) => `${name} är här.`,
        isOut: (name) => `${name} är inte här i dag.`,
        nobodyNamed: 'Kul att se dig.',
        tell: (name) => (name ? 'Ska vi säga att du är här?' : 'Ska någon få veta att du är här?'),
        tellOther: 'Ska en kollega komma?',
        yesTell: (name) => `Ja, säg till ${name}`,
        yes: 'Ja, gärna',
        notToday: 'Inte i dag',
        full: (names) => `Många gäster den här timmen: ${names}. Det kan ta längre tid.`,
        closed: 'Vi kallar inte på någon just nu.',
        closedLead:
            'Butiken öppnar eller stänger alldeles strax. Ingen kallas hit, men alla du ser hjälper dig gärna.',
        would: wouldSee,
        busy: (name) => `Om ${name} är upptagen`,
        busyUnsaid: 'fråga mig då',
        busyChoices: { wait: 'Jag väntar', other: 'Någon annan', look: 'Jag ser mig bara omkring' },
    },
    ask: {
        title: (name) => `${name} är upptagen just nu.`,
        lead: 'Hur vill du ha det? Ingen annan får veta något om du inte säger det.',
        wait: (name) => `Jag väntar på ${name}`,
        other: 'Någon annan',
        look: 'Jag ser mig bara omkring',
    },
    visit: {
        knows: (w) => `${Who(w)} vet om det.`,
        telling: 'Vi letar upp någon.',
        tellingLead: 'Ingen har fått veta det än. Så snart någon vet står det här.',
        waiting: (name) => `Du väntar på ${name}.`,
        waitingLead: (name) => `Ingen annan får veta det. Så snart ${name} vet står det här.`,
        about: (seconds) => {
            if (seconds <= 0) return '';
            if (seconds < 45) return 'Vilken stund som helst.';
            const minutes = Math.max(1, Math.round(seconds / 60));
            return minutes === 1 ? 'Ungefär en minut.' : `Ungefär ${minutes} minuter.`;
        },
        coming: (w) => `${Who(w)} är på väg.`,
        comingLead: 'Se dig omkring så länge.',
        with: (w) => `Du är hos ${w ? who(w) : 'oss'}.`,
        withLead: 'Ha ett trevligt besök.',
        nobody: 'Ingen är ledig just nu.',
        nobodyLead: 'Vi är ledsna. Se dig omkring, eller fråga någon du ser.',
        looking: 'Se dig omkring i lugn och ro.',
        lookingLead: 'Ingen kallas hit. Fråga någon du ser, när du vill.',
        meet: 'Plats',
        wearing: 'Klädd i',
        wish: 'Jag vill',
        unsaid: 'säg var',
        unsaidWear: 'så att du hittas',
        unsaidWish: 'vad som helst',
        colour: 'Färg',
        garment: 'Vad',
        act: 'Jag vill',
        things: 'Vad',
        clearOne: 'Ta bort',
        seeCard: (w) => `Det här ser ${who(w)}`,
        wouldSee,
        stop: 'Stopp: ta bort det',
        leaving: 'Jag går nu',
    },
    cleared: {
        title: 'Borttaget.',
        lead: (left) => {
            if (!left || left.waiting > left.away)
                return 'Ditt kort tas bort från alla skärmar. En handenhet utom räckhåll tar bort det före allt annat när den är tillbaka.';
            if (left.away === 0) return 'Ditt kort är borta från alla handenheter.';
            return left.away === 1
                ? 'En handenhet är utom räckhåll: den tar bort ditt kort innan den visar något. Alla andra har tagit bort det.'
                : `${left.away} handenheter är utom räckhåll: de tar bort ditt kort innan de visar något. Alla andra har tagit bort det.`;
        },
    },
    notToday: {
        title: 'Som du vill.',
        lead: 'Ingen får veta att du är här i dag, om du inte ändrar dig.',
        changed: 'Jag har ändrat mig',
    },
    after: {
        saw: (w, n) => {
            if (n === 0)
                return w ? `${w} såg inget av det du har köpt.` : 'Inget av det du har köpt visades.';
            const lines = n === 1 ? 'en rad' : `${n} rader`;
            return w ? `${w} såg ${lines}.` : `${capital(lines)} av det du har köpt visades.`;
        },
        lead: 'Tack för ditt besök.',
        how: 'Hur var det?',
        hows: { good: 'Bra', soso: 'Sådär', bad: 'Inte bra' },
        odd: 'Sades något konstigt?',
        odds: { fine: 'Allt bra', not_fine: 'Inte bra' },
        send: 'Skicka',
        later: 'Inte nu',
        thanks: 'Tack.',
        thanksLead: 'Det hjälper oss att vara diskreta.',
    },
    objected: {
        title: 'Allt är stoppat.',
        lead: (at) =>
            `Du bad om det vid disken (${day(at)} ${clock(at)}). Ingen frågar dig igen. Om du ändrar dig, säg till vid disken.`,
    },
    home: {
        title: 'Nästa gång skannar du skylten.',
        lead: (store) => `Den står vid dörren till ${store}. Ingen får veta något utan att du trycker.`,
        isIn: (name) => `${name} är här i dag.`,
        isOut: (name) => `${name} är inte här just nu.`,
        would: wouldSee,
        share: 'Allt om mig',
        paused: 'Allt är pausat.',
        pausedLead: 'Ingen får veta när du kommer, och inget om dig används, förrän du häver det under ”Allt om mig”.',
    },
    card: {
        title: (name) => (name ? `Det här skulle ${who(name)} se` : 'Det här skulle de se'),
        titleNow: (name) => (name ? `Det här ser ${who(name)}` : 'Det här ser de'),
        lead: 'Tryck på en rad för att ändra den.',
        none: 'Det finns inget att visa. De skulle bara veta att du är här.',
        hide: 'Visa inte',
        talk: 'Får nämnas',
        changed: 'Kortet har just ändrats. Här är det som det är nu.',
    },
    share: {
        title: 'Allt om mig',
        lead: 'Vad ett kort får innehålla. Ändra när du vill, det gäller genast.',
        instore: 'Det jag har köpt här',
        online: 'Det jag har köpt på nätet',
        otherStores: 'Det jag har köpt i andra butiker',
        sizes: 'Mina storlekar',
        pause: 'Pausa allt det här',
        pausedNote: 'Pausat: ingen här får veta något om dig, och inget om dig används. Det du har valt finns kvar.',
        gpc: 'Din webbläsare ber om att det som är känt om dig inte säljs eller delas. Det gör ingen här.',
        checked: (at, pairs, found) =>
            `Senaste läckagekontroll: ${day(at)} ${clock(at)}, ${pairs} par, ${found === 0 ? 'inget hittades' : `${found} hittades. Butiken har fått veta det.`}`,
        all: 'Stoppa allt',
        allAsk: 'Stoppa allt?',
        allLead: 'Alla dina val tas tillbaka. Ditt kort tas bort från alla skärmar, och ingen får veta när du kommer.',
        allYes: 'Ja, stoppa allt',
        allNo: 'Behåll det',
    },
    notice: {
        lead: 'När du kommer in',
        wifi: 'Butikens wifi får märka min telefon',
        always: (name) => `Säg till ${who(name)} av sig självt`,
        home: (name) => `${Who(name)} får veta när din telefon är på butikens wifi.`,
    },
    newer: {
        say: (newer, name) =>
            `Butiken har nya villkor. Om du godkänner dem ${newerMoreSv(newer, name)}. Annars förblir allt som det är.`,
        accept: 'Godkänn de nya villkoren',
    },
    promises: {
        title: 'Det här lovar butiken',
        digest: (sha256) => `SHA-256 ${sha256}`,
    },
    looks: {
        legend: 'Hur länge det sparas vem som sett mitt kort och vad som stod på det',
        lead: 'Det som är äldre raderas och kommer inte tillbaka.',
        ask: (term) => `Radera det som är äldre än ${term}?`,
        askLead: 'Vem som sett ditt kort och vad som stod på det. Det kommer inte tillbaka, och från och med nu sparas det inte längre än så.',
        yes: 'Ja, radera det',
        no: 'Låt det vara',
        keep: (term, months) =>
            ({
                store: months === 1 ? 'Som här: 1 månad' : `Som här: ${months} månader`,
                month: '30 dagar',
                week: '7 dagar',
                day: '24 timmar',
            })[term],
    },
    notes: {
        allow: (name) => `${Who(name)} får skriva ner saker för att minnas`,
        allowNote: 'Ingen annan ser det. Tar du bort krysset raderas allt som har skrivits.',
        title: 'Det som är antecknat om mig',
        lead: 'Ord för ord. Ingen ser det utom den som skrev det, och du. Radera det du vill, det försvinner genast.',
        none: 'Inget är antecknat.',
        quoted: (text) => `”${text}”`,
        by: (name, at) => `${Who(name)}, ${day(at)} ${clock(at)}.`,
        shown: (at) => `Visades senast för den som skrev ${day(at)} ${clock(at)}.`,
        notShown: 'Har inte visats på något kort än.',
        strike: 'Radera det',
        kept: (days) =>
            days === 1 ? 'Var och en raderas av sig själv efter en dag.' : `Var och en raderas av sig själv efter ${days} dagar.`,
    },
    receipts: {
        title: 'Mina kvitton',
        yours: 'Ditt kvitto',
        lead: 'Varje gång du säger vad butiken får göra undertecknar den det du sa. Inget här kan ändras i efterhand.',
        none: 'Det finns inga än: de börjar med din nästa ändring.',
        rest: (n) => (n === 1 ? 'Ett äldre finns också kvar.' : `${n} äldre finns också kvar.`),
        what: {
            joined: 'Du gick med',
            changed: 'Du ändrade vad du delar',
            accepted: 'Du godkände nya villkor',
            not_today: 'Du sa: inte i dag',
            left: 'Du stoppade allt',
        },
        at: (at) => `${day(at)} ${clock(at)}`,
        saidTitle: 'Det du sa',
        said: (event) => (event.mode === 'not_today' ? 'Inte i dag' : event.state === 'given' ? 'Ja' : 'Inte längre'),
        about: (event) => (event.mode === 'standing' ? 'att det sägs till av sig självt' : abouts[event.category]),
        holdsTitle: 'Det som gäller sedan dess',
        until: (termination) =>
            `Till den ${longDay(new Date(termination.slice(0, 20)))}, eller så snart du tar tillbaka det.`,
        nothing: 'Inget. Butiken får inte göra något av det längre.',
        whoTitle: 'Vem som ansvarar för det',
        fine: (name, version) => (version > 0 ? `Villkor ${name}, version ${version}` : ''),
        number: (id) => `Nummer ${id}`,
        key: (key) => `Undertecknat, nyckel ${key}`,
        check: 'Kopian är en fil. Med den kan vem som helst kontrollera att det är butikens ord, även utan butiken.',
        keep: 'Spara en kopia',
    },
    gone: {
        title: 'Det är stoppat.',
        lead: 'Alla val är tagna tillbaka. Ingen får veta när du kommer. Du är lika välkommen.',
    },

    errors: {
        closed: {
            say: 'Vi kallar inte på någon just nu.',
            do: 'Butiken öppnar eller stänger alldeles strax. Alla du ser hjälper dig gärna.',
        },
        not_joined: { say: 'Den här telefonen är inte känd här.', do: 'Skanna skylten en gång till.' },
        joined: { say: 'Du har redan gått med.', do: 'Nästa gång skannar du bara skylten vid dörren.' },
        not_here: { say: 'Din telefon är inte på butikens wifi just nu.', do: 'Skanna skylten vid dörren.' },
        link_over: { say: 'Koden är använd eller har gått ut.', do: 'Be din säljare om en ny, det går fort.' },
        enough_today: { say: 'Du har sagt till tillräckligt ofta i dag.', do: 'Alla du ser hjälper dig gärna.' },
        no_notes: { say: 'Ingen skriver anteckningar här.', do: 'Allt annat förblir som det är.' },
        rate: { say: 'Det gick fort.', do: 'Vänta ett ögonblick och försök igen.' },
        card_changed: { say: 'Kortet har just ändrats.', do: 'Här är det som det är nu.' },
        unknown: { say: 'Det gick inte.', do: 'Försök en gång till, eller fråga någon du ser.' },
    },

    refusals: {
        busy: { say: 'Vi har mycket att göra just nu.', do: 'Försök igen om ett ögonblick.' },
        not_saved: { say: 'Det kunde inte sparas, så det har inte hänt.', do: 'Försök igen om ett ögonblick.' },
        notice_changed: { say: 'Butiken har ändrat sina villkor under tiden.', do: 'Läs dem en gång till.' },
        too_many_alike: { say: 'För många köp står bakom den raden.', do: 'Låt den stå, eller be någon i butiken.' },
        no_receipt: { say: 'Det finns inget sådant kvitto för den här telefonen.', do: 'Titta i listan över dina kvitton.' },
        too_large: { say: 'Det var för mycket på en gång.', do: 'Försök med mindre.' },
    },

    acts: { find: 'hitta', try: 'prova', return: 'lämna tillbaka', collect: 'hämta', look: 'bara titta' },
};
