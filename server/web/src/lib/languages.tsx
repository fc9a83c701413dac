// The quiet switch at the foot of a page: the languages that are not shown, each by its own name.

import { choose, LANGUAGES, language, languages } from './language';

export function Languages({ label }: { label: string }) {
    return (
        <nav class="languages" aria-label={label}>
            {languages
                .filter((l) => l !== language())
                .map((l) => (
                    <button key={l} type="button" lang={l} data-language={l} onClick={() => choose(l)}>
                        {LANGUAGES[l]}
                    </button>
                ))}
        </nav>
    );
}
