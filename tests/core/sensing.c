#include "tests/core/sensing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <sodium.h>

static struct digest agent_token;
int64_t sensing_seq;

/* Pairs an agent as an operator and an access point would; its token's digest is kept for its socket. */
void sensing_pair(struct rig *r)
{
        sensing_pair_as(r, "door");
}

void sensing_pair_as(struct rig *r, const char *name)
{
        struct message m = {.type = MESSAGE_MAKE_AGENT};
        char code[AGENT_CODE_TEXT + 1] = "";
        snprintf(m.make_agent.name, sizeof(m.make_agent.name), "%s", name);
        assert_int_equal(rig_request(r, NULL, &m), 200);
        assert_non_null(strstr(r->body, "\"code\":\""));
        memcpy(code, strstr(r->body, "\"code\":\"") + 8, AGENT_CODE_TEXT);
        struct message use = {.type = MESSAGE_AGENT_PAIR};
        memcpy(use.agent_pair.code, code, sizeof(code));
        assert_int_equal(rig_request(r, NULL, &use), 200);
        assert_true(story_says(r, "\"sensor\":\"") && story_says(r, name));
        char text[44] = "";
        memcpy(text, strstr(r->body, "\"token\":\"") + 9, 43);
        struct secret secret;
        size_t len;
        assert_int_equal(sodium_base642bin(secret.b, sizeof(secret.b), text, 43, NULL, &len, NULL,
                                 sodium_base64_VARIANT_URLSAFE_NO_PADDING),
                0);
        crypto_generichash(agent_token.b, sizeof(agent_token.b), secret.b, sizeof(secret.b), NULL, 0);
        assert_int_equal(rig_request(r, NULL, &use), 410); /* once */
}

void sensing_open_agent(struct rig *r, uint64_t peer)
{
        rig_open(r, peer, FACE_AGENT, &agent_token);
        rig_agent(r, peer, "{\"t\":\"hello\",\"boot\":1,\"seq\":0,\"ap\":\"fake\",\"agent\":\"test\"}");
}

void sensing_claim(struct rig *r, uint64_t peer, const char *kind, unsigned slot, int age_s)
{
        char text[200];
        snprintf(text, sizeof(text),
                "{\"t\":\"claim\",\"boot\":1,\"seq\":%lld,\"day\":%d,\"slot\":%u,\"kind\":\"%s\",\"age_ms\":%"
                "d,\"rssi\":-60}",
                (long long)++sensing_seq, r->day, slot, kind, age_s * 1000);
        rig_agent(r, peer, text);
}

void sensing_sweep(struct rig *r, uint64_t peer, const char *here)
{
        char text[200];
        snprintf(text, sizeof(text),
                "{\"t\":\"sweep\",\"sweep\":%lld,\"day\":%d,\"part\":1,\"of\":1,\"here\":[%s]}",
                (long long)(r->mono / 1000 + 1), r->day, here);
        rig_agent(r, peer, text);
}

/* Everything is in order for so long, with a sweep every half minute. */
void sensing_stay(struct rig *r, int minutes, const char *here)
{
        for (int i = 0; i < minutes * 2; i++) {
                rig_wait(r, 30000);
                sensing_sweep(r, AGENT, here);
        }
}

void sensing_notice(struct rig *r, const struct digest *phone, bool wifi, bool always)
{
        struct message m = {.type = MESSAGE_NOTICE, .notice = {.wifi = wifi, .always = always}};
        assert_int_equal(rig_request(r, phone, &m), 200);
}

uint16_t sensing_bind(struct rig *r, const char *kind, const char *id)
{
        struct message m = {.type = MESSAGE_MAKE_DEVICE};
        snprintf(m.make_device.customer, sizeof(m.make_device.customer), "anna");
        snprintf(m.make_device.kind, sizeof(m.make_device.kind), "%s", kind);
        snprintf(m.make_device.id, sizeof(m.make_device.id), "%s", id);
        return rig_request(r, NULL, &m);
}

/* Anna has joined, Maria is there, the agent of the door is connected. */
void sensing_begin(struct rig *r, struct digest *phone, bool always, const char *kind, const char *id)
{
        sensing_seq = 0;
        story_join(r, ANNA, true, phone);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_int_equal(sensing_bind(r, kind, id), 409); /* not without her consent */
        sensing_notice(r, phone, true, always);
        sensing_pair(r);
        assert_int_equal(sensing_bind(r, kind, id), 200);
        sensing_open_agent(r, AGENT);
        rig_forget_frames(r);
}

char *sensing_staff_saw(const struct rig *r)
{
        size_t room = 1;
        for (uint32_t i = 0; i < r->n_frames; i++)
                room += r->frames[i].len + 24;
        char *all = calloc(1, room), *at = all;
        assert_non_null(all);
        for (uint32_t i = 0; i < r->n_frames; i++) {
                if (r->frames[i].peer == AGENT)
                        continue; /* it has its claims acknowledged, and shows nobody anything */
                at += snprintf(at, 24, "%llu ", (unsigned long long)r->frames[i].peer);
                memcpy(at, r->frames[i].text, r->frames[i].len);
                at += r->frames[i].len;
                *at++ = '\n';
        }
        return all;
}
