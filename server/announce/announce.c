#include "server/announce/announce.h"

#include <avahi-client/client.h>
#include <avahi-client/publish.h>
#include <avahi-common/alternative.h>
#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/common/log.h"
#include "server/common/mdns_loop.h"

#define NAME_MOST_BYTES 63 /* of one label, RFC 6763 */
#define NAMES_MOST      10 /* new names a minute: somebody may be taking each of them on purpose */
#define NAMES_REST_MS   (60 * SECOND_MS)
#define WAIT_LEAST_MS   SECOND_MS
#define WAIT_MOST_MS    (30 * SECOND_MS)

struct announcer {
        const struct announce_options *options;
        uv_loop_t loop;
        uv_signal_t term, interrupt;
        uv_timer_t again; /* when to make a new client, or to try a name again */
        struct mdns_loop *mdns;
        AvahiClient *client;
        AvahiEntryGroup *group;
        char name[NAME_MOST_BYTES + 1];
        uint32_t names_tried;
        uint64_t wait_ms;
        bool renew; /* the client is of no use any more: freed at the next turn, never inside its callbacks */
        bool stopping;
};

static void on_again(uv_timer_t *timer);

static void try_again_in(struct announcer *a, uint64_t ms)
{
        if (!a->stopping)
                uv_timer_start(&a->again, on_again, ms, 0);
}

/* ---- the record ---- */
static void on_group(AvahiEntryGroup *group, AvahiEntryGroupState state, void *userdata);

static int fill_group(struct announcer *a)
{
        char id[80];
        snprintf(id, sizeof id, "id=%.64s", a->options->hub_id);
        int error = avahi_entry_group_add_service(a->group, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC,
                (AvahiPublishFlags)0, a->name, ANNOUNCE_TYPE, NULL, NULL, a->options->port, "v=1", id, NULL);
        return error ? error : avahi_entry_group_commit(a->group);
}

static void take_next_name(struct announcer *a)
{
        if (++a->names_tried > NAMES_MOST) {
                LOG(LOG_WARN, "announce", "every name on the network is taken; trying again in a minute",
                        log_num("count", a->names_tried - 1));
                a->names_tried = 0;
                snprintf(a->name, sizeof a->name, "%s", a->options->name);
                try_again_in(a, NAMES_REST_MS);
                return;
        }
        char *next = avahi_alternative_service_name(a->name);
        if (next)
                snprintf(a->name, sizeof a->name, "%s", next);
        avahi_free(next);
        try_again_in(a, 0);
}

/* Publishes the name, or begins anew with what is wrong. */
static void publish(struct announcer *a, AvahiClient *client)
{
        if (!a->group)
                a->group = avahi_entry_group_new(client, on_group, a);
        int error = a->group ? AVAHI_OK : avahi_client_errno(client);
        if (error == AVAHI_OK && !avahi_entry_group_is_empty(a->group))
                return;
        if (error == AVAHI_OK)
                error = fill_group(a);
        if (error == AVAHI_ERR_COLLISION) {
                avahi_entry_group_reset(a->group);
                take_next_name(a);
        } else if (error != AVAHI_OK) {
                LOG(LOG_WARN, "announce", "the name could not be published; trying again",
                        log_word("reason", avahi_strerror(error)));
                a->renew = true;
                try_again_in(a, a->wait_ms);
        }
}

static void on_group(AvahiEntryGroup *group, AvahiEntryGroupState state, void *userdata)
{
        struct announcer *a = userdata;
        a->group = group; /* it may be called before avahi_entry_group_new() has returned */
        switch (state) {
        case AVAHI_ENTRY_GROUP_ESTABLISHED:
                a->wait_ms = WAIT_LEAST_MS;
                LOG(LOG_NOTE, "announce", "agents can find the hub on the local network",
                        log_num("port", a->options->port));
                return;
        case AVAHI_ENTRY_GROUP_COLLISION:
                avahi_entry_group_reset(group);
                take_next_name(a);
                return;
        case AVAHI_ENTRY_GROUP_FAILURE:
                a->renew = true;
                try_again_in(a, a->wait_ms);
                return;
        case AVAHI_ENTRY_GROUP_UNCOMMITED:
        case AVAHI_ENTRY_GROUP_REGISTERING:
                return;
        }
}

