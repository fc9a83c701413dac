/* PINs and who is signed in, on disk; what a journal keeps of them; and the thread that looks at them. */
#include "tests/store/kit.h"

#include "proto/pin_text.h"
#include "server/common/ids.h"
#include "server/hub/journal.h"
#include "server/hub/prove.h"
#include "server/hub/store/sense.h"

#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define TODAY 20522 /* of NOW */
#define HASH  "$argon2id$made up for this test"

static struct write device(uint8_t first, uint32_t subject)
{
        struct write w = {.kind = WRITE_SESSION};
        w.session.token.b[0] = first;
        w.session.row = (struct session_row){
                .kind = SESSION_HANDHELD, .subject = subject, .expires = NOW + DAY_MS, .paired = NOW};
        return w;
}

static struct write about(enum write_kind kind, uint8_t first)
{
        struct write w = {.kind = kind, .sign = {.at = NOW}};
        w.sign.token.b[0] = first;
        return w;
}

static struct session_row row_of(struct kit *kit, uint8_t first)
{
        struct effect load = {.load = {.by = LOAD_BY_TOKEN, .now = NOW}};
        load.load.key.b[0] = first;
        struct dossier *d = kit_load(kit, &load);
        assert_true(d->found & DOSSIER_SESSION);
        struct session_row row = d->session;
        free(d);
        return row;
}

static void sign_in(struct kit *kit, uint8_t first, uint32_t who, bool nowhere_else)
{
        struct write w = about(WRITE_SIGN_IN, first);
        w.sign.associate = who;
        w.sign.nowhere_else = nowhere_else;
        assert_int_equal(kit_commit(kit, &w, 1), 0);
}

static void who_is_signed_in_where(void **state)
{
        struct kit *kit = *state;
        struct write w[3] = {device(1, 7), device(2, 8), device(3, 7)};
        assert_int_equal(kit_commit(kit, w, 3), 0);
        assert_int_equal(row_of(kit, 1).who, 0);
        struct write wrong = about(WRITE_SIGN_TRIES, 1);
        wrong.sign.tries = 3;
        assert_int_equal(kit_commit(kit, &wrong, 1), 0);
        assert_int_equal(row_of(kit, 1).tries, 3);
        sign_in(kit, 1, 7, true);
        assert_int_equal(row_of(kit, 1).who, 7);
        assert_int_equal(row_of(kit, 1).tries, 0);
        assert_true(row_of(kit, 1).signed_at == NOW && row_of(kit, 1).life_at == NOW);
        struct write life = about(WRITE_SIGN_LIFE, 1);
        life.sign.at = NOW + MINUTE_MS;
        struct write nobody = about(WRITE_SIGN_LIFE, 3); /* where nobody is there is no life */
        assert_int_equal(kit_commit(kit, (struct write[]){life, nobody}, 2), 0);
        assert_true(row_of(kit, 1).life_at == NOW + MINUTE_MS && row_of(kit, 3).life_at == 0);
        sign_in(kit, 2, 7, true); /* on a colleague's: it ends in the same group */
        assert_int_equal(row_of(kit, 1).who, 0);
        assert_int_equal(row_of(kit, 2).who, 7);
        sign_in(kit, 3, 7, false);
        assert_int_equal(row_of(kit, 2).who, 7);
        wrong = about(WRITE_SIGN_TRIES, 3);
        wrong.sign.tries = 5;
        wrong.sign.out = true;
        assert_int_equal(kit_commit(kit, &wrong, 1), 0);
        assert_int_equal(row_of(kit, 3).who, 0);
        assert_int_equal(row_of(kit, 3).tries, 5);
        struct write end = {.kind = WRITE_SESSION_END, .session_end = {.associate = 7}};
        assert_int_equal(
                kit_commit(kit, &end, 1), 0); /* all of hers: also where she is signed in on another's */
        assert_int_equal(row_of(kit, 2).who, 0);
}

static void what_they_are_on_a_full_disk(void **state)
{
        (void)state;
        struct write tries = about(WRITE_SIGN_TRIES, 1), out = about(WRITE_SIGN_OUT, 1),
                     in = about(WRITE_SIGN_IN, 1);
        assert_int_equal(sense_of(&tries, 1), SENSE_RECORDS);
        assert_int_equal(sense_of(&in, 1), SENSE_RECORDS);
        assert_int_equal(sense_of(&out, 1), SENSE_TAKES_BACK);
}

