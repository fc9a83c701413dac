// What lies behind one tap: her card, and everything about what she shares.

import { useEffect, useRef, useState } from 'preact/hooks';
import { CardView } from '../card/card-view';
import type { Trouble } from '../lib/api';
import { Dialog } from '../lib/dialog';
import type { KeepLooks, MyCard, Notice, Noting, Share } from '../wire';
import type { Hub } from './hub';
import { asks, Looks, Shorten } from './looks';
import { ActButton, RowLink, Tick, troubleWords, Waiting } from './parts';
import { words } from './words';

export function CardSheet({
    hub,
    name,
    live,
    notes,
    close,
}: {
    hub: Hub;
    name: string | undefined;
    live: boolean;
    notes(): void;
    close(): void;
}) {
    const [answer, setAnswer] = useState<MyCard | null>(null);
    const [changed, setChanged] = useState(false);
    const [refused, setRefused] = useState(false); // of a line; her card is as it was
    const load = () => void hub.ask<MyCard>('GET', 'card').then((a) => a && setAnswer(a));
    useEffect(load, []);
    const pick = async (line: number, how: 'hide' | 'talk') => {
        if (!answer) return;
        setChanged(false);
        setRefused(false);
        const ok = await hub.act('strike', { line, preview: answer.preview, how });
        if (ok) return load();
        if (hub.refusal() !== 'card_changed') return setRefused(true);
        setChanged(true);
        load();
    };
    return (
        <Dialog label={words.card.title(name)} close={words.close} onClose={close}>
            <h2>{live ? words.card.titleNow(name) : words.card.title(name)}</h2>
            {answer === null && <Waiting />}
            {answer?.card && (
                <CardView
                    card={answer.card}
                    choose={{
                        hide: words.card.hide,
                        talk: words.card.talk,
                        pick: (n, how) => void pick(n, how),
                    }}
                    headingLevel={3}
                />
            )}
            {answer && !answer.card && <p class="lead">{words.card.none}</p>}
            {answer?.card && !(refused && hub.trouble) && (
                <p class="hint" aria-live="polite">
                    {changed ? words.card.changed : words.card.lead}
                </p>
            )}
            {refused && hub.trouble && <Refused trouble={hub.trouble} />}
            {answer?.card?.fields.notes && (
                <div class="rows">
                    <RowLink name="notes" label={words.notes.title} onPress={notes} />
                </div>
            )}
        </Dialog>
    );
}

/** Why a line stays as it is, where her eyes are. */
function Refused({ trouble }: { trouble: Trouble }) {
    const said = troubleWords(trouble);
    const place = useRef<HTMLParagraphElement>(null);
    useEffect(() => place.current?.scrollIntoView({ block: 'center' }), []);
    return (
        <p class="notice warn" role="status" ref={place}>
            <strong>{said.say}</strong> {said.do}
        </p>
    );
}

const NOTHING: Share = { instore: false, online: false, other_stores: false, sizes: false };

const UNNOTICED: Notice = { wifi: false, always: false, here: false, version: 0 };
const NO_NOTES: Noting = { may: false, on: false };
const ALWAYS_FROM_VISITS = 2; // what the hub's house rules begin with: she has seen twice what it means

