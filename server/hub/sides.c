/* What comes to the hub from its three sides: the front's frames, the store's answers, the operator's
 * requests. */
#include "server/hub/loop_state.h"

#include "proto/json.h"
#include "server/common/ids.h"
#include "server/common/log.h"
#include "server/common/pin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the front ---- */
static bool take_message(struct loop *l, const uint8_t *bytes, size_t len, struct message *out)
{
        if (message_unpack(bytes, len, out) == 0)
                return true;
        LOG(LOG_ERROR, "link", "the front sent a message that cannot be one");
        loop_end(l, LOOP_FRONT_LOST);
        return false;
}

/* What stands before the message of a REQUEST: who asks, under which key, from which station (link/frame.h).
 */
static struct event request_of(const struct link_frame *f, const struct message *m)
{
        struct event ev = {.kind = EVENT_REQUEST};
        const uint8_t *at = f->body;
        ev.request.request = f->id;
        ev.request.face = (enum face)f->b;
        ev.request.message = m;
        ev.request.has_token = (f->a & LINK_HAS_TOKEN) != 0;
        memcpy(ev.request.token.b, at, sizeof ev.request.token.b);
        at += sizeof ev.request.token.b;
        ev.request.has_key = (f->a & LINK_HAS_KEY) != 0;
        memcpy(ev.request.key.b, at, sizeof ev.request.key.b);
        at += sizeof ev.request.key.b;
        ev.request.gpc = (f->a & LINK_HAS_GPC) != 0;
        ev.request.has_station = (f->a & LINK_HAS_STATION) != 0;
        memcpy(ev.request.station, at, sizeof ev.request.station);
        return ev;
}

/* The front names one of the list that both were given: what a page says of itself stays there. */
static const char *origin_of(const struct loop *l, uint16_t which)
{
        const struct loop_options *o = l->options;
        return which == 0 ? o->origin : which < o->n_origins ? o->origins[which] : NULL;
}

static void from_front(struct loop *l, const struct link_frame *f)
{
        struct event ev = {0};
        struct message m;
        struct agent_message agent;
        struct agent_fault fault;
        const char *origin;
        switch (f->type) {
        case LINK_REQUEST:
                if (f->len < LINK_WHO_SIZE || (f->id & FROM_CONTROL) || f->b == FACE_OPERATOR ||
                        !take_message(l, f->body + LINK_WHO_SIZE, f->len - LINK_WHO_SIZE, &m))
                        break;
                if (message_info(m.type)->how == HOW_CONTROL || message_info(m.type)->how == HOW_SOCKET) {
                        loop_end(l, LOOP_FRONT_LOST); /* no page can ask for what only the operator may */
                        break;
                }
                ev = request_of(f, &m);
                loop_request(l, &ev);
                ids_wipe(&m, sizeof m); /* a password, or a one-time link's secret */
                return;
        case LINK_OPENED:
                if (f->len != 32 || !(origin = origin_of(l, f->b)))
                        break;
                ev.kind = EVENT_PEER_OPENED;
                snprintf(ev.peer_opened.origin, sizeof ev.peer_opened.origin, "%s", origin);
                ev.peer_opened.peer = f->id;
                ev.peer_opened.face = (enum face)f->a;
                memcpy(ev.peer_opened.token.b, f->body, 32);
                loop_step(l, &ev);
                return;
        case LINK_MESSAGE:
                if (!take_message(l, f->body, f->len, &m) || message_info(m.type)->how != HOW_SOCKET)
                        break;
                ev.kind = EVENT_PEER_MESSAGE;
                ev.peer_message.peer = f->id;
                ev.peer_message.message = &m;
                loop_step(l, &ev);
                ids_wipe(&m, sizeof m); /* a PIN */
                return;
        case LINK_AGENT:
                ev.kind = EVENT_AGENT_MESSAGE;
                ev.agent_message.peer = f->id;
                if (agent_decode(AGENT_BY_AGENT, (struct slice){(const char *)f->body, f->len}, &agent,
                            &fault) == 0)
                        ev.agent_message.message = &agent;
                loop_step(l, &ev);
                return;
        case LINK_READY:
                ev.kind = EVENT_PEER_READY;
                ev.peer_ready.peer = f->id;
                loop_step(l, &ev);
                return;
        case LINK_CLOSED:
                ev.kind = EVENT_PEER_CLOSED;
                ev.peer_closed.peer = f->id;
                loop_step(l, &ev);
                return;
        case LINK_HELLO:
        case LINK_ANSWER:
        case LINK_PUSH:
        case LINK_CLOSE:
                break;
        }
        LOG(LOG_ERROR, "link", "the front sent a frame that is not its to send");
        loop_end(l, LOOP_FRONT_LOST);
}

