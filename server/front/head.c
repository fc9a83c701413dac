#include "server/front/head.h"

#include <string.h>

/* A zero byte inside counts as too long: whoever compares texts would not see what is behind it. */
static enum presence copy(struct lws *wsi, enum lws_token_indexes token, char *out, size_t size)
{
        out[0] = '\0';
        if (lws_hdr_total_length(wsi, token) <= 0)
                return FIELD_ABSENT;
        int len = lws_hdr_copy(wsi, out, (int)size, token);
        return len > 0 && strlen(out) == (size_t)len ? FIELD_THERE : FIELD_TOO_LONG;
}

static void field(struct lws *wsi, enum lws_token_indexes token, struct head_field *out)
{
        out->presence = copy(wsi, token, out->text, sizeof out->text);
}

static void custom(struct lws *wsi, const char *name, struct head_field *out)
{
        int name_len = (int)strlen(name);
        int len = lws_hdr_custom_length(wsi, name, name_len);
        out->text[0] = '\0';
        out->presence = FIELD_ABSENT;
        if (len < 0)
                return;
        out->presence = FIELD_TOO_LONG;
        if (lws_hdr_custom_copy(wsi, out->text, (int)sizeof out->text, name, name_len) >= 0 &&
                strlen(out->text) == (size_t)len)
                out->presence = FIELD_THERE;
}

/* To libwebsockets a request line is one more header, so there can be several. */
static enum method method_of(struct lws *wsi, enum lws_token_indexes *token, int *lines)
{
        static const struct {
                enum lws_token_indexes token;
                enum method method;
        } methods[] = {
                {WSI_TOKEN_GET_URI, METHOD_GET},
                {WSI_TOKEN_POST_URI, METHOD_POST},
                {WSI_TOKEN_HEAD_URI, METHOD_HEAD},
                {WSI_TOKEN_OPTIONS_URI, METHOD_OTHER},
                {WSI_TOKEN_PUT_URI, METHOD_OTHER},
                {WSI_TOKEN_PATCH_URI, METHOD_OTHER},
                {WSI_TOKEN_DELETE_URI, METHOD_OTHER},
        };
        enum method method = METHOD_OTHER;
        *lines = 0;
        *token = WSI_TOKEN_GET_URI;
        for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
                if (lws_hdr_total_length(wsi, methods[i].token) <= 0)
                        continue;
                if (++*lines == 1) {
                        *token = methods[i].token;
                        method = methods[i].method;
                }
        }
        return method;
}

/* A space before the colon: to libwebsockets a field that it does not know, to others the one it looks like.
 */
static bool spaced(struct lws *wsi)
{
        static const char *const names[] = {"transfer-encoding :", "transfer-encoding\t:", "content-length :",
                "content-length\t:", "host :", "host\t:"};
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
                if (lws_hdr_custom_length(wsi, names[i], (int)strlen(names[i])) >= 0)
                        return true;
        return false;
}

void head_read(struct lws *wsi, struct head *h)
{
        enum lws_token_indexes path = WSI_TOKEN_GET_URI;
        struct head_field version;
        int lines = 0;
        h->method = method_of(wsi, &path, &lines);
        h->doubtful = lines > 1 || lws_hdr_total_length(wsi, WSI_TOKEN_PROXY) > 0 || spaced(wsi);
        field(wsi, WSI_TOKEN_HTTP, &version);
        h->http_1_1 = strcmp(version.text, "HTTP/1.1") == 0;
        h->http_1 = h->http_1_1 || strcmp(version.text, "HTTP/1.0") == 0;
        h->path_presence = copy(wsi, path, h->path, sizeof h->path);
        h->query = lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_URI_ARGS) > 0;
        field(wsi, WSI_TOKEN_HOST, &h->host);
        field(wsi, WSI_TOKEN_ORIGIN, &h->origin);
        field(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, &h->length);
        field(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING, &h->transfer);
        field(wsi, WSI_TOKEN_HTTP_CONTENT_TYPE, &h->type);
        field(wsi, WSI_TOKEN_UPGRADE, &h->upgrade);
        field(wsi, WSI_TOKEN_VERSION, &h->version);
        field(wsi, WSI_TOKEN_PROTOCOL, &h->protocol);
        field(wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING, &h->encoding);
        field(wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH, &h->known);
        field(wsi, WSI_TOKEN_HTTP_AUTHORIZATION, &h->bearer);
        custom(wsi, "sec-fetch-site:", &h->site);
        custom(wsi, "idempotency-key:", &h->key);
        custom(wsi, "sec-gpc:", &h->gpc);
        h->cookie_presence = copy(wsi, WSI_TOKEN_HTTP_COOKIE, h->cookie, sizeof h->cookie);
}
