/* maitrectl walkin: somebody who is nobody tries the way from the door to the handhelds [P154]. */
#include <getopt.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/ctl/ask.h"
#include "server/ctl/ctl.h"
#include "server/ctl/qr.h"
#include "server/ctl/show.h"

#define LOOK_MS 200

static const char *text_of(const json_t *object, const char *key)
{
        const char *text = json_string_value(json_object_get(object, key));
        return text ? text : "";
}

static long long number_of(const json_t *object, const char *key)
{
        return (long long)json_integer_value(json_object_get(object, key));
}

/* What a red lamp says, and what to do. */
static const char *why_text(const char *why)
{
        static const struct {
                const char *why, *say;
        } all[] = {{"no_phone", "no phone opened the link in time; is it on the store's network?"},
                {"not_read", "the hub could not read its disk: maitrectl status"},
                {"not_saved",
                        "the hub could not write to its disk: maitrectl status says how much room it needs"},
                {"late", "no answer within 5 s; try again when the hub is less busy"},
                {"no_handheld", "no handheld is connected with somebody signed in"},
                {"silent", "did not answer within 5 s; is its screen on, and its page in front?"},
                {"gone", "went away meanwhile"}};
        for (size_t i = 0; i < ARRAY_LEN(all); i++)
                if (strcmp(all[i].why, why) == 0)
                        return all[i].say;
        return why;
}

static void print_lamp(const char *name, const json_t *lamp)
{
        const char *state = text_of(lamp, "state");
        if (strcmp(state, "green") == 0)
                printf("%-20s  green  %lld ms\n", name, number_of(lamp, "ms"));
        else if (strcmp(state, "red") == 0)
                printf("%-20s  red    %s\n", name, why_text(text_of(lamp, "why")));
        else if (strcmp(state, "waiting") == 0)
                printf("%-20s  waits\n", name);
}

static void print_test(const json_t *answer)
{
        size_t i;
        json_t *one;
        print_lamp("phone", json_object_get(answer, "phone"));
        print_lamp("hub", json_object_get(answer, "hub"));
        print_lamp("handheld", json_object_get(answer, "handheld"));
        json_array_foreach(json_object_get(answer, "handhelds"), i, one)
        {
                char name[64];
                snprintf(name, sizeof name, "  %.8s %.40s", text_of(one, "id"), text_of(one, "name"));
                print_lamp(name, json_object_get(one, "lamp"));
        }
        if (number_of(answer, "rest") > 0)
                printf("%lld more handhelds were not asked\n", number_of(answer, "rest"));
}

static void print_past(const json_t *answer)
{
        size_t i;
        json_t *one;
        const json_t *past = json_object_get(answer, "past");
        if (json_array_size(past) == 0)
                puts("no walk-in test so far");
        else
                printf("%-10s  %-8s  %-5s  %8s  %6s  %9s  %s\n", "day", "by", "end", "phone ms", "hub ms",
                        "answered", "first ms, or what was wrong");
        json_array_foreach(past, i, one)
        {
                bool green = json_is_true(json_object_get(one, "green"));
                char said[24] = "-", phone[24] = "-", first[24];
                snprintf(said, sizeof said, "%lld of %lld", number_of(one, "answered"),
                        number_of(one, "handhelds"));
                if (json_is_true(json_object_get(one, "phone")))
                        snprintf(phone, sizeof phone, "%lld", number_of(one, "phone_ms"));
                snprintf(first, sizeof first, "%lld", number_of(one, "first_ms"));
                printf("%-10s  %-8s  %-5s  %8s  %6lld  %9s  %s\n", text_of(one, "day"),
                        json_is_true(json_object_get(one, "morning")) ? "itself" : "somebody",
                        green ? "green" : "red", phone, number_of(one, "hub_ms"), said,
                        green ? first : why_text(text_of(one, "why")));
        }
}

static json_t *look(struct ctl *ctl, int *code)
{
        return ask_hub(ctl, CONTROL_CALL, json_pack("{s:s}", "t", "walkin"), code);
}

/* The answer when it is over, or NULL with *code: another one took its place. The hub itself gives up after
 * five minutes and some seconds, so this ends. */
static json_t *wait_for(struct ctl *ctl, long long test, int *code)
{
        for (;;) {
                json_t *answer = look(ctl, code);
                const char *state = text_of(answer, "state");
                if (!answer)
                        return NULL;
                if (number_of(answer, "test") != test) {
                        json_decref(answer);
                        *code = ctl_fail(CTL_LATER,
                                "somebody began another walk-in test meanwhile; look with "
                                "maitrectl walkin --last, or try again.");
                        return NULL;
                }
                if (strcmp(state, "waiting") != 0 && strcmp(state, "running") != 0)
                        return answer;
                json_decref(answer);
                poll(NULL, 0, LOOK_MS);
        }
}

static int begin(struct ctl *ctl, bool phone)
{
        int code;
        json_t *answer = ask_hub(
                ctl, CONTROL_CALL, json_pack("{s:s, s:b}", "t", "walkin_start", "phone", (int)phone), &code);
        if (!answer)
                return code;
        long long test = number_of(answer, "test");
        if (phone) {
                char span[40];
                show_span(number_of(answer, "valid_s"), span, sizeof span);
                fprintf(stderr, "Open this on a phone that is in the store, within %s:\n", span);
                fprintf(stderr, "%s\n", text_of(answer, "url"));
                if (isatty(STDOUT_FILENO))
                        qr_draw(text_of(answer, "url"), ctl->colour);
        }
        json_decref(answer);
        answer = wait_for(ctl, test, &code);
        if (!answer)
                return code;
        bool green = strcmp(text_of(answer, "state"), "green") == 0;
        if (ctl->json) {
                json_dumpf(answer, stdout, JSON_INDENT(2));
                putchar('\n');
        } else {
                print_test(answer);
        }
        json_decref(answer);
        return green ? CTL_OK : ctl_fail(CTL_REFUSED, "the walk-in test is red.");
}

int ctl_walkin(struct ctl *ctl, int argc, char **argv)
{
        static const struct option options[] = {{"json", no_argument, NULL, 'j'},
                {"phone", no_argument, NULL, 'p'}, {"last", no_argument, NULL, 'l'}, {0}};
        bool phone = false, last = false;
        int c, code;
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c != 'j' && c != 'p' && c != 'l')
                        return ctl_usage("walkin", "that is no option of walkin.");
                ctl->json |= c == 'j';
                phone |= c == 'p';
                last |= c == 'l';
        }
        if (optind != argc)
                return ctl_usage("walkin", "walkin takes no words but its options.");
        if (phone && last)
                return ctl_usage("walkin", "--last only looks, so no phone is part of it.");
        if (!last)
                return begin(ctl, phone);
        json_t *answer = look(ctl, &code);
        if (!answer)
                return code;
        if (ctl->json) {
                json_dumpf(answer, stdout, JSON_INDENT(2));
                putchar('\n');
        } else {
                print_past(answer);
        }
        json_decref(answer);
        return CTL_OK;
}
