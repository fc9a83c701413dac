/* The only reader of raw rows. First every row is judged alike; then lines are picked, counted and derived
 * from the judged rows, touching only what the level of each allows. A view depends on nothing else: not on
 * the order of rows, their number, their refs, or anything above a line's level. */
#include <stdio.h>

#include "server/rulebook/derive.h"
#include "server/rulebook/evaluate.h"
#include "server/rulebook/text.h"

struct judged {
        uint32_t n;
        uint8_t level[HISTORY_LINES_MAX], say[HISTORY_LINES_MAX], rule[HISTORY_LINES_MAX];
};

/* What is counted of a department: bought lines whose level is exactly tally. */
struct counted {
        uint32_t lines[DEPARTMENT_COUNT];
        uint64_t rules[DEPARTMENT_COUNT]; /* bit per show rule that decided one of them */
};

/* ---- judging ---- */
static void judge_rows(const struct scene *scene, struct judged *out)
{
        const struct history *h = scene->history;
        /* More than the store may load is malformed. */
        out->n = h->n_lines <= HISTORY_LINES_MAX ? h->n_lines : 0;
        for (uint32_t i = 0; i < out->n; i++) {
                struct verdict v = judge_line(scene, &h->lines[i]);
                out->level[i] = (uint8_t)v.level;
                out->say[i] = v.may_say;
                out->rule[i] = (uint8_t)v.show_rule;
        }
}

static void count_tallies(const struct history *h, const struct judged *j, struct counted *out)
{
        memset(out, 0, sizeof *out);
        for (uint32_t i = 0; i < j->n; i++) {
                uint32_t counts = (j->level[i] == LEVEL_TALLY) & (h->lines[i].status == STATUS_BOUGHT);
                uint32_t department = h->lines[i].department_index & (DEPARTMENT_COUNT - 1);
                out->lines[department] += counts;
                out->rules[department] |= (uint64_t)counts << (j->rule[i] & (RULES_MAX - 1));
        }
}

static enum tally bucket(uint32_t lines)
{
        return lines >= 12 ? TALLY_MANY : lines >= 6 ? TALLY_SEVERAL : lines >= 3 ? TALLY_FEW : TALLY_NONE;
}

/* ---- one line ---- */
static void reason(
        const struct rulebook *book, int rule, char because[VIEW_BECAUSE_MAX], char id[VIEW_RULE_MAX])
{
        text_copy(because, VIEW_BECAUSE_MAX, book->rules[rule].because);
        text_copy(id, VIEW_RULE_MAX, book->rules[rule].id);
}

/* Numbers and words of a line up to its level. January belongs to the winter that began the year before. */
static void line_facts(const struct judged *j, uint32_t row, const struct purchase *l, struct view_line *out)
{
        enum level level = (enum level)j->level[row];
        memset(out, 0, sizeof *out);
        out->level = level;
        out->may_say = j->say[row];
        out->status = (enum status)l->status;
        out->channel = (enum channel)l->channel;
        out->age_days = -1;
        out->unit_price = PRICE_UNKNOWN;
        out->year = l->year;
        if (level >= LEVEL_ITEM) {
                out->month = l->month;
        } else {
                out->season = (uint8_t)(l->month % 12 / 3 + 1);
                out->year = (uint16_t)(l->year - (l->month <= 2));
        }
        if (level >= LEVEL_FULL) {
                out->age_days = l->age_days;
                out->at = l->at;
                out->unit_price = l->unit_price >= 0 ? l->unit_price : PRICE_UNKNOWN;
                out->quantity = l->quantity;
        }
}

static void line_texts(const struct history *h, const struct rulebook *book, int rule,
        const struct purchase *l, struct view_line *out)
{
        text_copy(out->department, sizeof out->department, pool_text(h, l->department));
        text_copy(out->kind, sizeof out->kind, pool_text(h, l->kind));
        if (out->level >= LEVEL_BRAND)
                text_copy(out->brand, sizeof out->brand, pool_text(h, l->brand));
        if (out->level >= LEVEL_ITEM) {
                text_copy(out->item, sizeof out->item, pool_text(h, l->item));
                text_copy(out->size, sizeof out->size, pool_text(h, l->size));
                text_copy(out->colour, sizeof out->colour, pool_text(h, l->colour));
        }
        if (out->level >= LEVEL_FULL)
                text_copy(out->store_name, sizeof out->store_name, pool_text(h, l->store_name));
        reason(book, rule, out->because, out->rule);
}

/* ---- which lines ---- */
/* As fine as the level shows: a moment, a month, a season, or a tally's size. */
static int64_t recency(const struct view_line *l)
{
        if (l->level == LEVEL_FULL)
                return l->at;
        if (l->level == LEVEL_ITEM)
                return l->year * 12 + l->month;
        if (l->level >= LEVEL_KIND)
                return l->year * 4 + (l->season + 2) % 4; /* spring first: winter ends its year */
        return l->tally;
}

static int order(int64_t a, int64_t b)
{
        return (a < b) - (a > b); /* greater first */
}

