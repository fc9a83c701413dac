// What strangers send as HTTP, as one table: each row on a connection of its own, byte by byte.
//
//   [name, bytes, what comes back, why it is not what the RFC has]
//
// What comes back: a status; 0, the end without an answer; or a list of these, one answer after the other. After the last
// one the connection ends, unless it says `stays`. In the bytes {H} is the Host line, {O} Origin, {J} Content-Type, {P} the
// port, {W} the lines of a good upgrade but Upgrade itself, {S} our subprotocol, {T} a token, {x123} so many letters.
import { WAIT_MS, Wire } from './wire.mjs';

const HEAD_MS = 10_000; // server/front/front.c
const TOKEN = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';

export function expand(bytes, hub) {
        const host = `Host: ${hub.host}\r\n`;
        const known = {
                H: host, O: `Origin: ${hub.origin}\r\n`, J: 'Content-Type: application/json\r\n', P: String(hub.port),
                W: `${host}Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n`,
                S: 'Sec-WebSocket-Protocol: maitred.handheld.1\r\n', T: `Cookie: __Host-handheld=${TOKEN}\r\n`,
        };
        return bytes.replace(/\{([A-Z])\}|\{x(\d+)\}/g, (all, word, count) => (count ? 'x'.repeat(Number(count)) : known[word]));
}

const LEAVING = 'POST /api/customer/leaving HTTP/1.1\r\n{H}{O}{J}';
const UPGRADE = 'GET /ws/handheld HTTP/1.1\r\n{W}Upgrade: websocket\r\n';
const PAGE = 'GET /h HTTP/1.1\r\n{H}\r\n';
const CALL = `${LEAVING}Content-Length: 2\r\n\r\n{}`;
const lines = (n, line) => Array.from({ length: n }, (_, i) => line(i)).join('');
const stays = (status) => ({ stays: true, want: status });
// libwebsockets 4.3 ends the connection at once when something follows a body, without the answer that is owed.
const orEnds = (want) => ({ want, since43: 0 });
// Never answered: the deadline of the head ends it.
const LATE = { late: true, want: 0 };

