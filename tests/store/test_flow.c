/* One customer's way through the database: imported, invited, joined, back again. Every write is read back.
 */
#include "tests/store/kit.h"

#include <stdlib.h>
#include <string.h>

#include "server/common/clock.h"
#include "server/rulebook/render.h"

#define MARIA 1u /* the first imported associate's surrogate */

static void shop(struct kit *kit)
{
        kit_open(kit);
        kit_import_counts(kit, IMPORT_STORES,
                "main;Test house;in-store;Europe/Paris\nweb;Online shop;online;\nlyon;Lyon;in-store;\n", 2, 0,
                1, 0, 0, 0);
        kit_import_counts(kit, IMPORT_ASSOCIATES,
                "a1;Maria Lopez;main;Shoes|Coats;associate;1\na2;Ben Okoro;lyon;Coats;manager;\n", 2, 0, 0, 0,
                0, 0);
        kit_import_counts(kit, IMPORT_CLASSES, "Coats;Coats;\nBoots;Shoes;\nWomen/Lingerie;Coats;0\n", 3, 0,
                0, 0, 0, 0);
        kit_import_counts(kit, IMPORT_PRODUCTS,
                "s1;Navy coat;Marle;Coats;249.00;navy;38\ns2;Ankle boots;;Boots;;;39\n", 2, 0, 0, 0, 0, 0);
        kit_import_counts(
                kit, IMPORT_CUSTOMERS, "c1;Anna Bergqvist;1990-05-31;anna@mail.example\n", 1, 0, 0, 0, 0, 0);
        kit_import_counts(kit, IMPORT_PURCHASES,
                "l1;c1;a1;main;in-store;s1;;249.00;EUR;1;2026-03-10 10:00:00;bought;0;;;;\n"
                "l2;c1;a2;lyon;in-store;s2;;89.90;;2;2025-12-01 09:30:00;returned;1;Own brand;Boots in "
                "black;black;40\n"
                "l3;c1;;web;online;;Knitwear;;;1;2025-11-01;;;;Wool jumper;;\n",
                3, 0, 0, 0, 0, 0);
}

static struct dossier *all_of(struct kit *kit, const char *external)
{
        struct effect load = kit_by_external(external, WANT_PERSON | WANT_LINES);
        load.load.assume = CATEGORY_BIT(CATEGORY_INSTORE) | CATEGORY_BIT(CATEGORY_ONLINE) |
                           CATEGORY_BIT(CATEGORY_OTHER_STORES);
        return kit_load(kit, &load);
}

static void test_lines(void **state)
{
        struct kit kit;
        (void)state;
        shop(&kit);
        struct dossier *d = all_of(&kit, "c1");
        assert_int_equal(d->found, DOSSIER_PERSON);
        assert_string_equal(d->person.first, "Anna");
        assert_string_equal(d->person.last, "Bergqvist");
        assert_false(d->person.enrolled);
        assert_false(d->person.minor);
        assert_string_equal(d->currency, "EUR");
        assert_int_equal(d->n_lines, 3);
        const struct purchase *l = dossier_lines(d);
        assert_string_equal(dossier_text(d, l[0].item), "Navy coat");
        assert_string_equal(dossier_text(d, l[0].brand), "Marle");
        assert_string_equal(dossier_text(d, l[0].colour), "navy");
        assert_string_equal(dossier_text(d, l[0].kind), "Coats");
        assert_string_equal(dossier_text(d, l[0].department), "Coats");
        assert_string_equal(dossier_text(d, l[0].store_name), "Test house");
        assert_int_equal(l[0].unit_price, 24900);
        assert_int_equal(l[0].seller, MARIA);
        assert_int_equal(l[0].age_days, 0);
        assert_int_equal(l[0].sensitive, 0);
        assert_int_equal(l[0].year, 2026);
        assert_int_equal(l[0].month, 3);
        /* The line's own words win over the product's. */
        assert_string_equal(dossier_text(d, l[1].item), "Boots in black");
        assert_string_equal(dossier_text(d, l[1].brand), "Own brand");
        assert_string_equal(dossier_text(d, l[1].size), "40");
        assert_string_equal(dossier_text(d, l[1].kind), "Boots");
        assert_int_equal(l[1].status, STATUS_RETURNED);
        assert_int_equal(l[1].quantity, 2);
        assert_int_equal(l[1].gift, 1);
        assert_int_equal(l[1].age_days, 99);
        assert_int_equal(l[1].age_months, 3);
        /* An unmapped class is "other" and sensitive; no price is unknown. */
        assert_string_equal(dossier_text(d, l[2].kind), "Knitwear");
        assert_int_equal(l[2].department_index, DEPARTMENT_OTHER);
        assert_int_equal(l[2].sensitive, 1);
        assert_true(l[2].unit_price == PRICE_UNKNOWN);
        assert_int_equal(l[2].channel, CHANNEL_ONLINE);
        assert_int_equal(d->n_evidence, 1);
        assert_int_equal(d->evidence[0].associate, MARIA);
        free(d);
        kit_close(&kit);
}

