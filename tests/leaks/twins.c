/* A store and its twin: the same to one viewer in every scene of the day, and otherwise as different as can
 * be. Hidden rows come, go and change; what lies above a line's highest level changes; tallies move inside
 * their bucket; rows, numbers and strangers' ids are shuffled. */
#include "tests/leaks/leaks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/dossier.h"

#define NOW_DAY      INT64_C(20517) /* 2026-03-05 */
#define TALLIES_MOST 40             /* a tally of more rows cannot be struck at once */

#define PICK(c, list) ((list)[chance_below((c), (uint32_t)(sizeof(list) / sizeof((list)[0])))])

/* ---- rows ---- */
static void put(char out[TEXT_MAX], const char *text)
{
        memset(out, 0, TEXT_MAX);
        memcpy(out, text, strlen(text));
}

static void put_mark(struct chance *c, char out[TEXT_MAX])
{
        static const char hex[] = "0123456789abcdef";
        uint64_t z = chance_next(c);
        put(out, MARK);
        for (int i = 4; i < 16; i++, z >>= 4)
                out[i] = hex[z & 15];
}

static void random_row(struct chance *c, const struct twins *t, struct row *r)
{
        static const char *const kinds[] = {"Coats", "Shoes", "Shirts", "Knitwear", "Bags", ""};
        static const char *const brands[] = {"Alder", "Birke", ""};
        static const char *const items[] = {"Navy coat", "Ankle boots", "Scarf"};
        static const char *const colours[] = {"navy", "green", "red", ""};
        static const char *const sizes[] = {"38", "39", "M", ""};
        static const uint8_t departments[] = {0, 0, 1, 2, 31};
        static const int64_t prices[] = {
                4999, 5000, 9949, 9950, 12000, 16950, 99999, 100000, 250000, PRICE_NONE, -5};
        memset(r, 0, sizeof *r);
        r->twin = UINT32_MAX;
        r->ref = 1000 + chance_below(c, 1000000000);
        r->age_months = (int32_t)(chance_of(c, 70) ? chance_below(c, 9) : chance_below(c, 27));
        r->age_days = r->age_months * 30 + (int32_t)chance_below(c, 28);
        int32_t month = 2026 * 12 + 2 - r->age_months;
        r->month = (uint8_t)(month % 12 + 1);
        r->year = (uint16_t)(month / 12);
        r->at = (NOW_DAY - r->age_days) * DAY_MS + (int64_t)chance_below(c, 5) * HOUR_MS;
        r->price = PICK(c, prices);
        r->quantity = 1 + (int32_t)chance_below(c, 2);
        r->channel = chance_of(c, 22);
        r->store = r->channel ? 9 : chance_of(c, 75) ? 1 : 2 + chance_below(c, 2);
        r->seller = r->channel ? 0 : chance_of(c, 20) ? t->watcher.associate : 100 + chance_below(c, 4);
        r->department = PICK(c, departments);
        r->status = (uint8_t)(chance_of(c, 82) ? 0 : 1 + chance_below(c, 2));
        r->gift = chance_of(c, 10);
        r->sensitive = r->department == 31 || chance_of(c, 8);
        r->choice = (uint8_t)(chance_of(c, 92) ? CHOICE_NONE : chance_of(c, 60) ? CHOICE_HIDE : CHOICE_TALK);
        put(r->kind, PICK(c, kinds));
        put(r->brand, PICK(c, brands));
        put(r->item, PICK(c, items));
        put(r->colour, PICK(c, colours));
        put(r->size, PICK(c, sizes));
        put(r->store_name, r->store == 1 ? "Downtown" : "Harbour");
}

/* ---- judging over all scenes ---- */
struct verdicts {
        struct judged of[SCENES_MAX];
        uint8_t most; /* the highest level of any scene */
};

static uint32_t category_of(const struct row *r)
{
        return r->channel == CHANNEL_ONLINE ? CATEGORY_BIT(CATEGORY_ONLINE)
               : r->store != 1              ? CATEGORY_BIT(CATEGORY_OTHER_STORES)
                                            : CATEGORY_BIT(CATEGORY_INSTORE);
}

struct judged twins_judge(const struct twins *t, const struct row *r, uint32_t scene)
{
        const struct scene_of_day *s = &t->scenes[scene];
        if (!(s->categories & category_of(r)) || !book_presence(s->book, &t->watcher, s->seen))
                return (struct judged){.rule = -1};
        return book_judge(s->book, r, &t->watcher, s->seen);
}

