// What is spoken before HTTP: which TLS, with what, and what does not even begin to be TLS.
import { SLOWER, WAIT_MS, Wire, nobody } from './wire.mjs';

const HEAD_MS = 10_000; // server/front/front.c: the handshake counts as part of the head
const pause = (ms) => new Promise((go) => setTimeout(go, ms));

/** What a handshake comes to: {protocol, cipher, alpn}, or {error}. */
async function shake(hub, options) {
        try {
                const wire = await Wire.open(hub, { session: undefined, ...options });
                const { stream } = wire;
                const got = { protocol: stream.getProtocol(), cipher: stream.getCipher().standardName, alpn: stream.alpnProtocol, resumed: stream.isSessionReused() };
                wire.close();
                return got;
        } catch (error) {
                return { error: error.code ?? error.message };
        }
}

const expects = (options, right) => async (hub) => {
        const got = await shake(hub, options);
        return right(got) ? '' : `the handshake came to ${JSON.stringify(got)}`;
};
const refused = ({ error }) => Boolean(error);

/** Bytes instead of a hello: they come to nothing, now or at the deadline. */
const raw = (bytes, late) => async (hub) => {
        const socket = await Wire.dial(hub, nobody());
        const wire = new Wire(socket, socket);
        await wire.send(bytes);
        const ended = await wire.ended(late ? HEAD_MS + WAIT_MS : WAIT_MS);
        const served = /HTTP\/1\.1 200/.test(wire.bytes.toString('latin1'));
        wire.close();
        return served ? 'it was served' : ended ? '' : 'it stays open';
};

const CLIENT_HELLO = Buffer.from('160301003f0100003b0303' + '5a'.repeat(32) + '00' + '0002c02f' + '0100' + '0010' + '000a00040002001d' + '000d00040002' + '0403', 'hex');

/** A wire whose TLS can be told to renegotiate. */
async function renegotiate(hub) {
        const wire = await Wire.open(hub, { session: undefined, maxVersion: 'TLSv1.2' });
        const answer = new Promise((done) => {
                const asked = wire.stream.renegotiate({}, (error) => done(error ? '' : 'it was granted'));
                if (!asked) done('');
        });
        const why = await Promise.race([answer, wire.ended().then(() => '')]);
        wire.close();
        return why;
}

async function flipped(hub) {
        const wire = await Wire.open(hub);
        wire.raw.write(Buffer.from('1703030020' + 'ff'.repeat(32), 'hex'));
        const ended = await wire.ended();
        wire.close();
        return ended ? '' : 'a forged record did not end it';
}

/** Peers that are half gone must cost nothing: processor time of the front over two seconds. */
async function halfClosed(hub) {
        const wires = [];
        for (let i = 0; i < 40; i++) {
                const wire = await Wire.open(hub);
                if (i % 2) await wire.send(`GET /h HTTP/1.1\r\nHost: ${hub.host}\r\n`);
                wire.raw.end();
                wires.push(wire);
        }
        for (let i = 0; i < 20; i++) {
                // A refusal with its body on the way lingers: nothing is read then.
                const wire = await Wire.open(hub);
                await wire.send(`POST /h HTTP/1.1\r\nHost: ${hub.host}\r\nContent-Length: 70000\r\n\r\n${'x'.repeat(1000)}`);
                wire.raw.end();
                wires.push(wire);
        }
        const before = hub.busy();
        await pause(2000);
        const used = hub.busy() - before;
        wires.forEach((wire) => wire.close());
        return used < 600 * SLOWER ? '' : `${used} ms of processor time in two seconds for peers that are half gone`;
}

export const tlsCases = [
        { name: 'TLS 1.3', run: expects({ minVersion: 'TLSv1.3' }, ({ protocol }) => protocol === 'TLSv1.3') },
        { name: 'TLS 1.2', run: expects({ maxVersion: 'TLSv1.2' }, ({ protocol, cipher }) => protocol === 'TLSv1.2' && /^TLS_ECDHE_/.test(cipher)) },
        { name: 'TLS 1.1', run: expects({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }, refused) },
        { name: 'TLS 1.0', run: expects({ minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }, refused) },
        { name: 'CBC only', run: expects({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA' }, refused) },
        { name: 'no forward secrecy', run: expects({ maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }, refused) },
        { name: 'no encryption', run: expects({ maxVersion: 'TLSv1.2', ciphers: 'NULL:@SECLEVEL=0' }, refused) },
        { name: 'a curve that we do not have', run: expects({ ecdhCurve: 'secp521r1' }, refused) },
        { name: 'ALPN h2', run: expects({ ALPNProtocols: ['h2'] }, ({ alpn, error }) => Boolean(error) || alpn !== 'h2') },
        { name: 'ALPN h2 and http/1.1', run: expects({ ALPNProtocols: ['h2', 'http/1.1'] }, ({ alpn }) => alpn === 'http/1.1') },
        { name: 'ALPN http/1.1', run: expects({ ALPNProtocols: ['http/1.1'] }, ({ alpn }) => alpn === 'http/1.1') },
        { name: 'no name', run: expects({ servername: '', checkServerIdentity: () => undefined }, ({ protocol }) => Boolean(protocol)) },
        { name: 'another name', run: expects({ servername: 'evil.example', checkServerIdentity: () => undefined }, ({ protocol }) => Boolean(protocol)) },
        { name: 'a client that trusts nobody', run: expects({ ca: [] }, ({ error }) => /SIGNATURE|SELF_SIGNED|UNABLE|CERT/i.test(error ?? '')) },
        { name: 'a renegotiation', run: renegotiate },
        { name: 'a forged record', run: flipped },
        { name: 'HTTP on the port of TLS', run: raw('GET /h HTTP/1.1\r\nHost: localhost\r\n\r\n') },
        { name: 'PRI on the port of TLS', run: raw('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n') },
        { name: 'SSH on the port of TLS', run: raw('SSH-2.0-OpenSSH_9.2\r\n') },
        { name: 'SSL 2', run: raw(Buffer.from('802e010002001500000010' + '010080' + '00'.repeat(34), 'hex')) },
        { name: 'a record of an unknown type', run: raw(Buffer.from('ff030300050102030405', 'hex')) },
        { name: 'a record too long', run: raw(Buffer.concat([Buffer.from('160301ffff', 'hex'), Buffer.alloc(20000, 1)])) },
        { name: 'zeros', run: raw(Buffer.alloc(200)) },
        { name: 'a hello of an old phone', run: raw(CLIENT_HELLO) },
        { name: 'an alert first', run: raw(Buffer.from('15030300020228', 'hex')) },
        { name: 'application data first', run: raw(Buffer.from('1703030010' + '00'.repeat(16), 'hex')) },
        { name: 'half a hello', late: true, run: raw(CLIENT_HELLO.subarray(0, 20), true) },
        { name: 'nothing at all', late: true, run: raw('', true) },
];
export const halfGone = { name: 'peers that are half gone cost nothing', run: halfClosed };
