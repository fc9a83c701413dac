#include "tests/store/weeks.h"

#include <stdio.h>
#include <string.h>

#include "server/common/clock.h"
#include "server/common/ids.h"
#include "server/rulebook/render.h"

wall_ms weeks_local(const char *text)
{
        wall_ms at;
        assert_int_equal(clock_parse(text, &at), 0);
        return at;
}

void weeks_shop(struct kit *kit)
{
        char rows[4000];
        size_t at = 0;
        kit_open(kit);
        kit_import_counts(kit, IMPORT_ASSOCIATES,
                "a1;Ada A;main;Coats;;\na2;Bea B;main;Coats;;\na3;Cleo C;main;Coats;;\na4;Dora "
                "D;main;Coats;;\n"
                "b1;Eva E;main;Bags;;\nb2;Fay F;main;Bags;;\nb3;Gro G;main;Bags;;\n"
                "s1;Hal H;main;Shoes;;\ns2;Ida I;main;Shoes;;\ns3;Jo J;main;Gloves;;\n",
                10, 0, 0, 0, 0, 0);
        for (int i = 0; i < PEOPLE_KEPT; i++)
                at += (size_t)snprintf(rows + at, 32, "c%d;Nora %d;;\n", i, i);
        kit_import_counts(kit, IMPORT_CUSTOMERS, rows, PEOPLE_KEPT, 0, 0, 0, 0, 0);
}

struct uuid weeks_arrives(struct kit *kit, wall_ms at, struct weeks_arrival a)
{
        struct uuid visit = ids_uuid(at), offer = ids_uuid(at);
        wall_ms answered = at + a.took_s * SECOND_MS;
        struct write w[] = {{.kind = WRITE_VISIT,
                                    .visit = {.id = visit,
                                            .person = a.person,
                                            .client_of = a.client_of,
                                            .served_by = a.served_by,
                                            .state = VISIT_ENDED,
                                            .alert_state = (uint8_t)a.alert,
                                            .if_busy = (uint8_t)a.if_busy,
                                            .seen = (uint8_t)a.seen,
                                            .started = at,
                                            .changed = answered,
                                            .offered = at,
                                            .met = a.with_her_s ? at + a.with_her_s * SECOND_MS : 0,
                                            .day = clock_store_day(at)}},
                {.kind = WRITE_OFFER,
                        .offer = {.id = offer,
                                .visit = visit,
                                .associate = a.asked,
                                .offered = at,
                                .answered = answered,
                                .reply = (uint8_t)a.reply}}};
        if (a.asked) {
                w[0].visit.n_places = 1;
                w[0].visit.places[0] = (struct place_row){.associate = a.asked, .offer = offer};
        }
        assert_int_equal(kit_commit(kit, w, a.asked ? 2 : 1), 0);
        return visit;
}

/* A customer of an associate who comes, and whom she meets. */
struct uuid weeks_met(struct kit *kit, wall_ms at, uint32_t person, uint32_t associate, int took_s)
{
        return weeks_arrives(kit, at,
                (struct weeks_arrival){.person = person,
                        .client_of = associate,
                        .asked = associate,
                        .served_by = associate,
                        .reply = REPLY_ACCEPT,
                        .alert = ALERT_DONE,
                        .took_s = took_s});
}

void weeks_thanks(struct kit *kit, struct uuid visit, uint8_t how, uint8_t odd, wall_ms at)
{
        struct write w = {.kind = WRITE_THANKS, .thanks = {.visit = visit, .how = how, .odd = odd, .at = at}};
        assert_int_equal(kit_commit(kit, &w, 1), 0);
}

void weeks_card(struct kit *kit, struct uuid visit, uint32_t person, uint32_t associate, wall_ms at)
{
        char frame[CARD_FRAME_SIZE];
        memset(frame, ' ', sizeof frame);
        struct write w = {.kind = WRITE_DISCLOSURE,
                .disclosure = {.id = ids_uuid(at),
                        .visit = visit,
                        .person = person,
                        .associate = associate,
                        .lines = 1,
                        .rulebook = kit_digest("book"),
                        .card = frame,
                        .at = at}};
        assert_int_equal(kit_commit(kit, &w, 1), 0);
}

