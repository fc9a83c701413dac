/* Stores, associates, classes, products, customers: found by their external id; what a row leaves empty is
 * "not known" and keeps what is there. */
#include "server/hub/store/import_row.h"

#include <string.h>

#include "server/common/ids.h"
#include "server/hub/store/seal.h"

/* The row's text, or what the database has, and whether that is a change. */
static struct slice merged(struct slice given, struct slice have, bool *changed)
{
        if (given.len == 0)
                return have;
        if (given.len != have.len || memcmp(given.at, have.at, have.len) != 0)
                *changed = true;
        return given;
}

static int64_t merged_int(bool given, int64_t value, int64_t have, bool *changed)
{
        if (!given)
                return have;
        if (value != have)
                *changed = true;
        return value;
}

/* Texts of a row that must outlive its statement. */
struct keep {
        char text[8][IMPORT_FIELD_MAX + 1];
        int n;
};

static struct slice kept(struct keep *keep, struct slice text)
{
        char *at = keep->text[keep->n++];
        base_cut(at, IMPORT_FIELD_MAX + 1, text);
        return slice_of(at);
}

static enum import_outcome found_outcome(struct import *im, bool found, bool changed, int rc)
{
        import_ran(im, rc);
        return !found ? IMPORT_NEW : changed ? IMPORT_UPDATED : IMPORT_SAME;
}

enum import_outcome import_store_row(struct import *im)
{
        struct slice channel = import_field_of(im, STORE_CHANNEL);
        struct keep keep = {.n = 0};
        struct slice name = {0}, zone = {0};
        int64_t id = 0, have_channel = CHANNEL_IN_STORE;
        bool changed = false;
        if (channel.len > 0 && !slice_is(channel, "in-store") && !slice_is(channel, "online"))
                return import_reject(im, STORE_CHANNEL, "is not a channel (in-store, online)");
        sqlite3_stmt *s = statement_use(&im->base->all, ST_STORE_FIND);
        statement_text(s, ":external", import_field_of(im, STORE_ID));
        if (statement_step(s) == SQLITE_ROW) {
                id = statement_get(s, "id");
                have_channel = statement_get(s, "channel");
                name = kept(&keep, statement_get_slice(s, "name"));
                zone = kept(&keep, statement_get_slice(s, "zone"));
        }
        statement_done(s);
        name = merged(import_field_of(im, STORE_NAME), name, &changed);
        zone = merged(import_field_of(im, STORE_ZONE), zone, &changed);
        int64_t to = merged_int(channel.len > 0, slice_is(channel, "online"), have_channel, &changed);
        if (id != 0 && !changed)
                return IMPORT_SAME;
        s = statement_use(&im->base->all, id ? ST_STORE_CHANGE : ST_STORE_ADD);
        if (id != 0)
                statement_int(s, ":id", id);
        else
                statement_text(s, ":external", import_field_of(im, STORE_ID));
        statement_text(s, ":name", name.len ? name : import_field_of(im, STORE_ID));
        statement_text(s, ":zone", zone);
        statement_int(s, ":channel", to);
        im->catalog_stale = true;
        return found_outcome(im, id != 0, changed, statement_run(s));
}

/* The department's number; made if it is missing. -1 when there are too many, or on failure (im->rc). */
static int department(struct import *im, struct slice name)
{
        char cut[NAME_MAX_BYTES];
        int unused = -1;
        base_cut(cut, sizeof cut, name);
        for (int i = 0; i < DEPARTMENT_COUNT; i++) {
                if (strcmp(im->base->catalog.departments[i], cut) == 0)
                        return i;
                if (im->base->catalog.departments[i][0] == 0 && unused < 0)
                        unused = i;
        }
        if (unused < 0)
                return -1;
        sqlite3_stmt *s = statement_use(&im->base->all, ST_DEPARTMENT_ADD);
        statement_int(s, ":id", unused);
        statement_text(s, ":name", slice_of(cut));
        im->catalog_stale = true;
        if (!import_ran(im, statement_run(s)))
                return -1;
        memcpy(im->base->catalog.departments[unused], cut, sizeof cut);
        return unused;
}

