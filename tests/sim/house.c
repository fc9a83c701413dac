/* Who works here, who comes, what they bought, and how this hub is set. */
#include "tests/sim/sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHIFTS_KEPT (SHIFTS_LIVE_DAYS * 2 * ASSOCIATES_MOST)

static void make_settings(struct world *w)
{
        w->settings = (struct hub_settings){.origin = "https://hub.example:8443",
                .visits_most = w->plan.arrivals_per_hour ? 512 : 64,
                .peers_most = 64,
                .pending_most = 256,
                .rung_ms = {[RUNG_OWN] = 25000,
                        [RUNG_ASK] = 60000,
                        [RUNG_STAND_IN] = 20000,
                        [RUNG_DEPARTMENT] = 20000,
                        [RUNG_FLOOR] = 15000,
                        [RUNG_MANAGER] = 10000,
                        [RUNG_HANDED] = 25000},
                .rendered_within_ms = 5000,
                .most_per_hour = w->plan.most_per_hour,
                .least_gap_ms = w->plan.most_per_hour ? 60000 : 0,
                .busy_most_ms = 45 * MINUTE_MS,
                .nobody_after_ms = 90000,
                .release_tick_ms = (int32_t)w->plan.release_tick_ms,
                .link_valid_ms = 600000,
                .invite_valid_ms = 86400000,
                .door_step_ms = 30000,
                .full_step_ms = 600000,
                .visit_holds_ms = 2 * HOUR_MS,
                .consent_valid_ms = 365 * DAY_MS,
                .alerts_a_day = w->plan.arrivals_per_hour ? 2 : 20,
                .open_minute = w->plan.hours ? 600 : 0,
                .close_minute = w->plan.hours ? 1200 : 0,
                .settle_min = 10,
                .last_call_min = 20,
                .presence = {.claims_most = 1024,
                        .source = {[SOURCE_CHECK_IN] = {.ttl_ms = 2 * HOUR_MS},
                                [SOURCE_WIFI] = {.ttl_ms = 90 * SECOND_MS,
                                        .grace_ms = 120 * SECOND_MS,
                                        .dwell = true}},
                        .dwell_ms = 60 * SECOND_MS,
                        .pause_ms = 10 * MINUTE_MS,
                        .end_ms = 30 * MINUTE_MS,
                        .late_ms = 10 * MINUTE_MS,
                        .ceiling_ms = 6 * HOUR_MS,
                        .floor_dbm = -75,
                        .keep_dbm = -85},
                .devices_most = 256,
                .device_valid_days = 14,
                .agent_sweep_s = 30,
                .agent_settle_ms = 2000};
}

static void make_roster(struct world *w)
{
        static const char *const departments[] = {"Shoes", "Women", "Men"};
        w->roster = calloc(1, sizeof(*w->roster) + SHIFTS_KEPT * sizeof(w->roster->shifts[0]));
        if (!w->roster)
                exit(2);
        struct roster *r = w->roster;
        r->keeps_shifts = w->plan.shifts;
        r->store = 1;
        snprintf(r->store_name, sizeof(r->store_name), "Downtown");
        memcpy(r->currency, "EUR", 4);
        for (size_t i = 0; i < ARRAY_LEN(departments); i++)
                snprintf(r->departments[i], NAME_MAX_BYTES, "%s", departments[i]);
        r->n_associates = w->plan.associates;
        for (uint32_t i = 0; i < r->n_associates; i++) {
                struct associate_row *a = &r->associates[i];
                *a = (struct associate_row){.id = i + 1,
                        .store = 1,
                        .departments = 1u << (i % 3),
                        .role = ROLE_ASSOCIATE,
                        .active = true};
                if (i + 1 == r->n_associates)
                        a->role = ROLE_MANAGER;
                else if (chance_of(&w->chance, 10))
                        a->role = ROLE_TRAINEE;
                snprintf(a->first, sizeof(a->first), "Seller%u", i + 1);
                snprintf(a->external, sizeof(a->external), "s%u", i + 1);
        }
}

/* ---- shifts: each day the same, so that a clock which jumps by a day finds somebody ---- */
static int32_t utc_day(wall_ms at)
{
        return (int32_t)(at / DAY_MS);
}

/* When she works on a day, and when she has her break: from one number, so that nothing need be kept. */
static struct shift_row shift_of(const struct world *w, uint32_t associate, int32_t day, uint8_t kind)
{
        struct chance c = {w->plan.seed * 1000 + associate};
        wall_ms open = day * DAY_MS + SIM_START % DAY_MS;
        bool manager = associate == w->plan.associates; /* somebody should be there */
        wall_ms begins = open + (manager ? -1 : chance_from(&c, -60, 25)) * MINUTE_MS;
        wall_ms ends = open + (manager ? 480 : chance_from(&c, 20, 200)) * MINUTE_MS;
        wall_ms rest = open + chance_from(&c, 1, 40) * MINUTE_MS + 17;
        if (kind == SHIFT_WORK)
                return (struct shift_row){associate, SHIFT_WORK, begins, ends};
        return (struct shift_row){associate, SHIFT_BREAK, rest, rest + chance_from(&c, 10, 1200) * SECOND_MS};
}

