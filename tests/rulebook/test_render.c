/* Cards: always one size class, always JSON of the documented shape, whatever the texts are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above */
#include <cmocka.h>
#include <jansson.h>

#include "server/rulebook/purchase.h"
#include "server/rulebook/render.h"
#include "tests/rulebook/model.h"

static const struct card_head head = {.seq = 7,
        .card = 3,
        .standing = "your client",
        .meet = "Shoes, floor 2",
        .age_s = 12,
        .answer_within_ms = 25000,
        .state = "offered"};

static struct view_field field_of(const char *text)
{
        struct view_field f = {.level = LEVEL_FULL};
        snprintf(f.text, sizeof f.text, "%s", text);
        SET(f.because, "Told us for this visit");
        SET(f.rule, "F4");
        return f;
}

static struct view_line line_of(enum level level, bool say, const char *because)
{
        struct view_line l = {.level = level, .may_say = say, .age_days = -1, .unit_price = INT64_MIN};
        SET(l.department, "Ladies");
        SET(l.rule, "R1");
        snprintf(l.because, sizeof l.because, "%s", because);
        if (level == LEVEL_TALLY)
                l.tally = TALLY_SEVERAL;
        if (level >= LEVEL_KIND) {
                SET(l.kind, "Coats");
                l.year = 2026;
                l.season = 2;
        }
        if (level >= LEVEL_BRAND)
                SET(l.brand, "Alder");
        if (level >= LEVEL_ITEM) {
                SET(l.item, "Navy \"coat\"");
                SET(l.size, "38");
                SET(l.colour, "navy");
                l.season = 0;
                l.month = 3;
        }
        if (level >= LEVEL_FULL) {
                SET(l.store_name, "Downtown");
                l.at = 20500 * DAY_MS;
                l.age_days = 240;
                l.quantity = 1;
                l.unit_price = 89900;
        }
        return l;
}

/* Loads exactly the frame: what is no JSON, or not of its size, fails. */
static json_t *load(const char *frame)
{
        json_error_t error;
        size_t end = CARD_FRAME_SIZE;
        while (end > 0 && frame[end - 1] == ' ')
                end--;
        assert_true(end > 0 && frame[end - 1] == '}'); /* nothing but spaces fills the frame */
        json_t *card = json_loadb(frame, CARD_FRAME_SIZE, JSON_REJECT_DUPLICATES, &error);
        if (!card)
                fail_msg("%s at %d: %.200s", error.text, error.position, frame);
        return card;
}

static json_t *card_of(const struct view *v)
{
        char frame[CARD_FRAME_SIZE + 8];
        memset(frame, 'Z', sizeof frame);
        render(v, &head, frame);
        assert_memory_equal(frame + CARD_FRAME_SIZE, "ZZZZZZZZ", 8);
        assert_true(memcmp(frame, "{\"t\":\"card\",", 12) == 0);
        return load(frame);
}

static const char *text_at(json_t *object, const char *key)
{
        const char *text = json_string_value(json_object_get(object, key));
        return text ? text : "(none)";
}

static void keys_follow_from_the_level(void **state)
{
        (void)state;
        static const char *const keys[LEVEL_COUNT] = {"", "line level mention because rule department tally",
                "line level mention because rule department status channel kind year season",
                "line level mention because rule department status channel kind year season brand",
                "line level mention because rule department status channel kind year month brand item size "
                "colour",
                "line level mention because rule department status channel kind year month at_ms age_days "
                "brand item "
                "size colour store quantity price"};
        for (int level = LEVEL_TALLY; level <= LEVEL_FULL; level++) {
                struct view v = {.presence = true, .n_lines = 1, .currency = "EUR"};
                v.lines[0] = line_of((enum level)level, false, "why");
                json_t *card = card_of(&v);
                json_t *line =
                        json_array_get(json_object_get(json_object_get(card, "know_only"), "lines"), 0);
                char got[400] = "";
                const char *key;
                json_t *value;
                json_object_foreach(line, key, value)
                        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", got[0] ? " " : "", key);
                assert_string_equal(got, keys[level]);
                json_decref(card);
        }
}

/* ---- the schema ---- */
static void require_all(json_t *defs, json_t *part, json_t *into)
{
        size_t i;
        json_t *item;
        json_array_foreach(json_object_get(part, "required"), i, item)
        {
                json_object_set_new(into, json_string_value(item), json_true());
        }
        json_array_foreach(json_object_get(part, "allOf"), i, item)
        {
                const char *ref = json_string_value(json_object_get(item, "$ref"));
                require_all(defs, json_object_get(defs, ref + strlen("#/$defs/")), into);
        }
}

static void same_keys(json_t *required, json_t *object, const char *what)
{
        const char *key;
        json_t *value;
        json_object_foreach(object, key, value)
        {
                if (!json_object_get(required, key))
                        fail_msg("%s: %s is not in the schema", what, key);
        }
        assert_int_equal(json_object_size(required), json_object_size(object));
        json_decref(required);
}

