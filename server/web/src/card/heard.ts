// What comes over the wire in the hub's own words, or in those of somebody who tapped them: said in the language of who
// reads. A guest who reads Swedish picks "grön kappa", the wire says "green coat", and a seller who reads French is
// told "manteau vert". What was typed, and a store's own reasons, stay as they were written.

import { type wire } from '../customer/words';
import { language } from '../lib/language';
import { heardFr } from './heard.fr';
import { heardSv } from './heard.sv';

type Wire = typeof wire;
export type Colour = Wire['colours'][number][0];
export type Garment = Wire['garments'][number];
export type Thing = Wire['things'][number];

export interface Heard {
    meets: Record<Wire['meets'][number], string>;
    colours: Record<Colour, string>;
    garments: Record<Garment, string>;
    hint(colour: Colour, garment: Garment): string;
    things: Record<Thing, string>;
    wishes: { '': (what: string) => string; 'to try on ': (what: string) => string; 'to return ': (what: string) => string; 'to collect ': (what: string) => string };
    whole: Record<Wire['anything'][keyof Wire['anything']] | Wire['justLook'], string>;
    /** Who she is to whoever looks. */
    standing: Record<'new here' | 'your client' | 'a customer of the store' | 'you want to say thanks', string>;
    clientOf(name: string): string;
    /** The reasons of the books and notices that come with the hub. */
    reasons: Readonly<Record<string, string>>;
}

const table = (): Heard | null => (({ en: null, sv: heardSv, fr: heardFr }) as const)[language()];

/** An entry of its own: a text from outside may be called "constructor". */
function entry(list: Readonly<Record<string, string>>, text: string): string | undefined {
    return Object.prototype.hasOwnProperty.call(list, text) ? list[text] : undefined;
}

export function heard(text: string): string {
    const said = table();
    if (!said) return text;
    for (const list of [said.meets, said.colours, said.garments, said.whole]) {
        const found = entry(list, text);
        if (found !== undefined) return found;
    }
    const [colour = '', garment = '', ...more] = text.split(' ');
    if (more.length === 0 && entry(said.colours, colour) !== undefined && entry(said.garments, garment) !== undefined)
        return said.hint(colour as Colour, garment as Garment);
    for (const [lead, wish] of Object.entries(said.wishes)) {
        const thing = text.startsWith(lead) ? entry(said.things, text.slice(lead.length)) : undefined;
        if (thing !== undefined) return wish(thing);
    }
    return text;
}

/** One thing of a list: "a coat", without what is to be done with it. */
export function heardThing(text: string): string {
    const said = table();
    return (said && entry(said.things, text)) ?? text;
}

export function heardReason(text: string): string {
    const said = table();
    return (said && entry(said.reasons, text)) ?? text;
}

/** "Maria's client · you want to say thanks" */
export function heardStanding(text: string): string {
    const said = table();
    if (!said) return text;
    return text
        .split(' · ')
        .map((part) => {
            const client = /^(.+)'s client$/.exec(part);
            return entry(said.standing, part) ?? (client?.[1] ? said.clientOf(client[1]) : part);
        })
        .join(' · ');
}