void loop_read_front(struct loop *l)
{
        size_t room, len;
        uint8_t *at = link_queue_room(&l->in, &room);
        ssize_t n = read(l->link_fd, at, room);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
                loop_end(l, LOOP_FRONT_LOST);
                return;
        }
        if (n < 0)
                return;
        link_queue_filled(&l->in, (size_t)n);
        for (;;) {
                struct link_frame frame;
                const uint8_t *bytes = link_queue_waiting(&l->in, &len);
                int64_t size = link_read(bytes, len, &frame);
                if (size == 0 || l->stop)
                        return;
                if (size < 0) {
                        LOG(LOG_ERROR, "link", "the front sent bytes that are no frame");
                        loop_end(l, LOOP_FRONT_LOST);
                        return;
                }
                from_front(l, &frame);
                link_queue_drop(&l->in, (size_t)size);
        }
}

void loop_write_front(struct loop *l)
{
        size_t len;
        const uint8_t *bytes = link_queue_waiting(&l->out, &len);
        if (len == 0)
                return;
        ssize_t n = write(l->link_fd, bytes, len);
        if (n > 0)
                link_queue_drop(&l->out, (size_t)n);
        else if (n < 0 && errno != EAGAIN && errno != EINTR)
                loop_end(l, LOOP_FRONT_LOST);
}

/* ---- the store ---- */
static void roster_again(struct loop *l, struct roster *roster)
{
        struct event ev = {.kind = EVENT_ROSTER, .roster = {roster}};
        loop_step(l, &ev);
        free(l->roster);
        l->roster = roster;
}

static void answer_page(struct loop *l, const struct store_answer *a)
{
        static const char unread[] =
                "{\"error\":\"not_read\",\"say\":\"We could not look that up just now.\","
                "\"do\":\"Try again in a moment.\"}";
        size_t len = a->text ? strlen(a->text) : 0;
        if (a->result == 0 && len > 0 && len < LINK_BODY_MAX - 64)
                loop_answer(l, a->tag, 200, a->text, len);
        else
                loop_answer(l, a->tag, 503, unread, sizeof unread - 1);
}

static void answer_receipts(struct loop *l, const struct store_answer *a)
{
        static const char none[] = "{\"error\":\"no_receipt\",\"say\":\"There is no such receipt for this "
                                   "phone.\",\"do\":\"Look at the list of your receipts.\"}";
        if (a->result == 0 && !a->text)
                loop_answer(l, a->tag, 404, none, sizeof none - 1);
        else
                answer_page(l, a);
}

/* Of the operator's socket, or of a console. */
static void answer_import(struct loop *l, const struct store_answer *a, control_request request)
{
        static const char full[] = "{\"error\":\"not_saved\",\"say\":\"The batch could not "
                                   "be written: the disk is full.\","
                                   "\"do\":\"Free some space and run the same import again; "
                                   "rows already in stay as they are.\"}";
        if (!(a->tag & FROM_CONTROL)) {
                if (intake_stored(l->intake, a))
                        store_roster(l->store, 0, clock_wall(l->options->clock));
        } else if (a->result == 0) {
                control_imported(l->control, request, a->batch);
        } else {
                control_answer(l->control, request, 503, full, sizeof(full) - 1);
        }
}

static void take_answer(struct loop *l, struct store_answer *a)
{
        struct event ev = {0};
        control_request request = a->tag & ~(FROM_CONTROL | FROM_STATUS);
        static const char empty[] = "{}";
        const char *text = a->text ? a->text : empty;
        if (a->result < 0) {
                LOG(LOG_ERROR, "store",
                        "a flush failed: what is on disk is unknown; the hub starts again from it");
                loop_end(l, LOOP_DISK);
                return;
        }
        switch (a->kind) {
        case STORE_LOAD:
                ev.kind = EVENT_LOADED;
                ev.loaded.ticket = (uint32_t)a->tag;
                ev.loaded.dossier = a->result == 0 ? a->dossier : NULL;
                loop_step(l, &ev);
                return;
        case STORE_COMMIT:
                ev.kind = a->result == 0 ? EVENT_COMMITTED : EVENT_COMMIT_FAILED;
                ev.committed.ticket = (uint32_t)a->tag;
                loop_step(l, &ev);
                return;
        case STORE_ROSTER:
                if (a->result == 0 && a->roster) {
                        roster_again(l, a->roster);
                        a->roster = NULL;
                }
                if (a->tag & FROM_CONTROL)
                        control_answer(l->control, request, a->result == 0 ? 200 : 503, text, strlen(text));
                return;
        case STORE_IMPORT:
                answer_import(l, a, request);
                return;
        case STORE_BOOKS:
                lab_books(l->lab, a);
                return;
        case STORE_NUMBERS:
                weekly_counted(l->weekly, a);
                return;
        case STORE_HOUSE:
        case STORE_RECEIPTS:
                answer_receipts(l, a);
                return;
        case STORE_REPORT:
        case STORE_BACKUP:
                if (!(a->tag & FROM_CONTROL)) { /* a page's: EFFECT_SHIFTS */
                        answer_page(l, a);
                        return;
                }
                if (a->kind == STORE_REPORT && (a->tag & FROM_STATUS)) {
                        loop_status(l, text, l->trace_text, sizeof(l->trace_text));
                        text = l->trace_text;
                }
                control_answer(l->control, request,
                        a->result == 0 ? 200
                        : a->text      ? 404
                                       : 503,
                        text, strlen(text));
                return;
        case STORE_SURVEY: /* answered to the lab's thread */
                return;
        }
}