static void test_unknown(void **state)
{
        struct kit kit;
        (void)state;
        shop(&kit);
        struct effect load = kit_by_external("nobody", WANT_PERSON | WANT_LINES);
        const enum load_by by[] = {
                LOAD_BY_TOKEN, LOAD_BY_LINK, LOAD_BY_PERSON, LOAD_BY_EXTERNAL_ID, LOAD_BY_LINE};
        load.load.person = 4711;
        load.load.key = kit_digest("nobody's");
        for (size_t i = 0; i < ARRAY_LEN(by); i++) {
                load.load.by = by[i];
                struct dossier *d = kit_load(&kit, &load);
                assert_int_equal(d->found, 0);
                assert_int_equal(d->n_lines, 0);
                free(d);
        }
        kit_close(&kit);
}

/* The till's line becomes a link; the link is used once; she is a customer with a phone. */
static void test_join(void **state)
{
        struct kit kit;
        (void)state;
        shop(&kit);
        struct effect load = kit_by_external("l1", WANT_PERSON);
        load.load.by = LOAD_BY_LINE;
        struct dossier *d = kit_load(&kit, &load);
        assert_int_equal(d->found, DOSSIER_LINK | DOSSIER_PERSON);
        assert_int_equal(d->link.kind, LINK_JOIN);
        assert_int_equal(d->link.associate, MARIA);
        assert_string_equal(dossier_text(d, d->link.item), "Navy coat");
        assert_false(d->link.used);
        uint32_t anna = d->link.person;
        struct write link = {.kind = WRITE_LINK, .link = {.secret = kit_digest("link"), .row = d->link}};
        link.link.row.expires = NOW + HOUR_MS;
        free(d);
        assert_int_equal(kit_commit(&kit, &link, 1), 0);
        /* Once per purchase. */
        d = kit_load(&kit, &load);
        assert_true(d->link.used);
        free(d);
        struct effect by_link = kit_by_external("", WANT_PERSON | WANT_LINES);
        by_link.load.by = LOAD_BY_LINK;
        by_link.load.key = kit_digest("link");
        d = kit_load(&kit, &by_link);
        assert_int_equal(d->found, DOSSIER_LINK | DOSSIER_PERSON);
        assert_int_equal(d->link.person, anna);
        assert_int_equal(d->link.expires, NOW + HOUR_MS);
        assert_string_equal(dossier_text(d, d->link.item), "Navy coat");
        assert_false(d->link.used);
        assert_int_equal(d->n_lines, 0);
        free(d);
        struct write join[] = {
                {.kind = WRITE_LINK_USED, .link_used = {.secret = kit_digest("link"), .at = NOW}},
                {.kind = WRITE_ENROL, .enrol = {.person = anna, .greet = true, .language = "fr"}},
                kit_consent(anna, CATEGORY_PRESENCE, CONSENT_GIVEN, 0, NOW),
                kit_consent(anna, CATEGORY_INSTORE, CONSENT_GIVEN, 0, NOW),
                {.kind = WRITE_PREFERRED, .preferred = {.person = anna, .associate = MARIA, .at = NOW}},
                {.kind = WRITE_SESSION,
                        .session = {.token = kit_digest("phone"),
                                .row = {.kind = SESSION_PHONE, .subject = anna, .expires = NOW + DAY_MS}}},
        };
        assert_int_equal(kit_commit(&kit, join, ARRAY_LEN(join)), 0);
        /* The second use of the link is refused, and nothing else of its group is written. */
        struct write again[] = {kit_consent(anna, CATEGORY_ONLINE, CONSENT_GIVEN, 0, NOW), join[0]};
        assert_int_equal(kit_commit(&kit, again, 2), 1);
        kit_reopen(&kit);
        struct effect by_token = kit_by_external("", WANT_PERSON | WANT_LINES);
        by_token.load.by = LOAD_BY_TOKEN;
        by_token.load.key = kit_digest("phone");
        d = kit_load(&kit, &by_token);
        assert_int_equal(d->found, DOSSIER_SESSION | DOSSIER_PERSON);
        assert_int_equal(d->session.subject, anna);
        assert_true(d->person.enrolled && d->person.greet);
        assert_string_equal(d->person.language, "fr");
        assert_int_equal(d->person.preferred, MARIA);
        assert_int_equal(d->n_consents, 2);
        /* Only the category she gave: this store's own lines. */
        assert_int_equal(d->n_lines, 1);
        assert_string_equal(dossier_text(d, dossier_lines(d)[0].item), "Navy coat");
        free(d);
        kit_close(&kit);
}

