/* maitrectl rules: a rulebook's text is checked, analysed and compared without a hub. */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "server/ctl/rules.h"
#include "server/lab/say.h"
#include "server/rulebook/analyse.h"
#include "server/rulebook/area.h"

/* ---- reading ---- */
int rules_text(const char *path, char **text, size_t *len)
{
        FILE *file = fopen(path, "re");
        int code = 0;
        *text = malloc(RULEBOOK_TEXT_MAX + 2);
        if (!file || !*text) {
                code = ctl_fail(CTL_NO_INPUT, "%s cannot be read: %s.", path, strerror(errno));
                goto out;
        }
        *len = fread(*text, 1, RULEBOOK_TEXT_MAX + 1, file);
        if (ferror(file))
                code = ctl_fail(CTL_NO_INPUT, "%s cannot be read: %s.", path, strerror(errno));
        else if (*len > RULEBOOK_TEXT_MAX)
                code = ctl_fail(CTL_DATA, "%s has more than the %d KiB that a rulebook may have.", path,
                        RULEBOOK_TEXT_MAX / 1024);
        else
                (*text)[*len] = '\0';
out:
        if (file)
                fclose(file);
        if (code) {
                free(*text);
                *text = NULL;
        }
        return code;
}

int rules_book(const char *path, struct rulebook **book)
{
        struct rulebook_error error;
        char *text = NULL;
        size_t len = 0;
        int code = rules_text(path, &text, &len);
        *book = code ? NULL : rulebook_parse((struct slice){text, len}, &error);
        if (!code && !*book)
                code = ctl_fail(CTL_DATA, "%s:%d:%d: %s.", path, error.line, error.column, error.text);
        free(text);
        return code;
}

void rules_print_json(const char *json, size_t len)
{
        json_t *o = json_loadb(json, len, 0, NULL);
        json_dumpf(o, stdout, JSON_INDENT(2));
        putchar('\n');
        json_decref(o);
}

static int too_large(const char *path, uint64_t cells)
{
        char say[SAY_MAX];
        say_too_large(cells, say);
        return ctl_fail(CTL_DATA, "%s is too large to be analysed. %s", path, say);
}

/* ---- check ---- */
static void tell_finding(const struct rulebook *book, const struct finding *f)
{
        char say[SAY_MAX];
        say_finding(book, f, say);
        printf("  %-8s%s\n", say_warning(f) ? "warning" : "note", say);
}

static json_t *ids_of(const struct rulebook *book, uint64_t rules)
{
        json_t *list = json_array();
        for (int i = 0; i < rulebook_rule_count(book); i++)
                if (rules >> i & 1)
                        json_array_append_new(list, json_string(rulebook_rule_id(book, i)));
        return list;
}

static json_t *finding_json(const struct rulebook *book, const struct finding *f)
{
        char say[SAY_MAX];
        say_finding(book, f, say);
        json_t *o =
                json_pack("{s:s, s:b, s:s, s:s, s:I}", "kind", say_kind(f->kind), "warning", say_warning(f),
                        "rule", rulebook_rule_id(book, f->rule), "say", say, "cells", (json_int_t)f->cells);
        if (f->other >= 0)
                json_object_set_new(o, "other", json_string(rulebook_rule_id(book, f->other)));
        if (f->kind == FINDING_DEAD || f->kind == FINDING_COVERED)
                json_object_set_new(o, "rules", ids_of(book, f->rules));
        if (f->kind == FINDING_MARKER || f->kind == FINDING_CONFLICT)
                json_object_set_new(o, "level", json_string(level_word(f->level)));
        if (f->kind == FINDING_MARKER) {
                json_object_set_new(o, "beside", json_string(level_word(f->beside)));
                json_object_set_new(o, "gives_away", json_string(axis_word(f->axis)));
        }
        return o;
}

static void print_json(json_t *o)
{
        json_dumpf(o, stdout, JSON_INDENT(2));
        putchar('\n');
        json_decref(o);
}

