/* How long things are kept [P146]: every ten minutes the store is told what the house rules say, and lets go
 * of what is older, a few rows at a time. Whether something is too old is a comparison with the clock, so a
 * step that the disk refused, or that a stop left out, is made up for by the next. What is gone stays gone,
 * so a clock that has leapt far ahead is not believed at once [P166]:
 *
 *   BELIEVED --over 31 days ahead of what was believed--> DOUBTED --set right, or 6 h of running--> BELIEVED
 */
#include "server/core/state.h"
#include "proto/json.h"

#include <string.h>

#define EVERY_MS (10 * MINUTE_MS)
#define LEAP_MS  (31 * DAY_MS) /* a store that was shut for so long need not explain itself */
#define DOUBT_MS (6 * HOUR_MS) /* of running: time for the network, or for somebody, to set it right */

void keep_start(struct hub *hub, const struct snapshot *s)
{
        mono_ms now = hub->event->mono;
        hub->keep = (struct keeping){.at = now + EVERY_MS, /* a start has better things to do */
                .believed = s->kept_at,
                .since = now,
                .doubted = -1};
}

bool keep_believes(struct hub *hub)
{
        struct keeping *k = &hub->keep;
        mono_ms now = hub->event->mono;
        bool leapt = k->believed && hub->event->wall - k->believed - (now - k->since) > LEAP_MS;
        if (!leapt)
                k->doubted = -1;
        else if (k->doubted < 0)
                k->doubted = now;
        if (leapt && now - k->doubted < DOUBT_MS)
                return false;
        k->believed = hub->event->wall;
        k->since = now;
        k->doubted = -1;
        return true;
}

bool hub_doubts_clock(const struct hub *hub)
{
        return hub->keep.doubted >= 0;
}

void keep_sweep(struct hub *hub)
{
        const int32_t *v = hub->house.value;
        if (hub->event->mono < hub->keep.at)
                return;
        bool believes = keep_believes(hub);
        struct pending *p = believes && out_room(hub, 2, 2, 0) ? pending_take(hub, FROM_INSIDE) : NULL;
        if (believes && !p)
                return; /* the next sweep tries again */
        hub->keep.at = hub->event->mono + EVERY_MS;
        if (!p)
                return;
        p->start = pending_free;
        struct write *w = pending_write(p, WRITE_KEEP);
        w->keep.now = hub->event->wall;
        w->keep.presence_h = v[HOUSE_PRESENCE];
        w->keep.visits_days = v[HOUSE_VISITS];
        w->keep.mirror_months = v[HOUSE_MIRROR];
        pending_commit(hub, p, pending_free);
}

/* ---- what she shortens [P167] ---- */
static const struct {
        const char *word;
        int32_t hours; /* as the store keeps it: migration 22 has the same */
} terms[] = {{"store", 0}, {"month", 720}, {"week", 168}, {"day", 24}};

void keep_write_looks(const struct hub *hub, struct json_out *j, int32_t hours)
{
        json_open(j, "looks", '{');
        for (size_t i = 0; i < ARRAY_LEN(terms); i++)
                if (terms[i].hours == hours)
                        json_text(j, "keep", terms[i].word);
        json_number(j, "months", hub->house.value[HOUSE_MIRROR]);
        json_close(j, '}');
}

static void looks_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        int32_t hours = -1;
        if (!customer_joined(hub, p, d)) /* also who paused: it gives nobody anything */
                return;
        for (size_t i = 0; i < ARRAY_LEN(terms); i++)
                if (strcmp(p->message.looks.keep, terms[i].word) == 0)
                        hours = terms[i].hours;
        if (hours < 0) {
                out_refuse(hub, p, 422, "keep", "That is not a time for which this can be kept.",
                        "Send one of: store, month, week, day.");
                return;
        }
        if (hours == p->facts.looks) {
                request_settle(hub, p);
                return;
        }
        p->facts.looks = hours;
        struct write *w = pending_write(p, WRITE_LOOKS);
        w->looks.person = p->facts.person;
        w->looks.hours = hours;
        w->looks.now = keep_believes(hub) ? hub->event->wall : 0; /* else the steps see to it later */
        pending_commit(hub, p, answer_now);
}

void customer_looks(struct hub *hub, struct pending *p)
{
        customer_load(hub, p, WANT_PERSON, looks_loaded);
}
