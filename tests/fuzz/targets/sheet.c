/* A CSV file in whatever state, all the way to the batch that would go to the hub: what the client makes of a
 * row, the hub takes. The input's first bytes choose kind, delimiter, encoding and the operator's --map. */
#include "server/ctl/import.h"
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define STRETCH       4096
#define STRETCHED_MAX (256 * 1024)

static struct import_run run;
static char path[64];
static int fd;
static uint8_t *packed;
static char *scratch;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        fd = memfd_create("sheet", MFD_CLOEXEC);
        MUST(fd >= 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        packed = malloc(IMPORT_PACKED_MAX);
        scratch = malloc(IMPORT_SCRATCH);
        run.zones = json_pack("{s:s}", "s1", "America/New_York");
        run.hub_zone = zone_find(slice_of("Europe/Paris"));
        MUST(packed && scratch && run.zones && run.hub_zone);
        return 0;
}

/* A vertical tab stands for 4,096 letters, so that a short input can be a long line. */
static struct slice stretched(struct slice text)
{
        size_t n = 0, tabs = 0;
        for (size_t i = 0; i < text.len; i++)
                tabs += text.at[i] == '\v';
        char *out = malloc(text.len + tabs * STRETCH + 1);
        MUST(out != NULL);
        for (size_t i = 0; i < text.len; i++) {
                if (text.at[i] == '\v' && n < STRETCHED_MAX) {
                        memset(out + n, 'x', STRETCH);
                        n += STRETCH;
                } else {
                        out[n++] = text.at[i];
                }
        }
        return (struct slice){out, n};
}

static bool inside(struct slice s, struct slice whole)
{
        return s.len == 0 || (s.at >= whole.at && s.at + s.len <= whole.at + whole.len);
}

/* The one row as a batch of its own. */
static void check_row(const struct map *map, const struct sheet_record *record)
{
        struct import_row row = {.line = record->line};
        struct import_pack pack;
        const char *why = NULL;
        int made = import_row_make(&run, map, record, scratch, &row);
        MUST(made >= 0 && made <= 2);
        if (made == 1)
                MUST(row.reason[0] != '\0' && strlen(row.reason) < sizeof row.reason);
        if (made != 0)
                return;
        import_pack_start(&pack, map->kind, packed);
        MUST(import_pack_row(&pack, &row) == 0);
        struct import_batch *batch = import_unpack(packed, pack.len, &why);
        MUST(batch != NULL && batch->n == 1);
        import_batch_free(batch);
}

static void check_record(const struct sheet_record *r, uint64_t *line)
{
        MUST(r->line > *line && r->n <= SHEET_COLUMNS_MAX);
        *line = r->line;
        if (r->fault) {
                MUST(r->n == 0 && r->fault[0] != '\0');
                return;
        }
        MUST(r->n >= 1);
        for (size_t i = 0; i < r->n; i++)
                MUST(import_text_ok(r->field[i]));
}

static void read_all(struct sheet *sheet, const struct map *map, uint64_t lines)
{
        struct sheet_record record;
        struct sheet_error error;
        uint64_t line = sheet_header(sheet)->line;
        int more;
        while ((more = sheet_next(sheet, &record, &error)) == 1) {
                check_record(&record, &line);
                MUST(line <= lines);
                if (map && !record.fault)
                        check_row(map, &record);
        }
        MUST(more == 0 && sheet_read_bytes(sheet) == sheet_size_bytes(sheet));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        static const char delimiters[] = {0, ',', ';', '\t', '|'};
        struct feed feed = {bytes, len};
        enum import_kind kind = (enum import_kind)(1 + feed_byte(&feed) % IMPORT_KINDS);
        uint8_t form = feed_byte(&feed);
        char *choice = fuzz_string(feed_text(&feed));
        struct slice text = stretched(feed_rest(&feed));
        struct map_choices choices = {0};
        struct map_error wrong;
        struct sheet_error error;
        struct sheet *sheet;
        struct map map;
        uint64_t lines = 1;
        for (size_t i = 0; i < text.len; i++)
                lines += text.at[i] == '\n';
        if (map_choose(&choices, choice, &wrong) != 0)
                MUST(wrong.text[0] != '\0' && choices.n == 0);
        free(choice);
        MUST(ftruncate(fd, 0) == 0 && pwrite(fd, text.at, text.len, 0) == (ssize_t)text.len);
        free((void *)(uintptr_t)text.at);
        int rc = sheet_open(path, delimiters[form % sizeof delimiters], (enum sheet_encoding)(form / 8 % 3),
                map_likes, &kind, &sheet, &error);
        if (rc != 0) {
                MUST(error.text[0] != '\0' && sheet == NULL);
                return 0;
        }
        const struct sheet_record *header = sheet_header(sheet);
        for (size_t i = 0; i < header->n; i++)
                MUST(inside(header->field[i], (struct slice){header->field[0].at, SHEET_RECORD_MAX * 3}));
        int mapped = map_make(&map, kind, header, &choices, &wrong);
        MUST(mapped == 0 || wrong.text[0] != '\0');
        read_all(sheet, mapped == 0 ? &map : NULL, lines);
        sheet_close(sheet);
        return 0;
}
