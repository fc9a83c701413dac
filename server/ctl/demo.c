/* The demo command: makes the store in memory and writes its files and a configuration that names the folder.
 */
#include <csv.h>
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/ctl/ctl.h"
#include "server/ctl/demo.h"

#define DEMO_ZONE "Europe/Stockholm"

struct wanted {
        uint64_t seed;
        size_t people, lines;
        int port;
        const char *now;
        const char *folder;
};

/* ---- files ---- */

static void field(FILE *f, const char *text, char after)
{
        if (strpbrk(text, ",\"\n"))
                csv_fwrite(f, text, strlen(text));
        else
                fputs(text, f);
        fputc(after, f);
}

static void money(FILE *f, int64_t minor, char after)
{
        if (minor >= 0)
                fprintf(f, "%lld.%02d", (long long)(minor / 100), (int)(minor % 100));
        fputc(after, f);
}

static void write_stores(const struct demo *demo, FILE *f)
{
        (void)demo;
        fputs("id,name,channel,zone\n", f);
        for (size_t i = 0; i < DEMO_STORES; i++)
                fprintf(f, "%s,%s,%s,%s\n", demo_stores[i].id, demo_stores[i].name, demo_stores[i].channel,
                        demo_stores[i].zone);
}

static void write_associates(const struct demo *demo, FILE *f)
{
        (void)demo;
        fputs("id,name,store,department,role,active\n", f);
        for (size_t i = 0; i < DEMO_ASSOCIATES; i++) {
                const struct demo_associate_row *a = &demo_associates[i];
                fprintf(f, "%s,%s,%s,%s,%s,yes\n", a->id, a->name, demo_stores[DEMO_DOWNTOWN].id,
                        a->department, a->role);
        }
}

/* A class that has no department is left out: the hub meets it first in a product. */
static void write_classes(const struct demo *demo, FILE *f)
{
        (void)demo;
        fputs("class,department,sensitive\n", f);
        for (size_t i = 0; i < demo_class_count; i++)
                if (demo_classes[i].department[0])
                        fprintf(f, "%s,%s,%s\n", demo_classes[i].name, demo_classes[i].department,
                                demo_classes[i].sensitive ? "yes" : "no");
}

static void write_products(const struct demo *demo, FILE *f)
{
        fputs("sku,name,brand,class,price,colour,size\n", f);
        for (size_t i = 0; i < demo->n_products; i++) {
                const struct demo_product *p = &demo->products[i];
                field(f, p->sku, ',');
                field(f, p->name, ',');
                field(f, p->brand, ',');
                field(f, demo_classes[p->class].name, ',');
                money(f, p->price_minor, ',');
                field(f, p->colour, ',');
                field(f, p->size, '\n');
        }
}

static void write_customers(const struct demo *demo, FILE *f)
{
        fputs("id,name,birthday,contact\n", f);
        for (size_t i = 0; i < demo->n_customers; i++) {
                const struct demo_customer *c = &demo->customers[i];
                field(f, c->id, ',');
                field(f, c->name, ',');
                field(f, c->birthday, ',');
                field(f, c->contact, '\n');
        }
}

static void write_time(FILE *f, int64_t local_s)
{
        struct civil_date d = civil_from_day((store_day)(local_s / 86400));
        int s = (int)(local_s % 86400);
        fprintf(f, "%04d-%02d-%02dT%02d:%02d:%02d,", d.year, d.month, d.day, s / 3600, s / 60 % 60, s % 60);
}

static void write_purchases(const struct demo *demo, FILE *f)
{
        static const char *const status[] = {"bought", "returned", "cancelled"};
        fputs("id,customer,associate,store,channel,sku,class,price,currency,quantity,at,status,gift\n", f);
        for (size_t i = 0; i < demo->n_lines; i++) {
                const struct demo_line *l = &demo->lines[i];
                const struct demo_product *p = &demo->products[l->product];
                const struct demo_store_row *s = &demo_stores[l->store];
                field(f, l->id, ',');
                field(f, l->customer < 0 ? "" : demo->customers[l->customer].id, ',');
                field(f, l->associate < 0 ? "" : demo_associates[l->associate].id, ',');
                field(f, s->id, ',');
                field(f, s->channel, ',');
                field(f, p->sku, ',');
                field(f, demo_classes[p->class].name, ',');
                money(f, l->price_minor, ',');
                field(f, s->currency, ',');
                fprintf(f, "%u,", l->quantity);
                write_time(f, l->local_s);
                field(f, status[l->status], ',');
                field(f, l->gift ? "yes" : "no", '\n');
        }
}

