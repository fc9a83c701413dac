/* What customers are owed, as comparisons: two runs of the same morning that must not differ, and what giving
 * takes beside what taking back takes (rows L1, L4, L9 and L25 of tests/rights/rows). */
#include "tests/core/sensing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- L1: without consent nothing happens ---- */
#define NOBODYS_SLOT 4000 /* of the agent's day: nobody has it */

/* Of texts this long cmocka would cut its own report short: only where they part is told. */
static void same(const char *a, const char *b)
{
        size_t at = 0;
        while (a[at] && a[at] == b[at])
                at++;
        if (a[at] != b[at])
                print_error("they part at %zu: \"%.60s\" and \"%.60s\"\n", at, a + at, b + at);
        assert_true(a[at] == b[at]);
}

/* MAITRED_STRANGERS asks for more of them. */
static uint32_t strangers_of_a_run(void)
{
        const char *wanted = getenv("MAITRED_STRANGERS");
        unsigned long n = wanted ? strtoul(wanted, NULL, 10) : 0;
        return n > 0 && n <= 10000000 ? (uint32_t)n : 600;
}

/* Nothing but an answer to whoever asked: no frame for anybody, and nothing to be kept. That an agent's claim
 * has come is kept and acknowledged by its number, which says nothing of anybody. */
static void no_effect_but_an_answer(const struct rig *r, size_t trace_from, uint32_t frames_from)
{
        for (uint32_t i = frames_from; i < r->n_frames; i++)
                assert_int_equal(r->frames[i].peer, AGENT);
        for (const char *at = strstr(r->trace + trace_from, "\n  commit "); at;
                at = strstr(at + 1, "\n  commit ")) {
                size_t line = strcspn(at + 1, "\n");
                if (line < 8 || strncmp(at + 1 + line - 8, " claimed", 8) != 0)
                        fail_msg("kept: %.*s", (int)line, at + 1);
        }
}

/* The hub's numbers without what it counts of requests that it turned away. */
static struct hub_counts counts_of(const struct rig *r)
{
        struct hub_counts n;
        hub_count(r->hub, &n);
        n.refused = 0;
        return n;
}

/* One that nobody knows, by the web or by the air: a token of no session, a phone of somebody whom the store
 * knows by an import and who never joined, no token at all, a tag of nobody. */
static void a_stranger(struct rig *r, uint32_t i, const struct digest *imported)
{
        static const enum message_type asked[] = {MESSAGE_NOW, MESSAGE_HERE, MESSAGE_TELL, MESSAGE_MY_CARD,
                MESSAGE_STOP, MESSAGE_NOT_TODAY, MESSAGE_LEAVING, MESSAGE_SHARE, MESSAGE_NOTICE,
                MESSAGE_NOTES, MESSAGE_PAUSE};
        static const char *const kinds[] = {"join", "roam", "leave"};
        struct digest unknown = {{(uint8_t)i, (uint8_t)(i >> 8), (uint8_t)(i >> 16), 77}};
        const struct digest *tokens[3] = {&unknown, imported, NULL};
        const struct digest *token = tokens[i % 3];
        uint64_t request = r->request, random = r->random;
        size_t trace = r->trace_len;
        uint32_t frames = r->n_frames, answers = r->answers;
        struct hub_counts before = counts_of(r);
        if (i % 5 == 0)
                sensing_claim(r, AGENT, kinds[i / 5 % 3], NOBODYS_SLOT + i % 90, 0);
        else if (i % 5 == 1)
                story_arrive(r, token);
        else
                story_ask(r, token, asked[i / 5 % ARRAY_LEN(asked)]);
        assert_int_equal(r->answers, answers + (i % 5 != 0));
        no_effect_but_an_answer(r, trace, frames);
        struct hub_counts after = counts_of(r);
        assert_memory_equal(&before, &after, sizeof(before));
        /* The rest of the morning begins where it would have without this one. */
        r->request = request;
        r->random = random;
        r->trace_len = trace;
        r->trace[trace] = 0;
        r->n_frames = frames;
}

static void strangers(struct rig *r, uint32_t n, const struct digest *imported)
{
        for (uint32_t i = 0; i < n; i++)
                a_stranger(r, i, imported);
}

/* Anna comes, is served and leaves, while so many come of whom nothing is known. */
static char *morning_among(struct rig *r, uint32_t n)
{
        struct digest anna;
        rig_start(r);
        sensing_begin(r, &anna, true, "keyid", "k-anna");
        struct digest imported = rig_session(r, SESSION_PHONE, BO);
        strangers(r, n, &imported);
        sensing_claim(r, AGENT, "join", 0, 0);
        strangers(r, n, &imported);
        rig_wait(r, 62 * SECOND_MS);
        strangers(r, n, &imported);
        rig_say(r, 1, MESSAGE_ACCEPT, 1, 0);
        assert_int_equal(story_ask(r, &anna, MESSAGE_LEAVING), 200);
        rig_wait(r, 30 * SECOND_MS);
        assert_int_equal(r->n_visits, 1);
        assert_int_equal(rig_person_of(r, BO)->n_consents, 0);
        char *all = sensing_staff_saw(r);
        rig_stop(r);
        return all;
}