/* "Shoes|Men's shoes" as a bit set. False: rejected or failed. */
static bool departments(struct import *im, struct slice names, int64_t *bits)
{
        *bits = 0;
        while (names.len > 0) {
                const char *bar = memchr(names.at, '|', names.len);
                size_t len = bar ? (size_t)(bar - names.at) : names.len;
                struct slice one = {names.at, len};
                names = (struct slice){names.at + len + (bar ? 1 : 0), names.len - len - (bar ? 1 : 0)};
                while (one.len > 0 && *one.at == ' ')
                        one = (struct slice){one.at + 1, one.len - 1};
                while (one.len > 0 && one.at[one.len - 1] == ' ')
                        one.len--;
                if (one.len == 0)
                        continue;
                int index = department(im, one);
                if (index < 0)
                        return false;
                *bits |= INT64_C(1) << index;
        }
        return true;
}

static int role_of(struct slice word)
{
        static const char *const words[ROLE_COUNT] = {"associate", "trainee", "manager"};
        for (int i = 0; i < ROLE_COUNT; i++)
                if (slice_is(word, words[i]))
                        return i;
        return -1;
}

/* An associate as she stands in the table. Texts lie in `keep`. */
struct associate_known {
        int64_t id, store, areas, role, active;
        struct slice name, words[3]; /* stand_in, languages, skills */
        struct keep keep;
};

static const struct {
        const char *column, *name;
        int field;
        size_t most; /* bytes */
        const char *too_long;
} associate_words[] = {
        {"stand_in", ":stand_in", ASSOCIATE_STAND_IN, IMPORT_ID_MAX, "is longer than 64 bytes"},
        {"languages", ":languages", ASSOCIATE_LANGUAGES, LANGUAGES_MAX - 1, "is longer than 23 bytes"},
        {"skills", ":skills", ASSOCIATE_SKILLS, SKILLS_MAX - 1, "is longer than 63 bytes"},
};

static void find_associate(struct import *im, struct associate_known *have)
{
        *have = (struct associate_known){.store = im->base->own_store, .active = 1};
        sqlite3_stmt *s = statement_use(&im->base->all, ST_ASSOCIATE_FIND);
        statement_text(s, ":external", import_field_of(im, ASSOCIATE_ID));
        if (statement_step(s) == SQLITE_ROW) {
                have->id = statement_get(s, "id");
                have->store = statement_get(s, "store");
                have->areas = statement_get(s, "departments");
                have->role = statement_get(s, "role");
                have->active = statement_get(s, "active");
                have->name = kept(&have->keep, statement_get_slice(s, "name"));
                for (size_t i = 0; i < ARRAY_LEN(associate_words); i++)
                        have->words[i] = kept(&have->keep, statement_get_slice(s, associate_words[i].column));
        }
        statement_done(s);
}

static enum import_outcome put_associate(struct import *im, const struct associate_known *to, bool changed)
{
        sqlite3_stmt *s = statement_use(&im->base->all, to->id ? ST_ASSOCIATE_CHANGE : ST_ASSOCIATE_ADD);
        if (to->id != 0)
                statement_int(s, ":id", to->id);
        else
                statement_text(s, ":external", import_field_of(im, ASSOCIATE_ID));
        statement_text(s, ":name", to->name);
        statement_int(s, ":store", to->store);
        statement_int(s, ":departments", to->areas);
        statement_int(s, ":role", to->role);
        statement_int(s, ":active", to->active);
        for (size_t i = 0; i < ARRAY_LEN(associate_words); i++)
                statement_text(s, associate_words[i].name, to->words[i]);
        im->catalog_stale = true;
        return found_outcome(im, to->id != 0, changed, statement_run(s));
}

/* "en, sv" as "en sv": words with one space between them. `out` has room for the whole text. */
static struct slice spaced(struct slice text, char *out)
{
        size_t n = 0;
        for (size_t i = 0; i < text.len; i++) {
                bool between = strchr(" \t\r\n,;|", text.at[i]) != NULL;
                if (!between)
                        out[n++] = text.at[i];
                else if (n > 0 && out[n - 1] != ' ')
                        out[n++] = ' ';
        }
        while (n > 0 && out[n - 1] == ' ')
                n--;
        return (struct slice){out, n};
}

