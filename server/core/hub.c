#include "server/core/after.h"
#include "server/core/hold.h"
#include "server/core/papers.h"
#include "server/core/state.h"

#include <stdlib.h>
#include <string.h>

static uint32_t *free_list(uint32_t most, uint32_t *n)
{
        uint32_t *list = malloc(most * sizeof(*list));
        if (!list)
                return NULL;
        for (uint32_t i = 0; i < most; i++)
                list[i] = most - 1 - i; /* slot 0 is taken first, which makes traces easy to read */
        *n = most;
        return list;
}

struct hub *hub_create(const struct hub_settings *settings, const struct rulebook *book)
{
        struct hub *hub = calloc(1, sizeof(*hub));
        if (!hub)
                return NULL;
        hub->set = *settings;
        if (hub->set.most_per_hour > BUDGET_MOST)
                hub->set.most_per_hour = BUDGET_MOST;
        if (hub->set.pending_most > 0xffff)
                hub->set.pending_most = 0xffff;
        hub->book = book;
        if (book)
                hub->book_digest = rulebook_digest(book);
        hub->associates = calloc(ROSTER_MAX, sizeof(*hub->associates));
        hub->visits = calloc(hub->set.visits_most, sizeof(*hub->visits));
        hub->peers = calloc(hub->set.peers_most, sizeof(*hub->peers));
        hub->pending = calloc(hub->set.pending_most, sizeof(*hub->pending));
        hub->notes = calloc(NOTES_MOST, sizeof(*hub->notes));
        hub->shown = calloc(SHOWN_KEPT, sizeof(*hub->shown));
        hub->renew = calloc(hub->set.visits_most, sizeof(*hub->renew));
        hub->renewing = calloc(hub->set.visits_most, sizeof(*hub->renewing));
        hub->free_visits = free_list(hub->set.visits_most, &hub->n_free_visits);
        hub->free_peers = free_list(hub->set.peers_most, &hub->n_free_peers);
        hub->free_pending = free_list(hub->set.pending_most, &hub->n_free_pending);
        hub->around = calloc(1, reach_around_bytes());
        hub->presence = presence_create(&hub->set.presence);
        hub->screens = screens_create();
        hub->retractions = retractions_create();
        hub->walkin = walkin_create();
        bool ok = hub->presence && devices_create(hub) && managers_create(hub) && sign_create(hub) &&
                  notices_create(hub) && roster_create(hub) && hub->screens && hub->retractions &&
                  hub->walkin && hub->around && hub->associates && hub->visits && hub->peers &&
                  hub->pending && hub->notes && hub->shown && hub->renew && hub->renewing &&
                  hub->free_visits && hub->free_peers && hub->free_pending &&
                  index_init(&hub->by_associate, ROSTER_MAX) == 0 &&
                  index_init(&hub->by_person, hub->set.visits_most) == 0 &&
                  index_init(&hub->by_card, hub->set.visits_most * LADDER_PLACES) == 0 &&
                  index_init(&hub->by_peer, hub->set.peers_most) == 0 &&
                  index_init(&hub->by_changing, hub->set.pending_most) == 0 &&
                  index_init(&hub->by_request, hub->set.pending_most) == 0;
        if (!ok) {
                hub_destroy(hub);
                return NULL;
        }
        for (uint32_t i = 0; i < NOTES_MOST; i++)
                hub->notes[i].next = i + 1 < NOTES_MOST ? i + 1 : NONE;
        hub->waiting_first = hub->waiting_last = NONE;
        hub->sweep_at = hub->release_at = INT64_MAX;
        house_begin(hub);
        return hub;
}

