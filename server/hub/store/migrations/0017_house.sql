-- The house rules [P120]: versions of their text. None ever changes or goes; the newest is in force.
CREATE TABLE house (
        version INTEGER PRIMARY KEY CHECK (version >= 1),
        text TEXT NOT NULL, -- canonical
        author INTEGER NOT NULL, -- an associate; 0 the operator
        at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER house_never_changes BEFORE UPDATE ON house
BEGIN
        SELECT RAISE(ABORT, 'a version of the house rules never changes');
END;
CREATE TRIGGER house_never_goes BEFORE DELETE ON house
BEGIN
        SELECT RAISE(ABORT, 'a version of the house rules never goes');
END;
