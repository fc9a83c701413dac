#include "server/ctl/sheet.h"

#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/import.h"
#include "proto/utf8.h"
#include "server/ctl/ctl.h"

#define WINDOW      (8 * SHEET_RECORD_MAX)
#define CONVERT_MAX (3 * SHEET_RECORD_MAX) /* a windows-1252 byte becomes at most three */

struct sheet {
        int fd;
        uint64_t size_bytes, read_bytes;
        enum sheet_encoding encoding;
        iconv_t convert; /* (iconv_t)-1 for UTF-8 */
        struct csv_parser parser;
        char delimiter;
        uint64_t line; /* number of the line at `from` */
        char *in;      /* WINDOW bytes of the file; a record is always whole in here */
        size_t from, to;
        bool ended;
        char *converted; /* CONVERT_MAX bytes: the record as UTF-8 */
        size_t converted_len;
        char *cells; /* the fields of the record, one after the other */
        size_t cells_len;
        struct sheet_record *now; /* while a record is parsed */
        size_t cell_at[SHEET_COLUMNS_MAX];
        bool complete; /* the parser saw the record's end */
        struct sheet_record header;
        char *header_text; /* what the header's fields point into */
};

static int fail(struct sheet_error *error, int code, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
static int fail(struct sheet_error *error, int code, const char *format, ...)
{
        va_list args;
        va_start(args, format);
        vsnprintf(error->text, sizeof error->text, format, args);
        va_end(args);
        return code;
}

const char *sheet_encoding_word(enum sheet_encoding encoding)
{
        switch (encoding) {
        case SHEET_UTF_8:
                return "utf-8";
        case SHEET_LATIN_1:
                return "latin-1";
        case SHEET_WINDOWS_1252:
                return "windows-1252";
        }
        return "?";
}

const char *sheet_delimiter_word(char delimiter)
{
        return delimiter == ',' ? "comma" : delimiter == ';' ? "semicolon" : delimiter == '\t' ? "tab" : "?";
}

/* ---- the window ---- */

/* Reads on until the window is full or the file ends; what is before `from` is forgotten. */
static int refill(struct sheet *s)
{
        memmove(s->in, s->in + s->from, s->to - s->from);
        s->to -= s->from;
        s->from = 0;
        while (!s->ended && s->to < WINDOW) {
                ssize_t n = read(s->fd, s->in + s->to, WINDOW - s->to);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -1;
                if (n == 0)
                        s->ended = true;
                s->to += (size_t)n;
                s->read_bytes += (size_t)n;
        }
        return 0;
}

/* ---- one record ---- */

static void on_cell(void *cell, size_t len, void *ctx)
{
        struct sheet *s = ctx;
        if (s->now->n >= SHEET_COLUMNS_MAX) {
                s->now->fault = "has more than 64 columns";
                return;
        }
        if (len > CONVERT_MAX - s->cells_len) {
                s->now->fault = "is longer than 65536 bytes";
                return;
        }
        if (len > 0)
                memcpy(s->cells + s->cells_len, cell, len);
        s->cell_at[s->now->n] = s->cells_len;
        s->now->field[s->now->n++].len = len;
        s->cells_len += len;
}

static void on_end(int end, void *ctx)
{
        (void)end;
        ((struct sheet *)ctx)->complete = true;
}

/* A carriage return alone ends nothing here; the reader has taken it off where it stood before a line feed.
 */
static int is_end(unsigned char c)
{
        return c == '\n';
}

static int start_parser(struct sheet *s)
{
        if (csv_init(&s->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
                return -1;
        csv_set_delim(&s->parser, (unsigned char)s->delimiter);
        csv_set_term_func(&s->parser, is_end);
        return 0;
}

static int restart_parser(struct sheet *s)
{
        csv_free(&s->parser);
        return start_parser(s);
}

/* What is wrong with a line as text; NULL: nothing. */
static const char *text_fault(struct slice line)
{
        if (import_text_ok(line))
                return NULL;
        if (memchr(line.at, 0, line.len))
                return "has a NUL byte";
        for (size_t i = 0; i < line.len;) {
                uint32_t value;
                size_t n = utf8_step(line.at + i, line.len - i, &value);
                if (n == 0)
                        return "is not UTF-8 text (for other text use --encoding)";
                i += n;
        }
        return "has control characters";
}

/* The line as UTF-8: in place, or converted behind what the record has so far. */
static struct slice as_utf8(struct sheet *s, struct slice line)
{
        if (s->encoding == SHEET_UTF_8) {
                if (!s->now->fault)
                        s->now->fault = text_fault(line);
                return line;
        }
        /* iconv() does not change its input, but its type says that it may. */
        union {
                const char *from;
                char *to;
        } in = {line.at};
        char *out = s->converted + s->converted_len;
        size_t in_left = line.len, room = CONVERT_MAX - s->converted_len, had = room;
        if (iconv(s->convert, &in.to, &in_left, &out, &room) == (size_t)-1)
                s->now->fault = "has a byte that the encoding does not know";
        struct slice text = {s->converted + s->converted_len, had - room};
        s->converted_len += text.len;
        if (!s->now->fault)
                s->now->fault = text_fault(text);
        return text;
}

/* Feeds one line. 0, or 1 if the quotes are wrong. */
static int feed(struct sheet *s, struct slice line, bool last)
{
        if (line.len > 0 && line.at[line.len - 1] == '\r')
                line.len--;
        struct slice text = as_utf8(s, line);
        if (text.len > 0 && csv_parse(&s->parser, text.at, text.len, on_cell, on_end, s) != text.len)
                return 1;
        if (last)
                return csv_fini(&s->parser, on_cell, on_end, s) != 0;
        if (s->encoding != SHEET_UTF_8 && s->converted_len < CONVERT_MAX)
                s->converted[s->converted_len++] = '\n';
        return csv_parse(&s->parser, "\n", 1, on_cell, on_end, s) != 1;
}

/* Gives up on the record: its first line is the reject, what follows is read again from the second. */
static int give_up(struct sheet *s, size_t first_len, bool has_end, const char *fault)
{
        struct sheet_record *r = s->now;
        r->fault = fault;
        r->n = 0;
        r->raw = (struct slice){s->in + s->from, first_len};
        if (s->encoding != SHEET_UTF_8) {
                s->converted_len = 0;
                r->raw = as_utf8(s, r->raw);
                r->fault = fault;
        }
        s->from += first_len + has_end;
        s->line++;
        return restart_parser(s) == 0 ? 1 : -1;
}

/* A line that is longer than any record may be: skipped to its end. */
static int skip_long(struct sheet *s)
{
        s->now->fault = "is longer than 65536 bytes";
        s->now->raw = (struct slice){"", 0};
        for (;;) {
                char *end = memchr(s->in + s->from, '\n', s->to - s->from);
                s->from = end ? (size_t)(end - s->in) + 1 : s->to;
                if (end || (s->ended && s->from == s->to))
                        break;
                if (refill(s) != 0)
                        return -1;
        }
        s->line++;
        return restart_parser(s) == 0 ? 1 : -1;
}

static void finish(struct sheet *s, size_t len, uint64_t lines)
{
        struct sheet_record *r = s->now;
        r->raw = (struct slice){s->in + s->from, len};
        if (s->encoding != SHEET_UTF_8)
                r->raw = (struct slice){s->converted, s->converted_len};
        while (r->raw.len > 0 && (r->raw.at[r->raw.len - 1] == '\n' || r->raw.at[r->raw.len - 1] == '\r'))
                r->raw.len--;
        for (size_t i = 0; i < r->n; i++)
                r->field[i].at = s->cells + s->cell_at[i];
        if (r->fault)
                r->n = 0;
        s->from += len;
        s->line += lines;
}

/* The record at `from`: 1, or 0 if only blank lines were left, or -1. */
static int read_record(struct sheet *s, struct sheet_record *out)
{
        if (s->to - s->from < SHEET_RECORD_MAX + 2 && !s->ended && refill(s) != 0)
                return -1;
        while (s->from < s->to && (s->in[s->from] == '\n' || (s->in[s->from] == '\r' && s->from + 1 < s->to &&
                                                                     s->in[s->from + 1] == '\n'))) {
                s->line += s->in[s->from] == '\n';
                s->from++;
                if (s->from == s->to && !s->ended && refill(s) != 0)
                        return -1;
        }
        if (s->from == s->to)
                return 0;
        if (s->to - s->from < SHEET_RECORD_MAX + 2 && !s->ended && refill(s) != 0)
                return -1;
        memset(out, 0, offsetof(struct sheet_record, field));
        out->line = s->line;
        s->now = out;
        s->complete = false;
        s->cells_len = s->converted_len = 0;
        size_t at = s->from, first_len = 0;
        for (uint64_t lines = 1;; lines++) {
                const char *end = memchr(s->in + at, '\n', s->to - at);
                size_t len = (end ? (size_t)(end - s->in) : s->to) - at;
                if (lines == 1)
                        first_len = len;
                if (lines == 1 && len > SHEET_RECORD_MAX)
                        return skip_long(s);
                if (at + len - s->from > SHEET_RECORD_MAX)
                        return give_up(s, first_len, true, "opens a quote that is never closed");
                bool wrong = feed(s, (struct slice){s->in + at, len}, !end);
                at += len + (end != NULL);
                if (wrong && csv_error(&s->parser) == CSV_ENOMEM) {
                        errno = ENOMEM; /* the line is not at fault */
                        return -1;
                }
                if (wrong)
                        return give_up(s, first_len, end || lines > 1,
                                end ? "has a quote in a wrong place" : "opens a quote that is never closed");
                if (s->complete) {
                        finish(s, at - s->from, lines);
                        return 1;
                }
                if (!end) /* nothing but spaces was left */
                        return s->from = s->to, 0;
                if (at == s->to && s->ended) { /* the quote was still open at the last line's end */
                        if (csv_fini(&s->parser, on_cell, on_end, s) != 0)
                                return give_up(s, first_len, true, "opens a quote that is never closed");
                        return s->from = s->to, 0;
                }
        }
}

int sheet_next(struct sheet *sheet, struct sheet_record *out, struct sheet_error *error)
{
        int r = read_record(sheet, out);
        if (r < 0)
                fail(error, 0, "line %llu cannot be read (%s).", (unsigned long long)sheet->line,
                        strerror(errno));
        return r;
}

/* ---- opening ---- */

static int check_start(struct sheet *s, const char *path, struct sheet_error *error)
{
        const unsigned char *b = (const unsigned char *)s->in;
        size_t look = s->to < 512 ? s->to : 512;
        if (s->to == 0)
                return fail(error, CTL_DATA, "%s is empty. It needs a header line with the columns' names.",
                        path);
        if ((s->to >= 2 && ((b[0] == 0xff && b[1] == 0xfe) || (b[0] == 0xfe && b[1] == 0xff))) ||
                memchr(b, 0, look))
                return fail(error, CTL_DATA,
                        "%s is UTF-16 text or no text at all. Save it as CSV in UTF-8 and import it again.",
                        path);
        if (s->to >= 3 && b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf) {
                if (s->encoding != SHEET_UTF_8)
                        return fail(error, CTL_DATA, "%s is UTF-8 by its first bytes. Leave --encoding out.",
                                path);
                s->from = 3;
        }
        const char *cr = memchr(b, '\r', s->to), *lf = memchr(b, '\n', s->to);
        if (cr && !lf)
                return fail(error, CTL_DATA,
                        "%s has no line feeds, only carriage returns. Save it with the usual line ends.",
                        path);
        return 0;
}

/* Parses the header with one delimiter, counts the known columns and goes back. */
static int try_delimiter(
        struct sheet *s, char delimiter, sheet_likes *likes, void *ctx, size_t *known, size_t *columns)
{
        size_t from = s->from;
        s->delimiter = delimiter;
        *known = *columns = 0;
        if (restart_parser(s) != 0)
                return -1;
        int r = read_record(s, &s->header);
        for (size_t i = 0; r == 1 && i < s->header.n; i++)
                *known += likes(ctx, s->header.field[i]);
        *columns = s->header.n;
        s->from = from;
        s->line = 1;
        return r;
}

static int choose_delimiter(struct sheet *s, sheet_likes *likes, void *ctx)
{
        static const char candidates[] = {',', ';', '\t'};
        size_t best_known = 0, best_columns = 0;
        char best = ',';
        for (size_t i = 0; i < sizeof candidates; i++) {
                size_t known, columns;
                if (try_delimiter(s, candidates[i], likes, ctx, &known, &columns) < 0)
                        return -1;
                if (known > best_known || (known == best_known && columns > best_columns)) {
                        best = candidates[i];
                        best_known = known;
                        best_columns = columns;
                }
        }
        s->delimiter = best;
        return 0;
}

/* The header outlives the records, so its text is kept apart. */
static int keep_header(struct sheet *s)
{
        size_t at = 0;
        s->header_text = malloc(s->cells_len + 1);
        if (!s->header_text)
                return -1;
        for (size_t i = 0; i < s->header.n; i++) {
                struct slice *f = &s->header.field[i];
                memcpy(s->header_text + at, f->at, f->len);
                f->at = s->header_text + at;
                at += f->len;
        }
        return 0;
}

static int read_header(struct sheet *s, const char *path, char delimiter, sheet_likes *likes, void *ctx,
        struct sheet_error *error)
{
        if (refill(s) != 0)
                return fail(error, CTL_NO_INPUT, "%s cannot be read (%s).", path, strerror(errno));
        int r = check_start(s, path, error);
        if (r != 0)
                return r;
        s->delimiter = delimiter;
        if ((delimiter == 0 && choose_delimiter(s, likes, ctx) != 0) || restart_parser(s) != 0)
                return fail(error, CTL_NO_INPUT, "%s cannot be read (%s).", path, strerror(errno));
        r = read_record(s, &s->header);
        if (r < 0)
                return fail(error, CTL_NO_INPUT, "%s cannot be read (%s).", path, strerror(errno));
        if (r != 1)
                return fail(error, CTL_DATA, "%s has no header line with the columns' names.", path);
        if (s->header.fault)
                return fail(error, CTL_DATA, "%s: the header line %s.", path, s->header.fault);
        return keep_header(s) == 0 ? 0 : fail(error, CTL_NO_INPUT, "there is no memory.");
}

static int open_file(struct sheet *s, const char *path, struct sheet_error *error)
{
        struct stat st;
        s->fd = open(path, O_RDONLY | O_CLOEXEC);
        if (s->fd < 0 || fstat(s->fd, &st) != 0)
                return fail(error, CTL_NO_INPUT, "%s cannot be read (%s).", path, strerror(errno));
        if (S_ISDIR(st.st_mode))
                return fail(error, CTL_NO_INPUT, "%s is a folder, not a CSV file.", path);
        s->size_bytes = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
        if (s->encoding != SHEET_UTF_8) {
                s->convert =
                        iconv_open("UTF-8", s->encoding == SHEET_LATIN_1 ? "ISO-8859-1" : "WINDOWS-1252");
                if (s->convert == (iconv_t)-1)
                        return fail(error, CTL_NO_INPUT, "this machine cannot convert from %s.",
                                sheet_encoding_word(s->encoding));
        }
        s->in = malloc(WINDOW);
        s->cells = malloc(CONVERT_MAX);
        s->converted = malloc(CONVERT_MAX);
        if (!s->in || !s->cells || !s->converted)
                return fail(error, CTL_NO_INPUT, "there is no memory.");
        return 0;
}

int sheet_open(const char *path, char delimiter, enum sheet_encoding encoding, sheet_likes *likes, void *ctx,
        struct sheet **out, struct sheet_error *error)
{
        *out = NULL;
        struct sheet *s = calloc(1, sizeof *s);
        if (!s)
                return fail(error, CTL_NO_INPUT, "there is no memory.");
        s->fd = -1;
        s->convert = (iconv_t)-1;
        s->encoding = encoding;
        s->line = 1;
        s->delimiter = ',';
        int r = start_parser(s) == 0 ? open_file(s, path, error)
                                     : fail(error, CTL_NO_INPUT, "there is no memory.");
        if (r == 0)
                r = read_header(s, path, delimiter, likes, ctx, error);
        if (r != 0) {
                sheet_close(s);
                return r;
        }
        *out = s;
        return 0;
}

void sheet_close(struct sheet *sheet)
{
        if (!sheet)
                return;
        csv_free(&sheet->parser);
        if (sheet->convert != (iconv_t)-1)
                iconv_close(sheet->convert);
        if (sheet->fd >= 0)
                close(sheet->fd);
        free(sheet->in);
        free(sheet->cells);
        free(sheet->converted);
        free(sheet->header_text);
        free(sheet);
}

const struct sheet_record *sheet_header(const struct sheet *sheet)
{
        return &sheet->header;
}

char sheet_delimiter(const struct sheet *sheet)
{
        return sheet->delimiter;
}

uint64_t sheet_size_bytes(const struct sheet *sheet)
{
        return sheet->size_bytes;
}

uint64_t sheet_read_bytes(const struct sheet *sheet)
{
        return sheet->read_bytes - (sheet->to - sheet->from);
}
