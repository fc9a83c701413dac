/* Thousands of store days of random customers, phones and access points against the presence core. The world
 * here knows who is really in; it checks what the hub was told:
 *   - between two alerts of one customer she was out of sight for half an hour: at most one alert a visit;
 *   - whoever comes in after an hour away and is seen for the dwell and a sweep is alerted; whoever has been
 * seen for a quarter of an hour without a gap counts as here, unless the ceiling cut her off: at least one
 * for every visit;
 *   - whoever has been out of sight for an hour and a half is not a visit any more, and nothing is left at
 * night;
 *   - the last access point is the café's and counts for nothing, and now and then another one is left out in
 * the middle of the day: whoever is only heard there is out of sight, and nobody is ever told of somebody who
 * is nowhere else. MAITRED_SEED repeats a run; MAITRED_DAYS says how many (1,000; tests/presence/run has
 * 10,000). */
#include "tests/presence/usual.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#define TICK_MS  (10 * SECOND_MS)
#define PEOPLE   8
#define DEVICES  2
#define PHONES   (PEOPLE * DEVICES)
#define APS      4
#define CAFE     (APS - 1)
#define SPOOL    4096
#define STAYS    4
#define OPEN_MS  (10 * HOUR_MS)
#define NIGHT_MS (20 * HOUR_MS)
#define NOT_YET  (-24 * HOUR_MS)

static uint64_t seed;

static bool chance(unsigned percent)
{
        return draw(100) < percent;
}

static mono_ms between(mono_ms least, mono_ms most)
{
        return least + (mono_ms)draw((uint64_t)(most - least + 1));
}

struct person {
        int stays;
        mono_ms from[STAYS], to[STAYS];
        bool in;
        bool only_cafe;              /* she never goes farther than the café */
        int ap_of[DEVICES];          /* -1: on none */
        mono_ms back_at[DEVICES];    /* a phone that lost its access point, or dozes, looks for one again */
        mono_ms seen_since;          /* without a gap; NOT_YET: not seen now */
        mono_ms seen_last, quiet_at; /* last seen; last moment of any report about her */
        mono_ms away_before;         /* how long no report had been before seen_since */
        bool began_seen;             /* she was in sight from her first step on */
        mono_ms alerted;             /* NOT_YET: never today */
        mono_ms longest_gap;         /* out of sight, since the alert */
        enum presence_level told;
        mono_ms told_first;
};

/* An access point and its agent. */
struct ap {
        bool held[PHONES];       /* its table of stations, the gone ones included until it notices */
        mono_ms timeout[PHONES]; /* when it notices; 0: the phone is there */
        mono_ms down_from, down_to, reboot_at, reboot_to, link_from, link_to;
        mono_ms sweep_at;
        mono_ms out_at; /* it counts for nothing from then on */
        bool out, rebooting;
        struct {
                struct claim_report r;
                mono_ms at;
        } spool[SPOOL];
        int n;
};

static struct {
        mono_ms now;
        struct person people[PEOPLE];
        struct ap ap[APS];
        struct presence *hub;
        mono_ms restart_at;
        uint64_t alerts, visits, pauses, resumes, restarts, reports, left_out;
} w;

static bool within(mono_ms from, mono_ms to)
{
        return w.now >= from && w.now < to;
}

static bool ap_up(const struct ap *a)
{
        return !within(a->down_from, a->down_to);
}

static bool agent_up(const struct ap *a)
{
        return ap_up(a) && !within(a->reboot_at, a->reboot_to);
}

static bool link_up(const struct ap *a)
{
        return agent_up(a) && !within(a->link_from, a->link_to);
}

static int16_t signal(void)
{
        return (int16_t)-between(40, 74);
}

static void hear(const struct claim_report *r)
{
        struct claim_report said = *r;
        said.outside = w.ap[r->sensor].out;
        w.reports++;
        presence_report(w.hub, &said, w.now);
        if (said.outside)
                return; /* she is no more in sight for it, and no less */
        if (r->kind != CLAIM_LEAVE || r->age_ms < usual.late_ms)
                w.people[r->person - 1].quiet_at = w.now;
}

static void emit(int ap, int phone, enum claim_kind kind)
{
        struct ap *a = &w.ap[ap];
        if (!agent_up(a) || a->n == SPOOL)
                return;
        int n = a->n++;
        a->spool[n].r = (struct claim_report){.source = SOURCE_WIFI,
                .kind = kind,
                .strength = phone % DEVICES ? STRENGTH_MAY_BE : STRENGTH_SURE,
                .sensor = (uint32_t)ap,
                .person = (uint32_t)(phone / DEVICES) + 1,
                .device = (uint32_t)(phone % DEVICES),
                .rssi_dbm = kind == CLAIM_LEAVE ? 0 : signal()};
        a->spool[n].at = w.now - (mono_ms)draw(TICK_MS);
}