export const requestLines = [
        ['a page', PAGE, stays(200)],
        ['the head of a page', 'HEAD /h HTTP/1.1\r\n{H}\r\n', stays(200)],
        ['absolute form', 'GET https://localhost:{P}/h HTTP/1.1\r\n{H}\r\n', 403, 'RFC 9112 wants it taken; no browser sends it to a server'],
        ['absolute form of elsewhere', 'GET https://evil.example/h HTTP/1.1\r\n{H}\r\n', 403],
        ['authority form', 'GET localhost:{P} HTTP/1.1\r\n{H}\r\n', 403],
        ['a method in small letters', 'get /h HTTP/1.1\r\n{H}\r\n', stays(200), 'methods are told apart by capitals; here they mean the same'],
        ['a method with a prefix', 'XGET /h HTTP/1.1\r\n{H}\r\n', 403],
        ['a method with a suffix', 'GETX /h HTTP/1.1\r\n{H}\r\n', 403],
        ['an unknown method', 'FOO / HTTP/1.1\r\n{H}\r\n', 403],
        ['HTTP/0.9', 'GET /h\r\n\r\n', 400],
        ['HTTP/1.0 without a host', 'GET /h HTTP/1.0\r\n\r\n', 400],
        ['HTTP/1.0', 'GET /h HTTP/1.0\r\n{H}\r\n', 200],
        ['HTTP/1.2', 'GET /h HTTP/1.2\r\n{H}\r\n', 400],
        ['HTTP/2.0 in words', 'GET /h HTTP/2.0\r\n{H}\r\n', 400],
        ['no version', 'GET /h \r\n{H}\r\n', 400],
        ['another protocol', 'GET /h RTSP/1.0\r\n{H}\r\n', 400],
        ['two spaces', 'GET  /h HTTP/1.1\r\n{H}\r\n', stays(200), 'there may be one only; what is asked for is the same'],
        ['a tab', 'GET\t/h HTTP/1.1\r\n{H}\r\n', 403],
        ['a space before', ' GET /h HTTP/1.1\r\n{H}\r\n', 403],
        ['empty lines before', '\r\n\r\nGET /h HTTP/1.1\r\n{H}\r\n', 0, 'a server should skip them; no browser sends them'],
        ['no path', 'GET HTTP/1.1\r\n{H}\r\n', 403],
        ['a path without a slash', 'GET h HTTP/1.1\r\n{H}\r\n', 403],
        ['PRI', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 403],
        ['PRI and frames', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00', 403],
        ['PRI on a kept connection', `${PAGE}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`, [200, 403]],
        ['TLS inside', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 403],
        ['a proxy line', 'PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET /h HTTP/1.1\r\n{H}\r\n', 400],
        ['nothing but zeros', '\0'.repeat(64), 403],
        ['nothing but letters', '{x9000}', 403],
        ['OPTIONS', 'OPTIONS /api/customer/now HTTP/1.1\r\n{H}{O}\r\n', 405],
        ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\n{H}\r\n', 403],
        ['TRACE', 'TRACE /h HTTP/1.1\r\n{H}\r\n', 403],
        ['CONNECT', 'CONNECT localhost:443 HTTP/1.1\r\n{H}\r\nraw bytes', 0],
        ['CONNECT with a path', 'CONNECT /h HTTP/1.1\r\n{H}\r\n', 0],
        ['CONNECT on a kept connection', `${PAGE}CONNECT / HTTP/1.1\r\n{H}\r\n`, [200, 0]],
        ['PUT', 'PUT /h HTTP/1.1\r\n{H}Content-Length: 2\r\n\r\n{}', 405],
        ['PATCH', 'PATCH /h HTTP/1.1\r\n{H}Content-Length: 2\r\n\r\n{}', 405],
        ['DELETE', 'DELETE /h HTTP/1.1\r\n{H}\r\n', 405],
        ['PROPFIND', 'PROPFIND / HTTP/1.1\r\n{H}Depth: 1\r\n\r\n', 403],
];

export const paths = [
        ['dots', 'GET /../../etc/passwd HTTP/1.1\r\n{H}\r\n', stays(404)],
        ['dots to a page', 'GET /a/../h HTTP/1.1\r\n{H}\r\n', stays(200)],
        ['coded dots', 'GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n{H}\r\n', stays(404)],
        ['a coded slash', 'GET /..%2f..%2fetc%2fpasswd HTTP/1.1\r\n{H}\r\n', stays(404)],
        ['coded twice', 'GET /%252e%252e/etc/passwd HTTP/1.1\r\n{H}\r\n', stays(404)],
        ['overlong dots', 'GET /%c0%ae%c0%ae/etc/passwd HTTP/1.1\r\n{H}\r\n', stays(404)],
        ['backslashes', 'GET /..\\..\\etc\\passwd HTTP/1.1\r\n{H}\r\n', stays(404)],
        ['a coded letter', 'GET /%68 HTTP/1.1\r\n{H}\r\n', stays(200)],
        ['a zero byte', 'GET /h\0.html HTTP/1.1\r\n{H}\r\n', 0],
        ['a coded zero', 'GET /h%00.html HTTP/1.1\r\n{H}\r\n', 0],
        ['a coded line end', 'GET /h%0d%0aX-Made:%20up HTTP/1.1\r\n{H}\r\n', 400],
        ['half an escape', 'GET /%4 HTTP/1.1\r\n{H}\r\n', 403],
        ['no escape', 'GET /%zz HTTP/1.1\r\n{H}\r\n', 403],
        ['two slashes', 'GET //h HTTP/1.1\r\n{H}\r\n', stays(200)],
        ['two slashes and a host', 'GET //evil.example/%2e%2e HTTP/1.1\r\n{H}\r\n', stays(200)],
        ['a slash behind', 'GET /h/ HTTP/1.1\r\n{H}\r\n', stays(404)],
        ['a query on a page', 'GET /h?a=1 HTTP/1.1\r\n{H}\r\n', stays(200)],
        ['a hundred arguments', `GET /h?${lines(100, (i) => `a${i}=1&`)} HTTP/1.1\r\n{H}\r\n`, 0],
        ['a query on a call', 'GET /api/customer/now?token=1 HTTP/1.1\r\n{H}\r\n', stays(400)],
        ['a fragment', 'GET /h#x HTTP/1.1\r\n{H}\r\n', stays(404)],
        ['the file itself', 'GET /index.html HTTP/1.1\r\n{H}\r\n', stays(404)],
        ['the folder', 'GET /a/ HTTP/1.1\r\n{H}\r\n', stays(404)],
        ['what the hub keeps', 'GET /data/tls/server.key HTTP/1.1\r\n{H}\r\n', stays(404)],
        ['255 letters', 'GET /{x254} HTTP/1.1\r\n{H}\r\n', stays(404)],
        ['256 letters', 'GET /{x255} HTTP/1.1\r\n{H}\r\n', 400],
        ['8,000 letters', 'GET /{x8000} HTTP/1.1\r\n{H}\r\n', 400],
        ['64 KiB', 'GET /{x65536} HTTP/1.1\r\n{H}\r\n', 0],
        ['bytes that are no UTF-8', 'GET /\xff\xfe HTTP/1.1\r\n{H}\r\n', stays(404)],
        ['no face', 'GET /api/now HTTP/1.1\r\n{H}\r\n', stays(404)],
        ['no name', 'GET /api/customer/ HTTP/1.1\r\n{H}\r\n', stays(404)],
        ['a socket without an upgrade', 'GET /ws/handheld HTTP/1.1\r\n{H}\r\n', 400],
        ['an unknown socket', 'GET /ws/sign HTTP/1.1\r\n{H}\r\n', 400],
];

export const hosts = [
        ['none', 'GET /h HTTP/1.1\r\n\r\n', 400],
        ['empty', 'GET /h HTTP/1.1\r\nHost:\r\n\r\n', 400],
        ['another', 'GET /h HTTP/1.1\r\nHost: evil.example\r\n\r\n', 421],
        ['without its port', 'GET /h HTTP/1.1\r\nHost: localhost\r\n\r\n', 421],
        ['with another port', 'GET /h HTTP/1.1\r\nHost: localhost:1\r\n\r\n', 421],
        ['its number', 'GET /h HTTP/1.1\r\nHost: 127.0.0.1:{P}\r\n\r\n', 421],
        ['with a dot behind', 'GET /h HTTP/1.1\r\nHost: localhost.:{P}\r\n\r\n', 421],
        ['in capitals', 'GET /h HTTP/1.1\r\nHost: LOCALHOST:{P}\r\n\r\n', stays(200)],
        ['twice the same', 'GET /h HTTP/1.1\r\n{H}{H}\r\n', 421],
        ['two', 'GET /h HTTP/1.1\r\n{H}Host: evil.example\r\n\r\n', 421],
        ['with a user', 'GET /h HTTP/1.1\r\nHost: a@localhost:{P}\r\n\r\n', 421],
        ['with a path', 'GET /h HTTP/1.1\r\nHost: localhost:{P}/h\r\n\r\n', 421],
        ['a prefix of ours', 'GET /h HTTP/1.1\r\nHost: localhos\r\n\r\n', 421],
        ['ours as a prefix', 'GET /h HTTP/1.1\r\nHost: localhost:{P}.evil.example\r\n\r\n', 421],
        ['8,000 letters', 'GET /h HTTP/1.1\r\nHost: {x8000}\r\n\r\n', 421],
        ['for a socket', 'GET /ws/handheld HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{O}{S}{T}\r\n', 421],
];

export const headers = [
        ['a fold', 'GET /h HTTP/1.1\r\n{H}X-One: a\r\n b\r\n\r\n', LATE, 'it may be refused at once; here the head is never complete'],
        ['a fold in the host', 'GET /h HTTP/1.1\r\nHost:\r\n localhost:{P}\r\n\r\n', 400],
        ['a fold in the encoding', `${LEAVING}Transfer-Encoding:\r\n chunked\r\nContent-Length: 2\r\n\r\n{}`, 411],
        ['bare line feeds', 'GET /h HTTP/1.1\nHost: localhost:{P}\n\n', stays(200), 'RFC 9112 lets a server take them'],
        ['a bare line feed at the end', 'GET /h HTTP/1.1\r\n{H}\n', stays(200), 'RFC 9112 lets a server take them'],
        ['carriage returns only', 'GET /h HTTP/1.1\rHost: localhost:{P}\r\r', LATE],
        ['a space before the colon', 'GET /h HTTP/1.1\r\n{H}X-One : 1\r\n\r\n', stays(200)],
        ['a space before the length', `${LEAVING}Content-Length : 2\r\n\r\n{}`, 400],
        ['no colon', 'GET /h HTTP/1.1\r\n{H}nonsense\r\n\r\n', LATE, 'it should be refused at once; here the head is never complete'],
        ['no name', 'GET /h HTTP/1.1\r\n{H}: value\r\n\r\n', LATE, 'it should be refused at once; here the head is never complete'],
        ['a zero in a name', 'GET /h HTTP/1.1\r\n{H}X-\0One: 1\r\n\r\n', stays(200), 'it should be refused; nobody looks at unknown fields'],
        ['a zero in a value', 'GET /h HTTP/1.1\r\n{H}X-One: a\0b\r\n\r\n', stays(200), 'it should be refused; nobody looks at unknown fields'],
        ['a zero in the cookie', `GET /api/customer/now HTTP/1.1\r\n{H}Cookie: __Host-phone=${TOKEN}\0x\r\n\r\n`, stays(200)],
        ['all bytes over 127', `GET /h HTTP/1.1\r\n{H}X-One: ${lines(128, (i) => String.fromCharCode(128 + i))}\r\n\r\n`, stays(200)],
        ['50 lines', `GET /h HTTP/1.1\r\n{H}${lines(50, (i) => `X-${i}: 1\r\n`)}\r\n`, stays(200)],
        ['100 lines', `GET /h HTTP/1.1\r\n{H}${lines(100, (i) => `X-${i}: 1\r\n`)}\r\n`, stays(200)],
        ['100 lines of one name', `GET /h HTTP/1.1\r\n{H}${lines(100, () => 'Accept: a\r\n')}\r\n`, 0],
        ['5,000 lines', `GET /h HTTP/1.1\r\n{H}${lines(5000, (i) => `X-${i}: 1\r\n`)}\r\n`, 0],
        ['a line of 7,000 letters', 'GET /h HTTP/1.1\r\n{H}X-One: {x7000}\r\n\r\n', stays(200)],
        ['a line of 64 KiB', 'GET /h HTTP/1.1\r\n{H}X-One: {x65536}\r\n\r\n', 0],
        ['a line of 1 MiB', 'GET /h HTTP/1.1\r\n{H}X-One: {x1048576}\r\n\r\n', 0],
        ['a name of 64 KiB', 'GET /h HTTP/1.1\r\n{H}{x65536}: 1\r\n\r\n', 0],
        ['a cookie of 64 KiB', 'GET /h HTTP/1.1\r\n{H}Cookie: a={x65536}\r\n\r\n', 0],
        ['Expect', `${LEAVING}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}`, stays(403)],
        ['an unknown Expect', `${LEAVING}Expect: 200-maybe\r\nContent-Length: 2\r\n\r\n{}`, stays(403)],
        ['Connection: close', 'GET /h HTTP/1.1\r\n{H}Connection: close\r\n\r\n', 200],
        ['a range', 'GET /h HTTP/1.1\r\n{H}Range: bytes=0-1,5-,-9223372036854775808\r\n\r\n', stays(200)],
        ['forwarded for somebody', 'GET /h HTTP/1.1\r\n{H}X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Host: evil.example\r\nForwarded: for=192.0.2.1\r\n\r\n', stays(200)],
        ['another method in a header', 'GET /api/customer/leaving HTTP/1.1\r\n{H}{O}X-HTTP-Method-Override: POST\r\n\r\n', stays(405)],
];

export const lengths = [
        ['none', `${LEAVING}\r\n`, 411],
        ['empty', `${LEAVING}Content-Length:\r\n\r\n{}`, 411],
        ['-5', `${LEAVING}Content-Length: -5\r\n\r\n{}`, 400],
        ['+5', `${LEAVING}Content-Length: +5\r\n\r\n{}`, 400],
        ['0x2', `${LEAVING}Content-Length: 0x2\r\n\r\n{}`, 400],
        ['02', `${LEAVING}Content-Length: 02\r\n\r\n{}`, 400],
        ['2e0', `${LEAVING}Content-Length: 2e0\r\n\r\n{}`, 400],
        ['2.0', `${LEAVING}Content-Length: 2.0\r\n\r\n{}`, 400],
        ['2 behind spaces', `${LEAVING}Content-Length:    2\r\n\r\n{}`, stays(403)],
        ['2 and a space', `${LEAVING}Content-Length: 2 \r\n\r\n{}`, 400],
        ['2, 2', `${LEAVING}Content-Length: 2, 2\r\n\r\n{}`, 400],
        ['2 2', `${LEAVING}Content-Length: 2 2\r\n\r\n{}`, 400],
        ['the same twice', `${LEAVING}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`, 400],
        ['two that differ', `${LEAVING}Content-Length: 2\r\nContent-Length: 20\r\n\r\n{}`, 400],
        ['65537', `${LEAVING}Content-Length: 65537\r\n\r\n{}`, 413],
        ['2^31', `${LEAVING}Content-Length: 2147483648\r\n\r\n{}`, 413],
        ['2^32 + 2', `${LEAVING}Content-Length: 4294967298\r\n\r\n{}`, 413],
        ['2^63 - 1', `${LEAVING}Content-Length: 9223372036854775807\r\n\r\n{}`, 413],
        ['2^64 + 2', `${LEAVING}Content-Length: 18446744073709551618\r\n\r\n{}`, 413],
        ['a thousand digits', `${LEAVING}Content-Length: ${'9'.repeat(1000)}\r\n\r\n{}`, 400],
        ['digits of another script', `${LEAVING}Content-Length: \xd9\xa2\r\n\r\n{}`, 400],
        ['0', `${LEAVING}Content-Length: 0\r\n\r\n`, 400],
        ['with GET', 'GET /h HTTP/1.1\r\n{H}Content-Length: 5\r\n\r\nhello', 400],
        ['0 with GET', 'GET /h HTTP/1.1\r\n{H}Content-Length: 0\r\n\r\n', stays(200)],
        ['with HEAD', 'HEAD /h HTTP/1.1\r\n{H}Content-Length: 5\r\n\r\n', 400],
        ['10 MB announced', `${LEAVING}Content-Length: 10000000\r\n\r\n`, 413],
];

export const transfers = [
        ['chunked', `${LEAVING}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`, 501],
        ['chunked and a length', `${LEAVING}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`, 501],
        ['a length and chunked', `${LEAVING}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n`, 501],
        ['identity', `${LEAVING}Content-Length: 2\r\nTransfer-Encoding: identity\r\n\r\n{}`, 501],
        ['chunked in capitals', `${LEAVING}TRANSFER-ENCODING: CHUNKED\r\n\r\n2\r\n{}\r\n0\r\n\r\n`, 501],
        ['gzip, chunked', `${LEAVING}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`, 501],
        ['twice', `${LEAVING}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n`, 501],
        ['with a tab', `${LEAVING}Transfer-Encoding:\tchunked\r\nContent-Length: 2\r\n\r\n{}`, 501],
        ['with GET', 'GET /h HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 501],
        ['on an upgrade', `${UPGRADE}{O}{S}{T}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 501],
        // Another program on the way may take this for the header; to libwebsockets it is an unknown one.
        ['a space before the colon', `${LEAVING}Transfer-Encoding : chunked\r\nContent-Length: 2\r\n\r\n{}`, 400],
        ['a body that is coded', `${LEAVING}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}`, stays(403)],
];

export const types = [
        ['none', 'POST /api/customer/leaving HTTP/1.1\r\n{H}{O}Content-Length: 2\r\n\r\n{}', 415],
        ['text/plain', 'POST /api/customer/leaving HTTP/1.1\r\n{H}{O}Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}', 415],
        ['a form', 'POST /api/customer/leaving HTTP/1.1\r\n{H}{O}Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 2\r\n\r\n{}', 415],
        ['a form by URL', 'POST /api/customer/leaving HTTP/1.1\r\n{H}{O}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 2\r\n\r\n{}', 415],
        ['nearly JSON', 'POST /api/customer/leaving HTTP/1.1\r\n{H}{O}Content-Type: application/jsonx\r\nContent-Length: 2\r\n\r\n{}', 415],
        ['JSON in another charset', 'POST /api/customer/leaving HTTP/1.1\r\n{H}{O}Content-Type: application/json; charset=utf-16\r\nContent-Length: 2\r\n\r\n{}', 415],
        ['JSON and more', 'POST /api/customer/leaving HTTP/1.1\r\n{H}{O}Content-Type: text/plain, application/json\r\nContent-Length: 2\r\n\r\n{}', 415],
        ['two', 'POST /api/customer/leaving HTTP/1.1\r\n{H}{O}{J}Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}', 415],
        ['JSON in UTF-8', 'POST /api/customer/leaving HTTP/1.1\r\n{H}{O}Content-Type: APPLICATION/JSON; charset=UTF-8\r\nContent-Length: 2\r\n\r\n{}', stays(403)],
];

export const upgrades = [
        ['foo', 'GET /h HTTP/1.1\r\n{H}Connection: Upgrade\r\nUpgrade: foo\r\n\r\n', 403],
        ['h2c', 'GET /h HTTP/1.1\r\n{H}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n', 400],
        ['h2c on a socket', 'GET /ws/handheld HTTP/1.1\r\n{W}{O}{S}{T}Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n', 400],
        ['raw', 'GET /h HTTP/1.1\r\n{H}Connection: Upgrade\r\nUpgrade: raw\r\n\r\n', 403],
        ['TLS/1.2', 'OPTIONS * HTTP/1.1\r\n{H}Connection: Upgrade\r\nUpgrade: TLS/1.2\r\n\r\n', 403],
        ['empty', 'GET /h HTTP/1.1\r\n{H}Connection: Upgrade\r\nUpgrade:\r\n\r\n', stays(200)],
        ['websocket, h2c', 'GET /ws/handheld HTTP/1.1\r\n{W}{O}{S}{T}Upgrade: websocket, h2c\r\n\r\n', 403],
        ['in capitals', 'GET /ws/handheld HTTP/1.1\r\n{W}{O}{S}{T}Upgrade: WebSocket\r\n\r\n', 400],
        ['of a page', 'GET /h HTTP/1.1\r\n{W}{O}{S}{T}Upgrade: websocket\r\n\r\n', 404],
        ['of a call', 'GET /api/customer/now HTTP/1.1\r\n{W}{O}{S}{T}Upgrade: websocket\r\n\r\n', 404],
        ['by POST', 'POST /ws/handheld HTTP/1.1\r\n{W}{O}{S}{T}Upgrade: websocket\r\nContent-Length: 0\r\n\r\n', 400],
        ['by HEAD', 'HEAD /ws/handheld HTTP/1.1\r\n{W}{O}{S}{T}Upgrade: websocket\r\n\r\n', 400],
        ['with a body', `${UPGRADE}{O}{S}{T}Content-Length: 2\r\n\r\n{}`, 400],
        ['without a token', `${UPGRADE}{O}{S}\r\n`, 401],
        ['with half a token', `${UPGRADE}{O}{S}Cookie: __Host-handheld=AAEC\r\n\r\n`, 401],
        ['without our subprotocol', `${UPGRADE}{O}{T}\r\n`, 400],
        ['to a newer subprotocol', `${UPGRADE}{O}{T}Sec-WebSocket-Protocol: maitred.handheld.2\r\n\r\n`, 400],
        ['to a choice of subprotocols', `${UPGRADE}{O}{T}Sec-WebSocket-Protocol: maitred.handheld.1, http\r\n\r\n`, 400],
        ['to the subprotocol http', `${UPGRADE}{O}{T}Sec-WebSocket-Protocol: http\r\n\r\n`, 400],
        ['of version 8', 'GET /ws/handheld HTTP/1.1\r\n{H}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{O}{S}{T}\r\n', 400],
        ['of version 13, 8', 'GET /ws/handheld HTTP/1.1\r\n{H}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13, 8\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{O}{S}{T}\r\n', 400],
        ['without a key', 'GET /ws/handheld HTTP/1.1\r\n{H}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n{O}{S}{T}\r\n', 0],
        ['with a key of 4,000 letters', 'GET /ws/handheld HTTP/1.1\r\n{H}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {x4000}\r\n{O}{S}{T}\r\n', 0],
        ['with extensions', `${UPGRADE}{O}{S}{T}Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n`, stays(101)],
        ['the answer is 101', `${UPGRADE}{O}{S}{T}\r\n`, stays(101)],
];

// What came before on the same connection matters to libwebsockets: it frees the first head's memory (CVE-2025-11677).
const attack = (second) => [{ send: PAGE, want: 200 }, { send: second }];
export const afterwards = [
        ['Upgrade: foo, the use after free', attack('GET /h HTTP/1.1\r\n{H}Connection: Upgrade\r\nUpgrade: foo\r\n\r\n'), 403],
        ['Upgrade: foo without a host', attack('GET /h HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n'), 403],
        ['Upgrade: h2c', attack('GET /h HTTP/1.1\r\n{H}Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n'), 400],
        ['Upgrade: a long word', attack('GET /h HTTP/1.1\r\n{H}Connection: Upgrade\r\nUpgrade: {x4000}\r\n\r\n'), 403],
        ['an upgrade without a token', attack(`${UPGRADE}{O}{S}\r\n`), 401],
        ['an upgrade', attack(`${UPGRADE}{O}{S}{T}\r\n`), stays(101)],
        ['CONNECT', attack('CONNECT / HTTP/1.1\r\n{H}\r\n'), 0],
        ['PRI', attack('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), 403],
        ['a body with GET', attack('GET /h HTTP/1.1\r\n{H}Content-Length: 5\r\n\r\nhello'), 400],
        ['chunked', attack(`${LEAVING}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`), 501],
        ['a bad host', attack('GET /h HTTP/1.1\r\nHost: evil.example\r\n\r\n'), 421],
        ['a thousand pages', Array.from({ length: 100 }, () => ({ send: PAGE, want: 200 })), stays(undefined)],
];

export const ahead = [
        ['three pages', PAGE.repeat(3), stays([200, 200, 200])],
        ['fifty pages', PAGE.repeat(50), stays(Array(50).fill(200))],
        ['a page behind a call', CALL + PAGE, { ...stays([403, 200]), since43: 0 }],
        ['a page behind a reading call', `GET /api/customer/now HTTP/1.1\r\n{H}\r\n${PAGE}`, stays([200, 200])],
        ['a call behind a page', PAGE + CALL, [200, 400]],
        ['a call behind a call', CALL + CALL, orEnds([403, 400])],
        ['a long call behind a call', `${CALL}${LEAVING}Content-Length: 200\r\n\r\n{}`, orEnds([403, 400])],
        ['65,000 bytes behind a page', `${PAGE}${LEAVING}Content-Length: 65000\r\n\r\n{x65000}`, [200, 400]],
        ['chunks behind a page', `${PAGE}${LEAVING}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`, [200, 400]],
        ['a body behind a page', `${PAGE}GET /h HTTP/1.1\r\n{H}Content-Length: 3\r\n\r\nabc`, [200, 400]],
        ['an upgrade behind a page', `${PAGE}${UPGRADE}{O}{S}{T}\r\n`, [200, 400]],
        ['Upgrade: foo behind a page', `${PAGE}GET /h HTTP/1.1\r\n{H}Connection: Upgrade\r\nUpgrade: foo\r\n\r\n`, [200, 403]],
        ['more than the length', `${LEAVING}Content-Length: 2\r\n\r\n{}{}{}`, orEnds([403, 403])],
        ['a smuggled call', `GET /h HTTP/1.1\r\n{H}Content-Length: 0\r\n\r\n${CALL}`, [200, 400]],
        ['frames before 101', `${UPGRADE}{O}{S}{T}\r\n\x81\x8d\0\0\0\0{"t":"hello"}`, stays(101)],
];

// ---- bodies

const padded = (n) => `{${' '.repeat(n - 2)}}`;
export const bodies = [
        ['64 KiB', `${LEAVING}Content-Length: 65536\r\n\r\n${padded(65536)}`, stays(403)],
        ['64 KiB and one', `${LEAVING}Content-Length: 65537\r\n\r\n${padded(65537)}`, 413],
        ['spaces', `${LEAVING}Content-Length: 2\r\n\r\n  `, 400],
        ['zeros', `${LEAVING}Content-Length: 64\r\n\r\n${'\0'.repeat(64)}`, 400],
        ['not JSON', `${LEAVING}Content-Length: 2\r\n\r\n{]`, 400],
        ['an unknown member', `${LEAVING}Content-Length: 7\r\n\r\n{"a":1}`, 400],
        ['one byte at a time', [{ send: `${LEAVING}Content-Length: 12\r\n\r\n` }, { send: '{          }', chop: 1 }], stays(403)],
        ['a head one byte at a time', [{ send: CALL, chop: 1 }], stays(403)],
        ['shorter than its length, then the end', [{ send: `${LEAVING}Content-Length: 20\r\n\r\n{}`, half: true }], 0],
        ['half a head, then the end', [{ send: LEAVING, half: true }], 0],
];

const ARMOUR = ['content-security-policy', 'x-content-type-options', 'referrer-policy', 'strict-transport-security', 'cross-origin-opener-policy'];

/** What is wrong with an answer: no status of the contract, no armour, or words of libwebsockets. */
export function unarmoured(answer) {
        if (answer.status === 101) return '';
        const missing = ARMOUR.filter((name) => !answer.headers.has(name));
        if (missing.length > 0) return `an answer ${answer.status} without ${missing.join(', ')}`;
        return /libwebsockets/i.test(answer.head + answer.body) ? `an answer ${answer.status} that says who made it: ${answer.head}` : '';
}

async function say(wire, hub, { send, chop, half }) {
        const bytes = expand(send, hub);
        await (chop ? wire.drip(bytes, chop) : wire.send(bytes));
        if (half) wire.raw.end();
        return bytes;
}

/** Runs one row. */
export async function exchange(hub, steps, wanted) {
        const row = typeof wanted === 'object' && !Array.isArray(wanted) ? wanted : { want: wanted };
        const { stays: open, late, want } = hub.since43 && 'since43' in row ? { want: row.since43 } : row;
        const began = performance.now();
        const wire = await Wire.open(hub);
        try {
                let bytes = '';
                for (const step of Array.isArray(steps) ? steps : [{ send: steps }]) {
                        bytes = await say(wire, hub, step);
                        if (step.want === undefined) continue;
                        const first = await wire.answer();
                        if (first?.status !== step.want) return `a step was answered with ${first?.status} instead of ${step.want}`;
                }
                for (const status of [want ?? []].flat()) {
                        const answer = await wire.answer({ head: bytes.startsWith('HEAD'), ms: late ? HEAD_MS + WAIT_MS : WAIT_MS });
                        if (!answer) return `nothing came instead of ${status}`;
                        if (answer.status !== status) return `${answer.status} instead of ${status}: ${answer.head ?? ''}\n${answer.body ?? ''}`;
                        const bare = status > 0 && unarmoured(answer);
                        if (bare) return bare;
                }
                if (late && performance.now() - began < HEAD_MS) return 'it ended before the deadline';
                if (open) return wire.over ? 'it ended' : '';
                return (await wire.ended(WAIT_MS)) ? '' : 'it stays open';
        } finally {
                wire.close();
        }
}

/** The table as cases; `late` ones wait for a deadline, `deviates` says how the library differs from its standard. */
export const httpCases = (rows) => rows.map(([name, steps, wanted, deviates]) => ({ name, deviates, late: wanted.late, run: (hub) => exchange(hub, steps, wanted) }));

export const httpGroups = {
        'request line': requestLines, path: paths, host: hosts, header: headers, 'Content-Length': lengths, 'Transfer-Encoding': transfers,
        'Content-Type': types, upgrade: upgrades, 'after a request': afterwards, 'sent ahead': ahead, body: bodies,
};
