// The notices that customers read: from config/notices/NAME-VERSION.claims, where each sentence stands in every language
// beside the tests that show it, to one file a language that never changes under its name.
//
//   node notices.mjs --tests      one line a test: NOTICE|CLAIM|PROGRAM|CASE
//   node notices.mjs --check DIR  what is wrong with the claims of that folder; 1 if anything is
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const folder = path.join(root, 'config/notices');
const LANGUAGES = ['en', 'sv', 'fr'];
const LONGEST = 200; // characters: longer is no plain sentence
// Nobody is asked to give up her own Wi-Fi so that we do not notice her.
const FORBIDDEN = /(switch|turn)\b.*\boff|stäng\w* av|désactiv|éteign|coupe[rz]/i;

/** {name, version, claims: [{id, at, say: {en, ...}, tests: [{program, name}]}]}; throws where it is no claim. */
export function readClaims(file) {
    let notice = null;
    let claim = null;
    fs.readFileSync(file, 'utf8')
        .split('\n')
        .forEach((line, i) => {
            const wrong = (what) => new Error(`${path.basename(file)}:${i + 1}: ${what}`);
            if (/^\s*(#|$)/.test(line)) return;
            const head = /^notice ([a-z-]+) ([1-9]\d*)$/.exec(line);
            const begin = /^claim ([a-z-]+)$/.exec(line);
            const said = /^([a-z]+): (.+)$/.exec(line);
            if (head && !notice) notice = { name: head[1], version: Number(head[2]), claims: [] };
            else if (begin && notice) {
                if (notice.claims.some((c) => c.id === begin[1])) throw wrong(`claim "${begin[1]}" is there already`);
                notice.claims.push((claim = { id: begin[1], at: i + 1, say: {}, tests: [] }));
            } else if (said && claim && said[1] === 'test') {
                const [program, name, more] = said[2].split(' ');
                if (!name || more) throw wrong('a test is PROGRAM CASE');
                claim.tests.push({ program, name });
            } else if (said && claim && LANGUAGES.includes(said[1]) && !claim.say[said[1]]) claim.say[said[1]] = said[2];
            else throw wrong(`"${line}" is no line of claims`);
        });
    if (!notice?.claims.length) throw new Error(`${path.basename(file)}: there is no notice in it`);
    if (path.basename(file) !== `${notice.name}-${notice.version}.claims`)
        throw new Error(`${path.basename(file)}: it is called ${notice.name}-${notice.version}.claims`);
    return notice;
}

/** A program AREA/test_AREA_NAME may be made of AREA/test_NAME.c. */
function hasCase({ program, name }) {
    const [area] = program.split('/');
    const source = [program, program.replace(`test_${area}_`, 'test_')]
        .map((p) => path.join(root, 'tests', `${p}.c`))
        .find((f) => fs.existsSync(f));
    return source && new RegExp(`^static void ${name}\\(void \\*\\*`, 'm').test(fs.readFileSync(source, 'utf8'));
}

/** What is wrong with a notice, a sentence each. */
export function wrongWith(notice) {
    const wrong = [];
    for (const claim of notice.claims) {
        const say = (what) => wrong.push(`${notice.name}-${notice.version}.claims:${claim.at}: claim "${claim.id}" ${what}`);
        for (const language of LANGUAGES) {
            const text = claim.say[language];
            if (!text) say(`has no sentence in "${language}"`);
            else if (text.length > LONGEST) say(`is longer than ${LONGEST} characters in "${language}"`);
            else if (FORBIDDEN.test(text)) say(`asks to switch something off in "${language}"`);
        }
        if (claim.tests.length === 0) say('names no test that shows it');
        for (const test of claim.tests)
            if (!hasCase(test)) say(`names ${test.program} ${test.name}, which is not there`);
    }
    return wrong;
}

export const readAll = (from = folder) =>
    fs
        .readdirSync(from)
        .filter((f) => f.endsWith('.claims'))
        .sort()
        .map((f) => readClaims(path.join(from, f)));

/** The file of one language: what is shown, and nothing else. */
export function noticeFile({ name, version, claims }, language) {
    const text = `${JSON.stringify({ name, version, language, claims: claims.map((c) => ({ id: c.id, say: c.say[language] })) })}\n`;
    return { name, version, language, text, sha256: createHash('sha256').update(text).digest('hex') };
}

export const noticeFiles = (notices) => notices.flatMap((n) => LANGUAGES.map((l) => noticeFile(n, l)));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [what, from] = process.argv.slice(2);
    try {
        const notices = readAll(from ?? folder);
        if (what === '--tests')
            for (const n of notices)
                for (const c of n.claims)
                    for (const t of c.tests) process.stdout.write(`${n.name}-${n.version}|${c.id}|${t.program}|${t.name}\n`);
        const wrong = notices.flatMap(wrongWith);
        process.stderr.write(wrong.map((w) => `${w}\n`).join(''));
        process.exitCode = wrong.length > 0 ? 1 : 0;
    } catch (e) {
        process.stderr.write(`${e.message}\n`);
        process.exitCode = 1;
    }
}
