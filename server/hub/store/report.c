#include "server/hub/store/report.h"

#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

#include "server/common/clock.h"
#include "server/hub/store/evidence.h"
#include "server/hub/store/import.h"
#include "server/hub/store/load.h"
#include "server/hub/store/open.h"
#include "server/hub/store/rulebook.h"
#include "server/hub/store/shifts.h"
#include "server/hub/store/shown.h"

#define CANDIDATES_SHOWN 20

static const char *decided_word(enum decided decided)
{
        switch (decided) {
        case DECIDED_NOBODY:
                return "nobody";
        case DECIDED_CHOICE:
                return "her choice";
        case DECIDED_LINES:
                return "lines";
        case DECIDED_LATEST:
                return "latest sale";
        case DECIDED_LOWEST:
                return "lowest id";
        }
        return "nobody";
}

/* {"associate","name","store"} of a surrogate; null for 0 or an unknown one. A failure is left in *rc. */
static json_t *associate_json(struct base *base, uint32_t id, int *rc)
{
        json_t *object = NULL;
        sqlite3_stmt *s = statement_use(&base->all, ST_ASSOCIATE_NAME);
        statement_int(s, ":id", id);
        int step = id != 0 ? statement_step(s) : SQLITE_DONE;
        if (step == SQLITE_ROW) {
                struct slice external = statement_get_slice(s, "external");
                struct slice name = statement_get_slice(s, "name");
                struct slice store = statement_get_slice(s, "store");
                object = json_pack("{s:s%, s:s%, s:s%}", "associate", external.at, external.len, "name",
                        name.at ? name.at : "", name.len, "store", store.at, store.len);
        } else if (step != SQLITE_DONE) {
                *rc = step;
        }
        statement_done(s);
        return object ? object : json_null();
}

/* Only the external id, as a string or null. */
static json_t *associate_id(struct base *base, uint32_t id, int *rc)
{
        json_t *object = associate_json(base, id, rc);
        json_t *external =
                json_is_object(object) ? json_incref(json_object_get(object, "associate")) : json_null();
        json_decref(object);
        return external;
}

static uint32_t tied(const struct candidate *c, uint32_t n)
{
        uint32_t same = 0;
        while (same < n && c[same].row.lines == c[0].row.lines)
                same++;
        return same > 1 ? same : 0;
}

static json_t *candidates_json(struct base *base, const struct candidate *c, uint32_t n, int *rc)
{
        json_t *list = json_array();
        for (uint32_t i = 0; i < n && i < CANDIDATES_SHOWN; i++) {
                json_t *one = associate_json(base, c[i].row.associate, rc);
                if (json_is_object(one)) {
                        json_object_set_new(one, "lines", json_integer(c[i].row.lines));
                        json_object_set_new(one, "latest_ms", json_integer(c[i].row.latest));
                }
                json_array_append_new(list, one);
        }
        return list;
}

static uint32_t find_person(
        struct base *base, const char *external, uint32_t *preferred, bool *enrolled, int *rc)
{
        uint8_t tag[KEYS_TAG_BYTES];
        uint32_t id = 0;
        keys_tag(base->keys, external, strlen(external), tag);
        sqlite3_stmt *s = statement_use(&base->all, ST_PERSON_BY_TAG);
        statement_blob(s, ":tag", tag, sizeof tag);
        int step = statement_step(s);
        if (step == SQLITE_ROW) {
                id = (uint32_t)statement_get(s, "id");
                *enrolled = statement_get(s, "enrolled") != 0;
        }
        statement_done(s);
        if (id == 0) {
                *rc = step == SQLITE_DONE ? SQLITE_OK : step;
                return 0;
        }
        s = statement_use(&base->all, ST_PERSON_GET);
        statement_int(s, ":id", id);
        step = statement_step(s);
        if (step == SQLITE_ROW)
                *preferred = (uint32_t)statement_get(s, "preferred");
        statement_done(s);
        *rc = step == SQLITE_ROW ? SQLITE_OK : step;
        return id;
}

static json_t *preferred(struct base *base, const char *external, wall_ms now, int *rc)
{
        uint32_t n = 0, choice = 0;
        bool enrolled = false;
        uint32_t id = find_person(base, external, &choice, &enrolled, rc);
        if (*rc != SQLITE_OK)
                return NULL;
        if (id == 0)
                return json_pack("{s:s, s:b}", "customer", external, "known", 0);
        *rc = evidence_all(base, id, now, base->candidates, &n);
        enrolled = enrolled && load_joined(base, id, now, rc);
        if (*rc != SQLITE_OK)
                return NULL;
        enum decided decided = choice ? DECIDED_CHOICE : evidence_decided(base->candidates, n);
        uint32_t first = n ? base->candidates[0].row.associate : 0;
        return json_pack("{s:s, s:b, s:b, s:o, s:o, s:s, s:i, s:o}", "customer", external, "known", 1,
                "enrolled", enrolled, "chosen", associate_id(base, choice, rc), "preferred",
                associate_id(base, choice ? choice : first, rc), "decided_by", decided_word(decided), "tied",
                (int)tied(base->candidates, n), "candidates", candidates_json(base, base->candidates, n, rc));
}

