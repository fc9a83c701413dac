/* Pairing a face: by a one-time link, or, a handheld, by a code that somebody types [P7] [P94].
 *
 *   code made -> OPEN --right, within 10 min--> USED
 *                 |  five wrong tries over all open codes: none opens any more, until the next is made
 *
 * A code is a link whose secret is short. What is kept of it is keyed with what stands on no disk, so that
 * whoever has the database has nothing to search; and a try is counted before it is looked at, so that many
 * at once are no more than five. */
#include "server/core/state.h"
#include "proto/json.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define HANDHELD_VALID_MS (30 * DAY_MS)

void code_text(const struct secret *secret, char out[CODE_TEXT + 1])
{
        static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        for (int i = 0; i < CODE_TEXT; i++)
                out[i] = crockford[secret->b[i] & 31];
        out[CODE_TEXT] = 0;
}

static void code_digest(const struct hub *hub, const char text[CODE_TEXT], struct digest *out)
{
        static const char what[] = "maitred pairing code 1";
        crypto_generichash_state state;
        crypto_generichash_init(&state, hub->wifi_key, sizeof(hub->wifi_key), sizeof(out->b));
        crypto_generichash_update(&state, (const uint8_t *)what, sizeof(what));
        crypto_generichash_update(&state, (const uint8_t *)text, CODE_TEXT);
        crypto_generichash_final(&state, out->b, sizeof(out->b));
}

bool pair_secret(const struct hub *hub, const struct msg_pair *m, struct digest *out)
{
        char text[CODE_TEXT];
        if ((m->secret[0] != 0) == (m->code[0] != 0))
                return false;
        if (m->secret[0])
                return digest_of_secret(m->secret, out);
        bool read = agent_pair_parse(slice_of(m->code), CODE_TEXT, text) == 0;
        if (read)
                code_digest(hub, text, out);
        sodium_memzero(text, sizeof(text));
        return read;
}

/* ---- a new code ---- */
static void code_made(struct hub *hub, struct pending *p)
{
        char body[300], url[200], code[CODE_TEXT + 1];
        struct json_out j;
        hub->code_tries = 0;
        code_text(&p->fresh.secret[1], code);
        snprintf(url, sizeof(url), "%s/h", hub->set.origin);
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_text(&j, "code", code);
        json_text(&j, "url", url);
        json_number(&j, "valid_s", CODE_VALID_MS / SECOND_MS);
        json_close(&j, '}');
        sodium_memzero(code, sizeof(code));
        out_answer(hub, p, 200, body, j.len);
        sodium_memzero(body, sizeof(body));
}

void pair_make_code(struct hub *hub, struct pending *p, uint32_t associate)
{
        char code[CODE_TEXT + 1];
        struct write *w = pending_write(p, WRITE_LINK);
        code_text(&p->fresh.secret[1], code);
        code_digest(hub, code, &w->link.secret);
        sodium_memzero(code, sizeof(code));
        w->link.at = hub->event->wall;
        w->link.row = (struct link_row){.kind = LINK_HANDHELD,
                .associate = hub->associates[associate].row.id,
                .expires = hub->event->wall + CODE_VALID_MS};
        p->untold = true; /* no trace is made of it */
        pending_commit(hub, p, code_made);
}

/* ---- pairing ---- */
static void paired(struct hub *hub, struct pending *p)
{
        char body[400], name[2 * NAME_MAX_BYTES];
        struct json_out j;
        uint32_t a = associate_find(hub, p->session_subject);
        const char *face = p->cookie_kind == SESSION_SIGN      ? "sign"
                           : p->cookie_kind == SESSION_CONSOLE ? "console"
                                                               : "handheld";
        snprintf(name, sizeof(name), "%s", a == NONE ? "" : hub->associates[a].row.first);
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_text(&j, "face", face);
        json_text(&j, "you", name);
        json_text(&j, "store", hub->store_name);
        json_close(&j, '}');
        out_answer(hub, p, 200, body, j.len);
}

static void paired_anew(struct hub *hub, struct pending *p)
{
        if (p->cookie_kind == SESSION_HANDHELD)
                fence_done(hub, p);
        paired(hub, p);
}

/* What a pairing link makes of this face, and for how long; 0 = nothing. */
static enum session_kind pair_kind(const struct pending *p, const struct dossier *d, wall_ms *valid_ms)
{
        *valid_ms = 0;
        if (!d || !(d->found & DOSSIER_LINK))
                return SESSION_PHONE;
        if (d->link.kind == LINK_HANDHELD && p->face == FACE_HANDHELD) {
                *valid_ms = HANDHELD_VALID_MS;
                return SESSION_HANDHELD;
        }
        if (d->link.kind == LINK_CONSOLE && p->face == FACE_CONSOLE) {
                *valid_ms = CONSOLE_VALID_MS;
                return SESSION_CONSOLE;
        }
        if (d->link.kind == LINK_SIGN && p->face == FACE_SIGN)
                *valid_ms = SIGN_VALID_MS;
        return SESSION_SIGN;
}

