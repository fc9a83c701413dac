/* Stands in for hostapd where no radio is: a process of its own behind a real Unix datagram socket, with
 * hostapd's words. It is told on standard input what happens on the air, one line each, and answers every
 * line with "done":
 *
 *   join MAC KEYID|- USER|- SIGNAL     leave MAC       gone MAC (without a word)
 *   quiet MAC MILLISECONDS             forget (whoever listens)      say TEXT (as an event)
 *   storm COUNT SEED                   strangers, each joins and leaves; addresses start with the marker
 * de:ad
 *
 * usage: stand_hostapd SOCKET */
#include "proto/base.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define STATIONS_MAX 256
#define MONITORS_MAX 4
#define WAIT_MS      10000

struct station {
        char mac[18], keyid[33], user[65];
        int signal;
        long long quiet_ms;
};

static int fd;
static struct station stations[STATIONS_MAX];
static int n_stations;
static struct sockaddr_un monitors[MONITORS_MAX];
static socklen_t monitor_len[MONITORS_MAX];
static int n_monitors;

static void die(const char *what)
{
        fprintf(stderr, "stand_hostapd: %s: %s\n", what, strerror(errno));
        exit(1);
}

static int find(const char *mac)
{
        for (int i = 0; i < n_stations; i++)
                if (strncmp(stations[i].mac, mac, 17) == 0)
                        return i;
        return -1;
}

static int describe(int i, char *out, size_t room)
{
        const struct station *s = &stations[i];
        int n = snprintf(out, room, "%s\nflags=[AUTH][ASSOC][AUTHORIZED]\naid=1\n", s->mac);
        if (s->user[0])
                n += snprintf(out + n, room - (size_t)n, "dot1xAuthSessionUserName=%s\n", s->user);
        n += snprintf(out + n, room - (size_t)n, "inactive_msec=%lld\nsignal=%d\nconnected_time=3\n",
                s->quiet_ms, s->signal);
        if (s->keyid[0])
                n += snprintf(out + n, room - (size_t)n, "keyid=%s\n", s->keyid);
        return n;
}

static void attach(const struct sockaddr_un *from, socklen_t len, bool in)
{
        for (int i = n_monitors; i-- > 0;) {
                if (!in && monitor_len[i] == len && memcmp(&monitors[i], from, len) == 0) {
                        monitors[i] = monitors[--n_monitors];
                        monitor_len[i] = monitor_len[n_monitors];
                        return;
                }
        }
        if (in && n_monitors < MONITORS_MAX) {
                monitors[n_monitors] = *from;
                monitor_len[n_monitors++] = len;
        }
}

static int answer(const char *text, const struct sockaddr_un *from, socklen_t len, char *out, size_t room)
{
        int at;
        if (strcmp(text, "PING") == 0)
                return snprintf(out, room, "PONG\n");
        if (strcmp(text, "ATTACH") == 0 || strcmp(text, "DETACH") == 0) {
                attach(from, len, text[0] == 'A');
                return snprintf(out, room, "OK\n");
        }
        if (strcmp(text, "STA-FIRST") == 0)
                return n_stations ? describe(0, out, room) : 0;
        if (strncmp(text, "STA ", 4) == 0) {
                at = find(text + 4);
                return at < 0 ? snprintf(out, room, "FAIL\n") : describe(at, out, room);
        }
        if (strncmp(text, "STA-NEXT ", 9) == 0) {
                at = find(text + 9);
                return at < 0                 ? snprintf(out, room, "FAIL\n")
                       : at + 1 == n_stations ? 0
                                              : describe(at + 1, out, room);
        }
        return snprintf(out, room, "UNKNOWN COMMAND\n");
}

/* Answers whatever is asked, waiting at most so long for the first question. */
static void serve(int wait_ms)
{
        struct pollfd p = {.fd = fd, .events = POLLIN};
        while (poll(&p, 1, wait_ms) > 0) {
                struct sockaddr_un from = {0};
                socklen_t len = sizeof from;
                char text[256], out[4096];
                ssize_t n = recvfrom(fd, text, sizeof text - 1, 0, (struct sockaddr *)&from, &len);
                if (n < 0)
                        die("recvfrom");
                text[n] = 0;
                int size = answer(text, &from, len, out, sizeof out);
                sendto(fd, out, (size_t)size, 0, (struct sockaddr *)&from, len);
                wait_ms = 0;
        }
}

