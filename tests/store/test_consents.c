/* What the store and the core answer about consent, against a model that has every word that was said: random
 * histories over a real database, looked at after each word and around every moment at which an answer could
 * change. A history is everything that one customer has said so far.
 *
 *   MAITRED_HISTORIES  how many (2,400)
 *   MAITRED_SEED       the first; it is printed */
#include "tests/store/consent_model.h"
#include "tests/store/kit.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/core/consent.h"

#define PEOPLE_MOST 1000 /* in one database; then a new one is begun */
#define WORDS       12
#define IN_FLIGHT   64
#define IN_GROUP    20
#define ALL_SCOPES  10
#define MOMENTS     8
#define KINDS       5

static uint64_t seed;

static uint32_t draw(uint32_t below)
{
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        return (uint32_t)(seed >> 33) % below;
}

/* What the product writes words about. */
static const struct {
        uint8_t purpose, category, mode;
} scopes[ALL_SCOPES] = {{PURPOSE_ALERT, CATEGORY_PRESENCE, MODE_ASK},
        {PURPOSE_ALERT, CATEGORY_SENSED, MODE_ASK}, {PURPOSE_ALERT, CATEGORY_SENSED, MODE_STANDING},
        {PURPOSE_HISTORY, CATEGORY_INSTORE, MODE_ASK}, {PURPOSE_HISTORY, CATEGORY_ONLINE, MODE_ASK},
        {PURPOSE_HISTORY, CATEGORY_OTHER_STORES, MODE_ASK}, {PURPOSE_HISTORY, CATEGORY_SIZES, MODE_ASK},
        {PURPOSE_HISTORY, CATEGORY_NOTES, MODE_ASK}, {PURPOSE_ALERT, CATEGORY_PRESENCE, MODE_VISIT},
        {PURPOSE_ALERT, CATEGORY_PRESENCE, MODE_NOT_TODAY}};
static const uint8_t kinds[KINDS] = {
        CATEGORY_INSTORE, CATEGORY_ONLINE, CATEGORY_OTHER_STORES, CATEGORY_SIZES, CATEGORY_NOTES};

struct person {
        uint32_t id;
        wall_ms clock; /* of her newest word */
        wall_ms now;   /* of the load on its way */
        bool has_left; /* ever: only joining anew would make her a customer again */
        struct model_history said;
};

struct town {
        struct kit kit;
        struct person people[PEOPLE_MOST];
        uint32_t n;     /* of them; a multiple of IN_GROUP */
        uint64_t first; /* tag of person 0's job */
        uint64_t histories, answers, yes;
};

/* ---- the town ---- */
static void buy(struct town *t, uint32_t from, uint32_t to)
{
        char rows[30000];
        size_t at = 0;
        for (uint32_t i = from; i < to; i++)
                at += (size_t)snprintf(rows + at, sizeof rows - at,
                        "o%u;c%u;;;;;Coats;1;;1;2026-01-05;;;;;;\n"
                        "w%u;c%u;;web;;;Coats;1;;1;2026-01-06;;;;;;\n"
                        "l%u;c%u;;lyon;;;Coats;1;;1;2026-01-07;;;;;;\n",
                        i, i, i, i, i, i);
        kit_import_counts(&t->kit, IMPORT_PURCHASES, rows, (to - from) * 3, 0, 0, 0, 0, 0);
}

/* Everybody has bought one thing here, one online and one in another store; and one thing was written down.
 */
static void settle(struct town *t)
{
        kit_open(&t->kit);
        kit_import_counts(
                &t->kit, IMPORT_STORES, "lyon;Lyon;in-store;\nweb;Online;online;\n", 2, 0, 0, 0, 0, 0);
        kit_import_counts(
                &t->kit, IMPORT_ASSOCIATES, "a1;Maria Lopez;main;Coats;associate;1\n", 1, 0, 0, 0, 0, 0);
        kit_import_counts(&t->kit, IMPORT_CLASSES, "Coats;Coats;0\n", 1, 0, 0, 0, 0, 0);
        for (uint32_t i = 0; i < t->n; i += IN_GROUP)
                buy(t, i, i + IN_GROUP);
        for (uint32_t i = 0; i < t->n; i++) {
                char name[16];
                snprintf(name, sizeof name, "c%u", i);
                struct effect load = kit_by_external(name, WANT_PERSON);
                struct dossier *d = kit_load(&t->kit, &load);
                t->people[i] = (struct person){.id = d->person.id, .clock = NOW};
                free(d);
        }
        for (uint32_t i = 0; i < t->n; i += IN_GROUP) {
                struct write w[IN_GROUP];
                for (uint32_t k = 0; k < IN_GROUP; k++)
                        w[k] = (struct write){.kind = WRITE_ENROL,
                                .enrol = {.person = t->people[i + k].id, .language = "en"}};
                assert_int_equal(kit_commit(&t->kit, w, IN_GROUP), 0);
                for (uint32_t k = 0; k < IN_GROUP; k++)
                        w[k] = (struct write){.kind = WRITE_NOTE,
                                .note = {.id = kit_uuid(),
                                        .person = t->people[i + k].id,
                                        .author = 1,
                                        .at = NOW,
                                        .most = 1,
                                        .text = "likes it quiet"}};
                assert_int_equal(kit_commit(&t->kit, w, IN_GROUP), 0);
        }
}

