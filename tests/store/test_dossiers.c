/* What a dossier holds: consented categories only, the newest word wins, the cap comes after the filter, the
 * right associate first; and that damaged blobs are recognised. */
#include "tests/store/kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/common/clock.h"

static void shop(struct kit *kit)
{
        kit_open(kit);
        kit_import_counts(kit, IMPORT_STORES, "lyon;Lyon;in-store;\nweb;Online;online;\n", 2, 0, 0, 0, 0, 0);
        kit_import_counts(kit, IMPORT_ASSOCIATES,
                "10;Ada One;main;;;\n9;Bo Two;main;;;\n100;Cy Three;main;;;\n1000;Di Four;lyon;;;\n2000;Ed "
                "Five;lyon;;;\n"
                "3000;Fi Six;lyon;;;\n4000;Gu Seven;lyon;;;\n",
                7, 0, 0, 0, 0, 0);
        kit_import_counts(kit, IMPORT_CLASSES, "Coats;Coats;0\n", 1, 0, 0, 0, 0, 0);
}

static void lines(struct kit *kit, const char *prefix, const char *customer, const char *seller,
        const char *store, const char *day, int n)
{
        char *rows = malloc((size_t)n * 96 + 1);
        size_t at = 0;
        for (int i = 0; i < n; i++)
                at += (size_t)snprintf(rows + at, 96, "%s-%d;%s;%s;%s;;;Coats;1;;1;%s;;;;;;\n", prefix, i,
                        customer, seller, store, day);
        kit_import_counts(kit, IMPORT_PURCHASES, rows, (uint64_t)n, 0, 0, 0, 0, 0);
        free(rows);
}

static uint32_t enrol(struct kit *kit, const char *external)
{
        struct effect load = kit_by_external(external, WANT_PERSON);
        struct dossier *d = kit_load(kit, &load);
        struct write w = {.kind = WRITE_ENROL, .enrol = {.person = d->person.id, .language = "en"}};
        free(d);
        assert_int_equal(kit_commit(kit, &w, 1), 0);
        return w.enrol.person;
}

static void say(struct kit *kit, uint32_t person, uint8_t category, uint8_t state, uint32_t store, wall_ms at)
{
        struct write w = kit_consent(person, category, state, store, at);
        assert_int_equal(kit_commit(kit, &w, 1), 0);
}

static uint32_t shown(struct kit *kit, uint32_t person, wall_ms now)
{
        struct effect load = kit_by_person(person, WANT_PERSON | WANT_LINES);
        load.load.now = now;
        struct dossier *d = kit_load(kit, &load);
        uint32_t n = d->n_lines;
        free(d);
        return n;
}

static void test_categories(void **state)
{
        struct kit kit;
        (void)state;
        shop(&kit);
        lines(&kit, "own", "c1", "", "", "2026-01-05", 3);
        lines(&kit, "web", "c1", "", "web", "2026-01-06", 4);
        lines(&kit, "lyon", "c1", "", "lyon", "2026-01-07", 5);
        uint32_t c1 = enrol(&kit, "c1");
        assert_int_equal(shown(&kit, c1, NOW), 0);
        say(&kit, c1, CATEGORY_INSTORE, CONSENT_GIVEN, 0, NOW - 100);
        assert_int_equal(shown(&kit, c1, NOW), 3);
        say(&kit, c1, CATEGORY_ONLINE, CONSENT_GIVEN, 0, NOW - 90);
        assert_int_equal(shown(&kit, c1, NOW), 7);
        say(&kit, c1, CATEGORY_OTHER_STORES, CONSENT_GIVEN, 0, NOW - 80);
        assert_int_equal(shown(&kit, c1, NOW), 12);
        say(&kit, c1, CATEGORY_ONLINE, CONSENT_WITHDRAWN, 0, NOW - 70);
        assert_int_equal(shown(&kit, c1, NOW), 8);
        say(&kit, c1, CATEGORY_ONLINE, CONSENT_REFUSED, 0, NOW - 60);
        assert_int_equal(shown(&kit, c1, NOW), 8);
        /* A year later it is over by itself. */
        assert_int_equal(shown(&kit, c1, NOW + 364 * DAY_MS), 8);
        assert_int_equal(shown(&kit, c1, NOW + 366 * DAY_MS), 0);
        kit_close(&kit);
}

