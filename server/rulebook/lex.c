#include "server/rulebook/lex.h"

#include <stdarg.h>
#include <stdio.h>

#include "server/rulebook/text.h"

#define FOUND_MAX   24 /* bytes of the source that an error repeats */
#define NEAREST_MAX 24 /* longest word that is compared for "did you mean" */

/* What people write for words that the language calls otherwise. */
static const struct {
        const char *written, *meant;
} synonyms[] = {{"category", "kind"}, {"class", "kind"}, {"hide", "never"}, {"deny", "never"},
        {"allow", "show"}, {"everybody", "anyone"}, {"all", "anyone"}, {"staff", "associate"},
        {"employee", "associate"}, {"instore", "in-store"}, {"web", "online"}, {"month", "months"},
        {"everything", "anything"}, {"checkedin", "checked-in"}, {"wifi", "sensed"}, {"cap", "limit"}};

void lex_fail(struct lexer *lexer, int line, int column, const char *format, ...)
{
        if (lexer->failed)
                return;
        lexer->failed = true;
        lexer->error->line = line;
        lexer->error->column = column;
        va_list list;
        va_start(list, format);
        char text[sizeof lexer->error->text + 64];
        vsnprintf(text, sizeof text, format, list);
        va_end(list);
        text_copy(lexer->error->text, sizeof lexer->error->text, text);
}

static int column_of(const struct lexer *lexer, const char *at)
{
        int column = 1;
        for (const char *p = lexer->line_start; p < at; p++)
                column += ((uint8_t)*p & 0xc0) != 0x80;
        return column;
}

/* ASCII only: class names and reasons stand in quotes, so nothing else is a word. */
static bool is_word_byte(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '.';
}

static void lex_string(struct lexer *lexer)
{
        struct token *t = &lexer->token;
        const char *p = lexer->at + 1;
        t->kind = TOKEN_STRING;
        for (; p < lexer->end && *p != '"' && *p != '\n'; p++) {
                if (*p == '\\') {
                        p++;
                        if (p >= lexer->end || (*p != '"' && *p != '\\')) {
                                lex_fail(lexer, t->line, column_of(lexer, p - 1),
                                        "found \\ inside quotes; expected \\\" or \\\\ (a quote or a "
                                        "backslash)");
                                return;
                        }
                }
                if ((uint8_t)*p < 0x20 || *p == 0x7f) {
                        lex_fail(lexer, t->line, column_of(lexer, p),
                                "found a control character inside quotes");
                        return;
                }
                if (t->string_len + 1 >= sizeof t->string) {
                        lex_fail(lexer, t->line, t->column,
                                "this text is too long; at most %d bytes in quotes", STRING_MAX - 1);
                        return;
                }
                t->string[t->string_len++] = *p;
        }
        if (p >= lexer->end || *p != '"') {
                lex_fail(lexer, t->line, t->column, "this text has no closing quote on its line; add one");
                return;
        }
        lexer->at = p + 1;
        t->text.len = (size_t)(lexer->at - t->text.at);
}

static void line_end(struct lexer *lexer, enum token_kind kind)
{
        lexer->token.kind = kind;
        lexer->token.text = slice_of("end of line");
}

void lex_next(struct lexer *lexer)
{
        if (lexer->failed)
                return;
        if (lexer->token.kind == TOKEN_LINE_END) {
                lexer->line++;
                lexer->line_start = lexer->at;
        }
        const char *p = lexer->at;
        while (p < lexer->end &&
                (*p == ' ' || *p == '\t' || (*p == '\r' && p + 1 < lexer->end && p[1] == '\n')))
                p++;
        if (p < lexer->end && *p == '#')
                while (p < lexer->end && *p != '\n')
                        p++;
        lexer->at = p;
        lexer->token = (struct token){.text = {p, 1}, .line = lexer->line, .column = column_of(lexer, p)};
        if (p >= lexer->end) {
                line_end(lexer, TOKEN_END);
        } else if (*p == '\n') {
                lexer->at++;
                line_end(lexer, TOKEN_LINE_END);
        } else if (*p == '"') {
                lex_string(lexer);
        } else if (is_word_byte(*p)) {
                while (p < lexer->end && is_word_byte(*p))
                        p++;
                lexer->token.kind = TOKEN_WORD;
                lexer->token.text.len = (size_t)(p - lexer->at);
                lexer->at = p;
        } else {
                bool two = (*p == '<' || *p == '>') && p + 1 < lexer->end && p[1] == '=';
                size_t character = text_character(p, (size_t)(lexer->end - p));
                lexer->token.kind = TOKEN_SIGN;
                lexer->token.text.len = two ? 2 : character ? character : 1;
                lexer->at += lexer->token.text.len;
        }
}

