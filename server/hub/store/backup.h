/* A consistent copy of the database into a new file, made in steps between commits, so that arrivals go on.
 */
#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H

#include "server/hub/store/base.h"

struct backup;

/* Starts (with *running NULL) or goes on for about slice_ms. 1 = more to do; 0 = the copy is complete and
 * flushed; -1 = given up, the half copy is removed. At the end *running is NULL and *text a JSON object:
 * {"path","pages","bytes"} or {"error","say"}. */
int backup_step(struct base *base, const char *path, struct backup **running, int slice_ms, char **text);
/* Gives up without an answer. */
void backup_abandon(struct backup **running);

#endif
