#include "server/core/consent.h"

bool consent_paused(const struct consent_row *rows, uint32_t n)
{
        wall_ms paused = INT64_MIN, lifted = INT64_MIN;
        for (uint32_t i = 0; i < n; i++) {
                const struct consent_row *r = &rows[i];
                if (r->mode != MODE_PAUSED)
                        continue;
                wall_ms *at = r->state == CONSENT_GIVEN ? &lifted : &paused;
                *at = r->at > *at ? r->at : *at;
        }
        return paused != INT64_MIN && paused >= lifted;
}

bool consent_gpc(const struct consent_row *rows, uint32_t n)
{
        for (uint32_t i = 0; i < n; i++)
                if (rows[i].gpc)
                        return true;
        return false;
}

/* A withdrawal at the same millisecond as a grant wins, and one from a clock that has since gone back counts
 * too: when in doubt, nothing is shown. */
static bool stands(const struct consent_row *rows, uint32_t n, uint8_t purpose, uint8_t category,
        uint8_t mode, wall_ms now)
{
        wall_ms given = INT64_MIN, taken = INT64_MIN;
        for (uint32_t i = 0; i < n; i++) {
                const struct consent_row *r = &rows[i];
                if (r->purpose != purpose || r->category != category || r->mode != mode)
                        continue;
                if (r->state == CONSENT_GIVEN) {
                        if (r->at <= now && now < r->valid_until && r->at > given)
                                given = r->at;
                } else if (r->at > taken) {
                        taken = r->at;
                }
        }
        return given != INT64_MIN && given > taken;
}

static bool standing(const struct consent_row *rows, uint32_t n, uint8_t purpose, uint8_t category,
        uint8_t mode, wall_ms now)
{
        return !consent_paused(rows, n) && stands(rows, n, purpose, category, mode, now);
}

bool consent_joined(const struct consent_row *rows, uint32_t n, wall_ms now)
{
        return stands(rows, n, PURPOSE_ALERT, CATEGORY_PRESENCE, MODE_ASK, now);
}

bool consent_category_ok(const struct consent_row *rows, uint32_t n, enum category category, wall_ms now)
{
        return standing(rows, n, PURPOSE_HISTORY, (uint8_t)category, MODE_ASK, now);
}

bool consent_alert_standing(const struct consent_row *rows, uint32_t n, wall_ms now)
{
        return standing(rows, n, PURPOSE_ALERT, CATEGORY_PRESENCE, MODE_ASK, now);
}

bool consent_sensed(const struct consent_row *rows, uint32_t n, wall_ms now)
{
        return consent_alert_standing(rows, n, now) &&
               standing(rows, n, PURPOSE_ALERT, CATEGORY_SENSED, MODE_ASK, now);
}

bool consent_announce(const struct consent_row *rows, uint32_t n, wall_ms now)
{
        return consent_sensed(rows, n, now) &&
               standing(rows, n, PURPOSE_ALERT, CATEGORY_SENSED, MODE_STANDING, now);
}

/* Her newest word about one kind of being noticed or met, in force or not; NULL: she said none. */
static const struct consent_row *newest_of(
        const struct consent_row *rows, uint32_t n, uint8_t category, uint8_t mode)
{
        const struct consent_row *newest = NULL;
        for (uint32_t i = 0; i < n; i++) {
                const struct consent_row *r = &rows[i];
                bool meant = r->purpose == PURPOSE_ALERT && r->category == category && r->mode == mode;
                if (meant && (newest == NULL || r->at >= newest->at))
                        newest = r;
        }
        return newest;
}

static uint8_t newest_said(const struct consent_row *rows, uint32_t n, uint8_t category, uint8_t mode)
{
        const struct consent_row *newest = newest_of(rows, n, category, mode);
        return newest ? newest->state : 0;
}

wall_ms consent_objected(const struct consent_row *rows, uint32_t n)
{
        const struct consent_row *newest = newest_of(rows, n, CATEGORY_PRESENCE, MODE_ASK);
        return newest && newest->state == CONSENT_REFUSED ? newest->at : 0;
}

bool consent_sensed_said(const struct consent_row *rows, uint32_t n, uint8_t mode)
{
        return newest_said(rows, n, CATEGORY_SENSED, mode) == CONSENT_GIVEN;
}

bool consent_left(const struct consent_row *rows, uint32_t n)
{
        uint8_t said = newest_said(rows, n, CATEGORY_PRESENCE, MODE_ASK);
        return said && said != CONSENT_GIVEN;
}

bool consent_not_today(const struct consent_row *rows, uint32_t n, store_day day)
{
        wall_ms no = INT64_MIN, yes = INT64_MIN;
        for (uint32_t i = 0; i < n; i++) {
                const struct consent_row *r = &rows[i];
                if (r->purpose != PURPOSE_ALERT || r->day != day)
                        continue;
                if (r->mode == MODE_NOT_TODAY && r->at > no)
                        no = r->at;
                if (r->mode == MODE_VISIT && r->state == CONSENT_GIVEN && r->at > yes)
                        yes = r->at;
        }
        return no != INT64_MIN && no >= yes;
}

wall_ms consent_until(const struct consent_row *rows, uint32_t n, uint8_t purpose, uint8_t category,
        uint8_t mode, wall_ms now)
{
        wall_ms given = INT64_MIN, until = 0;
        if (!standing(rows, n, purpose, category, mode, now))
                return 0;
        for (uint32_t i = 0; i < n; i++) {
                const struct consent_row *r = &rows[i];
                if (r->purpose == purpose && r->category == category && r->mode == mode &&
                        r->state == CONSENT_GIVEN && r->at <= now && now < r->valid_until && r->at > given) {
                        given = r->at;
                        until = r->valid_until;
                }
        }
        return until;
}

uint32_t consent_notice(const struct consent_row *rows, uint32_t n)
{
        uint32_t notice = 0;
        for (uint32_t i = 0; i < n; i++)
                if (rows[i].state == CONSENT_GIVEN && rows[i].notice > notice)
                        notice = rows[i].notice;
        return notice;
}

wall_ms consent_said_at(const struct consent_row *rows, uint32_t n, store_day day, wall_ms now)
{
        wall_ms at = now;
        for (uint32_t i = 0; i < n; i++)
                if (rows[i].purpose == PURPOSE_ALERT && rows[i].day == day && rows[i].mode != MODE_ASK &&
                        rows[i].at >= at)
                        at = rows[i].at + 1;
        return at;
}

bool consent_to_come(const struct consent_row *rows, uint32_t n, enum category category, wall_ms now)
{
        for (uint32_t i = 0; i < n; i++)
                if (rows[i].purpose == PURPOSE_HISTORY && rows[i].category == category &&
                        rows[i].mode == MODE_ASK && rows[i].state == CONSENT_GIVEN && rows[i].at > now)
                        return true;
        return false;
}
