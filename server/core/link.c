/* One-time links and tokens: inviting from till and CRM, what the operator makes; the door sign's code. How a
 * link pairs a face: pair.c. */
#include "server/core/state.h"
#include "server/core/consent.h"
#include "proto/json.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

size_t link_url(const struct hub *hub, const char *page, char kind, const struct secret *secret, char *out,
        size_t room)
{
        char text[sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
        sodium_bin2base64(
                text, sizeof(text), secret->b, sizeof(secret->b), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        int n = snprintf(out, room, "%s/%s#%c.%s", hub->set.origin, page, kind, text);
        sodium_memzero(text, sizeof(text));
        return n > 0 && (size_t)n < room ? (size_t)n : 0;
}

/* ---- inviting ---- */
void link_write_invite(struct hub *hub, struct pending *p, uint32_t person, uint32_t associate,
        uint64_t line_ref, wall_ms expires)
{
        struct write *w = pending_write(p, WRITE_LINK);
        digest_of(&p->fresh.secret[0], &w->link.secret);
        w->link.at = hub->event->wall;
        request_made(p, &p->fresh.secret[0]);
        w->link.row = (struct link_row){.kind = line_ref ? LINK_JOIN : LINK_CRM,
                .person = person,
                .associate = associate,
                .line_ref = line_ref,
                .expires = expires};
}

static void made(struct hub *hub, struct pending *p, const char *page, char kind, int64_t valid_ms)
{
        char url[256], body[700];
        struct json_out j;
        link_url(hub, page, kind, &p->fresh.secret[0], url, sizeof(url));
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_text(&j, "url", url);
        json_text(&j, "qr_of", "url");
        json_number(&j, "valid_s", valid_ms / SECOND_MS);
        json_close(&j, '}');
        out_answer(hub, p, 200, body, j.len);
}

static void invite_made(struct hub *hub, struct pending *p)
{
        made(hub, p, "", 'j', hub->set.invite_valid_ms);
}

/* Whoever objected, or paused everything, is to the till and to a preview nobody that the store knows. */
static bool may_be_asked(const struct dossier *d)
{
        return !consent_objected(d->consents, d->n_consents) && !consent_paused(d->consents, d->n_consents);
}

bool link_refused(struct hub *hub, struct pending *p, uint32_t associate, uint8_t department)
{
        if (!house_may_invite(hub, associate, department)) {
                out_refuse(hub, p, 409, "department", "This store does not invite after such a sale.",
                        "The house rules say from which departments; a manager can change them.");
                return true;
        }
        if (flow_full(hub, associate)) {
                out_refuse(hub, p, 409, "full",
                        "The department has as many guests this hour as it can serve.",
                        "Invite again later: the sale stays on the list today.");
                return true;
        }
        return false;
}

static void till_line_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        bool asked = d && (d->found & DOSSIER_PERSON) && may_be_asked(d);
        if (!asked || !(d->found & DOSSIER_LINK)) {
                out_refuse(hub, p, 404, "no_line", "No purchase line that may be invited for has that id.",
                        "Check the id; the line must be imported, with its customer, and of no protected "
                        "kind.");
        } else if (d->person.enrolled) {
                out_refuse(hub, p, 409, "joined", "This customer has joined already.", "Nothing more to do.");
        } else if (d->link.used) {
                out_refuse(hub, p, 409, "invited", "An invitation was made for this purchase already.",
                        "One purchase, one invitation: invite again after the next sale.");
        } else if (!link_refused(hub, p, associate_find(hub, d->link.associate), d->link.department)) {
                link_write_invite(hub, p, d->person.id, d->link.associate, d->link.line_ref,
                        hub->event->wall + hub->set.invite_valid_ms);
                pending_commit(hub, p, invite_made);
        }
}

static bool till_known(struct hub *hub, struct pending *p, const struct dossier *d)
{
        bool ok = d && (d->found & DOSSIER_SESSION) && d->session.kind == SESSION_TILL &&
                  d->session.expires > hub->event->wall;
        if (!ok)
                out_refuse(hub, p, 401, "token", "This token is not a till's, or has been revoked.",
                        "Make a new one: maitrectl token till NAME.");
        return ok;
}

static void till_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (!till_known(hub, p, d))
                return;
        struct effect load = {.load = {.by = LOAD_BY_LINE, .want = WANT_PERSON}};
        memcpy(load.load.external, p->message.till_invite.line, sizeof(p->message.till_invite.line));
        pending_load(hub, p, &load, till_line_loaded);
}

