/* maitrectl rules explain and preview: why one line or field is seen as it is, and the cards that rules make.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "server/ctl/rules.h"
#include "server/ctl/show.h"
#include "server/lab/cards.h"
#include "server/rulebook/analyse.h"

/* ---- one case ---- */
#define HERE      1
#define ELSEWHERE 2
#define VIEWER    1

struct instance {
        struct viewer viewer;
        enum seen seen;
        enum subject subject;
        struct purchase line;
        char pool[1 + 64]; /* "" and the class's name */
};

static void start_case(struct instance *c)
{
        *c = (struct instance){.viewer = {.associate = VIEWER, .store = HERE},
                .subject = SUBJECT_PURCHASE,
                .line = {.unit_price = 5000,
                        .age_months = 1,
                        .age_days = 40,
                        .store = HERE,
                        .kind = 1,
                        .department_index = 1,
                        .quantity = 1,
                        .month = 1,
                        .year = 2026}};
        snprintf(c->pool + 1, sizeof c->pool - 1, "other kinds");
}

/* One word of --who. */
static bool who_word(struct instance *c, const char *word)
{
        if (strcmp(word, "seller") == 0)
                c->line.seller = VIEWER;
        else if (strcmp(word, "preferred") == 0)
                c->viewer.preferred = true;
        else if (strcmp(word, "department") == 0)
                c->viewer.departments = 1u << 1;
        else if (strcmp(word, "manager") == 0)
                c->viewer.role = ROLE_MANAGER;
        else if (strcmp(word, "trainee") == 0)
                c->viewer.role = ROLE_TRAINEE;
        else
                return strcmp(word, "associate") == 0 || strcmp(word, "store") == 0; /* everybody here is */
        return true;
}

static bool number_of(const char *text, long most, long *out)
{
        char *end;
        *out = strtol(text, &end, 10);
        return *text && !*end && *out >= 0 && *out <= most;
}

/* One condition of --line, as a rule would have it. */
static bool line_word(struct instance *c, const char *word)
{
        long n = 0;
        if (strcmp(word, "online") == 0 || strcmp(word, "other-store") == 0) {
                c->line.channel = word[1] == 'n' ? CHANNEL_ONLINE : CHANNEL_IN_STORE;
                c->line.store = ELSEWHERE;
        } else if (strncmp(word, "kind ", 5) == 0 && strlen(word) < 64 + 5) {
                snprintf(c->pool + 1, sizeof c->pool - 1, "%s", word + 5);
        } else if (strncmp(word, "price ", 6) == 0 && number_of(word + 6, 100000000, &n)) {
                c->line.unit_price = n * 100;
        } else if (strncmp(word, "age ", 4) == 0 && number_of(word + 4, 1200, &n)) {
                c->line.age_months = (int32_t)n;
        } else if (strcmp(word, "sensitive") == 0) {
                c->line.sensitive = 1;
        } else if (strcmp(word, "gift") == 0) {
                c->line.gift = 1;
        } else if (strcmp(word, "returned") == 0) {
                c->line.status = STATUS_RETURNED;
        } else if (strcmp(word, "cancelled") == 0) {
                c->line.status = STATUS_CANCELLED;
        } else {
                return strcmp(word, "in-store") == 0 || strcmp(word, "this-store") == 0 ||
                       strcmp(word, "bought") == 0 || strcmp(word, "anything") == 0;
        }
        return true;
}

static bool field_word(struct instance *c, const char *word)
{
        for (int s = SUBJECT_NAME; s < SUBJECT_COUNT; s++) {
                if (strcmp(word, subject_word((enum subject)s)) == 0) {
                        c->subject = (enum subject)s;
                        return true;
                }
        }
        return false;
}

