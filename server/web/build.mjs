// Builds the four faces into one folder that the front serves as it is:
//   (the notice's languages are a/notice-NAME-VERSION-LANGUAGE.HASH.json)
//   index.html handheld.html console.html sign.html   a/NAME.HASH.(js|css|svg|webmanifest)   and .gz .br beside each.
// Usage: node build.mjs --out DIR [--depfile FILE] [--no-check]
// Nothing is fetched while building except, once, the locked packages (npm ci) if they are not installed yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { folder as claims, noticeFiles, readAll, wrongWith } from './notices.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const arg = (name) => {
    const at = process.argv.indexOf(name);
    return at < 0 ? undefined : process.argv[at + 1];
};
const out = path.resolve(arg('--out') ?? 'dist');
const depfile = arg('--depfile');
const faces = [
    { name: 'customer', page: 'index.html', entry: 'src/customer/main.tsx' },
    { name: 'handheld', page: 'handheld.html', entry: 'src/handheld/main.tsx' },
    { name: 'console', page: 'console.html', entry: 'src/console/main.tsx' },
    { name: 'sign', page: 'sign.html', entry: 'src/sign/main.tsx' },
];

function fail(text) {
    process.stderr.write(`server/web/build.mjs: ${text}\n`);
    process.exit(1);
}

function ensurePackages() {
    const have = path.join(here, 'node_modules', '.package-lock.json');
    const lock = path.join(here, 'package-lock.json');
    const versions = (file) => {
        const wanted = JSON.parse(fs.readFileSync(file, 'utf8')).packages;
        return Object.entries(wanted)
            .map(([name, p]) => (name && !p.optional ? `${name}@${p.version}` : ''))
            .filter(Boolean)
            .sort()
            .join('\n');
    };
    if (fs.existsSync(have) && versions(have) === versions(lock)) return;
    // Several build folders share these packages: the first to make the folder installs, the others wait for it.
    const turn = path.join(here, 'node_modules.lock');
    for (;;) {
        try {
            fs.mkdirSync(turn);
            break;
        } catch {
            const age_ms = Date.now() - (fs.statSync(turn, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
            if (age_ms > 300000)
                fail(`${turn} is left over from an interrupted build; remove it and build again`);
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
        }
    }
    try {
        if (!(fs.existsSync(have) && versions(have) === versions(lock))) {
            const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
                cwd: here,
                stdio: ['ignore', 'inherit', 'inherit'],
            });
            if (done.status !== 0) fail('npm ci failed; run it in server/web to see why, then build again');
        }
    } finally {
        fs.rmdirSync(turn);
    }
}

ensurePackages();
const esbuild = await import('esbuild');
const work = path.join(path.dirname(out), `${path.basename(out)}.new`);
fs.rmSync(work, { recursive: true, force: true });
fs.mkdirSync(path.join(work, 'a'), { recursive: true });

