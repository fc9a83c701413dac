#include "server/front/reply.h"

#include "proto/json.h"

#include <stdio.h>

static const struct {
        uint16_t status;
        const char *word, *say, *act;
} refusals[REFUSAL_COUNT] = {
        [REFUSE_NONE] = {200, "", "", ""},
        [REFUSE_MALFORMED] = {400, "malformed", "The hub could not read this request.",
                "Load the page again."},
        [REFUSE_QUERY] = {400, "malformed", "Calls to the hub take no query.", "Send what you mean as JSON."},
        [REFUSE_TOKEN] = {401, "no_token", "This device is not known here.",
                "Open its link or scan its code again."},
        [REFUSE_ORIGIN] = {403, "origin", "This request does not come from one of the hub's own pages.",
                "Open the page at the hub's own address."},
        [REFUSE_NOT_FOUND] = {404, "not_found", "There is nothing here.", "Check the address."},
        [REFUSE_METHOD] = {405, "method", "This address does not take that method.",
                "Read with GET, act with POST."},
        [REFUSE_SLOW] = {408, "slow", "The request took too long to arrive.", "Try again."},
        [REFUSE_LENGTH] = {411, "length", "A POST needs a Content-Length.", "Send the body's length."},
        [REFUSE_TOO_LARGE] = {413, "too_large", "The request is larger than the hub takes.",
                "Send less at once."},
        [REFUSE_TYPE] = {415, "type", "The hub takes JSON only.", "Send Content-Type: application/json."},
        [REFUSE_HOST] = {421, "host", "This hub does not answer to that name.",
                "Use the hub's own address, or add this one to its origins."},
        [REFUSE_RATE] = {429, "rate", "That was a lot at once.", "Wait a moment and try again."},
        [REFUSE_TRANSFER] = {501, "transfer", "The hub takes no Transfer-Encoding.",
                "Send the body whole, with its length."},
        [REFUSE_UPGRADE] = {400, "upgrade", "The only upgrade here is to a WebSocket, at its own address.",
                "Send the request without Upgrade."},
        [REFUSE_VERSION] = {400, "version",
                "The hub speaks " GUARD_SUBPROTOCOL " here (WebSocket 13) and nothing else.",
                "Load the page again to get its newest version."},
        [REFUSE_BUSY] = {503, "busy", "The hub has too much to do right now.", "Try again in a moment."},
        [REFUSE_LATE] = {503, "late", "The hub did not answer in time.", "Try again in a moment."},
};

static const char *reason(uint16_t status)
{
        switch (status) {
        case 200:
                return "OK";
        case 304:
                return "Not Modified";
        case 400:
                return "Bad Request";
        case 401:
                return "Unauthorized";
        case 403:
                return "Forbidden";
        case 404:
                return "Not Found";
        case 409:
                return "Conflict";
        case 410:
                return "Gone";
        case 422:
                return "Unprocessable Content";
        case 429:
                return "Too Many Requests";
        case 503:
                return "Service Unavailable";
        default:
                return "Other"; /* the number is what counts */
        }
}

int reply_security(const struct front_options *o, char *out, size_t size)
{
        char sockets[768] = "";
        size_t len = 0;
        for (size_t i = 0; i < o->n_origins; i++) {
                const char *rest = strstr(o->origins[i], "://");
                if (!rest || len >= sizeof sockets)
                        return 1;
                len += (size_t)snprintf(sockets + len, sizeof sockets - len, " wss%s", rest);
        }
        if (len >= sizeof sockets)
                return 1;
        int n = snprintf(out, size,
                "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src "
                "'self'; "
                "font-src 'self'; connect-src 'self'%s; manifest-src 'self'; worker-src 'self'; base-uri "
                "'none'; "
                "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'\r\n"
                "Strict-Transport-Security: max-age=31536000\r\n"
                "X-Content-Type-Options: nosniff\r\n"
                "Referrer-Policy: no-referrer\r\n"
                "Cross-Origin-Opener-Policy: same-origin\r\n"
                "Cross-Origin-Resource-Policy: same-origin\r\n"
                "Permissions-Policy: camera=(), microphone=(), geolocation=(), payment=(), usb=(), "
                "screen-wake-lock=(self)\r\n",
                sockets);
        return n < 0 || (size_t)n >= size ? 1 : 0;
}

size_t reply_head(char *out, size_t size, const struct reply *r, const char *security)
{
        char type[128] = "", length[48] = "";
        if (r->type)
                snprintf(type, sizeof type, "Content-Type: %s\r\n", r->type);
        if (r->status != 304)
                snprintf(length, sizeof length, "Content-Length: %zu\r\n", r->body.len);
        int n = snprintf(out, size, "HTTP/1.1 %u %s\r\n%s%sCache-Control: %s\r\n%s%s%s\r\n", r->status,
                reason(r->status), type, length, r->cache, r->extra, security,
                r->close ? "Connection: close\r\n" : "");
        return n < 0 || (size_t)n >= size ? 0 : (size_t)n;
}

void reply_words(enum refusal why, const char **word, const char **say, const char **act)
{
        *word = refusals[why].word;
        *say = refusals[why].say;
        *act = refusals[why].act;
}

struct reply reply_refusal(enum refusal why, const char *say, char body[REPLY_REFUSAL_MAX])
{
        struct json_out j;
        json_start(&j, body, REPLY_REFUSAL_MAX);
        json_open(&j, NULL, '{');
        json_text(&j, "error", refusals[why].word);
        json_text(&j, "say", say ? say : refusals[why].say);
        json_text(&j, "do", refusals[why].act);
        json_close(&j, '}');
        uint16_t status = refusals[why].status;
        return (struct reply){
                .status = status,
                .type = "application/json; charset=utf-8",
                .cache = "no-store",
                .extra = status == 405                    ? "Allow: GET, HEAD, POST\r\n"
                         : status == 503 || status == 429 ? "Retry-After: 2\r\n"
                                                          : "",
                .body = {body, j.overflow ? 0 : j.len},
        };
}
