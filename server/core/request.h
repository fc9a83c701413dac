/* Requests with a key are done once, however often they come (request.c). Only the files of server/core
 * include this. */
#ifndef CORE_REQUEST_H
#define CORE_REQUEST_H

#include "server/core/state.h"

/* Notes the sender's key, if the message acts and somebody's key it is. */
void request_take_key(const struct hub *hub, struct pending *p, const struct uuid *key);
/* False: the same request is being answered at this moment; the caller waits. */
bool request_claim(struct hub *hub, struct pending *p);
void request_release(struct hub *hub, struct pending *p);
/* Lets the LOAD ask for the key, once a turn. */
void request_ask(const struct hub *hub, struct pending *p, struct effect *load);
/* True: it was done before, and has been answered (or refused, or waits); the caller does nothing more. */
bool request_judge(struct hub *hub, struct pending *p, const struct dossier *d);
/* Puts the key with what is committed. */
void request_write(struct hub *hub, struct pending *p);
/* Answers `now` to what has nothing to change; that it was so is kept, lest a repeat finds something. */
void request_settle(struct hub *hub, struct pending *p);
/* The session or link that this request makes: a repeat gets a new secret for it. */
void request_made(struct pending *p, const struct secret *secret);
/* Gathers that: fresh.secret[0] in place of the one that was lost with its answer. */
void request_renew(struct pending *p, bool link);
/* How a repeat is answered, by the files of the messages. */
void customer_again(struct hub *, struct pending *, const struct dossier *);
void join_again(struct hub *, struct pending *, const struct dossier *);
void link_pair_again(struct hub *, struct pending *, const struct dossier *);
void link_till_again(struct hub *, struct pending *, const struct dossier *);

#endif
