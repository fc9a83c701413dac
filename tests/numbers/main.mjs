// What the console and a handheld are told of a store's weeks, against counts of our own from a backup; who may ask for
// what. Says one case a line to tests/numbers/run.
//   main.mjs BUILD FOLDER BASE NOW SEED
import fs from 'node:fs';
import path from 'node:path';
import { device, Face, secretOf } from '../cards/lib.mjs';
import { operator } from '../cards/operator.mjs';
import { expected } from './reference.mjs';

const [build, folder, base, now] = process.argv.slice(2);
const ca = fs.readFileSync(path.join(folder, 'data/tls/ca.pem'));
const op = operator(build, folder);

function say(what, wrong) {
        console.log(`${wrong.length === 0 ? 'ok      ' : 'FAILED  '} ${what}`);
        wrong.slice(0, 12).forEach((text) => console.log(`  | ${text}`));
}

const same = (what, got, want) => {
        const sorted = (v) => JSON.stringify(v, (_, x) => (x && typeof x === 'object' && !Array.isArray(x) ? Object.fromEntries(Object.entries(x).sort()) : x));
        return sorted(got) === sorted(want) ? [] : [`${what}: ${sorted(got)}, counted ${sorted(want)}`];
};

async function backup(name) {
        const file = path.join(folder, name);
        await op.ctl('backup', file);
        return fs.statSync(file).isDirectory() ? path.join(file, 'store.db') : file;
}

function compare(told, want) {
        const wrong = same('teams', told.groups.map((g) => g.team), ['', ...want.teams]);
        for (const group of told.groups)
                for (const [number, windows] of Object.entries(want.lines[group.team] ?? {}))
                        wrong.push(...same(`${number} of "${group.team}"`, group[number].windows, windows.slice(-16)));
        return wrong;
}

const console_ = new Face(base, ca);
await console_.call('/api/console/pair', { secret: secretOf(await op.link('console', 'karin')) });
const told = await console_.call('/api/console/numbers');
const want = expected(await backup('numbers-backup'), { zone: 'Europe/Stockholm', store: 'downtown', currency: told.currency, now: Date.parse(now) });
say('the console is told what is counted from a backup', compare(told, want));
const windows = Object.values(want.lines).flatMap((l) => Object.values(l)).flat();
say(`there is something to tell: ${windows.length} windows, of ${[1, 4, 12].map((n) => windows.filter((w) => w.weeks === n).length).join(', ')} of 1, 4, 12 weeks`,
        [1, 4].every((n) => windows.some((w) => w.weeks === n)) && want.teams.length >= 2 ? [] : ['too little of it']);

const amounts = windows.filter((w) => w.half !== undefined);
say(`there is something to tell of what was spent: ${amounts.length} windows, from ${Math.min(...amounts.map((w) => w.half))} to ${Math.max(...amounts.map((w) => w.half))}`,
        amounts.length >= 4 && new Set(amounts.map((w) => w.half)).size >= 2 ? [] : ['too little of it']);

const again = await console_.call('/api/console/numbers');
say('asked again it says the same', same('numbers', again, told));
say('no associate and no customer is named', ['Maria', 'maria', 'Lund', 'Karin', 'person'].filter((word) => JSON.stringify(told).includes(word)));

// Hers, over her own line; the manager's line gives the manager's own.
const maria = await device(base, ca, await op.link('handheld', 'maria'));
const karin = await device(base, ca, await op.link('console', 'karin'), 'console');
const stream = (d) => d.stream ?? d;
stream(maria).send({ t: 'mine' });
const hers = await stream(maria).next('her own week', (f) => f.t === 'mine');
stream(karin).send({ t: 'mine' });
const managers = await stream(karin).next('the manager’s own week', (f) => f.t === 'mine');
say('an associate sees her own week', hers.asked > 0 && hers.asked >= hers.accepted && hers.clients > 0 ? [] : [JSON.stringify(hers)]);
say('a manager who asks is told her own, not an associate’s', managers.asked === hers.asked && managers.clients === hers.clients ? [JSON.stringify(managers)] : []);
stream(karin).send({ t: 'mine', associate: 'maria' });
const refused = await new Promise((done) => {
        stream(karin).socket.on('close', () => done(true));
        stream(karin).next('an answer', (f) => f.t === 'mine').then(() => done(false), () => done(true));
});
say('nobody can ask for somebody else’s: the line is closed', refused ? [] : ['it was answered']);

const statuses = [];
for (const [face, name] of [['console', 'mine'], ['handheld', 'mine'], ['handheld', 'numbers'], ['customer', 'numbers'], ['customer', 'mine'], ['sign', 'numbers'], ['till', 'numbers']])
        for (const body of [undefined, {}]) {
                const { status } = await console_.ask(`/api/${face}/${name}`, body);
                if (status < 400) statuses.push(`${face}/${name}: ${status}`);
        }
const stranger = new Face(base, ca);
if ((await stranger.ask('/api/console/numbers')).status !== 401) statuses.push('a stranger was not refused');
say('there is no other way to either', statuses);
process.exit(0);
