#include "server/front/api.h"

#include "server/common/ids.h"
#include "server/common/log.h"
#include "server/front/neighbour.h"
#include "server/front/net.h"
#include "server/front/qr.h"

#include <stdio.h>
#include <stdlib.h>

#define ANSWER_FIXED (4 + sizeof(struct secret)) /* before the JSON: the cookie's age and the token */

/* What a face is called, where its token is, and how far its cookie goes. A till and an agent have no cookie.
 */
static const struct {
        enum face face;
        const char *name, *cookie, *same_site;
} faces[] = {
        /* Lax: a page opened by scanning a QR code comes without its Strict cookies. */
        {FACE_CUSTOMER, "customer", "__Host-phone", "Lax"},
        {FACE_HANDHELD, "handheld", "__Host-handheld", "Strict"},
        {FACE_CONSOLE, "console", "__Host-console", "Strict"},
        {FACE_SIGN, "sign", "__Host-sign", "Strict"},
        {FACE_TILL, "till", NULL, NULL},
        {FACE_AGENT, "agent", NULL, NULL},
};

/* The kinds of sessions in an answer count from 1 in this order (frame.h). */
#define COOKIE_KINDS 4

static size_t face_index(enum face face)
{
        size_t i = 0;
        while (i < ARRAY_LEN(faces) - 1 && faces[i].face != face)
                i++;
        return i;
}

/* A till says `Authorization: Bearer TOKEN`. */
static struct slice bearer(const struct head *head)
{
        static const char scheme[] = "Bearer ";
        const struct head_field *f = &head->bearer;
        if (f->presence != FIELD_THERE || strncmp(f->text, scheme, sizeof scheme - 1) != 0)
                return (struct slice){"", 0};
        return slice_of(f->text + sizeof scheme - 1);
}

void api_token(struct conn *c, enum face face, const struct head *head)
{
        const char *cookie = faces[face_index(face)].cookie;
        struct slice text = {"", 0};
        struct secret secret;
        if (!cookie)
                text = bearer(head);
        else if (head->cookie_presence != FIELD_THERE ||
                 guard_cookie(head->cookie, cookie, &text.at, &text.len))
                text.len = 0;
        c->has_token = ids_secret_parse(text, &secret) == 0;
        c->token = (struct digest){0};
        if (c->has_token)
                c->token = ids_digest(&secret);
        ids_wipe(&secret, sizeof secret);
}

/* Splits "/api/FACE/NAME". MESSAGE_NONE: nobody is called so. */
static enum message_type find(const char *path, enum face *face)
{
        const char *at = path + sizeof "/api/" - 1;
        const char *slash = strchr(at, '/');
        if (!slash)
                return MESSAGE_NONE;
        for (size_t i = 0; i < ARRAY_LEN(faces); i++) {
                if (slice_is((struct slice){at, (size_t)(slash - at)}, faces[i].name)) {
                        *face = faces[i].face;
                        return message_find(*face, slice_of(slash + 1));
                }
        }
        return MESSAGE_NONE;
}

/* `last`: a refusal ends the connection. */
static int ask_hub(struct conn *c, const struct message *message, bool last)
{
        struct front *front = c->front;
        uint8_t packed[MESSAGE_BINARY_MAX];
        c->body_expected = false;
        if (!front->hub_ready || !hub_link_has_room(&front->link))
                return conn_refuse(c, REFUSE_BUSY, NULL, last);
        size_t len = message_pack(message, packed);
        conn_number(c);
        uint8_t who[LINK_WHO_SIZE] = {0};
        memcpy(who, c->token.b, sizeof c->token.b);
        if (c->has_key)
                memcpy(who + sizeof c->token.b, c->key.b, sizeof c->key.b);
        /* Only of a phone that has joined and says that it is here: the hub binds it if she allowed that. */
        bool comes = (c->type == MESSAGE_ARRIVE || c->type == MESSAGE_HERE) && c->has_token;
        uint8_t *station = who + sizeof c->token.b + sizeof c->key.b;
        bool has_station =
                comes && !c->no_neighbour && neighbour_of_socket(lws_get_socket_fd(c->wsi), station) == 0;
        c->no_neighbour |= comes && !has_station;
        uint8_t flags = (uint8_t)((c->has_token ? LINK_HAS_TOKEN : 0) | (c->has_key ? LINK_HAS_KEY : 0) |
                                  (has_station ? LINK_HAS_STATION : 0) | (c->gpc ? LINK_HAS_GPC : 0));
        hub_link_send(&front->link, LINK_REQUEST, flags, (uint16_t)c->face, c->request, who, sizeof who,
                packed, len);
        ids_wipe(who, sizeof who);
        ids_wipe(packed, len); /* it may hold a one-time link's secret */
        c->state = CONN_WAIT;
        c->deadline = front_now(front) + front->options->limits.answer_ms;
        conn_listen(c, false);
        return 0;
}

