// "No, thanks" is remembered on this phone only: one date and for how many days it rests (as the house rules said when
// she refused; ninety, if the hub had not said it). The hub is never told.

const KEY = 'maitred.no-thanks';
const DAY_MS = 24 * 3600 * 1000;
const RESTS_DAYS = 90;

export function rememberRefusal(days = RESTS_DAYS): void {
    try {
        localStorage.setItem(KEY, `${Date.now()} ${days}`);
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
        const [at = 0, days = RESTS_DAYS] = (localStorage.getItem(KEY) ?? '0').split(' ').map(Number);
        return at > Date.now() - days * DAY_MS && at <= Date.now() ? new Date(at) : null;
    } catch {
        return null;
    }
}
