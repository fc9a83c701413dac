/* What is said of a text before it is a version [P66]: its errors, its rules as data, sentences, the
 * difference from what is live, ceilings, and the picture; each against the evaluator or the text itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include <jansson.h>

#include "server/lab/check.h"
#include "server/rulebook/picture.h"
#include "server/lab/say.h"
#include "server/rulebook/analyse.h"
#include "tests/rulebook/model.h"

#define HEAD "rulebook test version 1 store * notice n 1\n"

static char answer[LAB_ANSWER_MAX];

static struct rulebook *parse(const char *text)
{
        struct rulebook_error error;
        struct rulebook *book = rulebook_parse(slice_of(text), &error);
        if (!book)
                fail_msg("%d:%d %s\n%s", error.line, error.column, error.text, text);
        return book;
}

static struct rulebook *read_book(const char *path)
{
        static char text[RULEBOOK_TEXT_MAX];
        FILE *file = fopen(path, "re");
        if (!file)
                fail_msg("%s cannot be read", path);
        text[fread(text, 1, sizeof text - 1, file)] = '\0';
        fclose(file);
        return parse(text);
}

/* The answer to a check, as JSON that the caller drops. */
static json_t *check(const struct lab_ground *ground, const char *text, uint16_t status)
{
        struct json_out out;
        struct lab_ask ask = {.text = slice_of(text)};
        json_error_t error;
        json_start(&out, answer, sizeof answer);
        assert_int_equal(lab_check(ground, &ask, &out), status);
        assert_false(out.overflow);
        json_t *o = json_loadb(answer, out.len, JSON_REJECT_DUPLICATES, &error);
        if (!o)
                fail_msg("%s at %d: %.200s", error.text, error.position, answer);
        return o;
}

static const char *text_of(const json_t *o, const char *key)
{
        const char *text = json_string_value(json_object_get(o, key));
        if (!text)
                fail_msg("there is no text \"%s\"", key);
        return text;
}

static json_t *item(const json_t *o, const char *key, size_t i)
{
        json_t *list = json_object_get(o, key);
        assert_true(json_is_array(list));
        return json_array_get(list, i);
}

/* ---- errors ---- */
static void an_error_is_a_sentence_with_its_place(void **state)
{
        (void)state;
        struct lab_ground ground = {.live = NULL};
        json_t *o = check(&ground, HEAD "R1: show ful to anyone of anything because \"x\"\n", 200);
        assert_true(json_is_false(json_object_get(o, "ok")));
        assert_int_equal(json_integer_value(json_object_get(item(o, "errors", 0), "line")), 2);
        assert_int_equal(json_integer_value(json_object_get(item(o, "errors", 0), "column")), 10);
        assert_string_equal(text_of(item(o, "errors", 0), "say"),
                "Found \"ful\"; expected tally, kind, brand, item or full; did you mean \"full\"?");
        assert_null(json_object_get(o, "rules"));
        json_decref(o);
        /* E3: a rule that nothing can meet */
        o = check(&ground, HEAD "R1: never to anyone of online, this-store\n", 200);
        assert_int_equal(json_integer_value(json_object_get(item(o, "errors", 0), "column")), 24);
        assert_non_null(strstr(text_of(item(o, "errors", 0), "say"), "Nothing can be all of this at once"));
        json_decref(o);
}

static void too_many_cells_are_an_error_in_clear_words(void **state)
{
        (void)state;
        struct lab_ground ground = {.live = NULL};
        static char text[8192];
        SET(text, HEAD);
        for (int i = 0; i < 45; i++)
                add(text, sizeof text,
                        "L%d: limit item to %s of price >= %d, age > %d months, kind \"K%d\"%s\n", i,
                        i % 2 ? "trainee who is seller" : "everyone except preferred or department", 100 + i,
                        1 + i, i, i % 3 ? " when sensed" : "");
        add(text, sizeof text, "M1: never to manager of gift\nM2: never to anyone of returned\n");
        json_t *o = check(&ground, text, 200);
        assert_true(json_is_false(json_object_get(o, "ok")));
        assert_non_null(strstr(text_of(item(o, "errors", 0), "say"), "at most 4000000 are looked at"));
        json_decref(o);
}