void hub_destroy(struct hub *hub)
{
        if (!hub)
                return;
        presence_destroy(hub->presence);
        devices_destroy(hub);
        managers_destroy(hub);
        sign_destroy(hub);
        notices_destroy(hub);
        roster_destroy(hub);
        screens_free(hub->screens);
        retractions_free(hub->retractions);
        walkin_free(hub->walkin);
        free(hub->around);
        free(hub->associates);
        free(hub->visits);
        free(hub->peers);
        for (uint32_t i = 0; hub->pending && i < hub->set.pending_most; i++)
                rulebook_destroy(hub->pending[i].book);
        rulebook_destroy(hub->own_book);
        free(hub->pending);
        free(hub->notes);
        free(hub->shown);
        free(hub->renew);
        free(hub->renewing);
        free(hub->free_visits);
        free(hub->free_peers);
        free(hub->free_pending);
        index_finish(&hub->by_associate);
        index_finish(&hub->by_person);
        index_finish(&hub->by_card);
        index_finish(&hub->by_peer);
        index_finish(&hub->by_changing);
        index_finish(&hub->by_request);
        free(hub);
}

static const first_step entries[MESSAGE_TYPE_COUNT] = {
        [MESSAGE_PAIR] = link_pair,
        [MESSAGE_LOOK] = join_look,
        [MESSAGE_JOIN] = join_join,
        [MESSAGE_NOW] = customer_now,
        [MESSAGE_AGENT_PAIR] = agent_pair,
        [MESSAGE_ARRIVE] = customer_arrive,
        [MESSAGE_HERE] = customer_here,
        [MESSAGE_NOTICE] = customer_notice,
        [MESSAGE_TELL] = customer_tell,
        [MESSAGE_NOT_TODAY] = customer_not_today,
        [MESSAGE_STOP] = customer_stop,
        [MESSAGE_LEAVING] = customer_leaving,
        [MESSAGE_THANKS] = customer_thanks,
        [MESSAGE_MY_CARD] = customer_card,
        [MESSAGE_STRIKE] = customer_strike,
        [MESSAGE_SHARE] = customer_share,
        [MESSAGE_NOTES] = customer_notes,
        [MESSAGE_LOOKS] = customer_looks,
        [MESSAGE_NOTING] = customer_noting,
        [MESSAGE_NOTE_STRIKE] = customer_note_strike,
        [MESSAGE_PAUSE] = hold_pause,
        [MESSAGE_WALKED] = walkin_walked,
        [MESSAGE_RECEIPTS] = receipt_list,
        [MESSAGE_RECEIPT] = receipt_one,
        [MESSAGE_RECEIPT_KEY] = receipt_key,
        [MESSAGE_TILL_INVITE] = link_till_invite,
        [MESSAGE_CODE] = sign_code,
        [MESSAGE_PIN] = sign_pin,
        [MESSAGE_CHOOSE] = sign_choose,
        [MESSAGE_AWAKE] = sign_awake,
        [MESSAGE_LEAVE] = sign_leave,
        [MESSAGE_RENDERED] = handheld_rendered,
        [MESSAGE_CLEARED] = handheld_cleared,
        [MESSAGE_ACCEPT] = handheld_reply,
        [MESSAGE_WITH_HER] = handheld_reply,
        [MESSAGE_BUSY] = handheld_reply,
        [MESSAGE_NOT_HERE] = handheld_reply,
        [MESSAGE_HAND_OVER] = handheld_hand_over,
        [MESSAGE_COLLEAGUES] = handheld_colleagues,
        [MESSAGE_ITS_HER] = sensed_its_her,
        [MESSAGE_DONE] = handheld_reply,
        [MESSAGE_REMEMBER] = handheld_remember,
        [MESSAGE_SALES] = handheld_sales,
        [MESSAGE_INVITE] = handheld_invite,
        [MESSAGE_PRACTISED] = practice_done,
        [MESSAGE_MINE] = numbers_mine_asked,
        [MESSAGE_BOARD] = board_board,
        [MESSAGE_NUMBERS] = numbers_asked,
        [MESSAGE_ME] = manager_me,
        [MESSAGE_HANDHELDS] = console_handhelds,
        [MESSAGE_RETRACTIONS] = retractions_asked,
        [MESSAGE_REVOKE] = console_revoke,
        [MESSAGE_UNLOCK] = console_revoke,
        [MESSAGE_PIN_CLEAR] = console_revoke,
        [MESSAGE_HOLD] = hold_desk,
        [MESSAGE_ENROL_BEGIN] = manager_enrol_begin,
        [MESSAGE_ENROL] = manager_enrol,
        [MESSAGE_SIGN_IN] = manager_sign_in,
        [MESSAGE_SIGN_OUT] = manager_sign_out,
        [MESSAGE_STEP_UP] = manager_step_up,
        [MESSAGE_ACCEPT_NOTICE] = customer_accept_notice,
        [MESSAGE_NOTICES] = operator_notices,
        [MESSAGE_NOTICE_ADD] = operator_notice_add,
        [MESSAGE_MANAGERS] = operator_managers,
        [MESSAGE_MANAGER_RESET] = operator_manager_reset,
        [MESSAGE_ROSTER] = roster_day,
        [MESSAGE_SHIFT_PUT] = roster_shift_put,
        [MESSAGE_SHIFT_DROP] = roster_shift_drop,
        [MESSAGE_HOUSE] = house_all,
        [MESSAGE_HOUSE_COUNT] = house_count,
        [MESSAGE_HOUSE_SET] = house_set,
        [MESSAGE_SIGN_TEXT] = papers_sign_text,
        [MESSAGE_RECORD] = papers_record,
        [MESSAGE_FIRST] = first_told,
        [MESSAGE_FIRST_AT] = first_at,
        [MESSAGE_IMPORT] = first_import,
        [MESSAGE_PAIR_LINK] = first_pair_link,
        [MESSAGE_WALKIN] = walkin_told,
        [MESSAGE_WALKIN_START] = walkin_start,
        [MESSAGE_RULES] = book_ask,
        [MESSAGE_RULES_VERSION] = book_ask,
        [MESSAGE_RULES_CHECK] = book_ask,
        [MESSAGE_RULES_CARDS] = book_ask,
        [MESSAGE_RULES_DIFF] = book_ask,
        [MESSAGE_RULES_REPLAY] = book_ask,
        [MESSAGE_RULES_JOB] = book_ask,
        [MESSAGE_RULES_PROPOSE] = book_ask,
        [MESSAGE_RULES_WITHDRAW] = book_ask,
        [MESSAGE_RULES_PUBLISH] = book_ask,
        [MESSAGE_RULES_ROLLBACK] = book_ask,
        [MESSAGE_MAKE_LINK] = link_make,
        [MESSAGE_MAKE_TOKEN] = link_token,
        [MESSAGE_MAKE_AGENT] = operator_agent,
        [MESSAGE_AGENTS] = operator_agents,
        [MESSAGE_AGENT_REVOKE] = operator_agent_revoke,
        [MESSAGE_AGENT_ZONE] = operator_agent_zone,
        [MESSAGE_SESSIONS] = operator_sessions,
        [MESSAGE_SESSION_REVOKE] = operator_session_revoke,
        [MESSAGE_SESSION_UNLOCK] = operator_session_unlock,
        [MESSAGE_PIN_GONE] = operator_pin_clear,
        [MESSAGE_MAKE_DEVICE] = operator_device,
        [MESSAGE_PREVIEW] = operator_preview,
};

