#include "tests/rulebook/laws.h"

#include <stdlib.h>

uint32_t laws_percent(void)
{
        const char *given = getenv("MAITRED_LAWS");
        return given ? (uint32_t)strtoul(given, NULL, 10) : 1;
}

uint32_t laws_some(uint32_t full)
{
        uint32_t n = (uint32_t)((uint64_t)full * laws_percent() / 100);
        return n ? n : 1;
}

void laws_row(const char *what, uint64_t n)
{
        printf("# table\t%s\t%llu\n", what, (unsigned long long)n);
}

struct rulebook *laws_parse(const struct set_book *book)
{
        return set_book_parse(book, ~UINT64_C(0));
}

uint32_t laws_line(struct chance *c)
{
        return chance_below(c, TUPLE_LINES);
}

struct verdict laws_judge(
        const struct rulebook *book, const struct set_case *it, enum level share, enum line_choice choice)
{
        struct purchase line = it->line;
        line.choice = (uint8_t)choice;
        if (share == LEVEL_HIDE)
                return rulebook_judge_line(book, &it->history, &line, &it->viewer, it->seen);
        struct scene scene = scene_of(book, book, &it->history, &it->viewer, it->seen);
        struct cell cell = cell_of_line(&scene, &line);
        return evaluate(book->lines, book->n_lines, &cell, share);
}
