#include "server/core/state.h"
#include "proto/json.h"

#include <stdlib.h>
#include <string.h>

#define ASK_AGAIN_MS (5 * SECOND_MS)

struct duties {
        bool kept;   /* the store keeps a roster at all */
        int32_t day; /* UTC day of the wall clock when it was read */
        int32_t shifts_from, first_day;
        uint16_t of_day[SHIFTS_DAYS];
        struct shift_row *shifts;       /* by associate, then as they begin; SHIFTS_LIVE_MOST */
        uint32_t first[ROSTER_MAX + 1]; /* index of an associate -> her first; the next one's ends hers */
        struct {
                bool on;
                wall_ms until;     /* 0: not known */
                mono_ms off_since; /* 0: not known, since it was before the start */
        } told[ROSTER_MAX];
        wall_ms looked, next; /* nothing changes from one to the other */
        mono_ms ask_at;
        bool stale; /* it was changed, and has not been read since */
};

static int32_t utc_day(wall_ms at)
{
        return (int32_t)(at >= 0 ? at / DAY_MS : -((DAY_MS - 1 - at) / DAY_MS));
}

bool roster_create(struct hub *hub)
{
        hub->duties = calloc(1, sizeof(*hub->duties));
        if (hub->duties)
                hub->duties->shifts = calloc(SHIFTS_LIVE_MOST, sizeof(*hub->duties->shifts));
        return hub->duties && hub->duties->shifts;
}

void roster_destroy(struct hub *hub)
{
        if (hub->duties)
                free(hub->duties->shifts);
        free(hub->duties);
}

/* ---- when she is on shift ---- */
static bool works_at(const struct duties *d, uint32_t index, wall_ms at)
{
        bool works = false;
        for (uint32_t i = d->first[index]; i < d->first[index + 1]; i++) {
                const struct shift_row *s = &d->shifts[i];
                if (at < s->begins || at >= s->ends)
                        continue;
                if (s->kind == SHIFT_BREAK)
                        return false;
                works = true;
        }
        return works;
}

/* Where one of her shifts or breaks begins or ends: the first after `at`, or the last until then. INT64_MAX,
 * INT64_MIN: nowhere. */
static wall_ms bound(const struct duties *d, uint32_t index, wall_ms at, bool after)
{
        wall_ms best = after ? INT64_MAX : INT64_MIN;
        for (uint32_t i = d->first[index]; i < d->first[index + 1]; i++) {
                const wall_ms ends[2] = {d->shifts[i].begins, d->shifts[i].ends};
                for (int e = 0; e < 2; e++)
                        if (after ? ends[e] > at && ends[e] < best : ends[e] <= at && ends[e] > best)
                                best = ends[e];
        }
        return best;
}

/* When what holds at `at` changes; 0: not in the days that are known. */
static wall_ms changes_after(const struct duties *d, uint32_t index, wall_ms at)
{
        bool on = works_at(d, index, at);
        while ((at = bound(d, index, at, true)) != INT64_MAX)
                if (works_at(d, index, at) != on)
                        return at;
        return 0;
}

bool associate_on_shift(const struct hub *hub, uint32_t index)
{
        if (index == NONE)
                return false;
        return !hub->duties->kept || works_at(hub->duties, index, hub->event->wall);
}

bool associate_available(const struct hub *hub, uint32_t index)
{
        return associate_connected(hub, index) && associate_on_shift(hub, index);
}

/* A day or more around the present is known; else it must be read first, and nothing is concluded. */
static bool known(const struct duties *d, wall_ms now)
{
        int32_t day = utc_day(now);
        return day > d->shifts_from && day < d->shifts_from + SHIFTS_LIVE_DAYS;
}

/* By the roster as it stands. */
static int64_t off_for_ms(const struct duties *d, uint32_t index, wall_ms now)
{
        wall_ms at = now;
        while ((at = bound(d, index, at, false)) != INT64_MIN) {
                if (works_at(d, index, at - 1))
                        return now - at + 1;
                at--;
        }
        return DAY_MS; /* of no shift of hers does anybody know */
}

int64_t associate_off_for_ms(const struct hub *hub, uint32_t index)
{
        const struct duties *d = hub->duties;
        wall_ms now = hub->event->wall;
        if (index == NONE || associate_on_shift(hub, index) || !known(d, now))
                return 0;
        int64_t off_ms = off_for_ms(d, index, now);
        /* A shift that was taken away ends now, whatever else the roster says of the hours before. */
        mono_ms since = d->told[index].off_since;
        int64_t seen_ms = hub->event->mono - since + 1;
        return since && seen_ms < off_ms ? seen_ms : off_ms;
}