static struct write a_visit(uint32_t person)
{
        struct write w = {.kind = WRITE_VISIT,
                .visit = {.id = kit_uuid(),
                        .person = person,
                        .client_of = MARIA,
                        .evidence = CLIENT_CHOSEN,
                        .rung = RUNG_FLOOR,
                        .since = NOW - 3,
                        .met = NOW - 2,
                        .state = VISIT_OPEN,
                        .alert_state = ALERT_OFFERED,
                        .seen = 0,
                        .started = NOW,
                        .changed = NOW,
                        .offered = NOW,
                        .day = clock_store_day(NOW),
                        .n_places = 3,
                        .places = {{MARIA, 7, 1, kit_uuid()}, {5, 8, INT64_C(0x1234567890), kit_uuid()},
                                {UINT32_MAX, 0, 0, {{0}}}},
                        .n_asked = 4,
                        .asked = {MARIA, 5, UINT32_MAX, 9},
                        .hint = "green coat",
                        .wish = "a winter coat",
                        .meet = "Shoes, floor 2"}};
        return w;
}

/* Field by field: what lies between the fields is nobody's. */
static void same_visit(const struct live_visit_row *a, const struct live_visit_row *b)
{
        assert_memory_equal(&a->id, &b->id, sizeof a->id);
        assert_true(a->person == b->person && a->client_of == b->client_of && a->served_by == b->served_by);
        assert_true(
                a->evidence == b->evidence && a->rung == b->rung && a->since == b->since && a->met == b->met);
        assert_true(a->state == b->state && a->alert_state == b->alert_state && a->if_busy == b->if_busy &&
                    a->seen == b->seen && a->lines_seen == b->lines_seen);
        assert_true(a->started == b->started && a->changed == b->changed && a->offered == b->offered &&
                    a->day == b->day);
        assert_int_equal(a->n_places, b->n_places);
        for (int i = 0; i < a->n_places; i++) {
                assert_true(a->places[i].associate == b->places[i].associate);
                assert_true(a->places[i].card == b->places[i].card);
                assert_true(a->places[i].card_seq == b->places[i].card_seq);
                assert_memory_equal(&a->places[i].offer, &b->places[i].offer, sizeof a->places[i].offer);
        }
        assert_int_equal(a->n_asked, b->n_asked);
        assert_memory_equal(a->asked, b->asked, sizeof a->asked);
        assert_string_equal(a->hint, b->hint);
        assert_string_equal(a->wish, b->wish);
        assert_string_equal(a->meet, b->meet);
}

static void check_live(struct kit *kit, const struct live_visit_row *expect, uint32_t n_stream)
{
        struct snapshot snapshot;
        struct store_error error;
        kit_reopen(kit);
        assert_int_equal(store_snapshot(kit->store, NOW, expect->day, &snapshot, &error), 0);
        assert_int_equal(snapshot.n_visits, 1);
        same_visit(&snapshot.visits[0], expect);
        assert_int_equal(snapshot.arrivals_today, 1);
        assert_int_equal(snapshot.n_stream, n_stream);
        for (uint32_t i = 0; i < n_stream; i++) {
                assert_int_equal(snapshot.stream[i].seq, i + 1);
                assert_memory_equal(&snapshot.stream[i].visit, &expect->id, sizeof expect->id);
        }
        assert_int_equal(snapshot.roster->n_associates, 2);
        assert_string_equal(snapshot.roster->associates[0].first, "Maria");
        assert_string_equal(snapshot.roster->associates[0].external, "a1");
        assert_int_equal(snapshot.roster->associates[1].role, ROLE_MANAGER);
        snapshot_free(&snapshot);
}

