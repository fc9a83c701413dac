// The parts of the pages that need no browser: bundled by esbuild, run by node's own test runner.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { packageOf, root } from './lib/packages.mjs';

const here = path.join(path.dirname(fileURLToPath(import.meta.url)), 'unit');
const out = fs.mkdtempSync(path.join(os.tmpdir(), 'web-unit-'));
const esbuild = await packageOf('esbuild');
await esbuild.build({
    entryPoints: fs
        .readdirSync(here)
        .filter((f) => f.endsWith('.test.ts'))
        .map((f) => path.join(here, f)),
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node18',
    logLevel: 'warning',
    jsx: 'automatic',
    jsxImportSource: 'preact',
});
const files = fs.readdirSync(out).map((f) => path.join(out, f));
process.env.MAITRED_ROOT = pathToFileURL(root + path.sep).href;
const ran = spawnSync(
    process.execPath,
    ['--test', ...(process.version < 'v19' ? [] : ['--test-reporter=tap']), ...files],
    { encoding: 'utf8' },
);
fs.rmSync(out, { recursive: true, force: true });
const count = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(ran.stdout)?.[1] ?? 0);
if (ran.status !== 0 || process.argv.includes('--verbose')) process.stdout.write(ran.stdout + ran.stderr);
process.stdout.write(`${count('pass')} passed, ${count('fail')} failed, ${count('skipped')} skipped\n`);
process.exit(ran.status ?? 1);