static void connect_phone(int phone, int ap, enum claim_kind kind)
{
        w.ap[ap].held[phone] = true;
        w.ap[ap].timeout[phone] = 0;
        w.people[phone / DEVICES].ap_of[phone % DEVICES] = ap;
        emit(ap, phone, kind);
}

/* Polite: the access point hears a goodbye; else it notices by itself after five minutes. */
static void leave_phone(int phone, bool polite)
{
        int *at = &w.people[phone / DEVICES].ap_of[phone % DEVICES], ap = *at;
        if (ap < 0)
                return;
        *at = -1;
        if (polite) {
                w.ap[ap].held[phone] = false;
                emit(ap, phone, CLAIM_LEAVE);
        } else {
                w.ap[ap].timeout[phone] = w.now + 5 * MINUTE_MS;
        }
}

static int some_ap(const struct person *who)
{
        int ap = who->only_cafe ? CAFE : (int)draw(APS);
        if (who->only_cafe)
                return ap_up(&w.ap[CAFE]) ? CAFE : -1;
        for (int i = 0; i < APS; i++, ap = (ap + 1) % APS)
                if (ap_up(&w.ap[ap]))
                        return ap;
        return -1;
}

static void move_phone(int phone)
{
        struct person *who = &w.people[phone / DEVICES];
        int d = phone % DEVICES, ap = who->ap_of[d];
        if (ap < 0) {
                int to = w.now >= who->back_at[d] ? some_ap(who) : -1;
                if (to >= 0)
                        connect_phone(phone, to, CLAIM_JOIN);
                return;
        }
        if (!ap_up(&w.ap[ap])) { /* it looks for another one, or waits until this one is back */
                who->ap_of[d] = -1;
                who->back_at[d] = chance(70) ? w.now + between(0, 2 * MINUTE_MS) : w.ap[ap].down_to;
                return;
        }
        if (draw(60) == 0) { /* to another access point */
                int to = some_ap(who);
                if (to == ap || to < 0)
                        return;
                bool told = chance(50);
                if (!told)
                        leave_phone(phone, chance(30));
                else
                        w.ap[ap].held[phone] = false;
                connect_phone(phone, to, told ? CLAIM_ROAM : CLAIM_JOIN);
        } else if (draw(60) == 0) { /* dozes */
                leave_phone(phone, chance(50));
                who->back_at[d] = w.now + between(5 * SECOND_MS, 2 * MINUTE_MS);
        }
}

static void move_people(void)
{
        for (int i = 0; i < PEOPLE; i++) {
                struct person *who = &w.people[i];
                bool in = false;
                for (int s = 0; s < who->stays; s++)
                        in = in || within(who->from[s], who->to[s]);
                for (int d = 0; d < DEVICES; d++) {
                        if (in)
                                move_phone(i * DEVICES + d);
                        else if (who->in)
                                leave_phone(i * DEVICES + d, chance(40));
                }
                who->in = in;
        }
}

static void move_ap(int number)
{
        struct ap *a = &w.ap[number];
        if (!ap_up(a)) {
                memset(a->held, 0, sizeof(a->held));
                a->n = 0; /* the agent's memory has gone with it */
                return;
        }
        for (int phone = 0; phone < PHONES; phone++)
                if (a->held[phone] && a->timeout[phone] && w.now >= a->timeout[phone]) {
                        a->held[phone] = false;
                        emit(number, phone, CLAIM_LEAVE);
                }
        if (!agent_up(a)) {
                a->rebooting = true;
                return;
        }
        if (a->rebooting) { /* it finds stations and takes each for new; its spool was on disk */
                a->rebooting = false;
                for (int phone = 0; phone < PHONES; phone++)
                        if (a->held[phone])
                                emit(number, phone, CLAIM_JOIN);
        }
}

static void deliver(int number)
{
        struct ap *a = &w.ap[number];
        if (!link_up(a))
                return;
        int twice = a->n && chance(20) ? (int)draw((uint64_t)a->n) : a->n; /* an acknowledgement was lost */
        for (int i = 0; i < a->n; i++) {
                a->spool[i].r.age_ms = w.now - a->spool[i].at;
                hear(&a->spool[i].r);
        }
        for (int i = twice; i < a->n; i++)
                hear(&a->spool[i].r);
        a->n = 0;
        if (w.now < a->sweep_at)
                return;
        a->sweep_at = w.now + 30 * SECOND_MS;
        for (int phone = 0; phone < PHONES; phone++) {
                if (!a->held[phone])
                        continue;
                struct claim_report r = {.source = SOURCE_WIFI,
                        .kind = CLAIM_ALIVE,
                        .strength = phone % DEVICES ? STRENGTH_MAY_BE : STRENGTH_SURE,
                        .sensor = (uint32_t)number,
                        .person = (uint32_t)(phone / DEVICES) + 1,
                        .device = (uint32_t)(phone % DEVICES),
                        .rssi_dbm = signal()};
                hear(&r);
        }
        presence_swept(w.hub, SOURCE_WIFI, (uint32_t)number, w.now);
}

