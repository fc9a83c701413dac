// What a newer notice would let be seen, in one sentence for her.

import type { Newer, NoticeMore } from '../wire';

const TOLD = 2; // of the most that the hub names; the rest is "and more"

const levels = {
    hide: 'nothing',
    tally: 'a rough count',
    kind: 'the kind',
    brand: 'the brand',
    item: 'the item',
    full: 'everything',
};
const places = {
    'in-store, this store': 'what you bought here',
    'in-store, other store': 'what you bought in other stores',
    online: 'what you bought online',
};
const fields: Record<string, string> = {
    name: 'your name',
    greet: 'that you may be greeted by name',
    hint: 'your hint',
    wish: 'your wish',
    sizes: 'your sizes',
    likes: 'what you like',
    notes: 'notes about you',
    presence: 'that you are here',
};

function whoLooks(more: NoticeMore, name?: string): string {
    switch (more.who) {
        case 'seller':
            return 'whoever sold it to you';
        case 'preferred':
            return name ?? 'your own associate';
        case 'department':
            return 'the department';
        case 'store':
            return 'anyone in the store';
        case 'manager':
            return 'the manager';
        case 'nobody':
            return 'people of other stores';
    }
}

function one(more: NoticeMore, name?: string): string {
    const who = whoLooks(more, name);
    if (more.where === 'field') return `${who} may see ${fields[more.what] ?? more.what}`;
    const goods = places[more.where];
    const which = more.what === '' ? '' : more.what === 'sensitive' ? ', also what is private' : ` (${more.what})`;
    if (more.from === more.to) return `${who} may mention ${goods}${which}`;
    return `${who} may see ${levels[more.to]} of ${goods}${which}${more.say ? ', and mention it' : ''}`;
}

/** "the manager may see everything of what you bought here, and more" */
export function newerMore(newer: Newer, name?: string): string {
    const told = newer.more.slice(0, TOLD).map((more) => one(more, name));
    if (told.length === 0) return newer.rest ? 'a little more of your card may be seen' : 'nothing more is seen than now';
    return told.join('; ') + (newer.rest || newer.more.length > TOLD ? '; and more like that' : '');
}
