/* One link to hostapd: an interface's control socket, or the global one, with a socket of ours for events and
 * one for questions, so that an answer is never mistaken for an event.
 *
 *   AWAY -- connect, ATTACH --> ATTACHING -- OK --> UP -- no answer in 2 s, refused --> AWAY (again in 1 s)
 *
 * One question is open at a time: about somebody who just came, then the list, then whether hostapd is still
 * there. */
#ifndef AGENT_HOSTAPD_LINK_H
#define AGENT_HOSTAPD_LINK_H

#include "agent/ap.h"
#include "agent/core/hostapd.h"
#include "agent/dgram.h"

#define ASKS_MAX      64
#define INTERFACE_MAX 32

enum link_state { LINK_AWAY, LINK_ATTACHING, LINK_UP };
enum question { ASK_NOTHING, ASK_PING, ASK_INTERFACES, ASK_STATION, ASK_FIRST, ASK_NEXT, ASK_STILL };

struct ask {
        uint8_t radio, mac[6];
};

struct hostapd;
struct link {
        struct hostapd *h;
        char path[DGRAM_PATH];
        bool global;
        enum link_state state;
        struct dgram *events, *questions;
        enum question open; /* what the next answer is to */
        uint8_t about[6];
        mono_ms due; /* of the open answer, or of the next try */
        mono_ms ping_at;
        struct ask asks[ASKS_MAX];
        uint32_t n_asks;
        uint32_t to_list;  /* radios, a bit each */
        bool begun, still; /* `about` is the last of the list so far; whether that one is still there is the
                              question */
        int tries;
};

struct radio {
        char name[INTERFACE_MAX];
        uint8_t link;
        bool up;
};

struct hostapd {
        struct ap ap;
        uv_timer_t timer;
        struct link links[CORE_RADIOS_MAX];
        struct radio radios[CORE_RADIOS_MAX];
        uint8_t n_links, n_radios;
        bool sweeping, closing;
        uint32_t listed;
        char buffer[HOSTAPD_DATAGRAM_MAX];
};

/* Tries to connect, gives up waiting, asks what is next: whatever is due at `now`. */
void link_see_to(struct link *l, mono_ms now);
/* When link_see_to has something to do. */
mono_ms link_due(const struct link *l);
void link_try(struct link *l);
void link_go_away(struct link *l, const char *why);
/* Begins to list its radios, and has hostapd note again that we listen. */
void link_start_list(struct link *l);
void link_pose_next(struct link *l);
/* The radio of this name; a new one if there is room, else -1. */
int link_radio_named(struct hostapd *h, struct slice name, uint8_t link);
/* 0; 1: hostapd's queue is full; -1 with errno. */
int link_say(const struct dgram *d, const char *text);

/* After whatever happened on a link: is the list through, and when is something due? */
void ap_hostapd_turn(struct hostapd *h);

#endif