static void judge_all(const struct twins *t, const struct row *r, struct verdicts *v)
{
        memset(v, 0, sizeof *v);
        for (uint32_t s = 0; s < t->n_scenes; s++) {
                v->of[s] = twins_judge(t, r, s);
                v->most = v->of[s].level > v->most ? v->of[s].level : v->most;
        }
}

static bool alike(const struct twins *t, const struct verdicts *a, const struct verdicts *b)
{
        return memcmp(a->of, b->of, t->n_scenes * sizeof a->of[0]) == 0;
}

/* Whatever no scene shows of a row carries a mark of its own. */
static void mark(struct chance *c, struct row *r, uint8_t most)
{
        if (most < LEVEL_BRAND)
                put_mark(c, r->brand);
        if (most < LEVEL_ITEM) {
                put_mark(c, r->item);
                put_mark(c, r->colour);
                put_mark(c, r->size);
        }
        if (most < LEVEL_FULL)
                put_mark(c, r->store_name);
}

static void push(struct store *s, const struct row *r)
{
        if (s->n < ROWS_MAX)
                s->rows[s->n++] = *r;
}

void twins_first(struct chance *c, struct twins *t)
{
        uint32_t n = chance_below(c, 25);
        bool many = chance_of(c, 20); /* more of one department, so that buckets are reached */
        t->one.n = 0;
        for (uint32_t i = 0; i < n; i++) {
                struct row r;
                random_row(c, t, &r);
                if (many && chance_of(c, 60)) {
                        r.department = 0;
                        r.channel = CHANNEL_IN_STORE;
                        r.store = 1;
                        r.status = STATUS_BOUGHT;
                        r.gift = r.sensitive = 0;
                }
                push(&t->one, &r);
                if (chance_of(c, 15)) /* looks alike */
                        push(&t->one, &r);
        }
        if (!chance_of(c, 50))
                return;
        for (uint32_t i = 0; i < t->one.n; i++) {
                struct verdicts v;
                judge_all(t, &t->one.rows[i], &v);
                mark(c, &t->one.rows[i], v.most);
        }
}

/* ---- the twin ---- */
static bool marked(const struct row *r)
{
        return strncmp(r->store_name, MARK, 4) == 0;
}

/* A random row that keeps of `l` what its highest level shows. */
static void above_changed(
        struct chance *c, const struct twins *t, const struct row *l, uint8_t most, struct row *r)
{
        random_row(c, t, r);
        r->twin = l->twin;
        r->department = l->department;
        r->status = l->status;
        r->choice = l->choice;
        if (chance_of(c, 60))
                r->seller = l->seller;
        if (chance_of(c, 60)) {
                r->channel = l->channel;
                r->store = l->store;
        }
        if (most <= LEVEL_TALLY)
                return;
        r->channel = l->channel;
        memcpy(r->kind, l->kind, TEXT_MAX);
        r->year = l->year;
        r->month = l->month;
        if (most <= LEVEL_BRAND && l->month % 3 != 2 && chance_of(c, 50)) /* another month of the season */
                r->month = (uint8_t)(l->month % 3 == 0 ? l->month % 12 + 1
                                     : l->month == 1   ? 12
                                                       : l->month - 1);
        r->year = (uint16_t)(l->year + (r->month == 1 && l->month == 12) - (r->month == 12 && l->month == 1));
        if (most >= LEVEL_BRAND)
                memcpy(r->brand, l->brand, TEXT_MAX);
        if (most >= LEVEL_ITEM) {
                memcpy(r->item, l->item, TEXT_MAX);
                memcpy(r->size, l->size, TEXT_MAX);
                memcpy(r->colour, l->colour, TEXT_MAX);
                r->month = l->month;
                r->year = l->year;
        }
        if (most >= LEVEL_FULL) {
                memcpy(r->store_name, l->store_name, TEXT_MAX);
                r->at = l->at;
                r->age_days = l->age_days;
                r->age_months = l->age_months;
                r->price = l->price;
                r->quantity = l->quantity;
        }
}

static void disguised(
        struct chance *c, struct twins *t, const struct row *l, const struct verdicts *v, struct row *out)
{
        for (int tries = 0; tries < 5; tries++) {
                struct verdicts w;
                above_changed(c, t, l, v->most, out);
                judge_all(t, out, &w);
                if (!alike(t, v, &w))
                        continue;
                t->disguised++;
                return;
        }
        *out = *l;
}

