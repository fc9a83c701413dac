#include "server/front/wipe.h"

#include "server/common/ids.h"
#include "server/common/memory.h"

#include <jansson.h>
#include <libwebsockets.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

void wipe_free(void *block)
{
        if (block)
                ids_wipe(block, malloc_usable_size(block));
        free(block);
}

/* As realloc(), but nothing is left behind where the block was; size 0 gives it back. */
static void *resize(void *block, size_t size)
{
        size_t had = block ? malloc_usable_size(block) : 0;
        if (size == 0) {
                wipe_free(block);
                return NULL;
        }
        if (block && size <= had) {
                ids_wipe((char *)block + size, had - size);
                return block;
        }
        void *larger = malloc(size);
        if (larger && block) {
                memcpy(larger, block, had);
                wipe_free(block);
        }
        return larger;
}

static void *for_web(void *block, size_t size, const char *reason)
{
        (void)reason;
        return resize(block, size);
}

static void *take_for_tls(size_t size, const char *file, int line)
{
        (void)file, (void)line;
        return size ? malloc(size) : NULL;
}

static void *resize_for_tls(void *block, size_t size, const char *file, int line)
{
        (void)file, (void)line;
        return resize(block, size);
}

static void give_back_for_tls(void *block, const char *file, int line)
{
        (void)file, (void)line;
        wipe_free(block);
}

static bool tls_wipes(void)
{
        CRYPTO_malloc_fn take;
        CRYPTO_realloc_fn resizes;
        CRYPTO_free_fn give_back;
        CRYPTO_get_mem_functions(&take, &resizes, &give_back);
        return give_back == give_back_for_tls;
}

int wipe_install(void)
{
        if (CRYPTO_set_mem_functions(take_for_tls, resize_for_tls, give_back_for_tls) != 1 && !tls_wipes())
                return 1;
        lws_set_allocator(for_web);
        json_set_alloc_funcs(memory_or_end, wipe_free);
        return 0;
}
