/* The pages on which people agreed, kept by their digests: whole, once, and as long as an event names them
 * [P158-P160].
 */
#include "tests/store/kit.h"

#include <jansson.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GUEST 0x80000000u

/* A store, and the folder of pages that its hub serves. */
struct shop {
        struct kit kit;
        char pages[160], page[192];
        struct digest digest;
        struct receipt_house house;
};

static void put(const struct shop *shop, const char *name, const char *text)
{
        char path[256];
        snprintf(path, sizeof path, "%s/%s", shop->pages, name);
        FILE *file = fopen(path, "we");
        assert_non_null(file);
        assert_true(fputs(text, file) >= 0);
        assert_int_equal(fclose(file), 0);
}

static void name_file(char *html, size_t room, const char *name, const char *text)
{
        uint8_t is[32];
        char sha[64];
        size_t len = strlen(html);
        crypto_hash_sha256(is, (const uint8_t *)text, strlen(text));
        sodium_bin2base64(sha, sizeof sha, is, sizeof is, sodium_base64_VARIANT_ORIGINAL);
        snprintf(html + len, room - len, "<link href=\"/%s\" integrity=\"sha256-%s\">\n", name, sha);
}

/* The pages of a version: its script is its own, the style that of every version. */
static void install(struct shop *shop, const char *script)
{
        static const char *const files[][2] = {{"a/customer.css", "b{}"},
                {"a/notice-visit-alerts-1-en.json", "{\"say\":\"one\"}"},
                {"a/notice-visit-alerts-1-sv.json", "{\"say\":\"ett\"}"}};
        char html[2048] = "<!doctype html>\n";
        put(shop, "a/customer.js", script);
        name_file(html, sizeof html, "a/customer.js", script);
        for (size_t i = 0; i < ARRAY_LEN(files); i++) {
                put(shop, files[i][0], files[i][1]);
                name_file(html, sizeof html, files[i][0], files[i][1]);
        }
        put(shop, "index.html", html);
        crypto_hash_sha256(shop->digest.b, (const uint8_t *)html, strlen(html));
}

static void open_shop(struct shop *shop)
{
        char folder[192];
        memset(shop, 0, sizeof *shop);
        kit_open(&shop->kit);
        snprintf(shop->pages, sizeof shop->pages, "%s-pages", shop->kit.dir);
        snprintf(shop->page, sizeof shop->page, "%s/index.html", shop->pages);
        snprintf(folder, sizeof folder, "%s/a", shop->pages);
        assert_int_equal(mkdir(shop->pages, 0700), 0);
        assert_int_equal(mkdir(folder, 0700), 0);
        shop->house = (struct receipt_house){
                .name = "Example Stores AB", .jurisdiction = "EU", .store = "main", .page = &shop->digest};
        shop->kit.options.house = &shop->house;
        shop->kit.options.page = shop->page;
        install(shop, "first()");
        kit_reopen(&shop->kit);
        struct write guest = {.kind = WRITE_GUEST, .guest = {.person = GUEST}};
        assert_int_equal(kit_commit(&shop->kit, &guest, 1), 0);
}

static void close_shop(struct shop *shop)
{
        char folder[192];
        snprintf(folder, sizeof folder, "%s/a", shop->pages);
        kit_remove(folder);
        kit_remove(shop->pages);
        kit_close(&shop->kit);
}

/* A word on the page that is served; out: the number of its receipt as text. */
static void say(struct shop *shop, const char *language, wall_ms at, char out[37])
{
        struct write w[2] = {
                kit_consent(GUEST, CATEGORY_PRESENCE, CONSENT_GIVEN, 0, at), {.kind = WRITE_RECEIPT}};
        w[0].consent.row.purpose = PURPOSE_ALERT;
        w[0].consent.row.notice = 1;
        w[0].consent.method = METHOD_PAGE;
        w[0].consent.actor = ACTOR_PRINCIPAL;
        snprintf(w[0].consent.language, sizeof w[0].consent.language, "%s", language);
        w[1].receipt = (struct receipt_row){.id = kit_uuid(),
                .person = GUEST,
                .at = at,
                .day = (store_day)(at / DAY_MS),
                .what = RECEIPT_CHANGED,
                .method = METHOD_PAGE,
                .n_events = 1,
                .events = {{w[0].consent.id, at + DAY_MS, PURPOSE_ALERT, CATEGORY_PRESENCE, CONSENT_GIVEN,
                        MODE_ASK}}};
        snprintf(w[1].receipt.language, sizeof w[1].receipt.language, "%s", language);
        w[0].consent.receipt = w[1].receipt.id;
        assert_int_equal(kit_commit(&shop->kit, w, 2), 0);
        sodium_bin2hex(out, 37, w[1].receipt.id.b, 16);
        for (size_t at_dash = 8; at_dash < 24; at_dash += 5) {
                memmove(out + at_dash + 1, out + at_dash, strlen(out + at_dash) + 1);
                out[at_dash] = '-';
        }
}

static json_t *report(struct shop *shop, enum store_report what, const char *subject)
{
        char *text = kit_report(&shop->kit, what, subject, NOW);
        json_t *object = text ? json_loads(text, 0, NULL) : NULL;
        free(text);
        assert_non_null(object);
        return object;
}

