/* The made-up store's customers: invented names, some of them hard for careless programs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/civil.h"
#include "server/ctl/demo.h"

static const char *const first_names[] = {"Agnes", "Alma", "Astrid", "Béatrice", "Birgitta", "Camille",
        "Cécile", "Clara", "Désirée", "Ebba", "Edith", "Elise", "Élodie", "Elsa", "Emma", "Félicie", "Frida",
        "Greta", "Hanna", "Hélène", "Hedda", "Ida", "Inès", "Isabel", "Jasmine", "Johanna", "Josephine",
        "Julia", "Katarina", "Léonie", "Linnéa", "Louise", "Lovisa", "Märta", "Margaux", "Matilda", "Nina",
        "Noor", "Océane", "Olivia", "Pernilla", "Rosalie", "Sigrid", "Siân", "Solène", "Tuva", "Ulrika",
        "Vera", "Ylva", "Zoë", "Axel", "Bertrand", "Björn", "Cédric", "Edmund", "Étienne", "Gösta", "Håkan",
        "Jérôme", "Loïc", "Måns", "Nils", "Oliver", "Percival", "Rémi", "Sören", "Theodore", "Yannick"};
static const char *const last_names[] = {"Abrahamsén", "Ashcombe", "Beaulieu-Marsh", "Bergqvister",
        "Björkhammar", "Blåfjell", "Bonnechose", "Brackenbury", "Château", "Chênevert", "Dahlgrenius",
        "Delacourcelle", "Ekström-Bell", "Ellingham", "Fagerlundh", "Fontanelle", "Forsmark",
        "Gärdenfors-Lee", "Granlundh", "Grünfeldt", "Hallowell", "Hägerstrand", "Hedvall", "Îlesolée",
        "Järnefors", "Kestrelman", "Kvarnström", "Lachapelle", "L'Hermitte", "Lindenskog", "Ljungkvister",
        "Malmborgh", "Mercadier", "Montclair", "Norrskog", "Nyströmer", "O'Larkin", "Öbergman", "Østergren",
        "Palmcrantz", "Pettigrove", "Quenneville", "Rosenhanen", "Rönnblad", "Sainte-Croix", "Sandvik-Roy",
        "Silverhjelm", "Sköldemark", "Thistlewood", "Törnvall", "Underhaye", "Vasseur-Hill", "Vinterfors",
        "Wahlbergh", "Westerdahl", "Whitcombe", "Yngvesson", "Zetterlöf"};

/* The named ones. Their histories are in demo_fixed.c. */
static const struct {
        const char *id, *name, *contact;
        int age; /* years; 0: no birthday known */
} named[DEMO_FIXED_PEOPLE] = {
        {"demo-anna", "Anna Berg", "anna.berg@example.com", 41},
        {"demo-bo", "Bo Lindqvister", "bo@example.com", 58},
        {"demo-chloe", "Chloé D'Aubigny-Östlund", "chloe@example.com", 29},
        {"demo-dag", "Dag Ravn", "", 0},
        {"demo-elsa", "Elsa Yngre", "", 14},
        {"demo-tie-latest", "Freja Jämnt", "freja@example.com", 36},
        {"demo-tie-id", "Gunvor Precis", "gunvor@example.com", 47},
        {"demo-long", "Wilhelmina-Alexandrine Charlotta af Långhedenstierna-Höök", "wilhelmina@example.com",
                63},
};

static void birthday(const struct demo *demo, int age, uint32_t day_of_year, char *out, size_t size)
{
        struct civil_date today = civil_from_day((store_day)(demo->now_local_s / 86400));
        struct civil_date first = {today.year - age - 1, today.month, 1};
        struct civil_date d = civil_from_day(civil_to_day(first) + (store_day)day_of_year % 300);
        snprintf(out, size, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static void make_one(struct demo *demo, size_t number, struct demo_customer *c)
{
        struct demo_random *r = &demo->random;
        const char *first = first_names[demo_below(r, ARRAY_LEN(first_names))];
        const char *last = last_names[demo_below(r, ARRAY_LEN(last_names))];
        snprintf(c->id, sizeof c->id, "c-%05zu", number);
        snprintf(c->name, sizeof c->name, "%s %s", first, last);
        int age = 17 + (int)demo_below(r, 66);
        uint32_t day = demo_below(r, 300);
        if (demo_chance(r, 85))
                birthday(demo, age, day, c->birthday, sizeof c->birthday);
        if (demo_chance(r, 80))
                snprintf(c->contact, sizeof c->contact, "c%05zu@example.com", number);
        uint32_t favourite = demo_below(r, DEMO_ASSOCIATES);
        c->favourite = demo_chance(r, 60) ? (int)favourite : DEMO_NOBODY;
}

int demo_make_customers(struct demo *demo, size_t people)
{
        demo->customers = calloc(people, sizeof *demo->customers);
        if (!demo->customers)
                return -1;
        for (size_t i = 0; i < people; i++) {
                struct demo_customer *c = &demo->customers[demo->n_customers++];
                if (i >= DEMO_FIXED_PEOPLE) {
                        make_one(demo, i, c);
                        continue;
                }
                c->fixed = true;
                c->favourite = DEMO_NOBODY;
                snprintf(c->id, sizeof c->id, "%s", named[i].id);
                snprintf(c->name, sizeof c->name, "%s", named[i].name);
                snprintf(c->contact, sizeof c->contact, "%s", named[i].contact);
                if (named[i].age > 0)
                        birthday(demo, named[i].age, 100, c->birthday, sizeof c->birthday);
        }
        return 0;
}

size_t demo_customer_find(const struct demo *demo, const char *id)
{
        for (size_t i = 0; i < demo->n_customers; i++)
                if (strcmp(demo->customers[i].id, id) == 0)
                        return i;
        return SIZE_MAX;
}
