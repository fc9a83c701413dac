#include "server/core/state.h"
#include "proto/json.h"

#include <sodium.h>
#include <string.h>

bool out_room(const struct hub *hub, uint32_t effects, uint32_t writes, uint32_t bytes)
{
        const struct effects *out = hub->out;
        return out->n + effects <= EFFECTS_MAX && out->n_writes + writes <= EFFECT_WRITES_MAX &&
               out->n_bytes + bytes <= EFFECT_BYTES_MAX;
}

struct effect *out_effect(struct hub *hub, enum effect_kind kind)
{
        if (hub->out->n == EFFECTS_MAX)
                return NULL;
        struct effect *e = &hub->out->list[hub->out->n++];
        *e = (struct effect){.kind = kind};
        return e;
}

static const char *keep_bytes(struct hub *hub, const char *bytes, size_t len)
{
        struct effects *out = hub->out;
        if (out->n_bytes + len > EFFECT_BYTES_MAX)
                return NULL;
        char *at = out->bytes + out->n_bytes;
        if (len)
                memcpy(at, bytes, len);
        out->n_bytes += (uint32_t)len;
        return at;
}

void out_answer(struct hub *hub, struct pending *p, uint16_t status, const char *body, size_t len)
{
        const char *kept = keep_bytes(hub, body, len);
        struct effect *e = p->origin == FROM_REQUEST && kept ? out_effect(hub, EFFECT_ANSWER) : NULL;
        if (e) {
                e->answer.request = p->request;
                e->answer.status = status;
                e->answer.cookie = p->cookie;
                e->answer.cookie_kind = p->cookie_kind;
                e->answer.token = p->secret;
                e->answer.cookie_age_s = p->cookie_age_s;
                e->answer.retry_s = p->retry_s;
                e->answer.untold = p->untold;
                e->answer.body = kept;
                e->answer.len = (uint32_t)len;
        }
        pending_free(hub, p);
}

/* The card that a reply of a handheld is about; 0 if it is about none. Every reply has it as its first
 * member. */
static int64_t card_named(const struct message *m)
{
        return m->type >= MESSAGE_ACCEPT && m->type <= MESSAGE_DONE ? m->accept.card : 0;
}

void out_refuse(struct hub *hub, struct pending *p, uint16_t status, const char *error, const char *say,
        const char *todo)
{
        hub->counts.refused++;
        if (p->origin == FROM_PEER) {
                struct peer *peer = peer_find(hub, p->peer);
                if (peer)
                        peer_error(hub, peer, error, say, todo, card_named(&p->message));
                pending_free(hub, p);
                return;
        }
        char body[700];
        struct json_out j;
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_text(&j, "error", error);
        json_text(&j, "say", say);
        json_text(&j, "do", todo);
        json_close(&j, '}');
        p->cookie = COOKIE_KEEP;
        out_answer(hub, p, status, body, j.len);
}

void out_close(struct hub *hub, uint64_t peer, uint16_t code, const char *reason)
{
        struct effect *e = out_effect(hub, EFFECT_CLOSE);
        if (e) {
                e->close.peer = peer;
                e->close.code = code;
                e->close.reason = reason;
        }
}

void digest_of(const struct secret *secret, struct digest *out)
{
        crypto_generichash(out->b, sizeof(out->b), secret->b, sizeof(secret->b), NULL, 0);
}

bool digest_of_secret(const char *text, struct digest *out)
{
        struct secret s;
        size_t len = 0;
        bool ok = sodium_base642bin(s.b, sizeof(s.b), text, strlen(text), NULL, &len, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
                  len == sizeof(s.b);
        if (ok)
                digest_of(&s, out);
        sodium_memzero(&s, sizeof(s));
        return ok;
}
