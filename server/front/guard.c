#include "server/front/guard.h"

#include "proto/agent.h"

#include <string.h>
#include <strings.h>

size_t guard_origin(const struct head *h, const struct front_options *o)
{
        size_t i = 0;
        while (i < o->n_origins && strcmp(o->origins[i], h->origin.text) != 0)
                i++;
        return i;
}

/* A host is ours if it is the rest of one of the origins after "https://". */
static bool listed_host(const struct front_options *o, const char *host)
{
        for (size_t i = 0; i < o->n_origins; i++) {
                const char *rest = strstr(o->origins[i], "://");
                if (rest && strcasecmp(rest + 3, host) == 0)
                        return true;
        }
        return false;
}

static bool there(const struct head_field *f)
{
        return f->presence == FIELD_THERE;
}

/* Digits only: "+5", "-5", "5, 5" (two fields, as the parser joins them), "0x5" and " 5 5" are all refused,
 * because another program on the way may read them differently. */
static enum refusal plain_length(const struct head_field *field, size_t *length)
{
        size_t digits = strspn(field->text, "0123456789");
        if (field->presence == FIELD_TOO_LONG || digits == 0 || field->text[digits] != '\0')
                return REFUSE_MALFORMED;
        if (digits > 1 && field->text[0] == '0')
                return REFUSE_MALFORMED;
        if (digits > 9)
                return REFUSE_TOO_LARGE;
        size_t n = 0;
        for (size_t i = 0; i < digits; i++)
                n = n * 10 + (size_t)(field->text[i] - '0');
        *length = n;
        return n > GUARD_BODY_MAX ? REFUSE_TOO_LARGE : REFUSE_NONE;
}

/* An agent finds the hub by an address or a name of the local network, and is known by its token alone: what
 * browsers say of themselves does not count [P40]. */
static bool of_agent(const struct head *h)
{
        static const char calls[] = "/api/agent/";
        return strcmp(h->path, AGENT_PATH) == 0 || strncmp(h->path, calls, sizeof calls - 1) == 0;
}

static enum refusal common(const struct head *h, const struct front_options *o)
{
        /* Without this a line end in the path, as %0d or %0a, would cut the request line there: libwebsockets
         * decodes before it looks for the end. */
        if (h->doubtful || !h->http_1)
                return REFUSE_MALFORMED;
        if (h->transfer.presence != FIELD_ABSENT)
                return REFUSE_TRANSFER;
        if (h->path_presence != FIELD_THERE)
                return REFUSE_MALFORMED;
        if (h->host.presence == FIELD_ABSENT)
                return REFUSE_MALFORMED;
        if (!there(&h->host) || !(of_agent(h) || listed_host(o, h->host.text)))
                return REFUSE_HOST;
        return REFUSE_NONE;
}

enum refusal guard_request(const struct head *h, const struct front_options *o, size_t *length)
{
        *length = 0;
        enum refusal r = common(h, o);
        if (r != REFUSE_NONE)
                return r;
        if (h->upgrade.presence != FIELD_ABSENT)
                return REFUSE_UPGRADE;
        if (h->method == METHOD_OTHER)
                return REFUSE_METHOD;
        if (h->length.presence != FIELD_ABSENT) {
                r = plain_length(&h->length, length);
                if (r != REFUSE_NONE)
                        return r;
        }
        if (h->method == METHOD_POST)
                return h->length.presence == FIELD_ABSENT ? REFUSE_LENGTH : REFUSE_NONE;
        return *length > 0 ? REFUSE_MALFORMED : REFUSE_NONE;
}

static bool is_json(const struct head_field *type)
{
        static const char json[] = "application/json";
        if (!there(type) || strncasecmp(type->text, json, sizeof json - 1) != 0)
                return false;
        const char *rest = type->text + sizeof json - 1;
        return *rest == '\0' || strcasecmp(rest, ";charset=utf-8") == 0 ||
               strcasecmp(rest, "; charset=utf-8") == 0;
}

