// An associate's own week: what she was asked and did, which nobody else is shown [P92].

import { Dialog } from '../lib/dialog';
import { spanOf } from '../lib/weeks';
import type { Stream, View } from '../lib/stream';
import type { Mine as Week, MineSaid } from '../wire';
import { mineWords as words } from './mine-words';
import { refused } from './refusals';
import '../style/mine.css';

function Said({ said, tell }: { said: MineSaid | null; tell(value: number): string }) {
    if (!said) return <>{words.tooFew}</>;
    return (
        <>
            {tell(said.value)} <span class="mine-span">{spanOf(said.from, said.weeks, words.weeks)}</span>
        </>
    );
}

function Rows({ week }: { week: Week }) {
    const rows: [string, string][] = [
        [words.asked, words.askedOf(week.asked, week.accepted)],
        [words.clients, words.clientsOf(week.clients, week.clients_met)],
        [words.time, week.p50_s === null || week.p90_s === null ? words.noTime : words.times(week.p50_s, week.p90_s)],
        [words.apart, words.apartOf(week.busy, week.no_answer, week.handed_over, week.not_here)],
    ];
    return (
        <dl class="mine-rows">
            {rows.map(([name, text]) => (
                <div key={name}>
                    <dt>{name}</dt>
                    <dd>{text}</dd>
                </div>
            ))}
            <div>
                <dt>{words.liked}</dt>
                <dd>
                    <Said said={week.liked} tell={words.likedOf} />
                </dd>
            </div>
            <div>
                <dt>{words.notFine}</dt>
                <dd>
                    <Said said={week.not_fine} tell={words.notFineOf} />
                </dd>
            </div>
        </dl>
    );
}

export function Mine({ stream, view, close }: { stream: Stream; view: View; close(): void }) {
    const week = view.mine;
    return (
        <Dialog
            step={week ? 'week' : 'asking'}
            class="whole"
            label={words.title}
            close={words.close}
            onClose={() => {
                stream.closeMine();
                close();
            }}
        >
            <h2>{words.title}</h2>
            {week ? (
                <div data-mine={week.from}>
                    <p class="lead">{spanOf(week.from, 1)}</p>
                    <Rows week={week} />
                    <p class="hint">{words.only}</p>
                </div>
            ) : view.trouble ? (
                <p class="notice warn" role="status">
                    <strong>{refused(view.trouble).say}</strong> {refused(view.trouble).do}
                </p>
            ) : (
                <p class="lead" role="status">
                    {words.counting}
                </p>
            )}
        </Dialog>
    );
}