void lex_start(struct lexer *lexer, struct slice text, struct rulebook_error *error)
{
        *lexer = (struct lexer){.line = 1, .error = error};
        *error = (struct rulebook_error){.line = 1, .column = 1};
        if (!text.at)
                text = slice_of("");
        lexer->at = lexer->line_start = text.at;
        lexer->end = text.at + text.len;
        lexer->token.kind = TOKEN_WORD;
        if (text.len > RULEBOOK_TEXT_MAX) {
                lex_fail(lexer, 1, 1, "the rulebook has %zu bytes; at most %d", text.len, RULEBOOK_TEXT_MAX);
                return;
        }
        size_t bad = text_first_bad(text.at, text.len);
        const char *nul = memchr(text.at, 0, bad);
        if (nul)
                bad = (size_t)(nul - text.at);
        if (bad < text.len) {
                int line = 1;
                for (size_t i = 0; i < bad; i++) {
                        if (text.at[i] == '\n') {
                                line++;
                                lexer->line_start = text.at + i + 1;
                        }
                }
                lex_fail(lexer, line, column_of(lexer, text.at + bad),
                        "found a byte that is no UTF-8 text; save the rules as UTF-8");
                return;
        }
        lex_next(lexer);
}

bool lex_is(const struct lexer *lexer, const char *word)
{
        return !lexer->failed && lexer->token.kind != TOKEN_STRING && slice_is(lexer->token.text, word);
}

/* Edit distance with swaps of neighbours counted once; lower case on the left. */
static size_t distance(struct slice a, const char *b)
{
        size_t rows[3][NEAREST_MAX + 1];
        size_t n = strlen(b);
        for (size_t j = 0; j <= n; j++)
                rows[0][j] = j;
        for (size_t i = 1; i <= a.len; i++) {
                size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
                row[0] = i;
                for (size_t j = 1; j <= n; j++) {
                        char c = a.at[i - 1];
                        if (c >= 'A' && c <= 'Z')
                                c = (char)(c + ('a' - 'A'));
                        size_t best = above[j - 1] + (c != b[j - 1]);
                        best = above[j] + 1 < best ? above[j] + 1 : best;
                        best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
                        if (i > 1 && j > 1 && a.at[i - 1] == b[j - 2] && a.at[i - 2] == b[j - 1] &&
                                above2[j - 2] + 1 < best)
                                best = above2[j - 2] + 1;
                        row[j] = best;
                }
        }
        return rows[a.len % 3][n];
}

static const char *nearest(struct slice found, const char *const *words)
{
        if (found.len > NEAREST_MAX)
                return NULL;
        for (size_t s = 0; s < ARRAY_LEN(synonyms); s++)
                for (size_t i = 0; words[i]; i++)
                        if (slice_is(found, synonyms[s].written) && strcmp(synonyms[s].meant, words[i]) == 0)
                                return words[i];
        const char *best = NULL;
        size_t best_distance = 3; /* farther than two slips is a guess */
        for (size_t i = 0; words[i]; i++) {
                size_t n = strlen(words[i]);
                if (n > NEAREST_MAX || n < 2)
                        continue;
                size_t d = distance(found, words[i]);
                if (d < best_distance && d * 2 < n + 1) {
                        best = words[i];
                        best_distance = d;
                }
        }
        return best;
}

/* What was found, short enough to be repeated. */
static void describe(const struct token *t, char out[FOUND_MAX + 16])
{
        if (t->kind == TOKEN_LINE_END || t->kind == TOKEN_END) {
                snprintf(out, FOUND_MAX + 16, "the end of the line");
                return;
        }
        char cut[FOUND_MAX + 1];
        size_t n = t->text.len < FOUND_MAX ? t->text.len : FOUND_MAX;
        memcpy(cut, t->text.at, n);
        cut[text_first_bad(cut, n)] = '\0'; /* a character that the cut halved goes */
        const char *quote = t->kind == TOKEN_STRING ? "" : "\"";
        snprintf(out, FOUND_MAX + 16, "%s%s%s%s", quote, cut, t->text.len > n ? "..." : "", quote);
}

void lex_expected(struct lexer *lexer, const char *what)
{
        char found[FOUND_MAX + 16];
        if (lexer->failed)
                return;
        describe(&lexer->token, found);
        lex_fail(lexer, lexer->token.line, lexer->token.column, "found %s; expected %s", found, what);
}

void lex_reject(struct lexer *lexer, const char *const *words)
{
        char list[200] = "";
        size_t len = 0;
        for (size_t i = 0; words[i] && len < sizeof list; i++) {
                const char *before = i == 0 ? "" : words[i + 1] ? ", " : " or ";
                int n = snprintf(list + len, sizeof list - len, "%s%s", before, words[i]);
                len += n > 0 ? (size_t)n : 0;
        }
        const char *near = lexer->token.kind == TOKEN_WORD ? nearest(lexer->token.text, words) : NULL;
        char what[256];
        if (near)
                snprintf(what, sizeof what, "%s; did you mean \"%s\"?", list, near);
        lex_expected(lexer, near ? what : list);
}

int lex_choose(struct lexer *lexer, const char *const *words)
{
        if (lexer->failed)
                return -1;
        for (int i = 0; words[i]; i++) {
                if (lex_is(lexer, words[i])) {
                        lex_next(lexer);
                        return lexer->failed ? -1 : i;
                }
        }
        lex_reject(lexer, words);
        return -1;
}
