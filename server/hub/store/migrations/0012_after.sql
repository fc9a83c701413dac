-- Associates who have done the practice arrivals, or did not want to [P104]. Whoever has had real cards need not learn
-- what a card is.
CREATE TABLE practised (
        associate INTEGER PRIMARY KEY REFERENCES associate (id)
) STRICT;
INSERT INTO practised (associate) SELECT id FROM associate WHERE id IN (SELECT associate FROM stream_card);
