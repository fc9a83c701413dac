/* Managers' accounts on disk, what a journal keeps of them, and the thread that looks at passwords. */
#include "tests/store/kit.h"

#include "server/common/ids.h"
#include "server/hub/journal.h"
#include "server/hub/store/sense.h"
#include "server/hub/keys.h"
#include "server/hub/prove.h"

#include <poll.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define TODAY    20522 /* of NOW */
#define PASSWORD "three words and a horse"

static const char key_text[MANAGER_TOTP_BYTES + 1] = "a key of 20 letters!";

/* ---- on disk ---- */
static struct write account(uint32_t associate, const char *hash, uint32_t failures)
{
        struct write w = {.kind = WRITE_MANAGER,
                .manager = {.associate = associate,
                        .step = 59000000,
                        .failures = failures,
                        .closed_at = NOW,
                        .closed_ms = 60000}};
        snprintf(w.manager.secret.hash, sizeof w.manager.secret.hash, "%s", hash);
        memcpy(w.manager.secret.totp, key_text, sizeof w.manager.secret.totp);
        return w;
}

static void read_all(struct kit *kit, struct snapshot *out)
{
        struct store_error error;
        if (store_snapshot(kit->store, NOW, TODAY, out, &error) != 0)
                fail_msg("%s", error.text);
}

static bool in_file(const char *path, const void *bytes, size_t len)
{
        FILE *file = fopen(path, "re");
        if (!file)
                return false;
        fseek(file, 0, SEEK_END);
        size_t size = (size_t)ftell(file);
        char *all = malloc(size + 1);
        assert_non_null(all);
        rewind(file);
        assert_int_equal(fread(all, 1, size, file), size);
        bool found = memmem(all, size, bytes, len) != NULL;
        free(all);
        fclose(file);
        return found;
}

static bool on_disk(const struct kit *kit, const char *text)
{
        char base[256], log[256];
        snprintf(base, sizeof base, "%s/store.db", kit->dir);
        snprintf(log, sizeof log, "%s/store.db-wal", kit->dir);
        return in_file(base, text, strlen(text)) || in_file(log, text, strlen(text));
}

static void an_account_comes_back_as_it_was(void **state)
{
        struct kit kit;
        struct snapshot s;
        (void)state;
        kit_open(&kit);
        struct write w[2] = {account(7, "hash of seven", 5), account(0, "", 12)};
        assert_int_equal(kit_commit(&kit, w, 2), 0);
        kit_reopen(&kit);
        read_all(&kit, &s);
        assert_int_equal(s.n_managers, 1); /* that of strangers is read by nobody */
        assert_memory_equal(&s.managers[0], &w[0].manager, sizeof s.managers[0]);
        snapshot_free(&s);
        assert_true(on_disk(&kit, "hash of seven"));
        assert_false(on_disk(&kit, key_text));
        struct write gone = {.kind = WRITE_MANAGER_GONE, .manager_gone = {7}};
        assert_int_equal(kit_commit(&kit, &gone, 1), 0);
        read_all(&kit, &s);
        assert_int_equal(s.n_managers, 0);
        snapshot_free(&s);
        kit_close(&kit);
}

/* Nobody is signed in past a key that was moved from another row. */
static void a_key_counts_in_its_own_row(void **state)
{
        struct kit kit;
        struct snapshot s;
        struct store_error error;
        char path[256];
        sqlite3 *db;
        (void)state;
        kit_open(&kit);
        struct write w[2] = {account(7, "seven", 0), account(8, "eight", 0)};
        assert_int_equal(kit_commit(&kit, w, 2), 0);
        store_close(kit.store);
        snprintf(path, sizeof path, "%s/store.db", kit.dir);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db,
                                 "UPDATE manager SET totp = (SELECT totp FROM manager WHERE associate = 8)"
                                 " WHERE associate = 7",
                                 NULL, NULL, NULL),
                SQLITE_OK);
        sqlite3_close(db);
        assert_int_equal(store_open(&kit.options, &kit.store, &error), 0);
        assert_int_equal(store_snapshot(kit.store, NOW, TODAY, &s, &error), -1);
        kit_close(&kit);
}

