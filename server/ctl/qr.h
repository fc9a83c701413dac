/* A link as a code that a camera reads off a terminal. */
#ifndef CTL_QR_H
#define CTL_QR_H

/* Draws `text` on standard output, two modules a character, dark on light whatever the terminal's colours are
 * if `colour`, else for a dark terminal. 0, or -1 if the text is too long. */
int qr_draw(const char *text, int colour);

#endif
