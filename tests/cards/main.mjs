// The cards of a real hub against an expectation from a backup of its database: every associate, every customer who
// joined, checked in and sensed; as previews, as frames on handhelds, and as pages in a browser. Says one case a line to
// tests/cards/run, which runs the hub: "ok WHAT", "FAILED WHAT", "skipped WHAT", "RESTART".
//   main.mjs BUILD FOLDER BASE NOW ANSWER_WITHIN_S
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readBackup } from './backup.mjs';
import { parseBook, speaksHere } from './book.mjs';
import { differences, essence, expectCard, frameDifferences } from './card.mjs';
import { coverage } from './coverage.mjs';
import { annaComes } from './anna.mjs';
import { operator } from './operator.mjs';
import { device } from './lib.mjs';
import { peopleJoin } from './people.mjs';

const [build, folder, base, now, answerWithinS] = process.argv.slice(2);
const withinMs = Number(answerWithinS) * 1000;
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const ca = fs.readFileSync(path.join(folder, 'data/tls/ca.pem'));
const op = operator(build, folder);
const bookText = fs.readFileSync(path.join(root, 'config/rulebooks/balanced.rules'), 'utf8');
const seed = Number(process.env.MAITRED_SEED ?? 11);
const PREVIEWS_AT_ONCE = 3;
const MOST_SHOWN = 12; // differences printed of one case

/** One case; `wrong` is a list of what is wrong. */
function say(what, wrong) {
        console.log(`${wrong.length === 0 ? 'ok      ' : 'FAILED  '} ${what}`);
        wrong.slice(0, MOST_SHOWN).forEach((text) => console.log(`  | ${text}`));
        if (wrong.length > MOST_SHOWN) console.log(`  | and ${wrong.length - MOST_SHOWN} more`);
}

const viewerOf = (store, associate, person) => ({ ...associate, preferred: person.preferred !== 0 && person.preferred === associate.id });

async function takeBackup(name) {
        const file = path.join(folder, name);
        await op.ctl('backup', file);
        return readBackup(file, { folder, root, zone: 'Europe/Stockholm', currency: 'EUR', storeId: 'downtown', nowMs: Date.parse(now), keepMonths: 24, lineless: 'demo-dag' });
}

const ticksOf = ({ given, greet }) => ({ instore: given.has(2), online: given.has(3), other_stores: given.has(4), sizes: given.has(5), greet });

/** What the hub previews for every customer, associate and way of being seen. */
async function allPreviews(store) {
        const wanted = [...store.people].flatMap(([id, person]) => store.associates.flatMap((associate) =>
                ['checked-in', 'sensed'].map((seen) => ({ id, person, associate, seen }))));
        let next = 0;
        const work = async () => {
                while (next < wanted.length) {
                        const one = wanted[next++];
                        one.got = (await op.preview(one.id, one.associate.external, one.seen)).card;
                }
        };
        await Promise.all(Array.from({ length: PREVIEWS_AT_ONCE }, work));
        return wanted;
}

/** `cards`: { id, person, associate, seen, got, words }; words are of a visit, which previews do not have. */
function compareAll(book, store, cards) {
        return cards.flatMap(({ id, person, associate, seen, got, words }) => {
                const { card } = expectCard(book, person, viewerOf(store, associate, person), seen, store, words);
                return differences(card, essence(got)).map((text) => `${id} for ${associate.external}, ${seen}: ${text}`);
        });
}

/** What a preview's head says, beside the card. */
const headDifferences = (store, { id, associate, seen, got }) =>
        differences({ t: 'card', seq: 0, card: 0, seen, currency: got.here ? store.currency : '' }, { t: got.t, seq: got.seq, card: got.card, seen: got.seen, currency: got.currency }, `${id} for ${associate.external}, ${seen}: head`);

/** That the comparison can fail: a change of one word in the expectation's rules is noticed, and so is each rule left out. */
function plants(book, store, cards) {
        for (const [what, from, to] of [['price limit', 'price >= 1000', 'price >= 2000'], ['reason', 'because "You sold it"', 'because "You sold this"']]) {
                const planted = bookText.replace(from, to);
                const caught = planted !== bookText && compareAll(parseBook(planted), store, cards).length > 0;
                say(`the comparison can fail: another ${what} in the expectation is noticed`, caught ? [] : ['it was not']);
        }
        const spared = book.filter(speaksHere).filter((rule) => compareAll(book.filter((r) => r !== rule), store, cards).length === 0);
        say('and so is each rule of the book that is left out, or the one that it stands behind', spared.flatMap((rule) => guards(book, rule, store, cards)));
}

/** And a head that is a little wrong is noticed, whatever the moment: "frame" is a good one. */
function plantHeads(frame) {
        const wrongs = { answer_within_ms: [0, -1, withinMs + 1, 1.5, undefined], age_s: [-1, 600, undefined], state: ['accepted'], seq: [0], standing: ['new here'] };
        const differ = (more) => frameDifferences({ ...frame, ...more }, essence(frame), withinMs, { meet: frame.meet, standing: frame.standing });
        const spared = Object.entries(wrongs).flatMap(([name, values]) => values.filter((value) => differ({ [name]: value }).length === 0).map((value) => `${name} ${value}`));
        say('and so is a wrong number or word of a head', [...differ({}), ...spared]);
}