/* Usefulness: what may be said, then what tells more, then the newer. */
static int compare_use(const struct view_line *a, const struct view_line *b)
{
        int c = order(a->may_say, b->may_say);
        c = c ? c : order(a->level, b->level);
        return c ? c : order(recency(a), recency(b));
}

/* Equally useful lines stand in the order of what they show; 0 = they look the same. */
static int compare_content(const struct view_line *a, const struct view_line *b)
{
        int c = order(b->status, a->status);
        c = c ? c : order(a->channel == CHANNEL_IN_STORE, b->channel == CHANNEL_IN_STORE);
        c = c ? c : order(a->unit_price, b->unit_price);
        c = c ? c : order(a->quantity, b->quantity);
        c = c ? c : order(b->age_days, a->age_days);
        c = c ? c : strcmp(a->department, b->department);
        c = c ? c : strcmp(a->kind, b->kind);
        c = c ? c : strcmp(a->brand, b->brand);
        c = c ? c : strcmp(a->item, b->item);
        c = c ? c : strcmp(a->size, b->size);
        c = c ? c : strcmp(a->colour, b->colour);
        c = c ? c : strcmp(a->store_name, b->store_name);
        return c ? c : strcmp(a->rule, b->rule);
}

static int compare_lines(const struct view_line *a, const struct view_line *b)
{
        int c = compare_use(a, b);
        return c ? c : compare_content(a, b);
}

/* Keeps the best lines in order; what looks the same stands once. */
static void keep_line(struct view *view, const struct view_line *line)
{
        uint32_t at = view->n_lines;
        while (at > 0) {
                int c = compare_lines(line, &view->lines[at - 1]);
                if (c == 0)
                        return;
                if (c > 0)
                        break;
                at--;
        }
        if (at == VIEW_LINES_MAX)
                return;
        if (view->n_lines < VIEW_LINES_MAX)
                view->n_lines++;
        for (uint32_t i = view->n_lines - 1u; i > at; i--)
                view->lines[i] = view->lines[i - 1];
        view->lines[at] = *line;
}

static void pick_rows(const struct scene *scene, const struct judged *j, struct view *view)
{
        const struct history *h = scene->history;
        for (uint32_t i = 0; i < j->n; i++) {
                struct view_line line;
                if (j->level[i] < LEVEL_KIND)
                        continue;
                line_facts(j, i, &h->lines[i], &line);
                bool full = view->n_lines == VIEW_LINES_MAX;
                if (full && compare_use(&line, &view->lines[VIEW_LINES_MAX - 1]) > 0)
                        continue;
                line_texts(h, scene->book, j->rule[i], &h->lines[i], &line);
                keep_line(view, &line);
        }
}

/* The first name that a counted row of the department gives it: they agree unless the mapping changed. */
static const char *department_name(const struct history *h, const struct judged *j, uint32_t department)
{
        const char *name = NULL;
        for (uint32_t i = 0; i < j->n; i++) {
                const struct purchase *l = &h->lines[i];
                if (j->level[i] != LEVEL_TALLY || l->status != STATUS_BOUGHT ||
                        l->department_index != department)
                        continue;
                const char *other = pool_text(h, l->department);
                if (!name || strcmp(other, name) < 0)
                        name = other;
        }
        return name ? name : "";
}

static int first_rule(const struct rulebook *book, uint64_t rules)
{
        int first = -1;
        for (int r = 0; r < book->n_rules; r++)
                if ((rules >> r & 1) && (first < 0 || strcmp(book->rules[r].id, book->rules[first].id) < 0))
                        first = r;
        return first;
}

static void pick_tallies(const struct scene *scene, const struct judged *j, struct view *view)
{
        struct counted counted;
        count_tallies(scene->history, j, &counted);
        for (uint32_t d = 0; d < DEPARTMENT_COUNT; d++) {
                struct view_line line = {.level = LEVEL_TALLY, .age_days = -1, .unit_price = PRICE_UNKNOWN};
                line.tally = bucket(counted.lines[d]);
                if (line.tally == TALLY_NONE)
                        continue;
                text_copy(line.department, sizeof line.department, department_name(scene->history, j, d));
                reason(scene->book, first_rule(scene->book, counted.rules[d]), line.because, line.rule);
                keep_line(view, &line);
        }
}

/* ---- fields ---- */
static void field(const struct scene *scene, enum subject subject, const char *text, struct view_field *out)
{
        struct verdict v = judge_field(scene, subject);
        memset(out, 0, sizeof *out);
        if (v.level == LEVEL_HIDE || !text || !text[0])
                return;
        out->level = v.level;
        out->may_say = v.may_say;
        text_copy(out->text, sizeof out->text, text);
        reason(scene->book, v.show_rule, out->because, out->rule);
}

/* The first character of a name with a point; "" for no name. */
static void initial(const char *name, char out[8])
{
        char clean[VIEW_TEXT_MAX];
        size_t n = text_character(clean, text_copy(clean, sizeof clean, name));
        memcpy(out, clean, n);
        out[n] = n ? '.' : '\0';
        out[n + (n > 0)] = '\0';
}

