/* Sessions of devices: who has one, and taking it back [P93].
 *
 *   revoke -> LOAD the sessions meant -> COMMIT their end -> answer
 *                                     \-> their sockets close 4401 at once, and again when it is durable:
 *                                         whoever came between is closed then, and whoever comes later finds
 *                                         no session
 *
 * The second look is enough: what the store read before the end was written is told before that end is. */
#include "server/core/state.h"
#include "proto/json.h"

#include <string.h>

#define LIST_BYTES (96 * 1024)
#define KIND(k)    (1u << (k))
#define KINDS_ALL  (KIND(SESSION_HANDHELD) | KIND(SESSION_CONSOLE) | KIND(SESSION_SIGN) | KIND(SESSION_TILL))

static const char *const faces[] = {[SESSION_HANDHELD] = "handheld",
        [SESSION_CONSOLE] = "console",
        [SESSION_SIGN] = "sign",
        [SESSION_TILL] = "till"};

void session_id(const struct digest *token, char out[SESSION_ID_TEXT + 1])
{
        static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        uint64_t bits = 0;
        for (int i = 0; i < SESSION_ID_BYTES; i++)
                bits = bits << 8 | token->b[i];
        for (int i = 0; i < SESSION_ID_TEXT; i++)
                out[i] = crockford[bits >> (35 - 5 * i) & 31];
        out[SESSION_ID_TEXT] = 0;
}

bool session_id_parse(const char *typed, struct digest *out)
{
        static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        char text[SESSION_ID_TEXT];
        uint64_t bits = 0;
        *out = (struct digest){0};
        if (agent_pair_parse(slice_of(typed), SESSION_ID_TEXT, text) != 0)
                return false;
        for (int i = 0; i < SESSION_ID_TEXT; i++)
                bits = bits << 5 | (uint64_t)(strchr(crockford, text[i]) - crockford);
        for (int i = 0; i < SESSION_ID_BYTES; i++)
                out->b[i] = (uint8_t)(bits >> (32 - 8 * i));
        return true;
}

/* ---- when a device was there ---- */
static wall_ms midnight(const struct hub *hub)
{
        wall_ms now = hub->event->wall;
        return now - now % MINUTE_MS - hub->event->day_minute * MINUTE_MS;
}

void session_note(struct hub *hub, const struct digest *token, const struct session_row *row)
{
        if (row->seen >= midnight(hub) && row->seen <= hub->event->wall)
                return;
        /* With the disk behind, the next connection notes it: nobody is turned away for a note. */
        bool room = hub->n_free_pending > hub->set.pending_most / 2 && out_room(hub, 2, 2, 0);
        struct pending *p = room ? pending_take(hub, FROM_INSIDE) : NULL;
        if (!p)
                return;
        p->start = pending_free;
        struct write *w = pending_write(p, WRITE_SESSION_SEEN);
        w->session_seen.token = *token;
        w->session_seen.at = hub->event->wall;
        pending_commit(hub, p, NULL);
}

static bool connected(const struct hub *hub, const struct session_listed *s)
{
        uint32_t a = associate_find(hub, s->row.subject);
        if (a == NONE || (s->row.kind != SESSION_HANDHELD && s->row.kind != SESSION_CONSOLE))
                return false;
        for (uint32_t i = hub->associates[a].first_peer; i != NONE; i = hub->peers[i].next)
                if (!hub->peers[i].closing && memcmp(&hub->peers[i].token, &s->token, sizeof(s->token)) == 0)
                        return true;
        return false;
}

/* By the day only: a console is no time clock. */
static const char *last_seen(const struct hub *hub, const struct session_listed *s)
{
        return connected(hub, s)             ? "now"
               : s->row.seen == 0            ? "never"
               : s->row.seen < midnight(hub) ? "before"
                                             : "today";
}

/* ---- the list ---- */
/* Whether somebody could sign in there now [P113]. */
static const char *state_of(const struct hub *hub, const struct session_listed *s)
{
        if (s->row.kind != SESSION_HANDHELD)
                return "ok";
        if (!s->keyed)
                return "no_key";
        if (!hub->set.pins)
                return "ok";
        return s->row.tries >= SIGN_TRIES                                ? "shut"
               : !sign_has_pin(hub, associate_find(hub, s->row.subject)) ? "no_pin"
                                                                         : "ok";
}

