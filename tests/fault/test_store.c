/* Memory that runs out under the database, SQLite's own included: whoever asks is refused and may ask again,
 * nothing is there by halves, nothing is said that is not so, and the hub need not stop. */
#include "tests/fault/fault.h"
#include "tests/store/kit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/common/ids.h"
#include "server/common/log.h"
#include "server/rulebook/render.h"

static struct fault fault;
static bool hit; /* in the newest call */

/* One job under a fault: its answer, or NULL if it was not taken. */
static struct store_answer *answer_of(struct kit *kit, int submitted)
{
        struct store_answer *answer = submitted == 0 ? kit_wait(kit, kit->tag) : NULL;
        hit = fault_halt(&fault);
        if (answer == NULL)
                assert_true(hit);
        else if (answer->result < 0)
                fail_msg("%s: the hub would have to stop when allocation %d fails%s", fault.what,
                        (int)fault.n, fault.for_ever ? " and all after it" : "");
        return answer;
}

static void start(const char *what)
{
        fault = (struct fault){.what = what, .lasting = true};
}

static const char stock[] = "Coats;Women;0\nHats;Women;0\n";
static const char lines[] = "x1;c1;a1;main;;;Coats;12;EUR;1;2026-03-08 10:00:00;;;;Navy coat;navy;38\n"
                            "x2;c1;a1;main;;;Hats;10;EUR;1;2026-03-07 10:00:00;;;;Felt hat;;\n"
                            "x3;c1;;;online;;Coats;15;EUR;1;2026-03-06 10:00:00;;;;Rain coat;;\n";

static void fill(struct kit *kit)
{
        kit_import_counts(kit, IMPORT_CLASSES, stock, 2, 0, 0, 0, 0, 0);
        kit_import_counts(kit, IMPORT_ASSOCIATES, "a1;Ida Moe;main;Women;;\n", 1, 0, 0, 0, 0, 0);
        kit_import_counts(kit, IMPORT_PURCHASES, lines, 3, 0, 0, 0, 0, 0);
}

static void finish(struct kit *kit)
{
        kit_close(kit);
        assert_true(fault_all_back());
        if (sqlite3_memory_used() != 0)
                fail_msg("SQLite still has %d bytes", (int)sqlite3_memory_used());
}

/* ---- start */

static void opening(void **state)
{
        struct kit kit;
        struct store_error error;
        (void)state;
        kit_open(&kit);
        fill(&kit);
        store_close(kit.store);
        fault = (struct fault){.what = "store_open", .apart = 150};
        while (fault_next(&fault)) {
                fault_go(&fault);
                int rc = store_open(&kit.options, &kit.store, &error);
                hit = fault_halt(&fault);
                if (rc == 0) {
                        struct effect load = kit_by_external("c1", WANT_PERSON | WANT_LINES);
                        load.load.assume = ~0u;
                        struct dossier *d = kit_load(&kit, &load);
                        assert_int_equal(d->n_lines, 3);
                        free(d);
                        store_close(kit.store);
                } else {
                        assert_true(hit);
                        if (strstr(error.text, "memory") == NULL)
                                fail_msg("%s", error.text);
                }
                assert_true(sqlite3_memory_used() == 0);
        }
        kit.store = NULL;
        finish(&kit);
}

static void first_start(void **state)
{
        struct kit kit;
        struct store_error error;
        (void)state;
        kit_open(&kit);
        store_close(kit.store);
        fault = (struct fault){.what = "store_open of a new database", .apart = 400};
        while (fault_next(&fault)) {
                kit_remove(kit.dir);
                assert_int_equal(mkdir(kit.dir, 0700), 0);
                fault_go(&fault);
                int rc = store_open(&kit.options, &kit.store, &error);
                hit = fault_halt(&fault);
                assert_true(rc == 0 || hit);
                if (rc != 0 && store_open(&kit.options, &kit.store, &error) != 0)
                        fail_msg("after a start without memory: %s", error.text);
                kit_import_counts(&kit, IMPORT_CLASSES, stock, 2, 0, 0, 0, 0, 0);
                store_close(kit.store);
        }
        kit.store = NULL;
        finish(&kit);
}

static void snapshots(void **state)
{
        struct kit kit;
        struct store_error error;
        struct snapshot snapshot;
        (void)state;
        kit_open(&kit);
        fill(&kit);
        kit_reopen(&kit);
        start("store_snapshot");
        while (fault_next(&fault)) {
                fault_go(&fault);
                int rc = store_snapshot(kit.store, NOW, 20522, &snapshot, &error);
                hit = fault_halt(&fault);
                assert_true(rc == 0 || hit);
                if (rc == 0)
                        assert_int_equal(snapshot.roster->n_associates, 1);
                snapshot_free(&snapshot);
        }
        finish(&kit);
}

/* ---- commits */

static char card[CARD_FRAME_SIZE];

