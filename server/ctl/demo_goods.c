/* The made-up store's shops, staff, classes and goods. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/ctl/demo.h"

const struct demo_store_row demo_stores[DEMO_STORES] = {
        {"downtown", "Downtown", "in-store", "Europe/Stockholm", "EUR"},
        {"uptown", "Uptown", "in-store", "Europe/Stockholm", "EUR"},
        {"harbour", "Harbour", "in-store", "Europe/London", "GBP"},
        {"online", "Online shop", "online", "Europe/Stockholm", "EUR"},
};

const struct demo_associate_row demo_associates[DEMO_ASSOCIATES] = {
        {"maria", "Maria Lund", "Women", "associate"},
        {"ingrid", "Ingrid Åkerblom", "Women", "associate"},
        {"lina", "Lina Sjövall", "Women", "trainee"},
        {"erik", "Erik Hällström", "Men", "associate"},
        {"henri", "Henri Lefèvre", "Men|Shoes", "associate"},
        {"sofia", "Sofia Brännvik", "Shoes", "associate"},
        {"oskar", "Oskar Wendel", "Home", "associate"},
        {"amelie", "Amélie Garçonnet", "Beauty", "associate"},
        {"grace", "Grace Holloway", "Intimates|Women", "associate"},
        {"tove", "Tove Ekmark", "Children", "associate"},
        {"ruth", "Ruth Pemberley", "Pharmacy", "associate"},
        {"karin", "Karin Strandh", "", "manager"},
};

int demo_associate(const char *id)
{
        for (int i = 0; i < DEMO_ASSOCIATES; i++)
                if (strcmp(demo_associates[i].id, id) == 0)
                        return i;
        return DEMO_NOBODY;
}

const struct demo_class_row demo_classes[] = {
        {"Coats", "Women", false, 160, 1450, {"wool coat", "trench coat", "down coat", "cape", "short coat"},
                "34 36 38 40 42 44"},
        {"Dresses", "Women", false, 90, 1900, {"silk dress", "evening dress", "shirt dress", "knit dress"},
                "34 36 38 40 42 44"},
        {"Knitwear", "Women", false, 60, 420, {"cardigan", "turtleneck", "cashmere jumper", "twinset"},
                "XS S M L XL"},
        {"Blouses/Shirts", "Women", false, 45, 260, {"silk blouse", "linen blouse", "oxford blouse"},
                "34 36 38 40 42"},
        {"Skirts", "Women", false, 55, 330, {"pencil skirt", "pleated skirt", "wrap skirt"},
                "34 36 38 40 42"},
        {"Suits", "Men", false, 350, 2400, {"two-piece suit", "dinner suit", "blazer"}, "46 48 50 52 54 56"},
        {"Shirts", "Men", false, 50, 240, {"poplin shirt", "oxford shirt", "flannel shirt"},
                "38 39 40 41 42 43"},
        {"Trousers", "Men", false, 70, 320, {"chinos", "wool trousers", "corduroys"}, "46 48 50 52 54"},
        {"Ties", "Men", false, 35, 150, {"silk tie", "knitted tie", "bow tie"}, ""},
        {"Boots", "Shoes", false, 120, 780, {"ankle boots", "riding boots", "chelsea boots"},
                "36 37 38 39 40 41 42 43"},
        {"Sneakers", "Shoes", false, 70, 340, {"leather sneakers", "canvas sneakers", "running shoes"},
                "36 37 38 39 40 41 42 43 44"},
        {"Pumps & sandals", "Shoes", false, 80, 690, {"pumps", "sandals", "slingbacks"}, "36 37 38 39 40 41"},
        {"Linen", "Home", false, 25, 310, {"bed linen", "table cloth", "bath towels"}, ""},
        {"Tableware", "Home", false, 15, 480, {"dinner plates", "wine glasses", "carafe", "cutlery set"}, ""},
        {"Lamps", "Home", false, 60, 1250, {"table lamp", "floor lamp", "reading lamp"}, ""},
        {"Perfume", "Beauty", false, 45, 290, {"eau de parfum", "eau de toilette"}, ""},
        {"Skin care", "Beauty", false, 18, 210, {"day cream", "serum", "cleansing oil"}, ""},
        {"Make-up", "Beauty", false, 12, 85, {"lipstick", "mascara", "powder"}, ""},
        {"Lingerie", "Intimates", true, 30, 260, {"bra", "slip", "bodysuit"}, "XS S M L XL"},
        {"Nightwear", "Intimates", true, 40, 240, {"nightdress", "pyjamas"}, "XS S M L XL"},
        {"Baby clothes", "Children", true, 15, 110, {"romper", "knitted hat", "bodysuit"}, "56 62 68 74 80"},
        {"Toys", "Children", false, 10, 160, {"wooden train", "teddy bear", "puzzle"}, ""},
        {"Prescriptions", "Pharmacy", true, 8, 190, {"prescription"}, ""},
        {"Health/Monitors", "Pharmacy", true, 20, 160, {"blood pressure monitor", "thermometer", "test kit"},
                ""},
        {"Vitamins", "Pharmacy", true, 9, 60, {"vitamin D", "iron tablets", "omega 3"}, ""},
        {"Sundries", "", false, 3, 40, {"gift wrap", "umbrella", "shoe trees"}, ""},
};
const size_t demo_class_count = ARRAY_LEN(demo_classes);

static const char *const brands[] = {"Atelier Vidal", "Nordhavn", "Maison Perrin", "Fjällvind",
        "Corbeau & Fils", "Hartwell", "Ömse", "Lille Strand", "Bellecourt", "Quaywright", "Sörgård",
        "Étoile Basse"};
static const char *const colours[] = {
        "navy", "black", "camel", "ivory", "forest green", "burgundy", "grey", "crème", "sky blue", "rust"};

#define VARIANTS 11 /* skus a class */

