/* A handheld with a key of its own gets nothing before it has shown that it is the one that was paired. */
#include "tests/core/managing.h"

#include "server/core/sessions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING

/* Sixty-five bytes as a page sends them; whether they are a point of the curve only VERIFY would know. */
static void key_text(uint8_t filled, char out[88])
{
        uint8_t point[OWN_KEY_BYTES];
        memset(point, filled, sizeof(point));
        point[0] = 4;
        sodium_bin2base64(out, 88, point, sizeof(point), BASE64);
}

static uint16_t pair(struct rig *r, enum link_kind kind, uint32_t associate, const char *key)
{
        struct message m = {.type = MESSAGE_PAIR};
        struct secret link = rig_link(r, kind, 0, associate, 0);
        rig_secret_text(&link, m.pair.secret);
        snprintf(m.pair.key, sizeof(m.pair.key), "%s", key);
        r->face = kind == LINK_CONSOLE ? FACE_CONSOLE : FACE_HANDHELD;
        uint16_t status = rig_request(r, NULL, &m);
        r->face = FACE_ANY;
        return status;
}

/* Maria's handheld, paired with a key. */
static struct digest paired(struct rig *r)
{
        char key[88];
        key_text(7, key);
        assert_int_equal(pair(r, LINK_HANDHELD, MARIA, key), 200);
        return managing_token(r);
}

static uint16_t closed_with(const struct rig *r, uint64_t peer)
{
        uint16_t code = 0;
        for (uint32_t i = 0; i < r->n_closed; i++)
                if (r->closed[i].peer == peer)
                        code = r->closed[i].code;
        return code;
}

static void proves(struct rig *r, uint64_t peer, const char *signature)
{
        struct message m = {.type = MESSAGE_PROOF};
        snprintf(m.proof.signature, sizeof(m.proof.signature), "%s", signature);
        rig_message(r, peer, &m);
}

static const char some[] =
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-Pw";

static void nothing_before_the_proof(void **state)
{
        struct rig *r = *state;
        struct digest phone, maria = paired(r);
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        rig_open(r, 1, FACE_HANDHELD, &maria);
        rig_hello(r, 1, "", 0);
        assert_int_equal(story_arrive(r, &phone), 200);
        rig_wait(r, 2 * SECOND_MS);
        assert_int_equal(rig_frames_of(r, 1, ""), 1);
        assert_non_null(rig_frame(r, 1, "{\"t\":\"prove\",\"nonce\":\""));
        assert_null(rig_frame(r, 1, "Maria"));
        struct hub_counts counts;
        hub_count(r->hub, &counts);
        assert_int_equal(counts.associates_connected, 0); /* nobody is reachable by it */
        r->signs = true;
        proves(r, 1, some);
        assert_non_null(rig_frame(r, 1, "\"t\":\"welcome\""));
        assert_int_equal(closed_with(r, 1), 0);
        assert_int_equal(r->verifies, 1);
}

/* What is signed: the page's origin, the session, this connection's nonce, and nothing that somebody else
 * could have had signed before. */
static void what_is_signed(void **state)
{
        struct rig *r = *state;
        struct digest maria = paired(r), first;
        char id[SESSION_ID_TEXT + 1], nonce[44] = "", key[88], text[300];
        uint8_t said[32];
        r->origin = "https://other.example";
        r->hold_verified = true;
        rig_open(r, 1, FACE_HANDHELD, &maria);
        const char *frame = rig_frame(r, 1, "\"t\":\"prove\"");
        assert_non_null(frame);
        memcpy(nonce, strstr(frame, "\"nonce\":\"") + 9, 43);
        session_id(&maria, id);
        key_text(7, key);
        snprintf(text, sizeof(text), "\"session\":\"%s\",\"key\":\"%s\"", id, key);
        assert_non_null(strstr(frame, text));
        proves(r, 1, some);
        snprintf(text, sizeof(text), "maitred handheld 1\nhttps://other.example\n%s\n%s", id, nonce);
        crypto_hash_sha256(said, (const uint8_t *)text, strlen(text));
        assert_memory_equal(r->verify.verify.said.b, said, sizeof(said));
        assert_int_equal(r->verify.verify.key.point[0], 4);
        assert_int_equal(r->verify.verify.key.point[64], 7);
        for (int i = 0; i < SIGNATURE_BYTES; i++)
                assert_int_equal(r->verify.verify.signature[i], i);
        first = r->verify.verify.said;
        rig_open(r, 2, FACE_HANDHELD, &maria);
        proves(r, 2, some);
        assert_memory_not_equal(&r->verify.verify.said, &first, sizeof(first)); /* each has its own nonce */
}