/* ---- a word each ---- */
static wall_ms step_of_clock(void)
{
        static const wall_ms steps[] = {
                0, 1, 1, HOUR_MS, HOUR_MS, DAY_MS, 5 * DAY_MS, 20 * DAY_MS, -1, -HOUR_MS, -3 * DAY_MS};
        return steps[draw(ARRAY_LEN(steps))];
}

static wall_ms validity(void)
{
        static const wall_ms spans[] = {0, 1, HOUR_MS, DAY_MS, 10 * DAY_MS, 60 * DAY_MS};
        return spans[draw(ARRAY_LEN(spans))];
}

/* Most words are about few things, so that they meet. */
static struct write word_of(struct person *p)
{
        static const uint8_t states[] = {CONSENT_GIVEN, CONSENT_GIVEN, CONSENT_GIVEN, CONSENT_REFUSED,
                CONSENT_WITHDRAWN, CONSENT_WITHDRAWN};
        uint32_t s = p->id % 3 == 0 ? draw(ALL_SCOPES) : (p->id + draw(3)) % ALL_SCOPES;
        uint8_t state = states[draw(ARRAY_LEN(states))];
        p->clock += step_of_clock();
        struct write w = kit_consent(p->id, scopes[s].category, state, draw(3), p->clock);
        w.consent.row.purpose = scopes[s].purpose;
        w.consent.row.mode = scopes[s].mode;
        w.consent.row.valid_until = p->clock + (state == CONSENT_GIVEN ? validity() : 0);
        w.consent.row.notice = draw(5);
        if (scopes[s].mode == MODE_VISIT)
                w.consent.visit = kit_uuid();
        p->has_left |= s == 0 && state != CONSENT_GIVEN;
        p->said.said[p->said.n++] = w.consent.row;
        return w;
}

/* Waits until every job of these tags has been answered; each is given to `take`, if there is one. */
static void gather(struct town *t, uint32_t n, void (*take)(struct town *, uint32_t, const struct dossier *))
{
        for (uint32_t got = 0; got < n;) {
                struct store_answer *a = store_answers(t->kit.store), *next;
                for (; a; a = next, got++) {
                        next = a->next;
                        assert_int_equal(a->result, 0);
                        if (take)
                                take(t, (uint32_t)(a->tag - t->first), a->dossier);
                        store_answer_free(a);
                }
                struct pollfd wait = {.fd = t->kit.wake, .events = POLLIN};
                uint64_t count;
                if (got == n)
                        return;
                assert_int_equal(poll(&wait, 1, 60000), 1);
                assert_int_equal(read(t->kit.wake, &count, sizeof count), (int)sizeof count);
        }
}

static void everybody_says_something(struct town *t)
{
        t->first = t->kit.tag + 1;
        for (uint32_t i = 0; i < t->n; i += IN_GROUP) {
                struct write w[IN_GROUP];
                for (uint32_t k = 0; k < IN_GROUP; k++)
                        w[k] = word_of(&t->people[i + k]);
                assert_int_equal(store_commit(t->kit.store, ++t->kit.tag, w, IN_GROUP), 0);
        }
        gather(t, t->n / IN_GROUP, NULL);
}

/* ---- what is answered ---- */
static void same(struct town *t, const struct person *p, const char *what, int64_t got, int64_t wanted)
{
        t->answers++;
        t->yes += wanted != 0;
        if (got != wanted)
                fail_msg("%s: %lld, but the model says %lld (person %u, word %u of history %llu)", what,
                        (long long)got, (long long)wanted, p->id, p->said.n,
                        (unsigned long long)t->histories);
}

static bool until(const struct person *p, uint32_t scope, wall_ms now)
{
        return model_until(
                       &p->said, scopes[scope].purpose, scopes[scope].category, scopes[scope].mode, now) != 0;
}

