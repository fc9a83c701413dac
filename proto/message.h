/* The messages of messages.def as C values, with two codecs made from the one list: strict JSON (what
 * strangers send) and a compact binary form (the link between front and hub). Pure. */
#ifndef PROTO_MESSAGE_H
#define PROTO_MESSAGE_H

#include "proto/base.h"
#include "proto/slice.h"

enum face {
        FACE_ANY,
        FACE_CUSTOMER,
        FACE_TILL,
        FACE_SIGN,
        FACE_HANDHELD,
        FACE_CONSOLE,
        FACE_OPERATOR,
        FACE_AGENT
};
#define FACE_COUNT 8

enum how { HOW_POST, HOW_GET, HOW_SOCKET, HOW_CONTROL };

enum message_type {
        MESSAGE_NONE,
#define MESSAGE(NAME, name, wire, face, how) MESSAGE_##NAME,
#define TEXT(m, field, most, required)
#define FLAG(m, field, required)
#define NUMBER(m, field, least, most, required)
#define LIST(m, field, most_items, least, most)
#define BULK(m, field, most, required)
#define END(m)
#include "proto/messages.def"
        MESSAGE_TYPE_COUNT
};

#define MESSAGE_LIST_MAX 16
struct message_list {
        uint32_t n;
        int64_t item[MESSAGE_LIST_MAX];
};

/* One struct a message. An optional number that is absent is 0, an absent text is "", an absent flag false.
 * A bulk is borrowed: it lives as long as the bytes it was read from, so who keeps the message lets go of it
 * (message_drop_bulk) or copies it. */
#define MESSAGE(NAME, name, wire, face, how)                                                                 \
        struct msg_##name {                                                                                  \
                char present; /* keeps empty messages legal C */
#define TEXT(m, field, most, required)          char field[(most) + 1];
#define FLAG(m, field, required)                bool field;
#define NUMBER(m, field, least, most, required) int64_t field;
#define LIST(m, field, most_items, least, most) struct message_list field;
#define BULK(m, field, most, required)          struct slice field;
#define END(m)                                                                                               \
        }                                                                                                    \
        ;
#include "proto/messages.def"

struct message {
        enum message_type type;
        union {
#define MESSAGE(NAME, name, wire, face, how) struct msg_##name name;
#define TEXT(m, field, most, required)
#define FLAG(m, field, required)
#define NUMBER(m, field, least, most, required)
#define LIST(m, field, most_items, least, most)
#define BULK(m, field, most, required)
#define END(m)
#include "proto/messages.def"
        };
};

enum field_kind { FIELD_TEXT, FIELD_FLAG, FIELD_NUMBER, FIELD_LIST, FIELD_BULK };

struct field_info {
        const char *name;
        enum field_kind kind;
        bool required;
        size_t offset;       /* from the start of the msg_ struct */
        int64_t least, most; /* TEXT, BULK: 0..most bytes; LIST: range of an item */
        uint32_t most_items;
};

struct message_info {
        const char *name; /* on the wire */
        enum face face;
        enum how how;
        const struct field_info *fields;
        size_t n_fields;
};

/* The description of a type; NULL if out of range. Lives for ever. */
const struct message_info *message_info(enum message_type type);
/* The type with this wire name on this face; MESSAGE_NONE if there is none. `pair` is found on every face. */
enum message_type message_find(enum face face, struct slice name);

#define MESSAGE_JSON_MAX   (64 * 1024) /* decision 24: a body's most */
#define MESSAGE_JSON_DEPTH 4
#define MESSAGE_FIXED_MAX  2048        /* everything but the bulks, in the binary form */
#define MESSAGE_BULK_MAX   (32 * 1024) /* all bulks of a message together */
#define MESSAGE_BINARY_MAX (MESSAGE_FIXED_MAX + MESSAGE_BULK_MAX)

struct message_error {
        char text[160]; /* names the field and what is wrong, never the value */
};

/* Decodes a JSON object into *out. For a WebSocket message the object has "t": the wire name, and `type` must
 * be MESSAGE_NONE: the type is found by `face`, among those of sockets and of the operator. Unknown or
 * duplicate members, wrong types, NUL, bad UTF-8, depth and sizes over the limits are errors. 0, or 1 with
 * *error filled. */
int message_from_json(enum face face, enum message_type type, struct slice json, struct message *out,
        struct message_error *error);

/* The same, for messages that may have a bulk (message_from_json() refuses those): its text is put at `room`,
 * which has at least json.len bytes and may be the place of the JSON itself, since no text is longer than its
 * JSON. *out borrows from it. */
int message_from_json_at(char *room, enum face face, enum message_type type, struct slice json,
        struct message *out, struct message_error *error);
/* Empties the bulks: what the sender of the message owns may go. */
void message_drop_bulk(struct message *m);

/* Binary form: returns its length, at most MESSAGE_BINARY_MAX. */
size_t message_pack(const struct message *m, uint8_t out[MESSAGE_BINARY_MAX]);
/* Exact inverse; 0, or 1 if the bytes are no packed message. A bulk is borrowed from `bytes`. */
int message_unpack(const uint8_t *bytes, size_t len, struct message *out);

#endif
