#include "server/rulebook/area.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct writer {
        char *out;
        size_t room, len;
        const char *before; /* what stands between this word and the one before */
};

static void say(struct writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct writer *w, const char *format, ...)
{
        va_list list;
        int n = snprintf(w->out + w->len, w->room - w->len, "%s", w->before);
        w->len += n > 0 && (size_t)n < w->room - w->len ? (size_t)n : 0;
        va_start(list, format);
        n = vsnprintf(w->out + w->len, w->room - w->len, format, list);
        va_end(list);
        if (n >= 0 && (size_t)n < w->room - w->len) {
                w->len += (size_t)n;
        } else if (w->room >= 4) {
                memcpy(w->out + w->room - 4, "...", 4);
                w->len = w->room - 1;
        }
        w->before = "/";
}

static bool whole(const struct axis_parts *a, const bool *has)
{
        for (uint16_t i = 0; i < a->n_classes; i++)
                if (!has[i])
                        return false;
        return true;
}

static const char *const relations[] = {"seller", "preferred", "department", "store"};

/* One word for all places of the box that have it, one for all that have it not; nothing if they differ. */
struct place_words {
        uint32_t with, without; /* relation bits that all have, that none has */
        uint32_t channels, wheres;
};

static bool place_fits(const struct axis_value *v, const struct place_words *words)
{
        return (v->relation & words->with) == words->with && !(v->relation & words->without) &&
               (words->channels & BIT(v->channel)) && (words->wheres & BIT(v->where));
}

/* The relations that anybody can have to what was bought at these places. */
static uint32_t relations_there(const struct axis_parts *a, const struct place_words *words)
{
        uint32_t there = 0;
        for (uint16_t i = 0; i < a->n_values; i++)
                if ((words->channels & BIT(a->values[i].channel)) &&
                        (words->wheres & BIT(a->values[i].where)))
                        there |= a->values[i].relation;
        return there;
}

static void say_places(struct writer *w, const struct axis_parts *a, const bool *has)
{
        struct place_words words = {.with = 15, .without = 15};
        bool exact = true;
        for (uint16_t i = 0; i < a->n_values; i++) {
                const struct axis_value *v = &a->values[i];
                if (!has[v->class])
                        continue;
                words.with &= v->relation;
                words.without &= ~v->relation;
                words.channels |= BIT(v->channel);
                words.wheres |= BIT(v->where);
        }
        words.without &=
                relations_there(a, &words); /* nobody is of the department of what was bought online */
        for (uint16_t i = 0; i < a->n_values; i++)
                exact = exact && (has[a->values[i].class] || !place_fits(&a->values[i], &words));
        bool words_follow = words.with || words.without || words.channels == BIT(CHANNEL_ONLINE) ||
                            words.channels == BIT(CHANNEL_IN_STORE) || words.wheres != 3;
        if (!exact) {
                say(w, "%s", words_follow ? "part of" : "some relations");
                w->before = " ";
        }
        for (unsigned r = 0; r < ARRAY_LEN(relations); r++) {
                if (!((words.with | words.without) & BIT(r)))
                        continue;
                say(w, "%s%s", words.without & BIT(r) ? "not " : "", relations[r]);
                w->before = ", ";
        }
        if (words.channels == BIT(CHANNEL_ONLINE))
                say(w, "online");
        else if (words.wheres != 3)
                say(w, "%s", words.wheres == BIT(WHERE_THIS_STORE) ? "this-store" : "other-store");
        else if (words.channels == BIT(CHANNEL_IN_STORE))
                say(w, "in-store");
}

static const char *kind_name(const struct partition *p, const struct axis_value *v)
{
        for (int b = 0; b < 2; b++)
                if (p->book[b] && v->kind[b] < UINT64_C(1) << KIND_OTHER)
                        return p->book[b]->kinds[__builtin_ctzll(v->kind[b])];
        return v->kind[0] >> KIND_UNKNOWN ? "without a kind" : "other kinds";
}