/* ---- rules as data ---- */
static void a_rule_is_told_as_it_was_written(void **state)
{
        (void)state;
        struct lab_ground ground = {.live = NULL};
        json_t *o = check(&ground,
                HEAD
                "R1: show item to manager who is preferred of in-store,other-store,gift,returned/bought,kind "
                "\"Shoes\"/\"Bags\", price >= 12.50, price < 1000, age > 2 months, age<=12 months when "
                "sensed "
                "mention ok because \"a \\\"b\\\"\"\n"
                "L1: limit tally firm to everyone except seller or department of sensitive\n"
                "F1: never to trainee of field name/greet\n",
                200);
        assert_true(json_is_true(json_object_get(o, "ok")));
        assert_int_equal(json_array_size(json_object_get(o, "rules")), 3);
        json_t *want = json_pack("{s:s, s:s, s:s, s:b, s:{s:s, s:[s], s:s}, s:s, s:[], s:[s], s:[s], "
                                 "s:[s,s], s:n, s:b, s:[s,s]}",
                "id", "R1", "verb", "show", "level", "item", "firm", 0, "who", "kind", "role_related",
                "relations", "preferred", "role", "manager", "subject", "purchase", "fields", "channels",
                "in-store", "wheres", "other-store", "kinds", "Bags", "Shoes", "sensitive", "gift", 1,
                "statuses", "bought", "returned");
        assert_non_null(want);
        json_object_update_new(want,
                json_pack("{s:s, s:s, s:s, s:i, s:i, s:s, s:b, s:s}", "line",
                        "R1: show item to manager who is preferred of in-store, other-store, gift, "
                        "bought/returned, "
                        "kind \"Bags\"/\"Shoes\", price >= 12.50, price < 1000, age <= 12 months, age > 2 "
                        "months when "
                        "sensed mention ok because \"a \\\"b\\\"\"",
                        "price_from", "12.50", "price_below", "1000.00", "age_more_months", 2,
                        "age_most_months", 12, "seen", "sensed", "mention_ok", 1, "because", "a \"b\""));
        assert_true(json_equal(item(o, "rules", 0), want));
        json_decref(want);
        json_t *limit = item(o, "rules", 1), *field = item(o, "rules", 2);
        assert_string_equal(text_of(json_object_get(limit, "who"), "kind"), "unrelated");
        assert_true(json_is_null(json_object_get(json_object_get(limit, "who"), "role")));
        assert_true(json_is_true(json_object_get(limit, "sensitive")) &&
                    json_is_true(json_object_get(limit, "firm")));
        assert_true(json_is_null(json_object_get(limit, "price_from")) &&
                    json_is_null(json_object_get(limit, "seen")));
        assert_int_equal(json_array_size(json_object_get(limit, "statuses")), 0);
        assert_string_equal(text_of(field, "subject"), "field");
        assert_string_equal(text_of(field, "level"), "hide");
        assert_int_equal(json_array_size(json_object_get(field, "fields")), 2);
        json_decref(o);
}

static void the_answer_names_the_version(void **state)
{
        (void)state;
        struct lab_ground ground = {.live = NULL};
        json_t *o = check(&ground, HEAD "\n# nothing\n", 200);
        assert_string_equal(text_of(o, "text"), HEAD);
        assert_string_equal(text_of(o, "name"), "test");
        /* sha256sum of the canonical text */
        assert_string_equal(
                text_of(o, "sha256"), "9d602ac8edcefd2cc30427b5ae63a73324157520f23898ea6b183abbc776439b");
        json_decref(o);
}