/* ---- the daemon ---- */
static void on_client(AvahiClient *client, AvahiClientState state, void *userdata)
{
        struct announcer *a = userdata;
        a->client = client; /* it is called before avahi_client_new() has returned */
        switch (state) {
        case AVAHI_CLIENT_S_RUNNING:
                publish(a, client);
                return;
        case AVAHI_CLIENT_S_COLLISION:
        case AVAHI_CLIENT_S_REGISTERING:
                /* The machine's own name changes: the record goes with it and comes back when it runs. */
                if (a->group)
                        avahi_entry_group_reset(a->group);
                return;
        case AVAHI_CLIENT_FAILURE:
                LOG(LOG_NOTE, "announce", "the mDNS daemon went away; waiting for it",
                        log_word("reason", avahi_strerror(avahi_client_errno(client))));
                a->renew = true;
                try_again_in(a, a->wait_ms);
                return;
        case AVAHI_CLIENT_CONNECTING:
                LOG(LOG_NOTE, "announce", "no mDNS daemon yet; waiting for it");
                return;
        }
}

static void drop_client(struct announcer *a)
{
        if (a->client)
                avahi_client_free(a->client); /* and its group */
        a->client = NULL;
        a->group = NULL;
        a->renew = false;
}

static void make_client(struct announcer *a)
{
        int error = AVAHI_OK;
        AvahiClient *client =
                avahi_client_new(mdns_loop_api(a->mdns), AVAHI_CLIENT_NO_FAIL, on_client, a, &error);
        if (client)
                return;
        a->client = NULL; /* what on_client was given was freed again */
        a->group = NULL;
        a->renew = false;
        LOG(LOG_NOTE, "announce", "no D-Bus to reach an mDNS daemon by; trying again",
                log_word("reason", avahi_strerror(error)), log_num("ms", (int64_t)a->wait_ms));
        try_again_in(a, a->wait_ms);
        a->wait_ms = a->wait_ms * 2 > WAIT_MOST_MS ? WAIT_MOST_MS : a->wait_ms * 2;
}

static void on_again(uv_timer_t *timer)
{
        struct announcer *a = timer->data;
        if (a->renew) {
                drop_client(a);
                a->wait_ms = a->wait_ms * 2 > WAIT_MOST_MS ? WAIT_MOST_MS : a->wait_ms * 2;
        }
        if (!a->client)
                make_client(a);
        else if (avahi_client_get_state(a->client) == AVAHI_CLIENT_S_RUNNING)
                publish(a, a->client);
}

/* ---- the process ---- */
static void on_signal(uv_signal_t *handle, int number)
{
        struct announcer *a = handle->data;
        (void)number;
        if (a->stopping)
                return;
        a->stopping = true;
        drop_client(a); /* says goodbye */
        mdns_loop_destroy(a->mdns);
        uv_close((uv_handle_t *)&a->term, NULL);
        uv_close((uv_handle_t *)&a->interrupt, NULL);
        uv_close((uv_handle_t *)&a->again, NULL);
}

int announce_run(const struct announce_options *options)
{
        struct announcer a = {.options = options, .wait_ms = WAIT_LEAST_MS};
        size_t len = strnlen(options->name, NAME_MOST_BYTES + 1);
        while (len > NAME_MOST_BYTES || (options->name[len] & 0xc0) == 0x80)
                len--; /* at a character's start */
        memcpy(a.name, options->name, len);
        if (uv_loop_init(&a.loop) != 0)
                return 1;
        a.mdns = mdns_loop_create(&a.loop);
        if (!a.mdns) {
                uv_loop_close(&a.loop);
                return 1;
        }
        uv_timer_init(&a.loop, &a.again);
        uv_signal_init(&a.loop, &a.term);
        uv_signal_init(&a.loop, &a.interrupt);
        a.again.data = a.term.data = a.interrupt.data = &a;
        uv_signal_start(&a.term, on_signal, SIGTERM);
        uv_signal_start(&a.interrupt, on_signal, SIGINT);
        make_client(&a);
        uv_run(&a.loop, UV_RUN_DEFAULT);
        return uv_loop_close(&a.loop) == 0 ? 0 : 1;
}
