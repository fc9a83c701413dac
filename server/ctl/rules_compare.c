/* maitrectl rules diff FILE and rules replay FILE: what a draft would change for the store's real customers,
 * and what it would have made of the cards of the last days. The hub counts [P68]; this asks how far it is.
 */
#include <getopt.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "server/ctl/client.h"
#include "server/ctl/progress.h"
#include "server/ctl/rules.h"

#define ASK_EVERY_MS 150
#define DAYS_MOST    30

/* ---- asking ---- */
static json_t *refused(int *code, struct client_error *error, int status, json_t *answer)
{
        if (*code != 0) {
                ctl_fail(*code, "%s", error->text);
        } else if (!answer) {
                *code = ctl_fail(CTL_UNREACHABLE, "the hub's answer cannot be read.");
        } else {
                const char *say = json_string_value(json_object_get(answer, "say"));
                const char *what = json_string_value(json_object_get(answer, "do"));
                *code = ctl_fail(status == 503   ? CTL_LATER
                                 : status == 422 ? CTL_DATA
                                                 : CTL_REFUSED,
                        "%s %s", say ? say : "The hub said no.", what ? what : "");
        }
        json_decref(answer);
        return NULL;
}

/* NULL: told why, and *code says it. */
static json_t *ask(struct client *client, const json_t *request, int *code)
{
        struct client_error error;
        json_t *answer = NULL;
        int status = 0;
        *code = client_ask(client, CONTROL_CALL, request, &status, &answer, &error);
        if (*code == 0 && status == 200 && json_is_object(answer))
                return answer;
        return refused(code, &error, status, answer);
}

static void rest(int ms)
{
        poll(NULL, 0, ms);
}

static uint64_t number_of(const json_t *object, const char *key)
{
        json_int_t n = json_integer_value(json_object_get(object, key));
        return n > 0 ? (uint64_t)n : 0;
}

static const char *text_of(const json_t *object, const char *key)
{
        const char *text = json_string_value(json_object_get(object, key));
        return text ? text : "";
}

/* Asks how far the job is until it is over; its result, or NULL with *code. */
static json_t *wait_for(struct client *client, uint64_t job, const char *what, const char *unit, int *code)
{
        struct progress progress;
        json_t *request = json_pack("{s:s}", "t", "rules_job"), *answer = NULL, *result = NULL;
        bool running = true;
        progress_start(&progress, what, 0);
        progress.unit = unit;
        while (running && (answer = ask(client, request, code)) != NULL) {
                running = number_of(answer, "job") == job && strcmp(text_of(answer, "state"), "running") == 0;
                progress.size_bytes = number_of(answer, "of");
                progress_at(&progress, number_of(answer, "done"), number_of(answer, "done"));
                if (running) {
                        json_decref(answer);
                        rest(ASK_EVERY_MS);
                }
        }
        progress_end(&progress);
        json_decref(request);
        if (!answer)
                return NULL;
        if (number_of(answer, "job") == job && strcmp(text_of(answer, "state"), "done") == 0)
                result = json_incref(json_object_get(answer, "result"));
        if (!json_is_object(result))
                *code = ctl_fail(CTL_LATER,
                        "the hub did not finish this: it was asked for another one meanwhile, "
                        "or was stopped. Ask again.");
        json_decref(answer);
        return result;
}

/* `request` is given away. */
static json_t *run_job(struct ctl *ctl, json_t *request, const char *what, const char *unit, int *code)
{
        struct client_error error;
        struct client *client = NULL;
        json_t *result = NULL;
        *code = client_open(ctl->socket, &client, &error);
        json_t *begun = *code ? refused(code, &error, 0, NULL) : ask(client, request, code);
        if (begun)
                result = wait_for(client, number_of(begun, "job"), what, unit, code);
        json_decref(begun);
        json_decref(request);
        client_close(client);
        return result;
}

/* A file's rules as a job's request; NULL with *code. What is no rulebook is told here, with its place. */
static json_t *request_of(const char *name, const char *path, int *code)
{
        struct rulebook *book = NULL;
        *code = rules_book(path, &book);
        json_t *request = *code ? NULL : json_pack("{s:s, s:s}", "t", name, "text", rulebook_text(book));
        rulebook_destroy(book);
        return request;
}

/* ---- telling ---- */
/* A number as the hub tells it: "1,234", or "<5". */
static const char *told(const json_t *object, const char *key, char out[28])
{
        const json_t *n = json_object_get(object, key);
        if (json_is_string(n)) {
                snprintf(out, 28, "%s", json_string_value(n));
                return out;
        }
        return progress_number(number_of(object, key), out);
}

static bool any(const json_t *object, const char *key)
{
        return json_is_string(json_object_get(object, key)) || number_of(object, key) > 0;
}

static void say_step(const json_t *row)
{
        bool say_from = json_is_true(json_object_get(row, "may_say_from"));
        bool say_to = json_is_true(json_object_get(row, "may_say_to"));
        if (strcmp(text_of(row, "from"), text_of(row, "to")) != 0)
                printf("%s to %s%s", text_of(row, "from"), text_of(row, "to"),
                        say_from != say_to ? ", " : "");
        if (say_from != say_to)
                printf("%s", say_to ? "may be said" : "may no longer be said");
}

