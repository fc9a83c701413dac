/* Who is asked next: the ladder (ladder.h) over the people of this hub. What it decides becomes a row and its
 * writes; nothing changes before they are durable. */
#include "server/core/state.h"

#include <string.h>

/* Those who work here, as one visit sees them; made anew for each look. */
struct around {
        uint32_t n;
        uint32_t index[ROSTER_MAX]; /* into hub.associates */
        struct ladder_person people[ROSTER_MAX];
};

size_t reach_around_bytes(void)
{
        return sizeof(struct around);
}

/* ---- how it stands ---- */
static bool was_asked(const struct live_visit_row *row, uint32_t associate)
{
        if (visit_placed(row, associate))
                return true;
        for (uint32_t i = 0; i < row->n_asked; i++)
                if (row->asked[i] == associate)
                        return true;
        return row->n_asked == ASKED_MAX; /* enough were asked */
}

static void look_around(struct hub *hub, const struct live_visit_row *row, const char *language)
{
        struct around *around = hub->around;
        const char *names[DEPARTMENT_COUNT];
        uint32_t own = associate_find(hub, row->client_of);
        uint32_t hers = own == NONE ? 0 : hub->associates[own].row.departments;
        for (uint32_t i = 0; i < DEPARTMENT_COUNT; i++)
                names[i] = hub->departments[i];
        uint32_t wanted = hers | ladder_wished(row->wish, names, DEPARTMENT_COUNT);
        around->n = 0;
        for (uint32_t i = 0; i < hub->n_associates; i++) {
                const struct associate *a = &hub->associates[i];
                if (!associate_here(hub, i))
                        continue;
                around->index[around->n] = i;
                around->people[around->n++] = (struct ladder_person){.id = a->row.id,
                        .free = associate_free(hub, i),
                        .asked = was_asked(row, a->row.id),
                        .own = i == own,
                        .stand_in = own != NONE && associate_stand_in(hub, own) == i,
                        .manager = a->row.role == ROLE_MANAGER,
                        .speaks = associate_speaks(hub, i, language),
                        .department = (a->row.departments & wanted) != 0,
                        .shares = (uint8_t)__builtin_popcount(a->row.departments & hers),
                        .has = a->n_cards};
        }
}

/* What is to be done about an alert that stands like this row, and whom it takes. */
struct plan {
        enum ladder_do what;
        enum rung rung;
        uint32_t n, who[LADDER_PLACES]; /* indices */
};

/* `refused_by`: index of whoever gave the last card back with a word, or NONE. */
static struct plan plan_for(struct hub *hub, const struct live_visit_row *row, const char *language,
        bool rung_over, bool all_over, uint32_t refused_by)
{
        uint32_t own = associate_find(hub, row->client_of), picks[LADDER_PLACES];
        bool waits = row->if_busy == IF_BUSY_WAIT;
        struct plan plan = {.n = 0};
        struct ladder_at at = {.rung = (enum rung)row->rung,
                .word = (enum if_busy)row->if_busy,
                .hers = own != NONE,
                .held = row->n_places > 0,
                .held_own = visit_placed(row, row->client_of) != NULL,
                .refused = refused_by != NONE,
                .rung_over = rung_over,
                .all_over = all_over,
                .own_free = own != NONE && own != refused_by && associate_free(hub, own) &&
                            (waits || !was_asked(row, row->client_of))};
        if (house_event(&hub->house, hub->event->day, hub->event->day_minute)) {
                /* Nobody stands in for her associate: who would have somebody else is told at once. */
                at.refused |= !at.hers || at.word != IF_BUSY_WAIT;
        } else if (ladder_wants_others(&at)) {
                look_around(hub, row, language);
                plan.rung = ladder_next(
                        at.rung, hub->set.rung_ms, hub->around->people, hub->around->n, picks, &plan.n);
                at.others = plan.n > 0;
        }
        plan.what = ladder_step(&at);
        /* Whose own is never called waits for nobody, and nobody comes in her place; who has the card already
         * keeps it for her turn. */
        if (house_never(hub, own, HOUSE_ALERT_NOT) && (!at.held || plan.what != LADDER_STAY))
                plan.what = LADDER_NOBODY;
        if (plan.what == LADDER_OWN) {
                plan.rung = RUNG_OWN;
                plan.who[0] = own;
                plan.n = 1;
        } else if (plan.what == LADDER_CLIMB) {
                uint32_t room = ASKED_MAX - row->n_asked; /* whom it could not note it would ask again */
                plan.n = plan.n < room ? plan.n : room;
                for (uint32_t i = 0; i < plan.n; i++)
                        plan.who[i] = hub->around->index[picks[i]];
        } else {
                plan.n = 0;
        }
        return plan;
}