/* ---- telling ---- */
static void look(struct hub *hub)
{
        struct duties *d = hub->duties;
        wall_ms now = hub->event->wall;
        d->looked = now;
        d->next = INT64_MAX;
        for (uint32_t i = 0; i < hub->n_associates; i++) {
                bool on = associate_on_shift(hub, i);
                wall_ms until = d->kept ? changes_after(d, i, now) : 0;
                if (until && until < d->next)
                        d->next = until;
                if (d->told[i].on == on && d->told[i].until == until)
                        continue;
                if (d->told[i].on != on)
                        d->told[i].off_since = on ? 0 : hub->event->mono;
                d->told[i].on = on;
                d->told[i].until = until;
                for (uint32_t at = hub->associates[i].first_peer; at != NONE; at = hub->peers[at].next) {
                        hub->peers[at].owes_duty = true;
                        stream_pump(hub, &hub->peers[at]);
                }
        }
}

void roster_sweep(struct hub *hub)
{
        struct duties *d = hub->duties;
        wall_ms now = hub->event->wall;
        bool other_day = d->kept && utc_day(now) != d->day;
        if ((d->stale || other_day) && hub->event->mono >= d->ask_at && out_room(hub, 1, 0, 0)) {
                d->ask_at = hub->event->mono + ASK_AGAIN_MS;
                out_effect(hub, EFFECT_ROSTER);
        }
        if (!d->kept)
                return;
        /* A clock that was set back is looked at as well. */
        if ((now < d->looked || now >= d->next) && known(d, now))
                look(hub);
}

void roster_welcome(const struct hub *hub, struct peer *peer)
{
        peer->owes_duty = hub->duties->kept;
}

bool roster_duty(struct hub *hub, struct peer *peer, char *text, size_t room, size_t *len)
{
        struct json_out j;
        if (!peer->owes_duty)
                return false;
        peer->owes_duty = false;
        json_start(&j, text, room);
        json_open(&j, NULL, '{');
        json_text(&j, "t", "duty");
        json_flag(&j, "on", hub->duties->told[peer->associate].on);
        json_number(&j, "until_ms", hub->duties->told[peer->associate].until);
        json_close(&j, '}');
        *len = j.len;
        return true;
}

/* ---- what the database has ---- */
static bool counts(const struct shift_row *s)
{
        return s->ends > s->begins && s->ends - s->begins <= SHIFT_LONGEST_MS;
}

/* Each associate's together, in the order in which they come: a counting sort. */
static void sort_in(struct hub *hub, const struct roster *roster)
{
        struct duties *d = hub->duties;
        uint32_t n = roster->n_shifts < SHIFTS_LIVE_MOST ? roster->n_shifts : SHIFTS_LIVE_MOST;
        uint32_t at[ROSTER_MAX + 1] = {0};
        for (uint32_t i = 0; i < n; i++) {
                uint32_t who = associate_find(hub, roster->shifts[i].associate);
                if (who != NONE && counts(&roster->shifts[i]))
                        at[who + 1]++;
        }
        for (uint32_t a = 0; a < ROSTER_MAX; a++)
                at[a + 1] += at[a];
        memcpy(d->first, at, sizeof(d->first));
        for (uint32_t i = 0; i < n; i++) {
                uint32_t who = associate_find(hub, roster->shifts[i].associate);
                if (who != NONE && counts(&roster->shifts[i]))
                        d->shifts[at[who]++] = roster->shifts[i];
        }
}

void roster_take(struct hub *hub, const struct roster *roster)
{
        struct duties *d = hub->duties;
        d->kept = roster->keeps_shifts;
        d->stale = false;
        d->day = utc_day(hub->event->wall);
        d->shifts_from = roster->shifts_from;
        d->first_day = roster->first_day;
        memcpy(d->of_day, roster->of_day, sizeof(d->of_day));
        sort_in(hub, roster);
        look(hub);
}

/* ---- the manager's page ---- */
static void day_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (manager_may(hub, p, d, MAY_LOOK) == NONE)
                return;
        struct effect *e = out_effect(hub, EFFECT_SHIFTS);
        if (!e) {
                out_refuse(hub, p, 503, "busy", "We are very busy just now.", "Try again in a moment.");
                return;
        }
        e->shifts.request = p->request;
        memcpy(e->shifts.day, p->message.roster.day, sizeof(e->shifts.day));
        pending_free(hub, p);
}

void roster_day(struct hub *hub, struct pending *p)
{
        manager_load(hub, p, day_loaded);
}

