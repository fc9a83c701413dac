#include "server/hub/store/numbers.h"

#include <stdlib.h>
#include <string.h>

#include "server/common/clock.h"

#define ROWS_A_TURN 64 /* read before the slice is looked at again by a new statement */

/* The walk, table after table; each goes by the key that its rows were made in the order of. */
enum pass { PASS_VISITS, PASS_OFFERS, PASS_THANKS, PASS_CARDS, PASS_WORDS, PASS_STRIKES, PASS_OVER };

struct numbers_run {
        struct base *base; /* of the present step, its time and what went wrong in it */
        wall_ms now;
        int rc;
        enum pass pass;
        struct uuid from, after;
        int64_t person, line; /* of strikes */
        bool struck[CELLS_WEEKS];
        struct numbers_count count;
        struct numbers *told; /* once it is over */
};

int32_t numbers_last_week(wall_ms now)
{
        return (clock_store_day(now) - 1 + 3) / 7 - 1; /* on a Monday the week before is not over yet */
}

/* ---- who belongs where ---- */
static int by_id(const void *key, const void *row)
{
        uint32_t id = *(const uint32_t *)key, other = ((const struct numbers_associate *)row)->id;
        return id < other ? -1 : id > other;
}

static struct numbers_associate *find(struct numbers_count *c, uint32_t id)
{
        return id ? bsearch(&id, c->associates, c->n_associates, sizeof *c->associates, by_id) : NULL;
}

static uint32_t group_of(struct numbers_count *c, uint32_t associate)
{
        const struct numbers_associate *a = find(c, associate);
        return a ? a->group : c->n_teams + 1;
}

/* The first id that may have been made in the oldest week, whatever the zone. */
static struct uuid id_from(int32_t first_week)
{
        struct uuid id = {0};
        int64_t at = ((int64_t)first_week * 7 - 3 - 1) * DAY_MS;
        for (int i = 5; i >= 0; i--, at >>= 8)
                id.b[i] = (uint8_t)at;
        return id;
}

static struct numbers_run *begin(struct base *base, wall_ms now, int *rc)
{
        struct numbers_run *run = calloc(1, sizeof *run);
        *rc = SQLITE_NOMEM;
        if (run == NULL)
                return NULL;
        int32_t last = numbers_last_week(now);
        run->count.first_week = (last / CELLS_BLOCK - (CELLS_BLOCKS - 1)) * CELLS_BLOCK;
        run->count.closed = last - run->count.first_week + 1;
        run->from = run->after = id_from(run->count.first_week);
        memcpy(run->count.currency, base->currency, sizeof run->count.currency);
        *rc = numbers_read_house(base, &run->count);
        if (*rc == SQLITE_OK)
                return run;
        numbers_abandon(run);
        return NULL;
}

/* ---- counting ---- */
/* The week of a time, or -1: none that is counted. */
static int week_of(const struct numbers_count *c, wall_ms at)
{
        int32_t week = (clock_store_day(at) + 3) / 7 - c->first_week;
        return week >= 0 && week < c->closed ? week : -1;
}

struct fact {
        int week;
        uint32_t group, person, who;
};

static void count(struct numbers_count *c, enum number number, struct fact f, bool hit)
{
        uint32_t groups[] = {CELLS_STORE, f.group};
        for (int i = 0; i < 2; i++) {
                struct cell *cell = &c->number[number][groups[i]].week[f.week];
                cell->of++;
                cell->hit += hit;
                cell_note(cell, f.person, f.who);
        }
}

static void count_more(struct numbers_count *c, enum number number, struct fact f, int what)
{
        c->number[number][CELLS_STORE].week[f.week].more[what]++;
        c->number[number][f.group].week[f.week].more[what]++;
}

static void count_into(struct cells *cells, struct fact f, bool hit)
{
        struct cell *cell = &cells->week[f.week];
        cell->of++;
        cell->hit += hit;
        cell_note(cell, f.person, f.who);
}

static bool newest(const struct numbers_count *c, int week)
{
        return week == c->closed - 1;
}

static void count_step(struct numbers_times *times, struct fact f, int64_t took_ms)
{
        int64_t step = took_ms <= 0 ? 0 : (took_ms - 1) / (NUMBERS_STEP_S * SECOND_MS);
        uint16_t *n = &times->steps[step < NUMBERS_STEPS ? step : NUMBERS_STEPS - 1];
        if (*n < UINT16_MAX)
                ++*n;
        cell_note(&times->behind, f.person, f.who);
}

struct visit_row {
        uint32_t client_of, served_by;
        uint8_t alert, if_busy;
        wall_ms started, came;
        bool returned;
};

