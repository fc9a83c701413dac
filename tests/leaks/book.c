/* A second reader of rules: one line at a time, word for word, without the product's parser or evaluator. */
#include "tests/leaks/leaks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t chance_next(struct chance *c)
{
        uint64_t z = (c->state += UINT64_C(0x9e3779b97f4a7c15));
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        return z ^ (z >> 31);
}

uint32_t chance_below(struct chance *c, uint32_t n)
{
        return (uint32_t)(chance_next(c) >> 32) % n;
}

bool chance_of(struct chance *c, uint32_t percent)
{
        return chance_below(c, 100) < percent;
}

/* ---- reading ---- */
static const char *const levels[] = {"hide", "tally", "kind", "brand", "item", "full"};
static const char *const relations[] = {"seller", "preferred", "department", "store"};
static const char *const roles[] = {"associate", "trainee", "manager"};
static const char *const statuses[] = {"bought", "returned", "cancelled"};
static const char *const fields[] = {
        "purchase", "name", "greet", "hint", "wish", "sizes", "likes", "notes", "presence"};

static int word_in(const char *word, const char *const *list, int n)
{
        for (int i = 0; i < n; i++)
                if (strcmp(word, list[i]) == 0)
                        return i;
        return -1;
}
#define WORD_IN(word, list) word_in(word, list, (int)(sizeof(list) / sizeof(list[0])))

struct words {
        char text[400];
        char *list[60];
        int n, at;
};

static void split(struct words *w, const char *line, size_t len)
{
        w->n = w->at = 0;
        snprintf(w->text, sizeof w->text, "%.*s", (int)len, line);
        char *rest = NULL;
        for (char *word = strtok_r(w->text, " ,", &rest); word && w->n < 59;
                word = strtok_r(NULL, " ,", &rest))
                w->list[w->n++] = word;
        w->list[w->n] = NULL;
}

static bool next_is(struct words *w, const char *word)
{
        if (w->at >= w->n || strcmp(w->list[w->at], word) != 0)
                return false;
        w->at++;
        return true;
}

static void read_relations(struct words *w, struct said *s)
{
        do {
                int r = w->at < w->n ? WORD_IN(w->list[w->at], relations) : -1;
                if (r < 0)
                        abort();
                s->relations |= 1u << r;
                w->at++;
        } while (next_is(w, "or"));
}

static void read_who(struct words *w, struct said *s)
{
        if (next_is(w, "anyone"))
                return;
        if (next_is(w, "everyone")) {
                s->who = 2;
                w->at++; /* except */
                read_relations(w, s);
                return;
        }
        s->role = WORD_IN(w->list[w->at], roles);
        if (s->role < 0) {
                s->who = 1;
                read_relations(w, s);
                return;
        }
        s->who = 3;
        w->at++;
        if (next_is(w, "who")) {
                s->who = 4;
                w->at++; /* is */
                read_relations(w, s);
        }
}

/* a/b/c */
static uint32_t read_set(const char *text, const char *const *list, int n)
{
        char copy[80];
        uint32_t set = 0;
        snprintf(copy, sizeof copy, "%s", text);
        char *rest = NULL;
        for (char *one = strtok_r(copy, "/", &rest); one; one = strtok_r(NULL, "/", &rest)) {
                int i = word_in(one, list, n);
                if (i < 0)
                        abort();
                set |= 1u << i;
        }
        return set;
}

static bool read_plain(struct words *w, struct said *s)
{
        if (next_is(w, "anything"))
                return true;
        if (next_is(w, "in-store")) {
                s->channel = CHANNEL_IN_STORE;
                return true;
        }
        if (next_is(w, "online")) {
                s->channel = CHANNEL_ONLINE;
                return true;
        }
        if (next_is(w, "this-store")) {
                s->here = 1;
                return true;
        }
        if (next_is(w, "other-store")) {
                s->here = 0;
                return true;
        }
        if (next_is(w, "sensitive"))
                return s->sensitive = true;
        if (next_is(w, "gift"))
                return s->gift = true;
        return false;
}

static void read_what(struct words *w, struct said *s)
{
        while (w->at < w->n && strcmp(w->list[w->at], "when") != 0 &&
                strcmp(w->list[w->at], "mention") != 0 && strcmp(w->list[w->at], "because") != 0) {
                if (read_plain(w, s))
                        continue;
                if (next_is(w, "price")) {
                        bool from = strcmp(w->list[w->at], ">=") == 0;
                        *(from ? &s->price_from : &s->price_below) = strtoll(w->list[w->at + 1], NULL, 10);
                        w->at += 2;
                } else if (next_is(w, "age")) {
                        bool over = strcmp(w->list[w->at], ">") == 0;
                        *(over ? &s->age_over : &s->age_most) = (int)strtol(w->list[w->at + 1], NULL, 10);
                        w->at += 3;
                } else if (next_is(w, "field")) {
                        s->field = true;
                        s->fields = read_set(w->list[w->at++], fields, 9);
                } else if (next_is(w, "kind")) {
                        /* "Coats" */
                        const char *name = w->list[w->at++] + 1;
                        snprintf(s->kinds[s->n_kinds++], TEXT_MAX, "%.*s", (int)strcspn(name, "\""), name);
                } else {
                        s->statuses = read_set(w->list[w->at++], statuses, 3);
                }
        }
}

