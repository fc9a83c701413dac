// Two stores of files for two real hubs: every customer has two histories that tell one viewer the same. Made by rules of
// its own (tests/cards/book.mjs reads the shipped book a second time), not by the generator of the pairs in one process.
import fs from 'node:fs';
import path from 'node:path';
import { judge, rank } from '../cards/book.mjs';

export const MARK = 'zq~7'; // every hidden text begins so: nothing else in the world does
const DAY_MS = 86_400_000;
const KINDS = { Coats: 'Women', Knitwear: 'Women', Shirts: 'Men', Boots: 'Shoes', Linen: 'Home', Perfume: 'Beauty', Vitamins: 'Pharmacy', Lingerie: 'Intimates' };
const SENSITIVE = new Set(['Vitamins', 'Lingerie']);
const OTHERS = ['ingrid', 'henri', 'oskar', 'amelie', 'grace', 'tove', 'ruth'];
const VIEWERS = {
        maria: { role: 'associate', departments: ['Women'] },
        erik: { role: 'associate', departments: ['Men'] },
        sofia: { role: 'associate', departments: ['Shoes'] },
        lina: { role: 'trainee', departments: ['Women'] },
        karin: { role: 'manager', departments: [] },
};
const BUCKETS = [[0, 2], [3, 5], [6, 11], [12, 1000]];

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

class Maker {
        constructor(book, now, seed) {
                this.book = book;
                this.now = now; // the store's own time, written as if it were UTC
                this.draw = draws(seed);
                this.skus = new Map();
                this.counts = { pairs: 0, hide: 0, moved: 0, dropped: 0, added: 0, changed: 0, above: 0 };
        }

        pick(list) {
                return list[this.draw(list.length)];
        }

        chance(percent) {
                return this.draw(100) < percent;
        }

        text() {
                return MARK + Array.from({ length: 12 }, () => this.draw(16).toString(16)).join('');
        }

        product(kind, hidden) {
                const p = hidden
                        ? { name: this.text(), brand: this.text(), colour: this.text(), size: this.text() }
                        : { name: this.pick(['Navy piece', 'Long piece', 'Soft piece']), brand: this.pick(['Alder', 'Birke']), colour: this.pick(['navy', 'green', '']), size: this.pick(['38', '39', '']) };
                return { ...p, kind };
        }

        row(viewer) {
                const online = this.chance(22);
                const days = this.chance(70) ? 2 + this.draw(200) : 2 + this.draw(700);
                return {
                        product: this.product(this.pick(Object.keys(KINDS)), false),
                        channel: online ? 'online' : 'in-store',
                        store: online ? 'online' : this.chance(75) ? 'downtown' : 'uptown',
                        seller: online ? '' : this.chance(25) ? viewer : 'other',
                        at: this.now - days * DAY_MS - this.draw(6) * 3_600_000,
                        price: this.pick([49.99, 99.5, 120, 999.99, 1000, 2500]),
                        quantity: 1 + this.draw(2),
                        status: this.pick(['bought', 'bought', 'bought', 'bought', 'bought', 'returned', 'cancelled']),
                        gift: this.chance(10),
                };
        }

        cell(row, viewer, preferred) {
                const { role, departments } = VIEWERS[viewer];
                const bought = new Date(row.at);
                const today = new Date(this.now);
                const here = row.channel === 'in-store' && row.store === 'downtown';
                const relations = new Set([
                        ...(row.seller === viewer ? ['seller'] : []), ...(preferred ? ['preferred'] : []),
                        ...(here && departments.includes(KINDS[row.product.kind]) ? ['department'] : []), ...(here ? ['store'] : []),
                ]);
                const ageMonths = (today.getUTCFullYear() - bought.getUTCFullYear()) * 12 + today.getUTCMonth() - bought.getUTCMonth() - (today.getUTCDate() < bought.getUTCDate() ? 1 : 0);
                return { relations, role, seen: 'checked-in', channel: row.channel, here, kind: row.product.kind, sensitive: SENSITIVE.has(row.product.kind), gift: row.gift, status: row.status, price: row.price, ageMonths, choice: 'none' };
        }

        /** Level, the rule that shows, and whether it may be said. */
        verdict(row, viewer, preferred) {
                const cell = this.cell(row, viewer, preferred);
                const { level, decides } = judge(this.book, cell);
                const counts = level === rank('tally') && row.status !== 'bought' ? 0 : level;
                return { level: counts, rule: counts ? decides.id : '', say: counts > 0 && decides.mention === 'ok' && cell.relations.has('seller') };
        }

