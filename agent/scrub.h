/* Overwrites what calls left behind on the stack below the caller: an address of a stranger must not lie
 * there until something else happens to need the room. */
#ifndef AGENT_SCRUB_H
#define AGENT_SCRUB_H

#define SCRUB_BYTES                                                                                          \
        24576 /* deeper than any call on the way of an event goes; the deepest is printing a number */

void scrub_stack(void);

#endif
