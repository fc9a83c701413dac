/* The head of a request, field by field, before the guard; cookies and bearer tokens. What the guard lets
 * pass keeps every rule, by a second reading of the rules that stands here. */
#include "server/common/ids.h"
#include "server/front/api.h"
#include "server/front/guard.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

static const char *const origins[] = {"https://hub.store.example:8443", "https://other.example"};
static struct front_options options;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        MUST(ids_init() == 0);
        front_options_default(&options);
        options.origins = origins;
        options.n_origins = ARRAY_LEN(origins);
        return 0;
}

static enum presence take(struct feed *feed, char *out, size_t size)
{
        struct slice text = feed_text(feed);
        out[0] = '\0';
        if (text.len == 0)
                return FIELD_ABSENT;
        if (text.len >= size || memchr(text.at, 0, text.len))
                return FIELD_TOO_LONG;
        memcpy(out, text.at, text.len);
        out[text.len] = '\0';
        return FIELD_THERE;
}

/* Honest values by default, so that the input need only say what is different. */
static void honest(struct head *h, uint32_t absent)
{
        struct {
                struct head_field *field;
                const char *text;
        } list[] = {{&h->host, "hub.store.example:8443"}, {&h->origin, "https://hub.store.example:8443"},
                {&h->length, "2"}, {&h->type, "application/json"}, {&h->upgrade, "websocket"},
                {&h->version, "13"}, {&h->protocol, GUARD_SUBPROTOCOL}, {&h->site, "same-origin"},
                {&h->transfer, "chunked"}};
        for (size_t i = 0; i < ARRAY_LEN(list); i++) {
                if (absent >> i & 1)
                        continue;
                list[i].field->presence = FIELD_THERE;
                memcpy(list[i].field->text, list[i].text, strlen(list[i].text) + 1);
        }
        h->path_presence = FIELD_THERE;
        memcpy(h->path, "/api/customer/now", sizeof "/api/customer/now");
}

static bool said(const struct head_field *f, const char *text)
{
        return f->presence == FIELD_THERE && strcmp(f->text, text) == 0;
}

static bool ours(const struct head *h, bool origin)
{
        for (size_t i = 0; i < ARRAY_LEN(origins); i++)
                if (origin ? said(&h->origin, origins[i]) : said(&h->host, origins[i] + strlen("https://")))
                        return true;
        return false;
}

static void check_guard(const struct head *h)
{
        size_t length = 77;
        enum refusal r = guard_request(h, &options, &length);
        MUST((int)r >= REFUSE_NONE && r < REFUSAL_COUNT);
        if (r == REFUSE_NONE) {
                char text[32];
                MUST(ours(h, false) && h->transfer.presence == FIELD_ABSENT &&
                        h->upgrade.presence == FIELD_ABSENT && h->method != METHOD_OTHER);
                MUST(length <= GUARD_BODY_MAX && (length == 0 || h->method == METHOD_POST));
                snprintf(text, sizeof text, "%zu", length);
                MUST(h->length.presence == FIELD_ABSENT || strcmp(h->length.text, text) == 0);
        }
        for (int till = 0; till <= 1; till++)
                if (guard_post(h, &options, till) == REFUSE_NONE)
                        MUST((ours(h, true) || (till && h->origin.presence == FIELD_ABSENT)) &&
                                strncasecmp(h->type.text, "application/json", 16) == 0);
        if (guard_upgrade(h, &options) == REFUSE_NONE)
                MUST(ours(h, true) && ours(h, false) && said(&h->upgrade, "websocket") &&
                        said(&h->version, "13") && said(&h->protocol, GUARD_SUBPROTOCOL) &&
                        h->method == METHOD_GET && h->length.presence == FIELD_ABSENT);
}

/* The sender's own key: its text in the field, whatever stands around it. */
static void check_key(const struct head *h)
{
        struct uuid key;
        bool has_key = false;
        char text[IDS_UUID_TEXT];
        if (guard_key(h, &has_key, &key) != REFUSE_NONE) {
                MUST(!has_key && h->key.presence != FIELD_ABSENT);
                return;
        }
        MUST(has_key == (h->key.presence == FIELD_THERE));
        if (!has_key)
                return;
        ids_uuid_text(&key, text);
        MUST(text[14] == '4' && strcasestr(h->key.text, text) != NULL);
        MUST(strlen(h->key.text) >= 36 &&
                strspn(h->key.text, "0123456789abcdefABCDEF-\" \t") == strlen(h->key.text));
}

/* Whose token it is: the text in the head must be it, and no longer. */
static void check_token(const struct head *h, enum face face)
{
        struct conn c = {0};
        const char *value;
        size_t len;
        api_token(&c, face, h);
        if (guard_cookie(h->cookie, "__Host-phone", &value, &len) == 0)
                MUST(value > h->cookie && value + len <= h->cookie + strlen(h->cookie) && value[-1] == '=' &&
                        !memchr(value, ';', len));
        if (!c.has_token)
                return;
        const char *in = face == FACE_TILL ? h->bearer.text : h->cookie;
        bool found = false;
        for (const char *at = in; !found && strlen(at) >= IDS_SECRET_TEXT - 1; at++) {
                struct secret secret;
                struct digest digest;
                if (ids_secret_parse((struct slice){at, IDS_SECRET_TEXT - 1}, &secret) == 0) {
                        digest = ids_digest(&secret);
                        found = ids_digest_equal(&digest, &c.token);
                }
        }
        MUST(found);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct feed feed = {bytes, len};
        struct head *h = calloc(1, sizeof *h);
        MUST(h != NULL);
        uint8_t which = feed_byte(&feed);
        h->method = (enum method)(which % 4);
        honest(h, (uint32_t)feed_number(&feed, 2));
        struct head_field *const fields[] = {&h->host, &h->origin, &h->length, &h->transfer, &h->type,
                &h->upgrade, &h->version, &h->protocol, &h->site};
        struct head_field *f = fields[which / 4 % ARRAY_LEN(fields)];
        f->presence = take(&feed, f->text, sizeof f->text);
        h->bearer.presence = take(&feed, h->bearer.text, sizeof h->bearer.text);
        h->cookie_presence = take(&feed, h->cookie, sizeof h->cookie);
        h->key.presence = take(&feed, h->key.text, sizeof h->key.text);
        check_guard(h);
        check_key(h);
        check_token(h, (enum face)(FACE_CUSTOMER + which % 5));
        free(h);
        return 0;
}
