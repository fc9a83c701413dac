-- The answer to an offer completes the row that the offer made, across a restart as well.
ALTER TABLE visit ADD COLUMN offer BLOB;

-- One purchase, one live invitation. Where two came about, the one that holds longest stays.
DELETE FROM link
WHERE line <> 0 AND used_at IS NULL
        AND EXISTS (SELECT 1 FROM link AS better
                WHERE better.line = link.line AND better.used_at IS NULL
                        AND (better.expires, better.secret) > (link.expires, link.secret));
CREATE UNIQUE INDEX link_live ON link (line) WHERE line <> 0 AND used_at IS NULL;

-- Who withdrew the consent to be asked has left: joined are only those whose newest word is yes.
UPDATE person SET enrolled = 0
WHERE enrolled = 1
        AND coalesce((SELECT e.state FROM consent_event AS e
                WHERE e.person = person.id AND e.purpose = 1 AND e.category = 1 AND e.mode = 1
                ORDER BY e.seq DESC LIMIT 1), 0) <> 1;