static void read_rule(const char *line, size_t len, struct said *s)
{
        struct words w;
        split(&w, line, len);
        *s = (struct said){.channel = -1,
                .here = -1,
                .seen = -1,
                .price_from = -1,
                .price_below = -1,
                .age_over = -1,
                .age_most = -1};
        snprintf(s->id, sizeof s->id, "%.*s", (int)strcspn(w.list[0], ":"), w.list[0]);
        w.at = 1;
        s->verb = next_is(&w, "show") ? 0 : next_is(&w, "limit") ? 1 : 2;
        if (s->verb == 2)
                w.at++; /* never */
        else
                s->level = WORD_IN(w.list[w.at++], levels);
        s->firm = next_is(&w, "firm");
        if (!next_is(&w, "to"))
                abort();
        read_who(&w, s);
        if (!next_is(&w, "of"))
                abort();
        read_what(&w, s);
        if (next_is(&w, "when"))
                s->seen = next_is(&w, "sensed") ? SEEN_SENSED : SEEN_CHECKED_IN;
        if (next_is(&w, "mention"))
                s->mention = next_is(&w, "ok");
        const char *because = strstr(line, " because \"");
        if (because)
                snprintf(s->because, sizeof s->because, "%.*s", (int)strcspn(because + 10, "\""),
                        because + 10);
}

static void add_rule(struct book *b, const char *id, const char *line)
{
        size_t len = strlen(b->text);
        const char *rest = strchr(line, ':');
        int n = snprintf(b->text + len, sizeof b->text - len, "%s%s\n", id, rest);
        if (n < 0 || (size_t)n >= sizeof b->text - len || b->n == BOOK_RULES)
                abort();
        read_rule(b->text + len, (size_t)n - 1, &b->rules[b->n++]);
}

/* ---- the shipped rules ---- */
#define POOL_MAX 96
static struct {
        char line[POOL_MAX][320];
        int book[POOL_MAX];
        int n;
} pool;

bool book_pool(const char *folder)
{
        static const char *const names[] = {"balanced", "reserved", "warm"};
        static const char *const more[] = {
                "X1: show tally to anyone of in-store because \"Somebody bought it here\"",
                "X2: show tally to anyone of anything because \"All in all\"",
                "X3: show kind to store of in-store, age <= 12 months because \"Bought in this store\"",
                "X4: show brand to preferred of online mention ok because \"She shares it\"",
                "X5: show item to anyone of kind \"Coats\", bought because \"Coats are no secret\"",
                "X6: limit tally to everyone except seller or preferred of price >= 100 because \"Dear\"",
                "X7: never to anyone of kind \"Knitwear\" because \"Wool\"",
                "X8: limit brand to anyone of price >= 500 when checked-in because \"Dear\"",
                "X9: show full to manager of in-store, this-store, price < 100 because \"Small things\""};
        pool.n = 0;
        for (int b = 0; b < 3; b++) {
                char path[512], line[320];
                snprintf(path, sizeof path, "%s/%s.rules", folder, names[b]);
                FILE *f = fopen(path, "r");
                if (!f)
                        return false;
                while (pool.n < POOL_MAX - 12 && fgets(line, sizeof line, f)) {
                        line[strcspn(line, "\n")] = 0;
                        if (line[0] == '#' || !line[0] || strncmp(line, "rulebook", 8) == 0)
                                continue;
                        pool.book[pool.n] = b;
                        snprintf(pool.line[pool.n++], sizeof pool.line[0], "%s", line);
                }
                fclose(f);
        }
        for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
                pool.book[pool.n] = 3;
                snprintf(pool.line[pool.n++], sizeof pool.line[0], "%s", more[i]);
        }
        return true;
}

static bool of_field(const char *line)
{
        return strstr(line, " of field ") != NULL;
}

void book_random(struct chance *c, struct book *out)
{
        uint32_t base = chance_below(c, 3);
        bool shipped = chance_of(c, 50);
        char id[32];
        out->n = 0;
        snprintf(out->text, sizeof out->text, "rulebook twins version 1 store * notice n 1\n");
        for (int i = 0; i < pool.n && out->n < BOOK_RULES - 4; i++) {
                bool own = (uint32_t)pool.book[i] == base;
                bool take = shipped || of_field(pool.line[i]) ? own : chance_of(c, own ? 65 : 12);
                if (!take)
                        continue;
                snprintf(id, sizeof id, "%c%d", of_field(pool.line[i]) ? 'F' : (int)"RLZ"[chance_below(c, 3)],
                        i);
                add_rule(out, id, pool.line[i]);
        }
        if (!shipped) { /* a tally that everybody sees, so that buckets are met */
                add_rule(out, "T1",
                        "X1: show tally to anyone of in-store because \"Somebody bought it here\"");
                add_rule(out, "T2",
                        "X2: show full to anyone of field sizes/likes because \"From what you may see\"");
        }
}

