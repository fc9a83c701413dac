// JSON that hurts: every file of the JSON suite and every naughty string as bodies and as frames, and what those do not have.
import fs from 'node:fs';
import path from 'node:path';
import { postOn } from './hub.mjs';
import { upgraded } from './frames.mjs';
import { CLOSE, TEXT, Wire, text } from './wire.mjs';

const NOT_JSON = /strict JSON|nested too deeply|is empty|must be a JSON object\.$/; // front's words where the bytes are none
const LEAVING = '/api/customer/leaving';
const MOST_FRAME = 4096;

/** Why good JSON is not read here; undefined: it must be. */
function refusal(name, bytes) {
        if (!name.startsWith('y_')) return undefined;
        if (/duplicated_key/.test(name)) return 'a key twice: another program may take the other one';
        if (bytes.includes('\\u0000')) return 'U+0000 ends a text in C';
        const value = JSON.parse(bytes.toString());
        return typeof value === 'object' && value !== null ? undefined : 'a value that is neither object nor list is none by RFC 4627, and no message';
}

/** What was said to a body: {status, read: it was taken for JSON}. */
export async function judge(hub, bytes, cookie) {
        const answer = await hub.post(LEAVING, undefined, cookie, { raw: bytes });
        if (!answer || answer.status === 0) return { status: 0, read: false };
        if (answer.status === 413) return { status: 413, read: false };
        const said = JSON.parse(answer.body);
        return { status: answer.status, error: said.error, say: said.say, read: !(said.error === 'malformed' && NOT_JSON.test(said.say)) };
}

/** The same as a frame: 'read', 'not JSON', or the code that it was closed with. */
export async function judgeFrame(wire, bytes) {
        await wire.send(text(bytes));
        for (;;) {
                const got = await wire.frame();
                if (!got) return wire.over ? 'end' : 'nothing';
                if (got.opcode === CLOSE) return got.payload.length >= 2 ? got.payload.readUInt16BE(0) : 'end';
                if (got.opcode !== TEXT) continue;
                const said = JSON.parse(got.payload.toString());
                if (said.t === 'error') return said.error === 'malformed' && NOT_JSON.test(said.say) ? 'not JSON' : 'read';
                if (said.t === 'welcome') return 'read';
        }
}

const utf8 = (bytes) => Buffer.compare(Buffer.from(bytes.toString('utf8')), bytes) === 0;

async function file(hub, name, bytes, cookies) {
        const { status, read } = await judge(hub, bytes);
        const wanted = name.startsWith('y_') && !refusal(name, bytes);
        if (bytes.length <= 65536 && status !== 400) return `as a body it was answered with ${status}`;
        if (name.startsWith('n_') && read) return 'as a body it was taken for JSON';
        if (wanted && !read) return 'as a body it was not taken for JSON';
        const wire = await upgraded(hub, cookies.next());
        try {
                const got = await judgeFrame(wire, bytes);
                const right = bytes.length > MOST_FRAME ? 1009 : !utf8(bytes) ? [1007, 'end'] : name.startsWith('n_') || refusal(name, bytes) ? 'not JSON' : wanted ? 'read' : ['read', 'not JSON'];
                return [right].flat().includes(got) ? '' : `as a frame: ${got} instead of ${right}`;
        } finally {
                wire.close();
        }
}

export function fileCases(folder, cookies) {
        return fs.readdirSync(folder).filter((name) => /^[yni]_/.test(name)).map((name) => {
                const bytes = fs.readFileSync(path.join(folder, name));
                return { name, deviates: refusal(name, bytes), run: (hub) => file(hub, name, bytes, cookies) };
        });
}

/** For those that the suite leaves open: how we decided, as the table of what was found. */
export async function decisions(hub, folder) {
        const found = { 'taken for JSON': [], refused: [] };
        for (const name of fs.readdirSync(folder).filter((one) => one.startsWith('i_'))) {
                const { read } = await judge(hub, fs.readFileSync(path.join(folder, name)));
                found[read ? 'taken for JSON' : 'refused'].push(name);
        }
        return found;
}

// ---- what the suites do not have

const object = (members) => Buffer.from(`{${members}}`);
const hint = (value) => object(`"hint":${value}`);
// Names whose hash in jansson depends on a seed drawn at start: an attacker cannot choose them, many must be harmless.
const manyKeys = Buffer.from(`{${Array.from({ length: 5000 }, (_, i) => `"${(i * 7919).toString(36).padStart(8, 'k')}":0`).join(',')}}`);

