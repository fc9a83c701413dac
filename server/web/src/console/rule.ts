// A rule of the book in plain words: the canonical text (one line of the rule language) becomes a sentence. What this
// does not understand is shown as it stands, never guessed.

interface Sentence {
    text: string;
    because: string;
}

const RELATIONS: Record<string, string> = {
    seller: 'the seller',
    preferred: 'the chosen associate',
    department: 'the purchase’s department',
    store: 'anyone of the purchase’s store',
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
    tally: 'whether it was a few or many',
    hide: 'nothing',
};

const OF: Record<string, string> = {
    'in-store': 'bought in a store',
    online: 'bought online',
    'this-store': 'in this store',
    'other-store': 'from another store',
    gift: 'marked as a gift',
    anything: '',
};

/** What stands before the word "purchases". */
const ADJECTIVES: Record<string, string> = {
    sensitive: 'protected',
    bought: 'kept',
    returned: 'returned',
    cancelled: 'cancelled',
};

const FIELDS: Record<string, string> = {
    name: 'the name',
    greet: 'how to greet',
    hint: 'what the guest wears',
    wish: 'the wish',
    sizes: 'the sizes',
    likes: 'what the guest likes',
    notes: 'notes',
    presence: 'that the guest is here',
};

function list(parts: string[], last = 'and'): string {
    return parts.length < 2
        ? (parts[0] ?? '')
        : `${parts.slice(0, -1).join(', ')} ${last} ${parts[parts.length - 1]}`;
}

/** Who it is about; `others`: everyone except these. */
function whom(text: string): { said: string; others: boolean } | null {
    const others = text.startsWith('everyone except ');
    const named = (others ? text.slice('everyone except '.length) : text)
        .split(/ or | who is /)
        .map((w) => RELATIONS[w]);
    if (named.some((w) => w === undefined)) return null;
    return {
        said: text.includes(' who is ') ? named.join(' who is ') : list(named as string[], 'or'),
        others,
    };
}

function what(text: string): string | null {
    if (text.startsWith('field ')) {
        const fields = text
            .slice('field '.length)
            .split('/')
            .map((f) => FIELDS[f]);
        return fields.some((f) => f === undefined) ? null : list(fields as string[]);
    }
    const before: string[] = [];
    const after: string[] = [];
    const terms = text.split(', ');
    const hereBought = terms.includes('in-store') && terms.includes('this-store');
    if (hereBought) after.push('made in this store');
    for (const term of terms) {
        if (hereBought && (term === 'in-store' || term === 'this-store')) continue;
        const price = /^price (>=|<) (\S+)$/.exec(term);
        const age = /^age (<=|>) (\d+) months$/.exec(term);
        const statuses = term.split('/').map((t) => ADJECTIVES[t]);
        const kinds = /^kind (".*")$/.exec(term);
        if (price) after.push(price[1] === '<' ? `below ${price[2]}` : `of ${price[2]} or more`);
        else if (age)
            after.push(age[1] === '<=' ? `of the last ${age[2]} months` : `older than ${age[2]} months`);
        else if (kinds)
            after.push(
                `of ${list(
                    [...(kinds[1] ?? '').matchAll(/"([^"]*)"/g)].map((k) => k[1] ?? ''),
                    'or',
                )}`,
            );
        else if (!statuses.some((t) => t === undefined)) before.push(list(statuses as string[], 'or'));
        else if (OF[term] !== undefined) after.push(OF[term] ?? '');
        else return null;
    }
    return [...before, 'purchases', ...after.filter(Boolean)].join(' ');
}

function levelOfField(level: string): string {
    return level === 'full' ? '' : level === 'kind' ? ', as initials' : `, as ${level}`;
}

const RULE =
    /^(show|limit|never)(?: (\w+))?( firm)? to (.+?) of (.+?)(?: when (sensed|checked-in))?( mention ok)?(?: because "((?:[^"\\]|\\.)*)")?$/;

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
    const seen = field ? `${of}${levelOfField(level)}` : `${amount}, of ${of}`;
    const everybody = who.said === RELATIONS['anyone'];
    const Who = who.said.charAt(0).toUpperCase() + who.said.slice(1);
    let text = '';
    if (verb === 'show') text = who.others ? `Anyone but ${who.said} sees ${seen}` : `${Who} sees ${seen}`;
    else if (verb === 'limit')
        text = who.others
            ? `Nobody but ${who.said} sees more than ${seen}`
            : everybody
              ? `Nobody sees more than ${seen}`
              : `${Who} sees no more than ${seen}`;
    else
        text = who.others
            ? `Nobody but ${who.said} sees ${of}`
            : everybody
              ? `Nobody sees ${of}`
              : `${Who} does not see ${of}`;
    if (parts[6] === 'sensed') text += ', while only the Wi-Fi has noticed the guest';
    if (parts[6] === 'checked-in') text += ', once the guest has checked in';
    if (parts[7]) text += field ? ', and may use it' : ', and may speak of it';
    if (firm) text += '. Nobody in the store can change this';
    return { text: `${text}.`, because: (parts[8] ?? '').replace(/\\(.)/g, '$1') };
}
