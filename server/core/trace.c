#include "server/core/trace.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <inttypes.h>
#include <string.h>

struct text {
        char *at;
        size_t len, room;
};

__attribute__((format(printf, 2, 3))) static void say(struct text *t, const char *format, ...)
{
        va_list list;
        va_start(list, format);
        int n = vsnprintf(t->at + t->len, t->room - t->len, format, list);
        va_end(list);
        if (n > 0)
                t->len = t->len + (size_t)n < t->room ? t->len + (size_t)n : t->room - 1;
}

/* Eight hex digits stand for bytes that a trace must not show but must tell apart. */
static const char *mark(const void *bytes, size_t len, char out[9])
{
        static const char hex[] = "0123456789abcdef";
        uint8_t hash[16];
        crypto_generichash(hash, sizeof(hash), bytes, len, NULL, 0);
        for (int i = 0; i < 4; i++) {
                out[2 * i] = hex[hash[i] >> 4];
                out[2 * i + 1] = hex[hash[i] & 15];
        }
        out[8] = 0;
        return out;
}

static void say_request(struct text *t, const struct event *ev)
{
        char m[9];
        say(t, "request %" PRIx64 " %s token=%s", ev->request.request,
                message_info(ev->request.message->type)->name,
                ev->request.has_token ? mark(&ev->request.token, sizeof(ev->request.token), m) : "none");
        say(t, ev->request.has_key ? " key=%s\n" : "\n", mark(&ev->request.key, sizeof(ev->request.key), m));
}

static void say_loaded(struct text *t, uint32_t ticket, const struct dossier *d)
{
        char m[9];
        if (d)
                say(t, "loaded %x found=%x lines=%u %s\n", ticket, d->found, d->n_lines,
                        mark(d, d->size_bytes, m));
        else
                say(t, "loaded %x nothing\n", ticket);
}

static void say_event(struct text *t, const struct event *ev)
{
        say(t, "%" PRId64 " %" PRId64 " ", ev->mono, ev->wall);
        switch (ev->kind) {
        case EVENT_START:
                say(t, "start associates=%u visits=%u stream=%u\n", ev->start.snapshot->roster->n_associates,
                        ev->start.snapshot->n_visits, ev->start.snapshot->n_stream);
                return;
        case EVENT_ROSTER:
                say(t, "roster associates=%u\n", ev->roster.roster->n_associates);
                return;
        case EVENT_REQUEST:
                say_request(t, ev);
                return;
        case EVENT_PEER_OPENED:
                say(t, "peer %" PRIu64 " opened\n", ev->peer_opened.peer);
                return;
        case EVENT_PEER_MESSAGE:
                say(t, "peer %" PRIu64 " says %s\n", ev->peer_message.peer,
                        message_info(ev->peer_message.message->type)->name);
                return;
        case EVENT_AGENT_MESSAGE:
                say(t, "agent %" PRIu64 " says %s\n", ev->agent_message.peer,
                        ev->agent_message.message ? agent_info(ev->agent_message.message->type)->name
                                                  : "nothing");
                return;
        case EVENT_PEER_READY:
                say(t, "peer %" PRIu64 " ready\n", ev->peer_ready.peer);
                return;
        case EVENT_PEER_CLOSED:
                say(t, "peer %" PRIu64 " closed\n", ev->peer_closed.peer);
                return;
        case EVENT_LOADED:
                say_loaded(t, ev->loaded.ticket, ev->loaded.dossier);
                return;
        case EVENT_COMMITTED:
                say(t, "committed %x\n", ev->committed.ticket);
                return;
        case EVENT_COMMIT_FAILED:
                say(t, "commit failed %x\n", ev->commit_failed.ticket);
                return;
        case EVENT_PROVED:
                say(t, "proved %x right=%d step=%" PRId64 "\n", ev->proved.ticket, ev->proved.result.right,
                        ev->proved.result.step);
                return;
        case EVENT_VERIFIED:
                say(t, "verified %" PRIu64 " right=%d\n", ev->verified.peer, ev->verified.right);
                return;
        case EVENT_LEAK_CHECK:
                say(t, "leak-check %" PRIu32 " of %" PRIu32 "\n", ev->leak_check.found, ev->leak_check.pairs);
                return;
        case EVENT_VERDICT:
                say(t, "verdict %x refused=%u version=%u base=%u wider=%" PRIu64 "\n", ev->verdict.ticket,
                        ev->verdict.verdict->refused, ev->verdict.verdict->row.version,
                        ev->verdict.verdict->base, ev->verdict.verdict->wider);
                return;
        case EVENT_MINE:
                say(t, "mine %x known=%d asked=%u\n", ev->mine.ticket, ev->mine.mine.known,
                        ev->mine.mine.asked);
                return;
        case EVENT_TICK:
                say(t, "tick\n");
                return;
        }
}

