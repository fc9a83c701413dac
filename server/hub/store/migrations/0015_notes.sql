-- What associates write down about customers who allow it [P117]. Consent has a seventh category for it; a CHECK cannot be
-- changed in place, so the table is made anew, and every event keeps its number.
CREATE TABLE consent_event_wider (
        seq INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE,
        person INTEGER NOT NULL REFERENCES person (id),
        purpose INTEGER NOT NULL CHECK (purpose IN (1, 2)),
        category INTEGER NOT NULL CHECK (category BETWEEN 1 AND 7),
        state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
        mode INTEGER NOT NULL CHECK (mode BETWEEN 1 AND 4),
        store INTEGER NOT NULL, -- 0 = every store
        at INTEGER NOT NULL,
        valid_until INTEGER NOT NULL,
        day INTEGER NOT NULL,
        notice INTEGER NOT NULL,
        visit BLOB,
        steps INTEGER NOT NULL,
        language TEXT NOT NULL DEFAULT '', -- of the page that she saw
        page BLOB CHECK (length(page) = 32), -- its SHA-256; NULL = not known
        method INTEGER NOT NULL DEFAULT 0, -- 1 an invitation, 2 the door, 3 her own page
        actor INTEGER NOT NULL DEFAULT 0, -- 1 she herself
        receipt BLOB CHECK (length(receipt) = 16),
        CHECK ((mode = 3) = (visit IS NOT NULL))
) STRICT;
INSERT INTO consent_event_wider (seq, id, person, purpose, category, state, mode, store, at, valid_until, day,
        notice, visit, steps, language, page, method, actor, receipt)
SELECT seq, id, person, purpose, category, state, mode, store, at, valid_until, day, notice, visit, steps,
        language, page, method, actor, receipt
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

-- A note is the customer's: sealed under her key, deleted when she says so.
CREATE TABLE note (
        seq INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
        person INTEGER NOT NULL REFERENCES person (id),
        author INTEGER NOT NULL REFERENCES associate (id),
        at INTEGER NOT NULL,
        shown INTEGER NOT NULL DEFAULT 0, -- when a card last had it; 0 = never
        text BLOB NOT NULL -- sealed
) STRICT;
CREATE INDEX note_of_person ON note (person, seq);
CREATE INDEX note_by_time ON note (at);
