/* What was spent on a day on which she came: asked of her purchases, one day at a time, and only of those who
 * share them. Amounts are kept in steps of about a fifth and told as a median, so no sum of anybody's is ever
 * made. */
#include "server/hub/store/numbers.h"

#include "server/common/clock.h"
#include "server/core/consent.h"
#include "server/hub/store/load.h"

/* The steps of a decade, in hundredths of its first. */
static const int64_t decade[] = {100, 120, 150, 180, 220, 270, 330, 390, 470, 560, 680, 820};
#define FIRST_MINOR 100 /* the end of the first step */

int64_t numbers_amount(int step)
{
        int64_t times = 1;
        for (int i = step / (int)ARRAY_LEN(decade); i > 0; i--)
                times *= 10;
        return decade[step % (int)ARRAY_LEN(decade)] * times * FIRST_MINOR / 100;
}

static int step_of(int64_t amount)
{
        int step = 0;
        while (step < NUMBERS_AMOUNTS - 1 && numbers_amount(step) < amount)
                step++;
        return step;
}

void numbers_note_amount(struct numbers_amounts *amounts, int64_t amount, uint32_t person, uint32_t who)
{
        uint16_t *n = &amounts->steps[step_of(amount)];
        if (*n < UINT16_MAX)
                ++*n;
        cell_note(&amounts->behind, person, who);
}

int64_t numbers_half(const uint32_t *steps)
{
        uint64_t all = 0, below = 0;
        for (int i = 0; i < NUMBERS_AMOUNTS; i++)
                all += steps[i];
        for (int i = 0; i < NUMBERS_AMOUNTS; i++) {
                below += steps[i];
                if (all && below * 2 >= all)
                        return numbers_amount(i);
        }
        return -1;
}

/* Midnight before and after a time, in the store's zone. */
static bool day_of(wall_ms at, wall_ms *from, wall_ms *until)
{
        store_day day = clock_store_day(at);
        struct clock_local begins = {.date = civil_from_day(day)}, ends = {.date = civil_from_day(day + 1)};
        return clock_from_local(&begins, from) == 0 && clock_from_local(&ends, until) == 0;
}

static bool shares(struct base *base, uint32_t person, wall_ms now, int *rc)
{
        struct consent_row rows[CONSENT_ROWS_MAX];
        uint32_t n = load_consents(base, person, INT64_MAX, rows, rc);
        return *rc == SQLITE_OK && consent_category_ok(rows, n, CATEGORY_INSTORE, now);
}

int numbers_spent(struct base *base, uint32_t person, wall_ms came, wall_ms now, bool *counts, int64_t *spent)
{
        wall_ms from, until;
        int rc = SQLITE_OK;
        *counts = false;
        if (!shares(base, person, now, &rc) || !day_of(came, &from, &until))
                return rc;
        sqlite3_stmt *s = statement_use(&base->all, ST_NUMBERS_SPENT);
        statement_int(s, ":person", person);
        statement_int(s, ":from", from);
        statement_int(s, ":until", until);
        statement_int(s, ":came", came);
        statement_int(s, ":store", base->own_store);
        statement_int(s, ":in_store", CHANNEL_IN_STORE);
        statement_int(s, ":bought", STATUS_BOUGHT);
        statement_int(s, ":cleared", ALERT_CLEARED);
        statement_int(s, ":may_be", VISIT_MAY_BE);
        statement_text(s, ":currency", slice_of(base->currency));
        rc = statement_step(s);
        if (rc == SQLITE_ROW) {
                *counts = statement_get(s, "before") == 0;
                *spent = statement_get(s, "spent");
        }
        statement_done(s);
        return rc == SQLITE_ROW ? SQLITE_OK : rc;
}