/* ---- what is done ---- */
void reach_nobody(struct hub *hub, struct pending *p, const struct visit *v, enum reply reply)
{
        visit_leave_all(hub, p, v, reply);
        p->row.alert_state = ALERT_NOBODY;
        p->row.served_by = 0;
        p->row.changed = hub->event->wall;
        visit_write(p);
        hub->today.nobody++;
}

static void carry_out(struct hub *hub, struct pending *p, const struct visit *v, const struct plan *plan)
{
        switch (plan->what) {
        case LADDER_NOBODY:
                reach_nobody(hub, p, v, REPLY_NO_ANSWER);
                return;
        case LADDER_ASK:
                p->row.rung = RUNG_ASK;
                p->row.offered = hub->event->wall;
                p->turn_anew = true;
                break;
        case LADDER_OWN:
        case LADDER_CLIMB:
                visit_leave_all(hub, p, v, REPLY_NO_ANSWER);
                visit_offer(hub, p, plan->rung, plan->who, plan->n);
                p->drop_view = true;
                break;
        case LADDER_TAKE:
                visit_leave_all(hub, p, v, REPLY_NO_ANSWER);
                p->row.rung = RUNG_OWN;
                p->turn_over = true;
                break;
        case LADDER_STAY:
                break;
        }
        p->row.changed = hub->event->wall;
        visit_write(p);
}

enum rung reach_first(struct hub *hub, const struct live_visit_row *row, const char *language,
        uint32_t out[LADDER_PLACES], uint32_t *n)
{
        struct plan plan = plan_for(hub, row, language, false, false, NONE);
        *n = plan.n;
        memcpy(out, plan.who, plan.n * sizeof(out[0]));
        if (plan.what == LADDER_ASK)
                return RUNG_ASK;
        if (plan.n)
                return plan.rung;
        return row->client_of ? RUNG_OWN : RUNG_NONE;
}

void reach_word(struct hub *hub, struct pending *p, const struct visit *v, uint8_t if_busy)
{
        bool asked = v->row.alert_state == ALERT_OFFERED && v->row.rung == RUNG_ASK;
        p->row.if_busy = if_busy;
        if (!asked)
                return;
        if (if_busy == IF_BUSY_LOOK) {
                reach_nobody(hub, p, v, REPLY_NO_ANSWER);
                return;
        }
        p->row.rung = RUNG_OWN;
        p->row.since = hub->event->wall;
        p->row.offered = hub->event->wall - hub->set.rung_ms[RUNG_OWN]; /* over, also after a restart */
        p->clock_anew = p->turn_over = true;
}

/* An alert that somebody had accepted is open again, and its clock begins anew. */
static void open_again(struct hub *hub, struct pending *p, const struct visit *v)
{
        if (v->row.alert_state == ALERT_OFFERED)
                return;
        p->row.alert_state = ALERT_OFFERED;
        p->row.served_by = 0;
        p->row.since = hub->event->wall;
        p->clock_anew = true;
}

/* She said that she would wait for her: the card stays where it is, and the handheld is told so. */
static bool reach_wait(struct hub *hub, struct pending *p, struct visit *v, uint32_t associate)
{
        uint64_t seq;
        if (!pending_may_change(hub, p, visit_slot(hub, v)))
                return false;
        p->visit = visit_slot(hub, v);
        p->row = v->row;
        struct place_row *place = visit_place(&p->row, hub->associates[associate].row.id);
        visit_write_reply(hub, p, place->associate, REPLY_BUSY);
        open_again(hub, p, v);
        pending_event(hub, p, associate, STREAM_STATE, &place->card, &seq);
        p->row.changed = hub->event->wall;
        visit_write(p);
        return true;
}

static void forget_asked(struct live_visit_row *row, uint32_t associate)
{
        for (uint32_t i = 0; i < row->n_asked; i++)
                if (row->asked[i] == associate) {
                        row->asked[i] = row->asked[--row->n_asked];
                        row->asked[row->n_asked] = 0;
                        return;
                }
}

