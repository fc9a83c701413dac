#include "server/core/state.h"
#include "proto/json.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PEERS_WAIT_MOST (PEER_NOTES / 2) /* a handheld with more to take than that is not asked as well */
#define KEEP_AGAIN_MS   (10 * SECOND_MS)
#define DAY_MINUTES     (24 * 60)

struct walkin *walkin_create(void)
{
        return calloc(1, sizeof(struct walkin));
}

void walkin_free(struct walkin *w)
{
        free(w);
}

void walkin_remember(struct hub *hub, const struct snapshot *s)
{
        hub->walkin->past = s->walkins;
}

static void turn_red(struct lamp *lamp, enum walkin_why why)
{
        *lamp = (struct lamp){.state = LAMP_RED, .why = why};
}

/* Times as they are told and kept: of a clock that never goes back, and never longer than a lamp waits. */
static void turn_green(struct lamp *lamp, int64_t ms)
{
        *lamp = (struct lamp){.state = LAMP_GREEN, .ms = (uint32_t)ms};
}

static bool running(const struct walkin *w)
{
        return w->test && !w->over;
}

/* ---- its end ---- */
/* The newest first; a morning's newest try stands for that morning, and of each kind so many are kept. */
static void put_past(struct walkins *past, const struct walkin_row *row)
{
        uint32_t n = 0, alike = 1, most = row->morning ? WALKINS_MORNINGS : WALKINS_BY_HAND;
        for (uint32_t i = 0; i < past->n; i++) {
                const struct walkin_row *old = &past->row[i];
                bool same = old->morning == row->morning;
                if (same && ((row->morning && old->day == row->day) || alike++ == most))
                        continue;
                past->row[n++] = *old;
        }
        memmove(past->row + 1, past->row, n * sizeof(past->row[0]));
        past->row[0] = *row;
        past->n = n + 1;
}

static void kept(struct hub *hub, struct pending *p)
{
        const struct walkin_row *row = &p->writes[0].walkin.row;
        if (row->at == hub->walkin->row.at)
                hub->walkin->keep = false;
        pending_free(hub, p);
}

static void keep(struct hub *hub)
{
        struct walkin *w = hub->walkin;
        struct pending *p = out_room(hub, 2, 2, 0) ? pending_take(hub, FROM_INSIDE) : NULL;
        w->keep_again = hub->event->mono + KEEP_AGAIN_MS;
        if (!p)
                return;
        p->start = pending_free;
        struct write *write = pending_write(p, WRITE_WALKIN);
        write->walkin.row = w->row;
        write->walkin.over = true;
        pending_commit(hub, p, kept);
}

static void settle(struct hub *hub)
{
        struct walkin *w = hub->walkin;
        const struct lamp *lamps[] = {&w->phone, &w->hub, &w->handheld};
        w->over = true;
        sodium_memzero(&w->secret, sizeof(w->secret));
        w->row.green = true;
        w->row.why = WALKIN_FINE;
        for (unsigned i = 0; i < ARRAY_LEN(lamps); i++) {
                bool part = i > 0 || w->row.phone;
                if (part && lamps[i]->state != LAMP_GREEN) {
                        w->row.green = false;
                        w->row.why = w->row.why ? w->row.why : (uint8_t)lamps[i]->why;
                }
        }
        w->row.phone_ms = w->phone.ms;
        w->row.hub_ms = w->hub.ms;
        w->row.first_ms = w->handheld.ms;
        w->row.handhelds = (uint8_t)w->n_asked;
        uint32_t answered = 0;
        for (uint32_t i = 0; i < w->n_asked; i++)
                answered += w->asked[i].lamp.state == LAMP_GREEN;
        w->row.answered = (uint8_t)answered;
        put_past(&w->past, &w->row);
        w->keep = true;
        keep(hub);
}

/* ---- handhelds ---- */
/* One that is there for whoever comes next: connected, proved, somebody signed in. */
static bool ready(const struct peer *peer)
{
        return peer->used && peer->face == FACE_HANDHELD && peer->attached && peer->hello && !peer->locked &&
               !peer->closing;
}

static bool any_ready(const struct hub *hub)
{
        for (uint32_t i = 0; i < hub->set.peers_most; i++)
                if (ready(&hub->peers[i]))
                        return true;
        return false;
}

static void ask_one(struct hub *hub, struct peer *peer)
{
        struct walkin *w = hub->walkin;
        if (w->n_asked == WALKIN_ASKED || peer->n_notes > PEERS_WAIT_MOST || hub->free_note == NONE) {
                w->rest++;
                return;
        }
        char text[64];
        int n = snprintf(text, sizeof(text), "{\"t\":\"walkin_test\",\"test\":%u}", w->test);
        w->asked[w->n_asked++] = (struct asked){.peer = peer->id,
                .device = peer->token,
                .associate = hub->associates[peer->associate].row.id,
                .lamp = {.state = LAMP_WAITING}};
        peer_note(hub, peer, text, (size_t)n);
}

