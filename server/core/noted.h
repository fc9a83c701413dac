/* "Remember one thing?": what her associate writes down about a customer when a visit is done [P116-P119]. A
 * note is the customer's: nobody is asked for one unless she has said that she allows them, and her own page
 * has each word for word. Part of state.h, which includes it.
 *
 *   Done --she allows notes, and chose this associate--> ASKED --one line--> on disk --> "remembered"
 *                                                          `--"not now", ten minutes, the next Done-->
 * nothing a note --struck, notes off, all stopped, too old, one too many--> deleted */
#ifndef CORE_NOTED_H
#define CORE_NOTED_H

#include "server/core/state.h"

/* Whether notes are anything that who agreed to this notice may be offered: it promises them, and the rules
 * in force show them to the one she chose. */
bool noted_may(const struct hub *hub, uint32_t notice);
/* Her allowance and the newest of her notes that this associate (index, or NONE) wrote, for a card. */
void noted_show(
        const struct hub *hub, const struct dossier *d, uint32_t associate, const char *notes[NOTES_MAX]);

/* After the commit of a Done: asks for one thing, if it may. Ends the pending. */
void noted_done(struct hub *, struct pending *);
/* She has left: what was written goes with what she agreed to. */
void noted_stop(struct hub *hub, struct pending *p, const struct dossier *d);

/* A note leaves the disk within a day after its time, whether or not anybody writes another. */
void noted_start(struct hub *hub, const struct snapshot *s);
void noted_sweep(struct hub *hub);

void handheld_remember(struct hub *, struct pending *);
void customer_notes(struct hub *, struct pending *);
void customer_noting(struct hub *, struct pending *);
void customer_note_strike(struct hub *, struct pending *);

#endif
