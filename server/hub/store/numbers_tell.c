/* What is said of the counts: the manager's JSON [P91], each associate's own [P92]. Nothing leaves but by way
 * of cells_tell() and cells_split(); shares are whole hundredths, counts are rounded to five. */
#include "server/hub/store/numbers.h"

#include <stdio.h>
#include <stdlib.h>

#include "proto/civil.h"
#include "proto/json.h"

#define WINDOWS_TOLD 16 /* newest ones of a line of weeks */
#define YEAR_WEEKS   52
#define OLD_WEEKS    12 /* a window that ended before is not news */

static int64_t rounded(uint32_t n)
{
        return (int64_t)(n + 2) / 5 * 5;
}

static int64_t share(uint64_t hit, uint64_t of, uint64_t unit)
{
        return of ? (int64_t)((hit * unit * 2 + of) / (of * 2)) : 0;
}

int32_t numbers_percentile(const uint32_t *steps, int percent)
{
        uint64_t all = 0, below = 0;
        for (int i = 0; i < NUMBERS_STEPS; i++)
                all += steps[i];
        for (int i = 0; i < NUMBERS_STEPS; i++) {
                below += steps[i];
                if (all && below * 100 >= all * (uint64_t)percent)
                        return (i + 1) * NUMBERS_STEP_S;
        }
        return -1;
}

/* ---- one window ---- */
struct window {
        int first, weeks;
};

static struct cell sum_of(const struct cells *cells, struct window w)
{
        struct cell sum = {0};
        for (int i = w.first; i < w.first + w.weeks; i++)
                cell_join(&sum, &cells->week[i]);
        return sum;
}

static void add_steps(uint32_t *into, const struct numbers_times *from)
{
        for (int i = 0; i < NUMBERS_STEPS; i++)
                into[i] += from->steps[i];
}

static store_day first_day(const struct numbers_count *c, int week)
{
        return (c->first_week + week) * 7 - 3;
}

static void write_day(struct json_out *j, const char *key, store_day day)
{
        char text[40];
        struct civil_date d = civil_from_day(day);
        snprintf(text, sizeof text, "%04d-%02d-%02d", d.year, d.month, d.day);
        json_text(j, key, text);
}

static void write_span(struct json_out *j, const struct numbers_count *c, struct window w)
{
        write_day(j, "from", first_day(c, w.first));
        json_number(j, "weeks", w.weeks);
}

static void write_response(struct json_out *j, const struct numbers_count *c, uint32_t group, struct window w,
        const struct cell *sum)
{
        uint32_t steps[NUMBERS_STEPS] = {0};
        struct cell behind = {0};
        for (int i = w.first; i < w.first + w.weeks; i++) {
                add_steps(steps, &c->times[group][i]);
                cell_join(&behind, &c->times[group][i].behind);
        }
        json_number(j, "nobody", share(sum->more[RESPONSE_NOBODY], sum->of, 100));
        if (!(group == CELLS_STORE ? cell_enough(&behind) : cell_team_enough(&behind)))
                return;
        json_number(j, "p50_s", numbers_percentile(steps, 50));
        json_number(j, "p90_s", numbers_percentile(steps, 90));
}

static void write_spend(struct json_out *j, const struct numbers_count *c, enum number number, uint32_t group,
        struct window w)
{
        const struct numbers_amounts *amounts = c->amounts[number == NUMBER_SPEND_OTHER][group];
        uint32_t steps[NUMBERS_AMOUNTS] = {0};
        struct cell behind = {0};
        for (int i = w.first; i < w.first + w.weeks; i++) {
                for (int k = 0; k < NUMBERS_AMOUNTS; k++)
                        steps[k] += amounts[i].steps[k];
                cell_join(&behind, &amounts[i].behind);
        }
        if (group == CELLS_STORE ? cell_enough(&behind) : cell_team_enough(&behind))
                json_number(j, "half", numbers_half(steps));
}

