// Her receipts: what she said, signed by the store, to read and to keep [P100-P102].

import { useEffect, useState } from 'preact/hooks';
import { Dialog } from '../lib/dialog';
import type { Receipt, Receipts } from '../wire';
import type { Hub } from './hub';
import { RowLink, troubleWords, Waiting } from './parts';
import { words } from './words';

/** The file as the store signed it: the hub writes what JSON.stringify writes. */
function useFile(receipt: Receipt): string {
    const [url, setUrl] = useState('');
    useEffect(() => {
        const file = new Blob([`${JSON.stringify(receipt)}\n`], { type: 'application/json' });
        const at = URL.createObjectURL(file);
        setUrl(at);
        return () => URL.revokeObjectURL(at);
    }, [receipt]);
    return url;
}

function Said({ receipt }: { receipt: Receipt }) {
    const { events } = receipt.maitred;
    return (
        <ul class="plain">
            {events.map((event) => (
                <li key={event.id}>
                    <strong>{words.receipts.said(event)}</strong>: {words.receipts.about(event)}
                </li>
            ))}
        </ul>
    );
}

function Holds({ receipt }: { receipt: Receipt }) {
    const purposes = receipt.services.flatMap((service) => service.purposes);
    if (purposes.length === 0) return <p>{words.receipts.nothing}</p>;
    return (
        <ul class="plain">
            {purposes.map((p) => (
                <li key={p.purpose}>
                    {p.purpose}. <span class="soft">{words.receipts.until(p.termination)}</span>
                </li>
            ))}
        </ul>
    );
}

/** One receipt, in words, and the file itself. */
export function ReceiptView({ receipt }: { receipt: Receipt }) {
    const url = useFile(receipt);
    const at = new Date(receipt.maitred.at_ms);
    const [house] = receipt.piiControllers;
    const answers = [house?.piiController, house?.address.streetAddress, house?.contact, house?.email, house?.phone];
    return (
        <div class="receipt" data-receipt={receipt.consentReceiptID}>
            <h2>{words.receipts.what[receipt.maitred.what]}</h2>
            <p class="lead">{words.receipts.at(at)}</p>
            <h3>{words.receipts.saidTitle}</h3>
            <Said receipt={receipt} />
            <h3>{words.receipts.holdsTitle}</h3>
            <Holds receipt={receipt} />
            <h3>{words.receipts.whoTitle}</h3>
            <p data-own>{answers.filter(Boolean).join(', ')}</p>
            <p class="fine">
                {words.receipts.fine(receipt.maitred.notice.name, receipt.maitred.notice.version)}
                <br />
                {words.receipts.number(receipt.consentReceiptID)}
                <br />
                {words.receipts.key(receipt.publicKey)}
            </p>
            <p class="hint">{words.receipts.check}</p>
            <a class="button" data-do="keep" href={url} download={`receipt-${at.toISOString().slice(0, 10)}.json`}>
                {words.receipts.keep}
            </a>
        </div>
    );
}

/** A receipt that is in hand already: of leaving, when nothing can be looked up any more. */
export function ReceiptSheet({ receipt, close }: { receipt: Receipt; close(): void }) {
    return (
        <Dialog label={words.receipts.yours} close={words.close} onClose={close}>
            <ReceiptView receipt={receipt} />
        </Dialog>
    );
}

export function ReceiptsSheet({ hub, close }: { hub: Hub; close(): void }) {
    const [list, setList] = useState<Receipts | null>(null);
    const [receipt, setReceipt] = useState<Receipt | null>(null);
    useEffect(() => void hub.ask<Receipts>('GET', 'receipts').then(setList), []);
    const open = (id: string) => void hub.ask<Receipt>('POST', 'receipt', { id }).then(setReceipt);
    if (receipt)
        return (
            <Dialog
                step="one"
                label={words.receipts.yours}
                close={words.back}
                onClose={() => setReceipt(null)}
            >
                <ReceiptView receipt={receipt} />
            </Dialog>
        );
    return (
        <Dialog step="list" label={words.receipts.title} close={words.close} onClose={close}>
            <h2>{words.receipts.title}</h2>
            <p class="lead">{words.receipts.lead}</p>
            {list === null && !hub.trouble && <Waiting />}
            {list && (
                <div class="rows">
                    {list.receipts.map((one) => (
                        <RowLink
                            key={one.id}
                            name={`receipt-${one.what}`}
                            label={`${words.receipts.what[one.what]}, ${words.receipts.at(new Date(one.at_ms))}`}
                            onPress={() => open(one.id)}
                        />
                    ))}
                </div>
            )}
            {list?.receipts.length === 0 && <p class="hint">{words.receipts.none}</p>}
            {list && list.rest > 0 && <p class="hint">{words.receipts.rest(list.rest)}</p>}
            {hub.trouble && (
                <p class="notice warn" role="status">
                    <strong>{troubleWords(hub.trouble).say}</strong> {troubleWords(hub.trouble).do}
                </p>
            )}
        </Dialog>
    );
}
