#include "server/lab/compare_ops.h"

#include <stdio.h>
#include <stdlib.h>

#include "proto/civil.h"
#include "server/lab/compare.h"
#include "server/lab/compare_cards.h"
#include "server/lab/say.h"

/* ---- answers that are none ---- */
static uint16_t refuse(
        struct json_out *out, uint16_t status, const char *word, const char *say, const char *what)
{
        json_open(out, NULL, '{');
        json_text(out, "error", word);
        json_text(out, "say", say);
        json_text(out, "do", what);
        json_close(out, '}');
        return status;
}

static uint16_t no_memory(struct json_out *out)
{
        return refuse(out, 503, "no_memory", "There is not enough memory to look at everybody.",
                "Try again later.");
}

static uint16_t ended(struct json_out *out, enum lab_read how)
{
        if (how == LAB_READ_STOPPED)
                return refuse(out, 503, "stopped", "This is not wanted any more.", "Ask again.");
        return refuse(out, 503, "unreadable", "The hub could not read its database.",
                "See the hub's log, then ask again.");
}

/* NULL after a refusal in *status. */
static struct rulebook *parse(const struct lab_ask *ask, struct json_out *out, uint16_t *status)
{
        struct rulebook_error error;
        char say[SAY_MAX];
        struct rulebook *book = rulebook_parse(ask->text, &error);
        if (book)
                return book;
        say_error(&error, say);
        *status = refuse(out, 422, "rules", say, "Check the rules: that says the line and the place.");
        return NULL;
}

/* ---- who looks, and what was promised ---- */
static struct viewer viewer_of(const struct lab_ground *ground, const struct lab_associate *a)
{
        return (struct viewer){
                .associate = a->id, .store = ground->store, .departments = a->departments, .role = a->role};
}

/* Index into the notices; n_notices if nobody knows it. */
static uint32_t notice_at(const struct lab_ground *ground, uint32_t version)
{
        uint32_t i = 0;
        while (i < ground->n_notices && ground->notices[i].version != version)
                i++;
        return i;
}

static struct compare *begin(const struct lab_ground *ground, const struct rulebook *draft)
{
        const struct rulebook *ceilings[LAB_NOTICES_MAX] = {NULL};
        struct viewer *viewers = calloc(ground->n_associates + 1u, sizeof *viewers);
        struct compare_setup setup = {.from = ground->live,
                .to = draft,
                .ceilings = ceilings,
                .viewers = viewers,
                .n_viewers = ground->n_associates};
        for (uint32_t i = 0; viewers && i < ground->n_associates; i++)
                viewers[i] = viewer_of(ground, &ground->associates[i]);
        for (uint32_t i = 0; i < ground->n_notices && i < LAB_NOTICES_MAX; i++)
                ceilings[setup.n_ceilings++] = ground->notices[i].ceiling;
        struct compare *compare = viewers ? compare_new(&setup) : NULL;
        free(viewers);
        return compare;
}

static struct history history_of(const struct lab_ground *ground, const struct lab_person *person)
{
        struct history h = person->history;
        h.store = ground->store;
        memcpy(h.currency, ground->currency, sizeof h.currency);
        return h;
}

/* ---- diff ---- */
static enum lab_read add_everybody(struct compare *compare, const struct lab_ground *ground,
        struct lab_source *source, const struct lab_turn *turn)
{
        struct lab_page page = {0};
        enum lab_read read;
        while ((read = source->customers(source, turn, &page)) == LAB_READ_PAGE) {
                for (uint32_t i = 0; i < page.n; i++) {
                        const struct lab_person *person = &page.people[i];
                        struct history history = history_of(ground, person);
                        int ceiling = ground->n_notices ? (int)notice_at(ground, person->notice)
                                                        : COMPARE_NO_CEILING;
                        compare_add(compare, &history, person->preferred, ceiling);
                }
                if (!turn->take(turn->ctx, page.done, page.of))
                        return LAB_READ_STOPPED;
        }
        return read;
}

uint16_t compare_diff(const struct lab_ground *ground, const struct lab_ask *ask, struct lab_source *source,
        const struct lab_turn *turn, struct json_out *out)
{
        uint16_t status = 200;
        struct rulebook *draft = parse(ask, out, &status);
        if (!draft)
                return status;
        struct compare *compare = begin(ground, draft);
        enum lab_read read = compare ? add_everybody(compare, ground, source, turn) : LAB_READ_FAILED;
        if (!compare) {
                status = no_memory(out);
        } else if (read != LAB_READ_END) {
                status = ended(out, read);
        } else {
                json_open(out, NULL, '{');
                compare_json(compare, out);
                json_number(out, "took_ms", source->spent_ms(source));
                json_close(out, '}');
        }
        compare_free(compare);
        rulebook_destroy(draft);
        return status;
}

