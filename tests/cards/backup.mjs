// What a backup of the hub's database says of every customer: read by the sqlite3 program, with queries of our own.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const LINES = `
SELECT p.person, p.line, p.at, s.id AS store, s.name AS store_name, p.channel, p.seller, p.gift, p.quantity, p.price, p.status,
       coalesce(p.currency, :currency) AS currency, coalesce(c.name, '') AS kind, coalesce(d.id, 31) AS department_id,
       coalesce(d.name, 'other') AS department, coalesce(c.sensitive, 1) AS listed,
       coalesce(p.brand, g.brand, '') AS brand, coalesce(p.item, g.name, '') AS item,
       coalesce(p.colour, g.colour, '') AS colour, coalesce(p.size, g.size, '') AS size,
       coalesce(l.choice, 0) AS choice,
       CASE WHEN p.channel = 1 THEN 3 WHEN p.store = :here THEN 2 ELSE 4 END AS category
FROM purchase p
JOIN person e ON e.id = p.person AND e.enrolled = 1
JOIN store s ON s.id = p.store
LEFT JOIN product g ON g.id = p.product
LEFT JOIN class c ON c.id = coalesce(p.class, g.class)
LEFT JOIN department d ON d.id = c.department
LEFT JOIN line_choice l ON l.person = p.person AND l.line = p.line
ORDER BY p.person, p.at DESC, p.line`;

// The newest word on each category of history, where it is a yes that still holds.
const CONSENTS = `
SELECT person, category FROM consent_event e
WHERE purpose = 2 AND state = 1 AND valid_until > :now
  AND seq = (SELECT max(seq) FROM consent_event n WHERE n.person = e.person AND n.purpose = 2 AND n.category = e.category)`;

function sql(file, query, values = {}) {
        const text = Object.entries(values).reduce((t, [name, value]) => t.replaceAll(`:${name}`, typeof value === 'number' ? String(value) : `'${value}'`), query);
        const out = execFileSync('sqlite3', ['-readonly', '-json', file, text], { encoding: 'utf8', maxBuffer: 1 << 28 });
        return out.trim() === '' ? [] : JSON.parse(out);
}

/** A file of the store's own export: first line names the columns; no field of these holds a comma or quote. */
export function csv(file) {
        const [head, ...rows] = fs.readFileSync(file, 'utf8').trim().split(/\r?\n/).map((row) => row.split(','));
        return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ''])));
}

/** Class names that are sensitive by the shipped list: the whole name, or one part between slashes. */
function shippedList(file) {
        const names = new Set(fs.readFileSync(file, 'utf8').split('\n').map((l) => l.trim().toLowerCase()).filter((l) => l && !l.startsWith('#')));
        return (kind) => [kind, ...kind.split('/')].some((part) => names.has(part.trim().toLowerCase()));
}

/** Whether a row of the store's purchases is of a protected kind, of none, or of one that no department has. */
export function protectedKind({ folder, root }) {
        const listed = shippedList(path.join(root, 'config/sensitive.classes'));
        const classes = new Map(csv(path.join(folder, 'csv/classes.csv')).map((row) => [row.class, row]));
        const products = new Map(csv(path.join(folder, 'csv/products.csv')).map((row) => [row.sku, row.class]));
        return (sale) => {
                const kind = classes.get(sale.class || products.get(sale.sku));
                return !kind || !kind.department || kind.sensitive === 'yes' || listed(kind.class);
        };
}

/**
 * { store, zone, currency, associates: [...], people: Map(external id -> {id, first, last, greet, preferred, lines, sizes}) }
 * Names are sealed in the database, so they come from the files that the store imported;
 * `lineless` is the only one who joined and has no purchases, whom the database alone cannot name.
 */
export function readBackup(file, { folder, root, zone, currency, storeId, nowMs, keepMonths, lineless }) {
        const [own] = sql(file, 'SELECT id, name FROM store WHERE external = :storeId', { storeId });
        const sensitive = shippedList(path.join(root, 'config/sensitive.classes'));
        const associates = sql(file, 'SELECT id, external, store, name, departments, role FROM associate WHERE active = 1 ORDER BY id');
        const consents = sql(file, CONSENTS, { now: nowMs });
        const rows = sql(file, LINES, { here: own.id, currency });
        const persons = sql(file, 'SELECT id, greet, preferred FROM person WHERE enrolled = 1');
        const owner = new Map(csv(path.join(folder, 'csv/purchases.csv')).map((row) => [row.id, row.customer]));
        const external = new Map(sql(file, 'SELECT l.external, l.person FROM line l JOIN person e ON e.id = l.person AND e.enrolled = 1').map((l) => [l.person, owner.get(l.external)]));
        const names = new Map(csv(path.join(folder, 'csv/customers.csv')).map((row) => [row.id, row.name]));
        const linesOf = (person) => rows.filter((row) => row.person === person)
                .map((row) => ({ ...row, sensitive: row.listed === 1 || row.department_id === 31 || sensitive(row.kind) }));
        const people = new Map();
        for (const person of persons) {
                const given = new Set(consents.filter((c) => c.person === person.id).map((c) => c.category));
                const id = external.get(person.id) ?? lineless;
                people.set(id, {
                        id: person.id, name: names.get(id) ?? '', greet: person.greet === 1, preferred: person.preferred, sizes: given.has(5), given,
                        lines: linesOf(person.id).filter((line) => given.has(line.category)),
                });
        }
        return { own, zone, currency, associates, people, everything: linesOf, nowMs, keepMonths };
}
