// On her way: who knows, how long it takes, and what she may add without typing. Stop clears it everywhere at once.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { heard, heardThing } from '../card/heard';
import type { IfBusy, Now, Visit } from '../wire';
import type { Hub } from './hub';
import { ActButton, Chips, Row, RowLink, Screen } from './parts';
import { type Act, wire, words } from './words';

type Open = 'meet' | 'wearing' | 'wish' | null;

// What is picked is told in the words of the wire; only what stands on a chip is in hers.
const told = (list: readonly string[], label: (value: string) => string = heard) =>
    list.map((value) => ({ value, label: label(value) }));
const colours = () => wire.colours.map(([value, swatch]) => ({ value, label: heard(value), swatch }));
const actsOf = Object.keys(wire.acts) as Act[];

function hintOf(colour: string, garment: string): string {
    return [colour, garment].filter(Boolean).join(' ');
}

function wishOf(act: Act | '', what: string): string {
    if (act === '') return '';
    if (act === 'look') return wire.justLook;
    return what ? wire.wishOf[act](what) : wire.anything[act];
}

/** Back from the words on the card to the chips, as far as they were chosen here. */
function chipsOf(visit: Visit): { colour: string; garment: string; act: Act | ''; what: string } {
    const parts = visit.hint.split(' ');
    const colour = wire.colours.find(([c]) => parts.includes(c))?.[0] ?? '';
    const garment = wire.garments.find((g) => parts.includes(g)) ?? '';
    for (const value of actsOf)
        for (const what of ['', ...wire.things])
            if (visit.wish !== '' && wishOf(value, what) === visit.wish)
                return { colour, garment, act: value, what };
    return { colour, garment, act: '', what: '' };
}

/** Her associate is not free: one question, three answers [P83]. */
function AskScreen({
    hub,
    visit,
    name,
    stop,
}: {
    hub: Hub;
    visit: Visit;
    name: string;
    stop: ComponentChildren;
}) {
    const [said, setSaid] = useState<IfBusy | null>(null);
    const answer = (if_busy: IfBusy, label: string) => (
        <button
            type="button"
            class="button" // none stands out: it is her word
            data-ask={if_busy}
            aria-busy={said === if_busy && hub.busy !== null}
            aria-disabled={hub.busy !== null}
            onClick={() => {
                if (hub.busy !== null) return;
                setSaid(if_busy);
                void hub.act('tell', { meet: visit.meet, hint: visit.hint, wish: visit.wish, if_busy });
            }}
        >
            {label}
        </button>
    );
    return (
        <Screen
            hub={hub}
            name="visit-ask"
            title={words.ask.title(name)}
            lead={words.ask.lead}
            centred
            actions={
                <>
                    {answer('wait', words.ask.wait(name))}
                    {answer('other', words.ask.other)}
                    {answer('look', words.ask.look)}
                    {stop}
                </>
            }
        />
    );
}

