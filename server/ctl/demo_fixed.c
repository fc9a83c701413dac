/* The named customers' purchases. Anna's go through every level of the ladder and every rule of the default
 * book; beside each line stands what it is for (rules: config/rulebooks/balanced.rules). */
#include <assert.h>
#include <stdio.h>

#include "server/ctl/demo.h"

struct fixed_line {
        const char *id, *customer, *associate; /* associate "": unknown */
        enum demo_store store;
        const char *sku;
        int days, hour, minute; /* before today, at; day 0: a while ago today */
        enum demo_status status;
        bool gift;
        int64_t price_minor; /* 0: the product's; -1: not known */
};

static const struct fixed_line table[] = {
        /* R1: full and may be said by Maria, who sold it; F5 sizes, F6 likes. This is today's sale to invite
           from. */
        {"anna-1", "demo-anna", "maria", DEMO_DOWNTOWN, "navy-coat", 0, 0, 0, DEMO_BOUGHT, false, 0},
        {"anna-2", "demo-anna", "maria", DEMO_DOWNTOWN, "ankle-boots", 295, 15, 20, DEMO_BOUGHT, false, 0},
        /* R2 for Ingrid, R3 (item) for the chosen associate; L8 hides it from all others. */
        {"anna-3", "demo-anna", "ingrid", DEMO_DOWNTOWN, "wool-coat", 120, 12, 5, DEMO_RETURNED, false, 0},
        /* L1: three dear dresses of one season read as one line of a brand. L4: Lina sold them, but is a
         * trainee and gets a tally. R5: a tally for the department. R7: a tally for the manager, since they
         * are older than a year. */
        {"anna-4", "demo-anna", "lina", DEMO_DOWNTOWN, "silk-evening", 400, 17, 30, DEMO_BOUGHT, false, 0},
        {"anna-5", "demo-anna", "lina", DEMO_DOWNTOWN, "velvet-evening", 400, 17, 30, DEMO_BOUGHT, false, 0},
        {"anna-6", "demo-anna", "lina", DEMO_DOWNTOWN, "lace-evening", 400, 17, 30, DEMO_BOUGHT, false, 0},
        /* R4: kind for the chosen associate, if she shares online purchases; L2 hides it from everybody else.
         */
        {"anna-7", "demo-anna", "", DEMO_ONLINE, "lambswool", 45, 21, 10, DEMO_BOUGHT, false, 0},
        /* L2 against R1: Erik helped with this online order and still does not see it; too old for R4. */
        {"anna-8", "demo-anna", "erik", DEMO_ONLINE, "mohair", 420, 19, 45, DEMO_BOUGHT, false, 0},
        /* L3: a gift, though Maria sold it. */
        {"anna-9", "demo-anna", "maria", DEMO_DOWNTOWN, "lambswool", 340, 16, 0, DEMO_BOUGHT, true, 0},
        /* L6: older than 18 months; the seller is not known. */
        {"anna-10", "demo-anna", "", DEMO_DOWNTOWN, "linen-skirt", 620, 13, 15, DEMO_BOUGHT, false, 0},
        {"anna-11", "demo-anna", "ingrid", DEMO_DOWNTOWN, "pleated", 640, 11, 50, DEMO_BOUGHT, false, 0},
        /* L7: cancelled. */
        {"anna-12", "demo-anna", "ingrid", DEMO_DOWNTOWN, "silk-scarf", 75, 14, 40, DEMO_CANCELLED, false, 0},
        /* HQ: another store's line is a kind at most, also for the chosen associate. */
        {"anna-13", "demo-anna", "", DEMO_UPTOWN, "pleated", 200, 18, 25, DEMO_BOUGHT, false, 0},
        /* LAW: sensitive classes, also for Maria who sold one; and a class that no department has. */
        {"anna-14", "demo-anna", "maria", DEMO_DOWNTOWN, "silk-slip", 90, 15, 55, DEMO_BOUGHT, false, 0},
        {"anna-15", "demo-anna", "ruth", DEMO_DOWNTOWN, "monitor", 30, 10, 35, DEMO_BOUGHT, false, 0},
        {"anna-16", "demo-anna", "maria", DEMO_DOWNTOWN, "gift-wrap", 60, 12, 45, DEMO_BOUGHT, false, 0},
        /* Older than what is kept: never loaded. */
        {"anna-17", "demo-anna", "maria", DEMO_DOWNTOWN, "linen-skirt", 900, 13, 0, DEMO_BOUGHT, false, 0},

        /* Bo: an unknown price counts as dear; a line of Harbour is in another currency; two sellers. */
        {"bo-1", "demo-bo", "erik", DEMO_DOWNTOWN, "cord-trousers", 0, 0, 0, DEMO_BOUGHT, false, 0},
        {"bo-2", "demo-bo", "henri", DEMO_DOWNTOWN, "dinner-suit", 150, 14, 10, DEMO_BOUGHT, false, -1},
        {"bo-3", "demo-bo", "erik", DEMO_DOWNTOWN, "dinner-suit", 210, 16, 20, DEMO_RETURNED, false, 0},
        {"bo-4", "demo-bo", "", DEMO_HARBOUR, "floor-lamp", 80, 11, 0, DEMO_BOUGHT, false, 0},
        {"bo-5", "demo-bo", "erik", DEMO_DOWNTOWN, "cord-trousers", 500, 17, 0, DEMO_BOUGHT, false, 0},
        /* Chloé: everything online but one line. */
        {"chloe-1", "demo-chloe", "", DEMO_ONLINE, "silk-scarf", 10, 22, 5, DEMO_BOUGHT, false, 0},
        {"chloe-2", "demo-chloe", "", DEMO_ONLINE, "lambswool", 100, 7, 45, DEMO_BOUGHT, true, 0},
        {"chloe-3", "demo-chloe", "", DEMO_ONLINE, "velvet-evening", 250, 23, 15, DEMO_CANCELLED, false, 0},
        {"chloe-4", "demo-chloe", "sofia", DEMO_DOWNTOWN, "ankle-boots", 0, 0, 0, DEMO_BOUGHT, false, 0},
        /* Elsa is a child: she cannot join. Dag has bought nothing. */
        {"elsa-1", "demo-elsa", "tove", DEMO_DOWNTOWN, "teddy", 0, 0, 0, DEMO_BOUGHT, false, 0},
        /* Two lines each: Henri's is later, so Henri. */
        {"freja-1", "demo-tie-latest", "erik", DEMO_DOWNTOWN, "cord-trousers", 300, 12, 0, DEMO_BOUGHT, false,
                0},
        {"freja-2", "demo-tie-latest", "erik", DEMO_DOWNTOWN, "dinner-suit", 260, 12, 0, DEMO_BOUGHT, false,
                0},
        {"freja-3", "demo-tie-latest", "henri", DEMO_DOWNTOWN, "cord-trousers", 280, 12, 0, DEMO_BOUGHT,
                false, 0},
        {"freja-4", "demo-tie-latest", "henri", DEMO_DOWNTOWN, "ankle-boots", 250, 12, 0, DEMO_BOUGHT, false,
                0},
        /* One line each in the same second: the lowest id, and a shorter one is lower: sofia before ingrid.
         */
        {"gunvor-1", "demo-tie-id", "sofia", DEMO_DOWNTOWN, "ankle-boots", 330, 16, 45, DEMO_BOUGHT, false,
                0},
        {"gunvor-2", "demo-tie-id", "ingrid", DEMO_DOWNTOWN, "pleated", 330, 16, 45, DEMO_BOUGHT, false, 0},
        {"long-1", "demo-long", "amelie", DEMO_DOWNTOWN, "silk-scarf", 5, 13, 30, DEMO_BOUGHT, false, 0},
};