static int write_file(const struct demo *demo, const char *folder, const char *name,
        void (*write)(const struct demo *, FILE *))
{
        char path[4200];
        snprintf(path, sizeof path, "%s/csv/%s", folder, name);
        FILE *f = fopen(path, "we");
        if (!f)
                return ctl_fail(CTL_CANNOT_WRITE, "%s cannot be written (%s).", path, strerror(errno));
        write(demo, f);
        bool whole = !ferror(f);
        if (fclose(f) != 0 || !whole)
                return ctl_fail(
                        CTL_CANNOT_WRITE, "%s could not be written whole (%s).", path, strerror(errno));
        return 0;
}

static int write_conf(const struct wanted *wanted)
{
        char path[4200];
        snprintf(path, sizeof path, "%s/maitred.conf", wanted->folder);
        FILE *f = fopen(path, "we");
        if (!f)
                return ctl_fail(CTL_CANNOT_WRITE, "%s cannot be written (%s).", path, strerror(errno));
        fprintf(f,
                "# The demo store: everybody in it is invented. Paths start at this file's folder.\n"
                "[listen]\nport = %d\n\n[data]\ndir = data\n\n[control]\nsocket = control\n\n"
                "[store]\nid = %s\nname = %s\nzone = %s\ncurrency = %s\n\n"
                "# Open around the clock, so that somebody comes whenever it is tried.\n"
                "[hours]\nopen = 00:00\nclose = 24:00\nsettle_min = 0\nlast_call_min = 0\n\n"
                "# A demo has no door at which somebody would miss the sign; a store says so when it hangs.\n"
                "[presence]\nsign = hangs\n\n"
                "# Nobody here is disturbed too often, and a page may lie in the background: try it as often "
                "as you like.\n"
                "[alert]\nmost_per_hour = 0\nleast_gap_s = 0\nbusy_most_min = 0\nrendered_within_s = 0\n\n"
                "# Several windows may be the same associate's here; a store leaves this out.\n"
                "[handhelds]\nat_once = any\n",
                wanted->port, demo_stores[DEMO_DOWNTOWN].id, demo_stores[DEMO_DOWNTOWN].name, DEMO_ZONE,
                demo_stores[DEMO_DOWNTOWN].currency);
        return fclose(f) == 0 ? 0 : ctl_fail(CTL_CANNOT_WRITE, "%s could not be written whole.", path);
}

/* ---- the folder ---- */

static bool is_empty(const char *folder)
{
        DIR *d = opendir(folder);
        const struct dirent *e;
        bool empty = true;
        while (d && (e = readdir(d)))
                empty &= strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
        if (d)
                closedir(d);
        return empty;
}

static int make_one(const char *folder, const char *inside)
{
        char path[4200];
        snprintf(path, sizeof path, "%s%s", folder, inside);
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
                return ctl_fail(CTL_CANNOT_WRITE, "%s cannot be made (%s).", path, strerror(errno));
        return 0;
}

/* A folder that is there must be empty or a demo store's: nothing else is written into. */
static int make_folder(const char *folder)
{
        char path[4200];
        struct stat st;
        if (snprintf(path, sizeof path, "%s/maitred.conf", folder) > 4000)
                return ctl_usage("demo", "the folder's name is too long.");
        if (stat(folder, &st) == 0 && !is_empty(folder) && stat(path, &st) != 0)
                return ctl_fail(
                        CTL_CANNOT_WRITE, "%s is there and is no demo store. Name another folder.", folder);
        int code = make_one(folder, "");
        if (code == 0)
                code = make_one(folder, "/csv");
        return code == 0 ? make_one(folder, "/data") : code;
}

/* ---- the command ---- */

static int read_number(const char *option, const char *text, uint64_t least, uint64_t most, uint64_t *out)
{
        char *end;
        errno = 0;
        unsigned long long n = strtoull(text, &end, 10);
        if (errno != 0 || *end || end == text || text[0] == '-' || n < least || n > most)
                return ctl_usage("demo", "--%s is a whole number from %llu to %llu, not \"%s\".", option,
                        (unsigned long long)least, (unsigned long long)most, text);
        *out = n;
        return 0;
}

