/* What passes through the front is wiped when it is given back: cookies, words and addresses, most of them of
 * people who are nobody here. The libraries that requests pass through are given memory that does so. */
#ifndef FRONT_WIPE_H
#define FRONT_WIPE_H

/* From now on libwebsockets, OpenSSL and jansson use it. 0, also when they do already; 1: OpenSSL has begun
 * with other memory and goes on with that, so that nothing was changed. Call it before the first of them. */
int wipe_install(void);
/* As free(). */
void wipe_free(void *block);

#endif
