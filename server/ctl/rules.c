/* maitrectl rules: a rulebook's text is checked, analysed and compared without a hub. */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "server/ctl/ctl.h"
#include "server/rulebook/analyse.h"
#include "server/rulebook/area.h"

/* ---- reading ---- */
/* 0, or an enum ctl_exit after a sentence on standard error. The caller destroys *book. */
static int read_book(const char *path, struct rulebook **book)
{
        char *text = malloc(RULEBOOK_TEXT_MAX + 1);
        struct rulebook_error error;
        FILE *file = fopen(path, "re");
        int code = 0;
        *book = NULL;
        if (!file || !text) {
                code = ctl_fail(CTL_NO_INPUT, "%s cannot be read: %s.", path, strerror(errno));
                goto out;
        }
        size_t len = fread(text, 1, RULEBOOK_TEXT_MAX + 1, file);
        if (ferror(file)) {
                code = ctl_fail(CTL_NO_INPUT, "%s cannot be read: %s.", path, strerror(errno));
        } else if (len > RULEBOOK_TEXT_MAX) {
                code = ctl_fail(CTL_DATA, "%s has more than the %d KiB that a rulebook may have.", path,
                        RULEBOOK_TEXT_MAX / 1024);
        } else {
                *book = rulebook_parse((struct slice){text, len}, &error);
                if (!*book)
                        code = ctl_fail(
                                CTL_DATA, "%s:%d:%d: %s.", path, error.line, error.column, error.text);
        }
out:
        if (file)
                fclose(file);
        free(text);
        return code;
}

static int too_large(const char *path, uint64_t cells)
{
        return ctl_fail(CTL_DATA,
                "%s is too large to be analysed: its rules part purchases into %llu cells, and at most %llu "
                "are "
                "looked at. Name fewer classes, or fewer different prices and ages.",
                path, (unsigned long long)cells, (unsigned long long)ANALYSE_CELLS_MAX);
}

/* ---- check ---- */
static const char *const kind_words[] = {"never-matches", "dead", "covered", "guard", "conflict", "marker"};

static bool is_warning(const struct finding *f)
{
        switch (f->kind) {
        case FINDING_NEVER_MATCHES:
        case FINDING_DEAD:
        case FINDING_COVERED:
                return true;
        case FINDING_MARKER:
                return f->grave;
        case FINDING_GUARD:
        case FINDING_CONFLICT:
                return false;
        }
        return false;
}

static void say_rules(const struct rulebook *book, uint64_t rules)
{
        const char *before = "";
        for (int i = 0; i < rulebook_rule_count(book); i++) {
                if (rules >> i & 1) {
                        printf("%s%s", before, rulebook_rule_id(book, i));
                        before = ", ";
                }
        }
}

static void say_finding(const struct rulebook *book, const struct finding *f)
{
        const char *id = rulebook_rule_id(book, f->rule);
        printf("  %-8s%s ", is_warning(f) ? "warning" : "note", id);
        switch (f->kind) {
        case FINDING_NEVER_MATCHES:
                puts("never matches: no purchase can meet all its conditions at once. Loosen it or take it "
                     "out.");
                return;
        case FINDING_DEAD:
                printf("changes nothing: where it matches, ");
                say_rules(book, f->rules);
                puts(" decides without it. Take it out, or change what it shows.");
                return;
        case FINDING_COVERED:
                printf("changes nothing: ");
                say_rules(book, f->rules);
                puts(" holds back as much wherever it matters.");
                return;
        case FINDING_GUARD:
                puts("is a guard: nothing shows those lines today. Keep it, it protects from a later rule.");
                return;
        case FINDING_CONFLICT:
                printf("would show more than %s lets be seen (%s): %s wins.\n",
                        rulebook_rule_id(book, f->other), level_word(f->level),
                        rulebook_rule_id(book, f->other));
                return;
        case FINDING_MARKER:
                printf("marks lines: one that shows %s beside others that show %s gives away %s.%s\n",
                        level_word(f->level), level_word(f->beside), axis_word(f->axis),
                        f->grave ? " Say never instead." : "");
                return;
        }
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
        json_t *o = json_pack("{s:s, s:b, s:s, s:I}", "kind", kind_words[f->kind], "warning", is_warning(f),
                "rule", rulebook_rule_id(book, f->rule), "cells", (json_int_t)f->cells);
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
                warnings += is_warning(&f->list[i]);
                held += f->list[i].kind == FINDING_CONFLICT;
                if (f->list[i].kind == FINDING_CONFLICT && !conflicts)
                        continue;
                say_finding(book, &f->list[i]);
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

static int rules_check(struct ctl *ctl, const char *path, bool conflicts)
{
        struct rulebook *book;
        struct findings *findings = calloc(1, sizeof *findings);
        int code = read_book(path, &book), warnings = 0;
        if (code || !findings)
                goto out;
        int analysed = analyse_book(book, findings);
        if (analysed) {
                code = analysed > 0 ? too_large(path, findings->cells)
                                    : ctl_fail(CTL_LATER, "there is not enough memory to analyse %s.", path);
                goto out;
        }
        for (uint32_t i = 0; i < findings->n; i++)
                warnings += is_warning(&findings->list[i]);
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

static int rules_diff(struct ctl *ctl, const char *old_path, const char *new_path)
{
        struct rulebook *from = NULL, *to = NULL;
        struct change *change = calloc(1, sizeof *change);
        int code = read_book(old_path, &from);
        if (code == 0)
                code = read_book(new_path, &to);
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

static int rules_print(const char *path)
{
        struct rulebook *book;
        int code = read_book(path, &book);
        if (code == 0)
                fputs(rulebook_text(book), stdout);
        rulebook_destroy(book);
        return code;
}

/* ---- the command ---- */
int ctl_rules(struct ctl *ctl, int argc, char **argv)
{
        static const struct option options[] = {
                {"conflicts", no_argument, NULL, 'c'}, {"json", no_argument, NULL, 'j'}, {0}};
        bool conflicts = false;
        int c;
        opterr = 0;
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c == 'c')
                        conflicts = true;
                else if (c == 'j')
                        ctl->json = true;
                else
                        return ctl_usage("rules", "%s is no option here.", argv[optind - 1]);
        }
        int n = argc - optind;
        char **words = argv + optind;
        if (n == 2 && strcmp(words[0], "check") == 0)
                return rules_check(ctl, words[1], conflicts);
        if (n == 3 && strcmp(words[0], "diff") == 0)
                return rules_diff(ctl, words[1], words[2]);
        if (n == 2 && strcmp(words[0], "print") == 0)
                return rules_print(words[1]);
        return ctl_usage("rules", "say check FILE, diff OLD NEW or print FILE.");
}
