/* The rules in force, and how they change.
 *
 *   a message of the lab -> may she? -> LAB: it answers, or (what changes the rules) gives its verdict
 *   VERDICT -> refused, or COMMIT -> COMMITTED: the book is swapped, if one was published -> LAB answers
 *
 * One request that changes the rules is on its way at a time, so what it was compared with is still live when
 * it is durable. From the swap on no view that was made before counts (generations), and every open card is
 * pushed anew, also where nothing in it changed: so a change tells nobody what it hides. The cards go one
 * commit a stream after another; those whose stream is busy wait in a ring. When the last is durable, that is
 * remembered: a start that does not know it makes them all anew, whatever the clock says about which is
 * older.
 */
#include "server/core/state.h"
#include "server/core/manager.h"
#include "proto/json.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define RENEW_LOOK 256 /* entries of the ring that one step looks at */
#define ME_BYTES   1500

/* ---- who may, and what for ---- */
static enum manager_may need_of(enum message_type type)
{
        if (type == MESSAGE_RULES_PROPOSE || type == MESSAGE_RULES_PUBLISH || type == MESSAGE_RULES_ROLLBACK)
                return MAY_PUBLISH;
        return type == MESSAGE_RULES_WITHDRAW ? MAY_CHANGE : MAY_LOOK;
}

static enum lab_what what_of(enum message_type type)
{
        if (type == MESSAGE_RULES)
                return LAB_TELL_ALL;
        if (type == MESSAGE_RULES_VERSION)
                return LAB_TELL_TEXT;
        if (type == MESSAGE_RULES_JOB)
                return LAB_JOB;
        return need_of(type) == MAY_LOOK ? LAB_OP : LAB_JUDGE;
}

static uint32_t version_of(const struct message *m)
{
        if (m->type == MESSAGE_RULES_VERSION)
                return (uint32_t)m->rules_version.version;
        if (m->type == MESSAGE_RULES_WITHDRAW)
                return (uint32_t)m->rules_withdraw.version;
        if (m->type == MESSAGE_RULES_PUBLISH)
                return (uint32_t)m->rules_publish.version;
        if (m->type == MESSAGE_RULES_ROLLBACK)
                return (uint32_t)m->rules_rollback.version;
        return 0;
}

/* ---- to the lab ---- */
/* The operator has no session, and needs none. */
static void write_me(struct hub *hub, const struct pending *p, struct json_out *j)
{
        uint32_t who = p->by == BOOK_BY_OPERATOR ? NONE : associate_find(hub, p->by);
        if (who != NONE) {
                manager_write_me(hub, p, j, NULL, who);
                return;
        }
        json_open(j, NULL, '{');
        json_text(j, "you", "operator");
        json_flag(j, "enrolled", true);
        json_number(j, "stepped_up_s", STEPPED_UP_MS / SECOND_MS);
        json_close(j, '}');
}

static struct effect *to_lab(struct hub *hub, struct pending *p, enum lab_what what, uint32_t version)
{
        struct effect *e = out_room(hub, 1, 0, ME_BYTES) ? out_effect(hub, EFFECT_LAB) : NULL;
        if (!e) {
                out_refuse(hub, p, 503, "busy", "We are very busy just now.", "Try again in a moment.");
                return NULL;
        }
        e->lab.request = p->request;
        e->lab.what = what;
        e->lab.type = p->message.type;
        e->lab.version = version;
        e->lab.who = p->by;
        if (what == LAB_TELL_ALL) {
                struct json_out j;
                char *at = hub->out->bytes + hub->out->n_bytes;
                json_start(&j, at, ME_BYTES);
                write_me(hub, p, &j);
                e->lab.me = at;
                e->lab.me_len = (uint32_t)j.len;
                hub->out->n_bytes += (uint32_t)j.len;
        }
        return e;
}

/* The lab answers; nothing is left to do here. */
static void tell(struct hub *hub, struct pending *p, enum lab_what what, uint32_t version)
{
        if (to_lab(hub, p, what, version))
                pending_free(hub, p);
}

