// What a client was answered, kept outside the hub: a line is on disk before the client goes on.
import fs from 'node:fs/promises';

export class Ledger {
        static async open(file) {
                return new Ledger(await fs.open(file, 'a'));
        }

        constructor(handle) {
                this.handle = handle;
                this.entries = [];
        }

        /** Writes down one answer; resolves when it cannot be lost any more. */
        async keep(entry) {
                await this.handle.appendFile(`${JSON.stringify(entry)}\n`);
                await this.handle.datasync();
                this.entries.push(entry);
        }
}

/** Draws that a seed repeats (mulberry32). */
export function draws(seed) {
        let state = seed >>> 0;
        return (n) => {
                state = (state + 0x6d2b79f5) >>> 0;
                let t = Math.imul(state ^ (state >>> 15), state | 1);
                t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
                return ((t ^ (t >>> 14)) >>> 0) % n;
        };
}
