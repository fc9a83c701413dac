// The step of the people: each associate's code, which pairs the handheld that scans it [P141].

import { useEffect, useState } from 'preact/hooks';
import { call, type Trouble } from '../../lib/api';
import { Dialog } from '../../lib/dialog';
import { QrView } from '../../lib/qr-view';
import type { First, PairLink, Roster } from '../../wire';
import { Refused } from '../fields';
import { words } from './words';

type Person = Roster['associates'][number];

interface Props {
    first: First;
    again(): void;
    prove(): Promise<boolean>;
}

export function Staff({ first, again, prove }: Props) {
    const [people, setPeople] = useState<Person[] | null>(null);
    const [shown, setShown] = useState<{ who: Person; link: PairLink } | null>(null);
    const [trouble, setTrouble] = useState<Trouble | null>(null);
    useEffect(() => {
        let stopped = false;
        void call<Roster>('POST', '/api/console/roster', {}).then((answer) => {
            if (stopped) return;
            if (answer.ok) setPeople(answer.value.associates);
            else setTrouble(answer.trouble);
        });
        return () => {
            stopped = true;
        };
    }, [first.associates]);
    const show = async (who: Person) => {
        setTrouble(null);
        for (;;) {
            const answer = await call<PairLink>('POST', '/api/console/pair_link', { associate: who.id });
            if (answer.ok) return setShown({ who, link: answer.value });
            if (answer.trouble.error === 'step_up' && (await prove())) continue;
            if (answer.trouble.error !== 'step_up') setTrouble(answer.trouble);
            return;
        }
    };
    return (
        <>
            <p>{words.staffLead}</p>
            <p class="sub" data-paired={first.handhelds}>
                {words.paired(first.handhelds)}
            </p>
            <Refused trouble={trouble} />
            {people?.length === 0 && <p class="calm">{words.staffNone}</p>}
            <ul class="first-people">
                {people?.map((who) => (
                    <li key={who.id} data-person={who.id}>
                        <span>
                            {who.name} <span class="sub-inline">{words.roles[who.role] ?? who.role}</span>
                        </span>
                        <button
                            type="button"
                            class="small-button"
                            data-do="code"
                            aria-label={words.codeFor(who.name)}
                            aria-haspopup="dialog"
                            onClick={() => void show(who)}
                        >
                            {words.showCode}
                        </button>
                    </li>
                ))}
            </ul>
            {shown && (
                <Dialog
                    label={words.codeTitle(shown.who.name)}
                    close={words.close}
                    onClose={() => {
                        setShown(null);
                        again();
                    }}
                >
                    <h2>{words.codeTitle(shown.who.name)}</h2>
                    <div data-pair={shown.link.url}>
                        <QrView qr={shown.link.qr} label={words.codeQr} />
                    </div>
                    <p>{words.codeLead(Math.round(shown.link.valid_s / 60))}</p>
                </Dialog>
            )}
        </>
    );
}