static void allowed(struct hub *hub, struct pending *p)
{
        enum lab_what what = what_of(p->message.type);
        uint32_t version = version_of(&p->message);
        if (what != LAB_JUDGE) {
                tell(hub, p, what, version);
                return;
        }
        if (hub->book_changing) {
                pending_wait(hub, p);
                return;
        }
        struct effect *e = to_lab(hub, p, LAB_JUDGE, version);
        if (!e)
                return;
        e->lab.ticket = pending_ticket(hub, p);
        p->stage = STAGE_JUDGED;
        p->changes_book = hub->book_changing = true;
}

static void asked(struct hub *hub, struct pending *p, const struct dossier *d)
{
        uint32_t who = manager_may(hub, p, d, need_of(p->message.type));
        if (who == NONE)
                return;
        p->by = hub->associates[who].row.id;
        allowed(hub, p);
}

void book_ask(struct hub *hub, struct pending *p)
{
        struct effect load = {.load = {.by = LOAD_BY_TOKEN, .key = p->token}};
        if (p->face == FACE_OPERATOR) {
                p->by = BOOK_BY_OPERATOR;
                allowed(hub, p);
        } else if (p->has_token) {
                pending_load(hub, p, &load, asked);
        } else {
                asked(hub, p, NULL);
        }
}

/* A repeat is told how it stands now; which version was made stands where others keep what they made. */
void book_again(struct hub *hub, struct pending *p, const struct dossier *d)
{
        uint32_t who = manager_may(hub, p, d, MAY_LOOK), version;
        if (who == NONE)
                return;
        p->by = hub->associates[who].row.id;
        memcpy(&version, p->first.made.b, sizeof(version));
        tell(hub, p, p->message.type == MESSAGE_RULES_PUBLISH ? LAB_TELL_ALL : LAB_TELL_VERSION, version);
}

/* ---- the verdict ---- */
static void not_proposed(struct hub *hub, struct pending *p)
{
        out_refuse(hub, p, 409, "not_proposed", "This version is not a proposal any more.",
                "Look at the list of versions again.");
}

static void write_row(struct pending *p, const struct book_row *row, struct slice text)
{
        struct write *w = pending_write(p, WRITE_BOOK);
        w->book.row = *row;
        w->book.text = text;
}

static void kept(struct hub *hub, struct pending *p)
{
        tell(hub, p, LAB_TELL_VERSION, p->book_row.version);
}

/* What the request made, for its repeats. */
static void remember(struct pending *p, uint32_t version)
{
        p->has_made = true;
        memset(&p->made, 0, sizeof(p->made));
        memcpy(p->made.b, &version, sizeof(version));
}

static void keep(struct hub *hub, struct pending *p, const struct book_verdict *v, const char *why)
{
        if (hub->book && memcmp(&v->row.sha256, &hub->book_digest, sizeof(v->row.sha256)) == 0) {
                out_refuse(hub, p, 409, "same", "These are the rules that are in force.",
                        "Change something first.");
                return;
        }
        p->book_row = v->row;
        p->book_row.state = BOOK_PROPOSED;
        p->book_row.base = v->base;
        p->book_row.wider = v->wider;
        p->book_row.narrower = v->narrower;
        p->book_row.by = p->by;
        p->book_row.at = hub->event->wall;
        memset(p->book_row.why, 0, sizeof(p->book_row.why));
        memcpy(p->book_row.why, why, strnlen(why, sizeof(p->book_row.why) - 1));
        write_row(p, &p->book_row, v->text);
        remember(p, p->book_row.version);
        pending_commit(hub, p, kept);
}

static void withdraw(struct hub *hub, struct pending *p, const struct book_verdict *v)
{
        if (v->row.state != BOOK_PROPOSED) {
                not_proposed(hub, p);
                return;
        }
        p->book_row = v->row;
        p->book_row.state = BOOK_WITHDRAWN;
        write_row(p, &p->book_row, (struct slice){"", 0});
        remember(p, p->book_row.version);
        pending_commit(hub, p, kept);
}

static void compared_anew(struct hub *hub, struct pending *p)
{
        out_refuse(hub, p, 409, "live_changed", "Other rules have come into force since this was proposed.",
                "Look again at what it changes, then publish.");
}

