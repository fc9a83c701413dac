#include "proto/import.h"

#include <stdlib.h>

/* The kinds and their fields, once: the client's mapping, its help, the packed form and the store read this.
 */
static const struct import_field stores[] = {
        {"id", true, IMPORT_FORM_ID, "the store's own id"},
        {"name", false, IMPORT_FORM_TEXT, "what people call it"},
        {"channel", false, IMPORT_FORM_CHANNEL, "in-store (default) or online"},
        {"zone", false, IMPORT_FORM_TEXT, "time zone by the tz database's name"},
        {0},
};

static const struct import_field associates[] = {
        {"id", true, IMPORT_FORM_ID, "the associate's own id"},
        {"name", true, IMPORT_FORM_TEXT, "first and last name"},
        {"store", false, IMPORT_FORM_ID, "id of the store she works in"},
        {"department", false, IMPORT_FORM_TEXT, "her department, several with |"},
        {"role", false, IMPORT_FORM_ROLE, "associate (default), trainee or manager"},
        {"active", false, IMPORT_FORM_FLAG, "no if she has left; default yes"},
        {"stand_in", false, IMPORT_FORM_ID, "id of who stands in for her"},
        {"languages", false, IMPORT_FORM_TEXT, "what she speaks: en sv"},
        {"skills", false, IMPORT_FORM_TEXT, "what she is good at, in words"},
        {0},
};

static const struct import_field classes[] = {
        {"class", true, IMPORT_FORM_TEXT, "name of the class of goods"},
        {"department", false, IMPORT_FORM_TEXT, "the department it belongs to"},
        {"sensitive", false, IMPORT_FORM_FLAG, "yes: never shown; the shipped list always holds"},
        {0},
};

static const struct import_field products[] = {
        {"sku", true, IMPORT_FORM_ID, "the article's number"},
        {"name", false, IMPORT_FORM_TEXT, "what it is"},
        {"brand", false, IMPORT_FORM_TEXT, "its brand"},
        {"class", false, IMPORT_FORM_TEXT, "its class of goods"},
        {"price", false, IMPORT_FORM_MONEY, "list price in whole units and decimals"},
        {"colour", false, IMPORT_FORM_TEXT, "its colour"},
        {"size", false, IMPORT_FORM_TEXT, "its size"},
        {0},
};

static const struct import_field customers[] = {
        {"id", true, IMPORT_FORM_ID, "the customer's id in the till or the CRM"},
        {"name", false, IMPORT_FORM_TEXT, "first and last name"},
        {"birthday", false, IMPORT_FORM_DATE, "date of birth"},
        {"contact", false, IMPORT_FORM_TEXT, "e-mail or telephone"},
        {0},
};

static const struct import_field purchases[] = {
        {"id", true, IMPORT_FORM_ID, "the till's id of the line"},
        {"customer", true, IMPORT_FORM_ID, "id of the customer; empty: counted, not stored"},
        {"associate", false, IMPORT_FORM_ID, "id of the seller of this line; empty: unknown"},
        {"store", false, IMPORT_FORM_ID, "id of the store; empty: this hub's, or the online shop"},
        {"channel", false, IMPORT_FORM_CHANNEL, "in-store (default) or online"},
        {"sku", false, IMPORT_FORM_ID, "the article's number"},
        {"class", false, IMPORT_FORM_TEXT, "class of goods; wins over the product's"},
        {"price", false, IMPORT_FORM_MONEY, "unit price; empty: unknown, shown to nobody"},
        {"currency", false, IMPORT_FORM_CURRENCY, "three letters; empty: the store's"},
        {"quantity", false, IMPORT_FORM_COUNT, "pieces (default 1); below 0: a return"},
        {"at", true, IMPORT_FORM_TIME, "when; without a zone it is the store's time"},
        {"status", false, IMPORT_FORM_STATUS, "bought (default), returned or cancelled"},
        {"gift", false, IMPORT_FORM_FLAG, "yes if it was bought as a gift"},
        {"brand", false, IMPORT_FORM_TEXT, "wins over the product's"},
        {"item", false, IMPORT_FORM_TEXT, "wins over the product's name"},
        {"colour", false, IMPORT_FORM_TEXT, "wins over the product's"},
        {"size", false, IMPORT_FORM_TEXT, "wins over the product's"},
        {0},
};