        same(a, b) {
                return a.level === b.level && a.rule === b.rule && a.say === b.say;
        }

        /** Another row that shows the same of itself up to the level. */
        disguise(row, v, viewer, preferred) {
                for (let tries = 0; tries < 5 && v.level < rank('full'); tries++) {
                        const other = { ...row, price: this.pick([49.99, 99.5, 120, 999.99, 1000, 2500]), quantity: 1 + this.draw(4), at: row.at - this.draw(3) * 3_600_000 };
                        if (v.level < rank('item')) other.product = this.product(row.product.kind, true);
                        if (v.level === rank('brand')) other.product.brand = row.product.brand;
                        if (v.level < rank('kind')) other.at = row.at - this.draw(9) * DAY_MS;
                        const sameMonth = new Date(other.at).toISOString().slice(0, 7) === new Date(row.at).toISOString().slice(0, 7);
                        if ((v.level < rank('kind') || sameMonth) && this.same(v, this.verdict(other, viewer, preferred))) {
                                this.counts.above++;
                                return other;
                        }
                }
                return row;
        }

        hidden(viewer, preferred) {
                for (let tries = 0; tries < 6; tries++) {
                        const row = this.row(viewer);
                        if (this.chance(70)) row.product = this.product(row.product.kind, true);
                        if (this.verdict(row, viewer, preferred).level === 0) return row;
                }
                return null;
        }

        twinOf(rows, viewer, preferred) {
                const twin = [];
                const tallies = new Map();
                let differs = false;
                for (const row of rows) {
                        const v = this.verdict(row, viewer, preferred);
                        if (v.level === rank('tally')) {
                                const key = KINDS[row.product.kind];
                                tallies.set(key, [...(tallies.get(key) ?? []), { row, v }]);
                        } else if (v.level > 0) {
                                twin.push(this.disguise(row, v, viewer, preferred));
                        } else if (this.chance(40)) {
                                this.counts.dropped++;
                                differs = true;
                        } else {
                                const other = this.chance(70) ? this.hidden(viewer, preferred) : null;
                                this.counts.changed += other ? 1 : 0;
                                differs ||= other !== null;
                                twin.push(other ?? row);
                        }
                }
                let moved = false;
                for (const all of tallies.values()) {
                        const other = this.tallyOf(all, viewer);
                        moved ||= other.length !== all.length;
                        for (const { row, v } of other) twin.push(this.disguise(row, v, viewer, preferred));
                }
                for (let n = this.draw(8); n > 0; n--) {
                        const row = this.hidden(viewer, preferred);
                        if (!row) continue;
                        twin.push(row);
                        this.counts.added++;
                        differs = true;
                }
                this.counts.pairs++;
                this.counts.hide += differs ? 1 : 0;
                this.counts.moved += moved ? 1 : 0;
                for (let i = twin.length - 1; i > 0; i--) {
                        const k = this.draw(i + 1);
                        [twin[i], twin[k]] = [twin[k], twin[i]];
                }
                return twin;
        }

        /**
         * Other rows for a tally: as many as its bucket allows, whatever of her purchases she shares. One row of each rule and
         * category stays, since the card names the first rule; all that she sold herself stays, so that it is still she who is called.
         */
        tallyOf(all, viewer) {
                const category = ({ row }) => (row.channel === 'online' ? 1 : row.store === 'downtown' ? 2 : 4);
                const bucket = (rows, shared) => BUCKETS.findIndex(([from, to]) => {
                        const n = rows.filter((one) => category(one) & shared).length;
                        return n >= from && n <= to;
                });
                const hers = all.filter(({ row }) => row.seller === viewer);
                const others = all.filter(({ row }) => row.seller !== viewer);
                const stay = [...hers, ...new Map(others.map((one) => [`${one.v.rule} ${category(one)}`, one])).values()];
                if (others.length === 0) return all;
                for (let tries = 0; tries < 12; tries++) {
                        const more = Math.max(0, all.length - stay.length + this.draw(7) - 3);
                        const rows = [...stay, ...Array.from({ length: more }, () => this.pick(others))];
                        if ([1, 2, 3, 4, 5, 6, 7].every((shared) => bucket(rows, shared) === bucket(all, shared))) return rows;
                }
                return all;
        }

