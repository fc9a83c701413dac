// Who may call what, from where: every method on every path of every face; every face's token on the calls of the others;
// and all the origins that look like ours.
import fs from 'node:fs';
import path from 'node:path';
import { unarmoured } from './http.mjs';
import { Wire } from './wire.mjs';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const FACES = ['customer', 'handheld', 'console', 'sign', 'till', 'operator'];
const PAGES = ['/', '/h', '/c', '/s'];

/** Calls by face and name, from the list: 'POST', 'GET', or undefined where there is none. */
function calls(root) {
        const list = fs.readFileSync(path.join(root, 'proto/messages.def'), 'utf8');
        const found = new Map();
        for (const [, name, face, how] of list.matchAll(/^MESSAGE\(\w+, \w+, "(\w+)", FACE_(\w+), HOW_(\w+)\)/gm)) {
                if (how !== 'POST' && how !== 'GET') {
                        for (const one of FACES) found.set(`/api/${one}/${name}`, found.get(`/api/${one}/${name}`));
                        continue;
                }
                for (const one of face === 'ANY' ? FACES.slice(0, 5) : [face.toLowerCase()]) found.set(`/api/${one}/${name}`, how);
                for (const one of FACES) if (!found.has(`/api/${one}/${name}`)) found.set(`/api/${one}/${name}`, undefined);
        }
        return found;
}

// What a method on a call must come to. A body that says nothing is malformed where something is required.
function expected(method, how) {
        if (!['GET', 'HEAD', 'POST'].includes(method)) return [405];
        if (!how) return [404];
        if (method !== how) return [405];
        return how === 'GET' ? [200, 401, 403] : [400, 401, 403, 404, 409];
}

async function asked(hub, method, where, more = '') {
        const wire = await Wire.open(hub);
        const body = method === 'POST' ? `Origin: ${hub.origin}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}` : '\r\n';
        await wire.send(`${method} ${where} HTTP/1.1\r\nHost: ${hub.host}\r\n${more}${body}`);
        const answer = await wire.answer({ head: method === 'HEAD' });
        wire.close();
        return answer;
}

export function matrix(root) {
        const rows = [...calls(root)].map(([where, how]) => [where, (method) => expected(method, how)]);
        rows.push(...PAGES.map((where) => [where, (method) => (method === 'GET' || method === 'HEAD' ? [200] : [405])]));
        rows.push(['/healthz', (method) => (method === 'GET' || method === 'HEAD' ? [200] : [405])]);
        return METHODS.map((method) => ({
                name: `${method} on ${rows.length} paths`,
                run: async (hub) => {
                        const wrong = [];
                        const left = [...rows];
                        const worker = async () => {
                                for (let row = left.pop(); row; row = left.pop()) {
                                        const answer = await asked(hub, method, row[0]);
                                        if (!row[1](method).includes(answer?.status)) wrong.push(`${row[0]} was answered with ${answer?.status} instead of ${row[1](method)}`);
                                        else if (unarmoured(answer)) wrong.push(`${row[0]}: ${unarmoured(answer)}`);
                                }
                        };
                        await Promise.all(Array.from({ length: 8 }, worker));
                        return wrong.slice(0, 8).join('\n');
                },
        }));
}

/** Each face's own token under its own name opens its call; as another face's, or under another name, it does not. */
export function strangers(tokens) {
        const doors = { handheld: ['GET', '/ws/handheld'], console: ['GET', '/api/console/board'], sign: ['GET', '/api/sign/code'] };
        const cases = [];
        for (const [face, cookie] of Object.entries(tokens)) {
                const value = cookie.split('=')[1];
                for (const [other, [method, where]] of Object.entries(doors)) {
                        if (where.startsWith('/ws/')) continue;
                        const right = face === other ? 200 : 401;
                        cases.push({ name: `${face}'s token as ${other}'s`, run: async (hub) => wants(right, await asked(hub, method, where, `Cookie: __Host-${other}=${value}\r\n`)) });
                        cases.push({ name: `${face}'s cookie on ${other}'s call`, run: async (hub) => wants(right, await asked(hub, method, where, `Cookie: ${cookie}\r\n`)) });
                }
        }
        return cases;
}

const wants = (right, answer) => (answer?.status === right ? '' : `${answer?.status} instead of ${right}: ${answer?.body}`);

