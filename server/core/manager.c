/* Managers' accounts: enrolment, signing in, stepping up, and what wrong tries cost.
 *
 *   the account                               enrol_begin            enrol: right code
 *            NO PASSWORD ------------------> ENROLLING -------------------------> ENROLLED
 *                 ^                             |  10 min, or a start                |
 *                 +-----------------------------+                                    |
 *                 +---------------------- maitrectl manager reset -------------------+
 *
 *   its tries    OPEN --fifth wrong--> CLOSED 1 min --> ONE TRY --wrong--> CLOSED 2, 4 ... 60 min --> ONE TRY
 *                  ^------------------------------------ right ------------'
 *
 * A session is drawn in console.c. Password and code are looked at by whoever carries out PROVE: that takes
 * long, and the core then need not know what it would have to keep quiet about. It decides: which step of the
 * code counts (each once; the newest used one is on disk), what a wrong try costs (on disk before it is
 * answered, so a start forgives nothing), and that nobody learns who is known: a name that nobody has is
 * proved, written and closed like an account. Only what is closed is kept in memory for such names, so they
 * are open again after a start. */
#include "server/core/state.h"
#include "proto/json.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool manager_here(const struct hub *hub, uint32_t index)
{
        return associate_here(hub, index) && hub->associates[index].row.role == ROLE_MANAGER;
}

/* ---- accounts ---- */
struct account *manager_account(const struct hub *hub, uint32_t associate)
{
        for (uint32_t i = 0; associate && i < MANAGERS_MAX; i++)
                if (hub->managers->accounts[i].associate == associate)
                        return &hub->managers->accounts[i];
        return NULL;
}

bool hub_is_managed(const struct hub *hub)
{
        bool any = false;
        for (uint32_t i = 0; i < hub->n_associates; i++)
                any |= manager_here(hub, i);
        return any;
}

bool manager_enrolled(const struct hub *hub, uint32_t index)
{
        const struct account *a = manager_account(hub, hub->associates[index].row.id);
        return a && a->enrolled;
}

struct account *manager_account_take(struct hub *hub, uint32_t associate)
{
        struct account *a = manager_account(hub, associate);
        for (uint32_t i = 0; !a && i < MANAGERS_MAX; i++) {
                struct account *free_one = &hub->managers->accounts[i];
                bool given_up = !free_one->enrolled && !free_one->tries.trying &&
                                hub->event->mono >= free_one->begun_until;
                if (free_one->associate && !given_up)
                        continue;
                a = free_one;
                *a = (struct account){.associate = associate};
        }
        return a;
}

bool managers_create(struct hub *hub)
{
        hub->managers = calloc(1, sizeof(*hub->managers));
        return hub->managers != NULL;
}

void managers_destroy(struct hub *hub)
{
        if (hub->managers)
                sodium_memzero(hub->managers, sizeof(*hub->managers));
        free(hub->managers);
}

static void note_roles(struct hub *hub)
{
        struct managers *all = hub->managers;
        for (uint32_t i = 0; i < hub->n_associates; i++) {
                bool now = manager_here(hub, i);
                all->leaves[i] = !now && (all->leaves[i] || all->manages[i]);
                all->manages[i] = now;
        }
}

void managers_start(struct hub *hub, const struct snapshot *s)
{
        for (uint32_t i = 0; i < s->n_managers && i < MANAGERS_MAX; i++) {
                const struct manager_row *row = &s->managers[i];
                int64_t left = row->closed_at + row->closed_ms - hub->event->wall;
                hub->managers->accounts[i] = (struct account){.associate = row->associate,
                        .enrolled = true,
                        .secret = row->secret,
                        .step = row->step,
                        .tries = {.failures = row->failures,
                                .closed_at = row->closed_at,
                                .closed_ms = row->closed_ms}};
                /* A clock that was set back does not close it for longer than it was. */
                if (left > 0)
                        hub->managers->accounts[i].tries.closed_until =
                                hub->event->mono + (left < row->closed_ms ? left : row->closed_ms);
        }
        note_roles(hub);
}

void managers_roster(struct hub *hub)
{
        note_roles(hub);
        for (uint32_t i = 0; i < hub->n_associates; i++)
                if (hub->managers->leaves[i])
                        console_end_all(hub, hub->associates[i].row.id);
        hub->managers->leave_at = hub->event->mono;
}

static void left(struct hub *hub, struct pending *p)
{
        hub->managers->leaves[p->agent] = false;
        pending_free(hub, p);
}

/* Sessions that the hub has not heard of since its start end only here. */
static void write_leaves(struct hub *hub)
{
        struct managers *all = hub->managers;
        if (hub->event->mono < all->leave_at)
                return;
        all->leave_at = hub->event->mono + 5 * SECOND_MS;
        for (uint32_t i = 0; i < hub->n_associates; i++) {
                struct pending *p =
                        all->leaves[i] && out_room(hub, 2, 2, 0) ? pending_take(hub, FROM_INSIDE) : NULL;
                if (!p)
                        continue;
                p->start = pending_free;
                p->agent = i;
                struct write *w = pending_write(p, WRITE_SESSION_END);
                w->session_end.associate = hub->associates[i].row.id;
                w->session_end.consoles_only = true;
                pending_commit(hub, p, left);
        }
}

void managers_sweep(struct hub *hub)
{
        consoles_sweep(hub);
        write_leaves(hub);
}

/* ---- who asks ---- */
void manager_not_signed_in(struct hub *hub, struct pending *p)
{
        out_refuse(hub, p, 401, "token", "This browser is not signed in as a manager's console.",
                "Sign in, or open the link that maitrectl link console prints.");
}