static char sign(const json_t *row)
{
        return json_is_true(json_object_get(row, "wider")) ? '+' : '-';
}

static void say_rows(const json_t *result)
{
        char n[28];
        size_t i;
        const json_t *row;
        json_array_foreach(json_object_get(result, "by"), i, row)
        {
                const char *kind = text_of(row, "kind");
                printf("  %c %s lines (%s, %s, %s): ", sign(row), told(row, "lines", n),
                        text_of(row, "relation"), text_of(row, "channel"), kind[0] ? kind : "no class");
                say_step(row);
                putchar('\n');
        }
        if (number_of(result, "by_left_out"))
                printf("  ... and %s smaller groups\n", progress_number(number_of(result, "by_left_out"), n));
        json_array_foreach(json_object_get(result, "fields"), i, row)
        {
                printf("  %c the %s of %s customers (%s): ", sign(row), text_of(row, "field"),
                        told(row, "customers", n), text_of(row, "relation"));
                say_step(row);
                putchar('\n');
        }
}

static void say_rules(const json_t *result)
{
        size_t i;
        const json_t *one;
        json_array_foreach(json_object_get(result, "unused"), i, one)
        {
                printf("  %s matched no real line of 90 days\n", json_string_value(one));
        }
        json_array_foreach(json_object_get(result, "singles_out"), i, one)
        {
                bool few = json_is_string(json_object_get(one, "customers"));
                bool alone = json_is_true(json_object_get(one, "one_associate"));
                printf("  %s singles out: it matches %s%s%s\n", text_of(one, "rule"),
                        few ? "the lines of fewer than five customers" : "", few && alone ? ", and " : "",
                        alone ? "for one associate only" : "");
        }
}

static void say_diff(const char *path, const json_t *result)
{
        char a[28], b[28], c[28];
        printf("%s and the rules in force, over %s customers, %s associates and %s lines (rounded)\n", path,
                told(result, "customers", a), told(result, "associates", b), told(result, "lines", c));
        if (!any(result, "customers_changed"))
                puts("Nobody would see anything different.");
        else
                printf("%s customers would be seen differently; of every line as every associate sees it, %s "
                       "would show more and %s less:\n",
                        told(result, "customers_changed", a), told(result, "wider", b),
                        told(result, "narrower", c));
        say_rows(result);
        say_rules(result);
}

static void say_replay(const char *path, const json_t *result)
{
        char a[28], b[28], c[28], d[28];
        size_t i;
        const json_t *day;
        printf("%s: of %s cards that were on screens %s would have been different, %s with more, %s with "
               "less\n",
                path, told(result, "cards", a), told(result, "changed", b), told(result, "more", c),
                told(result, "less", d));
        json_array_foreach(json_object_get(result, "by_day"), i, day)
        {
                printf("  %s  %s cards, %s different, %s more, %s less\n", text_of(day, "day"),
                        told(day, "cards", a), told(day, "changed", b), told(day, "more", c),
                        told(day, "less", d));
        }
        if (any(result, "gone"))
                printf("  %s more could not be made again: the customer or the associate is gone\n",
                        told(result, "gone", a));
        if (any(result, "other_rules"))
                printf("  %s had been made under other rules than those in force now\n",
                        told(result, "other_rules", a));
}

/* ---- the commands ---- */
static int tell(struct ctl *ctl, const char *path, json_t *result, const char *wider,
        void (*say)(const char *, const json_t *))
{
        bool more = any(result, wider);
        size_t i;
        const json_t *field;
        json_array_foreach(json_object_get(result, "fields"), i, field)
        {
                more |= json_is_true(json_object_get(field, "wider"));
        }
        if (ctl->json) {
                json_dumpf(result, stdout, JSON_INDENT(2));
                putchar('\n');
        } else {
                say(path, result);
        }
        json_decref(result);
        return more ? CTL_REFUSED : CTL_OK;
}

int rules_live_diff(struct ctl *ctl, const char *path)
{
        int code;
        json_t *request = request_of("rules_diff", path, &code);
        json_t *result = request ? run_job(ctl, request, "customers", "customers", &code) : NULL;
        return result ? tell(ctl, path, result, "wider", say_diff) : code;
}

int rules_replay(struct ctl *ctl, int argc, char **argv)
{
        static const struct option options[] = {
                {"days", required_argument, NULL, 'd'}, {"json", no_argument, NULL, 'j'}, {0}};
        long days = DAYS_MOST;
        int c, code;
        char none[] = "", *end = none;
        optind = 0;
        opterr = 0;
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c == 'd')
                        days = strtol(optarg, &end, 10);
                else if (c == 'j')
                        ctl->json = true;
                else
                        return ctl_usage("rules", "%s is no option here.", argv[optind - 1]);
        }
        if (argc - optind != 1)
                return ctl_usage("rules", "say replay FILE, and --days N if you like.");
        if (*end || days < 1 || days > DAYS_MOST)
                return ctl_usage("rules", "--days takes a number from 1 to %d.", DAYS_MOST);
        json_t *request = request_of("rules_replay", argv[optind], &code);
        if (!request)
                return code;
        json_object_set_new(request, "days", json_integer(days));
        json_t *result = run_job(ctl, request, "cards", "cards", &code);
        return result ? tell(ctl, argv[optind], result, "more", say_replay) : code;
}
