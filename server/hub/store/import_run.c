#include "server/hub/store/import_run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "server/common/clock.h"
#include "server/common/ids.h"
#include "server/hub/store/import_row.h"
#include "server/hub/store/seal.h"
#include "server/hub/store/shifts.h"

enum import_outcome import_reject(struct import *im, int field, const char *what)
{
        const char *name = import_fields(im->batch->kind)[field].name;
        snprintf(im->row->reason, sizeof im->row->reason, "%s %s", name, what);
        return IMPORT_REJECTED;
}

bool import_ran(struct import *im, int rc)
{
        if (rc != SQLITE_OK && im->rc == SQLITE_OK)
                im->rc = rc;
        return rc == SQLITE_OK;
}

/* One row's "id" of a lookup or an INSERT ... RETURNING; 0 when there is none. */
static uint32_t id_of(struct import *im, sqlite3_stmt *s)
{
        int rc = statement_step(s);
        uint32_t id = rc == SQLITE_ROW ? (uint32_t)statement_get(s, "id") : 0;
        if (rc != SQLITE_ROW && rc != SQLITE_DONE)
                import_ran(im, rc);
        statement_done(s);
        return id;
}

uint32_t import_find_store(struct import *im, struct slice external, uint8_t *channel)
{
        sqlite3_stmt *s = statement_use(&im->base->all, ST_STORE_FIND);
        uint32_t id = 0;
        statement_text(s, ":external", external);
        int rc = statement_step(s);
        if (rc == SQLITE_ROW) {
                id = (uint32_t)statement_get(s, "id");
                *channel = (uint8_t)statement_get(s, "channel");
        } else if (rc != SQLITE_DONE) {
                import_ran(im, rc);
        }
        statement_done(s);
        return id;
}

uint32_t import_find_associate(struct import *im, struct slice external)
{
        sqlite3_stmt *s = statement_use(&im->base->all, ST_ASSOCIATE_FIND);
        statement_text(s, ":external", external);
        return id_of(im, s);
}

uint32_t import_class(struct import *im, struct slice name)
{
        if (name.len == 0)
                return 0;
        sqlite3_stmt *s = statement_use(&im->base->all, ST_CLASS_FIND);
        statement_text(s, ":name", name);
        uint32_t id = id_of(im, s);
        if (id != 0 || im->rc != SQLITE_OK)
                return id;
        s = statement_use(&im->base->all, ST_CLASS_ADD);
        statement_text(s, ":name", name);
        statement_int(s, ":department", DEPARTMENT_OTHER);
        statement_int(s, ":sensitive", 0);
        im->catalog_stale = true;
        im->new_classes++;
        return id_of(im, s);
}

uint32_t import_product(struct import *im, struct slice sku)
{
        if (sku.len == 0)
                return 0;
        sqlite3_stmt *s = statement_use(&im->base->all, ST_PRODUCT_FIND);
        statement_text(s, ":sku", sku);
        uint32_t id = id_of(im, s);
        if (id != 0 || im->rc != SQLITE_OK)
                return id;
        s = statement_use(&im->base->all, ST_PRODUCT_ADD);
        statement_text(s, ":sku", sku);
        return id_of(im, s);
}

uint32_t import_find_person(struct import *im, struct slice external, bool *enrolled)
{
        uint8_t tag[KEYS_TAG_BYTES];
        uint32_t id = 0;
        keys_tag(im->base->keys, external.at, external.len, tag);
        sqlite3_stmt *s = statement_use(&im->base->all, ST_PERSON_BY_TAG);
        statement_blob(s, ":tag", tag, sizeof tag);
        int rc = statement_step(s);
        if (rc == SQLITE_ROW) {
                id = (uint32_t)statement_get(s, "id");
                *enrolled = statement_get(s, "enrolled") != 0;
        } else if (rc != SQLITE_DONE) {
                import_ran(im, rc);
        }
        statement_done(s);
        return id;
}

