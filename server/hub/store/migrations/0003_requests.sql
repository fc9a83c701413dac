-- What was done for requests that carried a key of their own (Idempotency-Key): written with the effect, in one
-- transaction, kept for a day. A repeat finds its row and is answered alike instead of being done again.
-- Keys and messages are kept as digests only; a row names nobody but by her surrogate.
CREATE TABLE request (
        asker BLOB NOT NULL, -- whose key it is: BLAKE2b of a session's token, a link's secret, or a door's code
        key BLOB NOT NULL, -- BLAKE2b of the key
        at INTEGER NOT NULL,
        message BLOB NOT NULL, -- BLAKE2b of what was asked, keyed with the key: another message is no repeat
        person INTEGER NOT NULL, -- whom it was about, 0 = nobody
        made BLOB, -- the session (its token) or the link (its secret) that it made: a repeat gets a new one instead
        PRIMARY KEY (asker, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_age ON request (at);

-- The highest card ordinal that each associate's stream ever gave: its events are pruned, the number stays.
CREATE TABLE stream_card (
        associate INTEGER PRIMARY KEY,
        last INTEGER NOT NULL
) STRICT;
INSERT INTO stream_card (associate, last)
SELECT associate, max(card) FROM (
        SELECT associate, card FROM stream_event
        UNION ALL SELECT associate, card FROM cleared
        UNION ALL SELECT recipient, card FROM visit WHERE recipient <> 0)
GROUP BY associate;
