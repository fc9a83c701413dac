#include "tests/store/kit.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/common/ids.h"

void kit_empty(const char *dir)
{
        char path[512];
        struct dirent *entry;
        DIR *d = opendir(dir);
        if (d == NULL)
                return;
        while ((entry = readdir(d)) != NULL) {
                if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
                        continue;
                snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
                unlink(path);
        }
        closedir(d);
}

void kit_remove(const char *dir)
{
        kit_empty(dir);
        rmdir(dir);
}

static void open_store(struct kit *kit)
{
        struct store_error error;
        if (store_open(&kit->options, &kit->store, &error) != 0)
                fail_msg("%s", error.text);
}

void kit_open(struct kit *kit)
{
        memset(kit, 0, sizeof *kit);
        assert_int_equal(ids_init(), 0);
        assert_int_equal(clock_set_zone("Europe/Paris"), 0);
        const char *tmp = getenv("TMPDIR");
        /* By way of a buffer: with UBSan gcc 14 takes kit for NULL at this call, and says so. */
        char dir[sizeof kit->dir];
        snprintf(dir, sizeof dir, "%.80s/maitred-store-XXXXXX", tmp ? tmp : "/tmp");
        assert_non_null(mkdtemp(dir));
        memcpy(kit->dir, dir, sizeof dir);
        kit->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        assert_true(kit->wake >= 0);
        kit->options = (struct store_options){
                .data_dir = kit->dir,
                .store_id = "main",
                .store_name = "Test house",
                .zone = "Europe/Paris",
                .currency = "EUR",
                .retention_months = 24,
                .import_slice_ms = 5,
                .cache_bytes = 8 << 20,
                .wake_fd = kit->wake,
                .loop_helps = getenv("MAITRED_STORE_HELPS") != NULL,
        };
        open_store(kit);
}

void kit_reopen(struct kit *kit)
{
        store_close(kit->store);
        open_store(kit);
}

void kit_close(struct kit *kit)
{
        store_close(kit->store);
        kit->store = NULL;
        close(kit->wake);
        kit_remove(kit->dir);
}

struct store_answer *kit_answers(struct kit *kit)
{
        int64_t next_us;
        if (kit->options.loop_helps)
                store_help(kit->store, &next_us);
        return store_answers(kit->store);
}

struct store_answer *kit_wait(struct kit *kit, uint64_t tag)
{
        for (;;) {
                int64_t next_us = INT64_MAX;
                if (kit->options.loop_helps)
                        store_help(kit->store, &next_us);
                struct store_answer *answer = store_answers(kit->store);
                if (answer != NULL) {
                        assert_null(answer->next);
                        assert_true(answer->tag == tag);
                        return answer;
                }
                struct pollfd wait = {.fd = kit->wake, .events = POLLIN};
                uint64_t n;
                assert_true(poll(&wait, 1, next_us == INT64_MAX ? 20000 : 1) == 1 || next_us != INT64_MAX);
                if (wait.revents & POLLIN)
                        assert_int_equal(read(kit->wake, &n, sizeof n), (int)sizeof n);
        }
}

int kit_commit(struct kit *kit, const struct write *writes, uint32_t n)
{
        uint64_t tag = ++kit->tag;
        assert_int_equal(store_commit(kit->store, tag, writes, n), 0);
        struct store_answer *answer = kit_wait(kit, tag);
        int result = answer->result;
        assert_int_equal(answer->kind, STORE_COMMIT);
        store_answer_free(answer);
        return result;
}

struct dossier *kit_load(struct kit *kit, const struct effect *load)
{
        uint64_t tag = ++kit->tag;
        assert_int_equal(store_load(kit->store, tag, load), 0);
        struct store_answer *answer = kit_wait(kit, tag);
        assert_int_equal(answer->result, 0);
        struct dossier *dossier = answer->dossier;
        answer->dossier = NULL;
        store_answer_free(answer);
        assert_non_null(dossier);
        /* Whatever was asked: the blob is well formed. */
        assert_true(dossier_valid(dossier, dossier->size_bytes));
        return dossier;
}

