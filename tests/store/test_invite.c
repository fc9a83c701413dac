/* Who can be invited: once for a purchase, and again after she left or her consent ran out. */
#include "tests/store/kit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/core/consent.h"
#include "server/hub/store/commit.h"
#include "server/hub/store/open.h"

#define MARIA 1u

/* A line of today, sold by Maria. */
#define SALE(id, customer, hour) id ";" customer ";a1;;;;Coats;10;;1;2026-03-10 " hour ":00:00;bought;;;;;\n"

static void shop(struct kit *kit)
{
        kit_open(kit);
        kit_import_counts(
                kit, IMPORT_ASSOCIATES, "a1;Maria Lopez;main;Coats;associate;1\n", 1, 0, 0, 0, 0, 0);
        kit_import_counts(kit, IMPORT_CLASSES, "Coats;Coats;0\nWomen/Lingerie;Coats;0\n", 2, 0, 0, 0, 0, 0);
        kit_import_counts(kit, IMPORT_CUSTOMERS, "c1;Nora Lind;;\nc2;Jo Ek;;\n", 2, 0, 0, 0, 0, 0);
        kit_import_counts(kit, IMPORT_PURCHASES, SALE("l1", "c1", "10"), 1, 0, 0, 0, 0, 0);
        struct write handheld = {.kind = WRITE_SESSION,
                .session = {.token = kit_digest("handheld"),
                        .row = {.kind = SESSION_HANDHELD, .subject = MARIA, .expires = NOW + DAY_MS}}};
        assert_int_equal(kit_commit(kit, &handheld, 1), 0);
}

/* Sales that are listed, but for those of these departments (bits); *bits: of those that are. */
static uint32_t sales_but(struct kit *kit, wall_ms now, uint32_t not, uint32_t *bits)
{
        struct effect load = kit_by_external("", WANT_SALES);
        load.load.by = LOAD_BY_TOKEN;
        load.load.key = kit_digest("handheld");
        load.load.now = now;
        load.load.sales_not = not;
        struct dossier *d = kit_load(kit, &load);
        uint32_t n = d->n_sales;
        *bits = 0;
        for (uint32_t i = 0; i < n; i++)
                *bits |= 1u << d->sales[i].department;
        free(d);
        return n;
}

static uint32_t sales_at(struct kit *kit, wall_ms now)
{
        uint32_t bits;
        return sales_but(kit, now, 0, &bits);
}

static bool joined_at(struct kit *kit, uint32_t person, wall_ms now)
{
        struct effect load = kit_by_person(person, WANT_PERSON);
        load.load.now = now;
        struct dossier *d = kit_load(kit, &load);
        assert_int_equal(d->found, DOSSIER_PERSON);
        bool joined = d->person.enrolled;
        free(d);
        return joined;
}

/* What the till reads before it invites. */
static bool till_may_invite(struct kit *kit, const char *line)
{
        struct effect load = kit_by_external(line, WANT_PERSON);
        load.load.by = LOAD_BY_LINE;
        struct dossier *d = kit_load(kit, &load);
        assert_int_equal(d->found, DOSSIER_LINK | DOSSIER_PERSON);
        bool may = !d->person.enrolled && !d->link.used;
        free(d);
        return may;
}

static void status_has(struct kit *kit, const char *words)
{
        char *text = kit_report(kit, REPORT_STATUS, "", NOW);
        if (strstr(text, words) == NULL)
                fail_msg("%s lacks %s", text, words);
        free(text);
}

static void join(struct kit *kit, uint32_t person, wall_ms at)
{
        struct write writes[] = {
                {.kind = WRITE_ENROL, .enrol = {.person = person, .language = "en"}},
                kit_consent(person, CATEGORY_PRESENCE, CONSENT_GIVEN, 0, at),
                kit_consent(person, CATEGORY_INSTORE, CONSENT_GIVEN, 0, at),
                {.kind = WRITE_PREFERRED, .preferred = {.person = person, .associate = MARIA, .at = at}},
        };
        assert_int_equal(kit_commit(kit, writes, ARRAY_LEN(writes)), 0);
}

