// A rule of the book in plain words: the canonical text (one line of the rule language) becomes a sentence. What this
// does not understand is shown as it stands, never guessed.

interface Sentence {
        text: string;
        because: string;
}

const RELATIONS: Record<string, string> = {
        seller: 'who sold it',
        preferred: 'her chosen associate',
        department: 'her department there',
        store: 'this store’s people',
        manager: 'a manager',
        trainee: 'a trainee',
        associate: 'an associate',
        anyone: 'anyone',
};

const LEVELS: Record<string, string> = {
        full: 'everything, with day and price',
        item: 'the item, its size and colour and the month',
        brand: 'the brand and the kind of thing',
        kind: 'the kind of thing and the season',
        tally: 'only whether it was a few or many',
        hide: 'nothing',
};

const OF: Record<string, string> = {
        'in-store': 'bought in a store',
        online: 'bought online',
        'this-store': 'in this store',
        'other-store': 'from another store',
        sensitive: 'protected',
        gift: 'marked as a gift',
        bought: 'kept',
        returned: 'returned',
        cancelled: 'cancelled',
        anything: '',
};

const FIELDS: Record<string, string> = {
        name: 'her name',
        greet: 'how to greet her',
        hint: 'what she wears',
        wish: 'what she wishes',
        sizes: 'her sizes',
        likes: 'what she likes',
        notes: 'notes',
        presence: 'that she is here',
};

function list(parts: string[], last = 'and'): string {
        return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} ${last} ${parts[parts.length - 1]}`;
}

function whom(text: string): string | null {
        const except = text.startsWith('everyone except ');
        const named = (except ? text.slice('everyone except '.length) : text).split(/ or | who is /).map((w) => RELATIONS[w]);
        if (named.some((w) => w === undefined)) return null;
        const said = text.includes(' who is ') ? named.join(' who is ') : list(named as string[], except ? 'and' : 'or');
        return except ? `everyone except ${said}` : said;
}

function what(text: string): string | null {
        if (text.startsWith('field ')) {
                const fields = text.slice('field '.length).split('/').map((f) => FIELDS[f]);
                return fields.some((f) => f === undefined) ? null : list(fields as string[]);
        }
        const parts: string[] = [];
        for (const term of text.split(', ')) {
                const price = /^price (>=|<) (\S+)$/.exec(term);
                const age = /^age (<=|>) (\d+) months$/.exec(term);
                const statuses = term.split('/').map((t) => OF[t]);
                if (price) parts.push(price[1] === '<' ? `below ${price[2]}` : `from ${price[2]} upwards`);
                else if (age) parts.push(age[1] === '<=' ? `of the last ${age[2]} months` : `older than ${age[2]} months`);
                else if (!statuses.some((t) => t === undefined)) parts.push(list(statuses as string[], 'or'));
                else return null;
        }
        return ['purchases', ...parts.filter(Boolean)].join(' ');
}

function levelOfField(level: string): string {
        return level === 'full' ? '' : level === 'kind' ? ', as initials' : `, as ${level}`;
}

const RULE = /^(show|limit|never)(?: (\w+))?( firm)? to (.+?) of (.+?)(?: when (sensed|checked-in))?( mention ok)?(?: because "((?:[^"\\]|\\.)*)")?$/;

export function ruleSentence(canonical: string): Sentence {
        const parts = RULE.exec(canonical.trim());
        if (!parts) return { text: canonical, because: '' };
        // "never firm to": firm stands where a level would
        const verb = parts[1] ?? '';
        const firm = Boolean(parts[3]) || parts[2] === 'firm';
        const level = parts[2] === 'firm' ? '' : (parts[2] ?? '');
        const who = whom(parts[4] ?? '');
        const of = what(parts[5] ?? '');
        const amount = LEVELS[level];
        if (!who || !of || (verb !== 'never' && !amount)) return { text: canonical, because: '' };
        const field = (parts[5] ?? '').startsWith('field ');
        const Who = who.charAt(0).toUpperCase() + who.slice(1);
        let text = '';
        if (verb === 'show') text = field ? `${Who} sees ${of}${levelOfField(level)}` : `${Who} sees ${amount}, of ${of}`;
        else if (verb === 'limit') text = field ? `${Who} sees ${of} at most as ${level}` : `${Who} sees at most ${amount}, of ${of}`;
        else text = `${Who} never sees ${of}`.replace(/^Anyone never sees/, 'Nobody ever sees').replace(/^A trainee never/, 'A trainee never');
        if (parts[6] === 'sensed') text += ', while only the Wi-Fi has noticed her';
        if (parts[6] === 'checked-in') text += ', once she has checked in';
        if (parts[7]) text += field ? ', and may use it' : ', and may speak of it';
        if (firm) text += '. Nobody in the store can change this';
        return { text: `${text}.`, because: (parts[8] ?? '').replace(/\\(.)/g, '$1') };
}