static void a_wrong_proof_ends_it(void **state)
{
        struct rig *r = *state;
        struct digest maria = paired(r);
        rig_open(r, 1, FACE_HANDHELD, &maria);
        rig_hello(r, 1, "", 0);
        proves(r, 1, some);
        assert_int_equal(closed_with(r, 1), 4403);
        rig_verified(r, 1, true); /* an answer that is late changes nothing */
        assert_int_equal(rig_frames_of(r, 1, ""), 1);
        static const char *const bad[] = {"A", "AAECAwQ", "!!!", ""};
        for (uint64_t i = 0; i < ARRAY_LEN(bad); i++) {
                rig_open(r, 10 + i, FACE_HANDHELD, &maria);
                proves(r, 10 + i, bad[i]);
                assert_int_equal(closed_with(r, 10 + i), 4403);
        }
        assert_int_equal(r->verifies, 1);
}

static void a_late_proof_ends_it(void **state)
{
        struct rig *r = *state;
        struct digest maria = paired(r);
        rig_open(r, 1, FACE_HANDHELD, &maria);
        rig_hello(r, 1, "", 0);
        rig_wait(r, 4 * SECOND_MS);
        assert_int_equal(closed_with(r, 1), 0);
        rig_wait(r, 3 * SECOND_MS);
        assert_int_equal(closed_with(r, 1), 4400);
        r->signs = true;
        proves(r, 1, some);
        assert_int_equal(r->verifies, 0);
        assert_int_equal(rig_frames_of(r, 1, ""), 1);
}

static void one_proof_when_it_was_asked(void **state)
{
        struct rig *r = *state;
        struct digest maria = paired(r), old = rig_session(r, SESSION_HANDHELD, MARIA);
        r->hold_verified = true;
        rig_open(r, 1, FACE_HANDHELD, &maria);
        proves(r, 1, some);
        proves(r, 1, some); /* a second try at the same nonce */
        assert_int_equal(closed_with(r, 1), 4400);
        assert_int_equal(r->verifies, 1);
        rig_open(r, 2, FACE_HANDHELD, &old);
        rig_hello(r, 2, "", 0);
        assert_non_null(rig_frame(r, 2, "\"t\":\"welcome\"")); /* paired before there were keys */
        proves(r, 2, some);
        assert_int_equal(closed_with(r, 2), 4400);
        rig_open(r, 3, FACE_HANDHELD, &maria);
        rig_say(r, 3, MESSAGE_SALES, 0, 0); /* before hello and proof */
        assert_int_equal(closed_with(r, 3), 4400);
}

/* A cookie alone does not even close the socket of the device that it was taken from. */
static void a_cookie_alone_disturbs_nobody(void **state)
{
        struct rig *r = *state;
        struct digest maria = paired(r);
        r->signs = true;
        rig_open(r, 1, FACE_HANDHELD, &maria);
        rig_hello(r, 1, "", 0);
        proves(r, 1, some);
        assert_non_null(rig_frame(r, 1, "\"t\":\"welcome\""));
        rig_open(r, 2, FACE_HANDHELD, &maria);
        rig_hello(r, 2, "", 0);
        assert_int_equal(closed_with(r, 1), 0);
        r->signs = false;
        proves(r, 2, some);
        assert_int_equal(closed_with(r, 2), 4403);
        assert_int_equal(closed_with(r, 1), 0);
        r->signs = true;
        rig_open(r, 3, FACE_HANDHELD,
                &maria); /* the device itself, before its old socket is seen to be dead */
        proves(r, 3, some);
        rig_hello(r, 3, "", 0);
        assert_int_equal(closed_with(r, 1), 4409);
        assert_non_null(rig_frame(r, 3, "\"t\":\"welcome\""));
}

static uint16_t revoke_all(struct rig *r, const char *associate)
{
        struct message m = {.type = MESSAGE_SESSION_REVOKE};
        snprintf(m.session_revoke.associate, sizeof(m.session_revoke.associate), "%s", associate);
        r->face = FACE_OPERATOR;
        uint16_t status = rig_request(r, NULL, &m);
        r->face = FACE_ANY;
        return status;
}

static void taken_back_while_it_proves(void **state)
{
        struct rig *r = *state;
        struct digest maria = paired(r);
        r->hold_verified = true;
        rig_open(r, 1, FACE_HANDHELD, &maria);
        rig_hello(r, 1, "", 0);
        proves(r, 1, some);
        assert_int_equal(revoke_all(r, "ext-1"), 200);
        rig_verified(r, 1, true);
        assert_int_equal(closed_with(r, 1), 4401);
        assert_int_equal(rig_frames_of(r, 1, ""), 1);
}

/* However many sockets somebody opens with a cookie that she took: taking back leaves them to their proof,
 * has room for its commit and its answer, and none of them gets in any more. */
