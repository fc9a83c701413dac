-- The store's Wi-Fi: phones that customers let it notice, and the agents of the access points.

-- Consent has a sixth category (her phone, noticed) and a fourth mode (announced by herself whenever it is). A
-- CHECK cannot be changed in place, so the table is made anew; every event keeps its number.
CREATE TABLE consent_event_wider (
        seq INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE,
        person INTEGER NOT NULL REFERENCES person (id),
        purpose INTEGER NOT NULL CHECK (purpose IN (1, 2)),
        category INTEGER NOT NULL CHECK (category BETWEEN 1 AND 6),
        state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
        mode INTEGER NOT NULL CHECK (mode BETWEEN 1 AND 4),
        store INTEGER NOT NULL, -- 0 = every store
        at INTEGER NOT NULL,
        valid_until INTEGER NOT NULL,
        day INTEGER NOT NULL,
        notice INTEGER NOT NULL,
        visit BLOB,
        steps INTEGER NOT NULL,
        CHECK ((mode = 3) = (visit IS NOT NULL))
) STRICT;
INSERT INTO consent_event_wider (seq, id, person, purpose, category, state, mode, store, at, valid_until, day,
        notice, visit, steps)
SELECT seq, id, person, purpose, category, state, mode, store, at, valid_until, day, notice, visit, steps
FROM consent_event;
DROP TABLE consent_event;
ALTER TABLE consent_event_wider RENAME TO consent_event;
CREATE INDEX consent_of_person ON consent_event (person, seq);
CREATE TRIGGER consent_event_never_changes BEFORE UPDATE ON consent_event
BEGIN
        SELECT RAISE(ABORT, 'consent events are append-only');
END;
CREATE TRIGGER consent_event_never_goes BEFORE DELETE ON consent_event
BEGIN
        SELECT RAISE(ABORT, 'consent events are append-only');
END;

-- What a phone is known by stands here sealed under its owner's key, and nothing that was made of it stands
-- anywhere. A device that was taken back keeps its number and its days, because the slots of a day hang on them.
CREATE TABLE device (
        id INTEGER PRIMARY KEY,
        person INTEGER NOT NULL, -- 0 = taken back
        known_by BLOB, -- sealed: kind and id
        bound INTEGER NOT NULL, -- days, in the store's zone
        until INTEGER NOT NULL,
        gone INTEGER NOT NULL, -- 0 = not
        silent INTEGER NOT NULL -- "not today" on this day
) STRICT;
CREATE INDEX device_of_person ON device (person) WHERE person <> 0;

-- Access points' agents. boot and seq: of the newest claim that was taken.
CREATE TABLE sensor (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        token BLOB UNIQUE, -- BLAKE2b of the token; NULL = not paired yet
        boot INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        code BLOB, -- BLAKE2b of the pairing code that waits
        code_until INTEGER NOT NULL
) STRICT;
