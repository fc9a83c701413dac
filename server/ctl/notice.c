/* The notices: what customers agreed to, and the most that each version promised. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "server/ctl/ask.h"
#include "server/ctl/ctl.h"
#include "server/ctl/rules.h"

static void show_notices(const json_t *answer)
{
        size_t i;
        json_t *row;
        json_array_foreach(json_object_get(answer, "notices"), i, row)
                printf("%s %lld: the most that it promised are %lld rules%s\n",
                        json_string_value(json_object_get(row, "name")),
                        (long long)json_integer_value(json_object_get(row, "version")),
                        (long long)json_integer_value(json_object_get(row, "rules")),
                        i == 0 ? "; whoever joins now agrees to it" : "");
}

static int tell(struct ctl *ctl, json_t *request)
{
        int code;
        json_t *answer = ask_hub(ctl, CONTROL_CALL, request, &code);
        if (!answer)
                return code;
        if (ctl->json) {
                json_dumpf(answer, stdout, JSON_INDENT(2));
                putchar('\n');
        } else {
                show_notices(answer);
        }
        json_decref(answer);
        return CTL_OK;
}

/* What is wrong with the file is said before the hub is asked. */
static int add(struct ctl *ctl, const char *path)
{
        struct rulebook *book;
        int code = rules_book(path, &book);
        if (code == 0)
                code = tell(ctl, json_pack("{s:s, s:s}", "t", "notice_add", "text", rulebook_text(book)));
        rulebook_destroy(book);
        return code;
}

int ctl_notice(struct ctl *ctl, int argc, char **argv)
{
        static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
        int c;
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c != 'j')
                        return ctl_usage("notice", "that is no option of notice.");
                ctl->json = true;
        }
        if (argc - optind == 1 && strcmp(argv[optind], "list") == 0)
                return tell(ctl, json_pack("{s:s}", "t", "notices"));
        if (argc - optind == 2 && strcmp(argv[optind], "add") == 0)
                return add(ctl, argv[optind + 1]);
        return ctl_usage("notice", "notice takes list, or add and a file.");
}
