/* Words, strings and signs of a rulebook's text, one at a time, and the wording of what is wrong. */
#ifndef RULEBOOK_LEX_H
#define RULEBOOK_LEX_H

#include "server/rulebook/book.h"

enum token_kind { TOKEN_WORD, TOKEN_STRING, TOKEN_SIGN, TOKEN_LINE_END, TOKEN_END };

#define STRING_MAX 80 /* longest string of the language, with NUL */

struct token {
        enum token_kind kind;
        struct slice text; /* of the source; LINE_END and END: "end of line" */
        int line, column;
        char string[STRING_MAX]; /* TOKEN_STRING, unescaped */
        size_t string_len;
};

struct lexer {
        const char *at, *end, *line_start;
        int line;
        struct token token; /* the one token looked at */
        struct rulebook_error *error;
        bool failed; /* sticky: the first error stays */
};

/* Starts at the first token. Errors go to *error. */
void lex_start(struct lexer *lexer, struct slice text, struct rulebook_error *error);
void lex_next(struct lexer *lexer);
bool lex_is(const struct lexer *lexer, const char *word);

/* Takes the token if it is one of the words (NULL-terminated; signs and "end of line" count) and returns its
 * index; else fails, saying what was found, what was expected and the nearest word, and returns -1. */
int lex_choose(struct lexer *lexer, const char *const *words);
/* Fails as lex_choose does, whatever the present token is. */
void lex_reject(struct lexer *lexer, const char *const *words);
/* Fails at the present token: "found X; expected WHAT". */
void lex_expected(struct lexer *lexer, const char *what);
/* Fails at a place with a sentence of its own. */
void lex_fail(struct lexer *lexer, int line, int column, const char *format, ...)
        __attribute__((format(printf, 4, 5)));

#endif
