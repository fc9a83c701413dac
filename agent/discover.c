#include "agent/discover.h"

#include <avahi-client/client.h>
#include <avahi-client/lookup.h>
#include <avahi-common/domain.h>
#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/common/log.h"
#include "server/common/mdns_loop.h"

#define SERVICE_TYPE  "_maitred._tcp"
#define WAIT_LEAST_MS 1000
#define WAIT_MOST_MS  30000

/* One candidate, and the name under which it will say goodbye. */
struct entry {
        char name[AVAHI_LABEL_MAX], domain[AVAHI_DOMAIN_NAME_MAX];
        AvahiIfIndex interface;
        AvahiProtocol protocol;
        struct discover_candidate candidate;
        uint64_t heard; /* a count, not a time: later is greater */
};

struct discover {
        /* shared, under the lock */
        uv_mutex_t lock;
        struct entry list[DISCOVER_MOST];
        size_t n;
        uint64_t heard;
        /* the agent's side */
        uv_async_t wake;
        void (*changed)(void *userdata);
        void *userdata;
        /* the thread's side */
        uv_thread_t thread;
        uv_loop_t loop;
        uv_async_t stop;
        uv_timer_t again;
        struct mdns_loop *mdns;
        AvahiClient *client;
        AvahiServiceBrowser *browser;
        uint32_t asking;
        uint64_t wait_ms;
        bool stopping;
};

/* ---- the list ---- */
static bool same_service(const struct entry *e, AvahiIfIndex interface, AvahiProtocol protocol,
        const char *name, const char *domain)
{
        return e->interface == interface && e->protocol == protocol && strcmp(e->name, name) == 0 &&
               strcmp(e->domain, domain) == 0;
}

/* A hub may have an address of either family and listen on one of them only. */
static bool is_v6(const struct entry *e)
{
        return strchr(e->candidate.address, ':') != NULL;
}

/* The place for a service's address: its own, a free one, or that of the one heard of longest ago. */
static struct entry *place_for(struct discover *d, const struct entry *new_one)
{
        struct entry *oldest = &d->list[0];
        for (size_t i = 0; i < d->n; i++) {
                struct entry *e = &d->list[i];
                if (is_v6(e) == is_v6(new_one) && same_service(e, new_one->interface, new_one->protocol,
                                                          new_one->name, new_one->domain))
                        return e;
                if (e->heard < oldest->heard)
                        oldest = e;
        }
        return d->n < DISCOVER_MOST ? &d->list[d->n++] : oldest;
}

static void keep(struct discover *d, struct entry *e)
{
        uv_mutex_lock(&d->lock);
        e->heard = ++d->heard;
        *place_for(d, e) = *e;
        uv_mutex_unlock(&d->lock);
        uv_async_send(&d->wake);
}

static void forget(struct discover *d, AvahiIfIndex interface, AvahiProtocol protocol, const char *name,
        const char *domain)
{
        uv_mutex_lock(&d->lock);
        for (size_t i = 0; i < d->n; i++)
                if (same_service(&d->list[i], interface, protocol, name, domain))
                        d->list[i--] = d->list[--d->n];
        uv_mutex_unlock(&d->lock);
        uv_async_send(&d->wake);
}

/* IPv4 first: what a hub in a store listens on; then the most recently heard. */
static int compare(const void *a, const void *b)
{
        const struct entry *left = a, *right = b;
        if (is_v6(left) != is_v6(right))
                return is_v6(left) - is_v6(right);
        return (left->heard < right->heard) - (left->heard > right->heard);
}

size_t discover_list(struct discover *d, const char *id, struct discover_candidate *out, size_t most)
{
        struct entry sorted[DISCOVER_MOST];
        size_t n, written = 0;
        uv_mutex_lock(&d->lock);
        n = d->n;
        memcpy(sorted, d->list, n * sizeof sorted[0]);
        uv_mutex_unlock(&d->lock);
        qsort(sorted, n, sizeof sorted[0], compare);
        for (int wanted = 1; wanted >= 0; wanted--) /* first those with the id, then the others */
                for (size_t i = 0; i < n && written < most; i++)
                        if ((id && strcmp(sorted[i].candidate.id, id) == 0) == (bool)wanted)
                                out[written++] = sorted[i].candidate;
        return written;
}

/* ---- what Avahi says ---- */
static bool id_char(char c)
{
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
               c == '_';
}