/* The house rules leave an access point out from now on: of whom nobody was told, only the others know. */
static void leave_out(int number)
{
        w.ap[number].out = true;
        presence_outside(w.hub, SOURCE_WIFI, (uint32_t)number, w.now);
        for (int i = 0; i < PEOPLE; i++)
                w.people[i].seen_since = NOT_YET;
        w.left_out++;
}

/* What the world knows about being seen: on an access point that counts and whose words reach the hub. */
static void look(struct person *who)
{
        bool seen = false;
        for (int d = 0; d < DEVICES; d++)
                seen = seen || (who->in && who->ap_of[d] >= 0 && link_up(&w.ap[who->ap_of[d]]) &&
                                       !w.ap[who->ap_of[d]].out);
        if (seen && who->seen_since == NOT_YET) {
                who->seen_since = w.now;
                who->away_before = w.now - who->quiet_at;
        }
        if (seen && w.now - who->seen_last > who->longest_gap)
                who->longest_gap = w.now - who->seen_last;
        if (seen)
                who->seen_last = w.now;
        else
                who->seen_since = NOT_YET;
}

static void fault(const struct person *who, const char *what)
{
        fail_msg("seed %llu: customer %d at minute %lld: %s", (unsigned long long)seed, (int)(who - w.people),
                (long long)(w.now / MINUTE_MS), what);
}

static void told(const struct presence_change *c)
{
        struct person *who = &w.people[c->person - 1];
        if (who->only_cafe)
                fault(who, "was only in the café, and somebody is told");
        if (c->from == LEVEL_NONE && c->to == LEVEL_HERE) {
                mono_ms gap = who->seen_since == NOT_YET ? w.now - who->seen_last : 0;
                if (who->alerted != NOT_YET && who->longest_gap < 30 * MINUTE_MS && gap < 30 * MINUTE_MS)
                        fault(who, "a second alert in one visit");
                if (w.now - c->first < usual.dwell_ms)
                        fault(who, "was told of before the dwell was over");
                who->alerted = w.now;
                who->longest_gap = 0;
                w.alerts++;
        }
        if (c->to == LEVEL_OVER && c->from != LEVEL_NONE)
                w.visits++;
        w.pauses += c->to == LEVEL_AWAY;
        w.resumes += c->from == LEVEL_AWAY && c->to == LEVEL_HERE;
        who->told = c->to;
        who->told_first = c->first;
}

static void check(struct person *who)
{
        mono_ms seen = who->seen_since == NOT_YET ? 0 : w.now - who->seen_since;
        bool cut = who->told == LEVEL_OVER && w.now - who->told_first >= usual.ceiling_ms;
        bool counts = who->told == LEVEL_HERE || cut;
        if (seen >= 100 * SECOND_MS && who->away_before > HOUR_MS && !counts)
                fault(who, "came in, was seen, and nobody was told");
        if (seen >= 15 * MINUTE_MS && !counts)
                fault(who, "has been seen for a quarter of an hour and does not count as here");
        struct presence_view view;
        if (w.now - who->quiet_at > 90 * MINUTE_MS &&
                presence_look(w.hub, (uint32_t)(who - w.people) + 1, w.now, &view))
                fault(who, "a visit that does not end");
}

/* The hub starts again with what its database knew: who was told of, not what sensors said last. */
static void restart(void)
{
        struct presence *hub = presence_create(&usual);
        for (uint32_t i = 0; i < PEOPLE; i++) {
                struct person *who = &w.people[i];
                struct presence_known known = {.person = i + 1,
                        .told = who->told,
                        .strength = STRENGTH_SURE,
                        .source = SOURCE_WIFI,
                        .first = who->told_first,
                        .last = w.now,
                        .until = w.now + 210 * SECOND_MS};
                if (who->told == LEVEL_HERE || who->told == LEVEL_AWAY) {
                        presence_restore(hub, &known);
                        who->quiet_at = w.now;
                } else {
                        who->told = LEVEL_NONE;
                }
        }
        presence_destroy(w.hub);
        w.hub = hub;
        w.restarts++;
}