/* 25 minutes ago, but not before midnight: a sale of today whatever the hour. */
static int64_t today(const struct demo *demo)
{
        int64_t midnight = demo->now_local_s / 86400 * 86400, at = demo->now_local_s - 25 * 60;
        return at < midnight ? midnight : at;
}

int demo_make_fixed(struct demo *demo)
{
        static_assert(ARRAY_LEN(table) <= DEMO_FIXED_LINES, "demo.h's DEMO_FIXED_LINES is too small");
        for (size_t i = 0; i < ARRAY_LEN(table); i++) {
                const struct fixed_line *f = &table[i];
                struct demo_line *line = demo_add(demo);
                size_t product = demo_product_find(demo, f->sku),
                       customer = demo_customer_find(demo, f->customer);
                if (!line || product == SIZE_MAX || customer == SIZE_MAX)
                        return -1;
                snprintf(line->id, sizeof line->id, "%s", f->id);
                line->local_s = f->days == 0 ? today(demo) : demo_day(demo, f->days, f->hour, f->minute);
                line->product = (uint32_t)product;
                line->customer = (int32_t)customer;
                line->associate = (int16_t)demo_associate(f->associate);
                line->store = (uint8_t)f->store;
                line->status = (uint8_t)f->status;
                line->gift = f->gift;
                line->quantity = 1;
                line->price_minor =
                        f->price_minor == 0 ? demo->products[product].price_minor : f->price_minor;
        }
        return 0;
}
