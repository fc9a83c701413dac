-- Devices' sessions as somebody sees who may take one back [P93], and a handheld's own key [P95].
ALTER TABLE session ADD COLUMN paired INTEGER NOT NULL DEFAULT 0; -- wall time; 0 = before it was noted
ALTER TABLE session ADD COLUMN key BLOB CHECK (length(key) = 65); -- a point of P-256; NULL = paired without one
CREATE INDEX session_of_device ON session (subject) WHERE kind <> 1;
CREATE INDEX link_of_device ON link (associate) WHERE kind IN (3, 4) AND used_at IS NULL;
