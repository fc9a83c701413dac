/* One question to the hub over a connection of its own: what most commands of maitrectl are. */
#ifndef CTL_ASK_H
#define CTL_ASK_H

#include <jansson.h>

#include "proto/control.h"
#include "server/ctl/ctl.h"

/* `request` is given away. The answer is new (json_decref); NULL with the fault told on standard error and
 * *code an enum ctl_exit. */
json_t *ask_hub(struct ctl *ctl, enum control_type type, json_t *request, int *code);

#endif