export function VisitScreen({
    hub,
    now,
    seeCard,
    stopped,
}: {
    hub: Hub;
    now: Now;
    seeCard(): void;
    stopped(): void;
}) {
    const [open, setOpen] = useState<Open>(null);
    const visit: Visit = now.visit ?? { meet: '', hint: '', wish: '', if_busy: '', who: '', about_s: 0 };
    const { colour, garment, act, what } = chipsOf(visit);
    const toggle = (row: Open) => setOpen(open === row ? null : row);
    const tell = (part: { meet?: string; hint?: string; wish?: string }) =>
        void hub.act('tell', { meet: visit.meet, hint: visit.hint, wish: visit.wish, ...part });
    const name = now.associate?.name;

    let title = visit.who ? words.visit.knows(visit.who) : words.visit.telling;
    let lead = visit.who ? words.visit.about(visit.about_s) : words.visit.tellingLead;
    if (now.state === 'told' && !visit.who && visit.if_busy === 'wait' && name) {
        title = words.visit.waiting(name);
        lead = words.visit.waitingLead(name);
    } else if (now.state === 'nobody' && visit.if_busy === 'look') {
        title = words.visit.looking;
        lead = words.visit.lookingLead;
    } else if (now.state === 'coming') {
        title = words.visit.coming(visit.who);
        lead = words.visit.comingLead;
    } else if (now.state === 'with_her') {
        title = words.visit.with(visit.who);
        lead = words.visit.withLead;
    } else if (now.state === 'nobody') {
        title = words.visit.nobody;
        lead = words.visit.nobodyLead;
    }
    if (now.full?.length && (now.state === 'told' || now.state === 'nobody'))
        lead = `${lead} ${words.door.full(now.full.join(', '))}`; // she waits, and may hear why [P165]
    const asking = now.state === 'told' || now.state === 'coming';
    const stop = (
        <ActButton
            hub={hub}
            action="stop"
            kind="stop"
            onPress={() => void hub.act('stop').then((ok) => ok && stopped())}
        >
            {words.visit.stop}
        </ActButton>
    );
    if (now.state === 'told' && visit.ask && name)
        return <AskScreen hub={hub} visit={visit} name={name} stop={stop} />;

    return (
        <Screen
            hub={hub}
            name={`visit-${now.state}`}
            title={title}
            lead={lead}
            centred={!asking}
            actions={stop}
        >
            <div class="rows">
                {asking && (
                    <>
                        <Row
                            label={words.visit.meet}
                            value={heard(visit.meet)}
                            unsaid={words.visit.unsaid}
                            open={open === 'meet'}
                            toggle={() => toggle('meet')}
                        >
                            <Chips
                                legend={words.visit.meet}
                                hideLegend
                                choices={told(wire.meets)}
                                chosen={visit.meet}
                                pick={(meet) => {
                                    tell({ meet });
                                    setOpen(null);
                                }}
                            />
                        </Row>
                        <Row
                            label={words.visit.wearing}
                            value={heard(visit.hint)}
                            unsaid={words.visit.unsaidWear}
                            open={open === 'wearing'}
                            toggle={() => toggle('wearing')}
                        >
                            <Chips
                                colours
                                legend={words.visit.colour}
                                choices={colours()}
                                chosen={colour}
                                pick={(c) => tell({ hint: hintOf(c, garment) })}
                            />
                            <Chips
                                legend={words.visit.garment}
                                choices={told(wire.garments)}
                                chosen={garment}
                                pick={(g) => tell({ hint: hintOf(colour, g) })}
                            />
                        </Row>
                        <Row
                            label={words.visit.wish}
                            value={heard(visit.wish)}
                            unsaid={words.visit.unsaidWish}
                            open={open === 'wish'}
                            toggle={() => toggle('wish')}
                        >
                            <Chips
                                legend={words.visit.act}
                                choices={told(actsOf, (act) => words.acts[act as Act])}
                                chosen={act}
                                pick={(a) => tell({ wish: wishOf(a as Act | '', what) })}
                            />
                            {act !== '' && act !== 'look' && (
                                <Chips
                                    legend={words.visit.things}
                                    choices={told(wire.things, heardThing)}
                                    chosen={what}
                                    pick={(w) => tell({ wish: wishOf(act, w) })}
                                />
                            )}
                        </Row>
                    </>
                )}
                {now.state !== 'told' && now.state !== 'coming' && (
                    <div class="row row-link">
                        <button
                            type="button"
                            class="row-head"
                            data-do="leaving"
                            onClick={() => hub.busy === null && void hub.act('leaving')}
                        >
                            <span class="row-value">{words.visit.leaving}</span>
                        </button>
                    </div>
                )}
                {now.state !== 'nobody' && (
                    <RowLink
                        name="card"
                        label={visit.who ? words.visit.seeCard(visit.who) : words.visit.wouldSee(name)}
                        onPress={seeCard}
                    />
                )}
            </div>
        </Screen>
    );
}
