// The abuse suite: node main.mjs BUILD WORK, where WORK holds the folders `tls` and `plain`, each a demo store with its
// import done. Prints one case a line; tests/abuse/run counts them.
import fs from 'node:fs';
import path from 'node:path';
import net from 'node:net';
import { autobahn } from './autobahn.mjs';
import { frameCases, frameGroups } from './frames.mjs';
import { httpCases, httpGroups } from './http.mjs';
import { Hub } from './hub.mjs';
import { Suite } from './suite.mjs';

const [build, work] = process.argv.slice(2);
const valgrind = process.env.MAITRED_ABUSE_VALGRIND === '1';
const WIDTH = 8;
const STAFF = 'maria';
const NOW = '2026-03-05 11:30'; // the doors are open

const freePort = () => new Promise((done) => {
        const server = net.createServer().listen(0, '127.0.0.1', () => {
                const { port } = server.address();
                server.close(() => done(port));
        });
});

/** The product as it ships, over TLS; and its two processes without TLS. */
async function hubs() {
        const common = { build, options: ['--now', NOW] };
        const program = path.join(build, 'server/maitred');
        const stand = path.join(build, 'tests/abuse/stand');
        return {
                tls: new Hub({ ...common, name: 'TLS', program, folder: path.join(work, 'tls'), port: await freePort(), tls: true }),
                plain: new Hub({ ...common, name: 'plain', program: stand, folder: path.join(work, 'plain'), port: await freePort(), tls: false, options: [...common.options, '--plain'] }),
        };
}

/** Tokens of handhelds, one after the other: each has one socket at a time. */
class Ring {
        static async of(hub, n) {
                const ring = new Ring();
                ring.at = 0;
                ring.all = [];
                for (let i = 0; i < n; i++) ring.all.push(await hub.pair('handheld', STAFF));
                return ring;
        }

        next() {
                return this.all[this.at++ % this.all.length];
        }
}

async function everyCase(suite, hub) {
        const late = [];
        for (const [group, rows] of Object.entries(httpGroups)) {
                const name = `${hub.name} ${group}`;
                const cases = httpCases(rows);
                late.push(...cases.filter((one) => one.late).map((one) => [name, one]));
                await suite.all(hub, name, cases.filter((one) => !one.late), WIDTH);
        }
        await suite.together(hub, late);
        const cookies = await Ring.of(hub, 24);
        for (const [group, rows] of Object.entries(frameGroups)) await suite.all(hub, `${hub.name} ${group}`, frameCases(rows, cookies), WIDTH);
}

const suite = new Suite();
const { tls, plain } = await hubs();
for (const hub of [tls, plain]) {
        await hub.start({ valgrind });
        await everyCase(suite, hub);
        const why = await hub.stop();
        suite.say(why ? 'FAILED' : 'ok', `${hub.name} hub`, 'it ends in order, without a report', why);
}
const list = autobahn(path.resolve(import.meta.dirname, '../..'));
console.log(JSON.stringify(list));
console.log(suite.table());
console.log(`cases: ${suite.counts.ok} passed, ${suite.counts.FAILED} failed, ${suite.counts.skipped} skipped`);
