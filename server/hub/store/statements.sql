-- Every statement the store runs, by name. The C code takes parameters and columns by name.

-- ---- transactions ----------------------------------------------------------------------------------------------

--! begin
BEGIN IMMEDIATE;
-- Several reads in one: each for itself would take the lock, look whether the log has grown, and give it back.
--! begin_reading
BEGIN;
--! commit
COMMIT;
--! rollback
ROLLBACK;
--! group_begin
SAVEPOINT one_group;
--! group_keep
RELEASE one_group;
--! group_undo
ROLLBACK TO one_group;
-- From now on COMMIT writes the log and the flusher makes it durable: see flush.h.
--! flush_elsewhere
PRAGMA synchronous = NORMAL;
--! flush_setting
SELECT synchronous AS synchronous FROM pragma_synchronous;

-- What the file says it is.
--! whose
SELECT a.application_id AS application, v.user_version AS version
FROM pragma_application_id AS a, pragma_user_version AS v;
-- Whether its pages and records hang together: 'ok', or the first thing that is wrong. Reads the whole file.
-- (No argument: SQLite 3.46 takes one for a table's name.)
--! whole
SELECT quick_check AS said FROM pragma_quick_check LIMIT 1;
--! tables
SELECT count(*) AS tables FROM sqlite_schema;

-- ---- walk-in tests --------------------------------------------------------------------------------------------

--! walkin_put
INSERT OR REPLACE INTO walkin (at, day, morning, phone, green, why, handhelds, answered, phone_ms, hub_ms, first_ms,
        over)
VALUES (:at, :day, :morning, :phone, :green, :why, :handhelds, :answered, :phone_ms, :hub_ms, :first_ms, :over);
--! walkin_drop_morning
DELETE FROM walkin WHERE morning = 1 AND day = :day AND at != :at;
--! walkin_prune
DELETE FROM walkin WHERE at <> :at
        AND at NOT IN (SELECT at FROM walkin WHERE morning = 1 AND over = 1 ORDER BY at DESC LIMIT :mornings)
        AND at NOT IN (SELECT at FROM walkin WHERE morning = 0 AND over = 1 ORDER BY at DESC LIMIT :by_hand);
--! walkins
SELECT at AS at, day AS day, morning AS morning, phone AS phone, green AS green, why AS why, handhelds AS handhelds,
       answered AS answered, phone_ms AS phone_ms, hub_ms AS hub_ms, first_ms AS first_ms
FROM walkin WHERE over = 1 ORDER BY at DESC LIMIT :most;

-- ---- settings --------------------------------------------------------------------------------------------------

--! setting_get
SELECT value AS value FROM setting WHERE name = :name;
--! setting_put
INSERT INTO setting (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- ---- stores, departments, classes, associates, products --------------------------------------------------------

--! store_find
SELECT id AS id, name AS name, channel AS channel, zone AS zone FROM store WHERE external = :external;
--! store_zones
SELECT external AS external, zone AS zone FROM store ORDER BY id LIMIT :most;
--! store_list
SELECT id AS id, name AS name, channel AS channel FROM store ORDER BY id;
--! store_add
INSERT INTO store (external, name, channel, zone) VALUES (:external, :name, :channel, :zone) RETURNING id AS id;
--! store_change
UPDATE store SET name = :name, channel = :channel, zone = :zone WHERE id = :id;

--! department_list
SELECT id AS id, name AS name FROM department ORDER BY id;
--! department_add
INSERT INTO department (id, name) VALUES (:id, :name);

--! class_list
SELECT id AS id, name AS name, department AS department, sensitive AS sensitive FROM class ORDER BY id;
--! class_find
SELECT id AS id, department AS department, sensitive AS sensitive FROM class WHERE name = :name;
--! class_add
INSERT INTO class (name, department, sensitive) VALUES (:name, :department, :sensitive) RETURNING id AS id;
--! class_change
UPDATE class SET department = :department, sensitive = :sensitive WHERE id = :id;

--! associate_find
SELECT id AS id, store AS store, name AS name, departments AS departments, role AS role, active AS active,
        stand_in AS stand_in, languages AS languages, skills AS skills
FROM associate WHERE external = :external;
--! associate_add
INSERT INTO associate (external, store, name, departments, role, active, stand_in, languages, skills)
VALUES (:external, :store, :name, :departments, :role, :active, :stand_in, :languages, :skills) RETURNING id AS id;
--! associate_change
UPDATE associate SET store = :store, name = :name, departments = :departments, role = :role, active = :active,
        stand_in = :stand_in, languages = :languages, skills = :skills
WHERE id = :id;
-- The roster has a limit: this store's people first, those who still work here before those who left.
--! associate_roster
SELECT a.id AS id, a.external AS external, a.store AS store, a.name AS name, a.departments AS departments,
        a.role AS role, a.active AS active, coalesce(c.last, 0) AS last_card, coalesce(b.id, 0) AS stand_in,
        a.languages AS languages, a.skills AS skills, p.associate IS NOT NULL AS practised
FROM (SELECT * FROM associate ORDER BY (store = :store) DESC, active DESC, id LIMIT :most) AS a
LEFT JOIN stream_card AS c ON c.associate = a.id
LEFT JOIN associate AS b ON a.stand_in <> '' AND b.external = a.stand_in
LEFT JOIN practised AS p ON p.associate = a.id ORDER BY a.id;
--! associate_practised
INSERT INTO practised (associate) VALUES (:associate) ON CONFLICT (associate) DO NOTHING;

-- ---- shifts [P80]: found by when they begin --------------------------------------------------------------------

--! shift_any
SELECT EXISTS (SELECT 1 FROM shift WHERE kind = 1) AS kept;
--! shift_between
SELECT begins AS begins, associate AS associate, kind AS kind, ends AS ends
FROM shift WHERE begins >= :from AND begins < :until ORDER BY begins, associate, kind LIMIT :most;
--! shift_count
SELECT count(*) AS n FROM shift WHERE begins >= :from AND begins < :until;
--! shift_days
SELECT (begins - :from) / 86400000 AS day, count(*) AS n
FROM shift WHERE begins >= :from AND begins < :until GROUP BY 1;
--! shift_find
SELECT ends AS ends FROM shift WHERE begins = :begins AND associate = :associate AND kind = :kind;
--! shift_put
INSERT INTO shift (begins, associate, kind, ends) VALUES (:begins, :associate, :kind, :ends)
ON CONFLICT (begins, associate, kind) DO UPDATE SET ends = excluded.ends;
--! shift_drop
DELETE FROM shift WHERE begins = :begins AND associate = :associate AND kind = :kind;
--! shift_prune
DELETE FROM shift WHERE begins < :before;
-- A day of the roster as people read it, and who could be on it.
--! shift_named
SELECT a.external AS external, s.kind AS kind, s.begins AS begins, s.ends AS ends
FROM shift AS s JOIN associate AS a ON a.id = s.associate
WHERE s.begins >= :from AND s.begins < :until ORDER BY s.begins, s.associate, s.kind LIMIT :most;
--! associate_people
SELECT id AS id, external AS external, name AS name, departments AS departments, role AS role, active AS active,
        stand_in AS stand_in, languages AS languages, skills AS skills
FROM associate WHERE store = :store AND active = 1 ORDER BY name, id LIMIT :most;
--! associate_list
SELECT id AS id, external AS external, store AS store, active AS active FROM associate ORDER BY id;

--! product_find
SELECT id AS id, name AS name, brand AS brand, class AS class, price AS price, colour AS colour, size AS size
FROM product WHERE sku = :sku;
--! product_get
SELECT name AS name, brand AS brand, class AS class, colour AS colour, size AS size FROM product WHERE id = :id;
--! product_list
SELECT id AS id, name AS name, brand AS brand, class AS class, colour AS colour, size AS size
FROM product ORDER BY id LIMIT :most;
--! product_add
INSERT INTO product (sku, name, brand, class, price, colour, size)
VALUES (:sku, :name, :brand, :class, :price, :colour, :size) RETURNING id AS id;
--! product_change
UPDATE product SET name = :name, brand = :brand, class = :class, price = :price, colour = :colour, size = :size
WHERE id = :id;

-- ---- people ----------------------------------------------------------------------------------------------------

--! person_get
SELECT id AS id, enrolled AS enrolled, greet AS greet, language AS language, preferred AS preferred,
        looks AS looks, identity AS identity
FROM person WHERE id = :id;
--! person_by_tag
SELECT id AS id, enrolled AS enrolled FROM person WHERE tag = :tag;
--! person_add
INSERT INTO person (id, tag, identity) VALUES (:id, :tag, :identity);
--! person_identity
UPDATE person SET identity = :identity WHERE id = :id;
--! person_last_known
SELECT coalesce(max(id), 0) AS id FROM person WHERE id < 0x80000000;
--! person_last_guest
SELECT coalesce(max(id), 0) AS id FROM person WHERE id >= 0x80000000;
--! guest_add
INSERT INTO person (id, enrolled, greet, language) VALUES (:id, 1, :greet, :language);
--! person_enrol
UPDATE person SET enrolled = 1, greet = :greet, language = :language WHERE id = :id;
--! person_leave
UPDATE person SET enrolled = 0 WHERE id = :id;
--! person_prefer
UPDATE person SET preferred = :associate WHERE id = :id;
--! person_looks
UPDATE person SET looks = :hours WHERE id = :id;
--! person_after
SELECT id AS id, preferred AS preferred FROM person WHERE id > :id ORDER BY id LIMIT 1;
-- Everybody who enrolled, in the order of their numbers; whether her consent stands is judged in C.
--! customer_after
SELECT id AS id, preferred AS preferred FROM person WHERE enrolled = 1 AND id > :id ORDER BY id LIMIT 1;
--! customers_count
SELECT count(*) AS n, coalesce(max(id), :id) AS last
FROM (SELECT id FROM person WHERE enrolled = 1 AND id > :id ORDER BY id LIMIT :most);
--! associate_name
SELECT a.external AS external, a.name AS name, s.external AS store
FROM associate AS a JOIN store AS s ON s.id = a.store WHERE a.id = :id;

-- ---- purchases -------------------------------------------------------------------------------------------------

-- Only categories she consented to leave the table, and the limit counts only those: never a limit before the
-- filter. The product's words stand in where the line has none of its own (articles.h).
--! purchase_history
SELECT at AS at, line AS line, store AS store, channel AS channel, seller AS seller, product AS product,
        class AS class, brand AS brand, item AS item, colour AS colour, size AS size, gift AS gift,
        quantity AS quantity, price AS price, currency AS currency, status AS status
FROM purchase
WHERE person = :person AND at >= :since
        AND ((channel = 1 AND :online) OR (channel = 0 AND store = :own AND :instore)
                OR (channel = 0 AND store <> :own AND :other_stores))
ORDER BY at DESC, line LIMIT :most;
-- Counted in C: a GROUP BY would sort, and costs five times as much for twenty lines.
--! purchase_evidence
SELECT seller AS seller, at AS at FROM purchase
WHERE person = :person AND at >= :since AND at <= :now AND status = 0 AND seller <> 0
ORDER BY at DESC;
--! purchase_item
SELECT p.seller AS seller, p.status AS status, coalesce(p.item, d.name) AS item, coalesce(p.class, d.class, 0) AS class
FROM purchase AS p LEFT JOIN product AS d ON d.id = p.product
WHERE p.person = :person AND p.at = :at AND p.line = :line;
--! purchase_item_of_line
SELECT p.seller AS seller, p.status AS status, coalesce(p.item, d.name) AS item
FROM purchase AS p LEFT JOIN product AS d ON d.id = p.product
WHERE p.person = :person AND p.line = :line LIMIT 1;
--! purchase_get
SELECT store AS store, channel AS channel, seller AS seller, product AS product, class AS class,
        brand AS brand, item AS item, colour AS colour, size AS size, gift AS gift, quantity AS quantity,
        price AS price, currency AS currency, status AS status, precision AS precision
FROM purchase WHERE person = :person AND at = :at AND line = :line;
--! purchase_put
INSERT OR REPLACE INTO purchase (person, at, line, store, channel, seller, product, class, brand, item, colour,
        size, gift, quantity, price, currency, status, precision)
VALUES (:person, :at, :line, :store, :channel, :seller, :product, :class, :brand, :item, :colour,
        :size, :gift, :quantity, :price, :currency, :status, :precision);
--! purchase_drop
DELETE FROM purchase WHERE person = :person AND at = :at AND line = :line;

--! line_find
SELECT line AS line, person AS person, at AS at FROM line WHERE external = :external;
--! line_add
INSERT INTO line (external, line, person, at) VALUES (:external, :line, :person, :at);
--! line_move
UPDATE line SET person = :person, at = :at WHERE external = :external;

--! line_drop
DELETE FROM line WHERE external = :external;

--! recent_put
INSERT OR REPLACE INTO recent_sale (seller, at, line, person) VALUES (:seller, :at, :line, :person);
--! recent_drop
DELETE FROM recent_sale WHERE seller = :seller AND at = :at AND line = :line;
--! recent_prune
DELETE FROM recent_sale WHERE at < :before;
-- Of known people, for which no link was made. Whether who enrolled is still joined is judged in C, so the
-- limit is there, too.
--! recent_sales
SELECT r.at AS at, r.line AS line, r.person AS person, c.enrolled AS enrolled, coalesce(p.item, d.name) AS item,
        coalesce(p.class, d.class, 0) AS class
FROM recent_sale AS r
JOIN person AS c ON c.id = r.person
JOIN purchase AS p ON p.person = r.person AND p.at = r.at AND p.line = r.line AND p.status = 0
LEFT JOIN product AS d ON d.id = p.product
WHERE r.seller = :seller AND r.at >= :since AND r.at < :before
        AND NOT EXISTS (SELECT 1 FROM link WHERE link.line = r.line AND link.line <> 0)
ORDER BY r.at DESC, r.line;

--! choice_list
SELECT line AS line, choice AS choice FROM line_choice WHERE person = :person ORDER BY line;
--! choice_put
INSERT INTO line_choice (person, line, choice, at) VALUES (:person, :line, :choice, :at)
ON CONFLICT (person, line) DO UPDATE SET choice = excluded.choice, at = excluded.at;
--! choice_drop
DELETE FROM line_choice WHERE person = :person AND line = :line;

-- ---- consent, sessions, links ----------------------------------------------------------------------------------

--! consent_add
INSERT INTO consent_event (id, person, purpose, category, state, mode, store, at, valid_until, day, notice, visit,
        steps, language, page, method, actor, receipt, gpc)
VALUES (:id, :person, :purpose, :category, :state, :mode, :store, :at, :valid_until, :day, :notice, :visit,
        :steps, :language, :page, :method, :actor, :receipt, :gpc);
--! consent_not_todays
SELECT count(DISTINCT day) AS n FROM consent_event WHERE person = :person AND mode = 2 AND at >= :since;
--! consent_list
SELECT purpose AS purpose, category AS category, state AS state, mode AS mode, store AS store, at AS at,
        valid_until AS valid_until, day AS day, notice AS notice, gpc AS gpc
FROM consent_event WHERE person = :person ORDER BY seq DESC;

--! receipt_add
INSERT INTO receipt (id, person, at, day, what, text) VALUES (:id, :person, :at, :day, :what, :text);
--! receipt_list
SELECT id AS id, at AS at, what AS what FROM receipt WHERE person = :person ORDER BY seq DESC LIMIT :most;
--! receipt_count
SELECT count(*) AS n FROM receipt WHERE person = :person;
-- Of a day, and no more than matter; a day that is not the newest is only asked for when the clock went back.
--! receipt_today
SELECT count(*) FILTER (WHERE day = :day) AS n
FROM (SELECT day FROM receipt WHERE person = :person ORDER BY seq DESC LIMIT :most);
-- Hers, or that of somebody who left (5) a short while ago.
--! receipt_get
SELECT text AS text FROM receipt
WHERE id = :id AND (person = :person OR (what = 5 AND at >= :left_since));

--! session_get
SELECT kind AS kind, subject AS subject, expires AS expires, seen AS seen, paired AS paired, key AS key, who AS who,
        tries AS tries, signed_at AS signed_at, life_at AS life_at
FROM session WHERE token = :token;
-- `cursor` is a column that nothing has used: what a device has carried out, it says itself [P21].
--! session_put
INSERT INTO session (token, kind, subject, expires, cursor, label, seen, paired, key)
VALUES (:token, :kind, :subject, :expires, 0, :label, :seen, :paired, :key)
ON CONFLICT (token) DO UPDATE SET kind = excluded.kind, subject = excluded.subject, expires = excluded.expires,
        label = excluded.label, seen = excluded.seen, paired = excluded.paired, key = excluded.key;
-- A phone's sessions are of kind 1, an associate's handhelds of 2, consoles of 3.
--! session_seen
UPDATE session SET seen = :at WHERE token = :token AND kind <> 1;
--! session_end
DELETE FROM session WHERE token = :token AND kind <> 1;
--! sessions_end
DELETE FROM session WHERE kind <> 1 AND subject = :associate AND kind IN (2, 3);
--! consoles_end
DELETE FROM session WHERE kind <> 1 AND subject = :associate AND kind = 3;
--! handhelds_end
DELETE FROM session WHERE kind <> 1 AND subject = :associate AND kind = 2;
--! links_end
DELETE FROM link WHERE associate = :associate AND kind IN (3, 4) AND used_at IS NULL;
-- Devices of the store: some thousands, beside phones that may be a million.
--! session_list
SELECT token AS token, kind AS kind, subject AS subject, expires AS expires, seen AS seen, paired AS paired,
        label AS label, key IS NOT NULL AS keyed, who AS who, tries AS tries, signed_at AS signed_at,
        life_at AS life_at
FROM session INDEXED BY session_of_device
WHERE kind <> 1 AND expires > :now AND (:associate = 0 OR subject = :associate) AND (:kinds >> kind) & 1
        AND token >= :from AND token <= :to
ORDER BY paired DESC, token;

--! sign_in
UPDATE session SET who = :who, tries = 0, signed_at = :at, life_at = :at WHERE token = :token AND kind = 2;
--! sign_out
UPDATE session SET who = 0, signed_at = 0, life_at = 0 WHERE token = :token AND kind = 2;
--! sign_out_of_all
UPDATE session SET who = 0, signed_at = 0, life_at = 0 WHERE kind = 2 AND who <> 0 AND who = :associate;
--! sign_life
UPDATE session SET life_at = :at WHERE token = :token AND kind = 2 AND who <> 0;
--! sign_tries
UPDATE session SET tries = :tries, who = CASE WHEN :out THEN 0 ELSE who END WHERE token = :token AND kind = 2;
--! pin_list
SELECT associate AS associate, hash AS hash, failures AS failures, closed_at AS closed_at, closed_ms AS closed_ms
FROM pin WHERE associate <> 0 ORDER BY associate;
--! pin_put
INSERT INTO pin (associate, hash, failures, closed_at, closed_ms)
VALUES (:associate, :hash, :failures, :closed_at, :closed_ms)
ON CONFLICT (associate) DO UPDATE SET hash = excluded.hash, failures = excluded.failures,
        closed_at = excluded.closed_at, closed_ms = excluded.closed_ms;
--! pin_gone
DELETE FROM pin WHERE associate = :associate;

--! manager_list
SELECT associate AS associate, password AS password, totp AS totp, step AS step, failures AS failures,
        closed_at AS closed_at, closed_ms AS closed_ms
FROM manager WHERE associate <> 0 ORDER BY associate;
--! manager_put
INSERT INTO manager (associate, password, totp, step, failures, closed_at, closed_ms)
VALUES (:associate, :password, :totp, :step, :failures, :closed_at, :closed_ms)
ON CONFLICT (associate) DO UPDATE SET password = excluded.password, totp = excluded.totp, step = excluded.step,
        failures = excluded.failures, closed_at = excluded.closed_at, closed_ms = excluded.closed_ms;
--! manager_gone
DELETE FROM manager WHERE associate = :associate;

--! link_get
SELECT kind AS kind, person AS person, associate AS associate, line AS line, expires AS expires,
        used_at IS NOT NULL AS used
FROM link WHERE secret = :secret;
--! link_expire
DELETE FROM link WHERE line = :line AND line <> 0 AND used_at IS NULL AND expires <= :at;
-- Two unused ones for one line: the index link_live refuses the second, and its group.
--! link_add
INSERT INTO link (secret, kind, person, associate, line, expires, used_at)
VALUES (:secret, :kind, :person, :associate, :line, :expires, NULL);
-- One winner: the second use of a link changes no row, and its group is refused.
--! link_use
UPDATE link SET used_at = :at WHERE secret = :secret AND used_at IS NULL;
--! link_for_line
SELECT 1 AS made FROM link WHERE line = :line AND line <> 0 LIMIT 1;

-- What it made is still good: a session that has not ended, or a link that nobody has used.
--! request_get
SELECT r.at AS at, r.message AS message, r.person AS person, r.made AS made,
        coalesce(s.expires, l.expires, 0) AS made_until
FROM request AS r LEFT JOIN session AS s ON s.token = r.made
LEFT JOIN link AS l ON l.secret = r.made AND l.used_at IS NULL
WHERE r.asker = :asker AND r.key = :key AND r.at > :since;
--! request_put
INSERT INTO request (asker, key, at, message, person, made) VALUES (:asker, :key, :at, :message, :person, :made)
ON CONFLICT (asker, key) DO UPDATE SET at = excluded.at, message = excluded.message, person = excluded.person,
        made = excluded.made;
-- A few with each that comes: what is too old never piles up, and no commit waits for it.
--! request_oldest
SELECT at AS at FROM request ORDER BY at LIMIT 1;
--! request_prune
DELETE FROM request WHERE (asker, key) IN
        (SELECT asker, key FROM request WHERE at <= :before ORDER BY at LIMIT 16);
--! request_count
SELECT count(*) AS n FROM request WHERE asker = :asker;
--! request_trim
DELETE FROM request WHERE asker = :asker AND key IN
        (SELECT key FROM request WHERE asker = :asker ORDER BY key = :newest, at LIMIT :n);
--! session_renew
UPDATE session SET token = :fresh WHERE token = :old;
--! link_renew
UPDATE link SET secret = :fresh WHERE secret = :old AND used_at IS NULL;

-- ---- visits ----------------------------------------------------------------------------------------------------

--! visit_put
INSERT INTO visit (id, person, client_of, served_by, recipient, state, alert_state, if_busy, seen, started,
        changed, offered, day, lines_seen, card, card_seq, offer, words, evidence, rung, since, met, more, asked)
VALUES (:id, :person, :client_of, :served_by, :recipient, :state, :alert_state, :if_busy, :seen, :started,
        :changed, :offered, :day, :lines_seen, :card, :card_seq, :offer, :words, :evidence, :rung, :since, :met,
        :more, :asked)
ON CONFLICT (id) DO UPDATE SET client_of = excluded.client_of, served_by = excluded.served_by,
        recipient = excluded.recipient, state = excluded.state, alert_state = excluded.alert_state,
        if_busy = excluded.if_busy, seen = excluded.seen, changed = excluded.changed, offered = excluded.offered,
        day = excluded.day, lines_seen = excluded.lines_seen, card = excluded.card, card_seq = excluded.card_seq,
        offer = excluded.offer, words = excluded.words, rung = excluded.rung, since = excluded.since,
        met = excluded.met, more = excluded.more, asked = excluded.asked;
--! visit_live
SELECT id AS id, person AS person, client_of AS client_of, served_by AS served_by, recipient AS recipient,
        state AS state, alert_state AS alert_state, if_busy AS if_busy, seen AS seen, started AS started,
        changed AS changed, offered AS offered, day AS day, lines_seen AS lines_seen, card AS card,
        card_seq AS card_seq, offer AS offer, words AS words, evidence AS evidence, rung AS rung, since AS since,
        met AS met, more AS more, asked AS asked
FROM visit WHERE state <> 3 ORDER BY started LIMIT :most;
--! visit_last
SELECT v.id AS id, v.served_by AS served_by, v.lines_seen AS lines_seen, v.changed AS ended,
        t.visit IS NOT NULL AS thanked
FROM visit AS v LEFT JOIN thanks AS t ON t.visit = v.id
WHERE v.person = :person AND v.state = 3 ORDER BY v.started DESC LIMIT 1;
--! visit_numbers
SELECT count(*) FILTER (WHERE state = 3) AS ended, count(*) FILTER (WHERE day = :day) AS today,
        coalesce(max(day), 0) AS last_day
FROM visit WHERE person = :person;
--! visit_today
SELECT count(*) AS arrivals, count(*) FILTER (WHERE alert_state IN (3, 4)) AS met,
        count(*) FILTER (WHERE alert_state = 5) AS nobody
FROM visit WHERE day = :day;

--! offer_put
INSERT INTO offer (id, visit, associate, offered, answered, reply, rung)
VALUES (:id, :visit, :associate, :offered, :answered, :reply, :rung)
ON CONFLICT (id) DO UPDATE SET answered = excluded.answered, reply = excluded.reply;
--! offer_recent
-- An id begins with its time, so the newest stand together at the end of the table.
SELECT associate AS associate, offered AS offered
FROM offer WHERE id >= :from AND offered > :after ORDER BY offered DESC LIMIT :most;

--! arrival_list
-- The newest ones, oldest first. Whose each was: her associate's, else of whom was asked first.
SELECT c.id AS id, c.started AS started, c.associate AS associate, coalesce(a.departments, 0) AS departments
FROM (SELECT v.id AS id, v.started AS started, coalesce(nullif(v.client_of, 0), o.associate, 0) AS associate
        FROM visit AS v LEFT JOIN (SELECT visit, min(id), associate FROM offer WHERE id >= :from GROUP BY visit) AS o
                ON o.visit = v.id
        WHERE v.id >= :from ORDER BY v.id DESC LIMIT :most) AS c
        LEFT JOIN associate AS a ON a.id = c.associate
ORDER BY c.id;

--! stream_add
INSERT INTO stream_event (associate, seq, kind, card, visit, at)
VALUES (:associate, :seq, :kind, :card, :visit, :at);
--! stream_prune
DELETE FROM stream_event WHERE associate = :associate AND seq <= :seq;
--! stream_list
SELECT associate AS associate, seq AS seq, kind AS kind, card AS card, visit AS visit
FROM stream_event WHERE associate = :associate ORDER BY seq DESC LIMIT :most;
--! stream_owners
SELECT DISTINCT associate AS associate FROM stream_event ORDER BY associate;

-- Highest ordinal only: the same card may come again after a younger one.
--! card_note
INSERT INTO stream_card (associate, last) VALUES (:associate, :card)
ON CONFLICT (associate) DO UPDATE SET last = excluded.last WHERE excluded.last > last;

--! disclosure_add
INSERT INTO disclosure (id, visit, person, associate, relation, seen, lines, rulebook, at, card)
VALUES (:id, :visit, :person, :associate, :relation, :seen, :lines, :rulebook, :at, :card)
ON CONFLICT (id) DO NOTHING;
--! disclosure_last
SELECT coalesce(max(seq), 0) AS seq FROM disclosure;
--! disclosure_from
SELECT at AS at FROM disclosure WHERE seq >= :seq ORDER BY seq LIMIT 1;
-- Without the card itself: it stays sealed. Of what has been let go of there is nothing to be counted.
--! disclosure_after
SELECT d.seq AS seq, d.person AS person, d.associate AS associate, d.relation AS relation, d.seen AS seen,
        d.rulebook AS rulebook, d.at AS at, coalesce(v.started, 0) AS started, v.words IS NOT NULL AS words,
        coalesce(p.enrolled, 0) AS enrolled, coalesce(p.greet, 0) AS greet
FROM disclosure AS d LEFT JOIN visit AS v ON v.id = d.visit LEFT JOIN person AS p ON p.id = d.person
WHERE d.seq > :seq AND d.visit <> x'00000000000000000000000000000000' ORDER BY d.seq LIMIT 1;
--! cleared_add
INSERT INTO cleared (visit, associate, card, at) VALUES (:visit, :associate, :card, :at)
ON CONFLICT (visit, associate, card) DO NOTHING;
--! thanks_put
INSERT INTO thanks (visit, how, odd, at) VALUES (:visit, :how, :odd, :at)
ON CONFLICT (visit) DO UPDATE SET how = excluded.how, odd = excluded.odd, at = excluded.at;

-- ---- the store's Wi-Fi --------------------------------------------------------------------------------------------

--! device_put
INSERT INTO device (id, person, known_by, bound, until, gone, silent)
VALUES (:id, :person, :known_by, :bound, :until, 0, :silent)
ON CONFLICT (id) DO UPDATE SET known_by = excluded.known_by, until = excluded.until, silent = excluded.silent;
--! devices_silent
UPDATE device SET silent = :day WHERE person = :person;
--! devices_gone
UPDATE device SET person = 0, known_by = NULL, gone = :day WHERE person = :person;
--! device_list
SELECT id AS id, person AS person, known_by AS known_by, bound AS bound, until AS until, gone AS gone,
        silent AS silent
FROM device ORDER BY id LIMIT :most;
--! device_purge
DELETE FROM device WHERE until < :before OR (gone <> 0 AND gone < :before);
--! sensor_put
INSERT INTO sensor (id, name, zone, token, boot, seq, code, code_until)
VALUES (:id, :name, :zone, :token, :boot, :seq, :code, :code_until)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, zone = excluded.zone, token = excluded.token, code = excluded.code,
        code_until = excluded.code_until;
--! sensor_claimed
UPDATE sensor SET boot = :boot, seq = :seq WHERE id = :id;
--! sensor_list
SELECT id AS id, name AS name, zone AS zone, token AS token, boot AS boot, seq AS seq, code AS code,
        code_until AS code_until
FROM sensor ORDER BY id;

-- ---- the house rules -------------------------------------------------------------------------------------------

--! house_add
INSERT INTO house (version, text, author, at) VALUES (:version, :text, :author, :at);
--! house_list
SELECT h.version AS version, h.text AS text, h.author AS author, h.at AS at, coalesce(a.name, '') AS name
FROM house AS h LEFT JOIN associate AS a ON a.id = h.author
WHERE h.version <= :newest ORDER BY h.version DESC LIMIT :most;
-- An id begins with its time, so last week's stand together at the end of the table; hers come one after another.
--! house_visits
SELECT id AS id, person AS person, day AS day, started AS started, changed AS changed, state AS state, seen AS seen,
        client_of AS client_of, served_by AS served_by,
        coalesce((SELECT a.departments FROM associate AS a WHERE a.id = visit.client_of), 0) AS hers,
        coalesce((SELECT a.departments FROM associate AS a WHERE a.id = visit.served_by), 0) AS server
FROM visit WHERE id >= :from AND day > :after ORDER BY person, started LIMIT :most;

-- ---- the notices -----------------------------------------------------------------------------------------------

--! notice_add
INSERT INTO notice (version, name, ceiling, sha256, since) VALUES (:version, :name, :ceiling, :sha256, :since);
--! notice_list
SELECT version AS version, name AS name, ceiling AS ceiling, sha256 AS sha256, since AS since
FROM notice ORDER BY version DESC LIMIT :most;
-- Customers by the newest notice that they agreed to: what one grants never carries an older one than before, so it is
-- that of her last grant, and nobody's whole past is read for it: everything else would have to wait for that.
--! notice_customers
WITH hers AS MATERIALIZED (
        SELECT (SELECT e.notice FROM consent_event AS e WHERE e.person = p.id AND e.state = 1
                ORDER BY e.seq DESC LIMIT 1) AS notice
        FROM person AS p WHERE p.enrolled = 1)
SELECT notice AS notice, count(*) AS customers FROM hers WHERE notice IS NOT NULL
GROUP BY notice ORDER BY notice DESC;

-- ---- what has been kept long enough (keep.h) ----------------------------------------------------------------------

--! keep_stream
DELETE FROM stream_event WHERE (associate, seq) IN (SELECT associate, seq FROM stream_event AS e
        WHERE at < :before AND seq < (SELECT max(seq) FROM stream_event WHERE associate = e.associate) LIMIT :most);
-- The newest keeps its number, so that no number comes twice.
--! keep_stream_last
UPDATE stream_event SET visit = zeroblob(16), at = 0 WHERE at < :before AND at <> 0
        AND seq = (SELECT max(seq) FROM stream_event AS e WHERE e.associate = stream_event.associate);
--! keep_cleared
DELETE FROM cleared WHERE (visit, associate, card) IN (SELECT visit, associate, card FROM cleared WHERE at < :before
        LIMIT :most);
--! keep_visits_next
SELECT id AS id, started AS at FROM visit WHERE id > :after ORDER BY id LIMIT :most;
--! keep_visits
UPDATE visit SET recipient = 0, card = 0, card_seq = 0, more = NULL, asked = NULL,
        words = CASE WHEN words IS NULL THEN NULL ELSE zeroblob(0) END
WHERE id > :after AND id <= :last AND state = 3;
--! keep_looks_next
SELECT seq AS seq, at AS at FROM disclosure WHERE seq > :after ORDER BY seq LIMIT :most;
--! keep_looks
UPDATE disclosure SET visit = zeroblob(16), relation = 0, seen = 0, lines = 0, rulebook = zeroblob(32), card = NULL
WHERE seq > :after AND seq <= :last;
--! keep_looks_of
UPDATE disclosure SET visit = zeroblob(16), relation = 0, seen = 0, lines = 0, rulebook = zeroblob(32), card = NULL
WHERE person = :person AND visit <> x'00000000000000000000000000000000' AND at < :before;
--! keep_people_next
SELECT id AS id, looks AS hours FROM person WHERE looks <> 0 AND id > :after ORDER BY id LIMIT :most;
--! keep_looks_gone
DELETE FROM disclosure WHERE seq IN (SELECT seq FROM disclosure ORDER BY seq LIMIT :most) AND at < :before
        AND seq < (SELECT max(seq) FROM disclosure);
--! keep_offers_gone
DELETE FROM offer WHERE id IN (SELECT id FROM offer WHERE id < :before ORDER BY id LIMIT :most);
--! keep_thanks_gone
DELETE FROM thanks WHERE visit IN (SELECT visit FROM thanks WHERE visit < :before ORDER BY visit LIMIT :most);
--! keep_visits_gone
DELETE FROM visit WHERE id IN (SELECT id FROM visit WHERE id < :before AND state = 3 ORDER BY id LIMIT :most);

-- ---- the five numbers -------------------------------------------------------------------------------------------
-- Everything by the key in whose order its rows were made: version 7 ids begin with their time.

--! thank_you_put
INSERT INTO thank_you (person, associate, day) VALUES (:person, :associate, :day)
ON CONFLICT (person, associate) DO UPDATE SET day = excluded.day;
--! thank_you_drop
DELETE FROM thank_you WHERE person = :person AND :associate IN (0, associate);
--! thank_you_prune
DELETE FROM thank_you WHERE day < :before;
-- In the order of the associates; a sorter would cost each look-up more than the rows.
--! thank_you_of
SELECT associate AS associate, day AS day FROM thank_you WHERE person = :person;
-- ---- notes about customers ---------------------------------------------------------------------------------------
--! note_add
INSERT INTO note (id, person, author, at, text) VALUES (:id, :person, :author, :at, :text);
--! note_of
SELECT id AS id, author AS author, at AS at, shown AS shown, text AS text FROM note WHERE person = :person
ORDER BY seq DESC LIMIT :most;
--! note_shown
UPDATE note SET shown = :at WHERE person = :person AND author = :author;
--! note_drop
DELETE FROM note WHERE person = :person AND id = :id;
--! note_drop_all
DELETE FROM note WHERE person = :person;
--! note_trim
DELETE FROM note WHERE person = :person
        AND seq NOT IN (SELECT seq FROM note WHERE person = :person ORDER BY seq DESC LIMIT :most);
--! note_oldest
SELECT at AS at FROM note ORDER BY at LIMIT 1;
--! note_prune
DELETE FROM note WHERE at < :before;

-- ---- what the numbers are made of --------------------------------------------------------------------------------
--! numbers_associates
SELECT id AS id, departments AS departments, active AS active
FROM (SELECT * FROM associate WHERE store = :store ORDER BY active DESC, id LIMIT :most) ORDER BY id;
--! numbers_versions
SELECT version AS version, published AS published
FROM (SELECT version, published FROM rulebook WHERE published > 0 ORDER BY version DESC LIMIT :most)
ORDER BY version;
--! numbers_visits
SELECT v.id AS id, v.person AS person, v.client_of AS client_of, v.served_by AS served_by,
        v.alert_state AS alert_state, v.if_busy AS if_busy, v.seen AS seen, v.started AS started,
        CASE WHEN v.met > 0 THEN v.met WHEN o.reply = :accept THEN o.answered ELSE 0 END AS came,
        EXISTS (SELECT 1 FROM visit AS p WHERE p.person = v.person AND p.started < v.started
                AND p.started >= v.started - :return_ms AND p.seen <> :may_be) AS returned
FROM visit AS v LEFT JOIN offer AS o ON o.id = v.offer WHERE v.id > :after ORDER BY v.id LIMIT :most;
-- What she bought here on a day; and whether somebody had met her on it already.
--! numbers_spent
SELECT (SELECT coalesce(sum(quantity * price), 0) FROM purchase
        WHERE person = :person AND at >= :from AND at < :until AND store = :store AND channel = :in_store
                AND status = :bought AND price IS NOT NULL AND coalesce(currency, :currency) = :currency) AS spent,
        EXISTS (SELECT 1 FROM visit WHERE person = :person AND started >= :from AND started < :came
                AND served_by <> 0 AND alert_state <> :cleared AND seen <> :may_be) AS before;
--! numbers_offers
SELECT o.id AS id, o.associate AS associate, o.offered AS offered, o.reply AS reply, v.person AS person,
        v.seen AS seen
FROM offer AS o JOIN visit AS v ON v.id = o.visit
WHERE o.id > :after ORDER BY o.id LIMIT :most;
--! numbers_thanks
SELECT t.visit AS id, t.how AS how, t.odd AS odd, t.at AS at, v.person AS person, v.served_by AS served_by
FROM thanks AS t JOIN visit AS v ON v.id = t.visit WHERE t.visit > :after ORDER BY t.visit LIMIT :most;
--! numbers_cards
SELECT id AS id, person AS person, associate AS associate, at AS at
FROM disclosure WHERE id > :after ORDER BY id LIMIT :most;
-- Who left, in whichever way, and who said "not today". To leave is to take back what was given just before: neither to
-- pause is, nor an objection of somebody who never joined, nor lifting one.
--! numbers_words
SELECT id AS id, person AS person, at AS at, mode AS mode FROM consent_event AS e
WHERE id > :after AND purpose = :purpose AND category = :category
        AND (mode = :not_today OR (mode = :ask AND state <> :given AND :given = (
                SELECT state FROM consent_event AS before
                WHERE before.person = e.person AND before.purpose = e.purpose AND before.category = e.category
                        AND before.mode = e.mode AND before.seq < e.seq ORDER BY before.seq DESC LIMIT 1)))
ORDER BY id LIMIT :most;
--! numbers_strikes
SELECT person AS person, line AS line, at AS at FROM line_choice
WHERE (person, line) > (:person, :line) AND choice = :hide ORDER BY person, line LIMIT :most;

-- ---- imports and reports ---------------------------------------------------------------------------------------

--! import_counted
INSERT INTO import_count (kind, at, rows, new, updated, same, no_customer, not_kept, rejected)
VALUES (:kind, :at, :rows, :new, :updated, :same, :no_customer, :not_kept, :rejected)
ON CONFLICT (kind) DO UPDATE SET at = excluded.at, rows = rows + excluded.rows, new = new + excluded.new,
        updated = updated + excluded.updated, same = same + excluded.same,
        no_customer = no_customer + excluded.no_customer, not_kept = not_kept + excluded.not_kept,
        rejected = rejected + excluded.rejected;
--! import_list
SELECT kind AS kind, at AS at, rows AS rows, new AS new, updated AS updated, same AS same,
        no_customer AS no_customer, not_kept AS not_kept, rejected AS rejected
FROM import_count ORDER BY kind;
--! status_counts
SELECT (SELECT count(*) FROM store) AS stores, (SELECT count(*) FROM associate) AS associates,
        (SELECT count(*) FROM product) AS products, (SELECT count(*) FROM class) AS classes,
        (SELECT count(*) FROM class WHERE department = 31) AS unmapped_classes,
        (SELECT count(*) FROM consent_event) AS consent_events, (SELECT count(*) FROM visit) AS visits,
        (SELECT count(*) FROM visit WHERE state <> 3) AS visits_open,
        (SELECT count(*) FROM disclosure) AS disclosures;
--! first_counts
SELECT (SELECT count(*) FROM associate WHERE active = 1) AS associates, (SELECT count(*) FROM class) AS classes,
        (SELECT count(*) FROM product) AS products,
        (SELECT count(*) FROM person WHERE id < 0x80000000) AS customers,
        (SELECT count(*) FROM session WHERE kind = 2) AS handhelds;
--! first_stores
SELECT id AS id, external AS external, zone AS zone FROM store ORDER BY id LIMIT 64;
--! status_pages
SELECT p.page_count AS pages, s.page_size AS page_bytes, f.freelist_count AS free_pages
FROM pragma_page_count AS p, pragma_page_size AS s, pragma_freelist_count AS f;
--! status_people
SELECT (SELECT count(*) FROM person WHERE enrolled = 1) AS customers,
        (SELECT count(*) FROM person WHERE id >= 0x80000000) AS guests;
-- Run on a finished copy, never on the live file.
--! backup_plain
PRAGMA journal_mode = DELETE;
--! backup_wipe
PRAGMA secure_delete = ON;
-- Devices know a hub's log by its epoch: whoever goes on from the copy has another log, and must say so.
--! backup_epoch
DELETE FROM setting WHERE name = 'epoch';

-- ---- versions of the rulebook ----------------------------------------------------------------------------------

--! rulebook_add
INSERT INTO rulebook (version, sha256, former, text, name, proposer, at, why, state, base, wider, narrower, approver,
        published)
VALUES (:version, :sha256, :former, :text, :name, :proposer, :at, :why, :state, :base, :wider, :narrower, :approver,
        :published);
-- Of a known one; whoever has the wrong one in mind changes no row, and its group is refused.
--! rulebook_put
UPDATE rulebook SET state = :state, base = :base, wider = :wider, narrower = :narrower, approver = :approver,
        published = :published
WHERE version = :version AND sha256 = :sha256;
-- The newest, and the live one, however old it is.
--! rulebook_list
SELECT version AS version, sha256 AS sha256, name AS name, proposer AS proposer, at AS at, why AS why,
        state AS state, base AS base, wider AS wider, narrower AS narrower, approver AS approver,
        published AS published
FROM rulebook WHERE version IN (SELECT version FROM rulebook WHERE state = 2
        UNION ALL SELECT * FROM (SELECT version FROM rulebook ORDER BY version DESC LIMIT :most))
ORDER BY version DESC;
--! rulebook_get
SELECT version AS version, sha256 AS sha256, name AS name, proposer AS proposer, at AS at, why AS why,
        state AS state, base AS base, wider AS wider, narrower AS narrower, approver AS approver,
        published AS published, text AS text
FROM rulebook WHERE version = :version;
--! rulebook_live
SELECT version AS version, sha256 AS sha256, name AS name, proposer AS proposer, at AS at, why AS why,
        state AS state, base AS base, wider AS wider, narrower AS narrower, approver AS approver,
        published AS published, text AS text
FROM rulebook WHERE state = 2;
--! rulebook_newest
SELECT coalesce(max(version), 0) AS version FROM rulebook;

-- The pages that people saw, by digest.
--! shown_add
INSERT INTO shown (digest, kind, bytes, first_at) VALUES (:digest, :kind, :bytes, :at) ON CONFLICT (digest) DO NOTHING;
--! shown_part_add
INSERT INTO shown_part (page, path, digest) VALUES (:page, :path, :digest) ON CONFLICT (page, path) DO NOTHING;
--! shown_get
SELECT bytes AS bytes, first_at AS first_at FROM shown WHERE digest = :digest;
-- By the number of a receipt: what its events name.
--! shown_receipt
SELECT e.page AS page, e.language AS language, e.notice AS notice
FROM receipt AS r JOIN consent_event AS e ON e.person = r.person AND e.receipt = r.id
WHERE r.id = :id AND e.page IS NOT NULL ORDER BY e.seq LIMIT 1;
--! shown_named
SELECT page AS page, language AS language, notice AS notice, count(*) AS events
FROM consent_event WHERE page IS NOT NULL GROUP BY page, language, notice;
--! shown_unnamed
SELECT count(*) AS n FROM consent_event WHERE page IS NULL;
--! shown_size
SELECT count(*) FILTER (WHERE kind = 1) AS pages, count(*) AS entries, coalesce(sum(length(bytes)), 0) AS bytes
FROM shown;
-- A page that no event names goes, and then what only it had.
--! shown_let_go
DELETE FROM shown WHERE kind = 1 AND digest <> :now
        AND digest NOT IN (SELECT page FROM consent_event WHERE page IS NOT NULL);
--! shown_part_let_go
DELETE FROM shown_part WHERE page NOT IN (SELECT digest FROM shown WHERE kind = 1);
--! shown_file_let_go
DELETE FROM shown WHERE kind <> 1 AND digest NOT IN (SELECT digest FROM shown_part);