static bool has_session(struct kit *kit, const char *token, wall_ms *seen)
{
        struct effect load = {.kind = EFFECT_LOAD, .load = {.by = LOAD_BY_TOKEN, .key = kit_digest(token)}};
        struct dossier *d = kit_load(kit, &load);
        bool found = (d->found & DOSSIER_SESSION) != 0;
        *seen = d->session.seen;
        free(d);
        return found;
}

static struct write session(const char *token, enum session_kind kind)
{
        return (struct write){.kind = WRITE_SESSION,
                .session = {.token = kit_digest(token),
                        .row = {.kind = (uint8_t)kind, .subject = 7, .expires = NOW + HOUR_MS, .seen = NOW}}};
}

static void only_consoles_end(void **state)
{
        struct kit kit;
        wall_ms seen;
        (void)state;
        kit_open(&kit);
        struct write w[4] = {session("one", SESSION_CONSOLE), session("two", SESSION_CONSOLE),
                session("hers", SESSION_PHONE),
                {.kind = WRITE_SESSION_SEEN, .session_seen = {kit_digest("one"), NOW + MINUTE_MS}}};
        assert_int_equal(kit_commit(&kit, w, 4), 0);
        assert_true(has_session(&kit, "one", &seen));
        assert_true(seen == NOW + MINUTE_MS);
        struct write end = {.kind = WRITE_SESSION_END, .session_end = {.token = kit_digest("one")}};
        assert_int_equal(kit_commit(&kit, &end, 1), 0);
        assert_false(has_session(&kit, "one", &seen));
        assert_true(has_session(&kit, "two", &seen));
        assert_true(seen == NOW);
        end.session_end.token = kit_digest("hers");
        assert_int_equal(kit_commit(&kit, &end, 1), 0);
        assert_true(has_session(&kit, "hers", &seen));
        end.session_end.associate = 7;
        end.session_end.consoles_only = true;
        assert_int_equal(kit_commit(&kit, &end, 1), 0);
        assert_false(has_session(&kit, "two", &seen));
        assert_true(has_session(&kit, "hers", &seen));
        kit_close(&kit);
}

/* ---- devices ---- */
static struct write link_of(const char *secret, uint32_t associate)
{
        return (struct write){.kind = WRITE_LINK,
                .link = {.secret = kit_digest(secret),
                        .row = {.kind = LINK_HANDHELD, .associate = associate, .expires = NOW + HOUR_MS}}};
}

static bool has_link(struct kit *kit, const char *secret)
{
        struct effect load = {.kind = EFFECT_LOAD, .load = {.by = LOAD_BY_LINK, .key = kit_digest(secret)}};
        struct dossier *d = kit_load(kit, &load);
        bool found = (d->found & DOSSIER_LINK) != 0;
        free(d);
        return found;
}

static struct dossier *list(struct kit *kit, unsigned kinds, uint32_t associate, const char *token)
{
        struct effect load = {.kind = EFFECT_LOAD,
                .load = {
                        .by = LOAD_BY_SESSIONS, .kinds = (uint8_t)kinds, .associate = associate, .now = NOW}};
        if (token) {
                load.load.key = kit_digest(token);
                load.load.key_bytes = 5;
        }
        return kit_load(kit, &load);
}

static void devices_are_listed_newest_first(void **state)
{
        struct kit kit;
        (void)state;
        kit_open(&kit);
        struct write w[5] = {session("phone", SESSION_PHONE), session("console", SESSION_CONSOLE),
                session("hers", SESSION_HANDHELD), session("till", SESSION_TILL),
                session("over", SESSION_HANDHELD)};
        for (int i = 0; i < 5; i++)
                w[i].session.row.paired = NOW + i;
        w[3].session.row.subject = 0;
        snprintf(w[3].session.label, sizeof w[3].session.label, "first floor");
        w[4].session.row.expires = NOW;
        assert_int_equal(kit_commit(&kit, w, 5), 0);
        struct dossier *d = list(&kit, 0xff, 0, NULL);
        const struct session_listed *s = dossier_sessions(d);
        assert_int_equal(d->n_sessions, 3);
        assert_int_equal(d->sessions_rest, 0);
        struct digest till = kit_digest("till"), hers = kit_digest("hers");
        assert_memory_equal(&s[0].token, &till, sizeof till);
        assert_string_equal(s[0].label, "first floor");
        assert_memory_equal(&s[1].token, &hers, sizeof hers);
        assert_int_equal(s[1].row.kind, SESSION_HANDHELD);
        assert_true(s[1].row.paired == NOW + 2 && s[1].row.seen == NOW && s[1].row.subject == 7);
        free(d);
        d = list(&kit, 1u << SESSION_HANDHELD, 7, NULL);
        assert_int_equal(d->n_sessions, 1);
        free(d);
        d = list(&kit, 0xff, 8, NULL);
        assert_int_equal(d->n_sessions, 0);
        free(d);
        d = list(&kit, 0xff, 0, "till");
        assert_int_equal(d->n_sessions, 1);
        free(d);
        d = list(&kit, 0xff, 0, "phone");
        assert_int_equal(d->n_sessions, 0);
        free(d);
        kit_close(&kit);
}

