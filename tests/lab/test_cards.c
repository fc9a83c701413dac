/* The preview: a made-up customer who bought one of everything, and the exact card that each kind of viewer
 * would get of her [P67]. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include <jansson.h>

#include "server/lab/cards.h"
#include "server/lab/made.h"
#include "server/rulebook/evaluate.h"
#include "server/rulebook/render.h"

#define HEAD "rulebook test version 1 store * notice n 1\n"
#define DAY  20779 /* 2026-11-22 */

static char answer[LAB_ANSWER_MAX];
static struct made made;

static struct rulebook *parse(const char *text)
{
        struct rulebook_error error;
        struct rulebook *book = rulebook_parse(slice_of(text), &error);
        if (!book)
                fail_msg("%d:%d %s\n%s", error.line, error.column, error.text, text);
        return book;
}

static json_t *cards(const struct lab_ground *ground, const char *text, uint16_t status)
{
        struct json_out out;
        struct lab_ask ask = {.text = slice_of(text)};
        json_error_t error;
        json_start(&out, answer, sizeof answer);
        assert_int_equal(lab_cards(ground, &ask, &out), status);
        assert_false(out.overflow);
        json_t *o = json_loadb(answer, out.len, JSON_REJECT_DUPLICATES, &error);
        if (!o)
                fail_msg("%s at %d: %.200s", error.text, error.position, answer);
        return o;
}

static json_t *card_of(const json_t *o, const char *viewer, const char *seen, const char *which)
{
        const json_t *list = json_object_get(o, "cards");
        for (size_t i = 0; i < json_array_size(list); i++) {
                const json_t *c = json_array_get(list, i);
                if (strcmp(json_string_value(json_object_get(c, "viewer")), viewer) == 0 &&
                        strcmp(json_string_value(json_object_get(c, "seen")), seen) == 0)
                        return json_object_get(c, which);
        }
        fail_msg("there is no card for %s, %s", viewer, seen);
        return NULL;
}

static json_t *lines_of(const json_t *card, const char *group)
{
        return json_object_get(json_object_get(card, group), "lines");
}

/* ---- the customer ---- */
static void start(const struct rulebook *draft, const struct rulebook *live)
{
        struct lab_ground ground = {.day = DAY, .now = DAY * DAY_MS};
        made_customer(&made, &ground, (const struct rulebook *const[2]){draft, live});
}

static bool bought(int32_t months, int64_t price, bool sold)
{
        for (uint32_t i = 0; i < made.n_lines; i++) {
                const struct purchase *l = &made.lines[i];
                if (l->age_months == months && (price < 0 || l->unit_price == price) &&
                        (l->seller == 1) == sold && l->status == STATUS_BOUGHT && !l->gift)
                        return true;
        }
        return false;
}

static void she_bought_around_every_cut_of_both_books(void **state)
{
        (void)state;
        struct rulebook *draft = parse(HEAD "L1: limit brand to anyone of price >= 1000, age <= 12 months\n");
        struct rulebook *live = parse(HEAD "L1: limit brand to anyone of price < 250.50\n"
                                           "L2: never to anyone of age > 36 months\n");
        start(draft, live);
        for (int sold = 0; sold < 2; sold++) {
                assert_true(bought(1, 99900, sold) && bought(1, 100000, sold));
                assert_true(bought(1, 24950, sold) && bought(1, 25050, sold));
                assert_true(bought(12, -1, sold) && bought(13, -1, sold));
                assert_true(bought(36, -1, sold) && bought(37, -1, sold));
        }
        rulebook_destroy(draft);
        rulebook_destroy(live);
}

