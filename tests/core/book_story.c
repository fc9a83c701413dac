#include "tests/core/book_story.h"

#include "server/core/manager.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* ---- two managers, signed in and stepped up ---- */
uint16_t rules_ask(struct rig *r, const struct digest *console, const struct message *m)
{
        r->face = FACE_CONSOLE;
        uint16_t status = rig_request(r, console, m);
        r->face = FACE_ANY;
        return status;
}

static void prove(struct rig *r, const struct digest *console, struct message m)
{
        r->proof = (struct proved){.right = true, .step = r->wall / 30000};
        snprintf(r->proof.made.hash, sizeof r->proof.made.hash, "a hash");
        assert_int_equal(rules_ask(r, console, &m), 200);
}

static struct digest manager(struct rig *r, uint32_t associate)
{
        struct digest console = rig_session(r, SESSION_CONSOLE, associate);
        struct message begin = {.type = MESSAGE_ENROL_BEGIN};
        assert_int_equal(rules_ask(r, &console, &begin), 200);
        prove(r, &console,
                (struct message){
                        .type = MESSAGE_ENROL, .enrol = {.password = "twelve chars", .code = "123456"}});
        return console;
}

void rules_step_up(struct rig *r, const struct digest *console)
{
        prove(r, console,
                (struct message){
                        .type = MESSAGE_STEP_UP, .step_up = {.password = "twelve chars", .code = "123456"}});
}

/* ---- a store with Anna's card on Maria's handheld ---- */

/* Version 1 is live as after the first start: so the core takes it from the snapshot. */
static void open_store(struct rig *r)
{
        struct rig_book *first = &r->books[r->n_books++];
        const char *text = rulebook_text(r->book);
        assert_true(strlen(text) < sizeof first->text);
        snprintf(first->text, sizeof first->text, "%s", text);
        first->row = (struct book_row){.version = 1,
                .state = BOOK_LIVE,
                .sha256 = rulebook_digest(r->book),
                .by = BOOK_BY_MAITRED,
                .approved_by = BOOK_BY_MAITRED,
                .at = r->wall - DAY_MS,
                .published = r->wall - DAY_MS};
        rig_restart(r);
}

struct scene rules_scene_of(void **state)
{
        struct scene s = {.r = *state};
        struct rig *r = s.r;
        rig_role(r, JONAS, ROLE_MANAGER);
        open_store(r);
        s.eva = manager(r, EVA);
        s.jonas = manager(r, JONAS);
        rig_wait(r, 30 * SECOND_MS);
        rules_step_up(r, &s.eva);
        rules_step_up(r, &s.jonas);
        story_connect_as(r, HANDHELD, MARIA, SESSION_HANDHELD);
        story_join(r, ANNA, true, &s.phone);
        assert_int_equal(story_arrive(r, &s.phone), 200);
        assert_int_equal(rig_frames_of(r, HANDHELD, "\"t\":\"card\""), 1);
        return s;
}

/* ---- versions ---- */

/* Balanced with one line of it changed, and what the lab would say of it. */
struct draft rules_draft_of(struct rig *r, const char *line, const char *instead, uint64_t wider)
{
        struct draft d = {0};
        struct rulebook_error error;
        const char *text = rulebook_text(r->book), *at = strstr(text, line);
        static char changed[8192];
        assert_non_null(at);
        snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, instead, at + strlen(line));
        d.book = rulebook_parse(slice_of(changed), &error);
        assert_non_null(d.book);
        struct hub_live live;
        hub_live(r->hub, &live);
        d.verdict.row.version = r->n_books + 1;
        d.verdict.row.sha256 = rulebook_digest(d.book);
        d.verdict.base = live.version;
        d.verdict.wider = wider;
        d.verdict.narrower = 5;
        d.verdict.text = slice_of(rulebook_text(d.book));
        sodium_bin2hex(d.hex, sizeof d.hex, d.verdict.row.sha256.b, 32);
        return d;
}

/* Nobody may see the coat's name any more. */
struct draft rules_narrower(struct rig *r)
{
        return rules_draft_of(
                r, "R1:", "N1: limit kind to anyone of anything because \"Names are private\"\nR1:", 0);
}

struct draft rules_wider(struct rig *r)
{
        return rules_draft_of(
                r, "R4: show kind to preferred of online", "R4: show item to preferred of online", 7);
}

struct message rules_proposal(void)
{
        struct message m = {.type = MESSAGE_RULES_PROPOSE, .rules_propose = {.why = "because"}};
        m.rules_propose.text = slice_of("what the lab has read");
        return m;
}

/* Proposed by whoever asks at this console; the version is on disk afterwards. */
void rules_propose(struct rig *r, const struct digest *console, struct draft *d)
{
        struct message m = rules_proposal();
        uint32_t labs = r->labs;
        assert_int_equal(rules_ask(r, console, &m), 0);
        assert_int_equal(r->labs, labs + 1);
        assert_int_equal(r->lab.lab.what, LAB_JUDGE);
        rig_verdict(r, &d->verdict);
        assert_int_equal(r->lab.lab.what, LAB_TELL_VERSION);
        assert_int_equal(r->lab.lab.version, d->verdict.row.version);
        d->verdict.row = r->books[d->verdict.row.version - 1].row;
        assert_int_equal(d->verdict.row.state, BOOK_PROPOSED);
}

struct message rules_publication(const struct draft *d)
{
        struct message m = {.type = MESSAGE_RULES_PUBLISH};
        m.rules_publish.version = d->verdict.row.version;
        memcpy(m.rules_publish.sha256, d->hex, sizeof d->hex);
        return m;
}

/* Asks for it and gives the lab's verdict; the refusal's status, 0 when the lab tells how it went. */
uint16_t rules_publish(struct rig *r, const struct digest *console, struct draft *d)
{
        struct message m = rules_publication(d);
        uint16_t status = rules_ask(r, console, &m);
        if (status)
                return status;
        assert_int_equal(r->lab.lab.what, LAB_JUDGE);
        d->verdict.row = r->books[d->verdict.row.version - 1].row;
        r->status = 0;
        rig_verdict(r, &d->verdict);
        return r->answered == r->request ? r->status : 0;
}

void rules_drop(struct draft *d)
{
        rulebook_destroy(d->book);
}

uint32_t rules_live_version(const struct rig *r)
{
        struct hub_live live;
        hub_live(r->hub, &live);
        return live.version;
}
