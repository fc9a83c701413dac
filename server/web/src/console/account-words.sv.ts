// A manager's own account, in Swedish.

import type { AccountWords } from './account-words';

export const sv: AccountWords = {
    signInTitle: 'Logga in',
    signInLead: 'Den här konsolen visar butiken för dess chefer.',
    name: 'Namn',
    nameHint: 'Ditt id i butikens filer, eller ditt för- och efternamn.',
    password: 'Lösenord',
    code: 'Sex siffror från din app',
    codeOnce: 'En kod gäller en gång. Har du just använt den, vänta på nästa.',
    signIn: 'Logga in',
    signingIn: 'Ett ögonblick …',
    noPassword:
        'Inget lösenord än, eller har det kommit bort? Be driften om en länk som kopplar konsolen: maitrectl link console.',
    signOut: 'Logga ut',
    setUp: 'Välj ett lösenord',
    enrolTitle: 'Ditt lösenord och din andra faktor',
    enrolLead: (name) => `Med båda kan du logga in som ${name} och ändra vad kort får visa.`,
    enrolLoading: 'Ett ögonblick …',
    step1: '1. Skanna den här med en autentiseringsapp i din telefon.',
    step1Text: 'Ingen kamera? Skriv in nyckeln i appen:',
    step2: '2. Välj ett lösenord.',
    step3: '3. Skriv de sex siffrorna som appen visar.',
    qrLabel: 'Kod för din autentiseringsapp; nyckeln nedanför är densamma som text',
    newPassword: 'Nytt lösenord',
    passwordMore: (n) => `Minst 12 tecken: ${n} till. Tre eller fyra ord är lätta att minnas.`,
    passwordEnough: 'Långt nog.',
    passwordLong: 'För långt: högst 128 byte.',
    show: 'Visa det',
    enrol: 'Spara',
    enrolled: 'Klart. Från och med nu kan du logga in här med båda.',
    stepTitle: 'Är det du?',
    stepLead: 'Visa en gång till vem du är innan regler börjar gälla. Det räcker i fem minuter.',
    stepUp: 'Det är jag',
    close: 'Avbryt',
    later: 'Senare',
    done: 'Stäng',
    offline: { say: 'Ingen anslutning till hubben.', do: 'Försök igen om ett ögonblick.' },
    closed: (seconds) =>
        seconds < 90 ? `Försök igen om ${seconds} sekunder.` : `Försök igen om ${Math.ceil(seconds / 60)} minuter.`,
};
