/* The libraries' own allocators, sent through fault.h. */
#include "tests/fault/fault.h"

#include <jansson.h>
#include <sqlite3.h>
#include <string.h>

/* SQLite asks how large a block is: its size stands in front. */
#define HEAD 16

static void *sqlite_malloc(int size)
{
        char *block = fault_malloc((size_t)size + HEAD);
        if (block == NULL)
                return NULL;
        memcpy(block, &size, sizeof size);
        return block + HEAD;
}

static void sqlite_free(void *block)
{
        if (block != NULL)
                fault_free((char *)block - HEAD);
}

static int sqlite_size(void *block)
{
        int size = 0;
        if (block != NULL)
                memcpy(&size, (char *)block - HEAD, sizeof size);
        return size;
}

static void *sqlite_realloc(void *old, int size)
{
        char *block = fault_realloc((char *)old - HEAD, (size_t)size + HEAD);
        if (block == NULL)
                return NULL;
        memcpy(block, &size, sizeof size);
        return block + HEAD;
}

static int sqlite_round(int size)
{
        return (size + 7) & ~7;
}

static int sqlite_init(void *nothing)
{
        (void)nothing;
        return SQLITE_OK;
}

static void sqlite_shutdown(void *nothing)
{
        (void)nothing;
}

void fault_libraries(void)
{
        static const sqlite3_mem_methods methods = {sqlite_malloc, sqlite_free, sqlite_realloc, sqlite_size,
                sqlite_round, sqlite_init, sqlite_shutdown, NULL};
        json_set_alloc_funcs(fault_plain, free); /* as in the program: jansson never sees a failure */
        assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &methods), SQLITE_OK);
        /* No room of its own that would hide what is asked for. */
        assert_int_equal(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0), SQLITE_OK);
        assert_int_equal(sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0), SQLITE_OK);
        assert_int_equal(sqlite3_initialize(), SQLITE_OK);
}
