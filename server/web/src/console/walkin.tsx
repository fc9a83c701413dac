// The walk-in test [P154-P157]: three lamps between a phone at the door and the handhelds, and how the mornings went.

import { useEffect, useRef, useState } from 'preact/hooks';
import { call, type Trouble } from '../lib/api';
import { QrView } from '../lib/qr-view';
import type { Walkin, WalkinLamp, WalkinPast, WalkinStarted } from '../wire';
import { Refused } from './fields';
import { Lamp } from './lamp';
import { usePolled } from './use-polled';
import { useProof } from './use-proof';
import { lastMorning, mornings, nextLook } from './walkin-past';
import { type Lamp as Name, shortDay, walkinWords as words } from './walkin-words';
import '../style/walkin.css';

const PATH = '/api/console/walkin';
const NAMES: readonly Name[] = ['phone', 'hub', 'handheld'];
const OFF: WalkinLamp = { state: 'none', ms: 0, why: '' };
const WAITING: WalkinLamp = { state: 'waiting', ms: 0, why: '' };

/** What a lamp says besides its name. */
const saidOf = ({ state, ms }: WalkinLamp) => words.states[state] + (state === 'green' ? ` · ${words.took(ms)}` : '');

/** One that was not lit: its turn has not come, or never came. */
const darkOf = (name: Name, of: Walkin['state']) =>
    of === 'none' || (name !== 'phone' && (of === 'green' || of === 'red'))
        ? words.untried
        : name === 'phone'
          ? words.states.none
          : words.later;

function BigLamp({ name, lamp, of }: { name: Name; lamp: WalkinLamp; of: Walkin['state'] }) {
    return (
        <li data-lamp={name} data-state={lamp.state} data-ms={lamp.ms} data-why={lamp.why}>
            <Lamp state={lamp.state} />
            <span>
                <strong>{words.names[name]}</strong>
                <span class="walkin-said">{lamp.state === 'none' ? darkOf(name, of) : saidOf(lamp)}</span>
            </span>
        </li>
    );
}

const Why = ({ name, lamp }: { name: string; lamp: WalkinLamp }) => (
    <p class="notice warn" data-told={lamp.why}>
        <strong>
            {name}: {words.why[lamp.why].say}
        </strong>{' '}
        {words.why[lamp.why].do}
    </p>
);

function Handhelds({ told }: { told: Walkin }) {
    return (
        <>
            <h3 id="walkin-handhelds">{words.handhelds}</h3>
            <ul class="walkin-list" aria-labelledby="walkin-handhelds">
                {told.handhelds.map(({ id, name, lamp }) => (
                    <li key={id} data-asked={lamp.state} data-why={lamp.why}>
                        <Lamp state={lamp.state} small />
                        <span>
                            {name}{' '}
                            <span class="sub-inline">
                                {lamp.state === 'red' ? `${words.why[lamp.why].say} ${words.why[lamp.why].do}` : saidOf(lamp)}
                            </span>
                        </span>
                    </li>
                ))}
            </ul>
            {told.rest > 0 && <p class="sub">{words.rest(told.rest)}</p>}
        </>
    );
}

/** `pending`: what was begun here, until the hub has told of it. */
function Lamps({ told, pending }: { told: Walkin | null; pending: WalkinStarted | null }) {
    const withPhone = pending && pending.url !== '';
    const lamp = (name: Name): WalkinLamp =>
        pending ? (name === (withPhone ? 'phone' : 'hub') ? WAITING : OFF) : (told?.[name] ?? OFF);
    const state = pending ? (withPhone ? 'waiting' : 'running') : (told?.state ?? 'none');
    return (
        <div aria-live="polite" data-walkin={state} data-test={pending?.test ?? told?.test ?? 0}>
            <p class="calm">{words.whole[state]}</p>
            <ol class="walkin-lamps" aria-label={words.lamps}>
                {NAMES.map((name) => (
                    <BigLamp key={name} name={name} lamp={lamp(name)} of={state} />
                ))}
            </ol>
            {NAMES.filter((name) => lamp(name).state === 'red').map((name) => (
                <Why key={name} name={words.names[name]} lamp={lamp(name)} />
            ))}
        </div>
    );
}

function Code({ started }: { started: WalkinStarted }) {
    return (
        <div class="walkin-code" data-walk={started.url}>
            {started.qr && <QrView qr={started.qr} label={words.qr} />}
            <div>
                <p>
                    <strong>{words.scan}</strong>
                </p>
                <p class="sub">{words.once(Math.round(started.valid_s / 60))}</p>
                <p class="sub">{words.link}</p>
                <p class="walkin-link" data-own>
                    {started.url}
                </p>
            </div>
        </div>
    );
}

const outcome = (one: WalkinPast) =>
    one.green ? words.states.green : `${words.states.red}. ${words.why[one.why].say}`;

