// What her associate wrote down about her: word for word, by whom and when, and one tap that deletes it [P118].

import { useEffect, useState } from 'preact/hooks';
import { Dialog } from '../lib/dialog';
import type { Note, Notes } from '../wire';
import type { Hub } from './hub';
import { troubleWords, Waiting } from './parts';
import { words } from './words';

function One({ hub, note, strike }: { hub: Hub; note: Note; strike(): void }) {
    return (
        <li class="note" data-note={note.id}>
            <p class="note-text">{words.notes.quoted(note.text)}</p>
            <p class="note-by">
                {words.notes.by(note.who, new Date(note.at_ms))}{' '}
                {note.shown_ms > 0 ? words.notes.shown(new Date(note.shown_ms)) : words.notes.notShown}
            </p>
            <button
                type="button"
                class="chip"
                data-do="strike-note"
                aria-disabled={hub.busy !== null}
                onClick={() => hub.busy === null && strike()}
            >
                {words.notes.strike}
                <span class="unseen">: {note.text}</span>
            </button>
        </li>
    );
}

export function NotesSheet({ hub, close }: { hub: Hub; close(): void }) {
    const [list, setList] = useState<Notes | null>(null);
    const load = () => void hub.ask<Notes>('GET', 'notes').then((answer) => answer && setList(answer));
    useEffect(load, []);
    const strike = (id: string) => void hub.act('note_strike', { id }).then((ok) => ok && load());
    return (
        <Dialog label={words.notes.title} close={words.back} onClose={close}>
            <h2>{words.notes.title}</h2>
            <p class="lead">{words.notes.lead}</p>
            {list === null && !hub.trouble && <Waiting />}
            <div aria-live="polite">{list?.notes.length === 0 && <p class="hint">{words.notes.none}</p>}</div>
            {list && list.notes.length > 0 && (
                <ul class="plain note-list">
                    {list.notes.map((note) => (
                        <One key={note.id} hub={hub} note={note} strike={() => strike(note.id)} />
                    ))}
                </ul>
            )}
            {list && <p class="hint">{words.notes.kept(list.keep_days)}</p>}
            {hub.trouble && (
                <p class="notice warn" role="status">
                    <strong>{troubleWords(hub.trouble).say}</strong> {troubleWords(hub.trouble).do}
                </p>
            )}
        </Dialog>
    );
}
