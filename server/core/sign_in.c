/* What a manager does at a console: she enrols, signs in and out, steps up. The drawing is in manager.c. */
#include "server/core/state.h"
#include "proto/forget.h"
#include "proto/json.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define BEGUN_VALID_MS (10 * MINUTE_MS)

/* ---- signing in ---- */
/* By her id, else by "First Last" if no other manager is called so; NONE: nobody who could sign in. */
static uint32_t who_is(const struct hub *hub, const char *name)
{
        char asked[NAME_MAX_BYTES * 2 + 2], hers[NAME_MAX_BYTES * 2 + 2], full[NAME_MAX_BYTES * 2 + 2];
        uint32_t by_name = NONE, n = 0;
        manager_lower(name, asked, sizeof(asked));
        for (uint32_t i = 0; i < hub->n_associates; i++) {
                const struct associate_row *row = &hub->associates[i].row;
                if (!manager_here(hub, i) || !manager_enrolled(hub, i))
                        continue;
                manager_lower(row->external, hers, sizeof(hers));
                if (strcmp(asked, hers) == 0)
                        return i;
                snprintf(full, sizeof(full), "%s%s%s", row->first, row->last[0] ? " " : "", row->last);
                manager_lower(full, hers, sizeof(hers));
                if (strcmp(asked, hers) == 0 && n++ == 0)
                        by_name = i;
        }
        return n == 1 ? by_name : NONE;
}

static void signed_in(struct hub *hub, struct pending *p)
{
        struct account *a = manager_account(hub, p->session_subject);
        struct console *before = p->has_token ? console_find(hub, &p->token) : NULL;
        if (a)
                manager_open_again(a);
        if (before)
                console_end(hub, before);
        digest_of(&p->fresh.secret[0], &p->token);
        p->has_token = true;
        console_begun(hub, &p->token, p->session_subject);
        p->cookie = COOKIE_SET;
        p->cookie_kind = SESSION_CONSOLE;
        p->secret = p->fresh.secret[0];
        p->cookie_age_s = CONSOLE_VALID_MS / SECOND_MS;
        manager_answer_me(hub, p, associate_find(hub, p->session_subject));
}

static void sign_in_proved(struct hub *hub, struct pending *p, const struct proved *r)
{
        struct account *a = manager_account(hub, p->session_subject);
        if (!manager_here(hub, associate_find(hub, p->session_subject)))
                a = NULL;
        bool again = manager_used_before(r, a);
        if (!manager_right(r, a)) {
                manager_wrong(hub, p, a, !again);
                return;
        }
        manager_write_right(p, a);
        struct write *w = pending_write(p, WRITE_SESSION);
        digest_of(&p->fresh.secret[0], &w->session.token);
        w->session.row = (struct session_row){.kind = SESSION_CONSOLE,
                .subject = a->associate,
                .expires = hub->event->wall + CONSOLE_VALID_MS,
                .seen = hub->event->wall,
                .paired = hub->event->wall};
        pending_commit(hub, p, signed_in);
}

void manager_sign_in(struct hub *hub, struct pending *p)
{
        const struct msg_sign_in *m = &p->message.sign_in;
        if (p->face != FACE_CONSOLE) {
                out_refuse(hub, p, 403, "face", "Only a console signs in.", "Open the hub's page /c.");
                return;
        }
        uint32_t who = who_is(hub, m->name);
        struct account *a = who == NONE ? NULL : manager_account(hub, hub->associates[who].row.id);
        struct manager_try *tries = a ? &a->tries : manager_stranger(hub, m->name);
        if (!tries) {
                out_refuse(hub, p, 503, "busy", "Others are signing in at this moment.",
                        "Try again in a moment.");
                return;
        }
        if (!manager_try_begin(hub, p, tries))
                return;
        p->session_subject = a ? a->associate : 0;
        manager_prove(hub, p, PROVE_CHECK, a ? &a->secret : NULL, m->password, m->code, sign_in_proved);
}

/* Neither a key nor a look at the session is needed: whoever sends this twice is signed out twice. */
static void signed_out(struct hub *hub, struct pending *p)
{
        p->cookie = COOKIE_CLEAR;
        p->cookie_kind = SESSION_CONSOLE;
        out_answer(hub, p, 200, "{}", 2);
}

