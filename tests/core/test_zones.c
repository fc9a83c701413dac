/* Where access points stand [P162], and zones that count for nothing [P163]: at the café's her phone
 * announces nobody and keeps nobody, whatever is said of it there; what she does herself counts everywhere.
 */
#include "tests/core/managing.h"
#include "tests/core/sensing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <string.h>

#define CAFE  78
#define CARD  "\"t\":\"card\""
#define LEAVE "\"t\":\"retract\""

static uint16_t ask_operator(struct rig *r, struct message *m)
{
        r->face = FACE_OPERATOR;
        uint16_t status = rig_request(r, NULL, m);
        r->face = FACE_ANY;
        return status;
}

static uint16_t save(struct rig *r, const char *text)
{
        struct message m = {.type = MESSAGE_HOUSE_SET};
        m.house_set.text = slice_of(text);
        m.house_set.base = r->house.version;
        return ask_operator(r, &m);
}

static uint16_t stands_in(struct rig *r, const char *name, const char *zone)
{
        struct message m = {.type = MESSAGE_AGENT_ZONE};
        snprintf(m.agent_zone.name, sizeof(m.agent_zone.name), "%s", name);
        snprintf(m.agent_zone.zone, sizeof(m.agent_zone.zone), "%s", zone);
        return ask_operator(r, &m);
}

/* Anna allowed the Wi-Fi; one access point is at the door, one is called so, and may stand somewhere. */
static void begin(struct rig *r, struct digest *phone, bool always, const char *name, const char *zone)
{
        sensing_begin(r, phone, always, "keyid", "k-anna");
        sensing_pair_as(r, name);
        if (zone[0])
                assert_int_equal(stands_in(r, name, zone), 200);
        sensing_open_agent(r, CAFE);
        rig_forget_frames(r);
}

/* She sits in the café for so long, and its access point says so every half minute. */
static void sits(struct rig *r, int minutes)
{
        for (int i = 0; i < minutes * 2; i++) {
                sensing_sweep(r, CAFE, "0,-50");
                rig_wait(r, 30 * SECOND_MS);
        }
}

/* Maria has the card, and takes it: it stays until presence takes it away. */
static void is_taken(struct rig *r)
{
        assert_non_null(rig_frame(r, 1, CARD));
        rig_say(r, 1, MESSAGE_ACCEPT, 1, 0);
        rig_forget_frames(r);
}

static bool is_noticed(struct rig *r, const struct digest *phone)
{
        assert_int_equal(story_ask(r, phone, MESSAGE_NOW), 200);
        return story_says(r, "\"here\":true");
}

static void nobody_is_announced_from_the_cafe(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        begin(r, &phone, true, "CAFÉ", ""); /* as a new store has it, in whatever case */
        sensing_claim(r, CAFE, "join", 0, 0);
        assert_non_null(rig_frame(r, CAFE, "\"t\":\"ack\",\"boot\":1,\"seq\":1")); /* heard all the same */
        sits(r, 40);
        assert_null(rig_frame(r, 1, CARD));
        assert_false(is_noticed(r, &phone));
        assert_int_equal(r->n_visits, 0);
        /* Into the store: she arrives there, and her dwell begins there. */
        sensing_claim(r, AGENT, "roam", 0, 0);
        rig_wait(r, 58 * SECOND_MS);
        assert_null(rig_frame(r, 1, CARD));
        rig_wait(r, 4 * SECOND_MS);
        assert_non_null(rig_frame(r, 1, CARD));
        assert_int_equal(r->n_visits, 1);
}

static void nor_asked_on_her_page(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        struct message here = {.type = MESSAGE_HERE};
        begin(r, &phone, false, "car park", "");
        sensing_claim(r, CAFE, "join", 0, 0);
        sits(r, 5);
        assert_false(is_noticed(r, &phone));
        assert_int_equal(rig_request(r, &phone, &here), 409);
        sensing_claim(r, AGENT, "join", 0, 0);
        rig_wait(r, 62 * SECOND_MS);
        assert_true(is_noticed(r, &phone));
}

