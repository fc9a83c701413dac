/* What happened and is not yet on the hub's disk, in order, in memory and as records of the spool file. When
 * there is no room, whole stays go first: who came and left again needs nobody any more. Pure. */
#ifndef AGENT_CORE_CLAIMS_H
#define AGENT_CORE_CLAIMS_H

#include "proto/agent.h"

#define CLAIMS_MAX        4096
#define CLAIM_RECORD_SIZE 40

struct claim {
        int64_t boot, seq, day;
        mono_ms at;   /* means nothing in a recalled claim */
        wall_ms wall; /* the machine's, which may have been wrong */
        uint16_t slot;
        uint8_t kind; /* enum agent_kind */
        int8_t rssi;
        bool saved;    /* it stands in the spool file */
        bool recalled; /* read from there: `at` means nothing */
};

struct claims {
        struct claim *list; /* CLAIMS_MAX, in the order of (boot, seq) */
        uint32_t n;
        uint32_t sent;    /* how many of them went out over this connection */
        uint64_t dropped; /* for want of room, since the start */
        bool rewrite;     /* the spool file holds records that are gone from here */
};

/* 0, or -1: no memory. */
int claims_init(struct claims *claims);
void claims_finish(struct claims *claims);

/* Appends; forgets something else if there is no room. */
void claims_add(struct claims *claims, const struct claim *claim);

/* Forgets all up to and including (boot, seq). */
void claims_ack(struct claims *claims, int64_t boot, int64_t seq);

/* Forgets what was not yet acknowledged about a slot. */
void claims_forget(struct claims *claims, int64_t day, uint16_t slot);

/* The form on disk: numbers little endian, a check of four bytes at the end, no identifier. */
void claim_pack(const struct claim *claim, uint8_t out[CLAIM_RECORD_SIZE]);
/* 0, or 1: these bytes are no record (half written, or somebody else's). */
int claim_unpack(const uint8_t bytes[CLAIM_RECORD_SIZE], struct claim *out);

#endif