static void ask_handhelds(struct hub *hub)
{
        struct walkin *w = hub->walkin;
        w->since = hub->event->mono;
        w->until = w->since + WALKIN_ANSWER_MS;
        w->handheld = (struct lamp){.state = LAMP_WAITING};
        for (uint32_t i = 0; i < hub->set.peers_most; i++)
                if (ready(&hub->peers[i]))
                        ask_one(hub, &hub->peers[i]);
        if (w->n_asked == 0) {
                turn_red(&w->handheld, WALKIN_NO_HANDHELD);
                settle(hub);
        }
}

/* Whether the last of those who were asked has said it, or has gone, or is too late. */
static void look_at_handhelds(struct hub *hub)
{
        struct walkin *w = hub->walkin;
        enum walkin_why worst = WALKIN_GONE;
        for (uint32_t i = 0; i < w->n_asked; i++) {
                struct lamp *lamp = &w->asked[i].lamp;
                const struct peer *peer = peer_find(hub, w->asked[i].peer);
                if (lamp->state == LAMP_WAITING && (!peer || !ready(peer)))
                        turn_red(lamp, WALKIN_GONE);
                else if (lamp->state == LAMP_WAITING && hub->event->mono >= w->until)
                        turn_red(lamp, WALKIN_SILENT);
                if (lamp->state == LAMP_WAITING)
                        return;
                if (lamp->state == LAMP_RED && lamp->why == WALKIN_SILENT)
                        worst = WALKIN_SILENT;
        }
        if (w->handheld.state == LAMP_WAITING)
                turn_red(&w->handheld, worst);
        settle(hub);
}

void walkin_seen(struct hub *hub, struct peer *peer, uint32_t test)
{
        struct walkin *w = hub->walkin;
        for (uint32_t i = 0; running(w) && test == w->test && i < w->n_asked; i++) {
                if (w->asked[i].peer != peer->id || w->asked[i].lamp.state != LAMP_WAITING)
                        continue;
                int64_t ms = hub->event->mono - w->since;
                if (hub->event->mono >= w->until)
                        return; /* the sweep that says so has not come yet */
                turn_green(&w->asked[i].lamp, ms);
                if (w->handheld.state == LAMP_WAITING)
                        turn_green(&w->handheld, ms);
                look_at_handhelds(hub);
                return;
        }
}

/* ---- the hub's own lamp: it reads and writes as for an arrival ---- */
static bool its_own(const struct hub *hub, const struct pending *p)
{
        const struct walkin *w = hub->walkin;
        return running(w) && w->hub.state == LAMP_WAITING && w->ticket == pending_ticket(hub, p);
}

static void saved(struct hub *hub, struct pending *p)
{
        struct walkin *w = hub->walkin;
        bool own = its_own(hub, p);
        pending_free(hub, p);
        if (!own)
                return; /* a newer test has begun, or this one gave up */
        /* The sweep that says so may not have come yet. */
        if (hub->event->mono >= w->until) {
                turn_red(&w->hub, WALKIN_LATE);
                settle(hub);
                return;
        }
        turn_green(&w->hub, hub->event->mono - w->since);
        ask_handhelds(hub);
}

static void was_read(struct hub *hub, struct pending *p, const struct dossier *d)
{
        struct walkin *w = hub->walkin;
        if (!its_own(hub, p)) {
                pending_free(hub, p);
        } else if (!d) {
                pending_free(hub, p);
                turn_red(&w->hub, WALKIN_NOT_READ);
                settle(hub);
        } else {
                struct write *write = pending_write(p, WRITE_WALKIN);
                write->walkin.row = w->row;
                pending_commit(hub, p, saved);
        }
}

static void try_hub(struct hub *hub)
{
        struct walkin *w = hub->walkin;
        struct pending *p = out_room(hub, 2, 2, 0) ? pending_take(hub, FROM_INSIDE) : NULL;
        w->since = hub->event->mono;
        w->until = w->since + WALKIN_ANSWER_MS;
        w->hub = (struct lamp){.state = LAMP_WAITING};
        if (!p) {
                turn_red(&w->hub, WALKIN_LATE); /* so busy that a customer would not get in either */
                settle(hub);
                return;
        }
        p->start = pending_free;
        w->ticket = pending_ticket(hub, p);
        struct effect load = {.load = {.by = LOAD_BY_TOKEN, .want = WANT_PERSON}};
        digest_of(&p->fresh.secret[0], &load.load.key); /* nobody's */
        pending_load(hub, p, &load, was_read);
}

/* ---- its beginning ---- */
static void begin(struct hub *hub, bool phone, bool morning, store_day day)
{
        struct walkin *w = hub->walkin;
        wall_ms at = hub->event->wall;
        if (w->past.n && at <= w->past.row[0].at)
                at = w->past.row[0].at + 1; /* what names it on disk, also after a clock went back */
        if (at <= w->row.at)
                at = w->row.at + 1;
        w->test++;
        w->over = false;
        w->keep = false;
        w->row = (struct walkin_row){
                .at = at, .day = day, .morning = morning, .phone = phone, .why = WALKIN_LATE};
        w->phone = w->hub = w->handheld = (struct lamp){.state = LAMP_NONE};
        w->n_asked = w->rest = 0;
        if (phone) {
                w->phone.state = LAMP_WAITING;
                w->until = hub->event->mono + WALKIN_PHONE_MS;
        } else {
                try_hub(hub);
        }
}

