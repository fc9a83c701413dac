import assert from 'node:assert/strict';
import test from 'node:test';
import { EPOCH, card, opened, resync, rig, welcome } from './stream-rig';

test('the first hello asks for everything; what is kept are two marks', () => {
    const r = opened();
    assert.deepEqual(r.socket.said, [{ t: 'hello' }]);
    r.socket.hear(card(5, 1));
    assert.equal(r.cards(), '1:offered');
    assert.deepEqual(r.saved, { epoch: EPOCH, seq: 5 });
});

test('after a break it goes on from what it has carried out, and a repeat changes nothing', () => {
    const r = opened();
    r.socket.hear(card(5, 1), { t: 'state', seq: 6, card: 1, state: 'accepted' });
    r.socket.end(1006);
    assert.equal(r.stream.view.link, 'offline');
    assert.equal(r.cards(), '1:accepted');
    r.pass(1000);
    r.socket.onopen?.();
    assert.deepEqual(r.socket.said, [{ t: 'hello', epoch: EPOCH, seq: 6 }]);
    r.socket.hear(
        welcome(7, true),
        card(5, 1),
        { t: 'state', seq: 6, card: 1, state: 'accepted' },
        { t: 'state', seq: 7, card: 1, state: 'with_her' },
    );
    assert.equal(r.cards(), '1:with_her');
    assert.equal(r.stream.view.link, 'open');
});

test('a resync drops all that is shown; the open cards come again, once', () => {
    const r = opened();
    r.socket.hear(card(5, 1), card(6, 2));
    r.socket.end(1006);
    r.pass(1000);
    r.socket.onopen?.();
    r.socket.hear(welcome(9, false), resync(5, 1));
    assert.equal(r.cards(), '');
    r.socket.hear(card(6, 2), card(6, 2));
    assert.equal(r.cards(), '2:offered');
});

test('a reload shows the card again without a chime for it', () => {
    const r = opened({ epoch: EPOCH, seq: 5 });
    r.socket.hear(card(5, 1), card(6, 2));
    assert.deepEqual(
        r.stream.view.cards.map((s) => s.fresh),
        [false, true],
    );
});

test('another epoch knows nothing of the marks that were kept', () => {
    const r = opened({ epoch: 'older', seq: 99 });
    r.socket.hear(card(5, 1));
    assert.equal(r.stream.view.cards[0]?.fresh, true);
});

test('a newer card with the same number replaces it; the hub says what is left of its turn', () => {
    const r = opened();
    r.socket.hear(card(5, 1));
    r.pass(10_000);
    r.socket.hear(card(6, 1, { meet: 'By the entrance', answer_within_ms: 14_000 }));
    assert.equal(r.stream.view.cards.length, 1);
    assert.equal(r.stream.view.cards[0]?.card.meet, 'By the entrance');
    assert.equal(r.stream.view.cards[0]?.until, 24_000);
    assert.equal(r.stream.view.cards[0]?.turn_ms, 25_000);
    assert.equal(r.stream.view.cards[0]?.fresh, false);
});

test('rendered is said once for each version, and again after a break', () => {
    const r = opened();
    r.socket.hear(card(5, 1));
    r.stream.wasPainted(1, 5);
    r.stream.wasPainted(1, 5);
    const rendered = () => r.socket.said.filter((f) => f['t'] === 'rendered').length;
    assert.equal(rendered(), 1);
    r.socket.hear(card(6, 1));
    r.stream.wasPainted(1, 6);
    assert.equal(rendered(), 2);
    r.socket.end(1006);
    r.pass(1000);
    r.socket.onopen?.();
    r.socket.hear(welcome(6, true));
    assert.deepEqual(r.socket.said.slice(1), [{ t: 'rendered', card: 1, seq: 6 }]);
});

test('an offer comes to lie behind: that somebody looks is said once more, of the card in front', () => {
    const r = opened();
    r.socket.hear(card(5, 1));
    r.stream.stillPainted(1, 5);
    const rendered = () => r.socket.said.filter((f) => f['t'] === 'rendered');
    assert.equal(rendered().length, 0); // nobody has seen it yet
    r.stream.wasPainted(1, 5);
    r.socket.hear(card(6, 2));
    r.stream.stillPainted(1, 5);
    assert.deepEqual(rendered()[1], { t: 'rendered', card: 1, seq: 5 });
});

test('nothing is said to be rendered that is not there any more', () => {
    const r = opened();
    r.socket.hear(card(5, 1), { t: 'retract', seq: 6, card: 1 });
    r.stream.wasPainted(1, 5);
    assert.equal(r.socket.said.filter((f) => f['t'] === 'rendered').length, 0);
});