static const struct import_field shifts[] = {
        {"associate", true, IMPORT_FORM_ID, "id of the associate"},
        {"start", true, IMPORT_FORM_MOMENT, "when the shift begins; without a zone the store's time"},
        {"end", true, IMPORT_FORM_MOMENT, "when it ends"},
        {"break_start", false, IMPORT_FORM_MOMENT, "when her break begins"},
        {"break_end", false, IMPORT_FORM_MOMENT, "when it ends"},
        {0},
};

static const struct import_field none[] = {{0}};

const struct import_field *import_fields(enum import_kind kind)
{
        switch (kind) {
        case IMPORT_STORES:
                return stores;
        case IMPORT_ASSOCIATES:
                return associates;
        case IMPORT_CLASSES:
                return classes;
        case IMPORT_PRODUCTS:
                return products;
        case IMPORT_CUSTOMERS:
                return customers;
        case IMPORT_PURCHASES:
                return purchases;
        case IMPORT_SHIFTS:
                return shifts;
        }
        return none;
}

size_t import_field_count(enum import_kind kind)
{
        const struct import_field *f = import_fields(kind);
        size_t n = 0;
        while (f[n].name)
                n++;
        return n;
}

int import_field_find(enum import_kind kind, const char *name)
{
        const struct import_field *f = import_fields(kind);
        for (int i = 0; f[i].name; i++)
                if (strcmp(f[i].name, name) == 0)
                        return i;
        return -1;
}

const char *import_kind_word(enum import_kind kind)
{
        switch (kind) {
        case IMPORT_STORES:
                return "stores";
        case IMPORT_ASSOCIATES:
                return "associates";
        case IMPORT_CLASSES:
                return "classes";
        case IMPORT_PRODUCTS:
                return "products";
        case IMPORT_CUSTOMERS:
                return "customers";
        case IMPORT_PURCHASES:
                return "purchases";
        case IMPORT_SHIFTS:
                return "shifts";
        }
        return "?";
}

enum import_kind import_kind_find(const char *word)
{
        for (int k = 1; k <= IMPORT_KINDS; k++)
                if (strcmp(import_kind_word((enum import_kind)k), word) == 0)
                        return (enum import_kind)k;
        return (enum import_kind)0;
}

void import_batch_free(struct import_batch *batch)
{
        if (!batch)
                return;
        free(batch->rows);
        free(batch->bytes);
        free(batch);
}

/* ---- the packed form ---- */

static void put(uint8_t *out, uint64_t value, int bytes)
{
        for (int i = 0; i < bytes; i++)
                out[i] = (uint8_t)(value >> (8 * i));
}

void import_pack_start(struct import_pack *pack, enum import_kind kind, uint8_t *buffer)
{
        *pack = (struct import_pack){.at = buffer, .len = 5, .kind = kind};
        buffer[0] = (uint8_t)kind;
        put(buffer + 1, 0, 4);
}

int import_pack_row(struct import_pack *pack, const struct import_row *row)
{
        size_t fields = import_field_count(pack->kind);
        size_t need = 8 + 8 + 1 + 1;
        for (size_t i = 0; i < fields; i++) {
                if (row->field[i].len > IMPORT_FIELD_MAX)
                        return -1;
                need += 2 + row->field[i].len;
        }
        if (pack->rows >= IMPORT_ROWS_MAX || need > IMPORT_PACKED_MAX - pack->len)
                return 1;
        uint8_t *p = pack->at + pack->len;
        put(p, row->line, 8);
        put(p + 8, (uint64_t)row->at, 8);
        p[16] = row->precision;
        p[17] = (uint8_t)fields;
        p += 18;
        for (size_t i = 0; i < fields; i++) {
                put(p, row->field[i].len, 2);
                if (row->field[i].len > 0)
                        memcpy(p + 2, row->field[i].at, row->field[i].len);
                p += 2 + row->field[i].len;
        }
        pack->len += need;
        put(pack->at + 1, ++pack->rows, 4);
        return 0;
}

/* A cursor over bytes from the other side; once it has failed every read gives 0. */
struct cursor {
        const uint8_t *at;
        size_t left;
        bool failed;
};

static uint64_t take(struct cursor *c, size_t bytes)
{
        uint64_t value = 0;
        if (c->failed || c->left < bytes) {
                c->failed = true;
                return 0;
        }
        for (size_t i = 0; i < bytes; i++)
                value |= (uint64_t)c->at[i] << (8 * i);
        c->at += bytes;
        c->left -= bytes;
        return value;
}

