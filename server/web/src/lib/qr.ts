// A QR code's modules as one SVG path: horizontal runs, so that no hairline shows between neighbours.

import type { Qr } from '../wire';

export const QUIET_ZONE = 4; // modules of white around the code, as the standard asks

/** The path of the dark modules, in module units, quiet zone included; null if the rows do not make a square. */
export function qrPath(qr: Qr): { d: string; side: number } | null {
    if (qr.size < 21 || qr.size > 177 || qr.rows.length !== qr.size) return null;
    let d = '';
    for (const [y, row] of qr.rows.entries()) {
        if (row.length !== qr.size || /[^01]/.test(row)) return null;
        for (const run of row.matchAll(/1+/g)) {
            const x = run.index ?? 0;
            d += `M${x + QUIET_ZONE} ${y + QUIET_ZONE}h${run[0].length}v1h-${run[0].length}z`;
        }
    }
    return { d, side: qr.size + 2 * QUIET_ZONE };
}
