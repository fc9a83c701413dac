/* How many arrivals each department had in the last hour [P164, P165]. Only the files of server/core include
 * this. */
#ifndef CORE_FLOW_H
#define CORE_FLOW_H

#include "server/core/hub.h"

struct json_out;

#define FLOW_MOST 61 /* no limit is above 60, so older arrivals than the newest so many decide nothing */
#define FLOW_TOLD 4  /* names that an answer has room for; more would not be read at a door either */
/* Fewer arrivals than this are told to nobody at a door: whoever stands there has seen them come in. */
#define FLOW_LEAST 5

/* The newest arrivals of one department: arrival i came at at[i % FLOW_MOST], of one clock or another. */
struct flow {
        uint64_t n;
        int64_t at[FLOW_MOST];
};
void flow_add(struct flow *flow, int64_t at);
/* How many came within the hour that ends at `now`, up to FLOW_MOST: one of 59:59 ago counts, one of 60:00
 * does not. */
uint32_t flow_count(const struct flow *flow, int64_t now);

/* An arrival of whose department this associate (surrogate) is, at that moment; 0: of none. */
void flow_came(struct hub *hub, uint32_t associate, mono_ms at);
void flow_start(struct hub *hub, const struct snapshot *s);
/* A visit that is durable now. False: nobody has it yet, so it is to be counted when somebody was asked. */
bool flow_visit(struct hub *hub, const struct live_visit_row *row);
/* Arrivals of a department within the last hour, up to FLOW_MOST. */
uint32_t flow_now(const struct hub *hub, uint32_t department);
/* Whether each department of hers (index) has as many as it can serve; who is in none is never full. */
bool flow_full(const struct hub *hub, uint32_t associate);
/* Adds "full": the names of departments that are full now, with FLOW_LEAST arrivals; of these (bits) only,
 * and at most FLOW_TOLD. */
void flow_write(const struct hub *hub, struct json_out *j, uint32_t departments);

#endif
