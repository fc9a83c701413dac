#include "agent/scrub.h"

#include <string.h>

__attribute__((noinline)) void scrub_stack(void)
{
        char below[SCRUB_BYTES];
        explicit_bzero(below, sizeof below);
}