static void plan_day(void)
{
        bool restarts = chance(30);
        memset(w.people, 0, sizeof(w.people));
        memset(w.ap, 0, sizeof(w.ap));
        w.restart_at = restarts ? between(0, OPEN_MS) : -1;
        uint64_t people = 1 + draw(PEOPLE);
        for (uint64_t i = 0; i < PEOPLE; i++) {
                struct person *who = &w.people[i];
                *who = (struct person){.ap_of = {-1, -1},
                        .seen_since = NOT_YET,
                        .seen_last = NOT_YET,
                        .quiet_at = NOT_YET,
                        .alerted = NOT_YET};
                who->only_cafe = chance(15);
                who->back_at[1] = chance(70) ? INT64_MAX : 0; /* most have one phone */
                who->stays = i < people ? 1 + (int)draw(STAYS) : 0;
                mono_ms at = between(0, OPEN_MS / 2);
                for (int s = 0; s < who->stays; s++) {
                        mono_ms longest = chance(3) && !restarts ? 9 * HOUR_MS
                                          : chance(50)           ? 5 * MINUTE_MS
                                                                 : HOUR_MS;
                        who->from[s] = at;
                        who->to[s] = at + between(10 * SECOND_MS, longest);
                        at = who->to[s] + between(MINUTE_MS, chance(60) ? HOUR_MS : 4 * HOUR_MS);
                }
        }
        for (int i = 0; i < APS; i++) {
                struct ap *a = &w.ap[i];
                a->sweep_at = between(0, 30 * SECOND_MS);
                a->out = i == CAFE;
                a->out_at = i == 0 && chance(20) ? between(0, OPEN_MS) : INT64_MAX;
                a->down_from = a->down_to = a->reboot_at = a->reboot_to = a->link_from = a->link_to = -1;
                if (chance(30))
                        a->down_to =
                                (a->down_from = between(0, OPEN_MS)) + between(MINUTE_MS, 20 * MINUTE_MS);
                if (chance(30))
                        a->reboot_to =
                                (a->reboot_at = between(0, OPEN_MS)) + between(20 * SECOND_MS, 2 * MINUTE_MS);
                if (chance(30))
                        a->link_to = (a->link_from = between(0, OPEN_MS)) +
                                     between(10 * SECOND_MS, 15 * MINUTE_MS);
        }
}

static bool nothing_left(void)
{
        struct presence_counts counts;
        presence_count(w.hub, &counts);
        return counts.stays == 0 && counts.claims == 0;
}

static bool everybody_gone(void)
{
        for (int i = 0; i < PEOPLE; i++)
                for (int s = 0; s < w.people[i].stays; s++)
                        if (w.now < w.people[i].to[s] + 10 * MINUTE_MS)
                                return false;
        return true;
}

static void one_day(void)
{
        plan_day();
        w.now = 0;
        w.hub = presence_create(&usual);
        for (; w.now < NIGHT_MS + 12 * HOUR_MS; w.now += TICK_MS) {
                move_people();
                for (int i = 0; i < APS; i++) {
                        move_ap(i);
                        deliver(i);
                        if (!w.ap[i].out && w.now >= w.ap[i].out_at)
                                leave_out(i);
                }
                if (w.restart_at >= 0 && w.now >= w.restart_at) {
                        restart();
                        w.restart_at = -1;
                }
                struct presence_change c;
                for (uint32_t at = 0; presence_next(w.hub, w.now, &at, &c);) {
                        presence_told(w.hub, c.person, c.to, c.strength);
                        told(&c);
                }
                for (int i = 0; i < PEOPLE; i++) {
                        look(&w.people[i]);
                        check(&w.people[i]);
                }
                if (everybody_gone() && nothing_left())
                        break;
        }
        assert_true(nothing_left());
        presence_destroy(w.hub);
}

static void store_days(void **state)
{
        (void)state;
        const char *given = getenv("MAITRED_SEED"), *many = getenv("MAITRED_DAYS");
        seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
        dice = seed;
        long days = many ? strtol(many, NULL, 10) : 1000;
        print_message("MAITRED_SEED=%llu\n", (unsigned long long)seed);
        for (long day = 0; day < days; day++)
                one_day();
        print_message("%ld days: %llu alerts, %llu visits, %llu pauses, %llu resumed, %llu restarts, %llu "
                      "reports, %llu left out\n",
                days, (unsigned long long)w.alerts, (unsigned long long)w.visits,
                (unsigned long long)w.pauses, (unsigned long long)w.resumes, (unsigned long long)w.restarts,
                (unsigned long long)w.reports, (unsigned long long)w.left_out);
        assert_true(days < 100 || w.left_out > 0);
        assert_true(w.alerts > (uint64_t)days && w.resumes > (uint64_t)days / 10);
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(store_days)};
        return cmocka_run_group_tests(tests, NULL, NULL);
}
