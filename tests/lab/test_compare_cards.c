/* Cards of past days under other rules: what changes by hand, what must hold for any two books, and how the
 * op reads and tells it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above */
#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>

#include "server/lab/compare_cards.h"
#include "server/lab/compare_ops.h"
#include "tests/rulebook/model.h"

#define HEAD  "rulebook test version 1 store * notice n 1\n"
#define NAMED "P1: show full to anyone of field presence because \"She is here\"\n"
#define SOLD  "R1: show item to seller of anything because \"You sold it\"\n"
#define HERS  "R2: show kind to preferred of anything because \"She chose you\"\n"
#define LESS  "X1: never to everyone except seller of online because \"Private\"\n"
#define TODAY 20600

static struct rulebook *parse(const char *text)
{
        struct rulebook_error error;
        struct rulebook *book = rulebook_parse(slice_of(text), &error);
        if (!book)
                fail_msg("%d:%d %s\n%s", error.line, error.column, error.text, text);
        return book;
}

static struct purchase plain_line(struct world *w, enum channel channel)
{
        return (struct purchase){.unit_price = 5000,
                .store = 1,
                .seller = 1,
                .quantity = 1,
                .kind = world_text(w, "Coats"),
                .department_index = 3,
                .channel = (uint8_t)channel,
                .month = 3,
                .year = 2026};
}

/* Her card of one line as it was shown `days` before today to associate 2, whom she chose. */
static struct lab_person card_of(struct world *w, enum channel channel, int days)
{
        world_start(w, "EUR");
        w->lines[0] = plain_line(w, channel);
        w->history.n_lines = 1;
        return (struct lab_person){.notice = 1,
                .history = w->history,
                .card = {.day = TODAY - days, .associate = 2, .preferred = true}};
}

static const struct viewer hers = {.associate = 2, .store = 1, .preferred = true};
static const struct viewer seller = {.associate = 1, .store = 1};

static void more_less_and_neither(void **state)
{
        (void)state;
        static struct world w;
        struct compare_cards cards;
        struct rulebook *from = parse(HEAD NAMED SOLD HERS), *to = parse(HEAD NAMED SOLD HERS LESS);
        compare_cards_start(&cards, from, to, TODAY - 7);
        struct lab_person person = card_of(&w, CHANNEL_ONLINE, 3);
        person.card.rulebook = rulebook_digest(from);
        compare_cards_add(&cards, &person, &hers, NULL, true); /* loses its one line */
        person.card.day = TODAY;
        compare_cards_add(&cards, &person, &seller, NULL, true); /* sold it: keeps it */
        person = card_of(&w, CHANNEL_IN_STORE, 3);
        compare_cards_add(&cards, &person, &hers, NULL, true);
        person = card_of(&w, CHANNEL_ONLINE, 3);
        person.card.seen = 2; /* "may be here": showed nothing */
        compare_cards_add(&cards, &person, &hers, NULL, true);
        assert_int_equal(cards.all.cards.n, 4);
        assert_int_equal(cards.all.changed.n, 1);
        assert_int_equal(cards.all.less.n, 1);
        assert_int_equal(cards.all.more.n, 0);
        assert_int_equal(cards.days[4].cards.n, 3);
        assert_int_equal(cards.days[4].less.n, 1);
        assert_int_equal(cards.days[7].cards.n, 1);
        assert_int_equal(cards.other_rules.n, 2);
        compare_cards_start(&cards, to, from, TODAY - 7);
        person = card_of(&w, CHANNEL_ONLINE, 3);
        compare_cards_add(&cards, &person, &hers, NULL, true);
        assert_int_equal(cards.all.more.n, 1);
        assert_int_equal(cards.all.less.n, 0);
        rulebook_destroy(from);
        rulebook_destroy(to);
}

/* What was promised to her holds under both; an unknown notice promised nothing. */
static void under_what_was_promised(void **state)
{
        (void)state;
        static struct world w;
        struct compare_cards cards;
        struct rulebook *from = parse(HEAD NAMED SOLD), *to = parse(HEAD NAMED SOLD HERS);
        struct lab_person person = card_of(&w, CHANNEL_ONLINE, 0);
        compare_cards_start(&cards, from, to, TODAY);
        compare_cards_add(&cards, &person, &hers, to, false);
        assert_int_equal(cards.all.more.n, 1);
        compare_cards_add(&cards, &person, &hers, from, false);
        compare_cards_add(&cards, &person, &hers, NULL, false);
        assert_int_equal(cards.all.more.n, 1);
        assert_int_equal(cards.all.changed.n, 1);
        assert_int_equal(cards.all.cards.n, 3);
        rulebook_destroy(from);
        rulebook_destroy(to);
}