static void check_last(struct kit *kit)
{
        struct effect load = kit_by_person(1, WANT_PERSON);
        struct dossier *d = kit_load(kit, &load);
        assert_int_equal(d->person.visits, 1);
        assert_int_equal(d->person.alerts_today, 1);
        assert_true(d->last.known && d->last.thanked);
        assert_int_equal(d->last.served_by, MARIA);
        assert_int_equal(d->last.lines_seen, 3);
        assert_true(d->last.ended == NOW + 5);
        free(d);
}

static void test_visit(void **state)
{
        struct kit kit;
        static char card[CARD_FRAME_SIZE];
        (void)state;
        shop(&kit);
        memset(card, ' ', sizeof card);
        memcpy(card, "{\"t\":\"card\"}", 12);
        struct write visit = a_visit(1);
        struct uuid offer = kit_uuid();
        struct write arrive[] = {
                visit,
                {.kind = WRITE_STREAM,
                        .stream = {.row = {.associate = MARIA,
                                           .seq = 1,
                                           .kind = STREAM_CARD,
                                           .card = 7,
                                           .visit = visit.visit.id},
                                .at = NOW}},
                {.kind = WRITE_OFFER,
                        .offer = {.id = offer, .visit = visit.visit.id, .associate = MARIA, .offered = NOW}},
                {.kind = WRITE_DISCLOSURE,
                        .disclosure = {.id = kit_uuid(),
                                .visit = visit.visit.id,
                                .person = 1,
                                .associate = MARIA,
                                .lines = 3,
                                .card = card,
                                .at = NOW}},
        };
        assert_int_equal(kit_commit(&kit, arrive, ARRAY_LEN(arrive)), 0);
        check_live(&kit, &visit.visit, 1);
        /* A number of the stream cannot be given twice: the group is refused as a whole. */
        struct write twice[] = {visit, arrive[1]};
        twice[0].visit.state = VISIT_ENDED;
        assert_int_equal(kit_commit(&kit, twice, 2), 1);
        check_live(&kit, &visit.visit, 1);
        struct write end[] = {
                visit,
                {.kind = WRITE_STREAM,
                        .stream = {.row = {.associate = MARIA,
                                           .seq = 2,
                                           .kind = STREAM_RETRACT,
                                           .card = 7,
                                           .visit = visit.visit.id},
                                .at = NOW}},
                {.kind = WRITE_OFFER,
                        .offer = {.id = offer,
                                .visit = visit.visit.id,
                                .associate = MARIA,
                                .offered = NOW,
                                .answered = NOW + 1,
                                .reply = REPLY_ACCEPT}},
                {.kind = WRITE_CLEARED,
                        .cleared = {.visit = visit.visit.id, .associate = MARIA, .card = 7, .at = NOW}},
                {.kind = WRITE_THANKS, .thanks = {.visit = visit.visit.id, .how = 1, .odd = 1, .at = NOW}},
        };
        end[0].visit.state = VISIT_ENDED;
        end[0].visit.alert_state = ALERT_DONE;
        end[0].visit.served_by = MARIA;
        end[0].visit.lines_seen = 3;
        end[0].visit.changed = NOW + 5;
        assert_int_equal(kit_commit(&kit, end, ARRAY_LEN(end)), 0);
        check_last(&kit);
        kit_close(&kit);
}