/* ---- what rules do ---- */
/* Our own words for the rules of the example of twelve: the sixth is a guard, the fifth marks. */
static const char twelve[] =
        "rulebook corner version 7 store s12 notice visits 3\n"
        "R1: show full to seller of in-store, this-store mention ok because \"You sold it\"\n"
        "R2: show item to preferred of in-store because \"You are her associate\"\n"
        "R3: show kind to preferred of online, age <= 12 months because \"She shares what she buys online\"\n"
        "R4: show tally to department of in-store, this-store because \"Bought where you work\"\n"
        "R5: limit brand to everyone except seller of price >= 1000\n"
        "R6: never to everyone except preferred of online\n"
        "R7: never to anyone of gift\n"
        "R8: limit tally to trainee of anything\n"
        "R9: limit kind to anyone of anything when sensed\n"
        "R10: never to anyone of age > 36 months\n"
        "LAW: never firm to anyone of kind \"Pharmacy\"/\"Lingerie\"\n"
        "HQ: never firm to anyone of sensitive, other-store\n";

static const json_t *finding(const json_t *o, const char *rule, const char *kind)
{
        const json_t *list = json_object_get(o, "findings");
        for (size_t i = 0; i < json_array_size(list); i++) {
                const json_t *f = json_array_get(list, i);
                if (strcmp(text_of(f, "rule"), rule) == 0 && strcmp(text_of(f, "kind"), kind) == 0)
                        return f;
        }
        return NULL;
}

static void the_twelve_rules_have_a_guard_and_a_marker(void **state)
{
        (void)state;
        struct lab_ground ground = {.live = NULL};
        json_t *o = check(&ground, twelve, 200);
        const json_t *guard = finding(o, "R6", "guard"), *marker = finding(o, "R5", "marker");
        assert_non_null(guard);
        assert_string_equal(text_of(guard, "say"), "R6 is a guard: nothing shows those purchases today. Keep "
                                                   "it: it protects from a later rule.");
        assert_true(json_is_false(json_object_get(guard, "warning")));
        assert_non_null(marker);
        assert_string_equal(text_of(marker, "say"), "R5 marks purchases: one that shows only the brand "
                                                    "beside others that show the item gives away the "
                                                    "price.");
        assert_null(finding(o, "R6", "dead"));
        assert_null(finding(o, "R6", "covered"));
        json_decref(o);
}

static void every_finding_is_a_whole_sentence(void **state)
{
        (void)state;
        struct lab_ground ground = {.live = NULL};
        json_t *o = check(&ground,
                HEAD "S1: show item to anyone of anything because \"a\"\n"
                     "S2: show kind to seller of in-store because \"b\"\n"
                     "L1: limit brand to anyone of gift\n"
                     "L2: limit kind to anyone of gift\n"
                     "F1: show full to anyone of field hint because \"c\"\n"
                     "F2: show full to manager of field hint because \"d\"\n"
                     "F3: never to trainee of field likes\n",
                200);
        assert_string_equal(text_of(finding(o, "S2", "dead"), "say"),
                "S2 changes nothing: where it matches, S1 and L2 decide without it. Take it out, or change "
                "what it "
                "shows.");
        assert_string_equal(text_of(finding(o, "L1", "covered"), "say"),
                "L1 changes nothing: L2 holds back as much wherever it matters. It can be taken out.");
        assert_string_equal(text_of(finding(o, "F2", "dead"), "say"),
                "F2 changes nothing: where it matches, F1 decides without it. Take it out, or change what it "
                "shows.");
        assert_string_equal(text_of(finding(o, "F3", "guard"), "say"),
                "F3 is a guard: nothing shows this today. Keep it: it protects from a later rule.");
        assert_string_equal(text_of(finding(o, "S1", "conflict"), "say"),
                "S1 would show more than L1 lets be seen: L1 wins, and the brand is seen at most.");
        const json_t *grave = finding(o, "L2", "marker");
        assert_true(json_is_true(json_object_get(grave, "warning")));
        assert_string_equal(text_of(grave, "say"), "L2 marks purchases: one that shows only the kind beside "
                                                   "others that show the item gives away that it "
                                                   "was a gift. Say \"never\" instead.");
        json_decref(o);
}

