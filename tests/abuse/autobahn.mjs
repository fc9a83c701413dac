// Every case of the Autobahn list is either in our table, under its number, or does not apply here, for a reason.
import fs from 'node:fs';
import path from 'node:path';
import { frameGroups } from './frames.mjs';

const LIST = '../shared/data/ws-autobahn-cases/cases.tsv';

// Prefixes of cases that do not apply.
const NOT_HERE = new Map([
        ['12.', 'extensions (compression) are never negotiated: upgrade "with extensions" shows it'],
        ['13.', 'extensions (compression) are never negotiated: upgrade "with extensions" shows it'],
]);

export function autobahn(root) {
        const file = path.join(root, LIST);
        if (!fs.existsSync(file)) return { missing: file };
        const listed = fs.readFileSync(file, 'utf8').trim().split('\n').slice(1).map((line) => line.split('\t')[0]);
        const ours = new Set(Object.values(frameGroups).flat().map((row) => row.case).filter(Boolean));
        const elsewhere = (name) => [...NOT_HERE.keys()].some((prefix) => name.startsWith(prefix));
        return {
                listed: listed.length,
                tested: listed.filter((name) => ours.has(name)).length,
                notHere: listed.filter((name) => !ours.has(name) && elsewhere(name)).length,
                forgotten: listed.filter((name) => !ours.has(name) && !elsewhere(name)),
                unknown: [...ours].filter((name) => !listed.includes(name)),
        };
}
