/* An agent's core under a virtual clock, between a made-up access point that answers from a list of stations
 * and a made-up hub. Everything that goes out becomes a line of the trace. */
#ifndef TEST_AGENT_RIG_H
#define TEST_AGENT_RIG_H

#include "agent/core/core.h"

#define RIG_STATIONS 16
#define RIG_TRACE    65536

struct rig_station {
        uint8_t radio, mac[6];
        char keyid[32], user[64];
        int8_t rssi;
        int64_t inactive_ms, connected_s;
};

struct rig {
        struct core core;
        mono_ms now;
        wall_ms wall;
        struct rig_station air[RIG_STATIONS];
        size_t n_air;
        bool mute; /* the access point answers nothing */
        bool hub;  /* the socket takes frames */
        char trace[RIG_TRACE];
        size_t len;
};

/* At 10:00:00.000 by its own clock, boot 7. */
void rig_init(struct rig *rig);
void rig_finish(struct rig *rig);
/* Lets time pass, with every tick that comes due on the way. */
void rig_pass(struct rig *rig, int64_t ms);

void rig_up(struct rig *rig, uint8_t radio);
void rig_down(struct rig *rig, uint8_t radio);
/* A station joins: it is on the air from now on, and the event is told if `told`. */
void rig_join(
        struct rig *rig, uint8_t radio, const char *mac, const char *keyid, const char *user, bool told);
void rig_leave(struct rig *rig, uint8_t radio, const char *mac, bool told);
struct rig_station *rig_find(struct rig *rig, const char *mac);

void rig_open(struct rig *rig);
void rig_close(struct rig *rig);
void rig_hear(struct rig *rig, const char *frame); /* from the hub */
/* open, welcome 0/0, settings, a key and the set of these ids ("kada", "ugrace@example.com", "m3c0630aa0001")
 * from slot 0, day 1, version 1. */
void rig_greet(struct rig *rig, const char *const *ids, size_t n);
void rig_tag(int64_t day, const char *id, char out[17]);

/* Everything since the last call must be exactly this. */
void rig_expect(struct rig *rig, const char *trace);

#endif
