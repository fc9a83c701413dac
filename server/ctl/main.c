/* maitrectl: finds the command and the hub's socket; everything else is the command's own. */
#include <getopt.h>
#include <jansson.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "server/common/clock.h"
#include "server/common/memory.h"
#include "server/ctl/ctl.h"

#define PRESET_SOCKET "/run/maitred/control"

/* --now is read in UTC unless it has a zone of its own; the demo's store reads it again in its own zone. */
static int set_now(struct ctl *ctl, const char *text)
{
        if (clock_parse(text, &ctl->now) != 0)
                return ctl_usage(NULL, "--now takes a time such as 2026-03-31T17:05, not \"%s\".", text);
        ctl->now_given = true;
        return 0;
}

static int set_config(struct ctl *ctl, struct config *config, const char *path)
{
        struct config_error error;
        if (config_load(path, config, &error) != 0)
                return ctl_fail(CTL_DATA, "%s", error.text);
        ctl->socket = config->control_socket;
        return 0;
}

static int global_options(struct ctl *ctl, struct config *config, int argc, char **argv)
{
        static const struct option options[] = {{"socket", required_argument, NULL, 's'},
                {"config", required_argument, NULL, 'c'}, {"now", required_argument, NULL, 'n'},
                {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'},
                {"version", no_argument, NULL, 'v'}, {0}};
        int c, code = 0;
        opterr = 0;
        while (code == 0 && (c = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
                if (c == 's')
                        ctl->socket = optarg;
                else if (c == 'c')
                        code = set_config(ctl, config, optarg);
                else if (c == 'n')
                        code = set_now(ctl, optarg);
                else if (c == 'j')
                        ctl->json = true;
                else if (c == 'h')
                        code = -1;
                else if (c == 'v')
                        code = -2;
                else
                        code = ctl_usage(NULL, "%s is no option here, or lacks its value.", argv[optind - 1]);
        }
        return code;
}

static bool wants_help(int argc, char **argv)
{
        for (int i = 1; i < argc; i++)
                if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
                        return true;
        return false;
}

static int run(struct ctl *ctl, int argc, char **argv)
{
        if (argc == 0) {
                ctl_help(ctl, 0, NULL);
                return CTL_USAGE;
        }
        const struct command *command = ctl_find(argv[0]);
        if (!command)
                return ctl_usage(NULL, "there is no command \"%s\".", argv[0]);
        if (wants_help(argc, argv)) {
                fputs(command->help, stdout);
                return CTL_OK;
        }
        optind = 0; /* getopt starts over with the command's own options */
        return command->run(ctl, argc, argv);
}

int main(int argc, char **argv)
{
        struct clock machine = {0};
        struct config config;
        const char *socket = getenv("MAITRED_SOCKET"), *term = getenv("TERM");
        struct ctl ctl = {.socket = socket ? socket : PRESET_SOCKET,
                .now = clock_wall(&machine),
                .colour = isatty(STDOUT_FILENO) == 1 && !getenv("NO_COLOR") && term &&
                          strcmp(term, "dumb") != 0};
        json_set_alloc_funcs(memory_or_end, free);
        setlocale(LC_CTYPE, "");
        signal(SIGPIPE, SIG_DFL);
        int code = global_options(&ctl, &config, argc, argv);
        if (code == -1)
                return ctl_help(&ctl, 0, NULL);
        if (code == -2) {
                puts("maitrectl " MAITRED_VERSION);
                return CTL_OK;
        }
        if (code != 0)
                return code;
        code = run(&ctl, argc - optind, argv + optind);
        if (fflush(stdout) != 0 && code == CTL_OK)
                code = ctl_fail(CTL_CANNOT_WRITE, "standard output cannot be written.");
        return code;
}
