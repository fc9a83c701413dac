// The stream of cards in a real browser: WebSocket, timers, sessionStorage and the network's own signs.

import { proofOf } from './own-key';
import type { Marks, SocketLike, View } from './stream';
import { Stream } from './stream';

const LOOK_EVERY_MS = 30_000;
const LOOK_WITHIN_MS = 8000;
const PROTOCOL = 'maitred.handheld.1';

export function browserStream(face: 'handheld' | 'console', changed: (view: View) => void): Stream {
    const key = `maitred.${face}`;
    const stream = new Stream(
        {
            open: () => new WebSocket(`wss://${location.host}/ws/${face}`, PROTOCOL) as unknown as SocketLike,
            now: () => performance.now(),
            later: (work, ms) => window.setTimeout(work, ms),
            cancel: (timer) => window.clearTimeout(timer),
            random: Math.random,
            proof: proofOf,
            load: () => {
                try {
                    const [epoch, seq] = (sessionStorage.getItem(key) ?? '').split(' ');
                    return epoch && seq ? { epoch, seq: Number(seq) } : null;
                } catch {
                    return null;
                }
            },
            save: (marks: Marks) => {
                try {
                    sessionStorage.setItem(key, `${marks.epoch} ${marks.seq}`);
                } catch {
                    // without it a reload chimes once more, nothing else
                }
            },
        },
        changed,
    );
    // A page cannot see the hub's pings: where the hub has lost its power, nothing would ever tell. So it looks
    // whether the hub is still there, and says "offline" if not.
    window.setInterval(async () => {
        if (!['open', 'locked'].includes(stream.view.link) || document.visibilityState !== 'visible') return;
        const cut = new AbortController();
        const timer = setTimeout(() => cut.abort(), LOOK_WITHIN_MS);
        await fetch(location.pathname, { cache: 'no-store', credentials: 'omit', signal: cut.signal }).catch(
            () => stream.networkLost(),
        );
        clearTimeout(timer);
    }, LOOK_EVERY_MS);
    window.addEventListener('online', () => stream.retryNow());
    window.addEventListener('offline', () => stream.networkLost());
    document.addEventListener('visibilitychange', () => {
        if (document.visibilityState === 'visible' && stream.view.link === 'offline') stream.retryNow();
    });
    window.addEventListener('pagehide', () => stream.stop());
    window.addEventListener('pageshow', (event) => event.persisted && stream.retryNow());
    return stream;
}
