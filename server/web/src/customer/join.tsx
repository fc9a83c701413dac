// Joining: her own card first, then Yes or No; then one question about her age; then "Done".

import { useEffect, useState } from 'preact/hooks';
import { CardView } from '../card/card-view';
import type { Look, Now } from '../wire';
import type { Hub } from './hub';
import { ActButton, Row, Screen, Tick, troubleWords, Waiting } from './parts';
import { forgetRefusal, rememberRefusal, restingRefusal } from './refusal';
import { words } from './words';

const LEAST_AGE_YEARS = 16;

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

export function Join({ hub, with: by, joined, rescan }: Props) {
        const bySecret = 'secret' in by;
        const [step, setStep] = useState<Step>(() => (restingRefusal() ? 'asked-before' : 'look'));
        const [look, setLook] = useState<Look | null>(null);
        const [ticks, setTicks] = useState<Ticks>({ sizes: true, online: false, other_stores: false, choose: true, greet: false });
        const [struck, setStruck] = useState<ReadonlySet<number>>(new Set());
        const [more, setMore] = useState(false);
        const { sizes, online, other_stores } = ticks;

        useEffect(() => {
                if (!('secret' in by) || step !== 'look') return;
                let stale = false;
                void hub.ask<Look>('POST', 'look', { secret: by.secret, sizes, online, other_stores }).then((answer) => {
                        if (stale || !answer) return;
                        setLook(answer);
                        setStruck(new Set());
                        if (answer.state === 'refused_minor') setStep('minor');
                });
                return () => {
                        stale = true;
                };
        }, [step === 'look', sizes, online, other_stores]);

        const name = look?.associate?.name;
        const store = look?.store;

        const answer = async (yes: boolean) => {
                const strike = [...struck].sort((a, b) => a - b);
                const consent = bySecret ? { instore: true, sizes, online, other_stores, choose: name !== undefined && ticks.choose, greet: name !== undefined && ticks.greet } : {};
                const extra = yes ? { ...consent, ...(strike.length > 0 ? { strike } : {}), ...(look ? { preview: look.preview } : {}), language: 'en' } : {};
                const next = await hub.act('join', { ...by, yes, age_ok: yes, ...extra });
                if (yes && next) {
                        forgetRefusal();
                        joined();
                } else if (hub.refusal() === 'code_old') {
                        rescan();
                } else if (yes && hub.refusal() === 'guardian') {
                        hub.forget();
                        setStep('minor');
                } else if (yes && hub.refusal() === 'card_changed') {
                        setLook(null);
                        setStep('look');
                } else if (yes && hub.now === null) {
                        await hub.ask<Now>('GET', 'now'); // perhaps the answer to our yes was lost on its way
                }
        };

        const refuse = (next: Step) => {
                rememberRefusal();
                setStep(next);
                if (bySecret) void answer(false);
        };

        if (step === 'asked-before') {
                const day = restingRefusal()?.toLocaleDateString('en', { day: 'numeric', month: 'long' }) ?? '';
                return (
                        <Screen
                                hub={hub}
                                name="asked-before"
                                title={words.refused.again}
                                lead={words.refused.againLead(day)}
                                centred
                                actions={
                                        <button type="button" class="button" data-do="look-again" onClick={() => setStep('look')}>
                                                {words.refused.look}
                                        </button>
                                }
                        />
                );
        }
        if (step === 'refused') return <Screen hub={hub} name="refused" store={store} title={words.refused.title} lead={words.refused.lead} centred />;
        if (step === 'minor') return <Screen hub={hub} name="minor" store={store} title={words.minor.title} lead={words.minor.lead} centred />;
        if (step === 'age')
                return (
                        <Screen
                                hub={hub}
                                name="age"
                                store={store}
                                eyebrow={words.join.ageEyebrow}
                                title={words.join.age(LEAST_AGE_YEARS)}
                                lead={words.join.ageLead}
                                centred
                                actions={
                                        <>
                                                <ActButton hub={hub} action="join" kind="primary" onPress={() => void answer(true)}>
                                                        {words.join.ageYes}
                                                </ActButton>
                                                <button type="button" class="button" data-do="too-young" onClick={() => refuse('minor')}>
                                                        {words.join.ageNo}
                                                </button>
                                        </>
                                }
                        />
                );

        const yesNo = (
                <div class="pair">
                        <button type="button" class="button" data-do="no" onClick={() => refuse('refused')}>
                                {words.join.no}
                        </button>
                        <button type="button" class="button primary" data-do="yes" onClick={() => setStep('age')}>
                                {words.join.yes}
                        </button>
                </div>
        );
        if (!bySecret)
                return (
                        <Screen
                                hub={hub}
                                name="stranger-door"
                                eyebrow={words.strangerDoor.title}
                                title={words.strangerDoor.ask}
                                lead={words.strangerDoor.lead}
                                centred
                                actions={yesNo}
                        />
                );
        if (!look && hub.trouble) {
                const said = troubleWords(hub.trouble);
                return <Screen hub={hub} name={`join-${hub.trouble.error}`} title={said.say} lead={said.do} centred quiet />;
        }
        if (!look)
                return (
                        <Screen hub={hub} name="join-loading" title={'\u00a0'} centred>
                                <Waiting />
                        </Screen>
                );

        const toggle = (ordinal: number) => {
                const next = new Set(struck);
                if (!next.delete(ordinal)) next.add(ordinal);
                setStruck(next);
        };
        const set = (part: Partial<Ticks>) => setTicks({ ...ticks, ...part });
        const extras = (['sizes', 'online', 'other_stores', 'greet'] as const).filter((k) => ticks[k]).map((k) => words.join.moreWords[k]);
        const waiting = hub.busy === 'look';
        return (
                <Screen
                        hub={hub}
                        name="join"
                        store={store}
                        eyebrow={look.item ? words.join.eyebrow(look.item) : undefined}
                        title={words.join.ask(name)}
                        lead={look.card ? words.join.see(name) : words.join.seeNothing}
                        actions={yesNo}
                >
                        {look.card && (
                                <div class="preview">
                                        <CardView card={look.card} strike={{ struck, toggle }} />
                                        <p class="hint" aria-live="polite">
                                                {struck.size > 0 ? words.join.struck(struck.size) : words.join.strike}
                                        </p>
                                </div>
                        )}
                        <div class="rows">
                                {name && <Tick name="choose" label={words.join.choose(name)} note={words.join.chooseNote} on={ticks.choose} set={(choose) => set({ choose })} />}
                                <Row label={words.join.more} value={words.join.moreValue(extras)} open={more} toggle={() => setMore(!more)}>
                                        <div class="ticks">
                                                {name && <Tick name="greet" label={words.join.greet(name)} on={ticks.greet} set={(greet) => set({ greet })} />}
                                                <Tick name="sizes" label={words.join.sizes} on={sizes} disabled={waiting} set={(on) => set({ sizes: on })} />
                                                <Tick name="online" label={words.join.online} on={online} disabled={waiting} set={(on) => set({ online: on })} />
                                                <Tick name="other_stores" label={words.join.otherStores} on={other_stores} disabled={waiting} set={(on) => set({ other_stores: on })} />
                                        </div>
                                        <p class="hint">{words.join.never}</p>
                                </Row>
                        </div>
                </Screen>
        );
}
