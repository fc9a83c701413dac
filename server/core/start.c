#include "server/core/state.h"

#include <string.h>

void start_roster(struct hub *hub, const struct roster *roster)
{
        hub->store = roster->store;
        memcpy(hub->store_name, roster->store_name, sizeof(hub->store_name));
        memcpy(hub->departments, roster->departments, sizeof(hub->departments));
        memcpy(hub->currency, roster->currency, sizeof(hub->currency));
        for (uint32_t i = 0; i < roster->n_associates && i < ROSTER_MAX; i++) {
                const struct associate_row *row = &roster->associates[i];
                uint32_t at = index_find(&hub->by_associate, row->id);
                if (at == INDEX_NONE) {
                        if (hub->n_associates == ROSTER_MAX)
                                continue;
                        at = hub->n_associates++;
                        hub->associates[at] = (struct associate){.first_peer = NONE, .ring_first = 1};
                        index_put(&hub->by_associate, row->id, at);
                }
                hub->associates[at].row = *row;
                if (hub->associates[at].last_card < row->last_card)
                        hub->associates[at].last_card = row->last_card;
        }
        house_departments(hub);
        roster_take(hub, roster);
}

/* How many offers each had in the last hour: their wall times become times of this process's clock. */
static void take_offers(struct hub *hub, const struct snapshot *s)
{
        wall_ms newest = hub->event->wall; /* a clock that went back would take old ones for new */
        for (uint32_t i = 0; i < s->n_offers; i++)
                newest = s->offers[i].offered > newest ? s->offers[i].offered : newest;
        for (uint32_t i = 0; i < s->n_offers; i++) {
                int64_t ago = newest - s->offers[i].offered;
                if (ago < HOUR_MS)
                        associate_offered(
                                hub, associate_find(hub, s->offers[i].associate), hub->event->mono - ago);
        }
}

static const char hex[] = "0123456789abcdef";

void start_hub(struct hub *hub, const struct snapshot *s)
{
        start_roster(hub, s->roster);
        hub->epoch = s->epoch;
        memcpy(hub->door_key, s->door_key, sizeof(hub->door_key));
        hub->next_guest = s->next_guest;
        hub->today.arrivals = s->arrivals_today;
        hub->today.met = s->met_today;
        hub->today.nobody = s->nobody_today;
        char *at = hub->epoch_text;
        for (int i = 0; i < 16; i++) {
                if (i == 4 || i == 6 || i == 8 || i == 10)
                        *at++ = '-';
                *at++ = hex[s->epoch.b[i] >> 4];
                *at++ = hex[s->epoch.b[i] & 15];
        }
        for (uint32_t i = 0; i < s->n_stream; i++) {
                uint32_t a = associate_find(hub, s->stream[i].associate);
                if (a == NONE)
                        continue;
                struct associate *who = &hub->associates[a];
                if (who->seq + 1 != s->stream[i].seq)
                        who->ring_first = s->stream[i].seq;
                stream_append(hub, &s->stream[i]);
        }
        house_start(hub, s); /* before anything that has a deadline */
        devices_start(hub, s);
        agents_start(hub, s);
        managers_start(hub, s);
        sign_start(hub, s);
        notices_start(hub, s);
        remember_start(hub, s);
        keep_start(hub, s);
        noted_start(hub, s);
        walkin_remember(hub, s);
        take_offers(hub, s);
        for (uint32_t i = 0; i < s->n_visits; i++)
                visit_restore(hub, &s->visits[i]);
        flow_start(hub, s);
        book_start(hub, s);
        hub->sweep_at = hub->event->mono + SWEEP_MS;
        retractions_begin(hub);
        hub->started = true;
}