uint32_t import_new_person(struct import *im, const struct identity *identity)
{
        uint8_t sealed[IDENTITY_MAX + SEAL_OVERHEAD], tag[KEYS_TAG_BYTES];
        uint32_t id = im->base->next_person;
        if (id >= KEYS_GUEST_FIRST) {
                im->rc = SQLITE_FULL;
                return 0;
        }
        if (keys_ready(im->base->keys, id) != 0) {
                im->rc = errno == ENOSPC || errno == EDQUOT ? SQLITE_FULL : SQLITE_IOERR_FSYNC;
                return 0;
        }
        size_t len = base_seal_identity(im->base, id, identity, sealed);
        if (len == 0) {
                im->rc = SQLITE_IOERR_READ;
                return 0;
        }
        keys_tag(im->base->keys, identity->external.at, identity->external.len, tag);
        sqlite3_stmt *s = statement_use(&im->base->all, ST_PERSON_ADD);
        statement_int(s, ":id", id);
        statement_blob(s, ":tag", tag, sizeof tag);
        statement_blob(s, ":identity", sealed, len);
        if (!import_ran(im, statement_run(s)))
                return 0;
        im->base->next_person++;
        return id;
}

/* Decimals of the minor unit by ISO 4217; two where nothing else is said. */
static int decimals(const char *currency)
{
        static const char none[][4] = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF",
                "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"};
        static const char three[][4] = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
        for (size_t i = 0; i < ARRAY_LEN(none); i++)
                if (strcmp(none[i], currency) == 0)
                        return 0;
        for (size_t i = 0; i < ARRAY_LEN(three); i++)
                if (strcmp(three[i], currency) == 0)
                        return 3;
        return 2;
}

/* Sixteen digits of the minor unit are no price. */
#define MONEY_END INT64_C(1000000000000000)

bool import_money(struct slice text, const char *currency, int64_t *out)
{
        int places = decimals(currency), seen = -1;
        int64_t value = 0;
        bool up = false, any = false;
        if (text.len > 20)
                return false;
        for (size_t i = 0; i < text.len; i++) {
                char c = text.at[i];
                if (c == '.' && seen < 0) {
                        seen = 0;
                        continue;
                }
                if (c < '0' || c > '9')
                        return false;
                any = true;
                if (seen == places)
                        up = c >= '5';
                if (seen < places) /* also while seen is -1 */
                        value = value * 10 + (c - '0');
                if (value >= MONEY_END)
                        return false; /* before a further digit could overflow */
                if (seen >= 0)
                        seen++;
        }
        for (int i = seen < 0 ? 0 : seen; i < places; i++)
                value *= 10;
        *out = value + up;
        return any && *out < MONEY_END;
}

static enum import_outcome one_row(struct import *im)
{
        switch (im->batch->kind) {
        case IMPORT_STORES:
                return import_store_row(im);
        case IMPORT_ASSOCIATES:
                return import_associate_row(im);
        case IMPORT_CLASSES:
                return import_class_row(im);
        case IMPORT_PRODUCTS:
                return import_product_row(im);
        case IMPORT_CUSTOMERS:
                return import_customer_row(im);
        case IMPORT_PURCHASES:
                return import_purchase_row(im);
        case IMPORT_SHIFTS:
                return import_shift_row(im);
        }
        return IMPORT_REJECTED;
}

/* Required fields and ids of the right length, whoever packed the batch. */
static enum import_outcome checked_row(struct import *im)
{
        const struct import_field *fields = import_fields(im->batch->kind);
        bool walk_in = im->batch->kind == IMPORT_PURCHASES && import_field_of(im, LINE_CUSTOMER).len == 0;
        im->row->reason[0] = 0;
        for (int i = 0; fields[i].name; i++) {
                struct slice field = import_field_of(im, i);
                if (field.len == 0 && fields[i].required && fields[i].form != IMPORT_FORM_TIME &&
                        fields[i].form != IMPORT_FORM_MOMENT && !(walk_in && i == LINE_CUSTOMER))
                        return import_reject(im, i, "is empty");
                if (fields[i].form == IMPORT_FORM_ID && field.len > IMPORT_ID_MAX)
                        return import_reject(im, i, "is longer than 64 bytes");
                if (field.len > IMPORT_FIELD_MAX)
                        return import_reject(im, i, "is longer than 512 bytes");
        }
        return one_row(im);
}