/* ---- the difference, and ceilings ---- */
static void the_change_is_from_what_is_live_fields_included(void **state)
{
        (void)state;
        struct rulebook *live = parse(HEAD "A: show item to seller of bought because \"a\"\n"
                                           "F: show kind to anyone of field name because \"b\"\n");
        struct lab_ground ground = {.live = live};
        json_t *o = check(&ground,
                HEAD "A: show kind to seller of bought because \"a\"\n"
                     "F: show full to preferred of field name because \"b\"\n",
                200);
        json_t *change = json_object_get(o, "change"), *more = item(change, "more", 0);
        assert_int_equal(json_integer_value(json_object_get(change, "wider")), 6);
        assert_string_equal(text_of(more, "what"), "field name; preferred");
        assert_string_equal(text_of(more, "from"), "kind");
        assert_string_equal(text_of(more, "to"), "full");
        bool purchases = false, field = false;
        for (size_t i = 0; i < json_array_size(json_object_get(change, "less")); i++) {
                const char *what = text_of(item(change, "less", i), "what");
                purchases |= strcmp(what, "seller; bought") == 0;
                field |= strcmp(what, "field name; not preferred") == 0;
        }
        assert_true(purchases && field);
        json_decref(o);
        o = check(&ground, rulebook_text(live), 200);
        assert_int_equal(json_integer_value(json_object_get(json_object_get(o, "change"), "wider")), 0);
        assert_int_equal(json_integer_value(json_object_get(json_object_get(o, "change"), "narrower")), 0);
        json_decref(o);
        rulebook_destroy(live);
}

/* Saying aloud what was only known is more, also where less is seen of it. */
static void what_may_newly_be_said_needs_a_second_manager(void **state)
{
        (void)state;
        struct rulebook *live = parse(HEAD "A: show item to seller of bought because \"a\"\n");
        struct lab_ground ground = {.live = live};
        json_t *o = check(&ground, HEAD "A: show kind to seller of bought mention ok because \"a\"\n", 200);
        assert_true(json_integer_value(json_object_get(json_object_get(o, "change"), "wider")) > 0);
        assert_int_equal(json_integer_value(json_object_get(json_object_get(o, "change"), "narrower")), 0);
        json_decref(o);
        rulebook_destroy(live);
}

static void ceilings_say_who_is_above_whom(void **state)
{
        (void)state;
        struct rulebook *notice = read_book(NOTICES_FOLDER "/visit-alerts-1.rules");
        struct rulebook *head_office = parse(HEAD "A: show item to anyone of anything because \"a\"\n");
        struct lab_notice notices[2] = {{.version = 2, .customers = 1, .ceiling = NULL},
                {.version = 1, .customers = 17, .ceiling = notice}};
        struct lab_ground ground = {.head_office = head_office, .notices = notices, .n_notices = 2};
        json_t *o = check(&ground, HEAD "A: show full to preferred of online because \"a\"\n", 200);
        assert_int_equal(json_array_size(json_object_get(o, "ceilings")), 3);
        json_t *first = item(o, "ceilings", 0), *second = item(o, "ceilings", 1),
               *third = item(o, "ceilings", 2);
        assert_string_equal(text_of(first, "of"), "head office");
        assert_non_null(strstr(text_of(first, "say"), "they cannot be published"));
        assert_string_equal(text_of(item(first, "areas", 0), "from"), "item");
        assert_string_equal(text_of(item(first, "areas", 0), "to"), "full");
        assert_string_equal(text_of(item(first, "areas", 0), "what"), "preferred, online");
        assert_string_equal(text_of(second, "of"), "notice 2");
        assert_string_equal(text_of(item(second, "areas", 0), "from"), "hide");
        assert_non_null(strstr(text_of(second, "say"), "the customer who agreed to it"));
        assert_string_equal(text_of(third, "of"), "notice 1");
        assert_int_equal(json_integer_value(json_object_get(third, "customers")), 17);
        assert_non_null(strstr(text_of(third, "say"), "the 17 customers who agreed to it are shown less"));
        json_decref(o);
        o = check(&ground, HEAD, 200); /* nothing is shown: nothing is above anything */
        assert_int_equal(json_array_size(json_object_get(o, "ceilings")), 0);
        json_decref(o);
        rulebook_destroy(notice);
        rulebook_destroy(head_office);
}