static void findings_json(const struct rulebook *book, const struct findings *f)
{
        json_t *list = json_array();
        for (uint32_t i = 0; i < f->n; i++)
                json_array_append_new(list, finding_json(book, &f->list[i]));
        print_json(json_pack("{s:i, s:I, s:I, s:i, s:o}", "rules", rulebook_rule_count(book), "cells",
                (json_int_t)f->cells, "cells_before_merging", (json_int_t)f->raw, "left_out",
                (int)f->left_out, "findings", list));
}

static void findings_text(
        const char *path, const struct rulebook *book, const struct findings *f, bool conflicts)
{
        uint32_t told = 0, warnings = 0, held = 0;
        printf("%s: %d rules, %llu cells of %llu looked at\n", path, rulebook_rule_count(book),
                (unsigned long long)f->cells, (unsigned long long)f->raw);
        for (uint32_t i = 0; i < f->n; i++) {
                warnings += say_warning(&f->list[i]);
                held += f->list[i].kind == FINDING_CONFLICT;
                if (f->list[i].kind == FINDING_CONFLICT && !conflicts)
                        continue;
                tell_finding(book, &f->list[i]);
                told++;
        }
        if (f->left_out)
                printf("  ... and %u more\n", f->left_out);
        printf("%s%u warning%s", told ? "" : "  nothing to say: every rule has its effect\n", warnings,
                warnings == 1 ? "" : "s");
        if (held && !conflicts)
                printf("; %u times a limit wins over a show (--conflicts lists them)", held);
        putchar('\n');
}

static int check_file(struct ctl *ctl, const char *path, bool conflicts)
{
        struct rulebook *book;
        struct findings *findings = calloc(1, sizeof *findings);
        int code = rules_book(path, &book), warnings = 0;
        if (code || !findings)
                goto out;
        int analysed = analyse_book(book, findings);
        if (analysed) {
                code = analysed > 0 ? too_large(path, findings->cells)
                                    : ctl_fail(CTL_LATER, "there is not enough memory to analyse %s.", path);
                goto out;
        }
        for (uint32_t i = 0; i < findings->n; i++)
                warnings += say_warning(&findings->list[i]);
        if (ctl->json)
                findings_json(book, findings);
        else
                findings_text(path, book, findings, conflicts);
        code = warnings ? CTL_REFUSED : CTL_OK;
out:
        free(findings);
        rulebook_destroy(book);
        return code;
}

/* ---- diff ---- */
static void say_area(char sign, const struct area *a)
{
        bool level = a->from != a->to;
        printf("  %c %s", sign, level ? level_word(a->from) : "");
        if (level)
                printf(" to %s", level_word(a->to));
        if (a->may_say_from != a->may_say_to)
                printf("%s%s", level ? ", " : "", a->may_say_to ? "may be said" : "may no longer be said");
        printf(": %s\n", a->text);
}

static json_t *areas_json(const struct area *areas, uint32_t n)
{
        json_t *list = json_array();
        for (uint32_t i = 0; i < n; i++)
                json_array_append_new(
                        list, json_pack("{s:s, s:s, s:b, s:b, s:I, s:s}", "from", level_word(areas[i].from),
                                      "to", level_word(areas[i].to), "may_say_from",
                                      (int)areas[i].may_say_from, "may_say_to", (int)areas[i].may_say_to,
                                      "cells", (json_int_t)areas[i].cells, "what", areas[i].text));
        return list;
}

static void change_text(const struct change *c)
{
        if (c->wider + c->narrower == 0) {
                puts("Everybody sees the same under both.");
                return;
        }
        if (c->wider)
                puts("More would be shown (a second manager has to agree):");
        for (uint32_t i = 0; i < c->n_wider; i++)
                say_area('+', &c->wider_areas[i]);
        if (c->n_wider == CHANGES_MAX)
                puts("  + ... and more");
        if (c->narrower)
                puts("Less would be shown:");
        for (uint32_t i = 0; i < c->n_narrower; i++)
                say_area('-', &c->narrower_areas[i]);
        if (c->n_narrower == CHANGES_MAX)
                puts("  - ... and more");
}

