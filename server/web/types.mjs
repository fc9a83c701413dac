// Holds src/wire.ts and its part to proto/schema: the same names, the same words, nothing optional on one side only. The
// build runs it, so a page cannot be built against a wire that no longer exists. Usage: node types.mjs
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const here = path.dirname(fileURLToPath(import.meta.url));
const schemas = path.join(here, '../../proto/schema');

// interface -> schema (FILE or FILE#/$defs/NAME)
const PAIRS = {
    Card: 'card.json',
    Field: 'card.json#/$defs/field',
    Group: 'card.json#/$defs/group',
    Line: 'card.json#/$defs/line',
    Now: 'now.json',
    CardNotes: 'card.json#/$defs/notes',
    Notes: 'notes.json',
    Remember: 'remember.json',
    Remembered: 'remembered.json',
    ReceiptKey: 'receipt_key.json',
    Controller: 'receipt_key.json#/$defs/controller',
    Receipts: 'receipts.json',
    Receipt: 'receipt.json',
    Look: 'look.json',
    MyCard: 'my_card.json',
    Paired: 'paired.json',
    SignCode: 'code.json',
    Board: 'board.json',
    Handhelds: 'handhelds.json',
    Retractions: 'retractions.json',
    RetractionsWindow: 'retractions.json#/$defs/window',
    Walkin: 'walkin.json',
    WalkinLamp: 'walkin.json#/$defs/lamp',
    WalkinPast: 'walkin.json#/properties/past/items',
    WalkinStarted: 'walkin_started.json',
    WalkinTest: 'walkin_test.json',
    Walked: 'walked.json',
    First: 'first.json',
    SignText: 'sign_text.json',
    SignIn: 'sign_text.json#/$defs/sign',
    Imported: 'imported.json',
    PairLink: 'pair_link.json',
    Revoked: 'revoked.json',
    Prove: 'prove.json',
    Welcome: 'welcome.json',
    Locked: 'locked.json',
    Chosen: 'chosen.json',
    Resync: 'resync.json',
    Retract: 'retract.json',
    StateChange: 'state.json',
    Sales: 'sales.json',
    Mine: 'mine.json',
    Numbers: 'numbers.json',
    NumbersGroup: 'numbers.json#/$defs/group',
    NumbersWindow: 'numbers.json#/$defs/window',
    NumbersSplit: 'numbers.json#/$defs/split',
    NumbersVersion: 'numbers.json#/$defs/version',
    Colleagues: 'colleagues.json',
    Invited: 'invited.json',
    HubError: 'error.json',
    Qr: 'qr.json',
    Me: 'me.json',
    EnrolBegun: 'enrol_begun.json',
    House: 'house.json',
    HouseRule: 'house.json#/$defs/rule',
    HouseVersion: 'house.json#/$defs/version',
    HouseCounted: 'house_counted.json',
    Rules: 'rules.json',
    Version: 'version.json',
    RulesCheck: 'rules_checked.json',
    Rule: 'rules_checked.json#/$defs/rule',
    Area: 'rules_checked.json#/$defs/area',
    Picture: 'rules_checked.json#/$defs/picture',
    RulesCards: 'rules_cards.json',
    RulesJob: 'rules_job.json',
    Roster: 'roster.json',
    DiffResult: 'rules_job.json#/$defs/diff',
    ReplayResult: 'rules_job.json#/$defs/replay',
};

const files = new Map();
function load(file) {
    if (!files.has(file)) files.set(file, JSON.parse(fs.readFileSync(path.join(schemas, file), 'utf8')));
    return files.get(file);
}

/** The schema behind a reference, with the file in which its own references are meant. */
function find(reference, file) {
    const [name, inside = ''] = reference.split('#');
    const home = name || file;
    const schema = inside
        .split('/')
        .filter(Boolean)
        .reduce((at, key) => at[key], load(home));
    return { schema, file: home };
}