void loop_drain_prove(struct loop *l)
{
        struct prove_done done;
        while (!l->stop && prove_take(l->prove, &done)) {
                struct event ev = {.kind = EVENT_PROVED, .proved = {done.ticket, done.result}};
                loop_step(l, &ev);
                ids_wipe(&ev, sizeof ev);
                ids_wipe(&done, sizeof done);
        }
}

static void take_answers(struct loop *l)
{
        struct store_answer *next;
        for (struct store_answer *a = store_answers(l->store); a; a = next) {
                next = a->next;
                if (!l->stop)
                        take_answer(l, a);
                store_answer_free(a);
        }
}

void loop_drain_store(struct loop *l)
{
        uint64_t count;
        if (read(l->store_fd, &count, sizeof(count)) < 0 && errno != EAGAIN)
                loop_end(l, LOOP_FAILED);
        take_answers(l);
}

/* A check-in is a look-up, then a commit: what is answered may ask for the next. */
void loop_help_store(struct loop *l)
{
        int i = 0;
        for (; i < HELP_TURNS_MOST && store_help(l->store, &l->store_next_us); i++)
                take_answers(l);
        if (i == HELP_TURNS_MOST) /* what the last answers asked for nobody has looked at */
                l->store_next_us = 0;
}

/* ---- the operator ---- */
static void busy_answer(struct loop *l, control_request request)
{
        static const char busy[] = "{\"error\":\"busy\",\"say\":\"The hub has too much to do right "
                                   "now.\",\"do\":\"Try again in a moment.\"}";
        control_answer(l->control, request, 503, busy, sizeof(busy) - 1);
}

static void on_hello(void *ctx, struct json_out *out)
{
        struct loop *l = ctx;
        json_text(out, "store", l->options->config->store_id);
        json_text(out, "zone", l->options->config->store_zone);
        json_number(out, "now_ms", clock_wall(l->options->clock));
        uint8_t pin[PIN_BYTES];
        char hex[2 * PIN_BYTES + 1];
        if (l->options->certificate && pin_of_certificate(l->options->certificate, pin) == 0) {
                for (size_t i = 0; i < PIN_BYTES; i++)
                        snprintf(hex + 2 * i, 3, "%02x", pin[i]);
                json_text(out, "pin", hex);
        }
        json_text(out, "receipt_key", l->receipt_key);
        json_open(out, "zones", '{');
        for (uint32_t i = 0; l->roster && i < l->roster->n_zones; i++)
                json_text(out, l->roster->zones[i].external, l->roster->zones[i].zone);
        json_close(out, '}');
}

static void on_call(void *ctx, control_request request, const struct message *message)
{
        struct event ev = {.kind = EVENT_REQUEST,
                .request = {.request = request | FROM_CONTROL, .face = FACE_OPERATOR, .message = message}};
        loop_request(ctx, &ev);
}

static void on_import(void *ctx, control_request request, struct import_batch *batch)
{
        struct loop *l = ctx;
        batch->now = clock_wall(l->options->clock);
        if (store_import(l->store, request | FROM_CONTROL, batch) != 0) {
                import_batch_free(batch);
                busy_answer(l, request);
        }
}

static void on_report(void *ctx, control_request request, const char *what, const char *subject)
{
        struct loop *l = ctx;
        if (strcmp(what, "canary") == 0) {
                loop_leak_asked(l, request);
                return;
        }
        if (strcmp(what, "metrics") == 0) {
                loop_metrics(l, request);
                return;
        }
        enum store_report report = strcmp(what, "preferred") == 0       ? REPORT_PREFERRED
                                   : strcmp(what, "shifts") == 0        ? REPORT_SHIFTS
                                   : strcmp(what, "associates") == 0    ? REPORT_PEOPLE
                                   : strcmp(what, "shown") == 0         ? REPORT_SHOWN
                                   : strcmp(what, "shown_check") == 0   ? REPORT_SHOWN_CHECK
                                   : strcmp(what, "preferred_all") == 0 ? REPORT_PREFERRED_ALL
                                                                        : REPORT_STATUS;
        uint64_t tag = request | FROM_CONTROL | (report == REPORT_STATUS ? FROM_STATUS : 0);
        if (store_report(l->store, tag, report, subject, clock_wall(l->options->clock)) != 0)
                busy_answer(l, request);
}

static void on_backup(void *ctx, control_request request, const char *path)
{
        struct loop *l = ctx;
        if (store_backup(l->store, request | FROM_CONTROL, path) != 0)
                busy_answer(l, request);
}

static void on_roster(void *ctx, control_request request)
{
        struct loop *l = ctx;
        if (store_roster(l->store, request | FROM_CONTROL, clock_wall(l->options->clock)) != 0)
                busy_answer(l, request);
}

void loop_operator_calls(struct loop *l, struct control_calls *out)
{
        *out = (struct control_calls){.ctx = l,
                .hello = on_hello,
                .call = on_call,
                .import = on_import,
                .report = on_report,
                .backup = on_backup,
                .roster = on_roster};
}