static int diff_files(struct ctl *ctl, const char *old_path, const char *new_path)
{
        struct rulebook *from = NULL, *to = NULL;
        struct change *change = calloc(1, sizeof *change);
        int code = rules_book(old_path, &from);
        if (code == 0)
                code = rules_book(new_path, &to);
        if (code || !change)
                goto out;
        int compared = analyse_change(from, to, change);
        if (compared) {
                code = compared > 0 ? too_large(new_path, change->cells)
                                    : ctl_fail(CTL_LATER, "there is not enough memory to compare the two.");
                goto out;
        }
        if (ctl->json)
                print_json(json_pack("{s:I, s:I, s:I, s:o, s:o}", "cells", (json_int_t)change->cells, "wider",
                        (json_int_t)change->wider, "narrower", (json_int_t)change->narrower, "more",
                        areas_json(change->wider_areas, change->n_wider), "less",
                        areas_json(change->narrower_areas, change->n_narrower)));
        else
                change_text(change);
        code = change->wider ? CTL_REFUSED : CTL_OK;
out:
        free(change);
        rulebook_destroy(from);
        rulebook_destroy(to);
        return code;
}

static int print_file(const char *path)
{
        struct rulebook *book;
        int code = rules_book(path, &book);
        if (code == 0)
                fputs(rulebook_text(book), stdout);
        rulebook_destroy(book);
        return code;
}

/* ---- the command ---- */
/* The words after one of the commands below, `least` to `most` of them, whose only options are these. False:
 * told what is wrong. */
static bool words_of(struct ctl *ctl, int argc, char **argv, int least, int most, bool *conflicts)
{
        static const struct option options[] = {
                {"conflicts", no_argument, NULL, 'c'}, {"json", no_argument, NULL, 'j'}, {0}};
        int c;
        optind = 0;
        opterr = 0;
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c == 'c' && conflicts)
                        *conflicts = true;
                else if (c == 'j')
                        ctl->json = true;
                else
                        return ctl_usage("rules", "%s is no option here.", argv[optind - 1]), false;
        }
        if (argc - optind < least || argc - optind > most)
                return ctl_usage("rules", "say check FILE, diff FILE, diff OLD NEW or print FILE."), false;
        return true;
}

static int rules_check(struct ctl *ctl, int argc, char **argv)
{
        bool conflicts = false;
        return words_of(ctl, argc, argv, 1, 1, &conflicts) ? check_file(ctl, argv[optind], conflicts)
                                                           : CTL_USAGE;
}

static int rules_diff(struct ctl *ctl, int argc, char **argv)
{
        if (!words_of(ctl, argc, argv, 1, 2, NULL))
                return CTL_USAGE;
        return argc - optind == 1 ? rules_live_diff(ctl, argv[optind])
                                  : diff_files(ctl, argv[optind], argv[optind + 1]);
}

static int rules_print(struct ctl *ctl, int argc, char **argv)
{
        return words_of(ctl, argc, argv, 1, 1, NULL) ? print_file(argv[optind]) : CTL_USAGE;
}

int ctl_rules(struct ctl *ctl, int argc, char **argv)
{
        static const struct {
                const char *word;
                int (*run)(struct ctl *ctl, int argc, char **argv);
        } words[] = {{"check", rules_check}, {"diff", rules_diff}, {"print", rules_print},
                {"replay", rules_replay}, {"explain", rules_explain}, {"preview", rules_preview},
                {"list", rules_live}, {"show", rules_live}, {"propose", rules_live}, {"publish", rules_live},
                {"withdraw", rules_live}, {"rollback", rules_live}};
        for (size_t i = 0; i < ARRAY_LEN(words) && argc > 1; i++)
                if (strcmp(argv[1], words[i].word) == 0)
                        return words[i].run(ctl, argc - 1, argv + 1);
        return ctl_usage("rules", "say check FILE, diff FILE, diff OLD NEW, replay FILE, print FILE, explain "
                                  "FILE, preview FILE, list, show VERSION, propose FILE, publish VERSION, "
                                  "withdraw VERSION or rollback VERSION.");
}
