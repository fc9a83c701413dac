/* A private folder for one test program, and files in it. */
#ifndef TESTS_CTL_TEMPORARY_H
#define TESTS_CTL_TEMPORARY_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char temporary_folder[64];

static inline int temporary_make(void **state)
{
        (void)state;
        snprintf(temporary_folder, sizeof temporary_folder, "/tmp/maitred-ctl-XXXXXX");
        return mkdtemp(temporary_folder) && chdir(temporary_folder) == 0 ? 0 : -1;
}

static inline int temporary_remove(void **state)
{
        (void)state;
        char *const command[] = {(char[]){"rm"}, (char[]){"-rf"}, temporary_folder, NULL};
        if (chdir("/") != 0)
                return -1;
        pid_t child = fork();
        if (child == 0)
                execvp(command[0], command);
        return child < 0 ? -1 : 0;
}

/* Writes a file of the folder (the working folder, too). */
static inline void temporary_file(const char *name, const void *bytes, size_t len)
{
        FILE *f = fopen(name, "w");
        if (!f || fwrite(bytes, 1, len, f) != len || fclose(f) != 0)
                abort();
}

static inline void temporary_text(const char *name, const char *text)
{
        temporary_file(name, text, strlen(text));
}

#endif
