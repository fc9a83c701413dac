#include "tests/store/consent_model.h"

/* A word counts until the next one about the very same: purpose, kind, mode and store. */
static bool counts(const struct model_history *h, uint32_t i)
{
        const struct consent_row *a = &h->said[i];
        for (uint32_t k = i + 1; k < h->n; k++) {
                const struct consent_row *b = &h->said[k];
                if (a->purpose == b->purpose && a->category == b->category && a->mode == b->mode &&
                        a->store == b->store)
                        return false;
        }
        return true;
}

static bool about(const struct consent_row *a, uint8_t purpose, uint8_t category, uint8_t mode)
{
        return a->purpose == purpose && a->category == category && a->mode == mode;
}

/* Whether another word about the same, for this store, for another or for all, takes this one back: one that
 * is no older by its time. One that is dated later than now takes back, too: when in doubt, nothing is shown.
 */
static bool taken_back(const struct model_history *h, const struct consent_row *yes)
{
        for (uint32_t i = 0; i < h->n; i++) {
                const struct consent_row *no = &h->said[i];
                if (no->state != CONSENT_GIVEN && about(no, yes->purpose, yes->category, yes->mode) &&
                        no->at >= yes->at && counts(h, i))
                        return true;
        }
        return false;
}

wall_ms model_until(
        const struct model_history *h, uint8_t purpose, uint8_t category, uint8_t mode, wall_ms now)
{
        const struct consent_row *best = NULL;
        for (uint32_t i = h->n; i-- > 0;) {
                const struct consent_row *yes = &h->said[i];
                if (yes->state == CONSENT_GIVEN && about(yes, purpose, category, mode) && counts(h, i) &&
                        now >= yes->at && now < yes->valid_until && !taken_back(h, yes) &&
                        (!best || yes->at > best->at))
                        best = yes;
        }
        return best ? best->valid_until : 0;
}

bool model_not_today(const struct model_history *h, store_day day)
{
        const struct consent_row *no = NULL, *yes = NULL;
        for (uint32_t i = 0; i < h->n; i++) {
                const struct consent_row *w = &h->said[i];
                if (w->purpose != PURPOSE_ALERT || w->day != day || !counts(h, i))
                        continue;
                if (w->mode == MODE_NOT_TODAY && (!no || w->at > no->at))
                        no = w;
                if (w->mode == MODE_VISIT && w->state == CONSENT_GIVEN && (!yes || w->at > yes->at))
                        yes = w;
        }
        return no && (!yes || yes->at <= no->at);
}

uint8_t model_newest(const struct model_history *h, uint8_t purpose, uint8_t category, uint8_t mode)
{
        const struct consent_row *newest = NULL;
        for (uint32_t i = 0; i < h->n; i++)
                if (about(&h->said[i], purpose, category, mode) && counts(h, i) &&
                        (!newest || h->said[i].at > newest->at))
                        newest = &h->said[i];
        return newest ? newest->state : 0;
}

uint32_t model_notice(const struct model_history *h)
{
        uint32_t most = 0;
        for (uint32_t i = 0; i < h->n; i++)
                if (h->said[i].state == CONSENT_GIVEN && counts(h, i) && h->said[i].notice > most)
                        most = h->said[i].notice;
        return most;
}

bool model_to_come(const struct model_history *h, uint8_t category, wall_ms now)
{
        for (uint32_t i = 0; i < h->n; i++)
                if (about(&h->said[i], PURPOSE_HISTORY, category, MODE_ASK) &&
                        h->said[i].state == CONSENT_GIVEN && h->said[i].at > now && counts(h, i))
                        return true;
        return false;
}

wall_ms model_said_at(const struct model_history *h, store_day day, wall_ms now)
{
        wall_ms newest = INT64_MIN;
        for (uint32_t i = 0; i < h->n; i++)
                if (h->said[i].purpose == PURPOSE_ALERT && h->said[i].day == day &&
                        h->said[i].mode != MODE_ASK && counts(h, i) && h->said[i].at > newest)
                        newest = h->said[i].at;
        return newest >= now ? newest + 1 : now;
}
