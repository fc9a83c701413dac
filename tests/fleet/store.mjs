// The files of a store with 500 associates and 1,000 guests, two of whom bought from each: both are hers.
//   store.mjs FOLDER
import fs from 'node:fs';
import path from 'node:path';

export const ASSOCIATES = 500;
export const GUESTS = 2 * ASSOCIATES;
export const associateOf = (n) => `fleet-a${String(n % ASSOCIATES).padStart(3, '0')}`;
export const guestOf = (n) => `fleet-g${String(n).padStart(4, '0')}`;

const [folder] = process.argv.slice(2);
if (folder) {
        const write = (name, head, rows) => fs.writeFileSync(path.join(folder, name), `${[head, ...rows].join('\n')}\n`);
        const all = (n, row) => Array.from({ length: n }, (_, i) => row(i));
        const days = (n) => new Date(Date.now() - n * 86_400_000).toISOString().slice(0, 10);
        write('associates.csv', 'id,name,store,department,role,active', all(ASSOCIATES, (i) => `${associateOf(i)},Nadia Number${i},downtown,Women,associate,yes`));
        write('customers.csv', 'id,name,birthday,contact', all(GUESTS, (i) => `${guestOf(i)},Carla Number${i},1980-02-03,g${i}@example.com`));
        write('purchases.csv', 'id,customer,associate,store,channel,sku,class,price,currency,quantity,at,status,gift',
                all(GUESTS, (i) => `fleet-l${i},${guestOf(i)},${associateOf(i)},downtown,in-store,navy-coat,Coats,489.00,EUR,1,${days(10 + (i % 200))}T10:00:00,bought,no`));
}
