/* The only maker of a card: projected view in, one frame of one size class out. Pure; sees no raw rows. */
#ifndef RULEBOOK_RENDER_H
#define RULEBOOK_RENDER_H

#include "server/rulebook/view.h"

#define CARD_FRAME_SIZE 4096 /* decision 24: every card frame has exactly this size, padded with spaces */

/* Whether the customer's own face sees it (her preview) or a handheld. */
struct card_head {
        uint64_t seq;         /* position in the associate's stream; 0 in a preview */
        uint32_t card;        /* ordinal of the card in that stream: the only id that leaves the hub */
        const char *standing; /* "your client", "Maria's client", "new here" ...: made by the core */
        const char *meet;     /* "Shoes, floor 2" or "" */
        enum seen seen;
        bool may_be;              /* somebody's registered phone, no more: said instead of `seen` */
        int32_t age_s;            /* seconds since she was last noticed */
        int32_t answer_within_ms; /* 0 = no deadline */
        const char *state;        /* offered | accepted | with_her */
};

/* Writes exactly CARD_FRAME_SIZE bytes of JSON (proto/schema/card.json) into out; not NUL-terminated. */
void render(const struct view *view, const struct card_head *head, char out[CARD_FRAME_SIZE]);

#endif
