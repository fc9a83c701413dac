-- Who wants to say thanks to whom when she is here again [P105]: one of each two, for days, not weeks.
CREATE TABLE thank_you (
        person INTEGER NOT NULL REFERENCES person (id),
        associate INTEGER NOT NULL REFERENCES associate (id),
        day INTEGER NOT NULL, -- the store's day of the visit that it is for
        PRIMARY KEY (person, associate)
) STRICT, WITHOUT ROWID;
CREATE INDEX thank_you_by_day ON thank_you (day);