static void write_listed(const struct hub *hub, struct json_out *j, const struct session_listed *s, bool told)
{
        char id[SESSION_ID_TEXT + 1];
        uint32_t a = associate_find(hub, s->row.subject);
        session_id(&s->token, id);
        json_open(j, NULL, '{');
        json_text(j, "id", id);
        if (told) {
                json_text(j, "name", a == NONE ? "" : hub->associates[a].row.first);
        } else {
                json_text(j, "face",
                        s->row.kind < ARRAY_LEN(faces) && faces[s->row.kind] ? faces[s->row.kind]
                                                                             : "handheld");
                json_text(j, "who", a == NONE ? s->label : hub->associates[a].row.external);
        }
        json_text(j, "seen", last_seen(hub, s));
        if (!told)
                json_flag(j, "key", s->keyed);
        json_text(j, "state", state_of(hub, s));
        json_number(j, "paired_ms", s->row.paired);
        if (!told)
                json_number(j, "ends_ms", s->row.expires);
        json_close(j, '}');
}

static bool here(const struct hub *hub, const struct session_listed *s)
{
        return associate_here(hub, associate_find(hub, s->row.subject));
}

static void answer_list(struct hub *hub, struct pending *p, const struct dossier *d)
{
        bool told = p->message.type == MESSAGE_HANDHELDS;
        /* Written straight into the step's bytes: a list may be larger than a stack frame should be. */
        if (!out_room(hub, 1, 0, LIST_BYTES)) {
                out_refuse(hub, p, 503, "busy", "We are very busy just now.", "Try again in a moment.");
                return;
        }
        struct json_out j;
        char *body = hub->out->bytes + hub->out->n_bytes;
        json_start(&j, body, LIST_BYTES);
        json_open(&j, NULL, '{');
        json_open(&j, told ? "handhelds" : "sessions", '[');
        for (uint32_t i = 0; i < d->n_sessions; i++)
                if (!told || here(hub, &dossier_sessions(d)[i]))
                        write_listed(hub, &j, &dossier_sessions(d)[i], told);
        json_close(&j, ']');
        json_number(&j, "rest", d->sessions_rest);
        if (told)
                json_flag(&j, "pins", hub->set.pins);
        json_close(&j, '}');
        struct effect *e = j.overflow ? NULL : out_effect(hub, EFFECT_ANSWER);
        if (!e) {
                out_refuse(hub, p, 503, "too_many", "There are too many devices to list at once.",
                        "Ask for one face, or one associate.");
                return;
        }
        hub->out->n_bytes += (uint32_t)j.len;
        e->answer.request = p->request;
        e->answer.status = 200;
        e->answer.body = body;
        e->answer.len = (uint32_t)j.len;
        pending_free(hub, p);
}

static void load_sessions(struct hub *hub, struct pending *p, uint32_t kinds, uint32_t associate,
        const struct digest *id, load_step then)
{
        struct effect load = {
                .load = {.by = LOAD_BY_SESSIONS, .kinds = (uint8_t)kinds, .associate = associate}};
        if (id) {
                load.load.key = *id;
                load.load.key_bytes = SESSION_ID_BYTES;
        }
        pending_load(hub, p, &load, then);
}

static void no_associate(struct hub *hub, struct pending *p)
{
        out_refuse(hub, p, 404, "no_associate", "No associate has that id.",
                "Check the id in the associates' file.");
}

void operator_sessions(struct hub *hub, struct pending *p)
{
        const struct msg_sessions *m = &p->message.sessions;
        uint32_t kinds = m->face[0] ? 0 : KINDS_ALL, who = NONE;
        for (uint32_t k = 0; k < ARRAY_LEN(faces); k++)
                if (faces[k] && strcmp(faces[k], m->face) == 0)
                        kinds = KIND(k);
        if (m->associate[0] && (who = associate_by_external(hub, m->associate)) == NONE) {
                no_associate(hub, p);
                return;
        }
        if (kinds == 0) {
                out_refuse(hub, p, 400, "face", "That is no face of a device.",
                        "Use handheld, console, sign or till.");
                return;
        }
        load_sessions(hub, p, kinds, who == NONE ? 0 : hub->associates[who].row.id, NULL, answer_list);
}

/* ---- taking back ---- */
/* Closes what is open of one session, or of everything of an associate's. Whoever still owes a proof has been
 * told nothing, and finds no session when it has come; a thief could have any number of them. */
static void cut(struct hub *hub, const struct digest *token, uint32_t associate)
{
        for (uint32_t i = 0; i < hub->set.peers_most; i++) {
                struct peer *peer = &hub->peers[i];
                if (!peer->used || peer->closing || peer->proof == PROOF_ASKED)
                        continue;
                bool meant = associate ? peer->owner == associate ||
                                                 (peer->attached &&
                                                         hub->associates[peer->associate].row.id == associate)
                                       : memcmp(&peer->token, token, sizeof(*token)) == 0;
                if (!meant || !out_room(hub, 3, 2, 0)) /* the commit and its answer need room, too */
                        continue;
                peer->closing = true;
                out_close(hub, peer->id, 4401, "this device was taken back");
        }
        struct console *c = associate ? NULL : console_find(hub, token);
        if (c)
                console_end(hub, c);
        if (associate)
                console_end_all(hub, associate);
}

