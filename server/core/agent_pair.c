/* Access points' agents: how they are paired [P41], who is known, and how one is taken back [P93]. */
#include "server/core/state.h"
#include "proto/json.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define AGENT_SILENT_MS (2 * MINUTE_MS)

static void code_digest(const char *text, struct digest *out)
{
        crypto_generichash(out->b, sizeof(out->b), (const uint8_t *)text, AGENT_CODE_TEXT, NULL, 0);
}

static void code_made(struct hub *hub, struct pending *p)
{
        char body[120], code[AGENT_CODE_TEXT + 1];
        struct json_out j;
        if (p->agent == hub->n_agents)
                hub->agents[hub->n_agents++] = (struct agent){0};
        hub->agents[p->agent].row = p->writes[0].sensor;
        agents_zones(hub);
        hub->pair_tries = 0;
        code_text(&p->fresh.secret[1], code);
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_text(&j, "code", code);
        json_number(&j, "valid_s", CODE_VALID_MS / SECOND_MS);
        json_close(&j, '}');
        sodium_memzero(code, sizeof(code));
        out_answer(hub, p, 200, body, j.len);
}

/* Each row is made from what the one before it left, so they are written one after another. False: it waits.
 */
bool agent_row_free(struct hub *hub, struct pending *p)
{
        const struct pending *other = pending_by_ticket(hub, hub->agent_ticket);
        if (other && other->stage == STAGE_COMMITTING) {
                pending_wait(hub, p);
                return false;
        }
        hub->agent_ticket = pending_ticket(hub, p);
        return true;
}

void operator_agent(struct hub *hub, struct pending *p)
{
        const char *name = p->message.make_agent.name;
        uint32_t at = 0, id = 1;
        if (!agent_row_free(hub, p))
                return;
        while (at < hub->n_agents && strcmp(hub->agents[at].row.name, name) != 0) {
                id = hub->agents[at].row.id >= id ? hub->agents[at].row.id + 1 : id;
                at++;
        }
        if (at == SENSORS_MAX) {
                out_refuse(hub, p, 409, "too_many", "This hub knows as many agents as it can.",
                        "Use the name of one that is no longer there.");
                return;
        }
        char code[AGENT_CODE_TEXT + 1];
        struct sensor_row row = at < hub->n_agents ? hub->agents[at].row : (struct sensor_row){.id = id};
        snprintf(row.name, sizeof(row.name), "%s", name);
        code_text(&p->fresh.secret[1], code);
        code_digest(code, &row.code);
        row.code_until = hub->event->wall + CODE_VALID_MS;
        sodium_memzero(code, sizeof(code));
        p->agent = at;
        pending_write(p, WRITE_SENSOR)->sensor = row;
        pending_commit(hub, p, code_made);
}

