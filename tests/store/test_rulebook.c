/* The versions of the rules on disk: the first one, texts that never change, one that is live, and what is
 * not what it was. */
#include "tests/store/kit.h"

#include "server/hub/store/rulebook.h"

#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char first_text[] = "rulebook first version 1 store * notice a 1\n";
static const char second_text[] = "rulebook second version 1 store * notice a 1\n";

static void open_with_rules(struct kit *kit)
{
        kit_open(kit);
        store_close(kit->store);
        kit->options.book_text = first_text;
        kit->options.book_name = "first";
        kit->options.now = NOW;
        struct store_error error;
        if (store_open(&kit->options, &kit->store, &error) != 0)
                fail_msg("%s", error.text);
}

/* The folder's database while the hub is down; the hub is up again when it returns. */
static int sql_offline(struct kit *kit, const char *text)
{
        char path[160];
        sqlite3 *db;
        struct store_error error;
        store_close(kit->store);
        snprintf(path, sizeof path, "%s/store.db", kit->dir);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        int rc = sqlite3_exec(db, text, NULL, NULL, NULL);
        sqlite3_close(db);
        if (store_open(&kit->options, &kit->store, &error) != 0)
                fail_msg("%s", error.text);
        return rc;
}

static struct books *books_of(struct kit *kit, uint32_t version)
{
        uint64_t tag = ++kit->tag;
        assert_int_equal(store_books(kit->store, tag, version), 0);
        struct store_answer *answer = kit_wait(kit, tag);
        assert_int_equal(answer->result, 0);
        struct books *books = answer->books;
        answer->books = NULL;
        store_answer_free(answer);
        assert_non_null(books);
        return books;
}

static void snapshot_of(struct kit *kit, struct snapshot *out)
{
        struct store_error error;
        if (store_snapshot(kit->store, NOW, 20522, out, &error) != 0)
                fail_msg("%s", error.text);
}

static struct write proposal(uint32_t version, const char *text)
{
        struct write w = {.kind = WRITE_BOOK,
                .book = {.row = {.version = version,
                                 .state = BOOK_PROPOSED,
                                 .base = 1,
                                 .wider = 3,
                                 .by = 7,
                                 .at = NOW,
                                 .name = "second",
                                 .why = "because"},
                        .text = slice_of(text)}};
        crypto_hash_sha256(w.book.row.sha256.b, (const unsigned char *)text, strlen(text));
        return w;
}

static struct write state_of(const struct book_row *row, enum book_state state)
{
        struct write w = {.kind = WRITE_BOOK, .book.row = *row};
        w.book.row.state = (uint8_t)state;
        return w;
}

/* Version 2 is published in place of version 1. */
static int publish_second(struct kit *kit)
{
        struct books *books = books_of(kit, 1);
        struct write writes[2] = {state_of(&books->row, BOOK_PAST)};
        struct write second = proposal(2, second_text);
        writes[1] = state_of(&second.book.row, BOOK_LIVE);
        writes[1].book.row.approved_by = 8;
        writes[1].book.row.published = NOW + 1;
        books_free(books);
        return kit_commit(kit, writes, 2);
}

static void the_first_version_is_the_hubs_own(void **state)
{
        (void)state;
        struct kit kit;
        struct snapshot s;
        open_with_rules(&kit);
        snapshot_of(&kit, &s);
        assert_true(s.has_book);
        assert_int_equal(s.book.version, 1);
        assert_int_equal(s.book.state, BOOK_LIVE);
        assert_int_equal(s.book.by, BOOK_BY_MAITRED);
        assert_int_equal(s.book.published, NOW);
        assert_int_equal(s.book_len, strlen(first_text));
        assert_memory_equal(s.book_text, first_text, s.book_len);
        snapshot_free(&s);
        /* Another text in a later program changes nothing: what is in force is in the database. */
        kit.options.book_text = second_text;
        assert_int_equal(sql_offline(&kit, "SELECT 1;"), SQLITE_OK);
        snapshot_of(&kit, &s);
        assert_int_equal(s.book.version, 1);
        assert_memory_equal(s.book_text, first_text, s.book_len);
        snapshot_free(&s);
        kit_close(&kit);
        /* A store without one says so: the core keeps what it was made with. */
        kit_open(&kit);
        snapshot_of(&kit, &s);
        assert_false(s.has_book);
        snapshot_free(&s);
        kit_close(&kit);
}

static void a_version_is_kept_and_takes_force(void **state)
{
        (void)state;
        struct kit kit;
        struct snapshot s;
        open_with_rules(&kit);
        struct write second = proposal(2, second_text);
        assert_int_equal(kit_commit(&kit, &second, 1), 0);
        struct books *books = books_of(&kit, 2);
        assert_int_equal(books->newest, 2);
        assert_int_equal(books->n, 2);
        assert_int_equal(books->rows[0].version, 2);
        assert_int_equal(books->rows[0].state, BOOK_PROPOSED);
        assert_true(books->found && !books->damaged);
        assert_int_equal(books->row.by, 7);
        assert_int_equal(books->row.wider, 3);
        assert_string_equal(books->row.why, "because");
        assert_int_equal(books->len, strlen(second_text));
        assert_memory_equal(books->text, second_text, books->len);
        books_free(books);
        assert_int_equal(publish_second(&kit), 0);
        kit_reopen(&kit);
        snapshot_of(&kit, &s);
        assert_int_equal(s.book.version, 2);
        assert_int_equal(s.book.approved_by, 8);
        assert_memory_equal(s.book_text, second_text, s.book_len);
        snapshot_free(&s);
        books = books_of(&kit, 3);
        assert_false(books->found);
        assert_int_equal(books->rows[1].state, BOOK_PAST);
        books_free(books);
        kit_close(&kit);
}

