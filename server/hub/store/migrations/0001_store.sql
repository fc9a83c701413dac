-- The first shape of the database. Migrations are append-only: a released one is never edited, the next has
-- the next number. Each runs in one transaction, and the engine sets user_version to its number.
--
-- Ids: `external` is what the store's own systems call a thing (TEXT, up to 64 bytes); `id` is ours and never
-- leaves the hub. Times are UTC milliseconds; `day` is days since 1970 in the store's zone. A column whose
-- comment says "sealed" holds version, nonce and ciphertext under the key of its person (see seal.h).

PRAGMA application_id = 0x6d747264;

CREATE TABLE setting (
        name TEXT PRIMARY KEY,
        value ANY NOT NULL
) STRICT, WITHOUT ROWID;

-- Stores that purchases name. One of them is this hub's (setting own_store); the others are for reference.
CREATE TABLE store (
        id INTEGER PRIMARY KEY,
        external TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        channel INTEGER NOT NULL CHECK (channel IN (0, 1)),
        zone TEXT NOT NULL
) STRICT;

-- 31 is "other": what no class has been mapped to. It is treated as sensitive.
CREATE TABLE department (
        id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 31),
        name TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO department (id, name) VALUES (31, 'other');

-- `sensitive` is what head office added; the shipped list is applied on top when classes are read.
CREATE TABLE class (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        department INTEGER NOT NULL REFERENCES department (id),
        sensitive INTEGER NOT NULL CHECK (sensitive IN (0, 1))
) STRICT;