static bool random_hidden(struct chance *c, const struct twins *t, struct row *out)
{
        for (int tries = 0; tries < 4; tries++) {
                struct verdicts v;
                random_row(c, t, out);
                judge_all(t, out, &v);
                if (v.most == LEVEL_HIDE)
                        return true;
        }
        return false;
}

static void twin_of_hidden(struct chance *c, struct twins *t, const struct row *l)
{
        struct row r;
        if (chance_of(c, 40)) {
                t->dropped++;
        } else if (chance_of(c, 60) && random_hidden(c, t, &r)) {
                r.twin = l->twin;
                t->changed++;
                push(&t->two, &r);
        } else {
                push(&t->two, l);
        }
}

/* ---- tallies ---- */
struct counts {
        uint32_t rows[SCENES_MAX][32];
};

static void count(
        const struct twins *t, const struct verdicts *v, const struct row *r, int by, struct counts *n)
{
        for (uint32_t s = 0; s < t->n_scenes; s++) {
                if (v->of[s].level != LEVEL_TALLY)
                        continue;
                n->rows[s][r->department] += (uint32_t)by;
        }
}

static int bucket_of(uint32_t n)
{
        return n >= 12 ? 3 : n >= 6 ? 2 : n >= 3 ? 1 : 0;
}

static bool same_buckets(const struct twins *t, const struct counts *a, const struct counts *b)
{
        for (uint32_t s = 0; s < t->n_scenes; s++)
                for (int d = 0; d < 32; d++)
                        if (bucket_of(a->rows[s][d]) != bucket_of(b->rows[s][d]) ||
                                b->rows[s][d] > TALLIES_MOST)
                                return false;
        return true;
}

/* The rows that no scene shows as more than a tally: as many as their buckets allow. At least one row of each
 * kind of verdict stays, since its rule may be the one that the card names. */
struct tally_rows {
        uint32_t n;
        struct row rows[ROWS_MAX];
        struct verdicts verdicts[ROWS_MAX];
};

static uint32_t of_a_kind(const struct twins *t, const struct tally_rows *all, uint32_t i)
{
        uint32_t n = 0;
        for (uint32_t k = 0; k < all->n; k++)
                n += all->rows[k].department == all->rows[i].department &&
                     alike(t, &all->verdicts[k], &all->verdicts[i]);
        return n;
}

/* A strike takes rows away by what they show now; where other scenes count them, the rest of a tally could
 * leave its bucket in one store and not in the other. */
static bool movable(const struct twins *t, const struct tally_rows *all, uint32_t i)
{
        return !t->strikes || (t->n_scenes == 1 && !all->rows[i].choice);
}

static void move_tallies(struct chance *c, struct twins *t, struct tally_rows *all, const struct counts *was,
        struct counts *now)
{
        uint32_t before = all->n;
        bool grow = chance_of(c, 50);
        for (int turns = 0; turns < 6 && all->n && all->n < ROWS_MAX; turns++) {
                uint32_t i = chance_below(c, all->n);
                struct counts tried = *now;
                if (!movable(t, all, i) || (!grow && of_a_kind(t, all, i) < 2))
                        continue;
                count(t, &all->verdicts[i], &all->rows[i], grow ? 1 : -1, &tried);
                if (!same_buckets(t, was, &tried))
                        continue;
                *now = tried;
                if (grow) {
                        all->rows[all->n] = all->rows[i];
                        all->rows[all->n].twin = UINT32_MAX;
                        all->verdicts[all->n++] = all->verdicts[i];
                } else {
                        all->rows[i] = all->rows[--all->n];
                        all->verdicts[i] = all->verdicts[all->n];
                }
        }
        t->tallies_moved += all->n != before;
}

static void shuffle(struct chance *c, struct twins *t)
{
        struct store *s = &t->two;
        for (uint32_t i = s->n; i > 1; i--) {
                uint32_t k = chance_below(c, i);
                struct row l = s->rows[i - 1];
                s->rows[i - 1] = s->rows[k];
                s->rows[k] = l;
        }
        for (uint32_t i = 0; i < s->n; i++) {
                s->rows[i].ref = 1000 + chance_below(c, 1000000000);
                if (s->rows[i].seller >= 100)
                        s->rows[i].seller = 100 + chance_below(c, 50);
        }
}

