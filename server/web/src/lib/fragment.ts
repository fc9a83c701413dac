// The secret in the address [P3]: read once, taken out of the address bar at once, kept in memory only.

export interface Fragment {
    kind: 'join' | 'door' | 'pair' | 'walk';
    secret: string;
}

const KINDS: Record<string, Fragment['kind']> = { j: 'join', d: 'door', p: 'pair', w: 'walk' };

export function parseFragment(hash: string): Fragment | null {
    const found = /^#([jdpw])\.([A-Za-z0-9_-]{1,64})$/.exec(hash);
    const kind = found ? KINDS[found[1] ?? ''] : undefined;
    return found && kind ? { kind, secret: found[2] ?? '' } : null;
}

export function takeFragment(): Fragment | null {
    const taken = parseFragment(location.hash);
    if (location.hash) history.replaceState(null, '', location.pathname);
    return taken;
}