/** Properties of an object schema over all its branches; `required` only where every branch says so. */
function shape(schema, file) {
    const properties = new Map();
    const required = new Set(schema.required ?? []);
    for (const [name, value] of Object.entries(schema.properties ?? {}))
        properties.set(name, { schema: value, file });
    const branches = (list, always) => {
        for (const branch of list ?? []) {
            const to = branch.$ref ? find(branch.$ref, file) : { schema: branch, file };
            const inner = shape(to.schema, to.file);
            for (const [name, value] of inner.properties)
                if (!properties.has(name)) properties.set(name, value);
            if (always) for (const name of inner.required) required.add(name);
        }
    };
    branches(schema.allOf, true);
    branches(schema.oneOf, false);
    return { properties, required };
}

const sources = ['src/wire.ts', 'src/wire-console.ts', 'src/wire-notes.ts', 'src/wire-receipts.ts'].map((file) => path.join(here, file));
const program = ts.createProgram(sources, { strict: true, noEmit: true });
const checker = program.getTypeChecker();
const source = program.getSourceFile(sources[0]);
const declared = new Map();
for (const file of sources)
    ts.forEachChild(program.getSourceFile(file), (node) => {
        if (ts.isInterfaceDeclaration(node)) declared.set(node.name.text, checker.getTypeAtLocation(node.name));
    });

const wrong = [];

function compare(where, type, { schema, file }) {
    if (schema.$ref) return compare(where, type, find(schema.$ref, file));
    const parts = (type.isUnion() ? type.types : [type]).filter(
        (t) => !(t.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)),
    );
    const nullable = type.isUnion() && type.types.some((t) => t.flags & ts.TypeFlags.Null);
    const branches = schema.oneOf ?? [];
    const mayBeNull =
        branches.some((b) => b.type === 'null') ||
        (Array.isArray(schema.type) && schema.type.includes('null'));
    if (nullable !== mayBeNull) wrong.push(`${where}: null is allowed on one side only`);
    const real = branches.filter((b) => b.type !== 'null');
    if (mayBeNull && real.length === 1)
        return compare(where, checker.getNonNullableType(type), { schema: real[0], file });
    const words = schema.const === undefined ? schema.enum : [schema.const];
    if (words) {
        const ours = parts.filter((t) => t.isStringLiteral()).map((t) => t.value);
        for (const word of words)
            if (!ours.includes(word)) wrong.push(`${where}: the word "${word}" is missing`);
        for (const word of ours)
            if (!words.includes(word)) wrong.push(`${where}: the word "${word}" is never sent`);
    } else if (schema.type === 'array') {
        const item = checker.getIndexTypeOfType(parts[0], ts.IndexKind.Number);
        if (!item) wrong.push(`${where}: is an array on the wire`);
        else compare(`${where}[]`, item, { schema: schema.items, file });
    } else if (schema.type === 'object' || schema.properties) compareObject(where, parts[0], schema, file);
}

function compareObject(where, type, schema, file) {
    const { properties, required } = shape(schema, file);
    const ours = new Map(type.getProperties().map((p) => [p.name, p]));
    for (const name of properties.keys()) if (!ours.has(name)) wrong.push(`${where}.${name} is missing`);
    for (const [name, symbol] of ours) {
        if (!properties.has(name)) {
            wrong.push(`${where}.${name} is not on the wire`);
            continue;
        }
        const optional = Boolean(symbol.flags & ts.SymbolFlags.Optional);
        if (optional === required.has(name)) wrong.push(`${where}.${name} is optional on one side only`);
        compare(`${where}.${name}`, checker.getTypeOfSymbolAtLocation(symbol, source), properties.get(name));
    }
}

for (const [name, reference] of Object.entries(PAIRS)) {
    const type = declared.get(name);
    if (!type) wrong.push(`${name} is not declared`);
    else compare(name, type, find(reference, 'card.json'));
}
for (const text of wrong) process.stderr.write(`server/web/src/wire.ts: ${text}\n`);
if (wrong.length > 0) process.stderr.write('server/web/src/wire.ts: change it to what proto/schema says\n');
process.exit(wrong.length > 0 ? 1 : 0);