/* The "id" of the record; "" if there is none or it holds anything but letters, digits, - and _. */
static void read_id(AvahiStringList *txt, char out[65])
{
        AvahiStringList *found = avahi_string_list_find(txt, "id");
        char *key = NULL, *value = NULL;
        size_t len = 0;
        out[0] = '\0';
        if (!found || avahi_string_list_get_pair(found, &key, &value, &len) != 0)
                return;
        bool good = value && len > 0 && len <= 64;
        for (size_t i = 0; good && i < len; i++)
                good = id_char(value[i]);
        if (good) {
                memcpy(out, value, len);
                out[len] = '\0';
        }
        avahi_free(key);
        avahi_free(value);
}

static bool write_address(
        const AvahiAddress *address, AvahiIfIndex interface, char out[DISCOVER_ADDRESS_SIZE])
{
        char number[AVAHI_ADDRESS_STR_MAX], name[IF_NAMESIZE];
        avahi_address_snprint(number, sizeof number, address);
        bool local = address->proto == AVAHI_PROTO_INET6 && address->data.ipv6.address[0] == 0xfe &&
                     (address->data.ipv6.address[1] & 0xc0) == 0x80;
        if (local && !if_indextoname((unsigned)interface, name))
                return false; /* a link-local address means nothing without its link */
        int n = local ? snprintf(out, DISCOVER_ADDRESS_SIZE, "%s%%%s", number, name)
                      : snprintf(out, DISCOVER_ADDRESS_SIZE, "%s", number);
        return n > 0 && n < DISCOVER_ADDRESS_SIZE;
}

static void on_resolved(AvahiServiceResolver *resolver, AvahiIfIndex interface, AvahiProtocol protocol,
        AvahiResolverEvent event, const char *name, const char *type, const char *domain, const char *host,
        const AvahiAddress *address, uint16_t port, AvahiStringList *txt, AvahiLookupResultFlags flags,
        void *userdata)
{
        struct discover *d = userdata;
        struct entry e = {.interface = interface, .protocol = protocol};
        (void)type;
        (void)host;
        (void)flags;
        if (event == AVAHI_RESOLVER_FOUND && port != 0 && strlen(name) < sizeof e.name &&
                strlen(domain) < sizeof e.domain && write_address(address, interface, e.candidate.address)) {
                memcpy(e.name, name, strlen(name) + 1);
                memcpy(e.domain, domain, strlen(domain) + 1);
                e.candidate.port = port;
                read_id(txt, e.candidate.id);
                keep(d, &e);
        }
        d->asking--;
        avahi_service_resolver_free(resolver);
}

static void make_client_again_in(struct discover *d, uint64_t ms);

static void ask(struct discover *d, AvahiIfIndex interface, AvahiProtocol protocol, const char *name,
        const char *type, const char *domain, AvahiProtocol family)
{
        if (avahi_service_resolver_new(d->client, interface, protocol, name, type, domain, family,
                    (AvahiLookupFlags)0, on_resolved, d))
                d->asking++;
}

static void on_browsed(AvahiServiceBrowser *browser, AvahiIfIndex interface, AvahiProtocol protocol,
        AvahiBrowserEvent event, const char *name, const char *type, const char *domain,
        AvahiLookupResultFlags flags, void *userdata)
{
        struct discover *d = userdata;
        (void)browser;
        (void)flags;
        switch (event) {
        case AVAHI_BROWSER_NEW:
                if (d->asking < DISCOVER_ASKING_MOST)
                        ask(d, interface, protocol, name, type, domain, AVAHI_PROTO_INET);
                if (d->asking < DISCOVER_ASKING_MOST / 2) /* a crowd is asked for the first only */
                        ask(d, interface, protocol, name, type, domain, AVAHI_PROTO_INET6);
                return;
        case AVAHI_BROWSER_REMOVE:
                forget(d, interface, protocol, name, domain);
                return;
        case AVAHI_BROWSER_FAILURE:
                make_client_again_in(d, d->wait_ms);
                return;
        case AVAHI_BROWSER_CACHE_EXHAUSTED:
        case AVAHI_BROWSER_ALL_FOR_NOW:
                return;
        }
}