static void invite_renewed(struct hub *hub, struct pending *p)
{
        made(hub, p, "", 'j', p->first.made_until - hub->event->wall);
}

/* The code was lost with its answer, or nobody scanned it in time: it gets a new secret while it is unused,
 * and the old one no longer opens it. After that the till is told what any other would be. */
void link_till_again(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (p->first.made_until <= hub->event->wall) {
                till_loaded(hub, p, d);
        } else if (till_known(hub, p, d)) {
                request_renew(p, true);
                pending_commit(hub, p, invite_renewed);
        }
}

void link_till_invite(struct hub *hub, struct pending *p)
{
        struct effect load = {.load = {.by = LOAD_BY_TOKEN, .key = p->token}};
        if (p->has_token)
                pending_load(hub, p, &load, till_loaded);
        else
                till_loaded(hub, p, NULL);
}

/* ---- what the operator makes ---- */
static void face_link_made(struct hub *hub, struct pending *p)
{
        const char *face = p->message.make_link.face;
        made(hub, p, face[0] == 'h' ? "h" : face[0] == 's' ? "s" : "c", 'p', hub->set.link_valid_ms);
}

static void handheld_made(struct hub *hub, struct pending *p)
{
        made(hub, p, "h", 'p', hub->set.link_valid_ms);
}

static void write_face(struct hub *hub, struct pending *p, enum link_kind kind, uint32_t associate)
{
        struct write *w = pending_write(p, WRITE_LINK);
        digest_of(&p->fresh.secret[0], &w->link.secret);
        w->link.at = hub->event->wall;
        w->link.row = (struct link_row){.kind = (uint8_t)kind,
                .associate = associate == NONE ? 0 : hub->associates[associate].row.id,
                .expires = hub->event->wall + hub->set.link_valid_ms};
}

void link_handheld(struct hub *hub, struct pending *p, uint32_t associate)
{
        write_face(hub, p, LINK_HANDHELD, associate);
        pending_commit(hub, p, handheld_made);
}

static void crm_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (!d || !(d->found & DOSSIER_PERSON)) {
                out_refuse(hub, p, 404, "no_customer", "No customer has that id.",
                        "Import customers first, or check the id.");
                return;
        }
        if (!may_be_asked(d)) {
                out_refuse(hub, p, 409, "objected", "This customer does not want to be asked.",
                        "If she has changed her mind: maitrectl customer lift ID.");
                return;
        }
        link_write_invite(hub, p, d->person.id, 0, 0, hub->event->wall + hub->set.invite_valid_ms);
        pending_commit(hub, p, invite_made);
}

void link_make(struct hub *hub, struct pending *p)
{
        const struct msg_make_link *m = &p->message.make_link;
        bool sign = strcmp(m->face, "sign") == 0, console = strcmp(m->face, "console") == 0;
        if (strcmp(m->face, "customer") == 0) {
                struct effect load = {.load = {.by = LOAD_BY_EXTERNAL_ID, .want = WANT_PERSON}};
                memcpy(load.load.external, m->subject, sizeof(m->subject));
                pending_load(hub, p, &load, crm_loaded);
                return;
        }
        if (!sign && !console && strcmp(m->face, "handheld") != 0) {
                out_refuse(
                        hub, p, 400, "face", "That is no face.", "Use handheld, console, sign or customer.");
                return;
        }
        if (m->code && (sign || console)) {
                out_refuse(hub, p, 400, "face", "Only a handheld is paired by a code.",
                        "Use a link: it needs no typing.");
                return;
        }
        uint32_t a = sign ? NONE : associate_by_external(hub, m->subject);
        if (!sign && !associate_here(hub, a)) {
                out_refuse(hub, p, 404, "no_associate", "No active associate of this store has that id.",
                        "Import associates first, or check the id.");
                return;
        }
        if (console && hub->associates[a].row.role != ROLE_MANAGER) {
                out_refuse(hub, p, 403, "no_manager", "The console is for managers.",
                        "Give the associate the role manager in the associates' file.");
                return;
        }
        if (m->code) {
                pair_make_code(hub, p, a);
                return;
        }
        write_face(hub, p, sign ? LINK_SIGN : console ? LINK_CONSOLE : LINK_HANDHELD, a);
        pending_commit(hub, p, face_link_made);
}