test('cleared is said after the screen was drawn, also when the line broke in between', () => {
    const r = opened();
    r.socket.hear(card(5, 1), { t: 'retract', seq: 6, card: 1 });
    assert.equal(r.cards(), '');
    assert.equal(
        r.socket.said.some((f) => f['t'] === 'cleared'),
        false,
    );
    r.socket.end(1006);
    r.stream.wasCleared();
    r.pass(1000);
    r.socket.onopen?.();
    r.socket.hear(welcome(6, true));
    assert.deepEqual(r.socket.said.slice(1), [{ t: 'cleared', card: 1, seq: 6 }]);
    r.stream.wasCleared();
    assert.equal(r.socket.said.length, 2);
});

test('an action waits for its answer, and is asked again after a break', () => {
    const r = opened();
    r.socket.hear(card(5, 1));
    r.stream.act('accept', 1);
    assert.equal(r.stream.view.cards[0]?.pending, 'accept');
    r.socket.end(1006);
    r.pass(1000);
    r.socket.onopen?.();
    r.socket.hear(welcome(5, true));
    assert.deepEqual(r.socket.said.slice(1), [{ t: 'accept', card: 1 }]);
    r.socket.hear({ t: 'state', seq: 6, card: 1, state: 'accepted' });
    assert.equal(r.stream.view.cards[0]?.pending, null);
});

test('handed to somebody by name: after a break it is asked again by whoever chose, never for anybody', () => {
    const r = opened();
    r.socket.hear(card(5, 1));
    r.stream.askColleagues();
    assert.deepEqual(r.socket.said.at(-1), { t: 'colleagues' });
    const list = [{ n: 1, name: 'Eva', departments: [] }];
    r.socket.hear({ t: 'colleagues', colleagues: list });
    assert.deepEqual(r.stream.view.colleagues, list);
    r.stream.handTo(1, 1);
    assert.deepEqual(r.socket.said.at(-1), { t: 'hand_over', card: 1, to: 1 });
    assert.equal(r.stream.view.colleagues, null);
    r.socket.end(1006);
    r.pass(1000);
    r.socket.onopen?.();
    r.socket.hear(welcome(5, true));
    assert.deepEqual(
        r.socket.said.filter((f) => f['t'] === 'hand_over'),
        [],
    );
    assert.deepEqual(answered(r), [null, true, false]);
});

/** What the handheld says of the answer to the last tap on its only card. */
const answered = (r: ReturnType<typeof opened>) => {
    const shown = r.stream.view.cards[0];
    return [shown?.pending, shown?.unanswered, shown?.waits];
};

test('busy, but she would rather wait: the card stays without a clock, also when it comes again', () => {
    const r = opened();
    r.socket.hear(card(5, 1));
    r.stream.act('busy', 1);
    assert.deepEqual(answered(r), ['busy', false, false]);
    r.socket.hear({ t: 'state', seq: 6, card: 1, state: 'waits' });
    assert.deepEqual(answered(r), [null, false, true]);
    assert.equal(r.cards(), '1:offered');
    assert.equal(r.stream.view.cards[0]?.until, null);
    assert.deepEqual(r.saved, { epoch: EPOCH, seq: 6 });
    r.pass(60_000);
    assert.deepEqual(answered(r), [null, false, true]);
    r.socket.hear(card(7, 1, { meet: 'By the entrance', answer_within_ms: 9000 }));
    assert.deepEqual(answered(r), [null, false, true]);
    assert.equal(r.stream.view.cards[0]?.until, null);
    r.stream.act('accept', 1);
    r.socket.hear({ t: 'state', seq: 8, card: 1, state: 'accepted' });
    assert.deepEqual(answered(r), [null, false, false]);
});

test('silence means that nothing was answered, whatever was asked, and it can be asked again', () => {
    for (const action of ['accept', 'busy', 'hand_over', 'not_here'] as const) {
        const r = opened();
        r.socket.hear(card(5, 1));
        r.stream.act(action, 1);
        r.pass(2999);
        assert.deepEqual(answered(r), [action, false, false]);
        r.pass(1);
        assert.deepEqual(answered(r), [null, true, false]);
        r.stream.act(action, 1);
        assert.deepEqual(answered(r), [action, false, false]);
        assert.equal(r.socket.said.filter((f) => f['t'] === action).length, 2);
    }
});