static void answer_ended(struct hub *hub, struct pending *p, uint32_t n)
{
        char body[40];
        struct json_out j;
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_number(&j, "revoked", n);
        json_close(&j, '}');
        out_answer(hub, p, 200, body, j.len);
}

static void ended(struct hub *hub, struct pending *p)
{
        cut(hub, &p->writes[0].session_end.token, p->writes[0].session_end.associate);
        answer_ended(hub, p, p->ended);
}

static void end(struct hub *hub, struct pending *p, const struct digest *token, uint32_t associate)
{
        struct write *w = pending_write(p, WRITE_SESSION_END);
        w->session_end.associate = associate;
        if (token)
                w->session_end.token = *token;
        cut(hub, token, associate);
        pending_commit(hub, p, ended);
}

static void one_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        enum message_type type = p->message.type;
        bool manager = type == MESSAGE_REVOKE || type == MESSAGE_UNLOCK || type == MESSAGE_PIN_CLEAR;
        const struct session_listed *s = dossier_sessions(d);
        if (d->n_sessions != 1 || (manager && !here(hub, s))) {
                out_refuse(hub, p, 404, "no_session", "No device has that id, or it was taken back already.",
                        manager ? "Look at the list again." : "maitrectl session list shows them.");
                return;
        }
        if (type == MESSAGE_UNLOCK || type == MESSAGE_SESSION_UNLOCK) {
                sign_unlock(hub, p, &s->token);
        } else if (type == MESSAGE_PIN_CLEAR) {
                sign_clear(hub, p, s->row.subject);
        } else {
                p->ended = 1;
                end(hub, p, &s->token, 0);
        }
}

static void hers_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        p->ended = d->n_sessions + d->sessions_rest;
        end(hub, p, NULL, p->session_subject);
}

static void find_one(struct hub *hub, struct pending *p, const char *typed, uint32_t kinds)
{
        struct digest id;
        if (session_id_parse(typed, &id))
                load_sessions(hub, p, kinds, 0, &id, one_loaded);
        else
                out_refuse(hub, p, 404, "no_session", "That is no device's id.",
                        "An id is eight letters and digits, as the list shows it.");
}

void operator_session_revoke(struct hub *hub, struct pending *p)
{
        const struct msg_session_revoke *m = &p->message.session_revoke;
        uint32_t who = m->associate[0] ? associate_by_external(hub, m->associate) : NONE;
        if ((m->id[0] != 0) == (m->associate[0] != 0)) {
                out_refuse(hub, p, 400, "which", "One device, or an associate's.",
                        "Give either an id or an associate.");
        } else if (m->id[0]) {
                find_one(hub, p, m->id, KINDS_ALL);
        } else if (who == NONE) {
                no_associate(hub, p);
        } else {
                p->session_subject = hub->associates[who].row.id;
                load_sessions(hub, p, KIND(SESSION_HANDHELD) | KIND(SESSION_CONSOLE), p->session_subject,
                        NULL, hers_loaded);
        }
}

void operator_session_unlock(struct hub *hub, struct pending *p)
{
        find_one(hub, p, p->message.session_unlock.id, KIND(SESSION_HANDHELD));
}

void operator_pin_clear(struct hub *hub, struct pending *p)
{
        uint32_t who = associate_by_external(hub, p->message.pin_gone.associate);
        if (who == NONE)
                no_associate(hub, p);
        else
                sign_clear(hub, p, hub->associates[who].row.id);
}

/* ---- the manager's ---- */
static void handhelds_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (manager_may(hub, p, d, MAY_LOOK) != NONE)
                load_sessions(hub, p, KIND(SESSION_HANDHELD), 0, NULL, answer_list);
}

void console_handhelds(struct hub *hub, struct pending *p)
{
        manager_load(hub, p, handhelds_loaded);
}

/* Whoever has a password shows it first, as for everything that changes what others see. */
static bool may_revoke(struct hub *hub, struct pending *p, const struct dossier *d)
{
        uint32_t who = manager_may(hub, p, d, MAY_LOOK);
        return who != NONE && (!manager_enrolled(hub, who) || manager_may(hub, p, d, MAY_PUBLISH) != NONE);
}

static void revoke_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        /* Of these messages the id is the first member; the union lets one name stand for all. */
        if (may_revoke(hub, p, d))
                find_one(hub, p, p->message.revoke.id, KIND(SESSION_HANDHELD));
}

void console_revoke(struct hub *hub, struct pending *p)
{
        manager_load(hub, p, revoke_loaded);
}

/* It is taken back already: a repeat finds nothing to do. */
void console_revoke_again(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (manager_may(hub, p, d, MAY_LOOK) == NONE)
                return;
        if (p->message.type == MESSAGE_REVOKE)
                answer_ended(hub, p, 0);
        else
                out_answer(hub, p, 200, "{}", 2);
}
