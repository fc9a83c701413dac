/* Fields, not sentences: the page composes the words of a line in its own language. Everything written comes
 * from the view, the head, or is constant; which keys stand in a line follows from its level alone. */
#include "server/rulebook/render.h"

#include <string.h>

#include "proto/json.h"
#include "server/rulebook/text.h"

#define STANDING_MAX 96 /* bytes of the head's texts, with NUL */
#define MEET_MAX     64
#define STATE_MAX    16

/* How much of a view is written. Fields are dropped from the end of this order, lines from the least useful.
 */
struct extent {
        uint32_t fields, lines;
};

static const char *const tally_words[] = {"none", "few", "several", "many"};
static const char *const season_words[] = {"", "winter", "spring", "summer", "autumn"};

static const char *mention(bool may_say)
{
        return may_say ? "ok" : "wait";
}

static void render_field(struct json_out *j, const char *name, const struct view_field *f)
{
        if (f->level == LEVEL_HIDE)
                return;
        json_open(j, name, '{');
        json_text(j, "text", f->text);
        json_text(j, "level", level_word(f->level));
        json_text(j, "mention", mention(f->may_say));
        json_text(j, "because", f->because);
        json_text(j, "rule", f->rule);
        json_close(j, '{');
}

static void render_notes(struct json_out *j, const struct view_notes *n)
{
        if (n->level == LEVEL_HIDE)
                return;
        json_open(j, "notes", '{');
        json_open(j, "texts", '[');
        for (uint32_t i = 0; i < n->n && i < NOTES_MAX; i++)
                json_text(j, NULL, n->text[i]);
        json_close(j, '[');
        json_text(j, "level", level_word(n->level));
        json_text(j, "mention", mention(false));
        json_text(j, "because", n->because);
        json_text(j, "rule", n->rule);
        json_close(j, '{');
}

static void render_fields(struct json_out *j, const struct view *v, uint32_t most)
{
        const struct {
                const char *name;
                const struct view_field *field;
        } order[] = {{"name", &v->name}, {"greet", &v->greet}, {"wish", &v->wish}, {"hint", &v->hint},
                {"sizes", &v->sizes}, {"likes", &v->likes}};
        json_open(j, "fields", '{');
        for (uint32_t i = 0; i < ARRAY_LEN(order) && i < most; i++)
                render_field(j, order[i].name, order[i].field);
        if (most > ARRAY_LEN(order))
                render_notes(j, &v->notes);
        json_close(j, '{');
}

static void render_time(struct json_out *j, const struct view_line *l)
{
        json_number(j, "year", l->year);
        if (l->level < LEVEL_ITEM) {
                json_text(j, "season", l->season < ARRAY_LEN(season_words) ? season_words[l->season] : "");
                return;
        }
        json_number(j, "month", l->month);
        if (l->level < LEVEL_FULL)
                return;
        json_number(j, "at_ms", l->at);
        json_number(j, "age_days", l->age_days);
}

static void render_line(struct json_out *j, const struct view_line *l, uint32_t ordinal)
{
        json_open(j, NULL, '{');
        json_number(j, "line", ordinal);
        json_text(j, "level", level_word(l->level));
        json_text(j, "mention", mention(l->may_say));
        json_text(j, "because", l->because);
        json_text(j, "rule", l->rule);
        json_text(j, "department", l->department);
        if (l->level == LEVEL_TALLY)
                json_text(j, "tally", tally_words[l->tally & 3]);
        if (l->level >= LEVEL_KIND) {
                json_text(j, "status", status_word(l->status));
                json_text(j, "channel", channel_word(l->channel));
                json_text(j, "kind", l->kind);
                render_time(j, l);
        }
        if (l->level >= LEVEL_BRAND)
                json_text(j, "brand", l->brand);
        if (l->level >= LEVEL_ITEM) {
                json_text(j, "item", l->item);
                json_text(j, "size", l->size);
                json_text(j, "colour", l->colour);
        }
        if (l->level >= LEVEL_FULL) {
                json_text(j, "store", l->store_name);
                json_number(j, "quantity", l->quantity);
                if (l->unit_price == INT64_MIN)
                        json_nil(j, "price");
                else
                        json_number(j, "price", l->unit_price);
        }
        json_close(j, '{');
}

/* The heading's reason: the one all lines share, else "" and each line speaks for itself. */
static const char *common_reason(const struct view *v, uint32_t from, uint32_t to)
{
        for (uint32_t i = from; i < to; i++)
                if (strcmp(v->lines[i].because, v->lines[from].because) != 0)
                        return "";
        return from < to ? v->lines[from].because : "";
}

static void render_group(
        struct json_out *j, const char *name, const struct view *v, uint32_t from, uint32_t to)
{
        json_open(j, name, '{');
        json_text(j, "because", common_reason(v, from, to));
        json_open(j, "lines", '[');
        for (uint32_t i = from; i < to; i++)
                render_line(j, &v->lines[i], i + 1);
        json_close(j, '[');
        json_close(j, '{');
}

static void render_head(struct json_out *j, const struct card_head *head)
{
        char standing[STANDING_MAX], meet[MEET_MAX], state[STATE_MAX];
        text_copy(standing, sizeof standing, head->standing ? head->standing : "");
        text_copy(meet, sizeof meet, head->meet ? head->meet : "");
        text_copy(state, sizeof state, head->state ? head->state : "");
        json_text(j, "t", "card");
        json_number(j, "seq", head->seq <= INT64_MAX ? (int64_t)head->seq : INT64_MAX);
        json_number(j, "card", head->card);
        json_text(j, "state", state);
        json_text(j, "seen", head->may_be ? "may-be" : seen_word(head->seen));
        json_number(j, "age_s", head->age_s);
        json_number(j, "answer_within_ms", head->answer_within_ms);
        json_text(j, "standing", standing);
        json_text(j, "meet", meet);
}

/* Writes a whole card; false if it did not fit. */
static bool render_extent(const struct view *v, const struct card_head *head, struct extent e, char *out)
{
        struct json_out j;
        uint32_t said = 0;
        while (said < e.lines && v->lines[said].may_say)
                said++;
        json_start(&j, out, CARD_FRAME_SIZE);
        json_open(&j, NULL, '{');
        render_head(&j, head);
        json_flag(&j, "here", v->presence);
        json_text(&j, "currency", v->currency);
        render_fields(&j, v, v->presence ? e.fields : 0);
        render_group(&j, "may_say", v, 0, said);
        render_group(&j, "know_only", v, said, e.lines);
        json_close(&j, '{');
        memset(out + j.len, ' ', CARD_FRAME_SIZE - j.len);
        return !j.overflow;
}

void render(const struct view *view, const struct card_head *head, char out[CARD_FRAME_SIZE])
{
        uint32_t lines = view->n_lines < VIEW_LINES_MAX ? view->n_lines : VIEW_LINES_MAX;
        struct extent e = {.fields = 7, .lines = view->presence ? lines : 0};
        /* The head alone always fits: its texts are cut, and escaping at most doubles them. */
        while (!render_extent(view, head, e, out) && (e.lines || e.fields)) {
                if (e.lines)
                        e.lines--;
                else
                        e.fields--;
        }
}