int api_begin(struct conn *c, const struct head *head, size_t length)
{
        bool post = head->method == METHOD_POST;
        c->type = find(head->path, &c->face);
        const struct message_info *info = message_info(c->type);
        if (!info || (info->how != HOW_POST && info->how != HOW_GET))
                return conn_refuse(c, REFUSE_NOT_FOUND, NULL, post);
        if (head->method != (info->how == HOW_POST ? METHOD_POST : METHOD_GET))
                return conn_refuse(c, REFUSE_METHOD, NULL, post);
        if (head->query)
                return conn_refuse(c, REFUSE_QUERY, NULL, post);
        api_token(c, c->face, head);
        c->gpc = guard_gpc(head);
        c->has_key = false;
        if (!post) {
                struct message message = {.type = c->type};
                return ask_hub(c, &message, false);
        }
        enum refusal why = guard_post(head, c->front->options, c->face == FACE_TILL || c->face == FACE_AGENT);
        if (why != REFUSE_NONE)
                return conn_refuse(c, why, NULL, true);
        why = guard_key(head, &c->has_key, &c->key);
        if (why != REFUSE_NONE)
                return conn_refuse(
                        c, why, "The Idempotency-Key must be a random UUID (version 4) in quotes.", true);
        if (length == 0)
                return conn_refuse(c, REFUSE_MALFORMED, "The body must be a JSON object.", true);
        c->body = malloc(length);
        if (!c->body)
                return conn_refuse(c, REFUSE_BUSY, NULL, true);
        c->body_len = 0;
        c->body_size = (uint32_t)length;
        c->state = CONN_BODY;
        c->deadline = front_now(c->front) + c->front->options->limits.body_ms;
        return 0;
}

/* Every refusal here ends the connection: completing a transaction inside this callback is what
 * libwebsockets 4.1.6 may turn in circles on for ever (conn_sent_ahead). */
int api_run(struct conn *c)
{
        struct message message;
        struct message_error error;
        char *body = c->body; /* a long text of the message stays in it */
        c->body = NULL;
        c->body_expected = false;
        int rc = message_from_json_at(
                body, c->face, c->type, (struct slice){body, c->body_len}, &message, &error);
        rc = rc ? conn_refuse(c, REFUSE_MALFORMED, error.text, true) : ask_hub(c, &message, true);
        ids_wipe(&message, sizeof message);
        ids_wipe(body, c->body_size);
        free(body);
        return rc;
}

/* ---- answers */

static uint32_t age_of(const uint8_t *b)
{
        return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

enum cookie_change { COOKIE_CHANGE_NONE, COOKIE_CHANGE_SET, COOKIE_CHANGE_CLEAR };

/* The answer's own header lines. */
static void own_lines(const struct link_frame *frame, char *out, size_t size)
{
        size_t len = 0;
        unsigned kind = frame->a >> 4;
        unsigned change = frame->a & 15;
        out[0] = '\0';
        uint32_t number = age_of(frame->body); /* a cookie's age; of a refusal, when to try again */
        if (frame->b == 429 || frame->b == 503)
                len = (size_t)snprintf(out, size, "Retry-After: %u\r\n", number ? number : 2);
        if (kind < 1 || kind > COOKIE_KINDS || change == COOKIE_CHANGE_NONE || change > COOKIE_CHANGE_CLEAR)
                return;
        char text[IDS_SECRET_TEXT] = "";
        uint32_t age = 0;
        if (change == COOKIE_CHANGE_SET) {
                struct secret secret;
                memcpy(secret.b, frame->body + 4, sizeof secret.b);
                ids_secret_text(&secret, text);
                ids_wipe(&secret, sizeof secret);
                age = number;
        }
        snprintf(out + len, size - len,
                "Set-Cookie: %s=%s; Max-Age=%u; Path=/; Secure; HttpOnly; SameSite=%s\r\n",
                faces[kind - 1].cookie, text, age, faces[kind - 1].same_site);
        ids_wipe(text, sizeof text);
}

void api_answer(struct front *front, const struct link_frame *frame)
{
        struct conn *c = conns_find(front->conns, frame->id);
        /* It may have given up, or have been told 503 because this came too late. */
        if (!c || c->state != CONN_WAIT)
                return;
        conn_listen(c, true);
        if (frame->len < ANSWER_FIXED || frame->b < 200 || frame->b > 599) {
                LOG(LOG_WARN, "link", "an answer of the hub could not be read", log_num("status", frame->b));
                if (conn_refuse(c, REFUSE_BUSY, NULL, false))
                        conn_kill(c);
                return;
        }
        char lines[256];
        own_lines(frame, lines, sizeof lines);
        struct slice json = {(const char *)frame->body + ANSWER_FIXED, frame->len - ANSWER_FIXED};
        size_t drawn_len = 0;
        char *drawn = qr_drawn(json, &drawn_len);
        struct reply reply = {
                .status = frame->b,
                .type = "application/json; charset=utf-8",
                .cache = "no-store",
                .extra = lines,
                .body = drawn ? (struct slice){drawn, drawn_len} : json,
        };
        if (conn_reply(c, &reply))
                conn_kill(c);
        ids_wipe(lines, sizeof lines);
        free(drawn);
}