static int64_t stepped_up_s(const struct hub *hub, const struct pending *p)
{
        const struct console *c = console_find((struct hub *)(uintptr_t)hub, &p->token);
        int64_t left_ms = c ? c->stepped_up_until - hub->event->mono : 0;
        return left_ms > 0 ? (left_ms + SECOND_MS - 1) / SECOND_MS : 0;
}

uint32_t manager_may(struct hub *hub, struct pending *p, const struct dossier *d, enum manager_may what)
{
        uint32_t who = p->has_token ? console_of(hub, &p->token, d) : NONE;
        if (who == NONE) {
                manager_not_signed_in(hub, p);
                return NONE;
        }
        if (what != MAY_LOOK && !manager_enrolled(hub, who)) {
                out_refuse(hub, p, 403, "enrol", "You have no password and no second factor here yet.",
                        "Set them up first: it takes two minutes.");
                return NONE;
        }
        if (what == MAY_PUBLISH && stepped_up_s(hub, p) == 0) {
                out_refuse(hub, p, 403, "step_up", "This needs your password and a code once more.",
                        "Confirm that it is you.");
                return NONE;
        }
        return who;
}

void manager_write_me(
        const struct hub *hub, const struct pending *p, struct json_out *j, const char *key, uint32_t who)
{
        json_open(j, key, '{');
        json_text(j, "you", hub->associates[who].row.first);
        json_text(j, "name", hub->associates[who].row.external);
        json_flag(j, "enrolled", manager_enrolled(hub, who));
        json_number(j, "stepped_up_s", stepped_up_s(hub, p));
        json_close(j, '}');
}

void manager_answer_me(struct hub *hub, struct pending *p, uint32_t who)
{
        char body[600];
        struct json_out j;
        json_start(&j, body, sizeof(body));
        manager_write_me(hub, p, &j, NULL, who);
        out_answer(hub, p, 200, body, j.len);
}

void manager_load(struct hub *hub, struct pending *p, load_step then)
{
        struct effect load = {.load = {.by = LOAD_BY_TOKEN, .key = p->token}};
        if (p->has_token)
                pending_load(hub, p, &load, then);
        else
                manager_not_signed_in(hub, p);
}

static void me_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        uint32_t who = manager_may(hub, p, d, MAY_LOOK);
        if (who != NONE)
                manager_answer_me(hub, p, who);
}

/* A repeat of what was done is told how it is now. */
void manager_again(struct hub *hub, struct pending *p, const struct dossier *d)
{
        me_loaded(hub, p, d);
}

void manager_me(struct hub *hub, struct pending *p)
{
        manager_load(hub, p, me_loaded);
}

/* ---- what the operator sees and does ---- */
static void write_manager(const struct hub *hub, struct json_out *j, uint32_t who)
{
        const struct associate_row *row = &hub->associates[who].row;
        const struct account *a = manager_account(hub, row->id);
        int64_t left_ms = a ? a->tries.closed_until - hub->event->mono : 0;
        uint32_t n = 0;
        for (uint32_t i = 0; i < CONSOLES_MOST; i++) {
                const struct console *c = &hub->managers->consoles[i];
                n += c->used && !c->ended && c->associate == row->id;
        }
        json_open(j, NULL, '{');
        json_text(j, "id", row->external);
        json_text(j, "name", row->first);
        json_flag(j, "enrolled", a && a->enrolled);
        json_number(j, "closed_s", left_ms > 0 ? (left_ms + SECOND_MS - 1) / SECOND_MS : 0);
        json_number(j, "consoles", n);
        json_close(j, '}');
}

void operator_managers(struct hub *hub, struct pending *p)
{
        char body[16 * 1024];
        struct json_out j;
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_open(&j, "managers", '[');
        /* Whoever has an account is listed, also if the role was taken away. */
        for (uint32_t i = 0, n = 0; i < hub->n_associates && n < MANAGERS_MAX; i++) {
                if (!manager_here(hub, i) && !manager_enrolled(hub, i))
                        continue;
                write_manager(hub, &j, i);
                n++;
        }
        json_close(&j, ']');
        json_close(&j, '}');
        out_answer(hub, p, 200, body, j.len);
}

static void was_reset(struct hub *hub, struct pending *p)
{
        struct account *a = manager_account(hub, p->session_subject);
        if (a)
                sodium_memzero(a, sizeof(*a));
        console_end_all(hub, p->session_subject);
        out_answer(hub, p, 200, "{}", 2);
}

/* Also without an account: her consoles, wherever they are, are signed out. */
void operator_manager_reset(struct hub *hub, struct pending *p)
{
        uint32_t who = associate_by_external(hub, p->message.manager_reset.name);
        if (who == NONE) {
                out_refuse(hub, p, 404, "no_associate", "No associate has that id.",
                        "maitrectl manager list shows who manages.");
                return;
        }
        struct account *a = manager_account(hub, hub->associates[who].row.id);
        if (a && a->tries.trying) {
                out_refuse(hub, p, 503, "busy", "This account is being signed in to at this moment.",
                        "Try again in a moment.");
                return;
        }
        if (a) {
                a->tries.trying = true; /* nobody begins meanwhile */
                p->trying = &a->tries;
        }
        p->session_subject = hub->associates[who].row.id;
        struct write *w = pending_write(p, WRITE_MANAGER_GONE);
        w->manager_gone.associate = p->session_subject;
        w = pending_write(p, WRITE_SESSION_END);
        w->session_end.associate = p->session_subject;
        w->session_end.consoles_only = true;
        pending_commit(hub, p, was_reset);
}
