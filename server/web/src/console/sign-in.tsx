// A console without a session: name, password and code, or a pairing link from the operator [P61].

import { useState } from 'preact/hooks';
import { call, type Trouble } from '../lib/api';
import { Languages } from '../lib/languages';
import type { Me } from '../wire';
import { accountWords as words } from './account-words';
import { CodeField, digitsOf, Field, Refused } from './fields';
import { words as consoleWords } from './words';
import '../style/account.css';

export function SignIn({ done }: { done(me: Me): void }) {
    const [name, setName] = useState('');
    const [password, setPassword] = useState('');
    const [code, setCode] = useState('');
    const [busy, setBusy] = useState(false);
    const [trouble, setTrouble] = useState<Trouble | null>(null);
    const send = async () => {
        setBusy(true);
        setTrouble(null);
        const answer = await call<Me>('POST', '/api/console/sign_in', { name, password, code: digitsOf(code) });
        setBusy(false);
        if (answer.ok) return done(answer.value);
        setTrouble(answer.trouble);
        setCode('');
        document.getElementById('code')?.focus();
    };
    return (
        <div class="screen" data-screen="refused">
            <header class="masthead">maitred</header>
            <main class="middle">
                <div class="question">
                    <h1>{words.signInTitle}</h1>
                    <p class="lead">{words.signInLead}</p>
                </div>
                {/* A form that is sent by the browser itself would put nothing into the address, either. */}
                <form
                    class="proof"
                    method="post"
                    onSubmit={(e) => {
                        e.preventDefault();
                        if (!busy) void send();
                    }}
                >
                    <Field
                        id="name"
                        label={words.name}
                        value={name}
                        autocomplete="username"
                        hint={words.nameHint}
                        change={setName}
                    />
                    <Field
                        id="password"
                        label={words.password}
                        type="password"
                        value={password}
                        autocomplete="current-password"
                        change={setPassword}
                    />
                    <CodeField value={code} change={setCode} />
                    <Refused trouble={trouble} />
                    <button type="submit" class="button primary" data-do="sign-in" aria-busy={busy}>
                        {busy ? words.signingIn : words.signIn}
                    </button>
                </form>
                <p class="hint">{words.noPassword}</p>
            </main>
            <Languages label={consoleWords.language} />
        </div>
    );
}
