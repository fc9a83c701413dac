// Joining: her own card first, then Yes or No; then one question about her age; then "Done".

import { useEffect, useState } from 'preact/hooks';
import { CardView } from '../card/card-view';
import { language } from '../lib/language';
import type { Look } from '../wire';
import type { Hub } from './hub';
import { ActButton, Row, RowLink, Screen, Tick, troubleWords, Waiting } from './parts';
import { PromisesSheet } from './promises';
import { forgetRefusal, rememberRefusal, restingRefusal } from './refusal';
import { words } from './words';

const LEAST_AGE_YEARS = 16; // until the hub has said what its house rules say

interface Ticks {
    sizes: boolean;
    online: boolean;
    other_stores: boolean;
    choose: boolean;
    greet: boolean;
}

type Step = 'asked-before' | 'look' | 'age' | 'minor' | 'refused';

interface Props {
    hub: Hub;
    with: { secret: string } | { code: string };
    joined(): void;
    /** The door's code is no longer good. */
    rescan(): void;
}

/** What she is shown and has chosen so far. */
interface Choice {
    look: Look | null;
    ticks: Ticks;
    struck: ReadonlySet<number>;
    setTicks(ticks: Ticks): void;
    setStruck(struck: ReadonlySet<number>): void;
    /** The card has changed: look again. */
    forget(): void;
}

/** Looks at the invitation, and again whenever she ticks what else may be seen. */
function useChoice(hub: Hub, secret: string | null, minor: () => void): Choice {
    const [look, setLook] = useState<Look | null>(null);
    const [ticks, setTicks] = useState<Ticks>({
        sizes: false,
        online: false,
        other_stores: false,
        choose: true,
        greet: false,
    });
    const [struck, setStruck] = useState<ReadonlySet<number>>(new Set());
    const [round, setRound] = useState(0);
    const { sizes, online, other_stores } = ticks;
    useEffect(() => {
        if (!secret) return;
        let stale = false;
        void hub.ask<Look>('POST', 'look', { secret, sizes, online, other_stores }).then((answer) => {
            if (stale || !answer) return;
            setLook(answer);
            setStruck(new Set());
            if (answer.state === 'refused_minor') minor();
        });
        return () => {
            stale = true;
        };
    }, [secret, sizes, online, other_stores, round]);
    const forget = () => {
        setLook(null);
        setRound(round + 1);
    };
    return { look, ticks, struck, setTicks, setStruck, forget };
}

/** Her yes, as the hub wants it: nothing that she has not seen or chosen. */
function consent({ look, ticks, struck }: Choice): object {
    const named = Boolean(look?.associate);
    const { sizes, online, other_stores } = ticks;
    return {
        instore: true,
        sizes,
        online,
        other_stores,
        choose: named && ticks.choose,
        greet: named && ticks.greet,
        ...(struck.size > 0 ? { strike: [...struck].sort((a, b) => a - b) } : {}),
        ...(look?.preview ? { preview: look.preview } : {}),
    };
}

export function Join({ hub, with: by, joined, rescan }: Props) {
    const secret = 'secret' in by ? by.secret : null;
    const [step, setStep] = useState<Step>(() => (restingRefusal() ? 'asked-before' : 'look'));
    const choice = useChoice(hub, step === 'asked-before' ? null : secret, () => setStep('minor'));
    const store = choice.look?.store;

    const say = async (yes: boolean) => {
        const rest = yes ? { ...(secret ? consent(choice) : {}) } : {};
        const done = await hub.act('join', { ...by, yes, age_ok: yes, ...rest });
        if (!yes) return;
        if (done) {
            forgetRefusal();
            return joined();
        }
        if (hub.refusal() === 'code_old') return rescan();
        if (hub.refusal() === 'guardian') {
            hub.forget();
            setStep('minor');
        } else if (hub.refusal() === 'card_changed') {
            choice.forget();
            setStep('look');
        } else if (hub.refusal() === 'too_many_alike') setStep('look');
    };
    const refuse = (next: Step) => {
        rememberRefusal(hub.now?.house?.rest_days);
        setStep(next);
        if (secret) void say(false);
    };

    switch (step) {
        case 'asked-before':
            return <AskedBefore hub={hub} again={() => setStep('look')} />;
        case 'refused':
            return (
                <Screen
                    hub={hub}
                    name="refused"
                    store={store}
                    title={words.refused.title}
                    lead={words.refused.lead}
                    centred
                />
            );
        case 'minor':
            return (
                <Screen
                    hub={hub}
                    name="minor"
                    store={store}
                    title={words.minor.title}
                    lead={words.minor.lead}
                    centred
                />
            );
        case 'age':
            return <Age hub={hub} store={store} yes={() => void say(true)} no={() => refuse('minor')} />;
        case 'look':
            return (
                <Offer
                    hub={hub}
                    choice={choice}
                    bySecret={secret !== null}
                    yes={() => setStep('age')}
                    no={() => refuse('refused')}
                />
            );
    }
}

