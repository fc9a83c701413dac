#include "server/hub/store/pages.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>

#define LOCK_BYTE 0x40000000u /* of SQLite's file format: the page that holds it is never used */

struct cache {
        sqlite3_pcache *real;
        unsigned aside;   /* the lock-byte page's number */
        unsigned highest; /* no page has a higher number, but for ... */
        bool lent;        /* ... one that has the lock-byte page's just now */
};

static sqlite3_pcache_methods2 usual;

static struct cache *of(sqlite3_pcache *handle)
{
        return (struct cache *)handle;
}

static int init(void *arg)
{
        (void)arg;
        return usual.xInit(usual.pArg);
}

static void finish(void *arg)
{
        (void)arg;
        usual.xShutdown(usual.pArg);
}

static sqlite3_pcache *create(int page_bytes, int extra_bytes, int purgeable)
{
        struct cache *c = calloc(1, sizeof *c);
        if (c == NULL)
                return NULL;
        c->real = usual.xCreate(page_bytes, extra_bytes, purgeable);
        c->aside = LOCK_BYTE / (unsigned)page_bytes + 1;
        if (c->real != NULL)
                return (sqlite3_pcache *)c;
        free(c);
        return NULL;
}

static void destroy(sqlite3_pcache *handle)
{
        usual.xDestroy(of(handle)->real);
        free(handle);
}

static void set_size(sqlite3_pcache *handle, int most)
{
        usual.xCachesize(of(handle)->real, most);
}

static int count(sqlite3_pcache *handle)
{
        return usual.xPagecount(of(handle)->real);
}

static void note(struct cache *c, unsigned number)
{
        if (number > c->highest)
                c->highest = number;
}

static sqlite3_pcache_page *fetch(sqlite3_pcache *handle, unsigned number, int make)
{
        struct cache *c = of(handle);
        if (make)
                note(c, number);
        return usual.xFetch(c->real, number, make);
}

static void unpin(sqlite3_pcache *handle, sqlite3_pcache_page *page, int discard)
{
        usual.xUnpin(of(handle)->real, page, discard);
}

static void renumber(sqlite3_pcache *handle, sqlite3_pcache_page *page, unsigned old, unsigned number)
{
        struct cache *c = of(handle);
        if (number == c->aside)
                c->lent = true;
        else
                note(c, number);
        if (old == c->aside)
                c->lent = false;
        usual.xRekey(c->real, page, old, number);
}

static void truncate_from(sqlite3_pcache *handle, unsigned limit)
{
        struct cache *c = of(handle);
        if (limit > c->highest && !c->lent)
                return;
        usual.xTruncate(c->real, limit);
        c->lent = false;
        if (limit <= c->highest)
                c->highest = limit ? limit - 1 : 0;
}

static void shrink(sqlite3_pcache *handle)
{
        usual.xShrink(of(handle)->real);
}

void pages_begin(void)
{
        static const sqlite3_pcache_methods2 ours = {.iVersion = 1,
                .xInit = init,
                .xShutdown = finish,
                .xCreate = create,
                .xCachesize = set_size,
                .xPagecount = count,
                .xFetch = fetch,
                .xUnpin = unpin,
                .xRekey = renumber,
                .xTruncate = truncate_from,
                .xDestroy = destroy,
                .xShrink = shrink};
        /* Nobody asks how much memory SQLite has, and without counting it takes no lock for each piece. */
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
        if (usual.xCreate == NULL && sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &usual) != SQLITE_OK)
                usual.xCreate = NULL;
        if (usual.xCreate != NULL)
                sqlite3_config(SQLITE_CONFIG_PCACHE2, &ours);
}