/* The pages are checked against the schema; this holds the schema to what render() writes. */
static void the_schema_names_what_is_written(void **state)
{
        (void)state;
        json_error_t error;
        json_t *schema = json_load_file(CARD_SCHEMA, 0, &error), *defs = json_object_get(schema, "$defs");
        assert_non_null(schema);
        for (int level = LEVEL_TALLY; level <= LEVEL_FULL; level++) {
                const char *name = level_word((enum level)level);
                struct view v = {.presence = true, .n_lines = 1, .name = field_of("Anna B.")};
                v.notes = (struct view_notes){.level = LEVEL_FULL, .n = 1, .text = {"likes it quiet"}};
                v.lines[0] = line_of((enum level)level, false, "why");
                json_t *card = card_of(&v), *required = json_object();
                require_all(defs, schema, required);
                same_keys(required, card, "card");
                json_t *know = json_object_get(card, "know_only");
                require_all(defs, json_object_get(defs, "line"), required = json_object());
                require_all(defs, json_object_get(defs, name), required);
                same_keys(required, json_array_get(json_object_get(know, "lines"), 0), name);
                require_all(defs, json_object_get(defs, "group"), required = json_object());
                same_keys(required, know, "group");
                require_all(defs, json_object_get(defs, "field"), required = json_object());
                same_keys(required, json_object_get(json_object_get(card, "fields"), "name"), "field");
                require_all(defs, json_object_get(defs, "notes"), required = json_object());
                same_keys(required, json_object_get(json_object_get(card, "fields"), "notes"), "notes");
                json_decref(card);
        }
        json_decref(schema);
}

static void groups_name_a_shared_reason_once(void **state)
{
        (void)state;
        struct view v = {.presence = true, .n_lines = 4};
        v.lines[0] = line_of(LEVEL_FULL, true, "You sold it");
        v.lines[1] = line_of(LEVEL_ITEM, true, "You sold it");
        v.lines[2] = line_of(LEVEL_ITEM, false, "Chosen");
        v.lines[3] = line_of(LEVEL_TALLY, false, "Department");
        v.name = field_of("Anna B.");
        json_t *card = card_of(&v);
        json_t *say = json_object_get(card, "may_say"), *know = json_object_get(card, "know_only");
        assert_string_equal(text_at(say, "because"), "You sold it");
        assert_string_equal(text_at(know, "because"), "");
        assert_int_equal(json_array_size(json_object_get(say, "lines")), 2);
        json_t *third = json_array_get(json_object_get(know, "lines"), 0);
        assert_int_equal(json_integer_value(json_object_get(third, "line")), 3);
        assert_string_equal(text_at(third, "because"), "Chosen");
        assert_string_equal(text_at(third, "mention"), "wait");
        assert_string_equal(text_at(third, "item"), "Navy \"coat\"");
        assert_string_equal(
                text_at(json_object_get(json_object_get(card, "fields"), "name"), "text"), "Anna B.");
        assert_int_equal(json_object_size(json_object_get(card, "fields")), 1);
        assert_int_equal(json_integer_value(json_object_get(card, "seq")), 7);
        assert_string_equal(text_at(card, "meet"), "Shoes, floor 2");
        json_decref(card);
}

static void an_empty_view_is_a_card_too(void **state)
{
        (void)state;
        struct view v = {.presence = true};
        json_t *card = card_of(&v);
        json_t *know = json_object_get(card, "know_only");
        assert_int_equal(json_array_size(json_object_get(know, "lines")), 0);
        assert_string_equal(text_at(know, "because"), "");
        assert_int_equal(json_object_size(json_object_get(card, "fields")), 0);
        json_decref(card);
}

static void an_unknown_price_is_null(void **state)
{
        (void)state;
        struct view v = {.presence = true, .n_lines = 1};
        v.lines[0] = line_of(LEVEL_FULL, true, "why");
        v.lines[0].unit_price = PRICE_UNKNOWN;
        json_t *card = card_of(&v);
        json_t *line = json_array_get(json_object_get(json_object_get(card, "may_say"), "lines"), 0);
        assert_true(json_is_null(json_object_get(line, "price")));
        json_decref(card);
}

static void without_presence_nothing_is_written_of_her(void **state)
{
        (void)state;
        struct view v = {.presence = false, .n_lines = 1};
        v.lines[0] = line_of(LEVEL_FULL, true, "why");
        v.name = field_of("Anna B.");
        json_t *card = card_of(&v);
        assert_false(json_is_true(json_object_get(card, "here")));
        assert_int_equal(json_object_size(json_object_get(card, "fields")), 0);
        assert_int_equal(json_array_size(json_object_get(json_object_get(card, "may_say"), "lines")), 0);
        json_decref(card);
}

/* Fills a text with the worst that fits: quotes double, controls grow sixfold, characters may be cut
 * anywhere. */
