// A hub, an agent, and one customer who has agreed to everything: whom the search must find, if it finds at all.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { device, Face, joinBy, secretOf } from '../cards/lib.mjs';
import { operator } from '../cards/operator.mjs';
import { Agent, Hostapd, World } from '../agent/world.mjs';

const NOW = '2026-03-05 11:30';
const WAIT_MS = 30_000;

const freePort = () => new Promise((done) => { const s = net.createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); }); });

/** Asks again until it is so. */
export async function until(what, ask) {
        const last = Date.now() + WAIT_MS;
        for (;;) {
                const answer = await ask();
                if (answer) return answer;
                if (Date.now() > last) throw new Error(`waited in vain: ${what}`);
                await new Promise((done) => setTimeout(done, 50));
        }
}

export class Store {
        constructor(build, folder) {
                Object.assign(this, { build, folder });
                this.op = operator(build, folder);
                this.world = new World(`${folder}-agent`);
        }

        /** The demo store on an address that others reach as well; every word of its log. */
        async open(address, origin) {
                this.address = address;
                this.port = await freePort();
                execFileSync(path.join(this.build, 'server/ctl/maitrectl'), ['demo', '--port', String(this.port), '--now', NOW, this.folder], { stdio: 'ignore' });
                const sets = [`listen.address=${address}`, 'listen.announce=no', 'presence.dwell_s=1', 'consent.always_from=0', 'presence.sweep_s=2', 'presence.settle_ms=0', 'limits.requests_per_address=1000000',
                        'limits.accepts_per_address=100000', 'log.level=detail', `web.root=${path.join(this.build, 'server/web/pages')}`, ...(origin ? [`public.origins=${origin}`] : [])];
                const log = fs.openSync(path.join(this.folder, 'log'), 'a');
                this.child = spawn(path.join(this.build, 'server/maitred'), ['--config', path.join(this.folder, 'maitred.conf'), '--now', NOW, ...sets.flatMap((s) => ['--set', s])], { stdio: ['ignore', log, log] });
                fs.closeSync(log);
                this.ended = new Promise((done) => this.child.on('exit', done));
                await until('the hub starts', async () => fs.readFileSync(this.at('log'), 'utf8').includes('front: listening') && this.op.ctl('status').catch(() => ''));
                this.ca = fs.readFileSync(path.join(this.folder, 'data/tls/ca.pem'));
                this.base = `https://localhost:${this.port}`;
                await this.op.ctl('import', '--yes', path.join(this.folder, 'csv'));
        }

        /** The two processes. */
        get pids() {
                const { pid } = this.child;
                const [hub, front] = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
                return { hub, front };
        }

        /** Anna, by her own phone's address and by a key of her own; Maria, who has her card. */
        async people(address) {
                this.maria = await device(this.base, this.ca, await this.op.link('handheld', 'maria'));
                const { phone } = await joinBy(this.base, this.ca, await this.op.link('customer', 'demo-anna'), { choose: true });
                await phone.call('/api/customer/notice', { wifi: true, always: true });
                await this.op.ctl('device', 'demo-anna', 'mac', address);
                this.keyid = (await this.op.ctl('device', 'demo-anna', 'keyid')).trim();
                this.anna = phone;
        }

        /** What the sign at the door shows now. */
        async doorCode() {
                const sign = new Face(this.base, this.ca);
                await sign.call('/api/sign/pair', { secret: secretOf(await this.op.link('sign')) });
                return secretOf((await sign.call('/api/sign/code')).url);
        }

        async agents() {
                this.ap = await new Hostapd(this.world).start();
                this.agent = new Agent(this.world);
                const paired = await this.agent.once(['pair', (await this.op.ctl('link', 'agent', 'door')).trim(), '--hub', `localhost:${this.port}`]);
                if (paired.code !== 0) throw new Error(`no pairing: ${paired.text}`);
                this.agent.start();
                await this.agent.log.until('connected to the hub');
                await this.agent.log.until('the access point answers');
        }

        at(name) {
                return path.join(this.folder, name);
        }

        /** Everything that it keeps, by name; sockets apart. */
        kept() {
                const files = new Map();
                const look = (folder) => {
                        for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
                                const name = path.join(folder, entry.name);
                                if (entry.isDirectory()) look(name);
                                else if (entry.isFile()) files.set(path.relative(this.folder, name), fs.readFileSync(name));
                        }
                };
                look(this.at('data'));
                for (const file of [this.at('log'), ...['spool', 'hub', 'hub.boot'].map((name) => this.world.at(name))]) if (fs.existsSync(file)) files.set(path.basename(file), fs.readFileSync(file));
                files.set('what the agent said', Buffer.from(this.agent?.log.text ?? ''));
                return files;
        }

        async close() {
                await this.world.end();
                if (this.ap?.child) await this.ap.kill();
                this.child?.kill('SIGTERM');
                await this.ended;
        }
}