static void published(struct hub *hub, struct pending *p);

/* Everything is right with it: from COMMITTED on it is the book. */
static void publish(struct hub *hub, struct pending *p, const struct book_verdict *v)
{
        struct rulebook_error error;
        p->book = rulebook_parse(v->text, &error);
        struct digest digest = p->book ? rulebook_digest(p->book) : (struct digest){0};
        if (memcmp(&digest, &v->row.sha256, sizeof(digest)) != 0) {
                out_refuse(hub, p, 503, "damaged", "The text of this version cannot be trusted any more.",
                        "Propose it anew.");
                return;
        }
        struct book_row past = hub->book_row;
        past.state = BOOK_PAST;
        p->book_row = v->row;
        p->book_row.state = BOOK_LIVE;
        p->book_row.wider = v->wider;
        p->book_row.narrower = v->narrower;
        p->book_row.approved_by = p->by;
        p->book_row.published = hub->event->wall;
        if (past.version)
                write_row(p, &past, (struct slice){"", 0});
        write_row(p, &p->book_row, (struct slice){"", 0});
        remember(p, p->book_row.version);
        pending_commit(hub, p, published);
}

static void judge_publish(struct hub *hub, struct pending *p, const struct book_verdict *v)
{
        char hex[2 * sizeof(v->row.sha256.b) + 1];
        sodium_bin2hex(hex, sizeof(hex), v->row.sha256.b, sizeof(v->row.sha256.b));
        if (v->row.state != BOOK_PROPOSED) {
                not_proposed(hub, p);
        } else if (strcmp(hex, p->message.rules_publish.sha256) != 0) {
                out_refuse(hub, p, 409, "other_text", "That is not the text of this version.",
                        "Look at the version again, then publish.");
        } else if (v->row.base != v->base) {
                p->book_row = v->row;
                p->book_row.base = v->base;
                p->book_row.wider = v->wider;
                p->book_row.narrower = v->narrower;
                write_row(p, &p->book_row, (struct slice){"", 0});
                p->has_key = false; /* a refusal is not kept: with the same key she publishes it next */
                pending_commit(hub, p, compared_anew);
        } else if (v->wider > 0 && v->row.by == p->by) {
                out_refuse(hub, p, 409, "second_manager", "This shows more than before, to somebody.",
                        "Another manager must look at it and publish it.");
        } else {
                publish(hub, p, v);
        }
}

void book_verdict(struct hub *hub)
{
        const struct book_verdict *v = hub->event->verdict.verdict;
        struct pending *p = pending_by_ticket(hub, hub->event->verdict.ticket);
        if (!p || p->stage != STAGE_JUDGED)
                return;
        if (v->refused) {
                hub->counts.refused++;
                out_answer(hub, p, v->refused, v->body, v->len);
                return;
        }
        if (p->message.type == MESSAGE_RULES_PUBLISH)
                judge_publish(hub, p, v);
        else if (p->message.type == MESSAGE_RULES_WITHDRAW)
                withdraw(hub, p, v);
        else if (p->message.type == MESSAGE_RULES_ROLLBACK)
                keep(hub, p, v, p->message.rules_rollback.why);
        else
                keep(hub, p, v, p->message.rules_propose.why);
}

void book_release(struct hub *hub, struct pending *p)
{
        rulebook_destroy(p->book);
        p->book = NULL;
        if (!p->changes_book)
                return;
        p->changes_book = hub->book_changing = false;
        if (hub->waiting_first != NONE)
                hub->hurry = true; /* perhaps another waits for this */
}

/* ---- the swap ---- */
static void renew_later(struct hub *hub, uint32_t slot)
{
        if (hub->renewing[slot])
                return;
        hub->renewing[slot] = true;
        hub->renew[(hub->renew_first + hub->n_renew++) % hub->set.visits_most] = slot;
}