/* Counts the next person. SQLITE_ROW, SQLITE_DONE when there is none, or an error. */
static int count_next(struct base *base, struct report_all *all, wall_ms now)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_PERSON_AFTER);
        uint32_t n = 0, choice = 0;
        statement_int(s, ":id", all->after);
        int rc = statement_step(s);
        if (rc == SQLITE_ROW) {
                all->after = statement_get(s, "id");
                choice = (uint32_t)statement_get(s, "preferred");
        }
        statement_done(s);
        if (rc != SQLITE_ROW)
                return rc;
        rc = evidence_all(base, (uint32_t)all->after, now, base->candidates, &n);
        if (rc != SQLITE_OK)
                return rc;
        all->people++;
        all->ties += tied(base->candidates, n) > 0;
        all->by[choice ? DECIDED_CHOICE : evidence_decided(base->candidates, n)]++;
        return SQLITE_ROW;
}

int report_all_step(struct base *base, struct report_all *all, wall_ms now, const struct base_slice *slice,
        char **text, int *rc)
{
        do
                *rc = count_next(base, all, now);
        while (*rc == SQLITE_ROW && !base_slice_over(base, slice));
        if (*rc == SQLITE_ROW)
                return 1;
        if (*rc != SQLITE_DONE)
                return -1;
        json_t *object = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "people", (json_int_t)all->people,
                "her_choice", (json_int_t)all->by[DECIDED_CHOICE], "lines",
                (json_int_t)all->by[DECIDED_LINES], "latest_sale", (json_int_t)all->by[DECIDED_LATEST],
                "lowest_id", (json_int_t)all->by[DECIDED_LOWEST], "nobody",
                (json_int_t)all->by[DECIDED_NOBODY], "ties", (json_int_t)all->ties);
        *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
        json_decref(object);
        *rc = *text ? SQLITE_OK : SQLITE_NOMEM;
        return *text ? 0 : -1;
}

