// Runs cases, each with a name and what went wrong with it, and counts. After each the hub must be well; MAITRED_ABUSE
// chooses cases by words in their names.
const chosen = (process.env.MAITRED_ABUSE ?? '').split(' ').filter(Boolean);

export class Suite {
        constructor() {
                this.counts = { ok: 0, FAILED: 0, skipped: 0 };
                this.perGroup = new Map();
                this.deviations = new Map();
        }

        /** Whether this name was asked for. */
        wants(name) {
                return chosen.length === 0 || chosen.some((word) => name.includes(word));
        }

        say(result, group, name, why) {
                this.counts[result]++;
                const counts = this.perGroup.get(group) ?? { ok: 0, FAILED: 0, skipped: 0 };
                counts[result]++;
                this.perGroup.set(group, counts);
                process.stdout.write(`${result.padEnd(8)} ${group}: ${name}${why ? `\n  ${why.replaceAll('\n', '\n  ')}` : ''}\n`);
        }

        /** One case: `run` gives '' or what is wrong. */
        async one(hub, group, name, run) {
                if (!this.wants(`${group}: ${name}`)) return;
                let why;
                try {
                        why = await run();
                } catch (error) {
                        why = `${error.stack}`;
                }
                why ||= hub ? await hub.well() : '';
                this.say(why ? 'FAILED' : 'ok', group, name, why);
        }

        /** Cases {name, run(hub)}, so many at a time: a refusal may keep its connection for a second. */
        async all(hub, group, cases, width = 1) {
                const left = [...cases];
                const worker = async () => {
                        for (let next = left.shift(); next; next = left.shift()) {
                                const { name, run, deviates } = next;
                                if (deviates) this.deviations.set(`${group.replace(/^\w+ /, '')}: ${name}`, deviates);
                                await this.one(hub, group, name, () => run(hub));
                        }
                };
                await Promise.all(Array.from({ length: width }, worker));
        }

        /** Cases that wait for deadlines, all at once: [group, case]. */
        async together(hub, pairs) {
                await Promise.all(pairs.map(([group, one]) => this.all(hub, group, [one])));
        }

        table() {
                const lines = [...this.perGroup].map(([group, { ok, FAILED, skipped }]) => `${group.padEnd(28)} ${String(ok).padStart(6)} ${String(FAILED).padStart(7)} ${String(skipped).padStart(8)}`);
                return [`${'group'.padEnd(28)} ${'passed'.padStart(6)} ${'failed'.padStart(7)} ${'skipped'.padStart(8)}`, ...lines].join('\n');
        }
}
