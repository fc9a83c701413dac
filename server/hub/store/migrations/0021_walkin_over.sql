-- Whether a walk-in test came to its end: one that a stop cut short is neither green nor red [P154].
ALTER TABLE walkin ADD COLUMN over INTEGER NOT NULL DEFAULT 1 CHECK (over IN (0, 1));
