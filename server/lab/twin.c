#include "server/lab/twin.h"

#include <string.h>

#define TRIES       4
#define DEPARTMENTS DEPARTMENT_COUNT

struct maker {
        const struct twin_ask *ask;
        struct twin *twin;
        struct purchase *lines; /* the room's */
        uint32_t room, kept;    /* kept: rows that the room has so far */
        char *pool;
        uint32_t marks;
        uint64_t random;
        uint32_t was[DEPARTMENTS], now[DEPARTMENTS]; /* rows in tallies */
};

/* What both books say of a row; the lower level of the two is what is seen. */
struct said {
        struct verdict book, ceiling;
        enum level level;
};

/* SplitMix64: spread, reproducible, no secret. */
static uint64_t next_random(struct maker *m)
{
        uint64_t z = (m->random += UINT64_C(0x9e3779b97f4a7c15));
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        return z ^ (z >> 31);
}

static uint32_t below(struct maker *m, uint32_t n)
{
        return (uint32_t)(next_random(m) >> 32) % n;
}

/* ---- judging ---- */
static struct said said_of(const struct maker *m, const struct purchase *line)
{
        const struct twin_ask *a = m->ask;
        const struct history *h = &m->twin->history;
        struct said s = {.book = rulebook_judge_line(a->book, h, line, a->viewer, a->seen),
                .ceiling = rulebook_judge_line(a->ceiling, h, line, a->viewer, a->seen)};
        s.level = rulebook_lawful(rulebook_under(s.book, s.ceiling), line).level;
        /* A tally counts what was bought and nothing else. */
        if (s.level == LEVEL_TALLY && line->status != STATUS_BOUGHT)
                s.level = LEVEL_HIDE;
        return s;
}

static bool verdicts_alike(const struct verdict *a, const struct verdict *b)
{
        return a->level == b->level && a->may_say == b->may_say && a->show_rule == b->show_rule;
}

static bool said_alike(const struct said *a, const struct said *b)
{
        return a->level == b->level && verdicts_alike(&a->book, &b->book) &&
               verdicts_alike(&a->ceiling, &b->ceiling);
}

/* ---- changing ---- */
/* A text that occurs nowhere else; the row's own if there is no room for one more. */
static pooled fresh_text(struct maker *m, pooled own)
{
        static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
        if (m->marks == TWIN_MARKS_MAX)
                return own;
        uint32_t at = m->twin->history.pool_size;
        uint64_t z = next_random(m);
        char *text = m->pool + at;
        text[0] = '~';
        for (int i = 1; i < TWIN_MARK_BYTES - 1; i++, z = z >> 5 ? z >> 5 : next_random(m))
                text[i] = letters[z & 31];
        text[TWIN_MARK_BYTES - 1] = '\0';
        m->twin->history.pool_size += TWIN_MARK_BYTES;
        m->marks++;
        return at;
}

/* Another text for a field: that of some other row, or a fresh one. */
static pooled other_text(struct maker *m, pooled own, size_t member)
{
        const struct history *h = m->ask->history;
        if (h->n_lines == 0 || below(m, 2))
                return fresh_text(m, own);
        const struct purchase *from = &h->lines[below(m, h->n_lines)];
        pooled text;
        memcpy(&text, (const char *)from + member, sizeof text);
        return text;
}

/* Everything that a level does not show, made anew. */
static void change_above(struct maker *m, struct purchase *l, enum level level)
{
        if (level < LEVEL_FULL) {
                l->unit_price = (int64_t)below(m, 400000);
                l->at -= (wall_ms)below(m, 20) * HOUR_MS;
                l->age_days += (int32_t)below(m, 9);
                l->quantity = 1 + (int32_t)below(m, 5);
                l->store_name = other_text(m, l->store_name, offsetof(struct purchase, store_name));
        }
        if (level < LEVEL_ITEM) {
                l->item = other_text(m, l->item, offsetof(struct purchase, item));
                l->size = other_text(m, l->size, offsetof(struct purchase, size));
                l->colour = other_text(m, l->colour, offsetof(struct purchase, colour));
        }
        if (level < LEVEL_BRAND)
                l->brand = other_text(m, l->brand, offsetof(struct purchase, brand));
        if (level < LEVEL_KIND) {
                l->age_months += (int32_t)below(m, 3);
                l->year = (uint16_t)(l->year > 2 ? l->year - below(m, 2) : l->year);
                l->month = (uint8_t)(1 + below(m, 12));
        }
        if (level == LEVEL_HIDE) {
                l->department_index = (uint8_t)below(m, DEPARTMENTS);
                l->status = (uint8_t)below(m, STATUS_COUNT);
                l->gift = below(m, 4) == 0;
                l->seller = below(m, 3) ? l->seller : l->seller + 1;
        }
}

static void keep(struct maker *m, const struct purchase *line)
{
        if (m->kept < m->room)
                m->lines[m->kept++] = *line;
}

/* The row, changed where it may be; as it is if no change leaves the rules saying the same. */
static bool disguise(struct maker *m, const struct purchase *line, const struct said *s, struct purchase *out)
{
        for (int i = 0; i < TRIES; i++) {
                *out = *line;
                change_above(m, out, s->level);
                struct said now = said_of(m, out);
                if (s->level == LEVEL_HIDE ? now.level == LEVEL_HIDE : said_alike(s, &now))
                        return true;
        }
        *out = *line;
        return false;
}

