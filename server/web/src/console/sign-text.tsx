// What the sign at the door says, in the languages that the manager picks: the hub makes the text of the settings that are
// in force [P152]. It stands beside the code on one sheet, so that a layer of the notice hangs wherever a code does.

import { useEffect, useState } from 'preact/hooks';
import { call } from '../lib/api';
import { backoffMs } from '../lib/backoff';
import type { Language } from '../lib/language';
import type { SignText as Told } from '../wire';
import { words } from './sign-text-words';
import '../style/sign-text.css';

/** The text, or that it could not be fetched; it is asked for until it comes. */
function useSignText(): { told: Told | null; offline: boolean } {
    const [told, setTold] = useState<Told | null>(null);
    const [offline, setOffline] = useState(false);
    useEffect(() => {
        let stopped = false;
        let timer = 0;
        let attempt = 0;
        const look = async () => {
            const answer = await call<Told>('GET', '/api/console/sign_text');
            if (stopped) return;
            setOffline(!answer.ok);
            if (answer.ok) setTold(answer.value);
            else timer = window.setTimeout(look, Math.max(answer.trouble.retryAfterMs, backoffMs(attempt++)));
        };
        void look();
        return () => {
            stopped = true;
            clearTimeout(timer);
        };
    }, []);
    return { told, offline };
}

/** In each of these languages, below one another. */
export function SignText({ chosen }: { chosen: readonly Language[] }) {
    const { told, offline } = useSignText();
    const signs = told?.signs.filter((s) => chosen.some((l) => l === s.language)) ?? [];
    return (
        <section class="sign-text" data-sign-text={signs.map((s) => s.language).join(' ')}>
            <p class="hint">{words.about}</p>
            {offline && !told && <p role="status">{words.offline}</p>}
            {signs.map((sign) => (
                <div key={sign.language} lang={sign.language}>
                    <p class="sign-text-title">{sign.title}</p>
                    <ul>
                        {sign.lines.map((line) => (
                            <li key={line.about} data-line={line.about}>
                                {line.say}
                            </li>
                        ))}
                    </ul>
                </div>
            ))}
        </section>
    );
}
