-- The roster: who works when, who stands in for whom, and what else helps to find the right one.
ALTER TABLE associate ADD COLUMN stand_in TEXT NOT NULL DEFAULT ''; -- her external id: she may be imported later
ALTER TABLE associate ADD COLUMN languages TEXT NOT NULL DEFAULT ''; -- "en sv"
ALTER TABLE associate ADD COLUMN skills TEXT NOT NULL DEFAULT ''; -- words

-- When somebody works, and when she is away from it for a while. Of one kind, nobody begins two at once.
CREATE TABLE shift (
        begins INTEGER NOT NULL,
        associate INTEGER NOT NULL REFERENCES associate (id),
        kind INTEGER NOT NULL CHECK (kind IN (1, 2)), -- a shift, a break
        ends INTEGER NOT NULL CHECK (ends > begins AND ends <= begins + 86400000),
        PRIMARY KEY (begins, associate, kind)
) STRICT, WITHOUT ROWID;

-- Why somebody left a turn: more reasons than there were (6: her shift ended). A CHECK cannot be changed in place.
CREATE TABLE offer_wider (
        id BLOB PRIMARY KEY,
        visit BLOB NOT NULL,
        associate INTEGER NOT NULL,
        offered INTEGER NOT NULL,
        answered INTEGER, -- NULL = pending
        reply INTEGER NOT NULL CHECK (reply BETWEEN 0 AND 15)
) STRICT, WITHOUT ROWID;
INSERT INTO offer_wider (id, visit, associate, offered, answered, reply)
SELECT id, visit, associate, offered, answered, reply FROM offer;
DROP TABLE offer;
ALTER TABLE offer_wider RENAME TO offer;