void manager_sign_out(struct hub *hub, struct pending *p)
{
        struct console *c = p->has_token ? console_find(hub, &p->token) : NULL;
        if (c)
                console_end(hub, c); /* from now on, also if the disk is full: then the sweep tries again */
        if (!p->has_token) {
                manager_not_signed_in(hub, p);
                return;
        }
        struct write *w = pending_write(p, WRITE_SESSION_END);
        w->session_end.token = p->token;
        pending_commit(hub, p, signed_out);
}

/* ---- stepping up ---- */
static void stepped_up(struct hub *hub, struct pending *p)
{
        struct account *a = manager_account(hub, p->session_subject);
        struct console *c = console_find(hub, &p->token);
        if (a)
                manager_open_again(a);
        if (!c) {
                manager_not_signed_in(hub, p);
                return;
        }
        c->stepped_up_until = hub->event->mono + STEPPED_UP_MS;
        manager_answer_me(hub, p, associate_find(hub, c->associate));
}

static void step_up_proved(struct hub *hub, struct pending *p, const struct proved *r)
{
        struct account *a = manager_account(hub, p->session_subject);
        bool again = manager_used_before(r, a);
        if (!manager_right(r, a)) {
                manager_wrong(hub, p, a, !again);
                return;
        }
        manager_write_right(p, a);
        pending_commit(hub, p, stepped_up);
}

static void step_up_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        uint32_t who = manager_may(hub, p, d, MAY_CHANGE);
        struct account *a = who == NONE ? NULL : manager_account(hub, hub->associates[who].row.id);
        if (!a || !manager_try_begin(hub, p, &a->tries))
                return;
        p->session_subject = a->associate;
        manager_prove(hub, p, PROVE_CHECK, &a->secret, p->message.step_up.password, p->message.step_up.code,
                step_up_proved);
}

void manager_step_up(struct hub *hub, struct pending *p)
{
        manager_load(hub, p, step_up_loaded);
}

/* ---- enrolling ---- */
static void base32(const uint8_t *in, size_t len, char *out)
{
        static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        uint32_t bits = 0, n = 0;
        for (size_t i = 0; i < len; i++) {
                bits = bits << 8 | in[i];
                for (n += 8; n >= 5; n -= 5)
                        *out++ = letters[bits >> (n - 5) & 31];
        }
        *out = 0; /* 20 bytes are 32 letters: nothing is left over */
}

/* Whatever is no letter or digit is written as its bytes: an authenticator reads a URL. */
static void put_escaped(char *out, size_t room, const char *text)
{
        static const char hex[] = "0123456789ABCDEF";
        size_t n = 0;
        for (; *text && n + 4 < room; text++) {
                uint8_t c = (uint8_t)*text;
                if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
                        out[n++] = (char)c;
                } else {
                        out[n++] = '%';
                        out[n++] = hex[c >> 4];
                        out[n++] = hex[c & 15];
                }
        }
        out[n] = 0;
}

static void answer_begun(struct hub *hub, struct pending *p, const struct account *a)
{
        char secret[40], url[480], store[3 * NAME_MAX_BYTES] = "", name[3 * EXTERNAL_ID_MAX] = "", body[900];
        const struct associate_row *row = &hub->associates[associate_find(hub, a->associate)].row;
        struct json_out j;
        base32(a->begun, sizeof(a->begun), secret);
        put_escaped(store, sizeof(store), hub->store_name);
        put_escaped(name, sizeof(name), row->external);
        /* Both texts may be long, a QR code must not be: the end of the store's name is not missed. */
        snprintf(url, sizeof(url), "otpauth://totp/%.60s:%.195s?secret=%s&issuer=%.60s", store, name, secret,
                store);
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_text(&j, "you", row->first);
        json_text(&j, "name", row->external);
        json_text(&j, "secret", secret);
        json_text(&j, "url", url);
        json_text(&j, "qr_of", "url");
        json_close(&j, '}');
        p->untold = true;
        out_answer(hub, p, 200, body, j.len);
        sodium_memzero(secret, sizeof(secret));
        sodium_memzero(url, sizeof(url));
        sodium_memzero(body, sizeof(body));
}

