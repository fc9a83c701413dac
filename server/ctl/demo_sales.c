/* Four years of sales by chance: receipts of one to four lines, more for some customers than for others. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/ctl/demo.h"

#define DAYS        (4 * 365 + 1)
#define TODAY_LINES 24 /* sales of today, so that handhelds have whom to invite */

uint64_t demo_draw(struct demo_random *random)
{
        uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        return z ^ (z >> 31);
}

uint32_t demo_below(struct demo_random *random, uint32_t n)
{
        return (uint32_t)((demo_draw(random) >> 32) * n >> 32);
}

bool demo_chance(struct demo_random *random, uint32_t percent)
{
        return demo_below(random, 100) < percent;
}

struct demo_line *demo_add(struct demo *demo)
{
        if (demo->n_lines == demo->room_lines)
                return NULL;
        struct demo_line *line = &demo->lines[demo->n_lines];
        *line = (struct demo_line){
                .order = (uint32_t)demo->n_lines, .customer = -1, .associate = DEMO_NOBODY, .quantity = 1};
        demo->n_lines++;
        return line;
}

int64_t demo_day(const struct demo *demo, int days, int hour, int minute)
{
        return (demo->now_local_s / 86400 - days) * 86400 + hour * INT64_C(3600) + minute * INT64_C(60);
}

/* Some people come often: the least of two draws, twice as likely near the start of the list. */
static int32_t draw_customer(struct demo *demo)
{
        uint32_t n = (uint32_t)demo->n_customers - DEMO_FIXED_PEOPLE;
        if (demo_chance(&demo->random, 3))
                return -1;
        uint32_t a = demo_below(&demo->random, n), b = demo_below(&demo->random, n);
        return (int32_t)((a < b ? a : b) + DEMO_FIXED_PEOPLE);
}

static enum demo_store draw_store(struct demo *demo)
{
        uint32_t p = demo_below(&demo->random, 100);
        return p < 62 ? DEMO_DOWNTOWN : p < 74 ? DEMO_UPTOWN : p < 82 ? DEMO_HARBOUR : DEMO_ONLINE;
}

