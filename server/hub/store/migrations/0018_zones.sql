-- Where an access point stands [P162]: a zone of the store, as the house rules name it. "" = nobody said.
ALTER TABLE sensor ADD COLUMN zone TEXT NOT NULL DEFAULT '';
