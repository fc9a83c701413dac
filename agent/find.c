#include "agent/find.h"

#include "agent/discover.h"
#include "agent/pair.h"
#include "server/common/clock.h"
#include "server/common/log.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

static void on_changed(void *userdata)
{
        (void)userdata; /* the next dial looks at the list */
}

static void take(const struct discover_candidate *c, struct find *find)
{
        snprintf(find->host, sizeof find->host, "%s", c->address);
        find->port = c->port;
}

/* The network's names for the place where the hub may be, those with the pin's beginning first. */
static size_t candidates(struct find *find, const struct paired *to, struct discover_candidate *list)
{
        char id[2 * FIND_ID_BYTES + 1];
        sodium_bin2hex(id, sizeof id, to->pin, FIND_ID_BYTES);
        return find->discover ? discover_list(find->discover, id, list, DISCOVER_MOST) : 0;
}

bool find_where(struct find *find, uv_loop_t *loop, uint32_t failures, struct paired *to)
{
        struct discover_candidate list[DISCOVER_MOST];
        find->used = false;
        if (failures < FIND_AFTER)
                return false;
        if (!find->discover) {
                LOG(LOG_NOTE, "find",
                        "the hub does not answer at its address; asking the local network as well");
                find->discover = discover_start(loop, on_changed, find);
                find->next = 0;
        }
        size_t n = candidates(find, to, list);
        bool cut = find->next > n; /* candidates went away: the round ends, or they could make it endless */
        size_t at = cut ? 0 : find->next;
        if (at > 0) {
                take(&list[at - 1], find);
                memcpy(to->host, find->host, sizeof to->host);
                to->port = find->port;
                find->used = true;
        }
        bool more = !cut && at < n;
        find->next = more ? at + 1 : 0;
        return more;
}

bool find_found(struct find *find, struct paired *paired)
{
        bool moved = find->used && (strcmp(paired->host, find->host) != 0 || paired->port != find->port);
        find_stop(find);
        if (moved) {
                memcpy(paired->host, find->host, sizeof paired->host);
                paired->port = find->port;
                LOG(LOG_NOTE, "find", "the hub is at a new address");
        }
        find->used = false;
        return moved;
}

void find_stop(struct find *find)
{
        discover_stop(find->discover);
        find->discover = NULL;
}

/* ---- pairing */

struct search {
        uv_loop_t loop;
        uv_timer_t timer;
        struct discover *discover;
        const char *typed;
        struct paired *out;
        char *say;
        struct find tried[DISCOVER_MOST];
        size_t n_tried;
        mono_ms until, again;
        enum pair_result rc;
        bool done;
};

static bool was_tried(struct search *s, const struct discover_candidate *c)
{
        for (size_t i = 0; i < s->n_tried; i++)
                if (strcmp(s->tried[i].host, c->address) == 0 && s->tried[i].port == c->port)
                        return true;
        if (s->n_tried == DISCOVER_MOST)
                return true;
        take(c, &s->tried[s->n_tried++]);
        return false;
}

static void finish(struct search *s)
{
        s->done = true;
        discover_stop(s->discover);
        s->discover = NULL;
        uv_close((uv_handle_t *)&s->timer, NULL);
}

static void on_look(uv_timer_t *timer)
{
        struct search *s = timer->data;
        struct discover_candidate list[DISCOVER_MOST];
        size_t n = discover_list(s->discover, NULL, list, DISCOVER_MOST);
        if (clock_mono() >= s->again) {
                s->n_tried = 0; /* a hub that starts, or is busy, is not given up */
                s->again = clock_mono() + FIND_AGAIN_MS;
        }
        for (size_t i = 0; i < n && !s->done; i++) {
                if (was_tried(s, &list[i]))
                        continue;
                snprintf(s->out->host, sizeof s->out->host, "%s", list[i].address);
                s->out->port = list[i].port;
                s->rc = pair_with(s->typed, FIND_WAIT_S, s->out, s->say);
                if (s->rc != PAIR_ELSEWHERE)
                        finish(s);
        }
        if (!s->done && clock_mono() >= s->until)
                finish(s);
}

enum pair_result find_and_pair(const char *typed, struct paired *out, char *say)
{
        static struct search s;
        s = (struct search){.typed = typed,
                .out = out,
                .say = say,
                .rc = PAIR_ELSEWHERE,
                .until = clock_mono() + FIND_PAIR_MS};
        snprintf(say, PAIR_SAY_MAX, "no hub was heard on this network; give its address as --hub HOST:PORT");
        if (uv_loop_init(&s.loop) != 0)
                return PAIR_ELSEWHERE;
        s.discover = discover_start(&s.loop, on_changed, &s);
        uv_timer_init(&s.loop, &s.timer);
        s.timer.data = &s;
        if (s.discover)
                uv_timer_start(&s.timer, on_look, 100, 200);
        else
                uv_close((uv_handle_t *)&s.timer, NULL);
        uv_run(&s.loop, UV_RUN_DEFAULT);
        uv_loop_close(&s.loop);
        return s.rc;
}
