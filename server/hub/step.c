/* Feeds the core one event and carries out its effects, in their order. */
#include "server/hub/loop_state.h"

#include "server/common/ids.h"
#include "server/common/log.h"
#include "server/rulebook/render.h"

#include <string.h>

void loop_end(struct loop *l, int result)
{
        if (!l->stop)
                l->result = result;
        l->stop = true;
}

/* ---- effects ---- */
static void fail_later(struct loop *l, enum event_kind kind, uint32_t ticket)
{
        if (l->n_failed < FAILED_MOST) {
                l->failed[l->n_failed].kind = kind;
                l->failed[l->n_failed++].ticket = ticket;
        }
}

void loop_to_front(struct loop *l, enum link_type type, uint8_t a, uint16_t b, uint64_t id, const void *part1,
        size_t len1, const void *part2, size_t len2)
{
        if (link_queue_put(&l->out, type, a, b, id, part1, len1, part2, len2) != 0) {
                LOG(LOG_ERROR, "link", "the front takes nothing; starting both again");
                loop_end(l, LOOP_FRONT_LOST);
        }
}

static void send_answer(struct loop *l, const struct effect *e)
{
        if (e->answer.request & FROM_CONTROL) {
                control_answer(l->control, e->answer.request & ~FROM_CONTROL, e->answer.status,
                        e->answer.body, e->answer.len);
                return;
        }
        uint8_t head[4 + 32];
        uint32_t age_s =
                e->answer.cookie == COOKIE_KEEP ? e->answer.retry_s : (uint32_t)e->answer.cookie_age_s;
        for (int i = 0; i < 4; i++)
                head[i] = (uint8_t)(age_s >> (8 * i));
        memcpy(head + 4, e->answer.token.b, 32);
        uint8_t a = (uint8_t)((unsigned)e->answer.cookie | (unsigned)e->answer.cookie_kind << 4);
        loop_to_front(l, LINK_ANSWER, a, e->answer.status, e->answer.request, head, sizeof(head),
                e->answer.body, e->answer.len);
        ids_wipe(head, sizeof(head));
}

void loop_answer(void *loop, uint64_t request, uint16_t status, const char *json, size_t len)
{
        struct effect e = {.kind = EFFECT_ANSWER,
                .answer = {.request = request, .status = status, .body = json, .len = (uint32_t)len}};
        send_answer(loop, &e);
}

void loop_verdict(void *loop, uint32_t ticket, const struct book_verdict *verdict)
{
        struct event ev = {.kind = EVENT_VERDICT, .verdict = {ticket, verdict}};
        loop_step(loop, &ev);
}

static const char busy[] = "{\"error\":\"busy\",\"say\":\"The hub has too much to do right now.\","
                           "\"do\":\"Try again in a moment.\"}";

void loop_mine(void *loop, uint32_t ticket, const struct mine *mine)
{
        struct event ev = {.kind = EVENT_MINE, .mine = {ticket, *mine}};
        loop_step(loop, &ev);
}

void loop_request(struct loop *l, struct event *ev)
{
        bool known = ev->request.face == FACE_OPERATOR ||
                     (ev->request.has_token && hub_knows_console(l->hub, &ev->request.token));
        if (lab_keep(l->lab, ev->request.request, ev->request.message, known) == 0 &&
                intake_keep(l->intake, ev->request.request, ev->request.message, known) == 0)
                loop_step(l, ev);
        else
                loop_answer(l, ev->request.request, 503, busy, sizeof busy - 1);
}

static void ask_lab(struct loop *l, const struct effect *e)
{
        struct hub_live live;
        wall_ms now = clock_wall(l->options->clock);
        hub_live(l->hub, &live);
        lab_begin(l->lab, e, &live, l->roster, now, clock_store_day(now));
}

static void tell_shifts(struct loop *l, const struct effect *e)
{
        wall_ms now = clock_wall(l->options->clock);
        if (store_report(l->store, e->shifts.request, REPORT_ROSTER, e->shifts.day, now) != 0)
                loop_answer(l, e->shifts.request, 503, busy, sizeof busy - 1);
}

static void tell_first(struct loop *l, const struct effect *e)
{
        wall_ms now = clock_wall(l->options->clock);
        if (e->first.import)
                intake_begin(l->intake, e, now);
        else if (store_report(l->store, e->first.request, REPORT_FIRST, "", now) != 0)
                loop_answer(l, e->first.request, 503, busy, sizeof busy - 1);
}

static void tell_receipts(struct loop *l, const struct effect *e)
{
        if (store_receipts(l->store, e->receipt.request, &e->receipt.wanted) != 0)
                loop_answer(l, e->receipt.request, 503, busy, sizeof busy - 1);
}

static void tell_house(struct loop *l, const struct effect *e)
{
        if (store_house(l->store, e->house.request, e->house.wanted) != 0)
                loop_answer(l, e->house.request, 503, busy, sizeof busy - 1);
}

static void ask_numbers(struct loop *l, const struct effect *e)
{
        wall_ms now = clock_wall(l->options->clock);
        if (weekly_ask(l->weekly, e, now, clock_store_day(now)) == 0)
                return;
        if (e->numbers.associate)
                fail_later(l, EVENT_MINE, e->numbers.ticket);
        else
                loop_answer(l, e->numbers.request, 503, busy, sizeof busy - 1);
}