/* The row as it will be without her place. */
static struct live_visit_row without(const struct live_visit_row *row, uint32_t associate, enum reply reply)
{
        struct live_visit_row left = *row;
        const struct place_row *place = visit_placed(row, associate);
        uint32_t at = (uint32_t)(place - row->places);
        left.n_places--;
        memmove(&left.places[at], &left.places[at + 1], (left.n_places - at) * sizeof(left.places[0]));
        if (reply == REPLY_SILENT)
                forget_asked(&left, associate); /* her device lost the turn, not she */
        return left;
}

bool reach_leave(struct hub *hub, struct pending *p, struct visit *v, uint32_t associate, enum reply reply)
{
        uint32_t who = hub->associates[associate].row.id;
        bool said = reply == REPLY_BUSY || reply == REPLY_NOT_HERE || reply == REPLY_HAND_OVER;
        if (reply == REPLY_BUSY && v->row.if_busy == IF_BUSY_WAIT && who == v->row.client_of)
                return reach_wait(hub, p, v, associate);
        struct live_visit_row left = without(&v->row, who, reply);
        bool fresh = v->row.alert_state != ALERT_OFFERED;
        struct plan plan = plan_for(hub, &left, v->language, hub->event->mono >= v->offer_ends,
                !fresh && hub->event->mono >= v->nobody_at, said ? associate : NONE);
        if (!pending_may_offer(hub, p, visit_slot(hub, v), plan.who, plan.n))
                return false;
        p->visit = visit_slot(hub, v);
        p->row = v->row;
        visit_leave(hub, p, v, who, reply);
        if (reply == REPLY_SILENT)
                forget_asked(&p->row, who);
        open_again(hub, p, v);
        carry_out(hub, p, v, &plan);
        return true;
}

bool reach_hand(struct hub *hub, struct pending *p, struct visit *v, uint32_t from, uint32_t to)
{
        if (!pending_may_offer(hub, p, visit_slot(hub, v), &to, 1))
                return false;
        p->visit = visit_slot(hub, v);
        p->row = v->row;
        visit_leave(hub, p, v, hub->associates[from].row.id, REPLY_HAND_OVER);
        visit_leave_all(hub, p, v, REPLY_TAKEN);
        open_again(hub, p, v);
        visit_offer(hub, p, RUNG_HANDED, &to, 1);
        p->drop_view = true;
        p->row.changed = hub->event->wall;
        visit_write(p);
        return true;
}

/* ---- by itself ---- */
/* Whose turn a device or the end of a shift has taken; NONE if nobody's. */
static uint32_t lost_turn(const struct hub *hub, const struct visit *v)
{
        for (uint32_t i = 0; i < v->row.n_places; i++) {
                uint32_t at = associate_find(hub, v->row.places[i].associate);
                if (at != NONE && (associate_silent(hub, at) || !associate_here(hub, at) ||
                                          !associate_on_shift(hub, at)))
                        return at;
        }
        return NONE;
}

void reach_sweep(struct hub *hub, struct visit *v)
{
        mono_ms now = hub->event->mono;
        uint32_t lost = now < v->nobody_at ? lost_turn(hub, v) : NONE;
        struct pending *p;
        if (lost != NONE) {
                bool silent = associate_silent(hub, lost);
                p = visit_inside(hub);
                if (p && reach_leave(hub, p, v, lost, silent ? REPLY_SILENT : REPLY_OFF_SHIFT))
                        pending_commit(hub, p, NULL);
                return;
        }
        struct plan plan =
                plan_for(hub, &v->row, v->language, now >= v->offer_ends, now >= v->nobody_at, NONE);
        if (plan.what == LADDER_STAY)
                return;
        p = visit_inside(hub);
        if (!p || !pending_may_offer(hub, p, visit_slot(hub, v), plan.who, plan.n))
                return;
        p->visit = visit_slot(hub, v);
        p->row = v->row;
        carry_out(hub, p, v, &plan);
        pending_commit(hub, p, NULL);
}

void reach_silent(struct hub *hub)
{
        int64_t within = hub->set.rendered_within_ms;
        for (uint32_t i = 0; within && i < hub->set.peers_most; i++) {
                struct peer *peer = &hub->peers[i];
                if (peer->used && peer->unpainted && hub->event->mono - peer->unpainted >= within)
                        peer->silent = true;
        }
}