CREATE TABLE associate (
        id INTEGER PRIMARY KEY,
        external TEXT NOT NULL UNIQUE,
        store INTEGER NOT NULL REFERENCES store (id),
        name TEXT NOT NULL,
        departments INTEGER NOT NULL,
        role INTEGER NOT NULL CHECK (role BETWEEN 0 AND 2),
        active INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT;

-- A product that only a purchase has named so far has an id and a sku and nothing else.
CREATE TABLE product (
        id INTEGER PRIMARY KEY,
        sku TEXT NOT NULL UNIQUE,
        name TEXT,
        brand TEXT,
        class INTEGER REFERENCES class (id),
        price INTEGER,
        colour TEXT,
        size TEXT
) STRICT;

-- Everybody the store knows; a customer is one who has enrolled. `tag` is the keyed BLAKE2b of the external id,
-- so that she can be found without her id standing here. Ids from 0x80000000 joined at the door.
CREATE TABLE person (
        id INTEGER PRIMARY KEY,
        tag BLOB UNIQUE,
        enrolled INTEGER NOT NULL DEFAULT 0 CHECK (enrolled IN (0, 1)),
        greet INTEGER NOT NULL DEFAULT 0 CHECK (greet IN (0, 1)),
        language TEXT NOT NULL DEFAULT '',
        preferred INTEGER NOT NULL DEFAULT 0,
        identity BLOB -- sealed: external id, name, birthday, contact
) STRICT;

CREATE INDEX person_enrolled ON person (enrolled) WHERE enrolled = 1;

-- One line of a purchase, where a person's lines lie together, newest first: a look-up reads neighbours.
-- brand, item, colour, size are the line's own words where it has any; else the product's hold.
CREATE TABLE purchase (
        person INTEGER NOT NULL,
        at INTEGER NOT NULL,
        line INTEGER NOT NULL,
        store INTEGER NOT NULL,
        channel INTEGER NOT NULL,
        seller INTEGER NOT NULL, -- 0 = unknown
        product INTEGER,
        class INTEGER,
        brand TEXT,
        item TEXT,
        colour TEXT,
        size TEXT,
        gift INTEGER NOT NULL,
        quantity INTEGER NOT NULL,
        price INTEGER, -- unit price in minor units; NULL = unknown
        currency TEXT, -- NULL = the store's
        status INTEGER NOT NULL,
        precision INTEGER NOT NULL,
        PRIMARY KEY (person, at DESC, line)
) STRICT, WITHOUT ROWID;

-- The till's id of a line -> where the line lies: for imports that come twice, for corrections, for invitations.
CREATE TABLE line (
        external TEXT PRIMARY KEY,
        line INTEGER NOT NULL,
        person INTEGER NOT NULL,
        at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Sales of the last days by seller, for the handheld's "invite" list. The import fills and prunes it.
CREATE TABLE recent_sale (
        seller INTEGER NOT NULL,
        at INTEGER NOT NULL,
        line INTEGER NOT NULL,
        person INTEGER NOT NULL,
        PRIMARY KEY (seller, at DESC, line)
) STRICT, WITHOUT ROWID;

-- Append-only: what she said stays what she said. `seq` is the order in which it was said, whatever the clock did.
CREATE TABLE consent_event (
        seq INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE,
        person INTEGER NOT NULL REFERENCES person (id),
        purpose INTEGER NOT NULL CHECK (purpose IN (1, 2)),
        category INTEGER NOT NULL CHECK (category BETWEEN 1 AND 5),
        state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
        mode INTEGER NOT NULL CHECK (mode BETWEEN 1 AND 3),
        store INTEGER NOT NULL, -- 0 = every store
        at INTEGER NOT NULL,
        valid_until INTEGER NOT NULL,
        day INTEGER NOT NULL,
        notice INTEGER NOT NULL,
        visit BLOB,
        steps INTEGER NOT NULL,
        CHECK ((mode = 3) = (visit IS NOT NULL))
) STRICT;
CREATE INDEX consent_of_person ON consent_event (person, seq);
CREATE TRIGGER consent_event_never_changes BEFORE UPDATE ON consent_event
BEGIN
        SELECT RAISE(ABORT, 'consent events are append-only');
END;
CREATE TRIGGER consent_event_never_goes BEFORE DELETE ON consent_event
BEGIN
        SELECT RAISE(ABORT, 'consent events are append-only');
END;

CREATE TABLE session (
        token BLOB PRIMARY KEY, -- BLAKE2b of the token
        kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5),
        subject INTEGER NOT NULL,
        expires INTEGER NOT NULL,
        cursor INTEGER NOT NULL,
        label TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE link (
        secret BLOB PRIMARY KEY, -- BLAKE2b of the secret
        kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5),
        person INTEGER NOT NULL,
        associate INTEGER NOT NULL,
        line INTEGER NOT NULL, -- 0 = none
        expires INTEGER NOT NULL,
        used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX link_of_line ON link (line) WHERE line <> 0;

CREATE TABLE line_choice (
        person INTEGER NOT NULL,
        line INTEGER NOT NULL,
        choice INTEGER NOT NULL CHECK (choice BETWEEN 0 AND 2),
        at INTEGER NOT NULL,
        PRIMARY KEY (person, line)
) STRICT, WITHOUT ROWID;

-- A visit with its one alert.
CREATE TABLE visit (
        id BLOB PRIMARY KEY,
        person INTEGER NOT NULL,
        client_of INTEGER NOT NULL,
        served_by INTEGER NOT NULL,
        recipient INTEGER NOT NULL,
        state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
        alert_state INTEGER NOT NULL CHECK (alert_state BETWEEN 0 AND 6),
        if_busy INTEGER NOT NULL,
        seen INTEGER NOT NULL,
        started INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        offered INTEGER NOT NULL,
        day INTEGER NOT NULL,
        lines_seen INTEGER NOT NULL,
        card INTEGER NOT NULL,
        card_seq INTEGER NOT NULL,
        words BLOB -- sealed: hint, wish, meeting place
) STRICT, WITHOUT ROWID;
CREATE INDEX visit_of_person ON visit (person, started);
CREATE INDEX visit_live ON visit (started) WHERE state <> 3;

-- One turn of one recipient.
CREATE TABLE offer (
        id BLOB PRIMARY KEY,
        visit BLOB NOT NULL,
        associate INTEGER NOT NULL,
        offered INTEGER NOT NULL,
        answered INTEGER, -- NULL = pending
        reply INTEGER NOT NULL CHECK (reply BETWEEN 0 AND 5)
) STRICT, WITHOUT ROWID;

CREATE TABLE stream_event (
        associate INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3),
        card INTEGER NOT NULL,
        visit BLOB NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (associate, seq)
) STRICT, WITHOUT ROWID;

-- A card was on a screen: whose, of whom, exactly what.
CREATE TABLE disclosure (
        seq INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE,
        visit BLOB NOT NULL,
        person INTEGER NOT NULL,
        associate INTEGER NOT NULL,
        relation INTEGER NOT NULL,
        seen INTEGER NOT NULL,
        lines INTEGER NOT NULL,
        rulebook BLOB NOT NULL,
        at INTEGER NOT NULL,
        card BLOB -- sealed
) STRICT;
CREATE INDEX disclosure_of_person ON disclosure (person, seq);

CREATE TABLE cleared (
        visit BLOB NOT NULL,
        associate INTEGER NOT NULL,
        card INTEGER NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (visit, associate, card)
) STRICT, WITHOUT ROWID;

CREATE TABLE thanks (
        visit BLOB PRIMARY KEY,
        how INTEGER NOT NULL,
        odd INTEGER NOT NULL,
        at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What imports brought so far, by kind (1 stores .. 6 purchases).
CREATE TABLE import_count (
        kind INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        new INTEGER NOT NULL,
        updated INTEGER NOT NULL,
        same INTEGER NOT NULL,
        no_customer INTEGER NOT NULL,
        not_kept INTEGER NOT NULL,
        rejected INTEGER NOT NULL
) STRICT;
