// The practice arrivals of an associate's first day: three made-up guests, and what may be said to each [P104].
//
//   offered on a calm screen --practise--> 1 --> 2 --> 3 --> the hub is told that she need not be asked again
//        |        ^                        `-----`----`-- left, or a real card came: it goes on where it was
//        `--not now: the hub is told the same          the menu has it again, from the beginning

import { useMemo, useState } from 'preact/hooks';
import { CardView } from '../card/card-view';
import { Dialog } from '../lib/dialog';
import { language } from '../lib/language';
import { MAY, practiceCards } from './practice-cards';
import { practiceWords as words } from './practice-words';
import '../style/practice.css';

export function PracticeOffer({ arrival, begin, later }: { arrival: number; begin(): void; later(): void }) {
    return (
        <section class="practice-offer" aria-labelledby="practice-offer">
            <h2 id="practice-offer">{words.offer.title}</h2>
            <p>{arrival === 0 ? words.offer.lead : words.offer.again(arrival + 1)}</p>
            <div class="practice-choice">
                <button type="button" class="button" data-do="practise" aria-haspopup="dialog" onClick={begin}>
                    {arrival === 0 ? words.offer.begin : words.offer.goOn}
                </button>
                {arrival === 0 && (
                    <button type="button" class="button quiet" data-do="practise_later" onClick={later}>
                        {words.offer.later}
                    </button>
                )}
            </div>
        </section>
    );
}

interface Answer {
    say: string;
    ok: boolean;
    why: string;
}

function AnswerRow({ answer, n, picked, pick }: { answer: Answer; n: number; picked: number | null; pick(): void }) {
    return (
        <li>
            <button type="button" class="button answer" data-answer={n} aria-pressed={picked === n} onClick={pick}>
                {answer.say}
            </button>
            {picked !== null && (
                <p class={answer.ok ? 'answer-why may' : 'answer-why'}>
                    <strong>{answer.ok ? words.may : words.keep}.</strong> {answer.why}
                </p>
            )}
        </li>
    );
}

interface Props {
    arrival: number; // from 0
    next(arrival: number): void; // 0 after the last
    close(): void;
}

export function Practice({ arrival, next, close }: Props) {
    const [picked, setPicked] = useState<number | null>(null);
    const cards = useMemo(() => practiceCards(new Date()), [language()]);
    const card = cards[arrival];
    const { title, lead, answers: said } = words.arrivals[arrival] ?? words.arrivals[0];
    const answers: Answer[] = said.map((one, i) => ({ ...one, ok: MAY[arrival]?.[i] === true }));
    const last = arrival === words.arrivals.length - 1;
    return (
        <Dialog
            step={`arrival-${arrival}`}
            class="whole"
            label={words.label}
            close={words.close}
            onClose={close}
        >
            <div data-practice={arrival + 1}>
                <h2>{words.at(arrival + 1)}</h2>
                <p class="lead">
                    {title}. {lead}
                </p>
                <div class="practice-card">
                    <p class="practice-mark">
                        <strong>{words.mark}</strong> · {words.markWhy}
                    </p>
                    {card && <CardView card={card} headingLevel={3} />}
                </div>
                <h3 class="practice-ask">{words.ask}</h3>
                <p class="hint" role="status" data-verdict={picked === null ? '' : answers[picked - 1]?.ok}>
                    {picked === null ? words.askLead : answers[picked - 1]?.ok ? words.fine : words.rather}
                </p>
                <ul class="answers">
                    {answers.map((answer, i) => (
                        <AnswerRow
                            key={answer.say}
                            answer={answer}
                            n={i + 1}
                            picked={picked}
                            pick={() => setPicked(i + 1)}
                        />
                    ))}
                </ul>
                {picked !== null && (
                    <button
                        type="button"
                        class="button primary"
                        data-do="practise_next"
                        onClick={() => {
                            setPicked(null);
                            next(last ? 0 : arrival + 1);
                        }}
                    >
                        {last ? words.finish : words.next}
                    </button>
                )}
            </div>
        </Dialog>
    );
}
