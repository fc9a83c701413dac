-- How long a customer wants the record of looks at her cards kept [P167], in hours; 0 = as long as the store keeps it.
-- The index has the looks that are still whole: what has been let go of (statement keep_looks) has no visit any more.
ALTER TABLE person ADD COLUMN looks INTEGER NOT NULL DEFAULT 0 CHECK (looks IN (0, 24, 168, 720));
CREATE INDEX person_looks ON person (id) WHERE looks <> 0;
DROP INDEX disclosure_of_person;
CREATE INDEX disclosure_whole ON disclosure (person, at) WHERE visit <> x'00000000000000000000000000000000';