static void add_hidden(struct chance *c, struct twins *t, bool marks)
{
        uint32_t most = chance_of(c, 3) ? 500 : 8;
        for (uint32_t n = chance_below(c, most); n > 0; n--) {
                struct row r;
                if (!random_hidden(c, t, &r))
                        continue;
                if (marks)
                        mark(c, &r, LEVEL_HIDE);
                t->added++;
                push(&t->two, &r);
        }
}

void twins_second(struct chance *c, struct twins *t)
{
        static struct tally_rows tallies;
        static struct counts was, now;
        bool marks = false;
        memset(&was, 0, sizeof was);
        tallies.n = 0;
        t->two.n = t->dropped = t->added = t->changed = t->disguised = t->tallies_moved = 0;
        for (uint32_t i = 0; i < t->one.n; i++) {
                struct row *l = &t->one.rows[i], r;
                struct verdicts v;
                l->twin = i;
                marks |= marked(l);
                judge_all(t, l, &v);
                count(t, &v, l, 1, &was);
                if (v.most == LEVEL_HIDE) {
                        twin_of_hidden(c, t, l);
                } else if (v.most == LEVEL_TALLY) {
                        disguised(c, t, l, &v, &tallies.rows[tallies.n]);
                        tallies.verdicts[tallies.n++] = v;
                } else {
                        disguised(c, t, l, &v, &r);
                        push(&t->two, &r);
                }
        }
        now = was;
        move_tallies(c, t, &tallies, &was, &now);
        for (uint32_t i = 0; i < tallies.n; i++)
                push(&t->two, &tallies.rows[i]);
        for (uint32_t i = 0; marks && i < t->two.n; i++) {
                struct verdicts v;
                judge_all(t, &t->two.rows[i], &v);
                mark(c, &t->two.rows[i], v.most);
        }
        add_hidden(c, t, marks);
        shuffle(c, t);
}

/* ---- what equal means ---- */
#define LOOK_MAX 200
struct looks {
        uint32_t n;
        char text[ROWS_MAX][LOOK_MAX];
};

static int by_text(const void *a, const void *b)
{
        return strcmp(a, b);
}

static void look(const struct twins *t, const struct store *st, uint32_t scene, struct looks *out)
{
        uint32_t tally[32] = {0};
        const char *rule[32] = {NULL};
        out->n = 0;
        for (uint32_t i = 0; i < st->n; i++) {
                const struct row *r = &st->rows[i];
                struct judged v = twins_judge(t, r, scene);
                const char *by = v.rule < 0 ? "" : t->scenes[scene].book->rules[v.rule].id;
                if (v.level == LEVEL_TALLY) {
                        tally[r->department]++;
                        if (!rule[r->department] || strcmp(by, rule[r->department]) < 0)
                                rule[r->department] = by;
                }
                if (v.level <= LEVEL_TALLY)
                        continue;
                bool item = v.level >= LEVEL_ITEM, full = v.level >= LEVEL_FULL;
                int when = item ? r->year * 12 + r->month - 1 : (r->year * 12 + r->month) / 3;
                snprintf(out->text[out->n++], LOOK_MAX,
                        "%d %d %s|%d %s %d %d %d|%s|%s %s %s|%s %d %lld %d %lld", v.level, v.say, by,
                        r->department, r->kind, r->channel, r->status, when,
                        v.level >= LEVEL_BRAND ? r->brand : "", item ? r->item : "", item ? r->size : "",
                        item ? r->colour : "", full ? r->store_name : "", full ? r->age_days : 0,
                        full ? (long long)(r->price < 0 ? -1 : r->price) : 0, full ? r->quantity : 0,
                        full ? (long long)r->at : 0);
        }
        for (int d = 0; d < 32; d++)
                if (bucket_of(tally[d]))
                        snprintf(out->text[out->n++], LOOK_MAX, "tally %d %d %s", d, bucket_of(tally[d]),
                                rule[d]);
        qsort(out->text, out->n, LOOK_MAX, by_text);
}

bool twins_equal(const struct twins *t)
{
        static struct looks one, two;
        for (uint32_t s = 0; s < t->n_scenes; s++) {
                look(t, &t->one, s, &one);
                look(t, &t->two, s, &two);
                if (one.n != two.n)
                        return false;
                for (uint32_t i = 0; i < one.n; i++)
                        if (strcmp(one.text[i], two.text[i]) != 0)
                                return false;
        }
        return true;
}
