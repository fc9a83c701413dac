/* The hub's own maker of twins (server/lab/twin.h): its twins give the same card, they differ enough to find
 * something, and what is planted is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include "server/lab/twin.h"
#include "tests/rulebook/model.h"

#define HISTORIES 4000

struct room {
        struct purchase lines[WORLD_LINES_MAX + TWIN_ADDED_MAX];
        char pool[WORLD_POOL_MAX + TWIN_POOL_MORE];
};

static struct room room;
static const struct person_fields person = {
        .first_name = "Anna", .last_name = "Berg", .greet_by_name = true, .sizes_ok = true, .likes_ok = true};

static struct twin_room room_of(void)
{
        return (struct twin_room){room.lines, ARRAY_LEN(room.lines), room.pool, sizeof room.pool};
}

static void random_history(struct chance *c, struct world *w)
{
        world_start(w, "EUR");
        for (uint32_t n = chance_below(c, 40); n > 0; n--) {
                world_random_line(c, w, &w->lines[w->history.n_lines++]);
                if (chance_of(c, 30))
                        w->lines[w->history.n_lines] = w->lines[w->history.n_lines - 1], w->history.n_lines++;
        }
}

static struct rulebook *some_book(struct chance *c)
{
        static char text[MODEL_TEXT_MAX];
        struct model_book model;
        struct rulebook_error e;
        if (chance_of(c, 30))
                return rulebook_balanced();
        model_book_random(c, &model, 12, 15);
        model_book_text(c, &model, text);
        add(text, sizeof text, "%s",
                "Pr: show full to anyone of field presence because \"p\"\n"
                "Pd: show full to anyone of field sizes/likes because \"p\"\n"
                "Pt: show tally to anyone of in-store because \"t\"\n");
        return rulebook_parse(slice_of(text), &e);
}

static void twins_give_the_same_card(void **state)
{
        (void)state;
        static struct world w;
        struct chance c = {chance_seed("twins made by the hub")};
        uint32_t dropped = 0, added = 0, changed = 0, above = 0, tallied = 0, moved = 0;
        for (int i = 0; i < HISTORIES; i++) {
                struct rulebook *book = some_book(&c), *ceiling = chance_of(&c, 40) ? some_book(&c) : NULL;
                struct viewer viewer = random_viewer(&c);
                random_history(&c, &w);
                struct twin_ask ask = {.book = book,
                        .ceiling = ceiling ? ceiling : book,
                        .history = &w.history,
                        .viewer = &viewer,
                        .seen = (enum seen)chance_of(&c, 20),
                        .seed = chance_below(&c, UINT32_MAX)};
                struct twin twin;
                struct twin_room r = room_of();
                assert_int_equal(twin_make(&ask, &r, &twin), 0);
                if (!twin_same(&ask, &twin, &person))
                        fail_msg("history %d: the twin's card is another\n%s", i, rulebook_text(book));
                dropped += twin.dropped;
                added += twin.added;
                changed += twin.changed;
                above += twin.above;
                tallied += twin.tallied != 0;
                moved += twin.dropped + twin.added + twin.changed > 0;
                rulebook_destroy(book);
                rulebook_destroy(ceiling);
        }
        printf("# %u dropped, %u added, %u changed, %u above their level, %u with other tallies\n", dropped,
                added, changed, above, tallied);
        assert_true(moved > HISTORIES / 2 && dropped > HISTORIES && added > HISTORIES / 2 &&
                    changed > HISTORIES && above > HISTORIES / 4 && tallied > HISTORIES / 20);
}

/* A difference that the viewer may see is seen: so the comparison can fail. */
static void a_visible_difference_is_found(void **state)
{
        (void)state;
        static struct world w;
        struct chance c = {chance_seed("a visible difference")};
        struct rulebook *book = rulebook_balanced();
        struct viewer viewer = {
                .associate = 1, .store = 1, .departments = 1, .role = ROLE_ASSOCIATE, .preferred = true};
        uint32_t found = 0;
        for (int i = 0; i < 200; i++) {
                struct twin twin;
                struct twin_room r = room_of();
                random_history(&c, &w);
                struct twin_ask ask = {book, book, &w.history, &viewer, SEEN_CHECKED_IN, 7};
                assert_int_equal(twin_make(&ask, &r, &twin), 0);
                for (uint32_t k = 0; k < twin.history.n_lines; k++) {
                        struct purchase *l = &room.lines[k];
                        if (rulebook_judge_line(book, &twin.history, l, &viewer, SEEN_CHECKED_IN).level >=
                                LEVEL_KIND)
                                l->kind = world_text(&w, "Shoes") == l->kind ? 0 : l->brand;
                }
                found += !twin_same(&ask, &twin, &person);
        }
        rulebook_destroy(book);
        assert_true(found > 50);
}

static void too_little_room_is_said(void **state)
{
        (void)state;
        static struct world w;
        struct chance c = {chance_seed("room")};
        struct rulebook *book = rulebook_balanced();
        struct viewer viewer = {.associate = 1, .store = 1};
        struct twin twin;
        random_history(&c, &w);
        struct twin_ask ask = {book, book, &w.history, &viewer, SEEN_CHECKED_IN, 7};
        struct twin_room r = room_of();
        r.n_lines = w.history.n_lines + TWIN_ADDED_MAX - 1;
        assert_int_equal(twin_make(&ask, &r, &twin), 1);
        r = room_of();
        r.pool_size = w.history.pool_size + TWIN_POOL_MORE - 1;
        assert_int_equal(twin_make(&ask, &r, &twin), 1);
        rulebook_destroy(book);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(twins_give_the_same_card),
                cmocka_unit_test(a_visible_difference_is_found),
                cmocka_unit_test(too_little_room_is_said),
        };
        return cmocka_run_group_tests_name("leaks_twin", tests, NULL, NULL);
}
