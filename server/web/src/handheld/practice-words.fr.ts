// The practice arrivals, in French.

import type { PracticeWords } from './practice-words';

export const fr: PracticeWords = {
    button: 'S’exercer',
    offer: {
        title: 'Nouveau ici ?',
        lead: 'Trois visites d’exercice, quatre minutes. Rien n’en est compté, et personne ne voit vos réponses.',
        again: (n) => `L’exercice attend : visite ${n} sur 3.`,
        begin: 'S’exercer',
        goOn: 'Continuer l’exercice',
        later: 'Pas maintenant',
    },
    label: 'Visites d’exercice',
    close: 'Quitter l’exercice',
    mark: 'Exercice',
    markWhy: 'un client inventé',
    at: (n) => `Exercice : visite ${n} sur 3`,
    ask: 'Que pouvez-vous dire ?',
    askLead: 'Touchez ce que vous diriez. Chaque phrase a sa raison.',
    may: 'Cela peut se dire',
    keep: 'Mieux vaut le garder pour soi',
    fine: 'Oui, cela peut se dire.',
    rather: 'Beaucoup d’entre nous l’auraient dit. La raison de le taire est ci-dessous.',
    next: 'Visite suivante',
    finish: 'C’étaient les trois',

    standing: { own: 'exercice · vous a choisi', standIn: 'exercice · a choisi Lena' },
    because: {
        sold: 'Vous l’avez vendu',
        back: 'Vous l’avez vendu, et il est revenu',
        online: 'Les achats en ligne sont partagés avec vous',
        chosen: 'Le client vous a choisi',
        told: 'Dit pour cette visite',
        sizes: 'D’après les achats que vous pouvez voir',
    },
    cards: {
        own: {
            name: 'Ines Q.',
            first: 'Ines',
            hint: 'écharpe grise',
            meet: 'Femme, 1er étage',
            wish: 'trouver un manteau d’hiver',
        },
        trap: {
            name: 'Tom R.',
            first: 'Tom',
            hint: 'nous sommes deux, veste bleue',
            meet: 'Homme, 2e étage',
            wish: 'trouver une tenue pour un dîner',
        },
        standIn: {
            hint: 'manteau vert',
            meet: 'Chaussures, 2e étage',
            wish: 'trouver des bottes pour la neige',
            sizes: '39',
        },
    },
    things: {
        women: 'Femme',
        men: 'Homme',
        blazers: 'Blazers',
        blazer: 'Blazer bleu marine',
        coats: 'Manteaux',
        coat: 'Manteau de laine gris',
        scarves: 'Écharpes',
    },
    arrivals: [
        {
            title: 'Votre propre cliente',
            lead: 'Ines a dit oui à l’entrée et vient vers vous.',
            answers: [
                {
                    say: '« Bonjour Ines. Le blazer bleu marine vous plaît toujours ? »',
                    why: 'Vous l’avez vendu vous-même : il figure sous « À dire si l’on veut ». Et Ines aime être saluée par son nom.',
                },
                {
                    say: '« Dommage que le manteau de laine soit revenu. »',
                    why: 'Il figure sous « À savoir seulement ». Cela vous invite à proposer une autre coupe ; c’est à la cliente d’en parler.',
                },
                {
                    say: '« Un manteau d’hiver ? Deux vous attendent. »',
                    why: 'Ines l’a dit pour cette visite : un souhait est là pour servir.',
                },
            ],
        },
        {
            title: 'Quelqu’un accompagne Tom',
            lead: 'Tom est aussi votre client, et il ne vient pas seul.',
            answers: [
                {
                    say: '« L’écharpe de notre boutique en ligne est bien arrivée ? »',
                    why: 'C’était un cadeau, acheté en ligne, pour la personne même qui accompagne Tom. Personne ne l’avait dit au magasin. Voilà pourquoi tout achat en ligne est à savoir seulement.',
                },
                {
                    say: '« Pour un dîner : plutôt veste ou chemise ? »',
                    why: 'C’est le souhait du jour, dans les mots de Tom.',
                },
                {
                    say: '« Je vois que vous achetez chez nous en ligne. »',
                    why: 'Personne ne vous l’a dit. Qui l’entend se demande ce que vous savez encore.',
                },
            ],
        },
        {
            title: 'Le client d’une collègue',
            lead: 'Lena est occupée, et son client préfère ne pas attendre.',
            answers: [
                {
                    say: '« Des bottes pour la neige ? Lena est occupée ; je vous aide volontiers. »',
                    why: 'Le souhait a été dit pour cette visite, et vous dites en vérité pourquoi c’est vous.',
                },
                {
                    say: '« Vous faites du 39, non ? »',
                    why: 'La pointure figure sous « À savoir seulement ». Apportez deux paires en 39, et n’en dites rien.',
                },
                {
                    say: '« Lena m’a tout raconté sur vous. »',
                    why: 'Lena ne vous a rien raconté, et personne n’aime que l’on parle de lui.',
                },
            ],
        },
    ],
};
