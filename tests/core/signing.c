#include "tests/core/signing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

int signing_setup(void **state)
{
        if (story_setup(state) != 0)
                return -1;
        struct rig *r = *state;
        r->pins = r->one_handheld = r->signs = r->hold_proofs = true;
        rig_restart(r);
        return 0;
}

struct digest signing_paired(struct rig *r, uint32_t associate)
{
        uint8_t point[OWN_KEY_BYTES] = {4};
        struct message m = {.type = MESSAGE_PAIR};
        struct secret link = rig_link(r, LINK_HANDHELD, 0, associate, 0);
        rig_secret_text(&link, m.pair.secret);
        sodium_bin2base64(m.pair.key, sizeof(m.pair.key), point, sizeof(point),
                sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        r->face = FACE_HANDHELD;
        assert_int_equal(rig_request(r, NULL, &m), 200);
        r->face = FACE_ANY;
        return managing_token(r);
}

void signing_connect(struct rig *r, uint64_t peer, const struct digest *token)
{
        struct message m = {.type = MESSAGE_PROOF};
        memset(m.proof.signature, 'A', 86);
        rig_open(r, peer, FACE_HANDHELD, token);
        rig_message(r, peer, &m);
        if (signing_closed(r, peer) == 0)
                rig_hello(r, peer, "", 0);
}

void signing_look(struct rig *r)
{
        const struct effect *e = &r->proved;
        char as_kept[MANAGER_HASH_MAX], made[MANAGER_HASH_MAX];
        bool sets = e->prove.what == PROVE_PIN_SET;
        const char *hash = e->prove.secret.hash;
        snprintf(as_kept, sizeof(as_kept), "of %.20s", sets ? e->prove.code : e->prove.password);
        snprintf(made, sizeof(made), "of %.20s", e->prove.password);
        r->proof = (struct proved){.right = (sets && hash[0] == 0) || strcmp(hash, as_kept) == 0};
        if (sets && r->proof.right)
                memcpy(r->proof.made.hash, made, sizeof(made));
        rig_release_proof(r);
}

static void say(struct rig *r, uint64_t peer, const struct message *m)
{
        uint32_t before = r->proofs;
        rig_message(r, peer, m);
        if (r->proofs > before)
                signing_look(r);
}

void signing_pin(struct rig *r, uint64_t peer, const char *pin, const char *who)
{
        struct message m = {.type = MESSAGE_PIN};
        snprintf(m.pin.pin, sizeof(m.pin.pin), "%s", pin);
        snprintf(m.pin.who, sizeof(m.pin.who), "%s", who);
        say(r, peer, &m);
}

void signing_choose(struct rig *r, uint64_t peer, const char *pin, const char *old)
{
        struct message m = {.type = MESSAGE_CHOOSE};
        snprintf(m.choose.pin, sizeof(m.choose.pin), "%s", pin);
        snprintf(m.choose.old, sizeof(m.choose.old), "%s", old);
        say(r, peer, &m);
}

struct digest signing_in(struct rig *r, uint64_t peer, uint32_t associate, const char *pin)
{
        struct digest token = signing_paired(r, associate);
        signing_connect(r, peer, &token);
        signing_choose(r, peer, pin, "");
        assert_true(signing_welcomed(r, peer));
        return token;
}

uint16_t signing_closed(const struct rig *r, uint64_t peer)
{
        uint16_t code = 0;
        for (uint32_t i = 0; i < r->n_closed; i++)
                if (r->closed[i].peer == peer)
                        code = r->closed[i].code;
        return code;
}

bool signing_welcomed(const struct rig *r, uint64_t peer)
{
        return rig_frame(r, peer, "\"t\":\"welcome\"") != NULL;
}

const struct session_row *signing_row(const struct rig *r, const struct digest *token)
{
        for (uint32_t i = 0; i < r->n_sessions; i++)
                if (memcmp(&r->sessions[i].token, token, sizeof(*token)) == 0)
                        return &r->sessions[i].row;
        fail_msg("no such session");
        return NULL;
}

struct digest signing_arrival(struct rig *r)
{
        struct digest phone;
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        assert_int_equal(story_arrive(r, &phone), 200);
        return phone;
}