static void she_bought_one_of_everything(void **state)
{
        (void)state;
        struct rulebook *draft = parse(HEAD "L1: never to anyone of kind \"Capes\"\n");
        uint32_t seen = 0;
        start(draft, NULL);
        for (uint32_t i = 0; i < made.n_lines; i++) {
                const struct purchase *l = &made.lines[i];
                assert_true(line_valid(&made.history, l));
                seen |= BIT(l->status) | (l->gift ? BIT(3) : 0) | (l->sensitive ? BIT(4) : 0) |
                        (l->channel == CHANNEL_ONLINE ? BIT(5)
                                : l->store == 1       ? BIT(6)
                                                      : BIT(7)) |
                        (strcmp(made.pool + l->kind, "Capes") == 0 ? BIT(8) : 0);
        }
        assert_int_equal(seen, BIT(9) - 1);
        /* and again, byte by byte */
        static struct made again;
        struct lab_ground ground = {.day = DAY, .now = DAY * DAY_MS};
        made_customer(&again, &ground, (const struct rulebook *const[2]){draft, NULL});
        assert_int_equal(again.n_lines, made.n_lines);
        assert_memory_equal(again.lines, made.lines, sizeof made.lines);
        assert_memory_equal(again.pool, made.pool, sizeof made.pool);
        rulebook_destroy(draft);
}

static void dates_are_those_of_the_calendar(void **state)
{
        (void)state;
        start(NULL, NULL);
        for (uint32_t i = 0; i < made.n_lines; i++) {
                const struct purchase *l = &made.lines[i];
                if (l->age_months == 1) { /* 32 days before the 22nd of November */
                        assert_int_equal(l->month, 10);
                        assert_int_equal(l->year, 2026);
                }
        }
        struct lab_ground leap = {.day = 19814}; /* 2024-04-01; 32 days before is 29 February */
        made_customer(&made, &leap, (const struct rulebook *const[2]){NULL, NULL});
        assert_int_equal(made.lines[0].month, 2);
        assert_int_equal(made.lines[0].year, 2024);
}

static void a_store_of_many_classes_is_cut_to_what_a_history_holds(void **state)
{
        (void)state;
        static struct lab_class classes[LAB_CLASSES_MAX];
        static char text[8192];
        for (int i = 0; i < LAB_CLASSES_MAX; i++) {
                snprintf(classes[i].name, sizeof classes[i].name, "Class %d", i);
                classes[i].department = (uint8_t)(i % 40); /* beyond the departments, too */
        }
        snprintf(text, sizeof text, "%s", HEAD);
        for (int i = 0; i < 60; i++)
                snprintf(text + strlen(text), sizeof text - strlen(text),
                        "L%d: limit item to anyone of price >= %d, price < 90000, age > %d months, age <= "
                        "900 months, "
                        "kind \"Own %d\"\n",
                        i, i + 1, i + 1, i);
        struct rulebook *draft = parse(text);
        struct lab_ground ground = {.classes = classes,
                .n_classes = LAB_CLASSES_MAX,
                .day = DAY,
                .now = DAY * DAY_MS,
                .currency = "JPY"};
        made_customer(&made, &ground, (const struct rulebook *const[2]){draft, draft});
        assert_int_equal(made.n_lines, HISTORY_LINES_MAX);
        assert_int_equal(made.lines[0].unit_price, 80); /* yen have no hundredths */
        for (uint32_t i = 0; i < made.n_lines; i++)
                assert_true(line_valid(&made.history, &made.lines[i]));
        rulebook_destroy(draft);
}

/* ---- the cards ---- */
static void a_card_is_the_one_that_an_associate_gets(void **state)
{
        (void)state;
        struct rulebook *live = rulebook_balanced();
        struct lab_ground ground = {.live = live, .day = DAY, .now = DAY * DAY_MS};
        json_t *o = cards(&ground, rulebook_text(live), 200);
        assert_int_equal(json_array_size(json_object_get(o, "cards")), 12);
        start(live, live);
        for (int who = 0; who < MADE_VIEWERS; who++) {
                struct viewer viewer = made_viewer((enum made_viewer)who);
                struct view view;
                char frame[CARD_FRAME_SIZE];
                struct card_head head = {
                        .standing = who == MADE_PREFERRED ? "your client" : "a customer of the store",
                        .meet = "",
                        .seen = SEEN_SENSED,
                        .state = "preview"};
                project(live, live, &made.history, &made.person, &viewer, SEEN_SENSED, &view);
                render(&view, &head, frame);
                json_t *want = json_loadb(frame, sizeof frame, 0, NULL);
                json_t *got = card_of(o, made_word((enum made_viewer)who), "sensed", "draft");
                assert_true(json_equal(want, got));
                assert_true(json_equal(got, card_of(o, made_word((enum made_viewer)who), "sensed", "live")));
                json_decref(want);
        }
        json_decref(o);
        rulebook_destroy(live);
}

