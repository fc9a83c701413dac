/* Who may see which numbers [P90-P92]: a manager, or the operator, those of the store and its teams; an
 * associate her own week, over her own handheld's line, and nobody anybody else's. Counting them is the hub's
 * business. */
#include "server/core/numbers.h"
#include "proto/civil.h"
#include "proto/json.h"

#include <stdio.h>

static void to_hub(struct hub *hub, struct pending *p)
{
        struct effect *e = out_effect(hub, EFFECT_NUMBERS);
        if (!e) {
                out_refuse(hub, p, 503, "busy", "We are very busy just now.", "Try again in a moment.");
                return;
        }
        e->numbers.request = p->request;
        pending_free(hub, p);
}

static void session_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (manager_may(hub, p, d, MAY_LOOK) != NONE)
                to_hub(hub, p);
}

void numbers_asked(struct hub *hub, struct pending *p)
{
        struct effect load = {.load = {.by = LOAD_BY_TOKEN, .key = p->token}};
        if (p->face == FACE_OPERATOR)
                to_hub(hub, p);
        else if (p->has_token)
                pending_load(hub, p, &load, session_loaded);
        else
                session_loaded(hub, p, NULL);
}

/* ---- her own ---- */
/* Whose line it is says whose week it is: the message names nobody. */
void numbers_mine_asked(struct hub *hub, struct pending *p)
{
        struct peer *peer = p->origin == FROM_PEER ? peer_find(hub, p->peer) : NULL;
        struct effect *e = peer && peer->attached && !peer->closing ? out_effect(hub, EFFECT_NUMBERS) : NULL;
        if (!e) {
                pending_free(hub, p);
                return;
        }
        p->by = hub->associates[peer->associate].row.id;
        p->stage = STAGE_JUDGED; /* somebody beside the core works on it */
        e->numbers.associate = p->by;
        e->numbers.ticket = pending_ticket(hub, p);
}

static void write_day(struct json_out *j, const char *key, store_day day)
{
        char text[40];
        struct civil_date d = civil_from_day(day);
        snprintf(text, sizeof(text), "%04d-%02d-%02d", d.year, d.month, d.day);
        json_text(j, key, text);
}

static void write_said(struct json_out *j, const char *key, const struct mine_said *said)
{
        if (said->weeks == 0) {
                json_nil(j, key);
                return;
        }
        json_open(j, key, '{');
        write_day(j, "from", said->from);
        json_number(j, "weeks", said->weeks);
        json_number(j, "value", said->value);
        json_close(j, '}');
}

static void write_seconds(struct json_out *j, const char *key, int32_t seconds)
{
        if (seconds < 0)
                json_nil(j, key);
        else
                json_number(j, key, seconds);
}

static void write_mine(struct json_out *j, const struct mine *m)
{
        json_open(j, NULL, '{');
        json_text(j, "t", "mine");
        write_day(j, "from", m->from);
        json_number(j, "asked", m->asked);
        json_number(j, "accepted", m->accepted);
        json_number(j, "no_answer", m->no_answer);
        json_number(j, "busy", m->busy);
        json_number(j, "not_here", m->not_here);
        json_number(j, "handed_over", m->handed_over);
        json_number(j, "clients", m->clients);
        json_number(j, "clients_met", m->clients_met);
        json_number(j, "met", m->met);
        json_number(j, "cards", m->cards);
        write_seconds(j, "p50_s", m->p50_s);
        write_seconds(j, "p90_s", m->p90_s);
        write_said(j, "liked", &m->liked);
        write_said(j, "not_fine", &m->not_fine);
        json_close(j, '}');
}

/* The line may have been closed, or have become somebody else's, while it was counted. */
void numbers_mine_counted(struct hub *hub)
{
        struct pending *p = pending_by_ticket(hub, hub->event->mine.ticket);
        if (!p || p->stage != STAGE_JUDGED || p->message.type != MESSAGE_MINE)
                return;
        struct peer *peer = peer_find(hub, p->peer);
        uint32_t who = p->by;
        pending_free(hub, p);
        if (!peer || !peer->attached || peer->closing || hub->associates[peer->associate].row.id != who)
                return;
        if (!hub->event->mine.mine.known) {
                peer_error(hub, peer, "not_counted", "Your week could not be counted just now.",
                        "Try again in a moment.", 0);
                return;
        }
        char text[NOTE_MAX];
        struct json_out j;
        json_start(&j, text, sizeof(text));
        write_mine(&j, &hub->event->mine.mine);
        peer_note(hub, peer, text, j.len);
}
