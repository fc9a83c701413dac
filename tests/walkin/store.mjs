// A handheld that answers walk-in tests, and a phone that opens their links: as programs, over TLS.
//   store.mjs handheld BASE CA LINK    connects, says so, and answers every test until it is ended
//   store.mjs phone BASE CA URL MS     opens a test's link; prints the status and the answer
import fs from 'node:fs';
import { Face, device, secretOf } from '../cards/lib.mjs';

const [what, base, caFile, link, ms] = process.argv.slice(2);
const ca = fs.readFileSync(caFile);

async function handheld() {
        const { stream } = await device(base, ca, link);
        console.log('connected');
        for (;;) {
                const found = stream.frames.find((m) => m.t === 'walkin_test');
                if (found) {
                        stream.frames.splice(stream.frames.indexOf(found), 1);
                        stream.send({ t: 'walkin_seen', test: found.test });
                        console.log(`test ${found.test}`);
                        continue;
                }
                await new Promise((resolve) => { const look = () => { stream.waiting = stream.waiting.filter((one) => one !== look); resolve(); }; stream.waiting.push(look); });
        }
}

async function phone() {
        const face = new Face(base, ca);
        const { status, body } = await face.ask('/api/customer/walked', { secret: secretOf(link), ms: Number(ms) });
        console.log(`${status} ${JSON.stringify(body)} cookie "${face.cookie}"`);
}

await (what === 'handheld' ? handheld() : phone());
