/* The manager's board: who is on the floor, who has arrived (by initials at most), the day's numbers, the
 * rules. */
#include "server/core/state.h"
#include "proto/json.h"

#include <stdio.h>
#include <string.h>

#define BOARD_VISITS_MOST 60
#define BOARD_BYTES       (48 * 1024)

static void write_associates(struct hub *hub, struct json_out *j)
{
        static const char *const roles[] = {"associate", "trainee", "manager"};
        json_open(j, "associates", '[');
        for (uint32_t i = 0; i < hub->n_associates; i++) {
                const struct associate *a = &hub->associates[i];
                if (!associate_here(hub, i))
                        continue;
                json_open(j, NULL, '{');
                json_text(j, "name", a->row.first);
                json_text(j, "role", a->row.role < ARRAY_LEN(roles) ? roles[a->row.role] : roles[0]);
                json_open(j, "departments", '[');
                for (uint32_t d = 0; d < DEPARTMENT_COUNT; d++)
                        if (a->row.departments & (1u << d))
                                json_text(j, NULL, hub->departments[d]);
                json_close(j, ']');
                json_flag(j, "connected", a->n_peers > 0);
                json_close(j, '}');
        }
        json_close(j, ']');
}

/* Who is with her, or else who has been asked. */
static void write_with(const struct hub *hub, const struct visit *v, char *out, size_t room)
{
        uint32_t at = associate_find(hub, v->row.served_by);
        size_t len = 0;
        snprintf(out, room, "%s", at == NONE ? "" : hub->associates[at].row.first);
        for (uint32_t i = 0; at == NONE && i < v->row.n_places; i++) {
                uint32_t asked = associate_find(hub, v->row.places[i].associate);
                if (asked != NONE && len < room)
                        len += (size_t)snprintf(out + len, room - len, "%s%s", len ? ", " : "",
                                hub->associates[asked].row.first);
        }
}

static void write_visits(struct hub *hub, struct json_out *j)
{
        json_open(j, "visits", '[');
        for (uint32_t i = 0, n = 0; i < hub->set.visits_most && n < BOARD_VISITS_MOST; i++) {
                const struct visit *v = &hub->visits[i];
                if (!v->used || !v->durable)
                        continue;
                char with[4 * NAME_MAX_BYTES];
                write_with(hub, v, with, sizeof(with));
                n++;
                json_open(j, NULL, '{');
                json_text(j, "who", v->initials);
                json_text(j, "state",
                        v->row.alert_state == ALERT_NOBODY
                                ? "nobody"
                                : alert_word((enum alert_state)v->row.alert_state));
                json_number(j, "minutes", (hub->event->wall - v->row.started) / MINUTE_MS);
                json_text(j, "with", with);
                json_close(j, '}');
        }
        json_close(j, ']');
}

/* A source that has fallen silent is the manager's to know: nobody else would notice. */
static void write_sensors(struct hub *hub, struct json_out *j)
{
        json_open(j, "sensors", '[');
        for (uint32_t i = 0; i < hub->n_agents; i++) {
                int64_t heard_s;
                const char *state = agent_state(hub, &hub->agents[i], &heard_s);
                json_open(j, NULL, '{');
                json_text(j, "name", hub->agents[i].row.name);
                json_text(j, "zone", hub->agents[i].row.zone);
                json_flag(j, "counts", !hub->agents[i].outside);
                json_text(j, "state", state);
                json_number(j, "heard_s", heard_s);
                json_close(j, '}');
        }
        json_close(j, ']');
}

/* One rule of the canonical text a line: "R1: show full to seller ... because "You sold it"". */
static void write_rules(struct hub *hub, struct json_out *j)
{
        const char *text = hub->book ? rulebook_text(hub->book) : "";
        char line[400], title[80] = "";
        json_open(j, "rules", '[');
        for (uint32_t n = 0; *text; n++) {
                size_t len = strcspn(text, "\n"), keep = len < sizeof(line) - 1 ? len : sizeof(line) - 1;
                memcpy(line, text, keep);
                line[keep] = 0;
                text += len + (text[len] == '\n');
                char *colon = strchr(line, ':');
                if (n == 0) {
                        size_t t = keep < sizeof(title) - 1 ? keep : sizeof(title) - 1;
                        memcpy(title, line, t);
                        title[t] = 0;
                        continue;
                }
                if (!colon)
                        continue;
                *colon = 0;
                json_open(j, NULL, '{');
                json_text(j, "id", line);
                json_text(j, "text", colon + 1 + (colon[1] == ' '));
                json_close(j, '}');
        }
        json_close(j, ']');
        json_text(j, "book", title);
}

static void board_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        uint32_t you = manager_may(hub, p, d, MAY_LOOK);
        if (you == NONE)
                return;
        /* Written straight into the step's bytes: a board may be larger than a stack frame should be. */
        if (!out_room(hub, 1, 0, BOARD_BYTES)) {
                out_refuse(hub, p, 503, "busy", "We are very busy just now.", "Try again in a moment.");
                return;
        }
        struct json_out j;
        char *body = hub->out->bytes + hub->out->n_bytes;
        json_start(&j, body, BOARD_BYTES);
        json_open(&j, NULL, '{');
        json_text(&j, "store", hub->store_name);
        json_text(&j, "you", hub->associates[you].row.first);
        json_number(&j, "now_ms", hub->event->wall);
        write_associates(hub, &j);
        write_visits(hub, &j);
        json_open(&j, "today", '{');
        json_number(&j, "arrivals", hub->today.arrivals);
        json_number(&j, "met", hub->today.met);
        json_number(&j, "nobody", hub->today.nobody);
        json_close(&j, '}');
        write_sensors(hub, &j);
        write_rules(hub, &j);
        json_close(&j, '}');
        if (j.overflow) {
                out_refuse(
                        hub, p, 503, "busy", "The board has grown too large to show.", "Tell the operator.");
                return;
        }
        struct effect *e = out_effect(hub, EFFECT_ANSWER);
        hub->out->n_bytes += (uint32_t)j.len;
        e->answer.request = p->request;
        e->answer.status = 200;
        e->answer.body = body;
        e->answer.len = (uint32_t)j.len;
        pending_free(hub, p);
}

void board_board(struct hub *hub, struct pending *p)
{
        struct effect load = {.load = {.by = LOAD_BY_TOKEN, .key = p->token}};
        if (p->has_token)
                pending_load(hub, p, &load, board_loaded);
        else
                board_loaded(hub, p, NULL);
}

void hub_count(const struct hub *hub, struct hub_counts *out)
{
        *out = hub->counts;
        out->visits = hub->set.visits_most - hub->n_free_visits;
        out->peers = hub->set.peers_most - hub->n_free_peers;
        out->pending = hub->set.pending_most - hub->n_free_pending;
        for (uint32_t i = 0; i < hub->n_associates; i++)
                out->associates_connected += hub->associates[i].n_peers > 0;
}