static void no_more_are_listed_than_there_is_room_for(void **state)
{
        struct kit kit;
        char name[16];
        (void)state;
        kit_open(&kit);
        for (int i = 0; i < SESSIONS_LISTED_MAX + 3; i++) {
                snprintf(name, sizeof name, "one %d", i);
                struct write w = session(name, SESSION_HANDHELD);
                w.session.row.paired = NOW + i;
                assert_int_equal(kit_commit(&kit, &w, 1), 0);
        }
        struct dossier *d = list(&kit, 0xff, 0, NULL);
        assert_int_equal(d->n_sessions, SESSIONS_LISTED_MAX);
        assert_int_equal(d->sessions_rest, 3);
        assert_true(dossier_sessions(d)[0].row.paired == NOW + SESSIONS_LISTED_MAX + 2);
        free(d);
        kit_close(&kit);
}

static void all_of_an_associate_end_with_her_links(void **state)
{
        struct kit kit;
        wall_ms seen;
        (void)state;
        kit_open(&kit);
        struct write w[6] = {session("phone", SESSION_PHONE), session("console", SESSION_CONSOLE),
                session("hers", SESSION_HANDHELD), session("another", SESSION_HANDHELD), link_of("to her", 7),
                link_of("to another", 8)};
        w[3].session.row.subject = 8;
        assert_int_equal(kit_commit(&kit, w, 6), 0);
        struct write end = {.kind = WRITE_SESSION_END, .session_end = {.associate = 7}};
        assert_int_equal(sense_of(&end, 1), SENSE_TAKES_BACK);
        assert_int_equal(kit_commit(&kit, &end, 1), 0);
        assert_true(
                has_session(&kit, "phone", &seen)); /* a customer's, whose number happens to be the same */
        assert_false(has_session(&kit, "console", &seen));
        assert_false(has_session(&kit, "hers", &seen));
        assert_true(has_session(&kit, "another", &seen));
        assert_false(has_link(&kit, "to her"));
        assert_true(has_link(&kit, "to another"));
        struct write agent = {.kind = WRITE_SENSOR, .sensor = {.id = 1, .name = "door", .paired = true}};
        assert_int_equal(sense_of(&agent, 1), SENSE_ADDS);
        agent.sensor.paired = false;
        assert_int_equal(sense_of(&agent, 1), SENSE_TAKES_BACK);
        kit_close(&kit);
}

