/* Where access points stand [P162], and which of these zones the house rules leave out [P163]. */
#include "server/core/state.h"

#include <stdio.h>
#include <string.h>

void agents_zones(struct hub *hub)
{
        bool sign = hub->house.value[HOUSE_WIFI_SIGN];
        devices_tags(hub, sign);
        for (uint32_t i = 0; i < hub->n_agents; i++) {
                struct agent *a = &hub->agents[i];
                bool was = a->outside;
                a->outside = !sign || house_zone_not(&hub->house, a->row.zone, a->row.name);
                if (a->outside && !was)
                        presence_outside(hub->presence, SOURCE_WIFI, a->row.id, hub->event->mono);
        }
}

/* Whether the house rules could name it; *out is then the list of it alone. */
static bool is_zone(const char *name, struct house_names *out)
{
        return house_names_parse(slice_of(name), out) == 0 && strcmp(out->text, name) == 0 && out->n == 1;
}

void agents_tell_zones(const struct hub *hub, struct house_wanted *out)
{
        for (uint32_t i = 0; i < hub->n_agents; i++) {
                const struct sensor_row *row = &hub->agents[i].row;
                const char *zone = row->zone[0] ? row->zone : row->name;
                struct house_names one;
                bool there = !is_zone(zone, &one);
                for (uint32_t k = 0; k < out->n_zones && !there; k++)
                        there = house_names_has(&one, out->zones[k]);
                if (!there)
                        snprintf(out->zones[out->n_zones++], ZONE_MAX, "%s", zone);
        }
}

static void zone_set(struct hub *hub, struct pending *p)
{
        struct agent *a = &hub->agents[p->agent];
        memcpy(a->row.zone, p->writes[0].sensor.zone, sizeof(a->row.zone));
        agents_zones(hub);
        out_answer(hub, p, 200, "{}", 2);
}

void operator_agent_zone(struct hub *hub, struct pending *p)
{
        const struct msg_agent_zone *m = &p->message.agent_zone;
        uint32_t at = 0;
        if (!agent_row_free(hub, p))
                return;
        while (at < hub->n_agents && strcmp(hub->agents[at].row.name, m->name) != 0)
                at++;
        if (at == hub->n_agents) {
                out_refuse(hub, p, 404, "no_agent", "No agent has that name.",
                        "maitrectl agent list shows which are known.");
                return;
        }
        if (m->zone[0] && !is_zone(m->zone, &(struct house_names){0})) {
                out_refuse(hub, p, 422, "zone", "The house rules could not name a zone like this.",
                        "Leave out commas, # and blanks at its ends; none is no name.");
                return;
        }
        p->agent = at;
        struct write *w = pending_write(p, WRITE_SENSOR);
        w->sensor = hub->agents[at].row;
        snprintf(w->sensor.zone, sizeof(w->sensor.zone), "%s", m->zone);
        pending_commit(hub, p, zone_set);
}
