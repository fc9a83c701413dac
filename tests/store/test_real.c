/* Real shops' data, read where it lies beside the project: every line accounted for, and sakila's ties
 * decided. */
#include "tests/store/kit.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/common/clock.h"

#define BATCH 500

struct reader {
        struct kit *kit;
        enum import_kind kind;
        wall_ms now;
        int map[64]; /* CSV column -> field, -1 = not ours */
        int column, rows;
        struct import_batch *batch;
        size_t room;
        uint64_t counts[IMPORT_OUTCOMES], read, first_reject;
        char reason[IMPORT_REASON_MAX];
};

/* The columns that these files name differently. */
static int field_of(enum import_kind kind, const char *column)
{
        return import_field_find(kind, strcmp(column, "category") == 0 ? "class" : column);
}

static void start(struct reader *r)
{
        r->batch = calloc(1, sizeof *r->batch);
        r->batch->kind = r->kind;
        r->batch->now = r->now;
        r->batch->rows = calloc(BATCH, sizeof *r->batch->rows);
        r->room = BATCH * 1024;
        r->batch->bytes = malloc(r->room);
}

static void flush(struct reader *r)
{
        if (r->batch->n == 0)
                return;
        uint64_t tag = ++r->kit->tag;
        assert_int_equal(store_import(r->kit->store, tag, r->batch), 0);
        struct store_answer *answer = kit_wait(r->kit, tag);
        assert_int_equal(answer->result, 0);
        for (int i = 0; i < IMPORT_OUTCOMES; i++)
                r->counts[i] += answer->batch->counts[i];
        for (uint32_t i = 0; i < answer->batch->n; i++)
                if (answer->batch->rows[i].outcome == IMPORT_REJECTED)
                        memcpy(r->reason, answer->batch->rows[i].reason, sizeof r->reason);
        store_answer_free(answer);
        start(r);
}

static void on_field(void *bytes, size_t len, void *context)
{
        struct reader *r = context;
        int column = r->column++;
        char text[64];
        if (r->rows == 0) {
                snprintf(text, sizeof text, "%.*s", (int)len, (const char *)bytes);
                r->map[column] = field_of(r->kind, text);
                return;
        }
        struct import_row *row = &r->batch->rows[r->batch->n];
        int field = column < 64 ? r->map[column] : -1;
        char out[IMPORT_FIELD_MAX + 1];
        struct slice result;
        const char *why;
        if (field < 0)
                return;
        const struct import_field *f = &import_fields(r->kind)[field];
        if (f->form == IMPORT_FORM_TIME) {
                snprintf(text, sizeof text, "%.*s", (int)len, (const char *)bytes);
                if (clock_parse(text, &row->at) == 0)
                        row->precision = 3;
                return;
        }
        if (import_normalise(f->form, (struct slice){bytes, len}, out, &result, &why) != 0)
                return; /* counted as an empty field */
        assert_true(r->batch->bytes_len + result.len <= r->room);
        char *at = r->batch->bytes + r->batch->bytes_len;
        memcpy(at, result.at, result.len);
        r->batch->bytes_len += result.len;
        row->field[field] = (struct slice){at, result.len};
}

static void on_row(int end, void *context)
{
        struct reader *r = context;
        (void)end;
        r->column = 0;
        if (r->rows++ == 0)
                return;
        r->read++;
        r->batch->n++;
        if (r->batch->n == BATCH)
                flush(r);
}