/* ---- in a journal ---- */
static void a_journal_keeps_no_password(void **state)
{
        struct kit kit;
        struct journal *j;
        struct journal_error error;
        struct hub_settings settings = {0}, found;
        struct event ev;
        char path[256];
        (void)state;
        kit_open(&kit);
        struct write w = account(7, "hash of seven", 5);
        assert_int_equal(kit_commit(&kit, &w, 1), 0);
        struct snapshot s;
        read_all(&kit, &s);
        snprintf(path, sizeof path, "%s/journal", kit.dir);
        assert_int_equal(journal_create(path, &settings, &j, &error), 0);
        struct message m = {.type = MESSAGE_SIGN_IN,
                .sign_in = {.name = "karin", .password = PASSWORD, .code = "654321"}};
        struct event asked = {.kind = EVENT_REQUEST, .request = {.request = 3, .message = &m}};
        struct event start = {.kind = EVENT_START, .start = {&s}};
        struct event proved = {.kind = EVENT_PROVED, .proved = {9, {.right = true, .step = 59000001}}};
        snprintf(proved.proved.result.made.hash, sizeof proved.proved.result.made.hash, "hash of nine");
        memcpy(proved.proved.result.made.totp, key_text, sizeof proved.proved.result.made.totp);
        assert_int_equal(journal_write(j, &start), 0);
        assert_int_equal(journal_write(j, &asked), 0);
        assert_int_equal(journal_write(j, &proved), 0);
        journal_close(j);
        assert_string_equal(m.sign_in.password, PASSWORD); /* whoever proves it still needs it */
        assert_string_equal(proved.proved.result.made.hash, "hash of nine");
        static const char *const secrets[] = {PASSWORD, "654321", "hash of", key_text};
        for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
                assert_false(in_file(path, secrets[i], strlen(secrets[i])));
        assert_true(in_file(path, "karin", 5));

        assert_int_equal(journal_open(path, &found, &j, &error), 0);
        assert_int_equal(journal_read(j, &ev), 1);
        assert_int_equal(ev.start.snapshot->n_managers, 1);
        assert_int_equal(ev.start.snapshot->managers[0].failures, 5);
        assert_int_equal(journal_read(j, &ev), 1);
        assert_int_equal(strlen(ev.request.message->sign_in.password), 12);
        assert_string_equal(ev.request.message->sign_in.code, "000000");
        assert_int_equal(journal_read(j, &ev), 1);
        assert_true(ev.proved.result.right && ev.proved.result.step == 59000001);
        journal_close(j);
        snapshot_free(&s);
        kit_close(&kit);
}

/* ---- codes ---- */
/* RFC 4226, appendix D, and the last six digits of RFC 6238, appendix B, for SHA-1. */
static void codes_are_those_of_the_rfcs(void **state)
{
        (void)state;
        static const uint8_t key[] = "12345678901234567890";
        static const char *const counters[] = {"755224", "287082", "359152", "969429", "338314", "254676",
                "287922", "162583", "399871", "520489"};
        static const struct {
                int64_t second;
                const char *code;
        } times[] = {{59, "287082"}, {1111111109, "081804"}, {1111111111, "050471"}, {1234567890, "005924"},
                {2000000000, "279037"}, {20000000000, "353130"}};
        char code[7];
        for (size_t i = 0; i < ARRAY_LEN(counters); i++) {
                prove_code(key, 20, (int64_t)i, code);
                assert_string_equal(code, counters[i]);
        }
        for (size_t i = 0; i < ARRAY_LEN(times); i++) {
                int64_t step = times[i].second / 30;
                assert_true(prove_step(key, 20, step, times[i].code) == step);
                assert_true(prove_step(key, 20, step + 1, times[i].code) == step);
                assert_true(prove_step(key, 20, step - 1, times[i].code) == step);
                assert_true(prove_step(key, 20, step + 2, times[i].code) == 0);
                assert_true(prove_step(key, 20, step - 2, times[i].code) == 0);
        }
        static const char none[7] = "", fewer[7] = "28708";
        assert_true(prove_step(key, 20, 1, none) == 0);
        assert_true(prove_step(key, 20, 1, fewer) == 0);
}

/* ---- the thread ---- */
static struct prove *prove;
static int wake;

static void open_prove(void)
{
        assert_int_equal(ids_init(), 0);
        wake = eventfd(0, EFD_CLOEXEC);
        struct prove_options options = {.memory_mib = 8, .passes = 1, .wake_fd = wake};
        assert_int_equal(prove_open(&options, &prove), 0);
}

static void close_prove(void)
{
        prove_close(prove);
        close(wake);
}

static struct effect task(uint32_t ticket, enum prove_what what, const char *password, const char *code)
{
        struct effect e = {.kind = EFFECT_PROVE, .prove = {.ticket = ticket, .what = what, .step = 59000000}};
        snprintf(e.prove.password, sizeof e.prove.password, "%s", password);
        snprintf(e.prove.code, sizeof e.prove.code, "%s", code);
        memcpy(e.prove.secret.totp, key_text, sizeof e.prove.secret.totp);
        return e;
}

