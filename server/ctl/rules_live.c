/* maitrectl rules list, show, propose, publish, withdraw and rollback: the versions that the hub keeps, and
 * which of them is in force [P65-P72]. Whoever stands at the operator's socket counts as one person. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/ctl/client.h"
#include "server/ctl/rules.h"

/* What these commands know of options, and the connection that they ask over. */
struct live {
        struct ctl *ctl;
        struct client *client;
        const char *why;
        bool dry_run;
        int code; /* of the newest question */
};

/* `request` is given away. NULL: told why, and live->code says it. */
static json_t *ask(struct live *live, json_t *request)
{
        struct client_error error;
        json_t *answer = NULL;
        int status = 0;
        live->code = live->client ? 0 : client_open(live->ctl->socket, &live->client, &error);
        if (live->code == 0)
                live->code = client_ask(live->client, CONTROL_CALL, request, &status, &answer, &error);
        json_decref(request);
        if (live->code != 0)
                ctl_fail(live->code, "%s", error.text);
        else if (!answer)
                live->code = ctl_fail(CTL_UNREACHABLE, "the hub's answer cannot be read.");
        return answer;
}

static const char *text_of(const json_t *object, const char *key)
{
        const char *text = json_string_value(json_object_get(object, key));
        return text ? text : "";
}

static long long number_of(const json_t *object, const char *key)
{
        return json_integer_value(json_object_get(object, key));
}

static bool wider(const json_t *version)
{
        return json_is_true(json_object_get(version, "wider"));
}

static void print_json(const json_t *answer)
{
        json_dumpf(answer, stdout, JSON_INDENT(2));
        putchar('\n');
}

static void print_version(const json_t *v)
{
        char day[40] = "";
        time_t at = (time_t)(number_of(v, "at_ms") / SECOND_MS);
        struct tm utc;
        if (gmtime_r(&at, &utc))
                strftime(day, sizeof day, "%Y-%m-%d %H:%M UTC", &utc);
        printf("%4lld  %-9s  %s  %s %.12s  by %s%s%s%s\n      %s\n", number_of(v, "version"),
                text_of(v, "state"), day, text_of(v, "name"), text_of(v, "sha256"), text_of(v, "by"),
                text_of(v, "approved_by")[0] ? ", published by " : "", text_of(v, "approved_by"),
                wider(v) ? "; shows more than the version before it" : "", text_of(v, "why"));
}

/* ---- list, show ---- */
static int list(struct live *live, const char *word)
{
        size_t i;
        json_t *version, *answer = ask(live, json_pack("{s:s}", "t", "rules"));
        (void)word;
        if (answer && live->ctl->json)
                print_json(answer);
        else
                json_array_foreach(json_object_get(answer, "versions"), i, version) print_version(version);
        if (answer && json_is_null(json_object_get(answer, "live")))
                live->code = ctl_fail(CTL_REFUSED,
                        "no version that can be trusted is in force: nothing is shown to anybody. Publish "
                        "one.");
        json_decref(answer);
        return live->code;
}

/* The number that a word is; 0 if it is none. */
static long version_of(const char *word)
{
        char *end;
        long n = strtol(word, &end, 10);
        return *word >= '0' && *word <= '9' && *end == '\0' && n > 0 && n <= INT32_MAX ? n : 0;
}

static json_t *version_with_text(struct live *live, long version)
{
        return ask(live, json_pack("{s:s, s:I}", "t", "rules_version", "version", (json_int_t)version));
}

static int show(struct live *live, const char *word)
{
        json_t *answer = version_with_text(live, version_of(word));
        if (answer && live->ctl->json)
                print_json(answer);
        else if (answer)
                fputs(text_of(answer, "text"), stdout);
        json_decref(answer);
        return live->code;
}

/* ---- what it would change ---- */
static void print_areas(char sign, const json_t *areas)
{
        size_t i;
        json_t *a;
        json_array_foreach(areas, i, a)
        {
                bool level = strcmp(text_of(a, "from"), text_of(a, "to")) != 0;
                bool said = json_is_true(json_object_get(a, "may_say_to"));
                printf("  %c ", sign);
                if (level)
                        printf("%s to %s", text_of(a, "from"), text_of(a, "to"));
                if (said != json_is_true(json_object_get(a, "may_say_from")))
                        printf("%s%s", level ? ", " : "", said ? "may be said" : "may no longer be said");
                printf(": %s\n", text_of(a, "what"));
        }
}

/* Tells where a text shows more or less than the one in force. 0: it only narrows; CTL_REFUSED: it widens. */
static int tell_change(struct live *live, const char *text)
{
        size_t i;
        json_t *e, *answer = ask(live, json_pack("{s:s, s:s}", "t", "rules_check", "text", text));
        const json_t *change = json_object_get(answer, "change");
        if (!answer)
                return live->code;
        json_array_foreach(json_object_get(answer, "errors"), i, e) live->code =
                ctl_fail(CTL_DATA, "line %lld, column %lld: %s", number_of(e, "line"), number_of(e, "column"),
                        text_of(e, "say"));
        if (live->code == 0 && number_of(change, "wider") > 0) {
                puts("More would be shown, so a second manager must agree:");
                print_areas('+', json_object_get(change, "more"));
                live->code = CTL_REFUSED;
        }
        if (number_of(change, "narrower") > 0) {
                puts("Less would be shown:");
                print_areas('-', json_object_get(change, "less"));
        }
        if (change && number_of(change, "wider") + number_of(change, "narrower") == 0)
                puts("Everybody would see the same as now.");
        json_decref(answer);
        return live->code;
}