bool house_on_shift(const struct world *w, uint32_t associate, wall_ms at)
{
        bool works = false;
        for (int32_t day = utc_day(at) - 2; w->plan.shifts && day <= utc_day(at) + 2; day++) {
                struct shift_row shift = shift_of(w, associate, day, SHIFT_WORK);
                struct shift_row rest = shift_of(w, associate, day, SHIFT_BREAK);
                if (at >= rest.begins && at < rest.ends)
                        return false;
                works = works || (at >= shift.begins && at < shift.ends);
        }
        return works || !w->plan.shifts;
}

bool house_knows(const struct world *w)
{
        int32_t away = utc_day(world_wall(w)) - w->roster_day;
        return away > -2 && away < 3;
}

static int as_they_begin(const void *a, const void *b)
{
        const struct shift_row *x = a, *y = b;
        return x->begins < y->begins ? -1 : x->begins > y->begins;
}

const struct roster *house_roster(struct world *w)
{
        struct roster *r = w->roster;
        w->roster_day = utc_day(world_wall(w));
        r->n_shifts = 0;
        r->shifts_from = w->roster_day - 2;
        for (int32_t day = r->shifts_from; w->plan.shifts && day < r->shifts_from + SHIFTS_LIVE_DAYS; day++)
                for (uint32_t a = 1; a <= r->n_associates; a++) {
                        r->shifts[r->n_shifts++] = shift_of(w, a, day, SHIFT_WORK);
                        r->shifts[r->n_shifts++] = shift_of(w, a, day, SHIFT_BREAK);
                }
        qsort(r->shifts, r->n_shifts, sizeof(r->shifts[0]), as_they_begin);
        return r;
}

void house_item(struct world *w, struct item *it)
{
        struct event ev = {.kind = EVENT_ROSTER, .roster = {house_roster(w)}};
        if (it->life == w->life)
                world_step(w, &ev);
}

static void make_lines(struct world *w, struct person_kept *p)
{
        p->n_lines = chance_below(&w->chance, LINES_MOST + 1);
        for (uint32_t i = 0; i < p->n_lines; i++) {
                uint32_t where = chance_below(&w->chance, 4);
                uint32_t seller = where < 2 ? 1 + chance_below(&w->chance, w->plan.associates) : 0;
                p->lines[i] = (struct line){.category = where < 2    ? CATEGORY_INSTORE
                                                        : where == 2 ? CATEGORY_ONLINE
                                                                     : CATEGORY_OTHER_STORES,
                        .row = {.at = SIM_START - (int64_t)(i + 3) * DAY_MS,
                                .unit_price = 29900,
                                .ref = p->row.id * 100 + i + 1,
                                .age_days = (int32_t)i + 3,
                                .store = where == 3 ? 2 : 1,
                                .seller = seller,
                                .quantity = 1,
                                .department_index = (uint8_t)chance_below(&w->chance, 3),
                                .channel = where == 2 ? CHANNEL_ONLINE : CHANNEL_IN_STORE,
                                .month = 2,
                                .year = 2026}};
                if (seller && p->n_evidence < EVIDENCE_MAX)
                        p->evidence[p->n_evidence++] = (struct evidence_row){seller, 1, SIM_START - DAY_MS};
        }
}

static void make_people(struct world *w)
{
        struct table *t = w->seen;
        t->first_guest = w->plan.customers;
        for (uint32_t i = 0; i < w->plan.customers; i++) {
                struct person_kept *p = table_person(t, i + 1);
                p->row = (struct person_row){.id = i + 1, .minor = chance_of(&w->chance, 3)};
                snprintf(p->row.first, sizeof(p->row.first), "Qn%04u", i);
                snprintf(p->row.last, sizeof(p->row.last), "Berg");
                make_lines(w, p);
        }
}

void house_make(struct world *w)
{
        make_settings(w);
        make_roster(w);
        make_people(w);
        w->book = rulebook_balanced();
        w->saved->notice =
                (struct notice_row){.version = 1, .name = "sim"}; /* it promised what the rules show */
        snprintf(w->saved->notice.text, sizeof(w->saved->notice.text), "%s", rulebook_text(w->book));
}

void house_faults(struct world *w)
{
        static const struct {
                enum fault fault;
                enum item_kind kind;
                int64_t least_s, most_s;
        } first[] = {{FAULT_CRASH, ITEM_CRASH, 5, 600}, {FAULT_FULL, ITEM_DISK_FULL, 10, 600},
                {FAULT_CLOCK, ITEM_CLOCK, 20, 900}};
        for (size_t i = 0; i < ARRAY_LEN(first); i++)
                if (w->plan.faults & (uint32_t)first[i].fault)
                        world_put(w, world_idle(w, first[i].least_s, first[i].most_s) * SECOND_MS,
                                first[i].kind, 0, 0, NULL);
}