/* A first version of such a question got this wrong elsewhere: given for all stores, later withdrawn for one.
 */
static void test_later_withdrawal_wins(void **state)
{
        struct kit kit;
        (void)state;
        shop(&kit);
        lines(&kit, "own", "c1", "", "", "2026-01-05", 3);
        uint32_t c1 = enrol(&kit, "c1");
        say(&kit, c1, CATEGORY_INSTORE, CONSENT_GIVEN, 0, NOW - 100);
        say(&kit, c1, CATEGORY_INSTORE, CONSENT_WITHDRAWN, 1, NOW - 50);
        assert_int_equal(shown(&kit, c1, NOW), 0);
        say(&kit, c1, CATEGORY_INSTORE, CONSENT_GIVEN, 0, NOW - 10);
        assert_int_equal(shown(&kit, c1, NOW), 3);
        /* The same scope twice, and the clock was set back in between: what was said last counts. */
        say(&kit, c1, CATEGORY_INSTORE, CONSENT_WITHDRAWN, 0, NOW - 20);
        assert_int_equal(shown(&kit, c1, NOW), 0);
        struct effect load = kit_by_person(c1, WANT_PERSON);
        struct dossier *d = kit_load(&kit, &load);
        assert_int_equal(d->n_consents, 2);
        free(d);
        kit_close(&kit);
}

/* 2,100 newer lines that she did not share must not push out those that she did. */
static void test_cap_after_filter(void **state)
{
        struct kit kit;
        char prefix[16];
        (void)state;
        shop(&kit);
        for (int i = 0; i < 3; i++) {
                snprintf(prefix, sizeof prefix, "web%d", i);
                lines(&kit, prefix, "c1", "", "web", "2026-03-01", 700);
        }
        lines(&kit, "own", "c1", "", "", "2025-12-05", 10);
        uint32_t c1 = enrol(&kit, "c1");
        say(&kit, c1, CATEGORY_INSTORE, CONSENT_GIVEN, 0, NOW - 100);
        assert_int_equal(shown(&kit, c1, NOW), 10);
        say(&kit, c1, CATEGORY_ONLINE, CONSENT_GIVEN, 0, NOW - 90);
        assert_int_equal(shown(&kit, c1, NOW), DOSSIER_LINES_MAX);
        struct effect load = kit_by_person(c1, WANT_PERSON | WANT_LINES);
        struct dossier *d = kit_load(&kit, &load);
        for (uint32_t i = 1; i < d->n_lines; i++)
                assert_true(dossier_lines(d)[i].at <= dossier_lines(d)[i - 1].at);
        free(d);
        kit_close(&kit);
}

static void test_retention(void **state)
{
        struct kit kit;
        (void)state;
        shop(&kit);
        lines(&kit, "in", "c1", "10", "", "2024-03-10", 1);
        lines(&kit, "out", "c1", "9", "", "2024-03-09", 2);
        uint32_t c1 = enrol(&kit, "c1");
        say(&kit, c1, CATEGORY_INSTORE, CONSENT_GIVEN, 0, NOW - 100);
        struct effect load = kit_by_person(c1, WANT_PERSON | WANT_LINES);
        struct dossier *d = kit_load(&kit, &load);
        assert_int_equal(d->n_lines, 1);
        assert_int_equal(dossier_lines(d)[0].age_months, 24);
        assert_int_equal(d->n_evidence, 1);
        assert_int_equal(d->evidence[0].associate, 1);
        free(d);
        kit_close(&kit);
}

