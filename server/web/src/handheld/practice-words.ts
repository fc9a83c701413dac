// Every sentence of the practice arrivals. Nothing here is true of anybody: the guests are made up. Which answers are
// right is no matter of language: practice-cards.ts knows it.

import { type Language, type Said, speaks } from '../lib/language';
import { fr } from './practice-words.fr';
import { sv } from './practice-words.sv';

const en = {
    button: 'Practise',
    offer: {
        title: 'New here?',
        lead: 'Three practice arrivals, four minutes. Nothing of it is counted, and nobody sees your answers.',
        again: (n: number) => `Practice waits: arrival ${n} of 3.`,
        begin: 'Practise',
        goOn: 'Go on practising',
        later: 'Not now',
    },
    label: 'Practice arrivals',
    close: 'Leave practice',
    mark: 'Practice',
    markWhy: 'a made-up guest',
    at: (n: number) => `Practice: arrival ${n} of 3`,
    ask: 'What may you say?',
    askLead: 'Tap what you would say. Each has its reason.',
    may: 'May be said',
    keep: 'Better kept to yourself',
    fine: 'Yes, that may be said.',
    rather: 'Many of us would have said that. The reason to keep it is below.',
    next: 'Next arrival',
    finish: 'That was all three',

    standing: { own: 'practice · your client', standIn: 'practice · Lena’s client' },
    because: {
        sold: 'You sold it',
        back: 'You sold it, and it came back',
        online: 'Online purchases are shared with you',
        chosen: 'You are the chosen associate',
        told: 'Told us for this visit',
        sizes: 'From purchases you may see',
    },
    cards: {
        own: { name: 'Ines Q.', first: 'Ines', hint: 'grey scarf', meet: 'Women, floor 1', wish: 'a winter coat' },
        trap: { name: 'Tom R.', first: 'Tom', hint: 'two of us, blue jacket', meet: 'Men, floor 2', wish: 'something for a dinner' },
        standIn: { hint: 'green coat', meet: 'Shoes, floor 2', wish: 'boots for the snow', sizes: '39' },
    },
    things: {
        women: 'Women',
        men: 'Men',
        blazers: 'Blazers',
        blazer: 'Navy blazer',
        coats: 'Coats',
        coat: 'Grey wool coat',
        scarves: 'Scarves',
    },
    arrivals: [
        {
            title: 'Your own client',
            lead: 'Ines has said yes at the door and is on the way to you.',
            answers: [
                {
                    say: '“Good afternoon, Ines. How is the navy blazer?”',
                    why: 'You sold it yourself, so it stands under May say. And Ines likes to be greeted by name.',
                },
                {
                    say: '“What a pity that the wool coat came back.”',
                    why: 'It stands under Know only. It tells you to offer another cut; the guest may bring it up.',
                },
                {
                    say: '“A winter coat? Two are waiting for you.”',
                    why: 'Ines told us so for this visit: a wish is there to be used.',
                },
            ],
        },
        {
            title: 'Somebody is with Tom',
            lead: 'Tom is your client, too, and does not come alone.',
            answers: [
                {
                    say: '“Did the scarf from our online shop arrive?”',
                    why: 'It was a gift, bought online, for the very person beside Tom. Nobody had told the shop. That is why whatever was bought online is for knowing only.',
                },
                {
                    say: '“Something for a dinner: jacket or shirt?”',
                    why: 'That is the wish of today, in Tom’s own words.',
                },
                {
                    say: '“I see you shop online with us now.”',
                    why: 'Nobody said that to you. Whoever hears it wonders what else you know.',
                },
            ],
        },
        {
            title: 'A colleague’s client',
            lead: 'Lena is with somebody, and her client would rather not wait.',
            answers: [
                {
                    say: '“Boots for the snow? Lena is with somebody; I’m glad to help.”',
                    why: 'The wish was told for this visit, and you say truly why it is you.',
                },
                {
                    say: '“You take a 39, don’t you?”',
                    why: 'The size stands under Know only. Bring two pairs in 39, and say nothing.',
                },
                {
                    say: '“Lena has told me all about you.”',
                    why: 'Lena has told you nothing, and nobody likes to be talked about.',
                },
            ],
        },
    ] as const,
};

export type PracticeWords = Said<typeof en>;
export let practiceWords: PracticeWords = en;
const tables: Record<Language, PracticeWords> = { en, sv, fr };
speaks((language) => (practiceWords = tables[language]));
