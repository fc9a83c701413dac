// The stream of cards as a hook: what it knows now, the chime for what is new, and "cleared" once a card is gone.

import { useEffect, useRef, useState } from 'preact/hooks';
import { chime, chimeReady, unlockChime } from '../lib/chime';
import type { Stream, View } from '../lib/stream';
import { browserStream } from '../lib/stream-browser';
import { keepAwake } from '../lib/wake';

export interface Line {
    stream: Stream;
    view: View;
    sound: boolean; // the chime can be heard: somebody has tapped
}

export function useStream(face: 'handheld' | 'console'): Line {
    const [view, setView] = useState<View | null>(null);
    const [sound, setSound] = useState(false);
    const stream = useRef<Stream | null>(null);
    if (!stream.current) stream.current = browserStream(face, setView);
    const line = stream.current;
    const rung = useRef(new Set<number>());

    useEffect(() => {
        line.start();
        keepAwake();
        const tapped = () => {
            unlockChime();
            setTimeout(() => setSound(chimeReady()), 150);
        };
        document.addEventListener('pointerdown', tapped);
        document.addEventListener('keydown', tapped);
        return () => {
            line.stop();
            document.removeEventListener('pointerdown', tapped);
            document.removeEventListener('keydown', tapped);
        };
    }, []);

    const current = view ?? line.view;
    // Cards are numbered for each associate.
    const you = current.link === 'locked' ? '' : current.welcome?.you.name;
    useEffect(() => rung.current.clear(), [you]);
    useEffect(() => {
        const news = current.cards.filter((s) => s.fresh && !rung.current.has(s.card.card));
        for (const s of news) rung.current.add(s.card.card);
        if (news.length > 0) chime();
    }, [current.cards]);

    // The screen has been drawn without it; where nobody looks, that it left the page is enough.
    const clearing = line.clearing;
    useEffect(() => {
        if (clearing === 0) return;
        if (document.visibilityState !== 'visible') return line.wasCleared();
        let frame = requestAnimationFrame(() => {
            frame = requestAnimationFrame(() => line.wasCleared());
        });
        return () => cancelAnimationFrame(frame);
    }, [clearing, current]);

    return { stream: line, view: current, sound };
}