static void count_response(struct numbers_count *c, struct fact f, const struct visit_row *v)
{
        bool met = v->came != 0, nobody = v->alert == ALERT_NOBODY && v->served_by == 0;
        if (nobody && v->if_busy == IF_BUSY_LOOK)
                return;
        count(c, NUMBER_RESPONSE, f, met && v->came - v->started <= NUMBERS_GOAL_S * SECOND_MS);
        count_into(&c->hour[clock_store_minute(v->started) / 60], f, nobody);
        if (nobody)
                count_more(c, NUMBER_RESPONSE, f, RESPONSE_NOBODY);
        if (!met)
                return;
        count_more(c, NUMBER_RESPONSE, f, RESPONSE_MET);
        count_step(&c->times[CELLS_STORE][f.week], f, v->came - v->started);
        count_step(&c->times[f.group][f.week], f, v->came - v->started);
        struct numbers_associate *a = newest(c, f.week) ? find(c, v->served_by) : NULL;
        if (a) {
                a->mine.met++;
                count_step(&a->times, f, v->came - v->started);
        }
}

static void count_match(struct numbers_count *c, struct fact f, const struct visit_row *v)
{
        bool hit = v->served_by == v->client_of;
        if (v->client_of == 0)
                return;
        f.who = v->client_of;
        count(c, NUMBER_MATCH, f, hit);
        struct numbers_associate *a = newest(c, f.week) ? find(c, v->client_of) : NULL;
        if (a) {
                a->mine.clients++;
                a->mine.clients_met += hit;
        }
}

/* A day on which somebody met her, and what she spent on it. */
static void count_spend(struct numbers_run *run, struct fact f, const struct visit_row *v)
{
        struct numbers_count *c = &run->count;
        bool counts = false, other = v->served_by != v->client_of;
        int64_t spent = 0;
        if (v->served_by == 0 || run->rc != SQLITE_OK)
                return;
        run->rc = numbers_spent(run->base, f.person, v->started, run->now, &counts, &spent);
        if (run->rc != SQLITE_OK || !counts)
                return;
        count(c, other ? NUMBER_SPEND_OTHER : NUMBER_SPEND_OWN, f, spent > 0);
        if (spent <= 0)
                return;
        numbers_note_amount(&c->amounts[other][CELLS_STORE][f.week], spent, f.person, f.who);
        numbers_note_amount(&c->amounts[other][f.group][f.week], spent, f.person, f.who);
}

static void take_visit(struct numbers_run *run, sqlite3_stmt *s)
{
        struct numbers_count *c = &run->count;
        struct visit_row v = {.client_of = (uint32_t)statement_get(s, "client_of"),
                .served_by = (uint32_t)statement_get(s, "served_by"),
                .alert = (uint8_t)statement_get(s, "alert_state"),
                .if_busy = (uint8_t)statement_get(s, "if_busy"),
                .started = statement_get(s, "started"),
                .came = statement_get(s, "came"),
                .returned = statement_get(s, "returned") != 0};
        struct fact f = {.week = week_of(c, v.started),
                .group = group_of(c, v.client_of ? v.client_of : v.served_by),
                .person = (uint32_t)statement_get(s, "person"),
                .who = v.served_by ? v.served_by : v.client_of};
        if (f.week < 0 || v.alert == ALERT_CLEARED || statement_get(s, "seen") == VISIT_MAY_BE)
                return;
        count_match(c, f, &v);
        count_response(c, f, &v);
        count(c, NUMBER_RETURN, f, v.returned);
        count_spend(run, f, &v);
}

/* What she herself was asked and said: to the one, since she knows it. */
static void count_own(struct numbers_associate *a, uint8_t reply)
{
        a->mine.asked++;
        a->mine.accepted += reply == REPLY_ACCEPT;
        a->mine.no_answer += reply == REPLY_NO_ANSWER;
        a->mine.busy += reply == REPLY_BUSY;
        a->mine.not_here += reply == REPLY_NOT_HERE;
        a->mine.handed_over += reply == REPLY_HAND_OVER;
}