/* Each class of things by name, with a word where only its sensitive lines are meant, or only the others. */
static void say_kinds(struct writer *w, const struct partition *p, const bool *has)
{
        const struct axis_parts *a = &p->axes[AXIS_KIND];
        uint32_t sensitive = 0;
        for (uint16_t i = 0; i < a->n_values; i++)
                if (has[a->values[i].class])
                        sensitive |= BIT(a->values[i].sensitive);
        bool all = true; /* the box is about sensitivity alone */
        for (uint16_t i = 0; i < a->n_values; i++)
                all = all && (has[a->values[i].class] || !(sensitive & BIT(a->values[i].sensitive)));
        if (sensitive != 3) {
                say(w, "%s", sensitive == 2 ? "sensitive" : "not sensitive");
                w->before = " ";
        }
        const char *last = "";
        for (uint16_t i = 0; i < a->n_values && !all; i++) {
                const struct axis_value *v = &a->values[i];
                if (!has[v->class] || strcmp(last, kind_name(p, v)) == 0)
                        continue;
                last = kind_name(p, v);
                say(w, "%s", last);
        }
}

static void say_price(struct writer *w, const struct axis_value *v, int64_t below)
{
        if (!v->price_known)
                say(w, "price unknown");
        else if (below == PRICE_BELOW_ANY)
                say(w, "price from %.2f", (double)v->price_from / 100);
        else if (v->price_from == 0)
                say(w, "price below %.2f", (double)below / 100);
        else
                say(w, "price %.2f to below %.2f", (double)v->price_from / 100, (double)below / 100);
}

static void say_prices(struct writer *w, const struct axis_parts *a, const bool *has)
{
        for (uint16_t i = 0; i < a->n_values; i++) {
                const struct axis_value *v = &a->values[i];
                if (!has[v->class])
                        continue;
                int64_t below = v->price_below;
                while (i + 1 < a->n_values && has[a->values[i + 1].class] && a->values[i + 1].price_known &&
                        v->price_known)
                        below = a->values[++i].price_below;
                say_price(w, v, below);
        }
}

static void say_ages(struct writer *w, const struct axis_parts *a, const bool *has)
{
        for (uint16_t i = 0; i < a->n_values; i++) {
                int32_t from = a->values[i].age_from, most = a->values[i].age_most;
                if (!has[a->values[i].class])
                        continue;
                while (i + 1 < a->n_values && has[a->values[i + 1].class])
                        most = a->values[++i].age_most;
                if (most == AGE_MOST_ANY)
                        say(w, "age > %d months", from - 1);
                else if (from == 0)
                        say(w, "age <= %d months", most);
                else
                        say(w, "age %d to %d months", from, most);
        }
}

static void say_words(struct writer *w, const struct partition *p, enum axis axis, const bool *has)
{
        const struct axis_parts *a = &p->axes[axis];
        for (uint16_t i = 0; i < a->n_values; i++) {
                const struct axis_value *v = &a->values[i];
                if (!has[v->class])
                        continue;
                if (axis == AXIS_ROLE)
                        say(w, "%s", role_word((enum role)v->role));
                else if (axis == AXIS_SEEN)
                        say(w, "%s", seen_word((enum seen)v->seen));
                else if (axis == AXIS_STATUS)
                        say(w, "%s", status_word((enum status)v->status));
                else
                        say(w, "%s", v->gift ? "gift" : "no gift");
        }
}

static void say_axis(struct writer *w, const struct partition *p, enum axis axis, const bool *has)
{
        switch (axis) {
        case AXIS_PLACE:
                say_places(w, &p->axes[axis], has);
                return;
        case AXIS_KIND:
                say_kinds(w, p, has);
                return;
        case AXIS_PRICE:
                say_prices(w, &p->axes[axis], has);
                return;
        case AXIS_AGE:
                say_ages(w, &p->axes[axis], has);
                return;
        case AXIS_ROLE:
        case AXIS_SEEN:
        case AXIS_GIFT:
        case AXIS_STATUS:
                say_words(w, p, axis, has);
                return;
        }
}

void area_text(const struct partition *p, const struct area_box *box, char *out, size_t room)
{
        struct writer w = {.out = out, .room = room, .before = ""};
        out[0] = '\0';
        for (int axis = 0; axis < AXIS_COUNT; axis++) {
                if (whole(&p->axes[axis], box->has[axis]))
                        continue;
                w.before = w.len ? "; " : "";
                say_axis(&w, p, (enum axis)axis, box->has[axis]);
        }
        if (w.len == 0)
                say(&w, "everything");
}

const char *axis_word(enum axis axis)
{
        static const char *const words[AXIS_COUNT] = {"where it was bought and who looks",
                "the viewer's role", "how she was noticed", "that it is sensitive", "that it was a gift",
                "what became of it", "the price", "the age"};
        return (unsigned)axis < AXIS_COUNT ? words[axis] : "?";
}
