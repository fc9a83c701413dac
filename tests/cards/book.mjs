// A rulebook read from its text and evaluated, a second time and in another way than the hub does: each rule is a list of
// conditions, each condition a function. Written from the language's description, not from the hub's source.

const LEVELS = ['hide', 'tally', 'kind', 'brand', 'item', 'full'];
const RELATIONS = new Set(['seller', 'preferred', 'department', 'store']);
const ROLES = new Set(['associate', 'trainee', 'manager']);
const STATUSES = new Set(['bought', 'returned', 'cancelled']);

export const rank = (level) => LEVELS.indexOf(level);
export const levelAt = (n) => LEVELS[n];
export const levels = LEVELS;

/** Words, quoted texts and punctuation of one line; a comment ends it. */
function words(line) {
        const found = [];
        const next = /\s*(?:(#.*)|"((?:[^"\\]|\\.)*)"|([,:/]|>=|<=|<|>)|([^\s,:/"<>=#]+))/gy;
        for (let m; next.lastIndex < line.length && (m = next.exec(line)); ) {
                if (m[2] !== undefined) found.push({ text: m[2], quoted: true });
                else if (m[3] ?? m[4]) found.push({ text: m[3] ?? m[4], quoted: false });
        }
        return found;
}

class Reader {
        constructor(line) {
                this.line = line;
                this.words = words(line);
                this.at = 0;
        }
        get word() {
                return this.words[this.at]?.text;
        }
        take() {
                if (this.at >= this.words.length) throw new Error(`the rule ends too early: ${this.line}`);
                return this.words[this.at++].text;
        }
        skip(word) {
                if (this.word !== word || this.words[this.at].quoted) return false;
                this.at++;
                return true;
        }
        must(word) {
                if (!this.skip(word)) throw new Error(`"${word}" is missing before "${this.word}": ${this.line}`);
        }
        list(separator) {
                const all = [this.take()];
                while (this.skip(separator)) all.push(this.take());
                return all;
        }
}

/** Who is meant: a test over the viewer's role and her relations to a line. */
function who(reader) {
        if (reader.skip('anyone')) return () => true;
        const except = reader.skip('everyone');
        if (except) reader.must('except');
        const related = () => {
                const names = reader.list('or');
                const unknown = names.find((name) => !RELATIONS.has(name));
                if (unknown) throw new Error(`no relation "${unknown}": ${reader.line}`);
                return (cell) => names.some((name) => cell.relations.has(name));
        };
        if (!except && ROLES.has(reader.word)) {
                const role = reader.take();
                if (!reader.skip('who')) return (cell) => cell.role === role;
                reader.must('is');
                const is = related();
                return (cell) => cell.role === role && is(cell);
        }
        const is = related();
        return except ? (cell) => !is(cell) : is;
}

/** Notes are written by an associate after a visit: no card here has one. Suites core (noted) and web (notes) are about them. */
export const speaksHere = (rule) => !rule.fields || rule.fields.some((field) => field !== 'notes');

/** One term of what a rule speaks of. `unknown` is what an unknown price, or class, counts as: true in what limits. */
function term(reader, unknown) {
        const word = reader.take();
        if (STATUSES.has(word)) {
                const all = [word];
                while (reader.skip('/')) all.push(reader.take());
                return (cell) => all.includes(cell.status);
        }
        switch (word) {
                case 'anything': return () => true;
                case 'in-store': case 'online': return (cell) => cell.channel === word;
                case 'this-store': return (cell) => cell.here;
                case 'other-store': return (cell) => !cell.here;
                case 'gift': return (cell) => cell.gift;
                case 'sensitive': return (cell) => cell.sensitive;
                case 'kind': {
                        const all = reader.list('/');
                        return (cell) => (cell.kind === '' ? unknown : all.includes(cell.kind));
                }
                case 'price': {
                        const from = reader.take();
                        const amount = Number(reader.take());
                        return (cell) => (cell.price === null ? unknown : from === '>=' ? cell.price >= amount : cell.price < amount);
                }
                case 'age': {
                        const most = reader.take();
                        const months = Number(reader.take());
                        reader.must('months');
                        return (cell) => (most === '<=' ? cell.ageMonths <= months : cell.ageMonths > months);
                }
        }
        throw new Error(`"${word}" is no term: ${reader.line}`);
}

function what(reader, unknown) {
        if (reader.skip('field')) {
                const fields = reader.list('/');
                return { fields, tests: [] };
        }
        const tests = [term(reader, unknown)];
        while (reader.skip(',')) tests.push(term(reader, unknown));
        return { fields: null, tests };
}

function rule(line) {
        const reader = new Reader(line);
        const made = { id: reader.take(), mention: 'wait', because: '', firm: false };
        reader.must(':');
        const verb = reader.take();
        made.shows = verb === 'show';
        if (verb !== 'show' && verb !== 'limit' && verb !== 'never') throw new Error(`no verb "${verb}": ${line}`);
        made.level = verb === 'never' ? 0 : rank(reader.take());
        if (made.level < 0) throw new Error(`no such level: ${line}`);
        made.firm = reader.skip('firm');
        reader.must('to');
        const person = who(reader);
        reader.must('of');
        const { fields, tests } = what(reader, !made.shows);
        made.fields = fields;
        if (reader.skip('when')) {
                const seen = reader.take();
                tests.push((cell) => cell.seen === seen);
        }
        if (reader.skip('mention')) made.mention = reader.take();
        if (reader.skip('because')) made.because = reader.take();
        if (reader.word !== undefined) throw new Error(`"${reader.word}" is left over: ${line}`);
        made.matches = (cell) => (fields ? fields.includes(cell.field) : cell.field === undefined) && person(cell) && tests.every((test) => test(cell));
        return made;
}

export function parseBook(text) {
        const lines = text.split('\n').filter((line) => words(line).length > 0);
        if (!/^rulebook\s/.test(lines[0] ?? '')) throw new Error('the text does not begin as a rulebook');
        return lines.slice(1).map(rule);
}

/**
 * level = min(max(shows), min(limits), min(firm limits), her own hide): she shares nothing beyond the rules, so what only
 * her share could lift stays down. Of shows that reach as high the lowest id speaks.
 */
export function judge(book, cell) {
        const matching = book.filter((r) => r.matches(cell));
        const shows = matching.filter((r) => r.shows);
        const most = Math.max(0, ...shows.map((r) => r.level));
        const least = Math.min(5, ...matching.filter((r) => !r.shows).map((r) => r.level), cell.choice === 'hide' ? 0 : 5);
        const level = Math.min(most, least);
        const decides = shows.filter((r) => r.level === most).sort((a, b) => (a.id < b.id ? -1 : 1))[0];
        const limits = matching.filter((r) => !r.shows && r.level < most);
        return { level, matching, shows, limits, decides, most };
}