static void take_offer(struct numbers_run *run, sqlite3_stmt *s)
{
        struct numbers_count *c = &run->count;
        uint32_t who = (uint32_t)statement_get(s, "associate");
        struct fact f = {.week = week_of(c, statement_get(s, "offered")),
                .group = group_of(c, who),
                .person = (uint32_t)statement_get(s, "person"),
                .who = who};
        uint8_t reply = (uint8_t)statement_get(s, "reply");
        int64_t seen = statement_get(s, "seen");
        /* Still open; or a colleague was faster, or the end of a shift took it back: nobody's answer. */
        if (f.week < 0 || reply == REPLY_NONE || reply == REPLY_TAKEN || reply == REPLY_OFF_SHIFT)
                return;
        if (seen >= 0 && seen < NUMBERS_SOURCES)
                count_into(&c->source[seen], f, reply == REPLY_NOT_HERE);
        if (seen == VISIT_MAY_BE)
                return;
        struct numbers_associate *a = newest(c, f.week) ? find(c, who) : NULL;
        if (a && reply != REPLY_SILENT)
                count_own(a, reply);
        count_more(c, NUMBER_ACCEPTANCE, f, ACCEPTANCE_ASKED);
        if (reply == REPLY_ACCEPT || reply == REPLY_NO_ANSWER)
                count(c, NUMBER_ACCEPTANCE, f, reply == REPLY_ACCEPT);
        else if (reply == REPLY_BUSY)
                count_more(c, NUMBER_ACCEPTANCE, f, ACCEPTANCE_BUSY);
        else if (reply == REPLY_NOT_HERE)
                count_more(c, NUMBER_ACCEPTANCE, f, ACCEPTANCE_NOT_HERE);
        else if (reply == REPLY_HAND_OVER)
                count_more(c, NUMBER_ACCEPTANCE, f, ACCEPTANCE_HANDED);
        else if (reply == REPLY_SILENT)
                count_more(c, NUMBER_ACCEPTANCE, f, ACCEPTANCE_DEAD);
}

#define HOW_GOOD     1
#define HOW_BAD      3
#define ODD_NOT_FINE 2

static void take_thanks(struct numbers_run *run, sqlite3_stmt *s)
{
        struct numbers_count *c = &run->count;
        uint32_t who = (uint32_t)statement_get(s, "served_by");
        struct fact f = {.week = week_of(c, statement_get(s, "at")),
                .group = group_of(c, who),
                .person = (uint32_t)statement_get(s, "person"),
                .who = who};
        int64_t how = statement_get(s, "how");
        bool odd = statement_get(s, "odd") == ODD_NOT_FINE;
        struct numbers_associate *a = find(c, who);
        if (f.week < 0)
                return;
        if (how != 0) {
                count(c, NUMBER_LIKED, f, how == HOW_GOOD);
                if (how != HOW_GOOD)
                        count_more(c, NUMBER_LIKED, f, how == HOW_BAD ? LIKED_BAD : LIKED_SOSO);
                if (a)
                        count_into(&a->liked, f, how == HOW_GOOD);
        }
        /* The card that it is about was counted with the cards: here only what was said of it. */
        c->number[NUMBER_TRUST][CELLS_STORE].week[f.week].hit += odd;
        c->number[NUMBER_TRUST][f.group].week[f.week].hit += odd;
        if (a)
                a->trust.week[f.week].hit += odd;
}

static void take_card(struct numbers_run *run, sqlite3_stmt *s)
{
        struct numbers_count *c = &run->count;
        uint32_t who = (uint32_t)statement_get(s, "associate");
        struct fact f = {.week = week_of(c, statement_get(s, "at")),
                .group = group_of(c, who),
                .person = (uint32_t)statement_get(s, "person"),
                .who = who};
        struct numbers_associate *a = find(c, who);
        if (f.week < 0)
                return;
        count(c, NUMBER_TRUST, f, false);
        if (a) {
                count_into(&a->trust, f, false);
                a->mine.cards += newest(c, f.week);
        }
}

static void take_word(struct numbers_run *run, sqlite3_stmt *s)
{
        struct numbers_count *c = &run->count;
        int week = week_of(c, statement_get(s, "at"));
        bool left = statement_get(s, "mode") != MODE_NOT_TODAY;
        if (week >= 0)
                c->number[NUMBER_TRUST][CELLS_STORE].week[week].more[left ? TRUST_LEFT : TRUST_NOT_TODAY]++;
}

/* A customer counts once a week, however many lines she strikes. */
static void take_strike(struct numbers_run *run, sqlite3_stmt *s)
{
        struct numbers_count *c = &run->count;
        int64_t person = statement_get(s, "person");
        int week = week_of(c, statement_get(s, "at"));
        if (person != run->person)
                memset(run->struck, 0, sizeof run->struck);
        run->person = person;
        run->line = statement_get(s, "line");
        if (week < 0 || run->struck[week])
                return;
        run->struck[week] = true;
        c->number[NUMBER_TRUST][CELLS_STORE].week[week].more[TRUST_STRUCK]++;
}

