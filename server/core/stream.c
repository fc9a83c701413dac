/* Each associate's numbered stream of events, and how peers pull from it: one frame at a time, in order, the
 * card computed at the moment it is released. */
#include "server/core/after.h"
#include "proto/json.h"

#include <string.h>

void stream_append(struct hub *hub, const struct stream_row *row)
{
        uint32_t at = associate_find(hub, row->associate);
        if (at == NONE)
                return;
        struct associate *a = &hub->associates[at];
        a->ring[row->seq % STREAM_KEPT] = *row;
        a->seq = row->seq;
        if (a->seq - a->ring_first >= STREAM_KEPT)
                a->ring_first = a->seq - STREAM_KEPT + 1;
        if (row->card > a->last_card)
                a->last_card = row->card;
        if (row->kind == STREAM_RETRACT)
                screens_taken(hub, row->associate, row->card);
}

static void push(struct hub *hub, struct peer *peer, const char *frame, size_t len)
{
        /* The caller made sure of the room. */
        memcpy(hub->out->bytes + hub->out->n_bytes, frame, len);
        struct effect *e = out_effect(hub, EFFECT_PUSH);
        e->push.peer = peer->id;
        e->push.frame = hub->out->bytes + hub->out->n_bytes;
        e->push.len = (uint32_t)len;
        hub->out->n_bytes += (uint32_t)len;
        peer->credit = false;
}

const char *alert_word(enum alert_state state)
{
        switch (state) {
        case ALERT_OFFERED:
                return "offered";
        case ALERT_ACCEPTED:
                return "accepted";
        case ALERT_WITH_HER:
                return "with_her";
        case ALERT_DONE:
        case ALERT_NOBODY:
        case ALERT_CLEARED:
                break;
        }
        return "done";
}

/* What a device that has just dropped all it showed needs of the events up to `resync_to`: each open card
 * once, and the newest event itself, so that it stands where the stream stood and resumes from there ever
 * after. */
static void next_of_resync(const struct hub *hub, const struct peer *peer, struct stream_row *out)
{
        const struct associate *a = &hub->associates[peer->associate];
        const struct visit *of = NULL;
        const struct place_row *oldest = NULL;
        uint32_t live = hub->set.visits_most - hub->n_free_visits;
        for (uint32_t i = 0; i < hub->set.visits_most && live; i++) {
                const struct visit *v = &hub->visits[i];
                live -= v->used;
                const struct place_row *place =
                        v->used && v->durable ? visit_placed(&v->row, a->row.id) : NULL;
                if (place && place->card && place->card_seq > peer->cursor &&
                        place->card_seq < peer->resync_to &&
                        (!oldest || place->card_seq < oldest->card_seq)) {
                        oldest = place;
                        of = v;
                }
        }
        if (oldest)
                *out = (struct stream_row){
                        a->row.id, oldest->card_seq, STREAM_CARD, oldest->card, of->row.id};
        else
                *out = a->ring[peer->resync_to % STREAM_KEPT];
}

/* The next event after the peer's cursor, which stream_pump found to be kept. */
static bool next_event(const struct hub *hub, const struct peer *peer, struct stream_row *out)
{
        const struct associate *a = &hub->associates[peer->associate];
        if (peer->cursor >= a->seq)
                return false;
        if (peer->resyncing)
                next_of_resync(hub, peer, out);
        else
                *out = a->ring[(peer->cursor + 1) % STREAM_KEPT];
        return true;
}

static void push_small(
        struct hub *hub, struct peer *peer, const char *t, const struct stream_row *row, const char *state)
{
        char text[160];
        struct json_out j;
        json_start(&j, text, sizeof(text));
        json_open(&j, NULL, '{');
        json_text(&j, "t", t);
        json_number(&j, "seq", (int64_t)row->seq);
        json_number(&j, "card", row->card);
        if (state)
                json_text(&j, "state", state);
        json_close(&j, '}');
        push(hub, peer, text, j.len);
        if (state && strcmp(state, "done") == 0)
                screens_cleared(hub, peer, row->card); /* the page takes it away by itself */
}

static void released(struct hub *hub, struct pending *p, const struct dossier *d);

/* The dossier is read again, so that the card says what consent and rules allow now. */
static void release(struct hub *hub, struct pending *p)
{
        struct visit *v = &hub->visits[p->visit];
        struct effect load = {.load = {.by = LOAD_BY_PERSON,
                                      .want = WANT_PERSON | WANT_LINES,
                                      .person = v->row.person,
                                      .as_of = v->row.started}}; /* ages stay those of the visit's start */
        pending_load(hub, p, &load, released);
}

