#include "server/hub/store/roster.h"
#include "server/hub/store/arrivals.h"

#include <stdlib.h>
#include <string.h>

#include "server/hub/store/commit.h"
#include "server/hub/store/managers.h"
#include "server/hub/store/pins.h"
#include "server/hub/store/house.h"
#include "server/hub/store/keep.h"
#include "server/hub/store/noted.h"
#include "server/hub/store/notices.h"
#include "server/hub/store/remembered.h"
#include "server/hub/store/rulebook.h"
#include "server/hub/store/sensors.h"
#include "server/hub/store/settings.h"
#include "server/hub/store/shifts.h"
#include "server/hub/store/words.h"
#include "server/hub/store/walkins.h"

static int read_associates(struct base *base, struct roster *roster)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_ASSOCIATE_ROSTER);
        int rc;
        statement_int(s, ":store", base->own_store);
        statement_int(s, ":most", ROSTER_MAX);
        while ((rc = statement_step(s)) == SQLITE_ROW && roster->n_associates < ROSTER_MAX) {
                struct associate_row *row = &roster->associates[roster->n_associates++];
                row->id = (uint32_t)statement_get(s, "id");
                row->store = (uint32_t)statement_get(s, "store");
                row->departments = (uint32_t)statement_get(s, "departments");
                row->role = (uint8_t)statement_get(s, "role");
                row->active = statement_get(s, "active") != 0;
                row->practised = statement_get(s, "practised") != 0;
                row->last_card = (uint32_t)statement_get(s, "last_card");
                base_split_name(statement_get_slice(s, "name"), row->first, row->last);
                base_cut(row->external, sizeof row->external, statement_get_slice(s, "external"));
                row->stand_in = (uint32_t)statement_get(s, "stand_in");
                base_cut(row->languages, sizeof row->languages, statement_get_slice(s, "languages"));
                base_cut(row->skills, sizeof row->skills, statement_get_slice(s, "skills"));
        }
        statement_done(s);
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int read_zones(struct base *base, struct roster *roster)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_STORE_ZONES);
        int rc;
        statement_int(s, ":most", STORE_ZONES_MAX);
        while ((rc = statement_step(s)) == SQLITE_ROW && roster->n_zones < STORE_ZONES_MAX) {
                struct store_zone *row = &roster->zones[roster->n_zones++];
                base_cut(row->external, sizeof row->external, statement_get_slice(s, "external"));
                base_cut(row->zone, sizeof row->zone, statement_get_slice(s, "zone"));
        }
        statement_done(s);
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

struct roster *roster_read(struct base *base, wall_ms now, int *rc)
{
        struct roster *roster = calloc(1, sizeof *roster);
        if (roster == NULL) {
                *rc = SQLITE_NOMEM;
                return NULL;
        }
        const struct catalog_store *own = catalog_store(&base->catalog, base->own_store);
        roster->store = base->own_store;
        base_cut(roster->store_name, sizeof roster->store_name, slice_of(own ? own->name : base->store_name));
        memcpy(roster->currency, base->currency, sizeof roster->currency);
        memcpy(roster->departments, base->catalog.departments, sizeof roster->departments);
        *rc = read_associates(base, roster);
        if (*rc == SQLITE_OK)
                *rc = read_zones(base, roster);
        if (*rc == SQLITE_OK)
                return shifts_read(base, now, roster, rc);
        free(roster);
        return NULL;
}

static void read_uuid(sqlite3_stmt *s, const char *column, struct uuid *out)
{
        struct slice id = statement_get_slice(s, column);
        if (id.len == sizeof out->b)
                memcpy(out->b, id.at, sizeof out->b);
}

static uint64_t unpack(const char *at, size_t bytes)
{
        uint64_t value = 0;
        for (size_t i = 0; i < bytes; i++)
                value |= (uint64_t)(uint8_t)at[i] << (8 * i);
        return value;
}

/* The places as commit.c packs them. What is not whole is left out: nobody holds a card by it. */
static void read_places(sqlite3_stmt *s, struct live_visit_row *v)
{
        struct place_row first = {.associate = (uint32_t)statement_get(s, "recipient"),
                .card = (uint32_t)statement_get(s, "card"),
                .card_seq = (uint64_t)statement_get(s, "card_seq")};
        struct slice more = statement_get_slice(s, "more");
        read_uuid(s, "offer", &first.offer);
        if (first.associate == 0)
                return;
        v->places[v->n_places++] = first;
        for (size_t at = 0; at + COMMIT_PLACE_BYTES <= more.len && v->n_places < LADDER_PLACES;
                at += COMMIT_PLACE_BYTES) {
                struct place_row *place = &v->places[v->n_places++];
                place->associate = (uint32_t)unpack(more.at + at, 4);
                place->card = (uint32_t)unpack(more.at + at + 4, 4);
                place->card_seq = unpack(more.at + at + 8, 8);
                memcpy(place->offer.b, more.at + at + 16, sizeof place->offer.b);
        }
}

