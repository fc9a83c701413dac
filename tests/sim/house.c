/* Who works here, who comes, what they bought, and how this hub is set. */
#include "tests/sim/sim.h"

#include <stdio.h>
#include <string.h>

static void make_settings(struct world *w)
{
        w->settings = (struct hub_settings){.origin = "https://hub.example:8443",
                .visits_most = w->plan.arrivals_per_hour ? 512 : 64,
                .peers_most = 64,
                .pending_most = 256,
                .answer_within_ms = 25000,
                .nobody_after_ms = 90000,
                .release_tick_ms = (int32_t)w->plan.release_tick_ms,
                .link_valid_ms = 600000,
                .invite_valid_ms = 86400000,
                .door_step_ms = 30000,
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
        struct roster *r = &w->roster;
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
