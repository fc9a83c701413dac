#include "server/common/memory.h"

#include "server/common/ids.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#define STACK_BYTES ((size_t)128 * 1024) /* more than a callback of any library, or a step, has used */

/* Not inlined, so that its frame lies where those of others were. */
__attribute__((noinline)) void memory_wipe_stack(void)
{
        uint8_t below[STACK_BYTES];
        ids_wipe(below, sizeof below);
}

void *memory_or_end(size_t size)
{
        static const char say[] =
                "there is no memory left, so this program ends; free some and start it again\n";
        void *block = malloc(size);
        if (block != NULL)
                return block;
        ssize_t said = write(STDERR_FILENO, say, sizeof say - 1);
        (void)said;
        _exit(MEMORY_EXIT);
}