static void take_row(struct maker *m, const struct purchase *line)
{
        struct said s = said_of(m, line);
        struct purchase other;
        uint32_t chance = below(m, 100);
        if (s.level == LEVEL_HIDE && chance < 40) {
                m->twin->dropped++;
                return;
        }
        bool changed = chance < 90 && disguise(m, line, &s, &other);
        keep(m, changed ? &other : line);
        *(s.level == LEVEL_HIDE ? &m->twin->changed : &m->twin->above) += changed;
        if (s.level == LEVEL_TALLY)
                m->was[line->department_index & (DEPARTMENTS - 1)]++;
}

static void add_hidden(struct maker *m)
{
        const struct history *h = m->ask->history;
        for (uint32_t n = h->n_lines ? below(m, TWIN_ADDED_MAX / 2) : 0; n > 0; n--) {
                struct purchase other = h->lines[below(m, h->n_lines)];
                change_above(m, &other, LEVEL_HIDE);
                if (said_of(m, &other).level != LEVEL_HIDE || m->kept >= HISTORY_LINES_MAX)
                        continue;
                keep(m, &other);
                m->twin->added++;
        }
}

/* ---- tallies ---- */
static int bucket(uint32_t rows)
{
        return rows >= 12 ? 3 : rows >= 6 ? 2 : rows >= 3 ? 1 : 0;
}

/* Whether another row of the tally stands for the same rule under the same name: one of them may go. */
static bool has_brother(const struct maker *m, uint32_t at, const struct said *s)
{
        const struct history *h = &m->twin->history;
        for (uint32_t i = 0; i < m->kept; i++) {
                if (i == at || m->lines[i].department_index != m->lines[at].department_index ||
                        strcmp(h->pool + m->lines[i].department, h->pool + m->lines[at].department) != 0)
                        continue;
                struct said other = said_of(m, &m->lines[i]);
                if (said_alike(s, &other))
                        return true;
        }
        return false;
}

static void move_tallies(struct maker *m)
{
        uint32_t added = 0;
        for (uint32_t turn = 0; turn < 8 && m->kept > 0; turn++) {
                uint32_t at = below(m, m->kept);
                struct said s = said_of(m, &m->lines[at]);
                uint32_t department = m->lines[at].department_index & (DEPARTMENTS - 1);
                uint32_t rows = m->now[department];
                if (s.level != LEVEL_TALLY)
                        continue;
                if (below(m, 2) && added < TWIN_ADDED_MAX / 2 && m->kept < m->room &&
                        m->kept < HISTORY_LINES_MAX && bucket(rows + 1) == bucket(m->was[department])) {
                        keep(m, &m->lines[at]);
                        m->now[department]++;
                        m->twin->tallied++;
                        added++;
                } else if (rows > 0 && bucket(rows - 1) == bucket(m->was[department]) &&
                           has_brother(m, at, &s)) {
                        m->lines[at] = m->lines[--m->kept];
                        m->now[department]--;
                        m->twin->tallied--;
                }
        }
}

static void shuffle(struct maker *m)
{
        for (uint32_t i = m->kept; i > 1; i--) {
                uint32_t k = below(m, i);
                struct purchase line = m->lines[i - 1];
                m->lines[i - 1] = m->lines[k];
                m->lines[k] = line;
        }
        for (uint32_t i = 0; i < m->kept; i++)
                m->lines[i].ref = 1 + (next_random(m) >> 12);
}

/* ---- the module's face ---- */
int twin_make(const struct twin_ask *ask, const struct twin_room *room, struct twin *out)
{
        const struct history *h = ask->history;
        *out = (struct twin){.history = *h};
        if (h->n_lines > HISTORY_LINES_MAX || room->n_lines < h->n_lines + TWIN_ADDED_MAX ||
                room->pool_size < h->pool_size + TWIN_POOL_MORE || h->pool_size == 0)
                return 1;
        struct maker m = {.ask = ask,
                .twin = out,
                .lines = room->lines,
                .room = room->n_lines,
                .pool = room->pool,
                .random = ask->seed};
        memcpy(room->pool, h->pool, h->pool_size);
        out->history.pool = room->pool;
        out->history.lines = room->lines;
        for (uint32_t i = 0; i < h->n_lines; i++)
                take_row(&m, &h->lines[i]);
        memcpy(m.now, m.was, sizeof m.now);
        move_tallies(&m);
        add_hidden(&m);
        shuffle(&m);
        out->history.n_lines = m.kept;
        return 0;
}

bool twin_same(const struct twin_ask *ask, const struct twin *twin, const struct person_fields *person)
{
        static const struct card_head head = {.standing = "", .meet = "", .state = "offered"};
        char one[CARD_FRAME_SIZE], two[CARD_FRAME_SIZE];
        struct view view;
        project(ask->book, ask->ceiling, ask->history, person, ask->viewer, ask->seen, &view);
        render(&view, &head, one);
        project(ask->book, ask->ceiling, &twin->history, person, ask->viewer, ask->seen, &view);
        render(&view, &head, two);
        return memcmp(one, two, sizeof one) == 0;
}
