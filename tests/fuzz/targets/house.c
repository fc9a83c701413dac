/* The house rules' text and head office's bounds: what is taken lies within its bounds and prints to a text
 * that reads back the same; what is refused changes nothing and says where. */
#include "server/core/house.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        return 0;
}

static void check_error(const struct house_error *e)
{
        MUST(e->line >= 0 && e->text[0] && e->todo[0]);
        MUST(memchr(e->text, 0, sizeof(e->text)) && memchr(e->todo, 0, sizeof(e->todo)));
}

static void check_values(const struct house *h, const struct house_bound *bounds)
{
        struct house back;
        struct house_error error;
        char text[HOUSE_TEXT_MAX];
        for (int i = 0; i < HOUSE_RULES; i++) {
                struct house_bound b = house_bound_of(bounds, (enum house_rule)i);
                const struct house_days *list = house_list(h, (enum house_rule)i);
                MUST(h->value[i] >= b.least && h->value[i] <= b.most);
                const struct house_names *names = house_names_of(h, (enum house_rule)i);
                MUST(!list || list->n == h->value[i]);
                MUST(!names || names->n == h->value[i]);
                MUST(!names || house_names_keep(names, b.firm));
        }
        size_t len = house_print(h, text);
        house_default(&back);
        MUST(house_parse((struct slice){text, len}, NULL, &back, &error) == 0);
        MUST(memcmp(&back, h, sizeof(back)) == 0);
        for (int32_t m = 0; m < 1440; m += 7)
                (void)house_open(h, m, m), (void)house_event(h, m, m);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        char *copy = fuzz_copy((struct slice){(const char *)bytes, len});
        struct slice text = {copy, len};
        struct house_bound bounds[HOUSE_RULES] = {0};
        struct house h, before;
        struct house_error error = {0};
        house_default(&h);
        before = h;
        if (house_parse_bounds(text, bounds, &error) == 0) {
                house_within(bounds, &h);
                check_values(&h, bounds);
                house_first(bounds, &h);
                house_within(bounds, &h);
                check_values(&h, bounds);
        } else {
                check_error(&error);
        }
        h = before;
        error = (struct house_error){0};
        if (house_parse(text, NULL, &h, &error) == 0)
                check_values(&h, NULL);
        else {
                check_error(&error);
                MUST(memcmp(&h, &before, sizeof(h)) == 0);
        }
        free(copy);
        return 0;
}