/* Notes are all that the second notice promises more: under the first, a shipped book's rule for them shows
 * nothing. */
static void the_shipped_books_keep_what_the_newest_notice_promised(void **state)
{
        (void)state;
        static const char *const names[] = {"balanced", "reserved", "warm"};
        struct rulebook *notice = read_book(NOTICES_FOLDER "/visit-alerts-2.rules");
        struct rulebook *before = read_book(NOTICES_FOLDER "/visit-alerts-1.rules");
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                char path[300];
                snprintf(path, sizeof path, "%s/%s.rules", BOOKS_FOLDER, names[i]);
                struct rulebook *book = read_book(path);
                static struct change above;
                assert_int_equal(analyse_above(book, notice, &above), 0);
                if (above.wider)
                        fail_msg("%s shows more than notice 2 promised: %s", names[i],
                                above.wider_areas[0].text);
                assert_int_equal(lab_height(book, notice), LAB_WITHIN);
                assert_int_equal(analyse_above(book, before, &above), 0);
                assert_int_equal(above.n_wider, 1);
                assert_string_equal(above.wider_areas[0].text, "field notes; preferred; checked-in");
                rulebook_destroy(book);
        }
        static struct change more;
        assert_int_equal(analyse_above(notice, before, &more), 0);
        assert_int_equal(more.n_wider, 1);
        assert_string_equal(more.wider_areas[0].text, "field notes; preferred; checked-in");
        assert_int_equal(lab_height(before, notice), LAB_WITHIN);
        rulebook_destroy(before);
        /* and the notice promises no more than it must: it lies above none but the widest of them by much */
        struct rulebook *empty = parse(HEAD);
        assert_int_equal(lab_height(notice, empty), LAB_ABOVE);
        assert_int_equal(lab_height(notice, NULL), LAB_ABOVE);
        assert_int_equal(lab_height(empty, NULL), LAB_WITHIN);
        rulebook_destroy(empty);
        rulebook_destroy(notice);
}

/* ---- the picture ---- */
/* Every line and viewer of a random world falls into one cell of the picture and is seen within its bounds;
 * and with the bounds asked of every cell of the partition, both are reached. */
static int kind_of(const struct picture *p, const struct history *h, const struct purchase *l)
{
        const char *name = h->pool + l->kind;
        if (l->sensitive || !name[0])
                return 1;
        for (int k = 2; k < p->n_kinds; k++)
                if (strcmp(p->kinds[k], name) == 0)
                        return k;
        return 0;
}

