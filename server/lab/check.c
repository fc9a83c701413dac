#include "server/lab/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "server/rulebook/picture.h"
#include "server/lab/say.h"
#include "server/lab/write.h"
#include "server/rulebook/analyse.h"

/* What one check works on; too large for a stack. */
struct work {
        struct findings findings;
        struct change change;
        struct picture picture;
};

static void error_at(struct json_out *out, int line, int column, const char *say)
{
        json_flag(out, "ok", false);
        json_open(out, "errors", '[');
        json_open(out, NULL, '{');
        json_number(out, "line", line);
        json_number(out, "column", column);
        json_text(out, "say", say);
        json_close(out, '{');
        json_close(out, '[');
}

struct rulebook *lab_parse(struct slice text, struct json_out *out)
{
        struct rulebook_error error;
        char say[SAY_MAX];
        struct rulebook *book = rulebook_parse(text, &error);
        struct partition *p = book ? partition_make(book, NULL) : NULL;
        if (!book) {
                say_error(&error, say);
                error_at(out, error.line, error.column, say);
        } else if (!p) {
                error_at(out, 1, 1, "There is not enough memory to look at these rules; try again later.");
        } else if (p->cells > ANALYSE_CELLS_MAX) {
                say_too_large(p->cells, say);
                error_at(out, 1, 1, say);
        } else {
                json_flag(out, "ok", true);
                partition_free(p);
                return book;
        }
        partition_free(p);
        rulebook_destroy(book);
        return NULL;
}

enum lab_height lab_height(const struct rulebook *book, const struct rulebook *ceiling)
{
        struct change *above = malloc(sizeof *above);
        int result = above ? analyse_above(book, ceiling, above) : -1;
        enum lab_height height = result < 0     ? LAB_NO_MEMORY
                                 : result > 0   ? LAB_TOO_LARGE
                                 : above->wider ? LAB_ABOVE
                                                : LAB_WITHIN;
        free(above);
        return height;
}

/* ---- the parts of an answer ---- */
static int write_ceiling(struct json_out *out, struct change *above, const struct rulebook *draft,
        const struct rulebook *ceiling, const char *of, const struct lab_notice *notice)
{
        char say[SAY_MAX];
        int result = analyse_above(draft, ceiling, above);
        if (result)
                return result;
        if (above->wider == 0)
                return 0;
        say_above(above, of, !notice, notice ? notice->customers : 0, say);
        json_open(out, NULL, '{');
        json_text(out, "of", of);
        json_number(out, "cells", (int64_t)above->wider);
        write_areas(out, "areas", above->wider_areas, above->n_wider);
        json_number(out, "customers", notice ? notice->customers : 0);
        json_text(out, "say", say);
        json_close(out, '{');
        return 0;
}

static int write_ceilings(
        struct json_out *out, struct work *w, const struct lab_ground *ground, const struct rulebook *draft)
{
        int result = 0;
        json_open(out, "ceilings", '[');
        if (ground->head_office)
                result = write_ceiling(out, &w->change, draft, ground->head_office, "head office", NULL);
        for (uint32_t i = 0; i < ground->n_notices && result == 0; i++) {
                char of[32];
                snprintf(of, sizeof of, "notice %u", ground->notices[i].version);
                result = write_ceiling(
                        out, &w->change, draft, ground->notices[i].ceiling, of, &ground->notices[i]);
        }
        json_close(out, '[');
        return result;
}

static int write_pictures(
        struct json_out *out, struct work *w, const struct rulebook *live, const struct rulebook *draft)
{
        int result = 0;
        json_open(out, "picture", '{');
        if (live)
                result = picture_make(&w->picture, live, draft);
        else
                picture_empty(&w->picture, draft);
        picture_write(out, "live", &w->picture);
        result = result ? result : picture_make(&w->picture, draft, live);
        picture_write(out, "draft", &w->picture);
        json_close(out, '{');
        return result;
}

static int write_book(
        struct json_out *out, struct work *w, const struct lab_ground *ground, const struct rulebook *draft)
{
        int result = analyse_book(draft, &w->findings);
        json_text(out, "text", rulebook_text(draft));
        write_digest(out, "sha256", rulebook_digest(draft));
        json_text(out, "name", draft->name);
        write_rules(out, "rules", draft);
        json_number(out, "cells", (int64_t)w->findings.cells);
        write_findings(out, "findings", draft, &w->findings);
        result = result ? result : analyse_change(ground->live, draft, &w->change);
        write_change(out, "change", &w->change);
        result = result ? result : write_ceilings(out, w, ground, draft);
        return result ? result : write_pictures(out, w, ground->live, draft);
}

static uint16_t refuse(
        struct json_out *out, uint16_t status, const char *error, const char *say, const char *act)
{
        json_start(out, out->at, out->room);
        json_open(out, NULL, '{');
        json_text(out, "error", error);
        json_text(out, "say", say);
        json_text(out, "do", act);
        json_close(out, '{');
        return status;
}

uint16_t lab_check(const struct lab_ground *ground, const struct lab_ask *ask, struct json_out *out)
{
        struct work *w = calloc(1, sizeof *w);
        if (!w)
                return refuse(out, 503, "no_memory", "There is not enough memory to look at these rules.",
                        "Try again later.");
        json_open(out, NULL, '{');
        struct rulebook *draft = lab_parse(ask->text, out);
        int result = draft ? write_book(out, w, ground, draft) : 0;
        json_close(out, '{');
        rulebook_destroy(draft);
        free(w);
        if (result < 0)
                return refuse(out, 503, "no_memory", "There is not enough memory to look at these rules.",
                        "Try again later.");
        if (result > 0) /* each for itself is small enough, but not both side by side */
                return refuse(out, 422, "too_large",
                        "These rules and those that they are compared with part purchases into too many "
                        "cells.",
                        "Use the same prices, ages and classes in both where you can.");
        return 200;
}
