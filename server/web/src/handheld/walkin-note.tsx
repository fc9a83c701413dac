// A calm line for whoever holds the handheld while somebody tries the way from the door to here [P156]. It lies over the
// bar at the top: nothing moves under a thumb, no button is covered, and what lies below it still takes a tap.

import { useEffect, useRef } from 'preact/hooks';
import { usePainted } from '../lib/hooks';
import type { Stream, View } from '../lib/stream';
import { words } from './words';

const STANDS_MS = 4000;

export function WalkinNote({ stream, view: { walkin } }: { stream: Stream; view: View }) {
    const seen = useRef(0);
    useEffect(() => {
        if (walkin === 0) return;
        const timer = setTimeout(() => stream.walkinOver(), STANDS_MS);
        return () => clearTimeout(timer);
    }, [walkin]);
    usePainted(() => {
        if (walkin === 0 || seen.current === walkin) return;
        seen.current = walkin;
        stream.walkinSeen(walkin);
    }, [walkin]);
    return (
        <span class="walkin-note" role="status" data-walkin={walkin}>
            {walkin > 0 && <span>{words.walkin}</span>}
        </span>
    );
}
