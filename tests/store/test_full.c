/* A really full disk: a small file system of its own, filled to the last block. What adds is refused, what
 * takes back is written on the ballast, and nothing is answered that is not there afterwards. */
#include "tests/store/kit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/common/ids.h"
#include "server/hub/store/ballast.h"
#include "server/hub/store/sense.h"
#include "server/rulebook/render.h"

#define MIB   (1024 * 1024)
#define GUEST 0x80000001u

static char disk[64]; /* "" where none can be mounted */

/* ---- the disk ---- */
/* In a mount namespace of this process's own: it ends with it. */
static int mount_disk(void **state)
{
        (void)state;
        char dir[] = "/tmp/maitred-full-XXXXXX";
        if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
                return 0;
        if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 || mkdtemp(dir) == NULL)
                return 0;
        if (mount("tmpfs", dir, "tmpfs", 0, "size=12m,mode=0700") != 0) {
                rmdir(dir);
                return 0;
        }
        memcpy(disk, dir, sizeof dir);
        return setenv("TMPDIR", disk, 1);
}

static int unmount_disk(void **state)
{
        (void)state;
        if (disk[0] && umount2(disk, MNT_DETACH) == 0)
                rmdir(disk);
        return 0;
}

static void open_on_disk(struct kit *kit)
{
        if (!disk[0]) {
                print_message("no file system of its own can be mounted here\n");
                skip();
        }
        kit_open(kit);
        kit->options.ballast_bytes = MIB;
        kit_reopen(kit);
}

/* After store_close. */
static void open_again(struct kit *kit)
{
        kit->store = NULL; /* closing nothing is allowed */
        kit_reopen(kit);
}

/* Takes every block that is free. */
static void fill_disk(void)
{
        char path[96], block[4096] = {0};
        snprintf(path, sizeof path, "%s/filler", disk);
        int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        assert_true(fd >= 0);
        while (write(fd, block, sizeof block) > 0)
                continue;
        assert_int_equal(errno, ENOSPC);
        close(fd);
}

static void free_disk(void)
{
        char path[96];
        snprintf(path, sizeof path, "%s/filler", disk);
        assert_int_equal(unlink(path), 0);
}

/* Blocks that the ballast holds. */
static int64_t ballast_holds(const struct kit *kit)
{
        char path[256];
        struct stat st;
        snprintf(path, sizeof path, "%s/ballast", kit->dir);
        assert_int_equal(stat(path, &st), 0);
        return (int64_t)st.st_blocks * 512;
}

/* ---- what is written ---- */
static struct digest numbered(uint64_t number)
{
        return ids_digest_of(&number, sizeof number);
}

/* Somebody joins at the door: about as much as an arrival. */
static uint32_t joining(uint32_t guest, struct write out[3])
{
        out[0] = (struct write){.kind = WRITE_GUEST, .guest = {.person = guest, .language = "en"}};
        out[1] = (struct write){.kind = WRITE_SESSION,
                .session = {.token = numbered(guest),
                        .row = {.kind = SESSION_PHONE, .subject = guest, .expires = NOW + DAY_MS}}};
        out[2] = kit_consent(guest, CATEGORY_PRESENCE, CONSENT_GIVEN, 0, NOW);
        return 3;
}

static int join(struct kit *kit, uint32_t guest)
{
        struct write writes[3];
        return kit_commit(kit, writes, joining(guest, writes));
}

static struct write withdrawal(uint32_t guest, wall_ms at)
{
        return kit_consent(guest, CATEGORY_PRESENCE, CONSENT_WITHDRAWN, 0, at);
}

static int withdraw(struct kit *kit, uint32_t guest, wall_ms at)
{
        struct write w = withdrawal(guest, at);
        return kit_commit(kit, &w, 1);
}

static bool has_joined(struct kit *kit, uint32_t guest)
{
        struct effect load = kit_by_external("", WANT_PERSON);
        load.load.by = LOAD_BY_TOKEN;
        load.load.key = numbered(guest);
        struct dossier *d = kit_load(kit, &load);
        bool there = (d->found & DOSSIER_SESSION) != 0;
        free(d);
        return there;
}

/* The time of the newest withdrawal that the store knows of; 0 = none. */
static wall_ms withdrawn_at(struct kit *kit, uint32_t guest)
{
        struct effect load = kit_by_person(guest, WANT_PERSON);
        struct dossier *d = kit_load(kit, &load);
        wall_ms newest = 0;
        for (uint32_t i = 0; i < d->n_consents; i++)
                if (d->consents[i].state == CONSENT_WITHDRAWN && d->consents[i].at > newest)
                        newest = d->consents[i].at;
        free(d);
        return newest;
}

