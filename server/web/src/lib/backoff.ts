// How long to wait before trying again: doubling from half a second to half a minute, with jitter, so that a store
// full of phones does not come back in step after the hub was away.

export const BACKOFF_LEAST_MS = 500;
export const BACKOFF_MOST_MS = 30_000;

/** The wait before attempt `attempt` (from 0), between half and the whole of the doubled step. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
    const step = Math.min(BACKOFF_MOST_MS, BACKOFF_LEAST_MS * 2 ** Math.min(attempt, 10));
    return Math.round(step * (0.5 + random() / 2));
}
