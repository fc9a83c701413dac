#include "server/hub/store/commit.h"

#include <errno.h>
#include <string.h>

#include "server/common/ids.h"
#include "server/common/log.h"
#include "server/hub/store/after.h"
#include "server/hub/store/managers.h"
#include "server/hub/store/house.h"
#include "server/hub/store/keep.h"
#include "server/hub/store/noted.h"
#include "server/hub/store/notices.h"
#include "server/hub/store/pins.h"
#include "server/hub/store/receipts.h"
#include "server/hub/store/remembered.h"
#include "server/hub/store/requests.h"
#include "server/hub/store/rulebook.h"
#include "server/hub/store/sensors.h"
#include "server/hub/store/shifts.h"
#include "server/hub/store/words.h"

static bool is_zero(const struct uuid *id)
{
        static const struct uuid zero;
        return memcmp(id, &zero, sizeof zero) == 0;
}

static void bind_uuid(sqlite3_stmt *s, const char *name, const struct uuid *id)
{
        statement_blob(s, name, id->b, sizeof id->b);
}

static void bind_digest(sqlite3_stmt *s, const char *name, const struct digest *d)
{
        statement_blob(s, name, d->b, sizeof d->b);
}

/* A change of a row that is not there means that the core and the database disagree: the group is refused. */
static int must_change(struct base *base, int rc)
{
        return rc != SQLITE_OK || sqlite3_changes(base->all.db) > 0 ? rc : SQLITE_CONSTRAINT;
}

static int write_preferred(struct base *base, const struct write *w)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_PERSON_PREFER);
        statement_int(s, ":id", w->preferred.person);
        statement_int(s, ":associate", w->preferred.associate);
        return must_change(base, statement_run(s));
}

static int write_person(struct base *base, const struct write *w)
{
        bool guest = w->kind == WRITE_GUEST;
        sqlite3_stmt *s = statement_use(&base->all, guest ? ST_GUEST_ADD : ST_PERSON_ENROL);
        statement_int(s, ":id", w->guest.person);
        statement_int(s, ":greet", w->guest.greet);
        statement_text(s, ":language", slice_of(w->guest.language));
        return must_change(base, statement_run(s));
}

static int write_session(struct base *base, const struct write *w)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_SESSION_PUT);
        bind_digest(s, ":token", &w->session.token);
        statement_int(s, ":kind", w->session.row.kind);
        statement_int(s, ":subject", w->session.row.subject);
        statement_int(s, ":expires", w->session.row.expires);
        statement_int(s, ":seen", w->session.row.seen);
        statement_int(s, ":paired", w->session.row.paired);
        statement_text(s, ":label", slice_of(w->session.label));
        if (w->session.own_key.known)
                statement_blob(s, ":key", w->session.own_key.point, sizeof w->session.own_key.point);
        return statement_run(s);
}

static int write_link(struct base *base, const struct write *w)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_LINK_EXPIRE);
        statement_int(s, ":line", (int64_t)w->link.row.line_ref);
        statement_int(s, ":at", w->link.at);
        int rc = statement_run(s);
        if (rc != SQLITE_OK)
                return rc;
        s = statement_use(&base->all, ST_LINK_ADD);
        bind_digest(s, ":secret", &w->link.secret);
        statement_int(s, ":kind", w->link.row.kind);
        statement_int(s, ":person", w->link.row.person);
        statement_int(s, ":associate", w->link.row.associate);
        statement_int(s, ":line", (int64_t)w->link.row.line_ref);
        statement_int(s, ":expires", w->link.row.expires);
        return statement_run(s);
}

static int write_link_used(struct base *base, const struct write *w)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_LINK_USE);
        bind_digest(s, ":secret", &w->link_used.secret);
        statement_int(s, ":at", w->link_used.at);
        return must_change(base, statement_run(s));
}

