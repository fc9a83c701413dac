#include "server/hub/store/house.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/hub/store/arrivals.h"
#include "server/common/clock.h"
#include "server/common/log.h"

#define LISTED_MOST 30
#define VISITS_MOST 100000
#define COUNT_LEAST 5 /* fewer are told as "fewer than five" */

int house_write(struct base *base, const struct house_row *row)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_HOUSE_ADD);
        statement_int(s, ":version", row->version);
        statement_text(s, ":text", slice_of(row->text));
        statement_int(s, ":author", row->by);
        statement_int(s, ":at", row->at);
        return statement_run(s);
}

static sqlite3_stmt *list_of(struct base *base, int64_t newest, int64_t most)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_HOUSE_LIST);
        statement_int(s, ":newest", newest);
        statement_int(s, ":most", most);
        return s;
}

int house_read(struct base *base, struct house_row *out)
{
        struct house values;
        struct house_error error;
        sqlite3_stmt *s = list_of(base, INT64_MAX, 1);
        int rc = statement_step(s);
        if (rc == SQLITE_ROW) {
                struct slice text = statement_get_slice(s, "text");
                out->version = (uint32_t)statement_get(s, "version");
                out->by = (uint32_t)statement_get(s, "author");
                out->at = statement_get(s, "at");
                house_default(&values);
                if (text.len >= sizeof out->text || house_parse(text, NULL, &values, &error) != 0)
                        LOG(LOG_ERROR, "store",
                                "the newest house rules cannot be read; those of the "
                                "configuration are in force until others are saved");
                else
                        base_cut(out->text, sizeof out->text, text);
        }
        statement_done(s);
        return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* ---- all of them ---- */
static json_t *rule_json(const struct house_wanted *wanted, enum house_rule rule)
{
        const struct house_info *info = house_info(rule);
        struct house_bound b = house_bound_of(wanted->bounds, rule);
        static const char *const kinds[] = {[HOUSE_NUMBER] = "number",
                [HOUSE_YES] = "yes",
                [HOUSE_TIME] = "time",
                [HOUSE_DAYS] = "days",
                [HOUSE_NAMES] = "names"};
        char text[HOUSE_LIST_MAX];
        bool list = house_list_text(&wanted->live, rule, text);
        const char *firm = info->kind == HOUSE_NAMES ? b.firm : NULL;
        return json_pack("{s:s, s:i, s:s, s:s, s:i, s:s*, s:s*, s:i, s:i, s:i, s:b, s:s}", "key", info->key,
                "rule", info->number, "kind", kinds[info->kind], "unit", info->unit, "value",
                wanted->live.value[rule], "list", list ? text : NULL, "firm", firm, "usual", info->value,
                "least", b.least, "most", b.most, "head_office", wanted->bounds[rule].set ? 1 : 0, "say",
                info->sentence);
}

static json_t *versions(struct base *base, uint32_t newest, int *rc)
{
        json_t *all = json_array();
        sqlite3_stmt *s = list_of(base, newest, LISTED_MOST);
        while ((*rc = statement_step(s)) == SQLITE_ROW) {
                struct slice text = statement_get_slice(s, "text"), name = statement_get_slice(s, "name");
                bool operated = statement_get(s, "author") == BOOK_BY_OPERATOR;
                json_array_append_new(all,
                        json_pack("{s:I, s:I, s:s%, s:s%}", "version",
                                (json_int_t)statement_get(s, "version"), "at_ms",
                                (json_int_t)statement_get(s, "at"), "by", operated ? "operator" : name.at,
                                operated ? (size_t)8 : name.len, "text", text.at, text.len));
        }
        statement_done(s);
        return all;
}

static json_t *departments(struct base *base, int *rc)
{
        json_t *all = json_array();
        sqlite3_stmt *s = statement_use(&base->all, ST_DEPARTMENT_LIST);
        while ((*rc = statement_step(s)) == SQLITE_ROW) {
                struct slice name = statement_get_slice(s, "name");
                struct house_names one;
                if (house_names_parse(name, &one) == 0 && one.n == 1) /* a list could have it */
                        json_array_append_new(all, json_stringn(name.at, name.len));
        }
        statement_done(s);
        return all;
}

static json_t *all_of(struct base *base, const struct house_wanted *wanted, int *rc)
{
        char text[HOUSE_TEXT_MAX];
        json_t *rules = json_array();
        for (int i = 0; i < HOUSE_RULES; i++)
                json_array_append_new(rules, rule_json(wanted, (enum house_rule)i));
        house_print(&wanted->live, text);
        json_t *names = departments(base, rc);
        json_t *past = *rc == SQLITE_DONE ? versions(base, wanted->version, rc) : json_array();
        if (*rc == SQLITE_DONE)
                *rc = SQLITE_OK;
        json_t *zones = json_array();
        for (uint32_t i = 0; i < wanted->n_zones; i++)
                json_array_append_new(zones, json_string(wanted->zones[i]));
        return json_pack("{s:I, s:s, s:o, s:o, s:o, s:o}", "version", (json_int_t)wanted->version, "text",
                text, "rules", rules, "departments", names, "zones", zones, "versions", past);
}

/* ---- counted against last week ---- */
struct walk {
        int64_t person, day, ended;
        uint32_t nth;
        uint32_t shut[2]; /* departments that are never called: by the rules in force, by the draft */
};

static uint32_t shut_by(const struct base *base, const struct house_names *names)
{
        uint32_t set = 0;
        for (uint32_t i = 0; i < DEPARTMENT_COUNT; i++)
                if (base->catalog.departments[i][0] && house_names_has(names, base->catalog.departments[i]))
                        set |= 1u << i;
        return set;
}

/* Whether all that somebody works in is among them. */
static bool all_of_them(int64_t departments, uint32_t shut)
{
        return departments != 0 && ((uint32_t)departments & ~shut) == 0;
}

static struct house_visit next_visit(sqlite3_stmt *s, struct walk *w)
{
        int64_t person = statement_get(s, "person"), day = statement_get(s, "day"),
                started = statement_get(s, "started"), changed = statement_get(s, "changed"),
                seen = statement_get(s, "seen");
        bool again = w->nth && person == w->person && day == w->day;
        int64_t served_by = statement_get(s, "served_by"), hers = statement_get(s, "client_of");
        struct house_visit v = {.day = (store_day)clock_store_day(started),
                .own = hers != 0 && (served_by == 0 || served_by == hers),
                .minute = clock_store_minute(started),
                .nth = again ? w->nth + 1 : 1,
                .sensed = seen != VISIT_CHECKED_IN,
                .may_be = seen == VISIT_MAY_BE,
                .gap_min = again ? (int32_t)((started - w->ended) / MINUTE_MS) : -1,
                .held_min = (int32_t)((changed - started) / MINUTE_MS)};
        for (int i = 0; i < 2; i++)
                v.shut[i] = all_of_them(statement_get(s, "hers"), w->shut[i]) ||
                            all_of_them(statement_get(s, "server"), w->shut[i]);
        w->person = person, w->day = day, w->ended = changed, w->nth = v.nth;
        return v;
}

static json_t *count_of(struct base *base, const struct house_wanted *wanted, int *rc)
{
        struct arrivals_crowd *crowds = NULL;
        uint32_t n_crowds = 0;
        struct walk walk = {
                .shut = {shut_by(base, &wanted->live.alert_not), shut_by(base, &wanted->draft.alert_not)}};
        int64_t n = 0, changed = 0;
        struct uuid from = {{0}};
        wall_ms first = wanted->now > 9 * DAY_MS ? wanted->now - 9 * DAY_MS : 0;
        char text[HOUSE_TEXT_MAX];
        for (int i = 0; i < 6; i++)
                from.b[i] = (uint8_t)(first >> (8 * (5 - i)));
        *rc = arrivals_crowds(base, first, VISITS_MOST, &crowds, &n_crowds);
        if (*rc != SQLITE_OK) {
                free(crowds);
                return NULL;
        }
        sqlite3_stmt *s = statement_use(&base->all, ST_HOUSE_VISITS);
        statement_blob(s, ":from", from.b, sizeof from.b);
        statement_int(s, ":after", wanted->today - 7);
        statement_int(s, ":most", VISITS_MOST);
        while ((*rc = statement_step(s)) == SQLITE_ROW) {
                struct house_visit v = next_visit(s, &walk);
                v.crowd = arrivals_crowd_of(crowds, n_crowds, statement_get_slice(s, "id"));
                n++;
                changed += house_changes(&wanted->live, &wanted->draft, &v);
        }
        statement_done(s);
        free(crowds);
        if (*rc == SQLITE_DONE)
                *rc = SQLITE_OK;
        bool few = changed > 0 && changed < COUNT_LEAST;
        house_print(&wanted->draft, text);
        return json_pack("{s:I, s:b, s:I, s:s}", "changed", (json_int_t)(few ? COUNT_LEAST : changed),
                "fewer", few ? 1 : 0, "of", (json_int_t)n, "text", text);
}

char *house_text(struct base *base, const struct house_wanted *wanted, int *rc)
{
        json_t *object = NULL;
        char *text = NULL;
        switch (wanted->ask) {
        case HOUSE_ASK_ALL:
                object = all_of(base, wanted, rc);
                break;
        case HOUSE_ASK_COUNT:
                object = count_of(base, wanted, rc);
                break;
        }
        if (*rc == SQLITE_OK)
                text = object ? json_dumps(object, JSON_COMPACT) : NULL;
        json_decref(object);
        if (text == NULL && *rc == SQLITE_OK)
                *rc = SQLITE_NOMEM;
        return text;
}
