/* When the leak check runs, who waits for it, and what is told of it: to the core, the operator, the log; and
 * the hub's own numbers for whoever collects them. */
#include "server/hub/loop_state.h"

#include "proto/json.h"
#include "server/common/ids.h"
#include "server/common/log.h"

#include <string.h>

#define AFTER_START_MS (10 * MINUTE_MS) /* a hub that starts may be a newer one: it makes a check soon */
#define LATEST_MIN     60               /* a hub that slept through the time tries no later than this */
#define AGAIN_MS       (10 * MINUTE_MS) /* after a check that could not be made */

static bool due(struct loop *l, mono_ms now)
{
        struct leak_watch *w = &l->leak;
        wall_ms wall = clock_wall(l->options->clock);
        int32_t late = clock_store_minute(wall) - l->options->config->canary_at;
        bool tonight = late >= 0 && late < LATEST_MIN && w->night != clock_store_day(wall);
        bool first = w->checks == 0 && now - w->opened >= AFTER_START_MS;
        if (l->options->config->canary_pairs == 0 || now < w->not_before || (!tonight && !first))
                return false;
        if (tonight)
                w->night = clock_store_day(wall);
        return true;
}

static void answer_waiting(struct loop *l, uint16_t status, const char *body, size_t len)
{
        while (l->leak.n_waiting)
                control_answer(l->control, l->leak.waiting[--l->leak.n_waiting], status, body, len);
}

static void answer_failed(struct loop *l)
{
        static const char body[] =
                "{\"error\":\"not_checked\",\"say\":\"The leak check could not be made: the hub is out of "
                "memory, or busy.\",\"do\":\"Try again in some minutes.\"}";
        answer_waiting(l, 503, body, sizeof(body) - 1);
        l->leak.not_before = clock_mono() + AGAIN_MS;
}

static void begin(struct loop *l)
{
        struct hub_notice notices[NOTICES_MAX];
        struct hub_live live;
        hub_live(l->hub, &live);
        struct canary_ask ask = {.book = live.book,
                .notices = notices,
                .n_notices = hub_notices(l->hub, notices, NOTICES_MAX),
                .roster = l->roster,
                .now = clock_wall(l->options->clock),
                .pairs = (uint32_t)(l->options->config->canary_pairs ? l->options->config->canary_pairs
                                                                     : 500)};
        ids_random(&ask.seed, sizeof(ask.seed));
        if (!l->roster || canary_begin(l->canary, &ask) < 0)
                answer_failed(l);
}

static void ended(struct loop *l, const struct leak_check *result)
{
        struct leak_watch *w = &l->leak;
        struct event ev = {.kind = EVENT_LEAK_CHECK, .leak_check = *result};
        char body[160];
        struct json_out j;
        w->newest = *result;
        w->checks++;
        w->found += result->found;
        if (result->found)
                LOG(LOG_ERROR, "leak check",
                        "cards of twins differ: something hidden gets through; keep the database and report "
                        "it",
                        log_num("count", result->found));
        else
                LOG(LOG_NOTE, "leak check", "nothing found", log_num("count", result->pairs));
        loop_step(l, &ev);
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_number(&j, "at_ms", result->at);
        json_number(&j, "pairs", result->pairs);
        json_number(&j, "found", result->found);
        json_close(&j, '}');
        answer_waiting(l, 200, body, j.len);
}

void loop_leak_turn(struct loop *l)
{
        struct leak_check result;
        bool failed;
        if (canary_take(l->canary, &result, &failed)) {
                if (failed) {
                        LOG(LOG_WARN, "leak check", "the check could not be made; it is tried again");
                        answer_failed(l);
                } else {
                        ended(l, &result);
                }
        }
        if (!canary_runs(l->canary) && due(l, clock_mono()))
                begin(l);
}

void loop_leak_asked(struct loop *l, control_request request)
{
        if (l->leak.n_waiting == ARRAY_LEN(l->leak.waiting)) {
                static const char busy[] =
                        "{\"error\":\"busy\",\"say\":\"Enough operators wait for the check.\","
                        "\"do\":\"Wait for it.\"}";
                control_answer(l->control, request, 503, busy, sizeof(busy) - 1);
                return;
        }
        l->leak.waiting[l->leak.n_waiting++] = request;
        if (!canary_runs(l->canary))
                begin(l);
}

