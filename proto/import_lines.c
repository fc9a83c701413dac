/* Rows of an import as the console sends them [P137]: one line a row, its parts set apart by tabs. */
#include "proto/import.h"

#include <stdio.h>
#include <stdlib.h>

#define LATEST_MS (INT64_C(4102444800000)) /* 2100: no purchase is later */

/* Up to the next `end`, which is passed; false: nothing is left. */
static bool part(struct slice *rest, char end, struct slice *out)
{
        if (!rest->at)
                return false;
        const char *at = memchr(rest->at, end, rest->len);
        *out = (struct slice){rest->at, at ? (size_t)(at - rest->at) : rest->len};
        *rest = at ? (struct slice){at + 1, rest->len - out->len - 1} : (struct slice){NULL, 0};
        return true;
}

static bool number(struct slice text, int64_t most, int64_t *out)
{
        *out = 0;
        if (text.len == 0 || text.len > 15)
                return false;
        for (size_t i = 0; i < text.len; i++) {
                if (text.at[i] < '0' || text.at[i] > '9')
                        return false;
                *out = *out * 10 + (text.at[i] - '0');
        }
        return *out <= most;
}

static void reject(struct import_row *row, const char *field, const char *why)
{
        row->outcome = IMPORT_REJECTED;
        snprintf(row->reason, sizeof row->reason, "%s %s", field, why);
}

/* Line, moment, precision, and each field as it was written. */
static bool split(struct slice text, enum import_kind kind, struct import_row *row)
{
        struct slice rest = text, one;
        int64_t line, at, precision;
        if (!part(&rest, '\t', &one) || !number(one, INT64_MAX, &line) || line == 0 ||
                !part(&rest, '\t', &one) || !number(one, LATEST_MS, &at) || !part(&rest, '\t', &one) ||
                !number(one, 3, &precision))
                return false;
        row->line = (uint64_t)line;
        row->at = at;
        row->precision = (uint8_t)precision;
        for (size_t i = 0; i < import_field_count(kind); i++)
                if (!part(&rest, '\t', &row->field[i]))
                        return false;
        return !rest.at;
}

/* Into its form, in its own place: none is longer than what it was read from, but for words of our own. */
static bool normalise(const struct import_field *field, struct slice *value, struct import_row *row)
{
        char out[IMPORT_FIELD_MAX + 1];
        struct slice result;
        const char *why;
        if (import_normalise(field->form, *value, out, &result, &why) != 0) {
                reject(row, field->name, why);
                return false;
        }
        if (result.at == out) {
                memcpy((char *)(uintptr_t)value->at, out, result.len);
                result.at = value->at;
        }
        *value = result;
        return true;
}

/* As in maitrectl: without a customer only the id counts, so that a line which was somebody's is hers no
 * longer; without an id there is nothing to write. */
static void without_customer(struct import_row *row)
{
        for (size_t i = 1; i < IMPORT_FIELDS_MAX; i++)
                row->field[i] = (struct slice){"", 0};
        if (row->field[0].len == 0)
                row->outcome = IMPORT_NO_CUSTOMER;
}

static bool takes_sign(struct slice *value)
{
        bool negative = value->len > 1 && value->at[0] == '-';
        if (negative)
                *value = (struct slice){value->at + 1, value->len - 1};
        return negative;
}

static void read_purchase(struct import_row *row, bool negative)
{
        int status = import_field_find(IMPORT_PURCHASES, "status");
        if (negative && (row->field[status].len == 0 || slice_is(row->field[status], "bought")))
                row->field[status] = slice_of("returned");
        row->field[import_field_find(IMPORT_PURCHASES, "at")] = (struct slice){"", 0};
        if (row->precision == 0)
                reject(row, "at", "is no time such as 2026-03-05 14:30");
}

static void check(enum import_kind kind, struct import_row *row)
{
        const struct import_field *fields = import_fields(kind);
        bool purchase = kind == IMPORT_PURCHASES, negative = false;
        if (purchase && row->field[import_field_find(kind, "customer")].len == 0) {
                if (normalise(&fields[0], &row->field[0], row))
                        without_customer(row);
                return;
        }
        for (size_t i = 0; fields[i].name; i++) {
                if (fields[i].form == IMPORT_FORM_TIME)
                        continue;
                if (fields[i].form == IMPORT_FORM_COUNT)
                        negative = takes_sign(&row->field[i]);
                if (!normalise(&fields[i], &row->field[i], row))
                        return;
                if (fields[i].required && row->field[i].len == 0) {
                        reject(row, fields[i].name, "is empty");
                        return;
                }
        }
        if (purchase)
                read_purchase(row, negative);
        else if (kind == IMPORT_STORES && row->field[import_field_find(kind, "zone")].len > 0)
                reject(row, "zone", "is changed with maitrectl import stores");
}

static uint32_t lines_of(struct slice text)
{
        uint32_t n = 0;
        struct slice one;
        while (part(&text, '\n', &one))
                n++;
        return n;
}

static struct import_batch *room_for(enum import_kind kind, struct slice text, uint32_t n)
{
        struct import_batch *batch = calloc(1, sizeof *batch);
        if (!batch)
                return NULL;
        batch->rows = calloc(n, sizeof *batch->rows);
        batch->bytes = malloc(text.len);
        if (!batch->rows || !batch->bytes) {
                import_batch_free(batch);
                return NULL;
        }
        memcpy(batch->bytes, text.at, text.len);
        batch->bytes_len = text.len;
        batch->kind = kind;
        batch->n = n;
        return batch;
}

struct import_batch *import_read_lines(enum import_kind kind, struct slice text, const char **why)
{
        uint32_t n = text.len > 0 ? lines_of(text) : 0;
        *why = "the rows are malformed";
        if (n == 0 || n > IMPORT_LINES_MAX || import_field_count(kind) == 0 || kind == IMPORT_SHIFTS)
                return NULL;
        struct import_batch *batch = room_for(kind, text, n);
        if (!batch) {
                *why = "there is no memory for the rows";
                return NULL;
        }
        struct slice rest = {batch->bytes, batch->bytes_len}, one;
        for (uint32_t i = 0; part(&rest, '\n', &one); i++) {
                if (!split(one, kind, &batch->rows[i])) {
                        import_batch_free(batch);
                        return NULL;
                }
                check(kind, &batch->rows[i]);
        }
        *why = NULL;
        return batch;
}
