#include "server/hub/store/survey.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/common/clock.h"
#include "server/core/consent.h"
#include "server/hub/store/lines.h"
#include "server/hub/store/load.h"

#define LINES_FIRST 4096
#define POOL_FIRST  (256 * 1024)

/* ---- pages and calls ---- */
struct survey_page *survey_page_new(void)
{
        struct survey_page *page = calloc(1, sizeof *page);
        if (page == NULL)
                return NULL;
        page->lines = malloc(LINES_FIRST * sizeof *page->lines);
        page->pool = malloc(POOL_FIRST);
        page->lines_room = LINES_FIRST;
        page->pool_room = POOL_FIRST;
        if (page->lines != NULL && page->pool != NULL)
                return page;
        survey_page_free(page);
        return NULL;
}

void survey_page_free(struct survey_page *page)
{
        if (page == NULL)
                return;
        free(page->lines);
        free(page->pool);
        free(page);
}

struct history survey_history(const struct survey_page *page, const struct survey_person *person)
{
        return (struct history){.lines = page->lines + person->first,
                .n_lines = person->n_lines,
                .pool = page->pool + person->pool_at,
                .pool_size = person->pool_size};
}

void survey_call_init(struct survey_call *call, struct survey_page *page)
{
        pthread_condattr_t monotonic;
        *call = (struct survey_call){.page = page};
        pthread_mutex_init(&call->lock, NULL);
        pthread_condattr_init(&monotonic);
        pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
        pthread_cond_init(&call->changed, &monotonic);
        pthread_condattr_destroy(&monotonic);
}

void survey_call_finish(struct survey_call *call)
{
        pthread_cond_destroy(&call->changed);
        pthread_mutex_destroy(&call->lock);
}

void survey_done(struct survey_call *call, int result)
{
        pthread_mutex_lock(&call->lock);
        call->result = result;
        call->done = true;
        pthread_cond_signal(&call->changed);
        pthread_mutex_unlock(&call->lock);
}

bool survey_wait(struct survey_call *call, int ms)
{
        mono_ms at = clock_mono() + ms;
        struct timespec until = {at / SECOND_MS, at % SECOND_MS * 1000000};
        pthread_mutex_lock(&call->lock);
        while (!call->done && pthread_cond_timedwait(&call->changed, &call->lock, &until) == 0)
                continue;
        bool done = call->done;
        pthread_mutex_unlock(&call->lock);
        return done;
}

/* ---- filling ---- */
static bool grow(void **at, uint32_t *room, uint64_t need, size_t each)
{
        uint64_t size = *room;
        while (size < need)
                size *= 2;
        if (size == *room)
                return true;
        void *more = size <= UINT32_MAX / 2 ? realloc(*at, (size_t)size * each) : NULL;
        if (more == NULL)
                return false;
        *at = more;
        *room = (uint32_t)size;
        return true;
}

/* Moves what the store gathered into the page, behind the others. */
static int keep(struct base *base, struct survey_page *page, struct survey_person *person)
{
        const struct history_room *room = &base->room;
        void *lines = page->lines, *pool = page->pool;
        bool ok = !room->failed && grow(&lines, &page->lines_room,
                                           (uint64_t)page->n_lines + room->head.n_lines, sizeof *page->lines);
        page->lines = lines;
        ok = ok && grow(&pool, &page->pool_room, (uint64_t)page->pool_size + room->pool_size, 1);
        page->pool = pool;
        if (!ok)
                return SQLITE_NOMEM;
        person->first = page->n_lines;
        person->n_lines = room->head.n_lines;
        person->pool_at = page->pool_size;
        person->pool_size = room->pool_size;
        memcpy(page->lines + page->n_lines, room->lines, room->head.n_lines * sizeof *page->lines);
        memcpy(page->pool + page->pool_size, room->pool, room->pool_size);
        page->n_lines += room->head.n_lines;
        page->pool_size += room->pool_size;
        page->people[page->n++] = *person;
        return SQLITE_OK;
}

static bool is_full(const struct survey_page *page)
{
        return page->n == SURVEY_PEOPLE_MAX ||
               page->n_lines * sizeof *page->lines + page->pool_size >= SURVEY_BYTES_MAX;
}

