/* What people write into a cell, brought into the one form in which it travels: the result has that form, and
 * bringing it there again changes nothing. */
#include "proto/civil.h"
#include "proto/import.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

#define FORMS (IMPORT_FORM_TIME + 1)

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        return 0;
}

static bool one_of(struct slice s, const char *const *words)
{
        for (; *words; words++)
                if (slice_is(s, *words))
                        return true;
        return false;
}

static bool only(struct slice s, const char *signs)
{
        for (size_t i = 0; i < s.len; i++)
                if (!memchr(signs, s.at[i], strlen(signs)))
                        return false;
        return true;
}

static bool has_form(enum import_form form, struct slice s)
{
        static const char *const channels[] = {"in-store", "online", NULL};
        static const char *const roles[] = {"associate", "trainee", "manager", NULL};
        static const char *const statuses[] = {"bought", "returned", "cancelled", NULL};
        static const char *const flags[] = {"0", "1", NULL};
        switch (form) {
        case IMPORT_FORM_ID:
                return s.len <= IMPORT_ID_MAX;
        case IMPORT_FORM_TEXT:
        case IMPORT_FORM_TIME:
        case IMPORT_FORM_MOMENT:
                return s.len <= IMPORT_FIELD_MAX;
        case IMPORT_FORM_CHANNEL:
                return one_of(s, channels);
        case IMPORT_FORM_ROLE:
                return one_of(s, roles);
        case IMPORT_FORM_STATUS:
                return one_of(s, statuses);
        case IMPORT_FORM_FLAG:
                return one_of(s, flags);
        case IMPORT_FORM_MONEY:
                return s.len <= 17 && only(s, "0123456789.") && s.at[0] != '.' && s.at[s.len - 1] != '.';
        case IMPORT_FORM_CURRENCY:
                return s.len == 3 && only(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        case IMPORT_FORM_COUNT:
                return s.len <= 7 && only(s, "0123456789");
        case IMPORT_FORM_DATE:
                return s.len == 10 && only(s, "0123456789-");
        }
        return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct feed feed = {bytes, len};
        enum import_form form = (enum import_form)(feed_byte(&feed) % FORMS);
        struct slice rest = feed_rest(&feed), result, again;
        char *in = fuzz_copy(rest), *out = malloc(IMPORT_FIELD_MAX + 1), *out2 = malloc(IMPORT_FIELD_MAX + 1);
        const char *why = NULL;
        MUST(out && out2);
        int rc = import_normalise(form, (struct slice){in, rest.len}, out, &result, &why);
        MUST(rc == 0 || (rc == 1 && why != NULL && why[0] != '\0'));
        if (rc == 0 && result.len > 0) {
                MUST(import_text_ok(result) && has_form(form, result));
                MUST(import_normalise(form, result, out2, &again, &why) == 0);
                MUST(again.len == result.len && memcmp(again.at, result.at, again.len) == 0);
        }
        free(in);
        free(out);
        free(out2);
        return 0;
}
