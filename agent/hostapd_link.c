#include "agent/hostapd_link.h"

#include "agent/scrub.h"
#include "server/common/clock.h"
#include "server/common/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define ANSWER_MS  2000
#define RETRY_MS   1000
#define BUSY_MS    50 /* hostapd's queue is full: try again */
#define TRIES_MAX  3  /* of a list whose stations vanish while it is read */
#define BURST_MOST 64 /* datagrams a turn, so that the uplink has its turn too */

static void radio_is(struct hostapd *h, uint8_t i, bool up)
{
        if (h->radios[i].up == up)
                return;
        h->radios[i].up = up;
        (up ? h->ap.sink.up : h->ap.sink.down)(h->ap.sink.ctx, i);
}

int link_radio_named(struct hostapd *h, struct slice name, uint8_t link)
{
        for (uint8_t i = 0; i < h->n_radios; i++)
                if (h->radios[i].link == link &&
                        (!h->links[link].global || slice_is(name, h->radios[i].name)))
                        return i;
        if (h->n_radios == CORE_RADIOS_MAX || name.len == 0 || name.len >= INTERFACE_MAX)
                return -1;
        struct radio *r = &h->radios[h->n_radios];
        *r = (struct radio){.link = link};
        memcpy(r->name, name.at, name.len);
        return h->n_radios++;
}

static uint8_t index_of(const struct link *l)
{
        return (uint8_t)(l - l->h->links);
}

void link_go_away(struct link *l, const char *why)
{
        struct hostapd *h = l->h;
        if (l->state == LINK_UP)
                LOG(LOG_WARN, "hostapd", "the access point does not answer; waiting for it",
                        log_word("reason", why));
        dgram_close(l->events);
        dgram_close(l->questions);
        l->events = l->questions = NULL;
        l->state = LINK_AWAY;
        l->open = ASK_NOTHING;
        l->to_list = 0;
        l->due = clock_mono() + RETRY_MS;
        explicit_bzero(l->asks, sizeof l->asks);
        explicit_bzero(l->about, sizeof l->about);
        l->n_asks = 0;
        for (uint8_t i = 0; i < h->n_radios; i++)
                if (h->radios[i].link == index_of(l))
                        radio_is(h, i, false);
}

/* ---- questions, one at a time */

int link_say(const struct dgram *d, const char *text)
{
        if (send(d->fd, text, strlen(text), MSG_NOSIGNAL) >= 0)
                return 0;
        return errno == EAGAIN || errno == ENOBUFS ? 1 : -1;
}

static void pose(
        struct link *l, enum question question, uint8_t radio, const char *verb, const uint8_t mac[6])
{
        char text[INTERFACE_MAX + 64];
        int n = 0;
        if (l->global && question != ASK_PING && question != ASK_INTERFACES)
                n = snprintf(text, sizeof text, "IFNAME=%s ", l->h->radios[radio].name);
        n += snprintf(text + n, sizeof text - (size_t)n, "%s", verb);
        if (mac)
                snprintf(text + n, sizeof text - (size_t)n, " %02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
                        mac[2], mac[3], mac[4], mac[5]);
        int rc = link_say(l->questions, text);
        explicit_bzero(text, sizeof text);
        if (rc < 0) {
                link_go_away(l, strerror(errno));
                return;
        }
        l->open = rc == 0 ? question : ASK_NOTHING;
        l->due = clock_mono() + (rc == 0 ? ANSWER_MS : BUSY_MS);
}

static uint8_t first_of(uint32_t radios)
{
        uint8_t i = 0;
        while (!(radios & 1u << i))
                i++;
        return i;
}

/* What to ask next: about somebody who just came, then the list, then whether it is still there. */
void link_pose_next(struct link *l)
{
        mono_ms now = clock_mono();
        if (l->state != LINK_UP || l->open != ASK_NOTHING || now < l->due)
                return;
        l->due = 0;
        if (l->n_asks > 0) {
                pose(l, ASK_STATION, l->asks[0].radio, "STA", l->asks[0].mac);
        } else if (l->to_list) {
                uint8_t radio = first_of(l->to_list);
                if (l->still)
                        pose(l, ASK_STILL, radio, "STA", l->about);
                else if (l->begun)
                        pose(l, ASK_NEXT, radio, "STA-NEXT", l->about);
                else
                        pose(l, ASK_FIRST, radio, "STA-FIRST", NULL);
        } else if (now >= l->ping_at) {
                l->ping_at = now + l->h->ap.options->ping_ms;
                pose(l, ASK_PING, 0, "PING", NULL);
        }
}