static uint32_t categories(const struct consent_row *rows, uint32_t n, wall_ms now)
{
        uint32_t bits = 0;
        for (unsigned c = CATEGORY_INSTORE; c <= CATEGORY_SIZES; c++)
                bits |= consent_category_ok(rows, n, (enum category)c, now) ? CATEGORY_BIT(c) : 0;
        return bits;
}

/* Her lines of these categories as they would be on a card at `at`, from base->room's empty head. */
static int gather(struct base *base, uint32_t person, uint32_t bits, wall_ms at)
{
        struct dossier *head = &base->room.head;
        struct effect load = {.kind = EFFECT_LOAD, .load = {.assume = bits, .now = at, .as_of = at}};
        history_clear(&base->room);
        head->person.id = person;
        int rc = lines_load(base, &load);
        uint32_t later = 0;
        while (later < head->n_lines && base->room.lines[later].at > at)
                later++; /* newest first: what was bought since */
        head->n_lines -= later;
        memmove(base->room.lines, base->room.lines + later, head->n_lines * sizeof *base->room.lines);
        return rc;
}

/* ---- customers ---- */
/* SQLITE_ROW while there is another. */
static int next_customer(struct base *base, struct survey_call *call)
{
        struct survey_page *page = call->page;
        struct consent_row rows[CONSENT_ROWS_MAX];
        struct survey_person person = {0};
        sqlite3_stmt *s = statement_use(&base->all, ST_CUSTOMER_AFTER);
        statement_int(s, ":id", page->reached);
        int rc = statement_step(s), error = SQLITE_OK;
        if (rc == SQLITE_ROW) {
                page->reached = statement_get(s, "id");
                person.preferred = (uint32_t)statement_get(s, "preferred");
        }
        statement_done(s);
        if (rc != SQLITE_ROW)
                return rc;
        uint32_t id = (uint32_t)page->reached;
        uint32_t n = load_consents(base, id, INT64_MAX, rows, &error);
        if (error != SQLITE_OK)
                return error;
        if (!consent_alert_standing(rows, n, call->ask.now))
                return SQLITE_ROW; /* who left, or let it run out, is nobody's customer */
        person.id = id;
        person.notice = consent_notice(rows, n);
        rc = gather(base, id, categories(rows, n, call->ask.now), call->ask.now);
        if (rc == SQLITE_OK)
                rc = keep(base, page, &person);
        return rc == SQLITE_OK ? SQLITE_ROW : rc;
}

static int count_customers(struct base *base, struct survey_page *page)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_CUSTOMERS_COUNT);
        statement_int(s, ":id", page->reached);
        statement_int(s, ":most", SURVEY_COUNT_MAX);
        int rc = statement_step(s);
        if (rc == SQLITE_ROW) {
                page->count = (uint64_t)statement_get(s, "n");
                page->reached = statement_get(s, "last");
        }
        statement_done(s);
        page->end = page->count < SURVEY_COUNT_MAX;
        return rc == SQLITE_ROW ? SQLITE_DONE : rc;
}

/* ---- cards ---- */
/* The time of the first disclosure from `seq` on; SQLITE_ROW if there is one. */
static int shown_at(struct base *base, int64_t seq, wall_ms *at)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_DISCLOSURE_FROM);
        statement_int(s, ":seq", seq);
        int rc = statement_step(s);
        if (rc == SQLITE_ROW)
                *at = statement_get(s, "at");
        statement_done(s);
        return rc;
}

/* They are numbered as they come, so the first one since then is found by halving. Where the clock once went
 * back a few before it are passed by. */
static int first_card(struct base *base, struct survey_call *call)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_DISCLOSURE_LAST);
        int rc = statement_step(s);
        int64_t from = 1, to = rc == SQLITE_ROW ? statement_get(s, "seq") + 1 : 1, last = to;
        statement_done(s);
        if (rc != SQLITE_ROW)
                return rc;
        while (from < to) {
                int64_t middle = from + (to - from) / 2;
                wall_ms at = 0;
                rc = shown_at(base, middle, &at);
                if (rc != SQLITE_ROW && rc != SQLITE_DONE)
                        return rc;
                if (rc == SQLITE_ROW && at < call->ask.since)
                        from = middle + 1;
                else
                        to = middle;
        }
        call->page->reached = from - 1;
        call->page->count = (uint64_t)(last - from);
        return SQLITE_ROW;
}

