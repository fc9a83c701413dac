/* Text that people wrote, made fit for a card: valid UTF-8, no control characters, cut between characters.
 * Pure. */
#ifndef RULEBOOK_TEXT_H
#define RULEBOOK_TEXT_H

#include <stddef.h>

/* Bytes of the UTF-8 character at `at` (1..4), 0 if what stands there is none (surrogates, overlong forms,
 * beyond U+10FFFF, cut short). Reads at most len bytes. */
size_t text_character(const char *at, size_t len);

/* Offset of the first byte that is not UTF-8; len if all is well. */
size_t text_first_bad(const char *at, size_t len);

/* Copies a NUL-terminated text into out, at most room - 1 bytes and a NUL, cut between characters. Control
 * characters become spaces and bytes that are not UTF-8 become "?". Returns the bytes written without the
 * NUL. */
size_t text_copy(char *out, size_t room, const char *in);

#endif
