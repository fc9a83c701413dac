#include "server/lab/made.h"

#include <stdio.h>
#include <string.h>

#include "server/rulebook/evaluate.h"

#define HERE        1u
#define ELSEWHERE   2u
#define CLASSES_MAX 400  /* four lines each leave room for the rest */
#define USUAL_PRICE 8000 /* hundredths */
#define SOMEBODY    90u  /* a colleague who is none of the viewers */

/* What the small shop sells, where no store is known. */
static const struct {
        const char *name;
        uint8_t department;
        bool sensitive;
} shop[] = {{"Coats", 0, false}, {"Knitwear", 0, false}, {"Shoes", 1, false}, {"Bags", 2, false},
        {"Lingerie", 0, true}, {"Pharmacy", 3, true}};
static const char *const shop_departments[] = {"Ladies", "Shoes", "Accessories", "Health"};

const char *made_word(enum made_viewer viewer)
{
        switch (viewer) {
        case MADE_SELLER:
                return "seller";
        case MADE_PREFERRED:
                return "preferred";
        case MADE_DEPARTMENT:
                return "department";
        case MADE_MANAGER:
                return "manager";
        case MADE_TRAINEE:
                return "trainee";
        case MADE_OTHER:
                return "other";
        }
        return "?";
}

struct viewer made_viewer(enum made_viewer viewer)
{
        bool departments = viewer == MADE_DEPARTMENT || viewer == MADE_TRAINEE;
        return (struct viewer){.associate = 1 + (uint32_t)viewer,
                .store = HERE,
                .departments = departments ? ~0u : 0,
                .role = viewer == MADE_MANAGER   ? ROLE_MANAGER
                        : viewer == MADE_TRAINEE ? ROLE_TRAINEE
                                                 : ROLE_ASSOCIATE,
                .preferred = viewer == MADE_PREFERRED};
}

struct maker {
        struct made *made;
        store_day day;
        wall_ms now;
        int64_t price_times, price_over; /* hundredths to minor units */
        pooled brand, size, colour, here, elsewhere, online;
        pooled departments[DEPARTMENT_COUNT];
        uint32_t n_classes;
        struct made_class {
                pooled name, item, department;
                uint8_t department_index;
                bool sensitive;
        } classes[CLASSES_MAX];
};

static pooled text(struct maker *m, const char *words)
{
        struct history *h = &m->made->history;
        size_t n = strlen(words) + 1;
        if (n == 1 || n > sizeof m->made->pool - h->pool_size)
                return 0;
        pooled at = h->pool_size;
        memcpy(m->made->pool + at, words, n);
        h->pool_size += (uint32_t)n;
        return at;
}

/* ---- when ---- */
/* Year and month of a day: the civil calendar, counted in eras of 400 years from the first of March. */
static void date_of(store_day day, uint16_t *year, uint8_t *month)
{
        int32_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097, of_era = z - era * 146097;
        int32_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
        int32_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
        *month = (uint8_t)(m < 10 ? m + 3 : m - 9);
        *year = (uint16_t)(y + era * 400 + (*month <= 2));
}

/* A purchase of so many whole months ago. */
static void set_age(struct maker *m, struct purchase *l, int32_t months)
{
        l->age_months = months;
        l->age_days = (int32_t)((int64_t)months * 30437 / 1000) + 2;
        l->at = m->now - (wall_ms)l->age_days * DAY_MS;
        date_of(m->day - l->age_days, &l->year, &l->month);
}

/* ---- what ---- */
static struct purchase *add_line(struct maker *m, const struct made_class *class)
{
        struct made *made = m->made;
        if (made->n_lines == HISTORY_LINES_MAX)
                return NULL;
        struct purchase *l = &made->lines[made->n_lines++];
        *l = (struct purchase){.unit_price = USUAL_PRICE * m->price_times / m->price_over,
                .ref = made->n_lines,
                .store = HERE,
                .seller = SOMEBODY,
                .quantity = 1,
                .kind = class->name,
                .brand = m->brand,
                .item = class->item,
                .size = m->size,
                .colour = m->colour,
                .department = class->department,
                .department_index = class->department_index,
                .store_name = m->here,
                .channel = CHANNEL_IN_STORE,
                .status = STATUS_BOUGHT,
                .sensitive = class->sensitive};
        set_age(m, l, 1);
        return l;
}

/* From the one who is the "seller" among the viewers, in this store. */
static struct purchase *add_sold(struct maker *m, const struct made_class *class)
{
        struct purchase *l = add_line(m, class);
        if (l)
                l->seller = 1 + MADE_SELLER;
        return l;
}

static void buy_class(struct maker *m, const struct made_class *class)
{
        struct purchase *l;
        add_sold(m, class);
        add_line(m, class);
        if ((l = add_line(m, class))) {
                l->store = ELSEWHERE;
                l->store_name = m->elsewhere;
                set_age(m, l, 2);
        }
        if ((l = add_line(m, class))) {
                l->channel = CHANNEL_ONLINE;
                l->store = ELSEWHERE;
                l->store_name = m->online;
                set_age(m, l, 3);
        }
}

static void buy_at_price(struct maker *m, const struct made_class *class, int64_t hundredths)
{
        for (int sold = 0; sold < 2; sold++) {
                struct purchase *l = sold ? add_sold(m, class) : add_line(m, class);
                if (l && hundredths >= 0)
                        l->unit_price = hundredths * m->price_times / m->price_over;
        }
}

static void buy_at_age(struct maker *m, const struct made_class *class, int32_t months)
{
        for (int sold = 0; sold < 2; sold++) {
                struct purchase *l = sold ? add_sold(m, class) : add_line(m, class);
                if (l)
                        set_age(m, l, months);
        }
}

