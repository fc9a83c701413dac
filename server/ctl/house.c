/* maitrectl house: how the store asks and calls, as text: looked at, counted against last week, saved [P120,
 * P121]. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/ctl/ask.h"
#include "server/ctl/ctl.h"

#define READ_MAX  8192 /* bytes that the hub takes [P121] */
#define VALUE_MAX 24

static const char *text_of(const json_t *object, const char *key)
{
        const char *text = json_string_value(json_object_get(object, key));
        return text ? text : "";
}

static long long number_of(const json_t *object, const char *key)
{
        return json_integer_value(json_object_get(object, key));
}

/* `request` is given away; NULL: told why, and *code says it. */
static json_t *asked(struct ctl *ctl, json_t *request, int *code)
{
        json_t *answer = ask_hub(ctl, CONTROL_CALL, request, code);
        if (answer && ctl->json) {
                json_dumpf(answer, stdout, JSON_INDENT(2));
                putchar('\n');
        }
        return answer;
}

/* The file's text, which the caller frees; NULL: told why. */
static char *read_file(const char *path, int *code)
{
        char *text = calloc(1, READ_MAX + 2);
        FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
        size_t len = text && file ? fread(text, 1, READ_MAX + 1, file) : 0;
        bool bad = !text || !file || ferror(file);
        if (file && file != stdin)
                fclose(file);
        if (bad)
                *code = ctl_fail(CTL_NO_INPUT, "%s cannot be read; name a file of house rules.", path);
        else if (len > READ_MAX || strlen(text) != len)
                *code = ctl_fail(CTL_DATA, "%s is no text of house rules, or is longer than 8 KiB.", path);
        else
                return text;
        free(text);
        return NULL;
}

/* A value as the text has it. */
static void value_text(const json_t *rule, const char *which, char out[VALUE_MAX])
{
        long long value = number_of(rule, which);
        const char *kind = text_of(rule, "kind");
        if (strcmp(kind, "time") == 0)
                snprintf(out, VALUE_MAX, "%02lld:%02lld", value / 60, value % 60);
        else if (strcmp(kind, "yes") == 0)
                snprintf(out, VALUE_MAX, "%s", value ? "yes" : "no");
        else
                snprintf(out, VALUE_MAX, "%lld", value);
}

static void print_rule(const json_t *rule, bool bounds)
{
        char value[VALUE_MAX], least[VALUE_MAX], most[VALUE_MAX];
        const char *unit = text_of(rule, "unit");
        const char *list = json_string_value(json_object_get(rule, "list"));
        value_text(rule, "value", value);
        value_text(rule, "least", least);
        value_text(rule, "most", most);
        const char *firm = json_string_value(json_object_get(rule, "firm"));
        if (bounds && firm)
                printf("%s = %s\n", text_of(rule, "key"), firm[0] ? firm : "none");
        else if (bounds)
                printf("%s = %s to %s\n", text_of(rule, "key"), least, most);
        else
                printf("%s = %s%s%s\t# %s\n", text_of(rule, "key"), list ? list : value, unit[0] ? " " : "",
                        unit, text_of(rule, "say"));
}

/* What is in force, each with its sentence: a text that can be saved again. */
static int show(struct ctl *ctl, bool bounds)
{
        int code = CTL_OK;
        size_t i;
        json_t *rule, *answer = asked(ctl, json_pack("{s:s}", "t", "house"), &code);
        if (!answer)
                return code;
        if (!ctl->json && !bounds)
                printf("# version %lld\n", number_of(answer, "version"));
        if (!ctl->json)
                json_array_foreach(json_object_get(answer, "rules"), i, rule) print_rule(rule, bounds);
        json_decref(answer);
        return CTL_OK;
}

static void say_count(const json_t *answer)
{
        printf("This would have changed %s%lld of the %lld visits of the last seven days.\n",
                json_is_true(json_object_get(answer, "fewer")) ? "fewer than " : "",
                number_of(answer, "changed"), number_of(answer, "of"));
}

