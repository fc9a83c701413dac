/* Receipts on disk: signed with a key that stays, written with their events or not at all, told to whose they
 * are [P100-P103]. */
#include "tests/store/kit.h"
#include "tests/store/shim.h"

#include <poll.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GUEST 0x80000000u
#define OTHER 0x80000001u

static const struct digest page = {{0xab, 0xcd}};
static const struct receipt_house house = {
        .name = "Example Stores AB", .jurisdiction = "EU", .store = "main", .page = &page};

static void open_with_people(struct kit *kit)
{
        kit_open(kit);
        kit->options.house = &house;
        kit_reopen(kit);
        struct write people[2] = {{.kind = WRITE_GUEST, .guest = {.person = GUEST}},
                {.kind = WRITE_GUEST, .guest = {.person = OTHER}}};
        assert_int_equal(kit_commit(kit, people, 2), 0);
}

/* A word of hers and its receipt, as the core writes them. */
static void word(struct write w[2], uint32_t person, enum receipt_what what, wall_ms at)
{
        w[0] = kit_consent(person, CATEGORY_PRESENCE, CONSENT_GIVEN, 0, at);
        w[1] = (struct write){.kind = WRITE_RECEIPT};
        w[0].consent.row.purpose = PURPOSE_ALERT;
        w[0].consent.method = METHOD_PAGE;
        w[0].consent.actor = ACTOR_PRINCIPAL;
        memcpy(w[0].consent.language, "en", 3);
        w[1].receipt = (struct receipt_row){.id = kit_uuid(),
                .person = person,
                .at = at,
                .day = (store_day)(at / DAY_MS),
                .what = (uint8_t)what,
                .method = METHOD_PAGE,
                .language = "en",
                .n_events = 1,
                .n_grants = 1,
                .events = {{w[0].consent.id, at + DAY_MS, PURPOSE_ALERT, CATEGORY_PRESENCE, CONSENT_GIVEN,
                        MODE_ASK}},
                .grants = {{at + DAY_MS, PURPOSE_ALERT, CATEGORY_PRESENCE, MODE_ASK}}};
        w[0].consent.receipt = w[1].receipt.id;
}

/* Returns the receipt's number. */
static struct uuid say(struct kit *kit, uint32_t person, enum receipt_what what, wall_ms at, int expect)
{
        struct write w[2];
        word(w, person, what, at);
        assert_int_equal(kit_commit(kit, w, 2), expect);
        return w[1].receipt.id;
}

/* NULL: there is none. */
static char *ask(
        struct kit *kit, enum receipt_ask what, uint32_t person, const struct uuid *id, wall_ms since)
{
        struct receipt_wanted wanted = {.ask = what, .person = person, .left_since = since};
        if (id)
                wanted.id = *id;
        assert_int_equal(store_receipts(kit->store, ++kit->tag, &wanted), 0);
        struct store_answer *a = kit_wait(kit, kit->tag);
        assert_int_equal(a->result, 0);
        char *text = a->text;
        a->text = NULL;
        store_answer_free(a);
        return text;
}

static bool there(struct kit *kit, uint32_t person, const struct uuid *id, wall_ms since)
{
        char *text = ask(kit, RECEIPT_ASK_ONE, person, id, since);
        bool found = text != NULL;
        free(text);
        return found;
}

/* By libsodium, over the text without its member "signature", which is canonical as it is. */
static bool signed_by(const char *text, const char key[44])
{
        static const char member[] = "\"signature\":\"";
        uint8_t signature[crypto_sign_BYTES], pub[crypto_sign_PUBLICKEYBYTES];
        const char *at = strstr(text, member);
        assert_non_null(at);
        const char *value = at + strlen(member), *end = strchr(value, '"');
        assert_int_equal(end - value, 86);
        assert_int_equal(sodium_base642bin(signature, sizeof signature, value, 86, NULL, NULL, NULL,
                                 sodium_base64_VARIANT_URLSAFE_NO_PADDING),
                0);
        assert_int_equal(sodium_base642bin(pub, sizeof pub, key, 43, NULL, NULL, NULL,
                                 sodium_base64_VARIANT_URLSAFE_NO_PADDING),
                0);
        char *bare = malloc(strlen(text) + 1);
        assert_non_null(bare);
        size_t before = (size_t)(at - text);
        memcpy(bare, text, before);
        memcpy(bare + before, end + 2, strlen(end + 2) + 1); /* without the quote and the comma */
        bool good = crypto_sign_verify_detached(signature, (const uint8_t *)bare, strlen(bare), pub) == 0;
        free(bare);
        return good;
}