static uint32_t first_of(struct kit *kit, const char *external)
{
        struct effect load = kit_by_external(external, WANT_PERSON);
        struct dossier *d = kit_load(kit, &load);
        uint32_t first = d->n_evidence ? d->evidence[0].associate : 0;
        free(d);
        return first;
}

static void says(struct kit *kit, const char *customer, const char *expect)
{
        char *text = kit_report(kit, REPORT_PREFERRED, customer, NOW);
        if (strstr(text, expect) == NULL)
                fail_msg("%s lacks %s", text, expect);
        free(text);
}

/* Surrogates follow the file: 10 -> 1, 9 -> 2, 100 -> 3, then four in another store. */
static void test_evidence(void **state)
{
        struct kit kit;
        (void)state;
        shop(&kit);
        lines(&kit, "a", "c1", "10", "", "2026-01-01", 2);
        lines(&kit, "b", "c1", "9", "", "2026-02-01", 1);
        assert_int_equal(first_of(&kit, "c1"), 1);
        says(&kit, "c1", "\"decided_by\":\"lines\",\"tied\":0");
        /* As many: the latest sale. */
        lines(&kit, "c", "c1", "9", "", "2026-02-02", 1);
        assert_int_equal(first_of(&kit, "c1"), 2);
        says(&kit, "c1", "\"decided_by\":\"latest sale\",\"tied\":2");
        /* As many and as late: the lowest id, and "9" is lower than "10" and "100". */
        lines(&kit, "d", "c2", "100", "", "2026-02-02", 1);
        lines(&kit, "e", "c2", "10", "", "2026-02-02", 1);
        lines(&kit, "f", "c2", "9", "", "2026-02-02", 1);
        assert_int_equal(first_of(&kit, "c2"), 2);
        says(&kit, "c2", "\"preferred\":\"9\",\"decided_by\":\"lowest id\",\"tied\":3");
        says(&kit, "c2",
                "\"candidates\":[{\"associate\":\"9\",\"name\":\"Bo Two\",\"store\":\"main\",\"lines\":1");
        /* Nobody, and an unknown customer. */
        lines(&kit, "g", "c3", "", "", "2026-02-02", 1);
        says(&kit, "c3", "\"decided_by\":\"nobody\"");
        says(&kit, "c4", "\"known\":false");
        /* Her own choice goes before everything. */
        struct write choose = {
                .kind = WRITE_PREFERRED, .preferred = {.person = 3, .associate = 3, .at = NOW}};
        assert_int_equal(kit_commit(&kit, &choose, 1), 0);
        says(&kit, "c3", "\"chosen\":\"100\",\"preferred\":\"100\",\"decided_by\":\"her choice\"");
        char *all = kit_report(&kit, REPORT_PREFERRED_ALL, "", NOW);
        assert_string_equal(all,
                "{\"people\":3,\"her_choice\":1,\"lines\":0,\"latest_sale\":1,\"lowest_id\":1,\"nobody\":0,"
                "\"ties\":2}");
        free(all);
        kit_close(&kit);
}

/* Four better ones elsewhere do not hide the one who can be reached here. */
static void test_evidence_reaches(void **state)
{
        struct kit kit;
        (void)state;
        shop(&kit);
        lines(&kit, "a", "c1", "1000", "lyon", "2026-01-01", 5);
        lines(&kit, "b", "c1", "2000", "lyon", "2026-01-01", 4);
        lines(&kit, "c", "c1", "3000", "lyon", "2026-01-01", 3);
        lines(&kit, "d", "c1", "4000", "lyon", "2026-01-01", 2);
        lines(&kit, "e", "c1", "100", "", "2026-01-01", 1);
        struct effect load = kit_by_external("c1", WANT_PERSON);
        struct dossier *d = kit_load(&kit, &load);
        assert_int_equal(d->n_evidence, 4);
        assert_int_equal(d->evidence[0].associate, 4);
        assert_int_equal(d->evidence[3].associate, 3);
        free(d);
        kit_close(&kit);
}

