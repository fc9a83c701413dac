#include "tests/agent/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>

#define START_MS INT64_C(1000000)

static void write_down(struct rig *rig, const char *what, size_t len)
{
        int64_t at = rig->now - START_MS;
        int n = snprintf(rig->trace + rig->len, sizeof rig->trace - rig->len, "%lld.%03d %.*s\n",
                (long long)(at / 1000), (int)(at % 1000), (int)len, what);
        assert_true(n > 0 && (size_t)n < sizeof rig->trace - rig->len);
        rig->len += (size_t)n;
}

static void step(struct rig *rig, struct core_event *e);

static void seen(struct rig *rig, const struct rig_station *s)
{
        struct core_event e = {.type = CORE_STATION, .radio = s->radio};
        e.station = (struct core_station){.heard = CORE_SEEN,
                .keyid = slice_of(s->keyid),
                .user = slice_of(s->user),
                .rssi = s->rssi,
                .inactive_ms = s->inactive_ms,
                .connected_s = s->connected_s};
        memcpy(e.station.mac, s->mac, 6);
        step(rig, &e);
}

static void answer_sweep(struct rig *rig)
{
        struct core_event e = {.type = CORE_SWEPT, .listed = rig->core.radios_up};
        for (size_t i = 0; i < rig->n_air; i++)
                if (rig->core.radios_up & 1u << rig->air[i].radio)
                        seen(rig, &rig->air[i]);
        step(rig, &e);
}

static void take_all(struct rig *rig)
{
        char frame[AGENT_FRAME_MAX];
        for (size_t len = 1; rig->hub && len > 0;) {
                len = core_take(&rig->core, rig->now, rig->wall, frame);
                if (len > 0)
                        write_down(rig, frame, len);
        }
}

static void step(struct rig *rig, struct core_event *e)
{
        struct core_effects out;
        e->now = rig->now;
        e->wall = rig->wall;
        core_step(&rig->core, e, &out);
        if (out.boot)
                write_down(rig, "boot", 4);
        if (out.save) {
                for (uint32_t i = 0; i < rig->core.claims.n; i++)
                        rig->core.claims.list[i].saved = true;
                rig->core.claims.rewrite = false;
                write_down(rig, "save", 4);
        }
        if (out.hang_up) {
                char text[128];
                int n = snprintf(text, sizeof text, "hang up: %s", out.why);
                write_down(rig, text, (size_t)n);
                rig->hub = false;
                step(rig, &(struct core_event){.type = CORE_CLOSED});
        }
        if (out.ask && !rig->mute)
                for (size_t i = 0; i < rig->n_air; i++)
                        if (memcmp(rig->air[i].mac, out.ask_mac, 6) == 0 &&
                                rig->air[i].radio == out.ask_radio)
                                seen(rig, &rig->air[i]);
        if (out.sweep && !rig->mute)
                answer_sweep(rig);
        take_all(rig);
}

void rig_init(struct rig *rig)
{
        *rig = (struct rig){.now = START_MS, .wall = INT64_C(1700000000000)};
        assert_int_equal(core_init(&rig->core, AGENT_AP_FAKE, "test", 7), 0);
}

void rig_finish(struct rig *rig)
{
        core_finish(&rig->core);
}

void rig_pass(struct rig *rig, int64_t ms)
{
        mono_ms end = rig->now + ms;
        for (int guard = 0;; guard++) {
                mono_ms due = core_deadline(&rig->core);
                if (due > end)
                        break;
                assert_true(guard < 100000); /* a deadline that never goes away would spin for ever */
                if (due > rig->now) {
                        rig->wall += due - rig->now;
                        rig->now = due;
                }
                step(rig, &(struct core_event){.type = CORE_TICK});
        }
        rig->wall += end - rig->now;
        rig->now = end;
}

void rig_up(struct rig *rig, uint8_t radio)
{
        step(rig, &(struct core_event){.type = CORE_AP_UP, .radio = radio});
}

void rig_down(struct rig *rig, uint8_t radio)
{
        step(rig, &(struct core_event){.type = CORE_AP_DOWN, .radio = radio});
}

struct rig_station *rig_find(struct rig *rig, const char *mac)
{
        uint8_t wanted[6];
        assert_int_equal(agent_mac_parse(slice_of(mac), wanted), 0);
        for (size_t i = 0; i < rig->n_air; i++)
                if (memcmp(rig->air[i].mac, wanted, 6) == 0)
                        return &rig->air[i];
        fail_msg("no station %s", mac);
        return NULL;
}