/* ---- the list */

static void from_the_start(struct link *l)
{
        l->begun = l->still = false;
        explicit_bzero(l->about, sizeof l->about);
}

static void list_done(struct link *l, bool whole)
{
        uint32_t radio = 1u << first_of(l->to_list);
        l->to_list &= ~radio;
        if (whole)
                l->h->listed |= radio;
        l->tries = 0;
        from_the_start(l);
}

static void hand_on(struct hostapd *h, uint8_t radio, const struct core_station *s)
{
        h->ap.sink.station(h->ap.sink.ctx, radio, s);
}

static void on_listed(struct link *l, enum question asked, struct slice reply)
{
        struct core_station s;
        enum hostapd_reply what = hostapd_sta(reply, &s);
        switch (what) {
        case HOSTAPD_STA:
        case HOSTAPD_WAITING:
                memcpy(l->about, s.mac, sizeof s.mac);
                l->begun = true;
                if (what == HOSTAPD_STA)
                        hand_on(l->h, first_of(l->to_list), &s);
                break;
        case HOSTAPD_END:
                list_done(l, true);
                break;
        case HOSTAPD_FAIL:
                /* The end of the list by some builds; or the one we asked from has gone meanwhile. */
                if (asked == ASK_FIRST)
                        list_done(l, true);
                else
                        l->still = true;
                break;
        }
        explicit_bzero(&s, sizeof s);
}

static void on_still(struct link *l, struct slice reply)
{
        struct core_station s;
        enum hostapd_reply what = hostapd_sta(reply, &s);
        explicit_bzero(&s, sizeof s);
        if (what == HOSTAPD_STA || what == HOSTAPD_WAITING)
                list_done(l, true);
        else if (++l->tries >= TRIES_MAX)
                list_done(l, false);
        else
                from_the_start(l);
}

void link_start_list(struct link *l)
{
        if (l->state != LINK_UP)
                return;
        if (!dgram_named(l->events) || !dgram_named(l->questions)) {
                link_go_away(l, "this agent's socket was removed");
                return;
        }
        for (uint8_t i = 0; i < l->h->n_radios; i++)
                if (l->h->radios[i].link == index_of(l) && l->h->radios[i].up)
                        l->to_list |= 1u << i;
        l->tries = 0;
        from_the_start(l);
        /* Twice in its list we would hear everything twice, so first out, then in. */
        if (link_say(l->events, "DETACH") < 0 || link_say(l->events, "ATTACH") != 0)
                link_go_away(l, "it cannot be told that we listen");
}

/* ---- what comes in */

static void on_interfaces(struct link *l, struct slice reply)
{
        size_t from = 0;
        for (size_t i = 0; i <= reply.len; i++) {
                if (i < reply.len && reply.at[i] != '\n')
                        continue;
                int radio = link_radio_named(l->h, (struct slice){reply.at + from, i - from}, index_of(l));
                if (radio >= 0)
                        radio_is(l->h, (uint8_t)radio, true);
                from = i + 1;
        }
}

static void on_answer(struct link *l, struct slice reply)
{
        struct core_station s;
        enum question asked = l->open;
        l->open = ASK_NOTHING;
        l->due = 0;
        switch (asked) {
        case ASK_INTERFACES:
                on_interfaces(l, reply);
                break;
        case ASK_STATION:
                if (hostapd_sta(reply, &s) == HOSTAPD_STA)
                        hand_on(l->h, l->asks[0].radio, &s);
                explicit_bzero(&s, sizeof s);
                if (l->n_asks > 0) {
                        l->n_asks--;
                        memmove(&l->asks[0], &l->asks[1], l->n_asks * sizeof l->asks[0]);
                        explicit_bzero(&l->asks[l->n_asks], sizeof l->asks[0]);
                }
                break;
        case ASK_FIRST:
        case ASK_NEXT:
                on_listed(l, asked, reply);
                break;
        case ASK_STILL:
                on_still(l, reply);
                break;
        case ASK_PING: /* that there was an answer is all */
        case ASK_NOTHING:
                break;
        }
}

