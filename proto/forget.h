/* Passwords and one-time codes of a manager, and PINs, go through a message on their way to whoever proves
 * them; nothing that is kept (a journal, a digest of what was asked) may have been made of them. */
#ifndef PROTO_FORGET_H
#define PROTO_FORGET_H

#include "proto/message.h"

#define MANAGER_PASSWORD_LEAST 12 /* bytes [P60] */

/* Puts in their place what is as well-formed as they were and tells nothing else: a replay decides the same.
 * True: the message had any. */
bool forget_passwords(struct message *m);

#endif