static void enrol_begun(struct hub *hub, struct pending *p, const struct proved *r)
{
        struct account *a = manager_account(hub, p->session_subject);
        if (!a || a->enrolled) {
                out_refuse(hub, p, 409, "enrolled", "You have a password already.", "Sign in with it.");
                return;
        }
        memcpy(a->begun, r->made.totp, sizeof(a->begun));
        a->begun_by = p->token;
        a->begun_until = hub->event->mono + BEGUN_VALID_MS;
        answer_begun(hub, p, a);
}

/* Her account, not yet with a password; NULL: she was refused. */
static struct account *enrolling(struct hub *hub, struct pending *p, const struct dossier *d)
{
        uint32_t who = manager_may(hub, p, d, MAY_LOOK);
        struct account *a = who == NONE ? NULL : manager_account_take(hub, hub->associates[who].row.id);
        if (who != NONE && !a) {
                out_refuse(hub, p, 503, "busy", "There are too many accounts.",
                        "Ask the operator to reset those that nobody needs.");
        } else if (a && a->enrolled) {
                out_refuse(hub, p, 409, "enrolled", "You have a password already.", "Sign in with it.");
                a = NULL;
        } else if (a && a->tries.trying) {
                out_refuse(hub, p, 503, "busy", "Your account is being set up at this moment.",
                        "Try again in a moment.");
                a = NULL;
        }
        if (!a)
                return NULL;
        p->session_subject = a->associate;
        return a;
}

static void hold(struct pending *p, struct account *a)
{
        a->tries.trying = true;
        p->trying = &a->tries;
}

static void enrol_begin_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        struct account *a = enrolling(hub, p, d);
        if (!a)
                return;
        hold(p, a);
        manager_prove(hub, p, PROVE_BEGIN, NULL, "", "", enrol_begun);
}

void manager_enrol_begin(struct hub *hub, struct pending *p)
{
        manager_load(hub, p, enrol_begin_loaded);
}

static void enrolled_now(struct hub *hub, struct pending *p)
{
        struct account *a = manager_account(hub, p->session_subject);
        if (a) { /* held since the try began, so it is the same */
                const struct manager_row *row = &p->writes[0].manager;
                a->secret = row->secret;
                a->step = row->step;
                a->enrolled = true;
                a->begun_until = 0;
                sodium_memzero(a->begun, sizeof(a->begun));
        }
        manager_answer_me(hub, p, associate_find(hub, p->session_subject));
}

static void enrol_proved(struct hub *hub, struct pending *p, const struct proved *r)
{
        const struct account *a = manager_account(hub, p->session_subject);
        if (!a || r->step == 0) {
                /* It guards nothing yet, so a wrong one costs nothing. */
                out_refuse(hub, p, 403, "wrong", "This is not the code that the app shows now.",
                        "Type the newest one; check the time of your phone.");
                return;
        }
        struct write *w = pending_write(p, WRITE_MANAGER);
        w->manager = (struct manager_row){.associate = a->associate, .secret = r->made, .step = r->step};
        memcpy(w->manager.secret.totp, a->begun, sizeof(a->begun));
        pending_commit(hub, p, enrolled_now);
}

static void enrol_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        struct account *a = enrolling(hub, p, d);
        if (!a)
                return;
        const struct msg_enrol *m = &p->message.enrol;
        if (hub->event->mono >= a->begun_until || memcmp(&a->begun_by, &p->token, sizeof(p->token)) != 0) {
                out_refuse(hub, p, 409, "begin", "Setting this up took too long, or was begun elsewhere.",
                        "Begin again: scan the new code.");
                return;
        }
        if (strlen(m->password) < MANAGER_PASSWORD_LEAST) {
                out_refuse(hub, p, 422, "password", "The password is too short.",
                        "Take at least 12 characters; three or four words are easy to keep.");
                return;
        }
        struct manager_secret secret = {{0}, {0}};
        memcpy(secret.totp, a->begun, sizeof(secret.totp));
        hold(p, a);
        manager_prove(hub, p, PROVE_SET, &secret, m->password, m->code, enrol_proved);
}

void manager_enrol(struct hub *hub, struct pending *p)
{
        manager_load(hub, p, enrol_loaded);
}
