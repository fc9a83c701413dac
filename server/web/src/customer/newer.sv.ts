// What newer terms would let be seen, in Swedish: it goes on after "Om du godkänner dem".

import type { Newer, NoticeMore } from '../wire';

const TOLD = 2; // as in newer.ts

const levels = {
    hide: 'inget',
    tally: 'ungefär hur mycket',
    kind: 'slaget',
    brand: 'märket',
    item: 'varan',
    full: 'allt',
};
const places = {
    'in-store, this store': 'det du har köpt här',
    'in-store, other store': 'det du har köpt i andra butiker',
    online: 'det du har köpt på nätet',
};
const fields: Record<string, string> = {
    name: 'ditt namn',
    greet: 'att du får tilltalas vid namn',
    hint: 'vad du har på dig',
    wish: 'vad du önskar',
    sizes: 'dina storlekar',
    likes: 'vad du tycker om',
    notes: 'anteckningar om dig',
    presence: 'att du är här',
};

function whoLooks(more: NoticeMore, name?: string): string {
    switch (more.who) {
        case 'seller':
            return 'den som sålde det till dig';
        case 'preferred':
            return name ?? 'din egen säljare';
        case 'department':
            return 'avdelningen';
        case 'store':
            return 'alla i butiken';
        case 'manager':
            return 'chefen';
        case 'nobody':
            return 'folk i andra butiker';
    }
}

function one(more: NoticeMore, name?: string): string {
    const who = whoLooks(more, name);
    if (more.where === 'field') return `får ${who} se ${fields[more.what] ?? more.what}`;
    const goods = places[more.where];
    const which = more.what === '' ? '' : more.what === 'sensitive' ? ', även det som är privat' : ` (${more.what})`;
    if (more.from === more.to) return `får ${who} nämna ${goods}${which}`;
    const seen = more.to === 'full' ? 'allt i' : `${levels[more.to]} av`;
    return `får ${who} se ${seen} ${goods}${which}${more.say ? ', och nämna det' : ''}`;
}

export function newerMoreSv(newer: Newer, name?: string): string {
    const told = newer.more.slice(0, TOLD).map((more) => one(more, name));
    if (told.length === 0) return newer.rest ? 'får lite mer av ditt kort ses' : 'syns inget mer än nu';
    return told.join('; ') + (newer.rest || newer.more.length > TOLD ? '; och mer av samma slag' : '');
}