/* At once: it takes a fraction of a millisecond, and thousands may come back after a start. */
static void verify(struct loop *l, const struct effect *e)
{
        enum verified result = verify_signature(&e->verify.key, &e->verify.said, e->verify.signature);
        l->verified = (struct event){.kind = EVENT_VERIFIED,
                .verified = {e->verify.peer, result == VERIFIED_RIGHT, result == VERIFIED_NOT}};
        l->has_verified = true;
}

static void say_book(struct loop *l)
{
        struct hub_live live;
        hub_live(l->hub, &live);
        if (live.book)
                LOG(LOG_NOTE, "rules", "these rules are in force", log_num("version", live.version));
        else
                LOG(LOG_ERROR, "rules",
                        "no rules that can be trusted: nothing is shown to anybody; publish a version");
}

static void carry_out(struct loop *l)
{
        for (uint32_t i = 0; i < l->effects.n; i++) {
                const struct effect *e = &l->effects.list[i];
                switch (e->kind) {
                case EFFECT_LOAD:
                        if (store_load(l->store, e->load.ticket, e) != 0)
                                fail_later(l, EVENT_LOADED, e->load.ticket);
                        break;
                case EFFECT_COMMIT:
                        if (store_commit(l->store, e->commit.ticket, l->effects.writes + e->commit.first,
                                    e->commit.n) != 0)
                                fail_later(l, EVENT_COMMIT_FAILED, e->commit.ticket);
                        break;
                case EFFECT_PROVE:
                        if (prove_submit(l->prove, &l->effects.list[i]) != 0)
                                fail_later(l, EVENT_PROVED, e->prove.ticket);
                        break;
                case EFFECT_VERIFY:
                        verify(l, e);
                        break;
                case EFFECT_ANSWER:
                        lab_forget(l->lab, e->answer.request);
                        intake_forget(l->intake, e->answer.request);
                        send_answer(l, e);
                        break;
                case EFFECT_LAB:
                        ask_lab(l, e);
                        break;
                case EFFECT_NUMBERS:
                        ask_numbers(l, e);
                        break;
                case EFFECT_FIRST:
                        tell_first(l, e);
                        break;
                case EFFECT_BOOK:
                        say_book(l);
                        break;
                case EFFECT_ROSTER: /* if the queue is full the core asks again */
                        store_roster(l->store, 0, clock_wall(l->options->clock));
                        break;
                case EFFECT_SHIFTS:
                        tell_shifts(l, e);
                        break;
                case EFFECT_HOUSE:
                        tell_house(l, e);
                        break;
                case EFFECT_RECEIPT:
                        tell_receipts(l, e);
                        break;
                case EFFECT_PUSH:
                        loop_to_front(l, LINK_PUSH, e->push.len == CARD_FRAME_SIZE ? LINK_REPLIED : 0, 0,
                                e->push.peer, e->push.frame, e->push.len, NULL, 0);
                        break;
                case EFFECT_CLOSE:
                        loop_to_front(l, LINK_CLOSE, 0, e->close.code, e->close.peer, e->close.reason,
                                strlen(e->close.reason), NULL, 0);
                        break;
                }
        }
}

/* ---- events ---- */
/* Only what can begin something needs fresh ids; the others would pay for random bytes that nobody looks at.
 */
static bool begins(enum event_kind kind)
{
        return kind == EVENT_REQUEST || kind == EVENT_PEER_OPENED || kind == EVENT_PEER_MESSAGE ||
               kind == EVENT_TICK || kind == EVENT_COMMITTED || kind == EVENT_VERDICT;
}

static void stamp(struct loop *l, struct event *ev)
{
        ev->mono = clock_mono();
        ev->wall = clock_wall(l->options->clock);
        ev->day = clock_store_day(ev->wall);
        ev->day_minute = clock_store_minute(ev->wall);
        if (!begins(ev->kind))
                return;
        ids_draw_uuids(&l->stock, ev->wall, ev->fresh.id, FRESH_IDS);
        ids_draw(&l->stock, ev->fresh.secret, sizeof ev->fresh.secret);
}

static void step_once(struct loop *l, struct event *ev)
{
        stamp(l, ev);
        if (l->journal && journal_write(l->journal, ev) != 0) {
                LOG(LOG_ERROR, "journal",
                        "the journal could not be written; free some space or run without --journal");
                loop_end(l, LOOP_JOURNAL);
        }
        hub_step(l->hub, ev, &l->effects);
        if (l->trace) {
                size_t len = trace_step(ev, &l->effects, l->trace_text, sizeof(l->trace_text));
                fwrite(l->trace_text, 1, len, l->trace);
                fflush(l->trace);
        }
        carry_out(l);
        ids_wipe(l->effects.writes, l->effects.n_writes * sizeof(l->effects.writes[0]));
        ids_wipe(&ev->fresh, sizeof(ev->fresh));
}

void loop_step(struct loop *l, struct event *ev)
{
        step_once(l, ev);
        if (l->has_verified) {
                l->has_verified = false;
                struct event verified = l->verified;
                step_once(l, &verified);
        }
        while (l->n_failed) {
                uint32_t ticket = l->failed[--l->n_failed].ticket;
                struct event failed = {.kind = l->failed[l->n_failed].kind};
                if (failed.kind == EVENT_LOADED)
                        failed.loaded.ticket = ticket;
                else if (failed.kind == EVENT_MINE)
                        failed.mine.ticket = ticket;
                else if (failed.kind == EVENT_PROVED)
                        failed.proved = (typeof(failed.proved)){.ticket = ticket, .result = {.busy = true}};
                else
                        failed.commit_failed.ticket = ticket;
                step_once(l, &failed);
        }
}
