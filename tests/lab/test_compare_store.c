/* The diff over a real store on a thread of its own: its counts against asking dossier by dossier, arrivals
 * that are answered between its pages, and what happens when it is not wanted any more. */
#include "tests/store/kit.h"

#include <jansson.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/common/clock.h"
#include "server/hub/lab_compare.h"
#include "server/lab/compare.h"
#include "server/lab/compare_ops.h"

#define PEOPLE 320 /* more than a page holds */
#define STAFF  3
#define LINES  4
#define BOOK                                                                                                 \
        "rulebook live version 1 store * notice n 1\n"                                                       \
        "P1: show full to anyone of field presence because \"Here\"\n"                                       \
        "R1: show full to seller of bought mention ok because \"You sold it\"\n"                             \
        "R2: show item to preferred of in-store because \"She chose you\"\n"                                 \
        "R3: show kind to preferred of online because \"She shares it\"\n"                                   \
        "R4: show tally to department of in-store, this-store because \"Yours\"\n"
#define DRAFT                                                                                                \
        BOOK "X1: never to everyone except seller of online because \"Private\"\n"                           \
             "X2: show brand to department of in-store, this-store, price >= 20 because \"Try\"\n"

/* ---- a store ---- */
static void import(struct kit *kit, enum import_kind kind, const char *rows, uint64_t n)
{
        kit_import_counts(kit, kind, rows, n, 0, 0, 0, 0, 0);
}

static void import_people(struct kit *kit)
{
        char *people = malloc(PEOPLE * 32), *lines = malloc(PEOPLE * LINES * 96);
        size_t a = 0, b = 0;
        for (int i = 0; i < PEOPLE; i++)
                a += (size_t)snprintf(people + a, 32, "c%d;Nora %d;;\n", i, i);
        import(kit, IMPORT_CUSTOMERS, people, PEOPLE);
        for (int i = 0; i < PEOPLE * LINES; i++) {
                b += (size_t)snprintf(lines + b, 96, "l%d;c%d;a%d;%s;;;%s;%d;;1;2026-0%d-05;;;;;;\n", i,
                        i / LINES, i % STAFF, i % 4 == 3 ? "web" : "", i % 3 ? "Coats" : "Bags", 10 + i % 20,
                        i % 3 + 1);
                if ((i + 1) % 1000 != 0 && i + 1 != PEOPLE * LINES)
                        continue;
                import(kit, IMPORT_PURCHASES, lines, (uint64_t)(i % 1000 + 1));
                b = 0;
        }
        free(people);
        free(lines);
}

static void joins(struct kit *kit, uint32_t person)
{
        struct write w[] = {{.kind = WRITE_ENROL, .enrol = {.person = person, .language = "en"}},
                kit_consent(person, CATEGORY_PRESENCE, CONSENT_GIVEN, 0, NOW - 100),
                kit_consent(person, CATEGORY_INSTORE, CONSENT_GIVEN, 0, NOW - 100),
                {.kind = WRITE_PREFERRED,
                        .preferred = {.person = person, .associate = person % STAFF + 1, .at = NOW}},
                kit_consent(person, CATEGORY_ONLINE, CONSENT_GIVEN, 0, NOW - 100)};
        assert_int_equal(kit_commit(kit, w, person % 2 ? 5 : 4), 0); /* every other one shares online, too */
}

struct shop {
        struct kit kit;
        struct lab_associate staff[STAFF];
        struct rulebook *live, *draft;
        struct lab_ground ground;
};

static struct rulebook *parse(const char *text)
{
        struct rulebook_error error;
        struct rulebook *book = rulebook_parse(slice_of(text), &error);
        if (!book)
                fail_msg("%d:%d %s", error.line, error.column, error.text);
        return book;
}