/* She may not be asked at all any more: nobody's customer, until she enrols again. */
static bool takes_leave(const struct consent_row *row)
{
        return row->purpose == PURPOSE_ALERT && row->category == CATEGORY_PRESENCE && row->mode == MODE_ASK &&
               row->state != CONSENT_GIVEN;
}

static int write_leave(struct base *base, uint32_t person)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_PERSON_LEAVE);
        statement_int(s, ":id", person);
        return must_change(base, statement_run(s));
}

static int write_consent(struct base *base, const struct write *w)
{
        const struct consent_row *row = &w->consent.row;
        sqlite3_stmt *s = statement_use(&base->all, ST_CONSENT_ADD);
        bind_uuid(s, ":id", &w->consent.id);
        statement_int(s, ":person", w->consent.person);
        statement_int(s, ":purpose", row->purpose);
        statement_int(s, ":category", row->category);
        statement_int(s, ":state", row->state);
        statement_int(s, ":mode", row->mode);
        statement_int(s, ":store", row->store);
        statement_int(s, ":at", row->at);
        statement_int(s, ":valid_until", row->valid_until);
        statement_int(s, ":day", row->day);
        statement_int(s, ":notice", row->notice);
        statement_int(s, ":steps", w->consent.steps);
        statement_text(s, ":language", slice_of(w->consent.language));
        statement_int(s, ":method", w->consent.method);
        statement_int(s, ":actor", w->consent.actor);
        statement_int(s, ":gpc", row->gpc);
        if (base->house.page)
                bind_digest(s, ":page", base->house.page);
        if (!is_zero(&w->consent.receipt))
                bind_uuid(s, ":receipt", &w->consent.receipt);
        if (!is_zero(&w->consent.visit))
                bind_uuid(s, ":visit", &w->consent.visit);
        int rc = statement_run(s);
        return rc == SQLITE_OK && takes_leave(row) ? write_leave(base, w->consent.person) : rc;
}

static int write_choice(struct base *base, const struct write *w)
{
        int result = 0;
        for (uint32_t i = 0; i < w->line_choice.n && i < LINE_CHOICES_MAX && result == 0; i++) {
                sqlite3_stmt *s = statement_use(&base->all, ST_CHOICE_PUT);
                statement_int(s, ":person", w->line_choice.person);
                statement_int(s, ":line", (int64_t)w->line_choice.line_refs[i]);
                statement_int(s, ":choice", w->line_choice.choice);
                statement_int(s, ":at", w->line_choice.at);
                result = statement_run(s);
        }
        return result;
}

/* Little endian, as everything that the hub packs into a blob. */
static uint8_t *pack(uint8_t *at, uint64_t value, size_t bytes)
{
        for (size_t i = 0; i < bytes; i++)
                *at++ = (uint8_t)(value >> (8 * i));
        return at;
}

/* What is bound stays where it is until the statement has run. */
struct packed {
        uint8_t more[COMMIT_PLACE_BYTES * LADDER_PLACES], asked[4 * ASKED_MAX];
};

/* The first place has columns of its own: mostly there is no other. The rest and those who were asked are
 * blobs. */
static void bind_places(sqlite3_stmt *s, const struct live_visit_row *v, struct packed *packed)
{
        static const struct place_row nobody;
        const struct place_row *first = v->n_places ? &v->places[0] : &nobody;
        uint8_t *more = packed->more, *asked = packed->asked, *at = more;
        statement_int(s, ":recipient", first->associate);
        statement_int(s, ":card", first->card);
        statement_int(s, ":card_seq", (int64_t)first->card_seq);
        if (!is_zero(&first->offer))
                bind_uuid(s, ":offer", &first->offer);
        for (uint32_t i = 1; i < v->n_places; i++) {
                at = pack(at, v->places[i].associate, 4);
                at = pack(at, v->places[i].card, 4);
                at = pack(at, v->places[i].card_seq, 8);
                memcpy(at, v->places[i].offer.b, sizeof v->places[i].offer.b);
                at += sizeof v->places[i].offer.b;
        }
        statement_blob(s, ":more", at > more ? more : NULL, (size_t)(at - more));
        at = asked;
        for (uint32_t i = 0; i < v->n_asked; i++)
                at = pack(at, v->asked[i], 4);
        statement_blob(s, ":asked", at > asked ? asked : NULL, (size_t)(at - asked));
}