/* Goods that the named people bought; their skus are fixed. */
static const struct {
        const char *sku, *name, *brand, *class, *colour, *size;
        int64_t price_minor;
} fixed[] = {
        {"navy-coat", "Navy coat", "Nordhavn", "Coats", "navy", "38", 48900},
        {"ankle-boots", "Ankle boots", "Hartwell", "Boots", "black", "39", 27900},
        {"wool-coat", "Wool coat", "Fjällvind", "Coats", "grey", "36", 62500},
        {"silk-evening", "Silk evening dress", "Atelier Vidal", "Dresses", "navy", "38", 145000},
        {"velvet-evening", "Velvet evening dress", "Atelier Vidal", "Dresses", "burgundy", "38", 169000},
        {"lace-evening", "Lace evening dress", "Atelier Vidal", "Dresses", "ivory", "38", 128000},
        {"lambswool", "Lambswool jumper", "Sörgård", "Knitwear", "navy", "M", 13900},
        {"mohair", "Mohair cardigan", "Ömse", "Knitwear", "rust", "M", 15900},
        {"linen-skirt", "Linen skirt", "Maison Perrin", "Skirts", "ivory", "38", 11900},
        {"silk-scarf", "Silk blouse", "Bellecourt", "Blouses/Shirts", "crème", "38", 18900},
        {"pleated", "Pleated skirt", "Maison Perrin", "Skirts", "camel", "38", 17900},
        {"silk-slip", "Silk slip", "Étoile Basse", "Lingerie", "ivory", "M", 9900},
        {"monitor", "Blood pressure monitor", "Hartwell", "Health/Monitors", "", "", 8900},
        {"gift-wrap", "Gift wrap", "Quaywright", "Sundries", "", "", 600},
        {"cord-trousers", "Corduroys", "Corbeau & Fils", "Trousers", "forest green", "50", 14900},
        {"dinner-suit", "Dinner suit", "Corbeau & Fils", "Suits", "black", "50", 129000},
        {"floor-lamp", "Floor lamp", "Lille Strand", "Lamps", "black", "", 34900},
        {"teddy", "Teddy bear", "Ömse", "Toys", "", "", 4500},
};

static uint32_t class_of(const char *name)
{
        uint32_t i = 0;
        while (strcmp(demo_classes[i].name, name) != 0)
                i++;
        return i;
}

/* The n-th of the words in a list separated by spaces; a draw among them. */
static void draw_size(struct demo_random *random, const char *sizes, char out[8])
{
        uint32_t words = sizes[0] ? 1 : 0;
        for (const char *p = sizes; *p; p++)
                words += *p == ' ';
        out[0] = 0;
        if (words == 0)
                return;
        const char *at = sizes;
        for (uint32_t n = demo_below(random, words); n > 0; n--)
                at = strchr(at, ' ') + 1;
        size_t len = strcspn(at, " ");
        snprintf(out, 8, "%.*s", (int)len, at);
}

static void make_variant(struct demo *demo, uint32_t class, uint32_t variant, struct demo_product *out)
{
        const struct demo_class_row *c = &demo_classes[class];
        uint32_t items = 0;
        while (items < ARRAY_LEN(c->items) && c->items[items])
                items++;
        *out = (struct demo_product){.class = class};
        out->brand = brands[demo_below(&demo->random, ARRAY_LEN(brands))];
        out->colour = c->sizes[0] || demo_chance(&demo->random, 60)
                              ? colours[demo_below(&demo->random, ARRAY_LEN(colours))]
                              : "";
        const char *item = c->items[demo_below(&demo->random, items)];
        snprintf(out->name, sizeof out->name, "%s%s%s", out->colour, out->colour[0] ? " " : "", item);
        if (out->name[0] >= 'a' && out->name[0] <= 'z')
                out->name[0] = (char)(out->name[0] - 'a' + 'A');
        snprintf(out->sku, sizeof out->sku, "%02u-%04u", class + 1, variant + 1);
        draw_size(&demo->random, c->sizes, out->size);
        uint32_t span = (uint32_t)(c->most_price - c->least_price) + 1;
        /* The lesser of two draws: most things cost less than the middle. */
        uint32_t a = demo_below(&demo->random, span), b = demo_below(&demo->random, span);
        out->price_minor =
                (c->least_price + (int64_t)(a < b ? a : b)) * 100 - (demo_chance(&demo->random, 50) ? 10 : 0);
}

int demo_make_products(struct demo *demo)
{
        size_t n = ARRAY_LEN(fixed) + demo_class_count * VARIANTS;
        demo->products = calloc(n, sizeof *demo->products);
        if (!demo->products)
                return -1;
        for (size_t i = 0; i < ARRAY_LEN(fixed); i++) {
                struct demo_product *p = &demo->products[demo->n_products++];
                snprintf(p->sku, sizeof p->sku, "%s", fixed[i].sku);
                snprintf(p->name, sizeof p->name, "%s", fixed[i].name);
                snprintf(p->size, sizeof p->size, "%s", fixed[i].size);
                p->brand = fixed[i].brand;
                p->colour = fixed[i].colour;
                p->class = class_of(fixed[i].class);
                p->price_minor = fixed[i].price_minor;
        }
        for (uint32_t c = 0; c < demo_class_count; c++)
                for (uint32_t v = 0; v < VARIANTS; v++)
                        make_variant(demo, c, v, &demo->products[demo->n_products++]);
        return 0;
}

size_t demo_product_find(const struct demo *demo, const char *sku)
{
        for (size_t i = 0; i < demo->n_products; i++)
                if (strcmp(demo->products[i].sku, sku) == 0)
                        return i;
        return SIZE_MAX;
}