static void what_she_does_counts_everywhere(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        begin(r, &phone, true, "tables", "café");
        sensing_claim(r, CAFE, "join", 0, 0);
        sits(r, 2);
        assert_int_equal(story_arrive(r, &phone), 200); /* the sign on a table there */
        is_taken(r);
        sits(r, 60); /* and holds as it does elsewhere */
        assert_null(rig_frame(r, 1, LEAVE));
        sits(r, 75);
        assert_non_null(rig_frame(r, 1, LEAVE));
}

/* Her visit began in the store; then she sits down to a coffee. */
static void nobody_is_kept_by_the_cafe(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        begin(r, &phone, true, "tables", "café");
        sensing_claim(r, AGENT, "join", 0, 0);
        rig_wait(r, 62 * SECOND_MS);
        is_taken(r);
        sensing_claim(r, CAFE, "roam", 0, 0);
        sits(r, 9);
        assert_null(rig_frame(r, 1, LEAVE));
        sits(r, 4); /* grace, and ten minutes */
        assert_non_null(rig_frame(r, 1, LEAVE));
        assert_int_equal(r->visits[0].state, VISIT_PAUSED);
        sensing_claim(r, AGENT, "roam", 0, 0); /* with the cup in her hand */
        rig_wait(r, 2 * SECOND_MS);
        assert_int_equal(r->visits[0].state, VISIT_OPEN);
        assert_int_equal(r->n_visits, 1);
        sensing_claim(r, CAFE, "roam", 0, 0);
        sits(r, 45);
        assert_int_equal(r->visits[0].state, VISIT_ENDED);
}

static void a_rule_that_is_saved_counts_at_once(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        begin(r, &phone, true, "tables", "winter garden");
        sensing_claim(r, CAFE, "join", 0, 0);
        sits(r, 2);
        is_taken(r);
        assert_int_equal(save(r, "zones_not = Winter Garden"), 0);
        sits(r, 1);
        assert_null(rig_frame(r, 1, LEAVE)); /* what was told stays, as if she had left now */
        sits(r, 10);
        assert_non_null(rig_frame(r, 1, LEAVE));
        sits(r, 45);
        assert_int_equal(r->visits[0].state, VISIT_ENDED);
        rig_restart(r);
        sensing_open_agent(r, CAFE);
        sits(r, 10);
        assert_int_equal(r->n_visits, 1);
        /* And the other way round: with the next that is said. */
        assert_int_equal(save(r, "zones_not = none"), 0);
        assert_false(is_noticed(r, &phone));
        sits(r, 2);
        assert_true(is_noticed(r, &phone));
}

static void and_within_the_dwell_nobody_is_told(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        begin(r, &phone, true, "tables", "winter garden");
        sensing_claim(r, CAFE, "join", 0, 0);
        rig_wait(r, 50 * SECOND_MS);
        assert_int_equal(save(r, "zones_not = winter garden"), 0);
        sits(r, 10);
        assert_int_equal(r->n_visits, 0);
        assert_null(rig_frame(r, 1, CARD));
}

/* Her dossier is being read when the rule is saved. */
static void nor_while_she_is_looked_up(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        begin(r, &phone, true, "tables", "winter garden");
        sensing_claim(r, CAFE, "join", 0, 0);
        rig_wait(r, 58 * SECOND_MS);
        r->hold_loads = true;
        rig_wait(r, 4 * SECOND_MS);
        assert_true(r->n_loads > 0);
        assert_int_equal(stands_in(r, "tables", "passage"), 200);
        r->hold_loads = false;
        rig_release_loads(r);
        sits(r, 5);
        assert_int_equal(r->n_visits, 0);
        assert_null(rig_frame(r, 1, CARD));
}