static void many_that_prove_nothing(void **state)
{
        struct rig *r = *state;
        struct digest maria = paired(r);
        for (uint64_t peer = 1; peer <= 9; peer++)
                rig_open(r, peer, FACE_HANDHELD, &maria);
        assert_int_equal(revoke_all(r, "ext-1"), 200);
        for (uint64_t peer = 1; peer <= 9; peer++)
                assert_int_equal(closed_with(r, peer), 0);
        r->signs = true;
        proves(r, 1, some);
        assert_int_equal(closed_with(r, 1), 4401);
        rig_wait(r, 7 * SECOND_MS);
        for (uint64_t peer = 2; peer <= 9; peer++)
                assert_int_equal(closed_with(r, peer), 4400);
}

/* After a lost answer the session has another cookie and the same key. */
static void a_repeat_keeps_the_key(void **state)
{
        struct rig *r = *state;
        struct message m = {.type = MESSAGE_PAIR};
        struct secret link = rig_link(r, LINK_HANDHELD, 0, MARIA, 0);
        struct uuid key = {{5}};
        rig_secret_text(&link, m.pair.secret);
        key_text(9, m.pair.key);
        r->face = FACE_HANDHELD;
        r->key = &key;
        assert_int_equal(rig_request(r, NULL, &m), 200);
        assert_int_equal(rig_request(r, NULL, &m), 200);
        struct digest maria = managing_token(r);
        key_text(8, m.pair.key);
        assert_int_equal(rig_request(r, NULL, &m), 422); /* somebody else's key, behind the same name */
        r->key = NULL;
        r->face = FACE_ANY;
        rig_open(r, 1, FACE_HANDHELD, &maria);
        assert_non_null(rig_frame(r, 1, "\"t\":\"prove\""));
}

static void only_keys_of_handhelds(void **state)
{
        struct rig *r = *state;
        char key[88];
        key_text(7, key);
        assert_int_equal(pair(r, LINK_CONSOLE, EVA, key), 400);
        assert_int_equal(pair(r, LINK_CONSOLE, EVA, ""), 200);
        key[4] = '*';
        assert_int_equal(pair(r, LINK_HANDHELD, MARIA, key), 400);
        assert_int_equal(pair(r, LINK_HANDHELD, MARIA, "BAcHBw"), 400);
        uint8_t compressed[OWN_KEY_BYTES] = {2};
        sodium_bin2base64(key, sizeof(key), compressed, sizeof(compressed), BASE64);
        assert_int_equal(pair(r, LINK_HANDHELD, MARIA, key), 400);
}

static void a_store_may_require_keys(void **state)
{
        struct rig *r = *state;
        char key[88];
        struct digest old = rig_session(r, SESSION_HANDHELD, MARIA);
        r->keys_required = true;
        rig_restart(r);
        rig_open(r, 1, FACE_HANDHELD, &old);
        rig_hello(r, 1, "", 0);
        assert_int_equal(closed_with(r, 1), 4401);
        assert_null(rig_frame(r, 1, ""));
        struct message m = {.type = MESSAGE_PAIR};
        struct secret link = rig_link(r, LINK_HANDHELD, 0, MARIA, 0);
        rig_secret_text(&link, m.pair.secret);
        r->face = FACE_HANDHELD;
        assert_int_equal(rig_request(r, NULL, &m), 403);
        assert_true(story_says(r, "\"error\":\"key\""));
        key_text(7, key);
        snprintf(m.pair.key, sizeof(m.pair.key), "%s", key);
        assert_int_equal(rig_request(r, NULL, &m), 200); /* the link was not used up by the refusal */
        r->face = FACE_ANY;
        assert_int_equal(pair(r, LINK_CONSOLE, EVA, ""), 200);
}

static void the_list_says_which_have_none(void **state)
{
        struct rig *r = *state;
        struct message m = {.type = MESSAGE_SESSIONS};
        rig_session(r, SESSION_HANDHELD, JONAS);
        paired(r);
        r->face = FACE_OPERATOR;
        assert_int_equal(rig_request(r, NULL, &m), 200);
        r->face = FACE_ANY;
        assert_true(story_says(r, "\"who\":\"ext-2\",\"seen\":\"today\",\"key\":false"));
        assert_true(story_says(r, "\"who\":\"ext-1\",\"seen\":\"never\",\"key\":true"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(nothing_before_the_proof),
                STORY(what_is_signed),
                STORY(a_wrong_proof_ends_it),
                STORY(a_late_proof_ends_it),
                STORY(one_proof_when_it_was_asked),
                STORY(a_cookie_alone_disturbs_nobody),
                STORY(taken_back_while_it_proves),
                STORY(many_that_prove_nothing),
                STORY(a_repeat_keeps_the_key),
                STORY(only_keys_of_handhelds),
                STORY(a_store_may_require_keys),
                STORY(the_list_says_which_have_none),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
