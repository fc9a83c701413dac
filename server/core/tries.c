/* Tries of a password and a code: who may make one, and what a wrong one costs. The drawing is in manager.c.
 */
#include "server/core/state.h"
#include "proto/forget.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define TOTP_STEP_MS   (30 * SECOND_MS)
#define FAILURES_FREE  4
#define CLOSED_MOST_MS (60 * MINUTE_MS)
/* Over all names together: 30 wrong tries to sign in at once, then one every 20 seconds. */
#define WRONG_EACH_MS (20 * SECOND_MS)
#define WRONG_MOST_MS (30 * WRONG_EACH_MS)

void manager_lower(const char *from, char *to, size_t room)
{
        size_t n = 0;
        for (; from[n] && n + 1 < room; n++)
                to[n] = from[n] >= 'A' && from[n] <= 'Z' ? (char)(from[n] - 'A' + 'a') : from[n];
        to[n] = 0;
}

/* The oldest place goes first, an open one before one that is closed. */
struct manager_try *manager_stranger(struct hub *hub, const char *name)
{
        uint8_t hash[16];
        char asked[NAME_MAX_BYTES * 2 + 2];
        uint64_t key;
        struct stranger *worst = NULL;
        manager_lower(name, asked, sizeof(asked));
        crypto_generichash(hash, sizeof(hash), (const uint8_t *)asked, strlen(asked), hub->door_key,
                sizeof(hub->door_key));
        memcpy(&key, hash, sizeof(key));
        key |= 1;
        for (uint32_t i = 0; i < STRANGERS_MOST; i++) {
                struct stranger *s = &hub->managers->strangers[i];
                if (s->name == key) {
                        s->tried = hub->event->mono;
                        return &s->tries;
                }
                bool shut = hub->event->mono < s->tries.closed_until;
                bool worst_shut = worst && hub->event->mono < worst->tries.closed_until;
                if (!s->tries.trying &&
                        (!worst || shut < worst_shut || (shut == worst_shut && s->tried < worst->tried)))
                        worst = s;
        }
        if (!worst)
                return NULL;
        *worst = (struct stranger){.name = key, .tried = hub->event->mono};
        return &worst->tries;
}

void manager_release(struct pending *p)
{
        if (p->trying)
                p->trying->trying = false;
        p->trying = NULL;
        forget_passwords(&p->message);
}

static void refuse_closed(struct hub *hub, struct pending *p, int64_t left_ms)
{
        p->retry_s = (uint32_t)((left_ms + SECOND_MS - 1) / SECOND_MS);
        out_refuse(hub, p, 429, "closed", "Too many wrong tries: it is closed for a while.",
                "Wait, then try once more; or let the operator reset the account.");
}

/* Whoever has a session has shown who she is: what strangers try must not keep her from confirming it, and
 * what she tries wrongly counts against her account alone. */
static bool among_all(const struct pending *p)
{
        return p->message.type == MESSAGE_SIGN_IN;
}

/* Takes the tries for this request; false: it was refused. */
bool manager_try_begin(struct hub *hub, struct pending *p, struct manager_try *tries)
{
        mono_ms now = hub->event->mono;
        int64_t all_left = hub->managers->wrong_until - now - WRONG_MOST_MS + WRONG_EACH_MS;
        if (now < tries->closed_until) {
                refuse_closed(hub, p, tries->closed_until - now);
                return false;
        }
        if (among_all(p) && all_left > 0) {
                refuse_closed(hub, p, all_left);
                return false;
        }
        if (tries->trying) {
                out_refuse(hub, p, 503, "busy", "This account is being signed in to at this moment.",
                        "Try again in a moment.");
                return false;
        }
        tries->trying = true;
        p->trying = tries;
        return true;
}