static void on_attached(struct link *l)
{
        if (l->state != LINK_ATTACHING)
                return;
        l->state = LINK_UP;
        l->open = ASK_NOTHING;
        l->due = 0;
        l->ping_at = clock_mono() + l->h->ap.options->ping_ms;
        LOG(LOG_NOTE, "hostapd", "the access point answers");
        bool any = false;
        for (uint8_t i = 0; i < l->h->n_radios; i++) {
                if (l->h->radios[i].link == index_of(l)) {
                        radio_is(l->h, i, true);
                        any = true;
                }
        }
        if (l->global && !any)
                pose(l, ASK_INTERFACES, 0, "INTERFACES", NULL);
}

static void on_event(struct link *l, struct slice text)
{
        struct slice interface;
        struct core_station s;
        enum hostapd_line what = hostapd_event(text, &interface, &s);
        if (slice_is(text, "OK\n") || slice_is(text, "OK")) {
                on_attached(l);
                return;
        }
        int radio = what == HOSTAPD_OTHER ? -1 : link_radio_named(l->h, interface, index_of(l));
        if (what == HOSTAPD_ENDING)
                link_go_away(l, "it is stopping");
        else if (radio >= 0 && what == HOSTAPD_ENABLED)
                radio_is(l->h, (uint8_t)radio, true);
        else if (radio >= 0 && what == HOSTAPD_DISABLED)
                radio_is(l->h, (uint8_t)radio, false);
        else if (radio >= 0 && what == HOSTAPD_STATION)
                hand_on(l->h, (uint8_t)radio, &s);
        explicit_bzero(&s, sizeof s);
}

/* One datagram; 0, or 1 when there is none (the link may be away by then). */
__attribute__((noinline)) static int read_one(struct link *l, bool event)
{
        struct hostapd *h = l->h;
        struct dgram *d = event ? l->events : l->questions;
        if (!d)
                return 1;
        ssize_t n = recv(d->fd, h->buffer, sizeof h->buffer, 0);
        if (n < 0) {
                if (errno != EAGAIN && errno != EINTR)
                        link_go_away(l, strerror(errno));
                return 1;
        }
        struct slice text = {h->buffer, (size_t)n};
        if (event)
                on_event(l, text);
        else
                on_answer(l, text);
        explicit_bzero(h->buffer, (size_t)n);
        return 0;
}

static void read_all(struct dgram *d, bool event)
{
        struct link *l = d->data;
        struct hostapd *h = l->h;
        for (int i = 0; i < BURST_MOST && read_one(l, event) == 0; i++)
                link_pose_next(l);
        ap_hostapd_turn(h);
        scrub_stack();
}

static void on_event_readable(struct dgram *d)
{
        read_all(d, true);
}

static void on_answer_readable(struct dgram *d)
{
        read_all(d, false);
}

/* ---- coming and going */

void link_try(struct link *l)
{
        struct hostapd *h = l->h;
        const char *own = h->ap.options->own;
        l->due = clock_mono() + RETRY_MS;
        l->events = dgram_open(h->ap.loop, own, l->path, on_event_readable, l);
        l->questions = l->events ? dgram_open(h->ap.loop, own, l->path, on_answer_readable, l) : NULL;
        if (!l->questions || link_say(l->events, "ATTACH") != 0) {
                int error = errno;
                dgram_close(l->events);
                dgram_close(l->questions);
                l->events = l->questions = NULL;
                if (error != ENOENT && error != ECONNREFUSED)
                        LOG(LOG_WARN, "hostapd",
                                "its socket cannot be used; look at ap.socket, ap.own and their owners",
                                log_word("socket", l->path), log_num("errno", error));
                return;
        }
        l->state = LINK_ATTACHING;
        l->due = clock_mono() + ANSWER_MS;
}

void link_see_to(struct link *l, mono_ms now)
{
        if (l->state == LINK_AWAY && now >= l->due)
                link_try(l);
        else if (l->state == LINK_ATTACHING && now >= l->due)
                link_go_away(l, "no answer");
        else if (l->open != ASK_NOTHING && now >= l->due)
                link_go_away(l, "no answer");
        link_pose_next(l);
}

mono_ms link_due(const struct link *l)
{
        bool waits = l->state == LINK_UP && l->open == ASK_NOTHING && l->due == 0;
        return waits ? l->ping_at : l->due;
}
