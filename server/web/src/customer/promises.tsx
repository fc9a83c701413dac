// What the store promises, as she reads it before she agrees and whenever she likes: the sentences of the notice, each
// of which a test shows, and who answers for them. The bytes are those that the hub keeps: the page's own digest fixes
// them, and the number at the foot is theirs.

import { useEffect, useState } from 'preact/hooks';
import notices from 'maitred:notices';
import { call } from '../lib/api';
import { Dialog } from '../lib/dialog';
import { language } from '../lib/language';
import type { ReceiptKey } from '../wire-console';
import { words } from './words';

/** The notice that she agreed to, in the language that is shown; before she agreed, the newest. Of one that this page
    has no words for, the newest before it, which promised less. */
function agreed(version: number | undefined) {
    const known = notices.filter((n) => n.language === language());
    const newest = known.reduce((a, b) => (b.version > a.version ? b : a));
    const first = known.reduce((a, b) => (b.version < a.version ? b : a));
    if (!version) return newest;
    return known.reduce((a, b) => (b.version <= version && b.version > a.version ? b : a), first);
}

export function PromisesSheet({ version, close }: { version?: number | undefined; close(): void }) {
    const [house, setHouse] = useState<ReceiptKey | null>(null);
    useEffect(
        () => void call<ReceiptKey>('GET', '/api/customer/receipt_key').then((a) => a.ok && setHouse(a.value)),
        [],
    );
    const notice = agreed(version);
    const { name, contact, email, phone, street, policy } = house?.controller ?? {};
    return (
        <Dialog label={words.promises.title} close={words.close} onClose={close}>
            <h2>{words.promises.title}</h2>
            <ul class="promises" tabIndex={0} data-notice={`${notice.name}-${notice.version}`} data-sha256={notice.sha256}>
                {notice.claims.map((claim) => (
                    <li key={claim.id}>{claim.say}</li>
                ))}
            </ul>
            {house && (
                <>
                    <h3>{words.receipts.whoTitle}</h3>
                    <p data-own>{[name, street, contact, email, phone].filter(Boolean).join(', ')}</p>
                    <p class="fine" data-own>
                        {policy}
                    </p>
                </>
            )}
            <p class="fine">
                {words.receipts.fine(notice.name, notice.version)}
                <br />
                {words.promises.digest(notice.sha256)}
            </p>
        </Dialog>
    );
}
