/* Shifts and breaks, one a row: put, or taken away if no end is given. maitrectl has compared them with what
 * is here; what it may not decide is looked at again. */
#include "server/hub/store/import_row.h"

#include "server/hub/store/shifts.h"

/* Digits of milliseconds; an empty field is 0. False: it is neither. */
static bool moment(struct slice text, wall_ms *out)
{
        *out = 0;
        if (text.len > 14)
                return false;
        for (size_t i = 0; i < text.len; i++) {
                if (text.at[i] < '0' || text.at[i] > '9')
                        return false;
                *out = *out * 10 + (text.at[i] - '0');
        }
        return true;
}

/* Whether there is room for one more: in the store, and on its day. */
static enum import_outcome check_room(struct import *im, const struct shift_row *row, int field)
{
        wall_ms day = row->begins - row->begins % DAY_MS;
        int64_t of_day = 0;
        if (im->shifts < 0)
                import_ran(im, shifts_count(im->base, 0, INT64_MAX, &im->shifts));
        import_ran(im, shifts_count(im->base, day, day + DAY_MS, &of_day));
        if (im->shifts >= SHIFTS_MOST)
                return import_reject(im, field, "would be one too many; a store can have 100000");
        if (of_day >= SHIFTS_DAY_MOST)
                return import_reject(im, field, "would be one too many; on a day 2000 can begin");
        im->shifts++;
        return IMPORT_NEW;
}

/* What stands there under the same key: its end, 0 if there is none. */
static wall_ms ends_now(struct import *im, const struct shift_row *row)
{
        sqlite3_stmt *s = statement_use(&im->base->all, ST_SHIFT_FIND);
        statement_int(s, ":begins", row->begins);
        statement_int(s, ":associate", row->associate);
        statement_int(s, ":kind", row->kind);
        int rc = statement_step(s);
        wall_ms ends = rc == SQLITE_ROW ? statement_get(s, "ends") : 0;
        if (rc != SQLITE_ROW && rc != SQLITE_DONE)
                import_ran(im, rc);
        statement_done(s);
        return ends;
}

enum import_outcome import_shift_row(struct import *im)
{
        bool rest = import_field_of(im, SHIFT_BREAK_START).len > 0;
        int from = rest ? SHIFT_BREAK_START : SHIFT_START, to = rest ? SHIFT_BREAK_END : SHIFT_END;
        struct shift_row row = {.kind = rest ? SHIFT_BREAK : SHIFT_WORK};
        wall_ms now = im->batch->now;
        if (!moment(import_field_of(im, from), &row.begins) || row.begins == 0)
                return import_reject(im, from, "is no time");
        if (!moment(import_field_of(im, to), &row.ends))
                return import_reject(im, to, "is no time");
        if (row.begins < now - SHIFTS_BACK_MS - DAY_MS || row.begins >= now + SHIFTS_AHEAD_MS + 2 * DAY_MS)
                return import_reject(im, from, "is more than 14 days ago, or more than 90 days ahead");
        if (row.ends != 0 && (row.ends <= row.begins || row.ends - row.begins > SHIFT_LONGEST_MS))
                return import_reject(im, to, "is not after its beginning, or more than 24 hours after it");
        row.associate = import_find_associate(im, import_field_of(im, SHIFT_ASSOCIATE));
        if (row.associate == 0)
                return import_reject(im, SHIFT_ASSOCIATE, "is not known; import the associates first");
        wall_ms ends = ends_now(im, &row);
        if (ends == row.ends)
                return IMPORT_SAME;
        enum import_outcome room = ends == 0 ? check_room(im, &row, from) : IMPORT_UPDATED;
        if (room != IMPORT_REJECTED)
                import_ran(im, shifts_write(im->base, &row));
        return room;
}
