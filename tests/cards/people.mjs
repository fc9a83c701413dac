// Who joins, how, and with which choices: the demo store's named people and some drawn by a seed, over the real doors.
import path from 'node:path';
import { csv, protectedKind } from './backup.mjs';
import { Face, device, inviteAfterSale, joinBy, secretOf } from './lib.mjs';

const BY_CHANCE = 10;
const RECENT_DAYS = 120;
const MOST_REFUSALS = 5;
const EVERYTHING = { choose: true, greet: true, online: true, other_stores: true, sizes: true };

/** Draws that a seed repeats (mulberry32). */
function draws(seed) {
        let state = seed >>> 0;
        return (n) => {
                state = (state + 0x6d2b79f5) >>> 0;
                let t = Math.imul(state ^ (state >>> 15), state | 1);
                t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
                return ((t ^ (t >>> 14)) >>> 0) % n;
        };
}

/** Recent purchases in this store with a seller, of people drawn by chance: the till may invite for them. */
function recentSales(folder) {
        const all = csv(path.join(folder, 'csv/purchases.csv')).filter((p) => p.customer.startsWith('c-') && p.store === 'downtown' && p.status === 'bought' && p.associate !== '');
        const newest = all.reduce((last, p) => (p.at > last ? p.at : last), '');
        const since = new Date(Date.parse(`${newest.slice(0, 10)}T00:00:00Z`) - RECENT_DAYS * 86_400_000).toISOString().slice(0, 10);
        return all.filter((p) => p.at >= since);
}

async function whoseClient(op, id) {
        return JSON.parse(await op.ctl('explain', 'preferred', id, '--json')).preferred;
}

/** The first line that she might want to talk about: a piece under Know only. */
const piece = (card) => card.know_only.lines.find((line) => line.level !== 'tally')?.line;

/** What she shares and how she is greeted, by the ticks of her last joining. */
const ticks = ({ instore = true, online = false, other_stores = false, sizes = false, greet = false }) => ({ instore, online, other_stores, sizes, greet });

/** The doors by which people join: an associate's handheld, the till, a link from the store's CRM. */
async function doors({ base, ca, op }) {
        const till = new Face(base, ca);
        const token = await op.token('till 1');
        const phones = new Map();
        const looks = [];
        const ticked = new Map();
        const join = async (id, url, choices, { invitedBy, strike = () => [] } = {}) => {
                const { phone, look } = await joinBy(base, ca, url, choices, strike);
                phones.set(id, phone);
                ticked.set(id, ticks(choices));
                looks.push({ id, invitedBy, look, choices });
        };
        const afterSale = async (associate, item) => {
                const one = await device(base, ca, await op.link('handheld', associate));
                const url = await inviteAfterSale(one.stream, item);
                one.stream.close();
                return url;
        };
        const atTheTill = async (line) => (await till.call('/api/till/invite', { line }, { Authorization: `Bearer ${token}` })).url;
        const byTill = async (sale, choices, more = {}) => join(sale.customer, await atTheTill(sale.id), choices, { invitedBy: sale.associate, ...more });
        const refusal = async (sale) => (await till.ask('/api/till/invite', { line: sale.id }, { Authorization: `Bearer ${token}` })).body.error;
        return { phones, looks, ticked, join, afterSale, atTheTill, byTill, refusal };
}

/** The people of the demo store who have names, and whose purchases were made for the rules. */
async function namedJoin(op, { join, afterSale, atTheTill }) {
        const last = (card) => [card.may_say.lines.length + card.know_only.lines.length];
        await join('demo-anna', await afterSale('maria', 'Navy coat'), EVERYTHING, { invitedBy: 'maria' });
        await join('demo-bo', await afterSale('erik', 'Corduroys'), {}, { invitedBy: 'erik' });
        await join('demo-chloe', await afterSale('sofia', 'Ankle boots'), { choose: true, online: true }, { invitedBy: 'sofia', strike: last });
        // Joining again begins anew: what she ticked the first time only is withdrawn.
        for (const choices of [{ greet: true, online: true, sizes: true }, { other_stores: true, sizes: true }])
                await join('demo-tie-id', await op.link('customer', 'demo-tie-id'), choices);
        await join('demo-dag', await op.link('customer', 'demo-dag'), {});
        await join('demo-tie-latest', await atTheTill('freja-4'), { choose: true, sizes: true }, { invitedBy: 'henri' });
        await join('demo-long', await atTheTill('long-1'), { choose: true, greet: true, sizes: true }, { invitedBy: 'amelie' });
}