static void refuse_full(struct hub *hub, uint64_t request)
{
        static const char body[] = "{\"error\":\"busy\",\"say\":\"We are very busy just now.\","
                                   "\"do\":\"Try again in a moment.\"}";
        hub->counts.refused++;
        struct effect *e = out_effect(hub, EFFECT_ANSWER);
        if (e) {
                e->answer.request = request;
                e->answer.status = 503;
                e->answer.body = body;
                e->answer.len = sizeof(body) - 1;
        }
}

/* A message's first step, as soon as nobody else is answering the same request. */
static void enter(struct hub *hub, struct pending *p)
{
        if (request_claim(hub, p))
                entries[p->message.type](hub, p);
        else
                pending_wait(hub, p);
}

/* Takes a message up; `hub->event` says who asked. */
static void begin(struct hub *hub, enum origin origin, const struct message *m)
{
        const struct event *ev = hub->event;
        first_step entry = (unsigned)m->type < MESSAGE_TYPE_COUNT ? entries[m->type] : NULL;
        struct pending *p = entry ? pending_take(hub, origin) : NULL;
        if (!p) {
                if (origin == FROM_REQUEST)
                        refuse_full(hub, ev->request.request);
                return;
        }
        p->message = *m;
        p->start = enter;
        if (origin == FROM_REQUEST) {
                p->request = ev->request.request;
                p->has_token = ev->request.has_token;
                p->token = ev->request.token;
                p->face = ev->request.face;
                p->gpc = ev->request.gpc;
                p->has_station = ev->request.has_station;
                memcpy(p->station, ev->request.station, sizeof(p->station));
                if (ev->request.has_key)
                        request_take_key(hub, p, &ev->request.key);
        } else {
                p->peer = ev->peer_message.peer;
                struct peer *peer = peer_find(hub, p->peer);
                p->has_token = true;
                p->token = peer->token;
        }
        message_drop_bulk(&p->message); /* it is the sender's, for this step */
        enter(hub, p);
}

