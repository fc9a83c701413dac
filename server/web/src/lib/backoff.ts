// How long to wait before trying again: doubling from half a second to half a minute, with jitter, so that a store
// full of phones does not come back in step after the hub was away.

export const BACKOFF_LEAST_MS = 500;
export const BACKOFF_MOST_MS = 30_000;

/** The wait before attempt `attempt` (from 0), between half and the whole of the doubled step. */
export function backoffMs(attempt: number, random: () => number = Math.random, least = BACKOFF_LEAST_MS): number {
    const step = Math.min(BACKOFF_MOST_MS, least * 2 ** Math.min(attempt, 10));
    return Math.round(step * (0.5 + random() / 2));
}

/** The same for one of many who all lost the same hub: the first tries are spread over `back_ms`, as the hub said. */
export function spreadMs(attempt: number, back_ms: number, random: () => number = Math.random): number {
    if (attempt > 0 || back_ms <= BACKOFF_LEAST_MS) return backoffMs(attempt, random, Math.max(back_ms, BACKOFF_LEAST_MS));
    return Math.round(BACKOFF_LEAST_MS / 2 + random() * back_ms);
}