static void open_shop(struct shop *s, int slice_ms)
{
        struct snapshot snapshot;
        struct store_error error;
        kit_open(&s->kit);
        import(&s->kit, IMPORT_STORES, "web;Online;online;\n", 1);
        import(&s->kit, IMPORT_ASSOCIATES,
                "a0;Ada One;main;Coats;;\na1;Bo Two;main;Bags;;\na2;Cy Three;main;;manager;\n", 3);
        import(&s->kit, IMPORT_CLASSES, "Coats;Coats;0\nBags;Bags;0\n", 2);
        import_people(&s->kit);
        for (uint32_t i = 1; i <= PEOPLE; i++)
                joins(&s->kit, i);
        s->kit.options.import_slice_ms = slice_ms;
        kit_reopen(&s->kit);
        assert_int_equal(store_snapshot(s->kit.store, NOW, clock_store_day(NOW), &snapshot, &error), 0);
        s->live = parse(BOOK);
        s->draft = parse(DRAFT);
        s->ground = (struct lab_ground){.live = s->live,
                .store = snapshot.roster->store,
                .currency = "EUR",
                .associates = s->staff,
                .n_associates = STAFF,
                .now = NOW,
                .day = clock_store_day(NOW)};
        assert_int_equal(snapshot.roster->n_associates, STAFF);
        for (uint32_t i = 0; i < STAFF; i++)
                s->staff[i] = (struct lab_associate){.id = snapshot.roster->associates[i].id,
                        .role = (enum role)snapshot.roster->associates[i].role,
                        .departments = snapshot.roster->associates[i].departments};
        snapshot_free(&snapshot);
}

static void close_shop(struct shop *s)
{
        kit_close(&s->kit);
        rulebook_destroy(s->live);
        rulebook_destroy(s->draft);
}

/* ---- the diff, on its thread ---- */
struct run {
        struct shop *shop;
        lab_long_op *op;
        struct lab_turn turn;
        char *room;
        size_t len;
        uint16_t status;
        sem_t page, go; /* a page was judged, and is waited for; go on */
        uint32_t pages;
        bool wanted, over;
};

static bool take(void *ctx, uint64_t done, uint64_t of)
{
        struct run *r = ctx;
        assert_true(done <= of);
        r->pages++;
        sem_post(&r->page);
        sem_wait(&r->go);
        return r->wanted;
}

static void *judge(void *argument)
{
        struct run *r = argument;
        struct lab_ask ask = {.text = slice_of(DRAFT), .days = 30};
        struct lab_source *source = lab_compare_source(r->shop->kit.store, NOW);
        struct json_out out;
        json_start(&out, r->room, LAB_ANSWER_MAX);
        r->status = r->op(&r->shop->ground, &ask, source, &r->turn, &out);
        r->len = out.len;
        lab_compare_source_close(source);
        r->over = true;
        sem_post(&r->page);
        return NULL;
}