void handheld_message(struct hub *hub)
{
        const struct message *m = hub->event->peer_message.message;
        struct peer *peer = peer_find(hub, hub->event->peer_message.peer);
        if (!peer || peer->closing)
                return;
        if (m->type == MESSAGE_WALKIN_SEEN) { /* no card was painted, and nobody has touched it [P156] */
                walkin_seen(hub, peer, (uint32_t)m->walkin_seen.test);
                return;
        }
        peer->unpainted = 0;
        peer->silent = false; /* whatever it says, it is there */
        if (m->type == MESSAGE_HELLO) {
                if (peer->locked && !m->hello.epoch[0])
                        screens_empty(hub, peer);
                if (peer->has_hello)
                        return;
                peer->has_hello = true;
                peer->bare = !m->hello.epoch[0];
                memcpy(peer->hello_epoch, m->hello.epoch, sizeof(peer->hello_epoch));
                peer->hello_seq = (uint64_t)m->hello.seq;
                if (peer->attached)
                        stream_begin(hub, peer);
                return;
        }
        if (m->type == MESSAGE_PROOF) {
                proof_said(hub, peer, &m->proof);
                return;
        }
        if (peer->locked && m->type != MESSAGE_PIN && m->type != MESSAGE_CHOOSE)
                return; /* said before it heard of that */
        if (!peer->hello && !peer->locked) {
                peer->closing = true;
                out_close(hub, peer->id, 4400, "say hello first");
                return;
        }
        if (sign_lapsed(hub, peer))
                return;
        sign_life(hub, peer, m->type);
        if (peer->face == FACE_CONSOLE)
                console_touch(hub, &peer->token);
        begin(hub, FROM_PEER, m);
}

static void step_loaded(struct hub *hub, const struct event *event)
{
        struct pending *p = pending_by_ticket(hub, event->loaded.ticket);
        if (!p || p->stage != STAGE_LOADING)
                return;
        if (event->loaded.dossier) {
                if (!request_judge(hub, p, event->loaded.dossier))
                        p->loaded(hub, p, event->loaded.dossier);
                return;
        }
        if (p->origin == FROM_INSIDE)
                p->loaded(hub, p, NULL);
        else
                out_refuse(hub, p, 503, "not_read", "We could not look that up just now.",
                        "Try again in a moment.");
}