static bool on_disk(struct kit *kit, const char *text)
{
        static const char *const names[] = {"store.db", "store.db-wal"};
        bool found = false;
        size_t looked_at = 0;
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                char path[512];
                snprintf(path, sizeof path, "%s/%s", kit->dir, names[i]);
                FILE *file = fopen(path, "re");
                if (!file)
                        continue;
                char *all = calloc(1, 8 << 20);
                assert_non_null(all);
                size_t len = fread(all, 1, (8 << 20) - 1, file);
                looked_at += len;
                found |= memmem(all, len, text, strlen(text)) != NULL;
                free(all);
                fclose(file);
        }
        assert_true(looked_at > 0);
        return found;
}

static void a_pin_is_kept_sealed(void **state)
{
        struct kit *kit = *state;
        struct write w[2] = {
                {.kind = WRITE_PIN,
                        .pin = {.associate = 7, .failures = 11, .closed_at = NOW, .closed_ms = 60000}},
                {.kind = WRITE_PIN, .pin = {.associate = 0, .failures = 2}}};
        memcpy(w[0].pin.hash, HASH, sizeof HASH);
        assert_int_equal(kit_commit(kit, w, 2), 0);
        struct snapshot s;
        struct store_error error;
        assert_int_equal(store_snapshot(kit->store, NOW, TODAY, &s, &error), 0);
        assert_int_equal(s.n_pins, 1); /* names that nobody has are nobody's */
        assert_int_equal(s.pins[0].associate, 7);
        assert_string_equal(s.pins[0].hash, HASH);
        assert_int_equal(s.pins[0].failures, 11);
        assert_int_equal(s.pins[0].closed_ms, 60000);
        snapshot_free(&s);
        assert_false(on_disk(kit, "$argon2id$"));
        struct write gone = {.kind = WRITE_PIN_GONE, .sign = {.associate = 7}};
        assert_int_equal(kit_commit(kit, &gone, 1), 0);
        assert_int_equal(store_snapshot(kit->store, NOW, TODAY, &s, &error), 0);
        assert_int_equal(s.n_pins, 0);
        snapshot_free(&s);
}

static void a_journal_keeps_none(void **state)
{
        struct kit *kit = *state;
        struct write w = {.kind = WRITE_PIN, .pin = {.associate = 7}};
        memcpy(w.pin.hash, HASH, sizeof HASH);
        assert_int_equal(kit_commit(kit, &w, 1), 0);
        struct snapshot s;
        struct store_error error;
        assert_int_equal(store_snapshot(kit->store, NOW, TODAY, &s, &error), 0);
        struct hub_settings settings = {0}, found;
        struct journal *j;
        struct journal_error wrong;
        char path[256];
        snprintf(path, sizeof path, "%s/journal", kit->dir);
        assert_int_equal(journal_create(path, &settings, &j, &wrong), 0);
        struct message in = {.type = MESSAGE_PIN, .pin = {.pin = "314159265358", .who = "karin"}};
        struct message set = {.type = MESSAGE_CHOOSE, .choose = {.pin = "987654", .old = "161803"}};
        struct event start = {.kind = EVENT_START, .start = {&s}};
        struct event said = {.kind = EVENT_PEER_MESSAGE, .peer_message = {3, &in}};
        struct event chose = {.kind = EVENT_PEER_MESSAGE, .peer_message = {3, &set}};
        struct event proved = {.kind = EVENT_PROVED, .proved = {9, {.right = true}}};
        memcpy(proved.proved.result.made.hash, HASH, sizeof HASH);
        const struct event *const all[] = {&start, &said, &chose, &proved};
        for (size_t i = 0; i < ARRAY_LEN(all); i++)
                assert_int_equal(journal_write(j, all[i]), 0);
        journal_close(j);
        static const char *const secrets[] = {"314159265358", "987654", "161803", "argon2id"};
        FILE *file = fopen(path, "re");
        assert_non_null(file);
        char *bytes = calloc(1, 8 << 20);
        assert_non_null(bytes);
        size_t len = fread(bytes, 1, (8 << 20) - 1, file);
        fclose(file);
        for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
                assert_null(memmem(bytes, len, secrets[i], strlen(secrets[i])));
        free(bytes);
        struct event ev;
        assert_int_equal(journal_open(path, &found, &j, &wrong), 0);
        assert_int_equal(journal_read(j, &ev), 1);
        assert_int_equal(ev.start.snapshot->n_pins, 1);
        assert_int_not_equal(
                ev.start.snapshot->pins[0].hash[0], 0); /* that there is one is all that counts */
        assert_int_equal(journal_read(j, &ev), 1);
        assert_int_equal(pin_judge(ev.peer_message.message->pin.pin), PIN_FINE);
        assert_int_equal(journal_read(j, &ev), 1);
        assert_int_equal(pin_judge(ev.peer_message.message->choose.pin), PIN_EASY); /* as it was */
        assert_int_equal(pin_judge(ev.peer_message.message->choose.old), PIN_FINE);
        journal_close(j);
        snapshot_free(&s);
}

