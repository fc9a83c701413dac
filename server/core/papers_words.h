/* The sentences of the sign at the door, in each language of the pages. In each, {} is filled in, in the
 * order of the comment. No sentence may tell anybody to leave her phone's Wi-Fi off: that is no way to
 * object. */
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

#endif
