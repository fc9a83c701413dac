// Keeps the screen on while the page is in front. The system drops the lock when the page is hidden; we ask again.

interface Sentinel {
    released: boolean;
}

let held: Sentinel | null = null;

async function ask(): Promise<void> {
    const lock = (navigator as { wakeLock?: { request(kind: 'screen'): Promise<Sentinel> } }).wakeLock;
    if (!lock || document.visibilityState !== 'visible' || (held && !held.released)) return;
    try {
        held = await lock.request('screen');
    } catch {
        held = null; // low battery or not allowed: the device keeps its own habits
    }
}

export function keepAwake(): void {
    void ask();
    document.addEventListener('visibilitychange', () => void ask());
    document.addEventListener('pointerdown', () => void ask());
}
