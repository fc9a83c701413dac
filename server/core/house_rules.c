/* The house rules in force [P120-P122]: what the configuration says, until a manager saves a version.
 *
 *   house_count: read the draft -> may she? -> HOUSE: the store counts and answers
 *   house_set:   read the draft -> may she, just now? -> COMMIT -> COMMITTED: in force -> HOUSE: the store
 * tells
 *
 * One save at a time, so that what it was compared with is still in force when it is durable. A draft is read
 * in the step that brings it, since its text is the sender's. */
#include "server/core/state.h"
#include "server/core/consent.h"

#include <stdio.h>
#include <string.h>

/* Writes the rules into the settings that others read. */
static void apply(struct hub *hub)
{
        const int32_t *v = hub->house.value;
        struct hub_settings *set = &hub->set;
        set->rung_ms[RUNG_ASK] = v[HOUSE_ASK] * (int32_t)SECOND_MS;
        set->visit_holds_ms = v[HOUSE_HOLDS] * HOUR_MS;
        set->alerts_a_day = (uint8_t)v[HOUSE_ALERTS];
        set->thanks_days = v[HOUSE_THANKS];
        set->purchase_months = v[HOUSE_PURCHASES];
        set->presence.dwell_ms = v[HOUSE_DWELL] * (int32_t)SECOND_MS;
        set->presence.pause_ms = v[HOUSE_CARD_LEAVES] * (int32_t)MINUTE_MS;
        set->presence.end_ms = v[HOUSE_SAME_VISIT] * (int32_t)MINUTE_MS;
        set->presence.floor_dbm = (int16_t)v[HOUSE_SIGNAL];
        if (set->presence.keep_dbm > set->presence.floor_dbm)
                set->presence.keep_dbm = set->presence.floor_dbm;
        set->presence.source[SOURCE_CHECK_IN].ttl_ms = v[HOUSE_HOLDS] * (int32_t)HOUR_MS;
        presence_settle(hub->presence, &set->presence);
        agents_zones(hub);
        house_departments(hub);
}

static bool has_bounds(const struct hub *hub)
{
        bool any = false;
        for (int i = 0; i < HOUSE_RULES; i++)
                any |= hub->set.house_bounds[i].set;
        return any;
}

/* A setting finer than a rule's unit stays as it is until somebody saves the rules. */
void house_begin(struct hub *hub)
{
        const struct hub_settings *set = &hub->set;
        int32_t *v = hub->house.value;
        house_first(set->house_bounds, &hub->house);
        v[HOUSE_WIFI_SIGN] = !set->sign_missing;
        v[HOUSE_ALWAYS_FROM] = set->always_from;
        v[HOUSE_OPENS] = set->open_minute;
        v[HOUSE_CLOSES] = set->close_minute;
        v[HOUSE_FIRST_CALL] = set->settle_min;
        v[HOUSE_LAST_CALL] = set->last_call_min;
        v[HOUSE_DWELL] = set->presence.dwell_ms / (int32_t)SECOND_MS;
        v[HOUSE_SIGNAL] = set->presence.floor_dbm;
        v[HOUSE_ALERTS] = set->alerts_a_day;
        v[HOUSE_HOLDS] = (int32_t)(set->visit_holds_ms / HOUR_MS);
        v[HOUSE_CARD_LEAVES] = set->presence.pause_ms / (int32_t)MINUTE_MS;
        v[HOUSE_SAME_VISIT] = set->presence.end_ms / (int32_t)MINUTE_MS;
        v[HOUSE_ASK] = set->rung_ms[RUNG_ASK] / (int32_t)SECOND_MS;
        v[HOUSE_THANKS] = set->thanks_days;
        if (set->purchase_months)
                v[HOUSE_PURCHASES] = set->purchase_months;
        if (!has_bounds(hub))
                return;
        house_within(set->house_bounds, &hub->house);
        apply(hub);
}