static void ask_all(struct town *t, const struct person *p, const struct dossier *d, wall_ms now)
{
        const struct consent_row *rows = d->consents;
        uint32_t n = d->n_consents;
        bool standing = until(p, 0, now), sensed = standing && until(p, 1, now);
        same(t, p, "may be met", consent_alert_standing(rows, n, now), standing);
        same(t, p, "may be noticed", consent_sensed(rows, n, now), sensed);
        same(t, p, "may be announced", consent_announce(rows, n, now), sensed && until(p, 2, now));
        for (uint32_t i = 0; i < KINDS; i++) {
                same(t, p, "may be seen", consent_category_ok(rows, n, (enum category)kinds[i], now),
                        until(p, 3 + i, now));
                same(t, p, "is to come", consent_to_come(rows, n, (enum category)kinds[i], now),
                        model_to_come(&p->said, kinds[i], now));
        }
        for (uint32_t i = 0; i < 3 + KINDS; i++)
                same(t, p, "holds until",
                        consent_until(rows, n, scopes[i].purpose, scopes[i].category, scopes[i].mode, now),
                        model_until(&p->said, scopes[i].purpose, scopes[i].category, scopes[i].mode, now));
        store_day day = p->said.said[draw(p->said.n)].day;
        same(t, p, "not today", consent_not_today(rows, n, day), model_not_today(&p->said, day));
        same(t, p, "is said at", consent_said_at(rows, n, day, now), model_said_at(&p->said, day, now));
}

/* One line of each kind that she lets be seen, and no other, has been read. */
static void look_at_lines(struct town *t, const struct person *p, const struct dossier *d)
{
        uint32_t seen[3] = {0};
        const struct purchase *lines = dossier_lines(d);
        for (uint32_t i = 0; i < d->n_lines; i++)
                seen[lines[i].channel == CHANNEL_ONLINE                             ? 1
                        : strcmp(dossier_text(d, lines[i].store_name), "Lyon") == 0 ? 2
                                                                                    : 0]++;
        for (uint32_t i = 0; i < 3; i++)
                same(t, p, "lines that were read", seen[i], until(p, 3 + i, p->now));
        same(t, p, "notes that were read", d->n_notes, until(p, 7, p->now));
        same(t, p, "is a customer", d->person.enrolled, until(p, 0, p->now) && !p->has_left);
}

/* A moment at which something could change, or just before or after one. */
static wall_ms moment(const struct person *p)
{
        const struct consent_row *w = &p->said.said[draw(p->said.n)];
        return (draw(2) ? w->at : w->valid_until) + (wall_ms)draw(3) - 1;
}

static void judge(struct town *t, uint32_t i, const struct dossier *d)
{
        struct person *p = &t->people[i];
        t->histories++;
        look_at_lines(t, p, d);
        ask_all(t, p, d, p->now);
        for (int k = 1; k < MOMENTS; k++)
                ask_all(t, p, d, moment(p));
        for (uint8_t mode = MODE_ASK; mode <= MODE_STANDING;
                mode = mode == MODE_ASK ? MODE_STANDING : MODE_STANDING + 1)
                same(t, p, "said of being noticed", consent_sensed_said(d->consents, d->n_consents, mode),
                        model_newest(&p->said, PURPOSE_ALERT, CATEGORY_SENSED, mode) == CONSENT_GIVEN);
        uint8_t met = model_newest(&p->said, PURPOSE_ALERT, CATEGORY_PRESENCE, MODE_ASK);
        same(t, p, "left", consent_left(d->consents, d->n_consents), met != 0 && met != CONSENT_GIVEN);
        same(t, p, "notice", consent_notice(d->consents, d->n_consents), model_notice(&p->said));
}

static void everybody_is_asked(struct town *t)
{
        for (uint32_t i = 0; i < t->n; i += IN_FLIGHT) {
                uint32_t n = t->n - i < IN_FLIGHT ? t->n - i : IN_FLIGHT;
                uint64_t before = t->kit.tag;
                t->first = before + 1 - i;
                for (uint32_t k = 0; k < n; k++) {
                        struct person *p = &t->people[i + k];
                        struct effect load = kit_by_person(p->id, WANT_PERSON | WANT_LINES);
                        p->now = load.load.now = moment(p);
                        assert_int_equal(store_load(t->kit.store, ++t->kit.tag, &load), 0);
                }
                gather(t, n, judge);
        }
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
        const char *text = getenv(name);
        return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

static void test_the_model_says_the_same(void **state)
{
        static struct town town;
        uint64_t most = number_of("MAITRED_HISTORIES", 2400);
        (void)state;
        seed = number_of("MAITRED_SEED", 20261122);
        print_message("seed %llu\n", (unsigned long long)seed);
        while (town.histories < most) {
                uint64_t people = (most - town.histories + WORDS - 1) / WORDS;
                town.n = (uint32_t)(people < PEOPLE_MOST ? (people + IN_GROUP - 1) / IN_GROUP * IN_GROUP
                                                         : PEOPLE_MOST);
                settle(&town);
                for (int i = 0; i < WORDS; i++) {
                        everybody_says_something(&town);
                        everybody_is_asked(&town);
                }
                kit_close(&town.kit);
        }
        print_message("%llu histories, %llu answers, %llu of them not \"no\"\n",
                (unsigned long long)town.histories, (unsigned long long)town.answers,
                (unsigned long long)town.yes);
        assert_true(town.yes * 50 > town.answers); /* the histories are not all alike */
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_model_says_the_same)};
        return cmocka_run_group_tests_name("consents", tests, NULL, NULL);
}
