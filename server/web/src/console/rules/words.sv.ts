// The page of the rules in Swedish.

import { locale } from '../../lib/language';
import type { Count } from '../../wire';
import { capital } from '../rule-list';
import type { Words } from './words';

const number = (n: number) => n.toLocaleString(locale());
const many = (n: Count, one: string, more: string) =>
    typeof n === 'number' ? (n === 1 ? `1 ${one}` : `${number(n)} ${more}`) : `färre än 5 ${more}`;
const of = (some: Count, all: Count, one: string, more: string) =>
    typeof some === 'number'
        ? `${number(some)} av ${many(all, one, more)}`
        : typeof all === 'number'
          ? `Färre än 5 av ${many(all, one, more)}`
          : `Färre än 5 ${more}`;

const step: Words['step'] = {
    hide: 'inget',
    tally: 'få eller många',
    kind: 'slag av vara',
    brand: 'märke',
    item: 'varan',
    full: 'allt',
};

const rows: Words['rows'] = {
    seller: 'Säljaren',
    preferred: 'Den valda säljaren',
    department: 'Avdelningen',
    store: 'Alla i den butiken',
    manager: 'En chef',
    trainee: 'En praktikant',
    nobody: 'Alla andra',
};
const viewer = (relation: string) => {
    const who = rows[relation];
    return who ? who.charAt(0).toLowerCase() + who.slice(1) : relation;
};

const sayable = (may: boolean) => (may ? 'får nämnas' : 'bara att veta');
const terms = (text: string) => text.replace(/^notice /, 'villkoren ');

