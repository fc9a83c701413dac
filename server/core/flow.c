/* Arrivals an hour and department. Nothing here refuses an arrival: a guest who stands at the door is told
 * that it may take longer. What stops is inviting more of them. */
#include "server/core/state.h"
#include "proto/json.h"

#include <string.h>

void flow_add(struct flow *flow, int64_t at)
{
        flow->at[flow->n++ % FLOW_MOST] = at;
}

uint32_t flow_count(const struct flow *flow, int64_t now)
{
        uint32_t kept = flow->n < FLOW_MOST ? (uint32_t)flow->n : FLOW_MOST, count = 0;
        for (uint32_t i = 0; i < kept; i++) {
                int64_t ago = now - flow->at[(flow->n - 1 - i) % FLOW_MOST];
                if (ago >= HOUR_MS)
                        break;
                count += ago >= 0;
        }
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

/* Whether the list has counted this visit of before the start. */
static bool counted(const struct snapshot *s, const struct uuid *visit)
{
        for (uint32_t i = 0; i < s->n_arrivals; i++)
                if (s->arrivals[i].associate && memcmp(&s->arrivals[i].visit, visit, sizeof(*visit)) == 0)
                        return true;
        return false;
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
        for (uint32_t i = 0; i < hub->set.visits_most; i++) {
                struct visit *v = &hub->visits[i];
                if (v->used && !v->flowed)
                        v->flowed = newest - v->row.started >= HOUR_MS || counted(s, &v->row.id);
        }
}

/* Of several who were asked at once, the one whose offer has the lowest id: that is what the disk says, too.
 */
static uint32_t first_asked(const struct live_visit_row *row)
{
        const struct place_row *first = row->places;
        for (uint32_t i = 1; i < row->n_places; i++)
                if (memcmp(&row->places[i].offer, &first->offer, sizeof(first->offer)) < 0)
                        first = &row->places[i];
        return row->n_places ? first->associate : 0;
}

bool flow_visit(struct hub *hub, const struct live_visit_row *row)
{
        uint32_t whose = row->client_of ? row->client_of : first_asked(row);
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

uint32_t flow_told(const struct hub *hub)
{
        int64_t step = hub->event->mono - hub->event->mono % hub->set.full_step_ms;
        uint32_t limit = (uint32_t)hub->house.value[HOUSE_ARRIVALS], told = 0;
        for (uint32_t d = 0; d < DEPARTMENT_COUNT; d++) {
                uint32_t came = flow_count(&hub->flows[d], step);
                if (hub->departments[d][0] && came >= limit && came >= FLOW_LEAST)
                        told |= 1u << d;
        }
        return told & ~hub->listed[HOUSE_ALERT_NOT];
}

void flow_write(const struct hub *hub, struct json_out *j, uint32_t departments)
{
        uint32_t written = 0;
        json_open(j, "full", '[');
        for (uint32_t d = 0; d < DEPARTMENT_COUNT && written < FLOW_TOLD; d++)
                if (departments & (1u << d)) {
                        json_text(j, NULL, hub->departments[d]);
                        written++;
                }
        json_close(j, ']');
}
