// Rules as somebody could choose them on the page: any who, any what, any condition; impossible ones left out. And the
// page's own writer of lines, bundled as the page bundles it.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import fs from 'node:fs';
import os from 'node:os';
import { packageOf, root } from './packages.mjs';

/** A small generator of random numbers that a seed repeats (xorshift, 32 bits). */
export function randomOf(seed) {
    let x = seed | 0 || 1;
    const next = () => {
        x ^= x << 13;
        x ^= x >>> 17;
        x ^= x << 5;
        return (x >>> 0) / 2 ** 32;
    };
    const pick = (all) => all[Math.floor(next() * all.length)];
    const chance = (p) => next() < p;
    const some = (all) => {
        const found = all.filter(() => chance(0.4));
        return found.length > 0 ? found : [pick(all)];
    };
    return { pick, chance, some };
}

const ROLES = ['associate', 'trainee', 'manager'];
const FIELDS = ['name', 'greet', 'hint', 'wish', 'sizes', 'likes', 'notes', 'presence'];
const WORDS = ['You sold it', 'it\'s "hers"', 'back\\slash', 'Für später', '# no comment', 'a: b, c/d'];

function whoOf({ pick, some }, relations) {
    const kind = pick(['anyone', 'related', 'unrelated', 'role', 'role_related']);
    const role = kind.startsWith('role') ? pick(ROLES) : null;
    return { kind, relations: kind === 'anyone' || kind === 'role' ? [] : some(relations), role };
}

/** One random rule; `cuts`: the prices and ages of this book, few so that it can be looked at in a moment. */
export function randomRule(random, id, cuts) {
    const { pick, chance, some } = random;
    const field = chance(0.25);
    const place = pick([[], [], ['in-store'], ['in-store', 'this-store'], ['in-store', 'other-store'], ['online']]);
    // Online, nobody is in the purchase's store or department.
    const relations = field ? ['preferred'] : place[0] === 'online' || place[1] === 'other-store' ? ['seller', 'preferred'] : ['seller', 'preferred', 'department', 'store'];
    const fields = field ? (chance(0.4) ? ['name'] : some(FIELDS)) : [];
    const steps = !field || fields.join() === 'name';
    const verb = pick(steps ? ['show', 'limit', 'never'] : ['show', 'never']);
    const levels = verb === 'limit' ? ['tally', 'kind', 'brand', 'item'] : ['tally', 'kind', 'brand', 'item', 'full'];
    const fieldLevels = verb === 'limit' ? ['kind'] : ['kind', 'full'];
    const condition = (p, value) => (!field && chance(p) ? value : null);
    const [low, high] = cuts.prices;
    return {
        id,
        verb,
        level: verb === 'never' ? 'hide' : !steps ? 'full' : pick(field ? fieldLevels : levels),
        firm: verb !== 'show' && chance(0.2),
        who: whoOf(random, relations),
        subject: field ? 'field' : 'purchase',
        fields,
        channels: field ? [] : place.slice(0, 1),
        wheres: field ? [] : place.slice(1),
        kinds: condition(0.3, some(cuts.kinds)) ?? [],
        sensitive: condition(0.15, true),
        gift: condition(0.15, true),
        statuses: condition(0.3, pick([['bought'], ['returned'], ['bought', 'returned'], ['cancelled']])) ?? [],
        price_from: condition(0.25, low),
        price_below: condition(0.25, high),
        age_more_months: condition(0.2, cuts.ages[0]),
        age_most_months: condition(0.2, cuts.ages[1]),
        seen: chance(0.25) ? pick(['checked-in', 'sensed']) : null,
        mention_ok: verb === 'show' && chance(0.4),
        because: verb === 'show' || chance(0.6) ? pick(WORDS) : '',
    };
}

/** A book's worth of them. */
export function randomBook(random, rules) {
    const cuts = {
        prices: random.pick([
            ['10.00', '99.50'],
            ['0.01', '1000.00'],
            ['1000.00', '999999999.00'],
        ]),
        ages: random.pick([
            [1, 12],
            [3, 1200],
        ]),
        kinds: random.pick([['Coats'], ['Blouses/Shirts', 'Coats'], ['T-shirts "tops"', 'a\\b']]),
    };
    return Array.from({ length: rules }, (_, i) => randomRule(random, `R${i + 1}`, cuts));
}

/** The page's modules, as it bundles them. */
export async function pageModule(file) {
    const esbuild = await packageOf('esbuild');
    const out = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'web-page-')), 'page.mjs');
    await esbuild.build({
        entryPoints: [path.join(root, 'server/web/src', file)],
        outfile: out,
        bundle: true,
        platform: 'node',
        format: 'esm',
        logLevel: 'warning',
    });
    const module = await import(pathToFileURL(out).href);
    fs.rmSync(path.dirname(out), { recursive: true, force: true });
    return module;
}