void visit_named(struct visit *v, const struct dossier *d)
{
        initials_of(d, v->initials);
        memcpy(v->language, d->person.language, sizeof(v->language));
        v->named = true;
}

bool visit_look(struct hub *hub, struct visit *v, uint32_t associate, const struct dossier *d)
{
        if (!d || !(d->found & DOSSIER_PERSON))
                return false;
        visit_named(v, d);
        if (associate == NONE)
                return false;
        struct seat *seat = visit_seat(v, hub->associates[associate].row.id);
        uint32_t client_of = associate_find(hub, v->row.client_of);
        bool preferred = client_of != NONE && d->person.preferred == v->row.client_of;
        bool hers = preferred && associate == client_of;
        enum seen seen = v->row.seen == VISIT_CHECKED_IN ? SEEN_CHECKED_IN : SEEN_SENSED;
        struct look look = {associate, hers, seen, sizes_ok(hub, d), &v->row, false};
        view_of(hub, d, &look, &seat->view);
        /* An address can be cloned: nothing of hers, until somebody has met her. */
        if (v->row.seen == VISIT_MAY_BE)
                seat->view = (struct view){.presence = seat->view.presence};
        standing_of(hub, associate, client_of, preferred, d->person.id >= 0x80000000u, seat->standing,
                sizeof(seat->standing));
        if (hers && v->row.seen != VISIT_MAY_BE)
                thank_you_say(hub, d, associate, v->row.day, seat->standing, sizeof(seat->standing));
        seat->relation = (uint8_t)((hers ? RELATION_PREFERRED : 0) | RELATION_STORE);
        seat->view_ok = true;
        seat->view_generation = v->generation;
        return true;
}

static void released(struct hub *hub, struct pending *p, const struct dossier *d)
{
        struct visit *v = &hub->visits[p->visit];
        bool same = v->used && v->generation == p->request;
        struct peer *peer = peer_find(hub, p->peer);
        uint32_t viewer = peer && peer->attached ? peer->associate : NONE;
        if (viewer != NONE && !visit_placed(&v->row, hub->associates[viewer].row.id))
                viewer = NONE; /* somebody else has it meanwhile */
        bool looked = same && visit_look(hub, v, viewer, d);
        if (peer)
                peer->loading = false;
        pending_free(hub, p);
        if (peer && (looked || !same || viewer == NONE))
                stream_pump(hub, peer); /* else the next sweep tries again */
}

void card_head_of(const struct visit *v, const struct place_row *place, const struct seat *seat, uint64_t seq,
        struct card_head *out)
{
        *out = (struct card_head){.seq = seq,
                .card = place->card,
                .standing = seat->standing,
                .meet = v->row.meet,
                .seen = v->row.seen == VISIT_CHECKED_IN ? SEEN_CHECKED_IN : SEEN_SENSED,
                .may_be = v->row.seen == VISIT_MAY_BE,
                .age_s = seat->pushed_age_s,
                .answer_within_ms = seat->pushed_left_ms,
                .state = alert_word((enum alert_state)seat->pushed_state)};
}

struct shown *shown_find(struct hub *hub, uint32_t associate, uint32_t card, uint64_t seq)
{
        for (uint32_t i = 0; i < SHOWN_KEPT; i++) {
                uint32_t at = (hub->shown_next + SHOWN_KEPT - 1 - i) % SHOWN_KEPT;
                const struct shown_name *name = &hub->shown_names[at];
                if (name->seq == seq && name->card == card && name->associate == associate)
                        return &hub->shown[at];
        }
        return NULL;
}

/* The place that keeps this push until it is put on her record; a second device's push of the same event
 * shares it. */
struct shown *shown_keep(struct hub *hub, const struct visit *v, const struct place_row *place,
        const struct seat *seat, uint64_t seq)
{
        struct shown *s = shown_find(hub, place->associate, place->card, seq);
        bool recorded = s && s->recorded;
        if (!s)
                s = &hub->shown[hub->shown_next++ % SHOWN_KEPT];
        *s = (struct shown){.associate = place->associate,
                .card = place->card,
                .person = v->row.person,
                .seq = seq,
                .visit = v->row.id,
                .relation = seat->relation,
                .seen = v->row.seen,
                .lines = seat->view.n_lines,
                .rulebook = hub->book_digest,
                .notes = seat->view.notes.n > 0,
                .recorded = recorded};
        hub->shown_names[s - hub->shown] = (struct shown_name){s->associate, s->card, seq};
        return s;
}