static void strangers_change_nothing(void **state)
{
        static struct rig rig;
        (void)state;
        char *without = morning_among(&rig, 0), *with = morning_among(&rig, strangers_of_a_run());
        assert_non_null(strstr(without, "\"t\":\"card\""));
        same(with, without);
        free(with);
        free(without);
}

/* ---- L25: no more use than she asked for ---- */
#define OTHER_AGENT 78

/* What is written of her, without the agents' own numbers; and what the staff and she herself are shown. */
struct day_told {
        char *staff, *kept;
        char page[sizeof(((struct rig *)0)->body)];
};

static char *kept_of(const struct rig *r)
{
        char *all = calloc(1, r->trace_len + 1), *out = all;
        assert_non_null(all);
        for (const char *at = strstr(r->trace, "\n  commit "); at; at = strstr(at + 1, "\n  commit ")) {
                size_t line = strcspn(at + 1, "\n");
                const char *first = memchr(at + 10, ' ', line - 9); /* behind the ticket */
                if (!first || strncmp(first, " claimed", 8) == 0)
                        continue;
                size_t len = (size_t)(at + 1 + line - first);
                memcpy(out, first, len);
                out += len;
                *out++ = '\n';
        }
        return all;
}

/* An hour in the store; where her phone is heard is by turns one part of it and another, or always the first.
 */
static void an_hour(struct rig *r, bool walks, struct day_told *told)
{
        struct digest anna;
        rig_start(r);
        sensing_begin(r, &anna, true, "keyid", "k-anna");
        sensing_pair_as(r, "shoes");
        sensing_open_agent(r, OTHER_AGENT);
        rig_forget_frames(r);
        sensing_claim(r, AGENT, "join", 0, 0);
        rig_wait(r, 62 * SECOND_MS);
        assert_non_null(rig_frame(r, 1, "\"t\":\"card\""));
        for (int i = 0; i < 60; i++) {
                uint64_t at = walks && i % 7 > 2 ? OTHER_AGENT : AGENT;
                sensing_claim(r, at, walks && i % 7 % 3 == 0 ? "roam" : "join", 0, 0);
                rig_wait(r, MINUTE_MS);
        }
        assert_int_equal(r->n_visits, 1);
        assert_true(!walks || rig_frame(r, OTHER_AGENT, "\"t\":\"ack\""));
        uint32_t staff = 0;
        for (uint32_t i = 0; i < r->n_frames; i++)
                if (r->frames[i].peer != AGENT && r->frames[i].peer != OTHER_AGENT)
                        r->frames[staff++] = r->frames[i];
        r->n_frames = staff;
        told->staff = sensing_staff_saw(r);
        told->kept = kept_of(r);
        assert_int_equal(story_ask(r, &anna, MESSAGE_NOW), 200);
        snprintf(told->page, sizeof(told->page), "%s", r->body);
        rig_stop(r);
}

static void where_she_walks_is_nowhere(void **state)
{
        static struct rig rig;
        static struct day_told stays, walks;
        (void)state;
        an_hour(&rig, false, &stays);
        an_hour(&rig, true, &walks);
        assert_non_null(strstr(stays.kept, " visit("));
        same(walks.kept, stays.kept);
        same(walks.staff, stays.staff);
        same(walks.page, stays.page);
        free(stays.kept);
        free(stays.staff);
        free(walks.kept);
        free(walks.staff);
}

/* ---- L4: taking back is as easy as giving ---- */
/* What she did for it, as it was kept with her newest word. */
static uint32_t steps_of(struct rig *r, const struct digest *phone, struct message m)
{
        r->last_consent.steps = 0;
        rig_wait(r, SECOND_MS);
        if (rig_request(r, phone, &m) != 200)
                fail_msg("%s: %u %s", message_info(m.type)->name, r->status, r->body);
        assert_true(r->last_consent.steps > 0);
        return r->last_consent.steps;
}

static uint32_t steps_at_the_desk(struct rig *r, const char *how)
{
        struct message m = {.type = MESSAGE_HOLD};
        snprintf(m.hold.customer, sizeof(m.hold.customer), "anna");
        snprintf(m.hold.how, sizeof(m.hold.how), "%s", how);
        r->face = FACE_OPERATOR;
        uint32_t steps = steps_of(r, NULL, m);
        r->face = FACE_CUSTOMER;
        return steps;
}

/* She joins by what a handheld or a till shows her. */
static uint32_t steps_to_join(struct rig *r, struct digest *phone)
{
        struct secret link = rig_link(r, LINK_JOIN, ANNA, MARIA, 101);
        struct message m = {
                .type = MESSAGE_JOIN, .join = {.yes = true, .age_ok = true, .instore = true, .choose = true}};
        rig_secret_text(&link, m.join.secret);
        uint32_t steps = steps_of(r, NULL, m);
        *phone = PHONE_OF(r);
        return steps;
}

