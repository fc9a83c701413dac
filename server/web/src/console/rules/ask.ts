// What the page asks of the lab [P65-P72], and how a refusal reads.

import { call, newKey, passing, type Answer, type Trouble } from '../../lib/api';
import { backoffMs } from '../../lib/backoff';

const path = (name: string) => `/api/console/${name}`;

/** Asks for something to read. */
export const look = <T>(name: string, body?: object): Promise<Answer<T>> =>
    call<T>(body ? 'POST' : 'GET', path(name), body);

const TRIES = 3;

/** Asks for something to be done, under one key however often it must be asked; gives up after a few tries. */
export async function act<T>(name: string, body: object): Promise<Answer<T>> {
    const key = newKey();
    for (let attempt = 0; ; attempt++) {
        const answer = await call<T>('POST', path(name), body, key);
        if (answer.ok || !passing(answer.trouble) || attempt + 1 === TRIES) return answer;
        await new Promise((go) => setTimeout(go, Math.max(answer.trouble.retryAfterMs, backoffMs(attempt))));
    }
}

export type Refusal = Pick<Trouble, 'error' | 'say' | 'do'>;