/** Cookies around one that is right: [name, the Cookie lines, status]. `c` is __Host-sign=TOKEN. */
export function cookies(c) {
        const value = c.split('=')[1];
        const other = `${value.slice(0, -1)}${value.endsWith('A') ? 'E' : 'A'}`;
        const rows = [
                ['the right one', `Cookie: ${c}\r\n`, 200],
                ['among others', `Cookie: a=b; ${c}; d=e\r\n`, 200],
                ['without spaces', `Cookie: a=b;${c};d=e\r\n`, 200],
                ['none', '', 401],
                ['empty', 'Cookie:\r\n', 401],
                ['without a value', 'Cookie: __Host-sign=\r\n', 401],
                ['without its prefix', `Cookie: sign=${value}\r\n`, 401],
                ['with another prefix', `Cookie: __Secure-sign=${value}\r\n`, 401],
                ['with the prefix in small letters', `Cookie: __host-sign=${value}\r\n`, 401],
                ['with a letter before', `Cookie: x__Host-sign=${value}\r\n`, 401],
                ['with a letter behind its name', `Cookie: __Host-signs=${value}\r\n`, 401],
                ['in quotes', `Cookie: __Host-sign="${value}"\r\n`, 401],
                ['one letter short', `Cookie: __Host-sign=${value.slice(0, -1)}\r\n`, 401],
                ['one letter long', `Cookie: ${c}A\r\n`, 401],
                ['another last letter', `Cookie: __Host-sign=${other}\r\n`, 401],
                ['in the other alphabet of base64', `Cookie: __Host-sign=${'+/'.repeat(21)}A\r\n`, 401],
                ['twice the same', `Cookie: ${c}; ${c}\r\n`, 200],
                // A neighbour's subdomain can set a cookie of that name only with the prefix broken; the first counts.
                ['a wrong one before', `Cookie: __Host-sign=${other}; ${c}\r\n`, 401],
                ['a wrong one behind', `Cookie: ${c}; __Host-sign=${other}\r\n`, 200],
                ['2,000 letters beside it', `Cookie: a=${'x'.repeat(1900)}; ${c}\r\n`, 200],
                ['4,000 letters beside it', `Cookie: a=${'x'.repeat(4000)}; ${c}\r\n`, 401],
                ['a token of 3,000 letters', `Cookie: __Host-sign=${'A'.repeat(3000)}\r\n`, 401],
                ['as a bearer', `Authorization: Bearer ${value}\r\n`, 401],
        ];
        return rows.map(([name, lines, right]) => ({ name, run: async (hub) => wants(right, await asked(hub, 'GET', '/api/sign/code', lines)) }));
}

// {N} is our own origin, {P} the port.
const ORIGINS = [
        ['ours', 'Origin: {N}', 403],
        ['none', '', 'origin'],
        ['empty', 'Origin:', 'origin'],
        ['null', 'Origin: null', 'origin'],
        ['plain HTTP', 'Origin: http://localhost:{P}', 'origin'],
        ['another port', 'Origin: https://localhost:1', 'origin'],
        ['no port', 'Origin: https://localhost', 'origin'],
        ['a zero before the port', 'Origin: https://localhost:0{P}', 'origin'],
        ['a digit behind the port', 'Origin: {N}0', 'origin'],
        ['its number', 'Origin: https://127.0.0.1:{P}', 'origin'],
        ['capitals', 'Origin: HTTPS://LOCALHOST:{P}', 'origin'],
        ['a slash behind', 'Origin: {N}/', 'origin'],
        ['a path behind', 'Origin: {N}/h', 'origin'],
        ['a name behind', 'Origin: {N}.evil.example', 'origin'],
        ['a name before', `Origin: https://${'evil-'}localhost:{P}`, 'origin'],
        ['a subdomain', `Origin: https://${'a.'}localhost:{P}`, 'origin'],
        ['a dot behind', 'Origin: https://localhost.:{P}', 'origin'],
        ['a user before', 'Origin: https://localhost:{P}@evil.example', 'origin'],
        ['a user', `Origin: https://${'user@'}localhost:{P}`, 'origin'],
        ['two in one', 'Origin: {N} https://evil.example', 'origin'],
        ['two in one, by comma', 'Origin: {N}, {N}', 'origin'],
        ['two lines', 'Origin: {N}\r\nOrigin: https://evil.example', 'origin'],
        ['two lines of ours', 'Origin: {N}\r\nOrigin: {N}', 'origin'],
        ['the old name of the field', 'Sec-WebSocket-Origin: {N}', 403],
        ['a page in an app', 'Origin: file://', 'origin'],
        ['another scheme', 'Origin: chrome-extension://localhost:{P}', 'origin'],
        ['a zero in it', 'Origin: {N}\0.evil.example', 'origin'],
        ['300 letters', `Origin: https://${'x'.repeat(300)}`, 'origin'],
        ['only a referrer', 'Referer: {N}/h', 'origin'],
        ['from the same origin', 'Origin: {N}\r\nSec-Fetch-Site: same-origin', 403],
        ['from the same site', 'Origin: {N}\r\nSec-Fetch-Site: same-site', 'origin'],
        ['across sites', 'Origin: {N}\r\nSec-Fetch-Site: cross-site', 'origin'],
        ['by the user\'s hand', 'Origin: {N}\r\nSec-Fetch-Site: none', 'origin'],
        ['from nowhere known', 'Origin: {N}\r\nSec-Fetch-Site: moon', 'origin'],
        ['from the same origin, in capitals', 'Origin: {N}\r\nSec-Fetch-Site: SAME-ORIGIN', 'origin'],
];

/** On a call, and on an upgrade with a token that is no one's. */
export function origins() {
        const fill = (hub, lines) => (lines ? `${lines.replaceAll('{N}', hub.origin).replaceAll('{P}', hub.port)}\r\n` : '');
        return ORIGINS.flatMap(([name, lines, right]) => [
                { name: `${name}, calling`, run: async (hub) => origin(hub, right, `POST /api/customer/leaving HTTP/1.1\r\nHost: ${hub.host}\r\n${fill(hub, lines)}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`) },
                { name: `${name}, upgrading`, run: async (hub) => origin(hub, right === 403 ? 401 : right, `GET /ws/handheld HTTP/1.1\r\nHost: ${hub.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: maitred.handheld.1\r\n${fill(hub, lines)}\r\n`) },
        ]);
}

async function origin(hub, right, bytes) {
        const wire = await Wire.open(hub);
        await wire.send(bytes);
        const answer = await wire.answer();
        wire.close();
        const said = answer?.body ? JSON.parse(answer.body).error : '';
        if (right === 'origin') return answer?.status === 403 && said === 'origin' ? '' : `${answer?.status} ${said} instead of 403 origin`;
        return answer?.status === right && said !== 'origin' ? '' : `${answer?.status} ${said} instead of ${right}`;
}
