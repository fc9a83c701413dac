/* What a person's consent events allow at a moment: pure decisions over the newest event of each scope.
 * Expiry is a comparison made here, never a job that must have run. */
#ifndef CORE_CONSENT_H
#define CORE_CONSENT_H

#include "server/core/dossier.h"

/* Whether she has paused the use of her data: then every question below about what may be done says no, and
 * to whoever works here it is as if there were nobody of her name [P133]. In doubt she has. */
bool consent_paused(const struct consent_row *rows, uint32_t n);
/* Whether she is a customer, paused or not: what her own page shows her hangs on it, nothing else may. */
bool consent_joined(const struct consent_row *rows, uint32_t n, wall_ms now);
/* When she objected, if her newest word about being a customer at all says that she does not want to be
 * asked, whether she was one or is only known by the store's records [P134]; 0: she did not. */
wall_ms consent_objected(const struct consent_row *rows, uint32_t n);
/* Whether the newest word of any scope came with Sec-GPC: 1 [P135]. */
bool consent_gpc(const struct consent_row *rows, uint32_t n);

/* Whether lines of this data category may be fetched and shown for the purpose history at `now`: the newest
 * event of the category (any scope) that was given is still valid, and no withdrawal or refusal is newer. */
bool consent_category_ok(const struct consent_row *rows, uint32_t n, enum category category, wall_ms now);
/* Whether she is a customer who may be asked at all: the purpose alert, given and not withdrawn since. */
bool consent_alert_standing(const struct consent_row *rows, uint32_t n, wall_ms now);
/* Whether the store's Wi-Fi may notice her phone, and whether that alone may announce her. */
bool consent_sensed(const struct consent_row *rows, uint32_t n, wall_ms now);
bool consent_announce(const struct consent_row *rows, uint32_t n, wall_ms now);
/* Whether her newest word about being noticed in this mode is yes, in force or not: it may have run out, or
 * count again with another word that has. Whoever takes all back takes this back, too. */
bool consent_sensed_said(const struct consent_row *rows, uint32_t n, uint8_t mode);
/* Whether her newest word of this day is "not today". A tap on "yes, tell her" (MODE_VISIT) after it takes it
 * back. */
bool consent_not_today(const struct consent_row *rows, uint32_t n, store_day day);

/* The version of the notice that she agreed to: the newest that any of her grants answered, whether it still
 * holds or has run out; 0 = none. */
uint32_t consent_notice(const struct consent_row *rows, uint32_t n);

/* Whether she has left: her newest word about being a customer at all takes it back. Whoever has only let it
 * run out has not. */
bool consent_left(const struct consent_row *rows, uint32_t n);

/* Until when one scope holds, if it does at `now`; 0: it does not. */
wall_ms consent_until(const struct consent_row *rows, uint32_t n, uint8_t purpose, uint8_t category,
        uint8_t mode, wall_ms now);

/* When a new word about this day counts as said: now, but after every word that she said before it; the clock
 * may have gone back between two of them, if only by a second. */
wall_ms consent_said_at(const struct consent_row *rows, uint32_t n, store_day day, wall_ms now);
/* Whether a grant of this category dates from a time that the clock, which went back, has yet to reach: it
 * shows nothing now, but would then, unless it is taken back. */
bool consent_to_come(const struct consent_row *rows, uint32_t n, enum category category, wall_ms now);

#endif