/** A rule that decides nothing today may stand behind another: without that other one it decides. */
function guards(book, rule, store, cards) {
        const differ = (one, two) => cards.some(({ person, associate, seen, words }) => {
                const viewer = viewerOf(store, associate, person);
                return differences(expectCard(one, person, viewer, seen, store, words).card, expectCard(two, person, viewer, seen, store, words).card).length > 0;
        });
        const before = book.filter((other) => other !== rule && !other.shows)
                .find((other) => differ(book.filter((r) => r !== other), book.filter((r) => r !== other && r !== rule)));
        if (!before) return [`no card changes when ${rule.id} is left out, with any other rule or without`];
        console.log(`  | ${rule.id} decides nothing here as long as there is ${before.id}`);
        return [];
}

/** Shown, answered, met and done: the screen is free again. */
async function serve(stream, { card, seq }) {
        stream.send({ t: 'rendered', card, seq });
        for (const t of ['accept', 'with_her', 'done']) stream.send({ t, card });
        await stream.next('end of the card', (m) => m.card === card && (m.t === 'retract' || m.state === 'done'));
}

/** She arrives through the door, and the card that comes is the expected one. */
async function arrivals(book, store, story, devices) {
        const cards = [];
        const wrong = [];
        for (const { id, to, as, meet = '', wish = '', hint = '' } of story.arrivals) {
                const person = store.people.get(id);
                const associate = store.associates.find((a) => a.external === to);
                const viewer = viewerOf(store, associate, person);
                const [frame] = await Promise.all([
                        devices[to].stream.next(`card of ${id}`, (m) => m.t === 'card'),
                        story.doorCode().then((code) => story.phones.get(id).call('/api/customer/arrive', { code, wish, hint, meet, if_busy: 'other' })),
                ]);
                const own = await story.phones.get(id).call('/api/customer/card');
                await serve(devices[to].stream, frame);
                const words = { wish, hint };
                const { card } = expectCard(book, person, viewer, 'checked-in', store, words);
                say(`a card through the door: ${id} to ${to}, ${as}`, frameDifferences(frame, card, withinMs, { meet, ...(viewer.preferred && { standing: 'your client' }) }));
                wrong.push(...differences(card, essence(own.card), `${id}, whose card ${to} has`));
                cards.push({ id, person, associate, seen: 'checked-in', got: frame, words });
        }
        say('what each sees of her own meanwhile is the card of the one who has it', wrong);
        return cards;
}

async function main() {
        const book = parseBook(bookText);
        const { story, looks, ticked, refused } = await peopleJoin({ base, ca, op, folder, root, seed });
        const store = await takeBackup('joined.db');
        say(`the backup has all ${ticked.size} who joined`, differences(ticked.size, store.people.size, 'people'));
        say('and of each the ticks of her last joining or change, no others', [...ticked].flatMap(([id, ticks]) => differences(ticks, ticksOf(store.people.get(id)), id)));
        say('nobody is invited over a purchase of a protected kind', refused.length === 0 ? ['there was none to ask for'] : refused.filter((error) => error !== 'no_line'));
        const previews = await allPreviews(store);
        say(`${previews.length} previews equal the expectation, line by line`, compareAll(book, store, previews));
        say('and each says of itself what it is', previews.flatMap((one) => headDifferences(store, one)));
        say('what each was shown before she said yes is that card', looks.flatMap((look) => lookDifferences(book, store, look)));
        const devices = {};
        for (const name of story.devices) devices[name] = await device(base, ca, await op.link(name === 'karin' ? 'console' : 'handheld', name), name === 'karin' ? 'console' : 'handheld');
        const frames = await arrivals(book, store, story, devices);
        for (const one of Object.values(devices)) one.stream.close();
        const found = coverage(book, store, new Map(frames.map(({ id, words }) => [id, words])), viewerOf);
        console.log(found.table);
        say('every level of the ladder is on some card', found.levelsMissing);
        say('for every rule something that it speaks of is hidden or lowered', found.rulesMissing);
        say('something is hidden from every kind of viewer, and something shown to all but the others', found.viewersMissing);
        plants(book, store, [...previews, ...frames]);
        plantHeads(frames[0].got);
        await annaComes({ op, base, ca, live: store, book, story, say, viewerOf, now, withinMs });
}

/** Her look before she said yes, under the categories that she had ticked then; nothing was chosen or struck yet. */
function lookDifferences(book, store, { id, invitedBy, look, choices }) {
        if (!look.card) return [`${id}: no card`];
        const person = store.people.get(id);
        const associate = store.associates.find((a) => a.external === invitedBy);
        if (!associate) return [];
        const given = new Set([2, ...(choices.online ? [3] : []), ...(choices.other_stores ? [4] : []), ...(choices.sizes ? [5] : [])]);
        const before = { ...person, greet: false, sizes: given.has(5), lines: store.everything(person.id).filter((l) => given.has(l.category)).map((l) => ({ ...l, choice: 0 })) };
        const viewer = { ...associate, preferred: true };
        return differences(expectCard(book, before, viewer, 'checked-in', store).card, essence(look.card)).map((text) => `${id}, invited by ${invitedBy} ${JSON.stringify(choices)}: ${text}`);
}

main().then(() => process.exit(0)).catch((error) => {
        console.log(`FAILED   the story came to its end\n  | ${error.stack}`);
        process.exit(1);
});
