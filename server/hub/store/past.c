#include "server/hub/store/past.h"

#include <string.h>

struct past {
        struct base *base;
        struct dossier *head;
        int rc; /* SQLITE_OK until a read fails */
};

/* One row or none; remembers what failed. */
static bool row(struct past *l, sqlite3_stmt *s)
{
        int rc = statement_step(s);
        if (rc != SQLITE_ROW && rc != SQLITE_DONE)
                l->rc = rc;
        return rc == SQLITE_ROW;
}

static uint8_t capped(int64_t n)
{
        return n > 255 ? 255 : (uint8_t)n;
}

/* On how many days she said "not today" since she last said "always" [P122]. */
static void load_not_todays(struct past *l)
{
        struct dossier *head = l->head;
        wall_ms since = 0;
        for (uint32_t i = 0; i < head->n_consents; i++) {
                const struct consent_row *r = &head->consents[i];
                if (r->mode == MODE_STANDING && r->state == CONSENT_GIVEN && r->at > since)
                        since = r->at;
        }
        if (since == 0)
                return;
        sqlite3_stmt *s = statement_use(&l->base->all, ST_CONSENT_NOT_TODAYS);
        statement_int(s, ":person", head->person.id);
        statement_int(s, ":since", since);
        if (row(l, s))
                head->person.not_todays = capped(statement_get(s, "n"));
        statement_done(s);
}

static void load_visits(struct past *l, store_day today)
{
        struct last_visit_row *last = &l->head->last;
        sqlite3_stmt *s = statement_use(&l->base->all, ST_VISIT_NUMBERS);
        statement_int(s, ":person", l->head->person.id);
        statement_int(s, ":day", today);
        if (row(l, s)) {
                l->head->person.visits = capped(statement_get(s, "ended"));
                l->head->person.alerts_today = capped(statement_get(s, "today"));
                l->head->person.last_day = (store_day)statement_get(s, "last_day");
        }
        statement_done(s);
        if (l->head->person.visits == 0)
                return;
        s = statement_use(&l->base->all, ST_VISIT_LAST);
        statement_int(s, ":person", l->head->person.id);
        if (row(l, s)) {
                struct slice id = statement_get_slice(s, "id");
                last->known = id.len == sizeof last->id.b;
                if (last->known)
                        memcpy(last->id.b, id.at, sizeof last->id.b);
                last->served_by = (uint32_t)statement_get(s, "served_by");
                last->lines_seen = capped(statement_get(s, "lines_seen"));
                last->ended = statement_get(s, "ended");
                last->thanked = statement_get(s, "thanked") != 0;
        }
        statement_done(s);
}

/* The newest, and of the same day the lower number first. */
static void keep_thanks(struct person_row *person, struct thanks_row next)
{
        uint32_t at = person->n_thanks;
        while (at > 0 && person->thanks[at - 1].day < next.day)
                at--;
        if (at == THANKS_MOST)
                return;
        if (person->n_thanks < THANKS_MOST)
                person->n_thanks++;
        for (uint32_t i = person->n_thanks - 1; i > at; i--)
                person->thanks[i] = person->thanks[i - 1];
        person->thanks[at] = next;
}

static void load_thanks(struct past *l)
{
        sqlite3_stmt *s = statement_use(&l->base->all, ST_THANK_YOU_OF);
        statement_int(s, ":person", l->head->person.id);
        while (row(l, s))
                keep_thanks(&l->head->person,
                        (struct thanks_row){.associate = (uint32_t)statement_get(s, "associate"),
                                .day = (store_day)statement_get(s, "day")});
        statement_done(s);
}

/* Only what she allows is read. */
void past_load(struct base *base, const struct effect *load, struct dossier *head, int *rc)
{
        struct past past = {.base = base, .head = head, .rc = *rc};
        load_not_todays(&past);
        load_visits(&past, load->load.day);
        load_thanks(&past);
        *rc = past.rc;
}