/* ---- replay ---- */
static void add_card(struct compare_cards *cards, const struct lab_ground *ground, struct lab_person *person,
        const struct lab_associate *associate)
{
        struct viewer viewer = viewer_of(ground, associate);
        uint32_t notice = notice_at(ground, person->notice);
        viewer.preferred = person->card.preferred;
        person->history = history_of(ground, person);
        compare_cards_add(cards, person, &viewer,
                notice < ground->n_notices ? ground->notices[notice].ceiling : NULL, ground->n_notices == 0);
}

/* Whoever saw it may have left since, or be one of another store by now: then nobody knows her role. */
static const struct lab_associate *who_saw(const struct lab_ground *ground, uint32_t id)
{
        for (uint32_t i = 0; i < ground->n_associates; i++)
                if (ground->associates[i].id == id)
                        return &ground->associates[i];
        return NULL;
}

static enum lab_read add_cards(struct compare_cards *cards, uint64_t *gone, const struct lab_ground *ground,
        wall_ms since, struct lab_source *source, const struct lab_turn *turn)
{
        struct lab_page page = {0};
        enum lab_read read;
        while ((read = source->cards(source, turn, since, &page)) == LAB_READ_PAGE) {
                *gone += page.gone;
                for (uint32_t i = 0; i < page.n; i++) {
                        struct lab_person person = page.people[i];
                        const struct lab_associate *associate = who_saw(ground, person.card.associate);
                        *gone += !associate;
                        if (associate)
                                add_card(cards, ground, &person, associate);
                }
                if (!turn->take(turn->ctx, page.done, page.of))
                        return LAB_READ_STOPPED;
        }
        return read;
}

static void tell_n(struct json_out *out, const char *key, const struct compare_cards_n *n)
{
        compare_count(out, key, n->n, n->customers);
}

static void tell_count(struct json_out *out, const struct compare_cards_count *c)
{
        tell_n(out, "cards", &c->cards);
        tell_n(out, "changed", &c->changed);
        tell_n(out, "more", &c->more);
        tell_n(out, "less", &c->less);
}

static void tell_cards(struct json_out *out, const struct compare_cards *cards, uint64_t gone)
{
        tell_count(out, &cards->all);
        tell_n(out, "other_rules", &cards->other_rules);
        compare_count(out, "gone", gone, COMPARE_FEW);
        json_open(out, "by_day", '[');
        for (int i = 0; i < CARDS_DAYS_MAX; i++) {
                struct civil_date date = civil_from_day(cards->first + i);
                char text[40];
                if (cards->days[i].cards.n == 0)
                        continue;
                snprintf(text, sizeof text, "%04d-%02d-%02d", (int)date.year, (int)date.month, (int)date.day);
                json_open(out, NULL, '{');
                json_text(out, "day", text);
                tell_count(out, &cards->days[i]);
                json_close(out, '}');
        }
        json_close(out, ']');
}

uint16_t compare_replay(const struct lab_ground *ground, const struct lab_ask *ask, struct lab_source *source,
        const struct lab_turn *turn, struct json_out *out)
{
        uint16_t status = 200;
        uint64_t gone = 0;
        struct rulebook *draft = parse(ask, out, &status);
        struct compare_cards *cards = draft ? calloc(1, sizeof *cards) : NULL;
        if (!draft)
                return status;
        if (!cards) {
                rulebook_destroy(draft);
                return no_memory(out);
        }
        int32_t days = ask->days < 1 ? 1 : ask->days < CARDS_DAYS_MAX ? ask->days : CARDS_DAYS_MAX - 1;
        compare_cards_start(cards, ground->live, draft, ground->day - days);
        enum lab_read read = add_cards(cards, &gone, ground, ground->now - days * DAY_MS, source, turn);
        if (read != LAB_READ_END) {
                status = ended(out, read);
        } else {
                json_open(out, NULL, '{');
                tell_cards(out, cards, gone);
                json_number(out, "took_ms", source->spent_ms(source));
                json_close(out, '}');
        }
        free(cards);
        rulebook_destroy(draft);
        return status;
}
