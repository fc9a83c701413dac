/* SQLite's page cache, spared a walk through all that it holds at nearly every commit.
 *
 * Balancing a tree gives a page the number of the lock-byte page for a moment (no page ever really has it).
 * The cache takes that for its highest number, and at the end of the transaction, when it is told to forget
 * what lies beyond the file's end, looks through every bucket: with 64 MB a tenth of all that an arrival
 * costs. This one stands before SQLite's own, knows which numbers stayed, and passes on only what can have an
 * effect. */
#ifndef STORE_PAGES_H
#define STORE_PAGES_H

/* Once, before anything else of SQLite. Where SQLite is at work already it stays as it was: nothing depends
 * on this but time. */
void pages_begin(void);

#endif