static void push_card(
        struct hub *hub, struct peer *peer, struct visit *v, struct seat *seat, const struct stream_row *row)
{
        const struct event *ev = hub->event;
        const struct place_row *place = visit_placed(&v->row, row->associate);
        bool offered = v->row.alert_state == ALERT_OFFERED && v->row.rung != RUNG_ASK;
        int64_t left = v->offer_ends - ev->mono, age = (ev->wall - v->row.started) / SECOND_MS;
        struct presence_view noticed;
        if (v->row.seen != VISIT_CHECKED_IN &&
                presence_look(hub->presence, v->row.person, ev->mono, &noticed))
                age = (ev->mono - noticed.last) / SECOND_MS;
        seat->pushed_state = v->row.alert_state;
        seat->pushed_left_ms = !offered || left <= 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int32_t)left;
        seat->pushed_age_s = age <= 0 ? 0 : age > INT32_MAX ? INT32_MAX : (int32_t)age;
        struct card_head head;
        card_head_of(v, place, seat, row->seq, &head);
        struct shown *shown = shown_keep(hub, v, place, seat, row->seq);
        render(&seat->view, &head, shown->frame);
        push(hub, peer, shown->frame, sizeof(shown->frame));
        screens_shown(hub, peer, v, place->card);
        if (offered && place->card > peer->newest && peer->unpainted == 0)
                peer->unpainted = ev->mono; /* what she has seen before may lie behind another card */
        if (place->card > peer->newest)
                peer->newest = place->card;
        hub->counts.cards++;
}

/* Reads a live visit's dossier, for its card and its name on the board; `peer` (0: nobody) is then pumped. */
void stream_read_again(struct hub *hub, struct visit *v, uint64_t peer_id)
{
        struct pending *p = pending_take(hub, FROM_INSIDE);
        if (!p) {
                struct peer *peer = peer_find(hub, peer_id);
                if (peer)
                        peer->loading = false; /* the next sweep tries again */
                return;
        }
        p->start = release;
        p->peer = peer_id;
        p->visit = visit_slot(hub, v);
        p->request = v->generation;
        release(hub, p);
}

/* False: it must be read first, waits for its tick, or its visit is changing; the pump goes on after that. */
static bool pump_card(struct hub *hub, struct peer *peer, const struct stream_row *row)
{
        struct visit *v = visit_of_card(hub, row->associate, row->card);
        if (!v || memcmp(&v->row.id, &row->visit, sizeof(row->visit)) != 0) {
                push_small(hub, peer, "retract", row, NULL);
                return true;
        }
        if (v->in_flight)
                return false;
        struct seat *seat = visit_seat(v, row->associate);
        if (seat->view_ok && seat->view_generation == v->generation) {
                if (release_held(hub, peer, v, row->seq))
                        return false;
                push_card(hub, peer, v, seat, row);
                return true;
        }
        peer->loading = true;
        stream_read_again(hub, v, peer->id);
        return false;
}

/* The seq from which a fresh device needs the stream: just before its oldest open card. */
static uint64_t snapshot_from(const struct hub *hub, const struct associate *a, uint32_t *open)
{
        uint64_t from = a->seq;
        *open = 0;
        uint32_t live = hub->set.visits_most - hub->n_free_visits;
        for (uint32_t i = 0; i < hub->set.visits_most && live; i++) {
                const struct visit *v = &hub->visits[i];
                live -= v->used;
                const struct place_row *place =
                        v->used && v->durable ? visit_placed(&v->row, a->row.id) : NULL;
                if (!place || place->card == 0)
                        continue;
                (*open)++;
                if (place->card_seq && place->card_seq - 1 < from)
                        from = place->card_seq - 1;
        }
        return from;
}

static void resync(struct hub *hub, struct peer *peer)
{
        uint32_t open = 0;
        char text[200];
        struct json_out j;
        peer->cursor = snapshot_from(hub, &hub->associates[peer->associate], &open);
        peer->resync_to = hub->associates[peer->associate].seq;
        peer->resyncing = peer->cursor < peer->resync_to;
        json_start(&j, text, sizeof(text));
        json_open(&j, NULL, '{');
        json_text(&j, "t", "resync");
        json_text(&j, "epoch", hub->epoch_text);
        json_number(&j, "seq", (int64_t)peer->cursor);
        json_number(&j, "open", open);
        json_close(&j, '}');
        peer_note(hub, peer, text, j.len);
}

/* An offer that stays an offer after "busy": she said that she would wait. */
static const char *state_of(const struct visit *v)
{
        if (!v)
                return "done";
        return v->row.alert_state == ALERT_OFFERED ? "waits"
                                                   : alert_word((enum alert_state)v->row.alert_state);
}

