/* What the seven kinds of rows share while they are imported: fields by number, rejects, references. */
#ifndef STORE_IMPORT_ROW_H
#define STORE_IMPORT_ROW_H

#include "server/hub/store/base.h"
#include "server/hub/store/import.h"

/* The fields' numbers, in the order of import_fields(). */
enum { STORE_ID, STORE_NAME, STORE_CHANNEL, STORE_ZONE };
enum {
        ASSOCIATE_ID,
        ASSOCIATE_NAME,
        ASSOCIATE_STORE,
        ASSOCIATE_DEPARTMENT,
        ASSOCIATE_ROLE,
        ASSOCIATE_ACTIVE,
        ASSOCIATE_STAND_IN,
        ASSOCIATE_LANGUAGES,
        ASSOCIATE_SKILLS
};
enum { CLASS_NAME, CLASS_DEPARTMENT, CLASS_SENSITIVE };
enum { PRODUCT_SKU, PRODUCT_NAME, PRODUCT_BRAND, PRODUCT_CLASS, PRODUCT_PRICE, PRODUCT_COLOUR, PRODUCT_SIZE };
enum { CUSTOMER_ID, CUSTOMER_NAME, CUSTOMER_BIRTHDAY, CUSTOMER_CONTACT };
enum {
        LINE_ID,
        LINE_CUSTOMER,
        LINE_ASSOCIATE,
        LINE_STORE,
        LINE_CHANNEL,
        LINE_SKU,
        LINE_CLASS,
        LINE_PRICE,
        LINE_CURRENCY,
        LINE_QUANTITY,
        LINE_AT,
        LINE_STATUS,
        LINE_GIFT,
        LINE_BRAND,
        LINE_ITEM,
        LINE_COLOUR,
        LINE_SIZE
};
enum { SHIFT_ASSOCIATE, SHIFT_START, SHIFT_END, SHIFT_BREAK_START, SHIFT_BREAK_END };

struct import {
        struct base *base;
        struct import_batch *batch;
        struct import_row *row;
        int rc;               /* SQLITE_OK, or what ends the slice */
        bool catalog_stale;   /* a store, associate, department or class was written */
        uint64_t new_classes; /* written in this slice without a department */
        int64_t shifts;       /* how many there are; -1: not counted in this slice yet */
};

/* Marks the row: "field what", never the value. */
enum import_outcome import_reject(struct import *im, int field, const char *what);
static inline struct slice import_field_of(const struct import *im, int field)
{
        return im->row->field[field];
}
/* Runs a statement and remembers a failure; true when it worked. */
bool import_ran(struct import *im, int rc);

/* Ids by external id; 0 when unknown or when im->rc says why. */
uint32_t import_find_store(struct import *im, struct slice external, uint8_t *channel);
uint32_t import_find_associate(struct import *im, struct slice external);
/* Made if it is missing: a class without a department counts as "other" and sensitive. 0 for an empty name.
 */
uint32_t import_class(struct import *im, struct slice name);
/* Made if it is missing, empty until the products are imported. 0 for an empty sku. */
uint32_t import_product(struct import *im, struct slice sku);
/* *enrolled is set when she is found. */
uint32_t import_find_person(struct import *im, struct slice external, bool *enrolled);
/* A new person, dormant until she enrols; her key is on disk before this returns. 0 on failure (im->rc). */
uint32_t import_new_person(struct import *im, const struct identity *identity);

/* Minor units of a decimal amount; *out is set. False: it is none. */
bool import_money(struct slice text, const char *currency, int64_t *out);

/* One row of each kind. */
enum import_outcome import_store_row(struct import *im);
enum import_outcome import_associate_row(struct import *im);
enum import_outcome import_class_row(struct import *im);
enum import_outcome import_product_row(struct import *im);
enum import_outcome import_customer_row(struct import *im);
enum import_outcome import_purchase_row(struct import *im);
enum import_outcome import_shift_row(struct import *im);

/* The days for which sales stay on a seller's invite list. */
#define IMPORT_RECENT_MS (3 * DAY_MS)

#endif
