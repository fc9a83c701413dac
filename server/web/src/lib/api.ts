// One call to the hub: JSON in, JSON out, and every way it can go wrong as one kind of value [P5].

import type { Problem } from '../wire';

const TIMEOUT_MS = 10_000;

/** `offline`: the hub was not reached (or answered nonsense); otherwise the hub's own words with its status. */
export interface Trouble extends Problem {
    status: number;
    retryAfterMs: number;
}

export type Answer<T> = { ok: true; value: T } | { ok: false; trouble: Trouble };

function unreached(error: string): Trouble {
    return { error, say: '', do: '', status: 0, retryAfterMs: 0 };
}

/** A key for one thing that somebody wants done: the same at each attempt, so that it is done once [P16]. */
export function newKey(): string {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const hex = Array.from(bytes, (byte, i) =>
        (i === 6 ? (byte & 0x0f) | 0x40 : i === 8 ? (byte & 0x3f) | 0x80 : byte).toString(16).padStart(2, '0'),
    ).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

export async function call<T>(
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    key?: string,
    credentials: RequestCredentials = 'same-origin', // 'omit': as nobody, and whatever comes back leaves nothing
): Promise<Answer<T>> {
    const cut = new AbortController();
    const timer = setTimeout(() => cut.abort(), TIMEOUT_MS);
    try {
        const response = await fetch(path, {
            method,
            cache: 'no-store',
            credentials,
            redirect: 'error',
            signal: cut.signal,
            ...(method === 'POST'
                ? {
                      headers: {
                          'Content-Type': 'application/json',
                          ...(key ? { 'Idempotency-Key': `"${key}"` } : {}),
                      },
                      body: JSON.stringify(body ?? {}),
                  }
                : {}),
        });
        const value = (await response.json()) as unknown;
        if (response.ok) return { ok: true, value: value as T };
        const problem = value as Partial<Problem>;
        return {
            ok: false,
            trouble: {
                error: String(problem.error ?? 'unknown'),
                say: String(problem.say ?? ''),
                do: String(problem.do ?? ''),
                status: response.status,
                retryAfterMs: 1000 * (Number(response.headers.get('Retry-After')) || 0),
            },
        };
    } catch {
        return { ok: false, trouble: unreached('offline') };
    } finally {
        clearTimeout(timer);
    }
}

/** Worth repeating without asking: the hub was not reached, or said that it could not just now. */
export function passing(trouble: Trouble): boolean {
    return trouble.status === 0 || trouble.status === 502 || trouble.status === 503 || trouble.status === 504;
}