/* ---- asking ---- */
struct weeks_told weeks_ask_at(struct kit *kit, wall_ms now)
{
        struct weeks_told t = {0};
        uint64_t tag = ++kit->tag;
        assert_int_equal(store_numbers(kit->store, tag, now), 0);
        struct store_answer *answer = kit_wait(kit, tag);
        assert_int_equal(answer->result, 0);
        t.numbers = answer->numbers;
        answer->numbers = NULL;
        store_answer_free(answer);
        assert_non_null(t.numbers);
        t.json = json_loadb(t.numbers->json, t.numbers->len, 0, NULL);
        assert_non_null(t.json);
        return t;
}

void weeks_told_free(struct weeks_told *t)
{
        json_decref(t->json);
        numbers_free(t->numbers);
}

/* The newest window of a number; NULL: too few to tell. */
json_t *weeks_now_of(const struct weeks_told *t, const char *team, const char *number)
{
        size_t i;
        json_t *group;
        json_array_foreach(json_object_get(t->json, "groups"), i,
                group) if (strcmp(json_string_value(json_object_get(group, "team")), team) == 0)
        {
                json_t *now = json_object_get(json_object_get(group, number), "now");
                return json_is_null(now) ? NULL : now;
        }
        fail_msg("there is no team \"%s\"", team);
        return NULL;
}

long weeks_value(const struct weeks_told *t, const char *team, const char *number, const char *what)
{
        json_t *now = weeks_now_of(t, team, number);
        if (now == NULL)
                return -1;
        json_t *found = json_object_get(now, what);
        return found ? (long)json_integer_value(found) : -2;
}

void weeks_expect(
        const struct weeks_told *t, const char *team, const char *number, const char *what, long wanted)
{
        long got = weeks_value(t, team, number, what);
        if (got != wanted)
                fail_msg("%s of \"%s\": %s is %ld, not %ld", number, team, what, got, wanted);
}

size_t weeks_n_teams(const struct weeks_told *t)
{
        return json_array_size(json_object_get(t->json, "groups")) - 1;
}

/* Twenty arrivals of a week: 12 of Ada's own customers, whom she meets in 10 to 120 s; 4 of hers whom Bea
 * meets in 200 s; 2 of hers whom nobody meets; 2 of nobody's. */
void weeks_week_of_twenty(struct kit *kit)
{
        wall_ms at = weeks_local(MONDAY " 10:00");
        for (uint32_t i = 0; i < 12; i++)
                weeks_met(kit, at + i * HOUR_MS, 1 + i, MARIA, 10 * (int)(i + 1));
        for (uint32_t i = 0; i < 4; i++)
                weeks_arrives(kit, at + i * HOUR_MS,
                        (struct weeks_arrival){.person = 13 + i,
                                .client_of = MARIA,
                                .asked = MARIA + 1,
                                .served_by = MARIA + 1,
                                .reply = REPLY_ACCEPT,
                                .alert = ALERT_DONE,
                                .took_s = 200});
        for (uint32_t i = 0; i < 2; i++)
                weeks_arrives(kit, at,
                        (struct weeks_arrival){.person = 17 + i,
                                .client_of = MARIA,
                                .asked = MARIA + 2,
                                .reply = REPLY_NO_ANSWER,
                                .alert = ALERT_NOBODY,
                                .took_s = 90});
        for (uint32_t i = 0; i < 2; i++)
                weeks_arrives(kit, at,
                        (struct weeks_arrival){.person = 19 + i,
                                .asked = ALONE,
                                .served_by = ALONE,
                                .reply = REPLY_ACCEPT,
                                .alert = ALERT_DONE,
                                .took_s = 60});
}