static void pair_over(struct hub *hub, struct pending *p)
{
        if (p->message.pair.code[0])
                out_refuse(hub, p, 410, "link_over", "This code is unknown, has been used or has run out.",
                        "Look at it once more, or ask for a new one.");
        else
                out_refuse(hub, p, 410, "link_over", "This link has been used or has run out.",
                        "Ask whoever gave it to you for a new one.");
}

/* A right code has cost no try. */
static void give_back(struct hub *hub, const struct pending *p)
{
        if (p->message.pair.code[0] && hub->code_tries)
                hub->code_tries--;
}

static void pair_cookie(struct pending *p, const struct dossier *d, enum session_kind kind, wall_ms valid_ms)
{
        p->cookie = COOKIE_SET;
        p->cookie_kind = kind;
        p->secret = p->fresh.secret[0];
        p->cookie_age_s = valid_ms / SECOND_MS;
        p->session_subject = d->link.associate;
}

static void pair_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        wall_ms valid_ms;
        enum session_kind kind = pair_kind(p, d, &valid_ms);
        if (valid_ms == 0 || d->link.used || hub->event->wall >= d->link.expires) {
                pair_over(hub, p);
                return;
        }
        give_back(hub, p);
        struct own_key key;
        proof_key(p->message.pair.key, &key); /* it was read once already */
        if (kind == SESSION_HANDHELD && !key.known && hub->set.keys_required) {
                out_refuse(hub, p, 403, "key", "This browser cannot keep a key, and the store wants one.",
                        "Open the link in the device's usual browser, not in a private window.");
                return;
        }
        struct write *w = pending_write(p, WRITE_LINK_USED);
        pair_secret(hub, &p->message.pair, &w->link_used.secret);
        w->link_used.at = hub->event->wall;
        pair_cookie(p, d, kind, valid_ms);
        if (kind == SESSION_HANDHELD)
                fence_begin(hub, p);
        w = pending_write(p, WRITE_SESSION);
        digest_of(&p->fresh.secret[0], &w->session.token);
        w->session.row = (struct session_row){.kind = (uint8_t)kind,
                .subject = d->link.associate,
                .expires = hub->event->wall + valid_ms,
                .seen = kind == SESSION_CONSOLE ? hub->event->wall : 0,
                .paired = hub->event->wall};
        w->session.own_key = key;
        request_made(p, &p->fresh.secret[0]);
        pending_commit(hub, p, paired_anew);
}

/* The answer with the cookie was lost: a new one for the same session. */
void link_pair_again(struct hub *hub, struct pending *p, const struct dossier *d)
{
        wall_ms valid_ms;
        enum session_kind kind = pair_kind(p, d, &valid_ms);
        if (valid_ms == 0 || p->first.made_until <= hub->event->wall) {
                pair_over(hub, p);
                return;
        }
        give_back(hub, p);
        request_renew(p, false);
        pair_cookie(p, d, kind, p->first.made_until - hub->event->wall);
        pending_commit(hub, p, paired);
}

void link_pair(struct hub *hub, struct pending *p)
{
        struct effect load = {.load = {.by = LOAD_BY_LINK}};
        struct own_key key;
        bool code = p->message.pair.code[0] != 0;
        if (!proof_key(p->message.pair.key, &key) || (key.known && p->face != FACE_HANDHELD)) {
                out_refuse(hub, p, 400, "malformed", "This is no key that a handheld could have.",
                        "Load the page again, then open the link once more.");
                return;
        }
        if (code == (p->message.pair.secret[0] != 0)) {
                out_refuse(hub, p, 400, "malformed", "This is neither a link nor a code.",
                        "Open the link again, or type the code.");
                return;
        }
        if (!pair_secret(hub, &p->message.pair, &load.load.key) || (code && p->face != FACE_HANDHELD)) {
                pair_loaded(hub, p, NULL); /* no guess: it costs nothing */
                return;
        }
        if (code && hub->code_tries >= CODE_TRIES) {
                out_refuse(hub, p, 429, "tries", "Too many wrong codes were tried.",
                        "Ask for a new one: maitrectl link handheld ASSOCIATE --code.");
                return;
        }
        hub->code_tries += code;
        pending_load(hub, p, &load, pair_loaded);
}