/* A greeting that she did not allow, and words that she did not say, change no card. */
static void only_what_was_on_it(void **state)
{
        (void)state;
        static struct world w;
        struct compare_cards cards;
        struct rulebook *from =
                parse(HEAD NAMED "F1: show full to anyone of field name because \"It is hers\"\n");
        struct rulebook *to =
                parse(HEAD NAMED "F1: show full to anyone of field name because \"It is hers\"\n"
                                 "F2: show full to anyone of field greet/hint/wish/sizes because \"Yes\"\n");
        struct lab_person person = card_of(&w, CHANNEL_ONLINE, 0);
        compare_cards_start(&cards, from, to, TODAY);
        compare_cards_add(&cards, &person, &hers, NULL, true);
        assert_int_equal(cards.all.changed.n, 0);
        person.card.words = true;
        compare_cards_add(&cards, &person, &hers, NULL, true);
        person.card.words = false;
        person.card.greet = true;
        compare_cards_add(&cards, &person, &hers, NULL, true);
        assert_int_equal(cards.all.changed.n, 2);
        assert_int_equal(cards.all.more.n, 2);
        rulebook_destroy(from);
        rulebook_destroy(to);
}

static struct rulebook *random_book(struct chance *c)
{
        static char text[MODEL_TEXT_MAX + sizeof NAMED];
        struct model_book model;
        model_book_random(c, &model, 10, 30);
        model_book_text(c, &model, text);
        add(text, sizeof text, "\n" NAMED); /* else hardly anybody may know that she is here */
        return parse(text);
}

/* The same book changes nothing; the other way round what was more is less; who sees nothing else sees
 * nothing more. */
static void what_holds_for_any_two_books(void **state)
{
        (void)state;
        struct chance c = {chance_seed("cards")};
        static struct world w;
        uint64_t changed = 0, more = 0;
        for (int i = 0; i < 1500; i++) {
                struct rulebook *a = random_book(&c), *b = random_book(&c);
                struct compare_cards there, back, same;
                compare_cards_start(&there, a, b, TODAY);
                compare_cards_start(&back, b, a, TODAY);
                compare_cards_start(&same, a, a, TODAY);
                for (int k = 0; k < 3; k++) {
                        world_start(&w, "EUR");
                        w.history.n_lines = chance_below(&c, 12);
                        for (uint32_t n = 0; n < w.history.n_lines; n++)
                                world_random_line(&c, &w, &w.lines[n]);
                        struct viewer viewer = random_viewer(&c);
                        struct lab_person person = {.history = w.history,
                                .card = {.day = TODAY,
                                        .seen = (uint8_t)chance_below(&c, 2),
                                        .greet = chance_of(&c, 50),
                                        .sizes = chance_of(&c, 50),
                                        .words = chance_of(&c, 50)}};
                        compare_cards_add(&there, &person, &viewer, NULL, true);
                        compare_cards_add(&back, &person, &viewer, NULL, true);
                        compare_cards_add(&same, &person, &viewer, NULL, true);
                }
                assert_int_equal(same.all.changed.n, 0);
                assert_int_equal(there.all.changed.n, back.all.changed.n);
                assert_int_equal(there.all.more.n, back.all.less.n);
                assert_int_equal(there.all.less.n, back.all.more.n);
                assert_true(there.all.more.n <= there.all.changed.n);
                changed += there.all.changed.n;
                more += there.all.more.n;
                rulebook_destroy(a);
                rulebook_destroy(b);
        }
        assert_true(changed > 300 && more > 200 && more < changed);
}

/* ---- the op, over pages of a test's ---- */
struct pages {
        struct lab_source face;
        struct lab_person people[3];
        bool one; /* all cards are one customer's */
        int next;
        wall_ms since;
};

static enum lab_read give(
        struct lab_source *source, const struct lab_turn *turn, wall_ms since, struct lab_page *page)
{
        struct pages *p = (struct pages *)(void *)source;
        (void)turn;
        p->since = since;
        if (p->next == 2)
                return LAB_READ_END;
        for (uint32_t i = 0; i < 3; i++)
                p->people[i].id = p->one ? 1 : (uint32_t)p->next * 3 + i + 1;
        *page = (struct lab_page){
                .done = (uint64_t)p->next * 3 + 3, .of = 6, .gone = 3, .people = p->people, .n = 3};
        p->next++;
        return LAB_READ_PAGE;
}

static enum lab_read fail_to(
        struct lab_source *source, const struct lab_turn *turn, wall_ms since, struct lab_page *page)
{
        (void)source;
        (void)turn;
        (void)since;
        (void)page;
        return LAB_READ_FAILED;
}

static int64_t no_time(struct lab_source *source)
{
        (void)source;
        return 7;
}

static bool take(void *ctx, uint64_t done, uint64_t of)
{
        uint64_t *most = ctx;
        return of == 6 && done <= *most;
}