void rig_join(struct rig *rig, uint8_t radio, const char *mac, const char *keyid, const char *user, bool told)
{
        assert_true(rig->n_air < RIG_STATIONS);
        struct rig_station *s = &rig->air[rig->n_air++];
        *s = (struct rig_station){.radio = radio, .rssi = -60};
        assert_int_equal(agent_mac_parse(slice_of(mac), s->mac), 0);
        snprintf(s->keyid, sizeof s->keyid, "%s", keyid);
        snprintf(s->user, sizeof s->user, "%s", user);
        struct core_event e = {.type = CORE_STATION, .radio = radio};
        e.station = (struct core_station){
                .heard = CORE_JOINED, .keyid = slice_of(s->keyid), .inactive_ms = -1, .connected_s = -1};
        memcpy(e.station.mac, s->mac, 6);
        if (told)
                step(rig, &e);
}

void rig_leave(struct rig *rig, uint8_t radio, const char *mac, bool told)
{
        struct core_event e = {.type = CORE_STATION, .radio = radio};
        assert_int_equal(agent_mac_parse(slice_of(mac), e.station.mac), 0);
        e.station.heard = CORE_LEFT;
        for (size_t i = rig->n_air; i-- > 0;)
                if (memcmp(rig->air[i].mac, e.station.mac, 6) == 0 && rig->air[i].radio == radio)
                        rig->air[i] = rig->air[--rig->n_air];
        if (told)
                step(rig, &e);
}

void rig_open(struct rig *rig)
{
        rig->hub = true;
        step(rig, &(struct core_event){.type = CORE_OPENED});
}

void rig_close(struct rig *rig)
{
        rig->hub = false;
        step(rig, &(struct core_event){.type = CORE_CLOSED});
}

void rig_hear(struct rig *rig, const char *frame)
{
        step(rig, &(struct core_event){.type = CORE_FRAME, .frame = slice_of(frame)});
}

void rig_tag(int64_t day, const char *id, char out[17])
{
        uint8_t key[AGENT_KEY_BYTES], mac[6];
        struct agent_tag tag;
        memset(key, (int)day, sizeof key);
        const void *what = id + 1;
        size_t len = strlen(id + 1);
        if (id[0] == 'm') {
                assert_int_equal(agent_mac_parse(slice_of(id + 1), mac), 0);
                what = mac;
                len = sizeof mac;
        }
        agent_tag(key, (enum agent_id)id[0], what, len, &tag);
        for (size_t i = 0; i < sizeof tag.b; i++)
                snprintf(out + 2 * i, 3, "%02x", tag.b[i]);
}

static void give_set(struct rig *rig, int64_t day, const char *const *ids, size_t n)
{
        char frame[AGENT_FRAME_MAX], key[65], tags[AGENT_FRAME_MAX] = "";
        for (int i = 0; i < 32; i++)
                snprintf(key + 2 * i, 3, "%02x", (unsigned)day);
        snprintf(frame, sizeof frame, "{\"t\":\"key\",\"day\":%lld,\"key\":\"%s\",\"left_s\":86400}",
                (long long)day, key);
        rig_hear(rig, frame);
        for (size_t i = 0; i < n; i++)
                rig_tag(day, ids[i], tags + 16 * i);
        snprintf(frame, sizeof frame,
                "{\"t\":\"tags\",\"day\":%lld,\"version\":1,\"part\":1,\"of\":1,\"first\":0,\"tags\":\"%."
                "3600s\"}",
                (long long)day, tags);
        rig_hear(rig, frame);
}

void rig_greet(struct rig *rig, const char *const *ids, size_t n)
{
        rig_open(rig);
        rig_hear(rig, "{\"t\":\"welcome\",\"epoch\":\"e\",\"boot\":0,\"seq\":0}");
        rig_hear(rig, "{\"t\":\"settings\",\"sweep_s\":30,\"settle_ms\":2000,\"idle_s\":240}");
        give_set(rig, 1, ids, n);
}

void rig_expect(struct rig *rig, const char *trace)
{
        if (strcmp(rig->trace, trace) != 0)
                fail_msg("the trace is\n%s--- but should be\n%s", rig->trace, trace);
        rig->len = 0;
        rig->trace[0] = 0;
}
