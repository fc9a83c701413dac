// The practice arrivals, in Swedish.

import type { PracticeWords } from './practice-words';

export const sv: PracticeWords = {
    button: 'Öva',
    offer: {
        title: 'Ny här?',
        lead: 'Tre övningsbesök, fyra minuter. Inget av det räknas, och ingen ser dina svar.',
        again: (n) => `Övningen väntar: besök ${n} av 3.`,
        begin: 'Öva',
        goOn: 'Fortsätt öva',
        later: 'Inte nu',
    },
    label: 'Övningsbesök',
    close: 'Lämna övningen',
    mark: 'Övning',
    markWhy: 'en påhittad gäst',
    at: (n) => `Övning: besök ${n} av 3`,
    ask: 'Vad får du säga?',
    askLead: 'Tryck på det du skulle säga. Vart och ett har sitt skäl.',
    may: 'Får sägas',
    keep: 'Behåll det hellre för dig själv',
    fine: 'Ja, det får sägas.',
    rather: 'Många av oss hade sagt så. Varför man låter bli står nedanför.',
    next: 'Nästa besök',
    finish: 'Det var alla tre',

    standing: { own: 'övning · din kund', standIn: 'övning · kund hos Lena' },
    because: {
        sold: 'Du sålde det',
        back: 'Du sålde det, och det kom tillbaka',
        online: 'Köp på nätet delas med dig',
        chosen: 'Kunden har valt dig',
        told: 'Berättat inför det här besöket',
        sizes: 'Ur köp som du får se',
    },
    cards: {
        own: { name: 'Ines Q.', first: 'Ines', hint: 'grå halsduk', meet: 'Dam, plan 1', wish: 'hitta en vinterkappa' },
        trap: { name: 'Tom R.', first: 'Tom', hint: 'vi är två, blå jacka', meet: 'Herr, plan 2', wish: 'hitta något till en middag' },
        standIn: { hint: 'grön kappa', meet: 'Skor, plan 2', wish: 'hitta kängor för snön', sizes: '39' },
    },
    things: {
        women: 'Dam',
        men: 'Herr',
        blazers: 'Kavajer',
        blazer: 'Marinblå kavaj',
        coats: 'Kappor',
        coat: 'Grå ullkappa',
        scarves: 'Halsdukar',
    },
    arrivals: [
        {
            title: 'Din egen kund',
            lead: 'Ines har sagt ja vid dörren och är på väg till dig.',
            answers: [
                {
                    say: '”God dag, Ines. Hur trivs du med den marinblå kavajen?”',
                    why: 'Du sålde den själv, så den står under Får nämnas. Och Ines vill gärna bli hälsad vid namn.',
                },
                {
                    say: '”Så synd att ullkappan kom tillbaka.”',
                    why: 'Den står under Bara att veta. Den säger dig att visa ett annat snitt; gästen får ta upp det.',
                },
                {
                    say: '”En vinterkappa? Två väntar på dig.”',
                    why: 'Ines berättade det inför det här besöket: en önskan är till för att användas.',
                },
            ],
        },
        {
            title: 'Tom har sällskap',
            lead: 'Tom är också din kund, och kommer inte ensam.',
            answers: [
                {
                    say: '”Kom halsduken från vår nätbutik fram?”',
                    why: 'Den var en present, köpt på nätet, till just den som står bredvid Tom. Ingen hade sagt det till butiken. Därför är allt som köpts på nätet bara att veta.',
                },
                {
                    say: '”Något till en middag: kavaj eller skjorta?”',
                    why: 'Det är dagens önskan, med Toms egna ord.',
                },
                {
                    say: '”Jag ser att du handlar hos oss på nätet nu.”',
                    why: 'Det har ingen sagt till dig. Den som hör det undrar vad mer du vet.',
                },
            ],
        },
        {
            title: 'En kollegas kund',
            lead: 'Lena är upptagen, och hennes kund vill helst inte vänta.',
            answers: [
                {
                    say: '”Kängor för snön? Lena är upptagen; jag hjälper gärna till.”',
                    why: 'Önskan sades inför det här besöket, och du säger ärligt varför det är du som kommer.',
                },
                {
                    say: '”Du har väl 39, eller hur?”',
                    why: 'Storleken står under Bara att veta. Ta med två par i 39, och säg inget.',
                },
                {
                    say: '”Lena har berättat allt om dig.”',
                    why: 'Lena har inte berättat något, och ingen tycker om att bli omtalad.',
                },
            ],
        },
    ],
};
