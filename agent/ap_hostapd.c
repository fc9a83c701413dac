/* hostapd's control interface: a link for each interface's socket, or one for the global socket.
 *
 * hostapd forgets who listens, silently: when it starts anew, when our socket's file is gone, when we were
 * too slow. So it is asked for a sign of life now and then, and told again before each sweep that we listen;
 * what was missed, the sweep finds. */
#include "agent/ap.h"

#include "agent/hostapd_link.h"
#include "agent/scrub.h"
#include "server/common/clock.h"
#include "server/common/log.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LOOK_MS 5000 /* for new interfaces */

static void add_link(struct hostapd *h, const char *path, const char *name, size_t len)
{
        for (uint8_t i = 0; i < h->n_radios; i++)
                if (slice_is((struct slice){name, len}, h->radios[i].name))
                        return;
        if (h->n_links == CORE_RADIOS_MAX || h->n_radios == CORE_RADIOS_MAX)
                return;
        struct link *l = &h->links[h->n_links];
        int n = snprintf(l->path, sizeof l->path, "%s/%.*s", path, (int)len, name);
        if (n < 0 || (size_t)n >= sizeof l->path)
                return;
        l->h = h;
        h->n_links++;
        link_radio_named(h, (struct slice){name, len}, (uint8_t)(h->n_links - 1));
}

/* The configured interfaces; without any, every socket in the folder but the global one. */
static void find_links(struct hostapd *h)
{
        const struct ap_options *o = h->ap.options;
        struct stat s;
        char path[DGRAM_PATH + 256];
        for (const char *at = o->interfaces; *at;) {
                size_t len = strcspn(at, " ,");
                if (len > 0)
                        add_link(h, o->socket, at, len);
                at += len + strspn(at + len, " ,");
        }
        DIR *dir = o->interfaces[0] ? NULL : opendir(o->socket);
        for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
                snprintf(path, sizeof path, "%s/%s", o->socket, e->d_name);
                if (e->d_name[0] != '.' && strcmp(e->d_name, "global") != 0 && stat(path, &s) == 0 &&
                        S_ISSOCK(s.st_mode))
                        add_link(h, o->socket, e->d_name, strlen(e->d_name));
        }
        if (dir)
                closedir(dir);
}

/* ap.socket is hostapd's global socket, not a folder: one link for all. */
static void global_link(struct hostapd *h)
{
        const struct ap_options *o = h->ap.options;
        struct link *l = &h->links[h->n_links++];
        snprintf(l->path, sizeof l->path, "%s", o->socket);
        l->h = h;
        l->global = true;
        for (const char *at = o->interfaces; *at;) {
                size_t len = strcspn(at, " ,");
                link_radio_named(h, (struct slice){at, len}, 0);
                at += len + strspn(at + len, " ,");
        }
}

static void on_timer(uv_timer_t *timer)
{
        struct hostapd *h = timer->data;
        mono_ms now = clock_mono();
        if (h->n_links == 0 || !h->links[0].global)
                find_links(h);
        for (uint8_t i = 0; i < h->n_links; i++)
                link_see_to(&h->links[i], now);
        ap_hostapd_turn(h);
        scrub_stack();
}

/* After whatever happened: is the list through, and when is something due? */

void ap_hostapd_turn(struct hostapd *h)
{
        mono_ms now = clock_mono(), at = now + LOOK_MS;
        bool listing = false;
        if (h->closing)
                return;
        for (uint8_t i = 0; i < h->n_links; i++) {
                mono_ms due = link_due(&h->links[i]);
                listing = listing || h->links[i].to_list;
                at = due < at ? due : at;
        }
        uv_timer_start(&h->timer, on_timer, at > now ? (uint64_t)(at - now) : 1, 0);
        if (h->sweeping && !listing) {
                h->sweeping = false;
                h->ap.sink.swept(h->ap.sink.ctx, h->listed);
        }
}

static void hostapd_ask(struct ap *ap, uint8_t radio, const uint8_t mac[6])
{
        struct hostapd *h = (struct hostapd *)ap;
        struct link *l = radio < h->n_radios ? &h->links[h->radios[radio].link] : NULL;
        if (!l || l->state != LINK_UP || l->n_asks == ASKS_MAX)
                return;
        struct ask *a = &l->asks[l->n_asks++];
        a->radio = radio;
        memcpy(a->mac, mac, sizeof a->mac);
        link_pose_next(l);
}

static void hostapd_sweep(struct ap *ap)
{
        struct hostapd *h = (struct hostapd *)ap;
        h->sweeping = true;
        h->listed = 0;
        for (uint8_t i = 0; i < h->n_links; i++) {
                link_start_list(&h->links[i]);
                link_pose_next(&h->links[i]);
        }
        /* Not here and now: the core is not done with the step that asked for it. */
        uv_timer_start(&h->timer, on_timer, 1, 0);
}

static void on_timer_closed(uv_handle_t *handle)
{
        free(handle->data);
}

static void hostapd_close(struct ap *ap)
{
        struct hostapd *h = (struct hostapd *)ap;
        h->closing = true;
        for (uint8_t i = 0; i < h->n_links; i++) {
                if (h->links[i].events)
                        link_say(h->links[i].events, "DETACH");
                dgram_close(h->links[i].events);
                dgram_close(h->links[i].questions);
        }
        uv_close((uv_handle_t *)&h->timer, on_timer_closed);
}

static const struct ap_ops ops = {hostapd_ask, hostapd_sweep, hostapd_close};

struct ap *ap_hostapd_open(uv_loop_t *loop, const struct ap_options *options, const struct ap_sink *sink)
{
        struct stat s;
        struct hostapd *h = calloc(1, sizeof *h);
        if (!h || (mkdir(options->own, 0700) != 0 && errno != EEXIST)) {
                LOG(LOG_ERROR, "hostapd",
                        "the folder for this agent's sockets cannot be made: set ap.own to one that can",
                        log_word("path", options->own), log_num("errno", errno));
                free(h);
                return NULL;
        }
        h->ap = (struct ap){.ops = &ops, .loop = loop, .sink = *sink, .options = options};
        dgram_clean(options->own);
        uv_timer_init(loop, &h->timer);
        h->timer.data = h;
        if (stat(options->socket, &s) == 0 && S_ISSOCK(s.st_mode))
                global_link(h);
        uv_timer_start(&h->timer, on_timer, 0, 0);
        return &h->ap;
}