/* Below and at each price, up to and beyond each age, that a rule of the book parts lines by. */
static void buy_at_cuts(struct maker *m, const struct made_class *class, const struct rulebook *book)
{
        for (int i = 0; book && i < book->n_lines; i++) {
                const struct box *b = &book->lines[i];
                if (b->price_from != PRICE_FROM_ANY) {
                        buy_at_price(m, class, b->price_from - 100);
                        buy_at_price(m, class, b->price_from);
                }
                if (b->price_below != PRICE_BELOW_ANY) {
                        buy_at_price(m, class, b->price_below - 100);
                        buy_at_price(m, class, b->price_below);
                }
                if (b->age_from != AGE_FROM_ANY) {
                        buy_at_age(m, class, b->age_from - 1);
                        buy_at_age(m, class, b->age_from);
                }
                if (b->age_most != AGE_MOST_ANY) {
                        buy_at_age(m, class, b->age_most);
                        buy_at_age(m, class, b->age_most + 1);
                }
        }
}

static void buy_oddities(struct maker *m, const struct made_class *class)
{
        struct purchase *l;
        for (int sold = 0; sold < 2; sold++) {
                if ((l = sold ? add_sold(m, class) : add_line(m, class)))
                        l->gift = 1;
                if ((l = sold ? add_sold(m, class) : add_line(m, class)))
                        l->status = STATUS_RETURNED;
                if ((l = sold ? add_sold(m, class) : add_line(m, class)))
                        l->status = STATUS_CANCELLED;
        }
}

/* ---- classes ---- */
static void add_class(struct maker *m, const char *name, uint8_t department, bool sensitive)
{
        for (uint32_t i = 0; i < m->n_classes; i++)
                if (strcmp(m->made->pool + m->classes[i].name, name) == 0)
                        return;
        if (m->n_classes == CLASSES_MAX)
                return;
        char item[VIEW_TEXT_MAX];
        snprintf(item, sizeof item, "One of %.50s", name);
        department = department < DEPARTMENT_COUNT ? department : DEPARTMENT_OTHER;
        m->classes[m->n_classes++] = (struct made_class){.name = text(m, name),
                .item = text(m, item),
                .department = m->departments[department],
                .department_index = department,
                .sensitive = sensitive};
}

/* Those that the books name come first: they are what is looked at. */
static void list_classes(
        struct maker *m, const struct lab_ground *ground, const struct rulebook *const books[2])
{
        for (int b = 0; b < 2; b++) {
                for (int k = 0; books[b] && k < books[b]->n_kinds; k++) {
                        const struct lab_class *known = NULL;
                        for (uint32_t i = 0; i < ground->n_classes; i++)
                                if (strcmp(ground->classes[i].name, books[b]->kinds[k]) == 0)
                                        known = &ground->classes[i];
                        add_class(m, books[b]->kinds[k], known ? known->department : 0,
                                known && known->sensitive);
                }
        }
        for (uint32_t i = 0; i < ground->n_classes; i++)
                add_class(m, ground->classes[i].name, ground->classes[i].department,
                        ground->classes[i].sensitive);
        for (size_t i = 0; i < ARRAY_LEN(shop) && ground->n_classes == 0; i++)
                add_class(m, shop[i].name, shop[i].department, shop[i].sensitive);
}

static void list_departments(struct maker *m, const struct lab_ground *ground)
{
        for (uint32_t i = 0; i < DEPARTMENT_COUNT; i++) {
                const char *name = i < ARRAY_LEN(shop_departments) ? shop_departments[i] : "other";
                m->departments[i] = text(m, ground->departments ? ground->departments[i] : name);
        }
}

static const struct made_class *usual_class(const struct maker *m)
{
        for (uint32_t i = 0; i < m->n_classes; i++)
                if (!m->classes[i].sensitive)
                        return &m->classes[i];
        return &m->classes[0];
}

void made_customer(struct made *made, const struct lab_ground *ground, const struct rulebook *const books[2])
{
        *made = (struct made){.person = {.first_name = "Vera",
                                      .last_name = "Example",
                                      .hint = "green coat",
                                      .wish = "a coat",
                                      .greet_by_name = true,
                                      .sizes_ok = true,
                                      .likes_ok = true}};
        made->history =
                (struct history){.lines = made->lines, .pool = made->pool, .pool_size = 1, .store = HERE};
        memcpy(made->history.currency, ground->currency[0] ? ground->currency : "EUR",
                sizeof made->history.currency);
        struct viewer anybody = made_viewer(MADE_OTHER);
        struct scene scene = scene_of(NULL, NULL, &made->history, &anybody, SEEN_CHECKED_IN);
        struct maker m = {.made = made,
                .day = ground->day,
                .now = ground->now,
                .price_times = scene.price_over,
                .price_over = scene.price_times};
        m.brand = text(&m, "Alder");
        m.size = text(&m, "38");
        m.colour = text(&m, "navy");
        m.here = text(&m, "this store");
        m.elsewhere = text(&m, "another store");
        m.online = text(&m, "online shop");
        list_departments(&m, ground);
        list_classes(&m, ground, books);
        const struct made_class *usual = usual_class(&m);
        buy_oddities(&m, usual);
        buy_at_cuts(&m, usual, books[0]);
        buy_at_cuts(&m, usual, books[1]);
        for (uint32_t i = 0; i < m.n_classes; i++)
                buy_class(&m, &m.classes[i]);
        made->history.n_lines = made->n_lines;
}
