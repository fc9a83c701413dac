/* The five numbers, counted from what the database holds: a walk over visits, offers, words and cards in
 * slices of the store's thread, then cells (cells.h decides which are told), then the manager's JSON and each
 * associate's own.
 *
 * Weeks go from Monday to Sunday in the store's zone, however many hours they have. A week is over, and
 * counted, from the Tuesday after it on: a visit that began on its last evening has ended by then
 * (visit.holds_h is 12 at most). Everything belongs to the week in which it happened by its own time, so a
 * week that is over does not change: who asks twice cannot see one arrival. (Exceptions: thanks that are said
 * anew, a line struck anew, somebody forgotten, purchases that are shared no more or come late.)
 *
 * An *arrival* is a visit in which she was noticed surely (checked-in or sensed, not may-be); a pause and a
 * return are the same visit. Left out everywhere: visits that she took back herself before anybody had come
 * (cleared).
 *
 *   match       of: arrivals of customers who have an associate of their own.  hit: her own took it
 * (served_by = client_of). Without an associate of her own: in no match. Nobody came, or somebody else: no
 * hit. response    of: arrivals, but for those who would rather look around alone and found nobody free. hit:
 * "with her" within 120 s of her yes (where nobody said so, also before it was noted: "I'm coming"). p50,
 * p90: of those that were met at all, in steps of 5 s, 600 s at most. nobody: found nobody free. acceptance
 * of: offers that were taken, or ran out.  hit: taken. Apart from it, and from `of`: busy, a device that did
 * not answer, not here (ghost), handed over. An offer that a colleague's answer or the end of the visit took
 * away says nothing, and is counted nowhere. trust       of: cards that were on screens.  hit: "not fine".
 * Beside it, of the whole store only: customers who struck a line, who left (an objection of who had joined
 * is that, too; a pause is not: it takes nothing back), who said "not today". liked of: customers' answers to
 * "how was it?".  hit: good. more: so-so, bad. return      of: arrivals.  hit: she had visited in the 90 days
 * before. (Backwards, so that a week is complete.) spend_own, spend_other of: days on which a customer who
 * shares what she buys here was met, first by her own associate, or by somebody else. hit: bought something
 * on that day. half: of those who did, half spent so much at most, in steps of a fifth: a median, so that
 * nothing can be subtracted. The till's lines do not say which visit they belong to, so the day is the unit,
 * and goes to who met her first on it. Counted are lines that were bought (not returned or cancelled) in this
 * store, at a known price in its own currency. Who never joined, or shares no purchases here, is in neither:
 * nobody asked her.
 *
 * A team is a department: an associate belongs to the first (lowest number) of hers, so that nobody is in
 * two. An arrival counts for the team of her own associate, else of who served her, else of the rest; an
 * offer for the team of who was asked, a card of who saw it, an answer of who served. Departments with fewer
 * than three associates are no teams: they are in the store's numbers only, and so is a team more if those
 * would leave one or two together. A store with fewer than three associates is told nothing.
 *
 * An associate's own week [P92] is hers: what she was asked and answered, to the one. What customers said of
 * their visits with her comes with ten of them behind it, in the same windows; nobody else's of it is told at
 * all. */
#ifndef STORE_NUMBERS_H
#define STORE_NUMBERS_H

#include "server/core/event.h"
#include "server/hub/store/base.h"
#include "server/hub/store/cells.h"

enum number {
        NUMBER_MATCH,
        NUMBER_RESPONSE,
        NUMBER_ACCEPTANCE,
        NUMBER_TRUST,
        NUMBER_LIKED,
        NUMBER_RETURN,
        NUMBER_SPEND_OWN,
        NUMBER_SPEND_OTHER,
        NUMBER_COUNT
};
/* cell.more, by number. */
enum { RESPONSE_MET, RESPONSE_NOBODY };
enum { ACCEPTANCE_ASKED, ACCEPTANCE_BUSY, ACCEPTANCE_DEAD, ACCEPTANCE_NOT_HERE, ACCEPTANCE_HANDED };
enum { TRUST_STRUCK, TRUST_LEFT, TRUST_NOT_TODAY };
enum { LIKED_SOSO, LIKED_BAD };