static uint32_t evidence_of(struct kit *kit, const char *external)
{
        struct effect load = kit_by_external(external, WANT_PERSON);
        struct dossier *d = kit_load(kit, &load);
        uint32_t n = d->n_evidence;
        free(d);
        return n;
}

static void choose(struct kit *kit, uint32_t person, uint32_t associate)
{
        struct write w = {
                .kind = WRITE_PREFERRED, .preferred = {.person = person, .associate = associate, .at = NOW}};
        assert_int_equal(kit_commit(kit, &w, 1), 0);
}

/* Who served her is not looked for while she has a choice who can be reached here, and only then. */
static void test_evidence_beside_a_choice(void **state)
{
        struct kit kit;
        (void)state;
        shop(&kit);
        lines(&kit, "a", "c1", "9", "", "2026-01-01", 2);
        assert_int_equal(evidence_of(&kit, "c1"), 1);
        choose(&kit, 1, 4); /* in Lyon */
        assert_int_equal(evidence_of(&kit, "c1"), 1);
        choose(&kit, 1, 3);
        assert_int_equal(evidence_of(&kit, "c1"), 0);
        kit_import_counts(&kit, IMPORT_ASSOCIATES, "100;Cy Three;main;;;0\n", 0, 1, 0, 0, 0, 0);
        assert_int_equal(evidence_of(&kit, "c1"), 1);
        kit_close(&kit);
}

static void test_minor(void **state)
{
        struct kit kit;
        (void)state;
        shop(&kit);
        kit_import_counts(&kit, IMPORT_CUSTOMERS,
                "young;A B;2010-03-11;\nold enough;A B;2010-03-10;\nunknown;A B;;\n", 3, 0, 0, 0, 0, 0);
        const char *ids[] = {"young", "old enough", "unknown"};
        for (size_t i = 0; i < 3; i++) {
                struct effect load = kit_by_external(ids[i], WANT_PERSON);
                struct dossier *d = kit_load(&kit, &load);
                assert_int_equal(d->person.minor, i == 0);
                free(d);
        }
        kit_close(&kit);
}

static void test_names(void **state)
{
        static const char *const cases[][3] = {
                {"Anna Bergqvist", "Anna", "Bergqvist"},
                {"Anna Maria von Berg", "Anna", "Maria von Berg"},
                {"von Berg, Anna", "Anna", "von Berg"},
                {"  Anna  ", "Anna", ""},
                {"Zoë Ångström", "Zoë", "Ångström"},
                {"Ng,", "Ng", ""},
                {"éééééééééééééééééééééééééééééééééééé x", "ééééééééééééééééééééééééééééééé", "x"},
        };
        struct kit kit;
        char row[256], id[8];
        (void)state;
        shop(&kit);
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
                snprintf(id, sizeof id, "n%zu", i);
                snprintf(row, sizeof row, "%s;%s;;\n", id, cases[i][0]);
                kit_import_counts(&kit, IMPORT_CUSTOMERS, row, 1, 0, 0, 0, 0, 0);
                struct effect load = kit_by_external(id, WANT_PERSON);
                struct dossier *d = kit_load(&kit, &load);
                assert_string_equal(d->person.first, cases[i][1]);
                assert_string_equal(d->person.last, cases[i][2]);
                free(d);
        }
        kit_close(&kit);
}

static uint64_t next_random(uint64_t *seed)
{
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        return *seed;
}

