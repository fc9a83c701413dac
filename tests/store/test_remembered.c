/* What the hub wants to know again after a start is on disk, and 0 where it never was. */
#include "tests/store/kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct remembered read_again(struct kit *kit)
{
        struct snapshot s;
        struct store_error error;
        kit_reopen(kit);
        if (store_snapshot(kit->store, NOW, 20522, &s, &error) != 0)
                fail_msg("%s", error.text);
        struct remembered found = s.remembered;
        snapshot_free(&s);
        return found;
}

static void test_what_was_kept_comes_back(void **state)
{
        struct kit kit;
        (void)state;
        kit_open(&kit);
        struct remembered found = read_again(&kit);
        assert_int_equal(found.leak_check.at, 0);
        for (uint32_t i = 1; i <= 2; i++) {
                struct write w = {.kind = WRITE_REMEMBER,
                        .remember = {.leak_check = {.at = NOW + i, .pairs = UINT32_MAX - i, .found = 7 * i},
                                .renewed = 9 * i}};
                assert_int_equal(kit_commit(&kit, &w, 1), 0);
                found = read_again(&kit);
                assert_int_equal(found.leak_check.at, NOW + i);
                assert_int_equal(found.leak_check.pairs, UINT32_MAX - i);
                assert_int_equal(found.leak_check.found, 7 * i);
                assert_int_equal(found.renewed, 9 * i);
        }
        kit_close(&kit);
}

static void who_has_practised_stays_so(void **state)
{
        struct kit kit;
        (void)state;
        kit_open(&kit);
        kit_import_counts(&kit, IMPORT_ASSOCIATES,
                "a1;Maria Lopez;main;Shoes;associate;1\na2;Jonas Berg;main;Shoes;associate;1\n", 2, 0, 0, 0,
                0, 0);
        struct write w = {.kind = WRITE_PRACTISED, .practised = {1}};
        for (int i = 0; i < 2; i++) /* a repeat is none */
                assert_int_equal(kit_commit(&kit, &w, 1), 0);
        kit_import_counts(&kit, IMPORT_ASSOCIATES, "a1;Maria Lopez;main;Shoes;manager;1\n", 0, 1, 0, 0, 0, 0);
        struct snapshot s;
        struct store_error error;
        kit_reopen(&kit);
        if (store_snapshot(kit.store, NOW, 20522, &s, &error) != 0)
                fail_msg("%s", error.text);
        assert_int_equal(s.roster->n_associates, 2);
        assert_true(s.roster->associates[0].practised);
        assert_false(s.roster->associates[1].practised);
        snapshot_free(&s);
        kit_close(&kit);
}

static struct write thanks(uint32_t person, uint32_t associate, store_day day, store_day before)
{
        return (struct write){.kind = WRITE_THANK_YOU, .thank_you = {person, associate, day, before}};
}

/* How many want to thank her, and the first of them. */
static uint32_t who_thanks(struct kit *kit, uint32_t person, struct thanks_row *first)
{
        struct effect load = kit_by_person(person, WANT_PERSON);
        struct dossier *d = kit_load(kit, &load);
        uint32_t n = d->person.n_thanks;
        *first = d->person.thanks[0];
        free(d);
        return n;
}

static void who_wants_to_thank_whom(void **state)
{
        struct kit kit;
        struct thanks_row first;
        char rows[400];
        size_t at = 0;
        (void)state;
        kit_open(&kit);
        for (int i = 1; i <= THANKS_MOST + 2; i++)
                at += (size_t)snprintf(rows + at, 60, "a%d;Ada %d;main;Shoes;associate;1\n", i, i);
        kit_import_counts(&kit, IMPORT_ASSOCIATES, rows, THANKS_MOST + 2, 0, 0, 0, 0, 0);
        kit_import_counts(&kit, IMPORT_CUSTOMERS, "c1;Nora 1;;\nc2;Nora 2;;\n", 2, 0, 0, 0, 0, 0);
        for (uint32_t i = 1; i <= THANKS_MOST + 2; i++) {
                struct write w = thanks(1, i, 100 + (store_day)i, 100);
                assert_int_equal(kit_commit(&kit, &w, 1), 0);
        }
        struct write again = thanks(1, 2, 120, 100), other = thanks(2, 1, 111, 100);
        assert_int_equal(kit_commit(&kit, &again, 1), 0);
        assert_int_equal(kit_commit(&kit, &other, 1), 0);
        kit_reopen(&kit);
        assert_int_equal(who_thanks(&kit, 1, &first), THANKS_MOST); /* the newest */
        assert_int_equal(first.associate, 2);
        assert_int_equal(first.day, 120);
        struct write drop = thanks(1, 2, 0, 106); /* and what is older than 106 goes */
        assert_int_equal(kit_commit(&kit, &drop, 1), 0);
        assert_int_equal(who_thanks(&kit, 1, &first), 1);
        assert_int_equal(first.associate, 6);
        struct write all = thanks(1, 0, 0, 0);
        assert_int_equal(kit_commit(&kit, &all, 1), 0);
        assert_int_equal(who_thanks(&kit, 1, &first), 0);
        assert_int_equal(who_thanks(&kit, 2, &first), 1);
        kit_close(&kit);
}