enum import_outcome import_associate_row(struct import *im)
{
        struct slice role = import_field_of(im, ASSOCIATE_ROLE), at = import_field_of(im, ASSOCIATE_STORE);
        struct slice active = import_field_of(im, ASSOCIATE_ACTIVE), words[ARRAY_LEN(associate_words)];
        struct slice areas = import_field_of(im, ASSOCIATE_DEPARTMENT);
        char text[ARRAY_LEN(associate_words)][IMPORT_FIELD_MAX + 1];
        struct associate_known to;
        int64_t bits = 0;
        bool changed = false;
        uint8_t channel;
        if (role.len > 0 && role_of(role) < 0)
                return import_reject(im, ASSOCIATE_ROLE, "is not a role (associate, trainee, manager)");
        uint32_t store = at.len ? import_find_store(im, at, &channel) : 0;
        if (at.len > 0 && store == 0)
                return import_reject(im, ASSOCIATE_STORE, "is not known; import the stores first");
        for (size_t i = 0; i < ARRAY_LEN(associate_words); i++) {
                words[i] = import_field_of(im, associate_words[i].field);
                if (associate_words[i].field != ASSOCIATE_STAND_IN)
                        words[i] = spaced(words[i], text[i]);
                if (words[i].len > associate_words[i].most)
                        return import_reject(im, associate_words[i].field, associate_words[i].too_long);
        }
        if (!departments(im, areas, &bits))
                return import_reject(im, ASSOCIATE_DEPARTMENT, "would be one too many; there can be 31");
        find_associate(im, &to);
        to.name = merged(import_field_of(im, ASSOCIATE_NAME), to.name, &changed);
        to.store = merged_int(store != 0, store, to.store, &changed);
        to.areas = merged_int(areas.len > 0, bits, to.areas, &changed);
        to.role = merged_int(role.len > 0, role_of(role), to.role, &changed);
        to.active = merged_int(active.len > 0, !slice_is(active, "0"), to.active, &changed);
        for (size_t i = 0; i < ARRAY_LEN(associate_words); i++)
                to.words[i] = merged(words[i], to.words[i], &changed);
        return to.id != 0 && !changed ? IMPORT_SAME : put_associate(im, &to, changed);
}

/* Head office may add to the sensitive list and take nothing away: the shipped list is applied when classes
 * are read. */
enum import_outcome import_class_row(struct import *im)
{
        struct slice sensitive = import_field_of(im, CLASS_SENSITIVE);
        struct slice area = import_field_of(im, CLASS_DEPARTMENT);
        int64_t id = 0, have_area = DEPARTMENT_OTHER, have_sensitive = 0;
        bool changed = false;
        int index = area.len ? department(im, area) : DEPARTMENT_OTHER;
        if (index < 0)
                return import_reject(im, CLASS_DEPARTMENT, "would be one too many; there can be 31");
        sqlite3_stmt *s = statement_use(&im->base->all, ST_CLASS_FIND);
        statement_text(s, ":name", import_field_of(im, CLASS_NAME));
        if (statement_step(s) == SQLITE_ROW) {
                id = statement_get(s, "id");
                have_area = statement_get(s, "department");
                have_sensitive = statement_get(s, "sensitive");
        }
        statement_done(s);
        have_area = merged_int(area.len > 0, index, have_area, &changed);
        have_sensitive = merged_int(sensitive.len > 0, slice_is(sensitive, "1"), have_sensitive, &changed);
        if (id != 0 && !changed)
                return IMPORT_SAME;
        if (id == 0 && have_area == DEPARTMENT_OTHER)
                im->new_classes++;
        s = statement_use(&im->base->all, id ? ST_CLASS_CHANGE : ST_CLASS_ADD);
        if (id != 0)
                statement_int(s, ":id", id);
        else
                statement_text(s, ":name", import_field_of(im, CLASS_NAME));
        statement_int(s, ":department", have_area);
        statement_int(s, ":sensitive", have_sensitive);
        im->catalog_stale = true;
        return found_outcome(im, id != 0, changed, statement_run(s));
}