/* ---- the walk ---- */
struct walk {
        enum statement statement;
        void (*take)(struct numbers_run *run, sqlite3_stmt *s);
};

static const struct walk walks[PASS_OVER] = {
        [PASS_VISITS] = {ST_NUMBERS_VISITS, take_visit},
        [PASS_OFFERS] = {ST_NUMBERS_OFFERS, take_offer},
        [PASS_THANKS] = {ST_NUMBERS_THANKS, take_thanks},
        [PASS_CARDS] = {ST_NUMBERS_CARDS, take_card},
        [PASS_WORDS] = {ST_NUMBERS_WORDS, take_word},
        [PASS_STRIKES] = {ST_NUMBERS_STRIKES, take_strike},
};

static void bind(struct numbers_run *run, sqlite3_stmt *s)
{
        statement_int(s, ":most", ROWS_A_TURN);
        if (run->pass == PASS_STRIKES) {
                statement_int(s, ":person", run->person);
                statement_int(s, ":line", run->line);
                statement_int(s, ":hide", CHOICE_HIDE);
                return;
        }
        statement_blob(s, ":after", &run->after, sizeof run->after);
        if (run->pass == PASS_VISITS) {
                statement_int(s, ":return_ms", NUMBERS_RETURN_MS);
                statement_int(s, ":may_be", VISIT_MAY_BE);
                statement_int(s, ":accept", REPLY_ACCEPT);
        } else if (run->pass == PASS_WORDS) {
                statement_int(s, ":purpose", PURPOSE_ALERT);
                statement_int(s, ":category", CATEGORY_PRESENCE);
                statement_int(s, ":ask", MODE_ASK);
                statement_int(s, ":given", CONSENT_GIVEN);
                statement_int(s, ":not_today", MODE_NOT_TODAY);
        }
}

/* Some rows of the present table. SQLITE_ROW: there are more; SQLITE_DONE: it is at its end. */
static int walk_on(struct base *base, struct numbers_run *run, const struct base_slice *slice)
{
        const struct walk *walk = &walks[run->pass];
        sqlite3_stmt *s = statement_use(&base->all, walk->statement);
        int rc, n = 0;
        bind(run, s);
        while ((rc = statement_step(s)) == SQLITE_ROW) {
                walk->take(run, s);
                if (run->rc != SQLITE_OK)
                        break;
                if (run->pass != PASS_STRIKES) {
                        struct slice id = statement_get_slice(s, "id");
                        if (id.len == sizeof run->after)
                                memcpy(&run->after, id.at, sizeof run->after);
                }
                n++;
                if (base_slice_over(base, slice))
                        break;
        }
        statement_done(s);
        if (run->rc != SQLITE_OK)
                return run->rc;
        return rc == SQLITE_DONE && n == ROWS_A_TURN ? SQLITE_ROW : rc;
}

int numbers_step(struct base *base, struct numbers_run **at, wall_ms now, const struct base_slice *slice,
        struct numbers **out, int *rc)
{
        *rc = SQLITE_OK;
        struct numbers_run *run = *at ? *at : begin(base, now, rc);
        *at = run;
        if (run == NULL)
                return -1;
        run->base = base;
        run->now = now;
        while (run->pass < PASS_OVER) {
                *rc = walk_on(base, run, slice);
                if (*rc != SQLITE_ROW && *rc != SQLITE_DONE)
                        return -1;
                if (*rc == SQLITE_DONE) {
                        run->pass++;
                        run->after = run->from;
                }
                if (base_slice_over(base, slice))
                        return 1;
        }
        if (run->told == NULL)
                run->told = numbers_tell(&run->count);
        *rc = run->told ? SQLITE_OK : SQLITE_NOMEM;
        while (run->told && numbers_tell_own(&run->count, run->told))
                if (base_slice_over(base, slice))
                        return 1;
        *out = run->told;
        run->told = NULL;
        numbers_abandon(run);
        *at = NULL;
        return *out ? 0 : -1;
}

void numbers_abandon(struct numbers_run *run)
{
        if (run == NULL)
                return;
        free(run->count.associates);
        numbers_free(run->told);
        free(run);
}

void numbers_free(struct numbers *numbers)
{
        if (numbers == NULL)
                return;
        free(numbers->json);
        free(numbers);
}

const struct mine *numbers_mine(const struct numbers *numbers, uint32_t associate)
{
        for (uint32_t i = 0; i < numbers->n_own; i++)
                if (numbers->own[i].associate == associate)
                        return &numbers->own[i].mine;
        return NULL;
}
