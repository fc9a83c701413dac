#include "server/hub/canary.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "server/common/log.h"
#include "server/common/together.h"
#include "server/hub/store/survey.h"
#include "server/lab/twin.h"

#define IN_NO_HURRY 10  /* nice */
#define WAIT_MS     100 /* so often it is looked whether the hub stops */
#define OF_A_PAGE   32  /* customers taken of a page, where not all are looked at */
#define ROUNDS_MOST 16
#define PAGES_MORE  4 /* more pages than that takes: some are nearly empty */

enum { IDLE, RUNS, ENDED };

struct canary {
        struct store *store;
        int wake_fd;
        pthread_t thread;
        atomic_int state;
        atomic_bool stop;
        /* the thread's until the state is ENDED */
        bool failed;
        struct leak_check result;
        char *book_text;
        struct roster *roster;
        struct canary_ask ask;
        struct rulebook *book;
        struct {
                uint32_t version;
                char *text; /* NULL: it promised nothing that can be read */
                struct rulebook *book;
        } ceilings[NOTICES_MAX];
        uint32_t n_ceilings;
        struct survey_page *page;
        struct survey_call call;
        struct twin_room room;
        uint64_t random;
};

static uint64_t next_random(struct canary *c)
{
        uint64_t z = (c->random += UINT64_C(0x9e3779b97f4a7c15));
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        return z ^ (z >> 31);
}

static uint64_t below(struct canary *c, uint64_t n)
{
        return n ? (next_random(c) >> 8) % n : 0;
}

/* ---- one pair ---- */
/* One of those who work here: her own associate every other time. */
static bool pick_viewer(struct canary *c, const struct survey_person *p, struct viewer *out)
{
        const struct roster *r = c->roster;
        bool hers = p->preferred && next_random(c) & 1;
        uint32_t from = (uint32_t)below(c, r->n_associates);
        for (uint32_t i = 0; i < r->n_associates; i++) {
                const struct associate_row *a = &r->associates[(from + i) % r->n_associates];
                if (!a->active || a->store != r->store || (hers && a->id != p->preferred))
                        continue;
                *out = (struct viewer){.associate = a->id,
                        .store = a->store,
                        .departments = a->departments,
                        .role = (enum role)a->role,
                        .preferred = a->id == p->preferred};
                return true;
        }
        return false;
}

static bool room_for(struct canary *c, const struct history *h)
{
        uint32_t lines = h->n_lines + TWIN_ADDED_MAX, pool = h->pool_size + TWIN_POOL_MORE;
        if (lines > c->room.n_lines) {
                free(c->room.lines);
                c->room.lines = malloc(lines * sizeof *c->room.lines);
                c->room.n_lines = c->room.lines ? lines : 0;
        }
        if (pool > c->room.pool_size) {
                free(c->room.pool);
                c->room.pool = malloc(pool);
                c->room.pool_size = c->room.pool ? pool : 0;
        }
        return c->room.lines && c->room.pool;
}

/* NULL: whoever agreed to a notice that is not known is shown nothing, and there is nothing to compare. */
static const struct rulebook *ceiling_of(const struct canary *c, uint32_t notice)
{
        for (uint32_t i = 0; i < c->n_ceilings; i++)
                if (c->ceilings[i].version == notice)
                        return c->ceilings[i].book;
        return NULL;
}

static void one_pair(struct canary *c, const struct survey_person *p)
{
        /* Names stay sealed, and no line hangs on them. */
        static const struct person_fields person = {.first_name = "A",
                .last_name = "B",
                .greet_by_name = true,
                .sizes_ok = true,
                .likes_ok = true};
        struct history history = survey_history(c->page, p);
        struct viewer viewer;
        struct twin twin;
        history.store = c->roster->store;
        memcpy(history.currency, c->roster->currency, sizeof history.currency);
        if (!pick_viewer(c, p, &viewer) || !room_for(c, &history))
                return;
        struct twin_ask ask = {.book = c->book,
                .ceiling = ceiling_of(c, p->notice),
                .history = &history,
                .viewer = &viewer,
                .seen = below(c, 4) ? SEEN_CHECKED_IN : SEEN_SENSED,
                .seed = next_random(c)};
        if (twin_make(&ask, &c->room, &twin) != 0)
                return;
        c->result.pairs++;
        c->result.found += !twin_same(&ask, &twin, &person);
}

/* ---- the thread ---- */
/* Asks for a page and waits for it; until it has come the page is the store's. */
static bool read_page(struct canary *c, enum survey_what what, int64_t after)
{
        c->call.ask = (struct survey_ask){.what = what, .after = after, .now = c->ask.now};
        if (c->stop || store_survey(c->store, &c->call) != 0)
                return false;
        while (!survey_wait(&c->call, WAIT_MS))
                continue;
        return c->call.result == 0 && !c->stop;
}

/* All of a page, or some of it, evenly. */
static void take_people(struct canary *c, uint32_t most)
{
        uint32_t step = c->page->n > most ? c->page->n / most : 1;
        for (uint32_t i = 0; i < c->page->n && c->result.pairs < c->ask.pairs && !c->stop; i += step)
                one_pair(c, &c->page->people[i]);
}

