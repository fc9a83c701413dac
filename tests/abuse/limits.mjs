// How much, how often, how long: the limits that ship, on maitred itself; and the deadlines of minutes, shortened, on the
// same two processes.
import net from 'node:net';
import { upgraded } from './frames.mjs';
import { CLOSE, FIN, PING, PONG, SLOWER, WAIT_MS, Wire, frame, nobody, text } from './wire.mjs';

const pause = (ms) => new Promise((go) => setTimeout(go, ms));
const page = (hub) => `GET /h HTTP/1.1\r\nHost: ${hub.host}\r\n\r\n`;

/** Ends between `ms` and `ms` and as long again as things take here; '' or what is wrong. */
async function endsAt(wire, began, ms) {
        const ended = await wire.ended(ms + WAIT_MS);
        const took = performance.now() - began;
        if (!ended) return `still open after ${Math.round(took)} ms`;
        return took < ms - 50 ? `it ended after ${Math.round(took)} ms, before its ${ms}` : '';
}

/** Something that goes on until the connection ends: one byte, a while, one byte. */
const dripping = (wire, bytes, each) => wire.drip(bytes, 1, () => pause(each));

// ---- deadlines: {head, body, idle, hello} in ms, those of the hub that is asked

export function deadlines({ head, body, idle, hello }, cookie) {
        return [
                ['a head that drips', async (hub) => {
                        const began = performance.now();
                        const wire = await Wire.open(hub);
                        dripping(wire, `GET /h HTTP/1.1\r\nX: ${'x'.repeat(4000)}`, head / 20);
                        return endsAt(wire, began, head);
                }],
                ['a second head that drips', async (hub) => {
                        const wire = await Wire.open(hub);
                        await wire.send(page(hub));
                        await wire.answer();
                        const began = performance.now();
                        dripping(wire, `GET /h HTTP/1.1\r\nX: ${'x'.repeat(4000)}`, idle / 20);
                        return endsAt(wire, began, Math.min(head, idle));
                }],
                ['a body that drips', async (hub) => {
                        const wire = await Wire.open(hub);
                        const began = performance.now();
                        await wire.send(`POST /api/customer/leaving HTTP/1.1\r\nHost: ${hub.host}\r\nOrigin: ${hub.origin}\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{`);
                        dripping(wire, ' '.repeat(3990), body / 20);
                        const answer = await wire.answer({ ms: body + WAIT_MS });
                        if (answer?.status !== 408) return `${answer?.status} instead of 408`;
                        return endsAt(wire, began, body);
                }],
                ['a body that never comes', async (hub) => {
                        const wire = await Wire.open(hub);
                        const began = performance.now();
                        await wire.send(`POST /api/customer/leaving HTTP/1.1\r\nHost: ${hub.host}\r\nOrigin: ${hub.origin}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n`);
                        const answer = await wire.answer({ ms: body + WAIT_MS });
                        return answer?.status === 408 ? endsAt(wire, began, body) : `${answer?.status} instead of 408`;
                }],
                ['nothing behind an answer', async (hub) => {
                        const wire = await Wire.open(hub);
                        await wire.send(page(hub));
                        await wire.answer();
                        return endsAt(wire, performance.now(), idle);
                }],
                ['nobody says hello', async (hub) => {
                        const began = performance.now();
                        const wire = await upgraded(hub, cookie());
                        // Pings are no hello.
                        dripping(wire, Buffer.concat(Array(40).fill(frame(FIN | PING, 'x'))), hello / 200);
                        const closed = await wire.until(() => (wire.bytes.includes(Buffer.from([0x11, 0x30])) || wire.over ? true : undefined), hello + WAIT_MS, false);
                        if (!closed || !wire.bytes.includes(Buffer.from([0x11, 0x30]))) return 'no close 4400';
                        return endsAt(wire, began, hello);
                }],
        ].map(([name, run]) => ({ name, late: true, run: async (hub) => run(hub) }));
}

// ---- peers that are not there any more

