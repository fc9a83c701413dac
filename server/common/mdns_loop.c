#include "server/common/mdns_loop.h"

#include <avahi-common/timeval.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* One descriptor: its handle, and the watches that share it. */
struct fd_poll {
        uv_poll_t handle;
        struct mdns_loop *of;
        int fd;
        bool calling; /* its watches are being called: none of them may be freed now */
        bool closing;
        struct AvahiWatch *watches;
        struct fd_poll *next;
};

struct AvahiWatch {
        struct fd_poll *poll;
        AvahiWatchEvent wanted, happened;
        AvahiWatchCallback call;
        void *userdata;
        bool dead;
        struct AvahiWatch *next;
};

struct AvahiTimeout {
        uv_timer_t timer;
        AvahiTimeoutCallback call;
        void *userdata;
};

struct mdns_loop {
        AvahiPoll api;
        uv_loop_t *loop;
        struct fd_poll *polls;
};

/* ---- descriptors ---- */
static void on_poll(uv_poll_t *handle, int status, int events);

static int uv_events(AvahiWatchEvent wanted)
{
        return (wanted & AVAHI_WATCH_IN ? UV_READABLE : 0) | (wanted & AVAHI_WATCH_OUT ? UV_WRITABLE : 0) |
               (wanted & AVAHI_WATCH_HUP ? UV_DISCONNECT : 0);
}

static AvahiWatchEvent avahi_events(int status, int events)
{
        if (status < 0)
                return AVAHI_WATCH_ERR | AVAHI_WATCH_HUP;
        return (AvahiWatchEvent)((events & UV_READABLE ? AVAHI_WATCH_IN : 0) |
                                 (events & UV_WRITABLE ? AVAHI_WATCH_OUT : 0) |
                                 (events & UV_DISCONNECT ? AVAHI_WATCH_HUP : 0));
}

static void listen_for(struct fd_poll *p)
{
        int events = 0;
        for (struct AvahiWatch *w = p->watches; w; w = w->next)
                if (!w->dead)
                        events |= uv_events(w->wanted);
        if (events)
                uv_poll_start(&p->handle, events, on_poll);
        else
                uv_poll_stop(&p->handle);
}

static bool has_live_watch(const struct fd_poll *p)
{
        for (const struct AvahiWatch *w = p->watches; w; w = w->next)
                if (!w->dead)
                        return true;
        return false;
}

static void free_dead_watches(struct fd_poll *p)
{
        struct AvahiWatch **at = &p->watches;
        while (*at) {
                struct AvahiWatch *w = *at;
                if (w->dead) {
                        *at = w->next;
                        free(w);
                } else {
                        at = &w->next;
                }
        }
}

static void on_poll_closed(uv_handle_t *handle)
{
        struct fd_poll *p = handle->data;
        free_dead_watches(p);
        free(p);
}

/* At once, even while its watches are called: the descriptor may be closed and its number used again before
 * they return. */
static void close_poll(struct fd_poll *p)
{
        struct fd_poll **at = &p->of->polls;
        while (*at != p)
                at = &(*at)->next;
        *at = p->next;
        p->closing = true;
        uv_close((uv_handle_t *)&p->handle, on_poll_closed);
}

static void on_poll(uv_poll_t *handle, int status, int events)
{
        struct fd_poll *p = handle->data;
        AvahiWatchEvent happened = avahi_events(status, events);
        p->calling = true;
        for (struct AvahiWatch *w = p->watches; w; w = w->next) {
                w->happened = happened & (w->wanted | AVAHI_WATCH_ERR | AVAHI_WATCH_HUP);
                if (!w->dead && w->happened)
                        w->call(w, p->fd, w->happened, w->userdata);
                w->happened = (AvahiWatchEvent)0;
        }
        p->calling = false;
        if (p->closing)
                return; /* the rest happens when the handle is closed */
        free_dead_watches(p);
        listen_for(p);
}

