// The customer's page: which screen is due. One question at a time; the hub's `now` decides, and what she has in hand
// (an invitation, a door code) comes first.

import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Fragment, takeFragment } from '../lib/fragment';
import { useLanguage } from '../lib/language';
import type { IfBusy, Now } from '../wire';
import { useHub, type Hub } from './hub';
import { Join } from './join';
import { useLastReceipt } from './kept-receipt';
import { NotesSheet } from './notes';
import { ActButton, Chips, Row, RowLink, Screen, Waiting } from './parts';
import { PromisesSheet } from './promises';
import { ReceiptSheet, ReceiptsSheet } from './receipts';
import { CardSheet, ShareSheet } from './sheets';
import { VisitScreen } from './visit';
import { Walked } from './walked';
import { words } from './words';
import '../style/customer.css';

type Sheet = 'card' | 'share' | 'notes' | 'receipts' | 'left' | 'promises' | null;
type Note = 'joined' | 'cleared' | 'thanked' | 'gone' | 'rescan' | null;

function Door({
    hub,
    now,
    code,
    open,
    arrived,
}: {
    hub: Hub;
    now: Now;
    code: string | null; // null: her phone is on the store's Wi-Fi
    open(sheet: Sheet): void;
    arrived(ok: boolean): void;
}) {
    const [busyOpen, setBusyOpen] = useState(false);
    const [ifBusy, setIfBusy] = useState<IfBusy | ''>(''); // not said: she is asked when it is so [P83]
    const name = now.associate?.name;
    const isIn = now.associate?.in === true;
    if (now.open === false)
        return (
            <Screen
                hub={hub}
                name="closed"
                eyebrow={words.door.hello}
                title={words.door.closed}
                lead={words.door.closedLead}
                centred
            >
                <Links now={now} open={open} />
            </Screen>
        );
    const greeting = name ? (isIn ? words.door.isIn(name) : words.door.isOut(name)) : words.door.nobodyNamed;
    const choices = (['wait', 'other', 'look'] as const).map((value) => ({
        value,
        label: words.door.busyChoices[value],
    }));
    return (
        <Screen
            hub={hub}
            name="door"
            eyebrow={words.door.hello}
            title={
                <>
                    {greeting}{' '}
                    <span class="ask">{name && !isIn ? words.door.tellOther : words.door.tell(name)}</span>
                </>
            }
            lead={now.full?.length ? words.door.full(now.full.join(', ')) : undefined}
            centred
            actions={
                <>
                    <ActButton
                        hub={hub}
                        action={code ? 'arrive' : 'here'}
                        kind="primary"
                        onPress={() => {
                            const if_busy = name && !isIn ? 'other' : ifBusy; // her yes was to a colleague
                            const done = code
                                ? hub.act('arrive', { code, if_busy })
                                : hub.act('here', { if_busy });
                            void done.then(arrived);
                        }}
                    >
                        {name && isIn ? words.door.yesTell(name) : words.door.yes}
                    </ActButton>
                    <ActButton hub={hub} action="not_today" onPress={() => void hub.act('not_today')}>
                        {words.door.notToday}
                    </ActButton>
                </>
            }
        >
            <div class="rows">
                <RowLink name="card" label={words.door.would(name)} onPress={() => open('card')} />
                {name && isIn && (
                    <Row
                        label={words.door.busy(name)}
                        value={ifBusy && words.door.busyChoices[ifBusy]}
                        unsaid={words.door.busyUnsaid}
                        open={busyOpen}
                        toggle={() => setBusyOpen(!busyOpen)}
                    >
                        <Chips
                            legend={words.door.busy(name)}
                            hideLegend
                            choices={choices}
                            chosen={ifBusy}
                            pick={(value) => {
                                setIfBusy(value as IfBusy | '');
                                setBusyOpen(false);
                            }}
                        />
                    </Row>
                )}
            </div>
        </Screen>
    );
}

function Links({ now, open }: { now: Now; open(sheet: Sheet): void }) {
    return (
        <div class="rows">
            <RowLink name="card" label={words.home.would(now.associate?.name)} onPress={() => open('card')} />
            <RowLink name="share" label={words.home.share} onPress={() => open('share')} />
        </div>
    );
}

/** The store promises less discretion than she agreed to: what it would show, and one button. Nothing changes unless she
 * presses it. */
function NewerNotice({ hub, now }: { hub: Hub; now: Now }) {
    const newer = now.newer;
    if (!newer) return null;
    return (
        <div class="notice" data-newer={newer.version}>
            <p>{words.newer.say(newer, now.associate?.name)}</p>
            <ActButton
                hub={hub}
                action="accept_notice"
                onPress={() => void hub.act('accept_notice', { version: newer.version })}
            >
                {words.newer.accept}
            </ActButton>
        </div>
    );
}