/* Joined at the door: a person without history, whose words are sealed all the same. */
static void test_guest(void **state)
{
        struct kit kit;
        struct snapshot snapshot;
        struct store_error error;
        (void)state;
        shop(&kit);
        struct write guest[] = {
                {.kind = WRITE_GUEST, .guest = {.person = 0x80000000u, .language = "en"}},
                kit_consent(0x80000000u, CATEGORY_PRESENCE, CONSENT_GIVEN, 0, NOW),
                a_visit(0x80000000u),
        };
        assert_int_equal(kit_commit(&kit, guest, ARRAY_LEN(guest)), 0);
        check_live(&kit, &guest[2].visit, 0);
        assert_int_equal(store_snapshot(kit.store, NOW, 0, &snapshot, &error), 0);
        assert_true(snapshot.next_guest == 0x80000001u);
        snapshot_free(&snapshot);
        struct effect load = kit_by_person(0x80000000u, WANT_PERSON | WANT_LINES);
        struct dossier *d = kit_load(&kit, &load);
        assert_int_equal(d->found, DOSSIER_PERSON);
        assert_true(d->person.enrolled);
        assert_string_equal(d->person.first, "");
        assert_int_equal(d->n_consents, 1);
        free(d);
        kit_close(&kit);
}

/* Her own sales of today, of people who have not joined and were not invited. */
static void test_sales(void **state)
{
        struct kit kit;
        (void)state;
        shop(&kit);
        struct write handheld = {.kind = WRITE_SESSION,
                .session = {.token = kit_digest("handheld"),
                        .row = {.kind = SESSION_HANDHELD, .subject = MARIA, .expires = NOW + DAY_MS}}};
        assert_int_equal(kit_commit(&kit, &handheld, 1), 0);
        kit_import_counts(&kit, IMPORT_PURCHASES,
                "l4;c2;a1;main;in-store;s2;;10;EUR;1;2026-03-10 11:00:00;bought;0;;;;\n"
                "l5;c3;a1;main;in-store;s2;;10;EUR;1;2026-03-10 11:30:00;returned;0;;;;\n"
                "l6;c4;a1;main;in-store;s2;;10;EUR;1;2026-03-09 11:30:00;bought;0;;;;\n",
                3, 0, 0, 0, 0, 0);
        struct effect load = kit_by_external("", WANT_SALES);
        load.load.by = LOAD_BY_TOKEN;
        load.load.key = kit_digest("handheld");
        struct dossier *d = kit_load(&kit, &load);
        assert_int_equal(d->found, DOSSIER_SESSION | DOSSIER_SALES);
        assert_int_equal(d->n_sales, 2);
        assert_string_equal(dossier_text(d, d->sales[0].item), "Ankle boots");
        assert_string_equal(dossier_text(d, d->sales[1].item), "Navy coat");
        uint32_t anna = d->sales[1].person;
        struct write link = {.kind = WRITE_LINK,
                .link = {.secret = kit_digest("x"),
                        .row = {.kind = LINK_JOIN,
                                .person = d->sales[0].person,
                                .associate = MARIA,
                                .line_ref = d->sales[0].line_ref,
                                .expires = NOW + 1}}};
        struct write enrol[] = {{.kind = WRITE_ENROL, .enrol = {.person = anna, .language = "en"}},
                kit_consent(anna, CATEGORY_PRESENCE, CONSENT_GIVEN, 0, NOW)};
        free(d);
        assert_int_equal(kit_commit(&kit, &link, 1), 0);
        assert_int_equal(kit_commit(&kit, enrol, 2), 0);
        d = kit_load(&kit, &load);
        assert_int_equal(d->n_sales, 0);
        free(d);
        kit_close(&kit);
}

static void test_struck_line(void **state)
{
        struct kit kit;
        (void)state;
        shop(&kit);
        struct dossier *d = all_of(&kit, "c1");
        struct write strike = {.kind = WRITE_LINE_CHOICE,
                .line_choice = {.person = d->person.id,
                        .n = 1,
                        .line_refs = {dossier_lines(d)[1].ref},
                        .choice = CHOICE_HIDE,
                        .at = NOW}};
        free(d);
        assert_int_equal(kit_commit(&kit, &strike, 1), 0);
        d = all_of(&kit, "c1");
        assert_int_equal(d->n_lines, 3);
        assert_int_equal(dossier_lines(d)[0].choice, CHOICE_NONE);
        assert_int_equal(dossier_lines(d)[1].choice, CHOICE_HIDE);
        free(d);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_lines),
                cmocka_unit_test(test_unknown),
                cmocka_unit_test(test_join),
                cmocka_unit_test(test_visit),
                cmocka_unit_test(test_guest),
                cmocka_unit_test(test_sales),
                cmocka_unit_test(test_struck_line),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