static bool reports_full(struct kit *kit)
{
        char *text = kit_report(kit, REPORT_STATUS, "", NOW);
        bool full = strstr(text, "\"disk\":\"full: ") != NULL && strstr(text, "make ") != NULL;
        assert_true(full || strstr(text, "\"disk\":\"has room\"") != NULL);
        free(text);
        return full;
}

/* Until something is refused for want of room; *next is the first guest not tried yet. */
static void join_until_full(struct kit *kit, uint32_t *next)
{
        int result = 0;
        for (int i = 0; i < 20000 && result == 0; i++)
                result = join(kit, (*next)++);
        assert_int_equal(result, 1);
}

/* ---- cases ---- */
static void test_sense(void **state)
{
        (void)state;
        struct write visit = {.kind = WRITE_VISIT, .visit = {.state = VISIT_OPEN}};
        struct write ended = {.kind = WRITE_VISIT, .visit = {.state = VISIT_ENDED}};
        struct write card = {.kind = WRITE_STREAM, .stream.row.kind = STREAM_CARD};
        struct write retract = {.kind = WRITE_STREAM, .stream.row.kind = STREAM_RETRACT};
        struct write said = {.kind = WRITE_STREAM, .stream.row.kind = STREAM_STATE};
        struct write given = kit_consent(GUEST, CATEGORY_ONLINE, CONSENT_GIVEN, 0, NOW);
        struct write withdrawn = kit_consent(GUEST, CATEGORY_ONLINE, CONSENT_WITHDRAWN, 0, NOW);
        struct write refused = kit_consent(GUEST, CATEGORY_PRESENCE, CONSENT_REFUSED, 0, NOW);
        struct write hide = {.kind = WRITE_LINE_CHOICE, .line_choice.choice = CHOICE_HIDE};
        struct write talk = {.kind = WRITE_LINE_CHOICE, .line_choice.choice = CHOICE_TALK};
        struct write enrol = {.kind = WRITE_ENROL}, guest = {.kind = WRITE_GUEST};
        struct write offer = {.kind = WRITE_OFFER}, seen = {.kind = WRITE_DISCLOSURE};
        struct write cleared = {.kind = WRITE_CLEARED}, link = {.kind = WRITE_LINK};
        struct write asked = {.kind = WRITE_REQUEST};
        struct write anew = {.kind = WRITE_STREAM, .stream = {.row.kind = STREAM_CARD, .anew = true}};
        struct write past = {.kind = WRITE_BOOK, .book.row = {.state = BOOK_PAST, .wider = 1}};
        struct write narrower = {.kind = WRITE_BOOK, .book.row = {.state = BOOK_LIVE, .narrower = 1}};
        struct write wider = {.kind = WRITE_BOOK, .book.row = {.state = BOOK_LIVE, .wider = 1}};
        const struct {
                struct write w[4];
                uint32_t n;
                enum sense sense;
                const char *what;
        } cases[] = {
                {{given, visit, offer, card}, 4, SENSE_ADDS, "an arrival"},
                {{offer, retract, offer, card}, 4, SENSE_ADDS, "passing on to the manager"},
                {{offer, said, visit}, 3, SENSE_ADDS, "accepting"},
                {{guest, given}, 2, SENSE_ADDS, "joining at the door"},
                {{enrol, withdrawn, hide}, 3, SENSE_ADDS, "joining with a kind and a line left out"},
                {{given}, 1, SENSE_ADDS, "sharing more"},
                {{talk, card, visit}, 3, SENSE_ADDS, "you may talk about it"},
                {{link}, 1, SENSE_ADDS, "an invitation"},
                {{visit, card}, 2, SENSE_ADDS, "telling a wish"},
                {{seen, visit}, 2, SENSE_RECORDS, "a card was seen"},
                {{given, visit, card, asked}, 4, SENSE_ADDS, "an arrival under a key"},
                {{retract, ended, asked}, 3, SENSE_TAKES_BACK, "stop under a key"},
                {{asked}, 1, SENSE_RECORDS, "stop under a key, without a visit"},
                {{cleared}, 1, SENSE_RECORDS, "a card was cleared"},
                {{retract, ended}, 2, SENSE_TAKES_BACK, "stop"},
                {{ended, withdrawn, withdrawn}, 3, SENSE_TAKES_BACK, "stop everything"},
                {{refused}, 1, SENSE_TAKES_BACK, "not today"},
                {{card, visit, withdrawn}, 3, SENSE_TAKES_BACK, "sharing less"},
                {{withdrawn, given}, 2, SENSE_TAKES_BACK, "sharing one kind instead of another"},
                {{card, visit, hide}, 3, SENSE_TAKES_BACK, "a strike"},
                {{offer, retract, visit}, 3, SENSE_TAKES_BACK, "nobody came: the card goes"},
                {{past, wider, asked}, 3, SENSE_ADDS, "rules that show more"},
                {{past, narrower, asked}, 3, SENSE_TAKES_BACK, "rules that show less"},
                {{anew, visit}, 2, SENSE_TAKES_BACK, "an open card follows other rules"},
        };
        for (size_t i = 0; i < ARRAY_LEN(cases); i++)
                if (sense_of(cases[i].w, cases[i].n) != cases[i].sense)
                        fail_msg("%s is taken for %d", cases[i].what, sense_of(cases[i].w, cases[i].n));
}