static struct fd_poll *poll_of(struct mdns_loop *m, int fd)
{
        struct fd_poll *p = m->polls;
        while (p && p->fd != fd)
                p = p->next;
        if (p)
                return p;
        p = calloc(1, sizeof *p);
        if (!p || uv_poll_init(m->loop, &p->handle, fd) != 0) {
                free(p);
                return NULL;
        }
        p->handle.data = p;
        p->of = m;
        p->fd = fd;
        p->next = m->polls;
        m->polls = p;
        return p;
}

static AvahiWatch *watch_new(
        const AvahiPoll *api, int fd, AvahiWatchEvent wanted, AvahiWatchCallback call, void *userdata)
{
        struct AvahiWatch *w = calloc(1, sizeof *w);
        if (!w)
                return NULL;
        w->poll = poll_of(api->userdata, fd);
        if (!w->poll) {
                free(w);
                return NULL;
        }
        w->wanted = wanted;
        w->call = call;
        w->userdata = userdata;
        w->next = w->poll->watches;
        w->poll->watches = w;
        listen_for(w->poll);
        return w;
}

static void watch_update(AvahiWatch *w, AvahiWatchEvent wanted)
{
        w->wanted = wanted;
        listen_for(w->poll);
}

static AvahiWatchEvent watch_get_events(AvahiWatch *w)
{
        return w->happened;
}

static void watch_free(AvahiWatch *w)
{
        struct fd_poll *p = w->poll;
        w->dead = true;
        if (!has_live_watch(p)) {
                close_poll(p);
        } else if (!p->calling) {
                free_dead_watches(p);
                listen_for(p);
        }
}

/* ---- timeouts ---- */
static void on_timer(uv_timer_t *timer)
{
        struct AvahiTimeout *t = timer->data;
        t->call(t, t->userdata);
}

static void timeout_update(AvahiTimeout *t, const struct timeval *at)
{
        if (!at) {
                uv_timer_stop(&t->timer);
                return;
        }
        AvahiUsec left_us = -avahi_age(at); /* Avahi names moments of the wall clock */
        uv_update_time(t->timer.loop);
        uv_timer_start(&t->timer, on_timer, left_us > 0 ? (uint64_t)(left_us + 999) / 1000 : 0, 0);
}

static AvahiTimeout *timeout_new(
        const AvahiPoll *api, const struct timeval *at, AvahiTimeoutCallback call, void *userdata)
{
        struct mdns_loop *m = api->userdata;
        struct AvahiTimeout *t = calloc(1, sizeof *t);
        if (!t)
                return NULL;
        uv_timer_init(m->loop, &t->timer);
        t->timer.data = t;
        t->call = call;
        t->userdata = userdata;
        timeout_update(t, at);
        return t;
}

static void on_timer_closed(uv_handle_t *handle)
{
        free(handle->data);
}

static void timeout_free(AvahiTimeout *t)
{
        uv_close((uv_handle_t *)&t->timer, on_timer_closed);
}

/* ---- the module's face ---- */
struct mdns_loop *mdns_loop_create(uv_loop_t *loop)
{
        struct mdns_loop *m = calloc(1, sizeof *m);
        if (!m)
                return NULL;
        m->loop = loop;
        m->api = (AvahiPoll){.userdata = m,
                .watch_new = watch_new,
                .watch_update = watch_update,
                .watch_get_events = watch_get_events,
                .watch_free = watch_free,
                .timeout_new = timeout_new,
                .timeout_update = timeout_update,
                .timeout_free = timeout_free};
        return m;
}

const AvahiPoll *mdns_loop_api(const struct mdns_loop *m)
{
        return &m->api;
}

void mdns_loop_destroy(struct mdns_loop *m)
{
        while (m && m->polls) {
                for (struct AvahiWatch *w = m->polls->watches; w; w = w->next)
                        w->dead = true;
                close_poll(m->polls);
        }
        free(m);
}
