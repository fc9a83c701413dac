// A past for a store: weeks of made-up visits, written into the database of a hub that is stopped, by the sqlite3 program.
import { execFileSync } from 'node:child_process';
import path from 'node:path';

const DAY_MS = 86_400_000;
const OF_NOBODY = 900_000; // customers that no other part of a test knows

/** A generator of its own for each seed. */
export function drawing(seed) {
        let state = BigInt(seed) || 1n;
        return (below) => {
                state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
                return Number((state >> 33n) % BigInt(below));
        };
}

const hex = (at, what, n) => `X'${at.toString(16).padStart(12, '0')}7${what}00${n.toString(16).padStart(16, '0')}'`;

export const sqlite = (folder, ...args) => execFileSync('sqlite3', [path.join(folder, 'data/store.db'), ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });

export const query = (file, text) => JSON.parse(execFileSync('sqlite3', ['-readonly', '-json', file, text], { encoding: 'utf8', maxBuffer: 1 << 28 }) || '[]');

/**
 * `weeks` weeks up to the one before `monday` (ms, UTC). `usual(associate, week)`: about how many arrivals each has.
 * Most are met by whose customers they are, the rest by colleagues or by nobody. Three of four share what they buy.
 */
export function fill(folder, { seed, monday, weeks, usual, words = false }) {
        const draw = drawing(seed);
        const associates = query(path.join(folder, 'data/store.db'), 'SELECT a.id, a.departments FROM associate a ORDER BY a.id');
        const spends = drawing(seed + 1000);
        const here = query(path.join(folder, 'data/store.db'), "SELECT id FROM store WHERE external = 'downtown'")[0]?.id ?? 1;
        const shares = new Set();
        const rows = { purchase: [], visit: [], offer: [], thanks: [], disclosure: [], consent_event: [] };
        let n = 0;
        const oneVisit = (at, owner) => {
                const id = hex(at, 0, ++n);
                const offer = hex(at, 1, n);
                const person = OF_NOBODY + owner.id * 40 + draw(28);
                const kind = draw(20);
                const mate = associates[draw(associates.length)].id;
                const asked = kind < 13 ? owner.id : mate;
                const reply = kind < 15 ? 1 : kind === 15 ? [2, 7, 8][draw(3)] : kind === 16 ? 3 : kind === 17 ? 4 : 5;
                const served = reply === 1 ? asked : 0;
                const alert = draw(40) === 0 ? 6 : served ? 4 : 5;
                const seen = draw(12) === 0 ? 2 : draw(6) === 0 ? 1 : 0;
                const took = (5 + draw(draw(4) === 0 ? 400 : 110)) * 1000;
                const owned = draw(8) === 0 ? 0 : owner.id;
                spend(at, person);
                rows.visit.push(`(${id},${person},${owned},${served},0,3,${alert},${draw(4)},${seen},${at},${at + took},${at},0,1,0,0,${offer},${served && draw(4) ? at + took + 20_000 : 0})`);
                rows.offer.push(`(${offer},${id},${asked},${at},${at + took},${reply})`);
                if (served) rows.disclosure.push(`(${hex(at, 2, n)},${id},${person},${served},0,${seen},1,X'00',${at + 1000})`);
                if (served && draw(3) === 0) rows.thanks.push(`(${id},${draw(10) ? 1 + (draw(5) === 0) : 3},${1 + (draw(30) === 0)},${at + 3_600_000})`);
                if (words && draw(25) === 0) rows.consent_event.push(`(${hex(at, 3, n)},${1 + draw(300)},1,1,2,2,0,${at},${at},0,1,NULL,1)`);
        };
        // What somebody buys on a day: mostly nothing or one thing, here and at a known price.
        const spend = (at, person) => {
                if (person % 4 !== 3 && !shares.has(person)) {
                        const since = monday - 400 * DAY_MS;
                        shares.add(person);
                        rows.consent_event.push(`(${hex(since, 4, person)},${person},2,2,1,1,0,${since},${monday + 300 * DAY_MS},0,1,NULL,1)`);
                }
                for (let line = 1; line <= [0, 1, 1, 2][spends(4)]; line++) {
                        const odd = spends(12); // another store, online, returned, no price, another currency
                        const price = odd === 3 ? 'NULL' : 500 * (1 + spends(spends(5) ? 60 : 900));
                        rows.purchase.push(`(${person},${at + (spends(8) ? 1 : -1) * spends(3_600_000)},${++n * 4 + line},${odd === 0 ? here + 1 : here},${odd === 1 ? 1 : 0},0,NULL,NULL,'','thing','','',0,${1 + (spends(6) === 0)},${price},${odd === 4 ? "'XXX'" : 'NULL'},${odd === 2 ? 1 : 0},3)`);
                }
        };
        for (let week = -weeks; week < 0; week++)
                for (const owner of associates)
                        for (let i = Math.max(0, usual(owner, week) + draw(3) - 1); i > 0; i--)
                                oneVisit(monday + week * 7 * DAY_MS + draw(6) * DAY_MS + (9 + draw(9)) * 3_600_000 + draw(3_600_000), owner);
        const columns = {
                purchase: 'person,at,line,store,channel,seller,product,class,brand,item,colour,size,gift,quantity,price,currency,status,precision',
                visit: 'id,person,client_of,served_by,recipient,state,alert_state,if_busy,seen,started,changed,offered,day,lines_seen,card,card_seq,offer,met',
                offer: 'id,visit,associate,offered,answered,reply',
                thanks: 'visit,how,odd,at',
                disclosure: 'id,visit,person,associate,relation,seen,lines,rulebook,at',
                consent_event: 'id,person,purpose,category,state,mode,store,at,valid_until,day,notice,visit,steps',
        };
        const sql = Object.entries(rows).filter(([, list]) => list.length > 0).map(([name, list]) => `INSERT INTO ${name} (${columns[name]}) VALUES\n${list.join(',\n')};`);
        execFileSync('sqlite3', ['-bail', path.join(folder, 'data/store.db')], { input: `BEGIN;\n${sql.join('\n')}\nCOMMIT;\n`, maxBuffer: 1 << 28 });
        return rows.visit.length;
}