static int write_visit(struct base *base, const struct write *w)
{
        const struct live_visit_row *v = &w->visit;
        uint8_t words[WORDS_SEALED_MAX];
        struct packed packed;
        size_t words_len = words_seal(base, v, words);
        /* What she said is for this visit: at its end it goes, but for that she said something, which the
         * nightly check of the cards wants to know. */
        bool said = words_len != 0;
        words_len = v->state == VISIT_ENDED ? 0 : words_len;
        sqlite3_stmt *s = statement_use(&base->all, ST_VISIT_PUT);
        bind_uuid(s, ":id", &v->id);
        statement_int(s, ":person", v->person);
        statement_int(s, ":client_of", v->client_of);
        statement_int(s, ":served_by", v->served_by);
        statement_int(s, ":evidence", v->evidence);
        statement_int(s, ":rung", v->rung);
        statement_int(s, ":since", v->since);
        statement_int(s, ":met", v->met);
        statement_int(s, ":state", v->state);
        statement_int(s, ":alert_state", v->alert_state);
        statement_int(s, ":if_busy", v->if_busy);
        statement_int(s, ":seen", v->seen);
        statement_int(s, ":started", v->started);
        statement_int(s, ":changed", v->changed);
        statement_int(s, ":offered", v->offered);
        statement_int(s, ":day", v->day);
        statement_int(s, ":lines_seen", v->lines_seen);
        bind_places(s, v, &packed);
        statement_blob(s, ":words", said ? words : NULL, words_len);
        return statement_run(s);
}

static int prune_stream(struct base *base, const struct stream_row *row)
{
        if (row->seq % 32 != 0 || row->seq <= COMMIT_STREAM_KEPT)
                return SQLITE_OK;
        sqlite3_stmt *s = statement_use(&base->all, ST_STREAM_PRUNE);
        statement_int(s, ":associate", row->associate);
        statement_int(s, ":seq", (int64_t)(row->seq - COMMIT_STREAM_KEPT));
        return statement_run(s);
}

/* The events are pruned, but a handheld may hold a card from long ago: its ordinal must never mean another.
 */
static int note_card(struct base *base, const struct stream_row *row)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_CARD_NOTE);
        statement_int(s, ":associate", row->associate);
        statement_int(s, ":card", row->card);
        return statement_run(s);
}

static int write_stream(struct base *base, const struct write *w)
{
        const struct stream_row *row = &w->stream.row;
        sqlite3_stmt *s = statement_use(&base->all, ST_STREAM_ADD);
        statement_int(s, ":associate", row->associate);
        statement_int(s, ":seq", (int64_t)row->seq);
        statement_int(s, ":kind", row->kind);
        statement_int(s, ":card", row->card);
        bind_uuid(s, ":visit", &row->visit);
        statement_int(s, ":at", w->stream.at);
        int rc = statement_run(s);
        if (rc == SQLITE_OK && row->kind == STREAM_CARD)
                rc = note_card(base, row);
        return rc == SQLITE_OK ? prune_stream(base, row) : rc;
}

static int write_offer(struct base *base, const struct write *w)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_OFFER_PUT);
        bind_uuid(s, ":id", &w->offer.id);
        bind_uuid(s, ":visit", &w->offer.visit);
        statement_int(s, ":associate", w->offer.associate);
        statement_int(s, ":offered", w->offer.offered);
        statement_int(s, ":reply", w->offer.reply);
        statement_int(s, ":rung", w->offer.rung);
        if (w->offer.answered != 0)
                statement_int(s, ":answered", w->offer.answered);
        return statement_run(s);
}