static void test_full_and_room_again(void **state)
{
        struct kit kit;
        uint32_t next = GUEST + 1;
        (void)state;
        open_on_disk(&kit);
        assert_true(ballast_holds(&kit) >= MIB);
        assert_int_equal(join(&kit, GUEST), 0);
        assert_false(reports_full(&kit));
        for (int turn = 0; turn < 3; turn++) {
                fill_disk();
                join_until_full(&kit, &next);
                assert_true(reports_full(&kit));
                assert_false(has_joined(&kit, next - 1));
                assert_true(has_joined(&kit, GUEST));
                assert_int_equal(withdraw(&kit, GUEST, NOW + turn + 1), 0);
                assert_int_equal(join(&kit, next), 1);
                free_disk();
                assert_int_equal(join(&kit, next), 0);
                assert_true(has_joined(&kit, next));
                assert_false(reports_full(&kit));
                assert_true(ballast_holds(&kit) >= MIB);
                next++;
        }
        kit_reopen(&kit);
        assert_true(withdrawn_at(&kit, GUEST) == NOW + 3);
        assert_true(has_joined(&kit, next - 1));
        kit_close(&kit);
}

/* Groups that wait together are one transaction: what adds something must not take a withdrawal with it. */
static void test_not_for_the_others_sake(void **state)
{
        struct kit kit;
        struct write writes[3];
        bool acked[256] = {false};
        uint32_t n = 0;
        (void)state;
        open_on_disk(&kit);
        assert_int_equal(join(&kit, GUEST), 0);
        fill_disk();
        for (uint64_t i = 0; i < ARRAY_LEN(acked); i++) {
                if (i % 64 == 40) {
                        writes[0] = withdrawal(GUEST, NOW + (wall_ms)i);
                        n = 1;
                } else {
                        n = joining(GUEST + 1000 + (uint32_t)i, writes);
                }
                assert_int_equal(store_commit(kit.store, 1000 + i, writes, n), 0);
        }
        for (uint64_t answers = 0; answers < ARRAY_LEN(acked);) {
                struct store_answer *next;
                for (struct store_answer *a = kit_answers(&kit); a != NULL; a = next, answers++) {
                        next = a->next;
                        assert_true(a->result == 0 || a->result == 1);
                        acked[a->tag - 1000] = a->result == 0;
                        store_answer_free(a);
                }
        }
        uint32_t refused = 0;
        for (uint32_t i = 0; i < ARRAY_LEN(acked); i++)
                if (i % 64 == 40)
                        assert_true(acked[i]);
                else
                        refused += !acked[i];
        assert_true(refused > 0);
        kit_reopen(&kit);
        assert_true(withdrawn_at(&kit, GUEST) == NOW + 40 + 192);
        for (uint32_t i = 0; i < ARRAY_LEN(acked); i++)
                assert_true(i % 64 == 40 || has_joined(&kit, GUEST + 1000 + i) == acked[i]);
        free_disk();
        kit_close(&kit);
}

/* Another program takes each piece as soon as it is given: then at last a withdrawal is refused, too, and
 * says so. */
static void test_until_the_ballast_is_gone(void **state)
{
        struct kit kit;
        uint32_t next = GUEST + 1;
        wall_ms last = 0;
        int result = 0;
        (void)state;
        open_on_disk(&kit);
        assert_int_equal(join(&kit, GUEST), 0);
        fill_disk();
        join_until_full(&kit, &next);
        int64_t held = ballast_holds(&kit);
        for (wall_ms i = 1; i < 100000 && result == 0; i++) {
                result = withdraw(&kit, GUEST, NOW + i);
                if (result == 0)
                        last = NOW + i;
                fill_disk();
                assert_true(held - ballast_holds(&kit) <= MIB / BALLAST_PIECES);
                held = ballast_holds(&kit);
        }
        assert_int_equal(result, 1);
        assert_int_equal(held, 0);
        assert_true(last > NOW + 16);
        assert_true(withdrawn_at(&kit, GUEST) == last);
        free_disk();
        assert_int_equal(withdraw(&kit, GUEST, NOW + DAY_MS), 0);
        assert_true(ballast_holds(&kit) >= MIB);
        kit_reopen(&kit);
        assert_true(withdrawn_at(&kit, GUEST) == NOW + DAY_MS);
        kit_close(&kit);
}

