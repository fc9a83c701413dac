/* The disk when it is full: a file that only takes up room, so that what people take back can still be
 * written, and the state that decides what is admitted meanwhile.
 *
 *            a write finds no room                      a withdrawal finds no room either
 *   HAS ROOM ----------------------> FULL, ballast whole ----------------------------> FULL, on ballast
 *      ^                                     |                                             |      |
 *      |   looked at with every commit and   |                                             |      | a piece
 *      +--- once a second: there is room, <--+---------------------------------------------+ <----+ a time
 *           and the ballast is whole again
 *
 * - HAS ROOM: everything is written.
 * - FULL: what adds something is refused at once (commit_sense). What takes something back is written, and
 *   what only records is written if it fits; when the log cannot grow, it is emptied into the database first,
 *   since a log that starts over needs no new blocks, and then the ballast gives up a piece.
 * - Pieces, not the whole, two at most for one withdrawal, and each goes to the log at once: another program
 * that still fills the disk can take no more than a piece at a time.
 * - When the ballast is gone as well, withdrawals are refused like the rest. Nothing is ever answered that
 *   was not written.
 * - Reads, and pushes of what is durable, need no room and go on in every state.
 *
 * The state is of the store's thread alone; the core knows nothing of it and sees refused commits. A start
 * goes the same way: if the first commit finds no room, a piece is given up for it. */
#ifndef STORE_BALLAST_H
#define STORE_BALLAST_H

#include "proto/base.h"

/* Free bytes beside the ballast with which the disk counts as having room again. */
#define BALLAST_SPARE   (INT64_C(1024) * 1024)
#define BALLAST_LOOK_MS SECOND_MS
#define BALLAST_PIECES  16

/* The zero value with fd -1 is a ballast of no bytes; the states work the same. */
struct ballast {
        int fd;
        int64_t whole, bytes; /* as it should be, and as it is */
        bool full;
        mono_ms look_at;    /* when room is looked for without a commit's asking */
        mono_ms not_before; /* after a vain attempt to make the ballast whole */
};

/* Takes what a former start left in `dir`; makes nothing. 0, or an errno. */
int ballast_open(struct ballast *b, const char *dir, int64_t whole);
/* Makes it whole with blocks that are its own, and flushes file and name. 0; an errno, and then it has what
 * it had: with ENOSPC the disk counts as full. */
int ballast_fill(struct ballast *b, const char *dir);
void ballast_close(struct ballast *b);

/* The disk was found to be full. */
void ballast_full(struct ballast *b);
/* Gives a piece back to the disk, and its blocks to the file `log` as far as they can be had. 0; 1: nothing
 * is left; -1: the disk failed. */
int ballast_give(struct ballast *b, const char *log);
/* When full: looks whether there is room, and if so makes the ballast whole. True: it has just become so. */
bool ballast_look(struct ballast *b, const char *dir);
/* Bytes that must become free until there is room again; 0 if there is. */
int64_t ballast_wants(const struct ballast *b, const char *dir);

#endif
