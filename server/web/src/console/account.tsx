// Who is signed in at this console, in its head: her name, the way to a password of her own, and out.

import { useEffect, useState } from 'preact/hooks';
import { call } from '../lib/api';
import type { Me } from '../wire';
import { accountWords as words } from './account-words';
import { Enrol } from './enrol';

export function Account({ you, onSignedOut }: { you: string; onSignedOut(): void }) {
    const [me, setMe] = useState<Me | null>(null);
    const [enrolling, setEnrolling] = useState(false);
    useEffect(() => {
        let stopped = false;
        void call<Me>('GET', '/api/console/me').then((answer) => {
            if (!stopped && answer.ok) setMe(answer.value);
        });
        return () => {
            stopped = true;
        };
    }, [you]);
    const out = async () => {
        const answer = await call('POST', '/api/console/sign_out');
        if (answer.ok || answer.trouble.status === 401) onSignedOut();
    };
    return (
        <div class="account">
            <p class="console-you">{you}</p>
            {me && !me.enrolled && (
                <button type="button" class="small-button" data-do="set-up" onClick={() => setEnrolling(true)}>
                    {words.setUp}
                </button>
            )}
            {you && (
                <button type="button" class="small-button quiet" data-do="sign-out" onClick={() => void out()}>
                    {words.signOut}
                </button>
            )}
            {enrolling && <Enrol onDone={setMe} onClose={() => setEnrolling(false)} />}
        </div>
    );
}