static void write_checks(struct json_out *j, const struct leak_watch *w)
{
        if (w->newest.at == 0)
                return;
        json_number(j, "leak_check_at_ms", w->newest.at);
        json_number(j, "leak_check_pairs", w->newest.pairs);
        json_number(j, "leak_check_found", w->newest.found);
        json_number(j, "leak_checks", w->checks);
        json_number(j, "leaks_found", (int64_t)w->found);
}

static void write_sensors(struct json_out *j, const struct loop *l)
{
        struct hub_sensor sensors[SENSORS_MAX];
        uint32_t n = hub_sensors(l->hub, clock_mono(), sensors);
        json_open(j, "sensors", '[');
        for (uint32_t i = 0; i < n; i++) {
                json_open(j, NULL, '{');
                json_text(j, "name", sensors[i].name);
                json_text(j, "state", sensors[i].state);
                json_number(j, "heard_s", sensors[i].heard_s);
                json_close(j, '}');
        }
        json_close(j, ']');
}

void loop_status(const struct loop *l, const char *text, char *out, size_t room)
{
        char ours[SENSORS_MAX * 160 + 400];
        struct json_out j;
        size_t len = strlen(text);
        json_start(&j, ours, sizeof(ours));
        json_open(&j, NULL, '{');
        write_checks(&j, &l->leak);
        write_sensors(&j, l);
        json_close(&j, '}');
        /* Two objects become one: the store's without its end, ours without its beginning. */
        if (j.overflow || len < 3 || text[len - 1] != '}')
                snprintf(out, room, "%s", text);
        else
                snprintf(out, room, "%.*s,%.*s", (int)(len - 1), text, (int)(j.len - 1), ours + 1);
}

/* ---- the numbers [P32] ---- */
struct page {
        char text[4096];
        size_t len;
};

static void metric(struct page *p, const char *name, const char *type, const char *help, uint64_t value)
{
        int n = snprintf(p->text + p->len, sizeof(p->text) - p->len, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n",
                name, help, name, type, name, (unsigned long long)value);
        if (n > 0 && (size_t)n < sizeof(p->text) - p->len)
                p->len += (size_t)n;
}

void loop_metrics(struct loop *l, control_request request)
{
        static struct page p;
        static char body[2 * sizeof(p.text)];
        struct hub_counts counts;
        struct json_out j;
        const struct leak_watch *w = &l->leak;
        hub_count(l->hub, &counts);
        p.len = 0;
        metric(&p, "maitred_visits", "gauge", "Visits that are live.", counts.visits);
        metric(&p, "maitred_handhelds", "gauge", "Handhelds and consoles that are connected.", counts.peers);
        metric(&p, "maitred_requests_pending", "gauge", "Requests between their beginning and their answer.",
                counts.pending);
        metric(&p, "maitred_arrivals_total", "counter", "Arrivals since the hub started.", counts.arrivals);
        metric(&p, "maitred_cards_total", "counter", "Cards sent since the hub started.", counts.cards);
        metric(&p, "maitred_retracts_total", "counter", "Cards taken back since the hub started.",
                counts.retracts);
        metric(&p, "maitred_refused_total", "counter", "Requests refused since the hub started.",
                counts.refused);
        metric(&p, "maitred_leak_checks_total", "counter", "Leak checks made since the hub started.",
                w->checks);
        metric(&p, "maitred_leak_check_timestamp_seconds", "gauge",
                "When the newest leak check began, 0 before the first.",
                (uint64_t)(w->newest.at / SECOND_MS));
        metric(&p, "maitred_leak_check_pairs", "gauge", "Pairs of cards that it compared.", w->newest.pairs);
        metric(&p, "maitred_leak_check_differences", "gauge", "Pairs that were not the same.",
                w->newest.found);
        metric(&p, "maitred_leaks_found_total", "counter",
                "Pairs that were not the same since the hub started.", w->found);
        metric(&p, "maitred_clock_doubted", "gauge",
                "1 while the clock is so far ahead that nothing that is too old by it is let go of.",
                hub_doubts_clock(l->hub));
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_text(&j, "text", p.text);
        json_close(&j, '}');
        control_answer(l->control, request, 200, body, j.len);
}
