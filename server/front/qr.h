/* Draws the QR code of a link into an answer of the hub: the page only has to paint squares. [P14] */
#ifndef FRONT_QR_H
#define FRONT_QR_H

#include "proto/slice.h"

/* If the JSON has a member "qr_of":"url", returns a copy in which `"qr":{"size":n,"rows":[...]}` stands in
 * its place; the caller frees it, and *len is its length. NULL: nothing to draw (send the JSON as it is). */
char *qr_drawn(struct slice json, size_t *len);

#endif