static bool read_card(sqlite3_stmt *s, struct survey_person *person)
{
        struct survey_card *card = &person->card;
        struct slice digest = statement_get_slice(s, "rulebook");
        wall_ms at = statement_get(s, "at");
        *card = (struct survey_card){.started = statement_get(s, "started"),
                .day = clock_store_day(at),
                .associate = (uint32_t)statement_get(s, "associate"),
                .seen = (uint8_t)statement_get(s, "seen"),
                .relation = (uint8_t)statement_get(s, "relation"),
                .greet = statement_get(s, "greet") != 0,
                .words = statement_get(s, "words") != 0};
        if (digest.len == sizeof card->rulebook.b)
                memcpy(card->rulebook.b, digest.at, digest.len);
        if (card->started == 0)
                card->started = at; /* the visit is forgotten, the look is not */
        return statement_get(s, "enrolled") != 0;
}

/* What she shares now and shared then. */
static int card_lines(struct base *base, struct survey_call *call, uint32_t id, struct survey_person *person)
{
        struct consent_row now[CONSENT_ROWS_MAX], then[CONSENT_ROWS_MAX];
        wall_ms started = person->card.started;
        int rc = SQLITE_OK;
        uint32_t n_now = load_consents(base, id, INT64_MAX, now, &rc);
        uint32_t n_then = load_consents(base, id, started, then, &rc);
        if (rc != SQLITE_OK)
                return rc;
        if (!consent_alert_standing(now, n_now, call->ask.now)) {
                call->page->gone++;
                return SQLITE_OK;
        }
        uint32_t bits = categories(now, n_now, call->ask.now) & categories(then, n_then, started);
        person->id = id;
        person->notice = consent_notice(now, n_now);
        person->card.sizes = (bits & CATEGORY_BIT(CATEGORY_SIZES)) != 0;
        rc = gather(base, id, bits, started);
        return rc == SQLITE_OK ? keep(base, call->page, person) : rc;
}

static int next_card(struct base *base, struct survey_call *call)
{
        struct survey_page *page = call->page;
        struct survey_person person = {0};
        sqlite3_stmt *s = statement_use(&base->all, ST_DISCLOSURE_AFTER);
        bool there = false, lately = false;
        uint32_t id = 0;
        statement_int(s, ":seq", page->reached);
        int rc = statement_step(s);
        if (rc == SQLITE_ROW) {
                page->reached = statement_get(s, "seq");
                lately = statement_get(s, "at") >= call->ask.since;
                id = (uint32_t)statement_get(s, "person");
                there = read_card(s, &person);
        }
        statement_done(s);
        if (rc != SQLITE_ROW || !lately)
                return rc;
        page->gone += !there;
        rc = there ? card_lines(base, call, id, &person) : SQLITE_OK;
        return rc == SQLITE_OK ? SQLITE_ROW : rc;
}

/* ---- the store's side ---- */
int survey_step(struct base *base, struct survey_call *call, const struct base_slice *slice)
{
        struct survey_page *page = call->page;
        int rc = SQLITE_ROW;
        page->end = false;
        page->reached = call->ask.after;
        page->count = page->gone = 0;
        page->n = page->n_lines = page->pool_size = 0;
        if (call->ask.what == SURVEY_COUNT) {
                rc = count_customers(base, page);
                return rc == SQLITE_DONE ? SQLITE_OK : rc;
        }
        if (call->ask.what == SURVEY_CARDS && call->ask.after == 0)
                rc = first_card(base, call);
        while (rc == SQLITE_ROW && !is_full(page)) {
                rc = call->ask.what == SURVEY_CARDS ? next_card(base, call) : next_customer(base, call);
                if (rc == SQLITE_ROW && base_slice_over(base, slice))
                        break;
        }
        page->end = rc == SQLITE_DONE;
        return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}
