/* What OpenWrt's `ubus subscribe hostapd.X` and `ubus call hostapd.X get_clients` print, as facts about
 * stations. It knows addresses only. Numbers of any size and members of any kind are skipped, not read. Pure.
 */
#ifndef AGENT_CORE_UBUS_H
#define AGENT_CORE_UBUS_H

#include "agent/core/core.h"

#define UBUS_DEPTH_MAX 16

/* One line of `subscribe`. True if it says that somebody joined (sta-authorized) or left; *out is filled
 * then. */
bool ubus_event(struct slice line, struct core_station *out);

/* The answer of get_clients: `each` for every client that is authorized. 0; 1: it is no such answer, or cut
 * off. */
int ubus_clients(struct slice json, void (*each)(void *ctx, const struct core_station *s), void *ctx);

#endif