static void test_signed_with_a_key_that_stays(void **state)
{
        struct kit kit;
        char key[44], again[44];
        (void)state;
        open_with_people(&kit);
        store_receipt_key(kit.store, key);
        assert_int_equal(strlen(key), 43);
        struct uuid id = say(&kit, GUEST, RECEIPT_JOINED, NOW, 0);
        kit_reopen(&kit);
        store_receipt_key(kit.store, again);
        assert_string_equal(key, again);
        char *text = ask(&kit, RECEIPT_ASK_ONE, GUEST, &id, NOW);
        assert_non_null(text);
        assert_true(signed_by(text, key));
        assert_non_null(strstr(text, "\"page_sha256\":\"abcd0000"));
        char *digit = strstr(text, "\"steps\":") + 8;
        *digit = *digit == '0' ? '1' : '0';
        assert_false(signed_by(text, key));
        free(text);
        char *told = ask(&kit, RECEIPT_ASK_KEY, 0, NULL, 0);
        assert_non_null(strstr(told, key));
        free(told);
        struct kit second;
        kit_open(&second);
        store_receipt_key(second.store, again);
        assert_string_not_equal(key, again); /* every hub has its own */
        kit_close(&second);
        kit_close(&kit);
}

static void test_told_to_whose_it_is(void **state)
{
        struct kit kit;
        (void)state;
        open_with_people(&kit);
        struct uuid joined = say(&kit, GUEST, RECEIPT_JOINED, NOW, 0);
        struct uuid left = say(&kit, GUEST, RECEIPT_LEFT, NOW + 1000, 0), none = kit_uuid();
        assert_true(there(&kit, GUEST, &joined, NOW));
        assert_false(there(&kit, OTHER, &joined, NOW));
        assert_false(there(&kit, 0, &joined, 0)); /* only of leaving, ... */
        assert_true(there(&kit, 0, &left, NOW + 1000));
        assert_false(there(&kit, 0, &left, NOW + 1001)); /* ... and only for a while */
        assert_true(there(&kit, GUEST, &left, NOW + DAY_MS));
        assert_false(there(&kit, GUEST, &none, 0));
        kit_close(&kit);
}

static void test_listed_newest_first(void **state)
{
        struct kit kit;
        (void)state;
        open_with_people(&kit);
        char *text = ask(&kit, RECEIPT_ASK_LIST, GUEST, NULL, 0);
        assert_string_equal(text, "{\"receipts\":[],\"rest\":0}");
        free(text);
        say(&kit, GUEST, RECEIPT_JOINED, NOW, 0);
        say(&kit, OTHER, RECEIPT_JOINED, NOW, 0);
        for (int i = 1; i <= 51; i++)
                say(&kit, GUEST, RECEIPT_CHANGED, NOW - i, 0); /* the clock went back */
        text = ask(&kit, RECEIPT_ASK_LIST, GUEST, NULL, 0);
        size_t n = 0;
        for (const char *at = text; (at = strstr(at, "\"what\":\"changed\"")); at++)
                n++;
        assert_int_equal(n, 50);
        assert_null(strstr(text, "joined"));
        assert_non_null(strstr(text, "\"rest\":2}"));
        free(text);
        kit_close(&kit);
}

static uint8_t today(struct kit *kit, uint32_t person, store_day day, uint32_t want)
{
        struct effect load = kit_by_person(person, WANT_PERSON | want);
        load.load.day = day;
        struct dossier *d = kit_load(kit, &load);
        uint8_t n = d->person.receipts_today;
        free(d);
        return n;
}

static void test_counted_by_day(void **state)
{
        struct kit kit;
        store_day day = (store_day)(NOW / DAY_MS);
        (void)state;
        open_with_people(&kit);
        assert_int_equal(today(&kit, GUEST, day, WANT_RECEIPTS), 0);
        say(&kit, GUEST, RECEIPT_JOINED, NOW, 0);
        say(&kit, OTHER, RECEIPT_JOINED, NOW, 0);
        assert_int_equal(today(&kit, GUEST, day, WANT_RECEIPTS), 1);
        assert_int_equal(today(&kit, GUEST, day, 0), 0); /* it is not asked for */
        for (uint32_t i = 1; i <= RECEIPTS_A_DAY; i++)
                say(&kit, GUEST, RECEIPT_CHANGED, NOW + i, 0);
        assert_int_equal(today(&kit, GUEST, day, WANT_RECEIPTS), RECEIPTS_A_DAY);
        assert_int_equal(today(&kit, GUEST, day + 1, WANT_RECEIPTS), 0);
        say(&kit, GUEST, RECEIPT_CHANGED, NOW + DAY_MS, 0);
        assert_int_equal(today(&kit, GUEST, day + 1, WANT_RECEIPTS), 1);
        assert_int_equal(today(&kit, OTHER, day, WANT_RECEIPTS), 1);
        kit_close(&kit);
}

