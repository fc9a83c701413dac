/* The notices on disk: the first is there from the start, in the words of the shipped file; a version never
 * changes, and one that was changed all the same promised nothing. */
#include "tests/store/kit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/hub/store/rulebook.h"
#include "server/rulebook/rulebook.h"

#define GUEST  0x80000000u
#define SECOND "rulebook second version 1 store * notice visit-alerts 2\n"

static void read_all(struct kit *kit, struct snapshot *out)
{
        struct store_error error;
        kit_reopen(kit);
        if (store_snapshot(kit->store, NOW, 20522, out, &error) != 0)
                fail_msg("%s", error.text);
}

static int add(struct kit *kit, uint32_t version)
{
        struct notice_row row = {.version = version, .since = NOW, .name = "visit-alerts", .text = SECOND};
        struct rulebook_error error;
        struct rulebook *book = rulebook_parse(slice_of(SECOND), &error);
        struct write w = {.kind = WRITE_NOTICE, .notice = &row};
        assert_non_null(book);
        row.digest = rulebook_digest(book);
        rulebook_destroy(book);
        return kit_commit(kit, &w, 1);
}

static void test_the_first_is_the_shipped_file(void **state)
{
        struct kit kit;
        struct snapshot s;
        static char text[NOTICE_TEXT_MAX];
        struct rulebook_error error;
        (void)state;
        FILE *file = fopen(NOTICE_FILE, "re");
        assert_non_null(file);
        text[fread(text, 1, sizeof text - 1, file)] = '\0';
        fclose(file);
        struct rulebook *book = rulebook_parse(slice_of(text), &error);
        assert_non_null(book);
        kit_open(&kit);
        read_all(&kit, &s);
        assert_int_equal(s.n_notices, 1);
        assert_int_equal(s.notices[0].version, 1);
        assert_string_equal(s.notices[0].name, "visit-alerts");
        assert_string_equal(s.notices[0].text, rulebook_text(book));
        struct digest digest = rulebook_digest(book);
        assert_memory_equal(&s.notices[0].digest, &digest, sizeof digest);
        snapshot_free(&s);
        rulebook_destroy(book);
        kit_close(&kit);
}

static void test_a_version_is_added_once(void **state)
{
        struct kit kit;
        struct snapshot s;
        (void)state;
        kit_open(&kit);
        assert_int_equal(add(&kit, 2), 0);
        assert_int_not_equal(add(&kit, 2), 0);
        read_all(&kit, &s);
        assert_int_equal(s.n_notices, 2);
        assert_int_equal(s.notices[0].version, 1);
        assert_int_equal(s.notices[1].version, 2);
        assert_int_equal(s.notices[1].since, NOW);
        assert_string_equal(s.notices[1].text, SECOND);
        snapshot_free(&s);
        kit_close(&kit);
}

static int change(const struct kit *kit, const char *sql)
{
        char path[256];
        sqlite3 *db = NULL;
        snprintf(path, sizeof path, "%s/store.db", kit->dir);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
        sqlite3_close(db);
        return rc;
}

static void test_a_version_never_changes(void **state)
{
        struct kit kit;
        struct snapshot s;
        (void)state;
        kit_open(&kit);
        assert_int_equal(add(&kit, 2), 0);
        store_close(kit.store);
        kit.store = NULL;
        assert_int_not_equal(change(&kit, "UPDATE notice SET ceiling = '' WHERE version = 1"), SQLITE_OK);
        assert_int_not_equal(change(&kit, "DELETE FROM notice WHERE version = 2"), SQLITE_OK);
        /* whoever takes the guard away gains nothing */
        assert_int_equal(change(&kit, "DROP TRIGGER notice_never_changes"), SQLITE_OK);
        assert_int_equal(
                change(&kit,
                        "UPDATE notice SET ceiling = replace(ceiling, 'kind', 'full') WHERE version = 1"),
                SQLITE_OK);
        struct store_error error;
        assert_int_equal(store_open(&kit.options, &kit.store, &error), 0);
        assert_int_equal(store_snapshot(kit.store, NOW, 20522, &s, &error), 0);
        assert_string_equal(s.notices[0].text, "");
        assert_string_equal(s.notices[1].text, SECOND);
        snapshot_free(&s);
        kit_close(&kit);
}

/* A guest who joins under a notice. */
static void join(struct kit *kit, uint32_t person, uint32_t notice)
{
        struct write w[2] = {{.kind = WRITE_GUEST, .guest = {.person = person, .language = "en"}},
                kit_consent(person, CATEGORY_PRESENCE, CONSENT_GIVEN, 0, NOW)};
        w[1].consent.row.notice = notice;
        assert_int_equal(kit_commit(kit, w, 2), 0);
}

static void says(struct kit *kit, uint32_t person, uint8_t category, uint8_t state, uint32_t notice)
{
        struct write w = kit_consent(person, category, state, 0, NOW + 1);
        w.consent.row.notice = notice;
        assert_int_equal(kit_commit(kit, &w, 1), 0);
}

static void test_who_agreed_to_which(void **state)
{
        struct kit kit;
        (void)state;
        kit_open(&kit);
        assert_int_equal(add(&kit, 2), 0);
        for (uint32_t i = 1; i <= 3; i++)
                join(&kit, GUEST + i, 1);
        join(&kit, GUEST + 4, 2);
        says(&kit, GUEST + 1, CATEGORY_PRESENCE, CONSENT_GIVEN, 2); /* agrees to the newer one */
        says(&kit, GUEST + 1, CATEGORY_ONLINE, CONSENT_WITHDRAWN, 2);
        says(&kit, GUEST + 2, CATEGORY_ONLINE, CONSENT_GIVEN, 1); /* shares more, under her own */
        says(&kit, GUEST + 3, CATEGORY_ONLINE, CONSENT_REFUSED, 2);
        assert_int_equal(store_books(kit.store, ++kit.tag, 0), 0);
        struct store_answer *answer = kit_wait(&kit, kit.tag);
        assert_int_equal(answer->result, 0);
        assert_int_equal(answer->books->n_counts, 2);
        assert_int_equal(answer->books->counts[0].version, 2);
        assert_int_equal(answer->books->counts[0].customers, 2);
        assert_int_equal(answer->books->counts[1].version, 1);
        assert_int_equal(answer->books->counts[1].customers, 2);
        store_answer_free(answer);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_the_first_is_the_shipped_file),
                cmocka_unit_test(test_a_version_is_added_once),
                cmocka_unit_test(test_a_version_never_changes),
                cmocka_unit_test(test_who_agreed_to_which),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
