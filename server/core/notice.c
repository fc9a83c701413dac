#include "server/core/state.h"
#include "server/core/consent.h"
#include "proto/json.h"
#include "server/rulebook/fields.h"
#include "server/rulebook/picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct known {
        uint32_t version;
        char name[NOTICE_NAME_MAX];
        wall_ms since;
        struct digest promised;   /* of the ceiling's text */
        struct rulebook *ceiling; /* NULL: cannot be read, so it promised nothing */
        uint32_t n_more;          /* than this, of the newest */
        bool rest;
        struct notice_more more[NOTICE_MORE_MAX];
};

struct notices {
        uint32_t n;
        struct known of[NOTICES_MAX]; /* oldest first */
        /* One that is being added. */
        uint32_t adding; /* slot of the pending; NONE */
        struct rulebook *fresh;
        struct notice_row row;
        struct picture before, after; /* too large for a stack */
};

bool notices_create(struct hub *hub)
{
        hub->notices = calloc(1, sizeof(*hub->notices));
        if (hub->notices)
                hub->notices->adding = NONE;
        return hub->notices != NULL;
}

void notices_destroy(struct hub *hub)
{
        if (!hub->notices)
                return;
        for (uint32_t i = 0; i < hub->notices->n; i++)
                rulebook_destroy(hub->notices->of[i].ceiling);
        rulebook_destroy(hub->notices->fresh);
        free(hub->notices);
}

/* ---- which is whose ---- */
static struct known *known_of(const struct hub *hub, uint32_t version)
{
        for (uint32_t i = 0; i < hub->notices->n; i++)
                if (hub->notices->of[i].version == version)
                        return &hub->notices->of[i];
        return NULL;
}

static struct known *newest(const struct hub *hub)
{
        return hub->notices->n ? &hub->notices->of[hub->notices->n - 1] : NULL;
}

uint32_t notice_newest(const struct hub *hub)
{
        const struct known *k = newest(hub);
        return k ? k->version : 0;
}

const struct rulebook *notice_ceiling(const struct hub *hub, uint32_t version)
{
        const struct known *k = known_of(hub, version);
        return k ? k->ceiling : NULL;
}

void notice_name(const struct hub *hub, uint32_t version, char name[NOTICE_NAME_MAX], struct digest *promised)
{
        const struct known *k = known_of(hub, version);
        name[0] = 0;
        *promised = (struct digest){{0}};
        if (!k)
                return;
        memcpy(name, k->name, NOTICE_NAME_MAX);
        *promised = k->promised;
}

uint32_t hub_notices(const struct hub *hub, struct hub_notice *out, uint32_t most)
{
        uint32_t n = hub->notices->n < most ? hub->notices->n : most;
        for (uint32_t i = 0; i < n; i++) {
                const struct known *k = &hub->notices->of[hub->notices->n - 1 - i];
                out[i] = (struct hub_notice){.version = k->version, .since = k->since, .ceiling = k->ceiling};
                memcpy(out[i].name, k->name, sizeof(out[i].name));
        }
        return n;
}

/* ---- what a newer one promises more ---- */
static void add_more(struct known *k, struct notice_more more)
{
        if (k->n_more == NOTICE_MORE_MAX)
                k->rest = true;
        else
                k->more[k->n_more++] = more;
}

/* Where the most that is seen of a cell is more than before. */
static void compare_pictures(struct known *k, const struct picture *before, const struct picture *after)
{
        for (int kind = 0; kind < after->n_kinds; kind++) {
                for (int row = 0; row < PICTURE_ROWS; row++) {
                        for (int column = 0; column < PICTURE_COLUMNS; column++) {
                                const struct picture_cell *a = &before->cells[row][column][kind],
                                                          *b = &after->cells[row][column][kind];
                                const struct picture_cell *any = &after->cells[row][column][0];
                                bool same = kind > 1 && before->cells[row][column][0].most == a->most &&
                                            any->most == b->most; /* told of anything already */
                                if (same || (b->most <= a->most && (!b->may_say || a->may_say)))
                                        continue;
                                add_more(k, (struct notice_more){.who = picture_row(row),
                                                    .where = picture_column(column),
                                                    .what = kind == 0   ? ""
                                                            : kind == 1 ? "sensitive"
                                                                        : after->kinds[kind],
                                                    .from = a->most,
                                                    .to = b->most,
                                                    .say = b->may_say && !a->may_say});
                        }
                }
        }
}