enum import_outcome import_product_row(struct import *im)
{
        static const char *const columns[] = {"name", "brand", "colour", "size"};
        static const char *const names[] = {":name", ":brand", ":colour", ":size"};
        static const int fields[] = {PRODUCT_NAME, PRODUCT_BRAND, PRODUCT_COLOUR, PRODUCT_SIZE};
        struct slice price_text = import_field_of(im, PRODUCT_PRICE), texts[4] = {{0}};
        struct keep keep = {.n = 0};
        int64_t id = 0, price = PRICE_UNKNOWN, class = 0;
        bool changed = false;
        int64_t given = 0;
        if (price_text.len > 0 && !import_money(price_text, im->base->currency, &given))
                return import_reject(
                        im, PRODUCT_PRICE, "is not an amount such as 1299.00, of at most 15 digits");
        uint32_t given_class = import_class(im, import_field_of(im, PRODUCT_CLASS));
        sqlite3_stmt *s = statement_use(&im->base->all, ST_PRODUCT_FIND);
        statement_text(s, ":sku", import_field_of(im, PRODUCT_SKU));
        if (statement_step(s) == SQLITE_ROW) {
                id = statement_get(s, "id");
                class = statement_get(s, "class");
                if (sqlite3_column_type(s, statement_column(s, "price")) != SQLITE_NULL)
                        price = statement_get(s, "price");
                for (int i = 0; i < 4; i++)
                        texts[i] = kept(&keep, statement_get_slice(s, columns[i]));
        }
        statement_done(s);
        for (int i = 0; i < 4; i++)
                texts[i] = merged(import_field_of(im, fields[i]), texts[i], &changed);
        price = merged_int(price_text.len > 0, given, price, &changed);
        class = merged_int(given_class != 0, given_class, class, &changed);
        if (id != 0 && !changed)
                return IMPORT_SAME;
        articles_forget(&im->base->articles);
        s = statement_use(&im->base->all, id ? ST_PRODUCT_CHANGE : ST_PRODUCT_ADD);
        if (id != 0)
                statement_int(s, ":id", id);
        else
                statement_text(s, ":sku", import_field_of(im, PRODUCT_SKU));
        for (int i = 0; i < 4; i++)
                statement_text_or_null(s, names[i], texts[i]);
        if (price != PRICE_UNKNOWN)
                statement_int(s, ":price", price);
        if (class != 0)
                statement_int(s, ":class", class);
        return found_outcome(im, id != 0, changed, statement_run(s));
}

static enum import_outcome change_customer(struct import *im, uint32_t id, const struct identity *given)
{
        uint8_t plain[IDENTITY_MAX], sealed[IDENTITY_MAX + SEAL_OVERHEAD];
        struct identity have = {.external = given->external};
        bool changed = false;
        sqlite3_stmt *s = statement_use(&im->base->all, ST_PERSON_GET);
        statement_int(s, ":id", id);
        if (statement_step(s) == SQLITE_ROW)
                base_open_identity(im->base, id, statement_get_slice(s, "identity"), plain, &have);
        statement_done(s);
        struct identity to = {
                .external = given->external,
                .name = merged(given->name, have.name, &changed),
                .birthday = merged(given->birthday, have.birthday, &changed),
                .contact = merged(given->contact, have.contact, &changed),
        };
        size_t len = changed ? base_seal_identity(im->base, id, &to, sealed) : 0;
        ids_wipe(plain, sizeof plain);
        if (len == 0)
                return IMPORT_SAME;
        s = statement_use(&im->base->all, ST_PERSON_IDENTITY);
        statement_int(s, ":id", id);
        statement_blob(s, ":identity", sealed, len);
        return found_outcome(im, true, true, statement_run(s));
}

enum import_outcome import_customer_row(struct import *im)
{
        struct identity given = {
                .external = import_field_of(im, CUSTOMER_ID),
                .name = import_field_of(im, CUSTOMER_NAME),
                .birthday = import_field_of(im, CUSTOMER_BIRTHDAY),
                .contact = import_field_of(im, CUSTOMER_CONTACT),
        };
        bool enrolled;
        uint32_t id = import_find_person(im, given.external, &enrolled);
        if (id != 0)
                return change_customer(im, id, &given);
        if (im->rc == SQLITE_OK)
                import_new_person(im, &given);
        return IMPORT_NEW;
}
