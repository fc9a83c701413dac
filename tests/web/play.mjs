// Plays the scenarios: node play.mjs BUILD [part of a name...]
import path from 'node:path';
import { chromiumPath } from './lib/browser.mjs';
import { found, hub, keepEvidence, logs, raise, strike, windows, Wrong } from './lib/stage.mjs';
import { aboutHer } from './about-me.mjs';
import { choices } from './choices.mjs';
import { consoleLanguages } from './console-languages.mjs';
import { first } from './first.mjs';
import { full } from './full.mjs';
import { house } from './house.mjs';
import { keys } from './keys.mjs';
import { languages } from './languages.mjs';
import { lost } from './lost.mjs';
import { managers } from './managers.mjs';
import { notes } from './notes.mjs';
import { numbers } from './numbers.mjs';
import { pins } from './pins.mjs';
import { practice } from './practice.mjs';
import { promises } from './promises.mjs';
import { reach } from './reach.mjs';
import { receipts } from './receipts.mjs';
import { handhelds } from './handhelds.mjs';
import { holds } from './holds.mjs';
import { retraction } from './retraction.mjs';
import { roster } from './roster.mjs';
import { rules } from './rules.mjs';
import { scenarios } from './scenarios.mjs';
import { thanks } from './thanks.mjs';
import { walkin } from './walkin.mjs';

const [build, ...only] = process.argv.slice(2);
const pictures = path.join(build, 'web-pictures');

let passed = 0;
let failed = 0;
function result(ok, name, detail = '') {
    if (ok) passed++;
    else failed++;
    process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${name}${detail ? `\n     ${detail}` : ''}\n`);
}

if (!chromiumPath()) {
    process.stdout.write(
        'skipped: no Chromium on this machine (apt-get install chromium)\n0 passed, 0 failed, 1 skipped\n',
    );
    process.exit(0);
}
try {
    await raise(build, pictures);
    for (const [name, scenario] of Object.entries({ ...scenarios, ...choices, ...reach, ...managers, ...notes, ...aboutHer, ...languages, ...handhelds, ...lost, ...keys, ...roster, ...rules, ...house, ...numbers, ...pins, ...practice, ...thanks, ...promises, ...receipts, ...retraction, ...full, ...holds, ...walkin, ...first, ...consoleLanguages })) {
        if (only.length > 0 && !only.some((o) => name.includes(o))) continue;
        const began = Date.now();
        try {
            await scenario();
            result(true, `${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
        } catch (e) {
            result(
                false,
                name,
                e instanceof Wrong ? e.message : e.stack.split('\n').slice(0, 24).join('\n     '),
            );
            await keepEvidence(`failed-${failed}`);
        }
    }
    const wrong = [...new Set(windows.flatMap((p) => p.wrong))];
    await hub.stop();
    const said = [hub.words(), ...logs].join('\n');
    const report = /ERROR: AddressSanitizer|runtime error:|ERROR: LeakSanitizer/.exec(said);
    result(
        !report,
        'the hub under all this has nothing to report',
        report ? said.slice(report.index, report.index + 3000) : '',
    );
    result(
        wrong.length === 0,
        'no page had an error, broke its policy or got what the schemas do not know',
        wrong.join('\n     '),
    );
    result(
        found.length === 0,
        'axe-core finds nothing in any state, light or dark; nothing is too small for a thumb',
        found.join('\n     '),
    );
} catch (e) {
    result(false, 'the rig', e.stack);
} finally {
    await strike();
}
process.stdout.write(`pictures of every state: ${pictures}\n`);
process.stdout.write(`${passed} passed, ${failed} failed, 0 skipped\n`);
process.exit(failed > 0 ? 1 : 0);