function Home({ hub, now, open }: { hub: Hub; now: Now; open(sheet: Sheet): void }) {
    const her = now.associate;
    if (now.paused)
        return (
            <Screen hub={hub} name="paused" title={words.home.paused} lead={words.home.pausedLead} centred>
                <div class="rows">
                    <RowLink name="share" label={words.home.share} onPress={() => open('share')} />
                </div>
            </Screen>
        );
    return (
        <Screen
            hub={hub}
            name="home"
            eyebrow={her ? (her.in ? words.home.isIn(her.name) : words.home.isOut(her.name)) : undefined}
            title={words.home.title}
            lead={now.notice?.always ? words.notice.home(her?.name) : words.home.lead(now.store)}
            centred
        >
            <NewerNotice hub={hub} now={now} />
            <Links now={now} open={open} />
        </Screen>
    );
}

function After({
    hub,
    now,
    open,
    thanked,
}: {
    hub: Hub;
    now: Now;
    open(sheet: Sheet): void;
    thanked(): void;
}) {
    const [how, setHow] = useState('');
    const [odd, setOdd] = useState('');
    const after = now.after ?? { who: '', lines: 0, thanked: false };
    const hows = (['good', 'soso', 'bad'] as const).map((value) => ({
        value,
        label: words.after.hows[value],
    }));
    const odds = (['fine', 'not_fine'] as const).map((value) => ({ value, label: words.after.odds[value] }));
    return (
        <Screen
            hub={hub}
            name="after"
            eyebrow={words.after.lead}
            title={words.after.saw(after.who === now.associate?.name ? after.who : '', after.lines)}
            actions={
                <ActButton
                    hub={hub}
                    action="thanks"
                    kind="primary"
                    onPress={() =>
                        void hub
                            .act('thanks', { ...(how ? { how } : {}), ...(odd ? { odd } : {}) })
                            .then((ok) => ok && thanked())
                    }
                >
                    {words.after.send}
                </ActButton>
            }
        >
            <Chips legend={words.after.how} choices={hows} chosen={how} pick={setHow} wide />
            <Chips legend={words.after.odd} choices={odds} chosen={odd} pick={setOdd} wide />
            <Links now={now} open={open} />
        </Screen>
    );
}

function Told({
    hub,
    name,
    title,
    lead,
    note,
    ok,
    next,
    receipts,
}: {
    hub: Hub;
    name: string;
    title: string;
    lead: string;
    note?: string;
    ok: string;
    next(): void;
    receipts?: () => void;
}) {
    return (
        <Screen
            hub={hub}
            name={name}
            title={title}
            lead={lead}
            centred
            good
            actions={
                <button type="button" class="button" data-do="ok" onClick={next}>
                    {ok}
                </button>
            }
        >
            {note && <p class="hint">{note}</p>}
            {receipts && (
                <div class="rows">
                    <RowLink name="receipts" label={words.receipts.yours} onPress={receipts} />
                </div>
            )}
        </Screen>
    );
}

