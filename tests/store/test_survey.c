/* Everybody's lines, a page at a time: the same lines as a dossier has, nobody twice, nobody without consent,
 * with commits and newcomers in between, and pages that end where they must; and the cards that were on
 * screens, with the lines of their day. */
#include "tests/store/kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/civil.h"
#include "server/common/clock.h"
#include "server/hub/store/survey.h"
#include "server/rulebook/render.h"

/* Ids of the customers, in the order of their numbers: c0 is person 1. */
static void people(struct kit *kit, int n)
{
        char *rows = malloc((size_t)n * 32);
        size_t at = 0;
        for (int i = 0; i < n; i++)
                at += (size_t)snprintf(rows + at, 32, "c%d;Nora %d;;\n", i, i);
        kit_import_counts(kit, IMPORT_CUSTOMERS, rows, (uint64_t)n, 0, 0, 0, 0, 0);
        free(rows);
}

static void shop(struct kit *kit, int slice_ms, int n)
{
        kit_open(kit);
        kit->options.import_slice_ms = slice_ms;
        kit_reopen(kit);
        kit_import_counts(kit, IMPORT_STORES, "lyon;Lyon;in-store;\nweb;Online;online;\n", 2, 0, 0, 0, 0, 0);
        kit_import_counts(
                kit, IMPORT_ASSOCIATES, "10;Ada One;main;Coats;;\n9;Bo Two;main;;;\n", 2, 0, 0, 0, 0, 0);
        kit_import_counts(kit, IMPORT_CLASSES, "Coats;Coats;0\nBags;Bags;0\n", 2, 0, 0, 0, 0, 0);
        people(kit, n);
}

static void lines(struct kit *kit, int customer, const char *store, const char *day, int n)
{
        static int serial;
        char *rows = malloc((size_t)n * 96 + 1);
        size_t at = 0;
        for (int i = 0; i < n; i++)
                at += (size_t)snprintf(rows + at, 96, "l%d;c%d;10;%s;;;%s;%d;;1;%s;;;;Item %d;;\n", serial++,
                        customer, store, i % 2 ? "Coats" : "Bags", 10 + i, day, i % 5);
        kit_import_counts(kit, IMPORT_PURCHASES, rows, (uint64_t)n, 0, 0, 0, 0, 0);
        free(rows);
}

static void say(struct kit *kit, uint32_t person, uint8_t category, uint8_t state, wall_ms at)
{
        struct write w = kit_consent(person, category, state, 0, at);
        assert_int_equal(kit_commit(kit, &w, 1), 0);
}

/* With one category of lines; `category` 0: without any. */
static void joins(struct kit *kit, uint32_t person, uint8_t category, wall_ms at)
{
        struct write w[] = {{.kind = WRITE_ENROL, .enrol = {.person = person, .language = "en"}},
                kit_consent(person, CATEGORY_PRESENCE, CONSENT_GIVEN, 0, at),
                {.kind = WRITE_PREFERRED, .preferred = {.person = person, .associate = 2, .at = at}},
                kit_consent(person, category, CONSENT_GIVEN, 0, at)};
        assert_int_equal(kit_commit(kit, w, category ? 4 : 3), 0);
}

/* One page. */
static void page(struct kit *kit, struct survey_page *out, enum survey_what what, int64_t after, wall_ms now,
        wall_ms since)
{
        struct survey_call call;
        survey_call_init(&call, out);
        call.ask = (struct survey_ask){.what = what, .after = after, .now = now, .since = since};
        assert_int_equal(store_survey(kit->store, &call), 0);
        while (!survey_wait(&call, 1000))
                continue;
        assert_int_equal(call.result, 0);
        survey_call_finish(&call);
}

static uint64_t counted(struct kit *kit, struct survey_page *p)
{
        uint64_t n = 0;
        int64_t after = 0;
        do {
                page(kit, p, SURVEY_COUNT, after, NOW, 0);
                n += p->count;
                after = p->reached;
        } while (!p->end);
        return n;
}

