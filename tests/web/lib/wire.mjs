// Every answer and every frame that a page receives is held to proto/schema while the scenarios run.
import fs from 'node:fs';
import path from 'node:path';
import { packageOf, root } from './packages.mjs';

const ANSWERS = {
    'customer/look': 'look.json',
    'customer/card': 'my_card.json',
    'customer/notes': 'notes.json',
    'customer/receipts': 'receipts.json',
    'customer/receipt': 'receipt.json',
    'customer/receipt_key': 'receipt_key.json',
    'sign/code': 'code.json',
    'console/board': 'board.json',
    'console/numbers': 'numbers.json',
    'console/roster': 'roster.json',
    'console/shift_put': 'empty.json',
    'console/shift_drop': 'empty.json',
    'console/handhelds': 'handhelds.json',
    'console/retractions': 'retractions.json',
    'console/walkin': 'walkin.json',
    'console/walkin_start': 'walkin_started.json',
    'customer/walked': 'walked.json',
    'console/first': 'first.json',
    'console/first_at': 'empty.json',
    'console/import': 'imported.json',
    'console/pair_link': 'pair_link.json',
    'console/revoke': 'revoked.json',
    'console/hold': 'empty.json',
    'console/unlock': 'empty.json',
    'console/pin_clear': 'empty.json',
    'console/house': 'house.json',
    'console/house_count': 'house_counted.json',
    'console/house_set': 'house.json',
    'console/sign_text': 'sign_text.json',
    'console/record': 'record.json',
    'console/rules': 'rules.json',
    'console/rules_version': 'version.json',
    'console/rules_check': 'rules_checked.json',
    'console/rules_cards': 'rules_cards.json',
    'console/rules_diff': 'rules_started.json',
    'console/rules_replay': 'rules_started.json',
    'console/rules_job': 'rules_job.json',
    'console/rules_propose': 'version.json',
    'console/rules_rollback': 'version.json',
    'console/rules_withdraw': 'version.json',
    'console/rules_publish': 'rules.json',
    'handheld/pair': 'paired.json',
    'console/pair': 'paired.json',
    'sign/pair': 'paired.json',
    'console/me': 'me.json',
    'console/enrol_begin': 'enrol_begun.json',
    'console/enrol': 'me.json',
    'console/sign_in': 'me.json',
    'console/sign_out': 'empty.json',
    'console/step_up': 'me.json',
};
const FRAMES = {
    prove: 'prove.json',
    locked: 'locked.json',
    chosen: 'chosen.json',
    welcome: 'welcome.json',
    resync: 'resync.json',
    card: 'card.json',
    retract: 'retract.json',
    state: 'state.json',
    sales: 'sales.json',
    mine: 'mine.json',
    walkin_test: 'walkin_test.json',
    remember: 'remember.json',
    remembered: 'remembered.json',
    colleagues: 'colleagues.json',
    invited: 'invited.json',
    duty: 'duty.json',
    invites: 'invites.json',
    error: 'error.json',
};
const CARD_BYTES = 4096;

export async function schemas() {
    const Ajv = (await packageOf('ajv/dist/2020.js')).default;
    const ajv = new (Ajv.default ?? Ajv)({ strict: false, allErrors: true });
    const dir = path.join(root, 'proto/schema');
    for (const file of fs.readdirSync(dir).filter((f) => f.endsWith('.json')))
        ajv.addSchema(JSON.parse(fs.readFileSync(path.join(dir, file), 'utf8')), file);
    const wrong = (schema, value) => {
        const check = ajv.getSchema(schema);
        return check(value) ? [] : check.errors.map((e) => `${schema}${e.instancePath} ${e.message}`);
    };
    return {
        /** Watches a page; what does not fit lands in page.wrong, what it said in page.said. */
        watch(page) {
            page.said = [];
            page.got = [];
            page.on('response', async (response) => {
                const name = /\/api\/(.*)$/.exec(new URL(response.url()).pathname)?.[1];
                if (!name) return;
                try {
                    const value = await response.json();
                    const schema = response.ok() ? (ANSWERS[name] ?? 'now.json') : 'error.json';
                    page.wrong.push(...wrong(schema, value).map((w) => `${name}: ${w}`));
                } catch (e) {
                    if (!/Target|closed|No resource|evicted|Protocol error/.test(e.message))
                        page.wrong.push(`${name}: ${e.message}`);
                }
            });
            page.on('websocket', (socket) => {
                socket.on('framesent', (f) => page.said.push(JSON.parse(f.payload)));
                socket.on('framereceived', (f) => {
                    const frame = JSON.parse(f.payload);
                    page.got.push(frame);
                    const schema = FRAMES[frame.t];
                    page.wrong.push(
                        ...(schema ? wrong(schema, frame) : [`unknown frame ${frame.t}`]).map(
                            (w) => `frame ${frame.t}: ${w}`,
                        ),
                    );
                    if (frame.t === 'card' && Buffer.byteLength(f.payload) !== CARD_BYTES)
                        page.wrong.push(`a card of ${Buffer.byteLength(f.payload)} bytes`);
                });
            });
        },
    };
}
