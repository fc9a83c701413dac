#include "tests/core/reach_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct rig rig;

int reach_large_setup(void **state)
{
        rig_start(&rig);
        rig.large = true;
        rig_restart(&rig);
        *state = &rig;
        return 0;
}

/* Peer 10 + n is associate n's. */
void reach_connect(struct rig *r, uint32_t who)
{
        story_connect_as(r, 10 + who, who, who == EVA ? SESSION_CONSOLE : SESSION_HANDHELD);
}

void reach_connect_all(struct rig *r)
{
        static const uint32_t all[] = {MARIA, JONAS, EVA, IDA, OLE, TOM, UTE};
        for (size_t i = 0; i < ARRAY_LEN(all); i++)
                reach_connect(r, all[i]);
}

uint32_t reach_cards(const struct rig *r, uint32_t who)
{
        return rig_frames_of(r, 10 + who, CARD);
}

uint32_t reach_retracts(const struct rig *r, uint32_t who)
{
        return rig_frames_of(r, 10 + who, RETRACT);
}

uint16_t reach_arrive(struct rig *r, const struct digest *phone, const char *if_busy)
{
        struct message m = {.type = MESSAGE_ARRIVE};
        rig_door_code(r, m.arrive.code);
        snprintf(m.arrive.if_busy, sizeof(m.arrive.if_busy), "%s", if_busy);
        return rig_request(r, phone, &m);
}

uint16_t reach_says(struct rig *r, const struct digest *phone, const char *if_busy)
{
        struct message m = {.type = MESSAGE_TELL};
        snprintf(m.tell.if_busy, sizeof(m.tell.if_busy), "%s", if_busy);
        return rig_request(r, phone, &m);
}

bool reach_now_says(struct rig *r, const struct digest *phone, const char *piece)
{
        assert_int_equal(story_ask(r, phone, MESSAGE_NOW), 200);
        return story_says(r, piece);
}

/* Anna is at the floor's rung: Jonas, Tom and Ute have her card, and Maria, Ida and Ole had it. */
void reach_to_the_floor(struct rig *r, struct digest *phone)
{
        reach_connect_all(r);
        assert_int_equal(story_join(r, ANNA, true, phone), 200);
        assert_int_equal(reach_arrive(r, phone, "other"), 200);
        rig_wait(r, 67000);
        assert_int_equal(reach_cards(r, JONAS) + reach_cards(r, TOM) + reach_cards(r, UTE), 3);
        assert_int_equal(reach_retracts(r, JONAS) + reach_retracts(r, TOM) + reach_retracts(r, UTE), 0);
}

uint8_t reach_reply_to(const struct rig *r, uint32_t who)
{
        for (uint32_t i = r->offers; i-- > 0;)
                if (r->offer_rows[i].associate == who)
                        return r->offer_replies[i];
        return 255;
}

uint8_t reach_rung_of(const struct rig *r, uint32_t who)
{
        for (uint32_t i = r->offers; i-- > 0;)
                if (r->offer_rows[i].associate == who)
                        return r->offer_rungs[i];
        return RUNG_NONE;
}
