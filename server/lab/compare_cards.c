#include "server/lab/compare_cards.h"

#include <string.h>

#include "server/rulebook/render.h"

void compare_cards_start(
        struct compare_cards *cards, const struct rulebook *from, const struct rulebook *to, store_day first)
{
        *cards = (struct compare_cards){.from = from, .to = to, .first = first};
        if (from)
                cards->from_digest = rulebook_digest(from);
}

/* How far something is seen: level, then whether it may be said. */
static int height(const struct verdict *v)
{
        return (int)v->level * 2 + v->may_say;
}

struct pair {
        const struct rulebook *from, *to, *top_from, *top_to;
        enum seen seen;
        const struct viewer *viewer;
        bool more, less;
};

static void note(struct pair *p, const struct verdict *from, const struct verdict *to)
{
        p->more |= height(to) > height(from);
        p->less |= height(to) < height(from);
}

static struct verdict line_under(const struct rulebook *book, const struct rulebook *top,
        const struct pair *p, const struct history *h, const struct purchase *line)
{
        struct verdict promised = rulebook_judge_line(top, h, line, p->viewer, p->seen);
        return rulebook_under(rulebook_judge_line(book, h, line, p->viewer, p->seen), promised);
}

static struct verdict field_under(
        const struct rulebook *book, const struct rulebook *top, const struct pair *p, enum subject subject)
{
        struct verdict promised = rulebook_judge_field(top, subject, p->viewer, p->seen);
        return rulebook_under(rulebook_judge_field(book, subject, p->viewer, p->seen), promised);
}

static void look_closer(struct pair *p, const struct history *h, const struct lab_card *card)
{
        const bool has[SUBJECT_COUNT] = {[SUBJECT_NAME] = true,
                [SUBJECT_GREET] = card->greet,
                [SUBJECT_HINT] = card->words,
                [SUBJECT_WISH] = card->words,
                [SUBJECT_SIZES] = card->sizes,
                [SUBJECT_LIKES] = card->sizes,
                [SUBJECT_PRESENCE] = true};
        for (uint32_t i = 0; i < h->n_lines; i++) {
                struct verdict from = line_under(p->from, p->top_from, p, h, &h->lines[i]);
                struct verdict to = line_under(p->to, p->top_to, p, h, &h->lines[i]);
                note(p, &from, &to);
        }
        for (unsigned s = SUBJECT_PURCHASE + 1; s < SUBJECT_COUNT; s++) {
                struct verdict from = field_under(p->from, p->top_from, p, (enum subject)s);
                struct verdict to = field_under(p->to, p->top_to, p, (enum subject)s);
                if (has[s])
                        note(p, &from, &to);
        }
}

/* The card as a screen has it. Names and words stay sealed: others of the same kind stand for them. */
static void frame_of(const struct rulebook *book, const struct rulebook *top, const struct lab_person *person,
        const struct pair *p, char frame[CARD_FRAME_SIZE])
{
        struct view view;
        struct card_head head = {.standing = "", .meet = "", .state = "offered"};
        struct person_fields fields = {.first_name = "A",
                .last_name = "B",
                .hint = person->card.words ? "hint" : "",
                .wish = person->card.words ? "wish" : "",
                .greet_by_name = person->card.greet,
                .sizes_ok = person->card.sizes,
                .likes_ok = person->card.sizes};
        project(book, top, &person->history, &fields, p->viewer, p->seen, &view);
        render(&view, &head, frame);
}

static void count_one(struct compare_cards_n *to, bool counts, uint32_t customer)
{
        if (!counts)
                return;
        to->n++;
        for (uint32_t i = 0; i < to->customers && i < COMPARE_FEW - 1; i++)
                if (to->ids[i] == customer)
                        return;
        if (to->customers < COMPARE_FEW - 1)
                to->ids[to->customers] = customer;
        to->customers += to->customers < COMPARE_FEW;
}

static void count(struct compare_cards_count *c, bool changed, const struct pair *p, uint32_t customer)
{
        count_one(&c->cards, true, customer);
        count_one(&c->changed, changed, customer);
        count_one(&c->more, changed && p->more, customer);
        count_one(&c->less, changed && p->less, customer);
}

void compare_cards_add(struct compare_cards *cards, const struct lab_person *person,
        const struct viewer *viewer, const struct rulebook *ceiling, bool uncapped)
{
        char before[CARD_FRAME_SIZE], after[CARD_FRAME_SIZE];
        const struct lab_card *card = &person->card;
        bool shows = card->seen < SEEN_COUNT && person->history.n_lines <= HISTORY_LINES_MAX, changed = false;
        struct pair p = {.from = cards->from,
                .to = cards->to,
                .top_from = uncapped ? cards->from : ceiling,
                .top_to = uncapped ? cards->to : ceiling,
                .seen = card->seen == SEEN_SENSED ? SEEN_SENSED : SEEN_CHECKED_IN,
                .viewer = viewer};
        if (shows) {
                frame_of(cards->from, p.top_from, person, &p, before);
                frame_of(cards->to, p.top_to, person, &p, after);
                changed = memcmp(before, after, sizeof before) != 0;
        }
        if (changed)
                look_closer(&p, &person->history, card);
        int32_t day = card->day - cards->first;
        count(&cards->all, changed, &p, person->id);
        count(&cards->days[day < 0                ? 0
                           : day < CARDS_DAYS_MAX ? day
                                                  : CARDS_DAYS_MAX - 1],
                changed, &p, person->id);
        count_one(&cards->other_rules,
                memcmp(card->rulebook.b, cards->from_digest.b, sizeof card->rulebook.b) != 0, person->id);
}
