// A CSV file (RFC 4180 and what spreadsheets make of it) as records, a piece at a time: it may be larger than what a
// browser wants to hold.

export interface CsvRecord {
    line: number; // where it begins, from 1
    fields: string[];
}

const DELIMITERS = [',', ';', '\t'];

/** The delimiter that the header has most of, outside quotes. */
export function delimiterOf(head: string): string {
    const first = /^(?:"(?:[^"]|"")*"|[^\r\n"])*/.exec(head)?.[0].replace(/"(?:[^"]|"")*"/g, '') ?? '';
    const count = (d: string) => first.split(d).length;
    return DELIMITERS.reduce((best, d) => (count(d) > count(best) ? d : best));
}

/** Takes text in pieces and gives whole records. A quote that is never closed ends with the file. */
export class CsvReader {
    private line = 1;
    private begun = 1;
    private fields: string[] = [];
    private field = '';
    private state: 'start' | 'plain' | 'quoted' | 'quote' = 'start';
    private afterReturn = false;

    constructor(private readonly delimiter: string) {}

    *take(text: string): Generator<CsvRecord> {
        for (const c of text) {
            const half = this.afterReturn && c === '\n';
            this.afterReturn = false;
            if (half) {
                if (this.state === 'quoted') this.field += c;
                continue;
            }
            if (this.state === 'quoted') {
                if (c === '"') this.state = 'quote';
                else {
                    this.field += c;
                    this.newline(c);
                }
            } else if (c === '"' && this.state !== 'plain') {
                if (this.state === 'quote') this.field += c;
                this.state = 'quoted';
            } else if (c === this.delimiter) {
                this.end();
            } else if (c === '\n' || c === '\r') {
                const record = this.record();
                this.newline(c);
                this.begun = this.line;
                if (record) yield record;
            } else {
                this.field += c;
                this.state = 'plain';
            }
        }
    }

    *finish(): Generator<CsvRecord> {
        const record = this.record();
        if (record) yield record;
    }

    private newline(c: string) {
        if (c === '\r' || c === '\n') this.line++;
        this.afterReturn = c === '\r';
    }

    private end() {
        this.fields.push(this.field);
        this.field = '';
        this.state = 'start';
    }

    /** null: an empty line. */
    private record(): CsvRecord | null {
        const empty = this.fields.length === 0 && this.field === '' && this.state === 'start';
        this.end();
        const { fields } = this;
        this.fields = [];
        return empty ? null : { line: this.begun, fields };
    }
}

const HEAD_BYTES = 64 * 1024;

/** UTF-8 if its beginning is, else what Windows writes. */
async function encodingOf(head: Uint8Array): Promise<string> {
    try {
        new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
        return 'utf-8';
    } catch {
        return 'windows-1252';
    }
}

const PIECE_BYTES = 256 * 1024;

/** The records of a file, its header first; `seen` says how many bytes were read. */
export async function* recordsOf(file: Blob, seen: (bytes: number) => void = () => undefined): AsyncGenerator<CsvRecord> {
    const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
    const encoding = await encodingOf(head);
    const reader = new CsvReader(delimiterOf(new TextDecoder(encoding).decode(head)));
    const decoder = new TextDecoder(encoding);
    for (let at = 0; at < file.size; at += PIECE_BYTES) {
        const piece = await file.slice(at, at + PIECE_BYTES).arrayBuffer();
        yield* reader.take(decoder.decode(piece, { stream: true }));
        seen(Math.min(file.size, at + PIECE_BYTES));
    }
    yield* reader.take(decoder.decode());
    yield* reader.finish();
}