static void hostile(struct chance *c, char *out, size_t room, int kind)
{
        static const char *const units[] = {
                "\"", "\\", "\x01", "\xf0\x9f\xa7\xa5", "\xc3\xbc", "x", "\xe2\x80\xa8"};
        size_t len = 0;
        for (;;) {
                const char *unit = units[kind < 7 ? (uint32_t)kind : chance_below(c, 7)];
                if (len + strlen(unit) + 1 > room)
                        break;
                memcpy(out + len, unit, strlen(unit));
                len += strlen(unit);
        }
        out[len] = '\0';
}

static void hostile_view(struct chance *c, struct view *v, int kind)
{
        struct view_field *fields[] = {&v->name, &v->greet, &v->hint, &v->wish, &v->sizes, &v->likes};
        *v = (struct view){.presence = true, .n_lines = VIEW_LINES_MAX};
        for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
                fields[i]->level = LEVEL_FULL;
                hostile(c, fields[i]->text, sizeof fields[i]->text, kind);
                hostile(c, fields[i]->because, sizeof fields[i]->because, kind);
                SET(fields[i]->rule, "R23456789012345");
        }
        v->notes = (struct view_notes){.level = LEVEL_FULL, .n = NOTES_MAX};
        for (int i = 0; i < NOTES_MAX; i++)
                hostile(c, v->notes.text[i], sizeof v->notes.text[i], kind);
        hostile(c, v->notes.because, sizeof v->notes.because, kind);
        SET(v->notes.rule, "R23456789012345");
        for (int i = 0; i < VIEW_LINES_MAX; i++) {
                struct view_line *l = &v->lines[i];
                char *texts[] = {
                        l->department, l->kind, l->brand, l->item, l->size, l->colour, l->store_name};
                *l = (struct view_line){.level = LEVEL_FULL,
                        .may_say = i < 3,
                        .at = INT64_MIN,
                        .unit_price = INT64_MAX,
                        .quantity = INT32_MIN,
                        .year = 65535,
                        .month = 255,
                        .age_days = INT32_MAX};
                for (size_t t = 0; t < ARRAY_LEN(texts); t++)
                        hostile(c, texts[t], VIEW_TEXT_MAX, kind);
                hostile(c, l->because, sizeof l->because, kind);
                SET(l->rule, "R23456789012345");
        }
}

static void no_text_makes_a_card_overflow(void **state)
{
        (void)state;
        struct chance c = {chance_seed("hostile texts")};
        char standing[400], meet[400];
        size_t lines[8] = {0};
        for (int i = 0; i < 2000; i++) {
                struct view v;
                char frame[CARD_FRAME_SIZE];
                int kind = i % 8;
                hostile_view(&c, &v, kind);
                hostile(&c, standing, sizeof standing, kind);
                hostile(&c, meet, sizeof meet, kind);
                struct card_head h = {.seq = UINT64_MAX,
                        .card = UINT32_MAX,
                        .standing = standing,
                        .meet = meet,
                        .age_s = INT32_MIN,
                        .answer_within_ms = INT32_MIN,
                        .state = meet,
                        .seen = (enum seen)9};
                uint32_t milder = chance_below(&c, VIEW_LINES_MAX);
                if (i > 1000)
                        v.lines[milder] = line_of(LEVEL_KIND, v.lines[milder].may_say, "why");
                render(&v, &h, frame);
                json_t *card = load(frame);
                lines[kind] = json_array_size(json_object_get(json_object_get(card, "may_say"), "lines"));
                assert_true(json_object_size(json_object_get(card, "fields")) >= 1 || kind == 2 || kind == 7);
                json_decref(card);
        }
        assert_true(lines[5] >= 1); /* notes and plain letters of the greatest length leave room for a line */
}

static void ordinary_cards_keep_all_their_lines(void **state)
{
        (void)state;
        struct view v = {.presence = true, .n_lines = VIEW_LINES_MAX, .currency = "EUR"};
        for (int i = 0; i < VIEW_LINES_MAX; i++)
                v.lines[i] = line_of(LEVEL_FULL, true, "An expensive piece is between customer and seller");
        v.name = v.greet = v.hint = v.wish = v.sizes = v.likes = field_of("green coat, by the stairs");
        json_t *card = card_of(&v);
        assert_int_equal(
                json_array_size(json_object_get(json_object_get(card, "may_say"), "lines")), VIEW_LINES_MAX);
        assert_int_equal(json_object_size(json_object_get(card, "fields")), 6);
        json_decref(card);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(keys_follow_from_the_level),
                cmocka_unit_test(the_schema_names_what_is_written),
                cmocka_unit_test(groups_name_a_shared_reason_once),
                cmocka_unit_test(an_empty_view_is_a_card_too),
                cmocka_unit_test(an_unknown_price_is_null),
                cmocka_unit_test(without_presence_nothing_is_written_of_her),
                cmocka_unit_test(no_text_makes_a_card_overflow),
                cmocka_unit_test(ordinary_cards_keep_all_their_lines),
        };
        return cmocka_run_group_tests_name("rulebook_render", tests, NULL, NULL);
}