/* ---- propose, publish, withdraw, rollback ---- */
/* The answer is printed and given back; NULL: told why not. */
static json_t *propose_text(struct live *live, const char *text)
{
        json_t *answer = ask(live, json_pack("{s:s, s:s, s:s}", "t", "rules_propose", "text", text, "why",
                                           live->why ? live->why : "Proposed by the operator."));
        if (answer && !live->ctl->json)
                print_version(answer);
        return answer;
}

/* A proposal takes force, if it only narrows; else says where a second manager must look. */
static int publish_version(struct live *live, const json_t *version)
{
        long long n = number_of(version, "version");
        if (wider(version) && json_is_true(json_object_get(version, "mine"))) {
                json_t *whole = version_with_text(live, (long)n);
                if (whole)
                        tell_change(live, text_of(whole, "text"));
                json_decref(whole);
                return ctl_fail(CTL_REFUSED,
                        "version %lld shows more than the rules in force. It is proposed; a manager must "
                        "look "
                        "at it in the console and publish it.",
                        n);
        }
        json_t *answer = ask(live, json_pack("{s:s, s:I, s:s}", "t", "rules_publish", "version",
                                           (json_int_t)n, "sha256", text_of(version, "sha256")));
        if (answer && live->ctl->json)
                print_json(answer);
        else if (answer)
                printf("Version %lld is in force; open cards are made anew.\n", n);
        json_decref(answer);
        return live->code;
}

static int with_file(struct live *live, const char *path, bool publish)
{
        char *text = NULL;
        size_t len;
        struct rulebook *book = NULL;
        int code = rules_book(path, &book); /* what is wrong with it is told by file and line */
        rulebook_destroy(book);
        if (code == 0)
                code = rules_text(path, &text, &len);
        if (code != 0)
                return code;
        if (live->dry_run) {
                code = tell_change(live, text);
                free(text);
                return code;
        }
        json_t *proposed = propose_text(live, text);
        free(text);
        if (proposed && publish)
                publish_version(live, proposed);
        else if (proposed && live->ctl->json)
                print_json(proposed);
        json_decref(proposed);
        return live->code;
}

static int propose(struct live *live, const char *word)
{
        return with_file(live, word, false);
}

static int publish(struct live *live, const char *word)
{
        if (!version_of(word))
                return with_file(live, word, true);
        json_t *version = version_with_text(live, version_of(word));
        if (version && live->dry_run)
                tell_change(live, text_of(version, "text"));
        else if (version)
                live->code = publish_version(live, version);
        json_decref(version);
        return live->code;
}

static int withdraw(struct live *live, const char *word)
{
        json_t *answer = ask(live,
                json_pack("{s:s, s:I}", "t", "rules_withdraw", "version", (json_int_t)version_of(word)));
        if (answer && live->ctl->json)
                print_json(answer);
        else if (answer)
                print_version(answer);
        json_decref(answer);
        return live->code;
}

static int rollback(struct live *live, const char *word)
{
        long version = version_of(word);
        if (live->dry_run) {
                json_t *old = version_with_text(live, version);
                if (old)
                        tell_change(live, text_of(old, "text"));
                json_decref(old);
                return live->code;
        }
        json_t *proposed =
                ask(live, json_pack("{s:s, s:I, s:s}", "t", "rules_rollback", "version", (json_int_t)version,
                                  "why", live->why ? live->why : "Taken back by the operator."));
        if (proposed && !live->ctl->json)
                print_version(proposed);
        if (proposed)
                live->code = publish_version(live, proposed);
        json_decref(proposed);
        return live->code;
}

/* ---- the command ---- */
static bool options_of(struct live *live, int argc, char **argv)
{
        static const struct option options[] = {{"why", required_argument, NULL, 'w'},
                {"dry-run", no_argument, NULL, 'n'}, {"json", no_argument, NULL, 'j'}, {0}};
        int c;
        optind = 0;
        opterr = 0;
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c == 'w')
                        live->why = optarg;
                else if (c == 'n')
                        live->dry_run = true;
                else if (c == 'j')
                        live->ctl->json = true;
                else
                        return ctl_usage("rules", "%s is no option here, or lacks its value.",
                                       argv[optind - 1]),
                               false;
        }
        return true;
}

int rules_live(struct ctl *ctl, int argc, char **argv)
{
        static const struct {
                const char *name, *takes; /* takes: for the message; NULL: nothing */
                bool number;              /* a version, not also a file */
                int (*run)(struct live *live, const char *word);
        } words[] = {{"list", NULL, false, list}, {"show", "a version", true, show},
                {"propose", "a file", false, propose}, {"publish", "a version or a file", false, publish},
                {"withdraw", "a version", true, withdraw}, {"rollback", "a version", true, rollback}};
        struct live live = {.ctl = ctl};
        if (!options_of(&live, argc, argv))
                return CTL_USAGE;
        for (size_t i = 0; i < ARRAY_LEN(words); i++) {
                if (strcmp(argv[0], words[i].name) != 0)
                        continue;
                const char *word = optind < argc ? argv[optind] : "";
                if (argc - optind != (words[i].takes ? 1 : 0) || (words[i].number && !version_of(word)))
                        return ctl_usage("rules", "rules %s takes %s.", words[i].name,
                                words[i].takes ? words[i].takes : "nothing more");
                int code = words[i].run(&live, word);
                client_close(live.client);
                return code;
        }
        return ctl_usage("rules", "there is no %s.", argv[0]);
}