/* Full: "Anna B."; from kind: "A.B."; below: nothing. */
static void name_field(const struct scene *scene, const struct person_fields *p, struct view_field *out)
{
        char first[VIEW_TEXT_MAX], a[8], b[8];
        text_copy(first, sizeof first, p->first_name ? p->first_name : "");
        initial(first, a);
        initial(p->last_name ? p->last_name : "", b);
        field(scene, SUBJECT_NAME, a[0] ? a : b, out);
        if (out->level == LEVEL_HIDE)
                return;
        memset(out->text, 0, sizeof out->text);
        if (out->level == LEVEL_FULL && a[0])
                snprintf(out->text, sizeof out->text, "%s%s%s", first, b[0] ? " " : "", b);
        else if (out->level >= LEVEL_KIND)
                snprintf(out->text, sizeof out->text, "%s%s", a, b);
        else
                memset(out, 0, sizeof *out);
}

/* Whoever wrote a note knows it anyway; that she may say it aloud is nobody's to allow but the customer's. */
static void notes_field(const struct scene *scene, const struct person_fields *p, struct view_notes *out)
{
        struct verdict v = judge_field(scene, SUBJECT_NOTES);
        memset(out, 0, sizeof *out);
        if (v.level == LEVEL_HIDE || !p->notes[0])
                return;
        while (out->n < NOTES_MAX && p->notes[out->n]) {
                text_copy(out->text[out->n], sizeof out->text[0], p->notes[out->n]);
                out->n++;
        }
        out->level = v.level;
        reason(scene->book, v.show_rule, out->because, out->rule);
}

static void fields(const struct scene *scene, const struct person_fields *p, struct view *view)
{
        name_field(scene, p, &view->name);
        bool greet = p->greet_by_name && view->name.level == LEVEL_FULL;
        field(scene, SUBJECT_GREET, greet ? p->first_name : "", &view->greet);
        view->name.may_say = view->greet.level != LEVEL_HIDE && view->greet.may_say;
        field(scene, SUBJECT_HINT, p->hint, &view->hint);
        field(scene, SUBJECT_WISH, p->wish, &view->wish);
        notes_field(scene, p, &view->notes);
}

/* Derived words are known, not said: no one line stands behind them. */
static void derived_fields(
        const struct scene *scene, const struct judged *j, const struct person_fields *p, struct view *view)
{
        struct row_list items = {.n = 0}, brands = {.n = 0};
        char text[DERIVED_TEXT_MAX];
        for (uint32_t i = 0; i < j->n; i++) {
                if (j->level[i] < LEVEL_BRAND || scene->history->lines[i].status != STATUS_BOUGHT)
                        continue;
                brands.rows[brands.n++] = (uint16_t)i;
                if (j->level[i] >= LEVEL_ITEM)
                        items.rows[items.n++] = (uint16_t)i;
        }
        if (p->sizes_ok) {
                derive_sizes(scene->history, &items, text);
                field(scene, SUBJECT_SIZES, text, &view->sizes);
                view->sizes.may_say = false;
        }
        if (p->likes_ok) {
                derive_likes(scene->history, &items, &brands, text);
                field(scene, SUBJECT_LIKES, text, &view->likes);
                view->likes.may_say = false;
        }
}

/* ---- the module's face ---- */
void project(const struct rulebook *book, const struct rulebook *ceiling, const struct history *history,
        const struct person_fields *person, const struct viewer *viewer, enum seen seen, struct view *out)
{
        struct judged judged;
        memset(out, 0, sizeof *out);
        if (!book || !ceiling || !viewer)
                return;
        struct scene scene = scene_of(book, ceiling, history, viewer, seen);
        judge_rows(&scene, &judged);
        out->presence = judge_field(&scene, SUBJECT_PRESENCE).level != LEVEL_HIDE;
        if (!out->presence)
                return;
        memcpy(out->currency, scene.currency_known ? history->currency : "\0\0\0", sizeof out->currency);
        pick_rows(&scene, &judged, out);
        pick_tallies(&scene, &judged, out);
        fields(&scene, person, out);
        derived_fields(&scene, &judged, person, out);
}

uint32_t project_behind(const struct rulebook *book, const struct rulebook *ceiling,
        const struct history *history, const struct viewer *viewer, enum seen seen,
        const struct view_line *shown, uint32_t *rows, uint32_t most)
{
        struct judged judged;
        uint32_t n = 0;
        if (!book || !ceiling || !viewer)
                return 0;
        struct scene scene = scene_of(book, ceiling, history, viewer, seen);
        judge_rows(&scene, &judged);
        for (uint32_t i = 0; i < judged.n; i++) {
                const struct purchase *l = &history->lines[i];
                struct view_line line;
                if (judged.level[i] != shown->level || shown->level == LEVEL_HIDE)
                        continue;
                line_facts(&judged, i, l, &line);
                line_texts(history, book, judged.rule[i], l, &line);
                bool same = shown->level == LEVEL_TALLY
                                    ? l->status == STATUS_BOUGHT &&
                                              strcmp(line.department, shown->department) == 0
                                    : compare_lines(&line, shown) == 0;
                if (same && n < most)
                        rows[n] = i;
                n += same;
        }
        return n;
}