static void read_asked(sqlite3_stmt *s, struct live_visit_row *v)
{
        struct slice asked = statement_get_slice(s, "asked");
        for (size_t at = 0; at + 4 <= asked.len && v->n_asked < ASKED_MAX; at += 4)
                v->asked[v->n_asked++] = (uint32_t)unpack(asked.at + at, 4);
}

static int read_visits(struct base *base, struct snapshot *out)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_VISIT_LIVE);
        int rc;
        out->visits = calloc(LIVE_ROWS_MAX, sizeof *out->visits);
        if (out->visits == NULL)
                return SQLITE_NOMEM;
        statement_int(s, ":most", LIVE_ROWS_MAX);
        while ((rc = statement_step(s)) == SQLITE_ROW && out->n_visits < LIVE_ROWS_MAX) {
                struct live_visit_row *v = &out->visits[out->n_visits++];
                read_uuid(s, "id", &v->id);
                v->person = (uint32_t)statement_get(s, "person");
                v->client_of = (uint32_t)statement_get(s, "client_of");
                v->served_by = (uint32_t)statement_get(s, "served_by");
                v->evidence = (uint8_t)statement_get(s, "evidence");
                v->rung = (uint8_t)statement_get(s, "rung");
                v->since = statement_get(s, "since");
                v->met = statement_get(s, "met");
                v->state = (uint8_t)statement_get(s, "state");
                v->alert_state = (uint8_t)statement_get(s, "alert_state");
                v->if_busy = (uint8_t)statement_get(s, "if_busy");
                v->seen = (uint8_t)statement_get(s, "seen");
                v->started = statement_get(s, "started");
                v->changed = statement_get(s, "changed");
                v->offered = statement_get(s, "offered");
                v->day = (store_day)statement_get(s, "day");
                v->lines_seen = (uint8_t)statement_get(s, "lines_seen");
                read_places(s, v);
                read_asked(s, v);
                words_open(base, v, statement_get_slice(s, "words"));
        }
        statement_done(s);
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

/* One associate's newest events, ascending; they come newest first. */
static int read_stream(struct base *base, uint32_t associate, struct snapshot *out)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_STREAM_LIST);
        uint32_t first = out->n_stream;
        int rc;
        statement_int(s, ":associate", associate);
        statement_int(s, ":most", COMMIT_STREAM_KEPT);
        struct stream_row *more = realloc(out->stream, (first + COMMIT_STREAM_KEPT) * sizeof *more);
        if (more == NULL)
                return SQLITE_NOMEM;
        out->stream = more;
        while ((rc = statement_step(s)) == SQLITE_ROW) {
                struct stream_row *row = &more[out->n_stream++];
                memset(row, 0, sizeof *row);
                row->associate = associate;
                row->seq = (uint64_t)statement_get(s, "seq");
                row->kind = (uint8_t)statement_get(s, "kind");
                row->card = (uint32_t)statement_get(s, "card");
                read_uuid(s, "visit", &row->visit);
        }
        statement_done(s);
        for (uint32_t low = first, high = out->n_stream; low + 1 < high; low++, high--) {
                struct stream_row swap = more[low];
                more[low] = more[high - 1];
                more[high - 1] = swap;
        }
        return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int read_streams(struct base *base, struct snapshot *out)
{
        uint32_t owners[4 * ROSTER_MAX];
        uint32_t n = 0;
        sqlite3_stmt *s = statement_use(&base->all, ST_STREAM_OWNERS);
        int rc;
        while ((rc = statement_step(s)) == SQLITE_ROW && n < ARRAY_LEN(owners))
                owners[n++] = (uint32_t)statement_get(s, "associate");
        statement_done(s);
        if (rc != SQLITE_DONE && rc != SQLITE_ROW)
                return rc;
        rc = SQLITE_OK;
        for (uint32_t i = 0; i < n && rc == SQLITE_OK; i++)
                rc = read_stream(base, owners[i], out);
        return rc;
}

