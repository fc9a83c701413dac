#include "config/config.h"

#include <stdbool.h>
#include <string.h>

static bool currency_ok(const char *code)
{
        return strlen(code) == 3 && strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

int config_check(const char *path, const struct config *c, struct config_error *error)
{
        if ((c->tls_certificate[0] == '\0') != (c->tls_key[0] == '\0'))
                return config_fail(error, 0,
                        "%s: only one of tls.certificate and tls.key is given; give both, or none and the "
                        "hub makes "
                        "its own",
                        path);
        if (c->hours_open >= c->hours_close)
                return config_fail(error, 0,
                        "%s: hours.open is not before hours.close; set the later one as hours.close", path);
        if (c->alert_answer_within_s > c->alert_nobody_after_s)
                return config_fail(error, 0,
                        "%s: alert.answer_within_s (%d s) is longer than alert.nobody_after_s (%d s); she "
                        "would be "
                        "told that nobody comes while somebody may still answer",
                        path, c->alert_answer_within_s, c->alert_nobody_after_s);
        if (!currency_ok(c->store_currency))
                return config_fail(error, 0,
                        "%s: store.currency cannot be \"%s\"; write three capital letters, such as EUR", path,
                        c->store_currency);
        if (c->store_id[0] == '\0')
                return config_fail(error, 0,
                        "%s: store.id is empty; write the store's id as in the imported files", path);
        return 0;
}