/* Runs the op, and `between` here whenever a page was judged; its answer. */
static json_t *run(struct shop *s, lab_long_op *op, void (*between)(struct run *), struct run *r)
{
        pthread_t thread;
        *r = (struct run){
                .shop = s, .op = op, .turn = {r, take}, .room = malloc(LAB_ANSWER_MAX), .wanted = true};
        sem_init(&r->page, 0, 0);
        sem_init(&r->go, 0, 0);
        assert_int_equal(pthread_create(&thread, NULL, judge, r), 0);
        for (;;) {
                sem_wait(&r->page);
                if (r->over)
                        break;
                if (between)
                        between(r);
                sem_post(&r->go);
        }
        pthread_join(thread, NULL);
        json_t *o = json_loadb(r->room, r->len, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(o);
        sem_destroy(&r->page);
        sem_destroy(&r->go);
        free(r->room);
        return o;
}

/* ---- the other way: her dossier, line by line ---- */
struct counts {
        json_int_t customers, lines, wider, narrower, changed;
};

static void ask_one(struct shop *s, uint32_t person, struct counts *c)
{
        struct effect load = kit_by_person(person, WANT_PERSON | WANT_LINES);
        struct dossier *d = kit_load(&s->kit, &load);
        struct history h = {.lines = dossier_lines(d),
                .n_lines = d->n_lines,
                .pool = (const char *)d + d->pool_at,
                .pool_size = d->pool_size,
                .store = s->ground.store,
                .currency = "EUR"};
        bool changed = false;
        c->customers++;
        c->lines += h.n_lines;
        for (uint32_t n = 0; n < h.n_lines * STAFF; n++) {
                const struct lab_associate *a = &s->staff[n % STAFF];
                struct viewer v = {
                        a->id, s->ground.store, a->departments, a->role, a->id == d->person.preferred};
                struct verdict from =
                        rulebook_judge_line(s->live, &h, &h.lines[n / STAFF], &v, SEEN_CHECKED_IN);
                struct verdict to =
                        rulebook_judge_line(s->draft, &h, &h.lines[n / STAFF], &v, SEEN_CHECKED_IN);
                int up = (int)to.level * 2 + to.may_say - (int)from.level * 2 - from.may_say;
                c->wider += up > 0;
                c->narrower += up < 0;
                changed |= up != 0;
        }
        c->changed += changed;
        free(d);
}

static json_int_t as_told(json_int_t n)
{
        return (json_int_t)compare_rounded((uint64_t)n);
}

static json_int_t number(const json_t *o, const char *key)
{
        return json_integer_value(json_object_get(o, key));
}

static void test_counts_what_dossiers_hold(void **state)
{
        static struct shop s;
        struct counts c = {0};
        struct run r;
        (void)state;
        open_shop(&s, 5);
        json_t *o = run(&s, compare_diff, NULL, &r);
        assert_int_equal(r.status, 200);
        for (uint32_t i = 1; i <= PEOPLE; i++)
                ask_one(&s, i, &c);
        assert_true(c.wider > 100 && c.narrower > 50 && c.changed < c.customers);
        assert_int_equal(number(o, "customers"), as_told(c.customers));
        assert_int_equal(number(o, "associates"), STAFF);
        assert_int_equal(number(o, "lines"), as_told(c.lines));
        assert_int_equal(number(o, "pairs"), as_told(c.lines * STAFF));
        assert_int_equal(number(o, "wider"), as_told(c.wider));
        assert_int_equal(number(o, "narrower"), as_told(c.narrower));
        assert_int_equal(number(o, "customers_changed"), as_told(c.changed));
        json_decref(o);
        close_shop(&s);
}

/* An arrival between two pages: her dossier is read and her visit is on disk before the next page is judged;
 * and somebody joins whose number is still to come. */
static void arrive(struct run *r)
{
        struct kit *kit = &r->shop->kit;
        struct effect load = kit_by_person(1 + r->pages % PEOPLE, WANT_PERSON | WANT_LINES);
        struct write visit = {
                .kind = WRITE_VISIT, .visit = {.id = kit_uuid(), .person = 1, .state = 3, .started = NOW}};
        free(kit_load(kit, &load));
        assert_int_equal(kit_commit(kit, &visit, 1), 0);
        if (r->pages == 1) {
                struct write w[] = {{.kind = WRITE_GUEST, .guest = {.person = 0x80000001u, .language = "en"}},
                        kit_consent(0x80000001u, CATEGORY_PRESENCE, CONSENT_GIVEN, 0, NOW - 10)};
                assert_int_equal(kit_commit(kit, w, 2), 0);
        }
}

static void test_arrivals_go_on_beside_it(void **state)
{
        static struct shop s;
        struct run r;
        (void)state;
        open_shop(&s, 1);
        json_t *o = run(&s, compare_diff, arrive, &r);
        assert_int_equal(r.status, 200);
        assert_true(r.pages >= 2);
        assert_int_equal(number(o, "customers"), as_told(PEOPLE + 1));
        assert_int_equal(number(o, "lines"), as_told(PEOPLE / 2 * 4 + PEOPLE / 2 * 3));
        json_decref(o);
        close_shop(&s);
}

static void not_wanted(struct run *r)
{
        r->wanted = false;
}

/* Stopped at its first page, with the next one on its way: everything is given back, and the store goes on.
 */
static void test_stops_when_it_is_not_wanted(void **state)
{
        static struct shop s;
        struct run r;
        (void)state;
        open_shop(&s, 1);
        for (int i = 0; i < 3; i++) {
                json_t *o = run(&s, i == 2 ? compare_replay : compare_diff, not_wanted, &r);
                assert_int_equal(r.status, 503);
                assert_int_equal(r.pages, 1);
                assert_string_equal(json_string_value(json_object_get(o, "error")), "stopped");
                json_decref(o);
        }
        struct effect load = kit_by_person(1, WANT_PERSON);
        free(kit_load(&s.kit, &load));
        close_shop(&s);
}

/* ---- a store that takes no more questions ---- */
int __real_store_survey(struct store *store, struct survey_call *call);
int __wrap_store_survey(struct store *store, struct survey_call *call);

static uint32_t asked, refused_from; /* refused_from: which question the queue is full at; 0 = never */

int __wrap_store_survey(struct store *store, struct survey_call *call)
{
        return ++asked == refused_from ? 1 : __real_store_survey(store, call);
}

static bool go_on(void *ctx, uint64_t done, uint64_t of)
{
        (void)ctx, (void)done, (void)of;
        return true;
}

/* Whichever question is not taken: the reading has failed, and stays so. It never looks like the end. */
static void test_a_failure_is_no_end(void **state)
{
        static struct shop s;
        struct lab_turn turn = {NULL, go_on};
        struct lab_page page;
        (void)state;
        open_shop(&s, 1);
        bool failed = true;
        for (refused_from = 1; failed; refused_from++) {
                struct lab_source *source = lab_compare_source(s.kit.store, NOW);
                enum lab_read read;
                asked = 0;
                while ((read = source->customers(source, &turn, &page)) == LAB_READ_PAGE)
                        ;
                failed = asked >= refused_from;
                assert_int_equal(read, failed ? LAB_READ_FAILED : LAB_READ_END);
                for (int i = 0; i < 3; i++)
                        assert_int_equal(source->customers(source, &turn, &page), read);
                lab_compare_source_close(source);
        }
        assert_true(refused_from > 3); /* counting, the first page, one more */
        refused_from = 0;
        close_shop(&s);
}

/* ---- replay ---- */
static void shows(struct kit *kit, uint32_t person, uint32_t associate, wall_ms at)
{
        static char card[4096];
        struct uuid visit = kit_uuid();
        memset(card, ' ', sizeof card);
        struct write w[] = {
                {.kind = WRITE_VISIT, .visit = {.id = visit, .person = person, .state = 3, .started = at}},
                {.kind = WRITE_DISCLOSURE,
                        .disclosure = {.id = kit_uuid(),
                                .visit = visit,
                                .person = person,
                                .associate = associate,
                                .relation =
                                        person % STAFF + 1 == associate ? RELATION_PREFERRED : RELATION_STORE,
                                .card = card,
                                .at = at}}};
        assert_int_equal(kit_commit(kit, w, 2), 0);
}

/* Everybody's card was shown to the associate of her choice, after the consents were given: who shares her
 * online lines loses one on her card. */
static void test_replays_the_cards(void **state)
{
        static struct shop s;
        struct run r;
        json_int_t lose = 0;
        (void)state;
        open_shop(&s, 5);
        for (uint32_t i = 1; i <= 40; i++) {
                shows(&s.kit, i, i % STAFF + 1, NOW - 50);
                bool sold = (LINES * (i - 1) + 3) % STAFF ==
                            i % STAFF; /* the online line, by her own associate */
                lose += i % 2 && !sold;
        }
        json_t *o = run(&s, compare_replay, NULL, &r);
        assert_int_equal(r.status, 200);
        assert_int_equal(number(o, "cards"), 40);
        assert_int_equal(number(o, "less"), as_told(lose));
        assert_true(lose >= 5 && number(o, "changed") >= as_told(lose));
        assert_int_equal(json_array_size(json_object_get(o, "by_day")), 1);
        json_decref(o);
        close_shop(&s);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_counts_what_dossiers_hold),
                cmocka_unit_test(test_arrivals_go_on_beside_it),
                cmocka_unit_test(test_stops_when_it_is_not_wanted),
                cmocka_unit_test(test_a_failure_is_no_end),
                cmocka_unit_test(test_replays_the_cards),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