static void write_beside(struct json_out *j, const struct numbers_count *c, enum number number,
        uint32_t group, struct window w, const struct cell *sum)
{
        uint32_t asked = sum->more[ACCEPTANCE_ASKED];
        switch (number) {
        case NUMBER_MATCH:
        case NUMBER_RETURN:
        case NUMBER_COUNT:
                return;
        case NUMBER_SPEND_OWN:
        case NUMBER_SPEND_OTHER:
                write_spend(j, c, number, group, w);
                return;
        case NUMBER_RESPONSE:
                write_response(j, c, group, w, sum);
                return;
        case NUMBER_ACCEPTANCE:
                json_number(j, "busy", share(sum->more[ACCEPTANCE_BUSY], asked, 100));
                json_number(j, "silent", share(sum->more[ACCEPTANCE_DEAD], asked, 100));
                json_number(j, "not_here", share(sum->more[ACCEPTANCE_NOT_HERE], asked, 100));
                json_number(j, "handed_over", share(sum->more[ACCEPTANCE_HANDED], asked, 100));
                return;
        case NUMBER_LIKED:
                json_number(j, "soso", share(sum->more[LIKED_SOSO], sum->of, 100));
                json_number(j, "bad", share(sum->more[LIKED_BAD], sum->of, 100));
                return;
        case NUMBER_TRUST:
                if (group != CELLS_STORE)
                        return;
                json_number(j, "struck", share(sum->more[TRUST_STRUCK], sum->of, 1000));
                json_number(j, "left", share(sum->more[TRUST_LEFT], sum->of, 1000));
                json_number(j, "not_today", share(sum->more[TRUST_NOT_TODAY], sum->of, 1000));
                return;
        }
}

static void write_window(struct json_out *j, const char *key, const struct numbers_count *c,
        enum number number, uint32_t group, struct window w)
{
        if (w.weeks == 0) {
                json_nil(j, key);
                return;
        }
        struct cell sum = sum_of(&c->number[number][group], w);
        json_open(j, key, '{');
        write_span(j, c, w);
        json_number(j, "of", rounded(sum.of));
        json_number(j, "value", share(sum.hit, sum.of, number == NUMBER_TRUST ? 1000 : 100));
        write_beside(j, c, number, group, w, &sum);
        json_close(j, '}');
}

/* ---- a line of windows ---- */
static struct window window_at(const uint8_t *told, int week)
{
        if (week < 0 || week >= CELLS_WEEKS || told[week] == 0)
                return (struct window){0};
        return (struct window){cells_from(week, told[week]), told[week]};
}

/* The windows of a line in the order of their ends, newest last; at most the newest `most`. */
static int windows_of(const uint8_t *told, int closed, struct window *out, int most)
{
        int n = 0;
        for (int w = closed - 1; w >= 0 && n < most; w--) {
                struct window at = window_at(told, w);
                bool known = false;
                for (int i = 0; i < n; i++)
                        known |= out[i].first == at.first && out[i].weeks == at.weeks;
                if (at.weeks && !known)
                        out[n++] = at;
        }
        for (int i = 0; i < n / 2; i++) {
                struct window swap = out[i];
                out[i] = out[n - 1 - i];
                out[n - 1 - i] = swap;
        }
        return n;
}

/* The newest of them that is no old story. */
static struct window newest_of(const struct window *windows, int n, int closed)
{
        struct window best = {0};
        for (int i = 0; i < n; i++)
                if (windows[i].first + windows[i].weeks > closed - OLD_WEEKS)
                        best = windows[i];
        return best;
}

static void write_line(struct json_out *j, const char *key, const struct numbers_count *c, enum number number,
        uint32_t group, const uint8_t *told)
{
        struct window windows[WINDOWS_TOLD];
        int n = windows_of(told, c->closed, windows, WINDOWS_TOLD);
        struct window now = newest_of(windows, n, c->closed);
        int before = now.first + now.weeks - 1 - YEAR_WEEKS;
        json_open(j, key, '{');
        write_window(j, "now", c, number, group, now);
        write_window(
                j, "year_before", c, number, group, now.weeks ? window_at(told, before) : (struct window){0});
        json_open(j, "windows", '[');
        for (int i = 0; i < n; i++)
                write_window(j, NULL, c, number, group, windows[i]);
        json_close(j, ']');
        json_close(j, '}');
}

/* ---- splits: over the weeks of the newest whole block that the store's number is told in ---- */
static struct window newest_block(const struct numbers_count *c)
{
        int blocks = c->closed / CELLS_BLOCK;
        return (struct window){(blocks - 1) * CELLS_BLOCK, blocks > 0 ? CELLS_BLOCK : 0};
}

