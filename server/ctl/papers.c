/* maitrectl sign and record: what hangs at the door, and what lies in a drawer, by the settings that are in
 * force [P152, P153]. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "server/ctl/ask.h"
#include "server/ctl/ctl.h"

static const char *text_of(const json_t *object, const char *key)
{
        const char *text = json_string_value(json_object_get(object, key));
        return text ? text : "";
}

static void print_json(const json_t *answer)
{
        json_dumpf(answer, stdout, JSON_INDENT(2));
        putchar('\n');
}

/* ---- sign ---- */
/* False: there is no such language. */
static bool print_sign(const json_t *answer, const char *language)
{
        size_t i;
        json_t *sign, *line;
        bool found = false;
        json_array_foreach(json_object_get(answer, "signs"), i, sign)
        {
                size_t k;
                if (strcmp(text_of(sign, "language"), language) != 0)
                        continue;
                found = true;
                printf("%s\n\n%s\n", text_of(answer, "store"), text_of(sign, "title"));
                json_array_foreach(json_object_get(sign, "lines"), k, line)
                        printf("\n%s\n", text_of(line, "say"));
        }
        return found;
}

int ctl_sign(struct ctl *ctl, int argc, char **argv)
{
        static const struct option options[] = {
                {"json", no_argument, NULL, 'j'}, {"language", required_argument, NULL, 'l'}, {0}};
        const char *language = "en";
        int c, code;
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c != 'j' && c != 'l')
                        return ctl_usage("sign", "that is no option of sign.");
                ctl->json |= c == 'j';
                language = c == 'l' ? optarg : language;
        }
        if (optind != argc)
                return ctl_usage("sign", "sign takes no words but its options.");
        json_t *answer = ask_hub(ctl, CONTROL_CALL, json_pack("{s:s}", "t", "sign_text"), &code);
        if (!answer)
                return code;
        code = CTL_OK;
        if (ctl->json)
                print_json(answer);
        else if (!print_sign(answer, language))
                code = ctl_usage(
                        "sign", "there is no sign in \"%s\"; the languages are en, sv and fr.", language);
        json_decref(answer);
        return code;
}

/* ---- record ---- */
static void print_controller(const json_t *answer)
{
        static const char *const keys[] = {"name", "street", "country", "contact", "email", "phone", "law"};
        const json_t *who = json_object_get(answer, "controller"),
                     *notice = json_object_get(answer, "notice");
        printf("Record of processing activities (GDPR, article 30): %s\n\nController\n",
                text_of(answer, "store"));
        for (size_t i = 0; i < ARRAY_LEN(keys); i++)
                if (text_of(who, keys[i])[0])
                        printf("  %-8s  %s\n", keys[i], text_of(who, keys[i]));
        printf("\nNotice\n  %s, version %lld: %s\n", text_of(notice, "name"),
                (long long)json_integer_value(json_object_get(notice, "version")), text_of(notice, "url"));
}

static void print_activity(size_t nth, const json_t *one)
{
        static const struct {
                const char *key, *head;
        } parts[] = {{"purpose", "purpose"}, {"ground", "ground"}, {"people", "people"}, {"data", "data"},
                {"seen_by", "seen by"}, {"kept", "kept"}};
        printf("\n%zu. %s\n", nth, text_of(one, "what"));
        for (size_t i = 0; i < ARRAY_LEN(parts); i++)
                printf("  %-8s  %s\n", parts[i].head, text_of(one, parts[i].key));
}

static void print_record(const json_t *answer)
{
        size_t i;
        json_t *one;
        print_controller(answer);
        json_array_foreach(json_object_get(answer, "activities"), i, one) print_activity(i + 1, one);
        printf("\nRecipients outside\n  %s\n\nSecurity\n  %s\n\nHouse rules in force\n",
                text_of(answer, "recipients"), text_of(answer, "security"));
        json_array_foreach(json_object_get(answer, "house"), i, one) printf(
                "  %-12s  %-10s  %s\n", text_of(one, "key"), text_of(one, "value"), text_of(one, "say"));
}

int ctl_record(struct ctl *ctl, int argc, char **argv)
{
        static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
        int c, code;
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c != 'j')
                        return ctl_usage("record", "that is no option of record.");
                ctl->json = true;
        }
        if (optind != argc)
                return ctl_usage("record", "record takes no words but its options.");
        json_t *answer = ask_hub(ctl, CONTROL_CALL, json_pack("{s:s}", "t", "record"), &code);
        if (!answer)
                return code;
        if (ctl->json)
                print_json(answer);
        else
                print_record(answer);
        json_decref(answer);
        return CTL_OK;
}
