-- The answer to an offer completes the row that the offer made, across a restart as well.
ALTER TABLE visit ADD COLUMN offer BLOB;

-- One purchase, one live invitation. Where two came about, the one that holds longest stays.
DELETE FROM link
WHERE line <> 0 AND used_at IS NULL
        AND EXISTS (SELECT 1 FROM link AS better
                WHERE better.line = link.line AND better.used_at IS NULL
                        AND (better.expires, better.secret) > (link.expires, link.secret));
CREATE UNIQUE INDEX link_live ON link (line) WHERE line <> 0 AND used_at IS NULL;
