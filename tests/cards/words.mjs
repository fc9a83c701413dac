// What a person reads of an expected card: the words of the pages, put together once more from the card's fields.

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const SEASON_ENDS = { winter: 14, spring: 5, summer: 8, autumn: 11 }; // months from the January of its year
const AMOUNT = { few: 'A few', several: 'Several', many: 'Many' };

const upper = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

/** A word, or words with slashes, within a sentence: "Blouses/Shirts" is "blouses/shirts", "T-shirts" and "SALE" stay. */
const inner = (text) => text.split('/').map((word) => (/^\p{Lu}\p{Ll}/u.test(word) ? word.slice(0, 1).toLowerCase() + word.slice(1) : word)).join('/');
const has = (text, part) => text.toLowerCase().includes(part.toLowerCase());

/** "March", or "March 2024" where that is a year ago or more. */
function time(line, now) {
        if (line.year === undefined) return '';
        const ends = line.month ?? SEASON_ENDS[line.season];
        const ago = (now.getFullYear() - line.year) * 12 + now.getMonth() + 1 - ends;
        const name = line.month ? MONTHS[line.month - 1] : line.season;
        return ago > 11 ? `${name} ${line.year}` : name;
}

/** "Navy coat 38": colour and size only where the name of the piece does not say them. */
function piece(line) {
        let text = line.item;
        if (line.colour && !has(text, line.colour)) text = `${line.colour} ${inner(text)}`;
        return line.size && !has(text, ` ${line.size}`) ? `${text} ${line.size}` : text;
}

export function lineWords(line, now) {
        const thing = {
                tally: () => `${AMOUNT[line.tally]} things from ${line.department}`, kind: () => inner(line.kind), brand: () => `${inner(line.kind)} by ${line.brand}`,
                item: () => piece(line), full: () => piece(line),
        }[line.level]();
        const joined = (...parts) => parts.filter(Boolean).join(', ');
        if (line.status === 'returned') return joined(`Returned: ${inner(thing)}`, time(line, now));
        if (line.status === 'cancelled') return joined(`Not taken: ${inner(thing)}`, time(line, now));
        const online = line.channel === 'online' ? 'online' : '';
        if (line.level === 'kind' || line.level === 'brand') return upper(`${joined(online, time(line, now))}: ${thing}`);
        return upper(joined(thing, time(line, now), online));
}

/** The whole card as the handheld and the console write it. */
export function pageOf(card, { standing, meet }, at) {
        const now = new Date(at);
        const { name, greet, hint, wish, sizes, likes } = card.fields;
        const derived = upper([sizes && `size ${sizes.text.split(' ').map(inner).join(' ')}`, likes && `likes ${likes.text}`].filter(Boolean).join(', '));
        const group = (title, why, lines) => ({ title, why, lines });
        const groups = [
                group('May say', card.may_say.because, card.may_say.lines.map((line) => lineWords(line, now))),
                group('Know only', 'unless the guest brings it up', [...(derived ? [derived] : []), ...card.know_only.lines.map((line) => lineWords(line, now))]),
        ].filter(({ lines }) => lines.length > 0);
        const greeting = !greet ? 'Don’t use a name' : name?.text.split(' ').includes(greet.text) ? 'by name' : `as ${greet.text}`;
        return {
                name: name?.text ?? 'A guest', facts: [hint?.text, meet && `meet: ${meet}`].filter(Boolean).join(' · '), standing: `${standing} · here, sure`,
                wants: [...(wish ? [wish.text] : []), greeting], groups,
        };
}