function AskedBefore({ hub, again }: { hub: Hub; again(): void }) {
    const day = restingRefusal()?.toLocaleDateString(language(), { day: 'numeric', month: 'long' }) ?? '';
    return (
        <Screen
            hub={hub}
            name="asked-before"
            title={words.refused.again}
            lead={words.refused.againLead(day)}
            centred
            actions={
                <button type="button" class="button" data-do="look-again" onClick={again}>
                    {words.refused.look}
                </button>
            }
        />
    );
}

function Age({ hub, store, yes, no }: { hub: Hub; store: string | undefined; yes(): void; no(): void }) {
    return (
        <Screen
            hub={hub}
            name="age"
            store={store}
            eyebrow={words.join.ageEyebrow}
            title={words.join.age(hub.now?.house?.age ?? LEAST_AGE_YEARS)}
            lead={words.join.ageLead}
            centred
            actions={
                <>
                    <ActButton hub={hub} action="join" kind="primary" onPress={yes}>
                        {words.join.ageYes}
                    </ActButton>
                    <button type="button" class="button" data-do="too-young" onClick={no}>
                        {words.join.ageNo}
                    </button>
                </>
            }
        />
    );
}

interface OfferProps {
    hub: Hub;
    choice: Choice;
    bySecret: boolean;
    yes(): void;
    no(): void;
}

function Offer({ hub, choice, bySecret, yes, no }: OfferProps) {
    const { look } = choice;
    const yesNo = (
        <div class="pair">
            <button type="button" class="button" data-do="no" onClick={no}>
                {words.join.no}
            </button>
            <button type="button" class="button primary" data-do="yes" onClick={yes}>
                {words.join.yes}
            </button>
        </div>
    );
    if (!bySecret) {
        const { title, ask, lead } = words.strangerDoor;
        return (
            <Screen
                hub={hub}
                name="stranger-door"
                eyebrow={title}
                title={ask}
                lead={lead}
                centred
                actions={yesNo}
            />
        );
    }
    if (!look && hub.trouble) {
        const said = troubleWords(hub.trouble);
        return (
            <Screen
                hub={hub}
                name={`join-${hub.trouble.error}`}
                title={said.say}
                lead={said.do}
                centred
                quiet
            />
        );
    }
    if (!look)
        return (
            <Screen hub={hub} name="join-loading" title={'\u00a0'} centred>
                <Waiting />
            </Screen>
        );
    const name = look.associate?.name;
    return (
        <Screen
            hub={hub}
            name="join"
            store={look.store}
            eyebrow={look.item ? words.join.eyebrow(look.item) : undefined}
            title={words.join.ask(name)}
            lead={look.card ? words.join.see(name) : words.join.seeNothing}
            actions={yesNo}
        >
            <Preview look={look} choice={choice} />
            <What name={name} choice={choice} waiting={hub.busy === 'look'} />
        </Screen>
    );
}

/** Her card as it would be shown; a tap strikes a line. */
function Preview({ look, choice: { struck, setStruck } }: { look: Look; choice: Choice }) {
    if (!look.card) return null;
    const toggle = (ordinal: number) => {
        const next = new Set(struck);
        if (!next.delete(ordinal)) next.add(ordinal);
        setStruck(next);
    };
    return (
        <div class="preview">
            <CardView card={look.card} strike={{ struck, toggle }} />
            <p class="hint" aria-live="polite">
                {struck.size > 0 ? words.join.struck(struck.size) : words.join.strike}
            </p>
        </div>
    );
}

/** Who, and what else: behind one tap. */
function What({
    name,
    choice: { ticks, setTicks },
    waiting,
}: {
    name: string | undefined;
    choice: Choice;
    waiting: boolean;
}) {
    const [open, setOpen] = useState(false);
    const [reads, setReads] = useState(false);
    const kinds = ['sizes', 'online', 'other_stores', 'greet'] as const;
    const value = words.join.moreValue(kinds.filter((k) => ticks[k]).map((k) => words.join.moreWords[k]));
    const tick = (key: keyof Ticks, label: string, looksAgain: boolean, note?: string) => (
        <Tick
            name={key}
            label={label}
            {...(note ? { note } : {})}
            on={ticks[key]}
            disabled={looksAgain && waiting}
            set={(on) => setTicks({ ...ticks, [key]: on })}
        />
    );
    return (
        <div class="rows">
            {name && tick('choose', words.join.choose(name), false, words.join.chooseNote)}
            <Row label={words.join.more} value={value} open={open} toggle={() => setOpen(!open)}>
                <div class="ticks">
                    {name && tick('greet', words.join.greet(name), false)}
                    {tick('sizes', words.join.sizes, true)}
                    {tick('online', words.join.online, true)}
                    {tick('other_stores', words.join.otherStores, true)}
                </div>
                <p class="hint">{words.join.never}</p>
            </Row>
            <RowLink name="promises" label={words.promises.title} onPress={() => setReads(true)} />
            {reads && <PromisesSheet close={() => setReads(false)} />}
        </div>
    );
}
