#include "server/core/house.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/civil.h"

static const struct house_info infos[HOUSE_RULES] = {
#define HOUSE(NAME, key, no, kind, unit, value, least, most, sentence)                                       \
        [HOUSE_##NAME] = {key, no, HOUSE_##kind, unit, value, least, most, sentence},
#include "server/core/house.def"
};

const struct house_info *house_info(enum house_rule rule)
{
        return &infos[rule];
}

/* What a new store begins with, where that is a list. */
static const char *const usual_names[HOUSE_RULES] = {
        [HOUSE_ZONES_NOT] = "cafe, café, car park, kafé, parkering, parking, passage"};

static struct house_names *names_of(struct house *house, enum house_rule rule)
{
        return rule == HOUSE_ZONES_NOT ? &house->zones_not : NULL;
}

void house_default(struct house *out)
{
        *out = (struct house){0};
        for (int i = 0; i < HOUSE_RULES; i++) {
                struct house_names *names = names_of(out, (enum house_rule)i);
                out->value[i] = infos[i].value;
                if (names && usual_names[i])
                        house_names_parse(slice_of(usual_names[i]), names);
        }
}

static struct house_days *list_of(struct house *house, enum house_rule rule)
{
        if (infos[rule].kind != HOUSE_DAYS)
                return NULL;
        return rule == HOUSE_CLOSED_DAYS ? &house->closed : &house->events;
}

const struct house_days *house_list(const struct house *house, enum house_rule rule)
{
        if (infos[rule].kind != HOUSE_DAYS)
                return NULL;
        return rule == HOUSE_CLOSED_DAYS ? &house->closed : &house->events;
}

const struct house_names *house_names_of(const struct house *house, enum house_rule rule)
{
        return rule == HOUSE_ZONES_NOT ? &house->zones_not : NULL;
}

static bool is_list(enum house_kind kind)
{
        return kind == HOUSE_DAYS || kind == HOUSE_NAMES;
}

bool house_list_text(const struct house *house, enum house_rule rule, char out[HOUSE_LIST_MAX])
{
        const struct house_days *days = house_list(house, rule);
        const struct house_names *names = house_names_of(house, rule);
        out[0] = 0;
        if (days)
                house_days_print(days, out);
        else if (names)
                house_names_print(names, out);
        return days || names;
}

struct house_bound house_bound_of(const struct house_bound bounds[HOUSE_RULES], enum house_rule rule)
{
        const struct house_info *info = &infos[rule];
        struct house_bound b = {true, info->least, info->most};
        if (!bounds || !bounds[rule].set)
                return b;
        b.least = bounds[rule].least > b.least ? bounds[rule].least : b.least;
        b.most = bounds[rule].most < b.most ? bounds[rule].most : b.most;
        return b;
}

void house_within(const struct house_bound bounds[HOUSE_RULES], struct house *house)
{
        for (int i = 0; i < HOUSE_RULES; i++) {
                struct house_bound b = house_bound_of(bounds, (enum house_rule)i);
                int32_t *v = &house->value[i];
                struct house_days *list = list_of(house, (enum house_rule)i);
                struct house_names *names = names_of(house, (enum house_rule)i);
                *v = *v < b.least ? b.least : *v > b.most ? b.most : *v;
                if (list && list->n > *v) { /* its last ones go */
                        memset(&list->at[*v], 0, (size_t)(list->n - *v) * sizeof(list->at[0]));
                        list->n = *v;
                }
                if (names)
                        house_names_cut(names, *v);
        }
}

/* ---- text ---- */
void house_value_text(enum house_rule rule, int32_t value, char out[HOUSE_VALUE_MAX])
{
        switch (infos[rule].kind) {
        case HOUSE_NUMBER:
        case HOUSE_DAYS:
        case HOUSE_NAMES:
                snprintf(out, HOUSE_VALUE_MAX, "%d", value);
                return;
        case HOUSE_YES:
                snprintf(out, HOUSE_VALUE_MAX, "%s", value ? "yes" : "no");
                return;
        case HOUSE_TIME:
                snprintf(out, HOUSE_VALUE_MAX, "%02d:%02d", value / 60, value % 60);
                return;
        }
}

size_t house_print(const struct house *house, char out[HOUSE_TEXT_MAX])
{
        size_t len = 0;
        for (int i = 0; i < HOUSE_RULES; i++) {
                char value[HOUSE_LIST_MAX];
                const char *unit = infos[i].unit;
                if (!house_list_text(house, (enum house_rule)i, value))
                        house_value_text((enum house_rule)i, house->value[i], value);
                int n = snprintf(out + len, HOUSE_TEXT_MAX - len, "%s = %s%s%s\n", infos[i].key, value,
                        unit[0] ? " " : "", unit);
                assert(n > 0 && (size_t)n < HOUSE_TEXT_MAX - len);
                len += (size_t)n;
        }
        return len;
}

static bool is_blank(char c)
{
        return c == ' ' || c == '\t' || c == '\r';
}

static struct slice trimmed(struct slice s)
{
        while (s.len && is_blank(s.at[0]))
                s = (struct slice){s.at + 1, s.len - 1};
        while (s.len && is_blank(s.at[s.len - 1]))
                s.len--;
        return s;
}

static bool same(struct slice s, const char *text)
{
        return s.len == strlen(text) && (s.len == 0 || memcmp(s.at, text, s.len) == 0);
}

/* The first line of *rest without its comment, and *rest behind it. */
static struct slice take_line(struct slice *rest)
{
        size_t n = 0, end;
        while (n < rest->len && rest->at[n] != '\n')
                n++;
        struct slice line = {rest->at, n};
        end = n < rest->len ? n + 1 : n;
        *rest = (struct slice){rest->at + end, rest->len - end};
        for (n = 0; n < line.len && line.at[n] != '#';)
                n++;
        line.len = n;
        return trimmed(line);
}

static bool take_digits(struct slice *s, int most, int32_t *out)
{
        int n = 0;
        for (*out = 0; s->len && s->at[0] >= '0' && s->at[0] <= '9'; n++) {
                if (n == most)
                        return false;
                *out = *out * 10 + (s->at[0] - '0');
                *s = (struct slice){s->at + 1, s->len - 1};
        }
        return n > 0;
}

static bool take_time(struct slice *s, int32_t *out)
{
        int32_t hour, minute;
        if (!take_digits(s, 2, &hour) || s->len == 0 || s->at[0] != ':')
                return false;
        *s = (struct slice){s->at + 1, s->len - 1};
        if (!take_digits(s, 2, &minute) || hour > 24 || minute > 59 || (hour == 24 && minute))
                return false;
        *out = hour * 60 + minute;
        return true;
}

static bool take_word(struct slice *s, const char *word)
{
        size_t len = strlen(word);
        if (s->len < len || memcmp(s->at, word, len) != 0)
                return false;
        *s = (struct slice){s->at + len, s->len - len};
        return true;
}

/* A value with or without its unit; what follows stays in *s. */
static bool take_value(const struct house_info *info, struct slice *s, int32_t *out)
{
        bool minus = false, ok = false;
        *s = trimmed(*s);
        switch (info->kind) {
        case HOUSE_YES:
                *out = take_word(s, "yes");
                return *out || take_word(s, "no");
        case HOUSE_TIME:
                return take_time(s, out);
        case HOUSE_NUMBER:
        case HOUSE_DAYS: /* how many, in a bound */
        case HOUSE_NAMES:
                minus = take_word(s, "-");
                ok = take_digits(s, 6, out);
                *out = minus ? -*out : *out;
                break;
        }
        struct slice behind = trimmed(*s);
        if (ok && info->unit[0] && take_word(&behind, info->unit))
                *s = behind;
        return ok;
}

/* `key` NULL: it is about no single rule. */
static int fault(struct house_error *error, int line, const char *key, const char *what, const char *todo)
{
        error->line = line;
        snprintf(error->text, sizeof(error->text), "%s%s%s", key ? key : "", key ? ": " : "", what);
        snprintf(error->todo, sizeof(error->todo), "%s", todo);
        return 1;
}

static const char *form_of(const struct house_info *info)
{
        switch (info->kind) {
        case HOUSE_NUMBER:
                return "Write a whole number.";
        case HOUSE_YES:
                return "Write yes or no.";
        case HOUSE_TIME:
                return "Write a time such as 10:00.";
        case HOUSE_DAYS:
                return "Write none, or days such as 2026-12-24, 2026-12-27 to 2026-12-30, sunday: 16 at "
                       "most.";
        case HOUSE_NAMES:
                return "Write none, or names such as café, car park: 16 at most, without #.";
        }
        return "";
}

struct reading {
        const struct house_bound *bounds;
        struct house values;
        struct house_bound read[HOUSE_RULES];
        bool named[HOUSE_RULES];
        bool wants_bounds;
};

/* Whether its value may be that; what is not is said. */
static int within(const struct reading *r, int i, int32_t value, int line, struct house_error *error)
{
        struct house_bound b = house_bound_of(r->bounds, (enum house_rule)i);
        char least[HOUSE_VALUE_MAX], most[HOUSE_VALUE_MAX];
        if (value >= b.least && value <= b.most)
                return 0;
        house_value_text((enum house_rule)i, b.least, least);
        house_value_text((enum house_rule)i, b.most, most);
        fault(error, line, infos[i].key, "that is outside what is allowed", "");
        snprintf(error->todo, sizeof(error->todo), "Allowed is %s to %s%s.", least, most,
                is_list(infos[i].kind) ? " of them" : "");
        return 1;
}

/* A list is the rest of its line. */
static int take_list(struct reading *r, int i, struct slice rest, int line, struct house_error *error)
{
        struct house_days *list = list_of(&r->values, (enum house_rule)i);
        struct house_names *names = names_of(&r->values, (enum house_rule)i);
        if (list ? house_days_parse(rest, list) != 0 : house_names_parse(rest, names) != 0)
                return fault(error, line, infos[i].key,
                        list ? "this is no list of days" : "this is no list of names", form_of(&infos[i]));
        r->values.value[i] = list ? list->n : names->n;
        return within(r, i, r->values.value[i], line, error);
}

static int take_value_of(
        struct reading *r, int i, struct slice *s, int line, int32_t *out, struct house_error *error)
{
        const struct house_info *info = &infos[i];
        if (!take_value(info, s, out))
                return fault(error, line, info->key, "this is no value of it",
                        is_list(info->kind) ? "Write how many there may be." : form_of(info));
        return within(r, i, *out, line, error);
}

/* least `to` most */
static int take_bounds(struct reading *r, int i, struct slice *rest, int line, struct house_error *error)
{
        struct house_bound *b = &r->read[i];
        if (take_value_of(r, i, rest, line, &b->least, error) != 0)
                return 1;
        *rest = trimmed(*rest);
        if (!take_word(rest, "to"))
                return fault(error, line, infos[i].key, "there are no two bounds",
                        "Write the least, to, and the most.");
        if (take_value_of(r, i, rest, line, &b->most, error) != 0)
                return 1;
        if (b->least > b->most)
                return fault(error, line, infos[i].key, "the least is above the most",
                        "Write the smaller one first.");
        if (is_list(infos[i].kind) && b->least)
                return fault(error, line, infos[i].key, "nobody can make up items for a list",
                        "Write 0 to the most that there may be.");
        return 0;
}

static int take_rule(struct reading *r, struct slice line, int n, struct house_error *error)
{
        size_t eq = 0;
        int i = 0;
        while (eq < line.len && line.at[eq] != '=')
                eq++;
        if (eq == line.len)
                return fault(error, n, NULL, "this is no rule", "Write a rule's name, =, and its value.");
        struct slice key = trimmed((struct slice){line.at, eq}), rest = {line.at + eq + 1, line.len - eq - 1};
        while (i < HOUSE_RULES && !same(key, infos[i].key))
                i++;
        if (i == HOUSE_RULES)
                return fault(
                        error, n, NULL, "there is no rule of that name", "Look at the list of the rules.");
        if (r->named[i])
                return fault(error, n, infos[i].key, "it is there twice", "Take one of the two out.");
        r->named[i] = r->read[i].set = true;
        if (is_list(infos[i].kind) && !r->wants_bounds)
                return take_list(r, i, rest, n, error);
        int rc = r->wants_bounds ? take_bounds(r, i, &rest, n, error)
                                 : take_value_of(r, i, &rest, n, &r->values.value[i], error);
        if (rc == 0 && trimmed(rest).len)
                return fault(error, n, infos[i].key, "something stands behind the value",
                        "Write one rule a line; # begins a comment.");
        return rc;
}

static int read_all(struct reading *r, struct slice text, struct house_error *error)
{
        if (text.len > HOUSE_READ_MAX)
                return fault(
                        error, 0, NULL, "the text is too long", "Leave comments out: 8 KiB is the most.");
        for (int n = 1; text.len; n++) {
                struct slice line = take_line(&text);
                if (line.len && take_rule(r, line, n, error) != 0)
                        return 1;
        }
        return 0;
}

int house_parse(struct slice text, const struct house_bound bounds[HOUSE_RULES], struct house *out,
        struct house_error *error)
{
        struct reading r = {.bounds = bounds, .values = *out};
        if (read_all(&r, text, error) != 0)
                return 1;
        *out = r.values;
        return 0;
}

int house_parse_bounds(struct slice text, struct house_bound out[HOUSE_RULES], struct house_error *error)
{
        struct reading r = {.wants_bounds = true};
        if (read_all(&r, text, error) != 0)
                return 1;
        for (int i = 0; i < HOUSE_RULES; i++)
                out[i] = r.named[i] ? r.read[i] : (struct house_bound){0};
        return 0;
}

/* ---- questions ---- */
/* The day whose hours these are. */
static store_day day_of_hours(const struct house *house, store_day day, int32_t minute)
{
        const int32_t *v = house->value;
        return v[HOUSE_CLOSES] < v[HOUSE_OPENS] && minute < v[HOUSE_CLOSES] ? day - 1 : day;
}

bool house_open(const struct house *house, store_day day, int32_t minute)
{
        const int32_t *v = house->value, whole = 24 * 60;
        if (house_days_has(&house->closed, day_of_hours(house, day, minute)))
                return false;
        if (v[HOUSE_OPENS] == v[HOUSE_CLOSES])
                return true;
        int32_t length = v[HOUSE_CLOSES] - v[HOUSE_OPENS];
        length += length < 0 ? whole : 0; /* after midnight; but 24:00 is today's */
        int32_t since = (minute - v[HOUSE_OPENS] + whole) % whole;
        return since >= v[HOUSE_FIRST_CALL] && since < length - v[HOUSE_LAST_CALL];
}

bool house_event(const struct house *house, store_day day, int32_t minute)
{
        return house_days_has(&house->events, day_of_hours(house, day, minute));
}

bool house_minor(int32_t least_age, store_day born, store_day today)
{
        struct civil_date from = civil_from_day(born), to = civil_from_day(today);
        int32_t years = to.year - from.year;
        if (to.month < from.month || (to.month == from.month && to.day < from.day))
                years--;
        return years < least_age;
}

bool house_always_holds(const struct house *house, const struct house_always *always, store_day today)
{
        store_day used = always->used > always->given ? always->used : always->given;
        return always->not_todays < (uint32_t)house->value[HOUSE_NOT_TODAYS] &&
               civil_age_months(used, today) < house->value[HOUSE_FADES] &&
               civil_age_months(always->given, today) < house->value[HOUSE_ENDS];
}

bool house_wifi(const struct house *house, bool may_be)
{
        const int32_t *v = house->value;
        return v[HOUSE_WIFI] && v[HOUSE_WIFI_SIGN] && (!may_be || v[HOUSE_MAY_BE]);
}

bool house_zone_not(const struct house *house, const char *zone, const char *name)
{
        return house_names_has(&house->zones_not, zone) || house_names_has(&house->zones_not, name);
}

/* What becomes of a visit: 0 she is called for as long as she stayed; each other answer has a number. */
static int fate(const struct house *h, const struct house_visit *v)
{
        if (!house_open(h, v->day, v->minute))
                return 1;
        if (!v->own && house_event(h, v->day, v->minute))
                return 6;
        if (v->nth > (uint32_t)h->value[HOUSE_ALERTS])
                return 2;
        if (v->sensed && !house_wifi(h, v->may_be))
                return 3;
        if (v->sensed && v->gap_min >= 0 && v->gap_min < h->value[HOUSE_SAME_VISIT])
                return 4;
        if (!v->sensed && v->held_min > h->value[HOUSE_HOLDS] * 60)
                return 5;
        return v->crowd > (uint32_t)h->value[HOUSE_ARRIVALS]
                       ? 7
                       : 0; /* called, but the sign said that it takes long */
}

bool house_changes(const struct house *live, const struct house *draft, const struct house_visit *visit)
{
        return fate(live, visit) != fate(draft, visit);
}
