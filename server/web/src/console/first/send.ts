// A file's rows on their way to the hub: one request after another, each as often as it takes, so that a line that is
// lost on the way is sent again and nothing is doubled.

import { call, passing, type Trouble } from '../../lib/api';
import { backoffMs } from '../../lib/backoff';
import type { First, Imported } from '../../wire';
import { recordsOf } from './csv';
import type { Kind, Mapping } from './kinds';
import { Packer, rowOf, type Reject } from './rows';
import { Zone } from './time';

export const REJECTS_KEPT = 200;
const TRIES = 10;

export interface Totals {
    lines: number;
    bytes: number;
    good: number;
    new: number;
    updated: number;
    same: number;
    no_customer: number;
    not_kept: number;
    rejected: number;
    unmapped: number;
    rejects: Reject[]; // the first of them
}

export interface Sending {
    file: File;
    kind: Kind;
    mapping: Mapping;
    zones: ReadonlyMap<string, Zone>;
    dry: boolean;
    onProgress(totals: Totals): void;
    /** The hub wants to know once more who asks. False: she thought better of it. */
    prove(): Promise<boolean>;
}

/** By a store's id, "" the hub's own; a zone that this browser does not know counts as the hub's. */
export function zonesOf(stores: First['stores']): ReadonlyMap<string, Zone> {
    const zones = new Map<string, Zone>();
    for (const { id, zone, own } of stores) {
        try {
            const known = new Zone(zone || 'UTC');
            if (zone || own) zones.set(id, known);
            if (own) zones.set('', known);
        } catch {
            // of the hub's own then
        }
    }
    return zones;
}

const nothing = (): Totals => ({
    lines: 0,
    bytes: 0,
    good: 0,
    new: 0,
    updated: 0,
    same: 0,
    no_customer: 0,
    not_kept: 0,
    rejected: 0,
    unmapped: 0,
    rejects: [],
});

const COUNTED = ['good', 'new', 'updated', 'same', 'no_customer', 'not_kept', 'rejected', 'unmapped'] as const;

function add(totals: Totals, answer: Imported) {
    for (const name of COUNTED) totals[name] += answer[name];
    totals.rejects.push(...answer.rejects.slice(0, REJECTS_KEPT - totals.rejects.length));
}

/** One request until it is answered; the trouble that ended it otherwise. */
async function deliver({ kind, dry, prove }: Sending, rows: string): Promise<Imported | Trouble> {
    for (let attempt = 0; ; attempt++) {
        const answer = await call<Imported>('POST', '/api/console/import', { kind, dry, rows });
        if (answer.ok) return answer.value;
        const { trouble } = answer;
        if (trouble.error === 'step_up') {
            if (!(await prove())) return trouble;
            continue;
        }
        if (attempt + 1 >= TRIES || !(passing(trouble) || trouble.status === 429)) return trouble;
        await new Promise((go) => setTimeout(go, Math.max(trouble.retryAfterMs, backoffMs(attempt))));
    }
}

const isTrouble = (answer: Imported | Trouble): answer is Trouble => 'status' in answer;

/** The totals so far come with a trouble, too: what is in stays in. */
export async function send(sending: Sending): Promise<{ totals: Totals; trouble: Trouble | null }> {
    const totals = nothing();
    const packer = new Packer();
    let columns = -1;
    const give = async (rows: string | null) => {
        const answer = rows === null ? null : await deliver(sending, rows);
        if (answer && isTrouble(answer)) return answer;
        if (answer) add(totals, answer);
        sending.onProgress({ ...totals });
        return null;
    };
    const reject = (line: number, reason: string) => {
        totals.rejected++;
        if (totals.rejects.length < REJECTS_KEPT) totals.rejects.push({ line, reason });
    };
    for await (const record of recordsOf(sending.file, (bytes) => (totals.bytes = bytes))) {
        if (columns < 0) {
            columns = record.fields.length;
            continue;
        }
        totals.lines++;
        if (record.fields.length !== columns) {
            reject(record.line, `has ${record.fields.length} columns, the header has ${columns}`);
            continue;
        }
        const trouble = await give(packer.add(rowOf(sending.kind, sending.mapping, record, sending.zones)));
        if (trouble) return { totals, trouble };
    }
    const trouble = await give(packer.finish());
    return { totals, trouble };
}