static void taking_back_is_as_easy(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        struct message stop = {.type = MESSAGE_STOP, .stop = {.everything = true}};
        uint32_t joining = steps_to_join(r, &phone);
        assert_in_range(steps_of(r, &phone, stop), 1, joining);
        /* Each thing that may be seen, and the Wi-Fi. */
        joining = steps_to_join(r, &phone);
        struct message all = {.type = MESSAGE_SHARE,
                .share = {.instore = true, .online = true, .other_stores = true, .sizes = true}};
        struct message none = {.type = MESSAGE_SHARE};
        uint32_t giving = steps_of(r, &phone, all);
        assert_in_range(steps_of(r, &phone, none), 1, giving);
        struct message wifi = {.type = MESSAGE_NOTICE, .notice = {.wifi = true, .always = true}};
        struct message silent = {.type = MESSAGE_NOTICE};
        giving = steps_of(r, &phone, wifi);
        assert_in_range(steps_of(r, &phone, silent), 1, giving);
        /* Everything for a while, and one day: never more than the yes for one visit took. */
        struct message pause = {.type = MESSAGE_PAUSE, .pause = {.on = true}};
        struct message go_on = {.type = MESSAGE_PAUSE, .pause = {.on = false}};
        uint32_t pausing = steps_of(r, &phone, pause);
        assert_in_range(pausing, 1, joining);
        assert_in_range(pausing, 1, steps_of(r, &phone, go_on));
        struct message arrive = {.type = MESSAGE_ARRIVE}, not_today = {.type = MESSAGE_NOT_TODAY};
        rig_door_code(r, arrive.arrive.code);
        giving = steps_of(r, &phone, arrive);
        assert_in_range(steps_of(r, &phone, not_today), 1, giving);
}

/* ... and by somebody of the store, without a phone. */
static void at_the_desk_it_is_as_easy(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        uint32_t joining = steps_to_join(r, &phone);
        assert_in_range(steps_at_the_desk(r, "pause"), 1, joining);
        assert_in_range(steps_at_the_desk(r, "object"), 1, joining);
}

/* ---- L9: refusing costs nothing ---- */
/* Takes what she shares out of an answer: that may differ, and nothing else. */
static void without_her_choice(char *body)
{
        char *share = strstr(body, "\"share\":{");
        assert_non_null(share);
        char *end = strchr(share, '}');
        assert_non_null(end);
        memmove(share, end, strlen(end) + 1);
}

/* What she is answered from joining to leaving, one answer a line. */
static char *answered(struct rig *r, bool shares)
{
        static const enum message_type asked[] = {
                MESSAGE_NOW, MESSAGE_NONE, MESSAGE_NOW, MESSAGE_LEAVING, MESSAGE_NOW};
        char *all = calloc(ARRAY_LEN(asked) + 2, sizeof(r->body)), *at = all;
        struct digest phone;
        assert_non_null(all);
        rig_start(r);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        struct message share = {.type = MESSAGE_SHARE,
                .share = {.instore = shares, .online = shares, .other_stores = shares, .sizes = shares}};
        rig_wait(r, SECOND_MS);
        assert_int_equal(rig_request(r, &phone, &share), 200);
        for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
                assert_int_equal(asked[i] ? story_ask(r, &phone, asked[i]) : story_arrive(r, &phone), 200);
                without_her_choice(r->body);
                at += snprintf(at, sizeof(r->body), "%s\n", r->body);
        }
        assert_non_null(rig_frame(r, 1, "\"t\":\"card\""));
        rig_stop(r);
        return all;
}

static void refusing_costs_nothing(void **state)
{
        static struct rig rig;
        (void)state;
        char *gives = answered(&rig, true), *refuses = answered(&rig, false);
        same(refuses, gives);
        free(gives);
        free(refuses);
}

/* The names of an answer's own members, without those inside of them. */
static void names_of(const char *body, char *out, size_t room)
{
        int depth = 0;
        size_t len = 0;
        for (const char *at = body; *at; at++) {
                depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
                if (*at != '"')
                        continue;
                const char *end = at + 1;
                while (*end && *end != '"')
                        end += *end == '\\' ? 2 : 1;
                if (depth == 1 && end[1] == ':')
                        len += (size_t)snprintf(out + len, room - len, "%.*s ", (int)(end - at - 1), at + 1);
                at = end;
        }
}

/* ... and an answer to whoever never joined has every member that a customer's has. */
static void who_never_joined_lacks_nothing(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        static char strangers_names[sizeof(r->body)], names[sizeof(r->body)];
        assert_int_equal(story_ask(r, NULL, MESSAGE_NOW), 200);
        names_of(r->body, strangers_names, sizeof(strangers_names));
        assert_non_null(strstr(strangers_names, "state store associate visit "));
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        names_of(r->body, names, sizeof(names));
        same(names, strangers_names);
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(strangers_change_nothing),
                cmocka_unit_test(where_she_walks_is_nowhere), STORY(taking_back_is_as_easy),
                STORY(at_the_desk_it_is_as_easy), cmocka_unit_test(refusing_costs_nothing),
                STORY(who_never_joined_lacks_nothing)};
        return cmocka_run_group_tests_name("owed", tests, NULL, NULL);
}