/* Adds every integer column of a statement's one row under its own name. */
static int add_row(struct base *base, enum statement which, json_t *object)
{
        sqlite3_stmt *s = statement_use(&base->all, which);
        int rc = statement_step(s);
        if (rc == SQLITE_ROW)
                for (int i = 0; i < sqlite3_column_count(s); i++)
                        json_object_set_new(
                                object, sqlite3_column_name(s, i), json_integer(sqlite3_column_int64(s, i)));
        statement_done(s);
        return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int add_imports(struct base *base, json_t *object)
{
        json_t *list = json_array();
        sqlite3_stmt *s = statement_use(&base->all, ST_IMPORT_LIST);
        int rc;
        while ((rc = statement_step(s)) == SQLITE_ROW) {
                json_t *one = json_object();
                for (int i = 1; i < sqlite3_column_count(s); i++)
                        json_object_set_new(one, i == 1 ? "at_ms" : sqlite3_column_name(s, i),
                                json_integer(sqlite3_column_int64(s, i)));
                enum import_kind kind = (enum import_kind)sqlite3_column_int(s, 0);
                json_object_set_new(one, "kind", json_string(import_kind_word(kind)));
                json_array_append_new(list, one);
        }
        statement_done(s);
        json_object_set_new(object, "imports", list);
        return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static json_int_t file_bytes(const struct base *base, const char *name)
{
        char path[BASE_PATH_MAX + 32];
        struct stat st;
        snprintf(path, sizeof path, "%s/%s", base->dir, name);
        return stat(path, &st) == 0 ? (json_int_t)st.st_size : 0;
}

static void add_disk(const struct base *base, json_t *object)
{
        char text[BASE_PATH_MAX + 160];
        int64_t wants = ballast_wants(&base->ballast, base->dir);
        if (base->ballast.full)
                snprintf(text, sizeof text,
                        "full: arrivals are refused, withdrawals go through; make %lld MiB of room where %s "
                        "lies",
                        (long long)(wants / (1024 * 1024) + 1), base->dir);
        json_object_set_new(object, "disk", json_string(base->ballast.full ? text : "has room"));
        json_object_set_new(object, "ballast_bytes", json_integer((json_int_t)base->ballast.bytes));
}

static int add_rules(struct base *base, json_t *object)
{
        struct snapshot s = {0};
        int rc = rulebook_snapshot(base, &s);
        if (rc != SQLITE_OK)
                return rc;
        json_object_set_new(object, "rules",
                s.book_text ? json_sprintf("version %u in force", s.book.version)
                            : json_string("none that can be trusted: nothing is shown to anybody; publish a "
                                          "version"));
        free(s.book_text);
        return SQLITE_OK;
}

static json_t *status(struct base *base, int *rc)
{
        json_t *object = json_pack("{s:i, s:s, s:s, s:I, s:I, s:I, s:I}", "schema", open_newest_version(),
                "sqlite", sqlite3_libversion(), "durability",
                "flushed by a second thread before it is acknowledged", "bytes", file_bytes(base, "store.db"),
                "log_bytes", file_bytes(base, "store.db-wal"), "keys_bytes", file_bytes(base, "keys"),
                "known", (json_int_t)base->next_person - 1);
        json_object_set_new(object, "lines", json_integer((json_int_t)base->next_line - 1));
        add_disk(base, object);
        if (*rc == SQLITE_OK)
                *rc = add_rules(base, object);
        int64_t starts = 0;
        if (base_get_int(base, "starts", &starts) < 0)
                *rc = sqlite3_extended_errcode(base->all.db);
        json_object_set_new(object, "starts", json_integer(starts));
        if (*rc == SQLITE_OK)
                *rc = add_row(base, ST_STATUS_COUNTS, object);
        if (*rc == SQLITE_OK)
                *rc = add_row(base, ST_STATUS_PEOPLE, object);
        if (*rc == SQLITE_OK)
                *rc = add_row(base, ST_STATUS_PAGES, object);
        if (*rc == SQLITE_OK)
                *rc = add_imports(base, object);
        return object;
}

/* The stores that purchases may name, with their zones. */
static json_t *first_stores(struct base *base, int *rc)
{
        json_t *list = json_array();
        sqlite3_stmt *s = statement_use(&base->all, ST_FIRST_STORES);
        int step;
        while ((step = statement_step(s)) == SQLITE_ROW) {
                struct slice id = statement_get_slice(s, "external"), zone = statement_get_slice(s, "zone");
                json_array_append_new(list,
                        json_pack("{s:s%, s:s%, s:b}", "id", id.at, id.len, "zone", zone.at ? zone.at : "",
                                zone.len, "own", (uint32_t)statement_get(s, "id") == base->own_store));
        }
        statement_done(s);
        if (step != SQLITE_DONE)
                *rc = step;
        return list;
}

/* What the first run finds [P136]: the store, its clock, how much there is of each kind, where it was left.
 */
static json_t *first(struct base *base, wall_ms now, int *rc)
{
        int64_t step = 0;
        const struct catalog_store *own = catalog_store(&base->catalog, base->own_store);
        int32_t minute = clock_store_minute(now);
        char clock[32];
        snprintf(clock, sizeof clock, "%02d:%02d", minute / 60, minute % 60);
        if (base_get_int(base, "first_step", &step) < 0)
                *rc = sqlite3_extended_errcode(base->all.db);
        json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I}", "store",
                own ? own->name : base->store_name, "contact", base->house.contact ? base->house.contact : "",
                "url", base->house.url ? base->house.url : "", "qr_of", "url", "clock", clock, "now_ms",
                (json_int_t)now, "step", (json_int_t)step, "purchases", (json_int_t)base->next_line - 1);
        if (*rc == SQLITE_OK)
                json_object_set_new(object, "stores", first_stores(base, rc));
        if (*rc == SQLITE_OK)
                *rc = add_row(base, ST_FIRST_COUNTS, object);
        return object;
}

char *report_text(struct base *base, enum store_report what, const char *subject, wall_ms now, int *rc)
{
        json_t *object = NULL;
        *rc = SQLITE_OK;
        switch (what) {
        case REPORT_PREFERRED:
                object = preferred(base, subject, now, rc);
                break;
        case REPORT_PREFERRED_ALL: /* see report_all_step */
                break;
        case REPORT_STATUS:
                object = status(base, rc);
                break;
        case REPORT_SHOWN:
                object = shown_page(base, subject, rc);
                break;
        case REPORT_SHOWN_CHECK:
                object = shown_check(base, rc);
                break;
        case REPORT_FIRST:
                object = first(base, now, rc);
                break;
        case REPORT_SHIFTS:
        case REPORT_PEOPLE:
        case REPORT_ROSTER:
                object = shifts_report(base, what, subject, now, rc);
                break;
        }
        char *text = object && *rc == SQLITE_OK ? json_dumps(object, JSON_COMPACT) : NULL;
        if (text == NULL && *rc == SQLITE_OK)
                *rc = SQLITE_NOMEM;
        json_decref(object);
        return text;
}
