#include "tests/rulebook/model.h"

#include <stdlib.h>
#include <string.h>

void world_start(struct world *w, const char *currency)
{
        memset(w, 0, sizeof *w);
        w->n_texts = 1; /* the empty text, at 0 */
        w->history = (struct history){.lines = w->lines, .pool = w->pool, .pool_size = 1, .store = 1};
        snprintf(w->history.currency, sizeof w->history.currency, "%s", currency);
}

pooled world_text(struct world *w, const char *text)
{
        for (uint32_t i = 0; i < w->n_texts; i++) {
                const char *known = w->pool + w->texts[i];
                if (known[0] == text[0] && strcmp(known, text) == 0)
                        return w->texts[i];
        }
        uint32_t at = w->history.pool_size;
        size_t n = strlen(text) + 1;
        if (at + n > sizeof w->pool || w->n_texts == WORLD_TEXTS_MAX)
                abort();
        memcpy(w->pool + at, text, n);
        w->history.pool_size += (uint32_t)n;
        w->texts[w->n_texts++] = at;
        return at;
}

#define PICK(c, list) ((list)[chance_below((c), ARRAY_LEN(list))])

void world_random_line(struct chance *c, struct world *w, struct purchase *l)
{
        static const char *const kinds[] = {"Coats", "Shoes", "Men/Shirts", "Knitwear", "Bags", ""};
        static const char *const brands[] = {"Alder", "Birke", ""};
        static const char *const items[] = {"Navy coat", "Ankle boots", "Scarf"};
        static const char *const colours[] = {"navy", "green", "red", ""};
        static const char *const sizes[] = {"38", "39", "M", ""};
        static const char *const departments[] = {"Shoes", "Coats", "Home", "other"};
        static const uint8_t indexes[] = {0, 3, 30, 31};
        static const int64_t prices[] = {
                4999, 5000, 9949, 9950, 12000, 16950, 99999, 100000, 250000, PRICE_UNKNOWN, -5};
        uint32_t d = chance_below(c, 4);
        int32_t months = (int32_t)chance_below(c, 27);
        int32_t month = 2026 * 12 + 10 - months; /* counted from 0 */
        *l = (struct purchase){.unit_price = PICK(c, prices),
                .ref = chance_below(c, 1000000),
                .age_months = months,
                .age_days = months * 31 + (int32_t)chance_below(c, 3),
                .store = 1 + chance_below(c, 3),
                .seller = chance_below(c, 4),
                .quantity = 1 + (int32_t)chance_below(c, 2),
                .kind = world_text(w, PICK(c, kinds)),
                .brand = world_text(w, PICK(c, brands)),
                .item = world_text(w, PICK(c, items)),
                .colour = world_text(w, PICK(c, colours)),
                .size = world_text(w, PICK(c, sizes)),
                .department = world_text(w, departments[d]),
                .store_name = world_text(w, "Downtown"),
                .department_index = indexes[d],
                .channel = chance_of(c, 25),
                .status = (uint8_t)(chance_of(c, 75) ? 0 : 1 + chance_below(c, 2)),
                .gift = chance_of(c, 12),
                .sensitive = chance_of(c, 12),
                .month = (uint8_t)(month % 12 + 1),
                .year = (uint16_t)(month / 12),
                .choice = (uint8_t)(chance_of(c, 85)   ? CHOICE_NONE
                                    : chance_of(c, 50) ? CHOICE_HIDE
                                                       : CHOICE_TALK)};
        if (chance_of(c, 60))
                l->store = 1;
        l->at = (wall_ms)(20000 - l->age_days) * DAY_MS + chance_below(c, 3) * HOUR_MS;
}

struct viewer random_viewer(struct chance *c)
{
        return (struct viewer){.associate = chance_below(c, 4),
                .store = chance_of(c, 85) ? 1 : 2,
                .departments = chance_of(c, 50) ? 1u : (1u << 3 | 1u << 30 | 1u << 31),
                .role = (enum role)(chance_of(c, 60) ? 0 : chance_below(c, 3)),
                .preferred = chance_of(c, 40)};
}
