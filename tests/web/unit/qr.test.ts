import assert from 'node:assert/strict';
import test from 'node:test';
import { qrPath, QUIET_ZONE } from '../../../server/web/src/lib/qr';

/** Fills a grid by the path's own commands, so that the test sees what a browser would paint. */
function painted(d: string, side: number): string[] {
    const grid = Array.from({ length: side }, () => Array<string>(side).fill('0'));
    for (const [, x, y, w, back] of d.matchAll(/M(\d+) (\d+)h(\d+)v1h-(\d+)z/g)) {
        assert.equal(w, back);
        for (let i = 0; i < Number(w); i++) grid[Number(y)]![Number(x) + i] = '1';
    }
    assert.equal(d.replace(/M\d+ \d+h\d+v1h-\d+z/g, ''), '');
    return grid.map((row) => row.join(''));
}

test('every module is painted where it belongs, with the quiet zone around it', () => {
    let seed = 5;
    const size = 29;
    const rows = Array.from({ length: size }, () =>
        Array.from({ length: size }, () => (seed = (seed * 48271) % 2147483647) & 1).join(''),
    );
    const path = qrPath({ size, rows });
    assert.ok(path);
    const grid = painted(path.d, path.side);
    assert.equal(path.side, size + 2 * QUIET_ZONE);
    for (let y = 0; y < path.side; y++)
        for (let x = 0; x < path.side; x++)
            assert.equal(grid[y]![x], rows[y - QUIET_ZONE]?.[x - QUIET_ZONE] ?? '0', `${x} ${y}`);
});

test('what is not a square of 0 and 1 is not drawn', () => {
    const rows = Array.from({ length: 21 }, () => '0'.repeat(21));
    assert.ok(qrPath({ size: 21, rows }));
    assert.equal(qrPath({ size: 22, rows }), null);
    assert.equal(qrPath({ size: 21, rows: [...rows.slice(1), '0'.repeat(20)] }), null);
    assert.equal(qrPath({ size: 21, rows: [...rows.slice(1), `${'0'.repeat(20)}2`] }), null);
    assert.equal(qrPath({ size: 1000, rows }), null);
});
