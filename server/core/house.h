/* The house rules: how this store asks and calls, as values with bounds, a text form, and the questions that
 * hang on nothing else. Pure.
 *
 *   house.def -> default --the configuration--> at the first start --a manager saves--> version 1, 2, 3 ...
 *   head office: the least and most of each (configuration, rules.house_bounds); what lies outside is moved
 * to the nearest allowed value when it is taken into force, so a bound holds also for what was saved before
 * it.
 *
 * The text: one `key = value` a line, with its unit or without; `#` begins a comment. A rule that is not
 * named keeps the value it had. Head office's text: one `key = least to most` a line; of a list of days
 * how many there may be, from 0 on; of a list of names those that must stay in, as a list. */
#ifndef CORE_HOUSE_H
#define CORE_HOUSE_H

#include "proto/base.h"
#include "proto/slice.h"
#include "server/core/house_days.h"
#include "server/core/house_names.h"

enum house_rule {
#define HOUSE(NAME, key, no, kind, unit, value, least, most, sentence) HOUSE_##NAME,
#include "server/core/house.def"
        HOUSE_RULES
};

enum house_kind { HOUSE_NUMBER, HOUSE_YES, HOUSE_TIME, HOUSE_DAYS, HOUSE_NAMES };

struct house_info {
        const char *key;
        uint8_t number; /* of the opt-in rule, 1 to 10 */
        enum house_kind kind;
        const char *unit;
        int32_t value, least, most;
        const char *sentence;
};

struct house {
        int32_t value[HOUSE_RULES];
        struct house_days closed, events;                    /* their lengths stand in `value`, too */
        struct house_names invite_not, alert_not, zones_not; /* likewise */
};
struct house_bound {
        bool set; /* else those of house.def count */
        int32_t least, most;
        char firm[HOUSE_FIRM_TEXT]; /* of a list of names: those that must stay in, canonical */
};

/* Lives for ever. */
const struct house_info *house_info(enum house_rule rule);
/* What a new store begins with; house_default() where head office has said nothing. Lists of names have what
 * stays in, so that bounds alone settle which departments are left out. Values are not moved into the bounds.
 */
void house_first(const struct house_bound bounds[HOUSE_RULES], struct house *out);
void house_default(struct house *out);

#define HOUSE_TEXT_MAX  4096 /* of the canonical text, with NUL */
#define HOUSE_READ_MAX  8192 /* bytes of a text that is read */
#define HOUSE_VALUE_MAX 24
#define HOUSE_LIST_MAX  448 /* bytes of the text of a list, of either kind, with NUL */

struct house_error {
        int line; /* from 1; 0: the whole */
        char text[160];
        char todo[96];
};

/* Reads a text over the values that *out has. 0; 1 with *error: *out is then as it was. A value outside
 * `bounds` (NULL: those of house.def), a rule that nobody knows or that is named twice is an error. */
int house_parse(struct slice text, const struct house_bound bounds[HOUSE_RULES], struct house *out,
        struct house_error *error);
/* Reads head office's bounds; rules that it does not name are not set. 0; 1 with *error. */
int house_parse_bounds(struct slice text, struct house_bound out[HOUSE_RULES], struct house_error *error);
/* The list of a rule of kind DAYS; NULL for the others. */
const struct house_days *house_list(const struct house *house, enum house_rule rule);
/* The same of kind NAMES. */
const struct house_names *house_names_of(const struct house *house, enum house_rule rule);
/* The text of a list of either kind. False: the rule is none, and *out is empty. */
bool house_list_text(const struct house *house, enum house_rule rule, char out[HOUSE_LIST_MAX]);
/* Whether what a sensor of this zone and name says counts for nothing [P163]. */
bool house_zone_not(const struct house *house, const char *zone, const char *name);
/* The canonical text: every rule, in order. Returns its length. house_parse() of it gives the same values. */
size_t house_print(const struct house *house, char out[HOUSE_TEXT_MAX]);
/* One value as the text has it, without its unit. */
void house_value_text(enum house_rule rule, int32_t value, char out[HOUSE_VALUE_MAX]);
/* The bound that counts: head office's within house.def's. What head office does not speak of keeps the usual
 * names in; `bounds` NULL holds none: what was saved under other bounds is still a text. */
struct house_bound house_bound_of(const struct house_bound bounds[HOUSE_RULES], enum house_rule rule);
/* Moves what lies outside to the nearest allowed value. */
void house_within(const struct house_bound bounds[HOUSE_RULES], struct house *house);

/* Whether somebody may be called on this day at this minute (0 to 1439) of the store's own clock: from
 * opening
 * + first_call to closing - last_call, over midnight if the doors close before they open, and not on a closed
 * day. The store's clock decides, also on the days on which it changes. */
bool house_open(const struct house *house, store_day day, int32_t minute);
/* Whether only a customer's own associate is asked then. What is after midnight of a store that closes after
 * it belongs to the day before, here and for closed days. */
bool house_event(const struct house *house, store_day day, int32_t minute);
/* Whether who was born on that day is too young on this one. Who was born on 29 February is a year older on 1
 * March of a common year: on 28 February it is not her birthday yet. */
bool house_minor(int32_t least_age, store_day born, store_day today);

/* What "always" hangs on beside the consent itself. */
struct house_always {
        store_day given;     /* day of the grant */
        store_day used;      /* of her newest visit; 0: none */
        uint32_t not_todays; /* days with a "not today" since the grant */
};
/* Whether her "always" still means that: it has faded, or been answered by "not today" too often, else. */
bool house_always_holds(const struct house *house, const struct house_always *always, store_day today);

/* Whether the Wi-Fi may say that somebody has come; `may_be`: known by a bare address only. */
bool house_wifi(const struct house *house, bool may_be);

/* A visit of last week, as far as a draft may be counted against it. */
struct house_visit {
        store_day day;
        int32_t minute;  /* of the store's clock, when it began */
        bool own;        /* her own associate served her, or nobody did */
        uint32_t nth;    /* which of her visits on that day, from 1 */
        bool sensed;     /* by the Wi-Fi ... */
        bool may_be;     /* ... by a bare address */
        int32_t gap_min; /* since the end of her visit before; -1: none of that day */
        int32_t held_min;
        bool shut[2];   /* her associate, or who came, is never called [P161]: by the rules in force, by the
                           draft */
        uint32_t crowd; /* arrivals of her associate's least busy department in the hour up to hers, it
                           counted */
};
/* Whether the draft would have dealt with it in another way than the rules in force. */
bool house_changes(const struct house *live, const struct house *draft, const struct house_visit *visit);

#endif
