/* How many arrivals each department had in the last hour [P164, P165]. Only the files of server/core include
 * this. */
#ifndef CORE_FLOW_H
#define CORE_FLOW_H

#include "server/core/hub.h"

struct json_out;

#define FLOW_MOST 61 /* no limit is above 60, so older arrivals than the newest so many decide nothing */
#define FLOW_TOLD 4  /* names that an answer has room for; more would not be read at a door either */
/* What is told outside the store is never so few that whoever stands there knows each of them, and as it was
 * at the last of steps of some minutes (set.full_step_ms): else its change would mark one arrival to the
 * second. */
#define FLOW_LEAST 5

/* The newest arrivals of one department: arrival i came at at[i % FLOW_MOST], of one clock or another. */
struct flow {
        uint64_t n;
        int64_t at[FLOW_MOST];
};
void flow_add(struct flow *flow, int64_t at);
/* How many came within the hour that ends at `now`, up to FLOW_MOST: one of 59:59 ago counts, one of 60:00
 * does not, nor one that came after `now`. */
uint32_t flow_count(const struct flow *flow, int64_t now);

/* An arrival of whose department this associate (surrogate) is, at that moment; 0: of none. */
void flow_came(struct hub *hub, uint32_t associate, mono_ms at);
/* After the visits were restored: which of them were counted is known by the same list. */
void flow_start(struct hub *hub, const struct snapshot *s);
/* A visit that is durable now. False: nobody has it yet, so it is to be counted when somebody was asked. */
bool flow_visit(struct hub *hub, const struct live_visit_row *row);
/* Arrivals of a department within the last hour, up to FLOW_MOST. */
uint32_t flow_now(const struct hub *hub, uint32_t department);
/* Whether each department of hers (index) has as many as it can serve; who is in none is never full. */
bool flow_full(const struct hub *hub, uint32_t associate);
/* Departments (bits) that are told to be full. One whose staff is never called is not: nobody waits there. */
uint32_t flow_told(const struct hub *hub);
/* Adds "full": their names, at most FLOW_TOLD. */
void flow_write(const struct hub *hub, struct json_out *j, uint32_t departments);

#endif
