// A crowd of strangers passes an access point: afterwards the agent's memory, its spool and its log are searched for each of
// them in every spelling. That the search can find is shown by whom it must find: the one customer who is here.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { memoryOf, privateDirty } from './world.mjs';
import { tag } from './stand_hub.mjs';

const COUNT = Number(process.env.MAITRED_STRANGERS ?? 20000);
const TAGS = 1500; // tags that are looked for: of the first and the last
const MOST_KB = Number(process.env.MAITRED_AGENT_KB ?? 3072);

/** The storm's numbers, as stand_hostapd makes them. */
export function numbers(seed) {
        return Uint32Array.from({ length: COUNT }, (_, i) => Number((BigInt(seed + i) * 2654435761n) & 0xffffffffn));
}

export function spellings(v) {
        const hex = v.toString(16).padStart(8, '0');
        return { mac: `de:ad:${hex.match(/../g).join(':')}`, key: `stranger-${hex}` };
}

export class Search {
        constructor(all, key) {
                this.all = new Set(all);
                this.tags = new Map(); // by the first four bytes
                for (const v of [...all.slice(0, TAGS / 2), ...all.slice(-TAGS / 2)]) {
                        const s = spellings(v);
                        for (const id of [`m${s.mac}`, `k${s.key}`, `u${s.key}`]) {
                                const bytes = Buffer.from(tag(key, id), 'hex');
                                this.tags.set(bytes.readUInt32LE(0), bytes);
                        }
                }
        }

        *in(bytes) {
                for (let i = 0; i + 8 <= bytes.length; i++) {
                        const b = bytes[i];
                        if (b === 0) continue;
                        if (b === 0xde && bytes[i + 1] === 0xad && this.all.has(bytes.readUInt32BE(i + 2 <= bytes.length - 4 ? i + 2 : i))) yield ['raw', i];
                        else if ((b === 0x64 || b === 0x44) && this.text(bytes, i)) yield ['text', i];
                        else if (b === 0x73 && bytes.subarray(i, i + 9).equals(STRANGER)) yield ['name', i];
                        const found = this.tags.get(bytes.readUInt32LE(i));
                        if (found && found.equals(bytes.subarray(i, i + 8))) yield ['tag', i];
                }
        }

        /** "de:ad:..", "de-ad-..", "dead..": of any case, whole. */
        text(bytes, i) {
                const found = /^de[:.-]?ad[:.-]?((?:[0-9a-f]{2}[:.-]?){4})/i.exec(bytes.subarray(i, i + 17).toString('latin1'));
                return found !== null && this.all.has(parseInt(found[1].replace(/[:.-]/g, ''), 16));
        }
}
const STRANGER = Buffer.from('stranger-');

export function searched(pid, search) {
        const found = [];
        let bytes = 0;
        for (const [from, piece] of memoryOf(pid)) {
                bytes += piece.length;
                for (const [how, at] of search.in(piece)) found.push(`${how} at ${(from + at).toString(16)}: ${piece.subarray(Math.max(0, at - 16), at + 32).toString('latin1').replace(/[^ -~]/g, '.')}`);
        }
        return { found, bytes };
}

export async function strangers({ setting, end, ADA }) {
        const it = await setting();
        const seed = Number(process.env.MAITRED_SEED ?? Math.floor(Math.random() * 1e9));
        const all = numbers(seed);
        const search = new Search(all, it.hub.key);
        await it.ap.air(`storm ${COUNT} ${seed}`, 600000);
        // A sweep that began after the storm: the last stranger was taken. Nothing but its empty list came since, so what was not wiped is
        // still there.
        await it.hub.sweep(() => true, it.hub.said.length);
        await it.hub.sweep((here) => here.length === 0, it.hub.said.length);
        const { found, bytes } = searched(it.agent.child.pid, search);
        assert.deepEqual(found, [], `seed ${seed}`);
        await it.ap.air(`join ${ADA} cust-ada - -61`);
        await it.hub.claim(0, 'join');
        await it.hub.sweep((here) => here.join() === '0', it.hub.said.length);
        assert.equal(it.hub.said.filter((m) => m.t === 'claim').length, 1);
        const hers = Buffer.from(ADA.replaceAll(':', ''), 'hex');
        assert.ok([...memoryOf(it.agent.child.pid)].some(([, piece]) => piece.includes(hers)), 'the search does not even find the customer who is here');
        const files = [it.world.at('spool'), it.world.at('hub'), it.world.at('hub.boot')].filter((file) => fs.existsSync(file));
        for (const text of [Buffer.from(it.agent.log.text), ...files.map((file) => fs.readFileSync(file))]) assert.deepEqual([...search.in(Buffer.concat([text, Buffer.alloc(8)]))], []);
        // Planted: a log line and a spool entry are found.
        assert.equal([...search.in(Buffer.from(`joined ${spellings(all[3]).mac} at`))].length, 1);
        assert.equal([...search.in(Buffer.concat([Buffer.alloc(9), Buffer.from(tag(it.hub.key, `m${spellings(all[0]).mac}`), 'hex'), Buffer.alloc(9)]))].length, 1);
        const kb = privateDirty(it.agent.child.pid);
        await end(it);
        assert.ok(kb <= MOST_KB, `${kb} KB private dirty, ${MOST_KB} allowed`);
        return `${COUNT} passed (seed ${seed}), ${(bytes / 1048576).toFixed(1)} MiB searched, ${kb} KB private dirty`;
}