static void answer_started(struct hub *hub, struct pending *p)
{
        bool phone = p->message.walkin_start.phone;
        char url[256] = "", body[700];
        struct json_out j;
        if (phone)
                link_url(hub, "", 'w', &p->fresh.secret[0], url, sizeof(url));
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_number(&j, "test", hub->walkin->test);
        json_text(&j, "url", url);
        if (phone)
                json_text(&j, "qr_of", "url");
        json_number(&j, "valid_s", WALKIN_PHONE_MS / SECOND_MS);
        json_close(&j, '}');
        p->untold = true; /* whoever has the link can turn a lamp green */
        out_answer(hub, p, 200, body, j.len);
        sodium_memzero(url, sizeof(url));
        sodium_memzero(body, sizeof(body));
}

static void started(struct hub *hub, struct pending *p)
{
        bool phone = p->message.walkin_start.phone;
        begin(hub, phone, false, hub->event->day);
        if (phone)
                digest_of(&p->fresh.secret[0], &hub->walkin->secret);
        answer_started(hub, p);
}

static void start_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (manager_may(hub, p, d, MAY_CHANGE) != NONE)
                started(hub, p);
}

void walkin_start(struct hub *hub, struct pending *p)
{
        if (p->face == FACE_OPERATOR)
                started(hub, p);
        else
                manager_load(hub, p, start_loaded);
}

void walkin_walked(struct hub *hub, struct pending *p)
{
        struct walkin *w = hub->walkin;
        struct digest said;
        bool waits = running(w) && w->phone.state == LAMP_WAITING && hub->event->mono < w->until;
        if (!digest_of_secret(p->message.walked.secret, &said) || !waits ||
                sodium_memcmp(said.b, w->secret.b, sizeof(said.b)) != 0) {
                out_refuse(hub, p, 404, "no_test", "There is no walk-in test for this link any more.",
                        "Start it again on the console, and scan the new code.");
                return;
        }
        char body[NAME_MAX_BYTES * 6 + 32];
        struct json_out j;
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_text(&j, "store", hub->store_name);
        json_close(&j, '}');
        sodium_memzero(&w->secret, sizeof(w->secret)); /* once */
        turn_green(&w->phone, p->message.walked.ms);
        out_answer(hub, p, 200, body, j.len);
        try_hub(hub);
}

/* ---- by itself ---- */
static bool morning_is_green(const struct walkin *w, store_day day)
{
        for (uint32_t i = 0; i < w->past.n; i++)
                if (w->past.row[i].morning && w->past.row[i].day == day)
                        return w->past.row[i].green;
        return false;
}

/* Mornings begin with the first handheld that a test could ask: before, a store is still being set up, and
 * red would tell it every day what it knows. Whatever happens to handhelds then, the way has to be tried. */
static bool mornings_began(const struct walkin *w)
{
        for (uint32_t i = 0; i < w->past.n; i++)
                if (w->past.row[i].morning || w->past.row[i].handhelds > 0)
                        return true;
        return false;
}

static void morning(struct hub *hub)
{
        struct walkin *w = hub->walkin;
        const int32_t *v = hub->house.value;
        int32_t minute = hub->event->day_minute;
        int32_t since = (minute - v[HOUSE_OPENS] + DAY_MINUTES) % DAY_MINUTES;
        store_day day = minute < v[HOUSE_OPENS] ? hub->event->day - 1 : hub->event->day;
        int32_t waits = v[HOUSE_FIRST_CALL] > WALKIN_SETTLED ? v[HOUSE_FIRST_CALL] : WALKIN_SETTLED;
        if (since >= WALKIN_MORNING || running(w) || hub->event->mono < w->morning_again ||
                house_days_has(&hub->house.closed, day) || morning_is_green(w, day))
                return;
        if (((since < waits && since < WALKIN_MORNING - 1) || !mornings_began(w)) && !any_ready(hub))
                return;
        w->morning_again = hub->event->mono + WALKIN_AGAIN_MS;
        begin(hub, false, true, day);
}

void walkin_sweep(struct hub *hub)
{
        struct walkin *w = hub->walkin;
        bool late = hub->event->mono >= w->until;
        if (running(w) && w->phone.state == LAMP_WAITING) {
                if (late) {
                        turn_red(&w->phone, WALKIN_NO_PHONE);
                        settle(hub);
                }
        } else if (running(w) && w->hub.state == LAMP_WAITING) {
                bool refused = pending_by_ticket(hub, w->ticket) == NULL;
                if (refused || late) {
                        turn_red(&w->hub, refused ? WALKIN_NOT_SAVED : WALKIN_LATE);
                        settle(hub);
                }
        } else if (running(w)) {
                look_at_handhelds(hub);
        }
        if (!running(w) && w->keep && hub->event->mono >= w->keep_again)
                keep(hub);
        morning(hub);
}
