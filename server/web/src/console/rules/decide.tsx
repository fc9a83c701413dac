// What can be done with a change: propose it, and with a proposal: put it in force, take it back, go on from it.

import type { Version } from '../../wire';
import { Because } from './versions';
import { words } from './words';

interface DecideProps {
    version: Version;
    busy: boolean;
    drafted: boolean; // she was changing the rules herself before
    publish(): void;
    withdraw(): void;
    further(): void;
    leave(): void;
}

export function Decide({ version, busy, drafted, publish, withdraw, further, leave }: DecideProps) {
    const waits = version.state === 'proposed';
    const mayPublish = waits && !(version.wider && version.mine);
    return (
        <div class="decide" data-deciding={version.version}>
            {waits && !mayPublish && <p class="notice">{words.mustOther}</p>}
            {mayPublish && (
                <button
                    type="button"
                    class="button primary"
                    data-do="publish"
                    aria-busy={busy}
                    onClick={() => !busy && publish()}
                >
                    {busy ? words.publishing : words.publish}
                </button>
            )}
            <div class="rule-actions">
                {waits && (
                    <button type="button" class="small-button" data-do="withdraw" onClick={() => !busy && withdraw()}>
                        {version.mine ? words.takeBack : words.turnDown}
                    </button>
                )}
                <button type="button" class="small-button" data-do="further" onClick={further}>
                    {words.further}
                </button>
                <button type="button" class="small-button quiet" data-do="leave" onClick={leave}>
                    {drafted ? words.leaveDraft : words.leave}
                </button>
            </div>
        </div>
    );
}

interface ProposeProps {
    busy: boolean;
    asking: boolean; // for the reason
    ask(): void;
    propose(why: string): void;
}

/** The way from a change to a proposal: it needs a reason. */
export function Propose({ busy, asking, ask, propose }: ProposeProps) {
    if (asking)
        return <Because label={words.why} go={words.propose} name="propose-go" busy={busy} done={propose} />;
    return (
        <button type="button" class="button primary" data-do="propose" onClick={ask}>
            {words.propose}
        </button>
    );
}
