/* Weeks of a made-up store for the tests of the five numbers: who works there, who came and was met, and what
 * is told of it. */
#ifndef TESTS_STORE_WEEKS_H
#define TESTS_STORE_WEEKS_H

#include <jansson.h>

#include "server/hub/store/numbers.h"
#include "tests/store/kit.h"

/* NOW is Tuesday 10 March 2026: the week from Monday 2 March on is over since midnight. */
#define MONDAY      "2026-03-02"
#define MARIA       1 /* associates, in the order of their import: Coats 1 to 4, Bags 5 to 7, Shoes 8 */
#define BAGS        5
#define ALONE       8
#define PEOPLE_KEPT 60

/* An arrival, as the core would have written it down: one offer, one visit. */
struct weeks_arrival {
        uint32_t person, client_of, asked, served_by;
        enum reply reply;
        enum alert_state alert;
        int took_s, with_her_s; /* 0: "with her" was not said */
        enum visit_seen seen;
        enum if_busy if_busy;
};

wall_ms weeks_local(const char *text); /* "YYYY-MM-DD HH:MM" in the store's zone */
void weeks_shop(struct kit *kit);
struct uuid weeks_arrives(struct kit *kit, wall_ms at, struct weeks_arrival a);
/* A customer of an associate who comes, and whom she meets. */
struct uuid weeks_met(struct kit *kit, wall_ms at, uint32_t person, uint32_t associate, int took_s);
void weeks_thanks(struct kit *kit, struct uuid visit, uint8_t how, uint8_t odd, wall_ms at);
void weeks_card(struct kit *kit, struct uuid visit, uint32_t person, uint32_t associate, wall_ms at);
/* Twenty arrivals of the week of MONDAY: 12 of Ada's own customers, whom she meets in 10 to 120 s; 4 of hers
 * whom Bea meets in 200 s; 2 of hers whom nobody meets; 2 of nobody's. */
void weeks_week_of_twenty(struct kit *kit);

struct weeks_told {
        struct numbers *numbers;
        json_t *json;
};

struct weeks_told weeks_ask_at(struct kit *kit, wall_ms now);
void weeks_told_free(struct weeks_told *t);
/* The newest window of a number; NULL: too few to tell. */
json_t *weeks_now_of(const struct weeks_told *t, const char *team, const char *number);
/* -1: too few to tell; -2: it does not say that. */
long weeks_value(const struct weeks_told *t, const char *team, const char *number, const char *what);
void weeks_expect(
        const struct weeks_told *t, const char *team, const char *number, const char *what, long wanted);
size_t weeks_n_teams(const struct weeks_told *t);

#endif
