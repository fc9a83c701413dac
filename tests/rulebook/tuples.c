#include "tests/rulebook/tuples.h"

#include <stdlib.h>
#include <string.h>

#define KEYS                                                                                                 \
        (64 * ROLE_COUNT * SEEN_COUNT * (TUPLE_NAMED + 2) * 4 * STATUS_COUNT * (TUPLE_CUTS + 2) *            \
                (TUPLE_CUTS + 1))

static struct tuple all[TUPLES];
static uint32_t number_at[KEYS]; /* of a line's tuple, 0 = none, else one more */
static struct set words[W_COUNT], everything;

/* ---- the world ---- */
/* Of a line or a field alike: who looks, and how she was noticed. */
static bool true_of_viewer(int word, const struct tuple *t)
{
        if (word == W_SELLER)
                return t->seller;
        if (word == W_PREFERRED)
                return t->preferred;
        if (word == W_DEPARTMENT)
                return t->department;
        if (word == W_STORE)
                return t->store;
        if (word >= W_ASSOCIATE && word <= W_MANAGER)
                return (int)t->role == word - W_ASSOCIATE;
        return (int)t->seen == word - W_CHECKED_IN;
}

static bool true_of_line(int word, const struct tuple *t)
{
        if (word == W_IN_STORE || word == W_ONLINE)
                return t->online == (word == W_ONLINE);
        if (word == W_HERE || word == W_ELSEWHERE)
                return t->here == (word == W_HERE);
        if (word == W_SENSITIVE)
                return t->sensitive;
        if (word == W_GIFT)
                return t->gift;
        if (word >= W_BOUGHT && word <= W_CANCELLED)
                return (int)t->status == word - W_BOUGHT;
        if (word >= W_KIND && word < W_NO_KIND)
                return t->kind == word - W_KIND;
        if (word == W_NO_KIND)
                return t->kind > TUPLE_NAMED;
        if (word >= W_PRICE_FROM && word < W_PRICE_BELOW)
                return t->price > word - W_PRICE_FROM;
        if (word >= W_PRICE_BELOW && word < W_NO_PRICE)
                return t->price >= 0 && t->price <= word - W_PRICE_BELOW;
        if (word == W_NO_PRICE)
                return t->price < 0;
        if (word >= W_AGE_MOST && word < W_AGE_OVER)
                return t->age <= word - W_AGE_MOST;
        return word != W_LINES ? t->age > word - W_AGE_OVER : true;
}

static bool true_of(int word, const struct tuple *t)
{
        bool line = t->subject == SUBJECT_PURCHASE;
        if (word >= W_FIELD)
                return (int)t->subject == word - W_FIELD + (int)SUBJECT_NAME;
        if ((word >= W_SELLER && word <= W_MANAGER) || word == W_CHECKED_IN || word == W_SENSED)
                return true_of_viewer(word, t);
        return line && true_of_line(word, t);
}

static bool can_be(const struct tuple *t)
{
        if (t->subject != SUBJECT_PURCHASE)
                return !t->seller && !t->department && !t->store;
        return !(t->online && (t->here || t->store)) && !(t->department && !t->here) &&
               !(t->kind > TUPLE_NAMED && !t->sensitive);
}

#define UP_TO(x, most) for (int x = 0; x <= (most); x++)

static uint32_t key_of(const struct tuple *t)
{
        uint32_t key = (uint32_t)t->seller | (uint32_t)t->preferred << 1 | (uint32_t)t->department << 2 |
                       (uint32_t)t->store << 3 | (uint32_t)t->online << 4 | (uint32_t)t->here << 5;
        key = key * 4 + (uint32_t)t->sensitive + 2 * (uint32_t)t->gift;
        key = key * ROLE_COUNT + (uint32_t)t->role;
        key = key * SEEN_COUNT + (uint32_t)t->seen;
        key = key * (TUPLE_NAMED + 2) + (uint32_t)t->kind;
        key = key * STATUS_COUNT + (uint32_t)t->status;
        key = key * (TUPLE_CUTS + 2) + (uint32_t)(t->price + 1);
        return key * (TUPLE_CUTS + 1) + (uint32_t)t->age;
}

#define UP_TO(x, most) for (int x = 0; x <= (most); x++)

static uint32_t number_lines(void)
{
        uint32_t n = 0;
        struct tuple t;
        UP_TO(flags, 255)
        UP_TO(role, ROLE_COUNT - 1)
        UP_TO(seen, SEEN_COUNT - 1)
        UP_TO(kind, TUPLE_NAMED + 1)
        UP_TO(status, STATUS_COUNT - 1)
        UP_TO(price, TUPLE_CUTS + 1)
        UP_TO(age, TUPLE_CUTS)
        {
                t = (struct tuple){.seller = flags & 1,
                        .preferred = flags >> 1 & 1,
                        .department = flags >> 2 & 1,
                        .store = flags >> 3 & 1,
                        .online = flags >> 4 & 1,
                        .here = flags >> 5 & 1,
                        .sensitive = flags >> 6 & 1,
                        .gift = flags >> 7 & 1,
                        .role = (enum role)role,
                        .seen = (enum seen)seen,
                        .kind = kind,
                        .status = (enum status)status,
                        .price = price - 1,
                        .age = age};
                if (!can_be(&t))
                        continue;
                all[n] = t;
                number_at[key_of(&t)] = ++n;
        }
        return n;
}