static uint32_t arrival(uint32_t number, struct write out[4])
{
        struct uuid visit = kit_uuid();
        uint32_t guest = 0x80000000u + number;
        out[0] = (struct write){.kind = WRITE_GUEST, .guest = {.person = guest, .language = "en"}};
        out[1] = (struct write){.kind = WRITE_SESSION,
                .session = {.token = ids_digest_of(&number, sizeof number),
                        .row = {.kind = SESSION_PHONE, .subject = guest, .expires = NOW + DAY_MS}}};
        out[2] = (struct write){.kind = WRITE_VISIT,
                .visit = {.id = visit, .person = guest, .state = VISIT_OPEN, .started = NOW, .hint = "coat"}};
        out[3] = (struct write){.kind = WRITE_DISCLOSURE,
                .disclosure = {.id = kit_uuid(), .visit = visit, .person = guest, .card = card, .at = NOW}};
        return 4;
}

static bool is_there(struct kit *kit, uint32_t number)
{
        struct effect load = kit_by_external("", WANT_PERSON);
        load.load.by = LOAD_BY_TOKEN;
        load.load.key = ids_digest_of(&number, sizeof number);
        struct dossier *d = kit_load(kit, &load);
        bool session = (d->found & DOSSIER_SESSION) != 0, person = (d->found & DOSSIER_PERSON) != 0;
        free(d);
        assert_int_equal(session, person);
        return session;
}

static void commits(void **state)
{
        struct kit kit;
        struct write writes[4];
        uint32_t number = 0;
        (void)state;
        memset(card, 'x', sizeof card);
        kit_open(&kit);
        start("store_commit");
        while (fault_next(&fault)) {
                uint32_t n = arrival(++number, writes);
                kit_reopen(&kit); /* nothing compiled, nothing cached */
                fault_go(&fault);
                struct store_answer *answer = answer_of(&kit, store_commit(kit.store, ++kit.tag, writes, n));
                bool done = answer != NULL && answer->result == 0;
                store_answer_free(answer);
                assert_true(done || hit);
                assert_int_equal(is_there(&kit, number), done);
                if (!done)
                        assert_int_equal(kit_commit(&kit, writes, n), 0);
                assert_true(is_there(&kit, number));
        }
        finish(&kit);
}

/* ---- reads */

static void dossiers(void **state)
{
        struct kit kit;
        struct effect load = kit_by_external("c1", WANT_PERSON | WANT_LINES);
        (void)state;
        load.load.assume = ~0u;
        kit_open(&kit);
        fill(&kit);
        struct dossier *good = kit_load(&kit, &load);
        assert_int_equal(good->n_lines, 3);
        start("store_load");
        while (fault_next(&fault)) {
                kit_reopen(&kit);
                fault_go(&fault);
                struct store_answer *answer = answer_of(&kit, store_load(kit.store, ++kit.tag, &load));
                if (answer != NULL && answer->result == 0) {
                        assert_non_null(answer->dossier);
                        assert_int_equal(answer->dossier->size_bytes, good->size_bytes);
                        assert_memory_equal(answer->dossier, good, good->size_bytes);
                } else {
                        assert_true(hit);
                }
                store_answer_free(answer);
        }
        free(good);
        finish(&kit);
}

static void rosters(void **state)
{
        struct kit kit;
        (void)state;
        kit_open(&kit);
        fill(&kit);
        start("store_roster");
        while (fault_next(&fault)) {
                kit_reopen(&kit);
                fault_go(&fault);
                struct store_answer *answer = answer_of(&kit, store_roster(kit.store, ++kit.tag, NOW));
                if (answer != NULL && answer->result == 0) {
                        assert_int_equal(answer->roster->n_associates, 1);
                        assert_string_equal(answer->roster->associates[0].first, "Ida");
                } else {
                        assert_true(hit);
                }
                store_answer_free(answer);
        }
        finish(&kit);
}

static void reports(void **state, const char *what, enum store_report which, const char *subject)
{
        struct kit kit;
        (void)state;
        kit_open(&kit);
        fill(&kit);
        kit_reopen(&kit);
        char *good = kit_report(&kit, which, subject, NOW);
        start(what);
        while (fault_next(&fault)) {
                fault_go(&fault);
                struct store_answer *answer =
                        answer_of(&kit, store_report(kit.store, ++kit.tag, which, subject, NOW));
                if (answer != NULL && answer->result == 0)
                        assert_string_equal(answer->text, good);
                else
                        assert_true(hit);
                store_answer_free(answer);
        }
        free(good);
        finish(&kit);
}

static void preferred(void **state)
{
        reports(state, "explain preferred", REPORT_PREFERRED, "c1");
}

static void preferred_all(void **state)
{
        reports(state, "explain preferred --all", REPORT_PREFERRED_ALL, "");
}