static int write_disclosure(struct base *base, const struct write *w)
{
        uint8_t card[CARD_SEALED_MAX];
        size_t card_len = words_seal_card(base, w, card);
        sqlite3_stmt *s = statement_use(&base->all, ST_DISCLOSURE_ADD);
        bind_uuid(s, ":id", &w->disclosure.id);
        bind_uuid(s, ":visit", &w->disclosure.visit);
        statement_int(s, ":person", w->disclosure.person);
        statement_int(s, ":associate", w->disclosure.associate);
        statement_int(s, ":relation", w->disclosure.relation);
        statement_int(s, ":seen", w->disclosure.seen);
        statement_int(s, ":lines", w->disclosure.lines);
        bind_digest(s, ":rulebook", &w->disclosure.rulebook);
        statement_int(s, ":at", w->disclosure.at);
        statement_blob(s, ":card", card_len ? card : NULL, card_len);
        int rc = statement_run(s);
        return rc == SQLITE_OK && w->disclosure.notes ? noted_shown(base, w) : rc;
}

static int write_cleared(struct base *base, const struct write *w)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_CLEARED_ADD);
        bind_uuid(s, ":visit", &w->cleared.visit);
        statement_int(s, ":associate", w->cleared.associate);
        statement_int(s, ":card", w->cleared.card);
        statement_int(s, ":at", w->cleared.at);
        return statement_run(s);
}

static int write_thanks(struct base *base, const struct write *w)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_THANKS_PUT);
        bind_uuid(s, ":visit", &w->thanks.visit);
        statement_int(s, ":how", w->thanks.how);
        statement_int(s, ":odd", w->thanks.odd);
        statement_int(s, ":at", w->thanks.at);
        return statement_run(s);
}

static int write_renewal(struct base *base, const struct write *w)
{
        sqlite3_stmt *s = statement_use(&base->all, w->renewal.link ? ST_LINK_RENEW : ST_SESSION_RENEW);
        bind_digest(s, ":old", &w->renewal.old);
        bind_digest(s, ":fresh", &w->renewal.fresh);
        return must_change(base, statement_run(s));
}

static int write_secret(struct base *base, const struct write *w)
{
        if (w->kind == WRITE_RENEWAL)
                return write_renewal(base, w);
        return w->kind == WRITE_LINK ? write_link(base, w) : write_link_used(base, w);
}

/* What a customer said. */
static int write_said(struct base *base, const struct write *w)
{
        if (w->kind == WRITE_CONSENT)
                return write_consent(base, w);
        if (w->kind == WRITE_RECEIPT)
                return receipts_write(base, &w->receipt);
        if (w->kind == WRITE_PREFERRED)
                return write_preferred(base, w);
        if (w->kind == WRITE_LINE_CHOICE)
                return write_choice(base, w);
        return w->kind == WRITE_THANKS ? write_thanks(base, w) : keep_shorten(base, w);
}

