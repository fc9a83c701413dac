// The store's own system, which brings customers and sales all along: an import that a kill cut short is run again from its
// beginning, as its operator would, until it says that it is through.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CUSTOMERS = 120;
const LINES_EACH = 3;
const TIMEOUT_MS = 60_000;
const LOOK_MS = 20;

const pause = (ms) => new Promise((go) => setTimeout(go, ms));

export class Importer {
        constructor({ build, folder, hub, ledger, stage, work }) {
                Object.assign(this, { build, folder, hub, ledger, stage, work });
                this.prefix = 'imported-';
                this.imports = [];
                this.cut = 0;
                this.wrong = [];
        }

        /** The files of import n: people and lines that nothing else names. */
        write(n) {
                const csv = path.join(this.work, `csv-${n}`);
                const people = Array.from({ length: CUSTOMERS }, (_, i) => `${this.prefix}${n}-${i}`);
                fs.mkdirSync(csv, { recursive: true });
                fs.writeFileSync(path.join(csv, 'customers.csv'), ['id,name', ...people.map((id, i) => `${id},Nora${i} Lind${n}`)].join('\n') + '\n');
                const lines = people.flatMap((id) => Array.from({ length: LINES_EACH }, (_, i) => `${id}-${i},${id},2025-0${1 + i}-14 10:0${i},Coats,8${i}.00`));
                fs.writeFileSync(path.join(csv, 'purchases.csv'), ['id,customer,at,class,price', ...lines].join('\n') + '\n');
                return csv;
        }

        /** One run of maitrectl: {through, accounts}, an account for each file that it said was read. */
        async once(csv) {
                const ctl = path.join(this.build, 'server/ctl/maitrectl');
                const args = ['--socket', path.join(this.folder, 'control'), 'import', '--json', '--yes', csv];
                const { stdout, failed } = await run(ctl, args, { cwd: this.work, timeout: TIMEOUT_MS }).catch((error) => ({ stdout: error.stdout ?? '', failed: true }));
                return { through: !failed, accounts: stdout.split('\n').filter((line) => line.startsWith('{"kind"')).map((line) => JSON.parse(line)) };
        }

        /** What an earlier run was told is done must be found as it is by the next; nothing is changed by coming twice. */
        look(n, accounts, told) {
                for (const account of accounts) {
                        const { kind, read } = account;
                        if (account.new + account.same !== read) this.wrong.push(`import ${n}: ${read} ${kind} were read, ${account.new} are new, ${account.same} as they were`);
                        if (told.has(kind) && account.new > 0) this.wrong.push(`import ${n}: ${kind} were all acknowledged, and ${account.new} are new again`);
                        told.add(kind);
                }
        }

        async run() {
                let life = -1;
                for (let n = 1; await this.stage.go(); ) {
                        // One in each life of the hub: phones and handhelds need the rest of its time.
                        if (this.hub.lives === life) {
                                await pause(LOOK_MS);
                                continue;
                        }
                        life = this.hub.lives;
                        const csv = this.write(n);
                        const told = new Set();
                        let tries = 0;
                        for (let through = false; !through; tries++) {
                                await this.hub.up;
                                const one = await this.once(csv);
                                this.look(n, one.accounts, told);
                                through = one.through;
                        }
                        this.cut += tries - 1;
                        await this.ledger.keep({ what: 'import', n, tries });
                        this.imports.push({ customers: CUSTOMERS, lines: CUSTOMERS * LINES_EACH });
                        if (n % 5 === 0) this.look(n, (await this.once(csv)).accounts, told);
                        fs.rmSync(csv, { recursive: true });
                        n++;
                }
        }
}
