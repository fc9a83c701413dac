/* What the fuzz targets share. A target is one file in targets/: it takes any bytes, hands them to a parser
 * as a stranger would, and says what must hold of the answer. libFuzzer calls it with inputs that it makes
 * up; replay.c calls it with those that are kept in corpus/. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include "proto/base.h"
#include "proto/slice.h"

/* The target. Returns 0; what is wrong ends the program. Nothing may be kept from one call to the next that
 * could change an answer. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
/* Once, before the first input. Every target has it. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* What must hold, in every build. Says where and what, then aborts. */
#define MUST(condition) ((condition) ? (void)0 : fuzz_broken(__FILE__, __LINE__, #condition))
_Noreturn void fuzz_broken(const char *file, int line, const char *what);

/* Takes values off the front of an input. What is not there reads as zero and as empty, so every input means
 * something. */
struct feed {
        const uint8_t *at;
        size_t left;
};
uint64_t feed_number(struct feed *feed, size_t bytes); /* little endian, at most 8 bytes */
uint8_t feed_byte(struct feed *feed);
/* A length of one byte and so many bytes, borrowed. */
struct slice feed_text(struct feed *feed);
struct slice feed_rest(struct feed *feed);

/* A copy of its own, exactly as long, so that a read past its end is seen. The caller frees it. */
char *fuzz_copy(struct slice text);
/* The same with a closing zero byte; a zero byte inside ends the text. */
char *fuzz_string(struct slice text);

/* A fresh folder of this process, in memory where the machine has such a place; it is removed, with the files
 * right in it, at the end. */
const char *fuzz_folder(void);
/* Writes a file anew. */
void fuzz_file(const char *path, const void *bytes, size_t len);

#endif