void house_start(struct hub *hub, const struct snapshot *s)
{
        struct house_error error;
        if (s->house.version == 0)
                return;
        hub->house_version = s->house.version;
        /* What it says of a rule that is not there any more, or beyond today's bounds, is no reason to forget
         * the rest: the store has checked that the text is what was written. */
        if (house_parse(slice_of(s->house.text), NULL, &hub->house, &error) != 0)
                return;
        house_within(hub->set.house_bounds, &hub->house);
        apply(hub);
}

bool house_always_said(const struct hub *hub, const struct consent_row *rows, uint32_t n,
        store_day last_visit, uint32_t not_todays)
{
        struct house_always always = {.used = last_visit, .not_todays = not_todays};
        for (uint32_t i = 0; i < n; i++) {
                const struct consent_row *r = &rows[i];
                if (r->purpose == PURPOSE_ALERT && r->category == CATEGORY_SENSED &&
                        r->mode == MODE_STANDING && r->state == CONSENT_GIVEN && r->day > always.given)
                        always.given = r->day;
        }
        return house_always_holds(&hub->house, &always, hub->event->day);
}

bool house_always(const struct hub *hub, const struct dossier *d)
{
        return house_always_said(hub, d->consents, d->n_consents, d->person.last_day, d->person.not_todays);
}

/* To those pages for which it has changed, as soon as each has credit. */
static void tell_invites(struct hub *hub)
{
        for (uint32_t i = 0; i < hub->set.peers_most; i++) {
                struct peer *peer = &hub->peers[i];
                bool there = peer->used && peer->attached && peer->hello;
                if (there && house_invites(hub, peer) != peer->invites) {
                        peer->owes_invites = true;
                        stream_pump(hub, peer);
                }
        }
}

void house_departments(struct hub *hub)
{
        static const enum house_rule rules[] = {HOUSE_INVITE_NOT, HOUSE_ALERT_NOT};
        for (size_t r = 0; r < ARRAY_LEN(rules); r++) {
                const struct house_names *names = house_names_of(&hub->house, rules[r]);
                uint32_t set = 0;
                for (uint32_t i = 0; i < DEPARTMENT_COUNT; i++)
                        if (hub->departments[i][0] && house_names_has(names, hub->departments[i]))
                                set |= 1u << i;
                hub->listed[rules[r]] = set;
        }
        tell_invites(hub);
}

bool house_invites(const struct hub *hub, const struct peer *peer)
{
        return !house_never(hub, peer->associate, HOUSE_INVITE_NOT);
}

bool house_never(const struct hub *hub, uint32_t index, enum house_rule rule)
{
        uint32_t hers = index == NONE ? 0 : hub->associates[index].row.departments;
        return hers && (hers & ~hub->listed[rule]) == 0;
}

bool house_may_invite(const struct hub *hub, uint32_t index, uint8_t department)
{
        bool listed =
                department < DEPARTMENT_COUNT && (hub->listed[HOUSE_INVITE_NOT] & (1u << department)) != 0;
        return !listed && !house_never(hub, index, HOUSE_INVITE_NOT);
}

/* ---- what is asked ---- */
/* The store answers; nothing is left to do here. */
static void tell(struct hub *hub, struct pending *p, enum house_ask ask)
{
        struct house_wanted *wanted = &hub->out->house;
        struct effect *e = hub->out->n_house ? NULL : out_effect(hub, EFFECT_HOUSE);
        if (!e) {
                out_refuse(hub, p, 503, "busy", "We are very busy just now.", "Try again in a moment.");
                return;
        }
        e->house.request = p->request;
        e->house.wanted = wanted;
        hub->out->n_house = 1;
        *wanted = (struct house_wanted){.ask = ask,
                .version = hub->house_version,
                .today = hub->event->day,
                .now = hub->event->wall,
                .live = hub->house,
                .draft = p->house};
        agents_tell_zones(hub, wanted);
        memcpy(wanted->bounds, hub->set.house_bounds, sizeof(wanted->bounds));
        pending_free(hub, p);
}

