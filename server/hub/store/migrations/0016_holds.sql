-- What she may ask for besides joining and leaving: a pause of everything [P133], an objection made at the desk [P134];
-- and whether her browser asked not to sell or share when she said a word [P135]. Consent has a fifth mode (paused); a
-- CHECK cannot be changed in place, so the table is made anew; every event keeps its number.
CREATE TABLE consent_event_wider (
        seq INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE,
        person INTEGER NOT NULL REFERENCES person (id),
        purpose INTEGER NOT NULL CHECK (purpose IN (1, 2)),
        category INTEGER NOT NULL CHECK (category BETWEEN 1 AND 7),
        state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
        mode INTEGER NOT NULL CHECK (mode BETWEEN 1 AND 5),
        store INTEGER NOT NULL, -- 0 = every store
        at INTEGER NOT NULL,
        valid_until INTEGER NOT NULL,
        day INTEGER NOT NULL,
        notice INTEGER NOT NULL,
        visit BLOB,
        steps INTEGER NOT NULL,
        language TEXT NOT NULL DEFAULT '', -- of the page that she saw
        page BLOB CHECK (length(page) = 32), -- its SHA-256; NULL = not known
        method INTEGER NOT NULL DEFAULT 0, -- 1 an invitation, 2 the door, 3 her own page, 4 at the desk
        actor INTEGER NOT NULL DEFAULT 0, -- 1 she herself, 2 somebody of the store, at her word
        receipt BLOB CHECK (length(receipt) = 16),
        gpc INTEGER NOT NULL DEFAULT 0 CHECK (gpc IN (0, 1)), -- the request came with Sec-GPC: 1
        CHECK ((mode = 3) = (visit IS NOT NULL))
) STRICT;
INSERT INTO consent_event_wider (seq, id, person, purpose, category, state, mode, store, at, valid_until, day,
        notice, visit, steps, language, page, method, actor, receipt)
SELECT seq, id, person, purpose, category, state, mode, store, at, valid_until, day, notice, visit, steps, language,
        page, method, actor, receipt
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