/* "Stop everything": every consent withdrawn, and nobody preferred any more. */
static void leave(struct kit *kit, uint32_t person, wall_ms at)
{
        struct write writes[] = {
                kit_consent(person, CATEGORY_PRESENCE, CONSENT_WITHDRAWN, 0, at),
                kit_consent(person, CATEGORY_INSTORE, CONSENT_WITHDRAWN, 0, at),
                {.kind = WRITE_PREFERRED, .preferred = {.person = person, .associate = 0, .at = at}},
        };
        assert_int_equal(kit_commit(kit, writes, ARRAY_LEN(writes)), 0);
}

/* Who stopped everything is as if she had never joined: the next sale may invite her, and she may join. */
static void test_after_leaving(void **state)
{
        struct kit kit;
        (void)state;
        shop(&kit);
        assert_int_equal(sales_at(&kit, NOW), 1);
        join(&kit, 1, NOW - 100);
        assert_true(joined_at(&kit, 1, NOW));
        assert_int_equal(sales_at(&kit, NOW), 0);
        assert_false(till_may_invite(&kit, "l1"));
        status_has(&kit, "\"customers\":1");
        leave(&kit, 1, NOW - 50);
        assert_false(joined_at(&kit, 1, NOW));
        assert_int_equal(sales_at(&kit, NOW), 1);
        assert_true(till_may_invite(&kit, "l1"));
        status_has(&kit, "\"customers\":0");
        struct effect load = kit_by_person(1, WANT_PERSON);
        struct dossier *d = kit_load(&kit, &load);
        assert_int_equal(d->person.preferred, 0);
        free(d);
        char *text = kit_report(&kit, REPORT_PREFERRED, "c1", NOW);
        assert_non_null(strstr(text, "\"enrolled\":false"));
        assert_non_null(strstr(text, "\"chosen\":null"));
        free(text);
        /* And joins again. */
        join(&kit, 1, NOW - 10);
        kit_reopen(&kit);
        assert_true(joined_at(&kit, 1, NOW));
        assert_int_equal(sales_at(&kit, NOW), 0);
        status_has(&kit, "\"customers\":1");
        kit_close(&kit);
}

/* Other consents, and "not today", say nothing of whether she is a customer. */
static void test_only_the_alert_counts(void **state)
{
        struct kit kit;
        (void)state;
        shop(&kit);
        join(&kit, 1, NOW - 100);
        struct write writes[] = {
                kit_consent(1, CATEGORY_INSTORE, CONSENT_WITHDRAWN, 0, NOW - 50),
                kit_consent(1, CATEGORY_PRESENCE, CONSENT_REFUSED, 0, NOW - 40),
        };
        writes[1].consent.row.mode = MODE_NOT_TODAY;
        assert_int_equal(kit_commit(&kit, writes, 2), 0);
        assert_true(joined_at(&kit, 1, NOW));
        status_has(&kit, "\"customers\":1");
        /* Consent to her history alone does not make a customer. */
        struct write other = kit_consent(2, CATEGORY_INSTORE, CONSENT_GIVEN, 0, NOW - 30);
        assert_int_equal(kit_commit(&kit, &other, 1), 0);
        assert_false(joined_at(&kit, 2, NOW));
        kit_close(&kit);
}

/* Expiry is a comparison: nothing has to run for it. */
static void test_after_expiry(void **state)
{
        struct kit kit;
        wall_ms given = NOW - 364 * DAY_MS, ends = given + 365 * DAY_MS;
        (void)state;
        shop(&kit);
        join(&kit, 1, given);
        assert_true(joined_at(&kit, 1, ends - 1));
        assert_int_equal(sales_at(&kit, ends - 1), 0);
        assert_false(joined_at(&kit, 1, ends));
        assert_int_equal(sales_at(&kit, ends), 1);
        kit_close(&kit);
}

/* The limit counts what is left after the filter: a joined customer's sales push nobody's out. */
static void test_limit_after_filter(void **state)
{
        struct kit kit;
        char rows[64 * 128] = "";
        size_t len = 0;
        (void)state;
        shop(&kit);
        for (int i = 0; i < 40; i++)
                len += (size_t)snprintf(rows + len, sizeof rows - len,
                        "m%d;c2;a1;;;;Coats;10;;1;2026-03-10 11:%02d:00;bought;;;;;\n", i, i);
        kit_import_counts(&kit, IMPORT_PURCHASES, rows, 40, 0, 0, 0, 0, 0);
        assert_int_equal(sales_at(&kit, NOW), SALES_MAX);
        join(&kit, 2, NOW - 100);
        assert_int_equal(sales_at(&kit, NOW), 1);
        kit_close(&kit);
}

