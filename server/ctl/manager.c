/* Managers' accounts: who has a password, whose is closed, and taking one away that was lost. */
#include <getopt.h>
#include <string.h>

#include "server/ctl/ask.h"
#include "server/ctl/ctl.h"
#include "server/ctl/show.h"

static int64_t number_of(const json_t *row, const char *name)
{
        return json_integer_value(json_object_get(row, name));
}

static const char *text_of(const json_t *row, const char *name)
{
        const char *text = json_string_value(json_object_get(row, name));
        return text ? text : "";
}

static void show_managers(const json_t *answer)
{
        const json_t *list = json_object_get(answer, "managers");
        if (json_array_size(list) == 0)
                puts("Nobody manages here: give an associate the role manager in the associates' file.");
        for (size_t i = 0; i < json_array_size(list); i++) {
                const json_t *row = json_array_get(list, i);
                char span[40], shut[80] = "";
                int64_t closed_s = number_of(row, "closed_s"), consoles = number_of(row, "consoles");
                if (closed_s > 0) {
                        show_span(closed_s, span, sizeof span);
                        snprintf(shut, sizeof shut, ", closed for %s after wrong tries", span);
                }
                printf("%-20s  %-20s  %s%s, %lld console%s\n", text_of(row, "id"), text_of(row, "name"),
                        json_is_true(json_object_get(row, "enrolled")) ? "password and second factor"
                                                                       : "no password yet",
                        shut, (long long)consoles, consoles == 1 ? "" : "s");
        }
}

static int list(struct ctl *ctl)
{
        int code;
        json_t *answer = ask_hub(ctl, CONTROL_CALL, json_pack("{s:s}", "t", "managers"), &code);
        if (!answer)
                return code;
        if (ctl->json) {
                json_dumpf(answer, stdout, JSON_INDENT(2));
                putchar('\n');
        } else {
                show_managers(answer);
        }
        json_decref(answer);
        return 0;
}

static int reset(struct ctl *ctl, const char *name)
{
        int code;
        json_t *answer = ask_hub(
                ctl, CONTROL_CALL, json_pack("{s:s, s:s}", "t", "manager_reset", "name", name), &code);
        if (!answer)
                return code;
        if (ctl->json)
                puts("{}");
        else
                printf("%s has no password any more, and her consoles are signed out. For a new one:\n"
                       "maitrectl link console %s\n",
                        name, name);
        json_decref(answer);
        return 0;
}

int ctl_manager(struct ctl *ctl, int argc, char **argv)
{
        static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
        int c;
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c != 'j')
                        return ctl_usage("manager", "that is no option of manager.");
                ctl->json = true;
        }
        if (argc - optind == 1 && strcmp(argv[optind], "list") == 0)
                return list(ctl);
        if (argc - optind == 2 && strcmp(argv[optind], "reset") == 0)
                return reset(ctl, argv[optind + 1]);
        return ctl_usage("manager", "manager takes list, or reset and an id.");
}
