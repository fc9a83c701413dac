/* A bounded JSON writer: strings escaped, overflow sticky. Pure. Used for every answer the hub writes. */
#ifndef PROTO_JSON_H
#define PROTO_JSON_H

#include "proto/base.h"

struct json_out {
        char *at;
        size_t len, room;
        bool overflow; /* sticky: once set, nothing more is written */
        bool comma;
};

void json_start(struct json_out *j, char *buffer, size_t room);
void json_open(struct json_out *j, const char *key, char bracket); /* '{' or '['; key NULL inside a list */
void json_close(struct json_out *j, char bracket);
void json_text(
        struct json_out *j, const char *key, const char *value); /* value NULL or "" is written as "" */
void json_number(struct json_out *j, const char *key, int64_t value);
void json_flag(struct json_out *j, const char *key, bool value);
void json_nil(
        struct json_out *j, const char *key); /* null; not called json_null, which is a symbol of jansson */
/* A value that is JSON already (made by render()). */
void json_raw(struct json_out *j, const char *key, const char *json, size_t len);

#endif