static json_t *replay(const struct lab_ground *ground, struct pages *pages, const char *text, uint64_t most,
        uint16_t expect)
{
        static char room[65536];
        struct json_out out;
        struct lab_ask ask = {.text = slice_of(text), .days = 7};
        struct lab_turn turn = {&most, take};
        json_start(&out, room, sizeof room);
        pages->next = 0;
        assert_int_equal(compare_replay(ground, &ask, &pages->face, &turn, &out), expect);
        assert_false(out.overflow);
        json_t *o = json_loadb(room, out.len, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(o);
        return o;
}

static json_int_t number(const json_t *o, const char *key)
{
        return json_integer_value(json_object_get(o, key));
}

static void as_it_is_told(void **state)
{
        (void)state;
        static struct world w, x;
        struct rulebook *live = parse(HEAD NAMED SOLD HERS);
        const struct lab_associate staff[] = {{.id = 1}, {.id = 2}};
        const struct lab_notice notices[] = {{.version = 1, .ceiling = live}};
        struct lab_ground ground = {.live = live,
                .store = 1,
                .currency = "EUR",
                .associates = staff,
                .n_associates = 2,
                .notices = notices,
                .n_notices = 1,
                .now = TODAY * DAY_MS + HOUR_MS,
                .day = TODAY};
        struct pages pages = {.face = {.cards = give, .spent_ms = no_time}};
        pages.people[0] = pages.people[1] = card_of(&w, CHANNEL_ONLINE, 2);
        pages.people[2] = card_of(&x, CHANNEL_ONLINE, 1);
        json_t *o = replay(&ground, &pages, HEAD NAMED SOLD HERS LESS, 6, 200);
        assert_true(pages.since == ground.now - 7 * DAY_MS);
        /* six of each, as it is told */
        assert_int_equal(number(o, "cards"), 5);
        assert_int_equal(number(o, "changed"), 5);
        assert_int_equal(number(o, "less"), 5);
        assert_int_equal(number(o, "more"), 0);
        assert_int_equal(number(o, "gone"), 5);
        assert_int_equal(number(o, "other_rules"), 5);
        assert_int_equal(number(o, "took_ms"), 7);
        json_t *day = json_array_get(json_object_get(o, "by_day"), 0);
        assert_int_equal(json_array_size(json_object_get(o, "by_day")), 2);
        assert_string_equal(json_string_value(json_object_get(day, "day")), "2026-05-25");
        assert_string_equal(json_string_value(json_object_get(day, "cards")), "<5");
        json_decref(o);
        pages.people[0].card.associate = 9; /* who has left since */
        o = replay(&ground, &pages, HEAD NAMED SOLD HERS LESS, 6, 200);
        assert_string_equal(json_string_value(json_object_get(o, "cards")), "<5");
        assert_int_equal(number(o, "gone"), 5); /* eight */
        json_decref(o);
        o = replay(&ground, &pages, HEAD NAMED SOLD HERS LESS, 5, 503); /* stopped at the second page */
        assert_string_equal(json_string_value(json_object_get(o, "error")), "stopped");
        json_decref(o);
        o = replay(&ground, &pages, "no rules\n", 6, 422);
        assert_string_equal(json_string_value(json_object_get(o, "error")), "rules");
        json_decref(o);
        pages.face.cards = fail_to;
        o = replay(&ground, &pages, HEAD, 6, 503);
        assert_string_equal(json_string_value(json_object_get(o, "error")), "unreadable");
        json_decref(o);
        rulebook_destroy(live);
}

/* Many cards of one customer are told no more than one. */
static void one_customers_cards_are_not_counted(void **state)
{
        (void)state;
        static struct world w;
        struct rulebook *live = parse(HEAD NAMED SOLD HERS);
        const struct lab_associate staff[] = {{.id = 1}, {.id = 2}};
        struct lab_ground ground = {.live = live,
                .store = 1,
                .currency = "EUR",
                .associates = staff,
                .n_associates = 2,
                .now = TODAY * DAY_MS + HOUR_MS,
                .day = TODAY};
        static const char *const keys[] = {"cards", "changed", "less", "other_rules"};
        struct pages pages = {.face = {.cards = give, .spent_ms = no_time}, .one = true};
        pages.people[0] = pages.people[1] = pages.people[2] = card_of(&w, CHANNEL_ONLINE, 2);
        for (int one = 1; one >= 0; one--) {
                pages.one = one;
                json_t *o = replay(&ground, &pages, HEAD NAMED SOLD HERS LESS, 6, 200);
                json_t *day = json_array_get(json_object_get(o, "by_day"), 0);
                for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
                        assert_int_equal(number(o, keys[i]), one ? 0 : 5);
                        assert_int_equal(json_is_string(json_object_get(o, keys[i])), one);
                        if (i < 3)
                                assert_int_equal(number(day, keys[i]), one ? 0 : 5);
                }
                assert_int_equal(number(o, "more"), 0);
                json_decref(o);
        }
        rulebook_destroy(live);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(more_less_and_neither),
                cmocka_unit_test(under_what_was_promised),
                cmocka_unit_test(only_what_was_on_it),
                cmocka_unit_test(what_holds_for_any_two_books),
                cmocka_unit_test(as_it_is_told),
                cmocka_unit_test(one_customers_cards_are_not_counted),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
