/* The import command: its options, a file or a folder, and what is told to the hub afterwards. */
#include "server/ctl/import.h"
#include "server/ctl/roster.h"

#include <getopt.h>
#include <sys/stat.h>

static int read_dialect(struct import_run *run, const char *word)
{
        static const struct {
                const char *word;
                char delimiter;
        } dialects[] = {{"auto", 0}, {"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}};
        for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
                if (strcmp(word, dialects[i].word) == 0) {
                        run->delimiter = dialects[i].delimiter;
                        return 0;
                }
        }
        return ctl_usage("import", "--dialect is auto, comma, semicolon or tab, not \"%s\".", word);
}

static int read_encoding(struct import_run *run, const char *word)
{
        for (int e = SHEET_UTF_8; e <= SHEET_WINDOWS_1252; e++) {
                if (strcmp(word, sheet_encoding_word((enum sheet_encoding)e)) == 0) {
                        run->encoding = (enum sheet_encoding)e;
                        return 0;
                }
        }
        return ctl_usage("import", "--encoding is utf-8, latin-1 or windows-1252, not \"%s\".", word);
}

static int read_zone(struct import_run *run, const char *name)
{
        run->zone = zone_find(slice_of(name));
        return run->zone ? 0
                         : ctl_usage("import",
                                   "there is no time zone \"%s\"; a name is such as Europe/Paris.", name);
}

static int read_options(struct import_run *run, int argc, char **argv)
{
        static const struct option options[] = {{"map", required_argument, NULL, 'm'},
                {"dry-run", no_argument, NULL, 'n'}, {"dialect", required_argument, NULL, 'd'},
                {"encoding", required_argument, NULL, 'e'}, {"rejects", required_argument, NULL, 'r'},
                {"zone", required_argument, NULL, 'z'}, {"yes", no_argument, NULL, 'y'},
                {"json", no_argument, NULL, 'j'}, {0}};
        struct map_error error;
        int c, code = 0;
        while (code == 0 && (c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c == 'm')
                        code = map_choose(&run->choices, optarg, &error) == 0
                                       ? 0
                                       : ctl_usage("import", "%s", error.text);
                else if (c == 'n')
                        run->dry_run = true;
                else if (c == 'd')
                        code = read_dialect(run, optarg);
                else if (c == 'e')
                        code = read_encoding(run, optarg);
                else if (c == 'r')
                        run->rejects_path = optarg;
                else if (c == 'z')
                        code = read_zone(run, optarg);
                else if (c == 'y')
                        run->yes = true;
                else if (c == 'j')
                        run->ctl->json = true;
                else
                        code = ctl_usage("import", "that is no option of import.");
        }
        return code;
}

/* ---- the hub ---- */

/* Takes the zones from what the hub said of itself; what this run has read stays on top. */
static int learn_zones(struct import_run *run)
{
        const json_t *facts = client_facts(run->client);
        const char *own = json_string_value(json_object_get(facts, "zone"));
        run->hub_zone = zone_find(slice_of(own ? own : "UTC"));
        if (!run->hub_zone)
                return ctl_fail(
                        CTL_REFUSED, "this machine does not know the hub's time zone; install tzdata.");
        json_object_update_missing(run->zones, json_object_get(facts, "zones"));
        return 0;
}

static int connect_hub(struct import_run *run)
{
        struct client_error error;
        if (run->dry_run && run->zone) {
                run->hub_zone = run->zone;
                return 0;
        }
        int code = client_open(run->ctl->socket, &run->client, &error);
        if (code == 0)
                code = learn_zones(run);
        else if (run->dry_run)
                return ctl_fail(code, "%s For a dry run without a hub give --zone IANA.", error.text);
        else
                return ctl_fail(code, "%s", error.text);
        if (run->dry_run) {
                client_close(run->client);
                run->client = NULL;
        }
        return code;
}

/* The hub reads its roster anew: stores, associates and departments count from here on. */
static int tell_roster(struct import_run *run)
{
        struct client_error error;
        json_t *answer = NULL, *nothing = json_object();
        int status = 0;
        int code =
                run->client ? client_ask(run->client, CONTROL_ROSTER, nothing, &status, &answer, &error) : 0;
        json_decref(nothing);
        json_decref(answer);
        return code == 0 ? 0 : ctl_fail(code, "%s", error.text);
}

/* After stores their zones count for the purchases that follow. */
static int after_stores(struct import_run *run)
{
        struct client_error error;
        int code = tell_roster(run);
        if (code != 0 || !run->client)
                return code;
        code = client_greet(run->client, &error);
        return code == 0 ? learn_zones(run) : ctl_fail(code, "%s", error.text);
}

/* ---- files ---- */

static int worse(int a, int b)
{
        return a == CTL_OK || (a == CTL_REFUSED && b != CTL_OK) ? b : a;
}

static int import_one(struct import_run *run, enum import_kind kind, const char *path)
{
        int code = kind == IMPORT_SHIFTS ? roster_import(run, path) : import_file(run, kind, path);
        if (kind == IMPORT_STORES && (code == CTL_OK || code == CTL_REFUSED))
                code = worse(code, after_stores(run));
        return code;
}

/* The kinds of a folder in the order in which they need one another. A fault of a whole file ends the run;
 * rejected lines do not. */
static int import_folder(struct import_run *run, const char *folder)
{
        int code = CTL_OK;
        size_t found = 0;
        for (int k = 1; k <= IMPORT_KINDS; k++) {
                char path[4096];
                struct stat st;
                int n = snprintf(
                        path, sizeof path, "%s/%s.csv", folder, import_kind_word((enum import_kind)k));
                if (n < 0 || (size_t)n >= sizeof path)
                        return ctl_usage("import", "the folder's name is too long.");
                if (stat(path, &st) != 0)
                        continue;
                found++;
                code = worse(code, import_one(run, (enum import_kind)k, path));
                if (code != CTL_OK && code != CTL_REFUSED)
                        return code;
        }
        if (found == 0)
                return ctl_fail(CTL_NO_INPUT,
                        "%s has none of stores.csv, associates.csv, classes.csv, products.csv, "
                        "customers.csv, "
                        "purchases.csv, shifts.csv.",
                        folder);
        return code;
}

/* A --map that no file had use for is a slip of the hand. */
static int check_choices(const struct import_run *run)
{
        for (size_t i = 0; i < run->choices.n; i++)
                if (!run->choices.choice[i].used)
                        return ctl_fail(CTL_USAGE,
                                "--map %s=%s was not used: no imported file has this field.",
                                run->choices.choice[i].field, run->choices.choice[i].column);
        return 0;
}

static int check_kinds(const struct import_run *run, enum import_kind kind)
{
        for (size_t i = 0; i < run->choices.n; i++) {
                const struct map_choice *c = &run->choices.choice[i];
                if ((c->kind != 0 && c->kind != kind) || import_field_find(kind, c->field) < 0)
                        return ctl_usage(
                                "import", "%s have no field \"%s\".", import_kind_word(kind), c->field);
        }
        return 0;
}

static int run_import(struct import_run *run, int argc, char **argv)
{
        struct stat st;
        int left = argc - optind;
        const char *what = left > 0 ? argv[optind] : "";
        enum import_kind kind = left == 2 ? import_kind_find(what) : (enum import_kind)0;
        bool folder = left == 1 && import_kind_find(what) == 0;
        if (left == 2 && kind == 0)
                return ctl_usage("import",
                        "there is no kind \"%s\"; the kinds are stores, associates, classes, products, "
                        "customers, purchases, shifts.",
                        what);
        if (left != 2 && !folder)
                return ctl_usage("import", "import takes a kind and a file, or a folder.");
        if (folder && (stat(what, &st) != 0 || !S_ISDIR(st.st_mode)))
                return ctl_fail(CTL_NO_INPUT,
                        "%s is no folder. A single file needs its kind: import purchases FILE.csv.", what);
        int code = kind != 0 ? check_kinds(run, kind) : 0;
        if (code == 0)
                code = connect_hub(run);
        if (code != 0)
                return code;
        code = folder ? import_folder(run, what) : import_one(run, kind, argv[optind + 1]);
        /* Of shifts what is in already counts. (Of other kinds another batch's answer may be on its way.) */
        bool some_shifts = code == CTL_LATER && kind == IMPORT_SHIFTS;
        if (code == CTL_OK || code == CTL_REFUSED || some_shifts)
                code = worse(code, tell_roster(run));
        return code == CTL_OK || code == CTL_REFUSED ? worse(code, check_choices(run)) : code;
}

int ctl_import(struct ctl *ctl, int argc, char **argv)
{
        struct import_run run = {
                .ctl = ctl, .zones = json_object(), .classes = json_object(), .unmapped = json_object()};
        int code = read_options(&run, argc, argv);
        if (code == 0)
                code = run_import(&run, argc, argv);
        client_close(run.client);
        json_decref(run.zones);
        json_decref(run.classes);
        json_decref(run.unmapped);
        return code;
}