/* The most that is seen of a field by whom she chose, or by others. */
static enum level most_of(const struct fields *f, uint32_t subject, bool chosen)
{
        enum level most = LEVEL_HIDE;
        for (uint32_t i = 0; i < ROLE_COUNT * SEEN_COUNT; i++) {
                uint32_t cell = ((subject - 1) * 2 + chosen) * ROLE_COUNT * SEEN_COUNT + i;
                struct sight s = fields_sight(f, cell);
                most = s.level > most ? s.level : most;
        }
        return most;
}

static void compare_fields(struct known *k, const struct rulebook *after)
{
        struct fields a, b;
        fields_make(&a, k->ceiling);
        fields_make(&b, after);
        for (uint32_t s = SUBJECT_NAME; s < SUBJECT_COUNT; s++) {
                for (int chosen = 1; chosen >= 0; chosen--) {
                        enum level from = most_of(&a, s, chosen), to = most_of(&b, s, chosen);
                        if (to > from)
                                add_more(k, (struct notice_more){.who = chosen ? "preferred" : "store",
                                                    .where = "field",
                                                    .what = subject_word((enum subject)s),
                                                    .from = from,
                                                    .to = to});
                }
        }
}

/* For each older version, once: her page is asked for often. */
static void compare_all(struct hub *hub)
{
        struct notices *all = hub->notices;
        const struct known *last = newest(hub);
        for (uint32_t i = 0; i < all->n; i++) {
                struct known *k = &all->of[i];
                k->n_more = 0;
                k->rest = false;
                if (k == last || !last->ceiling)
                        continue;
                if (k->ceiling)
                        k->rest |= picture_make(&all->before, k->ceiling, last->ceiling) != 0;
                else
                        picture_empty(&all->before, last->ceiling);
                k->rest |= picture_make(&all->after, last->ceiling, k->ceiling) != 0;
                if (!k->rest)
                        compare_pictures(k, &all->before, &all->after);
                compare_fields(k, last->ceiling);
        }
}

uint32_t notice_more(const struct hub *hub, uint32_t version, struct notice_more *more, bool *rest)
{
        const struct known *k = known_of(hub, version);
        *rest = k && k->rest;
        for (uint32_t i = 0; k && i < k->n_more; i++)
                more[i] = k->more[i];
        return k ? k->n_more : 0;
}

void notice_write_newer(const struct hub *hub, struct json_out *j, uint32_t hers)
{
        const struct known *last = newest(hub);
        struct notice_more more[NOTICE_MORE_MAX];
        bool rest = false;
        if (hers == 0 || !last || hers >= last->version) {
                json_nil(j, "newer");
                return;
        }
        uint32_t n = notice_more(hub, hers, more, &rest);
        json_open(j, "newer", '{');
        json_number(j, "version", last->version);
        json_open(j, "more", '[');
        for (uint32_t i = 0; i < n; i++) {
                json_open(j, NULL, '{');
                json_text(j, "who", more[i].who);
                json_text(j, "where", more[i].where);
                json_text(j, "what", more[i].what);
                json_text(j, "from", level_word(more[i].from));
                json_text(j, "to", level_word(more[i].to));
                json_flag(j, "say", more[i].say);
                json_close(j, '{');
        }
        json_close(j, '[');
        json_flag(j, "rest", rest);
        json_close(j, '{');
}

/* ---- what is known ---- */
static void add_known(struct notices *all, const struct notice_row *row, struct rulebook *ceiling)
{
        struct known *k = &all->of[all->n++];
        *k = (struct known){
                .version = row->version, .since = row->since, .promised = row->digest, .ceiling = ceiling};
        memcpy(k->name, row->name, sizeof(k->name));
}

void notices_start(struct hub *hub, const struct snapshot *s)
{
        struct rulebook_error error;
        for (uint32_t i = 0; i < s->n_notices && hub->notices->n < NOTICES_MAX; i++)
                add_known(hub->notices, &s->notices[i], rulebook_parse(slice_of(s->notices[i].text), &error));
        compare_all(hub);
}

static void write_known(struct json_out *j, const struct known *k)
{
        json_open(j, NULL, '{');
        json_number(j, "version", k->version);
        json_text(j, "name", k->name);
        json_number(j, "since_at_ms", k->since);
        json_number(j, "rules", rulebook_rule_count(k->ceiling));
        json_close(j, '{');
}

void operator_notices(struct hub *hub, struct pending *p)
{
        char body[4096];
        struct json_out j;
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_open(&j, "notices", '[');
        for (uint32_t i = hub->notices->n; i > 0; i--)
                write_known(&j, &hub->notices->of[i - 1]);
        json_close(&j, '[');
        json_close(&j, '{');
        out_answer(hub, p, 200, body, j.len);
}

