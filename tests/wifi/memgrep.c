/* Looks for byte patterns in a process's writable memory, inside the guest, where there is nothing else that
 * could. usage: memgrep PID HEX...   prints "HEX COUNT" a pattern */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATTERN_MAX 64

static size_t unhex(const char *hex, unsigned char *out)
{
        size_t n = 0;
        unsigned byte;
        while (n < PATTERN_MAX && sscanf(hex + 2 * n, "%2x", &byte) == 1)
                out[n++] = (unsigned char)byte;
        return n;
}

static long count_in(int mem, unsigned long from, unsigned long to, const unsigned char *pattern, size_t len)
{
        long count = 0;
        size_t size = to - from, have = 0;
        unsigned char *bytes = malloc(size);
        if (!bytes)
                return 0;
        for (ssize_t n = 1; n > 0 && have < size; have += n > 0 ? (size_t)n : 0)
                n = pread(mem, bytes + have, size - have, (off_t)(from + have));
        for (unsigned char *at = bytes; (at = memmem(at, have - (size_t)(at - bytes), pattern, len)); at++)
                count++;
        free(bytes);
        return count;
}

int main(int argc, char **argv)
{
        char path[64], line[512], mode[8];
        for (int i = 2; i < argc; i++) {
                unsigned char pattern[PATTERN_MAX];
                size_t len = unhex(argv[i], pattern);
                unsigned long from, to;
                long count = 0;
                snprintf(path, sizeof path, "/proc/%s/mem", argv[1]);
                int mem = open(path, O_RDONLY | O_CLOEXEC);
                snprintf(path, sizeof path, "/proc/%s/maps", argv[1]);
                FILE *maps = fopen(path, "re");
                if (mem < 0 || !maps || len == 0)
                        return 1;
                while (fgets(line, sizeof line, maps))
                        if (sscanf(line, "%lx-%lx %7s", &from, &to, mode) == 3 && mode[0] == 'r' &&
                                mode[1] == 'w')
                                count += count_in(mem, from, to, pattern, len);
                printf("%s %ld\n", argv[i], count);
                fclose(maps);
                close(mem);
        }
        return 0;
}
