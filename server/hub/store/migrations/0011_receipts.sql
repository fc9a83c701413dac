-- Receipts of consent [P100]: what she was told, how she said it, and the signed text that says so to others.

-- Events from before have no receipt; by what page and how they were said was not kept.
ALTER TABLE consent_event ADD COLUMN language TEXT NOT NULL DEFAULT ''; -- of the page that she saw
ALTER TABLE consent_event ADD COLUMN page BLOB CHECK (length(page) = 32); -- its SHA-256; NULL = not known
ALTER TABLE consent_event ADD COLUMN method INTEGER NOT NULL DEFAULT 0; -- 1 an invitation, 2 the door, 3 her own page
ALTER TABLE consent_event ADD COLUMN actor INTEGER NOT NULL DEFAULT 0; -- 1 she herself
ALTER TABLE consent_event ADD COLUMN receipt BLOB CHECK (length(receipt) = 16);

-- The text names nobody: it stands for her by a pseudonym, and holds nothing that the events do not.
CREATE TABLE receipt (
        seq INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
        person INTEGER NOT NULL REFERENCES person (id),
        at INTEGER NOT NULL,
        day INTEGER NOT NULL, -- the store's
        what INTEGER NOT NULL CHECK (what BETWEEN 1 AND 5), -- joined, changed, a newer notice, not today, left
        text TEXT NOT NULL
) STRICT;
CREATE INDEX receipt_of_person ON receipt (person, seq);
CREATE TRIGGER receipt_never_changes BEFORE UPDATE ON receipt
BEGIN
        SELECT RAISE(ABORT, 'receipts are append-only');
END;
CREATE TRIGGER receipt_never_goes BEFORE DELETE ON receipt
BEGIN
        SELECT RAISE(ABORT, 'receipts are append-only');
END;
