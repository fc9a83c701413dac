/* Memory that runs out in maitrectl: a file's records, times in their zones, a whole import without a hub,
 * the demo store. */
#include "tests/fault/fault.h"

#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/ctl/demo.h"
#include "server/ctl/import.h"
#include "tests/ctl/temporary.h"

int __real_csv_init(struct csv_parser *parser, unsigned char options);
int __wrap_csv_init(struct csv_parser *parser, unsigned char options);

int __wrap_csv_init(struct csv_parser *parser, unsigned char options)
{
        int rc = __real_csv_init(parser, options);
        csv_set_realloc_func(parser, realloc);
        csv_set_free_func(parser, free);
        return rc;
}

static const char people[] =
        "id;name;contact\nc1;Nora Lind;nora@mail.example\nc2;\"Jo; Ek\";\n"
        "c3;A very long name, so that a cell must grow beyond what the parser has at first "
        "and is asked to grow again and again until it has grown enough for all of this;\n";

/* All fields of a file one behind the other; -1 with *error if it cannot be read. */
static int read_all(char *out, size_t room, struct sheet_error *error)
{
        static enum import_kind kind = IMPORT_CUSTOMERS;
        struct sheet *sheet;
        static struct sheet_record r;
        size_t at = 0;
        out[0] = 0;
        if (sheet_open("people.csv", 0, SHEET_UTF_8, map_likes, &kind, &sheet, error) != 0)
                return -1;
        int rc;
        while ((rc = sheet_next(sheet, &r, error)) == 1) {
                at += (size_t)snprintf(out + at, room - at, "%s|", r.fault ? r.fault : "");
                for (size_t i = 0; i < r.n; i++)
                        at += (size_t)snprintf(
                                out + at, room - at, "%.*s|", (int)r.field[i].len, r.field[i].at);
        }
        sheet_close(sheet);
        return rc;
}

static void sheets(void **state)
{
        static char good[4096], text[4096];
        struct sheet_error error;
        (void)state;
        temporary_text("people.csv", people);
        assert_int_equal(read_all(good, sizeof good, &error), 0);
        struct fault fault = {"a sheet"};
        while (fault_next(&fault)) {
                fault_go(&fault);
                int rc = read_all(text, sizeof text, &error);
                bool hit = fault_halt(&fault);
                assert_true(rc == 0 || hit); /* libcsv tries again with less */
                if (rc == 0)
                        assert_string_equal(text, good); /* no record counted as faulty for want of memory */
                else if (strstr(error.text, "memory") == NULL)
                        fail_msg("%s", error.text);
        }
}

/* A time of a store in another zone is never read as one of the hub's. */
static void zones(void **state)
{
        static char scratch[IMPORT_SCRATCH];
        struct import_run run = {.hub_zone = zone_find(slice_of("Europe/Paris")),
                .zones = json_pack("{s:s}", "lyon", "America/New_York")};
        static struct map map = {.kind = IMPORT_PURCHASES, .n_columns = 4};
        static struct sheet_record record = {
                .line = 2, .n = 4, .field = {{"x1", 2}, {"c1", 2}, {"lyon", 4}, {"2026-03-04 10:00", 16}}};
        struct import_row row;
        (void)state;
        for (size_t i = 0; i < IMPORT_FIELDS_MAX; i++)
                map.column[i] = -1;
        map.column[import_field_find(IMPORT_PURCHASES, "id")] = 0;
        map.column[import_field_find(IMPORT_PURCHASES, "customer")] = 1;
        map.column[import_field_find(IMPORT_PURCHASES, "store")] = 2;
        map.column[import_field_find(IMPORT_PURCHASES, "at")] = 3;
        struct fault fault = {.what = "a row", .lasting = true}; /* zones that are known stay known */
        while (fault_next(&fault)) {
                fault_go(&fault);
                int rc = import_row_make(&run, &map, &record, scratch, &row);
                bool hit = fault_halt(&fault);
                assert_int_equal(rc, hit ? 1 : 0);
                if (rc == 0)
                        assert_true(row.at == INT64_C(1772636400000)); /* 15:00 UTC */
                else if (strstr(row.reason, "memory") == NULL)
                        fail_msg("%s", row.reason);
                if (fault.for_ever)
                        break; /* it is known now */
        }
        json_decref(run.zones);
}

static int keep_out, keep_err;

static void quiet(const char *path)
{
        fflush(stdout);
        fflush(stderr);
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        keep_out = dup(1);
        keep_err = dup(2);
        assert_true(fd >= 0 && dup2(fd, 1) == 1 && dup2(fd, 2) == 2);
        close(fd);
}

static void loud(void)
{
        fflush(stdout);
        fflush(stderr);
        dup2(keep_out, 1);
        dup2(keep_err, 2);
        close(keep_out);
        close(keep_err);
}

static size_t said(char *out, size_t room)
{
        int fd = open("said", O_RDONLY);
        ssize_t n = read(fd, out, room - 1);
        close(fd);
        assert_true(n >= 0);
        out[n] = 0;
        return (size_t)n;
}

static int dry_run(void)
{
        struct ctl ctl = {.json = false};
        struct import_run run = {.ctl = &ctl, .yes = true, .dry_run = true};
        return import_file(&run, IMPORT_CUSTOMERS, "people.csv");
}

static void imports(void **state)
{
        static char text[8192];
        int rc;
        (void)state;
        temporary_text("people.csv", people);
        struct fault fault = {"a dry run"};
        while (fault_next(&fault)) {
                quiet("said");
                fault_go(&fault);
                rc = dry_run();
                bool hit = fault_halt(&fault);
                loud();
                said(text, sizeof text);
                assert_true(rc == 0 || hit);
                if (rc == 0)
                        assert_non_null(strstr(text, "3 would be sent, 0 without customer, 0 rejected"));
                else if (strstr(text, "memory") == NULL)
                        fail_msg("%s", text);
        }
}

static void demo(void **state)
{
        static struct demo made;
        (void)state;
        struct fault fault = {"demo_make"};
        while (fault_next(&fault)) {
                fault_go(&fault);
                int rc = demo_make(&made, 7, DEMO_PEOPLE_LEAST, DEMO_LINES_LEAST, INT64_C(1772636400));
                bool hit = fault_halt(&fault);
                assert_int_equal(rc, hit ? -1 : 0);
                demo_finish(&made);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(sheets),
                cmocka_unit_test(zones),
                cmocka_unit_test(imports),
                cmocka_unit_test(demo),
        };
        fault_libraries();
        return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}
