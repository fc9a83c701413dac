/* Sessions of devices as somebody sees them who may take one back [P93]: the operator all, a manager her
 * store's handhelds. Part of state.h, which includes it. */
#ifndef CORE_SESSIONS_H
#define CORE_SESSIONS_H

#include "server/core/state.h"

/* What a session is called: the first 40 bits of its token's digest, in Crockford base32. Nobody gets in by
 * it, and it needs no number of its own. */
#define SESSION_ID_BYTES 5
#define SESSION_ID_TEXT  8
void session_id(const struct digest *token, char out[SESSION_ID_TEXT + 1]);
/* Reads one that somebody typed into the first bytes of *out. False: it is none. */
bool session_id_parse(const char *typed, struct digest *out);

/* A handheld's session was used: noted once a day, for "last seen today". What is not noted is so at the next
 * connection. */
void session_note(struct hub *hub, const struct digest *token, const struct session_row *row);

void operator_sessions(struct hub *, struct pending *);
void operator_session_revoke(struct hub *, struct pending *);
void console_handhelds(struct hub *, struct pending *);
void console_revoke(struct hub *, struct pending *);
void console_revoke_again(struct hub *, struct pending *, const struct dossier *);

#endif