static void test_start_on_a_full_disk(void **state)
{
        struct kit kit;
        uint32_t next = GUEST + 1;
        (void)state;
        open_on_disk(&kit);
        assert_int_equal(join(&kit, GUEST), 0);
        fill_disk();
        join_until_full(&kit, &next);
        for (int start = 0; start < 3; start++) {
                store_close(kit.store);
                fill_disk();
                open_again(&kit);
                assert_true(reports_full(&kit));
                assert_true(has_joined(&kit, GUEST));
                assert_int_equal(join(&kit, next), 1);
                assert_int_equal(withdraw(&kit, GUEST, NOW + start + 1), 0);
        }
        free_disk();
        assert_int_equal(join(&kit, next), 0);
        assert_true(withdrawn_at(&kit, GUEST) == NOW + 3);
        assert_true(ballast_holds(&kit) >= MIB);
        kit_close(&kit);
}

/* Nobody asks for anything: the ballast is whole again all the same. */
static void test_room_is_looked_for(void **state)
{
        struct kit kit;
        uint32_t next = GUEST + 1;
        (void)state;
        open_on_disk(&kit);
        assert_int_equal(join(&kit, GUEST), 0);
        fill_disk();
        join_until_full(&kit, &next);
        while (ballast_holds(&kit) >= MIB)
                assert_int_equal(withdraw(&kit, GUEST, NOW), 0);
        free_disk();
        mono_ms began = clock_mono();
        while (ballast_holds(&kit) < MIB && clock_mono() - began < 30 * SECOND_MS)
                poll(NULL, 0, 10);
        assert_true(ballast_holds(&kit) >= MIB);
        assert_false(reports_full(&kit));
        kit_close(&kit);
}

/* A folder that was copied may hold a ballast without blocks; a setting may have been changed. */
static void test_ballast_is_made_whole(void **state)
{
        struct kit kit;
        char path[256];
        (void)state;
        open_on_disk(&kit);
        snprintf(path, sizeof path, "%s/ballast", kit.dir);
        store_close(kit.store);
        assert_int_equal(truncate(path, 0), 0);
        assert_int_equal(truncate(path, MIB), 0);
        assert_int_equal(ballast_holds(&kit), 0);
        open_again(&kit);
        assert_true(ballast_holds(&kit) >= MIB);
        kit.options.ballast_bytes = 2 * MIB;
        kit_reopen(&kit);
        assert_true(ballast_holds(&kit) >= 2 * MIB);
        kit.options.ballast_bytes = MIB;
        kit_reopen(&kit);
        assert_true(ballast_holds(&kit) < 2 * MIB);
        kit_close(&kit);
}

/* After the disk has failed the file is looked at as a whole before anything is built upon it. */
static void test_looked_at_after_a_failure(void **state)
{
        struct kit kit;
        struct store_error error;
        char path[256], page[4096];
        struct stat st;
        (void)state;
        kit_open(&kit);
        for (uint32_t i = 0; i < 300;
                i++) /* so many that the file ends with people, and not with its schema */
                assert_int_equal(join(&kit, GUEST + i), 0);
        kit.options.check_whole = true;
        kit_reopen(&kit);
        assert_true(has_joined(&kit, GUEST));
        store_close(kit.store);
        snprintf(path, sizeof path, "%s/store.db", kit.dir);
        int fd = open(path, O_RDWR | O_CLOEXEC);
        assert_true(fd >= 0 && fstat(fd, &st) == 0);
        memset(page, 0xa5, sizeof page);
        assert_int_equal(pwrite(fd, page, sizeof page, st.st_size - (off_t)sizeof page), (int)sizeof page);
        close(fd);
        /* A damaged page that nobody reads is not seen at a plain start. */
        kit.options.check_whole = false;
        open_again(&kit);
        store_close(kit.store);
        kit.options.check_whole = true;
        assert_int_equal(store_open(&kit.options, &kit.store, &error), -1);
        kit.store = NULL;
        assert_non_null(strstr(error.text, "is damaged"));
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_looked_at_after_a_failure),
                cmocka_unit_test(test_sense),
                cmocka_unit_test(test_full_and_room_again),
                cmocka_unit_test(test_not_for_the_others_sake),
                cmocka_unit_test(test_until_the_ballast_is_gone),
                cmocka_unit_test(test_start_on_a_full_disk),
                cmocka_unit_test(test_room_is_looked_for),
                cmocka_unit_test(test_ballast_is_made_whole),
        };
        return cmocka_run_group_tests(tests, mount_disk, unmount_disk);
}