/** `handed`: what she came with, or scanned meanwhile. */
function Page({ handed }: { handed: Fragment | null }) {
    useLanguage(() => words.title);
    const hub = useHub();
    const [hand, setHand] = useState<Fragment | null>(handed);
    const [sheet, setSheet] = useState<Sheet>(null);
    const [behind, setBehind] = useState<Sheet>(null); // the sheet that her notes go back to
    const [note, setNote] = useState<Note>(null);
    useEffect(() => {
        if (!handed) return;
        hub.forget();
        setNote(null);
        setSheet(null);
        setHand(handed);
    }, [handed]);
    const { now } = hub;
    const left = useLastReceipt(now, hub.receipt);
    const name = now?.associate?.name;
    const live = ['told', 'coming', 'with_her'].includes(now?.state ?? '') && Boolean(now?.visit?.who);

    const seeNotes = (from: Sheet) => {
        setBehind(from);
        setSheet('notes');
    };
    const joined = () => {
        if (hand?.kind === 'join') {
            setHand(null);
            setNote('joined');
        }
    };
    const rescan = () => {
        hub.forget();
        setHand(null);
        setNote('rescan');
    };
    const arrived = (ok: boolean) => {
        if (ok) setHand(null);
        else if (hub.refusal() === 'code_old') rescan();
    };
    const lastOne = left && (
        <div class="rows">
            <RowLink name="left" label={words.receipts.yours} onPress={() => setSheet('left')} />
        </div>
    );
    const screen = () => {
        if (note === 'rescan')
            return (
                <Screen hub={hub} name="rescan" title={words.rescan.title} lead={words.rescan.lead} centred />
            );
        if (note === 'gone')
            return (
                <Screen hub={hub} name="gone" title={words.gone.title} lead={words.gone.lead} centred good>
                    {lastOne}
                </Screen>
            );
        if (note === 'joined')
            return (
                <Told
                    hub={hub}
                    name="joined"
                    title={words.joined.title}
                    lead={words.joined.lead}
                    note={words.joined.note}
                    ok={words.joined.ok}
                    receipts={() => setSheet('receipts')}
                    next={() => setNote(null)}
                />
            );
        if (note === 'thanked')
            return (
                <Told
                    hub={hub}
                    name="thanked"
                    title={words.after.thanks}
                    lead={words.after.thanksLead}
                    ok={words.close}
                    next={() => setNote(null)}
                />
            );
        if (note === 'cleared')
            return (
                <Told
                    hub={hub}
                    name="cleared"
                    title={words.cleared.title}
                    lead={words.cleared.lead(now?.clearing)}
                    ok={words.close}
                    next={() => setNote(null)}
                />
            );
        if (hand?.kind === 'join')
            return (
                <Join
                    key={hand.secret}
                    hub={hub}
                    with={{ secret: hand.secret }}
                    joined={joined}
                    rescan={rescan}
                />
            );
        if (!now)
            return (
                <Screen hub={hub} name="loading" title={'\u00a0'} centred>
                    <Waiting />
                </Screen>
            );
        const code = hand?.kind === 'door' ? hand.secret : null;
        switch (now.state) {
            case 'stranger':
                if (code)
                    return <Join key={code} hub={hub} with={{ code }} joined={joined} rescan={rescan} />;
                return (
                    <Screen
                        hub={hub}
                        name={now.objected ? 'objected' : 'stranger'}
                        title={now.objected ? words.objected.title : words.strangerHome.title}
                        lead={
                            now.objected
                                ? words.objected.lead(new Date(now.objected.at_ms))
                                : words.strangerHome.lead
                        }
                        centred
                    >
                        {lastOne}
                    </Screen>
                );
            case 'told':
            case 'coming':
            case 'with_her':
            case 'nobody':
                return (
                    <VisitScreen
                        hub={hub}
                        now={now}
                        seeCard={() => setSheet('card')}
                        stopped={() => {
                            setHand(null);
                            setSheet(null);
                            setNote('cleared');
                        }}
                    />
                );
            case 'not_today':
                return (
                    <Screen
                        hub={hub}
                        name="not-today"
                        title={words.notToday.title}
                        lead={words.notToday.lead}
                        centred
                        actions={
                            code && now.open !== false ? (
                                <ActButton
                                    hub={hub}
                                    action="arrive"
                                    kind="quiet"
                                    onPress={() => void hub.act('arrive', { code }).then(arrived)}
                                >
                                    {words.notToday.changed}
                                </ActButton>
                            ) : undefined
                        }
                    >
                        <Links now={now} open={setSheet} />
                    </Screen>
                );
            case 'after':
                return now.after?.thanked ? (
                    <Home hub={hub} now={now} open={setSheet} />
                ) : (
                    <After hub={hub} now={now} open={setSheet} thanked={() => setNote('thanked')} />
                );
            case 'home':
                return !now.paused && (code || (now.notice?.here && now.open !== false)) ? (
                    <Door hub={hub} now={now} code={code} open={setSheet} arrived={arrived} />
                ) : (
                    <Home hub={hub} now={now} open={setSheet} />
                );
        }
    };
    return (
        <>
            {screen()}
            {sheet === 'card' && (
                <CardSheet
                    hub={hub}
                    name={(live && now?.visit?.who) || name}
                    live={live}
                    notes={() => seeNotes('card')}
                    close={() => setSheet(null)}
                />
            )}
            {sheet === 'share' && (
                <ShareSheet
                    hub={hub}
                    close={() => setSheet(null)}
                    gone={() => {
                        setSheet(null);
                        setHand(null);
                        setNote('gone');
                    }}
                    receipts={() => setSheet('receipts')}
                    notes={() => seeNotes('share')}
                    promises={() => setSheet('promises')}
                />
            )}
            {sheet === 'notes' && <NotesSheet hub={hub} close={() => setSheet(behind)} />}
            {sheet === 'promises' && <PromisesSheet version={hub.now?.notice?.version} close={() => setSheet(null)} />}
            {sheet === 'receipts' && <ReceiptsSheet hub={hub} close={() => setSheet(null)} />}
            {sheet === 'left' && left && <ReceiptSheet receipt={left} close={() => setSheet(null)} />}
        </>
    );
}

/** A phone that tries the way in does nothing else: not even ask for `now` as hers. */
function Face() {
    const [handed, setHanded] = useState<Fragment | null>(takeFragment);
    useEffect(() => {
        const scanned = () => {
            const fragment = takeFragment();
            if (fragment) setHanded(fragment);
        };
        window.addEventListener('hashchange', scanned);
        return () => window.removeEventListener('hashchange', scanned);
    }, []);
    return handed?.kind === 'walk' ? <Walked key={handed.secret} secret={handed.secret} /> : <Page handed={handed} />;
}

const root = document.getElementById('face');
if (root) render(<Face />, root);