static const char *text(const struct history *h, pooled at)
{
        assert_true(at < h->pool_size);
        return h->pool + at;
}

/* The same as a dossier of hers, line for line. */
static void same_as_her_dossier(struct kit *kit, const struct survey_page *p, uint32_t index, uint32_t person)
{
        struct effect load = kit_by_person(person, WANT_PERSON | WANT_LINES);
        struct dossier *d = kit_load(kit, &load);
        struct history h = survey_history(p, &p->people[index]);
        assert_int_equal(h.n_lines, d->n_lines);
        assert_int_equal(p->people[index].preferred, d->person.preferred);
        for (uint32_t i = 0; i < h.n_lines; i++) {
                struct purchase a = h.lines[i], b = dossier_lines(d)[i];
                assert_string_equal(text(&h, a.kind), dossier_text(d, b.kind));
                assert_string_equal(text(&h, a.item), dossier_text(d, b.item));
                assert_string_equal(text(&h, a.department), dossier_text(d, b.department));
                assert_string_equal(text(&h, a.store_name), dossier_text(d, b.store_name));
                assert_true(a.ref == b.ref && a.at == b.at && a.unit_price == b.unit_price &&
                            a.store == b.store && a.seller == b.seller && a.age_days == b.age_days &&
                            a.choice == b.choice && a.channel == b.channel &&
                            a.department_index == b.department_index && a.sensitive == b.sensitive);
        }
        assert_int_equal(h.pool[0], 0);
        assert_int_equal(h.pool[h.pool_size - 1], 0);
        free(d);
}

static void test_only_what_they_agreed_to(void **state)
{
        struct kit kit;
        struct survey_page *p = survey_page_new();
        (void)state;
        shop(&kit, 60000, 8);
        for (int c = 0; c < 7; c++) {
                lines(&kit, c, "", "2026-01-05", 3);
                lines(&kit, c, "web", "2026-01-06", 4);
        }
        joins(&kit, 1, CATEGORY_INSTORE, NOW - 100);
        joins(&kit, 2, CATEGORY_ONLINE, NOW - 100);
        joins(&kit, 3, 0, NOW - 100); /* joined, and shares nothing */
        joins(&kit, 4, CATEGORY_INSTORE, NOW - 100);
        say(&kit, 4, CATEGORY_PRESENCE, CONSENT_WITHDRAWN, NOW - 50); /* has left */
        joins(&kit, 5, CATEGORY_INSTORE, NOW - 400 * DAY_MS);         /* has run out */
        /* 6: the store knows her, she never joined */
        joins(&kit, 7, CATEGORY_INSTORE, NOW - 100);
        say(&kit, 7, CATEGORY_INSTORE, CONSENT_WITHDRAWN, NOW - 50); /* stays, and shares nothing any more */
        struct effect load = kit_by_person(1, WANT_PERSON | WANT_LINES);
        struct dossier *d = kit_load(&kit, &load);
        struct write hide = {.kind = WRITE_LINE_CHOICE,
                .line_choice = {.person = 1,
                        .choice = CHOICE_HIDE,
                        .n = 1,
                        .line_refs = {dossier_lines(d)[0].ref},
                        .at = NOW}};
        free(d);
        assert_int_equal(kit_commit(&kit, &hide, 1), 0);
        page(&kit, p, SURVEY_CUSTOMERS, 0, NOW, 0);
        assert_true(p->end);
        assert_int_equal(p->n, 4);
        static const uint32_t who[] = {1, 2, 3, 7}, n_lines[] = {3, 4, 0, 0};
        for (uint32_t i = 0; i < p->n; i++) {
                assert_int_equal(p->people[i].n_lines, n_lines[i]);
                assert_int_equal(p->people[i].notice, 1);
                same_as_her_dossier(&kit, p, i, who[i]);
        }
        assert_int_equal(p->lines[p->people[0].first].choice, CHOICE_HIDE);
        survey_page_free(p);
        kit_close(&kit);
}