static struct prove_done wait_done(void)
{
        struct prove_done done;
        while (!prove_take(prove, &done)) {
                struct pollfd fd = {.fd = wake, .events = POLLIN};
                uint64_t count;
                assert_int_equal(poll(&fd, 1, 60000), 1);
                assert_int_equal(read(wake, &count, sizeof count), sizeof count);
        }
        return done;
}

static void a_password_is_known_again(void **state)
{
        (void)state;
        char code[7];
        open_prove();
        prove_code((const uint8_t *)key_text, MANAGER_TOTP_BYTES, 59000000, code);
        struct effect e = task(1, PROVE_SET, PASSWORD, code);
        assert_int_equal(prove_submit(prove, &e), 0);
        assert_string_equal(e.prove.password, ""); /* wiped where it came from */
        struct prove_done set = wait_done();
        assert_int_equal(set.ticket, 1);
        assert_true(set.result.right && set.result.step == 59000000);
        assert_int_equal(strncmp(set.result.made.hash, "$argon2id$v=19$m=8192,t=1,p=1$", 30), 0);

        static const struct {
                const char *password;
                bool account, code, right;
        } tries[] = {{PASSWORD, true, true, true}, {PASSWORD, true, false, true},
                {"three words", true, true, false}, {PASSWORD, false, true, false}, {"", true, true, false}};
        for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
                e = task(2, PROVE_CHECK, tries[i].password, tries[i].code ? code : "000000");
                if (tries[i].account)
                        memcpy(e.prove.secret.hash, set.result.made.hash, sizeof e.prove.secret.hash);
                assert_int_equal(prove_submit(prove, &e), 0);
                struct prove_done done = wait_done();
                assert_int_equal(done.result.right, tries[i].right);
                assert_int_equal(done.result.step != 0, tries[i].code);
                assert_false(done.result.busy);
        }
        close_prove();
}

static void keys_are_drawn_anew(void **state)
{
        (void)state;
        struct prove_done one, two;
        open_prove();
        struct effect e = task(1, PROVE_BEGIN, "", "");
        assert_int_equal(prove_submit(prove, &e), 0);
        one = wait_done();
        e = task(2, PROVE_BEGIN, "", "");
        assert_int_equal(prove_submit(prove, &e), 0);
        two = wait_done();
        assert_memory_not_equal(one.result.made.totp, two.result.made.totp, MANAGER_TOTP_BYTES);
        assert_false(sodium_is_zero(one.result.made.totp, MANAGER_TOTP_BYTES));
        close_prove();
}

/* One runs and two wait, in their order; a fourth is refused, and its password wiped all the same. */
static void two_wait_at_most(void **state)
{
        (void)state;
        open_prove();
        uint32_t taken = 0;
        for (uint32_t i = 1; i <= 4; i++) {
                struct effect e = task(i, PROVE_CHECK, PASSWORD, "000000");
                int rc = prove_submit(prove, &e);
                assert_int_equal(rc, i == 4);
                assert_string_equal(e.prove.password, "");
                taken += rc == 0;
        }
        /* None is taken back before somebody asks for it, so the fourth had no place however fast they were.
         */
        for (uint32_t i = 1; i <= taken; i++)
                assert_int_equal(wait_done().ticket, i);
        struct effect e = task(5, PROVE_CHECK, PASSWORD, "000000");
        assert_int_equal(prove_submit(prove, &e), 0);
        close_prove(); /* whatever still waits goes with it */
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(an_account_comes_back_as_it_was),
                cmocka_unit_test(a_key_counts_in_its_own_row),
                cmocka_unit_test(only_consoles_end),
                cmocka_unit_test(devices_are_listed_newest_first),
                cmocka_unit_test(no_more_are_listed_than_there_is_room_for),
                cmocka_unit_test(all_of_an_associate_end_with_her_links),
                cmocka_unit_test(a_journal_keeps_no_password),
                cmocka_unit_test(codes_are_those_of_the_rfcs),
                cmocka_unit_test(a_password_is_known_again),
                cmocka_unit_test(keys_are_drawn_anew),
                cmocka_unit_test(two_wait_at_most),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