export const peers = ({ ping, silent }, cookie) => [
        { name: 'a peer that answers no ping', run: async (hub) => {
                const wire = await upgraded(hub, cookie());
                const began = performance.now();
                await wire.send(text('{"t":"hello"}'));
                return endsAt(wire, began, silent);
        } },
        { name: 'a peer that only pings', run: async (hub) => {
                const wire = await upgraded(hub, cookie());
                const began = performance.now();
                await wire.send(text('{"t":"hello"}'));
                dripping(wire, Buffer.concat(Array(400).fill(frame(FIN | PING, 'x'))), 2);
                return endsAt(wire, began, silent);
        } },
        { name: 'a peer that answers is kept', run: async (hub) => {
                const wire = await upgraded(hub, cookie());
                const began = performance.now();
                await wire.send(text('{"t":"hello"}'));
                while (performance.now() - began < 2 * silent) {
                        const got = await wire.frame(ping + WAIT_MS);
                        if (!got) return 'it was given up';
                        if (got.opcode === CLOSE) return 'it was closed';
                        if (got.opcode === PING) await wire.send(frame(FIN | PONG, got.payload));
                }
                wire.close();
                return '';
        } },
        { name: 'all peers that are gone are found by one sweep', run: async (hub) => {
                const wires = [];
                for (let i = 0; i < 8; i++) wires.push(await upgraded(hub, cookie()));
                const began = performance.now();
                for (const wire of wires) await wire.send(text('{"t":"hello"}'));
                for (const wire of wires) {
                        const why = await endsAt(wire, began, silent);
                        if (why) return why;
                }
                return '';
        } },
];

// ---- how many

async function open(hub, from) {
        const wire = await Wire.open(hub, { from });
        await wire.send(page(hub));
        const answer = await wire.answer();
        return answer?.status === 200 ? wire : null;
}

const opened = (hub, from) => open(hub, from).catch(() => null);

/** On the hub with few connections: `each` from one address, `all` together. */
export const counts = ({ each, all }) => [
        { name: `${each} connections from one address, and no more`, run: async (hub) => {
                const from = nobody();
                const wires = [];
                for (let i = 0; i < each; i++) wires.push(await opened(hub, from));
                const over = await opened(hub, from);
                const other = await opened(hub, nobody());
                const held = wires.filter(Boolean).length;
                wires.at(-1)?.close();
                const last = performance.now() + WAIT_MS;
                let again = null;
                while (!again && performance.now() < last) again = await opened(hub, from);
                [...wires, over, other, again].forEach((wire) => wire?.close());
                return held !== each ? `${held} were let in` : over ? 'one more was let in' : !other ? 'somebody else was not' : again ? '' : 'nobody is let in where somebody left';
        } },
        { name: `${all} connections in all, and no more`, run: async (hub) => {
                const wires = [];
                for (let i = 0; i < all; i++) wires.push(await opened(hub, nobody()));
                const held = wires.filter(Boolean).length;
                const over = await opened(hub, nobody());
                const left = wires.some((wire) => wire?.over); // on a slow machine the first have run into a deadline meanwhile
                [...wires, over].forEach((wire) => wire?.close());
                const last = performance.now() + WAIT_MS;
                while ((await hub.serves().catch(() => 'no')) && performance.now() < last) await pause(5);
                return held < all - 1 ? `${held} were let in` : over && !left ? 'one more was let in' : '';
        } },
];

/** The limits that ship. */
export const shipped = [
        { name: 'new connections from one address: 80 at once, 20 a second', run: async (hub) => {
                const from = nobody();
                const began = performance.now();
                const tries = Array.from({ length: 200 }, () => new Promise((done) => {
                        const socket = net.connect({ host: '127.0.0.1', port: hub.port, localAddress: from });
                        socket.on('error', () => done(false)).on('close', () => done(false)).on('data', () => done(socket));
                        socket.on('connect', () => setTimeout(() => done(socket), 1500 * SLOWER));
                }));
                const got = (await Promise.all(tries)).filter(Boolean);
                const most = 80 + Math.ceil((20 * (performance.now() - began)) / 1000) + 1;
                const other = await opened(hub, nobody());
                [...got, other].forEach((one) => (one?.destroy ?? one?.close)?.call(one));
                return got.length < 80 || got.length > most ? `${got.length} of 200 were let in, not 80 to ${most}` : other ? '' : 'somebody else was turned away';
        } },
        { name: 'requests from one address: 200 at once, 600 a minute', run: async (hub) => {
                const from = nobody();
                const wire = await Wire.open(hub, { from });
                const began = performance.now();
                let served = 0;
                for (; served < 400; served++) {
                        await wire.send(page(hub));
                        const answer = await wire.answer();
                        if (answer?.status === 200) continue;
                        if (answer?.status !== 429 || !answer.headers.has('retry-after')) return `${answer?.status} instead of 429 with Retry-After`;
                        break;
                }
                const most = 200 + Math.ceil((10 * (performance.now() - began)) / 1000) + 1;
                wire.close();
                return served < 200 || served > most ? `${served} were served, not 200 to ${most}` : (await hub.serves());
        } },
        { name: 'it listens where it was told to, and nowhere else', run: (hub) => new Promise((done) => {
                const socket = net.connect({ host: '127.0.0.2', port: hub.port });
                socket.once('connect', () => done('127.0.0.2 is answered as well')).once('error', ({ code }) => done(code === 'ECONNREFUSED' ? '' : code));
                socket.once('close', () => socket.destroy());
        }) },
];