if (!process.argv.includes('--no-check')) {
    const steps = [
        [path.join(here, 'types.mjs')],
        [path.join(here, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', here],
    ];
    for (const step of steps)
        if (spawnSync(process.execPath, step, { stdio: 'inherit' }).status !== 0)
            fail('the types do not fit (see above)');
}

/** What customers read before they agree: checked here, bundled with her page, and kept beside it under a name of its own. */
function notices() {
    try {
        const all = readAll();
        const wrong = all.flatMap(wrongWith);
        if (wrong.length > 0) fail(`a notice promises what nothing shows:\n${wrong.join('\n')}`);
        return noticeFiles(all);
    } catch (e) {
        return fail(e.message);
    }
}
const told = notices();
const noticesPlugin = {
    name: 'notices',
    setup(build) {
        build.onResolve({ filter: /^maitred:notices$/ }, () => ({ path: 'notices', namespace: 'maitred' }));
        build.onLoad({ filter: /.*/, namespace: 'maitred' }, () => ({
            contents: JSON.stringify(told.map(({ text, sha256 }) => ({ ...JSON.parse(text), sha256 }))),
            loader: 'json',
        }));
    },
};

const built = await esbuild.build({
    plugins: [noticesPlugin],
    absWorkingDir: here,
    entryPoints: Object.fromEntries(faces.map((f) => [f.name, f.entry])),
    outdir: path.join(work, 'a'),
    entryNames: '[name].[hash]',
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2020', 'chrome90', 'firefox90', 'safari14.1'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
});

const made = {};
for (const [file, info] of Object.entries(built.metafile.outputs)) {
    const face = faces.find((f) => info.entryPoint === f.entry);
    const base = path.basename(file);
    if (face && base.endsWith('.js'))
        made[face.name] = { js: base, css: path.basename(info.cssBundle ?? '') };
}

const schemas = path.join(here, '../../proto/schema');
const inputs = new Set(fs.readdirSync(schemas).map((f) => path.join(schemas, f)));
for (const file of Object.keys(built.metafile.inputs))
    if (!file.includes('node_modules') && !file.startsWith('maitred:')) inputs.add(file);
for (const file of fs.readdirSync(claims)) inputs.add(path.join(claims, file));
inputs.add(path.join(here, 'notices.mjs'));

function hashed(name, ext, bytes) {
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase();
    const file = `${name}.${hash}.${ext}`;
    fs.writeFileSync(path.join(work, 'a', file), bytes);
    return file;
}

function source(file) {
    inputs.add(file);
    return fs.readFileSync(path.join(here, file), 'utf8');
}

/** As browsers check it: the customer's page names each of its files so, and therefore its own digest says all of it. */
const sha = (file) =>
    `sha256-${createHash('sha256')
        .update(fs.readFileSync(path.join(work, 'a', file)))
        .digest('base64')}`;
const noticeLinks = told.map(({ name, version, language, text }) => {
    const file = hashed(`notice-${name}-${version}-${language}`, 'json', text);
    return `<link rel="alternate" type="application/json" hreflang="${language}" href="/a/${file}" integrity="${sha(file)}">`;
});

const icon = hashed('icon', 'svg', source('src/page/icon.svg'));
for (const face of faces) {
    const manifest = hashed(
        face.name,
        'webmanifest',
        source(`src/page/${face.name}.webmanifest`).replaceAll('@ICON@', `/a/${icon}`),
    );
    const page = source(`src/page/${face.page}`)
        .replaceAll('@JS@', `/a/${made[face.name].js}`)
        .replaceAll('@CSS@', `/a/${made[face.name].css}`)
        .replaceAll('@ICON@', `/a/${icon}`)
        .replaceAll('@MANIFEST@', `/a/${manifest}`)
        .replaceAll('@JS_SHA@', sha(made[face.name].js))
        .replaceAll('@CSS_SHA@', sha(made[face.name].css))
        .replaceAll('@ICON_SHA@', sha(icon))
        .replaceAll('@MANIFEST_SHA@', sha(manifest))
        .replaceAll('@NOTICES@', noticeLinks.join('\n'));
    if (/@[A-Z_]+@/.test(page)) fail(`${face.page} has a placeholder that nobody fills`);
    fs.writeFileSync(path.join(work, face.page), page);
}

function* files(dir) {
    for (const entry of fs.readdirSync(dir, { withFileTypes: true }))
        if (entry.isDirectory()) yield* files(path.join(dir, entry.name));
        else yield path.join(dir, entry.name);
}

let total = 0;
for (const file of [...files(work)]) {
    const bytes = fs.readFileSync(file);
    fs.writeFileSync(`${file}.gz`, zlib.gzipSync(bytes, { level: 9 }));
    const br = zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11 } });
    fs.writeFileSync(`${file}.br`, br);
    total += br.length;
}

// Swapped in whole, so that a running hub never sees half a build.
fs.rmSync(out, { recursive: true, force: true });
fs.renameSync(work, out);
if (depfile) {
    const escape = (f) => path.resolve(here, f).replaceAll(' ', '\\ ');
    fs.writeFileSync(
        depfile,
        `${arg('--target') ?? path.basename(out)}: ${[...inputs].map(escape).join(' ')}\n`,
    );
}
process.stdout.write(
    `pages: ${faces.length} faces, ${(total / 1024).toFixed(1)} KiB compressed, in ${out}\n`,
);
