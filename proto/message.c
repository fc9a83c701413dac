#include "proto/message.h"

#include "proto/utf8.h"

#include <jansson.h>
#include <stdio.h>

/* ---- the tables, from the one list */

#define MESSAGE(NAME, name, wire, face, how) static const struct field_info fields_##name[] = {
#define TEXT(m, field, most, required)                                                                       \
        {#field, FIELD_TEXT, required, offsetof(struct msg_##m, field), 0, most, 0},
#define FLAG(m, field, required) {#field, FIELD_FLAG, required, offsetof(struct msg_##m, field), 0, 1, 0},
#define NUMBER(m, field, least, most, required)                                                              \
        {#field, FIELD_NUMBER, required, offsetof(struct msg_##m, field), least, most, 0},
#define LIST(m, field, most_items, least, most)                                                              \
        {#field, FIELD_LIST, false, offsetof(struct msg_##m, field), least, most, most_items},
#define BULK(m, field, most, required)                                                                       \
        {#field, FIELD_BULK, required, offsetof(struct msg_##m, field), 0, most, 0},
#define END(m) {NULL, FIELD_TEXT, false, 0, 0, 0, 0}}                                                        \
        ;
#include "proto/messages.def"

static const struct message_info infos[MESSAGE_TYPE_COUNT] = {
#define MESSAGE(NAME, name, wire, face, how)                                                                 \
        [MESSAGE_##NAME] = {wire, face, how, fields_##name, ARRAY_LEN(fields_##name) - 1},
#define TEXT(m, field, most, required)
#define FLAG(m, field, required)
#define NUMBER(m, field, least, most, required)
#define LIST(m, field, most_items, least, most)
#define BULK(m, field, most, required)
#define END(m)
#include "proto/messages.def"
};

/* The largest binary form of each message without its bulks; 2 bytes of type stand before it. */
#define MESSAGE(NAME, name, wire, face, how)    _Static_assert(2
#define TEXT(m, field, most, required)          +2 + (most)
#define FLAG(m, field, required)                +1
#define NUMBER(m, field, least, most, required) +8
#define LIST(m, field, most_items, least, most) +1 + 8 * (most_items)
#define BULK(m, field, most, required)          +4
#define END(m)                                  <= MESSAGE_FIXED_MAX, "every message fits its binary form");
#include "proto/messages.def"

#define MESSAGE(NAME, name, wire, face, how)    _Static_assert(0
#define TEXT(m, field, most, required)
#define FLAG(m, field, required)
#define NUMBER(m, field, least, most, required)
#define LIST(m, field, most_items, least, most)
#define BULK(m, field, most, required) +(most)
#define END(m)                                  <= MESSAGE_BULK_MAX, "the bulks fit beside it");
#include "proto/messages.def"

#define MESSAGE(NAME, name, wire, face, how)
#define TEXT(m, field, most, required)
#define FLAG(m, field, required)
#define NUMBER(m, field, least, most, required)
#define LIST(m, field, most_items, least, most)                                                              \
        _Static_assert((most_items) <= MESSAGE_LIST_MAX, "every list fits its struct");
#define BULK(m, field, most, required)
#define END(m)
#include "proto/messages.def"

const struct message_info *message_info(enum message_type type)
{
        if ((int)type <= MESSAGE_NONE || type >= MESSAGE_TYPE_COUNT)
                return NULL;
        return &infos[type];
}

enum message_type message_find(enum face face, struct slice name)
{
        for (int t = MESSAGE_NONE + 1; t < MESSAGE_TYPE_COUNT; t++) {
                bool spoken = infos[t].face == face || infos[t].face == FACE_ANY;
                if (spoken && slice_is(name, infos[t].name))
                        return (enum message_type)t;
        }
        return MESSAGE_NONE;
}

/* ---- what a value may be, the same for both codecs */

static void *place_of(struct message *m, const struct field_info *f)
{
        /* All members of the union start at the same place; `now` is simply the shortest name. */
        return (char *)&m->now + f->offset;
}

static const void *value_of(const struct message *m, const struct field_info *f)
{
        return (const char *)&m->now + f->offset;
}

/* An optional number that is absent stays 0, whatever its range. */
static bool number_ok(const struct field_info *f, int64_t v)
{
        return (v >= f->least && v <= f->most) || (!f->required && v == 0);
}

static bool text_ok(const struct field_info *f, const char *text, size_t len)
{
        return len <= (size_t)f->most && (len > 0 || !f->required) && utf8_plain(text, len);
}

/* Lines: what stands between line ends is plain; tabs and the ends of other systems are let through. */
static bool bulk_ok(const struct field_info *f, const char *text, size_t len)
{
        if (len > (size_t)f->most || (len == 0 && f->required))
                return false;
        for (size_t i = 0, from = 0; i <= len; i++) {
                if (i < len && text[i] != '\n' && text[i] != '\r' && text[i] != '\t')
                        continue;
                if (!utf8_plain(text + from, i - from))
                        return false;
                from = i + 1;
        }
        return true;
}

/* ---- strict JSON */

static int wrong(struct message_error *error, const char *what, const char *field)
{
        snprintf(error->text, sizeof error->text, "%s%s%s", field, *field ? " " : "", what);
        return 1;
}

/* jansson allows 2048 levels, each on its stack; ours needs two. Strings are skipped, so that a brace inside
 * one does not count; whether they are well-formed is jansson's business. */
static bool too_deep(struct slice json)
{
        int depth = 0;
        bool in_string = false;
        for (size_t i = 0; i < json.len; i++) {
                char c = json.at[i];
                if (in_string && c == '\\')
                        i++;
                else if (c == '"')
                        in_string = !in_string;
                else if (!in_string && (c == '{' || c == '['))
                        depth++;
                else if (!in_string && (c == '}' || c == ']'))
                        depth--;
                if (depth > MESSAGE_JSON_DEPTH)
                        return true;
        }
        return false;
}

static int take_text(
        struct message *out, const struct field_info *f, const json_t *value, struct message_error *error)
{
        const char *text = json_string_value(value);
        size_t len = json_string_length(value);
        char what[64];
        if (!text)
                return wrong(error, "must be a text", f->name);
        if (len == 0 && f->required)
                return wrong(error, "must not be empty", f->name);
        if (len > (size_t)f->most) {
                snprintf(what, sizeof what, "must be at most %lld bytes long", (long long)f->most);
                return wrong(error, what, f->name);
        }
        if (!text_ok(f, text, len))
                return wrong(error, "must be plain text without control characters", f->name);
        memcpy(place_of(out, f), text, len);
        return 0;
}

/* There is one bulk a message at most, so the room is its own. */
static int take_bulk(struct message *out, const struct field_info *f, const json_t *value, char *room,
        struct message_error *error)
{
        struct slice *bulk = place_of(out, f);
        const char *text = json_string_value(value);
        size_t len = json_string_length(value);
        char what[64];
        if (!text)
                return wrong(error, "must be a text", f->name);
        if (len == 0 && f->required)
                return wrong(error, "must not be empty", f->name);
        if (len > (size_t)f->most) {
                snprintf(what, sizeof what, "must be at most %lld bytes long", (long long)f->most);
                return wrong(error, what, f->name);
        }
        if (!room || !bulk_ok(f, text, len))
                return wrong(error, "must be lines of plain text", f->name);
        if (len == 0)
                return 0;
        memcpy(room, text, len);
        *bulk = (struct slice){room, len};
        return 0;
}

static int out_of_range(const struct field_info *f, struct message_error *error)
{
        char what[96];
        snprintf(what, sizeof what, "must be between %lld and %lld", (long long)f->least, (long long)f->most);
        return wrong(error, what, f->name);
}

static int take_number(
        struct message *out, const struct field_info *f, const json_t *value, struct message_error *error)
{
        if (!json_is_integer(value))
                return wrong(error, "must be a whole number", f->name);
        int64_t v = json_integer_value(value);
        if (v < f->least || v > f->most)
                return out_of_range(f, error);
        *(int64_t *)place_of(out, f) = v;
        return 0;
}

static int take_list(
        struct message *out, const struct field_info *f, const json_t *value, struct message_error *error)
{
        struct message_list *list = place_of(out, f);
        if (!json_is_array(value))
                return wrong(error, "must be a list of whole numbers", f->name);
        if (json_array_size(value) > f->most_items)
                return wrong(error, "has too many items", f->name);
        for (size_t i = 0; i < json_array_size(value); i++) {
                const json_t *item = json_array_get(value, i);
                if (!json_is_integer(item))
                        return wrong(error, "must be a list of whole numbers", f->name);
                int64_t v = json_integer_value(item);
                if (v < f->least || v > f->most)
                        return out_of_range(f, error);
                list->item[list->n++] = v;
        }
        return 0;
}

static int take_field(struct message *out, const struct field_info *f, const json_t *value, char *room,
        struct message_error *error)
{
        switch (f->kind) {
        case FIELD_TEXT:
                return take_text(out, f, value, error);
        case FIELD_FLAG:
                if (!json_is_boolean(value))
                        return wrong(error, "must be true or false", f->name);
                *(bool *)place_of(out, f) = json_is_true(value);
                return 0;
        case FIELD_NUMBER:
                return take_number(out, f, value, error);
        case FIELD_LIST:
                return take_list(out, f, value, error);
        case FIELD_BULK:
                return take_bulk(out, f, value, room, error);
        }
        return wrong(error, "is of no known kind", f->name);
}

/* Members that are left over are unknown; their names are the sender's, so they are not repeated. */
static int take_fields(
        struct message *out, json_t *object, bool named, char *room, struct message_error *error)
{
        const struct message_info *info = &infos[out->type];
        size_t taken = named ? 1 : 0;
        for (size_t i = 0; i < info->n_fields; i++) {
                const struct field_info *f = &info->fields[i];
                const json_t *value = json_object_get(object, f->name);
                if (!value && f->required)
                        return wrong(error, "is missing", f->name);
                if (!value)
                        continue;
                taken++;
                if (take_field(out, f, value, room, error))
                        return 1;
        }
        if (taken != json_object_size(object))
                return wrong(error, "the message has a member that is not known here", "");
        return 0;
}

/* Only what travels as a named message may be named: calls have their name in the path. The operator says
 * what a console says by its name, too. */
static enum message_type type_named(enum face face, const json_t *object)
{
        const json_t *t = json_object_get(object, "t");
        if (!json_is_string(t))
                return MESSAGE_NONE;
        struct slice name = {json_string_value(t), json_string_length(t)};
        for (int i = MESSAGE_NONE + 1; i < MESSAGE_TYPE_COUNT; i++) {
                bool named = infos[i].how == HOW_SOCKET || infos[i].how == HOW_CONTROL;
                bool spoken = (named && infos[i].face == face) ||
                              (face == FACE_OPERATOR && infos[i].face == FACE_CONSOLE);
                if (spoken && slice_is(name, infos[i].name))
                        return (enum message_type)i;
        }
        return MESSAGE_NONE;
}

static int from_object(char *room, enum face face, enum message_type type, json_t *object,
        struct message *out, struct message_error *error)
{
        bool named = type == MESSAGE_NONE;
        if (!json_is_object(object))
                return wrong(error, "the message must be a JSON object", "");
        if (named)
                type = type_named(face, object);
        if (!message_info(type))
                return wrong(error, "must name a message that is known here", "t");
        out->type = type;
        return take_fields(out, object, named, room, error);
}

int message_from_json_at(char *room, enum face face, enum message_type type, struct slice json,
        struct message *out, struct message_error *error)
{
        memset(out, 0, sizeof *out);
        error->text[0] = '\0';
        if (json.len == 0)
                return wrong(error, "the message is empty", "");
        if (json.len > MESSAGE_JSON_MAX)
                return wrong(error, "the message is too long", "");
        if (too_deep(json))
                return wrong(error, "the message is nested too deeply", "");
        json_error_t where; /* its text quotes the input, so only the place is told */
        json_t *root = json_loadb(json.at, json.len, JSON_REJECT_DUPLICATES, &where);
        if (!root) {
                snprintf(error->text, sizeof error->text, "not strict JSON at line %d, column %d", where.line,
                        where.column);
                return 1;
        }
        int rc = from_object(room, face, type, root, out, error);
        json_decref(root);
        return rc;
}

int message_from_json(enum face face, enum message_type type, struct slice json, struct message *out,
        struct message_error *error)
{
        return message_from_json_at(NULL, face, type, json, out, error);
}

void message_drop_bulk(struct message *m)
{
        const struct message_info *info = message_info(m->type);
        for (size_t i = 0; info && i < info->n_fields; i++)
                if (info->fields[i].kind == FIELD_BULK)
                        *(struct slice *)place_of(m, &info->fields[i]) = (struct slice){NULL, 0};
}

/* ---- binary, for the link: u16 type, then the fields in the order of the list */

static size_t put_u64(uint8_t *out, uint64_t v)
{
        for (int i = 0; i < 8; i++)
                out[i] = (uint8_t)(v >> (8 * i));
        return 8;
}

static size_t pack_field(const struct message *m, const struct field_info *f, uint8_t *out)
{
        const void *value = value_of(m, f);
        size_t len = 0;
        switch (f->kind) {
        case FIELD_TEXT:
                len = strlen(value);
                out[0] = (uint8_t)len;
                out[1] = (uint8_t)(len >> 8);
                memcpy(out + 2, value, len);
                return 2 + len;
        case FIELD_FLAG:
                out[0] = *(const bool *)value;
                return 1;
        case FIELD_NUMBER:
                return put_u64(out, (uint64_t)*(const int64_t *)value);
        case FIELD_LIST: {
                const struct message_list *list = value;
                out[0] = (uint8_t)list->n;
                len = 1;
                for (uint32_t i = 0; i < list->n; i++)
                        len += put_u64(out + len, (uint64_t)list->item[i]);
                return len;
        }
        case FIELD_BULK: {
                const struct slice *bulk = value;
                for (int i = 0; i < 4; i++)
                        out[i] = (uint8_t)(bulk->len >> (8 * i));
                if (bulk->len)
                        memcpy(out + 4, bulk->at, bulk->len);
                return 4 + bulk->len;
        }
        }
        return 0;
}

size_t message_pack(const struct message *m, uint8_t out[MESSAGE_BINARY_MAX])
{
        const struct message_info *info = message_info(m->type);
        out[0] = (uint8_t)m->type;
        out[1] = 0;
        size_t len = 2;
        for (size_t i = 0; info && i < info->n_fields; i++)
                len += pack_field(m, &info->fields[i], out + len);
        return len;
}

struct cursor {
        const uint8_t *at;
        size_t left;
        bool bad; /* sticky: once set, everything reads as 0 */
};

static const uint8_t *take(struct cursor *c, size_t n)
{
        if (c->bad || c->left < n) {
                c->bad = true;
                return NULL;
        }
        const uint8_t *at = c->at;
        c->at += n;
        c->left -= n;
        return at;
}

static uint64_t take_uint(struct cursor *c, size_t bytes)
{
        const uint8_t *at = take(c, bytes);
        uint64_t v = 0;
        for (size_t i = 0; at && i < bytes; i++)
                v |= (uint64_t)at[i] << (8 * i);
        return v;
}

/* The hub reads what a front sent that may have been broken into: the limits are checked again. */
static void unpack_field(struct cursor *c, struct message *out, const struct field_info *f)
{
        switch (f->kind) {
        case FIELD_TEXT: {
                size_t len = (size_t)take_uint(c, 2);
                const uint8_t *text = take(c, len);
                if (!text || !text_ok(f, (const char *)text, len))
                        c->bad = true;
                else
                        memcpy(place_of(out, f), text, len);
                return;
        }
        case FIELD_FLAG: {
                uint64_t v = take_uint(c, 1);
                c->bad = c->bad || v > 1;
                *(bool *)place_of(out, f) = v == 1;
                return;
        }
        case FIELD_NUMBER: {
                int64_t v = (int64_t)take_uint(c, 8);
                c->bad = c->bad || !number_ok(f, v);
                *(int64_t *)place_of(out, f) = v;
                return;
        }
        case FIELD_LIST: {
                struct message_list *list = place_of(out, f);
                uint64_t n = take_uint(c, 1);
                if (n > f->most_items)
                        c->bad = true;
                for (uint64_t i = 0; i < n && !c->bad; i++) {
                        int64_t v = (int64_t)take_uint(c, 8);
                        c->bad = c->bad || v < f->least || v > f->most;
                        list->item[list->n++] = v;
                }
                return;
        }
        case FIELD_BULK: {
                size_t len = (size_t)take_uint(c, 4);
                const uint8_t *text = take(c, len);
                c->bad = c->bad || !bulk_ok(f, (const char *)text, len);
                *(struct slice *)place_of(out, f) =
                        (struct slice){c->bad || len == 0 ? NULL : (const char *)text, c->bad ? 0 : len};
                return;
        }
        }
}

int message_unpack(const uint8_t *bytes, size_t len, struct message *out)
{
        struct cursor c = {.at = bytes, .left = len};
        memset(out, 0, sizeof *out);
        const struct message_info *info = message_info((enum message_type)take_uint(&c, 2));
        if (!info)
                return 1;
        out->type = (enum message_type)(info - infos);
        for (size_t i = 0; i < info->n_fields && !c.bad; i++)
                unpack_field(&c, out, &info->fields[i]);
        return c.bad || c.left > 0 ? 1 : 0;
}