/* Sales of departments that the house rules list take none of the places [P161]. */
static void test_listed_departments(void **state)
{
        struct kit kit;
        char rows[64 * 128] = "";
        size_t len = 0;
        uint32_t coats, bags, both;
        (void)state;
        shop(&kit);
        assert_int_equal(sales_but(&kit, NOW, 0, &coats), 1);
        kit_import_counts(&kit, IMPORT_CLASSES, "Bags;Bags;0\n", 1, 0, 0, 0, 0, 0);
        for (int i = 0; i < 40; i++)
                len += (size_t)snprintf(rows + len, sizeof rows - len,
                        "m%d;c2;a1;;;;Bags;10;;1;2026-03-10 11:%02d:00;bought;;;;;\n", i, i);
        kit_import_counts(&kit, IMPORT_PURCHASES, rows, 40, 0, 0, 0, 0, 0);
        assert_int_equal(sales_but(&kit, NOW, 0, &bags), SALES_MAX); /* the newest */
        assert_int_not_equal(bags, coats);
        assert_int_equal(sales_but(&kit, NOW, bags, &both), 1); /* the coat, behind forty */
        assert_int_equal(both, coats);
        assert_int_equal(sales_but(&kit, NOW, bags | coats, &both), 0);
        kit_close(&kit);
}

/* Nobody is invited over a purchase of a protected kind, or of one that nobody has mapped. */
static void test_protected_kinds(void **state)
{
        struct kit kit;
        (void)state;
        shop(&kit);
        kit_import_counts(&kit, IMPORT_PURCHASES,
                "p1;c2;a1;;;;Women/Lingerie;10;;1;2026-03-10 11:00:00;bought;;;;;\n"
                "p2;c2;a1;;;;;10;;1;2026-03-10 11:05:00;bought;;;;;\n",
                2, 0, 0, 0, 0, 0);
        assert_int_equal(sales_at(&kit, NOW), 1); /* still only the coat */
        struct effect load = kit_by_external("p1", WANT_PERSON);
        load.load.by = LOAD_BY_LINE;
        struct dossier *d = kit_load(&kit, &load);
        assert_int_equal(d->found & DOSSIER_LINK, 0);
        free(d);
        kit_close(&kit);
}

/* import.keep = enrolled keeps no lines of somebody who left. */
static void test_keep_after_leaving(void **state)
{
        struct kit kit;
        (void)state;
        shop(&kit);
        join(&kit, 1, NOW - 100);
        kit.options.keep_enrolled = true;
        kit_reopen(&kit);
        kit_import_counts(&kit, IMPORT_PURCHASES, SALE("l2", "c1", "11"), 1, 0, 0, 0, 0, 0);
        leave(&kit, 1, NOW - 50);
        kit_import_counts(&kit, IMPORT_PURCHASES, SALE("l3", "c1", "12"), 0, 0, 0, 0, 1, 0);
        kit_close(&kit);
}

static struct write a_link(const char *secret, uint64_t line, wall_ms at, wall_ms expires)
{
        return (struct write){.kind = WRITE_LINK,
                .link = {.secret = kit_digest(secret),
                        .row = {.kind = line ? LINK_JOIN : LINK_CRM,
                                .person = 1,
                                .associate = MARIA,
                                .line_ref = line,
                                .expires = expires},
                        .at = at}};
}

static bool link_there(struct kit *kit, const char *secret)
{
        struct effect load = kit_by_external("", WANT_PERSON);
        load.load.by = LOAD_BY_LINK;
        load.load.key = kit_digest(secret);
        struct dossier *d = kit_load(kit, &load);
        bool there = (d->found & DOSSIER_LINK) != 0;
        free(d);
        return there;
}

/* The till and the handheld at the same moment: one transaction, one winner, and no harm to the neighbours.
 */
/* L19: whoever objected, or paused everything, is on no seller's list, whether she ever joined; and stays off
 * it when her record and her purchases are imported again. */