function Mornings({ told }: { told: Walkin }) {
    const days = mornings(told.past);
    return (
        <section class="walkin-mornings" aria-labelledby="walkin-mornings">
            <h3 id="walkin-mornings">{words.mornings}</h3>
            <p class="sub">{words.morningsLead}</p>
            {days.length === 0 ? (
                <p class="sub">{words.morningsNone}</p>
            ) : (
                <>
                    <ol class="walkin-days" aria-label={words.morningsLabel}>
                        {days.map((one) => (
                            <li key={one.day} data-day={one.day} data-state={one.green ? 'green' : 'red'}>
                                <Lamp state={one.green ? 'green' : 'red'} small />
                                <span aria-hidden="true">{shortDay(one.day)}</span>
                                <span class="unseen">{words.morning(one.day, outcome(one))}</span>
                            </li>
                        ))}
                    </ol>
                    <details>
                        <summary>{words.table}</summary>
                        <Table days={days} />
                    </details>
                </>
            )}
            <p class="sub" data-phone={told.phone_at_ms}>
                {told.phone_at_ms > 0 ? words.phoneLast(new Date(told.phone_at_ms)) : words.phoneNever}
            </p>
        </section>
    );
}

function Table({ days }: { days: WalkinPast[] }) {
    return (
        <div class="scroll-x" tabIndex={0} role="region" aria-label={words.table}>
            <table class="walkin-table">
                <thead>
                    <tr>
                        {Object.entries(words.head).map(([key, text]) => (
                            <th key={key} scope="col">
                                {text}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {[...days].reverse().map((one) => (
                        <tr key={one.day}>
                            <th scope="row">{shortDay(one.day)}</th>
                            <td>{outcome(one)}</td>
                            <td>{one.hub_ms > 0 ? words.took(one.hub_ms) : '–'}</td>
                            <td>{words.answered(one.answered, one.handhelds)}</td>
                            <td>{one.answered > 0 ? words.took(one.first_ms) : '–'}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

interface Begun {
    started: WalkinStarted;
    before: Walkin | null; // the newest answer of then: the next one knows of this test
}

/** `onGreen`: a test that somebody began was seen to end well. */
export function WalkIn({ heading = true, onGreen }: { heading?: boolean; onGreen?(): void }) {
    const { told, offline, again } = usePolled<Walkin>(PATH, nextLook);
    const [begun, setBegun] = useState<Begun | null>(null);
    const [busy, setBusy] = useState<'phone' | 'alone' | null>(null);
    const [trouble, setTrouble] = useState<Trouble | null>(null);
    const [prove, proof] = useProof();
    const begin = async (phone: boolean) => {
        setBusy(phone ? 'phone' : 'alone');
        setTrouble(null);
        for (;;) {
            const answer = await call<WalkinStarted>('POST', '/api/console/walkin_start', { phone });
            if (!answer.ok && answer.trouble.error === 'step_up' && (await prove())) continue;
            if (answer.ok) {
                setBegun({ started: answer.value, before: told });
                again();
            } else if (answer.trouble.error !== 'step_up') setTrouble(answer.trouble);
            break;
        }
        setBusy(null);
    };
    const lamps = useRef<HTMLDivElement>(null);
    useEffect(() => {
        if (begun) lamps.current?.scrollIntoView(); // what she began is to be seen, also on a phone
    }, [begun]);
    const green = told?.state === 'green' && !told.morning ? told.test : 0;
    useEffect(() => {
        if (green > 0) onGreen?.();
    }, [green]);
    const pending = begun && begun.before === told ? begun.started : null;
    const newer = begun && !pending && told !== null && told.test > begun.started.test;
    const waits = pending ? pending.url !== '' : told?.state === 'waiting' && told.test === begun?.started.test;
    const button = (phone: boolean, kind: string, text: string) => (
        <button
            type="button"
            class={`button ${kind}`}
            data-do={phone ? 'walk-phone' : 'walk-alone'}
            aria-busy={busy === (phone ? 'phone' : 'alone')}
            onClick={() => busy === null && void begin(phone)}
        >
            {busy === (phone ? 'phone' : 'alone') ? words.starting : text}
        </button>
    );
    return (
        <div class="walkin">
            {heading && <h2>{words.page}</h2>}
            <p>{words.lead}</p>
            <div class="walkin-do">
                {button(true, 'primary', words.withPhone)}
                {button(false, '', words.withoutPhone)}
            </div>
            <Refused trouble={trouble} />
            {offline && (
                <p class="notice warn" role="status">
                    {words.offline}
                </p>
            )}
            {newer && (
                <p class="notice" role="status" data-newer>
                    {words.newer}
                </p>
            )}
            <div ref={lamps}>
                <Lamps told={told} pending={pending} />
            </div>
            {begun && waits && <Code started={begun.started} />}
            {told && told.test > 0 && !pending && (
                <p class="sub">{words.when(new Date(told.at_ms), told.morning)}</p>
            )}
            {told && !pending && told.handhelds.length > 0 && <Handhelds told={told} />}
            {told && <Mornings told={told} />}
            {proof}
        </div>
    );
}

const everyMinute = () => 60_000;

/** One line for whoever has the store before her: that the newest morning was red. */
export function RedMorning() {
    const { told } = usePolled<Walkin>(PATH, everyMinute);
    const newest = told && lastMorning(told.past);
    if (!newest || newest.green) return null;
    return (
        <p class="walkin-red" role="status" data-morning={newest.day}>
            <Lamp state="red" small />
            <span>
                {words.boardRed(newest.day)} {words.why[newest.why].say} <a href="#walkin">{words.boardGo}</a>
            </span>
        </p>
    );
}