/* Two that are live, a version that is not there, a text that is not its name, a number that is taken:
 * refused, and nothing of the group is kept. */
static void what_cannot_be_is_refused_whole(void **state)
{
        (void)state;
        struct kit kit;
        open_with_rules(&kit);
        struct write second = proposal(2, second_text), wrong = second, twice[2];
        wrong.book.row.sha256.b[0] ^= 1;
        assert_int_equal(kit_commit(&kit, &wrong, 1), 1);
        assert_int_equal(kit_commit(&kit, &second, 1), 0);
        assert_int_equal(kit_commit(&kit, &second, 1), 1);
        struct write live = state_of(&second.book.row, BOOK_LIVE);
        assert_int_equal(kit_commit(&kit, &live, 1), 1);
        struct books *books = books_of(&kit, 1);
        twice[0] = state_of(&books->row, BOOK_PAST);
        twice[1] = live;
        twice[1].book.row.sha256.b[0] ^= 1;
        assert_int_equal(kit_commit(&kit, twice, 2), 1);
        books_free(books);
        books = books_of(&kit, 1);
        assert_int_equal(books->row.state, BOOK_LIVE);
        assert_int_equal(books->n, 2);
        books_free(books);
        kit_close(&kit);
}

static void a_text_never_changes_and_never_goes(void **state)
{
        (void)state;
        struct kit kit;
        open_with_rules(&kit);
        static const char *const refused[] = {"UPDATE rulebook SET text = 'x';",
                "UPDATE rulebook SET sha256 = zeroblob(32);", "UPDATE rulebook SET version = 5;",
                "UPDATE rulebook SET why = 'x';", "UPDATE rulebook SET proposer = 3;",
                "DELETE FROM rulebook;"};
        for (size_t i = 0; i < ARRAY_LEN(refused); i++)
                if (sql_offline(&kit, refused[i]) == SQLITE_OK)
                        fail_msg("not refused: %s", refused[i]);
        assert_int_equal(sql_offline(&kit, "UPDATE rulebook SET base = 0;"), SQLITE_OK);
        kit_close(&kit);
}

static void a_text_that_was_changed_is_not_given_out(void **state)
{
        (void)state;
        struct kit kit;
        struct snapshot s;
        open_with_rules(&kit);
        char *report = kit_report(&kit, REPORT_STATUS, "", NOW);
        assert_non_null(strstr(report, "version 1 in force"));
        free(report);
        assert_int_equal(sql_offline(&kit, "DROP TRIGGER rulebook_text_never_changes;"
                                           "UPDATE rulebook SET text = replace(text, 'first', 'fIrst');"),
                SQLITE_OK);
        snapshot_of(&kit, &s);
        assert_true(s.has_book);
        assert_int_equal(s.book.version, 1);
        assert_null(s.book_text);
        snapshot_free(&s);
        struct books *books = books_of(&kit, 1);
        assert_true(books->found && books->damaged);
        assert_null(books->text);
        books_free(books);
        report = kit_report(&kit, REPORT_STATUS, "", NOW);
        assert_non_null(strstr(report, "nothing is shown to anybody"));
        free(report);
        kit_close(&kit);
}

/* So many proposals later than the list is long: what is in force stands in it all the same. */
static void what_is_live_is_always_listed(void **state)
{
        (void)state;
        struct kit kit;
        open_with_rules(&kit);
        for (uint32_t version = 2; version <= BOOKS_LISTED + 3; version++) {
                struct write w = proposal(version, second_text);
                assert_int_equal(kit_commit(&kit, &w, 1), 0);
        }
        struct books *books = books_of(&kit, 0);
        assert_int_equal(books->n, BOOKS_LISTED);
        assert_int_equal(books->rows[0].version, BOOKS_LISTED + 3);
        assert_int_equal(books->rows[BOOKS_LISTED - 2].version, 5);
        assert_int_equal(books->rows[BOOKS_LISTED - 1].version, 1);
        assert_int_equal(books->rows[BOOKS_LISTED - 1].state, BOOK_LIVE);
        books_free(books);
        kit_close(&kit);
}

static void without_a_live_version_nothing_is_given_out(void **state)
{
        (void)state;
        struct kit kit;
        struct snapshot s;
        open_with_rules(&kit);
        assert_int_equal(sql_offline(&kit, "UPDATE rulebook SET state = 3;"), SQLITE_OK);
        snapshot_of(&kit, &s);
        assert_true(s.has_book);
        assert_null(s.book_text);
        snapshot_free(&s);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(the_first_version_is_the_hubs_own),
                cmocka_unit_test(a_version_is_kept_and_takes_force),
                cmocka_unit_test(what_cannot_be_is_refused_whole),
                cmocka_unit_test(a_text_never_changes_and_never_goes),
                cmocka_unit_test(a_text_that_was_changed_is_not_given_out),
                cmocka_unit_test(what_is_live_is_always_listed),
                cmocka_unit_test(without_a_live_version_nothing_is_given_out)};
        return cmocka_run_group_tests_name("store_rulebook", tests, NULL, NULL);
}