#define NUMBERS_GOAL_S    120
#define NUMBERS_STEP_S    5
#define NUMBERS_STEPS     121 /* the last one: longer than 600 s */
#define NUMBERS_SOURCES   3
#define NUMBERS_VERSIONS  32 /* newest of the rules */
#define NUMBERS_JSON_MAX  (256 * 1024)
#define NUMBERS_RETURN_MS (90 * DAY_MS)

/* Times to "with her", by group and week: how many took so many steps, and who stands behind them (fewer than
 * behind the share, which counts those too whom nobody met). */
struct numbers_times {
        uint16_t steps[NUMBERS_STEPS];
        struct cell behind;
};

/* What was spent, by group and week: how many spent so many steps, and who stands behind them. */
#define NUMBERS_AMOUNTS 84 /* the last one: as much, or more */
struct numbers_amounts {
        uint16_t steps[NUMBERS_AMOUNTS];
        struct cell behind;
};

struct numbers_associate {
        uint32_t id;
        uint32_t group;     /* CELLS_...: her team, or the rest */
        struct mine mine;   /* of the newest week that is over */
        struct cells liked; /* of, hit: how it was */
        struct cells trust; /* of: her cards; hit: "not fine" */
        struct numbers_times times;
};

struct numbers_version {
        uint32_t version;
        wall_ms published;
};

/* What has been counted. Weeks are numbered from `first_week` on (weeks since Monday 1969-12-29). */
struct numbers_count {
        char currency[4];
        int32_t first_week;
        int closed;               /* weeks before it are over */
        uint32_t n_teams, n_here; /* n_here: associates of the store */
        char teams[CELLS_GROUPS_MAX][NAME_MAX_BYTES];
        struct cells number[NUMBER_COUNT][CELLS_GROUPS_MAX];
        struct numbers_times times[CELLS_GROUPS_MAX][CELLS_WEEKS];
        struct numbers_amounts amounts[2][CELLS_GROUPS_MAX][CELLS_WEEKS]; /* own, other */
        struct cells hour[24];                /* of: arrivals as in response; hit: found nobody free */
        struct cells source[NUMBERS_SOURCES]; /* of: offers that were answered; hit: not here */
        uint32_t n_versions;
        struct numbers_version versions[NUMBERS_VERSIONS]; /* oldest first */
        uint32_t n_associates;
        struct numbers_associate *associates; /* by id */
};

/* A walk that is under way; NULL until its first step. */
struct numbers_run;

/* What came of it: kept by the asker for the day. */
struct numbers {
        char *json; /* the manager's [P90] */
        size_t len;
        uint32_t n_own;
        struct numbers_own {
                uint32_t associate;
                struct mine mine;
        } own[]; /* by associate */
};

/* Goes on until the slice is over. 1 = more to do; 0 = *out is complete; -1 with *rc = an SQLite code. The
 * run is made with the first step and freed with the last. */
int numbers_step(struct base *base, struct numbers_run **run, wall_ms now, const struct base_slice *slice,
        struct numbers **out, int *rc);
void numbers_abandon(struct numbers_run *run);
void numbers_free(struct numbers *numbers);
/* Hers, or NULL. */
const struct mine *numbers_mine(const struct numbers *numbers, uint32_t associate);

/* The last week that is over at `now`: weeks since Monday 1969-12-29. */
int32_t numbers_last_week(wall_ms now);

/* numbers_house.c: fills teams, associates and versions. An SQLite code. */
int numbers_read_house(struct base *base, struct numbers_count *count);

/* numbers_spend.c: whether the day on which she came counts for this visit, and what she spent on it, in
 * minor units; she who does not share her purchases at `now` counts nowhere. An SQLite code. */
int numbers_spent(
        struct base *base, uint32_t person, wall_ms came, wall_ms now, bool *counts, int64_t *spent);
void numbers_note_amount(struct numbers_amounts *amounts, int64_t amount, uint32_t person, uint32_t who);
/* Half of them spent so much at most, in minor units; -1: there is none. */
int64_t numbers_half(const uint32_t *steps);
int64_t numbers_amount(int step); /* its end */

/* numbers_tell.c: the JSON, with room for what is each associate's own; NULL: no memory. */
struct numbers *numbers_tell(const struct numbers_count *count);
/* The next associate's; false: there is none left. */
bool numbers_tell_own(const struct numbers_count *count, struct numbers *numbers);
/* The time within which `percent` of them were met, rounded up to a step; -1: there is none. */
int32_t numbers_percentile(const uint32_t *steps, int percent);

#endif
