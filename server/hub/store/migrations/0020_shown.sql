-- The pages on which people agreed [P158]: each once, by the SHA-256 that events name, so that it can be shown again when
-- the hub has long had other pages. Nothing of anybody stands in them: they are the same for everybody.
CREATE TABLE shown (
        digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
        kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3), -- a page, a file that it loads, a notice in one language
        bytes BLOB NOT NULL,
        first_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER shown_never_changes BEFORE UPDATE ON shown
BEGIN
        SELECT RAISE(ABORT, 'what was shown never changes');
END;
-- What a page is made of, so that a file goes with the last page that has it. What counts is what the page says itself.
CREATE TABLE shown_part (
        page BLOB NOT NULL CHECK (length(page) = 32),
        path TEXT NOT NULL,
        digest BLOB NOT NULL CHECK (length(digest) = 32),
        PRIMARY KEY (page, path)
) STRICT, WITHOUT ROWID;
