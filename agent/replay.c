#include "agent/replay.h"

#include "agent/core/core.h"
#include "agent/core/hostapd.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 4096
#define EXIT_FILE  66
#define START_MS   1000
#define WALL_MS    INT64_C(1700000000000)
#define TAIL_MS    5000 /* what is still waiting at the end of the recording has its time */

struct replay {
        struct core core;
        mono_ms now;
        size_t skipped;
};

static void print_frames(struct replay *r)
{
        char frame[AGENT_FRAME_MAX];
        for (size_t len = 1; len > 0;) {
                len = core_take(&r->core, r->now, WALL_MS + r->now, frame);
                if (len > 0)
                        printf("%lld.%03d %.*s\n", (long long)((r->now - START_MS) / 1000),
                                (int)((r->now - START_MS) % 1000), (int)len, frame);
        }
}

static void step(struct replay *r, struct core_event *e)
{
        struct core_effects out;
        e->now = r->now;
        e->wall = WALL_MS + r->now;
        core_step(&r->core, e, &out);
        if (out.sweep) { /* nobody answers: the recording has events only */
                struct core_event swept = {.type = CORE_SWEPT};
                step(r, &swept);
        }
        print_frames(r);
}

static void pass_until(struct replay *r, mono_ms end)
{
        struct core_event tick = {.type = CORE_TICK};
        for (mono_ms due = core_deadline(&r->core); due <= end; due = core_deadline(&r->core)) {
                r->now = due > r->now ? due : r->now;
                step(r, &tick);
        }
        r->now = end > r->now ? end : r->now;
}

static void hear(struct replay *r, const char *frame)
{
        struct core_event e = {.type = CORE_FRAME, .frame = slice_of(frame)};
        step(r, &e);
}

/* "KIND ID" to a tag; 1 if it is none. */
static int tag_of(const uint8_t *key, const char *line, struct agent_tag *tag)
{
        char user[AGENT_USER_MAX];
        uint8_t mac[6];
        struct slice id = {line + 2, strcspn(line + 2, "\r\n")};
        if (line[0] == 0 || line[1] != ' ')
                return 1;
        if (line[0] == 'k' && agent_keyid_ok(id)) {
                agent_tag(key, AGENT_ID_KEYID, id.at, id.len, tag);
                return 0;
        }
        size_t len = line[0] == 'u' ? agent_user_normalise(id, user) : 0;
        if (len > 0) {
                agent_tag(key, AGENT_ID_USER, user, len, tag);
                return 0;
        }
        if (line[0] != 'm' || agent_mac_parse(id, mac))
                return 1;
        agent_tag(key, AGENT_ID_MAC, mac, sizeof mac, tag);
        return 0;
}

static int give_set(struct replay *r, const char *tags)
{
        uint8_t key[AGENT_KEY_BYTES] = {0};
        char line[LINE_BYTES], frame[256], hex[2 * AGENT_TAG_BYTES + 1];
        struct agent_tag tag;
        int64_t slot = 0, version = 1;
        FILE *in = fopen(tags, "re");
        if (!in) {
                fprintf(stderr, "maitred-agent: %s cannot be read: %s; name the file with --tags FILE\n",
                        tags, strerror(errno));
                return EXIT_FILE;
        }
        hear(r, "{\"t\":\"welcome\",\"epoch\":\"replay\",\"boot\":0,\"seq\":0}");
        hear(r, "{\"t\":\"key\",\"day\":1,\"key\":"
                "\"0000000000000000000000000000000000000000000000000000000000000000\","
                "\"left_s\":172800}");
        hear(r, "{\"t\":\"tags\",\"day\":1,\"version\":1,\"part\":1,\"of\":1,\"first\":0,\"tags\":\"\"}");
        while (fgets(line, sizeof line, in) && slot <= AGENT_SLOT_MOST) {
                if (tag_of(key, line, &tag))
                        continue;
                sodium_bin2hex(hex, sizeof hex, tag.b, sizeof tag.b);
                snprintf(frame, sizeof frame,
                        "{\"t\":\"tag_add\",\"day\":1,\"version\":%lld,\"slot\":%lld,\"tag\":\"%s\"}",
                        (long long)++version, (long long)slot++, hex);
                hear(r, frame);
        }
        fclose(in);
        return 0;
}

/* The seconds at the start of a line, as milliseconds; what follows stays in *rest. 0, or 1. */
static int time_of(const char *line, int64_t *ms, const char **rest)
{
        char *end;
        if (strncmp(line, "EVENT ", 6) == 0)
                line += 6;
        double seconds = strtod(line, &end);
        if (end == line || (*end != ' ' && *end != ':') || !(seconds >= 0 && seconds < 4e9))
                return 1;
        *ms = (int64_t)(seconds * 1000 + 0.5);
        *rest = end + strspn(end, ": ");
        return 0;
}

static uint8_t radio_of(char names[CORE_RADIOS_MAX][32], struct slice name)
{
        uint8_t i = 0;
        while (i < CORE_RADIOS_MAX - 1 && names[i][0] && !slice_is(name, names[i]))
                i++;
        if (!names[i][0] && name.len < sizeof names[i])
                memcpy(names[i], name.at, name.len);
        return i;
}

static void play(struct replay *r, FILE *in)
{
        char line[LINE_BYTES], names[CORE_RADIOS_MAX][32] = {{0}};
        int64_t first = -1, at;
        const char *rest;
        while (fgets(line, sizeof line, in)) {
                struct core_event e = {.type = CORE_STATION};
                struct slice interface;
                enum hostapd_line what = HOSTAPD_OTHER;
                bool timed = time_of(line, &at, &rest) == 0;
                if (timed)
                        what = hostapd_event((struct slice){rest, strlen(rest)}, &interface, &e.station);
                r->skipped += what == HOSTAPD_OTHER;
                if (!timed)
                        continue;
                first = first < 0 ? at : first;
                pass_until(r, START_MS + at - first);
                if (what == HOSTAPD_OTHER)
                        continue;
                e.radio = radio_of(names, interface);
                e.type = what == HOSTAPD_STATION   ? CORE_STATION
                         : what == HOSTAPD_ENABLED ? CORE_AP_UP
                                                   : CORE_AP_DOWN;
                if (what == HOSTAPD_STATION && !(r->core.radios_up & 1u << e.radio))
                        step(r, &(struct core_event){.type = CORE_AP_UP, .radio = e.radio});
                step(r, &e);
        }
        pass_until(r, r->now + TAIL_MS);
}

int replay_run(const char *file, const char *tags)
{
        static struct replay r;
        FILE *in = fopen(file, "re");
        if (!in) {
                fprintf(stderr, "maitred-agent: %s cannot be read: %s\n", file, strerror(errno));
                return EXIT_FILE;
        }
        r.now = START_MS;
        if (core_init(&r.core, AGENT_AP_FAKE, "replay", 1) != 0) {
                fclose(in);
                return EXIT_FILE;
        }
        struct core_event opened = {.type = CORE_OPENED};
        step(&r, &opened);
        int rc = give_set(&r, tags);
        if (rc == 0)
                play(&r, in);
        fclose(in);
        core_finish(&r.core);
        if (rc == 0)
                fprintf(stderr, "%zu lines were no event of a station\n", r.skipped);
        return rc;
}
