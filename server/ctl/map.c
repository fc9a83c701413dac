#include "server/ctl/map.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

#define NAME_BYTES 64

/* What people call the fields. The field's own name comes first by itself; earlier words win over later ones.
 */
struct synonyms {
        enum import_kind kind; /* 0: every kind */
        const char *field;
        const char *words[12];
};

static const struct synonyms table[] = {
        {IMPORT_STORES, "id", {"store", "store_id", "code"}},
        {IMPORT_STORES, "name", {"store_name"}},
        {IMPORT_STORES, "zone", {"timezone", "time_zone", "tz"}},
        {IMPORT_ASSOCIATES, "id", {"associate", "associate_id", "employee", "employee_id", "staff_id"}},
        {IMPORT_ASSOCIATES, "department", {"departments", "dept"}},
        {IMPORT_CLASSES, "class", {"category", "name", "class_name"}},
        {IMPORT_CLASSES, "department", {"dept"}},
        {IMPORT_PRODUCTS, "sku", {"id", "product", "product_id", "article", "item_id"}},
        {IMPORT_PRODUCTS, "name", {"item", "title", "description", "product_name"}},
        {IMPORT_PRODUCTS, "price", {"list_price", "unit_price"}},
        {IMPORT_CUSTOMERS, "id", {"customer", "customer_id"}},
        {IMPORT_CUSTOMERS, "name", {"customer_name", "full_name"}},
        {IMPORT_CUSTOMERS, "birthday", {"birth_date", "birthdate", "date_of_birth", "dob"}},
        {IMPORT_CUSTOMERS, "contact", {"email", "e_mail", "mail", "phone"}},
        {IMPORT_PURCHASES, "id", {"line", "line_id", "purchase_id", "transaction_id"}},
        {IMPORT_PURCHASES, "customer", {"customer_id", "client", "client_id"}},
        {IMPORT_PURCHASES, "associate", {"associate_id", "seller", "seller_id", "clerk", "sold_by"}},
        {IMPORT_PURCHASES, "sku", {"product", "product_id", "article"}},
        {IMPORT_PURCHASES, "price", {"unit_price"}},
        {IMPORT_PURCHASES, "quantity", {"qty", "pieces"}},
        {IMPORT_PURCHASES, "at",
                {"date", "time", "datetime", "timestamp", "sold_at", "bought_at", "purchase_date"}},
        {IMPORT_PURCHASES, "item", {"product_name", "description", "name"}},
        {IMPORT_ASSOCIATES, "stand_in", {"standin", "deputy", "substitute"}},
        {IMPORT_ASSOCIATES, "languages", {"language", "speaks"}},
        {IMPORT_ASSOCIATES, "skills", {"skill"}},
        {IMPORT_SHIFTS, "associate", {"associate_id", "employee", "employee_id", "staff_id", "id"}},
        {IMPORT_SHIFTS, "start", {"begin", "begins", "from", "shift_start", "starts"}},
        {IMPORT_SHIFTS, "end", {"ends", "until", "to", "shift_end"}},
        {IMPORT_SHIFTS, "break_start", {"break_begin", "break_from", "pause_start"}},
        {IMPORT_SHIFTS, "break_end", {"break_until", "break_to", "pause_end"}},
        {0, "store", {"store_id", "shop", "shop_id"}},
        {0, "class", {"category", "class_name"}},
        {0, "colour", {"color"}},
};

/* Lower case, with one "_" for whatever separates. */
static size_t plain(struct slice s, char out[NAME_BYTES])
{
        size_t n = 0;
        for (size_t i = 0; i < s.len && n < NAME_BYTES - 1; i++) {
                unsigned char c = (unsigned char)s.at[i];
                if (c == ' ' || c == '-' || c == '.' || c == '_')
                        c = '_';
                out[n++] = (char)tolower(c);
        }
        out[n] = 0;
        return n;
}

static bool same_name(struct slice a, const char *b)
{
        char pa[NAME_BYTES], pb[NAME_BYTES];
        plain(a, pa);
        plain(slice_of(b), pb);
        return strcmp(pa, pb) == 0;
}

