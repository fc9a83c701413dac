// Why a row of a file was refused: "FIELD why", as proto/import and the hub say it, in the language of who reads. The
// field keeps its name, which is that of the file's column; a reason that is not known here stays as it came.

import { type Language, language } from '../../lib/language';

export type Reasons = Readonly<Record<string, string>>;

const sv: Reasons = {
    'has bytes that are not UTF-8 text': 'har tecken som inte är UTF-8-text',
    'is not a channel (in-store, online)': 'är ingen kanal (in-store, online)',
    'is not a role (associate, trainee, manager)': 'är ingen roll (associate, trainee, manager)',
    'is not a status (bought, returned, cancelled)': 'är ingen status (bought, returned, cancelled)',
    'is neither yes nor no': 'är varken yes eller no',
    'is below 0': 'är under 0',
    'is 0': 'är 0',
    'is not an amount such as 1299.00': 'är inget belopp som 1299.00',
    'is not an amount such as 1299.00, of at most 15 digits': 'är inget belopp som 1299.00, med högst 15 siffror',
    'is not a currency of three letters': 'är ingen valuta med tre bokstäver',
    'is not a whole number up to 1000000': 'är inget heltal upp till 1000000',
    'is not a date such as 1990-05-31': 'är inget datum som 1990-05-31',
    'is no time such as 2026-03-05 14:30': 'är ingen tid som 2026-03-05 14:30',
    'is empty': 'är tomt',
    'lies in the future': 'ligger i framtiden',
    'lies before 1900': 'ligger före 1900',
    'is not known; import the stores first': 'är okänt; läs in butikerna först',
    'is not known; import the associates first': 'är okänt; läs in medarbetarna först',
    'would be one too many; there can be 31': 'blir en för mycket; det kan finnas 31',
    'is changed with maitrectl import stores': 'ändras med maitrectl import stores',
    'would take the console from you; another manager may do that': 'skulle ta konsolen från dig; en annan chef får göra det',
};

const fr: Reasons = {
    'has bytes that are not UTF-8 text': 'contient des octets qui ne sont pas du texte UTF-8',
    'is not a channel (in-store, online)': 'n’est pas un canal (in-store, online)',
    'is not a role (associate, trainee, manager)': 'n’est pas un rôle (associate, trainee, manager)',
    'is not a status (bought, returned, cancelled)': 'n’est pas un état (bought, returned, cancelled)',
    'is neither yes nor no': 'n’est ni yes ni no',
    'is below 0': 'est inférieur à 0',
    'is 0': 'vaut 0',
    'is not an amount such as 1299.00': 'n’est pas un montant comme 1299.00',
    'is not an amount such as 1299.00, of at most 15 digits': 'n’est pas un montant comme 1299.00, de 15 chiffres au plus',
    'is not a currency of three letters': 'n’est pas une monnaie de trois lettres',
    'is not a whole number up to 1000000': 'n’est pas un nombre entier jusqu’à 1000000',
    'is not a date such as 1990-05-31': 'n’est pas une date comme 1990-05-31',
    'is no time such as 2026-03-05 14:30': 'n’est pas une date et une heure comme 2026-03-05 14:30',
    'is empty': 'est vide',
    'lies in the future': 'est dans le futur',
    'lies before 1900': 'est avant 1900',
    'is not known; import the stores first': 'est inconnu ; importez d’abord les magasins',
    'is not known; import the associates first': 'est inconnu ; importez d’abord les collaborateurs',
    'would be one too many; there can be 31': 'serait de trop ; il peut y en avoir 31',
    'is changed with maitrectl import stores': 'se change avec maitrectl import stores',
    'would take the console from you; another manager may do that': 'vous retirerait la console ; un autre responsable peut le faire',
};

export const reasonTables: Readonly<Record<Exclude<Language, 'en'>, Reasons>> = { sv, fr };

/** Records of another width than the header are refused by the page itself. */
const WIDTH = /^has (\d+) columns, the header has (\d+)$/;
const LENGTH = /^is longer than (\d+) bytes$/;

export function reasonOf(reason: string): string {
    const now = language();
    if (now === 'en') return reason;
    const width = WIDTH.exec(reason);
    if (width)
        return now === 'sv'
            ? `har ${width[1]} kolumner, rubrikraden har ${width[2]}`
            : `a ${width[1]} colonnes, l’en-tête en a ${width[2]}`;
    const [field = '', ...rest] = reason.split(' ');
    const why = rest.join(' ');
    const long = LENGTH.exec(why);
    if (long) return `${field} ${now === 'sv' ? `är längre än ${long[1]} byte` : `dépasse ${long[1]} octets`}`;
    const said = reasonTables[now];
    return Object.prototype.hasOwnProperty.call(said, why) ? `${field} ${said[why]}` : reason;
}