/* Touches everything that a valid blob promises: the sanitizers watch. */
static uint64_t walk(const struct dossier *d)
{
        uint64_t sum =
                strlen(d->person.first) + strlen(d->person.last) + strlen(dossier_text(d, d->link.item));
        sum += (uint64_t)(d->link.used + d->person.enrolled + d->person.greet + d->person.minor +
                          d->last.known + d->last.thanked + d->own_key.known + d->request.has_made);
        for (uint32_t i = 0; i < d->n_consents; i++)
                sum += d->consents[i].gpc;
        for (uint32_t i = 0; i < d->n_sales; i++)
                sum += strlen(dossier_text(d, d->sales[i].item));
        for (uint32_t i = 0; i < d->n_lines; i++) {
                const struct purchase *l = &dossier_lines(d)[i];
                sum += strlen(dossier_text(d, l->kind)) + strlen(dossier_text(d, l->item)) +
                       strlen(dossier_text(d, l->store_name)) + l->department_index;
        }
        return sum;
}

static void test_damaged_blobs(void **state)
{
        struct kit kit;
        uint64_t seed = (uint64_t)clock_mono_us() | 1, sum = 0;
        uint32_t refused = 0;
        (void)state;
        shop(&kit);
        lines(&kit, "a", "c1", "10", "", "2026-01-01", 5);
        struct effect load = kit_by_external("c1", WANT_PERSON | WANT_LINES);
        load.load.assume = CATEGORY_BIT(CATEGORY_INSTORE);
        struct dossier *d = kit_load(&kit, &load);
        uint32_t size = d->size_bytes;
        print_message("seed %llu\n", (unsigned long long)seed);
        assert_false(dossier_valid(NULL, 0));
        assert_false(dossier_valid(d, size - 1));
        assert_false(dossier_valid(d, sizeof *d - 1));
        for (int round = 0; round < 20000; round++) {
                char *copy = malloc(size);
                memcpy(copy, d, size);
                for (uint64_t n = 1 + next_random(&seed) % 4; n > 0; n--) {
                        /* Mostly where the counts, offsets and lines are. */
                        uint64_t at = next_random(&seed) % size;
                        copy[at] = (char)(next_random(&seed) % 3 ? next_random(&seed) : 0xff);
                }
                struct dossier *damaged = (struct dossier *)(void *)copy;
                if (dossier_valid(damaged, size))
                        sum += walk(damaged);
                else
                        refused++;
                free(copy);
        }
        assert_true(refused > 100);
        assert_true(sum > 0);
        free(d);
        kit_close(&kit);
}

/* Every yes or no of a dossier, one after the other, with a byte that is neither. */
static void test_no_bool(void **state)
{
        struct kit kit;
        (void)state;
        shop(&kit);
        lines(&kit, "a", "c1", "10", "", "2026-01-01", 5);
        struct effect load = kit_by_external("c1", WANT_PERSON | WANT_LINES);
        load.load.assume = CATEGORY_BIT(CATEGORY_INSTORE);
        struct dossier *d = kit_load(&kit, &load);
        d->n_consents = CONSENT_ROWS_MAX;
        bool *const flags[] = {&d->own_key.known, &d->link.used, &d->request.has_made, &d->person.enrolled,
                &d->person.greet, &d->person.minor, &d->last.known, &d->last.thanked, &d->consents[0].gpc,
                &d->consents[CONSENT_ROWS_MAX - 1].gpc};
        assert_true(dossier_valid(d, d->size_bytes));
        for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
                memset(flags[i], 216, 1);
                if (dossier_valid(d, d->size_bytes))
                        fail_msg("the yes or no number %zu may be 216", i);
                memset(flags[i], 1, 1);
        }
        assert_true(dossier_valid(d, d->size_bytes));
        free(d);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_categories),
                cmocka_unit_test(test_later_withdrawal_wins),
                cmocka_unit_test(test_cap_after_filter),
                cmocka_unit_test(test_retention),
                cmocka_unit_test(test_evidence),
                cmocka_unit_test(test_evidence_reaches),
                cmocka_unit_test(test_evidence_beside_a_choice),
                cmocka_unit_test(test_minor),
                cmocka_unit_test(test_names),
                cmocka_unit_test(test_damaged_blobs),
                cmocka_unit_test(test_no_bool),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