void tuples_start(void)
{
        uint32_t n = number_lines();
        UP_TO(subject, SUBJECT_COUNT - 1 - SUBJECT_NAME)
        UP_TO(preferred, 1)
        UP_TO(role, ROLE_COUNT - 1)
        UP_TO(seen, SEEN_COUNT - 1)
        all[n++] = (struct tuple){.subject = (enum subject)(SUBJECT_NAME + subject),
                .preferred = preferred,
                .role = (enum role)role,
                .seen = (enum seen)seen};
        if (n != TUPLES)
                abort();
        for (uint32_t i = 0; i < TUPLES; i++) {
                everything.words[i / 64] |= UINT64_C(1) << (i % 64);
                for (int w = 0; w < W_COUNT; w++)
                        words[w].words[i / 64] |= (uint64_t)true_of(w, &all[i]) << (i % 64);
        }
}

const struct set *set_of_word(int word)
{
        return &words[word];
}

const struct set *set_of_all(void)
{
        return &everything;
}

const struct tuple *tuple_of(uint32_t number)
{
        return &all[number];
}

uint32_t tuple_like(const struct tuple *t)
{
        return number_at[key_of(t)] - 1;
}

/* ---- sets ---- */
#define EACH_WORD(i) for (uint32_t i = 0; i < SET_WORDS; i++)

void set_join(struct set *a, const struct set *b)
{
        EACH_WORD(i)
        a->words[i] |= b->words[i];
}

void set_meet(struct set *a, const struct set *b)
{
        EACH_WORD(i)
        a->words[i] &= b->words[i];
}

void set_without(struct set *a, const struct set *b)
{
        EACH_WORD(i)
        a->words[i] &= ~b->words[i];
}

bool set_empty(const struct set *s)
{
        uint64_t any = 0;
        EACH_WORD(i)
        any |= s->words[i];
        return !any;
}

bool set_meets(const struct set *a, const struct set *b)
{
        uint64_t any = 0;
        EACH_WORD(i)
        any |= a->words[i] & b->words[i];
        return any;
}

bool set_equal(const struct set *a, const struct set *b)
{
        return memcmp(a, b, sizeof *a) == 0;
}

bool set_within(const struct set *a, const struct set *b)
{
        uint64_t any = 0;
        EACH_WORD(i)
        any |= a->words[i] & ~b->words[i];
        return !any;
}

/* ---- what a book makes of it ---- */
void set_table_make(const struct set_book *b, uint64_t keep, struct set_table *t)
{
        memset(t, 0, sizeof *t);
        for (int i = 0; i < b->n; i++) {
                const struct set_rule *r = &b->rules[i];
                bool show = r->verb == MODEL_SHOW;
                if (!(keep >> i & 1))
                        continue;
                for (int l = LEVEL_TALLY; l < LEVEL_COUNT; l++) {
                        if (show && (int)r->level >= l)
                                set_join(&t->shown[l], &r->set);
                        if (!show && (int)r->level < l)
                                set_join(r->firm ? &t->firm[l] : &t->held[l], &r->set);
                }
                if (r->mention_ok)
                        set_join(&t->mention[r->level], &r->set);
        }
        for (int l = LEVEL_TALLY; l < LEVEL_COUNT; l++) {
                t->level[l] = t->shown[l];
                set_without(&t->level[l], &t->held[l]);
                set_without(&t->level[l], &t->firm[l]);
                struct set top = t->mention[l]; /* nothing that shows more, else that decides */
                if (l + 1 < LEVEL_COUNT)
                        set_without(&top, &t->shown[l + 1]);
                set_join(&t->say, &top);
        }
        struct set unsold = words[W_LINES];
        set_without(&unsold, &words[W_SELLER]);
        set_without(&t->say, &unsold);
        set_meet(&t->say, &t->level[LEVEL_TALLY]);
}

bool set_table_equal(const struct set_table *a, const struct set_table *b)
{
        return memcmp(a->level, b->level, sizeof a->level) == 0 && set_equal(&a->say, &b->say);
}

/* Whether it is seen at least at this level. */
static bool reaches(const struct set_table *t, uint32_t tuple, int level, enum level share)
{
        if (set_has(&t->firm[level], tuple))
                return false;
        return (int)share >= level || (set_has(&t->shown[level], tuple) && !set_has(&t->held[level], tuple));
}

struct set_opinion set_judge(const struct set_book *b, const struct set_table *t, uint32_t tuple,
        enum level share, enum line_choice choice)
{
        struct set_opinion o = {.rule = -1};
        bool sold = all[tuple].subject != SUBJECT_PURCHASE || all[tuple].seller;
        int top = LEVEL_HIDE;
        while (top < LEVEL_FULL && set_has(&t->shown[top + 1], tuple))
                top++;
        for (int l = LEVEL_TALLY; l < LEVEL_COUNT && choice != CHOICE_HIDE; l++)
                if (reaches(t, tuple, l, share))
                        o.level = l;
        bool say = sold && set_has(&t->mention[top], tuple);
        for (int i = 0; i < b->n; i++) {
                const struct set_rule *r = &b->rules[i];
                if (!set_has(&r->set, tuple))
                        continue;
                if (r->verb != MODEL_SHOW) {
                        o.limits |= (uint64_t)((int)r->level < top) << i;
                        continue;
                }
                o.shows |= UINT64_C(1) << i;
                bool first = o.rule < 0 || strcmp(r->id, b->rules[o.rule].id) < 0;
                if (o.level && (int)r->level == top && first && (r->mention_ok || !say))
                        o.rule = i;
        }
        o.may_say = o.level && (say || choice == CHOICE_TALK);
        return o;
}