static int read_options(struct wanted *wanted, int argc, char **argv)
{
        static const struct option options[] = {{"seed", required_argument, NULL, 's'},
                {"people", required_argument, NULL, 'p'}, {"lines", required_argument, NULL, 'l'},
                {"now", required_argument, NULL, 'n'}, {"port", required_argument, NULL, 'P'}, {0}};
        uint64_t n = 0;
        int c, code = 0;
        while (code == 0 && (c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c == 's') {
                        code = read_number("seed", optarg, 0, UINT64_MAX, &wanted->seed);
                } else if (c == 'p') {
                        code = read_number("people", optarg, DEMO_PEOPLE_LEAST, DEMO_PEOPLE_MOST, &n);
                        wanted->people = (size_t)n;
                } else if (c == 'l') {
                        code = read_number("lines", optarg, DEMO_LINES_LEAST, DEMO_LINES_MOST, &n);
                        wanted->lines = (size_t)n;
                } else if (c == 'P') {
                        code = read_number("port", optarg, 0, 65535, &n);
                        wanted->port = (int)n;
                } else if (c == 'n') {
                        wanted->now = optarg;
                } else {
                        code = ctl_usage("demo", "that is no option of demo.");
                }
        }
        if (code == 0 && argc - optind != 1)
                code = ctl_usage("demo", "demo takes the name of a folder.");
        if (code == 0)
                wanted->folder = argv[optind];
        return code;
}

/* Today in the demo's store. */
static int local_now(const struct ctl *ctl, const struct wanted *wanted, int64_t *local_s)
{
        wall_ms now = ctl->now;
        if (clock_set_zone(DEMO_ZONE) != 0)
                return ctl_fail(CTL_REFUSED, "this machine has no time zone " DEMO_ZONE "; install tzdata.");
        if (wanted->now && clock_parse(wanted->now, &now) != 0)
                return ctl_usage(
                        "demo", "--now takes a time such as 2026-03-31T17:05, not \"%s\".", wanted->now);
        struct clock_local l = clock_to_local(now);
        if (l.date.year < 1980 || l.date.year > 2090)
                return ctl_usage("demo", "--now takes a year from 1980 to 2090.");
        *local_s = civil_to_day(l.date) * INT64_C(86400) + l.hour * INT64_C(3600) + l.minute * INT64_C(60) +
                   l.second;
        return 0;
}

static int write_all(const struct demo *demo, const struct wanted *wanted)
{
        static const struct {
                const char *name;
                void (*write)(const struct demo *, FILE *);
        } files[] = {{"stores.csv", write_stores}, {"associates.csv", write_associates},
                {"classes.csv", write_classes}, {"products.csv", write_products},
                {"customers.csv", write_customers}, {"purchases.csv", write_purchases}};
        int code = make_folder(wanted->folder);
        for (size_t i = 0; code == 0 && i < ARRAY_LEN(files); i++)
                code = write_file(demo, wanted->folder, files[i].name, files[i].write);
        return code == 0 ? write_conf(wanted) : code;
}

int ctl_demo(struct ctl *ctl, int argc, char **argv)
{
        struct wanted wanted = {.seed = 1, .people = 500, .lines = 20000, .port = 8443, .folder = ""};
        struct demo demo = {0};
        int64_t local_s = 0;
        int code = read_options(&wanted, argc, argv);
        if (code == 0)
                code = local_now(ctl, &wanted, &local_s);
        if (code != 0)
                return code;
        if (demo_make(&demo, wanted.seed, wanted.people, wanted.lines, local_s) != 0)
                code = ctl_fail(CTL_REFUSED, "there is no memory for so large a store.");
        else
                code = write_all(&demo, &wanted);
        if (code == 0)
                printf("%s: %zu people, %d associates, %d stores, %zu products, %zu purchase lines (seed "
                       "%llu)\n",
                        wanted.folder, demo.n_customers, DEMO_ASSOCIATES, DEMO_STORES, demo.n_products,
                        demo.n_lines, (unsigned long long)wanted.seed);
        demo_finish(&demo);
        return code;
}
