-- Managers' accounts. Who is in this table has a password and a second factor, and signs in with them.
CREATE TABLE manager (
        associate INTEGER PRIMARY KEY, -- 0: tries at names that nobody has; never read
        password TEXT NOT NULL, -- Argon2id, with its salt and cost, as libsodium writes it
        totp BLOB, -- sealed under the hub's own key: it is not a customer's, and must outlive every one of them
        step INTEGER NOT NULL, -- the newest 30 seconds whose code was used
        failures INTEGER NOT NULL, -- wrong tries since the last right one
        closed_at INTEGER NOT NULL, -- wall time; 0 = open
        closed_ms INTEGER NOT NULL
) STRICT;

-- Consoles' sessions end after half an hour without a request, also over a start: the newest one, to the minute.
ALTER TABLE session ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