static int write_one(struct base *base, const struct write *w)
{
        switch (w->kind) {
        case WRITE_GUEST:
        case WRITE_ENROL:
                return write_person(base, w);
        case WRITE_SESSION:
                return write_session(base, w);
        case WRITE_LINK:
        case WRITE_LINK_USED:
        case WRITE_RENEWAL:
                return write_secret(base, w);
        case WRITE_CONSENT:
        case WRITE_RECEIPT:
        case WRITE_PREFERRED:
        case WRITE_LINE_CHOICE:
        case WRITE_LOOKS:
        case WRITE_THANKS:
                return write_said(base, w);
        case WRITE_VISIT:
                return write_visit(base, w);
        case WRITE_STREAM:
                return write_stream(base, w);
        case WRITE_OFFER:
                return write_offer(base, w);
        case WRITE_DISCLOSURE:
                return write_disclosure(base, w);
        case WRITE_CLEARED:
                return write_cleared(base, w);
        case WRITE_DEVICE:
        case WRITE_DEVICES:
        case WRITE_SENSOR:
        case WRITE_CLAIMED:
                return sensors_write(base, w);
        case WRITE_REQUEST:
                return requests_write(base, w);
        case WRITE_MANAGER:
        case WRITE_MANAGER_GONE:
        case WRITE_SESSION_SEEN:
        case WRITE_SESSION_END:
                return managers_write(base, w);
        case WRITE_PIN:
        case WRITE_PIN_GONE:
        case WRITE_SIGN_IN:
        case WRITE_SIGN_OUT:
        case WRITE_SIGN_TRIES:
        case WRITE_SIGN_LIFE:
                return pins_write(base, w);
        case WRITE_SHIFT:
                return shifts_write(base, &w->shift);
        case WRITE_NOTICE:
        case WRITE_HOUSE:
                return w->kind == WRITE_NOTICE ? notices_write(base, w->notice) : house_write(base, w->house);
        case WRITE_KEEP:
                return keep_write(base, w);
        case WRITE_REMEMBER:
        case WRITE_FIRST_STEP:
        case WRITE_WALKIN:
                return remembered_write(base, w);
        case WRITE_PRACTISED:
        case WRITE_THANK_YOU:
                return after_write(base, w);
        case WRITE_NOTE:
        case WRITE_NOTES_GONE:
                return noted_write(base, w);
        case WRITE_BOOK:
                return rulebook_write(base, w);
        }
        return SQLITE_MISUSE;
}

/* The code of the first write that failed, and which that was. */
static int write_rows(struct base *base, const struct write *writes, uint32_t n, uint32_t *at)
{
        int rc = SQLITE_OK;
        for (*at = 0; rc == SQLITE_OK && *at < n; ++*at)
                rc = write_one(base, &writes[*at]);
        return rc;
}

/* What the code means for the group, as commit_group says it. */
static int group_result(const struct base *base, int rc)
{
        int kind = rc & 0xff;
        int result = base_result(base, rc);
        /* SQLite may end the whole transaction by itself when the disk or the memory is full. */
        return result == 1 && (kind == SQLITE_FULL || kind == SQLITE_NOMEM || kind == SQLITE_IOERR) ? 2
                                                                                                    : result;
}

int commit_rows(struct base *base, const struct write *writes, uint32_t n)
{
        uint32_t at;
        return group_result(base, write_rows(base, writes, n, &at));
}

int commit_group(struct base *base, const struct write *writes, uint32_t n)
{
        uint32_t i = 0;
        int rc = statement_run(statement_use(&base->all, ST_GROUP_BEGIN));
        if (rc == SQLITE_OK)
                rc = write_rows(base, writes, n, &i);
        if (rc == SQLITE_OK)
                rc = statement_run(statement_use(&base->all, ST_GROUP_KEEP));
        int result = group_result(base, rc);
        if (result != 1)
                return result;
        LOG(LOG_WARN, "store", "a group of writes was refused", log_num("kind", i ? writes[i - 1].kind : 0),
                log_num("sqlite", rc));
        if (statement_run(statement_use(&base->all, ST_GROUP_UNDO)) != SQLITE_OK ||
                statement_run(statement_use(&base->all, ST_GROUP_KEEP)) != SQLITE_OK)
                return 2;
        return 1;
}

int commit_prepare(struct base *base, const struct write *writes, uint32_t n)
{
        for (uint32_t i = 0; i < n; i++) {
                if (writes[i].kind != WRITE_GUEST)
                        continue;
                if (writes[i].guest.person < KEYS_GUEST_FIRST)
                        return 1;
                if (keys_ready(base->keys, writes[i].guest.person) != 0)
                        return errno == ENOSPC || errno == EDQUOT || errno == ENOMEM ? 1 : -1;
        }
        return 0;
}
