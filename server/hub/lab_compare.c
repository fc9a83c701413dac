#include "server/hub/lab_compare.h"

#include <stdlib.h>

#include "server/common/clock.h"
#include "server/hub/lab.h"

#define TURN_MS 40 /* while the store has others to serve, the turn is asked this often */

struct source {
        struct lab_source face;
        struct store *store;
        wall_ms now;
        mono_ms opened;
        struct survey_page *pages[2];
        struct survey_call calls[2];
        int asked;    /* the call that is with the store; -1: none */
        bool stopped; /* by the turn: nothing more is asked */
        bool begun;
        enum lab_read over; /* what is said from now on; LAB_READ_PAGE: it goes on */
        uint64_t done, of;
        struct lab_person people[SURVEY_PEOPLE_MAX];
};

static struct source *of_face(struct lab_source *face)
{
        return (struct source *)(void *)face;
}

static int64_t spent_ms(struct lab_source *face)
{
        return clock_mono() - of_face(face)->opened;
}

/* ---- asking ---- */
static enum lab_read ask(struct source *s, int which, const struct survey_ask *what)
{
        s->calls[which].ask = *what;
        if (store_survey(s->store, &s->calls[which]) != 0)
                return LAB_READ_FAILED;
        s->asked = which;
        return LAB_READ_PAGE;
}

/* Waits for what was asked, whatever the turn says: until then its page is the store's. */
static enum lab_read take(struct source *s, const struct lab_turn *turn, struct survey_page **page)
{
        struct survey_call *call = &s->calls[s->asked];
        while (!survey_wait(call, TURN_MS))
                s->stopped |= turn && !s->stopped && !turn->take(turn->ctx, s->done, s->of);
        s->asked = -1;
        *page = call->page;
        return s->stopped ? LAB_READ_STOPPED : call->result != 0 ? LAB_READ_FAILED : LAB_READ_PAGE;
}

static enum lab_read count(struct source *s, const struct lab_turn *turn)
{
        struct survey_ask what = {.what = SURVEY_COUNT, .now = s->now};
        struct survey_page *page = s->pages[0];
        enum lab_read read;
        do {
                read = ask(s, 0, &what);
                if (read == LAB_READ_PAGE)
                        read = take(s, turn, &page);
                if (read != LAB_READ_PAGE)
                        return read;
                s->of += page->count;
                what.after = page->reached;
        } while (!page->end);
        return LAB_READ_PAGE;
}

static void hand_over(struct source *s, const struct survey_page *from, struct lab_page *to)
{
        for (uint32_t i = 0; i < from->n; i++) {
                const struct survey_person *p = &from->people[i];
                const struct survey_card *c = &p->card;
                s->people[i] = (struct lab_person){.id = p->id,
                        .preferred = p->preferred,
                        .notice = p->notice,
                        .history = survey_history(from, p),
                        .card = {.day = c->day,
                                .associate = c->associate,
                                .seen = c->seen,
                                .preferred = (c->relation & RELATION_PREFERRED) != 0,
                                .greet = c->greet,
                                .sizes = c->sizes,
                                .words = c->words,
                                .rulebook = c->rulebook}};
        }
        s->done += from->n + from->gone;
        s->of = s->done > s->of ? s->done : s->of;
        *to = (struct lab_page){
                .done = s->done, .of = s->of, .gone = from->gone, .people = s->people, .n = from->n};
}

/* The page that was asked for last time, while the store fills the next. Nothing follows a failure but the
 * same again: an end after it would make half of the people look like all. */
static enum lab_read next_page(struct source *s, const struct lab_turn *turn, enum survey_what what,
        wall_ms since, struct lab_page *out)
{
        struct survey_ask next = {.what = what, .now = s->now, .since = since};
        struct survey_page *page = NULL;
        if (s->over != LAB_READ_PAGE)
                return s->over;
        bool first = !s->begun;
        enum lab_read read = LAB_READ_PAGE;
        if (first && what == SURVEY_CUSTOMERS)
                read = count(s, turn);
        if (first && read == LAB_READ_PAGE)
                read = ask(s, 0, &next);
        s->begun = true;
        int which = s->asked;
        if (read == LAB_READ_PAGE)
                read = take(s, turn, &page);
        if (read == LAB_READ_PAGE && first && what == SURVEY_CARDS)
                s->of = page->count;
        next.after = page ? page->reached : 0;
        if (read == LAB_READ_PAGE && !page->end)
                read = ask(s, 1 - which, &next);
        s->over = read != LAB_READ_PAGE ? read : page->end ? LAB_READ_END : LAB_READ_PAGE;
        if (read == LAB_READ_PAGE)
                hand_over(s, page, out);
        return read;
}

static enum lab_read customers(struct lab_source *face, const struct lab_turn *turn, struct lab_page *page)
{
        return next_page(of_face(face), turn, SURVEY_CUSTOMERS, 0, page);
}

static enum lab_read cards(
        struct lab_source *face, const struct lab_turn *turn, wall_ms since, struct lab_page *page)
{
        return next_page(of_face(face), turn, SURVEY_CARDS, since, page);
}

/* ---- opening and closing ---- */
struct lab_source *lab_compare_source(struct store *store, wall_ms now)
{
        struct source *s = calloc(1, sizeof *s);
        if (!s)
                return NULL;
        s->face = (struct lab_source){.customers = customers, .cards = cards, .spent_ms = spent_ms};
        s->store = store;
        s->now = now;
        s->opened = clock_mono();
        s->asked = -1;
        for (int i = 0; i < 2; i++) {
                s->pages[i] = survey_page_new();
                survey_call_init(&s->calls[i], s->pages[i]);
        }
        if (s->pages[0] && s->pages[1])
                return &s->face;
        lab_compare_source_close(&s->face);
        return NULL;
}

void lab_compare_source_close(struct lab_source *source)
{
        struct source *s = source ? of_face(source) : NULL;
        struct survey_page *page;
        if (!s)
                return;
        if (s->asked >= 0)
                take(s, NULL, &page);
        for (int i = 0; i < 2; i++) {
                survey_call_finish(&s->calls[i]);
                survey_page_free(s->pages[i]);
        }
        free(s);
}

struct lab_source *lab_source_open(struct store *store, const struct lab_ground *ground)
{
        return lab_compare_source(store, ground->now);
}

void lab_source_close(struct lab_source *source)
{
        lab_compare_source_close(source);
}