static struct slice take_text(struct cursor *c, size_t len, size_t most)
{
        struct slice s = {NULL, 0};
        if (c->failed || len > most || c->left < len) {
                c->failed = true;
                return s;
        }
        s.at = (const char *)c->at;
        s.len = len;
        c->at += len;
        c->left -= len;
        return s;
}

static int unpack_row(struct cursor *c, size_t fields, struct import_row *row)
{
        row->line = take(c, 8);
        row->at = (wall_ms)take(c, 8);
        row->precision = (uint8_t)take(c, 1);
        if (take(c, 1) != fields || row->precision > 3)
                return 1;
        for (size_t i = 0; i < fields; i++) {
                size_t len = (size_t)take(c, 2);
                row->field[i] = take_text(c, len, IMPORT_FIELD_MAX);
                if (c->failed || !import_text_ok(row->field[i]))
                        return 1;
        }
        return 0;
}

struct import_batch *import_unpack(const uint8_t *bytes, size_t len, const char **why)
{
        struct cursor head = {.at = bytes, .left = len};
        enum import_kind kind = (enum import_kind)take(&head, 1);
        uint64_t n = take(&head, 4);
        size_t fields = import_field_count(kind);
        *why = "the batch is malformed";
        if (head.failed || len > IMPORT_PACKED_MAX || fields == 0 || n == 0 || n > IMPORT_ROWS_MAX)
                return NULL;
        struct import_batch *batch = calloc(1, sizeof *batch);
        if (batch) {
                batch->rows = calloc((size_t)n, sizeof *batch->rows);
                batch->bytes = malloc(len);
        }
        if (!batch || !batch->rows || !batch->bytes) {
                *why = "there is no memory for the batch";
                import_batch_free(batch);
                return NULL;
        }
        memcpy(batch->bytes, bytes, len);
        batch->bytes_len = len;
        batch->kind = kind;
        batch->n = (uint32_t)n;
        struct cursor c = {.at = (const uint8_t *)batch->bytes + 5, .left = len - 5};
        for (uint32_t i = 0; i < batch->n; i++) {
                if (unpack_row(&c, fields, &batch->rows[i]) != 0) {
                        import_batch_free(batch);
                        return NULL;
                }
        }
        if (c.failed || c.left != 0) {
                import_batch_free(batch);
                return NULL;
        }
        *why = NULL;
        return batch;
}

size_t import_answer_pack(const struct import_batch *batch, uint8_t *out)
{
        size_t at = 0;
        for (int i = 0; i < IMPORT_OUTCOMES; i++, at += 8)
                put(out + at, batch->counts[i], 8);
        put(out + at, batch->unmapped_classes, 8);
        at += 8;
        uint8_t *count = out + at;
        uint32_t rejects = 0;
        at += 4;
        for (uint32_t i = 0; i < batch->n; i++) {
                const struct import_row *row = &batch->rows[i];
                if (row->outcome != IMPORT_REJECTED)
                        continue;
                size_t len = strnlen(row->reason, IMPORT_REASON_MAX);
                put(out + at, row->line, 8);
                out[at + 8] = (uint8_t)len;
                memcpy(out + at + 9, row->reason, len);
                at += 9 + len;
                rejects++;
        }
        put(count, rejects, 4);
        return at;
}

int import_answer_unpack(const uint8_t *bytes, size_t len, struct import_answer *out)
{
        struct cursor c = {.at = bytes, .left = len};
        memset(out, 0, sizeof *out);
        for (int i = 0; i < IMPORT_OUTCOMES; i++)
                out->counts[i] = take(&c, 8);
        out->unmapped_classes = take(&c, 8);
        out->n_rejects = (uint32_t)take(&c, 4);
        if (c.failed || out->n_rejects > IMPORT_ROWS_MAX)
                return 1;
        out->rejects = c.at;
        out->left = c.left;
        for (uint32_t i = 0; i < out->n_rejects; i++) {
                take(&c, 8);
                size_t n = (size_t)take(&c, 1);
                take_text(&c, n, IMPORT_REASON_MAX);
        }
        return c.failed || c.left != 0;
}

bool import_answer_next(struct import_answer *answer, struct import_reject *out)
{
        if (answer->left == 0)
                return false;
        struct cursor c = {.at = answer->rejects, .left = answer->left};
        out->line = take(&c, 8);
        size_t n = (size_t)take(&c, 1);
        out->reason = take_text(&c, n, IMPORT_REASON_MAX);
        answer->rejects = c.at;
        answer->left = c.failed ? 0 : c.left;
        return !c.failed;
}
