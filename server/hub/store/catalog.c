#include "server/hub/store/catalog.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/hub/store/base.h"

static const char *const shipped[] = {
#define SENSITIVE(name) name,
#include "server/hub/store/sensitive.inc"
#undef SENSITIVE
};

static bool is_shipped(struct slice part)
{
        while (part.len > 0 && *part.at == ' ')
                part = (struct slice){part.at + 1, part.len - 1};
        while (part.len > 0 && part.at[part.len - 1] == ' ')
                part.len--;
        for (size_t i = 0; i < ARRAY_LEN(shipped); i++)
                if (strlen(shipped[i]) == part.len && strncasecmp(shipped[i], part.at, part.len) == 0)
                        return true;
        return false;
}

bool catalog_shipped_sensitive(struct slice name)
{
        if (name.len == 0 || is_shipped(name))
                return name.len > 0;
        while (name.len > 0) {
                const char *bar = memchr(name.at, '/', name.len);
                size_t len = bar ? (size_t)(bar - name.at) : name.len;
                if (is_shipped((struct slice){name.at, len}))
                        return true;
                size_t step = bar ? len + 1 : len;
                name = (struct slice){name.at + step, name.len - step};
        }
        return false;
}

static int read_departments(struct catalog *catalog, struct statements *all)
{
        sqlite3_stmt *s = statement_use(all, ST_DEPARTMENT_LIST);
        int rc;
        while ((rc = statement_step(s)) == SQLITE_ROW) {
                int64_t id = statement_get(s, "id");
                if (id >= 0 && id < DEPARTMENT_COUNT)
                        base_cut(catalog->departments[id], NAME_MAX_BYTES, statement_get_slice(s, "name"));
        }
        statement_done(s);
        return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int read_stores(struct catalog *catalog, struct statements *all)
{
        sqlite3_stmt *s = statement_use(all, ST_STORE_LIST);
        int rc;
        while ((rc = statement_step(s)) == SQLITE_ROW && catalog->n_stores < CATALOG_STORES_MAX) {
                struct catalog_store *more = realloc(catalog->stores, (catalog->n_stores + 1) * sizeof *more);
                if (more == NULL) {
                        rc = SQLITE_NOMEM;
                        break;
                }
                catalog->stores = more;
                struct catalog_store *row = &more[catalog->n_stores++];
                row->id = (uint32_t)statement_get(s, "id");
                row->channel = (uint8_t)statement_get(s, "channel");
                base_cut(row->name, sizeof row->name, statement_get_slice(s, "name"));
        }
        statement_done(s);
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int room_for_class(struct catalog *catalog, uint32_t id)
{
        if (id < catalog->n_classes)
                return SQLITE_OK;
        uint32_t n = id + 64;
        struct catalog_class *more = realloc(catalog->classes, n * sizeof *more);
        if (more == NULL)
                return SQLITE_NOMEM;
        memset(more + catalog->n_classes, 0, (n - catalog->n_classes) * sizeof *more);
        catalog->classes = more;
        catalog->n_classes = n;
        return SQLITE_OK;
}

static int read_classes(struct catalog *catalog, struct statements *all)
{
        sqlite3_stmt *s = statement_use(all, ST_CLASS_LIST);
        int rc;
        while ((rc = statement_step(s)) == SQLITE_ROW) {
                int64_t id = statement_get(s, "id");
                if (id <= 0 || id >= CATALOG_CLASSES_MAX)
                        continue; /* shown as unknown, which is treated as sensitive */
                rc = room_for_class(catalog, (uint32_t)id);
                if (rc != SQLITE_OK)
                        break;
                struct catalog_class *row = &catalog->classes[id];
                struct slice name = statement_get_slice(s, "name");
                base_cut(row->name, sizeof row->name, name);
                row->department = (uint8_t)statement_get(s, "department");
                row->sensitive = statement_get(s, "sensitive") != 0 || row->department == DEPARTMENT_OTHER ||
                                 catalog_shipped_sensitive(name);
        }
        statement_done(s);
        return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int read_associates(struct catalog *catalog, struct statements *all)
{
        sqlite3_stmt *s = statement_use(all, ST_ASSOCIATE_LIST);
        int rc;
        while ((rc = statement_step(s)) == SQLITE_ROW) {
                int64_t id = statement_get(s, "id");
                if (id <= 0 || id >= CATALOG_ASSOCIATES_MAX)
                        continue; /* counts as one who works nowhere */
                if (id >= catalog->n_associates) {
                        uint32_t n = (uint32_t)id + 64;
                        struct catalog_associate *more = realloc(catalog->associates, n * sizeof *more);
                        if (more == NULL) {
                                rc = SQLITE_NOMEM;
                                break;
                        }
                        memset(more + catalog->n_associates, 0, (n - catalog->n_associates) * sizeof *more);
                        catalog->associates = more;
                        catalog->n_associates = n;
                }
                struct catalog_associate *row = &catalog->associates[id];
                row->store = (uint32_t)statement_get(s, "store");
                row->active = statement_get(s, "active") != 0;
                base_cut(row->external, sizeof row->external, statement_get_slice(s, "external"));
        }
        statement_done(s);
        return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int catalog_read(struct catalog *catalog, struct statements *all)
{
        struct catalog fresh = {0};
        int rc = read_departments(&fresh, all);
        if (rc == SQLITE_OK)
                rc = read_stores(&fresh, all);
        if (rc == SQLITE_OK)
                rc = read_classes(&fresh, all);
        if (rc == SQLITE_OK)
                rc = read_associates(&fresh, all);
        if (rc != SQLITE_OK) {
                catalog_finish(&fresh);
                return rc;
        }
        catalog_finish(catalog);
        *catalog = fresh;
        return SQLITE_OK;
}

void catalog_finish(struct catalog *catalog)
{
        free(catalog->stores);
        free(catalog->classes);
        free(catalog->associates);
        memset(catalog, 0, sizeof *catalog);
}

const struct catalog_store *catalog_store(const struct catalog *catalog, uint32_t id)
{
        uint32_t low = 0, high = catalog->n_stores;
        while (low < high) {
                uint32_t middle = low + (high - low) / 2;
                if (catalog->stores[middle].id < id)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low < catalog->n_stores && catalog->stores[low].id == id ? &catalog->stores[low] : NULL;
}

const struct catalog_class *catalog_class(const struct catalog *catalog, uint32_t id)
{
        return id < catalog->n_classes && catalog->classes[id].name[0] ? &catalog->classes[id] : NULL;
}

const struct catalog_associate *catalog_associate(const struct catalog *catalog, uint32_t id)
{
        return id < catalog->n_associates && catalog->associates[id].store ? &catalog->associates[id] : NULL;
}
