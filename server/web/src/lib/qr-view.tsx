// Draws a QR code. Always dark on white: many cameras do not read it the other way round.

import type { Qr } from '../wire';
import { qrPath } from './qr';

export function QrView({ qr, label }: { qr: Qr; label: string }) {
    const path = qrPath(qr);
    if (!path) return null;
    return (
        <svg
            class="qr"
            viewBox={`0 0 ${path.side} ${path.side}`}
            role="img"
            aria-label={label}
            shape-rendering="crispEdges"
        >
            <rect width={path.side} height={path.side} fill="#ffffff" />
            <path d={path.d} fill="#11100e" />
        </svg>
    );
}
