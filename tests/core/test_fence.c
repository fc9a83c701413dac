/* Whoever pairs a handheld leaves the one before: it is closed, gets nothing more, and does not come back. */
#include "tests/core/managing.h"

#include "server/core/sessions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static uint16_t closed_with(const struct rig *r, uint64_t peer)
{
        uint16_t code = 0;
        for (uint32_t i = 0; i < r->n_closed; i++)
                if (r->closed[i].peer == peer)
                        code = r->closed[i].code;
        return code;
}

static void one_at_a_time(struct rig *r)
{
        r->one_handheld = true;
        rig_restart(r);
}

/* Pairs a handheld for her in a browser that has this cookie; NULL: in one that has none. */
static uint16_t pair(struct rig *r, uint32_t associate, const struct digest *cookie)
{
        struct message m = {.type = MESSAGE_PAIR};
        struct secret link = rig_link(r, LINK_HANDHELD, 0, associate, 0);
        rig_secret_text(&link, m.pair.secret);
        r->face = FACE_HANDHELD;
        uint16_t status = rig_request(r, cookie, &m);
        r->face = FACE_ANY;
        return status;
}

static struct digest paired(struct rig *r, uint32_t associate, const struct digest *cookie)
{
        assert_int_equal(pair(r, associate, cookie), 200);
        return managing_token(r);
}

static void connect_with(struct rig *r, uint64_t peer, const struct digest *token)
{
        rig_open(r, peer, FACE_HANDHELD, token);
        rig_hello(r, peer, "", 0);
}

static void another_handheld_takes_the_place(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        one_at_a_time(r);
        struct digest first = paired(r, MARIA, NULL), jonas = paired(r, JONAS, NULL);
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA);
        connect_with(r, 1, &first);
        connect_with(r, 2, &jonas);
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_non_null(rig_frame(r, 1, "\"t\":\"card\""));
        struct digest second = paired(r, MARIA, NULL);
        assert_int_equal(closed_with(r, 1), 4410);
        assert_int_equal(closed_with(r, 2), 0); /* another associate's is not meant */
        rig_forget_frames(r);
        struct message tell = {.type = MESSAGE_TELL, .tell = {.hint = "red coat"}};
        assert_int_equal(rig_request(r, &phone, &tell), 200);
        assert_int_equal(rig_frames_of(r, 1, ""), 0); /* also while its socket is still there */
        connect_with(r, 3, &second);
        assert_non_null(rig_frame(r, 3, "red coat")); /* she goes on where she was */
        connect_with(r, 4, &first);
        assert_int_equal(closed_with(r, 4), 4401);
        assert_int_equal(rig_frames_of(r, 4, ""), 0);
        assert_int_equal(managing_me(r, &console), 200);
        rig_restart(r); /* nor does a start bring it back */
        connect_with(r, 5, &first);
        assert_int_equal(closed_with(r, 5), 4401);
        connect_with(r, 6, &second);
        assert_int_equal(closed_with(r, 6), 0);
}

static void the_same_browser_anew(void **state)
{
        struct rig *r = *state;
        struct digest maria = paired(r, MARIA, NULL), other = paired(r, MARIA, NULL);
        connect_with(r, 1, &maria);
        connect_with(r, 2, &other);
        struct digest jonas = paired(r, JONAS, &maria); /* somebody else takes this handheld */
        assert_int_equal(closed_with(r, 1), 4410);
        assert_int_equal(closed_with(r, 2), 0); /* several at once, where the store says so */
        connect_with(r, 3, &maria);
        assert_int_equal(closed_with(r, 3), 4401);
        connect_with(r, 4, &jonas);
        assert_non_null(rig_frame(r, 4, "Jonas"));
}

static void who_comes_between_is_closed_as_well(void **state)
{
        struct rig *r = *state;
        one_at_a_time(r);
        struct digest first = paired(r, MARIA, NULL);
        r->hold_commits = true;
        assert_int_equal(pair(r, MARIA, NULL), 0); /* on its way to the disk */
        connect_with(r, 1, &first);
        assert_non_null(rig_frame(r, 1, "\"t\":\"welcome\""));
        assert_int_equal(closed_with(r, 1), 0);
        rig_release(r);
        assert_int_equal(r->status, 200);
        assert_int_equal(closed_with(r, 1), 4410);
}

static void what_cannot_be_saved_ends_nothing(void **state)
{
        struct rig *r = *state;
        one_at_a_time(r);
        struct digest first = paired(r, MARIA, NULL);
        connect_with(r, 1, &first);
        r->fail_commits = true;
        assert_int_equal(pair(r, MARIA, NULL), 503);
        r->fail_commits = false;
        assert_int_equal(closed_with(r, 1), 0); /* nor puts anybody out */
        connect_with(r, 2, &first);
        assert_non_null(rig_frame(r, 2, "\"t\":\"welcome\""));
}

/* An answer that was lost: what it asked for is done, and nobody is put out a second time. */
static void a_repeat_fences_nobody(void **state)
{
        struct rig *r = *state;
        struct message m = {.type = MESSAGE_PAIR};
        struct uuid key = {{6}};
        one_at_a_time(r);
        struct secret link = rig_link(r, LINK_HANDHELD, 0, MARIA, 0);
        rig_secret_text(&link, m.pair.secret);
        r->face = FACE_HANDHELD;
        r->key = &key;
        assert_int_equal(rig_request(r, NULL, &m), 200);
        struct digest lost = managing_token(r);
        assert_int_equal(rig_request(r, NULL, &m), 200);
        r->key = NULL;
        r->face = FACE_ANY;
        struct digest good = managing_token(r);
        assert_memory_not_equal(&lost, &good, sizeof(lost));
        connect_with(r, 1, &good);
        assert_non_null(rig_frame(r, 1, "\"t\":\"welcome\""));
        struct digest next = paired(r, MARIA, NULL);
        assert_int_equal(closed_with(r, 1), 4410);
        r->face = FACE_HANDHELD;
        r->key = &key;
        assert_int_equal(rig_request(r, NULL, &m), 410); /* what it made is over: it does not come back */
        r->key = NULL;
        r->face = FACE_ANY;
        connect_with(r, 2, &next);
        assert_int_equal(closed_with(r, 2), 0);
}

static void a_console_is_left_alone(void **state)
{
        struct rig *r = *state;
        one_at_a_time(r);
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA), first = paired(r, EVA, NULL);
        rig_open(r, 1, FACE_CONSOLE, &console);
        rig_hello(r, 1, "", 0);
        connect_with(r, 2, &first);
        paired(r, EVA, NULL);
        assert_int_equal(closed_with(r, 1), 0);
        assert_int_equal(closed_with(r, 2), 4410);
        assert_int_equal(managing_me(r, &console), 200);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(another_handheld_takes_the_place),
                STORY(the_same_browser_anew),
                STORY(who_comes_between_is_closed_as_well),
                STORY(what_cannot_be_saved_ends_nothing),
                STORY(a_repeat_fences_nobody),
                STORY(a_console_is_left_alone),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