void manager_prove(struct hub *hub, struct pending *p, enum prove_what what,
        const struct manager_secret *secret, const char *password, const char *code, proved_step then)
{
        struct effect *e = out_effect(hub, EFFECT_PROVE);
        if (!e) {
                out_refuse(hub, p, 503, "busy", "We are very busy just now.", "Try again in a moment.");
                return;
        }
        e->prove.ticket = pending_ticket(hub, p);
        e->prove.what = what;
        e->prove.step = hub->event->wall / TOTP_STEP_MS;
        if (secret)
                e->prove.secret = *secret;
        snprintf(e->prove.password, sizeof(e->prove.password), "%s", password);
        snprintf(e->prove.code, sizeof(e->prove.code), "%s", code);
        forget_passwords(&p->message);
        p->stage = STAGE_PROVING;
        p->proved = then;
}

void manager_proved(struct hub *hub, const struct event *event)
{
        struct pending *p = pending_by_ticket(hub, event->proved.ticket);
        if (!p || p->stage != STAGE_PROVING)
                return;
        p->stage = STAGE_LOADING;
        if (event->proved.result.busy)
                out_refuse(hub, p, 503, "busy", "Others are signing in at this moment.",
                        "Try again in a moment.");
        else
                p->proved(hub, p, &event->proved.result);
}

static struct manager_row row_of(const struct account *a)
{
        return (struct manager_row){.associate = a->associate,
                .secret = a->secret,
                .step = a->step,
                .failures = a->tries.failures,
                .closed_at = a->tries.closed_at,
                .closed_ms = a->tries.closed_ms};
}

static void told_wrong(struct hub *hub, struct pending *p)
{
        if (p->message.type == MESSAGE_SIGN_IN)
                out_refuse(hub, p, 401, "not_signed_in", "Name, password or code is not right.",
                        "Try again; a code counts once, so wait for the next one if you have used it.");
        else
                out_refuse(hub, p, 403, "wrong", "Password or code is not right.",
                        "Try again; a code counts once, so wait for the next one if you have used it.");
}

/* `counts`: not for the right password with a code that was used before, as after a double tap. `a`: NULL for
 * a name that nobody has; the disk has as much to do. */
void manager_wrong(struct hub *hub, struct pending *p, const struct account *a, bool counts)
{
        struct manager_try *tries = p->trying;
        if (counts && among_all(p)) {
                mono_ms now = hub->event->mono, *until = &hub->managers->wrong_until;
                *until = (*until > now ? *until : now) + WRONG_EACH_MS;
        }
        tries->failures += counts;
        if (counts && tries->failures > FAILURES_FREE) {
                uint32_t more = tries->failures - FAILURES_FREE - 1;
                int64_t closed_ms = more < 6 ? MINUTE_MS << more : CLOSED_MOST_MS;
                tries->closed_ms = closed_ms;
                tries->closed_at = hub->event->wall;
                tries->closed_until = hub->event->mono + closed_ms;
        }
        struct write *w = pending_write(p, WRITE_MANAGER);
        w->manager = a ? row_of(a) : (struct manager_row){.failures = tries->failures};
        p->has_key = false; /* a refusal is not kept (P18) */
        pending_commit(hub, p, told_wrong);
}

/* The account is as it was when the try began, and password and code are hers. A code's step is used up in
 * this moment, whatever becomes of the commit. */
bool manager_right(const struct proved *r, struct account *a)
{
        if (!a || !a->enrolled || !r->right || r->step <= a->step)
                return false;
        a->step = r->step;
        return true;
}

void manager_write_right(struct pending *p, const struct account *a)
{
        struct write *w = pending_write(p, WRITE_MANAGER);
        w->manager = row_of(a);
        w->manager.failures = 0;
        w->manager.closed_at = 0;
        w->manager.closed_ms = 0;
}

void manager_open_again(struct account *a)
{
        a->tries = (struct manager_try){.trying = a->tries.trying};
}

bool manager_used_before(const struct proved *r, const struct account *a)
{
        return a && r->right && r->step != 0 && r->step <= a->step;
}