void book_narrower(struct chance *c, const struct book *from, struct book *out)
{
        static const char *const ways[] = {"N: never to anyone of online",
                "N: limit kind to anyone of anything", "N: limit tally to anyone of age > 6 months",
                "N: never to everyone except seller of price >= 100",
                "N: limit brand firm to anyone of in-store", "N: never to anyone of kind \"Coats\"",
                "N: never to anyone of bought"};
        char id[16];
        *out = *from;
        snprintf(id, sizeof id, "N%d", from->n);
        add_rule(out, id, ways[chance_below(c, 7)]);
}

/* ---- judging ---- */
static bool speaks_of(
        const struct said *s, const struct row *r, const struct watcher *w, uint32_t relation, enum seen seen)
{
        bool here = r->channel == CHANNEL_IN_STORE && r->store == 1;
        if ((s->who == 1 || s->who == 4) && !(relation & s->relations))
                return false;
        if (s->who == 2 && (relation & s->relations))
                return false;
        if ((s->who == 3 || s->who == 4) && s->role != w->role)
                return false;
        if ((s->channel >= 0 && s->channel != r->channel) || (s->here >= 0 && s->here != here) ||
                (s->seen >= 0 && s->seen != (int)seen))
                return false;
        if ((s->sensitive && !r->sensitive && r->kind[0]) || (s->gift && !r->gift) ||
                (s->statuses && !(s->statuses >> r->status & 1)))
                return false;
        if (s->n_kinds && !(s->verb != 0 && !r->kind[0])) {
                bool named = false;
                for (int k = 0; k < s->n_kinds; k++)
                        named |= strcmp(s->kinds[k], r->kind) == 0;
                if (!named)
                        return false;
        }
        bool known = r->price >= 0;
        if ((s->price_from >= 0 || s->price_below >= 0) && !known)
                return s->verb != 0 && (s->age_over < 0 || r->age_months > s->age_over) &&
                       (s->age_most < 0 || r->age_months <= s->age_most);
        return !(s->price_from >= 0 && r->price < s->price_from * 100) &&
               !(s->price_below >= 0 && r->price >= s->price_below * 100) &&
               !(s->age_over >= 0 && r->age_months <= s->age_over) &&
               !(s->age_most >= 0 && r->age_months > s->age_most);
}

static uint32_t relation_of(const struct row *r, const struct watcher *w)
{
        bool here = r->channel == CHANNEL_IN_STORE && r->store == 1;
        uint32_t set = 0;
        if (r->seller && r->seller == w->associate)
                set |= RELATION_SELLER;
        if (w->preferred)
                set |= RELATION_PREFERRED;
        if (here && r->department < 31 && (w->departments >> r->department & 1))
                set |= RELATION_DEPARTMENT;
        if (r->channel == CHANNEL_IN_STORE && r->store == w->store)
                set |= RELATION_STORE;
        return set;
}

struct judged book_judge(const struct book *b, const struct row *r, const struct watcher *w, enum seen seen)
{
        uint32_t relation = relation_of(r, w);
        int most = 0, least = LEVEL_FULL, by = -1;
        bool by_says = false;
        for (int i = 0; i < b->n; i++) {
                const struct said *s = &b->rules[i];
                if (s->field || !speaks_of(s, r, w, relation, seen))
                        continue;
                if (s->verb != 0) {
                        least = s->level < least ? s->level : least;
                        continue;
                }
                bool says = s->mention && (relation & RELATION_SELLER);
                bool better =
                        s->level > most ||
                        (s->level == most && by >= 0 &&
                                (says > by_says || (says == by_says && strcmp(s->id, b->rules[by].id) < 0)));
                if (!better)
                        continue;
                most = s->level;
                by = i;
                by_says = says;
        }
        int level = most < least ? most : least;
        /* A tally counts what was bought, and nothing else. */
        if (level == LEVEL_TALLY && r->status != STATUS_BOUGHT)
                level = LEVEL_HIDE;
        if (r->choice == CHOICE_HIDE || r->sensitive || !r->kind[0]) /* hers, and the law's */
                level = LEVEL_HIDE;
        return (struct judged){.level = (uint8_t)level,
                .say = level > 0 && (by_says || r->choice == CHOICE_TALK),
                .rule = (int8_t)(level > 0 ? by : -1)};
}

bool book_presence(const struct book *b, const struct watcher *w, enum seen seen)
{
        uint32_t relation = w->preferred ? RELATION_PREFERRED : 0;
        bool shown = false, kept = false;
        for (int i = 0; i < b->n; i++) {
                const struct said *s = &b->rules[i];
                if (!s->field || !(s->fields >> SUBJECT_PRESENCE & 1) ||
                        (s->seen >= 0 && s->seen != (int)seen) ||
                        ((s->who == 1 || s->who == 4) && !(relation & s->relations)) ||
                        (s->who == 2 && (relation & s->relations)) || (s->who >= 3 && s->role != w->role))
                        continue;
                shown |= s->verb == 0;
                kept |= s->verb == 2;
        }
        return shown && !kept;
}
