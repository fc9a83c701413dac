// Records of a file as the rows of one request after another [P137].

import type { CsvRecord } from './csv';
import { FIELDS, type Kind, type Mapping } from './kinds';
import { momentOf, type Zone } from './time';

export const ROWS_MOST = 300; // in one request
export const BYTES_MOST = 28 * 1024; // of their text; with what JSON adds it stays below what the hub takes

export interface Batch {
    rows: string;
    lines: number;
    last: number; // the last record of the file that is in it, counted from 1
}

/** How the hub says it; a row that it would not get. */
export interface Reject {
    line: number;
    reason: string;
}

const FIELD_BYTES_MOST = 2048; // far over what the hub takes: it refuses it, and says why
const bytes = new TextEncoder();

/** A tab or a line's end would be taken for one of ours; the other control characters travel in no message. */
// eslint-disable-next-line no-control-regex
const clean = (text: string) => text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim().slice(0, FIELD_BYTES_MOST);

/** `zones`: by a store's id, "" the hub's own. */
export function rowOf(kind: Kind, mapping: Mapping, record: CsvRecord, zones: ReadonlyMap<string, Zone>): string {
    const fields = FIELDS[kind];
    const values = fields.map((_, i) => clean(record.fields[mapping[i] ?? -1] ?? ''));
    const at = fields.findIndex((f) => kind === 'purchases' && f.name === 'at');
    let ms = 0;
    let precision = 0;
    if (at >= 0) {
        const store = values[fields.findIndex((f) => f.name === 'store')] ?? '';
        const zone = zones.get(store) ?? zones.get('');
        if (zone) ({ ms, precision } = momentOf(values[at] ?? '', zone));
        if (ms < 0) [ms, precision] = [0, 0];
        values[at] = '';
    }
    return [record.line, ms, precision, ...values].join('\t');
}

/** Gathers rows until they make a request. */
export class Packer {
    private rows: string[] = [];
    private size = 0;

    /** Gives the batch that was full before this row, if it was. */
    add(row: string): string | null {
        const size = bytes.encode(row).length + 1;
        const full = this.rows.length === ROWS_MOST || (this.rows.length > 0 && this.size + size > BYTES_MOST);
        const batch = full ? this.finish() : null;
        this.rows.push(row);
        this.size += size;
        return batch;
    }

    finish(): string | null {
        const batch = this.rows.length > 0 ? this.rows.join('\n') : null;
        this.rows = [];
        this.size = 0;
        return batch;
    }
}