static bool sum_told(const struct cells *cells, const uint8_t *told, struct window w, struct cell *out)
{
        bool any = false;
        *out = (struct cell){0};
        for (int i = w.first; i < w.first + w.weeks; i++)
                if (told[i]) {
                        cell_join(out, &cells->week[i]);
                        any = true;
                }
        return any;
}

/* `names` NULL: parts are hours. */
static void write_split(struct json_out *j, const char *key, const struct numbers_count *c,
        const struct cells *parts, uint32_t n, const char *const *names, const uint8_t *told)
{
        struct cell sums[24];
        bool shown[24] = {false}, any = false;
        struct window block = newest_block(c);
        for (uint32_t i = 0; i < n; i++)
                any |= sum_told(&parts[i], told, block, &sums[i]);
        if (!any) {
                json_nil(j, key);
                return;
        }
        cells_split(sums, n, shown);
        json_open(j, key, '{');
        write_span(j, c, block);
        json_open(j, "parts", '[');
        for (uint32_t i = 0; i < n; i++) {
                char hour[12];
                if (!shown[i])
                        continue;
                snprintf(hour, sizeof hour, "%02u:00", i);
                json_open(j, NULL, '{');
                json_text(j, "part", names ? names[i] : hour);
                json_number(j, "of", rounded(sums[i].of));
                json_number(j, "value", share(sums[i].hit, sums[i].of, 100));
                json_close(j, '}');
        }
        json_close(j, ']');
        json_close(j, '}');
}

/* ---- versions of the rules ---- */
/* The one that was in force on the whole of a week; 0: none, or it changed in it. */
static uint32_t version_in(const struct numbers_count *c, int week)
{
        /* To the day, in UTC and a day more on both sides: what changes near midnight belongs to neither
         * week. */
        wall_ms from = ((int64_t)first_day(c, week) - 1) * DAY_MS, to = from + 9 * DAY_MS;
        uint32_t version = 0;
        for (uint32_t i = 0; i < c->n_versions; i++) {
                if (c->versions[i].published <= from)
                        version = c->versions[i].version;
                else if (c->versions[i].published < to)
                        return 0;
        }
        return version;
}

/* Of windows that are told, and only of those that lie under one version as a whole. */
static bool under(const struct numbers_count *c, struct window w, uint32_t version)
{
        for (int i = w.first; i < w.first + w.weeks; i++)
                if (version_in(c, i) != version)
                        return false;
        return w.weeks > 0;
}

static void write_version(
        struct json_out *j, const struct numbers_count *c, uint32_t version, const uint8_t *told)
{
        struct cell sum = {0};
        int first = -1, weeks = 0;
        for (int w = 0; w < c->closed; w++) {
                if (!under(c, window_at(told, w), version))
                        continue;
                first = first < 0 ? w : first;
                weeks++;
                cell_join(&sum, &c->number[NUMBER_TRUST][CELLS_STORE].week[w]);
        }
        if (weeks == 0)
                return;
        json_open(j, NULL, '{');
        json_number(j, "version", version);
        write_span(j, c, (struct window){first, weeks});
        json_number(j, "of", rounded(sum.of));
        json_number(j, "value", share(sum.hit, sum.of, 1000));
        json_number(j, "struck", share(sum.more[TRUST_STRUCK], sum.of, 1000));
        json_number(j, "left", share(sum.more[TRUST_LEFT], sum.of, 1000));
        json_number(j, "not_today", share(sum.more[TRUST_NOT_TODAY], sum.of, 1000));
        json_close(j, '}');
}

/* ---- the whole ---- */
static const char *const number_words[NUMBER_COUNT] = {[NUMBER_MATCH] = "match",
        [NUMBER_RESPONSE] = "response",
        [NUMBER_ACCEPTANCE] = "acceptance",
        [NUMBER_TRUST] = "trust",
        [NUMBER_LIKED] = "liked",
        [NUMBER_RETURN] = "return",
        [NUMBER_SPEND_OWN] = "spend_own",
        [NUMBER_SPEND_OTHER] = "spend_other"};

