/* Customers: each has a page that asks one thing at a time, under a key, again and again until it is
 * answered, as the real page does. Some send without a key; then an answer that is lost leaves them unsure,
 * and they look. */
#include "tests/sim/sim.h"

#include "server/core/door.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COPIES_MOST 24
#define PATIENCE_MS 8000

uint32_t phones_of(const struct world *w, uint32_t surrogate)
{
        if (surrogate && surrogate <= w->plan.customers)
                return surrogate - 1;
        for (uint32_t i = 0; surrogate && i < w->plan.customers; i++) {
                const struct customer *c = &w->customers[i];
                if (c->surrogate == surrogate)
                        return i;
                for (uint32_t k = 0; k < c->n_former && k < ARRAY_LEN(c->former); k++)
                        if (c->former[k] == surrogate)
                                return i;
        }
        return UINT32_MAX;
}

static void text_of_secret(const struct secret *s, char out[44])
{
        sodium_bin2base64(out, 44, s->b, sizeof(s->b), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static void door_text(const struct world *w, char out[DOOR_CODE_SIZE])
{
        uint8_t key[32];
        door_key_of(key);
        door_code(key, 1, world_wall(w) / w->settings.door_step_ms, out);
}

/* ---- what she asks ---- */
static void words(struct world *w, uint32_t i, char *hint, char *wish, char *if_busy)
{
        static const char *const choices[] = {"", "", "wait", "other", "look"};
        struct customer *c = &w->customers[i];
        c->words++;
        snprintf(hint, 24, "Qh%04u v%u", i, c->words % 1000);
        snprintf(wish, 24, "Qw%04u v%u", i, c->words % 1000);
        snprintf(if_busy, 8, "%s",
                w->plan.arrivals_per_hour ? "other" : choices[chance_below(&w->chance, ARRAY_LEN(choices))]);
}

static void make_join(struct world *w, uint32_t i, struct message *m)
{
        struct customer *c = &w->customers[i];
        *m = (struct message){.type = MESSAGE_JOIN};
        if (c->guest) {
                door_text(w, m->join.code);
        } else {
                if (!c->has_link) { /* the operator's word, durable at once */
                        struct digest d;
                        chance_fill(&w->chance, &c->link, sizeof(c->link));
                        digest_of_bytes(c->link.b, sizeof(c->link.b), &d);
                        struct link_row row = {
                                .kind = LINK_CRM, .person = i + 1, .expires = world_wall(w) + 300 * DAY_MS};
                        if (chance_of(&w->chance, 70)) {
                                row.kind = LINK_JOIN;
                                row.associate = 1 + chance_below(&w->chance, w->plan.associates);
                        }
                        table_put_link(w->seen, &d, &row);
                        table_put_link(w->safe, &d, &row);
                        c->has_link = true;
                }
                text_of_secret(&c->link, m->join.secret);
        }
        m->join.yes = m->join.age_ok = true;
        m->join.instore = chance_of(&w->chance, 80);
        m->join.online = chance_of(&w->chance, 40);
        m->join.other_stores = chance_of(&w->chance, 40);
        m->join.sizes = chance_of(&w->chance, 60);
        m->join.choose = chance_of(&w->chance, 60);
        m->join.greet = chance_of(&w->chance, 50);
}

static void make_arrive(struct world *w, uint32_t i, struct message *m)
{
        *m = (struct message){.type = MESSAGE_ARRIVE};
        door_text(w, m->arrive.code);
        words(w, i, m->arrive.hint, m->arrive.wish, m->arrive.if_busy);
        snprintf(m->arrive.meet, sizeof(m->arrive.meet), "Shoes, floor 2");
}

static bool in_visit(const struct customer *c)
{
        return strcmp(c->state, "told") == 0 || strcmp(c->state, "coming") == 0 ||
               strcmp(c->state, "with_her") == 0 || strcmp(c->state, "nobody") == 0;
}

static void make_during(struct world *w, uint32_t i, struct message *m)
{
        uint32_t what = chance_below(&w->chance, 100);
        *m = (struct message){.type = MESSAGE_NOW};
        if (what < 25) {
                m->type = MESSAGE_TELL;
                words(w, i, m->tell.hint, m->tell.wish, m->tell.if_busy);
        } else if (what < 37) {
                m->type = MESSAGE_STOP;
                m->stop.everything = chance_of(&w->chance, 30);
        } else if (what < 50) {
                m->type = MESSAGE_LEAVING;
        } else if (what < 56) {
                m->type = MESSAGE_NOT_TODAY;
        } else if (what < 60) {
                make_arrive(w, i, m);
        }
}

static void make_outside(struct world *w, uint32_t i, struct message *m)
{
        uint32_t what = chance_below(&w->chance, 100);
        *m = (struct message){.type = MESSAGE_NOW};
        if (what < 60) {
                make_arrive(w, i, m);
        } else if (what < 66) {
                m->type = MESSAGE_NOT_TODAY;
        } else if (what < 74) {
                m->type = MESSAGE_NOTICE;
                m->notice.wifi = chance_of(&w->chance, 80);
                m->notice.always = chance_of(&w->chance, 70);
        } else if (what < 78) {
                m->type = MESSAGE_STOP;
                m->stop.everything = true;
        } else if (what < 84) {
                m->type = MESSAGE_THANKS;
                snprintf(m->thanks.how, sizeof(m->thanks.how), "good");
                snprintf(m->thanks.odd, sizeof(m->thanks.odd), "fine");
        }
}

static void make_any(struct world *w, uint32_t i, struct message *m)
{
        struct customer *c = &w->customers[i];
        uint32_t what = chance_below(&w->chance, 100);
        *m = (struct message){.type = MESSAGE_NOW};
        if (what < 12) {
                m->type = MESSAGE_SHARE;
                m->share.instore = chance_of(&w->chance, 60);
                m->share.online = chance_of(&w->chance, 50);
                m->share.other_stores = chance_of(&w->chance, 50);
                m->share.sizes = chance_of(&w->chance, 50);
        } else if (what < 16) {
                m->type = MESSAGE_MY_CARD;
        } else if (what < 22) {
                m->type = MESSAGE_NOW;
        } else if (in_visit(c)) {
                make_during(w, i, m);
        } else {
                make_outside(w, i, m);
        }
}

/* What she may no longer count on, from the moment she asks for the opposite. */
static void asks_for(struct world *w, struct customer *c)
{
        const struct message *m = &c->message;
        if (m->type == MESSAGE_JOIN) {
                c->withdrawn = false;
                c->denied[CATEGORY_INSTORE] &= !m->join.instore;
                c->denied[CATEGORY_ONLINE] &= !m->join.online;
                c->denied[CATEGORY_OTHER_STORES] &= !m->join.other_stores;
        } else if (m->type == MESSAGE_SHARE) {
                c->denied[CATEGORY_INSTORE] &= !m->share.instore;
                c->denied[CATEGORY_ONLINE] &= !m->share.online;
                c->denied[CATEGORY_OTHER_STORES] &= !m->share.other_stores;
        } else if (m->type == MESSAGE_ARRIVE) {
                c->no_today = 0;
        } else if (m->type == MESSAGE_NOTICE && m->notice.wifi) {
                c->unnoticed = false;
        }
        (void)w;
}

/* A copy on its way: it is what it was when it was sent. */
struct copy {
        struct message message;
        bool keyed;
        struct uuid key;
        uint32_t jumps;
};

static void send_copy(struct world *w, uint32_t i, int64_t in_ms)
{
        struct customer *c = &w->customers[i];
        if (c->copies >= COPIES_MOST)
                return;
        uint64_t request = (uint64_t)(i + 1) << 32 | (uint64_t)(c->serial & 0xffffff) << 8 | c->copies++;
        struct copy *copy = malloc(sizeof(*copy));
        if (!copy)
                exit(2);
        *copy = (struct copy){.keyed = c->keyed, .key = c->key, .jumps = w->jumps};
        copy->message = c->message;
        world_put(w, in_ms, ITEM_ASKS, i, request, copy);
}

static void ask(struct world *w, uint32_t i)
{
        struct customer *c = &w->customers[i];
        c->asking = true;
        c->unsure = false;
        c->keyed = c->message.type != MESSAGE_NOW && c->message.type != MESSAGE_MY_CARD &&
                   chance_of(&w->chance, 85);
        c->serial++;
        c->copies = 0;
        c->open = 0;
        c->refused = 0;
        c->life = w->life;
        c->asked_at = w->now;
        chance_fill(&w->chance, &c->key, sizeof(c->key));
        asks_for(w, c);
        send_copy(w, i, world_idle(w, 0, 20));
        while (c->keyed && c->copies < 4 && world_fault(w, FAULT_REPEATS, 200))
                send_copy(w, i, world_idle(w, 0, chance_of(&w->chance, 70) ? 100 : 20000));
        world_put(w, PATIENCE_MS, ITEM_RETRY, i, c->serial, NULL);
}

static int64_t pause_of(struct world *w)
{
        return w->plan.arrivals_per_hour   ? 0
               : chance_of(&w->chance, 20) ? world_idle(w, 100, 2000)
                                           : world_idle(w, 2000, 180000);
}

static void think(struct world *w, uint32_t i)
{
        struct customer *c = &w->customers[i];
        if (w->plan.arrivals_per_hour == 0)
                world_put(w, pause_of(w), ITEM_THINK, i, 0, NULL);
        if (c->asking)
                return;
        if (!c->has_token) {
                if (w->storm || w->now < w->calm_from + 2 * MINUTE_MS)
                        make_join(w, i, &c->message);
                else
                        return;
        } else if (w->plan.arrivals_per_hour) {
                make_arrive(w, i, &c->message);
        } else if (!w->storm && w->now > w->calm_from + 10 * MINUTE_MS) {
                /* The calm's second half begins nothing new: whoever is still here waits, or goes home. */
                c->message =
                        (struct message){.type = chance_of(&w->chance, 30) ? MESSAGE_LEAVING : MESSAGE_NOW};
        } else if (c->unsure) {
                c->message = (struct message){.type = MESSAGE_NOW};
        } else {
                make_any(w, i, &c->message);
        }
        ask(w, i);
}

/* ---- copies on their way ---- */
/* A copy that comes after its answer changes nothing if the first was done and its key is still kept [P17];
 * one that would be judged anew is not sent by a page that has had its answer. */
static bool may_come_late(
        const struct world *w, const struct customer *c, const struct copy *copy, uint32_t serial)
{
        return copy->keyed && copy->jumps == w->jumps && c->done == serial;
}

static void reaches(struct world *w, const struct item *it)
{
        struct customer *c = &w->customers[it->who];
        const struct copy *copy = it->what;
        uint32_t n = (uint32_t)(it->extra & 0xff), serial = (uint32_t)(it->extra >> 8 & 0xffffff);
        bool late = serial != (c->serial & 0xffffff);
        if (!w->hub || (late && !may_come_late(w, c, copy, serial)))
                return;
        if (!late)
                c->open |= 1u << n;
        struct event ev = {.kind = EVENT_REQUEST,
                .request = {.request = it->extra, .face = FACE_CUSTOMER, .message = &copy->message}};
        ev.request.has_token = c->has_token && copy->message.type != MESSAGE_JOIN;
        ev.request.token = c->token;
        ev.request.has_key = copy->keyed;
        ev.request.key = copy->key;
        ev.request.has_station =
                !c->guest && agents_station(w, it->who, ev.request.station) && it->who % 2 == 0;
        w->numbers.requests++;
        world_step(w, &ev);
}

static void retry(struct world *w, const struct item *it)
{
        struct customer *c = &w->customers[it->who];
        if (!c->asking || it->extra != c->serial)
                return;
        bool lost = c->life != w->life;
        if (!c->keyed && lost) {
                c->asking = false;
                c->unsure = true;
                return;
        }
        if (c->keyed && (lost || c->open == 0 || world_fault(w, FAULT_REPEATS, 500))) {
                if (c->copies >= COPIES_MOST)
                        c->copies = 1;
                c->life = w->life;
                send_copy(w, it->who, 0);
        }
        world_put(w, PATIENCE_MS, ITEM_RETRY, it->who, c->serial, NULL);
}

void phones_item(struct world *w, struct item *it)
{
        if (it->kind == ITEM_THINK)
                think(w, it->who);
        else if (it->kind == ITEM_ASKS)
                reaches(w, it);
        else
                retry(w, it);
}

void phones_restarted(struct world *w)
{
        for (uint32_t i = 0; i < w->plan.customers; i++)
                w->customers[i].open = 0;
}

/* ---- answers ---- */
static void state_of(const struct effect *e, char out[12])
{
        char text[40];
        snprintf(text, sizeof(text), "%.*s", (int)(e->answer.len < 39 ? e->answer.len : 39), e->answer.body);
        char *end = strncmp(text, "{\"state\":\"", 10) == 0 ? strchr(text + 10, '"') : NULL;
        if (end && end - text - 10 < 12) {
                *end = 0;
                memcpy(out, text + 10, (size_t)(end - text - 9));
        }
}

static void takes_cookie(struct world *w, struct customer *c, const struct effect *e)
{
        if (e->answer.cookie == COOKIE_CLEAR)
                c->has_token = false;
        if (e->answer.cookie != COOKIE_SET)
                return;
        digest_of_bytes(e->answer.token.b, sizeof(e->answer.token.b), &c->token);
        c->has_token = true;
        c->has_link = false;
        uint32_t at = table_session(w->safe, &c->token);
        if (at == UINT32_MAX)
                world_fails(w, "a cookie is given for a session that is not durable");
        else if (c->surrogate != w->safe->sessions[at].row.subject) {
                if (c->surrogate)
                        c->former[c->n_former++ % ARRAY_LEN(c->former)] = c->surrogate;
                c->surrogate = w->safe->sessions[at].row.subject;
        }
}

static void heard(struct world *w, uint32_t i, const struct effect *e)
{
        struct customer *c = &w->customers[i];
        if (e->answer.status == 503 || e->answer.status == 429) {
                if (c->keyed && c->refused++ < 6)
                        return; /* again in a moment */
        } else if (e->answer.status == 410 || (c->message.type == MESSAGE_JOIN && e->answer.status != 200)) {
                c->has_link = false;
        } else if (e->answer.status == 200) {
                state_of(e, c->state);
                if (strcmp(c->state, "stranger") == 0)
                        c->has_token = false;
        } else if (e->answer.status == 403) {
                c->has_token = false;
        }
        if (e->answer.status == 200)
                c->done = c->serial & 0xffffff;
        c->asking = false;
        takes_cookie(w, c, e);
}

void phones_answer(struct world *w, const struct effect *e)
{
        uint32_t i = (uint32_t)(e->answer.request >> 32) - 1, copy = (uint32_t)(e->answer.request & 0xff);
        if (i >= w->plan.customers) {
                world_fails(w, "an answer to nobody");
                return;
        }
        struct customer *c = &w->customers[i];
        if ((e->answer.request >> 8 & 0xffffff) != (c->serial & 0xffffff))
                return; /* a late copy's; she has gone on */
        if (!(c->open & 1u << copy)) {
                world_fails(w, "one request is answered twice");
                return;
        }
        c->open &= ~(1u << copy);
        world_notes(w, "customer %u is answered %u %.*s", i, e->answer.status,
                (int)(e->answer.len < 60 ? e->answer.len : 60), e->answer.body);
        check_answer(w, c, e->answer.status);
        if (!c->asking)
                return;
        if (world_fault(w, FAULT_REPEATS, 60)) { /* the answer is lost on its way */
                if (!c->keyed) {
                        c->asking = false;
                        c->unsure = true;
                }
                return;
        }
        heard(w, i, e);
}

/* Everybody has joined on another day, and comes once, at no particular time. */
static void day_customer(struct world *w, uint32_t i, int64_t *comes)
{
        struct customer *c = &w->customers[i];
        struct person_kept *p = table_person(w->seen, i + 1);
        static const uint8_t given[][2] = {
                {PURPOSE_ALERT, CATEGORY_PRESENCE}, {PURPOSE_HISTORY, CATEGORY_INSTORE}};
        for (size_t k = 0; k < ARRAY_LEN(given); k++)
                p->consents[p->n_consents++] = (struct consent_row){.purpose = given[k][0],
                        .category = given[k][1],
                        .state = CONSENT_GIVEN,
                        .mode = MODE_ASK,
                        .at = SIM_START - DAY_MS,
                        .valid_until = SIM_START + 300 * DAY_MS,
                        .notice = 1};
        p->row.enrolled = true;
        p->row.minor = false;
        p->row.preferred = 1 + chance_below(&w->chance, w->plan.associates - 1);
        chance_fill(&w->chance, &c->token, sizeof(c->token));
        c->has_token = true;
        table_put_session(w->seen, &c->token,
                &(struct session_row){.kind = SESSION_PHONE, .subject = i + 1, .expires = INT64_MAX});
        do
                *comes += 100; /* a tenth of a second after another, with the chance that makes so many an
                                  hour */
        while (chance_below(&w->chance, 36000) >= w->plan.arrivals_per_hour);
        world_put(w, *comes, ITEM_THINK, i, 0, NULL);
}

void phones_make(struct world *w)
{
        int64_t comes = 0;
        for (uint32_t i = 0; i < w->plan.customers; i++) {
                struct customer *c = &w->customers[i];
                bool day = w->plan.arrivals_per_hour != 0;
                *c = (struct customer){.guest = !day && chance_of(&w->chance, 15), .hushed = -1};
                c->surrogate = c->guest ? 0 : i + 1;
                if (day)
                        day_customer(w, i, &comes);
                else
                        world_put(w, world_idle(w, 0, 60000), ITEM_THINK, i, 0, NULL);
        }
}