static void test_who_objected(void **state)
{
        struct kit kit;
        (void)state;
        shop(&kit);
        assert_int_equal(sales_at(&kit, NOW), 1);
        struct write no = kit_consent(1, CATEGORY_PRESENCE, CONSENT_REFUSED, 0, NOW);
        assert_int_equal(kit_commit(&kit, &no, 1), 0);
        assert_int_equal(sales_at(&kit, NOW), 0);
        kit_import_counts(&kit, IMPORT_CUSTOMERS, "c1;Nora Lund;;\nc2;Jo Ek;;\n", 0, 1, 1, 0, 0, 0);
        kit_import_counts(
                &kit, IMPORT_PURCHASES, SALE("l1", "c1", "10") SALE("l2", "c1", "11"), 1, 0, 1, 0, 0, 0);
        assert_int_equal(sales_at(&kit, NOW), 0);
        struct effect load = kit_by_external("c1", WANT_PERSON);
        struct dossier *d = kit_load(&kit, &load);
        assert_true(consent_objected(d->consents, d->n_consents) == NOW && !d->person.enrolled);
        free(d);
        struct write again = kit_consent(1, CATEGORY_PRESENCE, CONSENT_WITHDRAWN, 0, NOW + 1);
        assert_int_equal(kit_commit(&kit, &again, 1), 0);
        assert_int_equal(sales_at(&kit, NOW + 2), 2);
        struct write paused = kit_consent(1, CATEGORY_PRESENCE, CONSENT_REFUSED, 0, NOW + 3);
        paused.consent.row.mode = MODE_PAUSED;
        paused.consent.row.gpc = true;
        assert_int_equal(kit_commit(&kit, &paused, 1), 0);
        kit_reopen(&kit);
        assert_int_equal(sales_at(&kit, NOW + 4), 0);
        d = kit_load(&kit, &load);
        assert_true(consent_paused(d->consents, d->n_consents) && consent_gpc(d->consents, d->n_consents));
        free(d);
        kit_close(&kit);
}

static void test_two_at_once(void **state)
{
        static struct base base;
        static const int expect[] = {0, 1, 0, 0};
        struct kit kit;
        struct store_error error;
        (void)state;
        shop(&kit);
        store_close(kit.store);
        struct write groups[][2] = {
                {kit_consent(2, CATEGORY_INSTORE, CONSENT_GIVEN, 0, NOW), a_link("till", 1, NOW, NOW + 10)},
                {kit_consent(2, CATEGORY_ONLINE, CONSENT_GIVEN, 0, NOW),
                        a_link("handheld's", 1, NOW, NOW + 20)},
                {kit_consent(2, CATEGORY_SIZES, CONSENT_GIVEN, 0, NOW), a_link("crm", 0, NOW, NOW + 10)},
                {kit_consent(2, CATEGORY_OTHER_STORES, CONSENT_GIVEN, 0, NOW),
                        a_link("crm again", 0, NOW, NOW + 10)},
        };
        /* By hand, because a running store may take them in two transactions. */
        assert_int_equal(open_base(&kit.options, &base, &error), 0);
        assert_int_equal(base_begin(&base), SQLITE_OK);
        for (uint32_t i = 0; i < ARRAY_LEN(groups); i++)
                assert_int_equal(commit_group(&base, groups[i], 2), expect[i]);
        assert_int_equal(base_commit(&base), SQLITE_OK);
        open_close(&base);
        kit.store = NULL;
        kit_reopen(&kit);
        assert_true(link_there(&kit, "till"));
        assert_false(link_there(&kit, "handheld's"));
        assert_true(link_there(&kit, "crm") && link_there(&kit, "crm again"));
        /* Nothing else of the refused group was written. */
        struct effect load = kit_by_person(2, WANT_PERSON);
        struct dossier *d = kit_load(&kit, &load);
        assert_int_equal(d->n_consents, 3);
        free(d);
        kit_close(&kit);
}

/* Two in one group are refused as one. A used one and one that ran out stand in nobody's way. */
static void test_one_live(void **state)
{
        struct kit kit;
        (void)state;
        shop(&kit);
        struct write both[] = {a_link("one", 1, NOW, NOW + 10), a_link("two", 1, NOW, NOW + 10)};
        assert_int_equal(kit_commit(&kit, both, 2), 1);
        assert_false(link_there(&kit, "one") || link_there(&kit, "two"));
        assert_int_equal(kit_commit(&kit, &both[0], 1), 0);
        struct write late = a_link("late", 1, NOW + 9, NOW + 30);
        assert_int_equal(kit_commit(&kit, &late, 1), 1);
        assert_true(link_there(&kit, "one"));
        late.link.at = NOW + 10;
        assert_int_equal(kit_commit(&kit, &late, 1), 0);
        assert_false(link_there(&kit, "one"));
        assert_true(link_there(&kit, "late"));
        struct write use = {.kind = WRITE_LINK_USED, .link_used = {.secret = kit_digest("late"), .at = NOW}};
        assert_int_equal(kit_commit(&kit, &use, 1), 0);
        struct write next = a_link("next", 1, NOW + 40, NOW + 50);
        assert_int_equal(kit_commit(&kit, &next, 1), 0);
        assert_true(link_there(&kit, "late"));
        kit_close(&kit);
}