/* "a, b c" word by word. */
static int each_word(struct instance *c, const char *list, bool (*take)(struct instance *, const char *))
{
        char copy[256], *save = NULL;
        snprintf(copy, sizeof copy, "%s", list);
        for (char *word = strtok_r(copy, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
                word += strspn(word, " ");
                if (!take(c, word))
                        return ctl_usage("rules", "\"%s\" is not understood.", word);
        }
        return 0;
}

/* ---- options ---- */
struct choices {
        struct instance c;
        const char *notice, *live;
};

static int read_choices(struct ctl *ctl, struct choices *out, int argc, char **argv)
{
        static const struct option options[] = {{"who", required_argument, NULL, 'w'},
                {"line", required_argument, NULL, 'l'}, {"field", required_argument, NULL, 'f'},
                {"sensed", no_argument, NULL, 's'}, {"notice", required_argument, NULL, 'n'},
                {"live", required_argument, NULL, 'v'}, {"json", no_argument, NULL, 'j'}, {0}};
        int c, code = 0;
        optind = 0;
        opterr = 0;
        start_case(&out->c);
        while (code == 0 && (c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c == 'w')
                        code = each_word(&out->c, optarg, who_word);
                else if (c == 'l')
                        code = each_word(&out->c, optarg, line_word);
                else if (c == 'f')
                        code = each_word(&out->c, optarg, field_word);
                else if (c == 's')
                        out->c.seen = SEEN_SENSED;
                else if (c == 'n')
                        out->notice = optarg;
                else if (c == 'v')
                        out->live = optarg;
                else if (c == 'j')
                        ctl->json = true;
                else
                        code = ctl_usage(
                                "rules", "%s is no option here, or lacks its value.", argv[optind - 1]);
        }
        if (code == 0 && argc - optind != 1)
                code = ctl_usage("rules", "%s takes one file.", argv[0]);
        return code;
}

/* ---- explain ---- */
static struct verdict judge(const struct rulebook *book, const struct instance *c)
{
        struct history history = {.lines = &c->line,
                .n_lines = 1,
                .pool = c->pool,
                .pool_size = sizeof c->pool,
                .store = HERE,
                .currency = "EUR"};
        return c->subject == SUBJECT_PURCHASE
                       ? rulebook_judge_line(book, &history, &c->line, &c->viewer, c->seen)
                       : rulebook_judge_field(book, c->subject, &c->viewer, c->seen);
}

/* The rule's own line of the book. */
static void print_rule(const char *what, const struct rulebook *book, int rule)
{
        const char *at = rulebook_text(book);
        for (int i = 0; i <= rule; i++)
                at = strchr(at, '\n') + 1;
        printf("  %-18s%.*s\n", what, (int)strcspn(at, "\n"), at);
}

static void explain_text(
        const struct rulebook *book, const struct rulebook *notice, struct verdict v, struct citation cited)
{
        printf("%s%s\n", level_word(v.level),
                v.level == LEVEL_HIDE ? ""
                : v.may_say           ? ", and may be said aloud"
                                      : ", not to be said aloud");
        if (cited.show < 0)
                printf("  nothing shows it\n");
        else
                print_rule(v.level == LEVEL_HIDE ? "would be shown by" : "shown by", book, cited.show);
        if (cited.limit >= 0)
                print_rule("held back by", book, cited.limit);
        if (!cited.held)
                return;
        printf("  held back by the notice, which promised no more:\n");
        if (cited.promised_show >= 0)
                print_rule("shown by", notice, cited.promised_show);
        if (cited.promised_limit >= 0)
                print_rule("held back by", notice, cited.promised_limit);
}

static json_t *id_json(const struct rulebook *book, int rule)
{
        return rule < 0 ? json_null() : json_string(rulebook_rule_id(book, rule));
}

static void explain_json(
        const struct rulebook *book, const struct rulebook *notice, struct verdict v, struct citation cited)
{
        json_t *o = json_pack("{s:s, s:b, s:o, s:o, s:b}", "level", level_word(v.level), "may_say",
                (int)v.may_say, "show", id_json(book, cited.show), "limit", id_json(book, cited.limit),
                "held", (int)cited.held);
        if (cited.held) {
                json_object_set_new(o, "promised_show", id_json(notice, cited.promised_show));
                json_object_set_new(o, "promised_limit", id_json(notice, cited.promised_limit));
        }
        json_dumpf(o, stdout, JSON_INDENT(2));
        putchar('\n');
        json_decref(o);
}

int rules_explain(struct ctl *ctl, int argc, char **argv)
{
        struct choices choices = {0};
        struct rulebook *book = NULL, *notice = NULL;
        int code = read_choices(ctl, &choices, argc, argv);
        if (code == 0)
                code = rules_book(argv[optind], &book);
        if (code == 0 && choices.notice)
                code = rules_book(choices.notice, &notice);
        if (code == 0) {
                const struct rulebook *ceiling = notice ? notice : book;
                struct verdict v = judge(book, &choices.c), promised = judge(ceiling, &choices.c);
                struct citation cited = rulebook_cite_under(book, &v, ceiling, &promised);
                bool law = choices.c.subject == SUBJECT_PURCHASE && choices.c.line.sensitive;
                v = rulebook_under(v, promised);
                if (law)
                        v = rulebook_lawful(v, &choices.c.line);
                (ctl->json ? explain_json : explain_text)(book, ceiling, v, cited);
                if (law && !ctl->json)
                        puts("  hidden by law, whatever the rules say: it is sensitive");
        }
        rulebook_destroy(book);
        rulebook_destroy(notice);
        return code;
}

/* ---- preview ---- */
static void preview_text(const struct ctl *ctl, const json_t *answer)
{
        size_t i;
        json_t *one;
        json_array_foreach(json_object_get(answer, "cards"), i, one)
        {
                const json_t *live = json_object_get(one, "live"), *draft = json_object_get(one, "draft");
                printf("%s==== %s, %s ====\n", i ? "\n" : "",
                        json_string_value(json_object_get(one, "viewer")),
                        json_string_value(json_object_get(one, "seen")));
                if (json_is_object(live) && json_equal(live, draft))
                        printf("as it is now:\n");
                if (json_is_object(live) && !json_equal(live, draft)) {
                        printf("---- now ----\n");
                        show_card(ctl, live);
                        printf("---- then ----\n");
                }
                show_card(ctl, draft);
        }
}

static int preview(struct ctl *ctl, const struct lab_ground *ground, struct slice text, const char *path)
{
        struct json_out out;
        struct lab_ask ask = {.text = text};
        char *room = malloc(LAB_ANSWER_MAX);
        if (!room)
                return ctl_fail(CTL_LATER, "there is not enough memory for the cards.");
        json_start(&out, room, LAB_ANSWER_MAX);
        uint16_t status = lab_cards(ground, &ask, &out);
        json_t *answer = json_loadb(room, out.len, 0, NULL);
        int code = CTL_OK;
        if (status == 422) {
                const json_t *error = json_array_get(json_object_get(answer, "errors"), 0);
                code = ctl_fail(CTL_DATA, "%s:%lld:%lld: %s", path,
                        (long long)json_integer_value(json_object_get(error, "line")),
                        (long long)json_integer_value(json_object_get(error, "column")),
                        json_string_value(json_object_get(error, "say")));
        } else if (status != 200 || out.overflow || !answer) {
                code = ctl_fail(CTL_LATER, "there is not enough memory for the cards.");
        } else if (ctl->json) {
                rules_print_json(room, out.len);
        } else {
                preview_text(ctl, answer);
        }
        json_decref(answer);
        free(room);
        return code;
}

int rules_preview(struct ctl *ctl, int argc, char **argv)
{
        struct choices choices = {0};
        struct rulebook *live = NULL, *notice = NULL;
        char *text = NULL;
        size_t len = 0;
        int code = read_choices(ctl, &choices, argc, argv);
        const char *path = code == 0 ? argv[optind] : NULL;
        if (code == 0)
                code = rules_text(path, &text, &len);
        if (code == 0 && choices.live)
                code = rules_book(choices.live, &live);
        if (code == 0 && choices.notice)
                code = rules_book(choices.notice, &notice);
        if (code == 0) {
                struct lab_notice newest = {.version = 1, .ceiling = notice};
                struct lab_ground ground = {.live = live,
                        .notices = &newest,
                        .n_notices = notice ? 1 : 0,
                        .now = ctl->now,
                        .day = (store_day)(ctl->now / DAY_MS)};
                code = preview(ctl, &ground, (struct slice){text, len}, path);
        }
        rulebook_destroy(live);
        rulebook_destroy(notice);
        free(text);
        return code;
}
