/* What the store's Wi-Fi has to do with visits: presence, the phones it may notice, the agents of its access
 * points. Part of state.h, which includes it. */
#ifndef CORE_WIFI_H
#define CORE_WIFI_H

#include "server/core/state.h"

/* ---- sensed.c: what presence means for visits ---- */
void sensed_sweep(struct hub *hub);
/* A visit's durable row is what presence was told. */
void sensed_visit(struct hub *hub, const struct live_visit_row *row);
void sensed_restore(struct hub *hub, const struct visit *v);
bool sensed_here(const struct hub *hub, uint32_t person); /* her phone is on the store's Wi-Fi now */
void sensed_its_her(struct hub *, struct pending *);
void customer_notice(struct hub *, struct pending *);

/* ---- device.c ---- */
bool devices_create(struct hub *hub);
void devices_destroy(struct hub *hub);
void devices_start(struct hub *hub, const struct snapshot *s);
void devices_day(struct hub *hub); /* each sweep: a new day has new slots */
/* Writes that her devices are silent today, or as long as she has paused, speak again, or are taken back;
 * they are so when it is durable. */
void devices_write(struct hub *hub, struct pending *p, uint32_t person, enum devices_do what);
void devices_committed(struct hub *hub, struct pending *p);
/* Whether agents get any tags; without, each has an empty set [P163]. */
void devices_tags(struct hub *hub, bool any);
/* The device of a slot of that day; NULL if there is none that counts. */
const struct device_row *device_of_slot(const struct hub *hub, int64_t day, int64_t slot);
struct agent_tag device_tag(const struct hub *hub, uint32_t slot); /* of today; zeroes: a free slot */
/* At a check-in on the store's own network: her phone is known by its address from now on, if she allowed it;
 * without an address, the phone that an access point holds now is renewed.
 * Without room, or while another is being bound, it is so at the next check-in. */
void device_bind_station(struct hub *hub, struct pending *p, uint32_t person);
void operator_device(struct hub *, struct pending *);

/* ---- agent.c ---- */
void agents_start(struct hub *hub, const struct snapshot *s);
void agents_sweep(struct hub *hub);
void agents_pump(struct hub *hub);    /* something changed that agents are told */
void agents_new_set(struct hub *hub); /* ... everything did */
void agent_opened(struct hub *hub);
void agent_message(struct hub *hub);
void agent_ready(struct hub *hub, uint64_t peer);
void agent_closed(struct hub *hub, uint64_t peer);
/* Closes its connection; its messages are not heard any more. */
void agent_let_go(struct hub *hub, struct agent *a, uint16_t code, const char *why);

/* ---- agent_pair.c ---- */
void agent_pair(struct hub *, struct pending *);
void operator_agent(struct hub *, struct pending *);
void operator_agents(struct hub *, struct pending *);
void operator_agent_revoke(struct hub *, struct pending *);
/* Whether the agents' rows may be changed now. False: the request waits. */
bool agent_row_free(struct hub *hub, struct pending *p);
/* "ok", "silent", "down" or "new" (nobody is paired under the name), and how long ago it was heard; -1:
 * never. */
const char *agent_state(const struct hub *hub, const struct agent *a, int64_t *heard_s);

/* ---- agent_zone.c ---- */
/* Looks anew at which agents stand where nothing counts: after house rules, rows or names have changed. */
void agents_zones(struct hub *hub);
/* The zones that there are, a sensor without one by its name; none that the rules could not name. */
void agents_tell_zones(const struct hub *hub, struct house_wanted *out);
void operator_agent_zone(struct hub *, struct pending *);

#endif
