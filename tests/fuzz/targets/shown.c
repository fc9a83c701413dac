/* A page that customers saw, in whatever state [P158]: what it names is the page's own bytes and can be no
 * path but one of ours, reading ends, and of notices in a language one is always the nearest. */
#include "proto/shown.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        return 0;
}

static bool within(struct slice part, const char *from, size_t len)
{
        return part.at >= from && part.len <= len && (size_t)(part.at - from) <= len - part.len;
}

/* Joined to a folder, such a name stays in the folder a. */
static void is_a_name_of_ours(struct slice path)
{
        MUST(path.len > 2 && path.len < SHOWN_PATH_MAX && memcmp(path.at, "a/", 2) == 0);
        MUST(path.at[2] != '.');
        MUST(!memchr(path.at + 2, '/', path.len - 2) && !memchr(path.at, '\\', path.len) &&
                !memchr(path.at, 0, path.len) && !memchr(path.at, '%', path.len));
}

static void read_page(struct slice html)
{
        char *own = fuzz_copy(html);
        struct slice page = {own, html.len};
        struct shown_file file;
        size_t at = 0, before = 0;
        int found;
        while ((found = shown_next(page, &at, &file)) == 1) {
                MUST(at > before && at <= page.len);
                before = at;
                is_a_name_of_ours(file.path);
                MUST(within(file.path, own, page.len) && within(file.sha, own, page.len));
                MUST(file.sha.len == SHOWN_SHA_TEXT);
        }
        MUST(found == -1 || at == page.len);
        MUST(at <= page.len);
        free(own);
}

static void read_notice(struct slice language, struct slice path)
{
        char *own = fuzz_copy(path), *speaks = fuzz_copy(language);
        uint32_t version = 0;
        if (shown_notice((struct slice){own, path.len}, (struct slice){speaks, language.len}, &version)) {
                MUST(version > 0);
                MUST(language.len > 0 && path.len > language.len + 9);
                MUST(memcmp(own, "a/notice-", 9) == 0 && memchr(own, '.', path.len) != NULL);
        }
        free(own);
        free(speaks);
}

/* Of two different versions just one is the nearer, whichever was looked at first. */
static void nearer_is_an_order(uint32_t agreed, uint32_t one, uint32_t other)
{
        MUST(shown_nearer(agreed, 0, one));
        if (one && other && one != other)
                MUST(shown_nearer(agreed, one, other) != shown_nearer(agreed, other, one));
        if (one && other && one != other && other == agreed)
                MUST(shown_nearer(agreed, one, other));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct feed feed = {bytes, len};
        uint32_t agreed = feed_byte(&feed), one = feed_byte(&feed), other = feed_byte(&feed);
        struct slice language = feed_text(&feed), path = feed_text(&feed);
        nearer_is_an_order(agreed, one, other);
        read_notice(language, path);
        read_page(feed_rest(&feed));
        return 0;
}
