/* Runs a target over kept inputs, with any compiler. A corpus is a text file: one input a line, in hex.
 *
 *   replay CORPUS...          every input of these corpora
 *   replay --raw HEX FILE...  each file as one input, behind these bytes
 *   replay --unpack CORPUS D  writes each input to a file of its own in folder D, for libFuzzer
 *   replay --pack D           prints the files of folder D as a corpus, shortest first */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define INPUT_MAX (1024 * 1024)

/* Sanitizers call back before they end the program; without them it is not there. */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static struct slice present; /* the input being run */

static void show_present(void)
{
        fprintf(stderr, "the input (%zu bytes): ", present.len);
        for (size_t i = 0; i < present.len; i++)
                fprintf(stderr, "%02x", (uint8_t)present.at[i]);
        fprintf(stderr, "\n");
}

static void on_abort(int number)
{
        show_present();
        signal(number, SIG_DFL);
        raise(number);
}

static void run(struct slice input)
{
        char *copy = fuzz_copy(input);
        present = (struct slice){copy, input.len};
        LLVMFuzzerTestOneInput((const uint8_t *)copy, input.len);
        present = (struct slice){"", 0};
        free(copy);
}

static int digit(char c)
{
        if (c >= '0' && c <= '9')
                return c - '0';
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One line into bytes, in place. The number of bytes, or -1. */
static ssize_t from_hex(char *line, size_t len)
{
        if (len % 2 != 0)
                return -1;
        for (size_t i = 0; i < len; i += 2) {
                int high = digit(line[i]), low = digit(line[i + 1]);
                if (high < 0 || low < 0)
                        return -1;
                line[i / 2] = (char)(high << 4 | low);
        }
        return (ssize_t)(len / 2);
}

/* Calls `take` for each input of a corpus; how many there were, or -1 after an error was told. */
static int each(const char *path, void (*take)(struct slice input, int number, void *ctx), void *ctx)
{
        FILE *file = fopen(path, "re");
        char *line = NULL;
        size_t room = 0;
        int n = 0;
        if (!file) {
                fprintf(stderr, "%s cannot be read\n", path);
                return -1;
        }
        for (ssize_t len; n >= 0 && (len = getline(&line, &room, file)) > 0;) {
                ssize_t bytes = from_hex(line, (size_t)len - (line[len - 1] == '\n'));
                if (bytes < 0) {
                        fprintf(stderr, "%s:%d: this is no hex\n", path, n + 1);
                        n = -1;
                } else {
                        take((struct slice){line, (size_t)bytes}, ++n, ctx);
                }
        }
        free(line);
        fclose(file);
        return n;
}

static void take_run(struct slice input, int number, void *ctx)
{
        (void)number, (void)ctx;
        run(input);
}

static void take_unpack(struct slice input, int number, void *ctx)
{
        char path[1024];
        snprintf(path, sizeof path, "%s/%05d", (const char *)ctx, number);
        fuzz_file(path, input.at, input.len);
}

static struct slice read_file(const char *path)
{
        FILE *file = fopen(path, "re");
        char *bytes = malloc(INPUT_MAX);
        MUST(bytes != NULL);
        if (!file) {
                free(bytes);
                return (struct slice){NULL, 0};
        }
        size_t len = fread(bytes, 1, INPUT_MAX, file);
        fclose(file);
        return (struct slice){bytes, len};
}

static int by_length(const void *a, const void *b)
{
        const struct slice *x = a, *y = b;
        if (x->len != y->len)
                return x->len < y->len ? -1 : 1;
        return memcmp(x->at, y->at, x->len);
}

static int pack(const char *dir)
{
        struct dirent **names;
        int n = scandir(dir, &names, NULL, NULL), kept = 0;
        struct slice *inputs = n > 0 ? calloc((size_t)n, sizeof *inputs) : NULL;
        if (!inputs)
                return 1;
        for (int i = 0; i < n; i++) {
                char path[1024];
                snprintf(path, sizeof path, "%s/%s", dir, names[i]->d_name);
                if (names[i]->d_name[0] != '.')
                        inputs[kept++] = read_file(path);
                free(names[i]);
        }
        free(names);
        qsort(inputs, (size_t)kept, sizeof *inputs, by_length);
        for (int i = 0; i < kept; i++) {
                for (size_t b = 0; b < inputs[i].len; b++)
                        printf("%02x", (uint8_t)inputs[i].at[b]);
                printf("\n");
                free((void *)(uintptr_t)inputs[i].at);
        }
        free(inputs);
        return 0;
}

static int run_raw(char *prefix, int n, char **paths)
{
        ssize_t before = from_hex(prefix, strlen(prefix));
        if (before < 0)
                return 1;
        for (int i = 0; i < n; i++) {
                struct slice file = read_file(paths[i]);
                char *input = malloc((size_t)before + file.len + 1);
                MUST(input != NULL);
                memcpy(input, prefix, (size_t)before);
                if (file.len > 0)
                        memcpy(input + before, file.at, file.len);
                run((struct slice){input, (size_t)before + file.len});
                free(input);
                free((void *)(uintptr_t)file.at);
        }
        printf("%d inputs\n", n);
        return 0;
}

int main(int argc, char **argv)
{
        int total = 0;
        if (argc == 3 && strcmp(argv[1], "--pack") == 0)
                return pack(argv[2]);
        if (argc == 4 && strcmp(argv[1], "--unpack") == 0)
                return each(argv[2], take_unpack, argv[3]) < 0;
        LLVMFuzzerInitialize(&argc, &argv);
        signal(SIGABRT, on_abort);
        if (__sanitizer_set_death_callback)
                __sanitizer_set_death_callback(show_present);
        if (argc > 2 && strcmp(argv[1], "--raw") == 0)
                return run_raw(argv[2], argc - 3, argv + 3);
        for (int i = 1; i < argc; i++) {
                int n = each(argv[i], take_run, NULL);
                if (n < 0)
                        return 1;
                total += n;
        }
        run((struct slice){"", 0}); /* the input that nobody writes down */
        printf("%d inputs\n", total);
        return 0;
}
