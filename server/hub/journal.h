/* The events fed to the core, kept in a file: a journal from the field replays into the same trace and the
 * same cards. It holds people's data, so it is made only when the operator asks for it (--journal), mode
 * 0600. Its form is that of the program that wrote it: the head names the version and the sizes, and another
 * program refuses it.
 *
 *   head    "maitred journal 2\n", u32 sizes of event, dossier, snapshot rows and settings; the hub_settings;
 *           16 bytes of BLAKE2b over these
 *   record  struct event (its pointers mean nothing), then its parts: u32 length and bytes each; 16 bytes of
 *           BLAKE2b over the digest before it and this record, each part behind its length */
#ifndef HUB_JOURNAL_H
#define HUB_JOURNAL_H

#include "server/core/event.h"
#include "server/core/hub.h"

struct journal;

struct journal_error {
        char text[300];
};

/* A new file; fails if it exists. 0, or -1 with *error. */
int journal_create(const char *path, const struct hub_settings *settings, struct journal **out,
        struct journal_error *error);
/* Opens for reading; gives the settings of the hub that wrote it. 0, or -1 with *error. */
int journal_open(
        const char *path, struct hub_settings *settings, struct journal **out, struct journal_error *error);
void journal_close(struct journal *journal);

/* Appends; 0, or -1: the disk did not take it (the caller stops journalling and says so). */
int journal_write(struct journal *journal, const struct event *event);
/* The next event; what it points to lives until the next call. 1 = an event, 0 = the end, -1 = cut or
 * damaged. */
int journal_read(struct journal *journal, struct event *event);

#endif
