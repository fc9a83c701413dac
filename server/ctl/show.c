#include "server/ctl/show.h"

#include <string.h>

#include "proto/civil.h"

static const char *text_of(const json_t *object, const char *name)
{
        const char *text = json_string_value(json_object_get(object, name));
        return text ? text : "";
}

static int64_t number_of(const json_t *object, const char *name)
{
        return json_integer_value(json_object_get(object, name));
}

void show_span(int64_t seconds, char *out, size_t size)
{
        static const struct {
                int64_t seconds;
                const char *unit;
        } units[] = {{86400, "days"}, {3600, "h"}, {60, "min"}, {1, "s"}};
        for (size_t i = 0; i < ARRAY_LEN(units); i++) {
                if (seconds % units[i].seconds == 0 &&
                        (seconds >= 2 * units[i].seconds || i + 1 == ARRAY_LEN(units) || i > 0) &&
                        seconds >= units[i].seconds) {
                        snprintf(
                                out, size, "%lld %s", (long long)(seconds / units[i].seconds), units[i].unit);
                        return;
                }
        }
        snprintf(out, size, "%lld s", (long long)seconds);
}

void show_bytes(uint64_t bytes, char *out, size_t size)
{
        static const char *const unit[] = {"bytes", "kB", "MB", "GB", "TB"};
        double value = (double)bytes;
        size_t i = 0;
        for (; value >= 1000 && i + 1 < ARRAY_LEN(unit); i++)
                value /= 1000;
        snprintf(out, size, i == 0 ? "%.0f %s" : "%.1f %s", value, unit[i]);
}

/* ---- the card ---- */

static void strong(const struct ctl *ctl, const char *text)
{
        printf(ctl->colour ? "\033[1m%s\033[0m" : "%s", text);
}

/* "Navy coat 38, navy" / "Coats, winter 2025" / "several things": what the level lets be said. */
static void show_goods(const json_t *line)
{
        const char *level = text_of(line, "level");
        if (strcmp(level, "tally") == 0) {
                printf("%s%s bought in %s", strcmp(text_of(line, "tally"), "few") == 0 ? "a " : "",
                        text_of(line, "tally"), text_of(line, "department"));
                return;
        }
        if (json_object_get(line, "item")) {
                printf("%s", text_of(line, "item"));
                static const char *const more[] = {"size", "colour", "brand"};
                for (size_t i = 0; i < ARRAY_LEN(more); i++)
                        if (text_of(line, more[i])[0])
                                printf(", %s", text_of(line, more[i]));
                printf(", %02lld/%lld", (long long)number_of(line, "month"),
                        (long long)number_of(line, "year"));
        } else {
                printf("%s%s%s, %s %lld", text_of(line, "kind"), text_of(line, "brand")[0] ? ", " : "",
                        text_of(line, "brand"), text_of(line, "season"), (long long)number_of(line, "year"));
        }
        printf(" [%s, %s", text_of(line, "department"), text_of(line, "channel"));
        if (strcmp(text_of(line, "status"), "bought") != 0)
                printf(", %s", text_of(line, "status"));
        printf("]");
}

/* Every supported currency of the demo and of the tests has two decimals; others are told in minor units. */
static void show_price(const json_t *card, const json_t *line)
{
        const json_t *price = json_object_get(line, "price");
        if (!json_is_integer(price))
                return;
        int64_t minor = json_integer_value(price);
        const char *currency = text_of(card, "currency");
        static const char *const whole[] = {"JPY", "KRW", "ISK", "CLP", "VND"};
        for (size_t i = 0; i < ARRAY_LEN(whole); i++) {
                if (strcmp(currency, whole[i]) == 0) {
                        printf("  %lld %s", (long long)minor, currency);
                        return;
                }
        }
        printf("  %lld.%02lld %s", (long long)(minor / 100), (long long)(minor % 100), currency);
}

static void show_group(const struct ctl *ctl, const json_t *card, const char *name, const char *title)
{
        const json_t *group = json_object_get(card, name);
        const json_t *lines = json_object_get(group, "lines");
        size_t i;
        json_t *line;
        strong(ctl, title);
        printf("%s%s\n", text_of(group, "because")[0] ? "  " : "", text_of(group, "because"));
        if (json_array_size(lines) == 0)
                printf("   nothing\n");
        json_array_foreach(lines, i, line)
        {
                printf("  %lld ", (long long)number_of(line, "line"));
                show_goods(line);
                show_price(card, line);
                if (json_object_get(line, "age_days"))
                        printf("  %lld days ago, %s", (long long)number_of(line, "age_days"),
                                text_of(line, "store"));
                printf("\n    %s (%s, rule %s)\n", text_of(line, "because"), text_of(line, "level"),
                        text_of(line, "rule"));
        }
}

void show_card(const struct ctl *ctl, const json_t *card)
{
        const json_t *fields = json_object_get(card, "fields");
        static const char *const names[] = {"name", "greet", "wish", "hint", "sizes", "likes"};
        if (!json_is_object(card)) {
                printf("There is no card.\n");
                return;
        }
        if (!json_is_true(json_object_get(card, "here"))) {
                printf("This associate may not even know that she is here.\n");
                return;
        }
        strong(ctl, text_of(json_object_get(fields, "name"), "text"));
        printf("  %s (%s)\n", text_of(card, "standing"), text_of(card, "seen"));
        for (size_t i = 1; i < ARRAY_LEN(names); i++) {
                const json_t *f = json_object_get(fields, names[i]);
                if (f)
                        printf("  %-6s %s  (%s, rule %s)\n", names[i], text_of(f, "text"),
                                text_of(f, "because"), text_of(f, "rule"));
        }
        if (!json_object_get(fields, "greet"))
                printf("  do not use a name\n");
        show_group(ctl, card, "may_say", "MAY SAY");
        show_group(ctl, card, "know_only", "KNOW ONLY (unless she brings it up)");
}

