#include "server/hub/store/walkins.h"

int walkins_read(struct base *base, struct walkins *out)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_WALKINS);
        int rc;
        out->n = 0;
        statement_int(s, ":most", WALKINS_KEPT);
        while ((rc = statement_step(s)) == SQLITE_ROW && out->n < WALKINS_KEPT)
                out->row[out->n++] = (struct walkin_row){.at = statement_get(s, "at"),
                        .day = (store_day)statement_get(s, "day"),
                        .morning = statement_get(s, "morning") != 0,
                        .phone = statement_get(s, "phone") != 0,
                        .green = statement_get(s, "green") != 0,
                        .why = (uint8_t)statement_get(s, "why"),
                        .handhelds = (uint8_t)statement_get(s, "handhelds"),
                        .answered = (uint8_t)statement_get(s, "answered"),
                        .phone_ms = (uint32_t)statement_get(s, "phone_ms"),
                        .hub_ms = (uint32_t)statement_get(s, "hub_ms"),
                        .first_ms = (uint32_t)statement_get(s, "first_ms")};
        statement_done(s);
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int put(struct base *base, const struct walkin_row *row, bool over)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_WALKIN_PUT);
        statement_int(s, ":at", row->at);
        statement_int(s, ":day", row->day);
        statement_int(s, ":morning", row->morning);
        statement_int(s, ":phone", row->phone);
        statement_int(s, ":green", row->green);
        statement_int(s, ":why", row->why);
        statement_int(s, ":handhelds", row->handhelds);
        statement_int(s, ":answered", row->answered);
        statement_int(s, ":phone_ms", row->phone_ms);
        statement_int(s, ":hub_ms", row->hub_ms);
        statement_int(s, ":first_ms", row->first_ms);
        statement_int(s, ":over", over);
        return statement_run(s);
}

int walkins_write(struct base *base, const struct walkin_row *row, bool over)
{
        int rc = put(base, row, over);
        if (rc == SQLITE_OK && over && row->morning) {
                sqlite3_stmt *s = statement_use(&base->all, ST_WALKIN_DROP_MORNING);
                statement_int(s, ":day", row->day);
                statement_int(s, ":at", row->at);
                rc = statement_run(s);
        }
        if (rc == SQLITE_OK) {
                sqlite3_stmt *s = statement_use(&base->all, ST_WALKIN_PRUNE);
                statement_int(s, ":at", row->at);
                statement_int(s, ":mornings", WALKINS_MORNINGS);
                statement_int(s, ":by_hand", WALKINS_BY_HAND);
                rc = statement_run(s);
        }
        return rc;
}