static void agent_paired(struct hub *hub, struct pending *p)
{
        char body[300], token[sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
        struct agent *a = &hub->agents[p->agent];
        struct json_out j;
        if (a->connected)
                agent_let_go(hub, a, 4401, "another agent was paired under this name");
        a->row.paired = true;
        a->row.token = p->writes[0].sensor.token;
        a->row.code_until = 0;
        sodium_bin2base64(token, sizeof(token), p->fresh.secret[0].b, sizeof(p->fresh.secret[0].b),
                sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_text(&j, "token", token);
        json_text(&j, "sensor", a->row.name);
        json_text(&j, "store", hub->store_name);
        json_close(&j, '}');
        sodium_memzero(token, sizeof(token));
        out_answer(hub, p, 200, body, j.len);
        sodium_memzero(body, sizeof(body));
}

void agent_pair(struct hub *hub, struct pending *p)
{
        struct digest code;
        char text[AGENT_CODE_TEXT];
        bool read = agent_pair_parse(slice_of(p->message.agent_pair.code), AGENT_CODE_TEXT, text) == 0;
        if (!agent_row_free(hub, p))
                return;
        if (hub->pair_tries >= CODE_TRIES) {
                out_refuse(hub, p, 429, "tries", "Too many wrong codes were tried.",
                        "Make a new code with maitrectl link agent.");
                return;
        }
        if (read)
                code_digest(text, &code);
        for (uint32_t i = 0; read && i < hub->n_agents; i++) {
                const struct sensor_row *row = &hub->agents[i].row;
                if (hub->event->wall >= row->code_until || memcmp(&row->code, &code, sizeof(code)) != 0)
                        continue;
                p->agent = i;
                struct write *w = pending_write(p, WRITE_SENSOR);
                w->sensor = *row;
                w->sensor.paired = true;
                w->sensor.code_until = 0;
                digest_of(&p->fresh.secret[0], &w->sensor.token);
                pending_commit(hub, p, agent_paired);
                return;
        }
        hub->pair_tries++;
        out_refuse(hub, p, 410, "link_over", "This code is unknown, has been used or has run out.",
                "Make a new code with maitrectl link agent.");
}

/* ---- who is known, and taking back ---- */
static const char *state_at(const struct agent *a, mono_ms now, int64_t *heard_s)
{
        int64_t silent = a->heard ? now - a->heard : INT64_MAX;
        *heard_s = a->heard ? silent / SECOND_MS : -1;
        return !a->row.paired             ? "new"
               : a->connected && a->down  ? "down"
               : silent > AGENT_SILENT_MS ? "silent"
                                          : "ok";
}

const char *agent_state(const struct hub *hub, const struct agent *a, int64_t *heard_s)
{
        return state_at(a, hub->event->mono, heard_s);
}

uint32_t hub_sensors(const struct hub *hub, mono_ms now, struct hub_sensor out[SENSORS_MAX])
{
        for (uint32_t i = 0; i < hub->n_agents; i++) {
                memcpy(out[i].name, hub->agents[i].row.name, sizeof(out[i].name));
                out[i].state = state_at(&hub->agents[i], now, &out[i].heard_s);
        }
        return hub->n_agents;
}

void operator_agents(struct hub *hub, struct pending *p)
{
        char body[SENSORS_MAX * 400]; /* every character may be written as an escape */
        struct json_out j;
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_open(&j, "agents", '[');
        for (uint32_t i = 0; i < hub->n_agents; i++) {
                int64_t heard_s;
                const char *state = agent_state(hub, &hub->agents[i], &heard_s);
                json_open(&j, NULL, '{');
                json_text(&j, "name", hub->agents[i].row.name);
                json_text(&j, "zone", hub->agents[i].row.zone);
                json_flag(&j, "counts", !hub->agents[i].outside);
                json_text(&j, "state", state);
                json_flag(&j, "connected", hub->agents[i].connected);
                json_number(&j, "heard_s", heard_s);
                json_close(&j, '}');
        }
        json_close(&j, ']');
        json_close(&j, '}');
        out_answer(hub, p, 200, body, j.len);
}

static void agent_revoked(struct hub *hub, struct pending *p)
{
        struct agent *a = &hub->agents[p->agent];
        a->row.paired = false;
        a->row.token = (struct digest){0};
        a->row.code_until = 0;
        if (a->connected)
                agent_let_go(hub, a, 4401, "pair this agent again");
        out_answer(hub, p, 200, "{}", 2);
}

/* Its row stays, with the newest claim that was taken: whoever is paired under the name goes on from there.
 */
void operator_agent_revoke(struct hub *hub, struct pending *p)
{
        uint32_t at = 0;
        if (!agent_row_free(hub, p))
                return;
        while (at < hub->n_agents && strcmp(hub->agents[at].row.name, p->message.agent_revoke.name) != 0)
                at++;
        if (at == hub->n_agents) {
                out_refuse(hub, p, 404, "no_agent", "No agent has that name.",
                        "maitrectl agent list shows which are known.");
                return;
        }
        p->agent = at;
        struct write *w = pending_write(p, WRITE_SENSOR);
        w->sensor = hub->agents[at].row;
        w->sensor.paired = false;
        w->sensor.token = (struct digest){0};
        w->sensor.code_until = 0;
        if (hub->agents[at].connected) /* at once, and once more when no start brings it back */
                agent_let_go(hub, &hub->agents[at], 4401, "pair this agent again");
        pending_commit(hub, p, agent_revoked);
}
