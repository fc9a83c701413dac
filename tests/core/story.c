#include "tests/core/story.h"

#include <stdio.h>
#include <string.h>

static struct rig rig;

int story_setup(void **state)
{
        rig_start(&rig);
        *state = &rig;
        return 0;
}

int story_teardown(void **state)
{
        rig_stop(*state);
        return 0;
}

uint16_t story_join(struct rig *r, uint32_t person, bool choose, struct digest *phone)
{
        struct secret secret = rig_link(r, LINK_JOIN, person, MARIA, 101);
        struct message m = {.type = MESSAGE_JOIN};
        rig_secret_text(&secret, m.join.secret);
        m.join.yes = m.join.age_ok = m.join.instore = m.join.sizes = true;
        m.join.choose = choose;
        uint16_t status = rig_request(r, NULL, &m);
        if (status == 200)
                *phone = PHONE_OF(r);
        return status;
}

uint16_t story_arrive(struct rig *r, const struct digest *phone)
{
        struct message m = {.type = MESSAGE_ARRIVE};
        rig_door_code(r, m.arrive.code);
        snprintf(m.arrive.hint, sizeof(m.arrive.hint), "green coat");
        snprintf(m.arrive.if_busy, sizeof(m.arrive.if_busy), "other"); /* whoever comes: most stories go on */
        return rig_request(r, phone, &m);
}

uint16_t story_ask(struct rig *r, const struct digest *phone, enum message_type type)
{
        struct message m = {.type = type};
        return rig_request(r, phone, &m);
}

void story_connect_as(struct rig *r, uint64_t peer, uint32_t associate, enum session_kind kind)
{
        struct digest token = rig_session(r, kind, associate);
        rig_open(r, peer, kind == SESSION_CONSOLE ? FACE_CONSOLE : FACE_HANDHELD, &token);
        rig_hello(r, peer, "", 0);
}

bool story_says(const struct rig *r, const char *piece)
{
        return strstr(r->body, piece) != NULL;
}
