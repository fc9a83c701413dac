/* Avahi's client library on a libuv loop: its watches and timeouts, with one poll handle a descriptor.
 *
 * libuv refuses a second handle for a descriptor that has one (UV_EEXIST), and D-Bus asks for two watches,
 * one to read and one to write: so the watches of a descriptor share its handle. All calls and callbacks are
 * of the loop's thread. Beware: libavahi-client waits for the daemon's answers, up to 25 s; whoever must not
 * stand still gives it a loop of its own. */
#ifndef COMMON_MDNS_LOOP_H
#define COMMON_MDNS_LOOP_H

#include <avahi-common/watch.h>
#include <uv.h>

struct mdns_loop;

/* NULL: out of memory. The loop is borrowed. */
struct mdns_loop *mdns_loop_create(uv_loop_t *loop);
/* What avahi_client_new() wants; lives as long as `m`. */
const AvahiPoll *mdns_loop_api(const struct mdns_loop *m);
/* Call it after avahi_client_free(), which gives back all watches and timeouts. Their handles close in the
 * loop's next turn. NULL is fine. */
void mdns_loop_destroy(struct mdns_loop *m);

#endif