/* Those of the last hour; an hour more, by the ids, is looked through for a clock that went back. */
static int read_offers(struct base *base, wall_ms now, struct snapshot *out)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_OFFER_RECENT);
        struct uuid from = {{0}};
        int rc;
        wall_ms first = now > 2 * HOUR_MS ? now - 2 * HOUR_MS : 0;
        for (int i = 0; i < 6; i++)
                from.b[i] = (uint8_t)(first >> (8 * (5 - i)));
        out->offers = calloc(OFFERS_MAX, sizeof *out->offers);
        if (out->offers == NULL)
                return SQLITE_NOMEM;
        statement_blob(s, ":from", from.b, sizeof from.b);
        statement_int(s, ":after", now - HOUR_MS);
        statement_int(s, ":most", OFFERS_MAX);
        while ((rc = statement_step(s)) == SQLITE_ROW && out->n_offers < OFFERS_MAX)
                out->offers[out->n_offers++] = (struct offer_row){
                        (uint32_t)statement_get(s, "associate"), statement_get(s, "offered")};
        statement_done(s);
        for (uint32_t low = 0, high = out->n_offers; low + 1 < high; low++, high--) {
                struct offer_row swap = out->offers[low];
                out->offers[low] = out->offers[high - 1];
                out->offers[high - 1] = swap;
        }
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int read_arrivals(struct base *base, wall_ms now, struct snapshot *out)
{
        out->arrivals = calloc(ARRIVALS_MAX, sizeof *out->arrivals);
        if (out->arrivals == NULL)
                return SQLITE_NOMEM;
        return arrivals_read(base, now > 2 * HOUR_MS ? now - 2 * HOUR_MS : 0, out->arrivals, ARRIVALS_MAX,
                &out->n_arrivals);
}

static int read_numbers(struct base *base, store_day today, struct snapshot *out)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_PERSON_LAST_GUEST);
        int rc = statement_step(s);
        uint32_t last = rc == SQLITE_ROW ? (uint32_t)statement_get(s, "id") : 0;
        statement_done(s);
        out->next_guest = last >= KEYS_GUEST_FIRST ? last + 1 : KEYS_GUEST_FIRST;
        if (rc != SQLITE_ROW)
                return rc;
        s = statement_use(&base->all, ST_VISIT_TODAY);
        statement_int(s, ":day", today);
        rc = statement_step(s);
        if (rc == SQLITE_ROW) {
                out->arrivals_today = (uint32_t)statement_get(s, "arrivals");
                out->met_today = (uint32_t)statement_get(s, "met");
                out->nobody_today = (uint32_t)statement_get(s, "nobody");
        }
        statement_done(s);
        if (rc != SQLITE_ROW)
                return rc;
        if (base_get_blob(base, "epoch", out->epoch.b, sizeof out->epoch.b) != 0 ||
                settings_door_key(base, out->door_key) != 0)
                return SQLITE_CORRUPT;
        return SQLITE_OK;
}

int roster_snapshot(struct base *base, wall_ms now, store_day today, struct snapshot *out)
{
        int rc = SQLITE_OK;
        memset(out, 0, sizeof *out);
        out->roster = roster_read(base, now, &rc);
        if (rc == SQLITE_OK)
                rc = read_visits(base, out);
        if (rc == SQLITE_OK)
                rc = read_streams(base, out);
        if (rc == SQLITE_OK)
                rc = read_offers(base, now, out);
        if (rc == SQLITE_OK)
                rc = read_arrivals(base, now, out);
        if (rc == SQLITE_OK)
                rc = read_numbers(base, today, out);
        if (rc == SQLITE_OK)
                rc = sensors_read(base, today, out);
        if (rc == SQLITE_OK)
                rc = managers_read(base, out);
        if (rc == SQLITE_OK)
                rc = pins_read(base, out);
        if (rc == SQLITE_OK)
                rc = notices_read(base, out);
        if (rc == SQLITE_OK)
                rc = house_read(base, &out->house);
        if (rc == SQLITE_OK)
                rc = remembered_read(base, &out->remembered);
        if (rc == SQLITE_OK)
                rc = walkins_read(base, &out->walkins);
        if (rc == SQLITE_OK)
                rc = noted_oldest(base, &out->oldest_note);
        if (rc == SQLITE_OK)
                rc = keep_read(base, &out->kept_at);
        if (rc == SQLITE_OK)
                rc = rulebook_snapshot(base, out);
        if (rc != SQLITE_OK)
                snapshot_free(out);
        return rc;
}
