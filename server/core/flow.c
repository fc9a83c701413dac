/* Arrivals an hour and department. Nothing here refuses an arrival: a guest who stands at the door is told
 * that it may take longer. What stops is inviting more of them. */
#include "server/core/state.h"
#include "proto/json.h"

void flow_add(struct flow *flow, int64_t at)
{
        flow->at[flow->n++ % FLOW_MOST] = at;
}

uint32_t flow_count(const struct flow *flow, int64_t now)
{
        uint32_t kept = flow->n < FLOW_MOST ? (uint32_t)flow->n : FLOW_MOST, count = 0;
        while (count < kept && now - flow->at[(flow->n - 1 - count) % FLOW_MOST] < HOUR_MS)
                count++;
        return count;
}

void flow_came(struct hub *hub, uint32_t associate, mono_ms at)
{
        uint32_t index = associate_find(hub, associate);
        uint32_t departments = index == NONE ? 0 : hub->associates[index].row.departments;
        for (uint32_t d = 0; d < DEPARTMENT_COUNT; d++)
                if (departments & (1u << d))
                        flow_add(&hub->flows[d], at);
}

void flow_start(struct hub *hub, const struct snapshot *s)
{
        wall_ms newest = hub->event->wall; /* a clock that went back would take old ones for new */
        for (uint32_t i = 0; i < s->n_arrivals; i++)
                newest = s->arrivals[i].started > newest ? s->arrivals[i].started : newest;
        for (uint32_t i = 0; i < s->n_arrivals; i++) {
                int64_t ago = newest - s->arrivals[i].started;
                if (ago < HOUR_MS)
                        flow_came(hub, s->arrivals[i].associate, hub->event->mono - ago);
        }
}

bool flow_visit(struct hub *hub, const struct live_visit_row *row)
{
        uint32_t first = row->n_places ? row->places[0].associate : 0;
        uint32_t whose = row->client_of ? row->client_of : first;
        flow_came(hub, whose, hub->event->mono);
        return whose != 0;
}

uint32_t flow_now(const struct hub *hub, uint32_t department)
{
        return flow_count(&hub->flows[department], hub->event->mono);
}

static bool is_full(const struct hub *hub, uint32_t department)
{
        return flow_now(hub, department) >= (uint32_t)hub->house.value[HOUSE_ARRIVALS];
}

bool flow_full(const struct hub *hub, uint32_t associate)
{
        uint32_t departments = associate == NONE ? 0 : hub->associates[associate].row.departments;
        for (uint32_t d = 0; d < DEPARTMENT_COUNT; d++)
                if ((departments & (1u << d)) && !is_full(hub, d))
                        return false;
        return departments != 0;
}

void flow_write(const struct hub *hub, struct json_out *j, uint32_t departments)
{
        uint32_t told = 0;
        json_open(j, "full", '[');
        for (uint32_t d = 0; d < DEPARTMENT_COUNT && told < FLOW_TOLD; d++)
                if ((departments & (1u << d)) && hub->departments[d][0] && is_full(hub, d) &&
                        flow_now(hub, d) >= FLOW_LEAST) {
                        json_text(j, NULL, hub->departments[d]);
                        told++;
                }
        json_close(j, ']');
}
