/* Devices: how a handheld is paired by a code [P94] and proves its key [P95], and their sessions as somebody
 * sees them who may take one back [P93]: the operator all, a manager her store's handhelds. Part of state.h,
 * which includes it. */
#ifndef CORE_SESSIONS_H
#define CORE_SESSIONS_H

#include "server/core/state.h"

/* ---- link.c ---- */
void link_till_invite(struct hub *, struct pending *);
void link_make(struct hub *, struct pending *);
/* A one-time link that pairs a handheld for this associate (index), and its answer. */
void link_handheld(struct hub *, struct pending *, uint32_t associate);
void link_token(struct hub *, struct pending *);
/* True: this associate (index) does not invite after a sale of that department [P161], or none of hers can
 * serve more arrivals this hour [P164]; the request was answered so. */
bool link_refused(struct hub *hub, struct pending *p, uint32_t associate, uint8_t department);
void link_write_invite(struct hub *hub, struct pending *p, uint32_t person, uint32_t associate,
        uint64_t line_ref, wall_ms expires);
size_t link_url(const struct hub *hub, const char *page, char kind, const struct secret *secret, char *out,
        size_t room);

/* ---- pair.c ---- */
void link_pair(struct hub *, struct pending *);
#define SIGN_VALID_MS (365 * DAY_MS) /* a sign's, and a till's */
#define CODE_TEXT     8              /* characters that somebody types to pair */
#define CODE_VALID_MS (10 * MINUTE_MS)
#define CODE_TRIES    5 /* wrong ones, over all codes that are open, until the next is made */
/* Crockford base32 of the first CODE_TEXT bytes. */
void code_text(const struct secret *secret, char out[CODE_TEXT + 1]);
/* What is kept of the link's secret or the code that a message pairs by. False: it is neither, or both. */
bool pair_secret(const struct hub *hub, const struct msg_pair *m, struct digest *out);
/* Ends the operator's request for a code: for a handheld of this associate (index). */
void pair_make_code(struct hub *hub, struct pending *p, uint32_t associate);

/* ---- fence.c ---- */
/* A handheld is being paired for p->session_subject: writes the end of those that it takes the place of,
 * which must stand before the new session, and closes their sockets. */
void fence_begin(struct hub *hub, struct pending *p);
/* It is on disk: closes whoever came between. */
void fence_done(struct hub *hub, const struct pending *p);

/* ---- proof.c ---- */
/* Reads a key as a page sends it; "" is none. False: it is no key. */
bool proof_key(const char *text, struct own_key *out);
/* A handheld's socket has opened: draws what it would have to sign. */
void proof_open(struct hub *hub, struct peer *peer);
/* Whether this peer, whose session has just been read, may not be let in yet: it was asked for its proof, or
 * closed. */
bool proof_wanted(struct hub *hub, struct peer *peer, const struct own_key *key);
void proof_said(struct hub *hub, struct peer *peer, const struct msg_proof *m);
void proof_verified(struct hub *hub);

/* ---- sessions.c ---- */
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
void operator_session_unlock(struct hub *, struct pending *);
void operator_pin_clear(struct hub *, struct pending *);
void console_revoke(struct hub *, struct pending *); /* and unlock, pin_clear */
void console_revoke_again(struct hub *, struct pending *, const struct dossier *);

#endif