/* Takes answers until that of `tag`; says whether it has the word. *committed: the commit's has come. */
static bool take(struct kit *kit, uint64_t commit, uint64_t tag, bool *committed)
{
        for (;;) {
                struct store_answer *a = store_answers(kit->store), *next;
                for (bool done = false, has = false; a; a = next) {
                        next = a->next;
                        *committed |= a->tag == commit;
                        if (a->tag == tag) {
                                done = true;
                                has = strstr(a->text, "joined") != NULL;
                        }
                        store_answer_free(a);
                        if (done && !next)
                                return has;
                }
                struct pollfd wait = {.fd = kit->wake, .events = POLLIN};
                uint64_t n;
                assert_int_equal(poll(&wait, 1, 20000), 1);
                assert_int_equal(read(kit->wake, &n, sizeof n), (int)sizeof n);
        }
}

/* A power cut may undo what is not flushed yet: whoever has been told of a receipt must find it again. */
static void test_told_when_it_is_on_disk(void **state)
{
        struct kit kit;
        struct write w[2];
        struct receipt_wanted wanted = {.ask = RECEIPT_ASK_LIST, .person = GUEST};
        bool committed = false, told = false;
        (void)state;
        shim_install();
        open_with_people(&kit);
        shim_slow(100000);
        word(w, GUEST, RECEIPT_JOINED, NOW);
        uint64_t commit = ++kit.tag;
        assert_int_equal(store_commit(kit.store, commit, w, 2), 0);
        while (!told) {
                assert_int_equal(store_receipts(kit.store, ++kit.tag, &wanted), 0);
                told = take(&kit, commit, kit.tag, &committed);
        }
        assert_true(committed);
        shim_slow(0);
        kit_close(&kit);
        shim_remove();
}

/* One without the other would be a word without proof, or a proof of nothing. */
static void test_with_its_events_or_not_at_all(void **state)
{
        struct kit kit;
        (void)state;
        open_with_people(&kit);
        struct uuid id = say(&kit, GUEST, RECEIPT_JOINED, NOW, 0);
        struct write again[2] = {kit_consent(GUEST, CATEGORY_ONLINE, CONSENT_GIVEN, 0, NOW + 1),
                {.kind = WRITE_RECEIPT,
                        .receipt = {.id = id, .person = GUEST, .what = RECEIPT_CHANGED, .at = NOW + 1}}};
        assert_int_equal(kit_commit(&kit, again, 2), 1); /* a number that is there */
        struct effect load = kit_by_person(GUEST, WANT_PERSON);
        load.load.now = NOW + 2;
        struct dossier *d = kit_load(&kit, &load);
        for (uint32_t i = 0; i < d->n_consents; i++)
                assert_int_not_equal(d->consents[i].category, CATEGORY_ONLINE);
        free(d);
        kit_close(&kit);
}

static int run(const struct kit *kit, const char *sql)
{
        char path[160];
        sqlite3 *db = NULL;
        snprintf(path, sizeof path, "%s/store.db", kit->dir);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
        sqlite3_close(db);
        return rc;
}

static void test_it_never_changes(void **state)
{
        struct kit kit;
        (void)state;
        open_with_people(&kit);
        say(&kit, GUEST, RECEIPT_JOINED, NOW, 0);
        store_close(kit.store);
        kit.store = NULL;
        assert_int_not_equal(run(&kit, "UPDATE receipt SET text = 'x'"), SQLITE_OK);
        assert_int_not_equal(run(&kit, "DELETE FROM receipt"), SQLITE_OK);
        assert_int_equal(
                run(&kit, "CREATE TEMP TABLE t AS SELECT 1 / (count(*) = 1 AND max(language) = 'en' AND "
                          "max(method) = 3 AND max(actor) = 1 AND max(length(page)) = 32) AS ok FROM "
                          "consent_event AS e JOIN receipt AS r ON r.id = e.receipt; CREATE TEMP TABLE u "
                          "(ok NOT NULL); INSERT INTO u SELECT ok FROM t"),
                SQLITE_OK);
        kit_reopen(&kit);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_signed_with_a_key_that_stays),
                cmocka_unit_test(test_told_to_whose_it_is), cmocka_unit_test(test_listed_newest_first),
                cmocka_unit_test(test_counted_by_day), cmocka_unit_test(test_told_when_it_is_on_disk),
                cmocka_unit_test(test_with_its_events_or_not_at_all),
                cmocka_unit_test(test_it_never_changes)};
        return cmocka_run_group_tests_name("receipts", tests, NULL, NULL);
}
