// What a file may hold: kinds and fields as in proto/import.c, and what people call them as in server/ctl/map.c. A unit
// test holds this list to those two.

export type Kind = 'associates' | 'classes' | 'products' | 'customers' | 'purchases';

export interface Field {
    name: string;
    required: boolean;
    also: readonly string[];
}

const field = (name: string, ...also: string[]): Field => ({ name, required: false, also });
const needed = (name: string, ...also: string[]): Field => ({ name, required: true, also });

const STORE = ['store_id', 'shop', 'shop_id'];
const CLASS = ['category', 'class_name'];

/** In the order in which they are read in: what others refer to comes first. */
export const KINDS: readonly Kind[] = ['associates', 'classes', 'products', 'customers', 'purchases'];

export const FIELDS: Record<Kind, readonly Field[]> = {
    associates: [
        needed('id', 'associate', 'associate_id', 'employee', 'employee_id', 'staff_id'),
        needed('name'),
        field('store', ...STORE),
        field('department', 'departments', 'dept'),
        field('role'),
        field('active'),
        field('stand_in', 'standin', 'deputy', 'substitute'),
        field('languages', 'language', 'speaks'),
        field('skills', 'skill'),
    ],
    classes: [needed('class', 'category', 'name', 'class_name'), field('department', 'dept'), field('sensitive')],
    products: [
        needed('sku', 'id', 'product', 'product_id', 'article', 'item_id'),
        field('name', 'item', 'title', 'description', 'product_name'),
        field('brand'),
        field('class', ...CLASS),
        field('price', 'list_price', 'unit_price'),
        field('colour', 'color'),
        field('size'),
    ],
    customers: [
        needed('id', 'customer', 'customer_id'),
        field('name', 'customer_name', 'full_name'),
        field('birthday', 'birth_date', 'birthdate', 'date_of_birth', 'dob'),
        field('contact', 'email', 'e_mail', 'mail', 'phone'),
    ],
    purchases: [
        needed('id', 'line', 'line_id', 'purchase_id', 'transaction_id'),
        needed('customer', 'customer_id', 'client', 'client_id'),
        field('associate', 'associate_id', 'seller', 'seller_id', 'clerk', 'sold_by'),
        field('store', ...STORE),
        field('channel'),
        field('sku', 'product', 'product_id', 'article'),
        field('class', ...CLASS),
        field('price', 'unit_price'),
        field('currency'),
        field('quantity', 'qty', 'pieces'),
        needed('at', 'date', 'time', 'datetime', 'timestamp', 'sold_at', 'bought_at', 'purchase_date'),
        field('status'),
        field('gift'),
        field('brand'),
        field('item', 'product_name', 'description', 'name'),
        field('colour', 'color'),
        field('size'),
    ],
};

/** Of each field the number of its column; -1: none. */
export type Mapping = readonly number[];

const plain = (name: string) => name.trim().toLowerCase().replace(/[ .-]/g, '_');

/** The columns that a kind's fields would be taken from, by their names; no column twice. */
export function mapped(kind: Kind, header: readonly string[]): Mapping {
    const names = header.map(plain);
    const taken = new Set<number>();
    const take = (word: string) => {
        const at = names.findIndex((name, i) => name === word && !taken.has(i));
        if (at >= 0) taken.add(at);
        return at;
    };
    // A field's own name goes before what others are called as well.
    const own = FIELDS[kind].map((f) => take(f.name));
    return FIELDS[kind].map((f, i) => {
        let at = own[i] ?? -1;
        for (const word of f.also) if (at < 0) at = take(word);
        return at;
    });
}

export const missing = (kind: Kind, mapping: Mapping): string[] =>
    FIELDS[kind].filter((f, i) => f.required && (mapping[i] ?? -1) < 0).map((f) => f.name);

/** What a file holds, by its name, else by the columns that it has. */
export function kindOf(fileName: string, header: readonly string[]): Kind {
    const named = KINDS.find((kind) => fileName.toLowerCase().includes(kind));
    if (named) return named;
    const fit = (kind: Kind) => mapped(kind, header).filter((at) => at >= 0).length - 10 * missing(kind, mapped(kind, header)).length;
    return [...KINDS].sort((a, b) => fit(b) - fit(a))[0] ?? 'customers';
}