/** One who chose a trainee, and one whom a trainee served most (not with every seed): their ids. */
async function traineesJoin(op, { phones, byTill }, sales, draw) {
        const chosen = sales[draw(sales.length)];
        await byTill(chosen, EVERYTHING);
        for (const sale of sales) {
                if (phones.has(sale.customer) || (await whoseClient(op, sale.customer)) !== 'lina') continue;
                await byTill(sale, { online: true, sizes: true });
                return { chosen: chosen.customer, served: sale.customer };
        }
        return { chosen: chosen.customer };
}

/** Others by chance, some with struck lines, a line to talk about, or a category taken back. */
async function othersJoin({ phones, ticked, byTill }, sales, draw) {
        for (let n = 0; n < BY_CHANCE; ) {
                const sale = sales[draw(sales.length)];
                if (phones.has(sale.customer)) continue;
                const yes = () => draw(2) === 1;
                const choices = { choose: yes(), greet: yes(), instore: draw(4) > 0, online: yes(), other_stores: yes(), sizes: yes() };
                await byTill(sale, choices, { strike: (card) => (n % 3 === 0 && piece(card) ? [piece(card)] : []) });
                const phone = phones.get(sale.customer);
                if (n % 4 === 1) {
                        const { card, preview } = await phone.call('/api/customer/card');
                        const line = card && piece(card);
                        if (line) await phone.call('/api/customer/strike', { line, preview, how: 'talk' });
                }
                if (n % 4 === 2) {
                        const changed = { instore: true, online: false, other_stores: !choices.other_stores, sizes: choices.sizes };
                        await phone.call('/api/customer/share', changed);
                        ticked.set(sale.customer, ticks({ ...choices, ...changed }));
                }
                n++;
        }
}

/** What the till answers, by kind of error, where it asks for an invitation over a purchase of a protected kind. */
async function refusals({ refusal }, sales) {
        const answers = [];
        for (const sale of sales.slice(0, MOST_REFUSALS)) answers.push((await refusal(sale)) ?? `invited for ${sale.id}`);
        return answers;
}

/** Everybody joins. Gives what each was shown before, what each ticked last, who was refused, and the story of who comes to whom. */
export async function peopleJoin({ base, ca, op, folder, root, seed }) {
        const isProtected = protectedKind({ folder, root });
        const recent = recentSales(folder);
        const sales = recent.filter((sale) => !isProtected(sale));
        const draw = draws(seed);
        const by = await doors({ base, ca, op });
        await namedJoin(op, by);
        const { chosen, served } = await traineesJoin(op, by, sales.filter((sale) => sale.associate === 'lina').reverse(), draw);
        await othersJoin(by, sales, draw);
        const refused = await refusals(by, recent.filter(isProtected));
        const sign = new Face(base, ca);
        await sign.call('/api/sign/pair', { secret: secretOf(await op.link('sign')) });
        const arrivals = [
                { id: 'demo-bo', to: 'erik', as: 'who sold to her but was not chosen', wish: 'a dinner jacket', meet: 'Men, floor 1' },
                { id: 'demo-chloe', to: 'sofia', as: 'her choice, one line struck', hint: 'röd kappa' },
                { id: 'demo-tie-id', to: 'sofia', as: 'by evidence' },
                { id: 'demo-long', to: 'karin', as: 'the manager, since her choice is away' },
                { id: 'demo-dag', to: 'karin', as: 'the manager, since nobody ever served her' },
                { id: chosen, to: 'lina', as: 'a trainee, her choice', hint: 'a blue scarf', wish: 'gloves' },
                ...(served ? [{ id: served, to: 'lina', as: 'a trainee who served her most', wish: 'a present' }] : []),
        ];
        const doorCode = async () => secretOf((await sign.call('/api/sign/code')).url);
        return { looks: by.looks, ticked: by.ticked, refused, story: { phones: by.phones, arrivals, doorCode, devices: ['erik', 'sofia', 'lina', 'karin'] } };
}