static bool works_in(int associate, const char *department)
{
        const char *at = demo_associates[associate].department;
        size_t len = strlen(department);
        for (; len > 0 && at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
                if (strncmp(at, department, len) == 0 && (at[len] == 0 || at[len] == '|'))
                        return true;
        return false;
}

/* Downtown: the customer's favourite, else somebody of the department, now and then anybody or nobody known.
 */
static int draw_seller(struct demo *demo, const struct demo_line *line)
{
        struct demo_random *r = &demo->random;
        uint32_t p = demo_below(r, 100), start = demo_below(r, DEMO_ASSOCIATES);
        const char *department = demo_classes[demo->products[line->product].class].department;
        if (line->store != DEMO_DOWNTOWN)
                return p < 4 ? (int)start : DEMO_NOBODY; /* helped with an order, or worked there for a day */
        if (p < 5)
                return DEMO_NOBODY;
        if (p < 40 && line->customer >= 0 && demo->customers[line->customer].favourite != DEMO_NOBODY)
                return demo->customers[line->customer].favourite;
        if (p < 50)
                return (int)start;
        for (uint32_t i = 0; i < DEMO_ASSOCIATES; i++)
                if (works_in((int)((start + i) % DEMO_ASSOCIATES), department))
                        return (int)((start + i) % DEMO_ASSOCIATES);
        return (int)start;
}

static void draw_rest(struct demo *demo, struct demo_line *line)
{
        struct demo_random *r = &demo->random;
        uint32_t status = demo_below(r, 1000), price = demo_below(r, 1000), quantity = demo_below(r, 100);
        bool online = line->store == DEMO_ONLINE;
        line->product = demo_below(r, (uint32_t)demo->n_products);
        line->associate = (int16_t)draw_seller(demo, line);
        line->status = status < 60                      ? DEMO_RETURNED
                       : status < (online ? 100u : 70u) ? DEMO_CANCELLED
                                                        : DEMO_BOUGHT;
        line->gift = demo_chance(r, 6);
        line->quantity = (uint16_t)(quantity < 88 ? 1 : quantity < 96 ? 2 : quantity - 93);
        line->price_minor = demo->products[line->product].price_minor;
        if (price < 150)
                line->price_minor =
                        line->price_minor * 8 / 1000 * 100; /* a sale: a fifth off, in whole euros */
        else if (price < 155)
                line->price_minor = -1;
}

/* One receipt: the same customer, store and time. */
static void make_receipt(struct demo *demo, size_t most)
{
        struct demo_random *r = &demo->random;
        enum demo_store store = draw_store(demo);
        int32_t customer = draw_customer(demo);
        uint32_t days = 1 + demo_below(r, DAYS - 1), minute = demo_below(r, 600), second = demo_below(r, 60);
        int hour = store == DEMO_ONLINE ? 7 + (int)demo_below(r, 7)
                                        : 10; /* the web shop sells in the evening, too */
        size_t n = 1 + demo_below(r, 100) * 4 / 100 % 4;
        int64_t at = demo_day(demo, (int)days, hour, 0) + minute * INT64_C(60) + second;
        for (size_t i = 0; i < n && i < most; i++) {
                struct demo_line *line = demo_add(demo);
                if (!line)
                        return;
                line->local_s = at;
                line->store = (uint8_t)store;
                line->customer = customer;
                draw_rest(demo, line);
        }
}

/* Today's sales of the associates, with customers who are known. */
static void make_today(struct demo *demo, size_t most)
{
        int64_t midnight = demo->now_local_s / 86400 * 86400;
        uint32_t span = (uint32_t)(demo->now_local_s - midnight);
        for (size_t i = 0; i < most; i++) {
                struct demo_line *line = demo_add(demo);
                if (!line)
                        return;
                uint32_t back = 60 + demo_below(&demo->random, 4 * 3600);
                line->local_s = demo->now_local_s - (back < span ? back : span);
                line->store = DEMO_DOWNTOWN;
                do
                        line->customer = draw_customer(demo);
                while (line->customer < 0);
                draw_rest(demo, line);
                line->associate = (int16_t)(i % DEMO_ASSOCIATES);
                line->status = DEMO_BOUGHT;
                line->gift = false;
        }
}

static int by_time(const void *a, const void *b)
{
        const struct demo_line *x = a, *y = b;
        if (x->local_s != y->local_s)
                return x->local_s < y->local_s ? -1 : 1;
        return x->order < y->order ? -1 : x->order > y->order;
}

int demo_make_sales(struct demo *demo, size_t lines)
{
        make_today(demo, TODAY_LINES);
        while (demo->n_lines < lines)
                make_receipt(demo, lines - demo->n_lines);
        qsort(demo->lines, demo->n_lines, sizeof *demo->lines, by_time);
        size_t number = 0;
        for (size_t i = 0; i < demo->n_lines; i++)
                if (demo->lines[i].id[0] == 0)
                        snprintf(demo->lines[i].id, sizeof demo->lines[i].id, "L%08zu", ++number);
        return 0;
}

int demo_make(struct demo *demo, uint64_t seed, size_t people, size_t lines, int64_t now_local_s)
{
        *demo = (struct demo){.random = {seed}, .now_local_s = now_local_s};
        demo->lines = calloc(lines, sizeof *demo->lines);
        demo->room_lines = lines;
        if (!demo->lines || demo_make_products(demo) != 0 || demo_make_customers(demo, people) != 0 ||
                demo_make_fixed(demo) != 0)
                return -1;
        return demo_make_sales(demo, lines);
}

void demo_finish(struct demo *demo)
{
        free(demo->products);
        free(demo->customers);
        free(demo->lines);
        *demo = (struct demo){0};
}