/* ---- adding ---- */
static void added(struct hub *hub, struct pending *p)
{
        struct notices *all = hub->notices;
        add_known(all, &all->row, all->fresh);
        all->fresh = NULL;
        all->adding = NONE;
        compare_all(hub);
        operator_notices(hub, p);
}

static bool being_added(const struct hub *hub)
{
        uint32_t slot = hub->notices->adding;
        return slot != NONE && hub->pending[slot].stage == STAGE_COMMITTING &&
               hub->pending[slot].message.type == MESSAGE_NOTICE_ADD;
}

void operator_notice_add(struct hub *hub, struct pending *p)
{
        struct notices *all = hub->notices;
        struct rulebook_error error;
        char say[320];
        if (being_added(hub) || all->n == NOTICES_MAX) {
                out_refuse(hub, p, 409, "notices",
                        "Another notice is being added, or there are as many as can be.",
                        "Look at the list, and try again in a moment.");
                return;
        }
        /* The text is the sender's, for this step: a request of the operator never waits for another. */
        rulebook_destroy(all->fresh);
        all->fresh = rulebook_parse(hub->event->request.message->notice_add.text, &error);
        if (!all->fresh) {
                snprintf(say, sizeof(say), "Line %d, column %d: %s.", error.line, error.column, error.text);
                out_refuse(hub, p, 422, "rules", say, "Correct the file, and add it again.");
                return;
        }
        struct notice_row *row = &all->row;
        *row = (struct notice_row){.version = notice_newest(hub) + 1, .since = hub->event->wall};
        if (rulebook_notice(all->fresh, row->name, sizeof(row->name)) != row->version) {
                snprintf(say, sizeof(say), "The next notice is version %u, and the file says otherwise.",
                        row->version);
                out_refuse(
                        hub, p, 422, "version", say, "Say \"notice NAME VERSION\" in the file's first line.");
                return;
        }
        if (strlen(rulebook_text(all->fresh)) >= sizeof(row->text)) {
                out_refuse(hub, p, 422, "rules", "The notice's rulebook is too long: at most 32 KiB.",
                        "Use fewer rules.");
                return;
        }
        snprintf(row->text, sizeof(row->text), "%s", rulebook_text(all->fresh));
        row->digest = rulebook_digest(all->fresh);
        struct write *w = pending_write(p, WRITE_NOTICE);
        w->notice = row;
        all->adding = (uint32_t)(p - hub->pending);
        pending_commit(hub, p, added);
}

/* ---- she accepts ---- */
static void give_anew(
        struct hub *hub, struct pending *p, bool given, uint8_t purpose, uint8_t category, uint8_t mode)
{
        if (given)
                customer_consent(hub, p, purpose, category, CONSENT_GIVEN, mode,
                        hub->event->wall + hub->set.consent_valid_ms);
}

/* All that she has agreed to, once more, under the newer notice: nothing else changes. */
static void accept_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        uint32_t version = (uint32_t)p->message.accept_notice.version;
        if (!customer_joined(hub, p, d) || !customer_unpaused(hub, p))
                return;
        if (version != notice_newest(hub)) {
                out_refuse(hub, p, 409, "notice_changed", "The store has changed its notice meanwhile.",
                        "Look at it again.");
                return;
        }
        if (p->facts.notice >= version) {
                request_settle(hub, p);
                return;
        }
        if (visit_of_person(hub, p->facts.person)) {
                if (!customer_changing(hub, p))
                        return;
                visit_renew_card(hub, p);
                visit_write(p);
        }
        p->facts.notice = version;
        give_anew(hub, p, true, PURPOSE_ALERT, CATEGORY_PRESENCE, MODE_ASK);
        give_anew(hub, p, p->facts.instore, PURPOSE_HISTORY, CATEGORY_INSTORE, MODE_ASK);
        give_anew(hub, p, p->facts.online, PURPOSE_HISTORY, CATEGORY_ONLINE, MODE_ASK);
        give_anew(hub, p, p->facts.other_stores, PURPOSE_HISTORY, CATEGORY_OTHER_STORES, MODE_ASK);
        give_anew(hub, p, p->facts.sizes, PURPOSE_HISTORY, CATEGORY_SIZES, MODE_ASK);
        give_anew(hub, p, p->facts.notes, PURPOSE_HISTORY, CATEGORY_NOTES, MODE_ASK);
        give_anew(hub, p, p->facts.wifi, PURPOSE_ALERT, CATEGORY_SENSED, MODE_ASK);
        give_anew(hub, p, p->facts.always, PURPOSE_ALERT, CATEGORY_SENSED, MODE_STANDING);
        pending_commit(hub, p, answer_now);
}

void customer_accept_notice(struct hub *hub, struct pending *p)
{
        customer_load(hub, p, WANT_PERSON, accept_loaded);
}
