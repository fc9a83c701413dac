/* A comparison in words [P68]: small numbers are not told, so that no draft can be made to ask after one
 * person; larger ones are rounded down, so that two drafts are told apart by one person only where a number
 * goes over a step. */
#include <stdlib.h>

#include "server/lab/compare.h"

#define FIELDS_MAX 128

const char *compare_relation_word(enum compare_relation relation)
{
        switch (relation) {
        case COMPARE_SELLER:
                return "seller";
        case COMPARE_PREFERRED:
                return "preferred";
        case COMPARE_DEPARTMENT:
                return "department";
        case COMPARE_STORE:
                return "store";
        case COMPARE_NOBODY:
                return "nobody";
        }
        return "?";
}

uint64_t compare_rounded(uint64_t n)
{
        uint64_t step = n < 100 ? COMPARE_FEW : 10;
        while (n / step >= 100)
                step *= 10;
        return n / step * step;
}

void compare_count(struct json_out *j, const char *key, uint64_t n, uint64_t customers)
{
        if (n > 0 && (n < COMPARE_FEW || customers < COMPARE_FEW))
                json_text(j, key, "<5");
        else
                json_number(j, key, (int64_t)compare_rounded(n));
}

/* Numbers that every customer stands behind, or that are no customers. */
static void total(struct json_out *j, const char *key, uint64_t n)
{
        compare_count(j, key, n, COMPARE_FEW);
}

static void sights(struct json_out *j, const struct compare_sight *from, const struct compare_sight *to)
{
        json_text(j, "from", level_word(from->level));
        json_text(j, "to", level_word(to->level));
        json_flag(j, "may_say_from", from->may_say);
        json_flag(j, "may_say_to", to->may_say);
        json_flag(j, "wider", to->level != from->level ? to->level > from->level : to->may_say);
}

static void rows_json(const struct compare *compare, struct json_out *j)
{
        struct compare_row *rows = calloc(COMPARE_ROWS_MAX, sizeof *rows);
        uint32_t n = compare_rows(compare, rows, rows ? COMPARE_ROWS_MAX : 0);
        uint32_t told = !rows ? 0 : n < COMPARE_ROWS_MAX ? n : COMPARE_ROWS_MAX;
        json_open(j, "by", '[');
        for (uint32_t i = 0; i < told; i++) {
                json_open(j, NULL, '{');
                json_text(j, "relation", compare_relation_word(rows[i].relation));
                json_text(j, "channel", channel_word(rows[i].channel));
                json_text(j, "kind", rows[i].kind);
                sights(j, &rows[i].from, &rows[i].to);
                compare_count(j, "lines", rows[i].lines, rows[i].customers);
                json_close(j, '}');
        }
        json_close(j, ']');
        json_number(j, "by_left_out", n - told);
        free(rows);
}

static void fields_json(const struct compare *compare, struct json_out *j)
{
        struct compare_field fields[FIELDS_MAX];
        uint32_t n = compare_fields(compare, fields, FIELDS_MAX);
        json_open(j, "fields", '[');
        for (uint32_t i = 0; i < n && i < FIELDS_MAX; i++) {
                json_open(j, NULL, '{');
                json_text(j, "field", subject_word(fields[i].subject));
                json_text(j, "relation", compare_relation_word(fields[i].relation));
                sights(j, &fields[i].from, &fields[i].to);
                total(j, "customers", fields[i].customers);
                json_close(j, '}');
        }
        json_close(j, ']');
}

static void rules_json(const struct compare *compare, const struct rulebook *book, struct json_out *j)
{
        json_open(j, "unused", '[');
        for (int r = 0; r < rulebook_rule_count(book); r++) {
                struct compare_rule rule = compare_rule(compare, r);
                if (rule.of_lines && !rule.recent)
                        json_text(j, NULL, rulebook_rule_id(book, r));
        }
        json_close(j, ']');
        json_open(j, "singles_out", '[');
        for (int r = 0; r < rulebook_rule_count(book); r++) {
                struct compare_rule rule = compare_rule(compare, r);
                if (rule.customers == 0 || (rule.customers >= COMPARE_FEW && rule.associates > 1))
                        continue;
                json_open(j, NULL, '{');
                json_text(j, "rule", rulebook_rule_id(book, r));
                total(j, "customers", rule.customers);
                json_flag(j, "one_associate", rule.associates == 1);
                json_close(j, '}');
        }
        json_close(j, ']');
}

void compare_json(const struct compare *compare, struct json_out *j)
{
        struct compare_totals t = compare_totals(compare);
        total(j, "customers", t.customers);
        json_number(j, "associates", (int64_t)t.associates);
        compare_count(j, "lines", t.lines, t.customers);
        compare_count(j, "pairs", t.pairs, t.customers);
        total(j, "customers_changed", t.customers_changed);
        compare_count(j, "wider", t.wider, t.customers_wider);
        compare_count(j, "narrower", t.narrower, t.customers_narrower);
        rows_json(compare, j);
        fields_json(compare, j);
        rules_json(compare, compare_book(compare), j);
}