static void where_it_stands_is_said_and_kept(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        struct message list = {.type = MESSAGE_AGENTS};
        begin(r, &phone, true, "ap-7", "");
        assert_int_equal(stands_in(r, "ap-8", "café"), 404);
        assert_int_equal(stands_in(r, "ap-7", "café, car park"), 422);
        assert_int_equal(stands_in(r, "ap-7", "none"), 422);
        assert_int_equal(stands_in(r, "ap-7", " café"), 422);
        assert_int_equal(stands_in(r, "ap-7", "gate #2"), 422);
        assert_int_equal(stands_in(r, "ap-7", "Café"), 200);
        assert_int_equal(ask_operator(r, &list), 200);
        assert_true(story_says(r, "{\"name\":\"door\",\"zone\":\"\",\"counts\":true,"));
        assert_true(story_says(r, "{\"name\":\"ap-7\",\"zone\":\"Café\",\"counts\":false,"));
        rig_restart(r);
        assert_int_equal(ask_operator(r, &list), 200);
        assert_true(story_says(r, "{\"name\":\"ap-7\",\"zone\":\"Café\",\"counts\":false,"));
        sensing_pair_as(r, "ap-7"); /* paired anew it stands where it stood */
        sensing_open_agent(r, CAFE);
        sits(r, 5);
        assert_int_equal(r->n_visits, 0);
        assert_int_equal(stands_in(r, "ap-7", ""), 200);
        sits(r, 3);
        assert_int_equal(r->n_visits, 1);
        struct message all = {.type = MESSAGE_HOUSE};
        sensing_pair_as(r, "3, upstairs"); /* no list could have that name */
        sensing_pair_as(r, "ap-9");
        assert_int_equal(stands_in(r, "ap-9", "SHOES"), 200);
        assert_int_equal(stands_in(r, "ap-7", "Shoes"), 200);
        ask_operator(r, &all);
        const struct house_wanted *wanted = &r->asked_house.house.wanted;
        assert_int_equal(wanted->n_zones, 2);
        assert_string_equal(wanted->zones[0], "door");
        assert_string_equal(wanted->zones[1], "Shoes");
}

/* Nobody was told of the sensors: they are not even told whom to look for. */
static void without_its_sign_an_agent_has_nobody_to_look_for(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        struct message list = {.type = MESSAGE_AGENTS};
        begin(r, &phone, false, "shoes", "");
        sensing_claim(r, AGENT, "join", 0, 0);
        rig_wait(r, 62 * SECOND_MS);
        assert_true(is_noticed(r, &phone));
        rig_forget_frames(r);
        assert_int_equal(save(r, "wifi_sign = no"), 0);
        assert_non_null(rig_frame(r, AGENT, "\"tags\":\"\""));
        assert_non_null(rig_frame(r, CAFE, "\"tags\":\"\""));
        assert_false(is_noticed(r, &phone)); /* what was known is not any more */
        assert_int_equal(ask_operator(r, &list), 200);
        assert_true(story_says(r, "{\"name\":\"shoes\",\"zone\":\"\",\"counts\":false,"));
        rig_forget_frames(r);
        assert_int_equal(sensing_bind(r, "mac", "02:00:00:00:00:01"), 200);
        assert_null(rig_frame(r, AGENT, "\"t\":\"tag_add\""));
        rig_restart(r);
        sensing_open_agent(r, CAFE);
        assert_non_null(rig_frame(r, CAFE, "\"tags\":\"\""));
        sensing_claim(r, CAFE, "join", 0, 0); /* it was under way */
        sits(r, 3);
        assert_false(is_noticed(r, &phone));
        rig_forget_frames(r);
        assert_int_equal(save(r, "wifi_sign = yes"), 0);
        assert_non_null(rig_frame(r, CAFE, "\"t\":\"tags\""));
        assert_null(rig_frame(r, CAFE, "\"tags\":\"\""));
        sits(r, 2);
        assert_true(is_noticed(r, &phone));
}

/* ---- leaving a zone out is deleting what is said there ---- */
static uint64_t dice;
static unsigned draw(unsigned n)
{
        dice = dice * 6364136223846793005u + 1442695040888963407u;
        return (unsigned)((dice >> 33) % n);
}

