-- The versions of the rulebook. A text never changes and no version ever goes: what a card was made under can
-- be read for as long as the card's disclosure is there. Only where a version stands does change, and what it
-- was compared with.
CREATE TABLE rulebook (
        version INTEGER PRIMARY KEY CHECK (version >= 1),
        sha256 BLOB NOT NULL CHECK (length(sha256) = 32), -- of the text: what disclosures say
        former BLOB CHECK (length(former) = 32), -- its BLAKE2b: what disclosures said before there were versions
        text TEXT NOT NULL, -- canonical
        name TEXT NOT NULL,
        proposer INTEGER NOT NULL, -- an associate; 0 the operator, 4294967295 the hub itself
        at INTEGER NOT NULL,
        why TEXT NOT NULL,
        state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 4), -- proposed, live, past, withdrawn
        base INTEGER NOT NULL, -- the version that it was compared with, 0 = none
        wider INTEGER NOT NULL, -- cells
        narrower INTEGER NOT NULL,
        approver INTEGER NOT NULL, -- who published it; means nothing before that
        published INTEGER NOT NULL -- 0 = never
) STRICT;
CREATE UNIQUE INDEX rulebook_one_is_live ON rulebook (state) WHERE state = 2;
CREATE INDEX rulebook_by_hash ON rulebook (sha256);
CREATE TRIGGER rulebook_text_never_changes
BEFORE UPDATE OF version, sha256, former, text, name, proposer, at, why ON rulebook
BEGIN
        SELECT RAISE(ABORT, 'a version of the rules never changes');
END;
CREATE TRIGGER rulebook_never_goes BEFORE DELETE ON rulebook
BEGIN
        SELECT RAISE(ABORT, 'a version of the rules never goes');
END;
