// The real hub for tests: a demo store of its own in a temporary folder, on a free port, on a fixed day.
import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

export const DAY = '2026-03-05';
export const NOW = `${DAY} 11:30`;
// Most scenarios leave their handhelds open: a card goes to her own associate and to the manager, to nobody else.
const HERS_ALONE = ['alert.stand_in_s=0', 'alert.department_s=0', 'alert.floor_s=0'];
const START_WITHIN_MS = 60_000;
const CALL_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 20_000;

function freePort() {
    return new Promise((resolve, reject) => {
        const probe = net.createServer();
        probe.on('error', reject);
        probe.listen(0, '127.0.0.1', () => {
            const { port } = probe.address();
            probe.close(() => resolve(port));
        });
    });
}

const pause = (ms) => new Promise((go) => setTimeout(go, ms));

class Hub {
    child = null;

    constructor(build, port, settings) {
        this.build = build;
        this.port = port;
        this.settings = [...settings];
        this.url = `https://localhost:${port}`;
        this.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'maitred-web-'));
        this.store = path.join(this.dir, 'store');
        this.log = path.join(this.dir, 'hub.log');
    }

    /** Runs maitrectl; gives what it prints. */
    run(...args) {
        const program = path.join(this.build, 'server/ctl/maitrectl');
        return new Promise((resolve, reject) => {
            execFile(program, args, { encoding: 'utf8', timeout: CALL_WITHIN_MS }, (error, out, err) => {
                if (error) reject(new Error(`maitrectl ${args.join(' ')}: ${err || error.message}`));
                else resolve(out.trim());
            });
        });
    }

    ctl(...args) {
        return this.run('--config', path.join(this.store, 'maitred.conf'), ...args);
    }

    async start(now = NOW) {
        const log = fs.openSync(this.log, 'a');
        const args = ['--config', path.join(this.store, 'maitred.conf'), '--now', now];
        args.push('--set', `listen.port=${this.port}`);
        args.push('--set', `web.root=${path.resolve(this.build, 'server/web/pages')}`);
        for (const setting of this.settings) args.push('--set', setting);
        const child = spawn(path.join(this.build, 'server/maitred'), args, { stdio: ['ignore', log, log] });
        fs.closeSync(log);
        this.child = child;
        let trouble = null;
        child.on('error', (e) => (trouble = e.message));
        for (const until = Date.now() + START_WITHIN_MS; ; await pause(100)) {
            trouble ??= child.exitCode ?? child.signalCode;
            if (trouble !== null)
                throw new Error(
                    `the hub ended (${trouble}): ${fs.readFileSync(this.log, 'utf8').slice(-2000)}`,
                );
            try {
                await this.ctl('status');
                return;
            } catch (e) {
                if (Date.now() > until) throw e;
            }
        }
    }

    async stop() {
        const { child } = this;
        if (!child || child.exitCode !== null || child.signalCode !== null) return;
        const gone = new Promise((go) => child.on('exit', go));
        const last = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
        child.kill('SIGTERM');
        await gone;
        clearTimeout(last);
    }

    /** A one-time link: link('handheld', 'maria'), link('sign'), ... */
    async link(...args) {
        const url = /https:\/\/\S+/.exec(await this.ctl('link', ...args))?.[0];
        if (!url) throw new Error(`maitrectl link ${args.join(' ')} printed no link`);
        return url;
    }

    /** What the hub wrote to its log, for a sanitizer's report. */
    words() {
        return fs.readFileSync(this.log, 'utf8');
    }

    async remove() {
        await this.stop();
        fs.rmSync(this.dir, { recursive: true, force: true });
    }
}

/** A hub on an empty folder: nothing but the few lines that a store writes into its configuration. */
export async function startEmptyHub(build, settings = HERS_ALONE) {
    const hub = new Hub(build, await freePort(), settings);
    try {
        fs.mkdirSync(path.join(hub.store, 'data'), { recursive: true, mode: 0o700 });
        const lines = ['[listen]', `port = ${hub.port}`, '[data]', 'dir = data', '[control]', 'socket = control'];
        fs.writeFileSync(
            path.join(hub.store, 'maitred.conf'),
            [...lines, '[store]', 'zone = Europe/Stockholm', ''].join('\n'),
        );
        await hub.start();
    } catch (e) {
        await hub.remove();
        throw e;
    }
    return hub;
}

/** `settings`: keys of the configuration, as "section.key=value". */
export async function startHub(build, settings = HERS_ALONE) {
    const hub = new Hub(build, await freePort(), settings);
    try {
        const size = ['--seed', '1', '--people', '120', '--lines', '3000'];
        await hub.run('demo', ...size, '--now', NOW, '--port', String(hub.port), hub.store);
        if (!settings.some((one) => one.startsWith('rules.house_bounds='))) {
            // The scenarios of one store send more guests to Maria within the hour than she could serve, and need
            // each of her sales, one of which is of Children: head office keeps that one open here.
            const bounds = path.join(hub.dir, 'bounds');
            fs.writeFileSync(bounds, 'arrivals = 60 to 60\ninvite_not = intimates, pharmacy\n');
            hub.settings.push(`rules.house_bounds=${bounds}`);
        }
        await hub.start();
        await hub.ctl('import', path.join(hub.store, 'csv'), '--yes');
    } catch (e) {
        await hub.remove();
        throw e;
    }
    return hub;
}