char *kit_report(struct kit *kit, enum store_report what, const char *subject, wall_ms now)
{
        uint64_t tag = ++kit->tag;
        assert_int_equal(store_report(kit->store, tag, what, subject, now), 0);
        struct store_answer *answer = kit_wait(kit, tag);
        assert_int_equal(answer->result, 0);
        char *text = answer->text;
        answer->text = NULL;
        store_answer_free(answer);
        assert_non_null(text);
        return text;
}

static void fill_row(struct import_batch *batch, struct import_row *row, char *at)
{
        size_t n = import_field_count(batch->kind);
        for (size_t i = 0; i < n; i++) {
                size_t len = strcspn(at, ";");
                row->field[i] = (struct slice){at, len};
                at += len + (at[len] == ';');
        }
        assert_int_equal(*at, 0);
        if (batch->kind != IMPORT_PURCHASES || row->field[10].len == 0)
                return;
        char text[40];
        snprintf(text, sizeof text, "%.*s", (int)row->field[10].len, row->field[10].at);
        assert_int_equal(clock_parse(text, &row->at), 0);
        row->precision = row->field[10].len > 10 ? 3 : 1;
        row->field[10].len = 0;
}

struct import_batch *kit_import(struct kit *kit, enum import_kind kind, wall_ms now, const char *rows)
{
        struct import_batch *batch = calloc(1, sizeof *batch);
        uint64_t tag = ++kit->tag;
        batch->kind = kind;
        batch->now = now;
        batch->bytes = strdup(rows);
        batch->bytes_len = strlen(rows);
        batch->rows = calloc(IMPORT_ROWS_MAX, sizeof *batch->rows);
        char *save = NULL;
        for (char *line = strtok_r(batch->bytes, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
                struct import_row *row = &batch->rows[batch->n++];
                row->line = batch->n;
                fill_row(batch, row, line);
        }
        assert_int_equal(store_import(kit->store, tag, batch), 0);
        struct store_answer *answer = kit_wait(kit, tag);
        assert_int_equal(answer->result, 0);
        batch = answer->batch;
        answer->batch = NULL;
        store_answer_free(answer);
        return batch;
}

void kit_import_counts(struct kit *kit, enum import_kind kind, const char *rows, uint64_t new,
        uint64_t updated, uint64_t same, uint64_t no_customer, uint64_t not_kept, uint64_t rejected)
{
        struct import_batch *batch = kit_import(kit, kind, NOW, rows);
        const uint64_t expect[IMPORT_OUTCOMES] = {new, updated, same, no_customer, not_kept, rejected};
        for (uint32_t i = 0; i < batch->n; i++)
                if (batch->rows[i].outcome == IMPORT_REJECTED && rejected == 0)
                        print_message("row %u: %s\n", i + 1, batch->rows[i].reason);
        for (int i = 0; i < IMPORT_OUTCOMES; i++)
                if (batch->counts[i] != expect[i])
                        fail_msg("outcome %d: %d, expected %d", i, (int)batch->counts[i], (int)expect[i]);
        import_batch_free(batch);
}

struct effect kit_by_external(const char *external, uint32_t want)
{
        struct effect e = {.kind = EFFECT_LOAD,
                .load = {.by = LOAD_BY_EXTERNAL_ID,
                        .want = want,
                        .now = NOW,
                        .as_of = NOW,
                        .day = clock_store_day(NOW)}};
        snprintf(e.load.external, sizeof e.load.external, "%s", external);
        return e;
}

struct effect kit_by_person(uint32_t person, uint32_t want)
{
        struct effect e = kit_by_external("", want);
        e.load.by = LOAD_BY_PERSON;
        e.load.person = person;
        return e;
}

struct uuid kit_uuid(void)
{
        return ids_uuid(NOW);
}

struct digest kit_digest(const char *text)
{
        return ids_digest_of(text, strlen(text));
}

struct write kit_consent(uint32_t person, uint8_t category, uint8_t state, uint32_t store, wall_ms at)
{
        return (struct write){.kind = WRITE_CONSENT,
                .consent = {.id = kit_uuid(),
                        .person = person,
                        .row = {.purpose = category == CATEGORY_PRESENCE ? PURPOSE_ALERT : PURPOSE_HISTORY,
                                .category = category,
                                .state = state,
                                .mode = MODE_ASK,
                                .store = store,
                                .at = at,
                                .valid_until = at + 365 * DAY_MS,
                                .day = clock_store_day(at),
                                .notice = 1},
                        .steps = 3}};
}