static void swap(struct hub *hub, struct rulebook *book, const struct book_row *row)
{
        rulebook_destroy(hub->own_book);
        hub->book = hub->own_book = book;
        hub->book_digest = book ? rulebook_digest(book) : (struct digest){0};
        hub->book_row = *row;
        for (uint32_t i = 0; i < hub->set.visits_most; i++) {
                struct visit *v = &hub->visits[i];
                v->generation++; /* no view of before counts */
                if (v->used)
                        renew_later(hub, i);
        }
        struct effect *e = out_effect(hub, EFFECT_BOOK);
        if (e)
                e->book.version = row->version;
}

static void published(struct hub *hub, struct pending *p)
{
        struct rulebook *book = p->book;
        p->book = NULL;
        swap(hub, book, &p->book_row);
        tell(hub, p, LAB_TELL_ALL, p->book_row.version);
        hub->hurry = true; /* the open cards follow at once */
}

void book_start(struct hub *hub, const struct snapshot *s)
{
        struct rulebook_error error;
        if (!s->has_book)
                return;
        struct rulebook *book =
                s->book_text ? rulebook_parse((struct slice){s->book_text, s->book_len}, &error) : NULL;
        if (book && memcmp(rulebook_digest(book).b, s->book.sha256.b, sizeof(s->book.sha256.b)) != 0) {
                rulebook_destroy(book);
                book = NULL;
        }
        swap(hub, book, &s->book);
        hub->n_renew = 0;
        for (uint32_t i = 0; i < hub->set.visits_most; i++) {
                hub->renewing[i] = false;
                if (hub->visits[i].used && (!book || s->remembered.renewed != s->book.version))
                        renew_later(hub, i);
        }
}

/* ---- open cards, anew ---- */
static void renewed(struct hub *hub, struct pending *p)
{
        hub->n_renewals--;
        pending_free(hub, p);
}

void book_renew_again(struct hub *hub, uint32_t visit)
{
        hub->n_renewals--;
        renew_later(hub, visit); /* the next sweep tries */
}

/* Cards that are made while no book can be trusted hide everything: when it is sound again they are made
 * anew. */
uint32_t book_renewed(const struct hub *hub)
{
        bool all = hub->n_renew == 0 && hub->n_renewals == 0;
        return !hub->book ? 0 : all ? hub->book_row.version : hub->remember.now.renewed;
}

/* False: something about it is on its way. */
static bool renew_one(struct hub *hub, struct visit *v, uint32_t slot)
{
        if (!v->used || (v->durable && (v->row.state != VISIT_OPEN || v->row.n_places == 0)))
                return true; /* no screen has it */
        bool busy = v->in_flight || !v->durable;
        for (uint32_t i = 0; i < v->row.n_places; i++) {
                uint32_t at = associate_find(hub, v->row.places[i].associate);
                busy |= at != NONE && hub->associates[at].in_flight;
        }
        if (busy)
                return false;
        struct pending *p = pending_take(hub, FROM_INSIDE);
        if (!p)
                return false;
        p->start = pending_free;
        p->renews = true;
        p->visit = slot;
        p->row = v->row;
        visit_renew_card(hub, p);
        for (uint32_t i = 0; i < p->n_writes; i++)
                if (p->writes[i].kind == WRITE_STREAM)
                        p->writes[i].stream.anew = true;
        visit_write(p);
        hub->n_renewals++;
        pending_commit(hub, p, renewed);
        return true;
}

void book_renew(struct hub *hub)
{
        uint32_t look = hub->n_renew < RENEW_LOOK ? hub->n_renew : RENEW_LOOK;
        for (uint32_t turns = 0; look; look--) {
                if (turns == STEP_TURNS || !out_room(hub, 4, PENDING_WRITES, 8 * 1024)) {
                        hub->hurry = true;
                        return;
                }
                uint32_t slot = hub->renew[hub->renew_first];
                hub->renew_first = (hub->renew_first + 1) % hub->set.visits_most;
                hub->n_renew--;
                if (!hub->renewing[slot])
                        continue;
                hub->renewing[slot] = false;
                if (renew_one(hub, &hub->visits[slot], slot))
                        turns++;
                else
                        renew_later(hub, slot);
        }
}

void hub_live(const struct hub *hub, struct hub_live *out)
{
        *out = (struct hub_live){
                .book = hub->book, .version = hub->book_row.version, .sha256 = hub->book_digest};
}
