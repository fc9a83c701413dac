// "No, thanks" is remembered on this phone only: one date, nothing else, and it rests for ninety days.

const KEY = 'maitred.no-thanks';
const RESTS_MS = 90 * 24 * 3600 * 1000;

export function rememberRefusal(): void {
    try {
        localStorage.setItem(KEY, String(Date.now()));
    } catch {
        // a phone that keeps nothing will be asked again
    }
}

export function forgetRefusal(): void {
    try {
        localStorage.removeItem(KEY);
    } catch {
        // nothing was kept
    }
}

/** The day of a refusal that still rests, or null. */
export function restingRefusal(): Date | null {
    try {
        const at = Number(localStorage.getItem(KEY) ?? 0);
        return at > Date.now() - RESTS_MS && at <= Date.now() ? new Date(at) : null;
    } catch {
        return null;
    }
}