export const sv: Words = {
    step,
    rows,
    columns: {
        'in-store, this store': 'i den här butiken',
        'in-store, other store': 'i en annan butik',
        'in-store, another store': 'i en annan butik',
        online: 'på nätet',
    },
    back: 'Butiken nu',
    title: 'Vad ett kort får visa',
    live: (name, version) => `Gäller nu: ${capital(name)}, version ${version}`,
    since: (when, by, also) => `sedan ${when}, av ${by}${also && also !== by ? ` med ${also}` : ''}`,
    intro: 'Inget visas om inte en av meningarna säger det. Öppna en mening för att ändra den: inget kort ändras förrän du låter ändringen gälla.',
    loading: 'Ett ögonblick',
    offline: {
        say: 'Ingen anslutning till hubben.',
        do: 'Det du har ändrat finns kvar här. Sidan fortsätter att försöka.',
    },
    refused: {
        say: 'Du är inte inloggad längre.',
        do: 'Det du har ändrat finns kvar på skärmen. Logga in och fortsätt.',
        again: 'Jag har loggat in',
    },

    book: 'Reglerna',
    parts: {
        show: 'Vad som visas av köp',
        hold: 'Vad som hålls tillbaka',
        field: 'Resten av kortet',
    },
    add: {
        show: 'Visa något mer',
        hold: 'Håll tillbaka något',
        field: 'En regel för resten av kortet',
    },
    change: (id) => `Ändra regel ${id}`,
    done: 'Klar',
    remove: 'Ta bort regeln',
    undo: 'Ångra',
    restart: 'Tillbaka till reglerna som gäller',
    marks: { new: 'ny', changed: 'ändrad', gone: 'borttagen' },
    was: 'Hittills:',
    putBack: 'Lägg tillbaka den',
    guard: 'Vakt',
    note: 'Notis',
    warning: 'Titta här',
    mistake: 'Inte rätt än',
    head: 'Textens första rad',
    textTitle: 'Detsamma som text',
    textLead: 'Att spara i en fil, eller för att klistra in regler ur en. Hubben läser medan du skriver.',
    textLabel: 'Reglerna som text',
    copy: 'Kopiera texten',
    copied: 'Kopierat',
    goTo: (line, column) => `Rad ${line}, kolumn ${column}`,
    textWrong: 'Meningarna visar den senaste texten som var rätt.',
    startFrom: 'Börja från en regelbok som följer med:',
    shipped: (name) => ({ reserved: 'Återhållsam', balanced: 'Balanserad', warm: 'Varm' })[name] ?? capital(name),

    who: 'Vem',
    whoOptions: {
        anyone: 'Alla',
        related: 'De här:',
        unrelated: 'Alla utom:',
        associate: 'En medarbetare',
        trainee: 'En praktikant',
        manager: 'En chef',
    },
    whoIs: 'Vad personen har med köpet att göra',
    whoIsOptions: { role: 'vad personen än har gjort', role_related: 'som är' },
    verb: 'Ser eller ser inte',
    verbs: { show: 'ser', limit: 'ser inte mer än', never: 'ser inte' },
    level: 'Hur mycket',
    ofPurchases: 'för köp',
    purchases: 'köp',
    ofFields: 'Vilka delar av kortet',
    asInitials: 'som initialer',
    asItIs: 'som det är',
    place: 'Var det köptes',
    places: {
        'in-store|': 'gjorda i en butik',
        'in-store|this-store': 'gjorda i den här butiken',
        'in-store|other-store': 'gjorda i en annan butik',
        'online|': 'gjorda på nätet',
        '|other-store': 'gjorda någon annanstans än i den här butiken',
    },
    rarePlaces: {
        '|this-store': 'gjorda här',
        'online|other-store': 'gjorda på nätet, en annan butik',
        'online|this-store': 'gjorda på nätet, den här butiken',
    },
    kinds: 'Slag av varor',
    addKind: 'lägg till ett slag …',
    dropKind: (name) => `utan ${name}`,
    statuses: 'Vad som hände med köpet',
    priceFrom: 'från priset',
    priceBelow: 'under priset',
    ageMost: 'de senaste',
    ageMore: 'äldre än',
    months: 'månader',
    sensitive: 'bara skyddade',
    gift: 'bara presenter',
    seen: 'Hur gästen märktes',
    seenOptions: {
        any: 'hur gästen än märktes',
        'checked-in': 'när gästen själv har sagt till',
        sensed: 'så länge bara wifi har märkt gästen',
    },
    mention: 'Nämna det',
    mentionOptions: { wait: 'och behåller det för sig själv', ok: 'och får tala om det' },
    firm: 'Vem som får häva det',
    firmOptions: { no: 'om inte kunden tillåter mer', yes: 'och ingen i butiken kan ändra det' },
    because: 'eftersom',
    becauseNote: 'Det här skälet står på kortet.',
    more: 'Bara vissa köp …',
    moreLabel: 'Gör det snävare',
    moreOptions: {
        place: 'gjorda på vissa ställen',
        price_from: 'från ett pris',
        price_below: 'under ett pris',
        age_most: 'från de senaste månaderna',
        age_more: 'äldre än några månader',
        kinds: 'av vissa slag',
        statuses: 'behållna, returnerade eller avbeställda',
        sensitive: 'skyddade',
        gift: 'presenter',
    },
    drop: (what) => `inte längre: ${what}`,

    changeTitle: 'Vad som skulle ändras',
    checking: 'Kontrollerar …',
    unchecked: 'Inte granskat än.',
    waits: 'Hubben har mycket att göra. Den tillfrågas igen.',
    nothing: 'Inget: det här är reglerna som gäller.',
    onlyWords: 'Ingen skulle se mer eller mindre. Bara ord ändras.',
    narrower: 'Alla skulle se detsamma eller mindre.',
    wider: 'Någon skulle se mer. En andra chef måste godkänna.',
    mistakes: (n) => (n === 1 ? 'En sak måste rättas först.' : `${n} saker måste rättas först.`),
    moreShown: 'Mer skulle synas',
    lessShown: 'Mindre skulle synas',
    anything: 'I vissa fall',
    sayable: ({ may_say_from, may_say_to }) =>
        may_say_from === may_say_to ? '' : `${sayable(may_say_from)} → ${sayable(may_say_to)}`,
    instead: 'i stället för',
    moreAreas: (n) => (n === 1 ? 'och ett fall till' : `och ${n} fall till`),
    ceiling: (what, customers) =>
        what === 'head office'
            ? 'Huvudkontoret tillåter inte så mycket. Det kan inte föreslås.'
            : customers === 0
              ? `${capital(terms(what))} lovade mindre, men ingen har godkänt dem.`
              : `${capital(many(customers, 'kund har', 'kunder har'))} godkänt ${terms(what)}, som lovade mindre. För dem ändras inget förrän de godkänner nyare villkor.`,
    count: 'Räkna på våra kunder',
    countAgain: 'Räkna igen',
    counting: 'Räknar',
    countFailed: 'Räkningen kom inte till slutet. Försök igen.',
    customers: ({ customers_changed: changed, customers, wider, narrower }) =>
        customers === 0
            ? 'Ingen av våra kunder har gått med än: det finns ingen att räkna på.'
            : changed === 0
              ? `Ingen skulle se något annat om våra ${many(customers, 'kund', 'kunder')}.`
              : `${of(changed, customers, 'kund', 'kunder')}: någon skulle se ${narrower === 0 ? 'mer' : wider === 0 ? 'mindre' : 'mer, någon mindre'} om dem.`,
    by: (row) => {
        const kind = row.kind === 'any other' || row.kind === '' ? '' : row.kind === 'sensitive' ? ', skyddat' : `, ${row.kind}`;
        return `${capital(many(row.lines, 'köp', 'köp'))} (${row.channel === 'online' ? 'på nätet' : 'i butik'}${kind}): ${viewer(row.relation)} skulle se:`;
    },
    field: ({ customers, relation }, field) =>
        `${capital(many(customers, 'kund', 'kunder'))}: ${viewer(relation)} skulle se ${field}:`,
    unused: (id) => `${id} gällde inget köp de senaste 90 dagarna.`,
    singles: ({ rule, customers, one_associate }) =>
        typeof customers === 'string'
            ? `${rule} handlar bara om ${many(customers, 'kund', 'kunder')}: den pekar ut någon.`
            : one_associate
              ? `${rule} handlar bara om en medarbetare: den pekar ut någon.`
              : `${rule} pekar ut någon.`,
    counted: (associates, lines) =>
        `Räknat på ${many(lines, 'köp', 'köp')}, så som ${many(associates, 'medarbetare', 'medarbetare')} skulle se dem. Talen är avrundade nedåt.`,
    replay: 'Pröva på de senaste 7 dagarnas kort',
    replaying: 'Går igenom de senaste 7 dagarna',
    replayed: (cards, changed) =>
        cards === 0
            ? 'Det fanns inget kort de senaste 7 dagarna.'
            : changed === 0
              ? `Inget av de senaste 7 dagarnas ${many(cards, 'kort', 'kort')} skulle ha visat något annat.`
              : `${of(changed, cards, 'kort', 'kort')} från de senaste 7 dagarna skulle ha visat något annat.`,
    replayHead: { day: 'Dag', cards: 'Kort', more: 'Med mer', less: 'Med mindre' },
    few: (n) => (typeof n === 'number' ? number(n) : 'under 5'),

    why: 'Varför den här ändringen?',
    whyNote: 'En mening, för de andra cheferna och för senare.',
    propose: 'Föreslå ändringen',
    proposing: 'Ett ögonblick …',
    proposedNarrow: 'Föreslaget. Det visar bara mindre, så du kan låta det gälla själv.',
    proposedWide: 'Föreslaget. Det visar mer, så en annan chef måste låta det gälla.',
    publish: 'Låt det gälla',
    publishing: 'Ett ögonblick …',
    published: 'Det gäller nu. Varje öppet kort har gjorts om.',
    takeBack: 'Ta tillbaka det',
    turnDown: 'Avslå det',
    takenBack: 'Det väntar inte längre. Reglerna är som de var.',
    mustOther: 'Du har föreslagit det och det visar mer: en annan chef måste låta det gälla.',
    meanwhile: {
        say: 'Någon har låtit andra regler gälla under tiden.',
        do: 'Det du ser här jämförs nu med dem. Titta en gång till.',
    },
    same: 'Det här är reglerna som gäller: det finns inget att föreslå.',
    busy: { say: 'Hubben har mycket att göra just nu.', do: 'Försök igen om några sekunder.' },
    unreached: { say: 'Hubben gick inte att nå.', do: 'Försök igen: det görs bara en gång.' },
    enrol: {
        say: 'För att låta regler gälla behöver du ett lösenord och en kod.',
        do: 'Välj dem en gång, högst upp på sidan. Det tar en minut.',
    },

    picture: 'Bilden',
    pictureLead: 'Hur mycket var och en får se som mest av det som köptes var.',
    pictureTabs: { live: 'Som det är', draft: 'Med ändringen', difference: 'Skillnaden' },
    pictureLegend: 'Vilka regler bilden visar',
    pictureAny: 'Allt annat',
    pictureSensitive: 'Skyddat',
    viewer: 'Vem som ser',
    upTo: (least, most) => (least === most ? most : `högst ${most}`),
    sayMark: 'får nämnas',
    cell: (who, column, kind, least, most, may) =>
        `${who}, av det som köptes ${column} (${kind}): ${least === most ? most : `mellan ${least} och ${most}, efter pris, ålder och annat`}${may ? '. Det får nämnas' : ''}.`,
    cellWas: (was) => ` Hittills: ${was}.`,
    same_: 'detsamma',
    pictureNone: 'Ändringen syns inte här: bilden visar det mesta och det minsta över alla priser, åldrar och annat, och bara några av dem ändras.',
    notes: (n) => (n === 1 ? 'En annan regel har ett ord med i laget' : `${n} andra regler har ett ord med i laget`),
    hint: 'Piltangenterna går från fält till fält.',

    cards: 'Tre kort',
    cardsLead: 'Vad var och en skulle få om en påhittad kund som har köpt ett av varje.',
    cardsViewer: 'Vems kort',
    viewers: {
        seller: 'Den som sålde det',
        preferred: 'Den valda säljaren',
        department: 'Avdelningen',
        manager: 'En chef',
        trainee: 'En praktikant',
        other: 'Alla andra',
    },
    bySensor: 'märkt på wifi',
    cardNow: 'Nu',
    cardThen: 'Med ändringen',
    cardSame: 'Det här kortet förblir som det är.',
    cardNone: 'Inget kort.',
    cardsShow: 'Visa korten',

    versions: 'Versioner',
    waiting: 'Förslag som väntar',
    proposal: (by, when) => `${by}, ${when}`,
    you: 'du',
    versionName: (name, version) => `${capital(name)} · version ${version}`,
    byWhom: (by, also, at) => [at, also ? `av ${by}, med ${also}` : `av ${by}`].filter(Boolean).join(', '),
    lookAt: 'Titta på det',
    looking: (by) => `Du tittar på ett förslag från ${by}.`,
    lookingYours: 'Du tittar på ditt eget förslag.',
    leave: 'Tillbaka till reglerna som gäller',
    leaveDraft: 'Tillbaka till det jag höll på att ändra',
    further: 'Ändra vidare',
    agreed: (who) => `${who} har låtit det gälla.`,
    over: 'Förslaget väntar inte längre: det togs tillbaka eller avslogs under tiden.',
    toChange: 'Se vad som skulle ändras',
    shows: { more: 'visar mer', less: 'visar bara mindre' },
    history: 'Tidigare versioner',
    rollback: 'Gå tillbaka till den här',
    rollbackWhy: (version) => `Varför tillbaka till version ${version}?`,
    rollbackGo: 'Föreslå att gå tillbaka',
    states: { live: 'gäller', past: '', proposed: 'väntar', withdrawn: 'tillbakatagen' },
    operator: { operator: 'driften', maitred: 'maitred' },
    whys: { 'The rules that a store starts with.': 'Reglerna som en butik börjar med.' },
    cancel: 'Låt det vara',
};