static void token_made(struct hub *hub, struct pending *p)
{
        char text[sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING)], body[300];
        struct json_out j;
        sodium_bin2base64(text, sizeof(text), p->fresh.secret[0].b, sizeof(p->fresh.secret[0].b),
                sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_text(&j, "token", text);
        json_number(&j, "valid_s", SIGN_VALID_MS / SECOND_MS);
        json_close(&j, '}');
        out_answer(hub, p, 200, body, j.len);
}

void link_token(struct hub *hub, struct pending *p)
{
        struct write *w = pending_write(p, WRITE_SESSION);
        digest_of(&p->fresh.secret[0], &w->session.token);
        w->session.row = (struct session_row){.kind = SESSION_TILL,
                .expires = hub->event->wall + SIGN_VALID_MS,
                .paired = hub->event->wall};
        memcpy(w->session.label, p->message.make_token.name, sizeof(p->message.make_token.name));
        pending_commit(hub, p, token_made);
}

static void preview_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        uint32_t a = associate_by_external(hub, p->message.preview.associate);
        if (!d || !(d->found & DOSSIER_PERSON) || a == NONE || !may_be_asked(d)) {
                out_refuse(hub, p, 404, "unknown", "No such customer or associate.", "Check both ids.");
                return;
        }
        char body[CARD_FRAME_SIZE + 256], standing[96];
        struct json_out j;
        struct view view;
        uint32_t client_of = her_associate(hub, d);
        bool chosen = client_of != NONE && d->person.preferred == hub->associates[client_of].row.id;
        struct look look = {.associate = a,
                .others = true,
                .preferred = d->person.preferred == hub->associates[a].row.id,
                .seen = p->message.preview.sensed ? SEEN_SENSED : SEEN_CHECKED_IN,
                .sizes = sizes_ok(hub, d)};
        view_of(hub, d, &look, &view);
        standing_of(hub, a, client_of, chosen, d->person.id >= 0x80000000u, standing, sizeof(standing));
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        preview_write(&j, &view, standing, look.seen);
        json_close(&j, '}');
        out_answer(hub, p, 200, body, j.len);
}

void operator_preview(struct hub *hub, struct pending *p)
{
        struct effect load = {.load = {.by = LOAD_BY_EXTERNAL_ID, .want = WANT_PERSON | WANT_LINES}};
        memcpy(load.load.external, p->message.preview.customer, sizeof(p->message.preview.customer));
        pending_load(hub, p, &load, preview_loaded);
}

/* ---- the door sign ---- */
static void sign_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        bool ok = d && (d->found & DOSSIER_SESSION) && d->session.kind == SESSION_SIGN &&
                  d->session.expires > hub->event->wall;
        if (!ok) {
                out_refuse(hub, p, 401, "token", "This screen is not paired as a door sign.",
                        "Open the link that maitrectl link sign prints.");
                return;
        }
        char url[200], code[DOOR_CODE_SIZE], body[1400];
        struct json_out j;
        int64_t step_ms = hub->set.door_step_ms;
        door_code(hub->door_key, hub->store, hub->event->wall / step_ms, code);
        snprintf(url, sizeof(url), "%s/#d.%s", hub->set.origin, code);
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_text(&j, "url", url);
        json_text(&j, "qr_of", "url");
        json_number(&j, "step_s", step_ms / SECOND_MS);
        json_number(&j, "left_ms", step_ms - hub->event->wall % step_ms);
        json_text(&j, "store", hub->store_name);
        flow_write(hub, &j, flow_told(hub));
        json_close(&j, '}');
        out_answer(hub, p, 200, body, j.len);
}

void sign_code(struct hub *hub, struct pending *p)
{
        struct effect load = {.load = {.by = LOAD_BY_TOKEN, .key = p->token}};
        if (p->has_token)
                pending_load(hub, p, &load, sign_loaded);
        else
                sign_loaded(hub, p, NULL);
}
