/* A rulebook's text: parse(print(x)) == x, byte for byte and with the same digest, and an error names a place
 * that is in the text. */
#include "proto/import.h"
#include "server/rulebook/book.h"
#include "tests/fuzz/fuzz.h"

#include <sodium.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        MUST(sodium_init() >= 0);
        return 0;
}

static void check_error(const struct rulebook_error *error, struct slice text)
{
        int lines = 1;
        for (size_t i = 0; i < text.len; i++)
                lines += text.at[i] == '\n';
        MUST(error->line >= 1 && error->line <= lines && error->column >= 1);
        MUST(error->text[0] != '\0' && import_text_ok(slice_of(error->text)));
}

/* Every field and role, so that what was parsed is also judged. */
static void judge(const struct rulebook *book)
{
        for (unsigned s = SUBJECT_NAME; s < SUBJECT_COUNT; s++) {
                for (unsigned r = 0; r < ROLE_COUNT; r++) {
                        struct viewer viewer = {.role = (enum role)r};
                        struct verdict v =
                                rulebook_judge_field(book, (enum subject)s, &viewer, SEEN_CHECKED_IN);
                        MUST(v.level < LEVEL_COUNT && v.show_rule < rulebook_rule_count(book));
                        MUST((v.level == LEVEL_HIDE) == (v.show_rule == -1));
                }
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        char *copy = fuzz_copy((struct slice){(const char *)bytes, len});
        struct slice text = {copy, len};
        struct rulebook_error error;
        struct rulebook *book = rulebook_parse(text, &error);
        if (!book) {
                check_error(&error, text);
                free(copy);
                return 0;
        }
        struct slice printed = slice_of(rulebook_text(book));
        struct rulebook *again = rulebook_parse(printed, &error);
        MUST(again != NULL && strcmp(rulebook_text(again), printed.at) == 0);
        struct digest a = rulebook_digest(book), b = rulebook_digest(again);
        MUST(memcmp(&a, &b, sizeof a) == 0);
        MUST(book->n_rules == again->n_rules &&
                memcmp(book->rules, again->rules, (size_t)book->n_rules * sizeof book->rules[0]) == 0);
        judge(book);
        rulebook_destroy(book);
        rulebook_destroy(again);
        free(copy);
        return 0;
}
