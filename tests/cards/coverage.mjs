// What the compared cards go through: levels shown, and per rule something that it speaks of and that is hidden or lowered.
import { judge, speaksHere, levels, rank } from './book.mjs';
import { expectCard, fieldCell } from './card.mjs';

const KINDS = ['preferred', 'seller', 'department', 'manager', 'trainee', 'other'];

/** What a viewer is to a customer, in one word. */
function kindOf(store, person, viewer) {
        if (viewer.role === 2) return 'manager';
        if (viewer.role === 1) return 'trainee';
        if (viewer.preferred) return 'preferred';
        if (person.lines.some((line) => line.seller === viewer.id)) return 'seller';
        const near = person.lines.some((line) => line.store === store.own.id && (viewer.departments >>> line.department_id) & 1);
        return near ? 'department' : 'other';
}

const count = (table, row, column) => {
        table[row] ??= {};
        table[row][column] = (table[row][column] ?? 0) + 1;
};

/** A show is overruled where it matches and less is shown; a limit binds where it matches and what shows reaches higher. */
function note(table, kind, verdict, level) {
        for (const rule of verdict.matching) if (rule.shows ? level < rule.level : rule.level < verdict.most) count(table, rule.id, kind);
}

function print(title, rows, table) {
        const cell = (text) => String(text).padStart(11);
        return [`${title.padEnd(24)}${KINDS.map(cell).join('')}`, ...rows.map((row) => `${row.padEnd(24)}${KINDS.map((kind) => cell(table[row]?.[kind] ?? '-')).join('')}`)].join('\n');
}

export function coverage(book, store, words, viewerOf) {
        const shown = {};
        const hidden = {};
        for (const [id, person] of store.people) {
                for (const associate of store.associates) {
                        for (const seen of ['checked-in', 'sensed']) {
                                const viewer = viewerOf(store, associate, person);
                                const kind = kindOf(store, person, viewer);
                                const { card, all } = expectCard(book, person, viewer, seen, store, words.get(id));
                                for (const line of [...card.may_say.lines, ...card.know_only.lines]) count(shown, line.level, kind);
                                for (const { verdict } of all) {
                                        note(hidden, kind, verdict, card.here ? verdict.level : 0);
                                        if (verdict.level === 0) count(hidden, 'lines hidden', kind);
                                }
                                // Fields that have something to say: her name always, the others as she and her lines give them.
                                const said = { name: 1, presence: 1, greet: 1, hint: words.get(id)?.hint, wish: words.get(id)?.wish, sizes: person.sizes, likes: person.sizes };
                                for (const field of Object.keys(said).filter((f) => said[f])) {
                                        const verdict = judge(book, fieldCell(field, viewer, seen));
                                        const silenced = !card.here || (field === 'greet' && !person.greet);
                                        note(hidden, kind, verdict, silenced ? 0 : verdict.level);
                                }
                        }
                }
        }
        const ids = book.filter(speaksHere).map((rule) => rule.id);
        const sum = (row) => Object.values(row ?? {}).reduce((a, b) => a + b, 0);
        return {
                table: `${print('lines shown, by level', levels.slice(1), shown)}\n${print('hidden or lowered, by rule', ['lines hidden', ...ids], hidden)}`,
                levelsMissing: levels.slice(1).filter((level) => sum(shown[level]) === 0).map((level) => `no line of level ${level}`),
                rulesMissing: ids.filter((id) => sum(hidden[id]) === 0).map((id) => `nothing that ${id} speaks of is hidden or lowered`),
                viewersMissing: KINDS.flatMap((kind) => [
                        ...(hidden['lines hidden']?.[kind] ? [] : [`nothing is hidden from ${kind}`]),
                        ...(kind === 'other' || levels.some((level) => rank(level) > 0 && shown[level]?.[kind]) ? [] : [`nothing is shown to ${kind}`]),
                ]),
        };
}
