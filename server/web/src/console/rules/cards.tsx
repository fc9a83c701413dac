// Three cards side by side: what three people would get of a made-up customer, now and with the change.

import { useEffect, useState } from 'preact/hooks';
import { CardView } from '../../card/card-view';
import { passing } from '../../lib/api';
import type { Card, RulesCards } from '../../wire';
import { look } from './ask';
import { Choice } from './choice';
import { words } from './words';

const FIRST = ['seller', 'preferred', 'department'];

/** What is on a card, without what counts its sending. */
const shownOn = (card: Card | null) =>
    card && JSON.stringify([card.seen, card.standing, card.meet, card.fields, card.may_say, card.know_only]);

const keyOf = (c: RulesCards['cards'][number]) => `${c.viewer} ${c.seen}`;

function labelOf(c: RulesCards['cards'][number]): string {
    const who = words.viewers[c.viewer] ?? c.viewer;
    return c.seen === 'sensed' ? `${who}, ${words.bySensor}` : who;
}

function OneCard({ card, title }: { card: Card | null; title: string }) {
    return (
        <div class="card-side" data-side={title}>
            <h4 class="card-side-title">{title}</h4>
            {card ? <CardView card={card} headingLevel={3} /> : <p class="calm">{words.cardNone}</p>}
        </div>
    );
}

export function Cards({ text, differs }: { text: string; differs: boolean }) {
    const [cards, setCards] = useState<{ text: string; all: RulesCards['cards'] } | null>(null);
    const [trouble, setTrouble] = useState(false);
    const [picked, setPicked] = useState<string[]>([]);
    const [round, setRound] = useState(0);
    useEffect(() => {
        let stopped = false;
        const ask = async () => {
            const answer = await look<RulesCards>('rules_cards', { text });
            if (stopped) return;
            if (answer.ok) setCards({ text, all: answer.value.cards });
            setTrouble(!answer.ok && passing(answer.trouble));
        };
        void ask();
        return () => {
            stopped = true;
        };
    }, [text, round]);
    if (!cards)
        return trouble ? (
            <button type="button" class="small-button" onClick={() => setRound(round + 1)}>
                {words.cardsShow}
            </button>
        ) : (
            <p class="sub">{words.checking}</p>
        );
    const { all } = cards;
    const shown = FIRST.map(
        (viewer, i) => all.find((c) => keyOf(c) === picked[i]) ?? all.find((c) => c.viewer === viewer) ?? all[i],
    );
    const options = all.map((c) => [keyOf(c), labelOf(c)] as const);
    return (
        <div class="three" data-cards={cards.text === text ? 'ready' : 'old'}>
            {shown.map((of, i) => {
                if (!of) return null;
                const changes = differs && shownOn(of.live) !== shownOn(of.draft);
                return (
                    <div key={i} class="one-of-three" data-viewer={of.viewer}>
                        <h3 class="unseen">{labelOf(of)}</h3>
                        <Choice
                            part={`viewer-${i}`}
                            label={words.cardsViewer}
                            value={keyOf(of)}
                            options={options}
                            onPick={(v) => setPicked(shown.map((c, at) => (at === i ? v : c ? keyOf(c) : '')))}
                        />
                        {changes ? (
                            <>
                                <OneCard card={of.draft} title={words.cardThen} />
                                <OneCard card={of.live} title={words.cardNow} />
                            </>
                        ) : (
                            <>
                                {differs && <p class="sub">{words.cardSame}</p>}
                                {of.draft ? (
                                    <CardView card={of.draft} headingLevel={3} />
                                ) : (
                                    <p class="calm">{words.cardNone}</p>
                                )}
                            </>
                        )}
                    </div>
                );
            })}
        </div>
    );
}
