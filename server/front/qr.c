#include "server/front/qr.h"

#include "proto/base.h"

#include <jansson.h>
#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>

#define MARK      "\"qr_of\":\"url\""
#define LINK_MOST 512
#define SIZE_MOST 177 /* version 40 */

/* `"qr":{"size":29,"rows":["0101...",...]}` */
static size_t draw(char *out, size_t room, const QRcode *code)
{
        size_t width = (size_t)code->width;
        char *at = out + snprintf(out, room, "\"qr\":{\"size\":%d,\"rows\":[", code->width);
        for (size_t y = 0; y < width; y++) {
                if (y > 0)
                        *at++ = ',';
                *at++ = '"';
                for (size_t x = 0; x < width; x++)
                        *at++ = code->data[y * width + x] & 1 ? '1' : '0';
                *at++ = '"';
        }
        *at++ = ']';
        *at++ = '}';
        return (size_t)(at - out);
}

static QRcode *encode(struct slice json)
{
        json_t *root = json_loadb(json.at, json.len, JSON_REJECT_DUPLICATES, NULL);
        const char *url = json_string_value(json_object_get(root, "url"));
        QRcode *code = NULL;
        /* Middle correction: a sign's screen has glare and fingerprints, and the code stays small enough. */
        if (url && strlen(url) <= LINK_MOST)
                code = QRcode_encodeString8bit(url, 0, QR_ECLEVEL_M);
        json_decref(root);
        return code;
}

char *qr_drawn(struct slice json, size_t *len)
{
        /* Inside a JSON string the quotes would be escaped, so the mark is always the member itself. */
        const char *mark = json.len > 0 ? memmem(json.at, json.len, MARK, sizeof MARK - 1) : NULL;
        QRcode *code = mark ? encode(json) : NULL;
        if (!code)
                return NULL;
        size_t width = (size_t)code->width;
        size_t room = width * (width + 3) + 64; /* a row is its modules, two quotes and a comma */
        char *out = width <= SIZE_MOST ? malloc(json.len + room) : NULL;
        if (out) {
                size_t before = (size_t)(mark - json.at);
                size_t after = json.len - before - (sizeof MARK - 1);
                memcpy(out, json.at, before);
                size_t drawn = draw(out + before, room, code);
                memcpy(out + before + drawn, mark + sizeof MARK - 1, after);
                *len = before + drawn + after;
        }
        QRcode_free(code);
        return out;
}
