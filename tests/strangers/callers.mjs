// Strangers who come to the hub itself: each says who it is in its own words (browser, address, token, what it asks for), and is
// turned away.
import { Wire } from '../abuse/wire.mjs';

const LANES = 12;

export const token = (v, s) => Buffer.concat([Buffer.from(s.mac.replaceAll(':', ''), 'hex'), Buffer.from(s.key.padEnd(26, '.'))]).toString('base64url');

function post(where, body) {
        const text = JSON.stringify(body);
        return [`POST ${where} HTTP/1.1`, 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`, text];
}

/** What the n-th kind of caller asks: request line, lines of its own, body. */
const kinds = {
        'an unknown phone looks': (v, s) => [`GET /api/customer/now HTTP/1.1`, `Cookie: __Host-phone=${token(v, s)}`],
        'an unknown phone arrives': (v, s) => {
                const [line, type, length, text] = post('/api/customer/arrive', { code: '0123456789ABCDEF', hint: `${s.key} ${s.mac}`, wish: s.key });
                return [line, `Cookie: __Host-phone=${token(v, s)}`, type, length, text];
        },
        'somebody without a token is here': (v, s) => post('/api/customer/here', { hint: s.key, wish: s.mac, meet: s.key }),
        'an unknown phone joins': (v, s) => post('/api/customer/look', { secret: token(v, s) }),
        'a page that is not there': (v, s) => [`GET /${s.key}/${s.mac} HTTP/1.1`],
        'an unknown agent dials': (v, s) => ['GET /ws/agent HTTP/1.1', `Authorization: Bearer ${token(v, s)}`, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', 'Sec-WebSocket-Protocol: maitred.agent.1'],
        'words that are no message': (v, s) => post('/api/customer/arrive', { mac: s.mac, who: s.key }),
};

/** Every number calls once, in turn by another kind; how many were answered with what. */
export async function callers(target, all, spellings) {
        const said = {};
        const names = Object.keys(kinds);
        let next = 0;
        const lane = async () => {
                let wire = null;
                while (next < all.length) {
                        const n = next++;
                        const v = all[n], s = spellings(v), name = names[n % names.length];
                        const [line, ...lines] = kinds[name](v, s);
                        const body = line.startsWith('POST') ? lines.pop() : '';
                        const head = [line, `Host: ${target.host}`, `Origin: ${target.origin}`, `User-Agent: ${s.key} (${s.mac})`, `X-Forwarded-For: ${s.mac}`, ...lines];
                        wire ??= await Wire.open(target);
                        await wire.send(`${head.join('\r\n')}\r\n\r\n${body}`);
                        const answer = await wire.answer();
                        const code = `${name}: ${answer?.status ?? 'none'}`;
                        said[code] = (said[code] ?? 0) + 1;
                        if (!answer || answer.status === 0 || answer.status === 101 || answer.headers.get('connection') === 'close' || wire.over) {
                                wire.close();
                                wire = null;
                        }
                }
                wire?.close();
        };
        await Promise.all(Array.from({ length: LANES }, lane));
        return said;
}
