/* What hostapd says on its control socket: event lines and the replies to STA, STA-FIRST and STA-NEXT, as
 * facts about stations. Nothing is copied: what is found points into the line. Pure. */
#ifndef AGENT_CORE_HOSTAPD_H
#define AGENT_CORE_HOSTAPD_H

#include "agent/core/core.h"

#define HOSTAPD_DATAGRAM_MAX 8192 /* hostapd's own replies end at 4096 */

enum hostapd_line {
        HOSTAPD_OTHER,   /* nothing that we need: handshakes, wrong keys, probes, and what is to come */
        HOSTAPD_STATION, /* somebody joined or left */
        HOSTAPD_ENABLED,
        HOSTAPD_DISABLED,
        HOSTAPD_ENDING, /* hostapd is about to stop */
};

/* Reads one event, with or without "IFNAME=wlan0 " (then *interface is set, else empty) and "<3>". */
enum hostapd_line hostapd_event(struct slice line, struct slice *interface, struct core_station *out);

enum hostapd_reply {
        HOSTAPD_STA,     /* a station that is let in */
        HOSTAPD_WAITING, /* a station that is not, or not yet; only its address is filled in */
        HOSTAPD_END,     /* empty: there is no further one */
        HOSTAPD_FAIL,    /* FAIL, or something that is no reply */
};

enum hostapd_reply hostapd_sta(struct slice reply, struct core_station *out);

#endif
