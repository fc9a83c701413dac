// The step of the rules and the signs: how the store asks, and a sign to print for each door.

import { useState } from 'preact/hooks';
import { QrView } from '../../lib/qr-view';
import type { First } from '../../wire';
import { words } from './words';

/** Where the rules of the house belong: as sentences, read only. */
function Settings() {
    return (
        <section aria-labelledby="settings" data-place="house">
            <p id="settings">{words.signsLead}</p>
            <ul class="first-settings">
                {words.settings.map((text) => (
                    <li key={text}>{text}</li>
                ))}
            </ul>
            <p class="sub">{words.settingsNote}</p>
        </section>
    );
}

export function Signs({ first }: { first: First }) {
    const [door, setDoor] = useState('');
    return (
        <>
            <Settings />
            <h3>{words.signTitle}</h3>
            <div class="proof-field first-door">
                <label for="door">{words.door}</label>
                <input
                    id="door"
                    value={door}
                    maxLength={60}
                    aria-describedby="door-hint"
                    onInput={(e) => setDoor(e.currentTarget.value)}
                />
                <p class="hint" id="door-hint">
                    {words.doorHint}
                </p>
            </div>
            <article class="print-sign" data-sign={first.url}>
                <p class="print-store">{first.store}</p>
                <h4>{words.signHead}</h4>
                <QrView qr={first.qr} label={words.signQr} />
                <p>{words.signText(first.store)}</p>
                <p class="print-small">{words.signKept}</p>
                <p class="print-small">
                    {words.signAsk(first.contact)}
                    {door && ` · ${door}`}
                </p>
            </article>
            <div class="rule-actions">
                <button type="button" class="small-button" data-do="print" onClick={() => window.print()}>
                    {words.print}
                </button>
            </div>
        </>
    );
}
