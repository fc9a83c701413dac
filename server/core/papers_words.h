/* The sentences of the sign at the door, in each language of the pages. In each, {} is filled in, in the
 * order of the comment; [one|many] is chosen by the next of them. No sentence may tell anybody to leave her
 * phone's Wi-Fi off: that is no way to object. */
#ifndef CORE_PAPERS_WORDS_H
#define CORE_PAPERS_WORDS_H

#include "server/core/papers.h"

struct paper_words {
        const char *language, *title;
        const char *who; /* controller, how to reach it */
        const char *purpose;
        const char *wifi, *no_sensors;
        const char *hours, *always; /* opens, closes */
        const char *used;           /* months */
        const char *age;            /* years */
        const char *rights, *no_phone;
        const char *notice; /* where, name and version */
};

const struct paper_words *paper_words(uint32_t nth);

/* The sentence with the values in it, one for each {} and one for each [one|many]: of those the first is
 * taken where the value is "1", else the second, and a {} in them is that value. This is the one place where
 * a paper knows singular from plural. Values are texts without a limit of their own: what is over `room`
 * (with NUL, more than 0) is left out, a value as a whole. */
void paper_fill(const char *sentence, const char *const values[], size_t n, char *out, size_t room);

#endif