/* The answer to a change, and to its repeat: what the page reads next is the day itself. */
static void changed(struct hub *hub, struct pending *p)
{
        out_answer(hub, p, 200, "{}", 2);
}

static void shift_saved(struct hub *hub, struct pending *p)
{
        hub->duties->stale = true; /* until it was read: the sweep asks again */
        hub->duties->ask_at = hub->event->mono + ASK_AGAIN_MS;
        out_effect(hub, EFFECT_ROSTER);
        changed(hub, p);
}

void roster_again(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (manager_may(hub, p, d, MAY_LOOK) != NONE)
                changed(hub, p);
}

static bool kind_of(const char *word, uint8_t *kind)
{
        *kind = strcmp(word, "break") == 0 ? SHIFT_BREAK : SHIFT_WORK;
        return *kind == SHIFT_BREAK || strcmp(word, "shift") == 0;
}

/* Whose, and of which kind; false: refused. */
static bool about(
        struct hub *hub, struct pending *p, const char *associate, const char *kind, struct shift_row *row)
{
        uint32_t who = associate_by_external(hub, associate);
        if (!associate_here(hub, who)) {
                out_refuse(hub, p, 404, "no_associate", "Nobody of that id works here.",
                        "Look at the roster again: she may have left.");
                return false;
        }
        if (!kind_of(kind, &row->kind)) {
                out_refuse(hub, p, 400, "malformed", "That is neither a shift nor a break.",
                        "Say \"shift\" or \"break\".");
                return false;
        }
        row->associate = hub->associates[who].row.id;
        return true;
}

/* How many begin on that day; the whole store's in *all. */
static uint32_t begin_on(const struct duties *d, wall_ms at, uint32_t *all)
{
        int32_t day = utc_day(at) - d->first_day;
        *all = 0;
        for (int i = 0; i < SHIFTS_DAYS; i++)
                *all += d->of_day[i];
        return day >= 0 && day < SHIFTS_DAYS ? d->of_day[day] : 0;
}

/* Whether it changes the end of one that is there: that takes no room. Only the days around now are known. */
static bool stands(const struct hub *hub, const struct shift_row *row)
{
        const struct duties *d = hub->duties;
        uint32_t who = associate_find(hub, row->associate);
        for (uint32_t i = who == NONE ? 0 : d->first[who]; who != NONE && i < d->first[who + 1]; i++)
                if (d->shifts[i].kind == row->kind && d->shifts[i].begins == row->begins)
                        return true;
        return false;
}

static bool may_be_put(struct hub *hub, struct pending *p, const struct shift_row *row)
{
        wall_ms now = hub->event->wall;
        uint32_t all;
        if (row->ends <= row->begins || row->ends - row->begins > SHIFT_LONGEST_MS)
                out_refuse(hub, p, 422, "length", "It must end after it begins, within 24 hours.",
                        "Look at the times again.");
        else if (row->begins < now - SHIFTS_BACK_MS || row->begins >= now + SHIFTS_AHEAD_MS)
                out_refuse(hub, p, 422, "too_far", "The roster goes from 14 days ago to 90 days ahead.",
                        "Choose a day between them.");
        else if (!stands(hub, row) &&
                 (begin_on(hub->duties, row->begins, &all) >= SHIFTS_DAY_MOST || all >= SHIFTS_MOST))
                out_refuse(hub, p, 409, "full", "The roster has no room for one more shift or break.",
                        "Take away what is not needed: 2,000 can begin on a day, 100,000 in all.");
        else
                return true;
        return false;
}

static void write_shift(struct hub *hub, struct pending *p, const struct shift_row *row)
{
        pending_write(p, WRITE_SHIFT)->shift = *row;
        pending_commit(hub, p, shift_saved);
}

static void put_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        const struct msg_shift_put *m = &p->message.shift_put;
        struct shift_row row = {.begins = m->begins_ms, .ends = m->ends_ms};
        if (manager_may(hub, p, d, MAY_LOOK) != NONE && about(hub, p, m->associate, m->kind, &row) &&
                may_be_put(hub, p, &row))
                write_shift(hub, p, &row);
}

static void drop_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        const struct msg_shift_drop *m = &p->message.shift_drop;
        struct shift_row row = {.begins = m->begins_ms};
        if (manager_may(hub, p, d, MAY_LOOK) != NONE && about(hub, p, m->associate, m->kind, &row))
                write_shift(hub, p, &row);
}

void roster_shift_put(struct hub *hub, struct pending *p)
{
        manager_load(hub, p, put_loaded);
}

void roster_shift_drop(struct hub *hub, struct pending *p)
{
        manager_load(hub, p, drop_loaded);
}
