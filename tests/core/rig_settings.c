/* How the rig's hub is set. */
#include "tests/core/rig.h"

#include <string.h>

struct hub_settings rig_settings(const struct rig *r)
{
        struct hub_settings set = {.origin = "https://hub.example:8443",
                .visits_most = 16,
                .peers_most = 16,
                .pending_most = 32,
                .rung_ms = {[RUNG_OWN] = 25000,
                        [RUNG_ASK] = 60000,
                        [RUNG_STAND_IN] = 20000,
                        [RUNG_DEPARTMENT] = 20000,
                        [RUNG_FLOOR] = 15000,
                        [RUNG_MANAGER] = 10000,
                        [RUNG_HANDED] = 25000},
                .nobody_after_ms = 90000,
                .rendered_within_ms = r->rendered_within_ms,
                .most_per_hour = r->most_per_hour,
                .least_gap_ms = r->least_gap_ms,
                .busy_most_ms = r->busy_most_ms,
                .one_handheld = r->one_handheld,
                .keys_required = r->keys_required,
                .pins = r->pins,
                .idle_ms = 15 * MINUTE_MS,
                .signed_in_ms = 12 * HOUR_MS,
                .after_shift_ms = 30 * MINUTE_MS,
                .link_valid_ms = 600000,
                .invite_valid_ms = 86400000,
                .door_step_ms = 30000,
                .full_step_ms = 10 * MINUTE_MS,
                .thanks_days = 7,
                .notes_most = 3,
                .notes_keep_ms = 365 * DAY_MS,
                .note_bytes = 120,
                .always_from = r->always_from,
                .visit_holds_ms = 2 * HOUR_MS,
                .consent_valid_ms = 365 * DAY_MS,
                .alerts_a_day = 2,
                .open_minute = 600,
                .close_minute = 1200,
                .settle_min = 10,
                .last_call_min = 20,
                .presence = {.claims_most = 32,
                        .source = {[SOURCE_CHECK_IN] = {.ttl_ms = 2 * HOUR_MS},
                                [SOURCE_WIFI] = {.ttl_ms = 90 * SECOND_MS,
                                        .grace_ms = 120 * SECOND_MS,
                                        .dwell = true}},
                        .dwell_ms = 60 * SECOND_MS,
                        .pause_ms = 10 * MINUTE_MS,
                        .end_ms = 30 * MINUTE_MS,
                        .late_ms = 10 * MINUTE_MS,
                        .ceiling_ms = 6 * HOUR_MS,
                        .floor_dbm = -75,
                        .keep_dbm = -85},
                .devices_most = 16,
                .device_valid_days = 14,
                .agent_sweep_s = 30,
                .agent_settle_ms = 2000,
                .agent_idle_s = 0,
                .controller = {.name = "Nordlund AB",
                        .contact = "Ask for Eva",
                        .street = "Storgatan 1, Lund",
                        .country = "SE",
                        .email = "privacy@nordlund.example",
                        .policy = "https://nordlund.example/notice",
                        .jurisdiction = "EU"}};
        memcpy(set.house_bounds, r->bounds, sizeof(set.house_bounds));
        return set;
}

uint32_t rig_arrivals(const struct rig *r, struct arrival_row out[RIG_HELD])
{
        for (uint32_t i = 0; i < r->n_visits; i++) {
                const struct live_visit_row *v = &r->visits[i];
                out[i] = (struct arrival_row){v->client_of, v->started, v->id};
                if (v->client_of == 0 && v->n_places)
                        out[i].associate = v->places[0].associate;
        }
        return r->n_visits;
}

uint32_t rig_stream(const struct rig *r, struct stream_row *out)
{
        uint32_t n = 0, later[RIG_ASSOCIATES + 1] = {0};
        for (uint32_t i = r->n_stream; i-- > 0;)
                if (later[r->stream[i].associate]++ < RIG_STREAM_KEPT)
                        out[n++] = r->stream[i];
        for (uint32_t low = 0, high = n; low + 1 < high; low++, high--) {
                struct stream_row swap = out[low];
                out[low] = out[high - 1];
                out[high - 1] = swap;
        }
        return n;
}