/* Pages of the shortest slice there is, with a commit after each: everybody once, in order; she who joins
 * behind the page is met, and she who leaves before it is not. */
static void test_pages_go_on_between_commits(void **state)
{
        struct kit kit;
        struct survey_page *p = survey_page_new();
        const uint32_t all = 600, late = 598, left = 597;
        uint32_t met[1000] = {0}, pages = 0;
        int64_t after = 0;
        (void)state;
        shop(&kit, 1, (int)all);
        for (uint32_t i = 1; i <= all; i++)
                if (i != late)
                        joins(&kit, i, CATEGORY_INSTORE, NOW - 100);
        lines(&kit, 0, "", "2026-01-05", 2);
        lines(&kit, 299, "", "2026-01-05", 5);
        assert_int_equal(counted(&kit, p), all - 1);
        do {
                page(&kit, p, SURVEY_CUSTOMERS, after, NOW, 0);
                assert_true(p->n <= SURVEY_PEOPLE_MAX);
                assert_true(p->end || p->reached > after); /* it gets on, however short the slice */
                for (uint32_t i = 0; i < p->n; i++)
                        met[p->people[i].n_lines]++;
                after = p->reached;
                if (pages++ == 0) {
                        joins(&kit, late, CATEGORY_INSTORE, NOW - 10);
                        lines(&kit, (int)late - 1, "", "2026-02-05", 9);
                        say(&kit, left, CATEGORY_PRESENCE, CONSENT_WITHDRAWN, NOW - 5);
                        joins(&kit, 1, CATEGORY_INSTORE, NOW - 3); /* again: she was met already */
                }
        } while (!p->end);
        assert_true(pages >= 3); /* 256 at most */
        assert_int_equal(met[2], 1);
        assert_int_equal(met[5], 1);
        assert_int_equal(met[9], 1);
        assert_int_equal(met[0], all - 3 - 1);
        survey_page_free(p);
        kit_close(&kit);
}

/* Histories of 2,000 lines: a page ends when it holds about a mebibyte, and the next goes on behind it. */
static void test_a_page_ends_when_it_is_full(void **state)
{
        struct kit kit;
        struct survey_page *p = survey_page_new();
        uint32_t met = 0, pages = 0;
        int64_t after = 0;
        (void)state;
        shop(&kit, 60000, 12);
        for (int i = 0; i < 12; i++) {
                lines(&kit, i, "", "2026-01-05", 2000);
                joins(&kit, (uint32_t)i + 1, CATEGORY_INSTORE, NOW - 100);
        }
        do {
                page(&kit, p, SURVEY_CUSTOMERS, after, NOW, 0);
                size_t bytes = p->n_lines * sizeof *p->lines + p->pool_size;
                assert_true(bytes < SURVEY_BYTES_MAX + 2100 * sizeof *p->lines);
                for (uint32_t i = 0; i < p->n; i++)
                        assert_int_equal(p->people[i].n_lines, 2000);
                met += p->n;
                pages++;
                after = p->reached;
        } while (!p->end);
        assert_int_equal(met, 12);
        assert_true(pages >= 2);
        survey_page_free(p);
        kit_close(&kit);
}

/* ---- cards ---- */
#define SHOWN 4

static void shows(struct kit *kit, uint32_t person, wall_ms started, wall_ms at, uint8_t relation, bool words)
{
        char card[CARD_FRAME_SIZE];
        struct uuid visit = kit_uuid();
        memset(card, ' ', sizeof card);
        struct write w[] = {{.kind = WRITE_VISIT,
                                    .visit = {.id = visit, .person = person, .state = 3, .started = started}},
                {.kind = WRITE_DISCLOSURE,
                        .disclosure = {.id = kit_uuid(),
                                .visit = visit,
                                .person = person,
                                .associate = 2,
                                .relation = relation,
                                .lines = 1,
                                .rulebook = kit_digest("book"),
                                .card = card,
                                .at = at}}};
        if (words)
                snprintf(w[0].visit.hint, sizeof w[0].visit.hint, "green coat");
        assert_int_equal(kit_commit(kit, w, 2), 0);
}

