-- PINs, and who is signed in at a handheld [P97] to [P112].
CREATE TABLE pin (
        associate INTEGER PRIMARY KEY, -- 0: tries at names that nobody has; never read
        hash BLOB NOT NULL, -- Argon2id, with its salt and cost, padded, sealed under the hub's own key; a PIN is short
        failures INTEGER NOT NULL, -- wrong tries over all handhelds since the last right one
        closed_at INTEGER NOT NULL, -- wall time; 0 = open
        closed_ms INTEGER NOT NULL
) STRICT;

ALTER TABLE session ADD COLUMN who INTEGER NOT NULL DEFAULT 0; -- the associate who is signed in; 0 = nobody
ALTER TABLE session ADD COLUMN tries INTEGER NOT NULL DEFAULT 0; -- wrong PINs since the last right one
ALTER TABLE session ADD COLUMN signed_at INTEGER NOT NULL DEFAULT 0; -- wall time, as the next
ALTER TABLE session ADD COLUMN life_at INTEGER NOT NULL DEFAULT 0; -- her newest sign of life, to the minute
CREATE INDEX session_of_who ON session (who) WHERE kind = 2 AND who <> 0;