/* ---- the daemon ---- */
static void on_client(AvahiClient *client, AvahiClientState state, void *userdata)
{
        struct discover *d = userdata;
        d->client = client; /* it is called before avahi_client_new() has returned */
        switch (state) {
        case AVAHI_CLIENT_S_RUNNING:
        case AVAHI_CLIENT_S_REGISTERING:
        case AVAHI_CLIENT_S_COLLISION:
                d->wait_ms = WAIT_LEAST_MS;
                if (!d->browser)
                        d->browser = avahi_service_browser_new(client, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC,
                                SERVICE_TYPE, NULL, (AvahiLookupFlags)0, on_browsed, d);
                if (!d->browser)
                        make_client_again_in(d, d->wait_ms);
                return;
        case AVAHI_CLIENT_FAILURE:
                make_client_again_in(d, d->wait_ms);
                return;
        case AVAHI_CLIENT_CONNECTING:
                return;
        }
}

static void drop_client(struct discover *d)
{
        if (d->client)
                avahi_client_free(d->client); /* and its browser and resolvers */
        d->client = NULL;
        d->browser = NULL;
        d->asking = 0;
}

static void on_again(uv_timer_t *timer)
{
        struct discover *d = timer->data;
        int error = AVAHI_OK;
        drop_client(d); /* never inside its own callbacks */
        if (avahi_client_new(mdns_loop_api(d->mdns), AVAHI_CLIENT_NO_FAIL, on_client, d, &error))
                return;
        d->client = NULL; /* what on_client was given was freed again */
        d->browser = NULL;
        LOG(LOG_DETAIL, "discover", "no mDNS daemon to ask; trying again",
                log_word("reason", avahi_strerror(error)), log_num("ms", (int64_t)d->wait_ms));
        make_client_again_in(d, d->wait_ms);
}

static void make_client_again_in(struct discover *d, uint64_t ms)
{
        if (d->stopping)
                return;
        uv_timer_start(&d->again, on_again, ms, 0);
        d->wait_ms = d->wait_ms * 2 > WAIT_MOST_MS ? WAIT_MOST_MS : d->wait_ms * 2;
}

/* ---- the thread ---- */
static void on_stop(uv_async_t *handle)
{
        struct discover *d = handle->data;
        d->stopping = true;
        drop_client(d);
        mdns_loop_destroy(d->mdns);
        uv_close((uv_handle_t *)&d->again, NULL);
        uv_close((uv_handle_t *)&d->stop, NULL);
}

static void run(void *arg)
{
        struct discover *d = arg;
        uv_timer_start(&d->again, on_again, 0, 0);
        uv_run(&d->loop, UV_RUN_DEFAULT);
}

static void on_wake(uv_async_t *handle)
{
        struct discover *d = handle->data;
        d->changed(d->userdata);
}

static void on_wake_closed(uv_handle_t *handle)
{
        struct discover *d = handle->data;
        uv_mutex_destroy(&d->lock);
        free(d);
}

struct discover *discover_start(uv_loop_t *loop, void (*changed)(void *userdata), void *userdata)
{
        struct discover *d = calloc(1, sizeof *d);
        if (!d)
                return NULL;
        d->changed = changed;
        d->userdata = userdata;
        d->wait_ms = WAIT_LEAST_MS;
        if (uv_mutex_init(&d->lock) != 0)
                goto no_lock;
        if (uv_loop_init(&d->loop) != 0)
                goto no_loop;
        d->mdns = mdns_loop_create(&d->loop);
        if (!d->mdns)
                goto no_mdns;
        uv_timer_init(&d->loop, &d->again);
        uv_async_init(&d->loop, &d->stop, on_stop);
        uv_async_init(loop, &d->wake, on_wake);
        d->again.data = d->stop.data = d->wake.data = d;
        if (uv_thread_create(&d->thread, run, d) == 0)
                return d;
        on_stop(&d->stop); /* no thread: the handles close here, and the rest with the agent's loop */
        uv_run(&d->loop, UV_RUN_DEFAULT);
        uv_loop_close(&d->loop);
        uv_close((uv_handle_t *)&d->wake, on_wake_closed);
        return NULL;
no_mdns:
        uv_loop_close(&d->loop);
no_loop:
        uv_mutex_destroy(&d->lock);
no_lock:
        free(d);
        return NULL;
}

void discover_stop(struct discover *d)
{
        if (!d)
                return;
        uv_async_send(&d->stop);
        uv_thread_join(&d->thread);
        uv_loop_close(&d->loop);
        uv_close((uv_handle_t *)&d->wake, on_wake_closed);
}