/* Browsers say where a request comes from in two ways; neither may say "elsewhere". */
static bool own_page(const struct head *h, const struct front_options *o, bool origin_needed)
{
        if (there(&h->site) && strcmp(h->site.text, "same-origin") != 0)
                return false;
        if (h->site.presence == FIELD_TOO_LONG)
                return false;
        if (h->origin.presence == FIELD_ABSENT)
                return !origin_needed;
        return there(&h->origin) && guard_origin(h, o) < o->n_origins;
}

enum refusal guard_post(const struct head *h, const struct front_options *o, bool till)
{
        if (!own_page(h, o, !till))
                return REFUSE_ORIGIN;
        return is_json(&h->type) ? REFUSE_NONE : REFUSE_TYPE;
}

static int hex_of(char c)
{
        if (c >= '0' && c <= '9')
                return c - '0';
        if (c >= 'a' && c <= 'f')
                return c - 'a' + 10;
        return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* 8-4-4-4-12 hexadecimal digits that say themselves that they were drawn at random. */
static bool random_uuid(const char *text, struct uuid *out)
{
        size_t at = 0;
        for (size_t i = 0; i < sizeof out->b; i++) {
                if ((i == 4 || i == 6 || i == 8 || i == 10) && text[at++] != '-')
                        return false;
                int high = hex_of(text[at]), low = hex_of(text[at + 1]);
                if (high < 0 || low < 0)
                        return false;
                out->b[i] = (uint8_t)(high << 4 | low);
                at += 2;
        }
        return out->b[6] >> 4 == 4 && out->b[8] >> 6 == 2;
}

bool guard_gpc(const struct head *h)
{
        const char *text = h->gpc.text;
        if (!there(&h->gpc))
                return false;
        for (;;) { /* a program on the way may have made one field of several */
                text += strspn(text, " \t");
                size_t len = strcspn(text, ",");
                const char *next = text + len;
                while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
                        len--;
                if (len == 1 && text[0] == '1')
                        return true;
                if (*next == '\0')
                        return false;
                text = next + 1;
        }
}

enum refusal guard_key(const struct head *h, bool *has_key, struct uuid *key)
{
        const char *text = h->key.text;
        size_t len = strlen(text);
        *has_key = false;
        if (h->key.presence == FIELD_ABSENT)
                return REFUSE_NONE;
        while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
                len--; /* a field may have white space behind it, and libwebsockets leaves it there */
        if (len == 38 && text[0] == '"' && text[37] == '"') {
                text++;
                len -= 2;
        }
        if (!there(&h->key) || len != 36 || !random_uuid(text, key))
                return REFUSE_MALFORMED;
        *has_key = true;
        return REFUSE_NONE;
}

enum refusal guard_upgrade(const struct head *h, const struct front_options *o)
{
        enum refusal r = common(h, o);
        if (r != REFUSE_NONE)
                return r;
        if (!there(&h->upgrade) || strcmp(h->upgrade.text, "websocket") != 0)
                return REFUSE_UPGRADE;
        if (h->method != METHOD_GET || !h->http_1_1 || h->length.presence != FIELD_ABSENT)
                return REFUSE_MALFORMED;
        if (!of_agent(h) && !own_page(h, o, true))
                return REFUSE_ORIGIN;
        if (!there(&h->version) || strcmp(h->version.text, "13") != 0)
                return REFUSE_VERSION;
        if (!there(&h->protocol) ||
                strcmp(h->protocol.text, of_agent(h) ? AGENT_SUBPROTOCOL : GUARD_SUBPROTOCOL) != 0)
                return REFUSE_VERSION;
        return REFUSE_NONE;
}

int guard_cookie(const char *cookie, const char *name, const char **value, size_t *len)
{
        size_t name_len = strlen(name);
        const char *at = cookie;
        while (*at) {
                at += strspn(at, " ;");
                size_t part = strcspn(at, ";");
                if (part > name_len && at[name_len] == '=' && strncmp(at, name, name_len) == 0) {
                        *value = at + name_len + 1;
                        *len = part - name_len - 1;
                        while (*len > 0 && (*value)[*len - 1] == ' ')
                                (*len)--;
                        return 0;
                }
                at += part;
        }
        return 1;
}