static void test_cards_of_their_day(void **state)
{
        struct kit kit;
        struct survey_page *p = survey_page_new();
        (void)state;
        shop(&kit, 60000, 4);
        for (int c = 0; c < 4; c++) {
                lines(&kit, c, "", "2026-01-05", 2);
                lines(&kit, c, "web", "2026-01-05", 3);
                lines(&kit, c, "", "2026-03-08", 4); /* two days before NOW */
        }
        wall_ms then = NOW - 5 * DAY_MS;
        for (uint32_t person = 1; person <= 4; person++)
                joins(&kit, person, CATEGORY_INSTORE, NOW - 20 * DAY_MS);
        say(&kit, 1, CATEGORY_ONLINE, CONSENT_GIVEN, NOW - DAY_MS); /* after that card */
        say(&kit, 2, CATEGORY_PRESENCE, CONSENT_WITHDRAWN, NOW - DAY_MS);
        shows(&kit, 3, NOW - 15 * DAY_MS, NOW - 15 * DAY_MS, 0, false); /* too long ago */
        shows(&kit, 1, then, then + MINUTE_MS, RELATION_PREFERRED | RELATION_STORE, true);
        shows(&kit, 2, then, then + MINUTE_MS, RELATION_STORE, false);
        shows(&kit, 1, NOW - HOUR_MS, NOW - HOUR_MS, RELATION_STORE, false);
        page(&kit, p, SURVEY_CARDS, 0, NOW, NOW - 7 * DAY_MS);
        assert_true(p->end);
        assert_int_equal(p->count, 3);
        assert_int_equal(p->gone, 1);
        assert_int_equal(p->n, 2);
        const struct survey_person *old = &p->people[0], *late = &p->people[1];
        assert_int_equal(old->n_lines, 2); /* neither what came later, nor what she shares since */
        assert_int_equal(late->n_lines, 2 + 3 + 4);
        struct history h = survey_history(p, old);
        assert_int_equal(
                h.lines[0].age_days, civil_age_days(clock_store_day(h.lines[0].at), clock_store_day(then)));
        assert_int_equal(old->card.relation, RELATION_PREFERRED | RELATION_STORE);
        assert_int_equal(old->card.associate, 2);
        assert_int_equal(old->card.day, clock_store_day(then));
        assert_true(old->card.words && !late->card.words);
        struct digest book = kit_digest("book");
        assert_memory_equal(&old->card.rulebook, &book, sizeof book);
        page(&kit, p, SURVEY_CARDS, 0, NOW, NOW + DAY_MS); /* none since then */
        assert_true(p->end && p->n == 0 && p->count == 0);
        page(&kit, p, SURVEY_CARDS, 0, NOW, NOW - 30 * DAY_MS);
        assert_int_equal(p->count, SHOWN);
        assert_int_equal(p->n, SHOWN - 1);
        survey_page_free(p);
        kit_close(&kit);
}

/* A store without anybody, and without a card. */
static void test_nothing_there(void **state)
{
        struct kit kit;
        struct survey_page *p = survey_page_new();
        (void)state;
        kit_open(&kit);
        assert_int_equal(counted(&kit, p), 0);
        page(&kit, p, SURVEY_CUSTOMERS, 0, NOW, 0);
        assert_true(p->end && p->n == 0);
        page(&kit, p, SURVEY_CARDS, 0, NOW, 0);
        assert_true(p->end && p->n == 0 && p->count == 0 && p->gone == 0);
        survey_page_free(p);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_only_what_they_agreed_to),
                cmocka_unit_test(test_pages_go_on_between_commits),
                cmocka_unit_test(test_a_page_ends_when_it_is_full),
                cmocka_unit_test(test_cards_of_their_day),
                cmocka_unit_test(test_nothing_there),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
