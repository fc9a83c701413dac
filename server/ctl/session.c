/* Devices that were paired, and agents: which there are, and taking one back. */
#include <getopt.h>
#include <string.h>
#include <time.h>

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

static void print_json(const json_t *answer)
{
        json_dumpf(answer, stdout, JSON_INDENT(2) | JSON_ENCODE_ANY);
        putchar('\n');
}

/* "2026-03-05"; "-" if it was not noted. */
static void day_of(int64_t at_ms, char *out, size_t room)
{
        time_t at = (time_t)(at_ms / SECOND_MS);
        struct tm tm;
        snprintf(out, room, "-");
        if (at_ms > 0 && gmtime_r(&at, &tm))
                strftime(out, room, "%Y-%m-%d", &tm);
}

static const char *seen_words(const char *seen)
{
        return strcmp(seen, "now") == 0      ? "connected"
               : strcmp(seen, "today") == 0  ? "seen today"
               : strcmp(seen, "before") == 0 ? "not seen today"
                                             : "-";
}

static void show_sessions(const json_t *answer)
{
        const json_t *list = json_object_get(answer, "sessions");
        if (json_array_size(list) == 0)
                puts("No device is paired. maitrectl link makes a link that pairs one.");
        else
                printf("%-8s  %-8s  %-20s  %-10s  %-10s  %s\n", "id", "face", "whose", "paired", "ends", "");
        for (size_t i = 0; i < json_array_size(list); i++) {
                const json_t *row = json_array_get(list, i);
                char paired[16], ends[16];
                day_of(number_of(row, "paired_ms"), paired, sizeof paired);
                day_of(number_of(row, "ends_ms"), ends, sizeof ends);
                const char *state = text_of(row, "state");
                printf("%-8s  %-8s  %-20s  %-10s  %-10s  %s%s\n", text_of(row, "id"), text_of(row, "face"),
                        text_of(row, "who"), paired, ends, seen_words(text_of(row, "seen")),
                        strcmp(state, "no_key") == 0   ? ", without a key"
                        : strcmp(state, "no_pin") == 0 ? ", no PIN yet"
                        : strcmp(state, "shut") == 0   ? ", locked: five wrong PINs"
                                                       : "");
        }
        if (number_of(answer, "rest") > 0)
                printf("and %lld older ones; ask for one --face or --associate.\n",
                        (long long)number_of(answer, "rest"));
}

struct choices {
        const char *face, *associate;
};

static int read_choices(struct ctl *ctl, struct choices *choices, int argc, char **argv)
{
        static const struct option options[] = {{"json", no_argument, NULL, 'j'},
                {"face", required_argument, NULL, 'f'}, {"associate", required_argument, NULL, 'a'}, {0}};
        int c;
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c == 'j')
                        ctl->json = true;
                else if (c == 'f')
                        choices->face = optarg;
                else if (c == 'a')
                        choices->associate = optarg;
                else
                        return ctl_usage(argv[0], "that is no option of %s.", argv[0]);
        }
        return 0;
}

static int list_sessions(struct ctl *ctl, const struct choices *choices)
{
        int code;
        json_t *request = json_pack("{s:s}", "t", "sessions");
        if (choices->face)
                json_object_set_new(request, "face", json_string(choices->face));
        if (choices->associate)
                json_object_set_new(request, "associate", json_string(choices->associate));
        json_t *answer = ask_hub(ctl, CONTROL_CALL, request, &code);
        if (!answer)
                return code;
        if (ctl->json)
                print_json(answer);
        else
                show_sessions(answer);
        json_decref(answer);
        return 0;
}

static int revoke_session(struct ctl *ctl, const char *id, const char *associate)
{
        int code;
        json_t *answer = ask_hub(ctl, CONTROL_CALL,
                json_pack("{s:s, s:s}", "t", "session_revoke", id ? "id" : "associate", id ? id : associate),
                &code);
        if (!answer)
                return code;
        long long n = (long long)number_of(answer, "revoked");
        if (ctl->json)
                print_json(answer);
        else if (id)
                puts("Taken back: it is closed, and lets nobody in any more.");
        else if (n == 0)
                printf("%s had no device. Links that were not opened yet open nothing any more.\n",
                        associate);
        else
                printf("Taken back: %lld %s of %s, and links that were not opened yet.\n", n,
                        n == 1 ? "device" : "devices", associate);
        json_decref(answer);
        return 0;
}

/* What changes who may try a PIN: nothing but that it is done comes back. */
static int do_about_pin(struct ctl *ctl, json_t *request, const char *said)
{
        int code;
        json_t *answer = ask_hub(ctl, CONTROL_CALL, request, &code);
        if (!answer)
                return code;
        if (ctl->json)
                print_json(answer);
        else
                puts(said);
        json_decref(answer);
        return 0;
}