static void status(void **state)
{
        reports(state, "status", REPORT_STATUS, "");
}

/* ---- imports and backups */

static struct import_batch *people(uint32_t first, uint32_t n)
{
        struct import_batch *batch = calloc(1, sizeof *batch);
        char *at = batch->bytes = malloc((size_t)n * 16);
        batch->kind = IMPORT_PURCHASES;
        batch->now = NOW;
        batch->n = n;
        batch->rows = calloc(n, sizeof *batch->rows);
        for (uint32_t i = 0; i < n; i++, at += 16) {
                int len = snprintf(at, 16, "p%u", first + i);
                struct import_row *row = &batch->rows[i];
                row->line = i + 1;
                row->field[0] = row->field[1] = (struct slice){at, (size_t)len};
                row->field[6] = (struct slice){"Scarves", 7};
                row->field[7] = (struct slice){"12.50", 5};
                row->at = NOW - DAY_MS;
                row->precision = 1;
        }
        return batch;
}

static uint32_t there(struct kit *kit, uint32_t first, uint32_t n)
{
        uint32_t found = 0;
        char external[16];
        for (uint32_t i = 0; i < n; i++) {
                snprintf(external, sizeof external, "p%u", first + i);
                struct effect load = kit_by_external(external, WANT_PERSON);
                struct dossier *d = kit_load(kit, &load);
                found += (d->found & DOSSIER_PERSON) != 0;
                free(d);
        }
        return found;
}

static void imports(void **state)
{
        enum { ROWS = 4 };
        struct kit kit;
        uint32_t first = 1;
        (void)state;
        kit_open(&kit);
        kit.options.import_slice_ms = 60000; /* one transaction */
        start("store_import");
        while (fault_next(&fault)) {
                kit_reopen(&kit);
                struct import_batch *batch = people(first, ROWS);
                fault_go(&fault);
                struct store_answer *answer = answer_of(&kit, store_import(kit.store, ++kit.tag, batch));
                bool done = answer != NULL && answer->result == 0;
                if (done)
                        assert_int_equal(answer->batch->counts[IMPORT_NEW], ROWS);
                store_answer_free(answer);
                assert_true(done || hit);
                assert_int_equal(there(&kit, first, ROWS), done ? ROWS : 0);
                if (!done) {
                        assert_int_equal(store_import(kit.store, ++kit.tag, people(first, ROWS)), 0);
                        answer = kit_wait(&kit, kit.tag);
                        assert_int_equal(answer->result, 0);
                        assert_int_equal(answer->batch->counts[IMPORT_NEW], ROWS);
                        store_answer_free(answer);
                        assert_int_equal(there(&kit, first, ROWS), ROWS);
                }
                first += ROWS;
        }
        finish(&kit);
}

static void backups(void **state)
{
        struct kit kit;
        char path[256], journal[256];
        (void)state;
        kit_open(&kit);
        fill(&kit);
        kit_reopen(&kit);
        snprintf(path, sizeof path, "%s/copy.db", kit.dir);
        snprintf(journal, sizeof journal, "%s/copy.db-journal", kit.dir);
        start("store_backup");
        fault.apart = 12;
        while (fault_next(&fault)) {
                fault_go(&fault);
                struct store_answer *answer = answer_of(&kit, store_backup(kit.store, ++kit.tag, path));
                bool done = answer != NULL && answer->result == 0;
                if (!done && !hit)
                        fail_msg("allocation %d: %s", (int)fault.n, answer->text ? answer->text : "refused");
                store_answer_free(answer);
                if ((access(path, F_OK) == 0) != done)
                        fail_msg("allocation %d: the copy is %s", (int)fault.n,
                                done ? "not there" : "left over");
                assert_int_equal(access(journal, F_OK), -1); /* the next copy would begin with it */
                if (!done)
                        continue;
                sqlite3 *copy;
                assert_int_equal(sqlite3_open_v2(path, &copy, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
                assert_int_equal(sqlite3_exec(copy, "PRAGMA quick_check", NULL, NULL, NULL), SQLITE_OK);
                sqlite3_close(copy);
                unlink(path);
        }
        finish(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(opening),
                cmocka_unit_test(first_start),
                cmocka_unit_test(snapshots),
                cmocka_unit_test(commits),
                cmocka_unit_test(dossiers),
                cmocka_unit_test(rosters),
                cmocka_unit_test(preferred),
                cmocka_unit_test(preferred_all),
                cmocka_unit_test(status),
                cmocka_unit_test(imports),
                cmocka_unit_test(backups),
        };
        /* Thousands of starts: where flushes cost nothing, if there is such a place. */
        if (access("/dev/shm", W_OK) == 0)
                setenv("TMPDIR", "/dev/shm", 1);
        fault_libraries();
        log_open("fault", LOG_ERROR);
        return cmocka_run_group_tests(tests, NULL, NULL);
}