/* Of few customers each has several twins, for several viewers. */
static bool everybody(struct canary *c)
{
        for (int round = 0; round < ROUNDS_MOST && c->result.pairs < c->ask.pairs; round++) {
                int64_t after = 0;
                do {
                        if (!read_page(c, SURVEY_CUSTOMERS, after))
                                return false;
                        take_people(c, UINT32_MAX);
                        after = c->page->reached;
                } while (!c->page->end);
        }
        return true;
}

/* Pages that begin anywhere. */
static bool some(struct canary *c, int64_t last)
{
        uint32_t pages = c->ask.pairs / OF_A_PAGE * PAGES_MORE + PAGES_MORE;
        while (c->result.pairs < c->ask.pairs && pages-- > 0) {
                if (!read_page(c, SURVEY_CUSTOMERS, (int64_t)below(c, (uint64_t)last)))
                        return false;
                take_people(c, OF_A_PAGE);
        }
        return true;
}

static bool check(struct canary *c)
{
        struct rulebook_error error;
        uint64_t customers = 0;
        int64_t last = 0;
        c->book = c->book_text ? rulebook_parse(slice_of(c->book_text), &error) : NULL;
        for (uint32_t i = 0; i < c->n_ceilings; i++)
                c->ceilings[i].book =
                        c->ceilings[i].text ? rulebook_parse(slice_of(c->ceilings[i].text), &error) : NULL;
        c->page = survey_page_new();
        if (!c->page || (c->book_text && !c->book))
                return false;
        survey_call_init(&c->call, c->page);
        bool ok = true;
        do {
                ok = read_page(c, SURVEY_COUNT, last);
                customers += ok ? c->page->count : 0;
                last = ok ? c->page->reached : last;
        } while (ok && !c->page->end);
        ok = ok && (customers <= c->ask.pairs ? everybody(c) : some(c, last));
        survey_call_finish(&c->call);
        return ok && !c->stop;
}

static void forget(struct canary *c)
{
        for (uint32_t i = 0; i < c->n_ceilings; i++) {
                rulebook_destroy(c->ceilings[i].book);
                free(c->ceilings[i].text);
        }
        c->n_ceilings = 0;
        free(c->book_text);
        free(c->roster);
}

static void *work(void *arg)
{
        static const uint64_t one = 1;
        struct canary *c = arg;
        together_apart();
        if (setpriority(PRIO_PROCESS, 0, IN_NO_HURRY) != 0)
                LOG(LOG_WARN, "leak check",
                        "the check runs as fast as everything else: its priority cannot be lowered");
        c->failed = !check(c);
        survey_page_free(c->page);
        rulebook_destroy(c->book);
        forget(c);
        free(c->room.lines);
        free(c->room.pool);
        atomic_store(&c->state, ENDED);
        if (write(c->wake_fd, &one, sizeof one) < 0)
                LOG(LOG_WARN, "leak check", "the loop could not be woken");
        return NULL;
}

/* ---- the loop's side ---- */
struct canary *canary_open(struct store *store, int wake_fd)
{
        struct canary *c = calloc(1, sizeof *c);
        if (c) {
                c->store = store;
                c->wake_fd = wake_fd;
        }
        return c;
}

void canary_close(struct canary *c)
{
        if (!c)
                return;
        atomic_store(&c->stop, true);
        if (atomic_load(&c->state) != IDLE)
                pthread_join(c->thread, NULL);
        free(c);
}

static bool copy_notices(struct canary *c, const struct canary_ask *ask)
{
        c->n_ceilings = 0;
        for (uint32_t i = 0; i < ask->n_notices && i < NOTICES_MAX; i++) {
                const struct rulebook *ceiling = ask->notices[i].ceiling;
                c->ceilings[i].version = ask->notices[i].version;
                c->ceilings[i].book = NULL;
                c->ceilings[i].text = ceiling ? strdup(rulebook_text(ceiling)) : NULL;
                c->n_ceilings++;
                if (ceiling && !c->ceilings[i].text)
                        return false;
        }
        return true;
}

int canary_begin(struct canary *c, const struct canary_ask *ask)
{
        if (atomic_load(&c->state) != IDLE)
                return 1;
        c->book_text = ask->book ? strdup(rulebook_text(ask->book)) : NULL;
        c->roster = malloc(sizeof *c->roster);
        if (!c->roster || (ask->book && !c->book_text) || !copy_notices(c, ask)) {
                forget(c);
                return -1;
        }
        memcpy(c->roster, ask->roster, sizeof *c->roster);
        c->ask = *ask;
        c->ask.book = NULL;
        c->ask.notices = NULL;
        c->ask.roster = NULL;
        c->random = ask->seed;
        c->result = (struct leak_check){.at = ask->now};
        c->room = (struct twin_room){0};
        c->page = NULL;
        c->book = NULL;
        atomic_store(&c->state, RUNS);
        if (pthread_create(&c->thread, NULL, work, c) == 0)
                return 0;
        atomic_store(&c->state, IDLE);
        forget(c);
        return -1;
}

bool canary_runs(const struct canary *c)
{
        return c && atomic_load(&c->state) != IDLE;
}

bool canary_take(struct canary *c, struct leak_check *out, bool *failed)
{
        if (!c || atomic_load(&c->state) != ENDED)
                return false;
        pthread_join(c->thread, NULL);
        *out = c->result;
        *failed = c->failed;
        atomic_store(&c->state, IDLE);
        return true;
}
