// What the hub refuses a handheld, in Swedish.

import type { Refusals } from './refusals';

export const sv: Refusals = {
    gone: { say: 'Kortet är borta.', do: 'Du behöver inte göra något: kunden eller en kollega gick vidare.' },
    not_free: { say: 'Kollegan är inte ledig längre.', do: 'Välj någon annan.' },
    no_sale: { say: 'Försäljningen finns inte kvar i listan.', do: 'Titta i listan igen.' },
    department: { say: 'Butiken bjuder inte in efter ett sådant köp.', do: 'Husets regler säger från vilka avdelningar; en chef kan ändra dem.' },
    invited: { say: 'Det finns redan en inbjudan för den försäljningen.', do: 'Visa den; efter nästa köp kan du bjuda in igen.' },
    full: { say: 'Avdelningen har så många gäster den hinner med den här timmen.', do: 'Bjud in senare: försäljningen står kvar i listan i dag.' },
    not_counted: { say: 'Din vecka kunde inte räknas just nu.', do: 'Försök igen om ett ögonblick.' },
    note_over: { say: 'Anteckningen sparades inte.', do: 'Du behöver inte göra något: tillfället har gått.' },
    not_saved: { say: 'Det kunde inte sparas, så det har inte hänt.', do: 'Försök igen om ett ögonblick.' },
    busy: { say: 'Det är många som vill något just nu.', do: 'Försök igen om ett ögonblick.' },
    rate: { say: 'Det gick fort.', do: 'Vänta ett ögonblick och försök igen.' },
    tries: { say: 'För många felaktiga koder har skrivits.', do: 'Be om en ny kod.' },
    link_over: { say: 'Koden är okänd, använd eller har gått ut.', do: 'Titta på den en gång till, eller be om en ny.' },
    key: { say: 'Den här webbläsaren kan inte spara någon nyckel, och butiken kräver en.', do: 'Öppna länken i enhetens vanliga webbläsare, inte i ett privat fönster.' },
    shut: { say: 'För många felaktiga PIN-koder: handenheten är låst.', do: 'En chef kan låsa upp den, eller koppla den på nytt.' },
    closed: { say: 'PIN-koden har skrivits fel för ofta och är stängd ett tag.', do: 'Vänta en stund, eller låt en chef ta bort PIN-koden.' },
    wrong_pin: { say: 'Det är inte rätt PIN-kod.', do: 'Skriv den en gång till.' },
    pin: { say: 'En PIN-kod har 6 till 12 siffror.', do: 'Välj en, och skriv den en gång till.' },
    easy: { say: 'Den PIN-koden är bland de första som alla skulle gissa.', do: 'Välj siffror utan mönster.' },
    has_pin: { say: 'Det finns redan en PIN-kod.', do: 'Logga in med den; en chef kan ta bort den.' },
    off: { say: 'Den här butiken frågar inte efter PIN-kod.', do: 'Du behöver inte göra något.' },
    unknown: { say: 'Det gick inte.', do: 'Försök en gång till, eller fråga en chef.' },
};