export function ShareSheet({
    hub,
    close,
    gone,
    receipts,
    notes,
    promises,
}: {
    hub: Hub;
    close(): void;
    gone(): void;
    receipts(): void;
    notes(): void;
    promises(): void;
}) {
    const [asking, setAsking] = useState(false);
    const [shorter, setShorter] = useState<KeepLooks | null>(null);
    const share = hub.now?.share ?? NOTHING;
    const set = (part: Partial<Share>) => void hub.act('share', { ...share, ...part });
    const notice = hub.now?.notice ?? UNNOTICED;
    const setNotice = (part: Partial<Notice>) =>
        void hub.act('notice', { wifi: notice.wifi, always: notice.always, ...part });
    const noting = hub.now?.notes ?? NO_NOTES;
    const check = hub.now?.leak_check;
    const paused = hub.now?.paused === true;
    const busy = hub.busy !== null || paused;
    if (shorter)
        return (
            <Dialog step="looks" label={asks(shorter)} close={words.looks.no} onClose={() => setShorter(null)}>
                <Shorten hub={hub} keep={shorter} close={() => setShorter(null)} />
            </Dialog>
        );
    if (asking)
        return (
            <Dialog
                step="stop"
                label={words.share.allAsk}
                close={words.share.allNo}
                onClose={() => setAsking(false)}
            >
                <h2>{words.share.allAsk}</h2>
                <p class="lead">{words.share.allLead}</p>
                <ActButton
                    hub={hub}
                    action="stop"
                    kind="stop"
                    onPress={() => void hub.act('stop', { everything: true }).then((ok) => ok && gone())}
                >
                    {words.share.allYes}
                </ActButton>
            </Dialog>
        );
    return (
        <Dialog step="share" label={words.share.title} close={words.close} onClose={close}>
            <h2>{words.share.title}</h2>
            <p class="lead">{words.share.lead}</p>
            <div class="ticks">
                <Tick
                    name="instore"
                    label={words.share.instore}
                    on={share.instore}
                    disabled={busy}
                    set={(instore) => set({ instore })}
                />
                <Tick
                    name="sizes"
                    label={words.share.sizes}
                    on={share.sizes}
                    disabled={busy}
                    set={(sizes) => set({ sizes })}
                />
                <Tick
                    name="online"
                    label={words.share.online}
                    on={share.online}
                    disabled={busy}
                    set={(online) => set({ online })}
                />
                <Tick
                    name="other_stores"
                    label={words.share.otherStores}
                    on={share.other_stores}
                    disabled={busy}
                    set={(other_stores) => set({ other_stores })}
                />
            </div>
            {(noting.may || noting.on) && (
                <>
                    <div class="ticks">
                        <Tick
                            name="notes"
                            label={words.notes.allow(hub.now?.associate?.name)}
                            note={words.notes.allowNote}
                            on={noting.on}
                            disabled={busy}
                            set={(on) => void hub.act('noting', { on })}
                        />
                    </div>
                    {noting.on && (
                        <div class="rows">
                            <RowLink name="notes" label={words.notes.title} onPress={notes} />
                        </div>
                    )}
                </>
            )}
            <p class="lead">{words.notice.lead}</p>
            <div class="ticks">
                <Tick
                    name="wifi"
                    label={words.notice.wifi}
                    on={notice.wifi}
                    disabled={busy}
                    set={(wifi) => setNotice({ wifi })}
                />
                {notice.wifi && (notice.always || (hub.now?.visits ?? 0) >= (hub.now?.house?.always_from ?? ALWAYS_FROM_VISITS)) && (
                    <Tick
                        name="always"
                        label={words.notice.always(hub.now?.associate?.name)}
                        on={notice.always}
                        disabled={busy}
                        set={(always) => setNotice({ always })}
                    />
                )}
            </div>
            <div class="ticks">
                <Tick
                    name="pause"
                    label={words.share.pause}
                    on={paused}
                    disabled={hub.busy !== null}
                    set={(on) => void hub.act('pause', { on })}
                />
            </div>
            {paused && (
                <p class="hint" role="status" data-paused="">
                    {words.share.pausedNote}
                </p>
            )}
            {hub.now?.gpc && (
                <p class="hint" data-gpc="">
                    {words.share.gpc}
                </p>
            )}
            <Looks hub={hub} shorten={setShorter} />
            <div class="rows">
                <RowLink name="receipts" label={words.receipts.title} onPress={receipts} />
                <RowLink name="promises" label={words.promises.title} onPress={promises} />
            </div>
            {check && (
                <p class="lead" data-leak-check={check.found === 0 ? 'nothing' : 'found'}>
                    {words.share.checked(new Date(check.at_ms), check.pairs, check.found)}
                </p>
            )}
            {hub.trouble && (
                <p class="notice warn" role="status">
                    <strong>{troubleWords(hub.trouble).say}</strong> {troubleWords(hub.trouble).do}
                </p>
            )}
            <button
                type="button"
                class="button stop"
                data-do="stop-everything"
                onClick={() => setAsking(true)}
            >
                {words.share.all}
            </button>
        </Dialog>
    );
}