/* ---- reports ---- */

static void show_time(int64_t at_ms)
{
        struct civil_date d = civil_from_day((store_day)(at_ms / DAY_MS));
        int minute = (int)(at_ms % DAY_MS / MINUTE_MS);
        printf("%04d-%02d-%02d %02d:%02d UTC", d.year, d.month, d.day, minute / 60, minute % 60);
}

static bool ends_in(const char *name, const char *end)
{
        size_t a = strlen(name), b = strlen(end);
        return a >= b && strcmp(name + a - b, end) == 0;
}

/* The unit is in the name. */
static void show_value(const char *name, const json_t *value)
{
        char text[40];
        if (json_is_string(value)) {
                printf("%s", json_string_value(value));
        } else if (json_is_integer(value) && ends_in(name, "bytes") && json_integer_value(value) >= 0) {
                show_bytes((uint64_t)json_integer_value(value), text, sizeof text);
                printf("%s", text);
        } else if (json_is_integer(value) && ends_in(name, "at_ms") && json_integer_value(value) >= 0) {
                show_time(json_integer_value(value));
        } else if (json_is_integer(value))
                printf("%lld", (long long)json_integer_value(value));
        else if (json_is_boolean(value))
                printf("%s", json_is_true(value) ? "yes" : "no");
        else if (json_is_null(value))
                printf("-");
        else
                json_dumpf(value, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
}

/* One line a member, a list of objects one line each. */
static void show_object(const json_t *object)
{
        json_t *members = json_copy((json_t *)(uintptr_t)object);
        const char *name;
        json_t *value;
        json_object_foreach(members, name, value)
        {
                if (json_is_array(value))
                        continue;
                printf("%-16s ", name);
                show_value(name, value);
                printf("\n");
        }
        json_object_foreach(members, name, value)
        {
                for (size_t i = 0; i < json_array_size(value); i++) {
                        const char *part;
                        json_t *one = json_array_get(value, i), *of;
                        printf("%s", name);
                        json_object_foreach(one, part, of)
                        {
                                printf("  %s ", part);
                                show_value(part, of);
                        }
                        printf("\n");
                }
        }
        json_decref(members);
}

static void show_candidate(const json_t *one, size_t rank)
{
        printf("  %zu. %s (%s, %s): %lld line%s, the latest ", rank, text_of(one, "name"),
                text_of(one, "associate"), text_of(one, "store"), (long long)number_of(one, "lines"),
                number_of(one, "lines") == 1 ? "" : "s");
        show_time(number_of(one, "latest_ms"));
        printf("\n");
}

static const char *why(const char *decided_by)
{
        static const struct {
                const char *word, *sentence;
        } sentences[] = {{"her choice", "she chose so herself"}, {"lines", "most lines served in 24 months"},
                {"latest sale", "as many lines as another, and the latest sale"},
                {"lowest id", "as many lines and the same latest sale as another; the lowest id decides"},
                {"nobody", "nobody has served her in 24 months"}};
        for (size_t i = 0; i < ARRAY_LEN(sentences); i++)
                if (strcmp(decided_by, sentences[i].word) == 0)
                        return sentences[i].sentence;
        return decided_by;
}

void show_preferred(const struct ctl *ctl, const json_t *answer)
{
        const json_t *candidates = json_object_get(answer, "candidates");
        const char *preferred = text_of(answer, "preferred");
        size_t i;
        json_t *one;
        strong(ctl, preferred[0] ? preferred : "nobody");
        printf(": %s\n", why(text_of(answer, "decided_by")));
        json_array_foreach(candidates, i, one) show_candidate(one, i + 1);
        if (!json_is_string(json_object_get(answer, "chosen")) && preferred[0])
                printf("This decides who is called; it lets nobody see more until she chooses.\n");
}

void show_preferred_all(const struct ctl *ctl, const json_t *answer)
{
        static const struct {
                const char *name, *words;
        } rows[] = {{"her_choice", "by her own choice"}, {"lines", "by most lines served in 24 months"},
                {"latest_sale", "by the latest sale, lines being equal"},
                {"lowest_id", "by the lowest id, the latest sale being equal, too"},
                {"nobody", "served by nobody in 24 months"}};
        (void)ctl;
        printf("%8lld people\n", (long long)number_of(answer, "people"));
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
                printf("%8lld %s\n", (long long)number_of(answer, rows[i].name), rows[i].words);
        printf("%8lld ties in lines\n", (long long)number_of(answer, "ties"));
}

void show_metrics(const struct ctl *ctl, const json_t *answer)
{
        (void)ctl;
        fputs(text_of(answer, "text"), stdout);
}

void show_canary(const struct ctl *ctl, const json_t *answer)
{
        long long found = (long long)number_of(answer, "found");
        printf("%lld pairs of cards compared: ", (long long)number_of(answer, "pairs"));
        if (found == 0) {
                printf("nothing found.\n");
                return;
        }
        strong(ctl, "some differ");
        printf(", %lld. Something hidden gets through: keep a backup of the database and report it.\n",
                found);
}

void show_status(const struct ctl *ctl, const json_t *answer)
{
        (void)ctl;
        show_object(answer);
}