static int count(struct ctl *ctl, const char *text)
{
        int code = CTL_OK;
        json_t *answer = asked(ctl, json_pack("{s:s, s:s}", "t", "house_count", "text", text), &code);
        if (!answer)
                return code;
        if (!ctl->json)
                say_count(answer);
        json_decref(answer);
        return CTL_OK;
}

static int set(struct ctl *ctl, const char *text)
{
        int code = CTL_OK;
        bool json = ctl->json;
        ctl->json = false;
        json_t *now = asked(ctl, json_pack("{s:s}", "t", "house"), &code);
        ctl->json = json;
        if (!now)
                return code;
        json_t *request = json_pack("{s:s, s:s, s:I}", "t", "house_set", "text", text, "base",
                (json_int_t)number_of(now, "version"));
        json_decref(now);
        json_t *answer = asked(ctl, request, &code);
        if (!answer)
                return code;
        if (!json)
                printf("Version %lld of the house rules is in force.\n", number_of(answer, "version"));
        json_decref(answer);
        return CTL_OK;
}

static int set_file(struct ctl *ctl, const char *path, bool dry_run)
{
        int code = CTL_OK;
        char *text = read_file(path, &code);
        if (text)
                code = dry_run ? count(ctl, text) : set(ctl, text);
        free(text);
        return code;
}

static void print_version(const json_t *v)
{
        char day[40] = "";
        time_t at = (time_t)(number_of(v, "at_ms") / SECOND_MS);
        struct tm utc;
        if (gmtime_r(&at, &utc))
                strftime(day, sizeof day, "%Y-%m-%d %H:%M UTC", &utc);
        printf("%4lld  %s  by %s\n", number_of(v, "version"), day, text_of(v, "by"));
}

/* Every version; or, with a number, that one is saved once more. */
static int history(struct ctl *ctl, const char *version)
{
        int code = CTL_OK;
        size_t i;
        bool json = ctl->json;
        if (version)
                ctl->json = false;
        json_t *one, *answer = asked(ctl, json_pack("{s:s}", "t", "house"), &code);
        ctl->json = json;
        if (!answer)
                return code;
        json_t *back = NULL;
        json_array_foreach(json_object_get(answer, "versions"), i, one)
        {
                if (!version && !json)
                        print_version(one);
                if (version && number_of(one, "version") == strtoll(version, NULL, 10))
                        back = one;
        }
        if (back)
                code = set(ctl, text_of(back, "text"));
        else if (version)
                code = ctl_fail(CTL_REFUSED,
                        "there is no version %s of the house rules. See: maitrectl house history", version);
        json_decref(answer);
        return code;
}

int ctl_house(struct ctl *ctl, int argc, char **argv)
{
        static const struct option options[] = {
                {"json", no_argument, NULL, 'j'}, {"dry-run", no_argument, NULL, 'n'}, {0}};
        bool dry_run = false;
        int c;
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c != 'j' && c != 'n')
                        return ctl_usage("house", "that is no option of house.");
                ctl->json |= c == 'j';
                dry_run |= c == 'n';
        }
        const char *what = optind < argc ? argv[optind] : "",
                   *more = optind + 1 < argc ? argv[optind + 1] : NULL;
        int words = argc - optind;
        if (words == 1 && (strcmp(what, "show") == 0 || strcmp(what, "bounds") == 0))
                return show(ctl, what[0] == 'b');
        if (words == 1 && strcmp(what, "history") == 0)
                return history(ctl, NULL);
        if (words == 2 && strcmp(what, "check") == 0)
                return set_file(ctl, more, true);
        if (words == 2 && strcmp(what, "set") == 0)
                return set_file(ctl, more, dry_run);
        if (words == 2 && strcmp(what, "rollback") == 0)
                return history(ctl, more);
        return ctl_usage(
                "house", "house takes show, check FILE, set FILE, history, rollback VERSION or bounds.");
}
