/* What is sealed is not on the disk in the clear: names, contacts, ids, words and cards, in no file of the
 * folder and in no backup. What a key seals opens nowhere else. */
#include "tests/store/kit.h"

#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/common/ids.h"
#include "server/hub/keys.h"
#include "server/hub/store/seal.h"
#include "server/rulebook/render.h"

static const char *const markers[] = {"Zelmarker", "Qorvathen", "zq@marker.example", "1971-07-17",
        "EXTMARK-0042", "mauvehintmarker", "wishmarker", "meetmarker", "cardmarker", "notemarker"};

static size_t read_file(const char *path, char **out)
{
        struct stat st;
        int fd = open(path, O_RDONLY);
        assert_true(fd >= 0 && fstat(fd, &st) == 0);
        *out = malloc((size_t)st.st_size + 1);
        ssize_t n = read(fd, *out, (size_t)st.st_size);
        assert_int_equal(n, st.st_size);
        close(fd);
        return (size_t)n;
}

/* How many files were looked at. */
static int scan(const char *dir)
{
        struct dirent *entry;
        char path[512];
        int files = 0;
        DIR *d = opendir(dir);
        assert_non_null(d);
        while ((entry = readdir(d)) != NULL) {
                char *bytes;
                if (entry->d_name[0] == '.')
                        continue;
                snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
                size_t len = read_file(path, &bytes);
                for (size_t i = 0; i < ARRAY_LEN(markers); i++)
                        if (memmem(bytes, len, markers[i], strlen(markers[i])) != NULL)
                                fail_msg("%s is in %s", markers[i], entry->d_name);
                free(bytes);
                files++;
        }
        closedir(d);
        return files;
}

static char *backup(struct kit *kit, const char *path, int expect)
{
        uint64_t tag = ++kit->tag;
        assert_int_equal(store_backup(kit->store, tag, path), 0);
        struct store_answer *answer = kit_wait(kit, tag);
        assert_int_equal(answer->result, expect);
        char *text = answer->text;
        answer->text = NULL;
        store_answer_free(answer);
        assert_non_null(text);
        return text;
}

static void test_nothing_in_the_clear(void **state)
{
        struct kit kit;
        static char card[CARD_FRAME_SIZE];
        char path[256];
        (void)state;
        kit_open(&kit);
        kit_import_counts(&kit, IMPORT_CUSTOMERS,
                "EXTMARK-0042;Zelmarker Qorvathen;1971-07-17;zq@marker.example\n", 1, 0, 0, 0, 0, 0);
        kit_import_counts(&kit, IMPORT_CUSTOMERS,
                "EXTMARK-0042;Zelmarker Qorvathen;1971-07-17;other zq@marker.example\n", 0, 1, 0, 0, 0, 0);
        kit_import_counts(&kit, IMPORT_PURCHASES, "l1;EXTMARK-0042;;;;;Coats;1;;1;2026-03-01;;;;;;\n", 1, 0,
                0, 0, 0, 0);
        memset(card, ' ', sizeof card);
        memcpy(card, "cardmarker", 10);
        struct uuid visit = kit_uuid();
        struct write writes[] = {
                {.kind = WRITE_VISIT,
                        .visit = {.id = visit,
                                .person = 1,
                                .state = VISIT_OPEN,
                                .started = NOW,
                                .hint = "mauvehintmarker",
                                .wish = "wishmarker",
                                .meet = "meetmarker"}},
                {.kind = WRITE_DISCLOSURE,
                        .disclosure =
                                {.id = kit_uuid(), .visit = visit, .person = 1, .card = card, .at = NOW}},
                {.kind = WRITE_NOTE,
                        .note = {.id = kit_uuid(),
                                .person = 1,
                                .author = 1,
                                .at = NOW,
                                .most = 1,
                                .text = "notemarker"}},
        };
        kit_import_counts(
                &kit, IMPORT_ASSOCIATES, "a1;Maria Lopez;main;Shoes;associate;1\n", 1, 0, 0, 0, 0, 0);
        assert_int_equal(kit_commit(&kit, writes, 3), 0);
        snprintf(path, sizeof path, "%s/backup.db", kit.dir);
        free(backup(&kit, path, 0));
        /* With the log still there, and after it was emptied. */
        assert_true(scan(kit.dir) >= 6);
        store_close(kit.store);
        kit.store = NULL;
        assert_true(scan(kit.dir) >= 5);
        kit_reopen(&kit);
        struct effect load = kit_by_external("EXTMARK-0042", WANT_PERSON);
        struct dossier *d = kit_load(&kit, &load);
        assert_string_equal(d->person.first, "Zelmarker");
        assert_string_equal(d->person.last, "Qorvathen");
        free(d);
        kit_close(&kit);
}

