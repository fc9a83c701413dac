#include "agent/options.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SETS_MOST 32

static const char help[] =
        "maitred-agent - tells the hub of a store which of its customers' phones are on the store's Wi-Fi\n"
        "\n"
        "  maitred-agent [--config FILE] [--set SECTION.KEY=VALUE]...\n"
        "  maitred-agent pair CODE [--hub HOST:PORT] [--config FILE] [--set SECTION.KEY=VALUE]...\n"
        "  maitred-agent --replay FILE --tags FILE\n"
        "  maitred-agent --check-config | --print-config [--config FILE] | --version | --help\n"
        "\n"
        "  pair CODE          pairs with the hub that made the code (maitrectl link agent NAME)\n"
        "  --hub HOST:PORT    where that hub is; without it the local network is asked (mDNS)\n"
        "  --config FILE      the configuration; without it every key has its default\n"
        "  --set KEY=VALUE    sets one key after the file was read (such as ap.kind=ubus)\n"
        "  --replay FILE      plays recorded events and prints what the hub would have been told\n"
        "  --tags FILE        who is enrolled, for --replay: lines \"k KEYID\", \"u IDENTITY\" or \"m "
        "ADDRESS\"\n"
        "  --check-config     reads the configuration, says what is wrong with it, and ends\n"
        "  --print-config     prints every key with its meaning, range and value, and ends\n"
        "\n"
        "Exit codes: 0 stopped, 10 not paired, 11 the hub refused to pair, 12 no way to the access point, 13 "
        "no way\n"
        "to start the uplink, 64 wrong options, 66 a file to replay is missing, 78 wrong configuration.\n"
        "See maitred-agent(8).\n";

struct given {
        const char *config, *sets[SETS_MOST];
        int n_sets;
        bool print, check;
};

__attribute__((noreturn)) static void wrong(const char *what)
{
        fprintf(stderr, "maitred-agent: %s; see maitred-agent --help\n", what);
        exit(EXIT_USAGE);
}

static void parse(int argc, char **argv, struct given *g, struct options *o)
{
        enum {
                OPT_CONFIG = 1,
                OPT_SET,
                OPT_HUB,
                OPT_REPLAY,
                OPT_TAGS,
                OPT_PRINT,
                OPT_CHECK,
                OPT_VERSION,
                OPT_HELP
        };
        static const struct option table[] = {{"config", 1, NULL, OPT_CONFIG}, {"set", 1, NULL, OPT_SET},
                {"hub", 1, NULL, OPT_HUB}, {"replay", 1, NULL, OPT_REPLAY}, {"tags", 1, NULL, OPT_TAGS},
                {"print-config", 0, NULL, OPT_PRINT}, {"check-config", 0, NULL, OPT_CHECK},
                {"version", 0, NULL, OPT_VERSION}, {"help", 0, NULL, OPT_HELP}, {0}};
        int c;
        while ((c = getopt_long(argc, argv, "", table, NULL)) != -1) {
                if (c == OPT_CONFIG)
                        g->config = optarg;
                else if (c == OPT_SET && g->n_sets < SETS_MOST)
                        g->sets[g->n_sets++] = optarg;
                else if (c == OPT_HUB)
                        o->hub = optarg;
                else if (c == OPT_REPLAY)
                        o->replay = optarg;
                else if (c == OPT_TAGS)
                        o->tags = optarg;
                else if (c == OPT_PRINT)
                        g->print = true;
                else if (c == OPT_CHECK)
                        g->check = true;
                else if (c == OPT_VERSION || c == OPT_HELP) {
                        fputs(c == OPT_HELP ? help : "maitred-agent " MAITRED_VERSION "\n", stdout);
                        exit(0);
                } else {
                        wrong("that is no option");
                }
        }
        if (optind < argc && strcmp(argv[optind], "pair") == 0 && optind + 2 == argc) {
                o->verb = VERB_PAIR;
                o->code = argv[optind + 1];
        } else if (optind < argc) {
                wrong("the only command is `pair CODE [--hub HOST:PORT]`");
        }
        if (o->replay && (!o->tags || o->verb == VERB_PAIR))
                wrong("--replay FILE needs --tags FILE and nothing else");
        if (o->replay)
                o->verb = VERB_REPLAY;
}

static void set(const char *text, struct config *config)
{
        struct config_error error;
        char key[80];
        const char *equals = strchr(text, '=');
        size_t len = equals ? (size_t)(equals - text) : 0;
        if (len == 0 || len >= sizeof key)
                wrong("--set wants SECTION.KEY=VALUE, such as --set ap.kind=ubus");
        memcpy(key, text, len);
        key[len] = 0;
        if (config_set(config, key, equals + 1, &error) != 0) {
                fprintf(stderr, "maitred-agent: --set %s: %s\n", key, error.text);
                exit(EXIT_CONFIG);
        }
}

void options_read(int argc, char **argv, struct options *out)
{
        struct given given = {0};
        struct config_error error;
        parse(argc, argv, &given, out);
        config_defaults(&out->config);
        if (given.config && config_load(given.config, &out->config, &error) != 0) {
                fprintf(stderr, "maitred-agent: %s\n", error.text);
                exit(EXIT_CONFIG);
        }
        for (int i = 0; i < given.n_sets; i++)
                set(given.sets[i], &out->config);
        if (config_check(given.config ? given.config : "--set", &out->config, &error) != 0) {
                fprintf(stderr, "maitred-agent: %s\n", error.text);
                exit(EXIT_CONFIG);
        }
        if (given.print)
                config_print(stdout, &out->config);
        else if (given.check)
                printf("%s is good\n", given.config ? given.config : "the configuration without a file");
        if (given.print || given.check)
                exit(0);
}