int ctl_session(struct ctl *ctl, int argc, char **argv)
{
        struct choices choices = {0};
        int code = read_choices(ctl, &choices, argc, argv);
        if (code != 0)
                return code;
        const char *what = optind < argc ? argv[optind] : "";
        int more = argc - optind - 1;
        if (strcmp(what, "list") == 0 && more == 0)
                return list_sessions(ctl, &choices);
        if (strcmp(what, "revoke") == 0 && !choices.face && more == 1 && !choices.associate)
                return revoke_session(ctl, argv[optind + 1], NULL);
        if (strcmp(what, "revoke") == 0 && !choices.face && more == 0 && choices.associate)
                return revoke_session(ctl, NULL, choices.associate);
        bool bare = !choices.face && !choices.associate && more == 1;
        if (strcmp(what, "unlock") == 0 && bare)
                return do_about_pin(ctl,
                        json_pack("{s:s, s:s}", "t", "session_unlock", "id", argv[optind + 1]),
                        "Unlocked: it takes a PIN again.");
        if (strcmp(what, "clear-pin") == 0 && bare)
                return do_about_pin(ctl,
                        json_pack("{s:s, s:s}", "t", "pin_clear", "associate", argv[optind + 1]),
                        "Cleared: she chooses a new PIN on the handheld that was paired for her.");
        return ctl_usage("session", "session takes list, revoke and either an id or --associate, unlock and "
                                    "an id, or clear-pin and an "
                                    "associate.");
}

/* ---- agents ---- */
static void show_agents(const json_t *answer)
{
        const json_t *list = json_object_get(answer, "agents");
        if (json_array_size(list) == 0)
                puts("No agent is known. maitrectl link agent makes a code that pairs one.");
        for (size_t i = 0; i < json_array_size(list); i++) {
                const json_t *row = json_array_get(list, i);
                const char *state = text_of(row, "state");
                char heard[60] = "not heard since the hub started", span[40];
                if (number_of(row, "heard_s") >= 0) {
                        show_span(number_of(row, "heard_s"), span, sizeof span);
                        snprintf(heard, sizeof heard, "heard %s ago", span);
                }
                const char *zone = text_of(row, "zone");
                printf("%-32s  %s%s%s%s\n", text_of(row, "name"), zone, zone[0] ? "; " : "",
                        json_is_false(json_object_get(row, "counts")) ? "counts for nothing; " : "",
                        strcmp(state, "new") == 0    ? "waits to be paired"
                        : strcmp(state, "down") == 0 ? "its access point does not answer"
                                                     : heard);
        }
}

/* `say` NULL: the answer is the list. */
static int ask_agents(struct ctl *ctl, json_t *request, const char *say, const char *name)
{
        int code;
        json_t *answer = ask_hub(ctl, CONTROL_CALL, request, &code);
        if (!answer)
                return code;
        if (ctl->json)
                print_json(answer);
        else if (say)
                printf("%s%s\n", say, name);
        else
                show_agents(answer);
        json_decref(answer);
        return 0;
}

/* `zone` NULL: it has none from now on. */
static int agent_zone(struct ctl *ctl, const char *name, const char *zone)
{
        return ask_agents(ctl,
                json_pack("{s:s, s:s, s:s}", "t", "agent_zone", "name", name, "zone", zone ? zone : ""),
                zone ? "It stands in the zone " : "It stands in no zone that has a name", zone ? zone : "");
}

int ctl_agent(struct ctl *ctl, int argc, char **argv)
{
        struct choices choices = {0};
        int code = read_choices(ctl, &choices, argc, argv);
        if (code != 0)
                return code;
        bool plain = !choices.face && !choices.associate;
        if (plain && argc - optind == 1 && strcmp(argv[optind], "list") == 0)
                return ask_agents(ctl, json_pack("{s:s}", "t", "agents"), NULL, NULL);
        if (plain && argc - optind == 2 && strcmp(argv[optind], "revoke") == 0)
                return ask_agents(ctl, json_pack("{s:s, s:s}", "t", "agent_revoke", "name", argv[optind + 1]),
                        "Taken back. To pair one under this name again: maitrectl link agent ",
                        argv[optind + 1]);
        if (plain && (argc - optind == 2 || argc - optind == 3) && strcmp(argv[optind], "zone") == 0)
                return agent_zone(ctl, argv[optind + 1], argc - optind == 3 ? argv[optind + 2] : NULL);
        return ctl_usage(
                "agent", "agent takes list, revoke and a name, or zone, a name and where it stands.");
}