test('a refusal that names the card answers the tap, and an older tap’s time does not run out on a newer one', () => {
    const r = opened();
    r.socket.hear(card(5, 1));
    r.stream.act('accept', 1);
    r.pass(2000);
    r.socket.hear({ t: 'error', error: 'busy', say: 'Very busy.', do: 'Try again.', card: 1 });
    assert.deepEqual(answered(r), [null, false, false]);
    r.stream.act('accept', 1);
    r.pass(2000);
    assert.deepEqual(answered(r), ['accept', false, false]);
    r.pass(1000);
    assert.deepEqual(answered(r), [null, true, false]);
});

test('what is asked again after a break may stay unanswered as well', () => {
    const r = opened();
    r.socket.hear(card(5, 1));
    r.stream.act('accept', 1);
    r.socket.end(1006);
    r.pass(1000);
    r.socket.onopen?.();
    r.socket.hear(welcome(5, true));
    r.pass(3000);
    assert.deepEqual(answered(r), [null, true, false]);
});

test('a card that is gone goes, with the hub’s words; done takes it away', () => {
    const r = opened();
    r.socket.hear(card(5, 1), card(6, 2));
    r.socket.hear({ t: 'error', error: 'gone', say: 'This card has gone.', do: 'Nothing.', card: 1 });
    assert.equal(r.cards(), '2:offered');
    assert.equal(r.stream.view.trouble?.say, 'This card has gone.');
    r.socket.hear({ t: 'state', seq: 7, card: 2, state: 'done' });
    assert.equal(r.cards(), '');
});

test('the wait between attempts grows, and the network’s return ends it', () => {
    const r = rig();
    let before = 0;
    for (let i = 0; i < 5; i++) {
        r.socket.end(1006);
        const waited = r.again();
        assert.ok(waited > before);
        before = waited;
    }
    assert.equal(r.sockets.length, 6);
    r.socket.end(1006);
    r.pass(100);
    assert.equal(r.sockets.length, 6);
    r.stream.retryNow();
    assert.equal(r.sockets.length, 7);
});

test('a handheld that was never let in says so after three attempts and goes on trying', () => {
    const r = rig();
    for (let i = 0; i < 3; i++) {
        r.socket.end(1006);
        if (i < 2) {
            assert.equal(r.stream.view.link, 'offline');
            r.again();
        }
    }
    assert.equal(r.stream.view.link, 'refused');
    r.again();
    assert.equal(r.sockets.length, 4);
});

test('a device that was taken back shows nothing and does not come back by itself', () => {
    const r = opened();
    r.socket.hear(card(5, 1));
    r.socket.end(4401);
    assert.equal(r.stream.view.link, 'refused');
    assert.equal(r.cards(), '');
    r.pass(600_000);
    assert.equal(r.sockets.length, 1);
});

test('another window of the same device stops this one', () => {
    const r = opened();
    r.socket.hear(card(5, 1));
    r.socket.end(4409);
    assert.equal(r.stream.view.link, 'elsewhere');
    assert.equal(r.cards(), '');
    r.pass(600_000);
    assert.equal(r.sockets.length, 1);
});

test('a hub that opens the line and says nothing is tried again', () => {
    const r = rig();
    r.socket.onopen?.();
    const first = r.socket;
    r.pass(10_000);
    assert.equal(first.closed, true);
    first.end(1005);
    r.pass(1000);
    assert.equal(r.sockets.length, 2);
});

test('a line that was given up is given up: its late welcome counts for nothing, and its end is not waited for', () => {
    const r = rig();
    r.socket.onopen?.();
    const first = r.socket;
    r.pass(10_000);
    assert.equal(first.closed, true);
    first.hear(welcome(4, false), resync(4, 0)); // it was on its way
    assert.equal(r.stream.view.link, 'offline');
    r.pass(1000);
    assert.equal(r.sockets.length, 2);
    first.onopen?.();
    assert.deepEqual(r.socket.said, []); // nothing of the old line's is said on the new one
    r.socket.onopen?.();
    r.socket.hear(welcome(4, false), resync(4, 0));
    first.end(1005);
    assert.equal(r.stream.view.link, 'open');
});

test('what is not a frame is ignored', () => {
    const r = opened();
    for (const data of ['', '{', '[]', 'null', '7', '{"a":1}', new ArrayBuffer(3)])
        r.socket.onmessage?.({ data });
    r.socket.hear(card(5, 1));
    assert.equal(r.cards(), '1:offered');
});

const prove = { t: 'prove', nonce: 'n', session: 's', key: 'k' };
const settled = () => new Promise((go) => setImmediate(go));