static bool import_file(
        struct kit *kit, const char *set, enum import_kind kind, wall_ms now, struct reader *r)
{
        char path[512], chunk[8192];
        snprintf(path, sizeof path, "%s/%s/csv/%s.csv", SHARED_DATA, set, import_kind_word(kind));
        FILE *file = fopen(path, "r");
        memset(r, 0, sizeof *r);
        if (file == NULL)
                return false;
        *r = (struct reader){.kit = kit, .kind = kind, .now = now};
        start(r);
        struct csv_parser parser;
        assert_int_equal(csv_init(&parser, 0), 0);
        size_t n;
        while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
                assert_int_equal(csv_parse(&parser, chunk, n, on_field, on_row, r), n);
        csv_fini(&parser, on_field, on_row, r);
        csv_free(&parser);
        fclose(file);
        flush(r);
        import_batch_free(r->batch);
        uint64_t sum = 0;
        for (int i = 0; i < IMPORT_OUTCOMES; i++)
                sum += r->counts[i];
        assert_true(sum == r->read);
        if (r->counts[IMPORT_REJECTED] > 0)
                print_message("%s %s: %d rejected, such as: %s\n", set, import_kind_word(kind),
                        (int)r->counts[IMPORT_REJECTED], r->reason);
        return true;
}

static void import_set(struct kit *kit, const char *set, wall_ms now, struct reader *purchases)
{
        struct reader r;
        kit_open(kit);
        for (int kind = IMPORT_STORES; kind <= IMPORT_CUSTOMERS; kind++)
                import_file(kit, set, (enum import_kind)kind, now, &r);
        if (!import_file(kit, set, IMPORT_PURCHASES, now, purchases))
                skip();
}

static wall_ms day(const char *text)
{
        wall_ms at = 0;
        assert_int_equal(clock_parse(text, &at), 0);
        return at;
}

static void set_is_there(const char *set)
{
        char path[512];
        snprintf(path, sizeof path, "%s/%s/csv", SHARED_DATA, set);
        if (access(path, R_OK) == 0)
                return;
        print_message("%s is not there\n", path);
        skip();
}

/* 599 customers, all served by both clerks: 35 ties, of which 2 tie on the latest sale as well. */
static void test_sakila(void **state)
{
        struct kit kit;
        struct reader r;
        (void)state;
        set_is_there("retail-sakila");
        import_set(&kit, "retail-sakila", day("2006-03-01"), &r);
        assert_int_equal(r.counts[IMPORT_NEW], 16049);
        char *text = kit_report(&kit, REPORT_PREFERRED_ALL, "", day("2006-03-01"));
        assert_string_equal(text,
                "{\"people\":599,\"her_choice\":0,\"lines\":564,\"latest_sale\":33,\"lowest_id\":2,"
                "\"nobody\":0,\"ties\":35}");
        free(text);
        /* The same file again changes nothing. */
        assert_true(import_file(&kit, "retail-sakila", IMPORT_PURCHASES, day("2006-03-01"), &r));
        assert_int_equal(r.counts[IMPORT_SAME], 16049);
        kit_close(&kit);
}

static void test_oracle(void **state)
{
        struct kit kit;
        struct reader r;
        (void)state;
        set_is_there("retail-oracle-co");
        import_set(&kit, "retail-oracle-co", day("2022-06-01"), &r);
        assert_int_equal(r.counts[IMPORT_NEW], 3914);
        kit_close(&kit);
}

static void test_chinook(void **state)
{
        struct kit kit;
        struct reader r;
        (void)state;
        set_is_there("retail-chinook");
        import_set(&kit, "retail-chinook", day("2026-01-01"), &r);
        assert_int_equal(r.counts[IMPORT_NEW], 2240);
        kit_close(&kit);
}

/* No staff, no stores, and more than a third of the lines without a customer. */
static void test_online_retail(void **state)
{
        struct kit kit;
        struct reader r;
        (void)state;
        set_is_there("retail-online-retail");
        import_set(&kit, "retail-online-retail", day("2012-01-01"), &r);
        assert_int_equal(r.counts[IMPORT_NEW], 34883);
        assert_int_equal(r.counts[IMPORT_NO_CUSTOMER], 20507);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_sakila),
                cmocka_unit_test(test_oracle),
                cmocka_unit_test(test_chinook),
                cmocka_unit_test(test_online_retail),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
