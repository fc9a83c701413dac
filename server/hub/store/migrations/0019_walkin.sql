-- Walk-in tests [P154]: somebody who is nobody tried the way from the door to the handhelds. The newest 30.
CREATE TABLE walkin (
        at INTEGER PRIMARY KEY, -- when it began
        day INTEGER NOT NULL, -- of the store's clock
        morning INTEGER NOT NULL CHECK (morning IN (0, 1)), -- it began by itself
        phone INTEGER NOT NULL CHECK (phone IN (0, 1)), -- a phone was part of it
        green INTEGER NOT NULL CHECK (green IN (0, 1)),
        why INTEGER NOT NULL, -- what the first red lamp said (server/core/dossier.h)
        handhelds INTEGER NOT NULL, -- were asked
        answered INTEGER NOT NULL,
        phone_ms INTEGER NOT NULL,
        hub_ms INTEGER NOT NULL,
        first_ms INTEGER NOT NULL -- of the first handheld that answered
) STRICT;