static int first_int(sqlite3 *db, const char *text)
{
        sqlite3_stmt *s = NULL;
        assert_int_equal(sqlite3_prepare_v2(db, text, -1, &s, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(s), SQLITE_ROW);
        int value = sqlite3_column_int(s, 0);
        sqlite3_finalize(s);
        return value;
}

/* Commits go on while the copy is made; the copy is whole, and anybody's sqlite3 opens it. */
static void test_backup(void **state)
{
        struct kit kit;
        char path[256], rows[80];
        sqlite3 *db = NULL;
        (void)state;
        kit_open(&kit);
        for (int i = 0; i < 40; i++) {
                char many[8192];
                size_t at = 0;
                for (int k = 0; k < 100; k++)
                        at += (size_t)snprintf(many + at, sizeof many - at,
                                "l%d-%d;c%d;;;;;Coats;1;;1;2026-03-01;;;;A coat;;\n", i, k, k);
                kit_import_counts(&kit, IMPORT_PURCHASES, many, 100, 0, 0, 0, 0, 0);
        }
        snprintf(path, sizeof path, "%s/copy.db", kit.dir);
        assert_int_equal(store_backup(kit.store, 1000, path), 0);
        /* Each commit is answered while the copy runs or after it; none waits for the copy. */
        struct write w = {.kind = WRITE_SESSION,
                .session = {.token = kit_digest("t"),
                        .row = {.kind = SESSION_TILL, .expires = NOW},
                        .label = "till"}};
        bool copied = false;
        for (uint64_t i = 0; i < 50 || !copied; i++) {
                assert_int_equal(store_commit(kit.store, i, &w, 1), 0);
                for (bool answered = false; !answered;) {
                        for (struct store_answer *a = store_answers(kit.store), *next; a != NULL; a = next) {
                                next = a->next;
                                assert_int_equal(a->result, 0);
                                copied = copied || a->tag == 1000;
                                answered = answered || a->tag == i;
                                store_answer_free(a);
                        }
                }
        }
        assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
        assert_int_equal(first_int(db, "SELECT count(*) FROM purchase"), 4000);
        assert_int_equal(
                first_int(db, "SELECT count(*) FROM pragma_quick_check WHERE quick_check = 'ok'"), 1);
        sqlite3_close(db);
        /* Never over something that is there, and never half a copy. */
        free(backup(&kit, path, 1));
        char *text = backup(&kit, "/nowhere/at/all.db", 1);
        assert_non_null(strstr(text, "\"error\""));
        free(text);
        snprintf(rows, sizeof rows, "c1;Nora Lind;;\n");
        kit_import_counts(&kit, IMPORT_CUSTOMERS, rows, 0, 1, 0, 0, 0, 0);
        kit_close(&kit);
}

static struct uuid epoch_of(struct kit *kit)
{
        struct snapshot snapshot;
        struct store_error error;
        assert_int_equal(store_snapshot(kit->store, NOW, 20522, &snapshot, &error), 0);
        struct uuid epoch = snapshot.epoch;
        snapshot_free(&snapshot);
        return epoch;
}

/* A hub on a restored backup is not the hub that handed out the numbers after it: it gets an epoch of its
 * own, and every device asks anew. All else is as it was. */
static void test_restore(void **state)
{
        struct kit kit;
        char path[256], live[256], *bytes;
        sqlite3 *db = NULL;
        (void)state;
        kit_open(&kit);
        kit_import_counts(&kit, IMPORT_CUSTOMERS, "c1;Nora Lind;;\n", 1, 0, 0, 0, 0, 0);
        struct uuid before = epoch_of(&kit);
        snprintf(path, sizeof path, "%s/copy.db", kit.dir);
        snprintf(live, sizeof live, "%s/store.db", kit.dir);
        free(backup(&kit, path, 0));
        /* Not even in what a deleted row leaves behind. */
        size_t len = read_file(path, &bytes);
        assert_null(memmem(bytes, len, before.b, sizeof before.b));
        free(bytes);
        assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
        assert_int_equal(first_int(db, "SELECT count(*) FROM setting WHERE name = 'epoch'"), 0);
        assert_int_equal(first_int(db, "SELECT count(*) FROM setting WHERE name = 'starts'"), 1);
        sqlite3_close(db);
        /* The hub that was copied keeps its own. */
        kit_reopen(&kit);
        struct uuid same = epoch_of(&kit);
        assert_memory_equal(&before, &same, sizeof before);
        store_close(kit.store);
        assert_int_equal(rename(path, live), 0);
        kit.store = NULL;
        kit_reopen(&kit);
        struct uuid after = epoch_of(&kit);
        assert_memory_not_equal(&before, &after, sizeof before);
        kit_reopen(&kit);
        same = epoch_of(&kit);
        assert_memory_equal(&after, &same, sizeof after);
        struct effect load = kit_by_external("c1", WANT_PERSON);
        struct dossier *d = kit_load(&kit, &load);
        assert_string_equal(d->person.first, "Nora");
        free(d);
        kit_close(&kit);
}

static void test_places(void **state)
{
        struct seal_place here = {.table = "person", .column = "identity"}, there = here;
        struct key key, other;
        uint8_t sealed[5 + SEAL_OVERHEAD], plain[5];
        (void)state;
        ids_random(&key, sizeof key);
        ids_random(&other, sizeof other);
        seal_row_id(&here, 7);
        assert_int_equal(seal(&key, &here, "hello", 5, sealed), sizeof sealed);
        assert_int_equal(seal_open(&key, &here, sealed, sizeof sealed, plain), 0);
        assert_memory_equal(plain, "hello", 5);
        assert_int_equal(seal_open(&other, &here, sealed, sizeof sealed, plain), 1);
        seal_row_id(&there, 8);
        assert_int_equal(seal_open(&key, &there, sealed, sizeof sealed, plain), 1);
        there = here;
        there.column = "hint";
        assert_int_equal(seal_open(&key, &there, sealed, sizeof sealed, plain), 1);
        there = here;
        there.table = "visit";
        assert_int_equal(seal_open(&key, &there, sealed, sizeof sealed, plain), 1);
        for (size_t i = 0; i < sizeof sealed; i++) {
                sealed[i] ^= 1;
                assert_int_equal(seal_open(&key, &here, sealed, sizeof sealed, plain), 1);
                sealed[i] ^= 1;
        }
        assert_int_equal(seal_open(&key, &here, sealed, SEAL_OVERHEAD - 1, plain), 1);
}

static void test_keys(void **state)
{
        char dir[] = "/tmp/maitred-keys-XXXXXX", error[200];
        struct keys *keys = NULL;
        struct key one, two, again;
        (void)state;
        assert_non_null(mkdtemp(dir));
        assert_int_equal(keys_open(dir, true, &keys, error, sizeof error), 0);
        assert_int_equal(keys_ready(keys, 1), 0);
        assert_int_equal(keys_ready(keys, 5000), 0);
        assert_int_equal(keys_ready(keys, KEYS_GUEST_FIRST), 0);
        assert_int_equal(keys_get(keys, 1, &one), 0);
        assert_int_equal(keys_get(keys, KEYS_GUEST_FIRST, &two), 0);
        assert_memory_not_equal(&one, &two, sizeof one);
        assert_int_equal(keys_get(keys, 0, &two), 1);
        assert_int_equal(keys_get(keys, 1000000, &two), 1);
        keys_close(keys);
        assert_int_equal(keys_open(dir, false, &keys, error, sizeof error), 0);
        assert_int_equal(keys_get(keys, 1, &again), 0);
        assert_memory_equal(&one, &again, sizeof one);
        keys_close(keys);
        kit_remove(dir);
}

int main(void)
{
        ids_init();
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_nothing_in_the_clear),
                cmocka_unit_test(test_backup),
                cmocka_unit_test(test_restore),
                cmocka_unit_test(test_places),
                cmocka_unit_test(test_keys),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