static void write_groups(struct json_out *j, const struct numbers_count *c, const struct cells_told *told)
{
        json_open(j, "groups", '[');
        for (uint32_t g = CELLS_STORE; g <= c->n_teams; g++) {
                json_open(j, NULL, '{');
                json_text(j, "team", g == CELLS_STORE ? "" : c->teams[g]);
                for (int n = 0; n < NUMBER_COUNT; n++) {
                        uint8_t line[CELLS_WEEKS];
                        for (int w = 0; w < CELLS_WEEKS; w++)
                                line[w] = g == CELLS_STORE                     ? told[n].store[w]
                                          : told[n].stands[w / CELLS_BLOCK][g] ? told[n].teams[w]
                                                                               : 0;
                        write_line(j, number_words[n], c, (enum number)n, g, line);
                }
                json_close(j, '}');
        }
        json_close(j, ']');
}

static void write_all(struct json_out *j, const struct numbers_count *c, const struct cells_told *told)
{
        static const char *const sources[NUMBERS_SOURCES] = {"checked-in", "sensed", "may-be"};
        json_open(j, NULL, '{');
        write_day(j, "until", first_day(c, c->closed) - 1);
        json_number(j, "least", CELLS_LEAST_PEOPLE);
        json_text(j, "currency", c->currency);
        json_flag(j, "too_small", c->n_here < CELLS_LEAST_ASSOCIATES);
        write_groups(j, c, told);
        write_split(j, "by_hour", c, c->hour, 24, NULL, told[NUMBER_RESPONSE].store);
        write_split(j, "by_source", c, c->source, NUMBERS_SOURCES, sources, told[NUMBER_ACCEPTANCE].store);
        json_open(j, "by_rules", '[');
        for (uint32_t i = 0; i < c->n_versions; i++)
                write_version(j, c, c->versions[i].version, told[NUMBER_TRUST].store);
        json_close(j, ']');
        json_close(j, '}');
}

/* ---- an associate's own ---- */
static void tell_said(
        const struct numbers_count *c, const struct cells *cells, uint64_t unit, struct mine_said *out)
{
        struct window windows[WINDOWS_TOLD];
        struct cells_told told;
        cells_tell(cells, 0, c->closed, &told);
        int n = windows_of(told.store, c->closed, windows, WINDOWS_TOLD);
        struct window w = newest_of(windows, n, c->closed);
        if (w.weeks == 0)
                return;
        struct cell sum = sum_of(cells, w);
        *out = (struct mine_said){.weeks = (uint8_t)w.weeks,
                .from = first_day(c, w.first),
                .value = (uint32_t)share(sum.hit, sum.of, unit)};
}

static void tell_own(
        const struct numbers_count *c, const struct numbers_associate *a, struct numbers_own *out)
{
        uint32_t steps[NUMBERS_STEPS] = {0};
        add_steps(steps, &a->times);
        out->associate = a->id;
        out->mine = a->mine;
        out->mine.known = true;
        out->mine.from = first_day(c, c->closed - 1);
        out->mine.p50_s = numbers_percentile(steps, 50);
        out->mine.p90_s = numbers_percentile(steps, 90);
        tell_said(c, &a->liked, 100, &out->mine.liked);
        tell_said(c, &a->trust, 1000, &out->mine.not_fine);
}

bool numbers_tell_own(const struct numbers_count *c, struct numbers *n)
{
        if (n->n_own == c->n_associates)
                return false;
        tell_own(c, &c->associates[n->n_own], &n->own[n->n_own]);
        n->n_own++;
        return true;
}

struct numbers *numbers_tell(const struct numbers_count *c)
{
        struct cells_told *told = calloc(NUMBER_COUNT, sizeof *told);
        struct numbers *n = calloc(1, sizeof *n + c->n_associates * sizeof *n->own);
        struct json_out j;
        json_start(&j, malloc(NUMBERS_JSON_MAX), NUMBERS_JSON_MAX);
        if (!told || !n || !j.at) {
                free(told);
                free(j.at);
                free(n);
                return NULL;
        }
        for (int i = 0; i < NUMBER_COUNT && c->n_here >= CELLS_LEAST_ASSOCIATES; i++)
                cells_tell(c->number[i], c->n_teams, c->closed, &told[i]);
        write_all(&j, c, told);
        free(told);
        n->json = j.at;
        n->len = j.len;
        if (!j.overflow)
                return n;
        numbers_free(n);
        return NULL;
}