void stream_pump(struct hub *hub, struct peer *peer)
{
        if (!peer->used || !peer->credit || peer->closing || peer->loading)
                return;
        if (!out_room(hub, 2, 0, CARD_FRAME_SIZE + NOTE_MAX)) {
                hub->hurry = true;
                return;
        }
        if (sign_lapsed(hub, peer))
                return;
        if (peer->n_notes) {
                const struct note *note = &hub->notes[peer->notes_first];
                push(hub, peer, note->text, note->len);
                peer_drop_note(hub, peer);
                return;
        }
        char duty[96];
        size_t duty_len;
        if (peer->hello && roster_duty(hub, peer, duty, sizeof(duty), &duty_len)) {
                push(hub, peer, duty, duty_len);
                return;
        }
        if (peer->hello && peer->owes_invites) {
                static const char *const told[] = {
                        "{\"t\":\"invites\",\"on\":false}", "{\"t\":\"invites\",\"on\":true}"};
                peer->invites = house_invites(hub, peer);
                peer->owes_invites = false;
                push(hub, peer, told[peer->invites], strlen(told[peer->invites]));
                return;
        }
        struct stream_row row;
        const struct associate *a = &hub->associates[peer->associate];
        uint64_t needs = peer->resyncing ? peer->resync_to : peer->cursor + 1;
        if (peer->hello && needs < a->ring_first) {
                resync(hub, peer); /* what it missed is no longer kept: it begins again from what is open */
                return;
        }
        if (!peer->hello || !next_event(hub, peer, &row))
                return;
        const struct visit *v = visit_of_card(hub, row.associate, row.card);
        switch ((enum stream_kind)row.kind) {
        case STREAM_CARD:
                if (!pump_card(hub, peer, &row))
                        return;
                break;
        case STREAM_RETRACT:
                push_small(hub, peer, "retract", &row, NULL);
                break;
        case STREAM_STATE:
                push_small(hub, peer, "state", &row, state_of(v));
                break;
        }
        peer->cursor = row.seq;
        if (peer->cursor >= peer->resync_to)
                peer->resyncing = false;
}

void stream_pump_associate(struct hub *hub, uint32_t associate)
{
        for (uint32_t i = hub->associates[associate].first_peer; i != NONE; i = hub->peers[i].next)
                stream_pump(hub, &hub->peers[i]);
}

static void write_welcome(struct hub *hub, struct peer *peer, bool resume)
{
        static const char *const roles[] = {"associate", "trainee", "manager"};
        const struct associate *a = &hub->associates[peer->associate];
        char text[NOTE_MAX];
        struct json_out j;
        json_start(&j, text, sizeof(text));
        json_open(&j, NULL, '{');
        json_text(&j, "t", "welcome");
        json_text(&j, "epoch", hub->epoch_text);
        json_number(&j, "seq", (int64_t)a->seq);
        json_open(&j, "you", '{');
        json_text(&j, "name", a->row.first);
        json_text(&j, "role", a->row.role < ARRAY_LEN(roles) ? roles[a->row.role] : roles[0]);
        json_open(&j, "departments", '[');
        for (uint32_t i = 0, n = 0; i < DEPARTMENT_COUNT && n < 4; i++) {
                if (!(a->row.departments & (1u << i)))
                        continue;
                json_text(&j, NULL, hub->departments[i]);
                n++;
        }
        json_close(&j, ']');
        json_flag(&j, "practised", a->row.practised);
        peer->invites = house_invites(hub, peer);
        peer->owes_invites = false;
        json_flag(&j, "invites", peer->invites);
        json_close(&j, '}');
        json_text(&j, "store", hub->store_name);
        json_flag(&j, "resume", resume);
        json_number(&j, "ping_s", 20);
        json_number(&j, "back_ms", people_back_ms(hub));
        json_number(&j, "idle_s",
                hub->set.pins && peer->face == FACE_HANDHELD ? hub->set.idle_ms / SECOND_MS : 0);
        json_close(&j, '}');
        peer_note(hub, peer, text, j.len);
}

void stream_begin(struct hub *hub, struct peer *peer)
{
        const struct associate *a = &hub->associates[peer->associate];
        bool resume = strcmp(peer->hello_epoch, hub->epoch_text) == 0 && peer->hello_seq <= a->seq &&
                      peer->hello_seq + 1 >= a->ring_first;
        if (peer->bare) /* its own word: an epoch may also have been forgotten here */
                screens_empty(hub, peer);
        peer->bare = false;
        peer->cursor = peer->hello_seq;
        peer->next_card = hub->event->mono + hub->set.release_tick_ms;
        write_welcome(hub, peer, resume);
        roster_welcome(hub, peer);
        if (!resume && !peer->closing)
                resync(hub, peer);
        peer->hello = true;
        stream_pump(hub, peer);
}