static struct walkins walkins_again(struct kit *kit)
{
        struct snapshot s;
        struct store_error error;
        kit_reopen(kit);
        if (store_snapshot(kit->store, NOW, 20522, &s, &error) != 0)
                fail_msg("%s", error.text);
        struct walkins found = s.walkins;
        snapshot_free(&s);
        return found;
}

static void walk_in_tests_come_back_newest_first(void **state)
{
        struct kit kit;
        struct walkins found;
        struct walkin_row row = {.at = NOW, .day = 20522, .morning = true, .why = WALKIN_LATE};
        (void)state;
        kit_open(&kit);
        assert_int_equal(walkins_again(&kit).n, 0);
        for (int i = 0; i < 3; i++) { /* three tries of one morning, the last one twice */
                row.at = NOW + 1000 * (i < 2 ? i : 1);
                row.green = i == 2;
                row.why = row.green ? WALKIN_FINE : WALKIN_SILENT;
                row.phone_ms = 1;
                row.hub_ms = 2;
                row.first_ms = UINT32_MAX;
                row.handhelds = WALKIN_ASKED;
                row.answered = 63;
                struct write w = {.kind = WRITE_WALKIN, .walkin = {.row = row, .over = i == 2}};
                assert_int_equal(kit_commit(&kit, &w, 1), 0);
        }
        found = walkins_again(&kit);
        assert_int_equal(found.n, 1);
        assert_int_equal(found.row[0].at, row.at);
        assert_int_equal(found.row[0].day, row.day);
        assert_true(found.row[0].morning && found.row[0].green && !found.row[0].phone);
        assert_int_equal(found.row[0].why, WALKIN_FINE);
        assert_int_equal(found.row[0].phone_ms, 1);
        assert_int_equal(found.row[0].hub_ms, 2);
        assert_int_equal(found.row[0].first_ms, UINT32_MAX);
        assert_int_equal(found.row[0].handhelds, WALKIN_ASKED);
        assert_int_equal(found.row[0].answered, 63);
        for (int i = 0; i <= WALKINS_KEPT; i++) {
                struct write w = {.kind = WRITE_WALKIN,
                        .walkin = {
                                .row = {.at = NOW + 5000 + i, .day = 20522, .phone = true}, .over = i > 0}};
                assert_int_equal(kit_commit(&kit, &w, 1), 0);
        }
        found = walkins_again(&kit); /* of those by hand, the newest; the morning is there, too */
        assert_int_equal(found.n, WALKINS_BY_HAND + 1);
        assert_int_equal(found.row[0].at, NOW + 5000 + WALKINS_KEPT);
        assert_int_equal(found.row[WALKINS_BY_HAND - 1].at, NOW + 5001 + WALKINS_KEPT - WALKINS_BY_HAND);
        assert_true(found.row[0].phone && found.row[WALKINS_BY_HAND].morning);
        for (int i = 1; i <= WALKINS_MORNINGS + 1; i++) {
                struct write w = {.kind = WRITE_WALKIN,
                        .walkin = {.row = {.at = NOW + 9000 + i, .day = 20522 + i, .morning = true},
                                .over = true}};
                assert_int_equal(kit_commit(&kit, &w, 1), 0);
        }
        /* Begun again and cut short: what came of that morning before still stands. */
        struct write cut = {.kind = WRITE_WALKIN,
                .walkin = {.row = {.at = NOW + 9900, .day = 20522 + WALKINS_MORNINGS + 1, .morning = true}}};
        assert_int_equal(kit_commit(&kit, &cut, 1), 0);
        found = walkins_again(&kit);
        assert_int_equal(found.n, WALKINS_KEPT);
        assert_int_equal(found.row[0].at, NOW + 9001 + WALKINS_MORNINGS);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_was_kept_comes_back),
                cmocka_unit_test(who_has_practised_stays_so), cmocka_unit_test(who_wants_to_thank_whom),
                cmocka_unit_test(walk_in_tests_come_back_newest_first)};
        return cmocka_run_group_tests(tests, NULL, NULL);
}
