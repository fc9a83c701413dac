#include "server/common/memory.h"

#include <stdlib.h>
#include <unistd.h>

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