        /** What she bought of her associate, in both stores the same, so that it is clear who is called. */
        anchors(hers) {
                return [40, 70, 100].map((days, i) => ({
                        product: this.product(i === 0 ? 'Coats' : 'Boots', false), channel: 'in-store', store: 'downtown', seller: hers, at: this.now - days * DAY_MS, price: 120, quantity: 1, status: 'bought', gift: false,
                }));
        }

        sellers(rows) {
                // Nobody else served her as often as her associate: at most two lines each.
                let n = 0;
                const from = this.draw(OTHERS.length);
                return rows.map((row) => (row.seller !== 'other' ? row : { ...row, seller: n < 2 * OTHERS.length ? OTHERS[(from + n++ % OTHERS.length) % OTHERS.length] : '' }));
        }

        customer(k) {
                const watched = this.pick(['maria', 'maria', 'erik', 'sofia', 'lina', 'karin']);
                const hers = watched === 'karin' ? 'erik' : watched;
                const choose = this.chance(60);
                const preferred = choose && watched !== 'karin';
                const anchors = this.anchors(hers);
                let rows = Array.from({ length: this.draw(22) }, () => this.row(watched === 'karin' ? 'erik' : watched));
                if (this.chance(30)) { // tallies are reached
                        const kind = this.pick(['Coats', 'Shirts', 'Boots']);
                        const more = Array.from({ length: 3 + this.draw(8) }, () => ({ ...this.row('other'), product: this.product(kind, false), channel: 'in-store', store: 'downtown', seller: 'other', status: 'bought', gift: false, at: this.now - (2 + this.draw(300)) * DAY_MS, price: 120 }));
                        rows = [...rows, ...more];
                }
                const all = [...anchors, ...rows];
                const twin = this.twinOf(all, watched, preferred);
                // Whatever the viewer is shown of the anchors is in the twin, too; that they are hers must be so in both.
                const hasAnchors = twin.filter((row) => row.seller === hers).length >= 3;
                const second = hasAnchors ? twin : [...anchors.filter((a) => this.verdict(a, watched, preferred).level === 0), ...twin];
                const id = `twin-${String(k).padStart(4, '0')}`;
                return { id, watched, hers, choose, stores: [this.sellers(all), this.sellers(second)] };
        }
}

const csvText = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Writes the files of one of the two stores over those of a demo store. */
function write(folder, which, customers, draw) {
        const products = ['sku,name,brand,class,price,colour,size'];
        const skus = new Map();
        const lines = [];
        for (const { id, stores } of customers) {
                for (const row of stores[which]) {
                        const key = JSON.stringify(row.product);
                        if (!skus.has(key)) {
                                const sku = `s-${skus.size + 1}`;
                                skus.set(key, sku);
                                const { name, brand, kind, colour, size } = row.product;
                                products.push([sku, name, brand, kind, '1.00', colour, size].map(csvText).join(','));
                        }
                        lines.push({ at: row.at, rest: [id, row.seller, row.store, row.channel, skus.get(key), row.product.kind, row.price.toFixed(2), 'EUR', row.quantity, new Date(row.at).toISOString().slice(0, 19), row.status, row.gift ? 'yes' : 'no'] });
                }
        }
        lines.sort((a, b) => a.at - b.at);
        const start = draw(1000) + 1;
        const purchases = lines.map(({ rest }, i) => [`L${which}${String(start + i).padStart(7, '0')}`, ...rest].join(','));
        const put = (name, text) => fs.writeFileSync(path.join(folder, 'csv', name), `${text.join('\n')}\n`);
        put('products.csv', products);
        put('customers.csv', ['id,name,birthday,contact', ...customers.map(({ id }) => `${id},Anna Berg,1984-06-09,${id}@example.com`)]);
        put('purchases.csv', ['id,customer,associate,store,channel,sku,class,price,currency,quantity,at,status,gift', ...purchases]);
}

/** `now`: the store's time as text, "2026-03-05T11:30:00". Gives the customers and what was made. */
export function makeStores(folders, book, now, pairs, seed) {
        const maker = new Maker(book, Date.parse(`${now}Z`), seed);
        const customers = Array.from({ length: pairs }, (_, k) => maker.customer(k));
        folders.forEach((folder, which) => write(folder, which, customers, maker.draw));
        return { customers, counts: maker.counts };
}
