/* Rules, findings and differences as JSON [P66]. Pure. */
#ifndef LAB_WRITE_H
#define LAB_WRITE_H

#include "proto/json.h"
#include "server/rulebook/analyse.h"

/* A list of all rules as they were written, so that each can be shown as a sentence with choices. */
void write_rules(struct json_out *j, const char *key, const struct rulebook *book);
void write_findings(
        struct json_out *j, const char *key, const struct rulebook *book, const struct findings *findings);
/* {"wider","narrower","more","less"} */
void write_change(struct json_out *j, const char *key, const struct change *change);
void write_areas(struct json_out *j, const char *key, const struct area *areas, uint32_t n);
/* 64 hexadecimal digits. */
void write_digest(struct json_out *j, const char *key, struct digest digest);

#endif
