/* The small tables, kept in memory: stores, departments, classes of goods with their department and whether
 * they are sensitive. Read again after an import has changed them. */
#ifndef STORE_CATALOG_H
#define STORE_CATALOG_H

#include "proto/slice.h"
#include "server/core/dossier.h"
#include "server/hub/store/statement.h"

#define CATALOG_CLASSES_MAX    65536
#define CATALOG_ASSOCIATES_MAX 65536
#define CATALOG_STORES_MAX     4096
#define CATALOG_TEXT_MAX       128 /* bytes of a class's or store's name in memory, with the closing zero byte */

struct catalog_store {
        uint32_t id;
        uint8_t channel;
        char name[CATALOG_TEXT_MAX];
};

struct catalog_class {
        char name[CATALOG_TEXT_MAX]; /* "" = no such class */
        uint8_t department;
        bool sensitive;
};

struct catalog_associate {
        uint32_t store; /* 0 = no such associate */
        bool active;
        char external[EXTERNAL_ID_MAX]; /* what ties between associates are broken by */
};

struct catalog {
        struct catalog_associate *associates; /* index = id */
        uint32_t n_associates;
        struct catalog_store *stores; /* by id, ascending */
        uint32_t n_stores;
        struct catalog_class *classes; /* index = id */
        uint32_t n_classes;
        char departments[DEPARTMENT_COUNT][NAME_MAX_BYTES];
};

/* Reads everything again. 0, or an SQLite code (and then the catalog is as before). */
int catalog_read(struct catalog *catalog, struct statements *all);
void catalog_finish(struct catalog *catalog);

/* NULL if unknown. */
const struct catalog_store *catalog_store(const struct catalog *catalog, uint32_t id);
const struct catalog_associate *catalog_associate(const struct catalog *catalog, uint32_t id);
const struct catalog_class *catalog_class(const struct catalog *catalog, uint32_t id);

/* Whether a class is on the shipped list: its whole name, or one part of a name like "Women/Lingerie", in any
 * letter case (config/sensitive.classes). */
bool catalog_shipped_sensitive(struct slice name);

#endif