static int count_up(struct import *im)
{
        struct import_batch *batch = im->batch;
        memset(batch->counts, 0, sizeof batch->counts);
        for (uint32_t i = 0; i < batch->n; i++)
                batch->counts[batch->rows[i].outcome]++;
        sqlite3_stmt *s = statement_use(&im->base->all, ST_IMPORT_COUNTED);
        statement_int(s, ":kind", batch->kind);
        statement_int(s, ":at", batch->now);
        statement_int(s, ":rows", batch->n);
        statement_int(s, ":new", (int64_t)batch->counts[IMPORT_NEW]);
        statement_int(s, ":updated", (int64_t)batch->counts[IMPORT_UPDATED]);
        statement_int(s, ":same", (int64_t)batch->counts[IMPORT_SAME]);
        statement_int(s, ":no_customer", (int64_t)batch->counts[IMPORT_NO_CUSTOMER]);
        statement_int(s, ":not_kept", (int64_t)batch->counts[IMPORT_NOT_KEPT]);
        statement_int(s, ":rejected", (int64_t)batch->counts[IMPORT_REJECTED]);
        int rc = statement_run(s);
        if (rc == SQLITE_OK && batch->kind == IMPORT_SHIFTS)
                return shifts_prune(im->base, batch->now);
        if (rc != SQLITE_OK || batch->kind != IMPORT_PURCHASES)
                return rc;
        s = statement_use(&im->base->all, ST_RECENT_PRUNE);
        statement_int(s, ":before", batch->now - IMPORT_RECENT_MS);
        return statement_run(s);
}

static uint32_t rows_until(struct import *im, uint32_t at, const struct base_slice *slice)
{
        struct import_batch *batch = im->batch;
        /* At least one row a slice, whatever the clock says; the clock is asked every few rows. */
        while (at < batch->n && im->rc == SQLITE_OK) {
                im->row = &batch->rows[at];
                im->row->outcome = (uint8_t)checked_row(im);
                at++;
                if (at % 4 == 0 && base_slice_over(im->base, slice))
                        break;
        }
        return at;
}

enum import_progress import_slice(
        struct base *base, uint32_t *at, struct import_batch *batch, const struct base_slice *slice, int *rc)
{
        struct import im = {.base = base, .batch = batch, .shifts = -1};
        uint32_t person = base->next_person, reached = *at;
        uint64_t line = base->next_line;
        if (import_ran(&im, base_begin(base)))
                reached = rows_until(&im, *at, slice);
        if (im.rc == SQLITE_OK && base->next_line != line)
                import_ran(&im, base_put_int(base, "next_line", (int64_t)base->next_line));
        if (im.rc == SQLITE_OK && reached == batch->n)
                import_ran(&im, count_up(&im));
        if (im.rc == SQLITE_OK)
                import_ran(&im, base_commit(base));
        if (im.rc != SQLITE_OK) {
                base_rollback(base);
                base->next_person = person;
                base->next_line = line;
        }
        /* Departments are handed out from memory: what was rolled back must go from there, too. */
        if (im.catalog_stale && catalog_read(&base->catalog, &base->all) != SQLITE_OK && im.rc == SQLITE_OK)
                im.rc = SQLITE_NOMEM;
        *rc = im.rc;
        if (im.rc != SQLITE_OK)
                return IMPORT_FAILED;
        *at = reached;
        batch->unmapped_classes += im.new_classes;
        return reached == batch->n ? IMPORT_DONE : IMPORT_MORE;
}
