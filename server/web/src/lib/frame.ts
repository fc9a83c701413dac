// What came over a handheld's line: a frame, if it is one at all, or the reason for which it was closed.
import type { HubFrame } from '../wire';
import type { Link } from './view';

export const NO_PROOF = 4403;
export const SIGNED_OUT = 4411; // a frame was on its way: come back, and ask who is there
export const CLOSED: Record<number, Link> = {
    4401: 'refused',
    [NO_PROOF]: 'refused',
    4406: 'outdated',
    4409: 'elsewhere',
    4410: 'fenced',
};

export function parse(data: unknown): HubFrame | null {
    if (typeof data !== 'string') return null;
    try {
        const frame = JSON.parse(data) as HubFrame;
        return typeof frame === 'object' && frame !== null && typeof frame.t === 'string' ? frame : null;
    } catch {
        return null;
    }
}