/* ---- the thread ---- */
static struct proved prove_now(struct prove *prove, int wake, struct effect *e)
{
        struct prove_done done;
        assert_int_equal(prove_submit(prove, e), 0);
        for (size_t i = 0; i < sizeof e->prove.password; i++)
                assert_int_equal(e->prove.password[i], 0); /* wiped as soon as it was taken */
        while (!prove_take(prove, &done)) {
                struct pollfd fd = {.fd = wake, .events = POLLIN};
                uint64_t count;
                assert_int_equal(poll(&fd, 1, 60000), 1);
                assert_int_equal(read(wake, &count, sizeof count), sizeof count);
        }
        return done.result;
}

static struct effect task(enum prove_what what, const char *hash, const char *pin, const char *old)
{
        struct effect e = {.kind = EFFECT_PROVE, .prove = {.ticket = 1, .what = what}};
        snprintf(e.prove.secret.hash, sizeof e.prove.secret.hash, "%s", hash);
        snprintf(e.prove.password, sizeof e.prove.password, "%s", pin);
        snprintf(e.prove.code, sizeof e.prove.code, "%s", old);
        return e;
}

static void a_pin_is_known_again(void **state)
{
        (void)state;
        assert_int_equal(ids_init(), 0);
        int wake = eventfd(0, EFD_CLOEXEC);
        struct prove_options options = {.memory_mib = 8, .passes = 1, .wake_fd = wake};
        struct prove *prove;
        assert_int_equal(prove_open(&options, &prove), 0);
        struct effect e = task(PROVE_PIN_SET, "", "314159265358", "");
        struct proved r = prove_now(prove, wake, &e);
        assert_true(r.right);
        char hash[MANAGER_HASH_MAX];
        memcpy(hash, r.made.hash, sizeof hash);
        assert_non_null(strstr(hash, "$argon2id$"));
        /* However little a password may cost here: a PIN costs 19 MiB and two passes. */
        assert_int_equal(crypto_pwhash_str_needs_rehash(hash, 2, (size_t)19 * 1024 * 1024), 0);
        e = task(PROVE_PIN, hash, "314159265358", "");
        assert_true(prove_now(prove, wake, &e).right);
        e = task(PROVE_PIN, hash, "314159265359", "");
        assert_false(prove_now(prove, wake, &e).right);
        e = task(PROVE_PIN, "", "314159265358", ""); /* of nobody */
        assert_false(prove_now(prove, wake, &e).right);
        e = task(PROVE_PIN_SET, hash, "271828", "314159265359");
        r = prove_now(prove, wake, &e);
        assert_false(r.right);
        assert_int_equal(r.made.hash[0], 0);
        e = task(PROVE_PIN_SET, hash, "271828", "314159265358");
        assert_true(prove_now(prove, wake, &e).right);
        prove_close(prove);
        close(wake);
}

static int setup(void **state)
{
        static struct kit kit;
        kit_open(&kit);
        *state = &kit;
        return 0;
}

static int teardown(void **state)
{
        kit_close(*state);
        return 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(who_is_signed_in_where, setup, teardown),
                cmocka_unit_test(what_they_are_on_a_full_disk),
                cmocka_unit_test_setup_teardown(a_pin_is_kept_sealed, setup, teardown),
                cmocka_unit_test_setup_teardown(a_journal_keeps_none, setup, teardown),
                cmocka_unit_test(a_pin_is_known_again),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