test('a device with a key proves it when it is asked, and is welcomed then', async () => {
    const r = rig();
    r.proofs.push((nonce) => `of ${nonce}`);
    r.socket.onopen?.();
    r.socket.hear(prove);
    await settled();
    assert.deepEqual(r.socket.said[1], { t: 'proof', signature: 'of n' });
    assert.equal(r.stream.view.link, 'connecting');
    r.socket.hear(welcome(4, false), resync(4, 0));
    assert.equal(r.stream.view.link, 'open');
});

test('a device that has lost its key says that it must be paired, and does not come back by itself', async () => {
    const r = rig();
    r.socket.onopen?.();
    r.socket.hear(prove);
    await settled();
    assert.equal(r.stream.view.link, 'refused');
    assert.equal(r.socket.closed, true);
    r.pass(600_000);
    assert.equal(r.sockets.length, 1);
});

test('a browser that cannot look for its key just now tries again', async () => {
    const r = rig();
    r.proofs.push(() => {
        throw new Error('the database is away');
    });
    r.socket.onopen?.();
    r.socket.hear(prove);
    await settled();
    assert.equal(r.stream.view.link, 'offline');
    r.pass(1000);
    assert.equal(r.sockets.length, 2);
});

test('a proof that the hub does not take shows nothing any more', () => {
    const r = opened();
    r.socket.hear(card(5, 1));
    r.socket.end(4403);
    assert.equal(r.stream.view.link, 'refused');
    assert.equal(r.cards(), '');
    r.pass(600_000);
    assert.equal(r.sockets.length, 1);
});

test('a line that is going down is not written to', async () => {
    const r = rig();
    r.proofs.push(() => 'late');
    r.socket.onopen?.();
    r.socket.hear(prove);
    Object.assign(r.socket, { readyState: 2 });
    await settled();
    assert.equal(r.socket.said.length, 1); // hello
});

test('a proof that comes when the line is another one stays unsaid', async () => {
    const r = rig();
    r.proofs.push(() => 'late');
    r.socket.onopen?.();
    r.socket.hear(prove);
    r.socket.end(1006);
    r.pass(1000);
    await settled();
    assert.equal(r.sockets.length, 2);
    assert.deepEqual(r.socket.said, []);
});

test('a handheld that another took the place of shows nothing and does not come back by itself', () => {
    const r = opened();
    r.socket.hear(card(5, 1));
    r.socket.end(4410);
    assert.equal(r.stream.view.link, 'fenced');
    assert.equal(r.cards(), '');
    r.pass(600_000);
    assert.equal(r.sockets.length, 1);
});

const locked = { t: 'locked', why: 'pin', you: 'Maria', left: 5 };

test('a line that is locked shows nothing, says so, and forgets whose day it was', () => {
    const r = opened();
    r.stream.practised();
    r.socket.hear(card(5, 1), locked);
    assert.equal(r.cards(), '');
    assert.deepEqual(r.socket.said.at(-1), { t: 'hello' });
    const first = welcome(4, false);
    r.socket.hear({ ...first, you: { ...first.you, practised: false } }, resync(4, 0));
    assert.equal(r.stream.view.welcome?.you.practised, false);
    assert.ok(!r.socket.said.some((said) => said.t === 'practised'));
});

test('whoever was signing in when the line broke begins with nothing of the one before', () => {
    const r = opened();
    r.socket.hear(card(5, 1));
    r.stream.enter('314159', 'Bea');
    r.socket.end(1006);
    assert.equal(r.cards(), '');
    r.again();
    r.socket.onopen?.();
    assert.deepEqual(r.socket.said, [{ t: 'hello' }]);
});

test('a PIN that is not answered at all is given up with its line', () => {
    const r = opened();
    r.socket.hear(locked);
    r.stream.enter('314159');
    const line = r.socket;
    r.pass(30_000);
    assert.equal(line.closed, true);
    assert.equal(r.stream.view.entering, false);
});

test('a walk-in test is told of until it is over or nobody is signed in, and is no event of the stream', () => {
    const r = opened();
    r.socket.hear(card(5, 1), { t: 'walkin_test', test: 7 });
    assert.deepEqual([r.stream.view.walkin, r.cards(), r.saved?.seq], [7, '1:offered', 5]);
    assert.ok(!r.socket.said.some((f) => (f as { t: string }).t === 'walkin_seen'), 'said before it was painted');
    r.stream.walkinSeen(7);
    assert.deepEqual(r.socket.said[r.socket.said.length - 1], { t: 'walkin_seen', test: 7 });
    r.stream.walkinOver();
    assert.equal(r.stream.view.walkin, 0);
    r.socket.hear({ t: 'walkin_test', test: 8 }, { t: 'locked', why: 'pin', you: 'Maria', left: 5 });
    assert.equal(r.stream.view.walkin, 0);
});
