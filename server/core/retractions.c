#include "server/core/state.h"
#include "proto/json.h"

#include <stdlib.h>

#define WEEK_MS   (7 * DAY_MS)
#define QUICK_MS  200 /* what nobody sees */
#define SOON_MS   (2 * SECOND_MS)
#define BODY_MOST 8192

struct retractions {
        wall_ms since; /* 0: the hub has not started */
        uint32_t n, next;
        wall_ms at[RETRACTIONS_KEPT];
        uint32_t after_ms[RETRACTIONS_KEPT];
};

struct retractions *retractions_create(void)
{
        return calloc(1, sizeof(struct retractions));
}

void retractions_free(struct retractions *r)
{
        free(r);
}

void retractions_begin(struct hub *hub)
{
        hub->retractions->since = hub->event->wall;
}

void retractions_note(struct hub *hub, int64_t after_ms)
{
        struct retractions *r = hub->retractions;
        uint32_t at = r->next++ % RETRACTIONS_KEPT;
        if (r->n == RETRACTIONS_KEPT)
                r->since = r->at[at]; /* what came before it is not known any more */
        else
                r->n++;
        r->at[at] = hub->event->wall;
        r->after_ms[at] = after_ms <= 0 ? 0 : after_ms >= UINT32_MAX ? UINT32_MAX : (uint32_t)after_ms;
}

/* ---- what is told ---- */
static int by_length(const void *a, const void *b)
{
        uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
        return x < y ? -1 : x > y;
}

/* The shortest time within which so many of a hundred were done. */
static int64_t share(const uint32_t *sorted, uint32_t n, uint32_t of_hundred)
{
        return sorted[(n * of_hundred + 99) / 100 - 1];
}

static uint32_t within(const uint32_t *sorted, uint32_t n, uint32_t ms)
{
        uint32_t k = 0;
        while (k < n && sorted[k] <= ms)
                k++;
        return k;
}

static void write_window(const struct hub *hub, struct json_out *j, const char *name, wall_ms from)
{
        const struct retractions *r = hub->retractions;
        uint32_t times[RETRACTIONS_KEPT], n = 0;
        for (uint32_t i = 0; i < r->n; i++)
                if (r->at[i] > from)
                        times[n++] = r->after_ms[i];
        qsort(times, n, sizeof(times[0]), by_length);
        bool fewer = n > 0 && n < RETRACTIONS_LEAST;
        json_open(j, name, '{');
        json_number(j, "cleared", fewer ? RETRACTIONS_LEAST : n);
        json_flag(j, "fewer", fewer);
        if (n >= RETRACTIONS_LEAST) {
                json_number(j, "p50_ms", share(times, n, 50));
                json_number(j, "p99_ms", share(times, n, 99));
                json_number(j, "worst_ms", times[n - 1]);
                json_number(j, "quick", within(times, n, QUICK_MS));
                json_number(j, "soon", within(times, n, SOON_MS));
        }
        json_close(j, '}');
}

static void write_owed(const struct hub *hub, struct json_out *j, wall_ms from)
{
        struct screens_owing owed[RETRACTIONS_OWED];
        uint32_t all = screens_owed(hub, from, owed, RETRACTIONS_OWED);
        uint32_t n = all < RETRACTIONS_OWED ? all : RETRACTIONS_OWED;
        json_open(j, "owed", '[');
        for (uint32_t i = 0; i < n; i++) {
                char id[SESSION_ID_TEXT + 1];
                session_id(&owed[i].device, id);
                json_open(j, NULL, '{');
                json_text(j, "id", id);
                json_text(j, "name", hub->associates[owed[i].associate].row.first);
                json_number(j, "since_ms", owed[i].since);
                json_flag(j, "away", owed[i].away);
                json_close(j, '}');
        }
        json_close(j, ']');
        json_number(j, "rest", all - n);
}

static void answer(struct hub *hub, struct pending *p, const struct dossier *d)
{
        wall_ms now = hub->event->wall;
        char body[BODY_MOST];
        struct json_out j;
        if (manager_may(hub, p, d, MAY_LOOK) == NONE)
                return;
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_number(&j, "now_ms", now);
        json_number(&j, "since_ms", hub->retractions->since);
        write_window(hub, &j, "day", now - DAY_MS);
        write_window(hub, &j, "week", now - WEEK_MS);
        write_owed(hub, &j, now - WEEK_MS);
        json_close(&j, '}');
        if (j.overflow) /* names of thirty-two people at their longest */
                out_refuse(hub, p, 503, "busy", "That has grown too large to show.", "Tell the operator.");
        else
                out_answer(hub, p, 200, body, j.len);
}

void retractions_asked(struct hub *hub, struct pending *p)
{
        manager_load(hub, p, answer);
}