static void lines_lie_within_the_picture(void **state)
{
        (void)state;
        struct chance c = {chance_seed("picture")};
        static struct world w;
        static struct picture picture;
        uint32_t reached[LEVEL_COUNT] = {0}, looked = 0;
        for (int i = 0; i < 150; i++) {
                struct model_book model;
                static char text[MODEL_TEXT_MAX];
                model_book_random(&c, &model, 8, 0);
                model_book_text(&c, &model, text);
                struct rulebook *book = parse(text);
                if (picture_make(&picture, book, NULL) != 0) {
                        rulebook_destroy(book);
                        continue;
                }
                for (int k = 0; k < 200; k++) {
                        world_start(&w, "EUR");
                        struct purchase *l = &w.lines[0];
                        world_random_line(&c, &w, l);
                        l->choice = CHOICE_NONE;
                        l->store = l->channel == CHANNEL_ONLINE ? 2 : 1 + chance_below(&c, 2);
                        l->seller = 2;
                        l->department_index = 3;
                        struct viewer v = {.associate = 1, .store = 1};
                        int row = (int)chance_below(&c, PICTURE_ROWS);
                        int column = l->channel == CHANNEL_ONLINE ? 2 : l->store == 1 ? 0 : 1;
                        if (row == 0)
                                v.associate = 2;
                        if (row == 1)
                                v.preferred = true;
                        if (row == 2)
                                v.departments = 1u << 3;
                        if (row == 4)
                                v.role = ROLE_MANAGER;
                        if (row == 5)
                                v.store = 7;
                        struct verdict verdict = rulebook_judge_line(
                                book, &w.history, l, &v, chance_of(&c, 50) ? SEEN_SENSED : SEEN_CHECKED_IN);
                        const struct picture_cell *cell =
                                &picture.cells[row][column][kind_of(&picture, &w.history, l)];
                        assert_true(verdict.level >= cell->least && verdict.level <= cell->most);
                        assert_true(!verdict.may_say || cell->may_say);
                        looked++;
                        reached[verdict.level] += verdict.level == cell->most && cell->most > cell->least;
                }
                rulebook_destroy(book);
        }
        printf("# %u lines looked at; at the most of their cell: %u kind, %u item, %u full\n", looked,
                reached[LEVEL_KIND], reached[LEVEL_ITEM], reached[LEVEL_FULL]);
        assert_true(looked > 10000 && reached[LEVEL_KIND] > 20 && reached[LEVEL_ITEM] > 20 &&
                    reached[LEVEL_FULL] > 20);
}

static void the_picture_of_a_small_book_is_known(void **state)
{
        (void)state;
        struct rulebook *live = parse(HEAD "A: show full to seller of bought mention ok because \"a\"\n"
                                           "L: never to anyone of sensitive\n");
        struct lab_ground ground = {.live = live};
        json_t *o = check(&ground,
                HEAD "A: show item to department of kind \"Shoes\" because \"a\"\n"
                     "L: limit kind to anyone of age > 6 months\n",
                200);
        json_t *picture = json_object_get(o, "picture");
        json_t *was = json_object_get(picture, "live"), *is = json_object_get(picture, "draft");
        assert_true(json_equal(json_object_get(was, "kinds"), json_object_get(is, "kinds")));
        assert_int_equal(json_array_size(json_object_get(is, "kinds")), 3);
        json_t *seller = json_array_get(item(was, "cells", 0), 2); /* online */
        assert_string_equal(text_of(json_array_get(seller, 0), "most"), "full");
        assert_string_equal(text_of(json_array_get(seller, 0), "least"), "hide"); /* a returned one */
        assert_true(json_is_true(json_object_get(json_array_get(seller, 2), "may_say")));
        assert_string_equal(text_of(json_array_get(seller, 1), "most"), "hide"); /* sensitive */
        json_t *department = item(is, "cells", 2);
        json_t *shoes = json_array_get(json_array_get(department, 0), 2);
        assert_string_equal(text_of(shoes, "most"), "item");
        assert_string_equal(text_of(shoes, "least"), "kind");
        assert_string_equal(text_of(json_array_get(json_array_get(department, 2), 2), "most"), "hide");
        json_decref(o);
        rulebook_destroy(live);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(an_error_is_a_sentence_with_its_place),
                cmocka_unit_test(too_many_cells_are_an_error_in_clear_words),
                cmocka_unit_test(a_rule_is_told_as_it_was_written),
                cmocka_unit_test(the_answer_names_the_version),
                cmocka_unit_test(the_twelve_rules_have_a_guard_and_a_marker),
                cmocka_unit_test(every_finding_is_a_whole_sentence),
                cmocka_unit_test(the_change_is_from_what_is_live_fields_included),
                cmocka_unit_test(what_may_newly_be_said_needs_a_second_manager),
                cmocka_unit_test(ceilings_say_who_is_above_whom),
                cmocka_unit_test(the_shipped_books_keep_what_the_newest_notice_promised),
                cmocka_unit_test(lines_lie_within_the_picture),
                cmocka_unit_test(the_picture_of_a_small_book_is_known),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