static void cards_differ_where_the_rules_do(void **state)
{
        (void)state;
        struct rulebook *live = parse(HEAD "R: show full to seller of bought mention ok because \"sold\"\n"
                                           "P: show full to anyone of field presence because \"all\"\n");
        struct lab_ground ground = {.live = live, .day = DAY, .now = DAY * DAY_MS};
        json_t *o = cards(&ground,
                HEAD "R: show kind to preferred of online because \"chosen\"\n"
                     "P: show full to anyone of field presence because \"all\"\n",
                200);
        const json_t *was = card_of(o, "seller", "checked-in", "live"),
                     *is = card_of(o, "seller", "checked-in", "draft");
        assert_int_equal(json_array_size(lines_of(was, "may_say")), 4); /* not what the law protects */
        assert_int_equal(
                json_array_size(lines_of(is, "may_say")) + json_array_size(lines_of(is, "know_only")), 0);
        const json_t *chosen = card_of(o, "preferred", "checked-in", "draft");
        assert_true(json_array_size(lines_of(chosen, "know_only")) > 0);
        assert_int_equal(
                json_array_size(lines_of(card_of(o, "preferred", "checked-in", "live"), "know_only")), 0);
        const json_t *line = json_array_get(lines_of(chosen, "know_only"), 0);
        assert_string_equal(json_string_value(json_object_get(line, "channel")), "online");
        assert_null(json_object_get(line, "brand"));
        json_decref(o);
        rulebook_destroy(live);
}

static void the_newest_notice_holds_for_her(void **state)
{
        (void)state;
        struct rulebook *promised =
                parse(HEAD "P: show kind to anyone of bought because \"promised\"\n"
                           "Q: show full to anyone of field presence because \"promised\"\n");
        struct lab_notice notices[2] = {{.version = 2, .ceiling = promised}, {.version = 1, .ceiling = NULL}};
        struct lab_ground ground = {.notices = notices, .n_notices = 2, .day = DAY, .now = DAY * DAY_MS};
        static const char draft[] = HEAD "R: show full to anyone of bought because \"all\"\n"
                                         "P: show full to anyone of field presence/name because \"all\"\n";
        json_t *o = cards(&ground, draft, 200);
        assert_true(json_is_null(card_of(o, "other", "checked-in", "live")));
        const json_t *is = card_of(o, "other", "checked-in", "draft");
        const json_t *line = json_array_get(lines_of(is, "know_only"), 0);
        assert_string_equal(json_string_value(json_object_get(line, "level")), "kind");
        assert_null(json_object_get(json_object_get(is, "fields"), "name"));
        json_decref(o);
        notices[0].ceiling = NULL;
        o = cards(&ground, draft, 200);
        assert_true(json_is_false(json_object_get(card_of(o, "other", "checked-in", "draft"), "here")));
        json_decref(o);
        rulebook_destroy(promised);
}

static void a_text_that_is_no_rulebook_is_refused_with_its_errors(void **state)
{
        (void)state;
        struct lab_ground ground = {.live = NULL};
        json_t *o = cards(&ground, "rules", 422);
        assert_string_equal(json_string_value(json_object_get(o, "error")), "rules");
        assert_int_equal(json_array_size(json_object_get(o, "errors")), 1);
        json_decref(o);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(she_bought_around_every_cut_of_both_books),
                cmocka_unit_test(she_bought_one_of_everything),
                cmocka_unit_test(dates_are_those_of_the_calendar),
                cmocka_unit_test(a_store_of_many_classes_is_cut_to_what_a_history_holds),
                cmocka_unit_test(a_card_is_the_one_that_an_associate_gets),
                cmocka_unit_test(cards_differ_where_the_rules_do),
                cmocka_unit_test(the_newest_notice_holds_for_her),
                cmocka_unit_test(a_text_that_is_no_rulebook_is_refused_with_its_errors),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
