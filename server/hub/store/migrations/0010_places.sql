-- The ladder: who is asked for a guest, on which rung, and several at once.
ALTER TABLE visit ADD COLUMN evidence INTEGER NOT NULL DEFAULT 0; -- why client_of: 1 her choice, 2 who served her
ALTER TABLE visit ADD COLUMN rung INTEGER NOT NULL DEFAULT 0; -- the present one; 0: from before there were rungs
ALTER TABLE visit ADD COLUMN since INTEGER NOT NULL DEFAULT 0; -- when the ladder's clock began; 0: at its start
ALTER TABLE visit ADD COLUMN met INTEGER NOT NULL DEFAULT 0; -- when "with her" was said; 0: not
-- The first who has the card stands in recipient, card, card_seq and offer. The others: each associate (4 bytes), card
-- (4), card_seq (8), all little endian, and offer (16).
ALTER TABLE visit ADD COLUMN more BLOB;
ALTER TABLE visit ADD COLUMN asked BLOB; -- associates who were asked, 4 bytes each, little endian

ALTER TABLE offer ADD COLUMN rung INTEGER NOT NULL DEFAULT 0; -- on which she was asked