static long long counted(struct shop *shop, const char *what)
{
        json_t *answer = report(shop, REPORT_SHOWN_CHECK, "");
        const json_t *value = json_object_get(answer, what);
        long long n = json_is_array(value) ? (long long)json_array_size(value) : json_integer_value(value);
        json_decref(answer);
        return n;
}

/* The page of that receipt is there with that script and that notice, and its SHA-256 is `digest`. */
static void expect(struct shop *shop, const char *receipt, const struct digest *digest, const char *script,
        const char *notice)
{
        char hex[65], text[64];
        bool found = false;
        size_t i;
        json_t *file, *answer = report(shop, REPORT_SHOWN, receipt);
        sodium_bin2hex(hex, sizeof hex, digest->b, 32);
        sodium_bin2base64(
                text, sizeof text, (const uint8_t *)script, strlen(script), sodium_base64_VARIANT_ORIGINAL);
        const char *page = json_string_value(json_object_get(answer, "page"));
        if (!page || strcmp(page, hex) != 0)
                fail_msg("the page of receipt %s is not kept", receipt);
        file = json_array_get(json_object_get(answer, "files"), 0);
        assert_string_equal(json_string_value(json_object_get(file, "sha256")), hex);
        json_array_foreach(json_object_get(answer, "files"), i, file) found |=
                strcmp(json_string_value(json_object_get(file, "base64")), text) == 0;
        assert_true(found);
        assert_int_equal(json_array_size(json_object_get(answer, "files")), 5);
        assert_string_equal(json_string_value(json_object_get(answer, "notice")), notice);
        json_decref(answer);
}

#define EN "a/notice-visit-alerts-1-en.json"
#define SV "a/notice-visit-alerts-1-sv.json"

static void each_page_that_was_agreed_on_can_be_shown_again(void **state)
{
        struct shop shop;
        char first[37], second[37], third[37];
        (void)state;
        open_shop(&shop);
        struct digest before = shop.digest;
        say(&shop, "en", NOW, first);
        say(&shop, "sv", NOW + 1, second);
        install(&shop, "second()");
        kit_reopen(&shop.kit);
        say(&shop, "sv", NOW + 2, third);
        expect(&shop, first, &before, "first()", EN);
        expect(&shop, second, &before, "first()", SV);
        expect(&shop, third, &shop.digest, "second()", SV);
        assert_int_equal(counted(&shop, "wrong"), 0);
        assert_int_equal(counted(&shop, "events"), 3);
        assert_int_equal(counted(&shop, "kept"), 2);
        assert_int_equal(counted(&shop, "entries"), 2 + 2 + 3); /* what both have is kept once */
        close_shop(&shop);
}

static void a_page_that_nobody_agreed_on_goes(void **state)
{
        struct shop shop;
        (void)state;
        open_shop(&shop);
        install(&shop, "second()");
        kit_reopen(&shop.kit);
        assert_int_equal(counted(&shop, "kept"), 1);
        assert_int_equal(counted(&shop, "entries"), 1 + 1 + 3);
        close_shop(&shop);
}

static void change(struct shop *shop, const char *sql)
{
        char path[192];
        sqlite3 *db;
        store_close(shop->kit.store);
        shop->kit.store = NULL;
        snprintf(path, sizeof path, "%s/store.db", shop->kit.dir);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
        kit_reopen(&shop->kit);
}

static void a_changed_byte_is_noticed(void **state)
{
        struct shop shop;
        char receipt[37];
        (void)state;
        open_shop(&shop);
        say(&shop, "en", NOW, receipt);
        assert_int_equal(counted(&shop, "wrong"), 0);
        change(&shop,
                "DROP TRIGGER shown_never_changes;"
                "UPDATE shown SET bytes = CAST('First()' AS BLOB) WHERE bytes = CAST('first()' AS BLOB)");
        assert_int_equal(counted(&shop, "wrong"), 1);
        change(&shop, "DELETE FROM shown WHERE kind = 3 AND instr(bytes, CAST('ett' AS BLOB)) > 0");
        assert_int_equal(counted(&shop, "wrong"), 2);
        change(&shop, "UPDATE shown SET bytes = CAST(bytes || ' ' AS BLOB) WHERE kind = 1");
        assert_int_equal(counted(&shop, "wrong"), 1);
        close_shop(&shop);
}

/* Half a page proves nothing, and a store without its page goes on. */
static void a_page_that_is_not_whole_is_not_kept(void **state)
{
        struct shop shop;
        char receipt[37];
        (void)state;
        open_shop(&shop);
        install(&shop, "second()");
        put(&shop, "a/customer.js", "other()");
        kit_reopen(&shop.kit);
        say(&shop, "en", NOW, receipt);
        assert_int_equal(counted(&shop, "kept"), 1); /* the first */
        assert_int_equal(counted(&shop, "wrong"), 1);
        json_t *answer = report(&shop, REPORT_SHOWN, receipt);
        assert_string_equal(json_string_value(json_object_get(answer, "why")), "page");
        json_decref(answer);
        close_shop(&shop);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(each_page_that_was_agreed_on_can_be_shown_again),
                cmocka_unit_test(a_page_that_nobody_agreed_on_goes),
                cmocka_unit_test(a_changed_byte_is_noticed),
                cmocka_unit_test(a_page_that_is_not_whole_is_not_kept),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