/* To everybody who listens; waits while a listener's queue is full, as long as it takes questions away. */
static void event(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void event(const char *fmt, ...)
{
        char text[512];
        va_list args;
        va_start(args, fmt);
        int n = vsnprintf(text, sizeof text, fmt, args);
        va_end(args);
        for (int i = n_monitors; i-- > 0;) {
                while (sendto(fd, text, (size_t)n, MSG_DONTWAIT, (struct sockaddr *)&monitors[i],
                               monitor_len[i]) < 0) {
                        if (errno != EAGAIN && errno != ENOBUFS) {
                                attach(&monitors[i], monitor_len[i], false);
                                break;
                        }
                        serve(1);
                }
        }
}

static void join(const char *mac, const char *keyid, const char *user, int signal)
{
        int at = find(mac);
        if (at < 0 && n_stations < STATIONS_MAX)
                at = n_stations++;
        if (at < 0)
                return;
        struct station *s = &stations[at];
        *s = (struct station){.signal = signal};
        snprintf(s->mac, sizeof s->mac, "%.17s", mac);
        snprintf(s->keyid, sizeof s->keyid, "%.32s", keyid[0] == '-' ? "" : keyid);
        snprintf(s->user, sizeof s->user, "%.64s", user[0] == '-' ? "" : user);
        event("<3>AP-STA-CONNECTED %s%s%s", s->mac, s->keyid[0] ? " keyid=" : "", s->keyid);
        event("<3>EAPOL-4WAY-HS-COMPLETED %s", s->mac);
}

static void leave(const char *mac, bool told)
{
        int at = find(mac);
        if (at < 0)
                return;
        memmove(&stations[at], &stations[at + 1], (size_t)(n_stations - at - 1) * sizeof stations[0]);
        n_stations--;
        if (told)
                event("<3>AP-STA-DISCONNECTED %.17s", mac);
}

/* Numbers do not repeat, so that a scan knows what to look for: de:ad, then four bytes made of the count. */
static void storm(long count, unsigned long long seed)
{
        for (long i = 0; i < count; i++) {
                unsigned v = (unsigned)((seed + (unsigned long long)i) * 2654435761ull);
                char mac[18], key[33];
                /* The first byte of a station's address is even: 0xde is, and says "local". */
                snprintf(mac, sizeof mac, "de:ad:%02x:%02x:%02x:%02x", v >> 24, v >> 16 & 255, v >> 8 & 255,
                        v & 255);
                snprintf(key, sizeof key, "stranger-%08x", v);
                join(mac, i % 3 ? "-" : key, i % 3 == 1 ? key : "-", -50);
                leave(mac, true);
                serve(0);
        }
}

static void order(char *line)
{
        char word[16] = "", a[600] = "", b[64] = "-", c[80] = "-";
        int signal = -60;
        sscanf(line, "%15s %599s %63s %79s %d", word, a, b, c, &signal);
        if (strcmp(word, "join") == 0)
                join(a, b, c, signal);
        else if (strcmp(word, "leave") == 0 || strcmp(word, "gone") == 0)
                leave(a, word[0] == 'l');
        else if (strcmp(word, "quiet") == 0 && find(a) >= 0)
                stations[find(a)].quiet_ms = strtoll(b, NULL, 10);
        else if (strcmp(word, "forget") == 0)
                n_monitors = 0;
        else if (strcmp(word, "say") == 0)
                event("%s", line + 4);
        else if (strcmp(word, "storm") == 0)
                storm(strtol(a, NULL, 10), strtoull(b, NULL, 10));
        printf("done\n");
        fflush(stdout);
}

int main(int argc, char **argv)
{
        struct sockaddr_un a = {.sun_family = AF_UNIX};
        char line[1024];
        size_t len = 0;
        if (argc != 2)
                return 64;
        fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        snprintf(a.sun_path, sizeof a.sun_path, "%s", argv[1]);
        unlink(argv[1]); /* as a new hostapd replaces what a killed one left */
        if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0)
                die(argv[1]);
        printf("ready\n");
        fflush(stdout);
        for (;;) {
                struct pollfd p[2] = {{.fd = fd, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
                if (poll(p, 2, WAIT_MS) < 0)
                        die("poll");
                if (p[0].revents)
                        serve(0);
                if (!p[1].revents)
                        continue;
                ssize_t n = read(0, line + len, sizeof line - 1 - len);
                if (n <= 0)
                        return 0;
                len += (size_t)n;
                for (char *end = memchr(line, '\n', len); end; end = memchr(line, '\n', len)) {
                        *end = 0;
                        order(line);
                        len -= (size_t)(end + 1 - line);
                        memmove(line, end + 1, len);
                }
        }
}