size_t map_distance(struct slice a, struct slice b)
{
        char pa[NAME_BYTES], pb[NAME_BYTES];
        size_t la = plain(a, pa), lb = plain(b, pb), row[NAME_BYTES];
        for (size_t j = 0; j <= lb; j++)
                row[j] = j;
        for (size_t i = 1; i <= la; i++) {
                size_t corner = row[0];
                row[0] = i;
                for (size_t j = 1; j <= lb; j++) {
                        size_t above = row[j], best = corner + (pa[i - 1] != pb[j - 1]);
                        if (above + 1 < best)
                                best = above + 1;
                        if (row[j - 1] + 1 < best)
                                best = row[j - 1] + 1;
                        corner = above;
                        row[j] = best;
                }
        }
        return row[lb];
}

static int fail(struct map_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int fail(struct map_error *error, const char *format, ...)
{
        va_list args;
        va_start(args, format);
        vsnprintf(error->text, sizeof error->text, format, args);
        va_end(args);
        return 1;
}

/* ---- the operator's choices ---- */

static const char *nearest_field(const char *word)
{
        const char *best = NULL;
        size_t least = SIZE_MAX;
        for (int k = 1; k <= IMPORT_KINDS; k++) {
                const struct import_field *f = import_fields((enum import_kind)k);
                for (; f->name; f++) {
                        size_t d = map_distance(slice_of(word), slice_of(f->name));
                        if (d < least) {
                                least = d;
                                best = f->name;
                        }
                }
        }
        return best;
}

int map_choose(struct map_choices *choices, const char *text, struct map_error *error)
{
        const char *equals = strchr(text, '='), *dot = strchr(text, '.');
        if (!equals || equals == text)
                return fail(error,
                        "--map takes FIELD=COLUMN, such as --map class=category; FIELD= leaves it empty.");
        if (choices->n == MAP_CHOICES_MAX)
                return fail(error, "--map can be given %d times.", MAP_CHOICES_MAX);
        struct map_choice *c = &choices->choice[choices->n];
        memset(c, 0, sizeof *c);
        const char *field = text;
        if (dot && dot < equals) {
                char kind[32];
                snprintf(kind, sizeof kind, "%.*s", (int)(dot - text), text);
                c->kind = import_kind_find(kind);
                if (c->kind == 0)
                        return fail(error,
                                "--map %s: there is no kind \"%s\"; the kinds are stores, associates, "
                                "classes, products, "
                                "customers, purchases, shifts.",
                                text, kind);
                field = dot + 1;
        }
        snprintf(c->field, sizeof c->field, "%.*s", (int)(equals - field), field);
        bool found = false;
        for (int k = 1; k <= IMPORT_KINDS; k++)
                if (c->kind == 0 || c->kind == (enum import_kind)k)
                        found |= import_field_find((enum import_kind)k, c->field) >= 0;
        if (!found)
                return fail(error, "--map %s: there is no field \"%s\". Did you mean \"%s\"?", text, c->field,
                        nearest_field(c->field));
        if (strlen(equals + 1) >= sizeof c->column)
                return fail(error, "--map %s: the column's name is too long.", text);
        memcpy(c->column, equals + 1, strlen(equals + 1) + 1);
        choices->n++;
        return 0;
}

/* ---- finding ---- */

/* The only column of that name; -1 if there is none, -2 if there are several. */
static int column_of(const struct sheet_record *header, const char *name)
{
        int found = -1;
        for (size_t i = 0; i < header->n; i++)
                if (same_name(header->field[i], name))
                        found = found == -1 ? (int)i : -2;
        return found;
}

static const char *const *words_of(enum import_kind kind, const char *field)
{
        static const char *const nothing[] = {NULL};
        for (size_t i = 0; i < ARRAY_LEN(table); i++)
                if ((table[i].kind == 0 || table[i].kind == kind) && strcmp(table[i].field, field) == 0)
                        return table[i].words;
        return nothing;
}

bool map_likes(void *kind, struct slice column)
{
        enum import_kind k = *(const enum import_kind *)kind;
        for (const struct import_field *f = import_fields(k); f->name; f++) {
                if (same_name(column, f->name))
                        return true;
                for (const char *const *w = words_of(k, f->name); *w; w++)
                        if (same_name(column, *w))
                                return true;
        }
        return false;
}

/* ", such as" list of the columns for an error: "id, name, price". */
static void list_columns(const struct sheet_record *header, char *out, size_t size)
{
        size_t at = 0;
        out[0] = 0;
        for (size_t i = 0; i < header->n && at + 1 < size; i++) {
                int n = snprintf(out + at, size - at, "%s%.*s", i ? ", " : "", (int)header->field[i].len,
                        header->field[i].at);
                at += n > 0 ? (size_t)n : 0;
        }
}

static void nearest_column(const struct sheet_record *header, const char *name, char *out, size_t size)
{
        size_t least = SIZE_MAX, at = 0;
        for (size_t i = 0; i < header->n; i++) {
                size_t d = map_distance(header->field[i], slice_of(name));
                if (d < least) {
                        least = d;
                        at = i;
                }
        }
        snprintf(out, size, "%.*s", (int)header->field[at].len, header->field[at].at);
}

static int missing(const struct sheet_record *header, const struct import_field *f, struct map_error *error)
{
        char columns[700], near[100];
        list_columns(header, columns, sizeof columns);
        nearest_column(header, f->name, near, sizeof near);
        return fail(error,
                "the column \"%s\" (%s) is missing. Found: %s. If another column has it, say so, for example "
                "--map %s=%s",
                f->name, f->help, columns, f->name, near);
}

static int chosen(struct map *map, const struct sheet_record *header, size_t field, struct map_choice *choice,
        struct map_error *error)
{
        char columns[700];
        choice->used = true;
        map->column[field] = -1;
        if (choice->column[0] == 0)
                return 0;
        int column = column_of(header, choice->column);
        if (column == -2)
                return fail(error, "two columns are named \"%s\"; rename one of them.", choice->column);
        if (column == -1) {
                list_columns(header, columns, sizeof columns);
                return fail(error, "there is no column \"%s\". Found: %s.", choice->column, columns);
        }
        map->column[field] = column;
        return 0;
}

/* By the field's own name, then by its synonyms, among the columns that no other field has. */
static int guessed(struct map *map, const struct sheet_record *header, size_t field, const char *name,
        struct map_error *error)
{
        const char *word = name;
        const char *const *next = words_of(map->kind, name);
        for (; word; word = *next++) {
                int column = column_of(header, word);
                if (column == -2)
                        return fail(error, "two columns are named \"%s\"; rename one of them.", word);
                bool taken = false;
                for (size_t i = 0; column >= 0 && i < IMPORT_FIELDS_MAX; i++)
                        taken |= map->column[i] == column;
                if (column >= 0 && !taken) {
                        map->column[field] = column;
                        return 0;
                }
        }
        return 0;
}

static struct map_choice *choice_for(struct map_choices *choices, enum import_kind kind, const char *field)
{
        struct map_choice *found = NULL;
        for (size_t i = 0; i < choices->n; i++) {
                struct map_choice *c = &choices->choice[i];
                if ((c->kind == 0 || c->kind == kind) && strcmp(c->field, field) == 0 &&
                        (!found || c->kind != 0 || found->kind == 0))
                        found = c; /* the later one wins, and one that names the kind wins over one that does
                                      not */
        }
        return found;
}

int map_make(struct map *map, enum import_kind kind, const struct sheet_record *header,
        struct map_choices *choices, struct map_error *error)
{
        const struct import_field *fields = import_fields(kind);
        bool decided[IMPORT_FIELDS_MAX] = {false};
        map->kind = kind;
        map->n_columns = header->n;
        for (size_t i = 0; i < IMPORT_FIELDS_MAX; i++)
                map->column[i] = -1;
        for (size_t i = 0; fields[i].name; i++) {
                struct map_choice *c = choice_for(choices, kind, fields[i].name);
                if (c && chosen(map, header, i, c, error) != 0)
                        return 1;
                decided[i] = c != NULL;
        }
        /* Own names before synonyms, so that a column called "class" is never taken for something else. */
        for (size_t i = 0; fields[i].name; i++) {
                int column = column_of(header, fields[i].name);
                if (!decided[i] && column == -2)
                        return fail(
                                error, "two columns are named \"%s\"; rename one of them.", fields[i].name);
                if (!decided[i] && column >= 0) {
                        map->column[i] = column;
                        decided[i] = true;
                }
        }
        for (size_t i = 0; fields[i].name; i++) {
                if (!decided[i] && guessed(map, header, i, fields[i].name, error) != 0)
                        return 1;
                if (fields[i].required && map->column[i] < 0)
                        return missing(header, &fields[i], error);
        }
        return 0;
}
