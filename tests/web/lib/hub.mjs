// The real hub for tests: a demo store of its own in a temporary folder, on a free port, on a fixed day.
import { execFile, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

export const DAY = '2026-03-05';
export const NOW = `${DAY} 11:30`;
const START_WITHIN_MS = 60_000;

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

export async function startHub(build) {
        const program = (name) => path.join(build, name);
        const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'maitred-web-'));
        const store = path.join(dir, 'store');
        const config = path.join(store, 'maitred.conf');
        const port = await freePort();
        const errors = path.join(dir, 'hub.log');
        execFileSync(program('server/ctl/maitrectl'), ['demo', '--seed', '1', '--people', '120', '--lines', '3000', '--now', NOW, '--port', String(port), store], { stdio: 'pipe' });
        const hub = { url: `https://localhost:${port}`, dir, errors };
        let child = null;

        hub.ctl = (...args) =>
                new Promise((resolve, reject) => {
                        execFile(program('server/ctl/maitrectl'), ['--config', config, ...args], { encoding: 'utf8', timeout: 60_000 }, (error, out, err) =>
                                error ? reject(new Error(`maitrectl ${args.join(' ')}: ${err || error.message}`)) : resolve(out.trim()));
                });

        hub.start = async (now = NOW) => {
                const log = fs.openSync(errors, 'a');
                child = spawn(program('server/maitred'), ['--config', config, '--now', now, '--set', `listen.port=${port}`, '--set', `web.root=${program('server/web/pages')}`], { stdio: ['ignore', log, log] });
                fs.closeSync(log);
                const ended = { code: null };
                child.on('exit', (code, signal) => (ended.code = code ?? signal));
                const until = Date.now() + START_WITHIN_MS;
                for (;;) {
                        if (ended.code !== null) throw new Error(`the hub ended with ${ended.code}: ${fs.readFileSync(errors, 'utf8').slice(-2000)}`);
                        try {
                                await hub.ctl('status');
                                return;
                        } catch (e) {
                                if (Date.now() > until) throw e;
                                await new Promise((go) => setTimeout(go, 100));
                        }
                }
        };

        hub.stop = async (signal = 'SIGTERM') => {
                if (!child || child.exitCode !== null || child.signalCode !== null) return;
                const gone = new Promise((go) => child.on('exit', go));
                child.kill(signal);
                await gone;
        };

        hub.link = async (...args) => {
                const url = /https:\/\/\S+/.exec(await hub.ctl('link', ...args))?.[0];
                if (!url) throw new Error(`maitrectl link ${args.join(' ')} printed no link`);
                return url;
        };

        hub.remove = async () => {
                await hub.stop();
                fs.rmSync(dir, { recursive: true, force: true });
        };

        await hub.start();
        await hub.ctl('import', path.join(store, 'csv'), '--yes');
        return hub;
}