static const char *const write_words[] = {[WRITE_GUEST] = "guest",
        [WRITE_ENROL] = "enrol",
        [WRITE_SESSION] = "session",
        [WRITE_LINK] = "link",
        [WRITE_LINK_USED] = "link-used",
        [WRITE_CONSENT] = "consent",
        [WRITE_RECEIPT] = "receipt",
        [WRITE_PREFERRED] = "preferred",
        [WRITE_LINE_CHOICE] = "line-choice",
        [WRITE_VISIT] = "visit",
        [WRITE_STREAM] = "stream",
        [WRITE_OFFER] = "offer",
        [WRITE_DISCLOSURE] = "disclosure",
        [WRITE_CLEARED] = "cleared",
        [WRITE_THANKS] = "thanks",
        [WRITE_DEVICE] = "device",
        [WRITE_DEVICES] = "devices",
        [WRITE_SENSOR] = "sensor",
        [WRITE_CLAIMED] = "claimed",
        [WRITE_REQUEST] = "request",
        [WRITE_RENEWAL] = "renewal",
        [WRITE_MANAGER] = "manager",
        [WRITE_MANAGER_GONE] = "manager-gone",
        [WRITE_NOTICE] = "notice",
        [WRITE_REMEMBER] = "remember",
        [WRITE_SESSION_SEEN] = "session-seen",
        [WRITE_PIN] = "pin",
        [WRITE_PIN_GONE] = "pin-gone",
        [WRITE_SIGN_IN] = "sign-in",
        [WRITE_SIGN_OUT] = "sign-out",
        [WRITE_SIGN_TRIES] = "sign-tries",
        [WRITE_SIGN_LIFE] = "sign-life",
        [WRITE_SESSION_END] = "session-end",
        [WRITE_SHIFT] = "shift",
        [WRITE_PRACTISED] = "practised",
        [WRITE_THANK_YOU] = "thank-you",
        [WRITE_NOTE] = "note",
        [WRITE_NOTES_GONE] = "notes-gone",
        [WRITE_HOUSE] = "house",
        [WRITE_LOOKS] = "looks",
        [WRITE_KEEP] = "keep",
        [WRITE_FIRST_STEP] = "first-step",
        [WRITE_WALKIN] = "walkin",
        [WRITE_BOOK] = "book"};

static void say_visit(struct text *t, const struct live_visit_row *v)
{
        say(t, "(state=%u alert=%u rung=%s", v->state, v->alert_state, rung_word((enum rung)v->rung));
        for (uint32_t i = 0; i < v->n_places; i++)
                say(t, " %u:%u:%" PRIu64, v->places[i].associate, v->places[i].card, v->places[i].card_seq);
        say(t, ")");
}

static void say_write(struct text *t, const struct write *w)
{
        say(t, " %s", w->kind < ARRAY_LEN(write_words) && write_words[w->kind] ? write_words[w->kind] : "?");
        if (w->kind == WRITE_VISIT)
                say_visit(t, &w->visit);
        if (w->kind == WRITE_STREAM)
                say(t, "(associate=%u seq=%" PRIu64 " kind=%u card=%u)", w->stream.row.associate,
                        w->stream.row.seq, w->stream.row.kind, w->stream.row.card);
        if (w->kind == WRITE_BOOK)
                say(t, "(version=%u state=%u base=%u)", w->book.row.version, w->book.row.state,
                        w->book.row.base);
        if (w->kind == WRITE_CONSENT)
                say(t, "(purpose=%u category=%u state=%u mode=%u)", w->consent.row.purpose,
                        w->consent.row.category, w->consent.row.state, w->consent.row.mode);
}

static void say_effect(struct text *t, const struct effects *effects, const struct effect *e)
{
        char m[9];
        switch (e->kind) {
        case EFFECT_LOAD:
                say(t, "  load %x by=%u want=%x assume=%x\n", e->load.ticket, e->load.by, e->load.want,
                        e->load.assume);
                return;
        case EFFECT_COMMIT:
                say(t, "  commit %x", e->commit.ticket);
                for (uint32_t i = 0; i < e->commit.n; i++)
                        say_write(t, &effects->writes[e->commit.first + i]);
                say(t, "\n");
                return;
        case EFFECT_ANSWER:
                say(t, "  answer %" PRIx64 " %u cookie=%u %u %s\n", e->answer.request, e->answer.status,
                        e->answer.cookie, e->answer.len,
                        e->answer.untold ? "untold" : mark(e->answer.body, e->answer.len, m));
                return;
        case EFFECT_PROVE:
                say(t, "  prove %x what=%u\n", e->prove.ticket, e->prove.what);
                return;
        case EFFECT_VERIFY:
                say(t, "  verify %" PRIu64 "\n", e->verify.peer);
                return;
        case EFFECT_LAB:
                say(t, "  lab %" PRIx64 " %s what=%u version=%u\n", e->lab.request,
                        message_info(e->lab.type)->name, e->lab.what, e->lab.version);
                return;
        case EFFECT_NUMBERS:
                say(t, "  numbers %s\n", e->numbers.associate ? "of her own" : "of the store");
                return;
        case EFFECT_FIRST:
                say(t, "  first %s\n", e->first.import ? "import" : "told");
                return;
        case EFFECT_BOOK:
                say(t, "  book %u\n", e->book.version);
                return;
        case EFFECT_ROSTER:
                say(t, "  roster\n");
                return;
        case EFFECT_RECEIPT:
                say(t, "  receipt %" PRIx64 " ask=%u\n", e->receipt.request, e->receipt.wanted.ask);
                return;
        case EFFECT_HOUSE:
                say(t, "  house %" PRIx64 " ask=%u\n", e->house.request, e->house.wanted->ask);
                return;
        case EFFECT_SHIFTS:
                say(t, "  shifts %" PRIx64 "\n", e->shifts.request);
                return;
        case EFFECT_PUSH:
                say(t, "  push %" PRIu64 " %u %s\n", e->push.peer, e->push.len,
                        mark(e->push.frame, e->push.len, m));
                return;
        case EFFECT_CLOSE:
                say(t, "  close %" PRIu64 " %u\n", e->close.peer, e->close.code);
                return;
        }
}

size_t trace_step(const struct event *event, const struct effects *effects, char *out, size_t room)
{
        struct text t = {out, 0, room};
        say_event(&t, event);
        for (uint32_t i = 0; i < effects->n; i++)
                say_effect(&t, effects, &effects->list[i]);
        return t.len;
}
