import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import { CsvReader, delimiterOf, recordsOf } from '../../../server/web/src/console/first/csv';
import { FIELDS, kindOf, KINDS, mapped, missing } from '../../../server/web/src/console/first/kinds';
import { BYTES_MOST, Packer, ROWS_MOST, rowOf } from '../../../server/web/src/console/first/rows';
import { numberOf, stepAt, STEPS, THROUGH } from '../../../server/web/src/console/first/steps';
import { momentOf, Zone } from '../../../server/web/src/console/first/time';

const read = (text: string, piece = text.length) => {
    const reader = new CsvReader(delimiterOf(text));
    const all = [];
    for (let at = 0; at < text.length; at += piece) all.push(...reader.take(text.slice(at, at + piece)));
    all.push(...reader.finish());
    return all;
};

test('records keep quotes, line ends in quotes and the line where they begin', () => {
    const text = 'a,b\r\n"x ""y"", z",2\r\n\r\n"two\r\nlines",3\nlast,';
    const wanted = [
        { line: 1, fields: ['a', 'b'] },
        { line: 2, fields: ['x "y", z', '2'] },
        { line: 4, fields: ['two\r\nlines', '3'] },
        { line: 6, fields: ['last', ''] },
    ];
    for (const piece of [text.length, 1, 2, 3, 7]) assert.deepEqual(read(text, piece), wanted, `pieces of ${piece}`);
});

test('the delimiter is what the header has most of', () => {
    assert.equal(delimiterOf('a;b;c\n1,2,3,4'), ';');
    assert.equal(delimiterOf('a\tb'), '\t');
    assert.equal(delimiterOf('"a;b;c",d'), ',');
});

test('a file of Windows is read as what it is, one in UTF-8 too', async () => {
    const first = async (bytes: Buffer) => {
        for await (const record of recordsOf(new Blob([bytes]))) return record.fields;
        return [];
    };
    assert.deepEqual(await first(Buffer.from('Åse,é', 'utf8')), ['Åse', 'é']);
    assert.deepEqual(await first(Buffer.from('Åse,é', 'latin1')), ['Åse', 'é']);
});

test('fields and what they are called are those of the hub and of maitrectl', () => {
    const root = new URL(process.env.MAITRED_ROOT ?? '');
    const hub = fs.readFileSync(new URL('proto/import.c', root), 'utf8');
    const map = fs.readFileSync(new URL('server/ctl/map.c', root), 'utf8');
    for (const kind of KINDS) {
        const table = new RegExp(`struct import_field ${kind}\\[\\] = \\{([\\s\\S]*?)\\{0\\}`).exec(hub)?.[1] ?? '';
        const fields = [...table.matchAll(/\{"(\w+)", (true|false),/g)].map((m) => `${m[1]} ${m[2]}`);
        assert.deepEqual(FIELDS[kind].map((f) => `${f.name} ${f.required}`), fields, kind);
        for (const { name, also } of FIELDS[kind]) {
            const said = (of: string) =>
                [...map.matchAll(new RegExp(`\\{${of}, "${name}",\\s*\\{([^}]*)\\}`, 'g'))].flatMap((m) =>
                    [...(m[1] ?? '').matchAll(/"(\w+)"/g)].map((w) => w[1]),
                );
            const all = new Set([...said(`IMPORT_${kind.toUpperCase()}`), ...said('0')]);
            assert.deepEqual([...also].sort(), [...all].sort(), `${kind}.${name}`);
        }
    }
});

test('columns are found by name, none twice; what is needed is missed', () => {
    assert.deepEqual(mapped('customers', ['E-mail', 'Full Name', 'Customer ID']), [2, 1, -1, 0]);
    assert.deepEqual(missing('customers', mapped('customers', ['name'])), ['id']);
    assert.equal(mapped('products', ['id', 'name', 'title'])[1], 1);
});

test('what a file holds is said by its name, else by its columns', () => {
    assert.equal(kindOf('Export-Customers-2026.csv', ['x']), 'customers');
    assert.equal(kindOf('export.csv', ['line_id', 'customer_id', 'seller', 'date']), 'purchases');
    assert.equal(kindOf('export.csv', ['employee_id', 'name', 'dept', 'role']), 'associates');
});

test('times are of the store, over both changes of the clock', () => {
    const paris = new Zone('Europe/Paris');
    const iso = (text: string) => new Date(momentOf(text, paris).ms).toISOString().slice(0, 16);
    assert.equal(iso('2026-03-05 14:30'), '2026-03-05T13:30');
    assert.equal(iso('2026-07-05T14:30:10'), '2026-07-05T12:30');
    assert.equal(iso('2026-03-05'), '2026-03-05T11:00');
    assert.equal(iso('2026-03-29 02:30'), '2026-03-29T01:30'); // skipped: an hour later
    assert.equal(iso('2026-10-25 02:30'), '2026-10-25T00:30'); // repeated: its first time
    assert.equal(iso('2026-10-25 02:30+01:00'), '2026-10-25T01:30');
    assert.equal(iso('2026-03-05 14:30Z'), '2026-03-05T14:30');
    assert.deepEqual(
        ['2026-03-05', '2026-03-05 14:30', '2026-03-05 14:30:01', '2026-02-29', '2026-03-05 24:00', '5.3.2026', ''].map(
            (text) => momentOf(text, paris).precision,
        ),
        [1, 2, 3, 0, 0, 0, 0],
    );
    assert.throws(() => new Zone('Mars/Here'), RangeError);
});

test('a row is one line, whatever stands in the file; requests stay small', () => {
    const zones = new Map([['', new Zone('UTC')]]);
    const mapping = mapped('customers', ['id', 'name', 'contact']);
    const row = rowOf('customers', mapping, { line: 7, fields: ['c-1', 'An\tna\nBerg', 'a\u0000@b'] }, zones);
    assert.equal(row, '7\t0\t0\tc-1\tAn na Berg\t\ta @b');
    const packer = new Packer();
    let largest = 0;
    let rows = 0;
    const take = (batch: string | null) => {
        if (batch === null) return;
        largest = Math.max(largest, Buffer.byteLength(batch));
        assert.ok(batch.split('\n').length <= ROWS_MOST);
        rows += batch.split('\n').length;
    };
    for (let i = 0; i < 2000; i++) take(packer.add(i % 2 ? 'x' : 'é'.repeat(i % 500)));
    take(packer.finish());
    assert.equal(rows, 2000);
    assert.ok(largest <= BYTES_MOST);
    assert.equal(packer.finish(), null);
});

test('steps have numbers from 1; what is none is the first, and who has been through is at the last', () => {
    assert.deepEqual(STEPS.map(numberOf), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual([0, 1, 7, 8, THROUGH].map(stepAt), ['you', 'you', 'staff', 'walkin', 'walkin']);
});