/* What the staff were shown, without the agents' own words, is kept aside. */
static void keep_staff(struct rig *r, char **all)
{
        uint32_t staff = 0;
        for (uint32_t i = 0; i < r->n_frames; i++)
                if (r->frames[i].peer != AGENT && r->frames[i].peer != CAFE)
                        r->frames[staff++] = r->frames[i];
        r->n_frames = staff;
        char *now = sensing_staff_saw(r);
        size_t room = strlen(*all) + strlen(now) + 1;
        char *joined = calloc(1, room);
        assert_non_null(joined);
        snprintf(joined, room, "%s%s", *all, now);
        free(*all);
        free(now);
        *all = joined;
        rig_forget_frames(r);
}

static void at_the_cafe(struct rig *r, bool deleted)
{
        static const char *const kinds[] = {"join", "leave"};
        unsigned what = draw(3);
        int age = (int)draw(60);
        if (!deleted && what < 2)
                sensing_claim(r, CAFE, kinds[what], 0, age);
        else if (!deleted)
                sensing_sweep(r, CAFE, "0,-50");
}

static void in_the_store(struct rig *r, const struct digest *phone)
{
        static const char *const kinds[] = {"join", "leave", "roam"};
        switch (draw(8)) {
        case 0:
                story_arrive(r, phone);
                return;
        case 1:
                story_ask(r, phone, MESSAGE_LEAVING);
                return;
        case 2:
        case 3:
        case 4:
                sensing_sweep(r, AGENT, draw(4) ? "0,-60" : "");
                return;
        default:
                sensing_claim(r, AGENT, kinds[draw(3)], 0, (int)draw(60));
        }
}

static char *history(uint64_t seed, bool deleted)
{
        static struct rig rig;
        struct digest phone;
        char *all = calloc(1, 1);
        assert_non_null(all);
        rig_start(&rig);
        dice = seed;
        begin(&rig, &phone, true, "tables", "café");
        for (int i = 0; i < 60 && rig.n_visits + 2 < RIG_HELD; i++) {
                if (draw(2))
                        at_the_cafe(&rig, deleted);
                else
                        in_the_store(&rig, &phone);
                rig_wait(&rig, (int64_t)(1 + draw(draw(4) ? 90 : 900)) * SECOND_MS);
                keep_staff(&rig, &all);
                rig.random = seed + (uint64_t)i; /* what an event brought to the café is nobody's */
                rig.request = 1000 + (uint64_t)i * 10;
        }
        rig_stop(&rig);
        return all;
}

static void leaving_out_is_deleting(void **state)
{
        const char *of = getenv("MAITRED_HISTORIES"), *from = getenv("MAITRED_SEED");
        uint64_t seed = from ? strtoull(from, NULL, 10) : 20;
        unsigned n = of ? (unsigned)strtoul(of, NULL, 10) : 40, cards = 0;
        (void)state;
        print_message("MAITRED_SEED=%llu, %u histories\n", (unsigned long long)seed, n);
        for (unsigned i = 0; i < n; i++, seed++) {
                char *with = history(seed, false), *without = history(seed, true);
                size_t at = 0;
                while (with[at] && with[at] == without[at])
                        at++;
                cards += strstr(with, CARD) != NULL;
                if (with[at] != without[at])
                        fail_msg("MAITRED_SEED=%llu: \"%.80s\" with the café's words, \"%.80s\" without",
                                (unsigned long long)seed, with + at, without + at);
                free(with);
                free(without);
        }
        assert_true(cards > n / 2);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(nobody_is_announced_from_the_cafe),
                STORY(nor_asked_on_her_page),
                STORY(what_she_does_counts_everywhere),
                STORY(nobody_is_kept_by_the_cafe),
                STORY(a_rule_that_is_saved_counts_at_once),
                STORY(and_within_the_dwell_nobody_is_told),
                STORY(nor_while_she_is_looked_up),
                STORY(where_it_stands_is_said_and_kept),
                STORY(without_its_sign_an_agent_has_nobody_to_look_for),
                cmocka_unit_test(leaving_out_is_deleting),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
