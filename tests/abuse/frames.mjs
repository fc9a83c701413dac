// WebSocket frames, byte by byte, on a handheld's paired socket. There is nobody to echo: a message that was understood is
// a hello answered by `welcome`, padded with spaces to the length that is wanted; one that was read but means nothing is
// answered by `error` with the word malformed.
//
//   { name, send: steps, want, deviates }
//
// A step is bytes for one write; {drip: bytes, size} writes them in pieces. What comes back, in this order: 'welcome',
// 'malformed', {pong: payload}, a close code, or 'end': closed, with a close frame or without; 'stays': nothing more, open.
import { BINARY, CLOSE, FIN, PING, PONG, TEXT, WAIT_MS, Wire, close, frame, text } from './wire.mjs';

export const hello = (length = 13) => `{"t":"hello"${' '.repeat(Math.max(0, length - 13))}}`;
const CONTINUATION = 0;
const HELLO = text(hello());
const say = (words) => text(`{"t":"hello","x":"${words}"}`);
const GREEK = 'Hello-\u00b5@\u00df\u00f6\u00e4\u00fc\u00e0\u00e1-UTF-8!!';
const BAD_UTF8 = Buffer.concat([Buffer.from('\u03ba\u1f79\u03c3\u03bc\u03b5'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('edited')]);
const one = Buffer.concat;

/** A text message cut into frames of so many bytes. */
function fragments(payload, size, between = []) {
        const body = Buffer.from(payload);
        const parts = [];
        for (let at = 0; at === 0 || at < body.length; at += size) {
                const last = at + size >= body.length;
                parts.push(frame((at === 0 ? TEXT : CONTINUATION) | (last ? FIN : 0), body.subarray(at, at + size)));
                if (!last) parts.push(...between);
        }
        return parts;
}
const ends = ['end'];
const welcome = ['welcome', 'stays'];
const read = ['malformed', 'stays'];
// RFC 6455, 5.5.2 wants a pong "as soon as is practical": it waits for the socket to take more, and an answer that is ready may pass it.
const ponged = [{ anyOrder: [{ pong: Buffer.from('pong') }, 'welcome'] }, 'stays'];
const pong = (...payloads) => [...payloads.map((payload) => ({ pong: Buffer.from(payload) })), 'stays'];
const TOO_LONG = [1009];
const MASK = 'RFC 6455 wants it closed; the mask guards proxies against browsers, and browsers always mask';

const lengths = [
        { case: '1.1.1', name: 'a text of nothing', send: [text('')], want: read },
        { case: '1.1.2', name: '125 bytes', send: [text(hello(125))], want: welcome },
        { case: '1.1.3', name: '126 bytes', send: [text(hello(126))], want: welcome },
        { case: '1.1.4', name: '127 bytes', send: [text(hello(127))], want: welcome },
        { case: '1.1.5', name: '128 bytes', send: [text(hello(128))], want: welcome },
        { name: '4,096 bytes', send: [text(hello(4096))], want: welcome },
        { name: '4,097 bytes', send: [text(hello(4097))], want: TOO_LONG },
        { case: '1.1.6', name: '65,535 bytes', send: [text(hello(65535))], want: TOO_LONG },
        { case: '1.1.7', name: '65,536 bytes', send: [text(hello(65536))], want: TOO_LONG },
        { case: '1.1.8', name: '65,536 bytes in pieces of 997', send: [{ drip: text(hello(65536)), size: 997 }], want: TOO_LONG },
        ...['0', '125', '126', '127', '128', '65535', '65536'].map((n, i) => ({ case: `1.2.${i + 1}`, name: `binary, ${n} bytes`, send: [frame(FIN | BINARY, Buffer.alloc(Number(n), 0xfe))], want: [1003] })),
        { case: '1.2.8', name: 'binary, 65,536 bytes in pieces of 997', send: [{ drip: frame(FIN | BINARY, Buffer.alloc(65536, 0xfe)), size: 997 }], want: [1003] },
        ...['64 KiB', '256 KiB', '1 MiB', '4 MiB', '8 MiB', '16 MiB'].map((size, i) => ({ case: `9.1.${i + 1}`, name: `${size} of text announced`, send: [frame(FIN | TEXT, hello(), { announce: 65536 << (i < 3 ? 2 * i : i + 3) })], want: TOO_LONG })),
        ...['64 KiB', '256 KiB', '1 MiB', '4 MiB', '8 MiB', '16 MiB'].map((size, i) => ({ case: `9.2.${i + 1}`, name: `${size} of binary announced`, send: [frame(FIN | BINARY, 'x', { announce: 65536 << (i < 3 ? 2 * i : i + 3) })], want: [1003] })),
        ...[64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304].map((size, i) => ({ case: `9.3.${i + 1}`, name: `4 MiB in fragments of ${size}`, send: [one(fragments(' '.repeat(Math.max(8192, 2 * size)), size))], want: TOO_LONG })),
        ...[64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304].map((size, i) => ({ case: `9.4.${i + 1}`, name: `binary in fragments of ${size}`, send: [frame(BINARY, Buffer.alloc(size, 1))], want: [1003] })),
        ...[64, 128, 256, 512, 1024, 2048].map((size, i) => ({ case: `9.5.${i + 1}`, name: `a text of 1 MiB in pieces of ${size}`, send: [{ drip: frame(FIN | TEXT, ' '.repeat(32 * size), { announce: 1048576 }), size }], want: TOO_LONG })),
        ...[64, 128, 256, 512, 1024, 2048].map((size, i) => ({ case: `9.6.${i + 1}`, name: `binary of 1 MiB in pieces of ${size}`, send: [{ drip: frame(FIN | BINARY, Buffer.alloc(32 * size), { announce: 1048576 }), size }], want: [1003] })),
        { case: '9.9.1', name: 'frames without an end', send: [one([frame(TEXT, ' '), ...Array(70).fill(frame(CONTINUATION, ' '))])], want: TOO_LONG },
        { case: '10.1.1', name: 'fragments of 1,300', send: [one(fragments(hello(4000), 1300))], want: welcome },
        { name: '2^63 - 1 bytes announced', send: [frame(FIN | TEXT, '{"t"', { announce: 2n ** 63n - 1n })], want: TOO_LONG },
        { name: '2^63 bytes announced', send: [frame(FIN | TEXT, '{"t"', { announce: 2n ** 63n })], want: ends },
        { name: '2^64 - 1 bytes announced', send: [frame(FIN | TEXT, '{"t"', { announce: 2n ** 64n - 1n })], want: ends },
        { name: '13 bytes in the form for 65,535', send: [frame(FIN | TEXT, hello(), { wide: 2 })], want: welcome, deviates: 'RFC 6455 wants the shortest form; the message is the same' },
        { name: '13 bytes in the form for 2^63', send: [frame(FIN | TEXT, hello(), { wide: 8 })], want: welcome, deviates: 'RFC 6455 wants the shortest form; the message is the same' },
        { name: 'a ping in the form for 65,535', send: [frame(FIN | PING, 'x', { wide: 2 })], want: ends },
        { name: 'nothing in the form for 65,535, unmasked', send: [frame(FIN | TEXT, '', { wide: 2, masked: false }), HELLO], want: welcome, deviates: MASK },
];

const pings = [
        { case: '2.1', name: 'a ping of nothing', send: [frame(FIN | PING)], want: pong('') },
        { case: '2.2', name: 'a ping of a word', send: [frame(FIN | PING, 'Hello')], want: pong('Hello') },
        { case: '2.3', name: 'a ping that is no UTF-8', send: [frame(FIN | PING, Buffer.from([0, 255, 254, 253, 0, 255]))], want: pong([0, 255, 254, 253, 0, 255]) },
        { case: '2.4', name: 'a ping of 125 bytes', send: [frame(FIN | PING, Buffer.alloc(125, 0xfe))], want: pong(Buffer.alloc(125, 0xfe)) },
        { case: '2.5', name: 'a ping of 126 bytes', send: [frame(FIN | PING, Buffer.alloc(126, 0xfe))], want: ends },
        { case: '2.6', name: 'a ping of 125 bytes, one at a time', send: [{ drip: frame(FIN | PING, Buffer.alloc(125, 0xfe)), size: 1 }], want: pong(Buffer.alloc(125, 0xfe)) },
        { case: '2.7', name: 'a pong of nothing', send: [frame(FIN | PONG), HELLO], want: welcome },
        { case: '2.8', name: 'a pong of a word', send: [frame(FIN | PONG, 'unsolicited'), HELLO], want: welcome },
        { case: '2.9', name: 'a pong, then a ping', send: [frame(FIN | PONG, 'unsolicited'), frame(FIN | PING, 'ping')], want: pong('ping') },
        { case: '2.10', name: 'ten pings', send: [...Array(10).keys()].map((i) => ({ ping: frame(FIN | PING, `payload-${i}`) })), want: ['stays'] },
        { case: '2.11', name: 'ten pings, one byte at a time', send: [...Array(10).keys()].map((i) => ({ ping: frame(FIN | PING, `payload-${i}`), size: 1 })), want: ['stays'] },
        { name: 'ten pings at once', send: [one([...Array(10)].map(() => frame(FIN | PING, 'again'))), HELLO], want: ['welcome', 'stays'], pongs: true, deviates: 'a ping while a pong waits is dropped; RFC 6455 allows it' },
        { name: 'ten thousand pings', send: [one([...Array(10000)].map(() => frame(FIN | PING, 'again'))), HELLO], want: ['welcome', 'stays'], pongs: true },
];

// The later ones come after a message that was answered.
const reservedOpcode = (opcode, i) => {
        const bytes = one([frame(FIN | opcode, i % 2 ? 'x' : ''), frame(FIN | PING)]);
        return i > 1 ? [HELLO, { after: 'welcome', bytes }] : [bytes];
};
const reserved = [
        ...[1, 2, 3, 4].map((rsv, i) => ({ case: `3.${i + 1}`, name: `reserved bits ${rsv}`, send: [frame(FIN | (rsv << 4) | TEXT, hello()), frame(FIN | PING)], want: ends, drip: rsv > 2 })),
        { case: '3.5', name: 'reserved bits 5, binary', send: [frame(FIN | (5 << 4) | BINARY, 'x')], want: ends },
        { case: '3.6', name: 'reserved bits 6, a ping', send: [frame(FIN | (6 << 4) | PING, 'x')], want: ends },
        { case: '3.7', name: 'reserved bits 7, a close', send: [frame(FIN | (7 << 4) | CLOSE)], want: ends },
        ...[3, 4, 5, 6, 7].map((opcode, i) => ({ case: `4.1.${i + 1}`, name: `opcode ${opcode}`, send: reservedOpcode(opcode, i), want: [...(i > 1 ? ['welcome'] : []), 'end'] })),
        ...[11, 12, 13, 14, 15].map((opcode, i) => ({ case: `4.2.${i + 1}`, name: `opcode ${opcode}`, send: reservedOpcode(opcode, i), want: [...(i > 1 ? ['welcome'] : []), 'end'] })),
];

const pieces = [frame(TEXT, '{"t":'), frame(FIN | CONTINUATION, '"hello"}')];
const nothing = (first) => [frame(first | CONTINUATION, 'non-continuation'), HELLO];
const fragmented = [
        { case: '5.1', name: 'a ping in two fragments', send: [frame(PING, 'fragment1'), frame(FIN | CONTINUATION, 'fragment2')], want: ends },
        { case: '5.2', name: 'a pong in two fragments', send: [frame(PONG, 'fragment1'), frame(FIN | CONTINUATION, 'fragment2')], want: ends },
        { name: 'a close in two fragments', send: [frame(CLOSE, Buffer.from([3, 232])), frame(FIN | CONTINUATION, 'bye')], want: ends },
        { case: '5.3', name: 'a text in two fragments', send: [one(pieces)], want: welcome },
        { case: '5.4', name: 'a text in two fragments, each sent alone', send: pieces, want: welcome },
        { case: '5.5', name: 'a text in two fragments, one byte at a time', send: [{ drip: one(pieces), size: 1 }], want: welcome },
        { case: '5.6', name: 'a ping between two fragments', send: [one([pieces[0], frame(FIN | PING, 'pong'), pieces[1]])], want: ponged },
        { case: '5.7', name: 'a ping between two fragments, each sent alone', send: [pieces[0], frame(FIN | PING, 'pong'), pieces[1]], want: ponged },
        { case: '5.8', name: 'a ping between two fragments, one byte at a time', send: [{ drip: one([pieces[0], frame(FIN | PING, 'pong'), pieces[1]]), size: 1 }], want: ponged },
        ...[FIN, 0].flatMap((fin, k) => [['in one go', (all) => [one(all)]], ['each sent alone', (all) => all], ['one byte at a time', (all) => [{ drip: one(all), size: 1 }]]].map(([how, cut], i) => ({ case: `5.${9 + 3 * k + i}`, name: `a ${fin ? 'last ' : ''}continuation of nothing, ${how}`, send: cut(nothing(fin)), want: ends }))),
        { case: '5.15', name: 'a continuation after the last', send: [one(pieces), { after: 'welcome', bytes: one(nothing(0)) }], want: ['welcome', 'end'] },
        { case: '5.16', name: 'twice: a continuation of nothing, then a text', send: [nothing(0)[0], ...pieces, nothing(0)[0], ...pieces], want: ends },
        { case: '5.17', name: 'twice: a last continuation of nothing, then a text', send: [nothing(FIN)[0], ...pieces, nothing(FIN)[0], ...pieces], want: ends },
        { case: '5.18', name: 'a text within a text', send: [one([frame(TEXT, '{"t":'), frame(FIN | TEXT, '"hello"}')])], want: ends },
        /* The second ping may come while the first one's pong still waits: then one pong answers both (RFC 6455, 5.5.3). */
        { case: '5.19', name: 'five fragments, two pings', send: [...fragments('{"t":"hello"}', 6, [frame(FIN | PING, 'pong')])], want: welcome, pongs: true },
        { case: '5.20', name: 'five fragments, two pings, each sent alone', send: [...fragments('{"t":"hello"}', 6, [frame(FIN | PING, 'pong')])], want: welcome, pongs: true },
        { name: 'a binary continued as text', send: [one([frame(BINARY, 'x'), frame(FIN | CONTINUATION, 'y')])], want: [1003] },
        { name: '64 fragments', send: [one(fragments(hello(64), 1))], want: welcome },
        { name: '65 fragments', send: [one(fragments(hello(65), 1))], want: TOO_LONG },
        { name: 'fragments of nothing', send: [one([frame(TEXT, ''), ...Array(100).fill(frame(CONTINUATION, ''))])], want: TOO_LONG },
];

const bytewise = (payload) => [one(fragments(payload, 1))];
const utf8 = [
        { case: '6.1.1', name: 'a text of nothing', send: [text('')], want: read },
        { case: '6.1.2', name: 'three fragments of nothing', send: [one([frame(TEXT), frame(CONTINUATION), frame(FIN | CONTINUATION)])], want: read },
        { case: '6.1.3', name: 'nothing, a text, nothing', send: [one([frame(TEXT), frame(CONTINUATION, hello()), frame(FIN | CONTINUATION)])], want: welcome },
        { case: '6.2.1', name: 'good UTF-8', send: [say(GREEK)], want: read },
        { case: '6.2.2', name: 'good UTF-8 in two fragments', send: [one([frame(TEXT, `{"t":"hello","x":"${GREEK}`), frame(FIN | CONTINUATION, `${GREEK}"}`)])], want: read },
        { case: '6.2.3', name: 'good UTF-8 in fragments of one byte', send: bytewise(`{"x":"${GREEK}"}`), want: read },
        { case: '6.2.4', name: 'good Greek in fragments of one byte', send: bytewise('{"x":"\u03ba\u1f79\u03c3\u03bc\u03b5"}'), want: read },
        { name: 'four bytes cut in the middle', send: [frame(TEXT, Buffer.from('{"x":"\u{1f9e5}').subarray(0, 8)), frame(FIN | CONTINUATION, Buffer.concat([Buffer.from('\u{1f9e5}').subarray(2), Buffer.from('"}')]))], want: read },
        { case: '6.3.1', name: 'bad UTF-8', send: [text(BAD_UTF8)], want: ends },
        { case: '6.3.2', name: 'bad UTF-8 in fragments of one byte', send: bytewise(BAD_UTF8), want: ends },
        { case: '6.4.1', name: 'bad in the second fragment', send: [frame(TEXT, BAD_UTF8.subarray(0, 12)), frame(CONTINUATION, BAD_UTF8.subarray(12, 16)), frame(FIN | CONTINUATION, 'edited')], want: ends },
        { case: '6.4.2', name: 'bad at the second fragment\'s end', send: [frame(TEXT, BAD_UTF8.subarray(0, 12)), frame(CONTINUATION, BAD_UTF8.subarray(12, 13)), frame(FIN | CONTINUATION, 'edited')], want: ends },
        { case: '6.4.3', name: 'bad in the second piece', send: [text(BAD_UTF8).subarray(0, 18), text(BAD_UTF8).subarray(18, 22), text(BAD_UTF8).subarray(22)], want: ends },
        { case: '6.4.4', name: 'bad at the second piece\'s end', send: [text(BAD_UTF8).subarray(0, 18), text(BAD_UTF8).subarray(18, 19), text(BAD_UTF8).subarray(19)], want: ends },
        ...[['overlong', [0xc0, 0xaf]], ['half a character', [0xe2, 0x82]], ['a surrogate', [0xed, 0xa0, 0x80]], ['over U+10FFFF', [0xf4, 0x90, 0x80, 0x80]], ['five bytes', [0xf8, 0x88, 0x80, 0x80, 0x80]], ['0xff', [0xff]]].map(([name, bytes]) => ({ name, send: [text(Buffer.from(bytes))], want: ends })),
        { name: 'a byte order mark', send: [text(`\ufeff${hello()}`)], want: read },
];

const closes = [
        { case: '7.1.1', name: 'a message, then a close', send: [HELLO, { after: 'welcome', bytes: close(1000) }], want: ['welcome', 1000] },
        { case: '7.1.2', name: 'two closes', send: [one([close(1000), close(1000)])], want: ends },
        { case: '7.1.3', name: 'a ping after a close', send: [one([close(1000), frame(FIN | PING, 'x')])], want: ends, noPong: true },
        { case: '7.1.4', name: 'a text after a close', send: [one([close(1000), HELLO])], want: ends, noWelcome: true },
        { case: '7.1.5', name: 'a fragment, a close, a fragment', send: [one([pieces[0], close(1000), pieces[1]])], want: ends, noWelcome: true },
        { case: '7.1.6', name: '256 KiB, a close, a ping', send: [one([text(' '.repeat(262144)), close(1000), frame(FIN | PING)])], want: ends },
        { case: '7.3.1', name: 'a close of nothing', send: [frame(FIN | CLOSE)], want: ends },
        { case: '7.3.2', name: 'a close of one byte', send: [frame(FIN | CLOSE, 'x')], want: ['refused'] },
        { case: '7.3.3', name: 'a close with a code', send: [close(1000)], want: [1000] },
        { case: '7.3.4', name: 'a close with a code and a reason', send: [close(1000, 'Hello World!')], want: [1000] },
        { case: '7.3.5', name: 'a close with 123 bytes of reason', send: [close(1000, '*'.repeat(123))], want: [1000] },
        { case: '7.3.6', name: 'a close with 124 bytes of reason', send: [frame(FIN | CLOSE, Buffer.concat([Buffer.from([3, 232]), Buffer.alloc(124, 42)]))], want: ['refused'] },
        { case: '7.5.1', name: 'a close with bad UTF-8', send: [close(1000, BAD_UTF8)], want: ['refused'] },
        ...[1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].map((code) => ({ name: `close ${code}`, send: [close(code)], want: [code] })),
        ...[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999].map((code) => ({ name: `close ${code}, which nobody may send`, send: [close(code)], want: ['refused'] })),
        { case: '7.13.1', name: 'close 5000', send: [close(5000)], want: ends },
        { case: '7.13.2', name: 'close 65535', send: [close(65535)], want: ends },
];

const others = [
        { name: 'a text without a mask', send: [frame(FIN | TEXT, hello(), { masked: false })], want: welcome, deviates: MASK },
        { name: 'a ping without a mask', send: [frame(FIN | PING, 'x', { masked: false })], want: pong('x'), deviates: MASK },
        { name: 'HTTP after the upgrade', send: ['GET /h HTTP/1.1\r\n\r\n'], want: ends },
        { name: 'zeros after the upgrade', send: [Buffer.alloc(64)], want: ends },
        { name: 'two hellos: the second is not heard', send: [HELLO, HELLO], want: welcome },
        { name: 'the hello sent ahead of 101', ahead: true, send: [HELLO], want: welcome },
        { name: 'a message that does not exist', send: [text('{"t":"open_sesame"}')], want: read },
        { name: 'a message without a name', send: [text('{}')], want: read },
        { name: 'a proof that nobody asked for', send: [text(`{"t":"proof","signature":"${'A'.repeat(86)}"}`)], want: [4400] },
        { name: 'a proof after the welcome', send: [HELLO, { after: 'welcome', bytes: text(`{"t":"proof","signature":"${'A'.repeat(86)}"}`) }], want: ['welcome', 4400] },
        { name: 'a proof that is too long', send: [text(`{"t":"proof","signature":"${'A'.repeat(87)}"}`)], want: read },
        { name: 'a proof of nothing', send: [text('{"t":"proof","signature":""}')], want: read },
        { name: 'three bad messages', send: [text('{'), text('{'), text('{')], want: ['malformed', 'malformed', 4400], optional: true },
        { name: 'another face\'s message', send: [text('{"t":"arrive","code":"0"}')], want: read },
        { name: 'the operator\'s message', send: [text('{"t":"link","face":"console"}')], want: read },
        { name: 'a close in the middle of a frame', send: [text(hello()).subarray(0, 6), { cut: true }], want: ends },
        { name: 'the end without a close', send: [HELLO, { after: 'welcome', half: true }], want: ['welcome', 'end'] },
        { name: '40 messages at once', send: [one(Array(40).fill(HELLO))], want: welcome },
        { name: '60 messages at once', send: [one(Array(60).fill(HELLO))], want: [1008], skim: true },
];

export const frameGroups = { length: lengths, ping: pings, 'reserved bits and opcodes': reserved, fragment: fragmented, 'UTF-8': utf8, close: closes, socket: others };

/** A socket of a handheld, upgraded. `ahead`: bytes that are sent with the request. */
export async function upgraded(hub, cookie, { ahead = Buffer.alloc(0), path = '/ws/handheld', from } = {}) {
        const wire = await Wire.open(hub, from && { from });
        await wire.send(Buffer.concat([Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${hub.host}\r\nOrigin: ${hub.origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: maitred.handheld.1\r\nCookie: ${cookie}\r\n\r\n`), ahead]));
        const answer = await wire.answer();
        if (answer?.status !== 101) throw new Error(`no upgrade: ${answer?.status} ${answer?.body}`);
        return wire;
}

/** The next frame that matters, as the table has it. */
async function next(wire, { skim, pongs, optional, ms = WAIT_MS }) {
        for (;;) {
                const got = await wire.frame(ms);
                if (!got) return wire.over ? 'end' : 'stays';
                if (got.masked) return 'a frame with a mask';
                if (got.opcode === CLOSE) return got.payload.length >= 2 ? got.payload.readUInt16BE(0) : 'closed without a code';
                if (got.opcode === PONG && !pongs) return { pong: got.payload };
                if (got.opcode !== TEXT || skim) continue;
                const said = JSON.parse(got.payload.toString());
                if (said.t === 'welcome') return 'welcome';
                if (said.t === 'error' && !optional) return said.error;
        }
}

const same = (wanted, got) => {
        if (wanted?.pong) return Boolean(got?.pong?.equals(wanted.pong));
        if (wanted === 'end') return got === 'end' || got === 'closed without a code' || (typeof got === 'number' && got !== 4400);
        // The protocol was broken: 1002, 1007, or the end without a word.
        if (wanted === 'refused') return ['end', 1002, 1007].includes(got);
        return wanted === got;
};

async function step(wire, what) {
        if (what.drip) return wire.drip(what.drip, what.size);
        if (what.cut) return wire.raw.destroy();
        if (what.half) return wire.raw.end();
        return wire.send(what.bytes ?? what);
}

async function play(wire, { send, ...row }) {
        for (const what of send) {
                if (what.after && !same(what.after, await next(wire, row))) return `no ${what.after}`;
                if (what.ping) {
                        await wire.drip(what.ping, what.size ?? what.ping.length);
                        if (!(await next(wire, row))?.pong) return 'a ping without its pong';
                } else await step(wire, what);
        }
        return '';
}

async function run(hub, row, cookie) {
        const wire = await upgraded(hub, cookie, row.ahead && { ahead: row.send[0] });
        try {
                const why = await play(wire, row.ahead ? { ...row, send: [] } : row);
                if (why) return why;
                const done = row.send.find((one) => one.after) ? 1 : 0;
                for (const wanted of row.want.slice(done)) {
                        if (wanted === 'stays') {
                                // Whoever is still there answers a ping.
                                await wire.send(frame(FIN | PING, 'still there?'));
                                let got;
                                do got = await next(wire, { ...row, pongs: false });
                                while (row.pongs && got?.pong && !same({ pong: Buffer.from('still there?') }, got));
                                return same({ pong: Buffer.from('still there?') }, got) ? '' : `${JSON.stringify(got)} instead of staying open`;
                        }
                        if (row.optional && wanted === 'malformed') continue;
                        const left = wanted.anyOrder ? [...wanted.anyOrder] : [wanted];
                        while (left.length) {
                                const got = await next(wire, row);
                                const at = left.findIndex((one) => same(one, got));
                                if (at < 0) return `${JSON.stringify(got)} instead of ${JSON.stringify(left)}`;
                                left.splice(at, 1);
                        }
                }
                if (typeof row.want.at(-1) === 'number') await wire.send(close(1000));
                return (await wire.ended()) ? '' : 'the connection stays open';
        } finally {
                wire.close();
        }
}

/** The rows as cases; `cookies` is a ring of tokens, since one token has one socket at a time. */
export function frameCases(rows, cookies) {
        return rows.map((row) => ({ name: `${row.case ? `${row.case} ` : ''}${row.name}`, deviates: row.deviates, run: (hub) => run(hub, row, cookies.next(hub)) }));
}
