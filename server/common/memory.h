/* What is left where memory was, and memory for a library that overlooks that there is none. jansson does, up
 * to 2.14 at least: a text that it reads or writes is then cut without a word, and a link or an amount would
 * be another. So the program ends instead, and whoever started it starts it again. */
#ifndef COMMON_MEMORY_H
#define COMMON_MEMORY_H

#include <stddef.h>

#define MEMORY_EXIT 75 /* try again later */

/* As malloc(), but never NULL: without memory it says so on standard error and ends the process. */
void *memory_or_end(size_t size);
/* What calls that have returned left on the stack below the caller's frame is gone. For a loop, now and then:
 * what passes through it is mostly of people who are nobody here. */
void memory_wipe_stack(void);

#endif
