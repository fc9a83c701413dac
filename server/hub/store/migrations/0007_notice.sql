-- The notice: what customers are told before they agree, and, for the hub, the most that each version of it promised
-- [P73]: a rulebook in its canonical text, named by its SHA-256. A version never changes. Everybody who has agreed so
-- far did so under the first, whose text is config/notices/visit-alerts-1.rules.
CREATE TABLE notice (
        version INTEGER PRIMARY KEY CHECK (version > 0),
        name TEXT NOT NULL,
        ceiling TEXT NOT NULL,
        sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
        since INTEGER NOT NULL -- 0: from the start
) STRICT;
CREATE TRIGGER notice_never_changes BEFORE UPDATE ON notice
BEGIN
        SELECT RAISE(ABORT, 'a notice never changes');
END;
CREATE TRIGGER notice_never_goes BEFORE DELETE ON notice
BEGIN
        SELECT RAISE(ABORT, 'a notice never goes');
END;
INSERT INTO notice (version, name, ceiling, sha256, since)
VALUES (1, 'visit-alerts', 'rulebook visit-alerts version 1 store * notice visit-alerts 1
P1: show full to seller of bought mention ok because "She sold it to you"
P2: show item to seller of returned because "She sold it to you, and took it back"
P3: show full to preferred of in-store because "You chose her"
P4: show kind to preferred of online because "You chose her, and you share what you buy online"
P5: show brand to department of in-store, this-store because "You bought it in her department"
P6: show item to manager of in-store, this-store because "The manager helps when nobody else is free"
P7: show tally to store of in-store because "You bought it in her store"
N1: never firm to anyone of sensitive because "Health and intimate purchases are nobody''s business"
N2: never to anyone of gift because "A gift stays a surprise"
N3: never to anyone of cancelled because "You never took it home"
N4: limit kind firm to anyone of other-store because "Other stores and online are told in general words"
N5: limit tally to everyone except preferred of online because "Online purchases are for the one you chose"
N6: limit item to everyone except seller of price >= 1000 because "Prices of expensive things are not shown around"
N7: limit item to anyone of returned because "What you gave back has no price any more"
N8: limit kind to everyone except seller of age > 18 months because "Details fade"
N9: limit kind to trainee of anything because "Trainees see the broad picture"
N10: limit kind to anyone of anything when sensed because "You have not said hello yet"
F1: show full to preferred of field name because "You chose her"
F2: show kind to anyone of field name because "Initials, so that you are found"
F3: show full to preferred of field greet mention ok because "You asked to be greeted by name"
F4: show full to anyone of field hint/wish mention ok because "You wrote it for this visit"
F5: show full to anyone of field sizes/likes because "From purchases that she sees anyway"
F6: show full to anyone of field presence because "Anyone on the floor may be asked to help"
F7: never to anyone of field name/greet when sensed because "You have not said hello yet"
', X'430aa3938f3d37d8c2590a8a58d99f24d6e9b9404db304d2c967bbe307af3fa6', 0);