static void step_tick(struct hub *hub)
{
        bool hurried = hub->hurry;
        hub->hurry = false;
        bool sweep = hub->event->mono >= hub->sweep_at;
        if (sweep) {
                hub->sweep_at = hub->event->mono + SWEEP_MS;
                devices_day(hub);
                roster_sweep(hub);
                visit_sweep(hub);
                sensed_sweep(hub);
                agents_sweep(hub);
                managers_sweep(hub);
                sign_sweep(hub);
                remember_sweep(hub);
                noted_sweep(hub);
                keep_sweep(hub);
                walkin_sweep(hub);
        }
        release_due(hub);
        if (hurried)
                pending_run_waiting(hub);
        /* With each sweep too: a card whose dossier could not be read is tried again, and none waits for
         * ever. */
        if ((hurried || sweep) && hub->n_renew)
                book_renew(hub);
        for (uint32_t i = 0; (hurried || sweep) && i < hub->n_associates; i++)
                if (hub->associates[i].first_peer != NONE)
                        stream_pump_associate(hub, i);
}

static void step_ready(struct hub *hub, uint64_t id)
{
        struct peer *peer = peer_find(hub, id);
        if (peer) {
                peer->credit = true;
                stream_pump(hub, peer);
        } else {
                agent_ready(hub, id);
        }
}

static void step_closed(struct hub *hub, uint64_t id)
{
        struct peer *peer = peer_find(hub, id);
        if (peer)
                peer_release(hub, peer);
        else
                agent_closed(hub, id);
}

/* What is counted of today begins anew with each day. */
static void count_day(struct hub *hub)
{
        if (hub->today.day == hub->event->day)
                return;
        hub->today.day = hub->event->day;
        hub->today.arrivals = hub->today.met = hub->today.nobody = 0;
}

void hub_step(struct hub *hub, const struct event *event, struct effects *effects)
{
        effects->n = effects->n_writes = effects->n_bytes = effects->n_house = 0;
        hub->event = event;
        hub->out = effects;
        hub->taken_in_step = 0;
        count_day(hub);
        switch (event->kind) {
        case EVENT_START:
                start_hub(hub, event->start.snapshot);
                break;
        case EVENT_ROSTER:
                start_roster(hub, event->roster.roster);
                handheld_roster(hub);
                managers_roster(hub);
                break;
        case EVENT_REQUEST:
                begin(hub, FROM_REQUEST, event->request.message);
                break;
        case EVENT_PEER_OPENED:
                if (event->peer_opened.face == FACE_AGENT)
                        agent_opened(hub);
                else
                        handheld_opened(hub);
                break;
        case EVENT_AGENT_MESSAGE:
                agent_message(hub);
                break;
        case EVENT_PEER_MESSAGE:
                handheld_message(hub);
                break;
        case EVENT_PEER_READY:
                step_ready(hub, event->peer_ready.peer);
                break;
        case EVENT_PEER_CLOSED:
                step_closed(hub, event->peer_closed.peer);
                break;
        case EVENT_LOADED:
                step_loaded(hub, event);
                break;
        case EVENT_COMMITTED:
                pending_committed(hub, event->committed.ticket, true);
                break;
        case EVENT_COMMIT_FAILED:
                pending_committed(hub, event->commit_failed.ticket, false);
                break;
        case EVENT_PROVED:
                manager_proved(hub, event);
                break;
        case EVENT_VERIFIED:
                proof_verified(hub);
                break;
        case EVENT_LEAK_CHECK:
                remember_leak_check(hub, &event->leak_check);
                break;
        case EVENT_VERDICT:
                book_verdict(hub);
                break;
        case EVENT_MINE:
                numbers_mine_counted(hub);
                break;
        case EVENT_TICK:
                step_tick(hub);
                break;
        }
        hub->event = NULL;
        hub->out = NULL;
}

mono_ms hub_deadline(const struct hub *hub)
{
        mono_ms next = hub->sweep_at < hub->release_at ? hub->sweep_at : hub->release_at;
        return hub->hurry ? INT64_MIN : next;
}
