/* The few types that every layer shares: times, ids, digests. No code, no I/O. */
#ifndef PROTO_BASE_H
#define PROTO_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Monotonic milliseconds: only differences mean something; never written to disk. */
typedef int64_t mono_ms;
/* Milliseconds since 1970-01-01T00:00:00Z. */
typedef int64_t wall_ms;
/* Days since 1970-01-01 in the store's own time zone. */
typedef int32_t store_day;

/* Time-ordered UUID (version 7 layout, RFC 9562), made at the edge and handed in with the event. */
struct uuid {
        uint8_t b[16];
};

/* BLAKE2b-256 of a secret: what is kept at rest in place of a token or a one-time link's secret. */
struct digest {
        uint8_t b[32];
};

/* 32 random bytes that only their holder keeps: a token or a one-time link's secret. Never logged. */
struct secret {
        uint8_t b[32];
};

#define DAY_MS    INT64_C(86400000)
#define HOUR_MS   INT64_C(3600000)
#define MINUTE_MS INT64_C(60000)
#define SECOND_MS INT64_C(1000)

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