/* Reads the draft, if this is the step that brought it. */
static void read_draft(struct hub *hub, struct pending *p)
{
        const struct message *m =
                hub->event->kind == EVENT_REQUEST && hub->event->request.request == p->request
                        ? hub->event->request.message
                        : NULL;
        if (p->draft != DRAFT_NONE || !m)
                return;
        p->house = hub->house;
        struct slice text = m->type == MESSAGE_HOUSE_SET ? m->house_set.text : m->house_count.text;
        p->draft = house_parse(text, hub->set.house_bounds, &p->house, &p->house_error) == 0 ? DRAFT_OK
                                                                                             : DRAFT_WRONG;
}

static bool draft_ok(struct hub *hub, struct pending *p)
{
        char say[240];
        if (p->draft == DRAFT_OK)
                return true;
        if (p->draft == DRAFT_NONE) { /* it waited for one with the same key, which was not done */
                out_refuse(hub, p, 503, "busy", "The same was being done.", "Try again in a moment.");
                return false;
        }
        if (p->house_error.line)
                snprintf(say, sizeof(say), "Line %d: %s.", p->house_error.line, p->house_error.text);
        else
                snprintf(say, sizeof(say), "The house rules: %s.", p->house_error.text);
        out_refuse(hub, p, 422, "house", say, p->house_error.todo);
        return false;
}

static enum manager_may need_of(enum message_type type)
{
        return type == MESSAGE_HOUSE_SET ? MAY_PUBLISH : MAY_LOOK;
}

static void saved(struct hub *hub, struct pending *p)
{
        hub->house = p->house;
        hub->house_version = hub->house_row.version;
        house_within(hub->set.house_bounds, &hub->house);
        apply(hub);
        tell(hub, p, HOUSE_ASK_ALL);
}

static void save(struct hub *hub, struct pending *p)
{
        if (hub->house_changing) {
                pending_wait(hub, p);
                return;
        }
        if ((uint32_t)p->message.house_set.base != hub->house_version) {
                out_refuse(hub, p, 409, "changed", "Somebody else has saved house rules meanwhile.",
                        "Look at them again.");
                return;
        }
        if (hub->house_version && memcmp(&p->house, &hub->house, sizeof(p->house)) == 0) {
                out_refuse(hub, p, 409, "same", "These are the house rules that are in force.",
                        "Change something first.");
                return;
        }
        hub->house_row =
                (struct house_row){.version = hub->house_version + 1, .by = p->by, .at = hub->event->wall};
        house_print(&p->house, hub->house_row.text);
        pending_write(p, WRITE_HOUSE)->house = &hub->house_row;
        hub->house_changing = p->saves_house = true;
        pending_commit(hub, p, saved);
}

static void allowed(struct hub *hub, struct pending *p)
{
        if (p->message.type == MESSAGE_HOUSE)
                tell(hub, p, HOUSE_ASK_ALL);
        else if (!draft_ok(hub, p))
                return;
        else if (p->message.type == MESSAGE_HOUSE_COUNT)
                tell(hub, p, HOUSE_ASK_COUNT);
        else
                save(hub, p);
}

static void loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        uint32_t who = manager_may(hub, p, d, need_of(p->message.type));
        if (who == NONE)
                return;
        p->by = hub->associates[who].row.id;
        allowed(hub, p);
}

static void ask(struct hub *hub, struct pending *p)
{
        if (p->face != FACE_OPERATOR) {
                manager_load(hub, p, loaded);
                return;
        }
        p->by = BOOK_BY_OPERATOR;
        allowed(hub, p);
}

void house_all(struct hub *hub, struct pending *p)
{
        ask(hub, p);
}

void house_count(struct hub *hub, struct pending *p)
{
        read_draft(hub, p);
        ask(hub, p);
}

void house_set(struct hub *hub, struct pending *p)
{
        read_draft(hub, p);
        ask(hub, p);
}

void house_again(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (manager_may(hub, p, d, MAY_LOOK) != NONE)
                tell(hub, p, HOUSE_ASK_ALL);
}

void house_release(struct hub *hub, struct pending *p)
{
        if (p->saves_house)
                hub->house_changing = false;
        p->saves_house = false;
}
