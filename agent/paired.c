#include "agent/paired.h"

#include "agent/file.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define FILE_MAX_BYTES 1024
#define HEAD           "maitred-agent 1\n"
#define DEFAULT_PORT   8443

int paired_address(const char *text, struct paired *out)
{
        const char *host = text, *after;
        size_t len = strcspn(text, ":");
        if (*text == '[') {
                host = text + 1;
                len = strcspn(host, "]");
                if (host[len] != ']')
                        return 1;
                after = host + len + 1;
        } else {
                after = text + len;
        }
        char *end = NULL;
        long port = *after == ':' ? strtol(after + 1, &end, 10) : DEFAULT_PORT;
        bool whole = *after == 0 || (*after == ':' && end != after + 1 && *end == 0);
        if (len == 0 || len > PAIRED_HOST_MAX || !whole || port < 1 || port > 65535)
                return 1;
        memcpy(out->host, host, len);
        out->host[len] = 0;
        out->port = (int)port;
        return 0;
}

static bool plain(const char *text)
{
        for (; *text; text++)
                if (*text <= ' ' || *text > '~')
                        return false;
        return true;
}

int paired_load(const char *path, struct paired *out)
{
        char text[FILE_MAX_BYTES + 1], pin[2 * AGENT_PIN_BYTES + 1];
        int end = 0;
        size_t bytes = 0;
        ssize_t len = file_read(path, text, FILE_MAX_BYTES);
        if (len < 0)
                return errno == ENOENT ? 1 : -1;
        text[len] = 0;
        *out = (struct paired){0};
        errno = 0;
        int n = sscanf(text, HEAD "host %127s port %d pin %64s token %64s %n", out->host, &out->port, pin,
                out->token, &end);
        bool good = n == 4 && text[end] == 0 && strncmp(text, HEAD, sizeof HEAD - 1) == 0 && out->port > 0 &&
                    out->port < 65536 && plain(out->host) && plain(out->token);
        good = good && sodium_hex2bin(out->pin, sizeof out->pin, pin, strlen(pin), NULL, &bytes, NULL) == 0 &&
               bytes == sizeof out->pin;
        sodium_memzero(text, sizeof text);
        return good ? 0 : -1;
}

int paired_save(const char *path, const struct paired *p)
{
        char text[FILE_MAX_BYTES], pin[2 * AGENT_PIN_BYTES + 1];
        sodium_bin2hex(pin, sizeof pin, p->pin, sizeof p->pin);
        int n = snprintf(text, sizeof text, HEAD "host %s\nport %d\npin %s\ntoken %s\n", p->host, p->port,
                pin, p->token);
        int rc = file_replace(path, text, (size_t)n);
        sodium_memzero(text, sizeof text);
        return rc;
}

static int boot_path(const char *path, char *out, size_t room)
{
        int n = snprintf(out, room, "%s.boot", path);
        return n > 0 && (size_t)n < room ? 0 : -1;
}

int64_t paired_boot(const char *path)
{
        char file[4096], text[32];
        ssize_t len = boot_path(path, file, sizeof file) == 0 ? file_read(file, text, sizeof text - 1) : -1;
        if (len <= 0)
                return 0;
        text[len] = 0;
        int64_t boot = strtoll(text, NULL, 10);
        return boot > 0 && boot < AGENT_NUMBER_MOST ? boot : 0;
}

int paired_save_boot(const char *path, int64_t boot)
{
        char file[4096], text[32];
        if (boot_path(path, file, sizeof file))
                return -1;
        int n = snprintf(text, sizeof text, "%lld\n", (long long)boot);
        return file_replace(file, text, (size_t)n);
}