// [name, bytes, status, error]; the call is `tell` of somebody who is no customer: what is well-formed is answered by 403.
const bodies = [
        ['a good one', hint('"coat"'), 403],
        ['a key twice', object('"hint":"a","hint":"b"'), 400],
        ['a key twice, once escaped', object('"hint":"a","hin\\u0074":"b"'), 400],
        ['U+0000', hint('"a\\u0000b"'), 400],
        ['a zero byte', hint('"a\0b"'), 400],
        ['half a surrogate pair', hint('"\\ud83e"'), 400],
        ['a surrogate pair the wrong way round', hint('"\\udde5\\ud83e"'), 400],
        ['a surrogate pair', hint('"\\ud83e\\udde5"'), 403],
        ['a surrogate in bytes', Buffer.concat([Buffer.from('{"hint":"'), Buffer.from([0xed, 0xa0, 0xbe]), Buffer.from('"}')]), 400],
        ['overlong UTF-8', Buffer.concat([Buffer.from('{"hint":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]), 400],
        ['U+001F', hint('"a\x1fb"'), 400],
        ['U+001F, escaped', hint('"a\\u001fb"'), 400],
        ['a line end, escaped', hint('"a\\nb"'), 400],
        ['U+007F', hint('"a\x7fb"'), 400],
        ['a byte order mark before', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), hint('"a"')]), 400],
        ['UTF-16', Buffer.from('\ufeff{"hint":"a"}', 'utf16le'), 400],
        ['bytes behind', Buffer.concat([hint('"a"'), Buffer.from('x')]), 400],
        ['an object behind', Buffer.concat([hint('"a"'), hint('"b"')]), 400],
        ['a zero behind', Buffer.concat([hint('"a"'), Buffer.from('\0')]), 400],
        ['a comment', object('/* */"hint":"a"'), 400],
        ['a comma too many', object('"hint":"a",'), 400],
        ['single quotes', Buffer.from("{'hint':'a'}"), 400],
        ['no quotes', Buffer.from('{hint:"a"}'), 400],
        ['80 bytes', hint(`"${'x'.repeat(80)}"`), 403],
        ['81 bytes', hint(`"${'x'.repeat(81)}"`), 400],
        ['80 bytes in 40 characters', hint(`"${'\u00e4'.repeat(40)}"`), 403],
        ['82 bytes in 41 characters', hint(`"${'\u00e4'.repeat(41)}"`), 400],
        ['a number for a text', hint('1'), 400],
        ['nothing for a text', hint('null'), 400],
        ['a list for a text', hint('["a"]'), 400],
        ['an unknown member', object('"hint":"a","price":1'), 400],
        ['__proto__', object('"__proto__":{"admin":true}'), 400],
        ['a list', Buffer.from('[]'), 400],
        ['a text', Buffer.from('"hint"'), 400],
        ['a number', Buffer.from('1'), 400],
        ['null', Buffer.from('null'), 400],
        ['depth 4', hint('[[[]]]'), 400],
        ['depth 5', hint('[[[[]]]]'), 400],
        ['depth 30,000', Buffer.from('['.repeat(30000) + ']'.repeat(30000)), 400],
        ['depth 65,536', Buffer.from('['.repeat(65536)), 400],
        ['depth 10^6', Buffer.from('['.repeat(1e6)), 413],
        ['objects of depth 10,000', Buffer.from('{"a":'.repeat(10000)), 400],
        ['a text of 60 KiB', hint(`"${'x'.repeat(61440)}"`), 400],
        ['10 MB', Buffer.from(`{"hint":"${'x'.repeat(1e7)}"}`), 413],
        ['5,000 keys', manyKeys, 400],
        ['100,000 keys', Buffer.from(`{${Array.from({ length: 1e5 }, (_, i) => `"${i.toString(36)}":0`).join(',')}}`), 413],
];
const numbers = [
        ['1e999', 400], ['-1e999', 400], ['1e-999', 400], ['9223372036854775807', 400], ['9223372036854775808', 400], ['-9223372036854775809', 400],
        ['9007199254740993', 400], ['1.0', 400], ['1e0', 400], ['0', 400], ['-1', 400], ['6', 400], ['01', 400], ['+1', 400], ['0x1', 400], ['NaN', 400],
        ['Infinity', 400], ['1', 403], ['5', 403], ['-0', 400], [`1${'0'.repeat(5000)}`, 400], ['"1"', 400], ['true', 400],
];

const answered = (bytes, where, status) => async (hub) => {
        const answer = await hub.post(where, undefined, undefined, { raw: bytes });
        return answer?.status === status ? '' : `${answer?.status} instead of ${status}: ${answer?.body}`;
};

export const hostileJson = [
        ...bodies.map(([name, bytes, status]) => ({ name, run: answered(bytes, '/api/customer/tell', status) })),
        ...numbers.map(([number, status]) => ({ name: `the number ${number.slice(0, 24)}`, run: answered(Buffer.from(`{"line":${number},"preview":"x","how":"hide"}`), '/api/customer/strike', status) })),
];

// ---- naughty strings

/** Every text field that strangers may send, from the list of messages. */
export function textFields(root) {
        const list = fs.readFileSync(path.join(root, 'proto/messages.def'), 'utf8');
        const messages = new Map([...list.matchAll(/^MESSAGE\(\w+, (\w+), "(\w+)", FACE_(\w+), HOW_(\w+)\)/gm)].map(([, name, wire, face, how]) => [name, { wire, face: face.toLowerCase(), how, fields: [], flags: [] }]));
        for (const [, name, field, most, required] of list.matchAll(/^TEXT\((\w+), (\w+), (\d+), (true|false)\)/gm)) messages.get(name).fields.push({ field, most: Number(most), required: required === 'true' });
        for (const [, name, field, required] of list.matchAll(/^FLAG\((\w+), (\w+), (true|false)\)/gm)) if (required === 'true') messages.get(name).flags.push(field);
        return [...messages.values()].filter(({ how }) => how === 'POST' || how === 'SOCKET').flatMap((one) => one.fields.map((field) => ({ ...one, ...field, others: one.fields.filter((other) => other.required && other.field !== field.field) })));
}

const fits = (string, most) => Buffer.byteLength(string) <= most && !/[\u0000-\u001f\u007f-\u009f]/.test(string) && Buffer.from(string).toString() === string;

/** A customer who is in the store. */
export async function visitor(hub) {
        const sign = await hub.pair('sign');
        const { url } = JSON.parse((await hub.get('/api/sign/code', sign)).body);
        const code = url.split('#d.')[1];
        const joined = await hub.post('/api/customer/join', { code, yes: true, age_ok: true });
        if (joined.status !== 200) throw new Error(`joining was answered with ${joined.status} ${joined.body}`);
        const cookie = joined.headers.get('set-cookie').split(';')[0];
        const arrived = await hub.post('/api/customer/arrive', { code }, cookie);
        if (arrived.status !== 200) throw new Error(`arriving was answered with ${arrived.status} ${arrived.body}`);
        return cookie;
}

const LIMITS = { hint: 80, wish: 80, meet: 60 };

/** What she says comes back byte for byte, or is refused. '' or what is wrong. */
async function said(wire, hub, string, cookie) {
        for (const [field, most] of Object.entries(LIMITS)) {
                const answer = await postOn(wire, hub, '/api/customer/tell', Buffer.from(JSON.stringify({ [field]: string })), cookie);
                const right = fits(string, most) ? 200 : 400;
                if (answer?.status !== right) return `${field} was answered with ${answer?.status} instead of ${right}: ${answer?.body}`;
                if (right === 400) return '';
                const given = JSON.parse(answer.body).visit[field];
                if (given !== string) return `${field} came back as ${JSON.stringify(given)}`;
        }
        return '';
}

/** All strings, said by one who is in the store. */
export function spoken(strings) {
        return async (hub) => {
                const cookie = await visitor(hub);
                const wrong = [];
                let wire;
                for (const [i, string] of strings.entries()) {
                        // A refusal ends the connection, and an address has a budget.
                        if (!wire || wire.over || i % 40 === 0) {
                                wire?.close();
                                wire = await Wire.open(hub);
                        }
                        const why = await said(wire, hub, string, cookie);
                        if (why) wrong.push(`string ${i + 1}: ${why}`);
                        if (!fits(string, 60)) await wire.ended();
                }
                wire.close();
                return wrong.slice(0, 5).join('\n');
        };
}

/** One text field with all strings, each on its own connection; nothing but a refusal may come. */
export function misspoken({ wire: name, face, how, field, most, others, flags }, strings) {
        const where = `/api/${face === 'any' ? 'handheld' : face}/${name}`;
        const filled = Object.fromEntries([...others.map((other) => [other.field, 'x']), ...flags.map((flag) => [flag, true])]);
        return async (hub) => {
                const left = [...strings];
                const wrong = [];
                const worker = async () => {
                        for (let string = left.pop(); string !== undefined; string = left.pop()) {
                                const answer = await hub.post(where, { ...filled, [field]: string });
                                // An agent's code may be tried five times, by everybody together; names of managers 30 times, three at once.
                                const tired = face === 'agent' ? [429] : name === 'sign_in' ? [429, 503] : [];
                                const right = fits(string, most) ? [400, 401, 403, 404, 409, 410, ...tired] : [400];
                                if (!right.includes(answer?.status)) wrong.push(`${JSON.stringify(string)} was answered with ${answer?.status}`);
                        }
                };
                if (how === 'POST') await Promise.all(Array.from({ length: 8 }, worker));
                return wrong.slice(0, 3).join('\n');
        };
}

/** The same for the one text that a socket takes. */
export function greeted(strings, cookies) {
        return async (hub) => {
                const wrong = [];
                for (const string of strings) {
                        const wire = await upgraded(hub, cookies.next());
                        const got = await judgeFrame(wire, JSON.stringify({ t: 'hello', epoch: string }));
                        wire.close();
                        if (got !== 'read') wrong.push(`${JSON.stringify(string)}: ${got}`);
                }
                return wrong.slice(0, 3).join('\n');
        };
}

export const naughty = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));