static const struct {
        int version;
        const char *sql;
} migrations[] = {
#define MIGRATION(version, sql) {version, sql},
#include "server/hub/store/migrations.inc"
#undef MIGRATION
};

/* The first version's database: two live invitations for one line, and somebody who left but was still
 * counted as joined. */
static void test_migration(void **state)
{
        static const char rows[] = "INSERT INTO store VALUES (1, 'main', 'Test house', 0, 'Europe/Paris');"
                                   "INSERT INTO person (id, enrolled) VALUES (1, 1), (2, 1), (3, 1);"
                                   "INSERT INTO consent_event VALUES"
                                   " (1, x'01', 1, 1, 1, 1, 1, 0, 10, 9999999999999, 0, 1, NULL, 3),"
                                   " (2, x'02', 2, 1, 1, 1, 1, 0, 10, 9999999999999, 0, 1, NULL, 3),"
                                   " (3, x'03', 2, 1, 1, 3, 1, 0, 20, 20, 0, 1, NULL, 3);"
                                   "INSERT INTO visit VALUES (x'00112233445566778899aabbccddeeff', 1, 1, 0, "
                                   "1, 1, 1, 0, 0, 5, 5, "
                                   "5, 20522, 0, 1, 1, NULL);";
        static const char *const names[] = {"short", "long", "used", "crm1", "crm2"};
        struct kit kit;
        struct snapshot snapshot;
        struct store_error error;
        struct uuid none = {{0}};
        sqlite3 *db = NULL;
        char path[256], text[300];
        (void)state;
        kit_open(&kit);
        store_close(kit.store);
        kit.store = NULL;
        snprintf(path, sizeof path, "%s/store.db", kit.dir);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(migrations[0].version, 1);
        assert_int_equal(sqlite3_exec(db, migrations[0].sql, NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, rows, NULL, NULL, NULL), SQLITE_OK);
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                struct digest secret = kit_digest(names[i]);
                int len = snprintf(text, sizeof text, "INSERT INTO link VALUES (x'");
                for (size_t k = 0; k < sizeof secret.b; k++)
                        len += snprintf(text + len, sizeof text - (size_t)len, "%02x", secret.b[k]);
                snprintf(text + len, sizeof text - (size_t)len, "', 1, 1, 1, %d, %d, %s);", i < 3 ? 7 : 0,
                        i == 1 ? 20 : 10, i == 2 ? "5" : "NULL");
                assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
        }
        sqlite3_close(db);
        kit_reopen(&kit);
        assert_false(link_there(&kit, "short"));
        for (size_t i = 1; i < ARRAY_LEN(names); i++)
                assert_true(link_there(&kit, names[i]));
        status_has(&kit, "\"customers\":1");
        assert_true(joined_at(&kit, 1, NOW));
        assert_false(joined_at(&kit, 2, NOW));
        assert_int_equal(store_snapshot(kit.store, NOW, 20522, &snapshot, &error), 0);
        assert_int_equal(snapshot.n_visits, 1);
        assert_int_equal(snapshot.visits[0].n_places, 1);
        assert_memory_equal(&snapshot.visits[0].places[0].offer, &none, sizeof none);
        snapshot_free(&snapshot);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_after_leaving),
                cmocka_unit_test(test_only_the_alert_counts),
                cmocka_unit_test(test_after_expiry),
                cmocka_unit_test(test_limit_after_filter),
                cmocka_unit_test(test_listed_departments),
                cmocka_unit_test(test_protected_kinds),
                cmocka_unit_test(test_keep_after_leaving),
                cmocka_unit_test(test_who_objected),
                cmocka_unit_test(test_two_at_once),
                cmocka_unit_test(test_one_live),
                cmocka_unit_test(test_migration),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
