// Inviting after a sale: choose one of today's sales, turn the handheld round, let her scan it with her own phone.

import { Dialog } from '../lib/dialog';
import { useTick } from '../lib/hooks';
import { Chevron } from '../lib/icons';
import { clock } from '../lib/language';
import { QrView } from '../lib/qr-view';
import type { Stream, View } from '../lib/stream';
import { refused } from './refusals';
import { words } from './words';

export function Invite({ stream, view, close }: { stream: Stream; view: View; close(): void }) {
    const now = useTick(5000, view.invited !== null);
    const shut = () => {
        stream.closeInvite();
        close();
    };
    if (view.invited) {
        const left_ms = view.invited.until - now;
        return (
            <Dialog
                step="code"
                class="whole"
                label={words.invite.scanTitle}
                close={words.invite.done}
                onClose={shut}
            >
                <h2>{words.invite.scanTitle}</h2>
                {left_ms > 0 ? (
                    <>
                        <div class="invite-code" data-url={view.invited.url}>
                            <QrView qr={view.invited.qr} label={words.invite.code} />
                        </div>
                        <p class="lead">
                            {words.invite.scan} {words.invite.valid(Math.round(left_ms / 60_000))}
                        </p>
                    </>
                ) : (
                    <p class="lead">{words.invite.over}</p>
                )}
            </Dialog>
        );
    }
    return (
        <Dialog step="sales" class="whole" label={words.invite.title} close={words.close} onClose={shut}>
            <h2>{words.invite.title}</h2>
            {view.sales === null ? (
                <p class="lead" role="status">
                    {words.sending}
                </p>
            ) : view.sales.length === 0 ? (
                <>
                    <p class="lead">{words.invite.none}</p>
                    <p class="lead">{words.invite.noneLead}</p>
                </>
            ) : (
                <>
                    <p class="lead">{words.invite.lead}</p>
                    <ul class="rows">
                        {view.sales.map((s) => (
                            <li key={s.sale} class="row">
                                <button
                                    type="button"
                                    class="row-head"
                                    data-sale={s.sale}
                                    onClick={() => stream.askInvite(s.sale)}
                                >
                                    <span class="sale-item">{s.item}</span>
                                    <span class="row-label">{words.invite.at(clock(new Date(s.at_ms)))}</span>
                                    <Chevron />
                                </button>
                            </li>
                        ))}
                    </ul>
                </>
            )}
            {view.trouble && (
                <p class="notice warn" role="status">
                    <strong>{refused(view.trouble).say}</strong> {refused(view.trouble).do}
                </p>
            )}
        </Dialog>
    );
}
